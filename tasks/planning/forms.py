"""Song forms: which sections, how many bars, how many syllables a line, so that the song has the length asked for."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from schemas.errors import BriefError
from schemas.plan import LinePlan, SectionPlan, SectionRole

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np

    from media.notation.bringing.form_text import SectionRequest
    from schemas.brief import LengthRange

FORMS: tuple[str, ...] = (
    "VC",
    "VCC",
    "VVC",
    "VCBC",
    "VCVC",
    "VVCC",
    "VCVCC",
    "VCVCBC",
    "VVCVCC",
    "VCVCBCC",
    "VCVCIVC",
    "VCVCIBCC",
    "VVCVCIBCC",
    "VVCVCIVCBCC",
    "VVCVVCIVCBCCC",
    "VVCVVCIVVCBCICCC",
)
"""Forms by letter: Verse, Chorus, Bridge, Interlude. Intro and outro are added to each."""

RING_OUT_S = 4.0
"""How long the last chord may ring after the last bar: a song's sound is that much longer than its notes."""

_ROLES: dict[str, SectionRole] = {"V": "verse", "C": "chorus", "B": "bridge", "I": "interlude"}
_SUNG: frozenset[SectionRole] = frozenset({"verse", "prechorus", "chorus", "bridge"})
_LEVELS: dict[SectionRole, float] = {
    "intro": 0.25,
    "verse": 0.28,
    "prechorus": 0.5,
    "chorus": 0.82,
    "bridge": 0.5,
    "interlude": 0.55,
    "outro": 0.25,
}
_MOST_LINES = 16
_VERSE_SYLLABLES = ((8, 6, 8, 6), (7, 7, 7, 7), (8, 7, 8, 7), (7, 6, 7, 6), (8, 8, 8, 8))
_CHORUS_SYLLABLES = ((6, 6, 6, 6), (7, 5, 7, 5), (6, 5, 6, 5), (8, 6, 8, 6), (5, 5, 7, 5))
_SHORT_SYLLABLES = ((6, 5, 6, 5), (5, 5, 5, 5), (6, 6, 6, 6), (7, 5, 7, 5))
_SYLLABLES: dict[SectionRole, tuple[tuple[int, ...], ...]] = {
    "verse": _VERSE_SYLLABLES,
    "prechorus": _VERSE_SYLLABLES,
    "chorus": _CHORUS_SYLLABLES,
    "bridge": _VERSE_SYLLABLES,
}
_RHYMES = {2: (("A", "A"),), 4: (("", "A", "", "A"), ("", "A", "", "A"), ("A", "A", "B", "B"), ("A", "B", "A", "B"))}


@dataclass(frozen=True)
class Frame:
    """The bones of a song: form, bars a line, lines a section, tempo."""

    form: str
    line_bars: int
    lines: int
    intro_bars: int
    outro_bars: int
    tempo_bpm: int
    beats_per_bar: int

    @property
    def bars(self) -> int:
        """Length in bars."""
        sung = sum(self.section_bars(letter) for letter in self.form)
        return self.intro_bars + sung + self.outro_bars

    @property
    def duration_s(self) -> float:
        """Length in seconds."""
        return self.bars * self.bar_s

    @property
    def bar_s(self) -> float:
        """Length of a bar in seconds."""
        return self.beats_per_bar * 60 / self.tempo_bpm

    def section_bars(self, letter: str) -> int:
        """Bars of a section by its letter; a bridge has two lines, an interlude four bars."""
        if letter == "I":
            return 4
        return self.line_bars * (min(2, self.lines) if letter == "B" else self.lines)


