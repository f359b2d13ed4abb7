"""What a taker says of a model it took in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Taken:
    """A model that was taken in.

    Attributes:
        summary: what it is, in a line.
        source: what to call where it came from: a file's or folder's name, or a hub id.
        verb: what pictures or words made with it were, for the credits: 'Words written'.
    """

    summary: str
    source: str
    verb: str


Take = Callable[[str, Path, Path], Taken]
"""Takes a source (as the user names it) into an empty place for a folder, with another folder to work in."""
