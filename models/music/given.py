"""What a person fixes of a song before it is composed: chords, notes, the motif; checked and laid to its lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from models.music.given_lines import GivenLine, divide
from models.music.harmony import Harmony, harmony_of
from schemas.composing import GivenNote, GivenTune, SongMotif
from schemas.errors import StepError
from schemas.music import ChordSpan
from schemas.plan import TONICS, Key, SectionPlan, SongPlan


@dataclass(frozen=True)
class FixedTune:
    """What is fixed of a tune."""

    chords: tuple[ChordSpan, ...] = ()
    """Ticks from the tune's first bar; where none sounds, chords are composed."""
    lines: tuple[GivenLine | None, ...] = ()
    """The notes of each line; None for a line to be composed."""

    def line(self, number: int) -> GivenLine | None:
        """The notes of a line, None where they are to be composed."""
        return self.lines[number] if number < len(self.lines) else None

    @property
    def whole(self) -> bool:
        """Whether no line is left to be composed."""
        return bool(self.lines) and None not in self.lines

    def harmonies(self, key: Key, begin: int, end: int) -> list[tuple[int, int, Harmony]]:
        """The given chords that sound between two ticks: onset, end, what stands for it."""
        return [
            (max(c.onset_ticks, begin), min(c.onset_ticks + c.duration_ticks, end), harmony_of(c, key))
            for c in self.chords
            if c.onset_ticks < end and c.onset_ticks + c.duration_ticks > begin
        ]


Guide = tuple[tuple[int, int], ...]
"""Onset in sixteenths from a line's first bar line, and pitch, of notes that a line follows where its words allow."""


@dataclass(frozen=True)
class Given:
    """All that is fixed of a song; nothing where it is left out."""

    tunes: Mapping[str, FixedTune] = field(default_factory=dict)
    motif: SongMotif | None = None
    """Opens the first line of the first tune that is written and returns in the chorus."""
    seeds: Mapping[str, int] = field(default_factory=dict)
    """By tune: a seed of its own, so that one tune is composed again and the others stay as near as may be."""
    guides: Mapping[str, tuple[Guide, ...]] = field(default_factory=dict)
    """By tune: what each of its lines follows; empty for a line that follows nothing."""

    def tune(self, name: str) -> FixedTune:
        """What is fixed of a tune."""
        return self.tunes.get(name, _FREE)

    def guide(self, name: str, number: int) -> Guide:
        """What a line of a tune follows."""
        guides = self.guides.get(name, ())
        return guides[number] if number < len(guides) else ()

    @property
    def pitches(self) -> list[int]:
        """Every given pitch."""
        lines = [line for tune in self.tunes.values() for line in tune.lines if line is not None]
        return [note.pitch for line in lines for note in line.notes]


_FREE = FixedTune()
NOTHING = Given()
"""Everything is left to the composer."""


def given_of(
    plan: SongPlan,
    tunes: Sequence[GivenTune],
    motif: SongMotif | None = None,
    *,
    seeds: Mapping[str, int] | None = None,
) -> Given:
    """What is fixed of a song, laid to the lines of its plan.

    Notes belong to the line in whose bars they begin, or to the next where they lead into it; a line without notes is
    left to the composer. A line has a note for each syllable at least; where it has more, syllables are drawn over
    several.

    Args:
        plan: the song's plan.
        tunes: what is fixed of its tunes, each named once.
        motif: the motif of the song.
        seeds: by tune, a seed of its own, 0 or more.

    Raises:
        StepError: a tune, note, chord, motif or seed does not fit the plan; the message says where and what to do.
    """
    sections: dict[str, SectionPlan] = {}
    for section in plan.sections:
        if section.melody:
            sections.setdefault(section.melody, section)
    fixed: dict[str, FixedTune] = {}
    for tune in tunes:
        if tune.tune not in sections:
            raise StepError(f"the song has no tune {tune.tune!r} to fix: its tunes are {', '.join(sections) or 'none'}")
        if tune.tune in fixed:
            raise StepError(f"the tune {tune.tune!r} is fixed twice: give its chords and notes together")
        fixed[tune.tune] = _fixed(plan, sections[tune.tune], tune)
    if motif is not None and motif.mode != plan.key.mode:
        raise StepError(
            f"the motif is in {motif.mode} and the song in {plan.key}: make it for a song in {plan.key.mode}"
        )
    for name, seed in (seeds or {}).items():
        if name not in sections or seed < 0:
            raise StepError(f"seed {seed} for the tune {name!r}: 0 or more, and one of {', '.join(sections) or 'none'}")
    return Given(fixed, motif, dict(seeds or {}))


def _fixed(plan: SongPlan, section: SectionPlan, tune: GivenTune) -> FixedTune:
    end = section.bars * plan.bar_ticks
    for onset, length, what in (
        *((c.onset_ticks, c.duration_ticks, f"the chord {c.symbol}") for c in tune.chords),
        *((n.onset_ticks, n.duration_ticks, f"the note {pitch_name(n.pitch)}") for n in tune.notes),
    ):
        if onset + length > end:
            raise StepError(
                f"{what} of {tune.tune!r} in bar {onset // plan.bar_ticks + 1} ends after the tune's last bar, "
                f"{section.bars}: shorten it or plan more bars"
            )
    for note in tune.notes:
        _check_range(plan, tune.tune, note)
    lines = divide(tune.notes, section, tune=tune.tune, bar_ticks=plan.bar_ticks) if tune.notes else ()
    return FixedTune(tune.chords, lines)


def _check_range(plan: SongPlan, name: str, note: GivenNote) -> None:
    low, high = plan.voice_range.low, plan.voice_range.high
    if not low <= note.pitch <= high:
        off = low - note.pitch if note.pitch < low else note.pitch - high
        raise StepError(
            f"the note {pitch_name(note.pitch)} of {name!r} in bar {note.onset_ticks // plan.bar_ticks + 1} lies {off} "
            f"semitones {'below' if note.pitch < low else 'above'} the voice, {pitch_name(low)} to {pitch_name(high)}: "
            "move the tune or ask for another voice"
        )


def around(given: Sequence[ChordSpan], composed: Sequence[ChordSpan]) -> tuple[ChordSpan, ...]:
    """Given chords as they are, and what is left of composed ones where none of them sounds."""
    busy = sorted((span.onset_ticks, span.onset_ticks + span.duration_ticks) for span in given)
    spans = list(given)
    for span in composed:
        at, end = span.onset_ticks, span.onset_ticks + span.duration_ticks
        for onset, over in [*busy, (end, end)]:
            if at < min(onset, end):
                spans.append(span.replaced(onset_ticks=at, duration_ticks=min(onset, end) - at))
            at = max(at, over)
    return tuple(sorted(spans, key=lambda span: span.onset_ticks))


def pitch_name(pitch: int) -> str:
    """A MIDI pitch as musicians write it, e.g. 'C4' for 60."""
    return f"{TONICS[pitch % 12]}{pitch // 12 - 1}"
