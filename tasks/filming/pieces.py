"""The pieces a film by itself is made of, each a file of its own: painted scenes first, then reels."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from media.pictures.reading import encode_png, picture_of, picture_pixels, read_picture
from media.pictures.writing import write_file
from schemas.film import Storyboard
from schemas.music import Score
from tasks.filming.easel import open_shot_painter
from tasks.filming.finishing import Window
from tasks.filming.rolling import roll_reel
from tasks.filming.stills import still_pixels_of, still_size
from tasks.steps.film import stills_needed

if TYPE_CHECKING:
    from collections.abc import Callable

    from schemas.base import Digest
    from schemas.film import FilmStyle
    from tasks.bench import Bench
    from tasks.filming.performing import Portrait


@dataclass(frozen=True)
class FilmOrder:
    """What film is wanted.

    Attributes:
        style: how its pictures are made.
        size_px: width and height, both even.
        fps: frames a second, 1 to 240.
        from_s: where in the song it begins, seconds.
        to_s: where it ends; None for the song's end.
        seed: another seed gives another storyboard.
        look: the look that a song without painted pictures is filmed in; '' to choose.
        portrait: who sings, for style `performer`.
    """

    style: FilmStyle
    size_px: tuple[int, int] = (1280, 720)
    fps: int = 24
    from_s: float = 0.0
    to_s: float | None = None
    seed: int = 1
    look: str = ""
    portrait: Portrait | None = None


@dataclass(frozen=True)
class Piece:
    """A scene to be painted, or a reel to be filmed, and the file that it becomes.

    `frames` is how many frames of a film it makes: 0 for a scene.
    """

    kind: Literal["still", "reel"]
    number: int
    path: Path
    board: Storyboard
    score: Digest
    order: FilmOrder
    window: Window
    frames: int = 0

    @property
    def is_made(self) -> bool:
        """Whether it is there; a piece is written whole or not at all."""
        return self.path.is_file()


def pieces_of(board: Storyboard, score: Digest, order: FilmOrder, window: Window, folder: Path) -> list[Piece]:
    """The pieces of a stretch of a film in the order in which they can be made."""
    stills = [
        Piece("still", scene, folder / f"still-{scene:02d}.png", board, score, order, window)
        for scene in scenes_painted(board, order, window)
    ]
    reels = []
    for number in range(len(board.reels)):
        run = board.reel(number)
        frames = min(run[-1].end_frame, window.end) - max(run[0].first_frame, window.first)
        if frames > 0:
            path = folder / f"reel-{number:03d}.mp4"
            reels.append(Piece("reel", number, path, board, score, order, window, frames))
    return [*stills, *reels]


def scenes_painted(board: Storyboard, order: FilmOrder, window: Window) -> list[int]:
    """The scenes that are painted before a stretch of a film: those it shows, or those a network is shown."""
    shots = [shot for shot in board.shots if shot.first_frame < window.end and shot.end_frame > window.first]
    seen = {shot.scene for shot in shots}
    needed = range(stills_needed(order.style, len(board.scenes)))
    return [scene for scene in needed if order.style != "move" or scene in seen]


def make_piece(piece: Piece, bench: Bench, tick: Callable[[], None]) -> None:
    """Make a piece, whole or not at all; `tick` is called for every frame.

    Raises:
        MediaError: it cannot be painted or written.
        CheckpointError: weights are not here.
    """
    if piece.kind == "still":
        scene = piece.board.scenes[piece.number]
        pixels = still_pixels_of(scene, piece.board.treatment, bench, size_px=still_size(piece.order.size_px))
        write_file(encode_png(picture_of(pixels)), piece.path)
        return
    found = sorted(piece.path.parent.glob("still-*.png"))
    stills = {int(path.stem.removeprefix("still-")): picture_pixels(read_picture(path)) for path in found}
    size_px = piece.order.size_px
    painter = open_shot_painter(piece.order.style, piece.board, stills, bench, size_px, piece.order.portrait)
    score = bench.get(piece.score, Score)
    roll_reel(piece.board, piece.number, score, painter, piece.path, size_px=size_px, window=piece.window, tick=tick)
