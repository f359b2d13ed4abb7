"""A finished film, looked at again: what it says of itself, its pictures and its sound."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from media.film.boxes import Index, read_index
from media.film.joining import Chapter
from media.film.running import Ffmpeg
from schemas.errors import MediaError

MOST_HELD_BYTES = 1 << 30
"""More pictures or sound than this are not held at once."""
LONGEST_SOUND_S = 3600.0
_MOST_CHAPTERS = 400
_SLOWEST_S = 300.0


@dataclass(frozen=True)
class FilmFacts:
    """What a film says of itself; times in seconds."""

    width_px: int
    height_px: int
    fps: float
    frames: int
    duration_s: float
    codecs: tuple[str, ...]
    """Of each stream: 'avc1', 'mp4a', 'tx3g', and 'text' for chapters."""
    languages: tuple[str, ...]
    sound_s: float
    """How long its sound is, 0 where it has none."""
    chapters: tuple[Chapter, ...]
    tags: dict[str, str]
    """title, artist, album, album_artist, date, genre, comment, copyright."""
    streams_at_once: bool
    """Whether it can be played while it still arrives."""


def film_facts(path: Path) -> FilmFacts:
    """The facts of an MP4 film, from its index alone.

    Raises:
        MediaError: the file cannot be read, is no MP4, is damaged, has no pictures or is beyond a bound.
    """
    index = read_index(path)
    pictures = index.only("vide")
    frames = len(pictures.sizes)
    if not frames or pictures.end_s <= 0:
        raise MediaError(f"{path.name} has no pictures: film it again")
    shown = np.sort(pictures.starts_s)
    step = float(np.median(np.diff(shown))) if frames > 1 else pictures.end_s - float(shown[0])
    if step <= 0:
        raise MediaError(f"{path.name} shows two pictures at once: film it again")
    fps = round(1 / step, 3)
    if fps <= 0:
        raise MediaError(f"{path.name} shows a picture for {step:.0f} s, at most 1000 s are read: film it again")
    return FilmFacts(
        width_px=pictures.size[0],
        height_px=pictures.size[1],
        fps=fps,
        frames=frames,
        duration_s=index.duration_s,
        codecs=tuple(stream.codec for stream in index.streams),
        languages=tuple(stream.language for stream in index.streams),
        sound_s=next((stream.end_s for stream in index.streams if stream.kind == "soun"), 0.0),
        chapters=_chapters(path, index),
        tags=index.tags,
        streams_at_once=index.index_first,
    )


def _chapters(path: Path, index: Index) -> tuple[Chapter, ...]:
    """The texts of the stream that the pictures name as that of their chapters."""
    named = index.only("vide").chapters_in
    stream = next((stream for stream in index.streams if stream.number in named), None)
    if stream is None:
        return ()
    if len(stream.sizes) > _MOST_CHAPTERS:
        raise MediaError(f"{path.name} has {len(stream.sizes)} chapters, more than {_MOST_CHAPTERS}: film it again")
    found = []
    with path.open("rb") as file:
        for start, offset, size in zip(stream.starts_s, stream.offsets, stream.sizes, strict=True):
            file.seek(int(offset))
            content = file.read(min(int(size), 1 << 16))
            count = int.from_bytes(content[:2], "big")
            found.append(Chapter(float(start), content[2 : 2 + count].decode("utf-8", "replace")))
    return tuple(found)


def read_frames(
    path: Path, *, first: int = 0, count: int | None = None, size: tuple[int, int] | None = None
) -> Iterator[NDArray[np.uint8]]:
    """Frames of a film, one at a time, in the RGB they were made of. Shapes: each [3, height, width].

    Args:
        path: an MP4 film of ours.
        first: number of the first, from 0.
        count: how many; all that follow where None.
        size: width and height to scale them to; the film's own where None.

    Raises:
        MediaError: the film is damaged, or has no such frames.
    """
    facts = film_facts(path)
    wanted = facts.frames - first if count is None else count
    if first < 0 or wanted < 1 or first + wanted > facts.frames:
        raise MediaError(f"{path.name} has {facts.frames} frames: {wanted} from number {first} on are not there")
    width, height = size or (facts.width_px, facts.height_px)
    if not (1 <= width <= 8192 and 1 <= height <= 8192):
        raise MediaError(f"frames of {width} x {height} px were asked for: sides of 1 to 8192")
    chain = (
        f"scale={width}:{height}:flags=bicubic+accurate_rnd+full_chroma_int+bitexact:in_color_matrix=bt709:in_range=tv"
        ":out_range=pc,format=gbrp"
    )
    arguments = [
        *(
            "-ss",
            f"{max(first - 0.5, 0) / facts.fps:.6f}",
            "-threads",
            "1",
            "-f",
            "mp4",
            "-i",
            f"file:{path.resolve()}",
        ),
        *("-map", "0:v:0", "-frames:v", str(wanted), "-vf", chain, "-fps_mode", "passthrough"),
        *("-f", "rawvideo", "pipe:1"),
    ]
    with Ffmpeg(arguments, path.resolve().parent, reads=True) as ffmpeg:
        for number in range(wanted):
            content = ffmpeg.read(3 * height * width)
            if len(content) < 3 * height * width:
                ffmpeg.finish(_SLOWEST_S)
                raise MediaError(f"{path.name} ends after {number} of {wanted} frames: it is damaged; film it again")
            green_first = np.frombuffer(content, np.uint8).reshape(3, height, width)
            yield green_first[[2, 0, 1]]


def frames_of(path: Path, first: int, count: int, size: tuple[int, int] | None = None) -> NDArray[np.uint8]:
    """Some frames of a film at once. Shapes: [count, 3, height, width].

    Raises:
        MediaError: the film is damaged, has no such frames, or they are more than 1 GiB.
    """
    facts = film_facts(path)
    width, height = size or (facts.width_px, facts.height_px)
    if 3 * width * height * count > MOST_HELD_BYTES:
        raise MediaError(f"{count} frames of {width} x {height} px are more than 1 GiB: read them one at a time")
    return np.stack(list(read_frames(path, first=first, count=count, size=(width, height))))


def sound_of(path: Path) -> tuple[NDArray[np.float32], int]:
    """The sound of a film as it is heard from its first picture on, and its sample rate. Shapes: [frames, channels].

    Raises:
        MediaError: the film has no sound, an hour of it or more, or is damaged.
    """
    stream = read_index(path).only("soun")
    channels, rate = stream.sound
    if not (1 <= channels <= 2 and 8000 <= rate <= 96_000) or stream.end_s > LONGEST_SOUND_S:
        raise MediaError(f"{path.name} has {channels} channels of {rate} Hz for {stream.end_s:.0f} s: film it again")
    arguments = ["-threads", "1", "-f", "mp4", "-i", f"file:{path.resolve()}", "-map", "0:a:0", "-c:a", "pcm_f32le"]
    with Ffmpeg([*arguments, "-f", "f32le", "pipe:1"], path.resolve().parent, reads=True) as ffmpeg:
        content = ffmpeg.read(MOST_HELD_BYTES)
        ffmpeg.finish(_SLOWEST_S)
    return np.frombuffer(content, "<f4").reshape(-1, channels), rate


def strip(path: Path, count: int = 12, *, columns: int = 4, width_px: int = 1600) -> NDArray[np.uint8]:
    """Frames spread evenly over a film, in order, in rows. Shapes: [height, width, 3].

    A film of fewer frames than `count` shows each of them.

    Raises:
        MediaError: the film is damaged, or the counts are out of bounds.
    """
    if not (1 <= columns <= count <= 100 and 16 * columns <= width_px <= 8192):
        raise MediaError(f"a strip of {count} frames in {columns} columns and {width_px} px: at most 100, and 8192 px")
    facts = film_facts(path)
    numbers = _spread(facts.frames, count)
    width = width_px // columns
    height = max(round(width * facts.height_px / facts.width_px), 1)
    rows = -(-len(numbers) // columns)
    sheet = np.zeros((rows * height, columns * width, 3), np.uint8)
    for place, number in enumerate(numbers):
        top, left = place // columns * height, place % columns * width
        picture = frames_of(path, number, 1, (width, height))[0]
        sheet[top : top + height, left : left + width] = picture.transpose(1, 2, 0)
    return sheet


def poster(path: Path, *, looked_at: int = 12) -> NDArray[np.uint8]:
    """The frame that stands for a film: the one with the widest range of light and colour. Shapes: [height, width, 3].

    Frames are looked at small, spread over the film without its first and last tenth, where titles and credits are.

    Raises:
        MediaError: the film is damaged.
    """
    facts = film_facts(path)
    edge = facts.frames // 10
    numbers = [edge + number for number in _spread(facts.frames - 2 * edge, looked_at)]
    small = [frames_of(path, number, 1, (96, 54))[0].astype(np.float32) for number in numbers]
    best = int(np.argmax([picture.std() + np.ptp(picture, axis=0).mean() / 2 for picture in small]))
    return np.ascontiguousarray(frames_of(path, numbers[best], 1)[0].transpose(1, 2, 0))


def _spread(frames: int, count: int) -> list[int]:
    """Numbers in the middles of equal shares of some frames."""
    shares = min(count, frames)
    return [(2 * share + 1) * frames // (2 * shares) for share in range(shares)]
