"""What a checkpoint is made of once it is read: plain containers, and inert records that hold no behaviour."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from math import prod
from typing import TYPE_CHECKING, Any

from schemas.errors import CheckpointError

if TYPE_CHECKING:
    import numpy as np
    import torch
    from numpy.typing import NDArray

ITEM_BYTES = {
    "float64": 8,
    "float32": 4,
    "float16": 2,
    "bfloat16": 2,
    "int64": 8,
    "int32": 4,
    "int16": 2,
    "int8": 1,
    "uint8": 1,
    "bool": 1,
    "complex64": 8,
    "complex128": 16,
}
"""The kinds of number that tensors hold, and the bytes of each."""
_MOST_AXES = 32
_MOST_REPEATED = 1 << 24

Read = Callable[[int, int], bytes | memoryview]
"""Answers so many bytes (second) of a storage from a byte on (first)."""


@dataclass(frozen=True)
class Named:
    """A name that a stream holds. It is a label: nothing is imported and nothing can be called through it."""

    module: str
    name: str

    @property
    def full(self) -> str:
        """Module and name with a dot between."""
        return f"{self.module}.{self.name}"


class Attributes(dict[str, Any]):
    """The attributes of what was a Namespace or the like, as a plain dictionary."""


@dataclass(frozen=True, eq=False)
class ForeignObject:
    """An object whose class stands in the file as source: its class's name and its attributes. The source is left."""

    class_name: str
    state: dict[str, Any]


@dataclass(frozen=True, eq=False)
class Storage:
    """So many numbers of one kind in a file. `key` tells it from the other storages of the file."""

    key: str
    dtype: str
    count: int
    read: Read = field(repr=False)
    begins: int = 0

    def part(self, begins: int, count: int) -> Storage:
        """A view of `count` numbers from `begins` on.

        Raises:
            CheckpointError: it would reach beyond the storage.
        """
        if begins < 0 or count < 0 or begins + count > self.count:
            raise CheckpointError(f"a view of storage {self.key!r} reaches beyond its {self.count:,} numbers")
        return Storage(self.key, self.dtype, count, self.read, self.begins + begins)

    def span(self, begins: int, count: int) -> bytes | memoryview:
        """The bytes of `count` numbers from `begins` on."""
        item = ITEM_BYTES[self.dtype]
        found = self.read((self.begins + begins) * item, count * item)
        if len(found) != count * item:
            raise CheckpointError(f"storage {self.key!r} ends before its {self.count:,} numbers: get the file again")
        return found


@dataclass(eq=False)
class StoredTensor:
    """A tensor whose numbers are still in the file.

    Attributes:
        storage: where its numbers are.
        offset: number of its first one within the storage.
        shape: its lengths, outermost first.
        stride: numbers from one entry to the next along each axis.
        is_parameter: it was a trained parameter, not a buffer or a plain tensor.
    """

    storage: Storage
    offset: int
    shape: tuple[int, ...]
    stride: tuple[int, ...]
    is_parameter: bool = False

    @property
    def dtype(self) -> str:
        """Kind of number, e.g. float32."""
        return self.storage.dtype

    @property
    def count(self) -> int:
        """How many entries it has."""
        return prod(self.shape)

    @property
    def reach(self) -> int:
        """How many numbers of the storage lie from its first to its last one."""
        if not self.count:
            return 0
        return 1 + sum((length - 1) * step for length, step in zip(self.shape, self.stride, strict=True))

    def check(self) -> None:
        """Refuse a tensor that reaches out of its storage or repeats its numbers without end.

        Raises:
            CheckpointError: it does; the message gives its shape, strides and offset.
        """
        told = f"a tensor of shape {list(self.shape)[:8]}, strides {list(self.stride)[:8]} and offset {self.offset}"
        numbers = (self.offset, *self.shape, *self.stride)
        if len(self.shape) != len(self.stride) or len(self.shape) > _MOST_AXES:
            raise CheckpointError(f"{told} is damaged: it has {len(self.shape)} axes, at most {_MOST_AXES} are read")
        if any(type(number) is not int or number < 0 for number in numbers):
            raise CheckpointError(f"{told} is damaged: none of them may be below 0")
        if self.offset + self.reach > self.storage.count:
            raise CheckpointError(f"{told} reaches beyond the {self.storage.count:,} numbers of its storage")
        if self.count > max(self.storage.count, _MOST_REPEATED):
            raise CheckpointError(f"{told} repeats {self.storage.count:,} numbers to {self.count:,}: it is damaged")

    def torch(self) -> torch.Tensor:
        """The tensor, contiguous, in memory of its own.

        Raises:
            CheckpointError: the file ends before its numbers, or was changed meanwhile.
        """
        import torch

        dtype: torch.dtype = getattr(torch, self.dtype)
        if not self.count:
            return torch.empty(self.shape, dtype=dtype)
        held = bytearray(self.storage.span(self.offset, self.reach))
        if self.dtype == "bool":
            numbers = torch.frombuffer(held, dtype=torch.uint8) != 0
        else:
            numbers = torch.frombuffer(held, dtype=dtype)
        return numbers.as_strided(self.shape, self.stride).contiguous()

    def numpy(self) -> NDArray[Any]:
        """The tensor as an array of its own; bfloat16, which numpy lacks, comes as the same values in float32.

        Raises:
            CheckpointError: the file ends before its numbers, or was changed meanwhile.
        """
        import numpy as np

        kind = "uint16" if self.dtype == "bfloat16" else "uint8" if self.dtype == "bool" else self.dtype
        if self.count:
            numbers: NDArray[Any] = np.frombuffer(self.storage.span(self.offset, self.reach), dtype=kind)
            steps = tuple(step * numbers.itemsize for step in self.stride)
            numbers = np.lib.stride_tricks.as_strided(numbers, self.shape, steps).copy()
        else:
            numbers = np.empty(self.shape, dtype=kind)
        if self.dtype == "bfloat16":
            return _widened(numbers)
        return numbers != 0 if self.dtype == "bool" else numbers


def _widened(halves: NDArray[np.uint16]) -> NDArray[np.float32]:
    import numpy as np

    return (halves.astype(np.uint32) << 16).view(np.float32)
