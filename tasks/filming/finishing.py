"""Reels to a film: joined with the master, its words and chapters; a poster and a strip taken out of it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from media.film.joining import Chapter, join_reels
from media.film.probing import poster, strip
from media.film.subtitles.cues import Cue, cues_of
from media.film.subtitles.files import write_vtt
from media.pictures.reading import encode_jpeg, picture_of
from media.sound.lrc import TimedLine
from schemas.film import Video

if TYPE_CHECKING:
    from collections.abc import Sequence

    from schemas.audio import Master
    from schemas.film import FilmStyle, Reel, Storyboard
    from tasks.bench import Bench

LANGUAGE = "eng"
DISCLOSED = "AI-generated with Hibari"
_JPEG_QUALITY = 90


@dataclass(frozen=True)
class Window:
    """The frames of a storyboard that are filmed: from the first up to, not with, the end."""

    first: int
    end: int

    @classmethod
    def whole(cls, board: Storyboard) -> Window:
        """All of a storyboard."""
        return cls(0, board.frames)


def finish_film(board: Storyboard, reels: Sequence[Reel], master: Master, bench: Bench, *, album: str) -> Video:
    """The film of some reels that lie in the store, as a record.

    Raises:
        MediaError: a reel is damaged, or the disk is full.
    """
    with TemporaryDirectory(prefix="hibari-") as folder:
        paths = [Path(folder) / f"{reel.number:03d}.mp4" for reel in reels]
        for reel, path in zip(reels, paths, strict=True):
            bench.blobs.copy_to(reel.film, path)
        sound, film = Path(folder) / "master.flac", Path(folder) / "film.mp4"
        bench.blobs.copy_to(master.audio, sound)
        join(board, paths, sound, film, album=album)
        first = reels[0]
        return Video(
            style=first.style,
            model=painter_of(first.style),
            storyboard=board.digest(),
            film=bench.blobs.put_file(film, "video/mp4"),
            poster=bench.blobs.put(encode_jpeg(picture_of(poster(film)), _JPEG_QUALITY), "image/jpeg"),
            strip=bench.blobs.put(encode_jpeg(picture_of(strip(film, 12)), _JPEG_QUALITY), "image/jpeg"),
            subtitles=bench.blobs.put(write_vtt(words_of(board), language="en").encode(), "text/vtt"),
            width_px=first.width_px,
            height_px=first.height_px,
            fps=first.fps,
            frames=sum(reel.frames for reel in reels),
        )


def join(
    board: Storyboard, reels: Sequence[Path], sound: Path | None, out: Path, *, album: str, window: Window | None = None
) -> None:
    """Join reels to a film with sound, words, chapters and tags.

    Args:
        board: what they were filmed by.
        reels: their files, in order.
        sound: the master; None for a silent film.
        out: where the film will be.
        album: its name.
        window: the part of the storyboard that was filmed; None for all of it.

    Raises:
        MediaError: a reel is damaged or unlike the others, or the disk is full.
    """
    shown = window or Window.whole(board)
    from_s = shown.first / board.fps
    join_reels(
        reels,
        out,
        audio=sound,
        audio_from_s=from_s,
        duration_s=(shown.end - shown.first) / board.fps,
        words=words_of(board, shown),
        chapters=_chapters(board, shown),
        metadata={"title": board.title, "artist": board.artist, "album": album, "comment": DISCLOSED},
        language=LANGUAGE,
    )


def words_of(board: Storyboard, window: Window | None = None) -> tuple[Cue, ...]:
    """When each line of a film can be read."""
    shown = window or Window.whole(board)
    return cues_of(timed(board), duration_s=(shown.end - shown.first) / board.fps, from_s=shown.first / board.fps)


def timed(board: Storyboard) -> tuple[TimedLine, ...]:
    """The lines of a storyboard as subtitles take them."""
    return tuple(
        TimedLine(
            start_s=line.start_s,
            end_s=line.end_s,
            words=tuple((line.start_s, word) for word in line.text.split()),
            syllables=tuple((one.start_s, one.end_s, one.text, one.ends_word) for one in line.syllables),
        )
        for line in board.lines
    )


def painter_of(style: FilmStyle) -> str:
    """The registered model that paints a style; '' where pictures are painted once and moved through."""
    return {"vid2vid": "film:painted", "few-shot": "film:few-shot", "latent": "cover:scenes-64"}.get(style, "")


def _chapters(board: Storyboard, window: Window) -> list[Chapter]:
    """A chapter for each section of the song, from where its first shot is seen."""
    starts = [board.shots[0], *(after for before, after in pairwise(board.shots) if after.section != before.section)]
    ends = [*(shot.first_frame for shot in starts[1:]), board.frames]
    return [
        Chapter((max(shot.first_frame, window.first) - window.first) / board.fps, shot.section)
        for shot, end in zip(starts, ends, strict=True)
        if end > window.first and shot.first_frame < window.end
    ]
