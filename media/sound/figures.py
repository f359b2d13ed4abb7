"""A master's measured figures against the bounds that a release is held to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from media.sound.loudness import lift_lu
from schemas.inspection import Figure

if TYPE_CHECKING:
    from schemas.audio import Master
    from schemas.plan import SectionSpan

TARGET_LUFS, TOLERANCE_LU = -14.0, 0.5
CEILING_DBTP = -1.5
LEAST_LIFT_LU = 1.5


def sound_figures(master: Master, sections: tuple[SectionSpan, ...]) -> tuple[Figure, ...]:
    """Loudness, true peak, loudness range, the quietest chorus above the loudest verse and each section's loudness."""
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
        by_role = {
            role: [entry for entry in master.sections if roles.get(entry.section) == role]
            for role in ("verse", "chorus")
        }
        softest = min(by_role["chorus"], key=lambda entry: entry.short_term_lufs)
        loudest = max(by_role["verse"], key=lambda entry: entry.short_term_lufs)
        figures.append(
            Figure(
                name="chorus above verse",
                value=round(lift, 2),
                unit="LU",
                bound=f">= {LEAST_LIFT_LU:g}",
                ok=lift >= LEAST_LIFT_LU,
                where=f"{softest.section} over {loudest.section}",
            )
        )
    figures += [
        Figure(name=f"loudness of {entry.section}", value=entry.short_term_lufs, unit="LUFS")
        for entry in master.sections
    ]
    return tuple(figures)
