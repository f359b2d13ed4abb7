"""What a studio's pieces say of themselves, for the routes that other programs ask."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class PieceHealth:
    """A piece of the studio: whether it is well, and what is wrong where it is not."""

    name: str
    well: bool
    problem: str = ""


@dataclass(frozen=True)
class StudioHealth:
    """All pieces; ready once every one of them is well."""

    ready: bool
    pieces: tuple[PieceHealth, ...]
