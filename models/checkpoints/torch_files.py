"""The two forms in which `torch.save` writes: a zip (since 1.6) and pickles one after another with numbers behind."""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from models.checkpoints.allowed import AllowedNames, storage_dtype
from models.checkpoints.budget import Budget
from models.checkpoints.machine import Machine, Vocabulary
from models.checkpoints.stream import Stream
from models.checkpoints.survey import Survey
from models.checkpoints.values import ITEM_BYTES, Read, Storage
from schemas.errors import CheckpointError

LEGACY_SIGN = b"\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19."
"""The pickled number by which an old file begins."""
_LEGACY_PROTOCOL = 1001
_HEADER_OF_MEMBER = struct.Struct("<4s22xHH")
_END_OF_ZIP = struct.Struct("<4s4H2LH")
_LONGEST_COMMENT = 1 << 16
_MOST_BYTES_A_MEMBER = 1024

VocabularyOf = Callable[[AllowedNames], Vocabulary]


def read_zip(path: Path, budget: Budget, survey: Survey | None = None) -> Any:  # noqa: ANN401 - a tree
    """The tree of a zip by `torch.save`; with a survey, only the names in it are collected.

    Raises:
        CheckpointError: it is no such zip, is damaged, beyond a bound, holds code, or names what may not be named.
    """
    check_directory(path, budget)
    try:
        with zipfile.ZipFile(path) as archive:
            members = _members(archive, budget)
            root = _root(members)
            pickled = members[f"{root}data.pkl"]
            if pickled.file_size > budget.limits.index_bytes:
                raise CheckpointError(
                    f"its index has {pickled.file_size:,} bytes, at most {budget.limits.index_bytes:,} are read"
                )
            index = archive.read(pickled)
            order = members.get(f"{root}byteorder")
            if order is not None and order.file_size <= 16 and archive.read(order) != b"little":
                raise CheckpointError("its numbers lie from high byte to low: save it again on this kind of machine")
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, RuntimeError, NotImplementedError) as error:
        raise CheckpointError(f"is not a whole zip ({error}): get it again") from error
    store = _ZipStore(path, root, members)
    vocabulary = survey or AllowedNames(budget, store.storage, lambda content: read_legacy_bytes(content, budget))
    return Machine(Stream(index), vocabulary, budget).run()


def check_directory(path: Path, budget: Budget) -> None:
    """Refuse a zip whose list of members is longer than may be, before it is read.

    Raises:
        CheckpointError: it is, or there is no such list.
    """
    size = path.stat().st_size
    with path.open("rb") as stream:
        stream.seek(max(0, size - _LONGEST_COMMENT - _END_OF_ZIP.size - 76))
        tail = stream.read()
    place = tail.rfind(b"PK\x05\x06")
    if place < 0 or place + _END_OF_ZIP.size > len(tail):
        raise CheckpointError("is not a whole zip (its end is missing): get it again")
    _, _, _, _, count, length, _, _ = _END_OF_ZIP.unpack_from(tail, place)
    wide = tail.rfind(b"PK\x06\x06", 0, place)
    if wide >= 0 and wide + 56 <= len(tail):
        count, length = struct.unpack_from("<32xQQ", tail, wide)[0:2]
    most = budget.limits.members
    if count > most or length > most * _MOST_BYTES_A_MEMBER:
        raise CheckpointError(f"it lists {count:,} members in {length:,} bytes: at most {most:,} are read")


def _members(archive: zipfile.ZipFile, budget: Budget) -> dict[str, zipfile.ZipInfo]:
    """The members by name, none compressed, none twice, none larger than the file."""
    members: dict[str, zipfile.ZipInfo] = {}
    total = 0
    for info in archive.infolist():
        name = info.filename
        if name in members:
            raise CheckpointError(f"it holds {name[:100]!r} twice: it was tampered with or damaged")
        if name.startswith("/") or "\\" in name or ".." in name.split("/"):
            raise CheckpointError(
                f"it holds a member called {name[:100]!r}, which leads elsewhere: it was tampered with"
            )
        if info.compress_type != zipfile.ZIP_STORED or info.compress_size != info.file_size:
            raise CheckpointError(
                f"its member {name[:100]!r} is compressed, which torch.save never does: save it again"
            )
        total += info.file_size
        members[name] = info
    if total > budget.file_bytes:
        raise CheckpointError(f"its members come to {total:,} bytes, more than the {budget.file_bytes:,} of the file")
    return members


