"""Reels to a film: their pictures as they are, one after the other, with sound, subtitles, chapters and tags."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise
from pathlib import Path

import numpy as np

from media.film.boxes import Stream, disable_stream, read_index
from media.film.reels import TICKS_A_FRAME
from media.film.running import lay_link, lay_text, publish, run, work_folder
from media.film.subtitles.cues import Cue
from media.film.subtitles.files import write_plain_ass
from schemas.audio import SAMPLE_RATE_HZ
from schemas.errors import MediaError

AUDIO_RATE = "192k"
MOST_REELS = 400
MOST_CHAPTERS = 250
LONGEST_TAG = 2000
LONGEST_FROM_S = 3600.0
_TAGS = ("title", "artist", "album", "album_artist", "date", "genre", "comment", "copyright")
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")
_LANGUAGE = re.compile(r"[a-z]{3}")


@dataclass(frozen=True)
class Chapter:
    """A named stretch of a film, which lasts to the next or to the end."""

    start_s: float
    title: str


def join_reels(
    reels: Sequence[Path],
    out: Path,
    *,
    audio: Path | None = None,
    audio_from_s: float = 0.0,
    duration_s: float | None = None,
    words: Sequence[Cue] = (),
    chapters: Sequence[Chapter] = (),
    metadata: Mapping[str, str] | None = None,
    language: str = "und",
) -> float:
    """Writes a film of reels, whole or not at all; its length in seconds, which is that of the reels.

    Pictures are not coded again. The sound begins with the first picture, becomes AAC and is cut, or filled with
    silence, to the length of the pictures. The index lies first, so that a film plays while it arrives. One thread and
    no dates: the same files give the same bytes.

    Args:
        reels: files of `write_reel`, all of one size and rate, in order.
        out: where the film will be; an old one is replaced.
        audio: the master, a FLAC or WAV file; a film without sound where it is None.
        audio_from_s: the moment of the master that is heard with the first picture, seconds.
        duration_s: what the reels must come to, within half a frame; not looked at where None.
        words: to be carried as text that a player can show; off at first. What lies beyond the film's end is cut off.
        chapters: in order; the first may begin later than the film.
        metadata: title, artist, album, album_artist, date, genre, comment, copyright.
        language: of the sound and the subtitles, three letters (ISO 639-2).

    Raises:
        MediaError: a reel is damaged or unlike the others, a value is out of bounds, a folder cannot be written, the
            disk is full or ffmpeg died. Nothing is then left under the name.
    """
    frames, fps, size = _check_reels(reels)
    total = sum(frames)
    length_s = total / fps
    if duration_s is not None and abs(duration_s - length_s) > 0.5 / fps:
        raise MediaError(
            f"the reels last {length_s:.3f} s, and the film should last {duration_s:.3f} s: film the reels that lack"
        )
    if not _LANGUAGE.fullmatch(language):
        raise MediaError(f"the language {language!r} has no code of three letters: write 'eng', 'jpn' or 'und'")
    titles = _titles(metadata or {}, chapters)
    with work_folder(out) as folder:
        _list_reels(reels, frames, fps, folder)
        lay_text(folder / "chapters.txt", _chapter_times(chapters, length_s))
        inputs = ["-f", "concat", "-i", "file:reels.txt", "-f", "ffmetadata", "-i", "file:chapters.txt"]
        outputs = ["-map", "0:v:0", "-c:v", "copy", *titles]
        if audio is not None:
            lay_link(folder / "master", audio)
            inputs += ["-i", "file:master"]
            outputs += _sound(audio_from_s, length_s, language)
        if words:
            lay_text(folder / "words.ass", write_plain_ass(_within(words, length_s)))
            inputs += ["-f", "ass", "-i", "file:words.ass"]
            outputs += ["-map", f"{3 if audio else 2}:s:0", "-c:s", "mov_text"]
            outputs += ["-metadata:s:s:0", f"language={language}"]
        run([*inputs, *outputs, *_container(fps, length_s), "-y", "file:film.mp4"], folder)
        if words:
            disable_stream(folder / "film.mp4", "sbtl")
        _check_film(folder / "film.mp4", total, fps, size)
        publish(folder / "film.mp4", out)
    return length_s


def _check_reels(reels: Sequence[Path]) -> tuple[list[int], int, tuple[int, int]]:
    """How many frames each reel has, and the rate and size of all."""
    if not 1 <= len(reels) <= MOST_REELS:
        raise MediaError(f"{len(reels)} reels were to be joined: 1 to {MOST_REELS}")
    found = []
    for path in reels:
        streams = read_index(path).streams
        if [stream.codec for stream in streams] != ["avc1"] or not len(streams[0].sizes):
            raise MediaError(f"{path.name} is no reel, which holds H.264 and nothing else: film it again")
        found.append(streams[0])
    first = found[0]
    fps = first.timescale // TICKS_A_FRAME
    for path, here in zip(reels, found, strict=True):
        if (here.size, here.timescale, here.setup) != (first.size, first.timescale, first.setup):
            raise MediaError(
                f"{path.name} ({here.size[0]} x {here.size[1]} px, {here.timescale} ticks a second) is coded otherwise "
                f"than {reels[0].name} ({first.size[0]} x {first.size[1]} px, {first.timescale}): "
                "film both again with one size, rate and preset"
            )
        if fps < 1 or not _even(here, fps):
            raise MediaError(f"{path.name} does not show a frame every 1/{fps} s: film it again")
    return [len(stream.sizes) for stream in found], fps, first.size


def _even(stream: Stream, fps: int) -> bool:
    """Whether frame n is shown at n / fps seconds, to a thousandth of a frame."""
    return bool(np.abs(np.sort(stream.starts_s) * fps - np.arange(len(stream.sizes))).max() < 1e-3)


def _list_reels(reels: Sequence[Path], frames: Sequence[int], fps: int, folder: Path) -> None:
    """The list ffmpeg joins by. Lengths are rounded to microseconds where they end, so that errors never add up."""
    rows, ends = ["ffconcat version 1.0"], list(accumulate(frames, initial=0))
    for number, path in enumerate(reels):
        lay_link(folder / f"reel{number:03d}.mp4", path)
        lasts = round(ends[number + 1] * 1_000_000 / fps) - round(ends[number] * 1_000_000 / fps)
        rows += [f"file reel{number:03d}.mp4", f"duration {lasts}us"]
    lay_text(folder / "reels.txt", "\n".join(rows) + "\n")


def _sound(from_s: float, length_s: float, language: str) -> list[str]:
    """The master from a moment on, to the sample as long as the pictures, as AAC."""
    if not 0 <= from_s <= LONGEST_FROM_S:
        raise MediaError(f"the sound was to be heard from {from_s} s on: 0 to {LONGEST_FROM_S}")
    count, skipped = round(length_s * SAMPLE_RATE_HZ), round(from_s * SAMPLE_RATE_HZ)
    chain = (
        f"aformat=sample_rates={SAMPLE_RATE_HZ}:channel_layouts=mono|stereo,atrim=start_sample={skipped},"
        f"asetpts=PTS-STARTPTS,apad=whole_len={count},atrim=end_sample={count}"
    )
    return [
        *("-map", "2:a:0", "-af", chain, "-c:a", "aac", "-b:a", AUDIO_RATE, "-threads", "1", "-filter_threads", "1"),
        *("-flags:a", "+bitexact", "-metadata:s:a:0", f"language={language}"),
    ]


def _within(words: Sequence[Cue], length_s: float) -> list[Cue]:
    """The words that can be read before the film ends, and no longer."""
    last_s = math.floor(length_s * 100) / 100
    return [replace(cue, end_s=min(cue.end_s, last_s)) for cue in words if cue.start_s < last_s - 0.01]


def _container(fps: int, length_s: float) -> list[str]:
    clock = str(fps * TICKS_A_FRAME)
    return [
        *("-map_metadata", "1", "-map_chapters", "1", "-t", f"{length_s:.6f}", "-f", "mp4"),
        *("-movflags", "+faststart", "-video_track_timescale", clock, "-movie_timescale", clock),
        *("-fflags", "+bitexact"),
    ]


def _check_film(path: Path, frames: int, fps: int, size: tuple[int, int]) -> None:
    """Whether every frame is there, in its place: a film that stutters is never given a name."""
    pictures = read_index(path).only("vide")
    if pictures.size != size or len(pictures.sizes) != frames or not _even(pictures, fps):
        raise MediaError(f"ffmpeg joined {len(pictures.sizes)} of {frames} frames, or moved some: film the reels again")


def _chapter_times(chapters: Sequence[Chapter], length_s: float) -> str:
    """When chapters begin and end, as ffmetadata. Their names are told apart from it: see `_titles`."""
    if len(chapters) > MOST_CHAPTERS:
        raise MediaError(f"{len(chapters)} chapters were asked for: at most {MOST_CHAPTERS}")
    starts = [chapter.start_s for chapter in chapters]
    if chapters and any(a >= b for a, b in pairwise([-1e-9, *starts, length_s])):
        raise MediaError(
            f"chapters begin at {starts}: they must rise from 0 and stay below the film's {length_s:.3f} s"
        )
    rows = [";FFMETADATA1"]
    for start_s, end_s in zip(starts, [*starts[1:], length_s] if starts else [], strict=True):
        rows += ["[CHAPTER]", "TIMEBASE=1/1000", f"START={round(start_s * 1000)}", f"END={round(end_s * 1000)}"]
    return "\n".join(rows) + "\n"


def _titles(metadata: Mapping[str, str], chapters: Sequence[Chapter]) -> list[str]:
    """Tags, and the names of chapters, as arguments of ffmpeg.

    An argument is taken as it is from the first '=' on. A file of ffmetadata is not: in it a value that ends in a
    backslash swallows the next line, escaped or not.
    """
    if unknown := sorted(set(metadata) - set(_TAGS)):
        raise MediaError(f"a film has no tag {unknown[0]!r}: it has {', '.join(_TAGS)}")
    told = [("-metadata", f"{name}={_one_line(value)}") for name, value in metadata.items()]
    named = [(f"-metadata:c:{n}", f"title={_one_line(chapter.title)}") for n, chapter in enumerate(chapters)]
    return [word for pair in (*told, *named) for word in pair]


def _one_line(text: str) -> str:
    return " ".join(_UNPRINTABLE.sub(" ", text).split())[:LONGEST_TAG]
