"""Numpy's arrays, scalars and kinds of number as pickles hold them, made inert: numbers only, never objects."""

from __future__ import annotations

from typing import Any

from models.checkpoints.budget import Budget
from models.checkpoints.values import ITEM_BYTES, Storage, StoredTensor
from schemas.errors import CheckpointError

_KINDS = {
    "f8": "float64",
    "f4": "float32",
    "f2": "float16",
    "i8": "int64",
    "i4": "int32",
    "i2": "int16",
    "i1": "int8",
    "u1": "uint8",
    "b1": "bool",
    "c8": "complex64",
    "c16": "complex128",
}


class NumpyKind:
    """A `numpy.dtype` of plain numbers."""

    def __init__(self, code: object) -> None:
        text = str(code).lstrip("<=|") if isinstance(code, str) else ""
        if text not in _KINDS:
            raise CheckpointError(f"it holds a numpy array of {str(code)[:40]!r}: only plain numbers are read")
        self.dtype = _KINDS[text]

    def fill(self, state: object) -> None:
        """Its state, which says the order of bytes."""
        if not isinstance(state, tuple) or len(state) < 2 or state[1] not in ("<", "|", "="):
            raise CheckpointError("it holds numbers whose bytes lie from high to low: save it again on this machine")


class PendingArray(StoredTensor):
    """A numpy array whose shape and numbers come after it is made."""

    def __init__(self, budget: Budget) -> None:
        super().__init__(Storage("array", "uint8", 0, _nothing), 0, (0,), (1,))
        self._budget = budget

    def fill(self, state: object) -> None:
        """Its shape, kind and numbers: (version, shape, kind, whether the first axis runs fastest, bytes)."""
        if not isinstance(state, tuple) or len(state) != 5:
            raise CheckpointError("its pickle is damaged: the state of an array has not five parts")
        _, shape, kind, is_fortran, content = state
        if isinstance(content, str):
            self._budget.copy(len(content))
            content = content.encode("latin-1")
        if (
            not isinstance(kind, NumpyKind)
            or not isinstance(shape, tuple)
            or not isinstance(content, bytes | memoryview)
        ):
            raise CheckpointError("its pickle is damaged: an array without shape, kind or numbers")
        held = memoryview(content)
        self.storage = Storage("array", kind.dtype, len(held) // ITEM_BYTES[kind.dtype], _reader(held))
        self.shape = shape
        self.stride = _steps(shape, from_first=bool(is_fortran))
        self.check()
        self._budget.tensor(self.count * ITEM_BYTES[kind.dtype])


def scalar(kind: object, content: object) -> Any:  # noqa: ANN401 - a number of Python's
    """A numpy scalar as Python's number.

    Raises:
        CheckpointError: it is not one plain number.
    """
    if isinstance(content, str):
        content = content.encode("latin-1")
    if not isinstance(kind, NumpyKind) or not isinstance(content, bytes):
        raise CheckpointError("its pickle is damaged: a numpy number without kind or bytes")
    if len(content) != ITEM_BYTES[kind.dtype]:
        raise CheckpointError(f"its pickle is damaged: a {kind.dtype} of {len(content)} bytes")
    storage = Storage("scalar", kind.dtype, 1, _reader(memoryview(content)))
    return StoredTensor(storage, 0, (), ()).numpy().item()


def _steps(shape: tuple[Any, ...], *, from_first: bool) -> tuple[int, ...]:
    """Strides of an array without gaps."""
    steps, step = [], 1
    for length in shape if from_first else reversed(shape):
        steps.append(step)
        step *= max(1, length) if type(length) is int else 1
    return tuple(steps if from_first else reversed(steps))


def _reader(content: memoryview) -> Any:  # noqa: ANN401 - a values.Read
    return lambda begins, count: content[begins : begins + count]


def _nothing(_begins: int, _count: int) -> bytes:
    return b""
