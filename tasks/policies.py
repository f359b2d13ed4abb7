"""Written policies that may approve an album where no person does. The text is shown wherever one was used."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from schemas.errors import ReviewError

if TYPE_CHECKING:
    from schemas.inspection import Figure, Inspection
    from schemas.picture import CoverArt

SUNG = "syllables with one note"
"""Name of the figure, among a tune's, that says whether every syllable is sung."""

LOUDNESS, PEAK, RANGE = "integrated loudness", "true peak", "loudness range"
"""Names of the figures of a master that `careful` reads."""

LOUDNESS_LUFS, LOUDNESS_LU, PEAK_DBTP = -14.0, 0.5, -1.5
"""What `careful` holds a master to: its loudness, how far from it, and the highest true peak."""

ALBUM_LOUDNESS_LU, ALBUM_RANGE_LU = 0.7, 6.0
"""How far loudness and loudness range of a song may be from the median of its album before `careful` lets it pass."""

TITLE_CONTRAST = 4.5
"""The least contrast of a cover's title against what is behind it: WCAG 2.2, level AA."""

Rule = Callable[["Inspection", Sequence["Inspection"]], str]
CoverRule = Callable[["CoverArt"], str]


@dataclass(frozen=True)
class Policy:
    """A written rule: what it approves, in words, and the same as code.

    Attributes:
        name: as it stands in verdicts, after 'policy:'.
        text: what it does, for people.
        rule: why a song is not approved, '' where it is; takes its inspection and those of the album's other songs.
        cover: the same for a cover.
        rejects: whether what it does not approve is rejected; otherwise it is left to people.
    """

    name: str
    text: str
    rule: Rule
    cover: CoverRule
    rejects: bool

    def objection(self, inspection: Inspection, others: Sequence[Inspection] = ()) -> str:
        """Why a song is not approved; '' where it is."""
        return self.rule(inspection, others)


def _demo(inspection: Inspection, _others: Sequence[Inspection]) -> str:
    flagged = _flagged(inspection)
    if flagged:
        return flagged
    sung = [figure for figure in inspection.figures if figure.name == SUNG]
    if not sung:
        return f"the inspection does not say whether every syllable is sung (no figure {SUNG!r})"
    return next((f"not every syllable is sung ({figure.where})" for figure in sung if not figure.ok), "")


def _careful(inspection: Inspection, others: Sequence[Inspection]) -> str:
    missed = next((figure for figure in inspection.figures if figure.bound and not figure.ok), None)
    if missed is not None:
        where = f" ({missed.where})" if missed.where else ""
        value = f"{missed.value:g} {missed.unit}".strip()
        return f"{missed.name} is {value}, bound {missed.bound}{where}"
    return _demo(inspection, others) or _sound(inspection) or _apart(inspection, others)


def _sound(inspection: Inspection) -> str:
    loudness, peak = _figure(inspection, LOUDNESS), _figure(inspection, PEAK)
    if loudness is None or peak is None or _figure(inspection, RANGE) is None:
        return "the inspection does not give loudness, true peak and loudness range"
    if abs(loudness.value - LOUDNESS_LUFS) > LOUDNESS_LU:
        return f"its loudness is {loudness.value:.1f} LUFS, bound {LOUDNESS_LUFS:g} ± {LOUDNESS_LU:g}"
    if peak.value > PEAK_DBTP + 0.005:  # figures are rounded to hundredths
        return f"its true peak is {peak.value:.2f} dBTP, bound {PEAK_DBTP:g}"
    return ""


def _apart(inspection: Inspection, others: Sequence[Inspection]) -> str:
    """Why a song stands out of its album; '' where it does not, or has too few beside it."""
    for name, most in ((LOUDNESS, ALBUM_LOUDNESS_LU), (RANGE, ALBUM_RANGE_LU)):
        values = [figure.value for one in (inspection, *others) if (figure := _figure(one, name)) is not None]
        mine = _figure(inspection, name)
        if mine is None or len(values) < 3:
            continue
        away = abs(mine.value - statistics.median(values))
        if away > most:
            return f"its {name} is {away:.1f} LU from the median of the album, bound {most:g}"
    return ""


def _flagged(inspection: Inspection) -> str:
    return next(
        (
            f"it shares a run of {run.length} {run.of} with {run.where or run.corpus} (limit {run.limit})"
            for run in inspection.shared
            if run.flagged
        ),
        "",
    )


def _figure(inspection: Inspection, name: str) -> Figure | None:
    return next((figure for figure in inspection.figures if figure.name == name), None)


def _any_cover(_cover: CoverArt) -> str:
    return ""


def _readable_cover(cover: CoverArt) -> str:
    if cover.title_contrast >= TITLE_CONTRAST:
        return ""
    return f"the contrast of its title is {cover.title_contrast:.1f}, bound {TITLE_CONTRAST:g}"


POLICIES: dict[str, Policy] = {
    "demo": Policy(
        name="demo",
        text=(
            "Approves the cover, and every song that was made whole, sings all its syllables and shares no flagged run "
            "with the corpora it was checked against. Meant for demonstrations: nobody has listened."
        ),
        rule=_demo,
        cover=_any_cover,
        rejects=True,
    ),
    "careful": Policy(
        name="careful",
        text=(
            "Approves a song whose every bounded figure keeps its bound, that shares no flagged run with the corpora "
            f"it was checked against, lies within {LOUDNESS_LU:g} LU of {LOUDNESS_LUFS:g} LUFS with a true peak of "
            f"at most {PEAK_DBTP:g} dBTP and, in an album of three songs or more, no further from the album's median "
            f"than {ALBUM_LOUDNESS_LU:g} LU in loudness and {ALBUM_RANGE_LU:g} LU in loudness range; and a cover whose "
            f"title has a contrast of at least {TITLE_CONTRAST:g}. What it does not approve it leaves to people. "
            "Nobody has listened."
        ),
        rule=_careful,
        cover=_readable_cover,
        rejects=False,
    ),
}
"""Policies by name."""


def policy_of(name: str) -> Policy:
    """The policy of that name.

    Raises:
        ReviewError: there is none.
    """
    if name not in POLICIES:
        raise ReviewError(f"policy {name!r} is not written; choose from {', '.join(sorted(POLICIES))}")
    return POLICIES[name]
