"""A reel: its shots painted frame by frame, put together, lettered and written as they come."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Protocol

from media.film.pulse import pulse_of
from media.film.reels import write_reel
from tasks.filming.finish import Finish
from tasks.filming.finishing import Window
from tasks.filming.lettering import letters_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import numpy as np
    from numpy.typing import NDArray
    from torch import Tensor

    from media.film.pulse import Pulse
    from schemas.film import Shot, Storyboard
    from schemas.music import Score


class ShotPainter(Protocol):
    """What paints the frames of a shot, in whichever style."""

    size_px: tuple[int, int]
    """Width and height of the frames it gives; the film may be larger."""

    def frames(self, shot: Shot, pulse: Pulse, count: int) -> Iterator[Tensor]:
        """The shot's first `count` frames in order, at once or one by one; its own and, for a dissolve, some more.

        Shapes: [3, H, W] of 0-1 each.
        """


@dataclass(frozen=True)
class Rolled:
    """What filming a reel came to: frames, and processor seconds of this process by what they were spent on."""

    frames: int
    seconds: dict[str, float]


def roll_reel(
    board: Storyboard,
    number: int,
    score: Score,
    painter: ShotPainter,
    path: Path,
    *,
    size_px: tuple[int, int],
    window: Window | None = None,
    tick: Callable[[], None] | None = None,
) -> Rolled:
    """Film a reel of a storyboard into a file, whole or not at all.

    Args:
        board: the storyboard.
        number: of the reel, from 0.
        score: the song, whose notes the pictures follow.
        painter: who paints.
        path: where the reel will be.
        size_px: width and height of the film, both even.
        window: the frames that are kept; None for all of the reel.
        tick: called for every frame that is kept.

    Raises:
        MediaError: a size is out of bounds, the reel has no frame in the window, the disk is full, or ffmpeg died.
    """
    begun = time.process_time()
    kept = window or Window.whole(board)
    first = max(kept.first, board.reel(number)[0].first_frame)
    spent = {"painting": 0.0}
    with TemporaryDirectory(prefix="hibari-") as folder:
        letters = Path(folder) / "words.ass"
        letters.write_text(letters_of(board, size_px), encoding="utf-8")
        frames = write_reel(
            path,
            reel_frames(board, number, score, painter, kept, spent, tick),
            in_size=painter.size_px,
            out_size=size_px,
            fps=board.fps,
            subtitles=letters,
            first_frame=first,
        )
    spent["writing"] = time.process_time() - begun - spent["painting"]
    return Rolled(frames, spent)


def reel_frames(
    board: Storyboard,
    number: int,
    score: Score,
    painter: ShotPainter,
    window: Window,
    spent: dict[str, float] | None = None,
    tick: Callable[[], None] | None = None,
) -> Iterator[NDArray[np.uint8]]:
    """The frames of a reel that lie in a window, as they go into a file. Shapes: [3, H, W] each.

    Args:
        board: the storyboard.
        number: of the reel.
        score: the song.
        painter: who paints.
        window: the frames that are kept.
        spent: where the seconds of painting are added up.
        tick: called for every frame that is kept.
    """
    pulse = pulse_of(score, (), fps=board.fps, frames=board.frames)
    finish = Finish(board, pulse, painter.size_px)
    frames = _joined(board, number, pulse, painter, window, finish)
    return _bytes(frames, spent if spent is not None else {"painting": 0.0}, tick)


def _joined(
    board: Storyboard, number: int, pulse: Pulse, painter: ShotPainter, window: Window, finish: Finish
) -> Iterator[Tensor]:
    """Every frame that is kept, in order, one shot dissolving into the next where it says so."""
    first = board.reels[number]
    tail: Iterator[Tensor] = iter(())
    for place, shot in enumerate(board.reel(number), start=first):
        if shot.end_frame <= window.first:
            continue
        following = board.shots[place + 1] if place + 1 < first + len(board.reel(number)) else None
        more = following.transition_frames if following and following.transition == "dissolve" else 0
        source = painter.frames(shot, pulse, shot.frames + more)
        for frame in range(shot.first_frame, min(shot.end_frame, window.end)):
            picture, before = next(source), None
            if shot.transition == "dissolve" and frame - shot.first_frame < shot.transition_frames:
                before = next(tail, None)
            if frame >= window.first:
                yield finish(picture, before, place, frame)
        if shot.end_frame >= window.end:
            return
        tail = source


def _bytes(
    frames: Iterator[Tensor], spent: dict[str, float], tick: Callable[[], None] | None
) -> Iterator[NDArray[np.uint8]]:
    while True:
        begun = time.process_time()
        picture = next(frames, None)
        if picture is None:
            return
        pixels = picture.mul(255.0).add_(0.5).clamp_(0, 255).byte().cpu().numpy()
        spent["painting"] += time.process_time() - begun
        yield pixels
        if tick is not None:
            tick()
