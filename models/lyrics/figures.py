"""The figures of a song's words, each with the bound it is held to: what an inspection reports."""

from __future__ import annotations

from models.lyrics.measuring import measure
from schemas.inspection import Figure
from schemas.lyrics import Lyrics
from schemas.plan import SongPlan

LEAST_RHYME_KEPT = 0.85
"""Of the lines that should rhyme, the share that must."""


def lyric_figures(lyrics: Lyrics, plan: SongPlan) -> tuple[Figure, ...]:
    """Syllables against the plan, rhymes kept, repeated lines, variety and stress.

    Raises:
        KeyError: the words lack a section of the plan.
    """
    figures = measure(lyrics, plan)
    unrhymed = [
        f"{section.name}, line {number}"
        for section in lyrics.sections
        for number, line in enumerate(section.lines, start=1)
        if not line.rhymes
    ]
    kept = figures.rhyme_kept
    return (
        Figure(
            name="lines with the planned syllables",
            value=round(figures.syllable_fit, 4),
            bound=">= 1",
            ok=figures.syllable_fit == 1,
        ),
        Figure(
            name="rhymes kept",
            value=round(kept, 4),
            bound=f">= {LEAST_RHYME_KEPT}",
            ok=kept >= LEAST_RHYME_KEPT,
            where=", ".join(unrhymed)[:200],
        ),
        Figure(name="perfect rhymes", value=round(figures.perfect_rhymes, 4)),
        Figure(
            name="lines said before, the chorus apart",
            value=figures.repeated_lines,
            bound="== 0",
            ok=figures.repeated_lines == 0 or lyrics.written_by == "user",
        ),
        Figure(name="different pairs of words", value=round(figures.distinct_2, 4)),
        Figure(name="stresses as planned", value=round(figures.stress_match, 4)),
    )
