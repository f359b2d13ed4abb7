"""Names and roles of parts that other programs wrote."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import cast, get_args

from schemas.music import PartRole


def free_part_name(text: str, taken: Sequence[str]) -> str:
    """A part name (lower-case letters, digits, hyphens; 40 at most) made of a text, other than those taken."""
    kept = re.fullmatch(r"[a-z][a-z0-9-]*", text)
    name = text if kept else re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")
    name = (name if name[:1].isalpha() else f"part-{name}".rstrip("-"))[:40]
    number, free = 2, name
    while free in taken:
        free, number = f"{name[:36]}-{number}", number + 1
    return free


def part_role(written: str, name: str, program: int, *, is_drums: bool) -> PartRole:
    """The role that is written, else the one that name and General MIDI program tell."""
    if written in get_args(PartRole):
        return cast(PartRole, written)
    if is_drums:
        return "drums"
    if re.search(r"melod|voc|voice|sing|lyric", name):
        return "melody"
    if 32 <= program <= 39 or "bass" in name:
        return "bass"
    return "pad" if 88 <= program <= 95 or "pad" in name or "string" in name else "chords"
