"""A staff as it will be written: every time on the sixteenth grid, in voices that do not overlap, cut into bars.

Played times that are not on the grid (humanised parts) keep their distance to it in `attack` and `release`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from media.notation.rhythm import SIXTEENTH_TICKS, Piece, written_notes, written_rests

MAX_VOICES = 4


class Lyric(NamedTuple):
    """A syllable under a note."""

    text: str
    syllabic: str
    ends_line: bool
    extends: bool


class StaffNote(NamedTuple):
    """A note to be written; times in ticks as played."""

    onset_ticks: int
    duration_ticks: int
    pitch: int
    velocity: int = 0
    lyric: Lyric | None = None
    slur: str = ""


class Chord(NamedTuple):
    """Notes struck and released together on the grid, in sixteenths from the start of the song."""

    onset: int
    length: int
    notes: tuple[StaffNote, ...]


class Sign(NamedTuple):
    """A written chord or rest in a bar; `notes` is empty for a rest."""

    piece: Piece
    notes: tuple[StaffNote, ...]
    tied_from: bool
    tied_to: bool
    chord: Chord | None


def voices_of(notes: Iterable[StaffNote], end: int) -> list[list[Chord]]:
    """Chords in at most four voices, each without overlaps; the highest sounding take the first.

    Args:
        notes: in any order.
        end: where the last bar ends, in sixteenths; what rings past it is written up to it.
    """
    struck: dict[tuple[int, int], list[StaffNote]] = {}
    for note in notes:
        onset = min(round(note.onset_ticks / SIXTEENTH_TICKS), end - 1)
        release = round((note.onset_ticks + note.duration_ticks) / SIXTEENTH_TICKS)
        struck.setdefault((onset, max(1, min(release, end) - onset)), []).append(note)
    order = sorted(struck.items(), key=lambda item: (item[0][0], -max(n.pitch for n in item[1]), item[0][1]))
    voices: list[list[Chord]] = []
    for (onset, length), together in order:
        chord = Chord(onset, length, tuple(sorted(together, key=lambda n: (n.pitch, n.onset_ticks, n.duration_ticks))))
        _place(voices, chord)
    return voices


def _place(voices: list[list[Chord]], chord: Chord) -> None:
    for voice in voices:
        if voice[-1].onset + voice[-1].length <= chord.onset:
            voice.append(chord)
            return
    if len(voices) < MAX_VOICES:
        voices.append([chord])
        return
    # More strands than a staff can show: the longest-held gives way on paper and keeps its played length.
    voice = min(voices, key=lambda v: v[-1].onset)
    last = voice[-1]
    if last.onset == chord.onset:
        voice[-1] = Chord(last.onset, last.length, (*last.notes, *chord.notes))
        return
    voice[-1] = Chord(last.onset, chord.onset - last.onset, last.notes)
    voice.append(chord)


def bars_of(voice: Sequence[Chord], bars: int, bar: int) -> list[list[Sign]]:
    """The signs of each bar of a voice, rests filled in.

    Args:
        voice: chords in order, without overlaps.
        bars: how many bars there are.
        bar: sixteenths in a bar, 12 or 16.
    """
    found: list[list[Sign]] = [[] for _ in range(bars)]
    filled = [0] * bars
    for chord in voice:
        at, end = chord.onset, chord.onset + chord.length
        while at < end:
            number, start = divmod(at, bar)
            if start > filled[number]:
                found[number] += _rests(filled[number], start - filled[number], bar)
            length = min(end - at, bar - start)
            for piece in written_notes(start, length, bar):
                place = number * bar + piece.start
                found[number].append(Sign(piece, chord.notes, place > chord.onset, place + piece.length < end, chord))
            at += length
            filled[number] = start + length
    for number in range(bars):
        if 0 < filled[number] < bar:
            found[number] += _rests(filled[number], bar - filled[number], bar)
    return found


def _rests(start: int, length: int, bar: int) -> list[Sign]:
    return [Sign(piece, (), False, False, None) for piece in written_rests(start, length, bar)]
