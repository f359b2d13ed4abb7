"""What a plan and its words ask of the music: tunes, their lines, who answers whom, and how high each may go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from schemas.errors import StepError
from schemas.lyrics import LyricLine, Lyrics
from schemas.plan import LinePlan, SectionPlan, SectionRole, SongPlan, VoiceRange

_UNSTRESSED = (
    "a an the and but or nor so as if than that of in on at to from for with by up down out off into over is am are "
    "was were be been it its i i'm i'll i've you your he his she her we our they their them him me my us do does did "
    "has have had will would can could shall should may might must this there when where who what"
)
FUNCTION_WORDS = frozenset(_UNSTRESSED.split())
"""Words of one syllable that speech leaves unstressed, whatever a dictionary says of them alone."""

WIDEST_COMPASS = 14
"""Semitones from the lowest to the highest note of a song."""
_ROOM_ABOVE = 3

_ORDER: dict[SectionRole, int] = {"verse": 0, "chorus": 1}


@dataclass(frozen=True)
class TuneLine:
    """A line of a tune."""

    stress: tuple[float, ...]
    """A weight a syllable, 0 to 1: the mean over all words sung to it and over the lines that answer it."""
    answers: int | None
    """The earlier line whose rhythm and motif it takes up, None where it says something new."""

    @property
    def syllables(self) -> int:
        """Syllables sung."""
        return len(self.stress)


@dataclass(frozen=True)
class Tune:
    """A melody to be written, shared by every section that names it."""

    name: str
    role: SectionRole
    line_bars: int
    lines: tuple[TuneLine, ...]
    closes: bool
    """Whether it comes to rest on the tonic; else it leads on."""


@dataclass(frozen=True)
class Register:
    """How high a tune lies, in MIDI pitch."""

    low: int
    high: int
    centre: float


def sung_lines(section: SectionPlan, lyrics: Lyrics) -> tuple[LyricLine, ...]:
    """The lyric lines of a section, checked against its plan.

    Raises:
        StepError: the words do not fit the plan.
    """
    if not section.words:
        return ()
    try:
        lines = lyrics.section(section.words).lines
    except KeyError as error:
        raise StepError(
            f"the plan sings {section.words!r} in {section.name!r}, but the lyrics have no such section"
        ) from error
    found, planned = [len(line.syllables) for line in lines], [line.syllables for line in section.lines]
    if found != planned:
        raise StepError(
            f"{section.words!r} has lines of {found} syllables where the plan has {planned}: fit the words first"
        )
    return lines


def tunes_of(plan: SongPlan, lyrics: Lyrics) -> list[Tune]:
    """The tunes of a song in the order they are to be written: verses, choruses, the others.

    Raises:
        StepError: the words do not fit the plan.
    """
    stresses: dict[str, list[list[tuple[float, ...]]]] = {}
    first: dict[str, int] = {}
    roles: dict[str, SectionRole] = {}
    for index, section in enumerate(plan.sections):
        if section.melody:
            lines = sung_lines(section, lyrics)
            stresses.setdefault(section.melody, []).append(
                [line_stress(line, asked) for line, asked in zip(lines, section.lines, strict=True)]
            )
            first.setdefault(section.melody, index)
            if section.role == "chorus" or section.melody not in roles:
                roles[section.melody] = section.role
    tunes = [_tune(plan, name, roles[name], first[name], sung) for name, sung in stresses.items()]
    return sorted(tunes, key=lambda tune: (_ORDER.get(tune.role, 2), first[tune.name]))


def line_stress(line: LyricLine, asked: LinePlan) -> tuple[float, ...]:
    """The stress of each syllable of a line, 0 to 1; as planned where the words carry none at all."""
    marks = tuple(
        _stress(word.text, syllable.stress, len(word.syllables)) for word in line.words for syllable in word.syllables
    )
    return marks if any(mark >= 0.5 for mark in marks) else tuple(float(mark) for mark in asked.stress)


def _stress(word: str, mark: int, syllables: int) -> float:
    if syllables == 1 and word.lower().strip("'\".,") in FUNCTION_WORDS:
        return 0.2 if mark else 0.0
    return {0: 0.0, 1: 1.0, 2: 0.6}[mark]


def _tune(plan: SongPlan, name: str, role: SectionRole, index: int, sung: list[list[tuple[float, ...]]]) -> Tune:
    section = plan.sections[index]
    own = [tuple(sum(marks) / len(marks) for marks in zip(*verses, strict=True)) for verses in zip(*sung, strict=True)]
    answers = [_answers(number, [len(line) for line in own]) for number in range(len(own))]
    lines = []
    for number, stress in enumerate(own):
        group = [own[other] for other in range(len(own)) if _leader(answers, other) == _leader(answers, number)]
        alike = [marks for marks in group if len(marks) == len(stress)]
        shared = tuple(sum(marks) / len(marks) for marks in zip(*alike, strict=True))
        lines.append(TuneLine(shared, answers[number]))
    after = plan.sections[index + 1].role if index + 1 < len(plan.sections) else "outro"
    leads_on = role in ("prechorus", "bridge") or (role == "verse" and after == "prechorus")
    leads_on = leads_on or (role == "verse" and after == "chorus" and plan.genre != "folk")
    return Tune(name, role, section.line_bars, tuple(lines), closes=not leads_on)


def _answers(number: int, counts: list[int]) -> int | None:
    """The line that a line answers: one of as many syllables where there is one, in the usual places first."""
    if number == 0 or (number == 1 and len(counts) > 2):
        return None
    usual = [number - 4] if number >= 4 else [number - 2] if number >= 2 else [0]
    places = [*usual, *(place for place in range(number - 1, -1, -1) if place not in usual)]
    return next((place for place in places if counts[place] == counts[number]), usual[0])


def _leader(answers: list[int | None], number: int) -> int:
    while (earlier := answers[number]) is not None:
        number = earlier
    return number


def compass(voice: VoiceRange, given: Sequence[int] = ()) -> tuple[int, int]:
    """The lowest and highest pitch of a song: the middle of the voice's range, 14 semitones at most.

    Where pitches are given, it lies around them and, if the voice can, a third above for the chorus; it is as wide as
    that where that is wider.
    """
    spare = max(0, voice.high - voice.low - WIDEST_COMPASS)
    low, high = voice.low + spare // 2, voice.high - (spare - spare // 2)
    if given:
        lowest, highest = min(given), min(max(given) + _ROOM_ABOVE, voice.high)
        move = min(0, lowest - low) or max(0, highest - high)
        low, high = min(low + move, lowest), max(high + move, highest)
    return low, high


def register_of(role: SectionRole, low: int, high: int, verse_top: int | None, verse_mean: float | None) -> Register:
    """Where a tune lies within the song's compass.

    Args:
        role: the role of its section.
        low: lowest pitch of the song.
        high: highest pitch of the song.
        verse_top: highest pitch of the verses, where they are written.
        verse_mean: mean pitch of the verses, where they are written.
    """
    span = high - low
    if role == "chorus":
        floor = low + round(0.28 * span)
        if verse_mean is not None:
            floor = max(floor, int(verse_mean) - 2)
        return Register(floor, high, max(low + 0.62 * span, (verse_mean or 0.0) + 2.5))
    if role == "verse":
        return Register(low, low + round(0.64 * span), low + 0.34 * span)
    top = high if verse_top is None else max(verse_top, low + round(0.8 * span))
    return Register(low + round(0.1 * span), min(top, high), low + (0.5 if role == "bridge" else 0.42) * span)
