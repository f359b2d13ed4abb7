"""Outlines of sounds and the balance of stems: measured once, then read from a cache on disk that stays small."""

from __future__ import annotations

import contextlib
import os
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from pydantic import Field, ValidationError

from media.page.waveform import waveform_peaks
from schemas.base import BlobRef, Digest, Record

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from media.sound.mix import StemAudio
    from studio.views.song_pieces import SongPieces
    from tasks.bench import Bench

MOST_FILES = 4000
"""How many files the cache holds; when there are more, the oldest half goes."""

OUTLINE_POINTS = 1200
STEM_POINTS = 300

R = TypeVar("R", bound=Record)


class Outline(Record):
    """How loud a sound is from start to end: heights of 0-255, the loudest 255."""

    peaks: tuple[int, ...] = Field(max_length=20_000)


class StemLevel(Record):
    """How a dry stem is played beside the others."""

    part: str
    gain_db: float
    pan: float = Field(ge=-1, le=1)
    peaks: tuple[int, ...] = Field(max_length=20_000)


class StemDesk(Record):
    """The dry stems of a version, balanced as its mix balances them."""

    master: Digest
    lufs: float = Field(description="integrated loudness of all stems together, in LUFS")
    peak: float = Field(ge=0, description="largest sample of all stems together, 1.0 is full scale")
    stems: tuple[StemLevel, ...]


def outline(bench: Bench, audio: BlobRef, points: int = OUTLINE_POINTS) -> Outline:
    """The outline of a FLAC blob.

    Raises:
        BlobError: it is missing or damaged.
    """
    from media.sound.encode import read_flac

    def measure() -> Outline:
        return Outline(peaks=tuple(waveform_peaks(read_flac(bench.blobs.read(audio)), points)))

    return _remembered(bench, f"{audio.sha256}-{points}", Outline, measure)


def stem_desk(bench: Bench, pieces: SongPieces) -> StemDesk:
    """The stems of a version with their gains, places and outlines.

    Raises:
        BlobError: a stem's audio is missing or damaged.
        MediaError: a stem cannot be read.
    """
    return _remembered(bench, f"{pieces.tree.digest}-stems", StemDesk, lambda: _measure(bench, pieces))


def _measure(bench: Bench, pieces: SongPieces) -> StemDesk:
    # scipy takes a second to import, and most of what the studio serves is measured already
    from media.sound.encode import read_flac
    from media.sound.mix import StemAudio
    from media.sound.stem_balance import stem_balance

    lead, outlines = pieces.lead, {}

    def sounds() -> Iterator[StemAudio]:
        ordered = sorted(pieces.stems, key=lambda part: (pieces.stems[part].role == "vocal", part))
        for part in ordered:
            sound = read_flac(bench.blobs.read(pieces.stems[part].audio))
            outlines[part] = tuple(waveform_peaks(sound, STEM_POINTS))
            yield StemAudio(part=part, role=pieces.stems[part].role, audio=sound)

    balance = stem_balance(
        sounds(),
        pieces.plan.genre,
        roles=[stem.role for stem in pieces.stems.values()],
        sections=lead.sections,
        seconds_per_tick=lead.seconds_per_tick,
        bar_ticks=lead.bar_ticks,
        frames=max(stem.frames for stem in pieces.stems.values()),
    )
    return StemDesk(
        master=pieces.tree.digest,
        lufs=balance.lufs,
        peak=balance.peak,
        stems=tuple(
            StemLevel(part=part, gain_db=balance.gains_db[part], pan=balance.pans[part], peaks=outlines[part])
            for part in pieces.stems
        ),
    )


def _remembered(bench: Bench, name: str, kind: type[R], measure: Callable[[], R]) -> R:
    """What a file of the cache says; measured and written where there is none, or one that cannot be read."""
    folder = bench.settings.home / "cache" / "outlines"
    path = folder / f"{name}.json"
    with contextlib.suppress(OSError, ValidationError, ValueError):
        return kind.model_validate_json(path.read_bytes())
    found = measure()
    with contextlib.suppress(OSError):  # A full disk makes pages slower, not wrong.
        folder.mkdir(parents=True, exist_ok=True)
        _keep_small(folder)
        part = folder / f".{uuid.uuid4().hex}"
        part.write_text(found.model_dump_json(), encoding="utf-8")
        part.replace(path)
    return found


def _keep_small(folder: Path) -> None:
    with os.scandir(folder) as entries:
        aged = [(entry.stat().st_mtime, entry.path) for entry in entries if entry.is_file()]
    if len(aged) < MOST_FILES:
        return
    for _, path in sorted(aged)[: len(aged) - MOST_FILES // 2]:
        Path(path).unlink(missing_ok=True)
