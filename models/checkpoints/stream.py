"""The bytes of a pickle, taken in order and never beyond their end."""

from __future__ import annotations

import struct

from schemas.errors import CheckpointError

_LONGEST_LINE = 4096


class Stream:
    """A view of bytes and a place in it. What is taken is a slice, not a copy, whatever length the stream declares."""

    def __init__(self, content: bytes | memoryview, place: int = 0) -> None:
        self.content = memoryview(content)
        self.place = place

    @property
    def left(self) -> int:
        """Bytes not taken yet."""
        return len(self.content) - self.place

    def take(self, count: int) -> memoryview:
        """The next `count` bytes.

        Raises:
            CheckpointError: fewer are left.
        """
        if count < 0 or count > self.left:
            raise CheckpointError(f"it declares {count:,} bytes where {self.left:,} are left: it is damaged")
        found = self.content[self.place : self.place + count]
        self.place += count
        return found

    def byte(self) -> int:
        """The next byte as a number."""
        return self.take(1)[0]

    def unsigned(self, width: int) -> int:
        """The next number of so many bytes, little-endian."""
        return int.from_bytes(self.take(width), "little")

    def signed(self, width: int) -> int:
        """The next signed number of so many bytes, little-endian."""
        return int.from_bytes(self.take(width), "little", signed=True)

    def double(self) -> float:
        """The next 64-bit float, big-endian as pickles hold it."""
        (found,) = struct.unpack(">d", self.take(8))
        return float(found)

    def prefixed(self, width: int) -> memoryview:
        """Bytes after their number, which takes `width` bytes."""
        return self.take(self.unsigned(width))

    def line(self) -> bytes:
        """The bytes up to the next line feed, which is taken and left out."""
        window = bytes(self.content[self.place : self.place + _LONGEST_LINE])
        end = window.find(b"\n")
        if end < 0:
            raise CheckpointError(f"it holds a line of more than {len(window):,} bytes: it is damaged")
        self.place += end + 1
        return window[:end]
