"""Who plays when: a section's intensity from its energy and role, and the entries of the players."""

from __future__ import annotations

from media.arrange.song import Cast
from media.arrange.styles.base import Style
from schemas.music import LeadSheet
from schemas.plan import SectionRole

_EXPECTED: dict[SectionRole, float] = {
    "intro": 0.25,
    "verse": 0.38,
    "prechorus": 0.58,
    "chorus": 0.85,
    "bridge": 0.52,
    "interlude": 0.55,
    "outro": 0.35,
}
"""Intensity a role suggests by itself; a section's energy counts as much."""

_LEAST_CONTRAST = 0.34
"""How far every chorus lies above every verse, in intensity."""


def cast_song(lead: LeadSheet, style: Style) -> tuple[Cast, ...]:
    """Every section with its intensity, level and entries, in order."""
    intensities = _intensities(lead)
    seen: dict[SectionRole, int] = {}
    casts: list[Cast] = []
    first_bar = 0
    for number, (span, intensity) in enumerate(zip(lead.sections, intensities, strict=True)):
        visit = seen.get(span.role, 0)
        seen[span.role] = visit + 1
        cast = Cast(span, first_bar, visit, intensity, _level(intensity), {})
        before = casts[-1] if casts else None
        cast.entries.update(_entries(cast, style, before, last=number == len(lead.sections) - 1))
        casts.append(cast)
        first_bar += span.bars
    _use_everyone(casts, style)
    return tuple(casts)


def _intensities(lead: LeadSheet) -> list[float]:
    """Intensity of each section, 0.05-1: energy and role in equal parts, choruses above verses, repeats growing."""
    seen: dict[SectionRole, int] = {}
    values: list[float] = []
    for span in lead.sections:
        visit = seen.get(span.role, 0)
        seen[span.role] = visit + 1
        growth = min(0.05 * visit, 0.1) if span.role in ("verse", "prechorus", "chorus") else 0.0
        values.append(0.5 * span.energy + 0.5 * _EXPECTED[span.role] + growth)
    roles = [span.role for span in lead.sections]
    verses = [value for value, role in zip(values, roles, strict=True) if role == "verse"]
    choruses = [value for value, role in zip(values, roles, strict=True) if role == "chorus"]
    if verses and choruses:
        lift = max(0.0, max(verses) + _LEAST_CONTRAST - min(choruses))
        above = min(lift, max(0.0, 1.0 - max(choruses)))
        values = [
            value + above if role == "chorus" else value - (lift - above) if role == "verse" else value
            for value, role in zip(values, roles, strict=True)
        ]
    if choruses:
        ceiling = max(value for value, role in zip(values, roles, strict=True) if role == "chorus") - 0.1
        values = [value if role == "chorus" else min(value, ceiling) for value, role in zip(values, roles, strict=True)]
    return [min(1.0, max(0.05, value)) for value in values]


def _level(intensity: float) -> int:
    return sum(intensity >= edge for edge in (0.3, 0.5, 0.7))


def _entries(cast: Cast, style: Style, before: Cast | None, *, last: bool) -> dict[str, int]:
    bars = cast.span.bars
    if cast.role == "intro" or (cast.role == "outro" and not cast.sung):
        return _staggered(cast, style, leaving=cast.role == "outro" or (last and before is not None))
    bonus = 0.14 if cast.role == "verse" and cast.visit else 0.0
    playing = [p for p in style.players if p.enters <= cast.intensity + bonus or cast.role == "chorus"]
    if not playing:
        playing = [min(style.players, key=lambda p: p.enters)]
    entries = {player.name: 0 for player in playing}
    newest = max(playing, key=lambda p: p.enters)
    carried = before is not None and newest.name in before.entries
    if bars >= 4 and len(playing) > 1 and not carried and cast.role == "verse":
        entries[newest.name] = bars // 2
    if cast.role == "bridge" and bars >= 4:
        for name in ("drums", style.comps[-1].player.name if len(style.comps) > 1 else "bass"):
            if name in entries and len(entries) > 2:
                entries[name] = bars // 2
    return entries


def _staggered(cast: Cast, style: Style, *, leaving: bool) -> dict[str, int]:
    """An intro builds up player by player; an outro keeps the first ones and the counter-line."""
    order = style.intro
    if leaving:
        beat = ("drums",) if "drums" in order else ()
        return dict.fromkeys((*order[:2], "bass", "pad", *beat), 0)
    alone = 1 if style.keys_hook else 2
    bars = cast.span.bars
    count = min(len(order), 2 + (bars >= 2) + (bars >= 4 and cast.intensity >= 0.3))
    steps = max(1, count - 1)
    return {
        name: 0 if rank < alone else min(bars - 1, rank * bars // (steps + 1))
        for rank, name in enumerate(order[:count])
    }


def _use_everyone(casts: list[Cast], style: Style) -> None:
    """Nobody sits through the whole song: who never plays joins the most intense section."""
    peak = max(casts, key=lambda cast: cast.intensity)
    for player in style.players:
        if not any(player.name in cast.entries for cast in casts):
            peak.entries[player.name] = 0