def choose_frame(
    *,
    tempo_bpm: int,
    tempo_low: int,
    tempo_high: int,
    length_s: LengthRange,
    beats_per_bar: int,
    rng: np.random.Generator,
) -> Frame:
    """The frame nearest to the wanted tempo whose song is as long as asked.

    Raises:
        BriefError: no form of that length exists at the tempos allowed.
    """
    middle = (length_s.low + length_s.high - RING_OUT_S) / 2
    tempos = range(max(tempo_low, tempo_bpm - 24), min(tempo_high, tempo_bpm + 24) + 1)
    best: tuple[float, Frame] | None = None
    for form in FORMS:
        taste = float(rng.uniform(0, 6))
        few_choruses, few_verses = (5 if form.count("C") < 2 else 0), (4 if form.count("V") < 2 else 0)
        for line_bars in (1, 2, 4):
            for lines in (4, 2):
                frame = Frame(form, line_bars, lines, 4 if line_bars == 4 else 2, 2, tempo_bpm, beats_per_bar)
                bars = frame.bars
                for tempo in tempos:
                    bar_s = beats_per_bar * 60 / tempo
                    duration_s, line_s = bars * bar_s, line_bars * bar_s
                    if not (length_s.low <= duration_s <= length_s.high - RING_OUT_S and 2.2 <= line_s <= 7.5):
                        continue
                    cost = taste + abs(duration_s - middle) / 5 + abs(tempo - tempo_bpm) / 1.5
                    cost += 2 * abs(line_s - 4.0) + (12 if lines == 2 else 0) + few_choruses
                    cost += few_verses
                    if best is None or cost < best[0]:
                        best = (cost, replace(frame, tempo_bpm=tempo))
    if best is None:
        raise BriefError(
            f"length_s: no song form lasts {length_s.low} to {length_s.high} s at {tempo_low} to {tempo_high} beats a "
            "minute; widen length_s or tempo_bpm"
        )
    return best[1]


def build_sections(frame: Frame, *, energy: float, rng: np.random.Generator) -> tuple[SectionPlan, ...]:
    """The sections of a song in order; verses share one tune and differ in words, choruses share both.

    Args:
        frame: the bones.
        energy: energy of the song as a whole, 0 to 1.
        rng: decides syllable and rhyme patterns.
    """
    short = frame.line_bars * frame.bar_s < 3.4
    verse = _lines(_pick(_SHORT_SYLLABLES if short else _VERSE_SYLLABLES, rng), frame.lines, rng)
    chorus = _lines(_pick(_SHORT_SYLLABLES if short else _CHORUS_SYLLABLES, rng), frame.lines, rng)
    bridge = _lines(_pick(_SHORT_SYLLABLES if short else _VERSE_SYLLABLES, rng), min(2, frame.lines), rng)
    patterns = {"V": verse, "C": chorus, "B": bridge}
    totals = {letter: frame.form.count(letter) for letter in "VCBI"}
    seen = dict.fromkeys("VCBI", 0)
    sections = [_plain("intro", "intro", frame.intro_bars, 0.15 + 0.15 * energy)]
    for letter in frame.form:
        seen[letter] += 1
        role = _ROLES[letter]
        last = seen[letter] == totals[letter]
        level = {"V": 0.28 + 0.08 * (seen["V"] - 1), "C": 0.82 if not last else 0.95, "B": 0.5, "I": 0.55}[letter]
        name = role if totals[letter] == 1 else f"{role} {seen[letter]}"
        if letter == "I":
            sections.append(_plain(name, role, frame.section_bars("I"), _scaled(level, energy)))
            continue
        sections.append(
            SectionPlan(
                name=name,
                role=role,
                bars=frame.section_bars(letter),
                energy=_scaled(level, energy),
                words=name if letter == "V" else role,
                melody=role,
                lines=patterns[letter],
                line_bars=frame.line_bars,
            )
        )
    sections.append(_plain("outro", "outro", frame.outro_bars, 0.2 + 0.1 * energy))
    return tuple(sections)


