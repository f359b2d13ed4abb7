"""An artifact's record, how it came to be, what it was made from and what was made from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import Field, JsonValue

from schemas.base import BlobRef, Record
from schemas.making import Provenance

if TYPE_CHECKING:
    from artifacts.catalogue import Catalogue
    from artifacts.entries import Lineage
    from schemas.base import Digest

MAX_NODES = 2000
"""The most artifacts a lineage names."""


class ArtifactView(Record):
    """An artifact: its record as its digest covers it, and the bytes it refers to."""

    digest: str
    kind: str
    record: dict[str, JsonValue]
    blobs: tuple[BlobRef, ...]


class LineageNode(Record):
    """An artifact in a lineage."""

    digest: str
    kind: str = Field(description="'' for a record that is no longer here")
    step: str = Field(description="the step that made it; '' where a person did, or it was given")
    seed: int | None
    inputs: dict[str, str] = Field(description="digests of what it was made from, by name")
    checkpoints: dict[str, str] = Field(description="digests of the weights, fonts and voices that took part")


class LineageView(Record):
    """What an artifact was made from, down to what was made from nothing: nodes by digest, each once."""

    digest: str
    nodes: tuple[LineageNode, ...]


class Origins(Record):
    """How an artifact came to be, each time it was made, oldest first."""

    digest: str
    made: tuple[Provenance, ...]


class Dependants(Record):
    """What was made from an artifact, directly or through others."""

    digest: str
    dependants: tuple[str, ...]


def lineage_view(catalogue: Catalogue, digest: Digest) -> LineageView:
    """The lineage of an artifact.

    Raises:
        ArtifactError: there is none.
    """
    nodes: dict[str, LineageNode] = {}
    waiting = [catalogue.lineage(digest)]
    while waiting and len(nodes) < MAX_NODES:
        branch = waiting.pop(0)
        if branch.digest not in nodes:
            nodes[branch.digest] = _node(branch)
            waiting += branch.inputs.values()
    return LineageView(digest=digest, nodes=tuple(nodes.values()))


def _node(branch: Lineage) -> LineageNode:
    recipe = branch.recipe
    return LineageNode(
        digest=branch.digest,
        kind=branch.kind,
        step=recipe.step if recipe else "",
        seed=recipe.seed if recipe else None,
        inputs={name: parent.digest for name, parent in branch.inputs.items()},
        checkpoints=recipe.checkpoints if recipe else {},
    )
