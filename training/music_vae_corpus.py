"""What a MusicVAE learns from: stretches of tunes, and of the drum patterns that the arranger plays.

Melodies come from OpenEWLD's lead sheets and Nottingham's folk tunes, moved to the key signature of C and to the octave
about C5, in bars of sixteen sixteenths; for two bars also those in three, whose last eight sixteenths are silent.
Songs are divided by a hash of their titles, so all versions of a title lie on one side.
"""

from __future__ import annotations

import hashlib
import logging
import re
import tarfile
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from models.music.key_finding import find_key
from models.music.music_vae.config import Kind
from models.music.music_vae.vocabulary import STEPS_PER_BAR, GridNote, melody_tokens
from schemas.errors import MediaError
from training.lead_sheet_corpus import read_lead_sheet

log = logging.getLogger(__name__)

Split = Literal["train", "valid", "test"]
Windows = dict[str, np.ndarray]
"""Tokens [stretches, steps] of int16, by split."""

ARCHIVES = ("openewld.tar.xz", "nottingham.tar.xz")
_CENTRE = 72
_MOST_NOTES, _MOST_BARS = 4000, 400
_FEWEST_NOTES_A_BAR = 1.5
_MOST_SILENT_STEPS = 8
_BAR_STEPS = {(4, 4): 16, (2, 2): 16, (2, 4): 16, (3, 4): 12}
_MODERN = re.compile(r"^[CS]:.*\b(19|20)\d\d\b", re.MULTILINE)


@dataclass(frozen=True)
class CorpusTune:
    """A tune of the corpus."""

    title: str
    bar_steps: int
    """Sixteenths in a bar: 16 or 12."""
    notes: tuple[GridNote, ...]


def read_windows(kind: Kind, bars: int, data: Path, work: Path) -> Windows:
    """The stretches of the corpus, from those kept in `work` where they are there.

    Args:
        kind: melody or drums.
        bars: length of a stretch.
        data: the folder of `ARCHIVES`; not looked at for drums.
        work: where the stretches are kept.

    Raises:
        MediaError: an archive is missing or damaged.
    """
    kept = work / f"{kind}-{bars}.npz"
    if kept.exists():
        with np.load(kept) as file:
            return {split: file[split] for split in ("train", "valid", "test")}
    if kind == "drums":
        from training.drum_patterns import pattern_windows

        windows = pattern_windows(bars)
    else:
        windows = tune_windows(list(read_tunes(data)), bars)
    work.mkdir(parents=True, exist_ok=True)
    part = kept.with_suffix(".part")
    with part.open("wb") as file:
        np.savez(file, train=windows["train"], valid=windows["valid"], test=windows["test"])
    part.replace(kept)
    log.info("%s: %s", kept.name, {split: len(rows) for split, rows in windows.items()})
    return windows


def read_tunes(data: Path) -> Iterator[CorpusTune]:
    """The tunes of the archives in bars of four or three quarters; what does not fit is left out and named.

    Raises:
        MediaError: an archive is missing or damaged.
    """
    with tempfile.TemporaryDirectory(prefix="hibari-tunes-") as folder:
        for name in ARCHIVES:
            try:
                with tarfile.open(data / name) as tar:
                    tar.extractall(folder, filter="data")
            except (OSError, tarfile.TarError) as error:
                raise MediaError(f"{name} is missing or damaged in {data.name}/: {error}") from error
        yield from _lead_sheets(Path(folder) / "openewld")
        yield from _folk_tunes(Path(folder) / "nottingham")


def tune_windows(tunes: list[CorpusTune], bars: int) -> Windows:
    """Stretches of tunes that begin at a bar line, each once in a split; with many bars every second bar line."""
    found: dict[str, dict[bytes, np.ndarray]] = {"train": {}, "valid": {}, "test": {}}
    for tune in tunes:
        if bars > 2 and tune.bar_steps != STEPS_PER_BAR:
            continue
        for tokens in _stretches(tune, bars):
            found[split_of(tune.title)].setdefault(tokens.tobytes(), tokens)
    empty = np.zeros((0, bars * STEPS_PER_BAR), dtype=np.int16)
    return {split: np.stack(list(rows.values())) if rows else empty for split, rows in found.items()}


def split_of(title: str) -> Split:
    """On which side a title lies: one in twenty is for choosing the step, one in twenty for the test."""
    plain = re.sub(r"[^a-z0-9]", "", title.lower())
    place = int(hashlib.sha256(plain.encode()).hexdigest(), 16) % 20
    return "valid" if place == 0 else "test" if place == 1 else "train"


