"""How well words keep to their plan, in figures."""

from __future__ import annotations

from dataclasses import dataclass

from models.lyrics.rhyme import RhymeKind, rhyme_kind
from models.lyrics.sounds import clean
from models.lyrics.writer import lyric_sections
from schemas.lyrics import LyricLine, Lyrics
from schemas.plan import LinePlan, SongPlan


@dataclass(frozen=True)
class LyricFigures:
    """Figures of a song's words. Shares are from 0 to 1.

    `syllable_fit`: lines of exactly the planned syllables. `rhyme_kept`: lines that answer an earlier line of their
    rhyme group and rhyme with it, perfectly or by kind (1 where none has to); `perfect_rhymes`: those that do so
    perfectly. `repeated_lines`: lines that were said before, the chorus apart. `distinct_2`: different pairs of
    neighbouring words among all pairs. `stress_match`: syllables whose stress is the planned one.
    """

    syllable_fit: float
    rhyme_kept: float
    perfect_rhymes: float
    repeated_lines: int
    distinct_2: float
    stress_match: float


def measure(lyrics: Lyrics, plan: SongPlan) -> LyricFigures:
    """The figures of some words against the plan they were written to.

    Raises:
        KeyError: the words lack a section of the plan.
    """
    pairs: list[tuple[LyricLine, LinePlan]] = []
    kinds: list[RhymeKind] = []
    seen: set[str] = set()
    repeated = 0
    for section in lyric_sections(plan):
        lines = lyrics.section(section.words).lines
        pairs += list(zip(lines, section.lines, strict=False))
        kinds += _rhyme_kinds(lines, section.lines)
        texts = {_plain(line) for line in lines}
        if section.role != "chorus":
            repeated += len(lines) - len(texts) + len(texts & seen)
        seen |= texts
    fits = [len(line.syllables) == wanted.syllables for line, wanted in pairs]
    stresses = [
        (syllable.stress > 0) == (mark == "1")
        for line, wanted in pairs
        for syllable, mark in zip(line.syllables, wanted.stress, strict=False)
    ]
    bigrams = [
        pair for line, _ in pairs for words in [_plain(line).split()] for pair in zip(words, words[1:], strict=False)
    ]
    return LyricFigures(
        syllable_fit=_share(fits),
        rhyme_kept=_share([kind != "none" for kind in kinds]),
        perfect_rhymes=_share([kind == "perfect" for kind in kinds]),
        repeated_lines=repeated,
        distinct_2=len(set(bigrams)) / len(bigrams) if bigrams else 1.0,
        stress_match=_share(stresses),
    )


def _rhyme_kinds(lines: tuple[LyricLine, ...], wanted: tuple[LinePlan, ...]) -> list[RhymeKind]:
    """For each line that answers an earlier one of its rhyme group, how it rhymes with the nearest of them."""
    last: dict[str, str] = {}
    kinds: list[RhymeKind] = []
    for line, plan in zip(lines, wanted, strict=False):
        if not plan.rhyme:
            continue
        word = clean(line.words[-1].text)
        if plan.rhyme in last:
            kinds.append(rhyme_kind(last[plan.rhyme], word))
        last[plan.rhyme] = word
    return kinds


def _plain(line: LyricLine) -> str:
    return " ".join(clean(word.text) for word in line.words)


def _share(values: list[bool]) -> float:
    return sum(values) / len(values) if values else 1.0