def _root(members: dict[str, zipfile.ZipInfo]) -> str:
    """The folder inside the zip that holds everything."""
    found = [name for name in members if name.endswith("/data.pkl") and name.count("/") == 1]
    if len(found) != 1:
        raise CheckpointError(f"is not a zip of tensors by torch.save: it holds {len(found)} indexes data.pkl")
    root = found[0].removesuffix("data.pkl")
    if f"{root}constants.pkl" in members or any(name.startswith(f"{root}code/") for name in members):
        raise CheckpointError("is a TorchScript program, not weights: nothing in it was run; ask for a state_dict")
    return root


class _ZipStore:
    """Storages as members of a zip; a member is read whole, so that its checksum is looked at, and the last is kept."""

    def __init__(self, path: Path, root: str, members: dict[str, zipfile.ZipInfo]) -> None:
        self._path, self._root, self._members = path, root, members
        self._last: tuple[str, bytes] = ("", b"")
        self._storages: dict[tuple[str, str, int], Storage] = {}

    def storage(self, reference: object) -> Storage:
        """The storage that a reference in the index names."""
        dtype, key, count, view = parse_reference(reference)
        info = self._members.get(f"{self._root}data/{key}")
        if view is not None or info is None:
            raise CheckpointError(f"it refers to storage {key[:60]!r}, which it does not hold: it is damaged")
        if info.file_size < count * ITEM_BYTES[dtype]:
            raise CheckpointError(f"storage {key[:60]!r} has {info.file_size:,} bytes, too few for {count:,} {dtype}")
        return self._storages.setdefault((key, dtype, count), Storage(key, dtype, count, self._reader(info.filename)))

    def _reader(self, name: str) -> Read:
        def read(begins: int, count: int) -> memoryview:
            if self._last[0] != name:
                self._last = (name, self._whole(self._members[name]))
            return memoryview(self._last[1])[begins : begins + count]

        return read

    def _whole(self, info: zipfile.ZipInfo) -> bytes:
        """A member's bytes, its checksum looked at. The directory was read once; it is not read for every tensor."""
        try:
            with self._path.open("rb") as stream:
                stream.seek(info.header_offset)
                sign, name_length, extra_length = _HEADER_OF_MEMBER.unpack(stream.read(_HEADER_OF_MEMBER.size))
                stream.seek(name_length + extra_length, 1)
                content = stream.read(info.file_size)
        except (OSError, struct.error) as error:
            raise CheckpointError(f"{self._path.name} cannot be read at {info.filename} ({error})") from error
        if sign != b"PK\x03\x04" or zlib.crc32(content) != info.CRC:
            raise CheckpointError(f"{self._path.name} is damaged at {info.filename}: get it again")
        return content


def parse_reference(reference: object) -> tuple[str, str, int, tuple[str, int, int] | None]:
    """Kind of number, key, count and view (key, offset, count) of a reference to a storage.

    Raises:
        CheckpointError: it is none; a reference to source code is refused as such.
    """
    if isinstance(reference, tuple) and reference[:1] == ("module",):
        raise CheckpointError("it is a whole pickled network with its source, not weights: nothing in it was run")
    if not isinstance(reference, tuple) or len(reference) not in (5, 6) or reference[0] != "storage":
        raise CheckpointError("its pickle is damaged: it refers to something outside it that is no storage")
    _, kind, key, _, count = reference[:5]
    view = reference[5] if len(reference) == 6 else None
    if not isinstance(key, str) or type(count) is not int or not 0 <= count < 1 << 48:
        raise CheckpointError("its pickle is damaged: a storage without key or count")
    if view is not None:
        fits = isinstance(view, tuple) and len(view) == 3 and isinstance(view[0], str)
        if not fits or type(view[1]) is not int or type(view[2]) is not int:
            raise CheckpointError(f"its pickle is damaged: a view of storage {key[:60]!r} without place and count")
    return storage_dtype(kind), key, count, view