def _stretches(tune: CorpusTune, bars: int) -> Iterator[np.ndarray]:
    size, steps = bars * tune.bar_steps, bars * STEPS_PER_BAR
    end = max((note.onset + note.length for note in tune.notes), default=0)
    for start in range(0, min(end, _MOST_BARS * tune.bar_steps), tune.bar_steps * (1 if bars <= 2 else 2)):
        inside = [
            GridNote(note.onset - start, min(note.length, start + size - note.onset), note.pitch)
            for note in tune.notes
            if start <= note.onset < start + size
        ]
        if len(inside) < _FEWEST_NOTES_A_BAR * bars or inside[0].onset > _MOST_SILENT_STEPS:
            continue
        pauses = [b.onset - a.onset - a.length for a, b in zip(inside, inside[1:], strict=False)]
        if max(pauses, default=0) <= 2 * STEPS_PER_BAR and end >= start + size - STEPS_PER_BAR:
            yield np.array(melody_tokens(inside, steps), dtype=np.int16)


def _lead_sheets(folder: Path) -> Iterator[CorpusTune]:
    for path in sorted(folder.rglob("*.mxl")):
        try:
            tune = read_lead_sheet(path)
        except MediaError as error:
            log.info("left out: %s", error)
            continue
        bar_steps = {"4/4": 16, "2/4": 16, "3/4": 12}.get(tune.meter)
        if bar_steps is None or len(tune.notes) > _MOST_NOTES:
            log.info("left out: %s is in %s", path.name, tune.meter)
            continue
        fifths = tune.fifths
        if fifths is None:
            tonic, mode = find_key(tune.notes)
            fifths = (tonic if mode == "major" else tonic + 3) * 7 % 12
        if (notes := at_home([GridNote(*note[:3]) for note in tune.notes], fifths)) is not None:
            yield CorpusTune(path.stem, bar_steps, notes)


def _folk_tunes(folder: Path) -> Iterator[CorpusTune]:
    """Nottingham's tunes; those whose source names a year after 1899 are left out, for they may not be free."""
    import symusic

    heads = _abc_heads(folder / "ABC_cleaned")
    for path in sorted((folder / "MIDI" / "melody").glob("*.mid")):
        head = heads.get(path.stem, "")
        if _MODERN.search(head):
            log.info("left out: %s is of the twentieth century", path.stem)
            continue
        score = symusic.Score(str(path))
        meters = {(sign.numerator, sign.denominator) for sign in score.time_signatures}
        bar_steps = _BAR_STEPS.get(next(iter(meters))) if len(meters) == 1 else None
        if bar_steps is None or not score.tracks or not 0 < len(score.tracks[0].notes) <= _MOST_NOTES:
            log.info("left out: %s is in %s", path.stem, sorted(meters))
            continue
        notes = _on_grid(score.tracks[0].notes, score.ticks_per_quarter / 4)
        fifths = score.key_signatures[0].key if score.key_signatures else 0
        title = re.search(r"^T: *(.+)$", head, re.MULTILINE)
        if notes and (home := at_home(notes, fifths)) is not None:
            yield CorpusTune(title[1] if title else path.stem, bar_steps, home)


def _abc_heads(folder: Path) -> dict[str, str]:
    """The header lines of every tune, by the name of its MIDI file: the book's name and the tune's number."""
    heads: dict[str, str] = {}
    for path in sorted(folder.glob("*.abc")):
        for tune in re.split(r"^(?=X:)", path.read_text(encoding="latin-1"), flags=re.MULTILINE):
            if number := re.match(r"X: *(\d+)", tune):
                heads[f"{path.stem}{number[1]}"] = "\n".join(re.findall(r"^[A-Z]:.*$", tune, re.MULTILINE))
    return heads


def _on_grid(notes: list[object], step_ticks: float) -> list[GridNote]:
    """Notes moved to the nearest sixteenth; of several that come to lie on one, the first stays."""
    found: list[GridNote] = []
    for note in notes:
        onset, end = (round(tick / step_ticks) for tick in (note.start, note.end))  # type: ignore[attr-defined]
        if not found or onset > found[-1].onset:
            if found and sum(found[-1][:2]) > onset:
                found[-1] = found[-1]._replace(length=onset - found[-1].onset)
            found.append(GridNote(onset, max(1, end - onset), note.pitch))  # type: ignore[attr-defined]
    return found


def at_home(notes: list[GridNote], fifths: int) -> tuple[GridNote, ...] | None:
    """Notes moved to the signature of C and the octave whose middle is nearest to C5; None where one leaves the piano.

    Args:
        notes: the tune.
        fifths: sharps (positive) or flats (negative) of its key signature.
    """
    mean = sum(note.pitch * note.length for note in notes) / max(1, sum(note.length for note in notes))
    shift = min((12 * octave - fifths * 7 % 12 for octave in range(-4, 6)), key=lambda each: abs(mean + each - _CENTRE))
    moved = tuple(note._replace(pitch=note.pitch + shift) for note in notes)
    return moved if all(36 <= note.pitch <= 100 for note in moved) else None
