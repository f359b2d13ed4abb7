"""CRC-32C (Castagnoli), the checksum of TensorFlow's files, made for many bytes at once with numpy.

The bytes are cut into equal lanes, whose checksums are made side by side, four bytes a step; lanes are then joined in
pairs: the checksum of A followed by B is that of A moved past the length of B, added to that of B.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

_POLYNOMIAL = 0x82F63B78
_LANE_WORDS = 1024
_MASK_DELTA = 0xA282EAD8

Words = NDArray[Any]


def masked_crc32c(content: bytes | memoryview) -> int:
    """The checksum as LevelDB and TensorFlow store it: turned by fifteen bits and moved by a constant."""
    crc = crc32c(content)
    return ((crc >> 15 | crc << 17) + _MASK_DELTA) & 0xFFFFFFFF


def crc32c(content: bytes | memoryview) -> int:
    """The checksum of bytes, 0 to 2^32 - 1."""
    lanes = len(content) // (4 * _LANE_WORDS)
    lanes = 1 << lanes.bit_length() - 1 if lanes else 0
    head = lanes * 4 * _LANE_WORDS
    crc = _joined(_lane_checksums(content[:head], lanes)) if lanes else 0xFFFFFFFF
    rest = content[head:]
    if lanes and len(rest) >= 4 * _LANE_WORDS:
        return _moved(crc ^ 0xFFFFFFFF, len(rest)) ^ crc32c(rest)
    table = _tables()[0]
    for byte in bytes(rest):
        crc = int(table[(crc ^ byte) & 0xFF]) ^ crc >> 8
    return crc ^ 0xFFFFFFFF


def _lane_checksums(content: bytes | memoryview, lanes: int) -> Words:
    """The state after each lane's bytes, the first begun with ones, the others with zeros."""
    words = np.ascontiguousarray(np.frombuffer(content, dtype="<u4").reshape(lanes, _LANE_WORDS).T)
    state = np.zeros(lanes, dtype=np.uint32)
    state[0] = 0xFFFFFFFF
    t0, t1, t2, t3 = _tables()
    for column in words:
        state ^= column
        state = t3[state & 0xFF] ^ t2[state >> 8 & 0xFF] ^ t1[state >> 16 & 0xFF] ^ t0[state >> 24]
    return state


def _joined(states: Words) -> int:
    operator = _zeros_operator(4 * _LANE_WORDS)
    while len(states) > 1:
        states = _applied(operator, states[0::2]) ^ states[1::2]
        operator = _applied(operator, operator)
    return int(states[0])


def _moved(crc: int, zeros: int) -> int:
    """A state after so many bytes of zeros."""
    return int(_applied(_zeros_operator(zeros), np.array([crc], dtype=np.uint32))[0])


def _zeros_operator(count: int) -> Words:
    """What so many bytes of zeros do to each bit of a state: 32 numbers."""
    operator = (np.uint32(1) << np.arange(32, dtype=np.uint32)).astype(np.uint32)
    power = _byte_operator()
    while count:
        if count & 1:
            operator = _applied(power, operator)
        power = _applied(power, power)
        count >>= 1
    return operator


def _byte_operator() -> Words:
    bits = (np.uint32(1) << np.arange(32, dtype=np.uint32)).astype(np.uint32)
    operator: Words = _tables()[0][bits & 0xFF] ^ bits >> 8
    return operator


def _applied(operator: Words, states: Words) -> Words:
    found = np.zeros_like(states)
    for bit in range(32):
        found ^= np.where(states >> np.uint32(bit) & 1, operator[bit], np.uint32(0))
    return found


@lru_cache(maxsize=1)
def _tables() -> tuple[Words, Words, Words, Words]:
    first = np.arange(256, dtype=np.uint32)
    for _ in range(8):
        first = np.where(first & 1, first >> 1 ^ np.uint32(_POLYNOMIAL), first >> 1).astype(np.uint32)
    tables = [first]
    for _ in range(3):
        tables.append(first[tables[-1] & 0xFF] ^ tables[-1] >> 8)
    return tables[0], tables[1], tables[2], tables[3]
