"""Reads MIDI files as tunes for the composer: the melody of one part, chords named from all that sounds with it.

The melody is the part that is called one, else the highest part that mostly plays one note at a time; of notes struck
together the highest is taken. Words, where the file has them, tell phrases and stresses. Bars are where the file's
meter puts them: a file does not say that it begins with a pick-up.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from models.music.tokens import BAR_SLOTS, CLASS_INTERVALS, ChordClass, Meter
from schemas.errors import MediaError
from training.lead_sheet_corpus import METERS, Tune
from training.sung_words import SungPart, stresses_of

if TYPE_CHECKING:
    import symusic

MAX_FILE_BYTES = 2_000_000
MAX_NOTES = 60_000
MAX_PARTS = 128
MAX_BARS = 1_000
MAX_FILES = 20_000

_FEWEST_NOTES = 16
_MELODY_NAMES = re.compile(r"melod|vocal|voice|lead|sing|song|soprano|treble|upper|tune", re.IGNORECASE)
_ONE_AT_A_TIME = 0.85
_FEWEST_CLASSES = 2
_CHORD_MARGIN = 0.15
_OUTSIDE_COST = 0.6
_ROOT_IN_BASS = 0.25
_SEVENTH_COST = 0.05
_SIMPLE_FIRST: tuple[ChordClass, ...] = ("maj", "min", "7", "min7", "maj7", "dim", "sus", "aug")


class Refused(NamedTuple):
    """A file that cannot be learned from."""

    name: str
    reason: str


def read_midi_folder(folder: Path) -> Iterator[tuple[str, Tune | Refused]]:
    """Each MIDI file below a folder, by its path in it, as a tune, or why it is none.

    Raises:
        MediaError: there is no such folder, no MIDI file in it, or more than 20,000.
    """
    if not folder.is_dir():
        raise MediaError(f"{folder.name} is no folder: name the one that holds your MIDI files")
    files = sorted(path for path in folder.rglob("*") if path.suffix.lower() in (".mid", ".midi") and path.is_file())
    if not 0 < len(files) <= MAX_FILES:
        raise MediaError(f"{folder.name} holds {len(files)} MIDI files: from 1 to {MAX_FILES} can be learned from")
    for path in files:
        name = path.relative_to(folder).as_posix()
        try:
            yield name, read_midi(path)
        except MediaError as error:
            yield name, Refused(name, str(error))


def read_midi(path: Path, *, pick_up_slots: int = 0) -> Tune:
    """The tune of a MIDI file.

    Args:
        path: the file, at most 2 MB.
        pick_up_slots: how many sixteenths stand before the first bar line.

    Raises:
        MediaError: it is no readable MIDI file, too long, without a melody, or in a meter the composer does not know.
    """
    score = _score(path)
    meter = _meter(score)
    shift = -pick_up_slots % BAR_SLOTS[meter]
    slots = 4 / score.ticks_per_quarter
    parts = [part for part in score.tracks if not part.is_drum and len(part.notes)]
    if not parts:
        raise MediaError("it has no notes but drums")
    melody = _skyline(_melody_part(parts), slots, shift)
    if len(melody) < _FEWEST_NOTES:
        raise MediaError(f"its melody has {len(melody)} notes: at least {_FEWEST_NOTES} are needed")
    if melody[-1][0] > MAX_BARS * BAR_SLOTS[meter]:
        raise MediaError(f"it is longer than {MAX_BARS} bars")
    words = _words(score, slots, shift)
    lines = [slot for slot, text, _ in words if text[:1].isupper() and text.split("'")[0] != "I"]
    key = next((int(sign.key) for sign in score.key_signatures), None)
    tempo = next((float(tempo.qpm) for tempo in score.tempos), None)
    return Tune(
        meter,
        melody,
        _chords(parts, meter, slots, shift) if len(parts) > 1 or _has_chords(parts[0]) else [],
        key,
        lines,
        stresses=stresses_of(words) if any(place == "begin" for *_, place in words) else {},
        tempo_bpm=tempo if tempo is None or meter != "6/8" else tempo * 2 / 3,
    )


def _score(path: Path) -> symusic.Score:
    import symusic

    if path.stat().st_size > MAX_FILE_BYTES:
        raise MediaError(f"it is larger than {MAX_FILE_BYTES} bytes")
    content = path.read_bytes()
    if content[:4] != b"MThd":
        raise MediaError("it is no MIDI file")
    try:
        score = symusic.Score.from_midi(content)
    except (RuntimeError, ValueError, OSError) as error:
        raise MediaError(f"it cannot be read: {str(error)[:120]}") from error
    notes = sum(len(part.notes) for part in score.tracks)
    if notes > MAX_NOTES or len(score.tracks) > MAX_PARTS or score.ticks_per_quarter < 1:
        raise MediaError(f"{notes} notes in {len(score.tracks)} parts: at most {MAX_NOTES} in {MAX_PARTS} are read")
    return score


def _meter(score: symusic.Score) -> Meter:
    """The meter of the whole file; 4/4 where it says none, as the format has it."""
    signs = {(sign.numerator, sign.denominator) for sign in score.time_signatures} or {(4, 4)}
    meters = {METERS.get(sign) for sign in signs}
    meter = next(iter(meters))
    if len(meters) > 1 or meter is None:
        said = ", ".join(f"{beats}/{unit}" for beats, unit in sorted(signs))
        raise MediaError(f"meter {said}, or a change of meter, is not known to the composer")
    return meter


def _melody_part(parts: Sequence[Any]) -> Any:  # noqa: ANN401
    """The part that is named a melody, else the highest that mostly plays one note at a time, else the highest."""
    long = [part for part in parts if len(part.notes) >= _FEWEST_NOTES] or list(parts)
    named = [part for part in long if _MELODY_NAMES.search(part.name)]
    alone = [part for part in long if _alone(part) >= _ONE_AT_A_TIME]
    return max(named[:1] or alone or long, key=lambda part: float(np.mean([note.pitch for note in part.notes])))


def _alone(part: Any) -> float:  # noqa: ANN401
    """The share of a part's notes that end before the next begins, or with it."""
    notes = sorted(part.notes, key=lambda note: (note.time, -note.pitch))
    clear = sum(one.time + one.duration <= other.time + one.duration // 8 for one, other in pairwise(notes))
    return float(clear) / max(len(notes) - 1, 1)


def _has_chords(part: Any) -> bool:  # noqa: ANN401
    return _alone(part) < _ONE_AT_A_TIME


def _skyline(part: Any, slots: float, shift: int) -> list[tuple[int, int, int]]:  # noqa: ANN401
    """The highest note at each onset, cut where the next begins."""
    tops: dict[int, tuple[int, int]] = {}
    for note in part.notes:
        onset = round(note.time * slots) + shift
        end = max(onset + 1, round((note.time + note.duration) * slots) + shift)
        if onset not in tops or note.pitch > tops[onset][1]:
            tops[onset] = (end, int(note.pitch))
    onsets = sorted(tops)
    ends = [*onsets[1:], max((end for end, _ in tops.values()), default=0)]
    return [(at, min(tops[at][0], end) - at, tops[at][1]) for at, end in zip(onsets, ends, strict=True)]


def _words(score: symusic.Score, slots: float, shift: int) -> list[SungPart]:
    """The syllables of a file; a hyphen before or after one joins it to its neighbour.

    A file without hyphens does not say which syllables make a word: no stress is known of it.
    """
    found = sorted((lyric.time, lyric.text) for part in score.tracks for lyric in part.lyrics)[:MAX_NOTES]
    parts: list[SungPart] = []
    joined = False
    for time, text in found:
        inner = text.strip().strip("\"'(_")
        before, after = joined or inner.startswith("-"), inner.endswith("-")
        place = {(False, False): "single", (False, True): "begin", (True, True): "middle", (True, False): "end"}
        parts.append((round(time * slots) + shift, inner.strip("-"), place[before, after]))
        joined = after
    return parts


def _chords(parts: Sequence[Any], meter: Meter, slots: float, shift: int) -> list[tuple[int, int, ChordClass]]:
    """The chord of every half bar (every bar in three) that can be named and is another than before."""
    bar = BAR_SLOTS[meter]
    step = bar if meter == "3/4" else bar // 2
    ends = max(note.time + note.duration for part in parts for note in part.notes)
    spans = min(int(ends * slots + shift) // step + 1, MAX_BARS * bar // step)
    heard = np.zeros((spans, 12))
    bass = np.full(spans, 128)
    for part in parts:
        for note in part.notes:
            start, end = note.time * slots + shift, (note.time + note.duration) * slots + shift
            for span in range(int(start // step), min(int(-(-end // step)), spans)):
                share = min(end, (span + 1) * step) - max(start, span * step)
                heard[span, note.pitch % 12] += max(share, 0.0)
                bass[span] = min(bass[span], note.pitch) if share > 0 else bass[span]
    chords: list[tuple[int, int, ChordClass]] = []
    for span in range(spans):
        named = _named(heard[span], int(bass[span]) % 12)
        if named and (not chords or chords[-1][1:] != named):
            chords.append((span * step, *named))
    return chords


def _named(heard: np.ndarray, bass: int) -> tuple[int, ChordClass] | None:
    """The chord that explains most of what sounds; None where too little sounds or nothing explains it."""
    if np.count_nonzero(heard) < _FEWEST_CLASSES:
        return None
    weights = heard / heard.sum()
    best, found = -np.inf, None
    for name in _SIMPLE_FIRST:
        tones = CLASS_INTERVALS[name]
        for root in range(12):
            inside = [weights[(root + tone) % 12] for tone in tones]
            score = sum(inside) - _OUTSIDE_COST * (1 - sum(inside)) + (_ROOT_IN_BASS if root == bass else 0.0)
            score -= _CHORD_MARGIN * sum(weight == 0 for weight in inside) + _SEVENTH_COST * (len(tones) - 3)
            if score > best:
                best, found = score, (root, name)
    return found if best > _CHORD_MARGIN else None
