"""What a pickle names, without making any of it: for saying what a file is that will not be read."""

from __future__ import annotations

from typing import Any

from models.checkpoints.values import Named

_MOST_NAMES = 10_000


class Survey:
    """A vocabulary that understands nothing: every name is a label, every call and object an empty list.

    `names` are those met, in order: module and name with a dot between.
    """

    def __init__(self) -> None:
        self.names: dict[str, None] = {}

    def named(self, module: str, name: str) -> Named:
        """A label; the name is remembered."""
        found = Named(module[:200], name[:200])
        if len(self.names) < _MOST_NAMES:
            self.names[found.full] = None
        return found

    def called(self, _what: object, _arguments: tuple[Any, ...]) -> object:
        """Something that takes entries of any kind."""
        return Anything()

    def made(self, _what: object, _arguments: tuple[Any, ...], _keywords: dict[str, Any]) -> object:
        """Something that takes entries of any kind."""
        return Anything()

    def filled(self, target: object, _state: object) -> object:
        """The target as it was."""
        return target

    def kept_outside(self, reference: object) -> object:
        """Nothing; legacy files keep classes this way, by a reference that begins with 'module'."""
        if isinstance(reference, tuple) and len(reference) > 1 and reference[0] == "module":
            return reference[1]
        return Anything()


class Anything(dict[Any, Any]):
    """Stands for whatever a file would have made."""
