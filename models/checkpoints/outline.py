"""The outline of a model's file, whatever wrote it: which tensors of which shapes, without reading their numbers."""

from __future__ import annotations

import json
import struct
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from math import prod
from pathlib import Path
from typing import Any

from models.checkpoints.budget import Limits
from models.checkpoints.nvlabs import generator_of
from models.checkpoints.reading import (
    LEGACY,
    PICKLE,
    ZIP,
    Checkpoint,
    module_tensors,
    named_tensors,
    read_checkpoint,
    survey_names,
)
from models.checkpoints.tf_bundle import is_bundle, open_bundle
from models.checkpoints.torch_files import LEGACY_SIGN
from models.checkpoints.values import ForeignObject, StoredTensor
from schemas.errors import CheckpointError

SAFETENSORS = "safetensors"
BUNDLE = "TensorFlow checkpoint"
_MOST_HEADER_BYTES = 32 << 20
_MOST_AXES = 32
_SAFETENSORS_KINDS = {
    "F64": "float64",
    "F32": "float32",
    "F16": "float16",
    "BF16": "bfloat16",
    "I64": "int64",
    "I32": "int32",
    "I16": "int16",
    "I8": "int8",
    "U8": "uint8",
    "BOOL": "bool",
}
_SIGNS: tuple[tuple[bytes, str], ...] = (
    (b"\x89HDF\r\n\x1a\n", "HDF5"),
    (b"GGUF", "GGUF"),
    (b"7767517\n", "ncnn network"),
    (b"7767517\r", "ncnn network"),
    (b"\x47\x6b\x30\x01", "ncnn numbers"),
)
_ENDINGS = {".onnx": "ONNX", ".bin": "ncnn numbers", ".h5": "HDF5"}


@dataclass(frozen=True)
class TensorOutline:
    """Shape and kind of number of a tensor."""

    shape: tuple[int, ...]
    dtype: str

    @property
    def count(self) -> int:
        """How many numbers it has."""
        return prod(self.shape)


Tensors = Mapping[str, TensorOutline]


@dataclass(frozen=True)
class Outline:
    """What a file holds.

    Attributes:
        name: the file's name.
        size_bytes: its size.
        form: the format, e.g. 'torch zip', 'safetensors', 'HDF5'; 'unknown' where none is recognised.
        groups: tensors by name, for each dictionary or network that the file holds at its top; '' for those that lie
            there themselves.
        values: what else lies at the top and is plain (latent averages excepted: they are tensors in '').
        metadata: the text that a safetensors file carries.
        classes: class name of each pickled network in `groups`.
        arguments: what the network in `G_ema` was built with.
        refusal: why it is not read, where it is refused.
        names: names that stand in a refused pickle.
    """

    name: str
    size_bytes: int
    form: str
    groups: Mapping[str, Tensors] = field(default_factory=dict)
    values: Mapping[str, Any] = field(default_factory=dict)
    metadata: Mapping[str, str] = field(default_factory=dict)
    classes: Mapping[str, str] = field(default_factory=dict)
    arguments: Mapping[str, Any] = field(default_factory=dict)
    refusal: str = ""
    names: tuple[str, ...] = ()

    def tensors(self, *names: str) -> Tensors:
        """The tensors of the first group of these names that is there; those at the top where none is named so."""
        for name in names:
            if name in self.groups:
                return self.groups[name]
        return self.groups.get("", {})


def outline_of(path: Path, limits: Limits | None = None) -> Outline:
    """The outline of a file. A pickle that is refused comes with the reason and the names in it; nothing is run.

    Raises:
        CheckpointError: it cannot be read, or is damaged.
    """
    if is_bundle(path):
        return _bundle_outline(path)
    if not path.is_file():
        raise CheckpointError(f"{path} is no file that can be read: check the path")
    size = path.stat().st_size
    with path.open("rb") as stream:
        head = stream.read(512)
    form = _form(path, head, size)
    if form == SAFETENSORS:
        tensors, metadata = _safetensors(path, size)
        return Outline(path.name, size, form, {"": tensors}, metadata=metadata)
    if form in (ZIP, LEGACY, PICKLE):
        return _torch_outline(path, size, form, limits)
    return Outline(path.name, size, form)


