"""What can be measured of a lead sheet without hearing it: does the tune fit the words, the chords and itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from models.music.form import FUNCTION_WORDS
from models.music.rhythm import strengths
from schemas.inspection import Figure
from schemas.music import LeadSheet, MelodyNote
from schemas.plan import TICKS_PER_QUARTER

_SIXTEENTH = TICKS_PER_QUARTER // 4
_EIGHTH = TICKS_PER_QUARTER // 2
_BREATH_S = 0.25
_KEPT = 0.75


@dataclass(frozen=True)
class _Line:
    """A sung line: where it is and its notes."""

    section: int
    number: int
    start: int
    """Tick of its first bar line."""
    notes: tuple[MelodyNote, ...]

    @property
    def onsets(self) -> tuple[int, ...]:
        """Ticks from the first bar line."""
        return tuple(note.onset_ticks - self.start for note in self.notes)

    @property
    def end(self) -> int:
        """Tick at which the last note ends."""
        return self.notes[-1].onset_ticks + self.notes[-1].duration_ticks


def melody_figures(lead: LeadSheet) -> tuple[Figure, ...]:
    """The figures of a lead sheet, each with its bound and its worst place; none for a song without words.

    Strong beats are 1 and 3 of four, 1 of three. A syllable is stressed where its mark is 1 or 2 and its word is no
    function word of one syllable. An answering phrase is the third and fourth line of four, every line from the fifth
    on, and the second of two; it is held to the earlier line of its section that it resembles most: of those whose
    onsets it keeps, the one with the same course.
    """
    if not lead.melody:
        return ()
    lines = _lines(lead)
    return (
        _one_note_each(lead),
        _in_key(lead),
        _chord_tones(lead),
        *_stress(lead),
        *_answers(lead, lines),
        *_peaks(lead),
        _motif(lead),
        _breath(lead, lines),
        _long_ends(lead, lines),
        _closes(lead, lines),
        *_moves(lead),
        _harmonised(lead),
    )


def where_is(lead: LeadSheet, tick: int) -> str:
    """A place in words, e.g. 'verse 2, bar 14' (bars of the song, counted from 1)."""
    bar = tick // lead.bar_ticks
    for section in lead.sections:
        if section.first_bar <= bar < section.first_bar + section.bars:
            return f"{section.name}, bar {bar + 1}"
    return f"bar {bar + 1}"


def _lines(lead: LeadSheet) -> list[_Line]:
    grouped: dict[tuple[int, int], list[MelodyNote]] = {}
    for note in lead.melody:
        syllable = lead.syllables[note.syllable]
        grouped.setdefault((syllable.section, syllable.line), []).append(note)
    lines = []
    for (section, number), notes in grouped.items():
        span = lead.sections[section]
        start = (span.first_bar + number * span.line_bars) * lead.bar_ticks
        lines.append(_Line(section, number, start, tuple(notes)))
    return lines


def _share(name: str, good: Sequence[tuple[bool, int]], lead: LeadSheet, least: float | None) -> Figure:
    """A share of notes that are as they should be; the worst bar is the one with most that are not."""
    value = float(np.mean([fine for fine, _ in good])) if good else 1.0
    wrong = Counter(tick // lead.bar_ticks for fine, tick in good if not fine)
    worst = min(wrong, key=lambda bar: (-wrong[bar], bar)) if wrong else None
    return Figure(
        name=name,
        value=round(value, 4),
        bound="" if least is None else f">= {least:g}",
        ok=least is None or value >= least,
        where="" if worst is None else where_is(lead, worst * lead.bar_ticks),
    )


def _one_note_each(lead: LeadSheet) -> Figure:
    notes = Counter(note.syllable for note in lead.melody)
    first = {note.syllable: note.onset_ticks for note in reversed(lead.melody)}
    good = [(notes[index] == 1, first.get(index, 0)) for index in range(len(lead.syllables))]
    return _share("syllables with one note", good, lead, 1.0)


def _in_key(lead: LeadSheet) -> Figure:
    scale = lead.key.scale
    return _share("notes in the key", [(n.pitch % 12 in scale, n.onset_ticks) for n in lead.melody], lead, 0.95)


def _strength(lead: LeadSheet, tick: int) -> float:
    bar = strengths(lead.beats_per_bar)
    place, rest = divmod(tick % lead.bar_ticks, _SIXTEENTH)
    return 0.0 if rest else float(bar[place])


def _chord_tones(lead: LeadSheet) -> Figure:
    good = []
    for note in lead.melody:
        chord = lead.chord_at(note.onset_ticks)
        if chord is not None and _strength(lead, note.onset_ticks) >= 0.9:
            good.append((note.pitch % 12 in chord.pitch_classes, note.onset_ticks))
    return _share("chord tones on strong beats", good, lead, 0.7)


def _stress(lead: LeadSheet) -> tuple[Figure, Figure]:
    marks = [(_stressed(lead, note), _strength(lead, note.onset_ticks), note) for note in lead.melody]
    beats = [(strength >= 0.5, note.onset_ticks) for stressed, strength, note in marks if stressed]
    pairs = []
    for (stressed, strength, note), (after, next_strength, next_note) in pairwise(marks):
        here, there = lead.syllables[note.syllable], lead.syllables[next_note.syllable]
        if stressed != after and (here.section, here.line) == (there.section, there.line):
            strong, weak = (strength, next_strength) if stressed else (next_strength, strength)
            pairs.append((strong >= weak, note.onset_ticks))
    return (
        _share("stressed syllables on beats", beats, lead, None),
        _share("stresses that agree with the meter", pairs, lead, 0.75),
    )


def _stressed(lead: LeadSheet, note: MelodyNote) -> bool:
    syllable = lead.syllables[note.syllable]
    alone = syllable.text.lower() == syllable.word_text.lower()
    return syllable.stress > 0 and not (alone and syllable.word_text.lower().strip("'") in FUNCTION_WORDS)


def _answers(lead: LeadSheet, lines: Sequence[_Line]) -> tuple[Figure, Figure]:
    kept, courses = [], []
    for line in lines:
        earlier = [other for other in lines if other.section == line.section and other.number < line.number]
        count = sum(other.section == line.section for other in lines)
        if not earlier or (line.number == 1 and count > 2):
            continue
        kept.append((max(_common(line, other) for other in earlier), line.start))
        alike = max(earlier, key=lambda other: (min(_common(line, other), _KEPT), _course(line, other)))
        courses.append((_course(line, alike), line.start))
    return (
        _least("onsets kept by answering phrases", kept, lead, _KEPT),
        _least("moves kept by answering phrases", courses, lead, None),
    )


def _common(line: _Line, other: _Line) -> float:
    """Share of the onsets of the shorter line that the longer one has too."""
    return len(set(line.onsets) & set(other.onsets)) / min(len(line.onsets), len(other.onsets))


def _course(line: _Line, other: _Line) -> float:
    """Share of the moves between common onsets that go the same way."""
    one = dict(zip(line.onsets, (note.pitch for note in line.notes), strict=True))
    two = dict(zip(other.onsets, (note.pitch for note in other.notes), strict=True))
    common = sorted(set(one) & set(two))
    same = [np.sign(one[b] - one[a]) == np.sign(two[b] - two[a]) for a, b in pairwise(common)]
    return float(np.mean(same)) if same else 1.0


def _least(name: str, values: Sequence[tuple[float, int]], lead: LeadSheet, least: float | None) -> Figure:
    value, tick = min(values, default=(1.0, -1))
    return Figure(
        name=name,
        value=round(value, 4),
        bound="" if least is None else f">= {least:g}",
        ok=least is None or value >= least,
        where="" if tick < 0 or value == 1.0 else where_is(lead, tick),
    )


def _by_role(lead: LeadSheet, role: str) -> list[MelodyNote]:
    return [n for n in lead.melody if lead.sections[lead.syllables[n.syllable].section].role == role]


def _peaks(lead: LeadSheet) -> tuple[Figure, ...]:
    verse, chorus = _by_role(lead, "verse"), _by_role(lead, "chorus")
    if not verse or not chorus:
        return ()
    top_verse, top_chorus = (max(notes, key=lambda note: note.pitch) for notes in (verse, chorus))
    top = max(note.pitch for note in lead.melody)
    higher = float(np.mean([n.pitch for n in chorus])) - float(np.mean([n.pitch for n in verse]))
    peak = top_chorus.pitch - top_verse.pitch
    return (
        Figure(
            name="chorus peak above the verse's",
            value=peak,
            unit="semitones",
            bound=">= 2",
            ok=peak >= 2,
            where=where_is(lead, top_verse.onset_ticks),
        ),
        Figure(
            name="chorus mean above the verse's", value=round(higher, 2), unit="semitones", bound="> 0", ok=higher > 0
        ),
        Figure(
            name="semitones from the chorus's peak to the song's",
            value=top - top_chorus.pitch,
            unit="semitones",
            bound="== 0",
            ok=top == top_chorus.pitch,
        ),
    )


def _motif(lead: LeadSheet) -> Figure:
    """The longest run of intervals and rhythm that verse and chorus have in common."""
    runs: dict[str, set[tuple[tuple[int, int], ...]]] = {}
    for role in ("verse", "chorus"):
        moves: list[tuple[int, int]] = []
        runs[role] = set()
        for before, after in pairwise(_by_role(lead, role)):
            moves.append((after.pitch - before.pitch, after.onset_ticks - before.onset_ticks))
        for size in range(1, 9):
            runs[role] |= {tuple(moves[at : at + size]) for at in range(len(moves) - size + 1)}
    both = runs["verse"] & runs["chorus"]
    notes = max((len(run) + 1 for run in both), default=0)
    needed = bool(runs["verse"]) and bool(runs["chorus"])
    return Figure(
        name="longest motif in verse and chorus",
        value=notes,
        unit="notes",
        bound=">= 4" if needed else "",
        ok=notes >= 4 or not needed,
    )


def _breath(lead: LeadSheet, lines: Sequence[_Line]) -> Figure:
    rests = []
    for line, after in pairwise(lines):
        ticks = after.notes[0].onset_ticks - line.end
        rests.append((ticks * lead.seconds_per_tick, ticks >= _EIGHTH, line.end))
    least, eighth, tick = min(rests, default=(_BREATH_S, True, 0))
    ok = all(seconds >= _BREATH_S - 1e-9 or long_enough for seconds, long_enough, _ in rests)
    return Figure(
        name="shortest breath between lines",
        value=round(least, 3),
        unit="s",
        bound=">= 0.25 s or an eighth",
        ok=ok and (eighth or least >= _BREATH_S),
        where=where_is(lead, tick),
    )


def _long_ends(lead: LeadSheet, lines: Sequence[_Line]) -> Figure:
    good = []
    for line in lines:
        lengths = [note.duration_ticks for note in line.notes]
        good.append((len(lengths) < 2 or lengths[-1] >= float(np.mean(lengths[:-1])), line.notes[-1].onset_ticks))
    return _share("lines that end on a long note", good, lead, None)


def _closes(lead: LeadSheet, lines: Sequence[_Line]) -> Figure:
    """Sections come to rest: a chorus and the last one on the tonic or third, others on a tone of their chord."""
    last = {line.section: line for line in lines}
    good = []
    for section, line in last.items():
        note = line.notes[-1]
        chord = lead.chord_at(note.onset_ticks)
        home = note.pitch % 12 in (lead.key.scale[0], lead.key.scale[2])
        strict = lead.sections[section].role == "chorus" or section == max(last)
        in_chord = chord is not None and note.pitch % 12 in chord.pitch_classes
        good.append((home if strict else home or in_chord, note.onset_ticks))
    return _share("sections that come to rest", good, lead, 1.0)


def _moves(lead: LeadSheet) -> tuple[Figure, Figure, Figure]:
    pitches = [note.pitch for note in lead.melody]
    leaps = [(abs(after.pitch - before.pitch), before.onset_ticks) for before, after in pairwise(lead.melody)]
    leap, tick = max(leaps, key=lambda each: each[0], default=(0, 0))
    longest, run, at = 1, 1, 0
    for index in range(1, len(pitches)):
        run = run + 1 if pitches[index] == pitches[index - 1] else 1
        if run > longest:
            longest, at = run, lead.melody[index].onset_ticks
    return (
        Figure(
            name="largest leap", value=leap, unit="semitones", bound="<= 12", ok=leap <= 12, where=where_is(lead, tick)
        ),
        Figure(
            name="same pitch in a row",
            value=longest,
            unit="notes",
            bound="<= 3",
            ok=longest <= 3,
            where=where_is(lead, at),
        ),
        Figure(name="compass", value=max(pitches) - min(pitches), unit="semitones"),
    )


def _harmonised(lead: LeadSheet) -> Figure:
    starts = Counter(chord.onset_ticks // lead.bar_ticks for chord in lead.chords)
    good = [(1 <= starts[bar] <= 2, bar * lead.bar_ticks) for bar in range(lead.bars)]
    return _share("bars with one chord or two", good, lead, 1.0)
