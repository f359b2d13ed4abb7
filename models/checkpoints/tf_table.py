"""Reads the sorted table in which TensorFlow keeps the index of a checkpoint: LevelDB's format, uncompressed.

A table is blocks of keys and values, an index block that says where they lie, and a footer of 48 bytes that says where
the index lies. Keys in a block share their beginnings with the key before. Every block has a checksum.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from models.checkpoints.crc32c import masked_crc32c
from schemas.errors import CheckpointError

_FOOTER, _TRAILER = 48, 5
_SIGN = 0xDB4775248B80FB57
_MOST_BLOCKS, _MOST_ENTRIES, _LONGEST_KEY = 4096, 50_000, 1024


def table_entries(content: bytes) -> dict[bytes, bytes]:
    """The keys of a table, in order, with their values.

    Raises:
        CheckpointError: it is no such table, is damaged, compressed, or larger than an index is.
    """
    if len(content) < _FOOTER or struct.unpack("<Q", content[-8:])[0] != _SIGN:
        raise CheckpointError("is no index of a TensorFlow checkpoint: its last eight bytes are not the sign of one")
    at = _handle(content[-_FOOTER:-8], 0)[2]
    begins, size, _ = _handle(content[-_FOOTER:-8], at)
    found: dict[bytes, bytes] = {}
    for number, (_, place) in enumerate(_entries(_block(content, begins, size))):
        if number >= _MOST_BLOCKS:
            raise CheckpointError(f"has an index of more than {_MOST_BLOCKS:,} blocks: it is damaged")
        begins, size, _ = _handle(place, 0)
        for key, value in _entries(_block(content, begins, size)):
            if key in found or len(found) >= _MOST_ENTRIES:
                raise CheckpointError(f"is damaged: {key[:60]!r} is named twice, or is beyond {_MOST_ENTRIES:,}")
            found[key] = value
    return found


def varint(content: bytes, at: int) -> tuple[int, int]:
    """A whole number of up to 64 bits, seven bits a byte, and the place after it.

    Raises:
        CheckpointError: it does not end.
    """
    value = 0
    for shift in range(0, 64, 7):
        if at >= len(content):
            break
        value |= (content[at] & 0x7F) << shift
        at += 1
        if content[at - 1] < 0x80:
            return value & 0xFFFFFFFFFFFFFFFF, at
    raise CheckpointError("is damaged: a number in its index does not end")


def _handle(content: bytes, at: int) -> tuple[int, int, int]:
    """Begin and size of a block, and the place after them."""
    begins, at = varint(content, at)
    size, at = varint(content, at)
    return begins, size, at


def _block(content: bytes, begins: int, size: int) -> bytes:
    ends = begins + size + _TRAILER
    if ends > len(content) - _FOOTER:
        raise CheckpointError("is damaged: a block of its index lies outside it")
    if content[begins + size] != 0:
        raise CheckpointError("has a compressed index, which TensorFlow does not write: save the checkpoint again")
    (kept,) = struct.unpack("<I", content[ends - 4 : ends])
    if masked_crc32c(content[begins : ends - 4]) != kept:
        raise CheckpointError("is damaged: the checksum of its index is wrong; get it again")
    return content[begins : begins + size]


def _entries(block: bytes) -> Iterator[tuple[bytes, bytes]]:
    if len(block) < 4:
        raise CheckpointError("is damaged: a block of its index is too short")
    restarts = 4 * (struct.unpack("<I", block[-4:])[0] + 1)
    if restarts > len(block):
        raise CheckpointError("is damaged: a block of its index has more marks than bytes")
    end, at, key = len(block) - restarts, 0, b""
    while at < end:
        shared, at = varint(block, at)
        fresh, at = varint(block, at)
        length, at = varint(block, at)
        if shared > len(key) or shared + fresh > _LONGEST_KEY or at + fresh + length > end:
            raise CheckpointError("is damaged: a name in its index is longer than it can be")
        key = key[:shared] + block[at : at + fresh]
        yield key, block[at + fresh : at + fresh + length]
        at += fresh + length