def sections_of_form(
    form: Sequence[SectionRequest], *, bar_s: float, energy: float, rng: np.random.Generator
) -> tuple[SectionPlan, ...]:
    """The sections that a person asked for, by role and bars: sung ones with lines of 2.2 to 7.5 s where bars allow.

    Sections of one role and length share a tune; a verse has words of its own, other roles share theirs.

    Args:
        form: roles and bars, in order.
        bar_s: length of a bar in seconds.
        energy: energy of the song as a whole, 0 to 1.
        rng: decides syllable and rhyme patterns.
    """
    tunes: dict[tuple[SectionRole, int], tuple[str, int, tuple[LinePlan, ...]]] = {}
    totals = Counter(request.role for request in form)
    seen: Counter[SectionRole] = Counter()
    sections = []
    for request in form:
        role, bars = request.role, request.bars
        seen[role] += 1
        name = role if totals[role] == 1 else f"{role} {seen[role]}"
        level = _LEVELS[role] + (0.08 * (seen[role] - 1) if role == "verse" else 0.0)
        if role == "chorus" and seen[role] == totals[role] > 1:
            level = 0.95
        if role not in _SUNG:
            sections.append(_plain(name, role, bars, _scaled(level, energy)))
            continue
        if (role, bars) not in tunes:
            line_bars = _line_bars(bars, bar_s)
            syllables = _pick(_SHORT_SYLLABLES if line_bars * bar_s < 3.4 else _SYLLABLES[role], rng)
            tune = role if all(known != role for known, _ in tunes) else f"{role} of {bars}"
            tunes[role, bars] = tune, line_bars, _many_lines(syllables, bars // line_bars, rng)
        tune, line_bars, lines = tunes[role, bars]
        sections.append(
            SectionPlan(
                name=name,
                role=role,
                bars=bars,
                energy=_scaled(level, energy),
                words=name if role == "verse" else tune,
                melody=tune,
                lines=lines,
                line_bars=line_bars,
            )
        )
    return tuple(sections)


def _line_bars(bars: int, bar_s: float) -> int:
    """Bars a line: those that divide the section and last as long as a line should."""
    fitting = [count for count in (2, 4, 1, 3, 8) if bars % count == 0 and bars // count <= _MOST_LINES]
    return min(fitting or [bars], key=lambda count: (not 2.2 <= count * bar_s <= 7.5, abs(count * bar_s - 4.0)))


def _many_lines(syllables: tuple[int, ...], count: int, rng: np.random.Generator) -> tuple[LinePlan, ...]:
    """Any number of lines: quatrains as far as they go, then a couplet, then a line by itself."""
    lines: list[LinePlan] = []
    while len(lines) < count:
        left = count - len(lines)
        more = _lines(syllables, 4 if left >= 4 else 2, rng) if left > 1 else _lines(syllables, 2, rng)[:1]
        shift = len({line.rhyme for line in lines if line.rhyme})
        lines += [line.replaced(rhyme=chr(ord(line.rhyme) + shift) if line.rhyme and left > 1 else "") for line in more]
    return tuple(lines)


def _plain(name: str, role: SectionRole, bars: int, energy: float) -> SectionPlan:
    return SectionPlan(name=name, role=role, bars=bars, energy=round(min(1.0, energy), 3))


def _scaled(level: float, energy: float) -> float:
    return round(min(1.0, level * (0.8 + 0.4 * energy)), 3)


def _pick(choices: tuple[tuple[int, ...], ...], rng: np.random.Generator) -> tuple[int, ...]:
    return choices[int(rng.integers(len(choices)))]


def _lines(syllables: tuple[int, ...], lines: int, rng: np.random.Generator) -> tuple[LinePlan, ...]:
    schemes = _RHYMES[lines]
    scheme = schemes[int(rng.integers(len(schemes)))]
    return tuple(
        LinePlan(syllables=count, stress=_stress(count), rhyme=rhyme)
        for count, rhyme in zip(syllables[:lines], scheme, strict=True)
    )


def _stress(count: int) -> str:
    """Rising feet for an even count, falling ones for an odd: a line always ends on a stressed syllable."""
    return ("01" * count)[:count] if count % 2 == 0 else ("10" * count)[:count]
