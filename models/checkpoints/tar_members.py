"""Where the plain files of a tar archive lie in it. Nothing is unpacked, and no name is ever used as a path."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from schemas.errors import CheckpointError

_BLOCK = 512
_MOST_MEMBERS = 256
_PLAIN, _FOLDER, _HEADERS = (b"0", b"\0"), b"5", (b"x", b"g")


class Member(NamedTuple):
    """A plain file in an archive."""

    begins: int
    """Byte of the archive at which its content begins."""
    size: int


def tar_members(path: Path) -> dict[str, Member]:
    """The plain files of an uncompressed tar archive by their last names.

    Raises:
        CheckpointError: it is no tar archive, is cut short, holds more than 256 members, links, or two of one name.
    """
    found: dict[str, Member] = {}
    size = path.stat().st_size
    with path.open("rb") as stream:
        begins = 0
        for _ in range(_MOST_MEMBERS):
            stream.seek(begins)
            head = stream.read(_BLOCK)
            if found and len(head) < _BLOCK or len(head) == _BLOCK and not head.strip(b"\0"):
                return found
            name, member, kind = _described(path.name, head, begins + _BLOCK)
            if member.begins + member.size > size:
                raise CheckpointError(f"{path.name} is cut short: {name} ends after the archive: get it again")
            if kind in _PLAIN:
                if name in found:
                    raise CheckpointError(f"{path.name} holds two files called {name}: bring an archive of one model")
                found[name] = member
            elif kind not in (_FOLDER, *_HEADERS):
                raise CheckpointError(f"{path.name} holds {name} as a link or the like: only plain files are read")
            begins = member.begins + -(-member.size // _BLOCK) * _BLOCK
    raise CheckpointError(f"{path.name} holds more than {_MOST_MEMBERS} members: a published checkpoint holds three")


def _described(archive: str, head: bytes, begins: int) -> tuple[str, Member, bytes]:
    """Last name, place and kind of the member that a header describes."""
    recorded = head[148:156].strip(b" \0")
    total = sum(head) - sum(head[148:156]) + 8 * 0x20
    try:
        if len(head) < _BLOCK or head[257:262] != b"ustar" or int(recorded, 8) != total:
            raise ValueError
        size = int(head[124:136].strip(b" \0") or b"0", 8)
    except ValueError as error:
        raise CheckpointError(f"{archive} is a damaged or unusual tar archive: get it again") from error
    name = head[:100].split(b"\0")[0].decode("utf-8", "replace")
    printable = "".join(character if character.isprintable() else "\ufffd" for character in name)
    return printable.rsplit("/", 1)[-1], Member(begins, size), head[156:157]