def _form(path: Path, head: bytes, size: int) -> str:
    for sign, form in _SIGNS:
        if head.startswith(sign):
            return form
    if head.startswith(b"PK\x03\x04"):
        return ZIP if _holds_index(path) else "zip"
    if head.startswith(LEGACY_SIGN):
        return LEGACY
    if head[257:262] == b"ustar":
        return "tar"
    if len(head) > 9 and head[8:9] == b"{" and struct.unpack("<Q", head[:8])[0] < size:
        return SAFETENSORS
    if head[:1] == b"\x80" or head[:2] in (b"(d", b"(l", b"cc"):
        return PICKLE
    return _ENDINGS.get(path.suffix.lower(), "unknown")


def _bundle_outline(path: Path) -> Outline:
    bundle = open_bundle(path)
    tensors = {name: TensorOutline(tensor.shape, tensor.dtype) for name, tensor in bundle.tensors.items()}
    size = sum(place.stat().st_size for place in {place for place, _ in bundle.files})
    return Outline(path.name, size, BUNDLE, {"": tensors})


def _holds_index(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as archive:
            return any(name.endswith("/data.pkl") for name in archive.namelist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return True


def _safetensors(path: Path, size: int) -> tuple[Tensors, Mapping[str, str]]:
    with path.open("rb") as stream:
        (length,) = struct.unpack("<Q", stream.read(8))
        if length > _MOST_HEADER_BYTES or length + 8 > size:
            raise CheckpointError(f"{path.name}: its header of {length:,} bytes is longer than may be: get it again")
        header = stream.read(length)
    try:
        facts = json.loads(header)
        metadata = facts.pop("__metadata__", {})
        tensors = {str(name): _described(fact) for name, fact in facts.items()}
        kept = {str(name): str(text) for name, text in metadata.items()}
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise CheckpointError(f"{path.name} is a damaged safetensors file ({error}): get it again") from error
    ends = max((int(fact["data_offsets"][1]) for fact in facts.values()), default=0)
    if 8 + length + ends > size:
        raise CheckpointError(f"{path.name} is cut short: it should have {8 + length + ends:,} bytes, it has {size:,}")
    return tensors, kept


def _described(fact: Mapping[str, Any]) -> TensorOutline:
    shape = fact["shape"]
    begins, ends = fact["data_offsets"]
    if len(shape) > _MOST_AXES or any(type(number) is not int or number < 0 for number in (*shape, begins, ends)):
        raise ValueError(f"a shape of {str(shape)[:60]}")
    return TensorOutline(tuple(shape), _SAFETENSORS_KINDS.get(fact["dtype"], str(fact["dtype"])[:20]))


def _torch_outline(path: Path, size: int, form: str, limits: Limits | None) -> Outline:
    try:
        checkpoint = read_checkpoint(path, limits)
    except CheckpointError as error:
        try:
            names = survey_names(path, limits)
        except CheckpointError:
            names = ()
        return Outline(path.name, size, form, refusal=str(error), names=names)
    groups, classes = _groups(checkpoint)
    tree = checkpoint.tree if isinstance(checkpoint.tree, Mapping) else {}
    values = {
        str(key)[:100]: value
        for key, value in tree.items()
        if not isinstance(value, StoredTensor | ForeignObject) and str(key) not in groups
    }
    arguments = generator_of(checkpoint).init_kwargs if set(classes) & {"", "G", "G_ema"} else {}
    return Outline(path.name, size, form, groups, values, {}, classes, arguments)


def _groups(checkpoint: Checkpoint) -> tuple[dict[str, Tensors], dict[str, str]]:
    """Tensors by group, and the class of each that is a pickled network."""
    tree = checkpoint.tree
    parts: Mapping[Any, Any] = tree if isinstance(tree, Mapping) else {"": tree}
    groups: dict[str, Tensors] = {}
    classes: dict[str, str] = {}
    top: dict[str, StoredTensor] = {}
    for key, value in parts.items():
        name = str(key)
        if isinstance(value, StoredTensor):
            top[name] = value
        elif isinstance(value, ForeignObject):
            classes[name] = value.class_name
            if "_parameters" in value.state:
                groups[name] = _outlined(module_tensors(value))
        elif isinstance(value, Mapping) and (held := named_tensors(value)):
            groups[name] = _outlined(held)
    if top:
        groups[""] = _outlined(top)
    return groups, classes


def _outlined(tensors: Mapping[str, StoredTensor]) -> Tensors:
    return {name: TensorOutline(tensor.shape, tensor.dtype) for name, tensor in tensors.items()}
