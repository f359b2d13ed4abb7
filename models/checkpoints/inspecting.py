"""Says what a model's file is: format, family, sizes, what is missing, and what it can be used for. Nothing is run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from models.checkpoints.budget import Limits
from models.checkpoints.families import FAMILIES
from models.checkpoints.families.finding import Finding
from models.checkpoints.outline import Outline, TensorOutline, outline_of
from models.checkpoints.reading import PICKLE

_MOST_LISTED = 200
_HARMLESS = (
    "collections.",
    "torch._utils._rebuild_",
    "torch.storage._load_from_bytes",
    "numpy.",
    "builtins.",
    "__builtin__.",
)


@dataclass(frozen=True)
class CheckpointFacts:
    """What a file is.

    Attributes:
        name: the file's name.
        size_bytes: its size.
        form: its format.
        family: short name of the family, e.g. 'stylegan2-nvlabs'; 'unknown' where none is recognised.
        title: what it is, for people.
        use: what it can be used for here; '' for nothing.
        command: how to take it in, FILE standing for its place; '' where there is no way.
        resolution_px: edge of the pictures that it makes, or None.
        parameters: numbers in the network that counts (of `group`), buffers included.
        tensors: tensors of that network.
        kinds: kinds of number in it with how many tensors have each.
        group: which part of the file that is; '' for tensors at the top.
        groups: all parts that hold tensors, with how many; '' for the top.
        sizes: widths and the like.
        missing: names that such a network has and the file lacks, at most 200.
        unexpected: names that it has besides, at most 200.
        refusal: why it was refused, where it was.
        named: what a refused pickle names, the most telling first, at most 200.
        remark: what to mind.
    """

    name: str
    size_bytes: int
    form: str
    family: str
    title: str
    use: str
    command: str
    resolution_px: int | None
    parameters: int
    tensors: int
    kinds: dict[str, int]
    group: str
    groups: dict[str, int]
    sizes: dict[str, str]
    missing: tuple[str, ...]
    unexpected: tuple[str, ...]
    refusal: str
    named: tuple[str, ...]
    remark: str

    @property
    def is_pickled(self) -> bool:
        """Whether whole networks lie in it as objects, as in NVIDIA's files."""
        return self.form == PICKLE

    @property
    def is_whole(self) -> bool:
        """Whether nothing is missing of what its family needs."""
        return not self.missing and not self.refusal


def inspect_checkpoint(path: Path, limits: Limits | None = None) -> CheckpointFacts:
    """The facts of a file; its numbers are not read, and one that is refused is described from outside.

    Raises:
        CheckpointError: there is no such file, or it is too damaged to say anything of.
    """
    outline = outline_of(path, limits)
    finding = next((found for ask in FAMILIES if (found := ask(outline))), None) or _unknown(outline)
    network = outline.groups.get(finding.group, {})
    names = {name.removeprefix("module.") for name in network} if _is_wrapped(network) else set(network)
    missing, unexpected = _compared(names, finding)
    return CheckpointFacts(
        name=outline.name,
        size_bytes=outline.size_bytes,
        form=outline.form,
        family=finding.family,
        title=finding.title,
        use="" if outline.refusal else finding.use,
        command="" if outline.refusal or missing else finding.command,
        resolution_px=finding.resolution_px,
        parameters=sum(tensor.count for tensor in network.values()),
        tensors=len(network),
        kinds=_kinds(network.values()),
        group=finding.group,
        groups={name: len(tensors) for name, tensors in outline.groups.items()},
        sizes=finding.sizes,
        missing=tuple(missing[:_MOST_LISTED]),
        unexpected=tuple(unexpected[:_MOST_LISTED]),
        refusal=outline.refusal,
        named=_telling(outline.names),
        remark=finding.remark,
    )


def _unknown(outline: Outline) -> Finding:
    if outline.refusal:
        return Finding("unknown", "a pickle that is not weights, or not only")
    return Finding("unknown", "nothing that is known here", remark="name a checkpoint: safetensors, .pt, .pth or .pkl")


def _is_wrapped(network: Iterable[str]) -> bool:
    names = list(network)
    return bool(names) and all(name.startswith("module.") for name in names)


def _compared(names: set[str], finding: Finding) -> tuple[list[str], list[str]]:
    """What is missing and what is there besides, sorted."""
    if not finding.wanted:
        return [], []
    besides = [name for name in names - finding.wanted if not _is_ignored(name, finding.ignored)]
    return sorted(finding.wanted - names), sorted(besides)


def _is_ignored(name: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatchcase(name, pattern) if "*" in pattern else name.startswith(pattern) for pattern in patterns)


def _kinds(tensors: Iterable[TensorOutline]) -> dict[str, int]:
    return dict(Counter(tensor.dtype for tensor in tensors).most_common())


def _telling(names: tuple[str, ...]) -> tuple[str, ...]:
    """Names of a refused pickle, those that weights need last."""
    return tuple(sorted(names, key=lambda name: name.startswith(_HARMLESS)))[:_MOST_LISTED]
