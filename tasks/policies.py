"""Written policies that may approve an album where no person does. The text is shown wherever one was used."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from schemas.errors import ReviewError

if TYPE_CHECKING:
    from schemas.inspection import Inspection

SUNG = "syllables with one note"
"""Name of the figure, among a tune's, that says whether every syllable is sung."""


@dataclass(frozen=True)
class Policy:
    """A written rule: what it approves, in words, and the same as numbers."""

    name: str
    text: str
    allow_flagged_runs: bool = False

    def objection(self, inspection: Inspection) -> str:
        """Why a song is not approved; '' where it is."""
        if not self.allow_flagged_runs:
            for run in inspection.shared:
                if run.flagged:
                    return (
                        f"it shares a run of {run.length} {run.of} with {run.where or run.corpus} (limit {run.limit})"
                    )
        sung = [figure for figure in inspection.figures if figure.name == SUNG]
        if not sung:
            return f"the inspection does not say whether every syllable is sung (no figure {SUNG!r})"
        return next((f"not every syllable is sung ({figure.where})" for figure in sung if not figure.ok), "")


POLICIES: dict[str, Policy] = {
    "demo": Policy(
        name="demo",
        text=(
            "Approves the cover, and every song that was made whole, sings all its syllables and shares no flagged run "
            "with the corpora it was checked against. Meant for demonstrations: nobody has listened."
        ),
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
