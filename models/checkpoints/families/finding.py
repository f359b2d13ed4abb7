"""What a recogniser says of a file that it knows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from models.checkpoints.outline import Tensors


@dataclass(frozen=True)
class Finding:
    """A file of a family that is known.

    Attributes:
        family: short name, e.g. 'stylegan2-rosinality'.
        title: what it is, for people.
        use: what it can be used for here; '' for nothing.
        command: how to take it in or use it, with FILE for its place; '' where there is no way.
        group: which group of the file counts ('' for tensors at the top).
        resolution_px: edge of the pictures it makes, or None.
        sizes: widths and the like, in the order to be shown.
        wanted: names of the tensors such a network has; empty where that is not checked.
        ignored: names or beginnings of names that may be there besides.
        remark: what to mind.
    """

    family: str
    title: str
    use: str = ""
    command: str = ""
    group: str = ""
    resolution_px: int | None = None
    sizes: dict[str, str] = field(default_factory=dict)
    wanted: frozenset[str] = frozenset()
    ignored: tuple[str, ...] = ()
    remark: str = ""


def with_ends(stems: Iterable[str], ends: Iterable[str] = ("weight", "bias")) -> frozenset[str]:
    """Every stem with every end behind a dot."""
    ends = tuple(ends)
    return frozenset(f"{stem}.{end}" for stem in stems for end in ends)


def indices(tensors: Tensors, before: str) -> list[int]:
    """The whole numbers that follow `before` in the names, sorted: 'convs.' finds 0, 1, 2 in convs.0.weight, ...

    At most 1,000 are looked for.
    """
    found = set()
    for name in tensors:
        if name.startswith(before):
            text = name[len(before) :].split(".", 1)[0]
            if text.isdecimal() and len(text) < 4:
                found.add(int(text))
    return sorted(found)


def rows_of(tensors: Tensors, name: str, axis: int = 0) -> int:
    """A length of a tensor, 0 where there is no such tensor or axis."""
    shape = tensors[name].shape if name in tensors else ()
    return shape[axis] if axis < len(shape) else 0


def rank_of(tensors: Tensors, name: str) -> int:
    """How many axes a tensor has, 0 where there is no such tensor."""
    return len(tensors[name].shape) if name in tensors else 0


def described(numbers: Iterable[int]) -> str:
    """Widths as text, at most sixteen."""
    listed = list(numbers)
    return ", ".join(map(str, listed[:16])) + (", ..." if len(listed) > 16 else "")
