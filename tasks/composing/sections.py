"""A section to be added to a song: its words counted into lines, its bars, the tune it is sung to."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

from pydantic import ValidationError

from models.music.form import line_stress
from schemas.errors import BriefError
from schemas.lyrics import LyricLine
from schemas.plan import LinePlan, SectionPlan, SectionRole

if TYPE_CHECKING:
    from collections.abc import Sequence

    from schemas.music import LeadSheet

_MOST_SYLLABLES, _MOST_LINES = 16, 16
_LINE_BARS = 2


def words_of(text: str) -> tuple[LyricLine, ...]:
    """The lines of a text that are to be sung; empty lines are passed over.

    Raises:
        BriefError: a line has no words or more than 16 syllables, or there are more than 16 lines.
    """
    from models.lyrics.sounds import split_line

    lines = []
    for number, written in enumerate((line for line in text.splitlines() if line.strip()), start=1):
        words = split_line(written[:400])
        if not words:
            raise BriefError(f"line {number}, {written[:40]!r}, has no words: write what is to be sung")
        line = LyricLine(words=words)
        if len(line.syllables) > _MOST_SYLLABLES:
            raise BriefError(
                f"line {number} has {len(line.syllables)} syllables, at most {_MOST_SYLLABLES} are sung: part it in two"
            )
        lines.append(line)
    if len(lines) > _MOST_LINES:
        raise BriefError(f"{len(lines)} lines, at most {_MOST_LINES} make a section: add two sections")
    return tuple(lines)


def section_of(lead: LeadSheet, *, name: str, bars: int | None, tune: str, lines: Sequence[LyricLine]) -> SectionPlan:
    """The section that a song is to go on with.

    Args:
        lead: the song.
        name: the section's name; its first word is its role where it is one, e.g. 'verse 3'.
        bars: its length; None: as long as its tune's section, or two bars a line, or four without words.
        tune: name of a tune of the song that it is sung to; '' for a new one.
        lines: its words.

    Raises:
        BriefError: bars and lines do not go together, or a bound is broken.
    """
    role = next(
        (role for role in get_args(SectionRole) if name.lower().startswith(role)), "verse" if lines else "outro"
    )
    known = next((span for span in lead.sections if tune and span.melody == tune), None)
    if tune and known is None:
        tunes = ", ".join(dict.fromkeys(span.melody for span in lead.sections if span.melody)) or "none"
        raise BriefError(f"the song has no tune {tune!r}: its tunes are {tunes}")
    line_bars = known.line_bars if known else _LINE_BARS
    length = bars or (known.bars if known else line_bars * len(lines) or 2 * _LINE_BARS)
    if lines and length % len(lines):
        raise BriefError(f"{length} bars do not part into {len(lines)} lines of equal length: give a multiple")
    plans = tuple(
        LinePlan(syllables=len(line.syllables), stress="".join("1" if mark >= 0.5 else "0" for mark in _stress(line)))
        for line in lines
    )
    try:
        return SectionPlan(
            name=name,
            role=role,
            bars=length,
            energy=known.energy if known else 0.5,
            words=name if lines else "",
            melody=(tune or _new_tune(lead, name)) if lines else "",
            lines=plans,
            line_bars=length // len(lines) if lines else line_bars,
        )
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise BriefError(f"section {place}: {first['msg'].removeprefix('Value error, ')}") from error


def _new_tune(lead: LeadSheet, name: str) -> str:
    """A name that no tune of the song has."""
    taken = {span.melody for span in lead.sections}
    return next(
        each for each in (name, *(f"{name[:32]} tune {number}" for number in range(2, 99))) if each not in taken
    )


def _stress(line: LyricLine) -> tuple[float, ...]:
    count = len(line.syllables)
    return line_stress(line, LinePlan(syllables=count, stress=("10" * count)[:count]))
