"""Sections of a song, as marks in a file and back."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import cast, get_args

from pydantic import ValidationError

from schemas.base import canonical_json
from schemas.plan import SectionRole, SectionSpan

_ENERGY: dict[SectionRole, float] = {
    "intro": 0.25,
    "verse": 0.5,
    "prechorus": 0.65,
    "chorus": 0.9,
    "bridge": 0.6,
    "interlude": 0.45,
    "outro": 0.3,
}
_ROLE_WORDS: tuple[tuple[str, SectionRole], ...] = (
    ("prechorus", "prechorus"),
    ("chorus", "chorus"),
    ("verse", "verse"),
    ("bridge", "bridge"),
    ("intro", "intro"),
    ("interlude", "interlude"),
    ("outro", "outro"),
    ("refrain", "chorus"),
    ("hook", "chorus"),
    ("solo", "interlude"),
    ("coda", "outro"),
)


def role_of_name(name: str) -> SectionRole:
    """The role that a section's name tells, e.g. 'Pre-Chorus 2' is a prechorus; a verse where it tells none."""
    letters = re.sub(r"[^a-z]", "", name.lower())
    return next((role for word, role in _ROLE_WORDS if word in letters), "verse")


_FACTS = ("role", "energy", "words", "melody", "line_bars")


def facts_text(section: SectionSpan) -> str:
    """What a section's name and place do not tell, as JSON for a remark in a file."""
    return canonical_json(section.model_dump(mode="json", include=set(_FACTS))).decode()


def read_facts(text: str) -> dict[str, object]:
    """What `facts_text` wrote; nothing where the remark is missing, damaged or not ours."""
    try:
        found = json.loads(text[:2_000])
        SectionSpan.model_validate({"role": "verse", "energy": 0, **found, "name": "", "first_bar": 0, "bars": 1})
    except (ValueError, TypeError, RecursionError, ValidationError):
        return {}
    return {name: found[name] for name in _FACTS if name in found}


def covering_sections(starts: Sequence[tuple[int, str, Mapping[str, object]]], bars: int) -> tuple[SectionSpan, ...]:
    """Sections that cover all bars, one after another, from (first bar, name, known facts) in time order.

    Of several marks on one bar the last stands; marks at or after the last bar are left out; bars before the first
    mark are an intro; without any mark the song is one section. Facts that are not known follow from the name.
    """
    by_bar = {bar: (name, facts) for bar, name, facts in starts if 0 <= bar < bars}
    if not by_bar:
        by_bar = {0: ("song", {})}
    elif min(by_bar) > 0:
        by_bar[0] = ("intro", {})
    ordered = sorted(by_bar)
    sections = []
    for bar, end in zip(ordered, [*ordered[1:], bars], strict=True):
        name, facts = by_bar[bar]
        known = facts.get("role")
        role = cast(SectionRole, known) if known in get_args(SectionRole) else role_of_name(name)
        sections.append(
            SectionSpan.model_validate(
                {"energy": _ENERGY[role], **facts, "role": role, "name": name[:40], "first_bar": bar, "bars": end - bar}
            )
        )
    return tuple(sections)
