"""A writer of TensorFlow's checkpoints, so that tests need no TensorFlow: honest ones, and pieces for damaged ones."""

from __future__ import annotations

import io
import struct
import tarfile
from pathlib import Path

import numpy as np

from models.checkpoints.crc32c import masked_crc32c

KINDS = {"float32": 1, "float64": 2, "int32": 3, "uint8": 4, "int64": 9, "bool": 10, "float16": 19}
SIGN = 0xDB4775248B80FB57


def varint(value: int) -> bytes:
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])


def whole(number: int, value: int) -> bytes:
    return varint(number << 3) + varint(value) if value else b""


def part(number: int, content: bytes) -> bytes:
    return varint(number << 3 | 2) + varint(len(content)) + content


def entry(array: np.ndarray, begins: int, *, shape: tuple[int, ...] | None = None, shard: int = 0) -> bytes:
    content = array.tobytes()
    axes = b"".join(part(2, whole(1, axis)) for axis in (array.shape if shape is None else shape))
    kind = whole(1, KINDS[array.dtype.name])
    place = whole(3, shard) + whole(4, begins) + whole(5, len(content))
    return kind + part(2, axes) + place + varint(6 << 3 | 5) + struct.pack("<I", masked_crc32c(content))


def block(entries: list[tuple[bytes, bytes]]) -> bytes:
    """Entries with shared beginnings, a mark at every sixteenth; then kind of compression and checksum."""
    body, marks, before = bytearray(), [], b""
    for number, (key, value) in enumerate(entries):
        shared = 0
        if number % 16 == 0:
            marks.append(len(body))
        else:
            while shared < min(len(before), len(key)) and before[shared] == key[shared]:
                shared += 1
        body += varint(shared) + varint(len(key) - shared) + varint(len(value)) + key[shared:] + value
        before = key
    body += b"".join(struct.pack("<I", mark) for mark in marks or [0]) + struct.pack("<I", len(marks) or 1)
    content = bytes(body) + b"\0"
    return content + struct.pack("<I", masked_crc32c(content))


def table(entries: list[tuple[bytes, bytes]], *, block_entries: int = 40) -> bytes:
    content, handles = b"", []
    for start in range(0, len(entries), block_entries):
        made = block(entries[start : start + block_entries])
        last = entries[min(start + block_entries, len(entries)) - 1][0]
        handles.append((last, varint(len(content)) + varint(len(made) - 5)))
        content += made
    meta, index = block([]), block(handles)
    footer = varint(len(content)) + varint(len(meta) - 5)
    footer += varint(len(content) + len(meta)) + varint(len(index) - 5)
    return content + meta + index + footer.ljust(40, b"\0") + struct.pack("<Q", SIGN)


def header(shards: int = 1) -> bytes:
    return whole(1, shards) + part(3, whole(1, 1))


def files_of(tensors: dict[str, np.ndarray], name: str = "model.ckpt-7") -> dict[str, bytes]:
    """The files of a checkpoint by their names."""
    numbers, entries = b"", [(b"", header())]
    for key in sorted(tensors):
        entries.append((key.encode(), entry(tensors[key], len(numbers))))
        numbers += tensors[key].tobytes()
    return {f"{name}.index": table(entries), f"{name}.data-00000-of-00001": numbers}


def write_tar(path: Path, files: dict[str, bytes], folder: str = "published/") -> Path:
    with tarfile.open(path, "w") as archive:
        for name, content in files.items():
            info = tarfile.TarInfo(folder + name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return path
