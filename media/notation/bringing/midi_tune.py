"""The melody of a MIDI file: the part that is named so, or has words, else the one most like a song."""

from __future__ import annotations

import re
from collections import defaultdict, deque
from itertools import pairwise
from typing import NamedTuple

from media.notation.bringing.settling import Found, FoundChord, settle
from media.notation.bringing.tune import BroughtTune
from media.notation.smf import (
    KEY,
    LYRIC,
    MARKER,
    META,
    METER,
    NOTE_OFF,
    NOTE_ON,
    TEMPO,
    TEXT,
    TRACK_NAME,
    Event,
    MidiFile,
    event_text,
    read_midi_file,
)
from media.notation.spelling import key_from_sharps, parse_chord_text
from schemas.errors import MediaError
from schemas.plan import TICKS_PER_QUARTER, Key

_DRUM_CHANNEL = 9
_NAMES = (r"melod", r"vocals?\b|voce|\bvox\b|voice|sing|gesang|chant\b|canto", r"\blead\b|tune|solo|soprano|theme")
_NOT_SUNG = r"bass|drum|perc|chord|accomp|pad\b|piano|guitar|bridge|back"
_MIDDLE = 69
_MAX_SYLLABLES = 8_000


class _Line(NamedTuple):
    """The notes of one channel of one track: (onset, length, pitch) in ticks, and its track's lyrics."""

    name: str
    place: str
    notes: list[tuple[float, float, int]]
    lyrics: list[tuple[float, str]]

    @property
    def alone(self) -> float:
        """The share of its notes that are struck with no other and after the one before has all but ended."""
        ordered = sorted(self.notes)
        together = sum(after[0] < before[0] + 0.75 * before[1] for before, after in pairwise(ordered))
        return 1 - together / len(ordered)

    @property
    def songlike(self) -> float:
        """How much it is like a sung melody: single notes, small steps, a narrow and middling range, many notes."""
        pitches = [pitch for _, _, pitch in sorted(self.notes)]
        steps = [abs(after - before) for before, after in pairwise(pitches)]
        small = sum(step <= 4 for step in steps) / max(1, len(steps))
        middle = sorted(pitches)[len(pitches) // 2]
        span = max(pitches) - min(pitches)
        return 3 * self.alone + small - (span + abs(middle - _MIDDLE)) / 48 + min(1.0, len(pitches) / 300) / 2


def read_midi_tune(content: bytes, *, part: str = "", bars: tuple[int, int] | None = None) -> BroughtTune:
    """The melody of a MIDI file.

    Of several parts the melody is, first, the one named `part`; then one whose name says melody, voice or lead; then
    one with words; then, of the parts played one note at a time for most of the song, the highest. A remark says which.

    Args:
        content: the bytes of a .mid file.
        part: the name of the part wanted, or a piece of it; '' lets it be found.
        bars: first and last bar wanted, counted from 1; None for all.

    Raises:
        MediaError: the file is damaged or too long, changes meter, has a meter no song can have, has no notes, or no
            part of that name.
    """
    midi = read_midi_file(content)
    scale = TICKS_PER_QUARTER / midi.ticks_per_quarter
    lines = [line for number, track in enumerate(midi.tracks) for line in _lines(track, number, scale)]
    if not lines:
        raise MediaError("the MIDI file has no notes besides drums: export it with the melody")
    metas = sorted((e for track in midi.tracks for e in track if e.kind == META), key=lambda e: e.tick)
    found = Found(notes=[], tempo=_tempo(metas), key=_key(metas))
    shift = _meter(metas, scale, found)
    line, why = _melody(lines, part)
    if len(lines) > 1:
        found.remarks.append(f"of {len(lines)} parts {line.place} was taken, {why}")
    found.notes = [(onset + shift, length, pitch) for onset, length, pitch in line.notes]
    found.title = _title(midi, line)
    found.words = _words(line.lyrics or next((each.lyrics for each in lines if each.lyrics), []))
    found.chords = _chords(midi, scale, shift)
    return settle(found, bars=bars)


def _lines(track: list[Event], number: int, scale: float) -> list[_Line]:
    held: defaultdict[tuple[int, int], deque[int]] = defaultdict(deque)
    notes: defaultdict[int, list[tuple[float, float, int]]] = defaultdict(list)
    for event in track:
        if event.kind == NOTE_ON and event.body[1]:
            held[event.sub, event.body[0]].append(event.tick)
        elif event.kind in (NOTE_OFF, NOTE_ON) and held[event.sub, event.body[0]]:
            # A key struck again before its release: the release ends the first strike, as in scores.
            onset = held[event.sub, event.body[0]].popleft()
            notes[event.sub].append((onset * scale, (event.tick - onset) * scale, event.body[0]))
    for (channel, pitch), onsets in held.items():
        notes[channel] += [(onset * scale, (track[-1].tick - onset) * scale, pitch) for onset in onsets]
    name = next((event_text(e) for e in track if e.kind == META and e.sub == TRACK_NAME), "").strip()
    lyrics = [(e.tick * scale, event_text(e)) for e in track if e.kind == META and e.sub == LYRIC][:_MAX_SYLLABLES]
    # A release without a strike leaves a channel without notes.
    pitched = [channel for channel in sorted(notes) if notes[channel] and channel != _DRUM_CHANNEL]
    shown = repr(name[:40]) if name else f"track {number + 1}"
    return [
        _Line(name, shown + (f" channel {channel + 1}" if len(pitched) > 1 else ""), notes[channel], lyrics)
        for channel in pitched
    ]


def _melody(lines: list[_Line], part: str) -> tuple[_Line, str]:
    if part:
        for line in lines:
            if part.lower() in line.name.lower():
                return line, "as it was asked for"
        names = ", ".join(sorted({line.place for line in lines}))[:300]
        raise MediaError(f"the MIDI file has no part named {part[:40]!r}: name one of {names}")
    for pattern in _NAMES:
        for line in lines:
            name = line.name.lower()
            if re.search(pattern, name) and not re.search(_NOT_SUNG, name):
                return line, "by its name"
    sung = [line for line in lines if line.lyrics]
    if sung:
        return max(sung, key=lambda line: line.songlike), "because words stand under it"
    return max(
        lines, key=lambda line: line.songlike
    ), "the one most like a song: single notes, small steps, many of them"


def _meter(metas: list[Event], scale: float, found: Found) -> float:
    """Sets the meter, and says by how many ticks all times move so that its first bar line begins a bar.

    Of several signatures at one place the one that a song can have stands; one that holds for less than two bars before
    another is a pick-up's; 1/4, which programs write that know of no bars, is 4/4.
    """
    marks: dict[int, tuple[int, int]] = {}
    for event in metas:
        if event.sub == METER and len(event.body) >= 2 and event.body[0] and event.body[1] < 6:
            meter = event.body[0], 2 ** event.body[1]
            tick = round(event.tick * scale)
            if meter in ((3, 4), (4, 4)) or marks.get(tick) not in ((3, 4), (4, 4)):
                marks[tick] = meter
    held: list[tuple[int, tuple[int, int]]] = []
    for tick, meter in marks.items():
        if not held or meter != held[-1][1]:
            held.append((tick, meter))
    start = 0
    if len(held) > 1:
        start, (top, bottom) = held[1]
        if start < 2 * 4 * TICKS_PER_QUARTER * top // bottom:
            held.pop(0)
        else:
            start = 0
    named = {meter for _, meter in held}
    if len(named) > 1:
        told = ", ".join(f"{top}/{bottom}" for top, bottom in sorted(named)[:6])
        raise MediaError(f"the MIDI file changes its meter ({told}): a song keeps one; write it in one meter")
    found.meter = next(iter(named), (4, 4))
    if found.meter == (1, 4):
        found.meter = (4, 4)
        found.remarks.append("the meter 1/4 says nothing of bars: 4/4 is assumed")
    bar_ticks = 4 * TICKS_PER_QUARTER * found.meter[0] // found.meter[1]
    found.pickup = bool(start % bar_ticks)
    return float(-start % bar_ticks)


def _tempo(metas: list[Event]) -> float | None:
    """The first tempo of the file, where it has any that a number can say."""
    for event in metas:
        if event.sub == TEMPO and len(event.body) >= 3:
            micros = int.from_bytes(event.body[:3], "big")
            return 60_000_000 / micros if micros else 60_000_000.0
    return None


def _key(metas: list[Event]) -> Key | None:
    for event in metas:
        if event.sub == KEY and len(event.body) >= 2:
            sharps = (event.body[0] + 128) % 256 - 128
            return key_from_sharps(sharps, "minor" if event.body[1] else "major") if -7 <= sharps <= 7 else None
    return None


def _title(midi: MidiFile, line: _Line) -> str:
    named = [event_text(e).strip() for e in midi.tracks[0] if e.kind == META and e.sub == TRACK_NAME]
    title = next((name for name in named if name != line.name), "")
    return "".join(letter for letter in title if letter.isprintable())


def _words(lyrics: list[tuple[float, str]]) -> str:
    """The words as they are sung: syllables joined at hyphens, lines as carriage returns and slashes part them."""
    text = ""
    for _, syllable in lyrics:
        part = syllable.replace("\r", "\n").replace("/", "\n").replace("\\", "\n")
        joined = part.rstrip()
        text += joined[:-1] if joined.endswith("-") else part if part[-1:].isspace() else f"{part} "
    lines = (" ".join(line.split()) for line in text.split("\n"))
    return "\n".join(line for line in lines if line)


def _chords(midi: MidiFile, scale: float, shift: float) -> list[FoundChord]:
    """Chord symbols that stand as markers or texts in the file, as Hibari writes them; 'N.C.' is silence."""
    found: list[FoundChord] = []
    for track in midi.tracks:
        for event in track:
            if event.kind == META and event.sub in (MARKER, TEXT) and len(event.body) <= 24:
                text = event_text(event).strip()
                chord = parse_chord_text(text)
                if chord is not None or (text == "N.C." and found):
                    found.append(FoundChord(event.tick * scale + shift, chord))
    return found
