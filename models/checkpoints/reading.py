"""Opens a checkpoint of torch or NVIDIA, whichever of their forms it has, and answers its tree."""

from __future__ import annotations

import mmap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from models.checkpoints.allowed import AllowedNames
from models.checkpoints.budget import Budget, Limits
from models.checkpoints.machine import Machine
from models.checkpoints.stream import Stream
from models.checkpoints.survey import Survey
from models.checkpoints.torch_files import LEGACY_SIGN, read_legacy, read_legacy_bytes, read_zip
from models.checkpoints.values import ForeignObject, Storage, StoredTensor
from schemas.errors import CheckpointError

if TYPE_CHECKING:
    import torch

ZIP = "torch zip"
LEGACY = "torch, before 1.6"
PICKLE = "pickle"
_MOST_NAMED = 200_000
_MOST_NETWORKS = 20_000
_DEEPEST_NETWORK = 32


@dataclass(frozen=True)
class Checkpoint:
    """A checkpoint whose structure is read; its numbers stay in the file until they are asked for.

    Attributes:
        path: the file.
        form: 'torch zip', 'torch, before 1.6' or 'pickle'.
        tree: dictionaries, lists, tuples, sets, plain values, `StoredTensor` and `ForeignObject`.
    """

    path: Path
    form: str
    tree: Any

    def tensors(self, *keys: str) -> dict[str, torch.Tensor]:
        """The tensors of the dictionary at `keys` (the whole tree without), in memory, by name.

        Dictionaries inside it are joined with dots; what is no tensor is left out.

        Raises:
            CheckpointError: there is no dictionary at `keys`, or the numbers are damaged.
        """
        return {name: stored.torch() for name, stored in named_tensors(self.at(*keys)).items()}

    def at(self, *keys: str) -> Mapping[Any, Any]:
        """The dictionary at `keys`; of a foreign object, its tensors by their names.

        Raises:
            CheckpointError: there is none; the message says what is there.
        """
        found = self.tree
        for key in keys:
            if not isinstance(found, Mapping) or key not in found:
                held = (
                    ", ".join(str(name)[:40] for name in list(found)[:8]) if isinstance(found, Mapping) else "no names"
                )
                raise CheckpointError(f"{self.path.name} holds no {key!r}: it holds {held or 'nothing'}")
            found = found[key]
        if isinstance(found, ForeignObject):
            found = module_tensors(found)
        if not isinstance(found, Mapping):
            raise CheckpointError(f"{self.path.name} holds a {type(found).__name__}, not a dictionary of tensors")
        return found


def read_checkpoint(path: Path, limits: Limits | None = None) -> Checkpoint:
    """The checkpoint in a file: torch's zip or older form, or a pickle such as NVIDIA's. Nothing in it is run.

    Raises:
        CheckpointError: the file is missing, of another format, damaged, beyond a bound, or names anything but what
            weights are made of; the message begins with the file's name.
    """
    return _open(path, limits or Limits(), None)


def survey_names(path: Path, limits: Limits | None = None) -> tuple[str, ...]:
    """Every name that the pickle in a file holds, in order, without making anything of it.

    Raises:
        CheckpointError: as `read_checkpoint`, save that any name may stand in it.
    """
    survey = Survey()
    _open(path, limits or Limits(), survey)
    return tuple(survey.names)


def _open(path: Path, limits: Limits, survey: Survey | None) -> Checkpoint:
    try:
        if not path.is_file():
            raise CheckpointError("is not a file that can be read: check the path")
        size = path.stat().st_size
        if size > limits.file_bytes:
            raise CheckpointError(f"has {size:,} bytes: at most {limits.file_bytes:,} are read")
        budget = Budget(limits, size)
        with path.open("rb") as stream:
            sign = stream.read(len(LEGACY_SIGN))
        form, tree = _tree(path, sign, budget, survey)
        if survey is None:
            check_tree(tree, limits.depth)
    except CheckpointError as error:
        raise CheckpointError(_printable(f"{path.name}: {error}")) from error
    except (OSError, ValueError, MemoryError) as error:
        raise CheckpointError(f"{path.name} cannot be read: {error}") from error
    return Checkpoint(path, form, tree)


def _printable(text: str) -> str:
    """The text without characters that would steer a terminal: names in it may be an attacker's."""
    return "".join(character if character.isprintable() else "\ufffd" for character in text)


def _tree(path: Path, sign: bytes, budget: Budget, survey: Survey | None) -> tuple[str, Any]:
    if sign.startswith(b"PK\x03\x04"):
        return ZIP, read_zip(path, budget, survey)
    if sign == LEGACY_SIGN:
        return LEGACY, read_legacy(path, budget, survey)
    if sign[:1] == b"\x80" or sign[:1] in (b"(", b"}", b"]", b"c"):
        return PICKLE, _read_pickle(path, budget, survey)
    raise CheckpointError("is no checkpoint of torch: it is not a zip of tensors, not its older form and not a pickle")


