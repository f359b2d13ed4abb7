"""Reads MIDI files as tunes for the composer: the melody of one part, chords named from all that sounds with it.

The melody is the part that is called one, else the highest part that mostly plays one note at a time; of notes struck
together the highest is taken. Words, where the file has them, tell phrases and stresses. Bars are where the file's
meter puts them: a file does not say that it begins with a pick-up.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np

from media.notation.smf import (
    KEY,
    LYRIC,
    META,
    METER,
    NOTE_OFF,
    NOTE_ON,
    TEMPO,
    TRACK_NAME,
    Event,
    MidiFile,
    event_text,
    read_midi_file,
)
from models.music.tokens import BAR_SLOTS, CLASS_INTERVALS, ChordClass, Meter
from schemas.errors import MediaError
from training.lead_sheet_corpus import METERS, Refused, Tune
from training.sung_words import SungPart, stresses_of

MAX_FILE_BYTES = 2_000_000
MAX_NOTES = 60_000
MAX_BARS = 1_000
MAX_FILES = 20_000

_DRUM_CHANNEL = 9
_FEWEST_NOTES = 16
_MELODY_NAMES = re.compile(r"melod|vocal|voice|lead|sing|song|soprano|treble|upper|tune", re.IGNORECASE)
_ONE_AT_A_TIME = 0.85
_FEWEST_CLASSES = 2
_CHORD_MARGIN = 0.15
_OUTSIDE_COST = 0.6
_ROOT_IN_BASS = 0.25
_SEVENTH_COST = 0.05
_SIMPLE_FIRST: tuple[ChordClass, ...] = ("maj", "min", "7", "min7", "maj7", "dim", "sus", "aug")


class _Note(NamedTuple):
    """A note; times in sixteenths, not yet on the grid."""

    start: float
    end: float
    pitch: int


class _Part(NamedTuple):
    """The notes of a channel of a track, in order of time."""

    name: str
    notes: list[_Note]

    @property
    def alone(self) -> float:
        """The share of notes that end before the next begins, or nearly so."""
        clear = sum(one.end <= other.start + (one.end - one.start) / 8 for one, other in pairwise(self.notes))
        return clear / max(len(self.notes) - 1, 1)

    @property
    def height(self) -> float:
        """Mean pitch."""
        return float(np.mean([note.pitch for note in self.notes]))


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
    if path.stat().st_size > MAX_FILE_BYTES:
        raise MediaError(f"it is larger than {MAX_FILE_BYTES} bytes")
    midi = read_midi_file(path.read_bytes())
    metas = [event for track in midi.tracks for event in track if event.kind == META]
    meter = _meter(metas)
    shift = -pick_up_slots % BAR_SLOTS[meter]
    parts = _parts(midi, shift, MAX_BARS * BAR_SLOTS[meter])
    if not parts:
        raise MediaError("it has no notes but drums")
    melody = _skyline(_melody_part(parts))
    if len(melody) < _FEWEST_NOTES:
        raise MediaError(f"its melody has {len(melody)} notes: at least {_FEWEST_NOTES} are needed")
    words = _words(metas, 4 / midi.ticks_per_quarter, shift)
    lines = [slot for slot, text, _ in words if text[:1].isupper() and text.split("'")[0] != "I"]
    tempo = next((60e6 / max(int.from_bytes(event.body, "big"), 1) for event in metas if event.sub == TEMPO), None)
    harmonised = len(parts) > 1 or parts[0].alone < _ONE_AT_A_TIME
    return Tune(
        meter,
        melody,
        _chords(parts, meter) if harmonised else [],
        next((_sharps(event.body[0]) for event in metas if event.sub == KEY and event.body), None),
        lines,
        stresses=stresses_of(words) if any(place == "begin" for *_, place in words) else {},
        tempo_bpm=tempo if tempo is None or meter != "6/8" else tempo * 2 / 3,
    )


def _sharps(byte: int) -> int:
    return byte - 256 if byte > 127 else byte


def _meter(metas: Sequence[Event]) -> Meter:
    """The meter of the whole file; 4/4 where it says none, as the format has it."""
    signs = {
        (event.body[0], 2 ** min(event.body[1], 7)) for event in metas if event.sub == METER and len(event.body) > 1
    }
    meters = {METERS.get(sign) for sign in signs or {(4, 4)}}
    meter = next(iter(meters))
    if len(meters) > 1 or meter is None:
        said = ", ".join(f"{beats}/{unit}" for beats, unit in sorted(signs))
        raise MediaError(f"meter {said}, or a change of meter, is not known to the composer")
    return meter


def _parts(midi: MidiFile, shift: int, limit: int) -> list[_Part]:
    """Every channel of every track that has notes, drums left out."""
    slots = 4 / midi.ticks_per_quarter
    parts: list[_Part] = []
    for track in midi.tracks:
        name = next((event_text(event) for event in track if event.kind == META and event.sub == TRACK_NAME), "")
        for channel, notes in sorted(_notes(track).items()):
            scaled = [_Note(start * slots + shift, end * slots + shift, pitch) for start, end, pitch in sorted(notes)]
            if channel != _DRUM_CHANNEL:
                parts.append(_Part(name, scaled))
    count = sum(len(part.notes) for part in parts)
    if count > MAX_NOTES:
        raise MediaError(f"it has {count} notes: at most {MAX_NOTES} are read")
    if any(note.end > limit for part in parts for note in part.notes):
        raise MediaError(f"it is longer than {MAX_BARS} bars")
    return parts


def _notes(track: Sequence[Event]) -> dict[int, list[tuple[int, int, int]]]:
    """By channel, (start, end, pitch) in ticks; a release ends the strike of its pitch that was held longest."""
    held: defaultdict[tuple[int, int], list[int]] = defaultdict(list)
    notes: defaultdict[int, list[tuple[int, int, int]]] = defaultdict(list)
    for event in track:
        if event.kind == NOTE_ON and event.body[1]:
            held[event.sub, event.body[0]].append(event.tick)
        elif event.kind in (NOTE_OFF, NOTE_ON) and held[event.sub, event.body[0]]:
            notes[event.sub].append((held[event.sub, event.body[0]].pop(0), event.tick, event.body[0]))
    return notes


def _melody_part(parts: Sequence[_Part]) -> _Part:
    """The part that is named a melody, else the highest that mostly plays one note at a time, else the highest."""
    long = [part for part in parts if len(part.notes) >= _FEWEST_NOTES] or list(parts)
    named = [part for part in long if _MELODY_NAMES.search(part.name)]
    alone = [part for part in long if part.alone >= _ONE_AT_A_TIME]
    return max(named[:1] or alone or long, key=lambda part: part.height)


def _skyline(part: _Part) -> list[tuple[int, int, int]]:
    """The highest note at each sixteenth, cut where the next begins: onset, length and pitch."""
    tops: dict[int, tuple[int, int]] = {}
    for note in part.notes:
        onset = round(note.start)
        if onset not in tops or note.pitch > tops[onset][1]:
            tops[onset] = (max(onset + 1, round(note.end)), note.pitch)
    onsets = sorted(tops)
    ends = [*onsets[1:], max(end for end, _ in tops.values())]
    return [(at, min(tops[at][0], end) - at, tops[at][1]) for at, end in zip(onsets, ends, strict=True)]


def _words(metas: Sequence[Event], slots: float, shift: int) -> list[SungPart]:
    """The syllables of a file; a hyphen before or after one joins it to its neighbour.

    A file without hyphens does not say which syllables make a word: no stress is known of it.
    """
    found = sorted((event.tick, event_text(event)) for event in metas if event.sub == LYRIC)[:MAX_NOTES]
    parts: list[SungPart] = []
    joined = False
    for tick, text in found:
        inner = text.strip().strip("\"'(_")
        before, after = joined or inner.startswith("-"), inner.endswith("-")
        place = {(False, False): "single", (False, True): "begin", (True, True): "middle", (True, False): "end"}
        parts.append((round(tick * slots) + shift, inner.strip("-"), place[before, after]))
        joined = after
    return parts


def _chords(parts: Sequence[_Part], meter: Meter) -> list[tuple[int, int, ChordClass]]:
    """The chord of every half bar (every bar in three) that can be named and is another than before."""
    step = BAR_SLOTS[meter] if meter == "3/4" else BAR_SLOTS[meter] // 2
    spans = int(max(note.end for part in parts for note in part.notes) // step) + 1
    heard = np.zeros((spans, 12))
    bass = np.full(spans, 128)
    for note in (note for part in parts for note in part.notes):
        for span in range(int(note.start // step), int(note.end // step) + 1):
            share = min(note.end, (span + 1) * step) - max(note.start, span * step)
            if share > 0:
                heard[span, note.pitch % 12] += share
                bass[span] = min(bass[span], note.pitch)
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
