"""The song as its players see it: bars with their chords, the section they belong to and the voice above them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from schemas.music import ChordSpan, LeadSheet, MelodyNote
from schemas.plan import Key, SectionRole, SectionSpan


class Hit(NamedTuple):
    """A note on the grid, before dynamics and humanising: ticks from the start of the song, straight."""

    tick: int
    length: int
    pitch: int
    weight: float = 1.0  # accent: the velocity is multiplied by it
    late: int = 0  # ticks behind the grid, e.g. of a strummed string


class Harmony(NamedTuple):
    """A chord in force from one tick to another; `place` counts the chords of the song."""

    start: int
    end: int
    chord: ChordSpan
    place: int

    @property
    def bass(self) -> int:
        """Pitch class of the lowest note."""
        return self.chord.root if self.chord.bass is None else self.chord.bass


@dataclass(frozen=True)
class Cast:
    """A section as it is arranged: how intense, who plays, and from which of its bars."""

    span: SectionSpan
    first_bar: int
    visit: int  # 0 the first section of its role, 1 the second, ...
    intensity: float  # 0-1
    level: int  # 0-3, picks the patterns
    entries: dict[str, int]  # player -> bar of the section in which it comes in

    @property
    def role(self) -> SectionRole:
        """What the section is in the song."""
        return self.span.role

    @property
    def sung(self) -> bool:
        """Whether words are sung."""
        return bool(self.span.words)


@dataclass(frozen=True)
class Bar:
    """One bar of the song."""

    index: int
    start: int
    end: int
    cast: Cast
    place: int  # in the section, from 0
    harmonies: tuple[Harmony, ...]  # clipped to the bar, at least one
    following: Harmony | None  # the chord after the bar
    next_cast: Cast | None  # the next section's, in the last bar of a section
    final: bool

    @property
    def ends_section(self) -> bool:
        """Whether the next bar belongs to another section, or there is none."""
        return self.place == self.cast.span.bars - 1

    def harmony_at(self, tick: int) -> Harmony:
        """The chord in force at a tick of the bar."""
        found = self.harmonies[0]
        for harmony in self.harmonies:
            if harmony.start <= tick:
                found = harmony
        return found


@dataclass(frozen=True)
class Song:
    """All bars, the key and the voice."""

    key: Key
    beats: int
    bar_ticks: int
    tempo_bpm: int
    swing: float
    seed: int
    bars: tuple[Bar, ...]
    harmonies: tuple[Harmony, ...]
    melody: tuple[MelodyNote, ...]

    @property
    def end(self) -> int:
        """The tick where the last bar ends."""
        return self.bars[-1].end

    @property
    def calm(self) -> bool:
        """Whether sixteenths would be too quick to play (shorter than 0.105 s)."""
        return self.tempo_bpm > 142

    def dice(self, *marks: int) -> np.random.Generator:
        """A generator that depends on the song's seed and these marks alone."""
        return np.random.default_rng([self.seed, *(mark & 0xFFFFFFFF for mark in marks)])


def harmonies_of(lead: LeadSheet) -> tuple[Harmony, ...]:
    """The chords of a lead sheet without gaps or overlaps from tick 0 to the end; the tonic where it has none."""
    end = lead.bars * lead.bar_ticks
    tonic = ChordSpan(
        onset_ticks=0,
        duration_ticks=end,
        root=lead.key.pitch_class,
        quality="maj" if lead.key.mode == "major" else "min",
    )
    starts: dict[int, ChordSpan] = {}
    for chord in sorted(lead.chords, key=lambda chord: chord.onset_ticks):
        if chord.onset_ticks < end:
            starts[chord.onset_ticks] = chord
    if not starts:
        starts[0] = tonic
    ordered = sorted(starts.items())
    ordered[0] = (0, ordered[0][1])
    ends = [tick for tick, _ in ordered[1:]] + [end]
    return tuple(
        Harmony(tick, stop, chord, place) for place, ((tick, chord), stop) in enumerate(zip(ordered, ends, strict=True))
    )


def bars_of(lead: LeadSheet, casts: tuple[Cast, ...], harmonies: tuple[Harmony, ...]) -> tuple[Bar, ...]:
    """Every bar of the song with its chords and its section."""
    size = lead.bar_ticks
    total = lead.bars
    bars: list[Bar] = []
    for number, cast in enumerate(casts):
        for place in range(cast.span.bars):
            index = cast.first_bar + place
            start, end = index * size, (index + 1) * size
            inside = tuple(
                Harmony(max(h.start, start), min(h.end, end), h.chord, h.place)
                for h in harmonies
                if h.start < end and h.end > start
            )
            last = place == cast.span.bars - 1
            bars.append(
                Bar(
                    index=index,
                    start=start,
                    end=end,
                    cast=cast,
                    place=place,
                    harmonies=inside,
                    following=next((h for h in harmonies if h.end > end), None),
                    next_cast=casts[number + 1] if last and number + 1 < len(casts) else None,
                    final=index == total - 1,
                )
            )
    return tuple(bars)


def scale_at(key: Key, harmony: Harmony) -> tuple[int, ...]:
    """Pitch classes that fit over a chord: the key's scale bent to the chord's own tones, ascending."""
    tones = set(harmony.chord.pitch_classes) | {harmony.bass}
    foreign = tones - set(key.scale)
    kept = {
        degree
        for degree in key.scale
        if degree in tones or not any((degree - tone) % 12 in (1, 11) for tone in foreign)
    }
    return tuple(sorted(kept | tones))
