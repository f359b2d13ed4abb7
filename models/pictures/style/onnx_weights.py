"""The weights in an ONNX file, as float32 arrays: just enough of protobuf to read constants, and nothing is executed.

ONNX files are protobuf messages (github.com/onnx/onnx, onnx/onnx.proto). Of a model only its DequantizeLinear nodes and
the constants they name are read: `weight = scale * (integers - zero point)`, a scale an output channel. Reading them by
hand spares a package of 9 MB, and each length is checked against the bytes that are there.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from schemas.errors import CheckpointError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_LARGEST_BYTES = 64 << 20
_MOST_CONSTANTS = 10_000
_VARINT, _EIGHT_BYTES, _LENGTH, _FOUR_BYTES = 0, 1, 2, 5
_MODEL_GRAPH, _GRAPH_NODE, _GRAPH_CONSTANT = 7, 1, 5
_NODE_INPUT, _NODE_OUTPUT, _NODE_KIND = 1, 2, 4
_TENSOR_DIMS, _TENSOR_TYPE, _TENSOR_NAME, _TENSOR_RAW = 1, 2, 8, 9
_TYPES = {1: "<f4", 3: "|i1", 6: "<i4"}


def read_weights(path: Path) -> dict[str, NDArray[np.float32]]:
    """The weights that an ONNX file stores in integers, as the floats they stand for, by the names the graph uses.

    Raises:
        CheckpointError: it is no ONNX file, is cut short, is larger than 64 MiB, or holds a weight of a kind that is
            not read (float32, int8 and int32 are, written as raw bytes).
    """
    size = path.stat().st_size
    if size > _LARGEST_BYTES:
        raise CheckpointError(f"{path.name} has {size} bytes; at most {_LARGEST_BYTES} are read as ONNX")
    try:
        return _weights(path.read_bytes())
    except (IndexError, struct.error, UnicodeDecodeError, ValueError) as error:
        raise CheckpointError(f"{path.name} is not a whole ONNX file ({error}): get it again") from error


def _weights(model: bytes) -> dict[str, NDArray[np.float32]]:
    constants: dict[str, bytes] = {}
    nodes: list[tuple[str, list[str], list[str]]] = []
    graphs = [value for number, value in _fields(model) if number == _MODEL_GRAPH]
    if len(graphs) != 1:
        raise ValueError(f"it holds {len(graphs)} graphs, not one")
    for number, value in _fields(_bytes(graphs[0])):
        if number == _GRAPH_CONSTANT:
            constants[_constant_name(_bytes(value))] = _bytes(value)
            if len(constants) > _MOST_CONSTANTS:
                raise ValueError(f"more than {_MOST_CONSTANTS} constants")
        elif number == _GRAPH_NODE:
            nodes.append(_node(_bytes(value)))
    weights: dict[str, NDArray[np.float32]] = {}
    for kind, inputs, outputs in nodes:
        if kind == "DequantizeLinear" and all(name in constants for name in inputs):
            integers, scale, zero_point = (_tensor(constants[name]) for name in inputs)
            weights[outputs[0]] = _dequantise(integers, scale, zero_point)
    return weights


def _dequantise(integers: NDArray[Any], scale: NDArray[np.float32], zero_point: NDArray[Any]) -> NDArray[np.float32]:
    """Floats out of integers: one scale for all, or one for each entry of axis 0."""
    import numpy as np

    if scale.size not in (1, integers.shape[0] if integers.ndim else 1) or zero_point.size != scale.size:
        raise ValueError(f"{scale.size} scales do not fit a constant of shape {integers.shape}")
    shape = (-1, *(1,) * (integers.ndim - 1)) if scale.size > 1 else ()
    floats: NDArray[np.float32] = (integers.astype(np.float32) - zero_point.reshape(shape)) * scale.reshape(shape)
    return floats.astype(np.float32)


def _fields(message: bytes) -> Iterator[tuple[int, int | bytes]]:
    """The fields of a protobuf message in their order: number and value."""
    at = 0
    while at < len(message):
        key, at = _varint(message, at)
        number, wire = key >> 3, key & 7
        if wire == _VARINT:
            value, at = _varint(message, at)
            yield number, value
            continue
        if wire == _LENGTH:
            length, at = _varint(message, at)
        elif wire in (_EIGHT_BYTES, _FOUR_BYTES):
            length = 8 if wire == _EIGHT_BYTES else 4
        else:
            raise ValueError(f"a field of wire type {wire}")
        if at + length > len(message):
            raise ValueError(f"a field of {length} bytes where {len(message) - at} are left")
        yield number, message[at : at + length]
        at += length


def _varint(message: bytes, at: int) -> tuple[int, int]:
    """An integer of up to ten bytes, and where the next field begins."""
    value = 0
    for shift in range(0, 70, 7):
        byte = message[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
    raise ValueError("an integer of more than ten bytes")


def _bytes(value: int | bytes) -> bytes:
    if isinstance(value, int):
        raise ValueError("a number where a message is expected")  # noqa: TRY004 - the file is wrong, not the caller
    return value


def _node(message: bytes) -> tuple[str, list[str], list[str]]:
    """A node's kind, the names of its inputs and those of its outputs."""
    kind, inputs, outputs = "", [], []
    for number, value in _fields(message):
        if number == _NODE_KIND:
            kind = _bytes(value).decode()
        elif number == _NODE_INPUT:
            inputs.append(_bytes(value).decode())
        elif number == _NODE_OUTPUT:
            outputs.append(_bytes(value).decode())
    return kind, inputs, outputs


def _constant_name(message: bytes) -> str:
    return next((_bytes(value).decode() for number, value in _fields(message) if number == _TENSOR_NAME), "")


def _tensor(message: bytes) -> NDArray[Any]:
    """A constant's array."""
    import numpy as np

    kind, raw = 0, b""
    shape: list[int] = []
    for number, value in _fields(message):
        if number == _TENSOR_DIMS:
            shape.extend([value] if isinstance(value, int) else _packed(value))
        elif number == _TENSOR_TYPE:
            kind = value if isinstance(value, int) else 0
        elif number == _TENSOR_RAW:
            raw = _bytes(value)
    if kind not in _TYPES:
        raise ValueError(f"a weight of type {kind}, which is not read")
    return np.frombuffer(raw, dtype=_TYPES[kind]).reshape(shape)


def _packed(message: bytes) -> list[int]:
    numbers, at = [], 0
    while at < len(message):
        number, at = _varint(message, at)
        numbers.append(number)
    return numbers