class _LegacyStore:
    """Storages behind the pickles of an old file; their places are known once all of them are met."""

    def __init__(self, read: Read) -> None:
        self._read = read
        self._places: dict[str, int] = {}
        self.roots: dict[str, Storage] = {}

    def storage(self, reference: object) -> Storage:
        """The storage, or view of one, that a reference names."""
        dtype, key, count, view = parse_reference(reference)
        root = self.roots.get(key)
        if root is None:
            root = self.roots[key] = Storage(key, dtype, count, self._reader(key))
        if (root.dtype, root.count) != (dtype, count):
            raise CheckpointError(f"storage {key[:60]!r} is referred to in two sizes: it is damaged")
        return root if view is None else root.part(view[1], view[2])

    def lay_out(self, keys: object, place: int, total: int) -> None:
        """Find each storage behind the pickles: its count in eight bytes, then its numbers."""
        if not isinstance(keys, list) or not all(isinstance(key, str) for key in keys):
            raise CheckpointError("its pickle is damaged: the list of storages is missing")
        for key in keys:
            storage = self.roots.get(key)
            if storage is None:
                raise CheckpointError(f"it holds storage {key[:60]!r}, to which nothing refers: it is damaged")
            size = storage.count * ITEM_BYTES[storage.dtype]
            if place + 8 + size > total:
                raise CheckpointError(f"is cut short: storage {key[:60]!r} of {size:,} bytes reaches beyond its end")
            if int.from_bytes(self._read(place, 8), "little") != storage.count:
                raise CheckpointError(f"storage {key[:60]!r} has not the {storage.count:,} numbers its index says")
            self._places[key] = place + 8
            place += 8 + size
        missing = self.roots.keys() - self._places.keys()
        if missing:
            raise CheckpointError(f"{len(missing)} storages are missing: it is damaged")

    def _reader(self, key: str) -> Read:
        return lambda begins, count: self._read(self._places[key] + begins, count)


def read_legacy(path: Path, budget: Budget, survey: Survey | None = None) -> Any:  # noqa: ANN401 - a tree
    """The tree of an old file: a number, a version, facts of the machine, the tree, the keys of storages, then these.

    Raises:
        CheckpointError: it is no such file, is damaged, beyond a bound, or names what may not be named.
    """

    def read(begins: int, count: int) -> bytes:
        with path.open("rb") as stream:
            stream.seek(begins)
            return stream.read(count)

    head = read(0, min(budget.file_bytes, budget.limits.index_bytes))
    return _read_stacked(head, read, budget.file_bytes, budget, survey)


def read_legacy_bytes(content: bytes | memoryview, budget: Budget) -> Any:  # noqa: ANN401 - a tree
    """The tree of an old file that is held as bytes inside another.

    Raises:
        CheckpointError: as `read_legacy`; or it holds further ones inside itself, deeper than may be.
    """
    view = memoryview(content)
    if not bytes(view[: len(LEGACY_SIGN)]) == LEGACY_SIGN:
        raise CheckpointError("its pickle is damaged: a storage inside it is not in torch's old form")
    budget.nested += 1
    if budget.nested > budget.limits.nesting:
        raise CheckpointError(f"it holds pickles within pickles, deeper than {budget.limits.nesting}")
    try:
        return _read_stacked(view, lambda begins, count: view[begins : begins + count], len(view), budget, None)
    finally:
        budget.nested -= 1


def _read_stacked(head: bytes | memoryview, read: Read, total: int, budget: Budget, survey: Survey | None) -> Any:  # noqa: ANN401
    store = _LegacyStore(read)
    allowed = AllowedNames(budget, store.storage, lambda content: read_legacy_bytes(content, budget))
    stream = Stream(head, len(LEGACY_SIGN))
    plain = AllowedNames(budget, _nowhere, _no_nesting)
    if Machine(stream, plain, budget).run() != _LEGACY_PROTOCOL:
        raise CheckpointError(f"it is an old torch file of another version than {_LEGACY_PROTOCOL}")
    facts = Machine(stream, plain, budget).run()
    if isinstance(facts, dict) and facts.get("little_endian") is False:
        raise CheckpointError("its numbers lie from high byte to low: save it again on this kind of machine")
    tree = Machine(stream, survey or allowed, budget).run()
    if survey is None:
        store.lay_out(Machine(stream, plain, budget).run(), stream.place, total)
    return tree


def _nowhere(_reference: object) -> Storage:
    raise CheckpointError("its pickle is damaged: its head refers to a storage")


def _no_nesting(_content: object) -> object:
    raise CheckpointError("its pickle is damaged: its head holds a storage")
