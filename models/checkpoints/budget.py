"""How much a checkpoint may ask of this machine."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from schemas.errors import CheckpointError


@dataclass(frozen=True)
class Limits:
    """Bounds on one file.

    Attributes:
        file_bytes: a larger file is not opened.
        index_bytes: a longer pickle beside storages (`data.pkl`, or the head of an old file) is not read.
        pickle_bytes: a longer pickle that holds its numbers itself is not read.
        operations: steps of the pickle machine, over all nested pickles.
        depth: containers within containers.
        nesting: pickles within pickles.
        members: files in a zip.
        seconds: time for reading the structure (numbers are read later, on demand).
    """

    file_bytes: int = 16 << 30
    index_bytes: int = 64 << 20
    pickle_bytes: int = 8 << 30
    operations: int = 2_000_000
    depth: int = 64
    nesting: int = 3
    members: int = 100_000
    seconds: float = 30.0


@dataclass
class Budget:
    """What is left of the limits while one file is read."""

    limits: Limits
    file_bytes: int
    operations: int = 0
    copied_bytes: int = 0
    tensor_bytes: int = 0
    nested: int = 0
    deadline: float = field(init=False)

    def __post_init__(self) -> None:
        self.deadline = time.monotonic() + self.limits.seconds

    def step(self, count: int = 1) -> None:
        """Count steps of the machine, and look at the clock every now and then."""
        before = self.operations
        self.operations += count
        if self.operations > self.limits.operations:
            raise CheckpointError(
                f"its structure takes more than {self.limits.operations:,} steps to read, far more than weights need"
            )
        if before >> 10 != self.operations >> 10:
            self.look_at_the_clock()

    def look_at_the_clock(self) -> None:
        """Refuse once the time is over."""
        if time.monotonic() > self.deadline:
            raise CheckpointError(f"its structure was not read within {self.limits.seconds:g} s: it is damaged")

    def copy(self, count: int) -> None:
        """Count bytes of copies that the stream asked for: no more than a few times the file's own."""
        self.copied_bytes += count
        most = 4 * self.file_bytes + (64 << 20)
        if self.copied_bytes > most:
            raise CheckpointError(f"it unfolds to more than {most:,} bytes, far more than it holds")

    def tensor(self, count: int) -> None:
        """Count bytes of tensors, which may share storages but not without end."""
        self.tensor_bytes += count
        most = 8 * self.file_bytes + (1 << 30)
        if self.tensor_bytes > most:
            raise CheckpointError(f"its tensors come to more than {most:,} bytes, far more than it holds")
