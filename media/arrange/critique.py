"""What a strict listener counts in a score: parallels, basses, collisions, fills, endings, and whether it swells.

Each figure is a pair (how often, out of how many), so that songs can be added up; `media.arrange.figures` has the
bounds that a single song must keep.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import combinations, pairwise
from typing import NamedTuple

from media.arrange.keyboard import KEYBOARDS, playable
from schemas.music import ChordSpan, Part, Score, ScoreNote
from schemas.plan import TICKS_PER_QUARTER, SectionSpan

_EARLY_TICKS = 60  # a hand may come this much before its beat
_STRUM_TICKS = 90  # a chord's strings are struck within this
_STRINGS = 6
_FILL_DRUMS = {37, 38, 39, 40, 43, 45, 47, 50}  # sticks, snares, claps, toms
_RANGES: dict[int, tuple[int, int]] = {
    0: (21, 108),
    4: (28, 100),
    11: (53, 89),
    15: (55, 96),
    21: (41, 93),
    24: (40, 88),
    25: (40, 88),
    27: (40, 88),
    29: (40, 88),
    32: (28, 67),
    33: (28, 67),
    34: (28, 67),
    40: (55, 103),
    42: (36, 81),
    48: (28, 103),
    73: (59, 96),
}
"""Lowest and highest note of an instrument by General MIDI program; what is not here has no limit of its own."""
_GUITARS = frozenset({24, 25, 27, 29})


class Count(NamedTuple):
    """How often something happens, out of how many times it could."""

    hits: float
    of: float

    def __add__(self, other: object) -> Count:
        """Both together."""
        return Count(self.hits + other.hits, self.of + other.of) if isinstance(other, Count) else NotImplemented

    @property
    def share(self) -> float:
        """Hits by chances; 0 where there was no chance."""
        return self.hits / self.of if self.of else 0.0


def critique(score: Score) -> dict[str, Count]:
    """Everything that is counted, by name; see the functions of this module."""
    found: dict[str, Count] = {}
    for part in score.parts:
        if part.role in ("pad", "chords"):
            found[f"parallels between outer voices: {part.name}"] = parallels(score, part, every_pair=False)
        if part.role in ("pad", "counter"):
            found[f"long notes a semitone above a chord tone: {part.role}"] = avoided_notes(score, part)
        if part.role == "pad":
            found["parallels between any voices: pad"] = parallels(score, part, every_pair=True)
        if part.role in ("chords", "pad", "counter"):
            found[f"a semitone from the voice on its beats: {part.role}"] = found.get(
                f"a semitone from the voice on its beats: {part.role}", Count(0, 0)
            ) + collisions(score, part)
        if part.role not in ("melody", "drums"):
            found["notes out of their instrument's range"] = found.get(
                "notes out of their instrument's range", Count(0, 0)
            ) + out_of_range(part)
        if part.program in KEYBOARDS | _GUITARS and part.role == "chords":
            name = f"chords that hands cannot reach: {part.name}"
            found[name] = beyond_reach(part)
    found["bass on the chord's lowest note where it begins"] = bass_on_chords(score)
    found["sections begun by a fill"] = fills(score)
    found["counter notes on or beside the sung note"] = counter_on_voice(score)
    found["last chord rings, in every part that plays it"] = ending(score)
    return found


def parallels(score: Score, part: Part, *, every_pair: bool) -> Count:
    """Fifths and octaves that move together, at the chord changes at which a part plays on both sides.

    Args:
        score: gives the chords.
        part: whose first notes on each chord are its voicing.
        every_pair: whether inner voices count too; otherwise the lowest and the highest alone.
    """
    found = changes = 0
    for before, after in pairwise(_voicings(score, part)):
        if before is None or after is None or before == after:
            continue
        changes += 1
        pairs = [(0, -1)]
        if every_pair and len(before) == len(after):
            pairs = list(combinations(range(len(before)), 2))
        found += any(_parallel(before[a], before[b], after[a], after[b]) for a, b in pairs)
    return Count(found, changes)


def _parallel(low: int, high: int, next_low: int, next_high: int) -> bool:
    perfect = (high - low) % 12
    same = perfect in (0, 7) and (next_high - next_low) % 12 == perfect
    return same and high > low and (next_low - low) * (next_high - high) > 0


def _voicings(score: Score, part: Part) -> list[tuple[int, ...] | None]:
    """For each chord the pitches struck in its first beat, from below; None where there are fewer than two."""
    found: list[tuple[int, ...] | None] = []
    onsets = [note.onset_ticks for note in part.notes]
    for chord in score.chords:
        first = bisect_right(onsets, chord.onset_ticks - _EARLY_TICKS)
        last = bisect_right(onsets, chord.onset_ticks + min(chord.duration_ticks - _EARLY_TICKS, TICKS_PER_QUARTER))
        pitches = sorted({note.pitch for note in part.notes[first:last]})
        found.append(tuple(pitches) if len(pitches) > 1 else None)
    return found


def collisions(score: Score, part: Part) -> Count:
    """Beats at which something is sung and the part sounds a semitone away from it."""
    found = beats = 0
    ends = max((note.duration_ticks for note in part.notes), default=0)
    onsets = [note.onset_ticks for note in part.notes]
    for tick, pitch in _sung_beats(score):
        beats += 1
        first = bisect_right(onsets, tick - ends)
        last = bisect_right(onsets, tick + _EARLY_TICKS)
        found += any(
            abs(note.pitch - pitch) == 1 and note.onset_ticks + note.duration_ticks > tick + _EARLY_TICKS
            for note in part.notes[first:last]
        )
    return Count(found, beats)


def avoided_notes(score: Score, part: Part) -> Count:
    """Notes of a quarter and more that are no tone of their chord and lie a semitone above one."""
    found = total = 0
    starts = [chord.onset_ticks for chord in score.chords]
    for note in part.notes:
        place = bisect_right(starts, note.onset_ticks + _EARLY_TICKS) - 1
        if place < 0 or note.duration_ticks < TICKS_PER_QUARTER - _EARLY_TICKS:
            continue
        tones = {*score.chords[place].pitch_classes, score.chords[place].bass}
        total += 1
        found += note.pitch % 12 not in tones and (note.pitch - 1) % 12 in tones
    return Count(found, total)


def _sung_beats(score: Score) -> Iterable[tuple[int, int]]:
    for note in score.part("melody").notes:
        beat = -(-(note.onset_ticks - 10) // TICKS_PER_QUARTER) * TICKS_PER_QUARTER
        while beat < note.onset_ticks + note.duration_ticks - _EARLY_TICKS:
            yield beat, note.pitch
            beat += TICKS_PER_QUARTER


def out_of_range(part: Part) -> Count:
    """Notes that the instrument does not have."""
    low, high = _RANGES.get(part.program, (0, 127))
    return Count(sum(not low <= note.pitch <= high for note in part.notes), len(part.notes))


def beyond_reach(part: Part) -> Count:
    """Moments that two hands at a keyboard, or six strings, cannot play."""
    found, moments = 0, list(_moments(part.notes))
    for pitches in moments:
        if part.program in _GUITARS:
            found += len(pitches) > _STRINGS
        else:
            found += not playable(pitches)
    return Count(found, len(moments))


def _moments(notes: tuple[ScoreNote, ...]) -> Iterable[tuple[int, ...]]:
    """The pitches struck together, from below."""
    together: list[ScoreNote] = []
    for note in notes:
        if together and note.onset_ticks - together[0].onset_ticks > _STRUM_TICKS // 2:
            yield tuple(sorted({other.pitch for other in together}))
            together = []
        together.append(note)
    if together:
        yield tuple(sorted({other.pitch for other in together}))


def bass_on_chords(score: Score) -> Count:
    """Chords at whose beginning the bass strikes their lowest note, of those during which it plays."""
    part = next((part for part in score.parts if part.role == "bass"), None)
    if part is None:
        return Count(0, 0)
    found = chords = 0
    for chord in score.chords:
        inside = [n for n in part.notes if -_EARLY_TICKS <= n.onset_ticks - chord.onset_ticks < chord.duration_ticks]
        if inside:
            chords += 1
            low = chord.root if chord.bass is None else chord.bass
            found += any(n.pitch % 12 == low and n.onset_ticks - chord.onset_ticks <= _EARLY_TICKS for n in inside)
    return Count(found, chords)


def fills(score: Score) -> Count:
    """Sections whose first bar the drums play, that a fill leads into: strokes of the bar before that it alone has."""
    drums = next((part for part in score.parts if part.is_drums), None)
    if drums is None:
        return Count(0, 0)
    size = score.beats_per_bar * TICKS_PER_QUARTER
    found = chances = 0
    for section in score.sections[1:]:
        start = section.first_bar * size
        if not _between(drums, start, start + size):
            continue
        chances += 1
        last = _between(drums, start - 2 * TICKS_PER_QUARTER, start)
        usual = {
            (note.pitch, round((note.onset_ticks - bar) / 120))
            for bar in (start - 2 * size, start - 3 * size)
            for note in _between(drums, bar, bar + size)
        }
        new = [n for n in last if (n.pitch, round((n.onset_ticks - start + size) / 120)) not in usual]
        found += sum(note.pitch in _FILL_DRUMS for note in new) >= 2
    return Count(found, chances)


def _between(part: Part, start: int, end: int) -> list[ScoreNote]:
    return [note for note in part.notes if start - _EARLY_TICKS // 2 <= note.onset_ticks < end - _EARLY_TICKS // 2]


def counter_on_voice(score: Score) -> Count:
    """Notes of the counter-line that sound for a sixteenth or more within a tone of what is sung."""
    found = total = 0
    sung = score.part("melody").notes
    for part in score.parts:
        if part.role != "counter":
            continue
        for note in part.notes:
            total += 1
            found += any(
                abs(note.pitch - voice.pitch) <= 2
                and min(note.onset_ticks + note.duration_ticks, voice.onset_ticks + voice.duration_ticks)
                - max(note.onset_ticks, voice.onset_ticks)
                > TICKS_PER_QUARTER // 4
                for voice in sung
            )
    return Count(found, total)


def ending(score: Score) -> Count:
    """Parts of the last chord that hold it beyond the last bar line, drums not counted."""
    size = score.beats_per_bar * TICKS_PER_QUARTER
    playing = [
        p
        for p in score.parts
        if p.role not in ("melody", "drums") and _between(p, score.end_ticks - size, score.end_ticks)
    ]
    return Count(
        sum(any(n.onset_ticks + n.duration_ticks > score.end_ticks for n in p.notes) for p in playing), len(playing)
    )


def swells(score: Score) -> list[tuple[SectionSpan, float, float]]:
    """Each section with the notes the band strikes in a bar of it, and by how much harder than usual it strikes them.

    How hard is the mean over the parts that play, each against its own mean velocity in the song.
    """
    size = score.beats_per_bar * TICKS_PER_QUARTER
    band = [part for part in score.parts if part.role != "melody"]
    usual = {part.name: _mean_velocity(part.notes) for part in band}
    found: list[tuple[SectionSpan, float, float]] = []
    for section in score.sections:
        start, end = section.first_bar * size, (section.first_bar + section.bars) * size
        inside = {part.name: _between(part, start, end) for part in band}
        louder = [_mean_velocity(notes) - usual[name] for name, notes in inside.items() if notes]
        notes = sum(len(each) for each in inside.values())
        found.append((section, notes / section.bars, sum(louder) / max(1, len(louder))))
    return found


def _mean_velocity(notes: Sequence[ScoreNote]) -> float:
    return sum(note.velocity for note in notes) / max(1, len(notes))


def last_cadence(score: Score) -> tuple[ChordSpan | None, ChordSpan | None]:
    """The last two different chords of a score, None where there are not as many."""
    chords = [chord for chord in score.chords if chord.onset_ticks < score.end_ticks]
    last = chords[-1] if chords else None
    before = next((c for c in reversed(chords) if last is not None and c.root != last.root), None)
    return before, last
