"""Reads TensorFlow's checkpoints (tensor bundles, as `tf.train.Saver` writes them since 2017) without TensorFlow.

A bundle is an index, `NAME.index`, and its numbers, `NAME.data-00000-of-0000N`; Magenta publishes them in a tar
archive. The index is a table (`tf_table`) of small protocol-buffer records: kind, shape, place and checksum of each
tensor. They are plain numbers: nothing in them can be run. Sizes are checked against the files before memory is asked
for.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import TYPE_CHECKING

from models.checkpoints.crc32c import masked_crc32c
from models.checkpoints.tar_members import Member, tar_members
from models.checkpoints.tf_table import table_entries, varint
from schemas.errors import CheckpointError

if TYPE_CHECKING:
    import numpy as np

_MOST_INDEX_BYTES, _MOST_FILE_BYTES = 16 << 20, 8 << 30
_MOST_SHARDS, _MOST_AXES = 64, 8
_SHARD = re.compile(r"(.+)\.data-\d{5}-of-\d{5}")
_KINDS: dict[int, tuple[str, int]] = {
    1: ("float32", 4),
    2: ("float64", 8),
    3: ("int32", 4),
    4: ("uint8", 1),
    5: ("int16", 2),
    6: ("int8", 1),
    9: ("int64", 8),
    10: ("bool", 1),
    19: ("float16", 2),
}
_OTHER = "other"
_LITTLE_ENDIAN = 0


@dataclass(frozen=True)
class BundleTensor:
    """A tensor of a bundle.

    Attributes:
        dtype: kind of number, e.g. 'float32'; 'other' for what is not read, such as texts.
        shape: its axes.
        shard: which of the files of numbers holds it.
        begins: its first byte in that file.
        size: its bytes.
        checksum: masked CRC-32C of its bytes.
    """

    dtype: str
    shape: tuple[int, ...]
    shard: int
    begins: int
    size: int
    checksum: int


@dataclass(frozen=True)
class TensorBundle:
    """A checkpoint whose index is read; its numbers stay in the files until they are asked for.

    Attributes:
        name: the archive's or index's name.
        tensors: by the names of TensorFlow's variables.
        files: where each shard lies: the file, and its place in it.
    """

    name: str
    tensors: Mapping[str, BundleTensor]
    files: tuple[tuple[Path, Member], ...]

    def read(self, name: str) -> np.ndarray:
        """The numbers of a tensor.

        Raises:
            CheckpointError: there is none of that name, it holds no plain numbers, or its checksum is wrong.
        """
        import numpy as np

        tensor = self.tensors.get(name)
        if tensor is None or tensor.dtype == _OTHER:
            raise CheckpointError(f"{self.name} holds no numbers called {name!r}")
        path, place = self.files[tensor.shard]
        with path.open("rb") as stream:
            stream.seek(place.begins + tensor.begins)
            content = stream.read(tensor.size)
        if len(content) != tensor.size or masked_crc32c(content) != tensor.checksum:
            raise CheckpointError(f"{self.name} is damaged: the checksum of {name} is wrong; get it again")
        return np.frombuffer(content, dtype=np.dtype(tensor.dtype).newbyteorder("<")).reshape(tensor.shape)


def is_bundle(path: Path) -> bool:
    """Whether a path is a bundle by its name, or a tar archive that holds one."""
    if path.suffix == ".index" or _SHARD.fullmatch(path.name):
        return path.is_file()
    if not path.is_file():
        return path.with_name(f"{path.name}.index").is_file()
    try:
        return any(name.endswith(".index") for name in tar_members(path))
    except (CheckpointError, OSError):
        return False


def open_bundle(path: Path) -> TensorBundle:
    """The checkpoint in a tar archive, or beside one of its own files: `NAME`, `NAME.index` or `NAME.data-…`.

    Raises:
        CheckpointError: it is missing, damaged, larger than a bound, or not one checkpoint; the message begins with
            its name.
    """
    try:
        index, files, name = _files(path)
        if index[1].size > _MOST_INDEX_BYTES:
            raise CheckpointError(f"has an index of {index[1].size:,} bytes: at most {_MOST_INDEX_BYTES:,} are read")
        with index[0].open("rb") as stream:
            stream.seek(index[1].begins)
            entries = table_entries(stream.read(index[1].size))
        shards = _shards(entries.pop(b"", b""))
        places = tuple(_shard(files, f"{name}.data-{number:05d}-of-{shards:05d}") for number in range(shards))
        return TensorBundle(path.name, _tensors(entries, places), places)
    except CheckpointError as error:
        raise CheckpointError(f"{path.name}: {error}") from error
    except OSError as error:
        raise CheckpointError(f"{path.name} cannot be read: {error}") from error


Place = tuple[Path, Member]


def _files(path: Path) -> tuple[Place, dict[str, Place], str]:
    """The index, all files by name, and the checkpoint's name."""
    if path.is_file() and path.stat().st_size > _MOST_FILE_BYTES:
        raise CheckpointError(f"has {path.stat().st_size:,} bytes: at most {_MOST_FILE_BYTES:,} are read")
    shard = _SHARD.fullmatch(path.name)
    name = shard[1] if shard else path.name.removesuffix(".index")
    if shard or path.suffix == ".index" or not path.is_file():
        beside = [each for each in path.parent.glob("*") if each.name.startswith(f"{name}.") and each.is_file()]
        files = {each.name: (each, Member(0, each.stat().st_size)) for each in beside}
    else:
        files = {each: (path, member) for each, member in tar_members(path).items()}
        indices = [each for each in files if each.endswith(".index")]
        if len(indices) != 1:
            raise CheckpointError(f"holds {len(indices)} files that end in .index: a checkpoint has one")
        name = indices[0].removesuffix(".index")
    if f"{name}.index" not in files:
        raise CheckpointError(f"there is no {name}.index: name the archive, or the checkpoint without its ending")
    return files[f"{name}.index"], files, name


