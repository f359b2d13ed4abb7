"""ONNX files for tests, written by hand: a graph of quantised constants."""

from __future__ import annotations

import struct

import numpy as np


def varint(value: int) -> bytes:
    out = b""
    while True:
        value, low = value >> 7, value & 0x7F
        if not value:
            return out + bytes([low])
        out += bytes([low | 0x80])


def field(number: int, value: int | bytes | str) -> bytes:
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    content = value.encode() if isinstance(value, str) else value
    return varint(number << 3 | 2) + varint(len(content)) + content


def constant(name: str, array: np.ndarray) -> bytes:
    kind = {"float32": 1, "int8": 3, "int32": 6}[array.dtype.name]
    dims = b"".join(field(1, size) for size in array.shape)
    return field(5, dims + field(2, kind) + field(8, name) + field(9, array.tobytes()))


def quantised(name: str, shape: tuple[int, ...], scale: float = 0.5) -> bytes:
    """A constant of ones in int8, a scale an output channel, and the node that turns it into floats."""
    channels = shape[0]
    parts = constant(name, np.ones(shape, np.int8))
    parts += constant(f"{name}_scale", np.full(channels, scale, np.float32))
    parts += constant(f"{name}_zero", np.zeros(channels, np.int8))
    node = b"".join(field(1, part) for part in (name, f"{name}_scale", f"{name}_zero"))
    return parts + field(1, node + field(2, f"{name}_dequant") + field(4, "DequantizeLinear"))


def model(graph: bytes) -> bytes:
    return field(1, 8) + field(7, graph) + struct.pack("<Bf", 99 << 3 & 0x7F | 5, 1.0)