def _read_pickle(path: Path, budget: Budget, survey: Survey | None) -> Any:  # noqa: ANN401 - a tree
    if budget.file_bytes > budget.limits.pickle_bytes:
        raise CheckpointError(
            f"is a pickle of {budget.file_bytes:,} bytes: at most {budget.limits.pickle_bytes:,} are read"
        )
    vocabulary = survey or AllowedNames(budget, _no_storage, lambda content: read_legacy_bytes(content, budget))
    with path.open("rb") as stream:
        content = mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)
    return Machine(Stream(memoryview(content)), vocabulary, budget).run()


def _no_storage(_reference: object) -> Storage:
    raise CheckpointError("its pickle refers to a storage beside it, and there is none: it was taken out of a zip")


def check_tree(tree: object, depth: int) -> None:
    """Refuse a tree that holds itself or is deeper than may be. Shared parts are looked at once.

    Raises:
        CheckpointError: it does, or it is.
    """
    heights: dict[int, int] = {}
    path: set[int] = set()
    stack: list[tuple[object, list[object] | None]] = [(tree, None)]
    while stack:
        node, parts = stack.pop()
        if parts is not None:
            path.discard(id(node))
            height = 1 + max((heights.get(id(part), 0) for part in parts), default=0)
            if height > depth:
                raise CheckpointError(f"it nests containers deeper than {depth}: it is damaged")
            heights[id(node)] = height
            continue
        if id(node) in heights or not (inside := _parts(node)):
            continue
        if id(node) in path:
            raise CheckpointError("its containers hold themselves: it is damaged")
        path.add(id(node))
        stack.append((node, inside))
        stack.extend((part, None) for part in inside)


def _parts(node: object) -> list[object]:
    if isinstance(node, ForeignObject):
        return [node.state]
    if isinstance(node, dict):
        return list(node.values())
    return list(node) if isinstance(node, list | tuple) else []


def named_tensors(tree: Mapping[Any, Any]) -> dict[str, StoredTensor]:
    """The tensors of a dictionary and those inside it, their names joined with dots.

    Raises:
        CheckpointError: two come to the same name, or there are more than 200,000.
    """
    found: dict[str, StoredTensor] = {}
    for visited, (name, value) in enumerate(_walk(tree, "")):
        if visited > _MOST_NAMED:
            raise CheckpointError(f"it holds more than {_MOST_NAMED:,} entries")
        if isinstance(value, StoredTensor):
            if name in found:
                raise CheckpointError(f"it holds two tensors that come to the name {name[:100]!r}")
            found[name] = value
    return found


def _walk(tree: Mapping[Any, Any], prefix: str) -> Iterator[tuple[str, object]]:
    """Every entry of a dictionary and those inside it; shared ones as often as they are met."""
    for key, value in tree.items():
        yield f"{prefix}{key}", value
        if isinstance(value, Mapping):
            yield from _walk(value, f"{prefix}{key}.")


def module_tensors(module: ForeignObject) -> dict[str, StoredTensor]:
    """Parameters and buffers of a foreign network by the names its `state_dict` would give, e.g. 'synthesis.b4.const'.

    Raises:
        CheckpointError: it is no network, or is made of more parts than may be.
    """
    found: dict[str, StoredTensor] = {}
    for prefix, part in networks_in(module):
        passing = part.state.get("_non_persistent_buffers_set") or ()
        for group in ("_parameters", "_buffers"):
            tensors = part.state.get(group)
            if not isinstance(tensors, Mapping):
                raise CheckpointError(f"{part.class_name!r} is no network: it has no {group}")
            for name, value in tensors.items():
                if isinstance(value, StoredTensor) and not (group == "_buffers" and name in passing):
                    found[f"{prefix}{name}"] = value
    return found


def networks_in(module: ForeignObject) -> Iterator[tuple[str, ForeignObject]]:
    """The network and those inside it, each with what its names begin with: '', 'mapping.', 'synthesis.b4.', ...

    Raises:
        CheckpointError: there are more than 20,000, or they are deeper than 32.
    """
    stack, met = [("", module, 0)], 0
    while stack:
        prefix, part, depth = stack.pop()
        met += 1
        if met > _MOST_NETWORKS or depth > _DEEPEST_NETWORK:
            raise CheckpointError(
                f"it is made of more than {_MOST_NETWORKS:,} networks, or deeper than 32: it is damaged"
            )
        yield prefix, part
        inner = part.state.get("_modules")
        pairs = list(inner.items()) if isinstance(inner, Mapping) else []
        stack += [
            (f"{prefix}{name}.", one, depth + 1) for name, one in reversed(pairs) if isinstance(one, ForeignObject)
        ]