def _shard(files: dict[str, Place], name: str) -> Place:
    if name not in files:
        raise CheckpointError(f"its numbers are not here: {name} is missing")
    return files[name]


def _shards(header: bytes) -> int:
    """How many files of numbers there are."""
    facts = dict(_fields(header))
    shards = _whole(facts.get(1, 1))
    if _whole(facts.get(2, _LITTLE_ENDIAN)) != _LITTLE_ENDIAN or not 1 <= shards <= _MOST_SHARDS:
        raise CheckpointError(f"has {shards} files of numbers, or bytes from high to low: 1 to {_MOST_SHARDS} are read")
    return shards


def _tensors(entries: dict[bytes, bytes], places: tuple[Place, ...]) -> dict[str, BundleTensor]:
    found: dict[str, BundleTensor] = {}
    total = 0
    for key, record in entries.items():
        name = "".join(each if each.isprintable() else "\ufffd" for each in key.decode("utf-8", "replace"))
        tensor = _tensor(name, record)
        total += tensor.size
        if tensor.shard >= len(places) or tensor.begins + tensor.size > places[tensor.shard][1].size:
            raise CheckpointError(f"is cut short or damaged: {name} lies outside its files")
        found[name] = tensor
    if total > sum(place.size for _, place in places):
        raise CheckpointError(f"its tensors come to {total:,} bytes, more than its files hold: it is damaged")
    return found


def _tensor(name: str, record: bytes) -> BundleTensor:
    facts: dict[int, int | bytes] = {}
    sliced = False
    for number, value in _fields(record):
        facts[number] = value
        sliced |= number == 7
    shape = _shape(name, facts.get(2, b""))
    dtype, item = _KINDS.get(_whole(facts.get(1, 0)), (_OTHER, 0))
    size = _whole(facts.get(5, 0))
    if sliced:
        dtype = _OTHER
    elif item and prod(shape) * item != size:
        raise CheckpointError(f"is damaged: {name} of shape {shape} has {size:,} bytes")
    return BundleTensor(dtype, shape, _whole(facts.get(3, 0)), _whole(facts.get(4, 0)), size, _whole(facts.get(6, 0)))


def _shape(name: str, record: int | bytes) -> tuple[int, ...]:
    axes = []
    for number, axis in _fields(record):
        if number == 2:
            axes.append(_whole(dict(_fields(axis)).get(1, 0)))
    if len(axes) > _MOST_AXES or any(axis >= 1 << 40 for axis in axes):
        raise CheckpointError(f"is damaged: {name} has {len(axes)} axes, or one of impossible length")
    return tuple(axes)


def _whole(value: int | bytes) -> int:
    if isinstance(value, bytes):
        raise CheckpointError("is damaged: a record of its index holds text in the place of a number")
    return value


def _fields(record: int | bytes) -> Iterator[tuple[int, int | bytes]]:
    """Numbers and values of the fields of a protocol-buffer message."""
    if not isinstance(record, bytes):
        raise CheckpointError("is damaged: a record of its index holds a number in the place of a record")
    at = 0
    while at < len(record):
        tag, at = varint(record, at)
        width = {1: 8, 5: 4}.get(tag & 7, 0)
        value: int | bytes
        if tag & 7 == 0:
            value, at = varint(record, at)
        elif tag & 7 == 2:
            width, at = varint(record, at)
            value = record[at : at + width]
        elif width:
            value = struct.unpack("<Q" if width == 8 else "<I", record[at : at + width].ljust(width, b"\0"))[0]
        else:
            raise CheckpointError("is damaged: a record of its index has a field of an unknown kind")
        if at + width > len(record):
            raise CheckpointError("is damaged: a record of its index is cut short")
        at += width
        yield tag >> 3, value
