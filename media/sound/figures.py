"""A master's measured figures against the bounds that a release is held to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from media.sound.loudness import lift_lu
from schemas.inspection import Figure

if TYPE_CHECKING:
    from schemas.audio import Master
    from schemas.music import SectionSpan

TARGET_LUFS, TOLERANCE_LU = -14.0, 0.5
CEILING_DBTP = -1.5
LEAST_LIFT_LU = 1.5


def sound_figures(master: Master, sections: tuple[SectionSpan, ...]) -> tuple[Figure, ...]:
    """Loudness, true peak, loudness range, the choruses' lift over the verses and each section's loudness."""
    figures = [
        Figure(
            name="integrated loudness",
            value=master.integrated_lufs,
            unit="LUFS",
            bound=f"{TARGET_LUFS:g} ± {TOLERANCE_LU:g}",
            ok=abs(master.integrated_lufs - TARGET_LUFS) <= TOLERANCE_LU,
        ),
        Figure(
            name="true peak",
            value=master.true_peak_dbtp,
            unit="dBTP",
            bound=f"<= {CEILING_DBTP:g}",
            ok=master.true_peak_dbtp <= CEILING_DBTP,
        ),
        Figure(name="loudness range", value=master.loudness_range_lu, unit="LU"),
    ]
    lift = lift_lu(master.sections, sections)
    if lift is not None:
        roles = {section.name: section.role for section in sections}
        choruses = [entry for entry in master.sections if roles.get(entry.section) == "chorus"]
        worst = min(choruses, key=lambda entry: entry.short_term_lufs)
        figures.append(
            Figure(
                name="chorus above verse",
                value=round(lift, 2),
                unit="LU",
                bound=f">= {LEAST_LIFT_LU:g}",
                ok=lift >= LEAST_LIFT_LU,
                where=f"quietest chorus: {worst.section}",
            )
        )
    figures += [
        Figure(name=f"loudness of {entry.section}", value=entry.short_term_lufs, unit="LUFS")
        for entry in master.sections
    ]
    return tuple(figures)
