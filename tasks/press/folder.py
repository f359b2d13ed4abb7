"""The release folder: audio by format, words, scores, stems, cover, record, credits and a page that plays it."""

from __future__ import annotations

import json
import re
import shutil
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING

from media.inspect.disclosure import disclosure_tag
from media.pictures.reading import encode_jpeg, read_picture
from media.sound.lrc import timed_lines, write_lrc
from media.sound.tags import Tags, tag_flac, tag_mp3
from schemas.audio import Encoding, Stem
from schemas.picture import CoverArt, Engraving
from schemas.release import ReleasedFile

if TYPE_CHECKING:
    from media.sound.lrc import TimedLine
    from schemas.base import BlobRef
    from tasks.press.record import ApprovedSong
    from tasks.state import AlbumState


_LARGEST_TAG_BYTES = 500_000
_TAG_PX = 1200


def file_stem(number: int, title: str) -> str:
    """A file name without ending that every file system takes: '01 Upon the Water'."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode()
    kept = re.sub(r"[^A-Za-z0-9 _-]+", "", plain)
    return f"{number:02d} {re.sub(r' +', ' ', kept).strip()[:80] or 'song'}".strip()


def write_song(
    state: AlbumState, song: ApprovedSong, folder: Path, *, total: int, credit: str
) -> tuple[TimedLine, ...]:
    """Write a song's files under a folder; its timed lines."""
    lines = timed_lines(song.lead, song.vocal.syllables)
    name = file_stem(song.number, song.title)
    _write_audio(state, song, folder, name, lines, total=total, credit=credit)
    _write_words(state, song, folder, name, lines)
    _write_scores(state, song, folder, name)
    for part, step in _stem_parts(state, song):
        stem = state.bench.get(state.of(step, song.plan, part) or "", Stem)
        _copy(state, stem.audio, folder / "stems" / name / f"{part}.flac")
    return lines


def write_cover(state: AlbumState, folder: Path) -> CoverArt:
    """Write the cover as PNG, as JPEG of the size that shops ask for, and its drawing or its words as SVG."""
    cover = state.bench.get(state.of("paint_cover", None) or "", CoverArt)
    _copy(state, cover.picture, folder / "cover.png")
    if cover.shop is not None:
        _copy(state, cover.shop, folder / "cover.jpg")
    if cover.drawing is not None:
        _copy(state, cover.drawing, folder / ("cover.svg" if cover.plain is None else "cover-words.svg"))
    return cover


def tag_picture(png: bytes) -> bytes:
    """The cover as files carry it in their tags: as it is where it is small, or a JPEG of 1200 pixels.

    A painted cover as PNG would add some 4 MB to every file.
    """
    if len(png) <= _LARGEST_TAG_BYTES:
        return png
    return encode_jpeg(read_picture(png, longest_px=_TAG_PX), 88)


def write_text(path: Path, text: str) -> None:
    """Write text as UTF-8 with Unix line ends, making the folder where it is missing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")


def write_json(path: Path, value: object) -> None:
    """Write a value as readable JSON."""
    write_text(path, json.dumps(value, indent=2, ensure_ascii=False, sort_keys=True, allow_nan=False) + "\n")


def list_files(folder: Path) -> tuple[ReleasedFile, ...]:
    """Every file under a folder with its hash, in order of path; release.json itself is left out."""
    import hashlib

    found = []
    for path in sorted(folder.rglob("*")):
        relative = path.relative_to(folder).as_posix()
        if path.is_file() and relative != "release.json":
            with path.open("rb") as stream:
                digest = hashlib.file_digest(stream, "sha256").hexdigest()
            found.append(ReleasedFile(path=relative, sha256=digest, size=path.stat().st_size))
    return tuple(found)


def publish(made: Path, final: Path) -> None:
    """Move a finished folder to its name in one step; an older one is set aside first and removed after."""
    final.parent.mkdir(parents=True, exist_ok=True)
    old = final.with_name(f".{final.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if final.exists():
        final.rename(old)
    made.rename(final)
    shutil.rmtree(old, ignore_errors=True)


def _write_audio(
    state: AlbumState,
    song: ApprovedSong,
    folder: Path,
    name: str,
    lines: tuple[TimedLine, ...],
    *,
    total: int,
    credit: str,
) -> None:
    cover = state.bench.get(state.of("paint_cover", None) or "", CoverArt)
    tags = Tags(
        title=song.title,
        artist=state.plan.artist,
        album=state.plan.title,
        number=song.number,
        total=total,
        genre=state.plan.genre.replace("-", " ").title(),
        mood=state.plan.mood,
        bpm=song.plan.tempo_bpm,
        key=str(song.plan.key),
        comment="AI-generated with Hibari",
        disclosure=disclosure_tag(song.inspection.disclosure),
        credit=credit,
        lyrics="\n".join(_text(line) for line in lines),
        synced=tuple((line.start_s, _text(line)) for line in lines),
        cover=tag_picture(state.bench.blobs.read(cover.picture)),
    )
    flac, mp3 = folder / "flac" / f"{name}.flac", folder / "mp3" / f"{name}.mp3"
    _copy(state, song.master.audio, flac)
    tag_flac(flac, tags)
    encoding = state.bench.get(state.of("encode", song.plan) or "", Encoding)
    _copy(state, encoding.audio, mp3)
    tag_mp3(mp3, tags)


def _text(line: TimedLine) -> str:
    return " ".join(word for _, word in line.words)


def _write_words(state: AlbumState, song: ApprovedSong, folder: Path, name: str, lines: tuple[TimedLine, ...]) -> None:
    length_s = song.master.duration_s
    for ending, enhanced in ((".lrc", False), (".words.lrc", True)):
        text = write_lrc(song.title, state.plan.artist, state.plan.title, length_s, lines, enhanced=enhanced)
        write_text(folder / "lyrics" / f"{name}{ending}", text)
    sheet = [song.title, ""]
    for section in song.plan.sections:
        if section.words:
            sheet += [f"[{section.name}]", *(line.text for line in song.lyrics.section(section.words).lines), ""]
    write_text(folder / "lyrics" / f"{name}.txt", "\n".join(sheet))


def _write_scores(state: AlbumState, song: ApprovedSong, folder: Path, name: str) -> None:
    engraving = state.bench.get(state.of("engrave", song.plan) or "", Engraving)
    scores = folder / "scores"
    _copy(state, engraving.pdf, scores / f"{name} - lead sheet.pdf")
    _copy(state, engraving.musicxml, scores / f"{name} - lead sheet.musicxml")
    _copy(state, engraving.score_musicxml, scores / f"{name} - score.musicxml")
    _copy(state, engraving.midi, scores / f"{name}.mid")
    for number, page in enumerate(engraving.pages, start=1):
        _copy(state, page, scores / f"{name} - lead sheet {number}.svg")
    for picture, what in ((engraving.piano_roll, "notes.svg"), (engraving.similarity, "form.png")):
        if picture is not None:
            _copy(state, picture, scores / f"{name} - {what}")
    if engraving.pictured:
        write_text(scores / f"{name} - notes.txt", engraving.pictured)


def _stem_parts(state: AlbumState, song: ApprovedSong) -> list[tuple[str, str]]:
    from tasks.steps.sound import RENDER, SING

    return [(part, step.name) for step in (RENDER, SING) for part in step.parts(state, song.plan) or ()]


def _copy(state: AlbumState, blob: BlobRef, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    state.bench.blobs.copy_to(blob, path)
