"""An artifact's record, how it came to be, what it was made from and what was made from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import Field, JsonValue
from pydantic_core import from_json, to_json

from schemas.base import BlobRef, Record
from schemas.reading import kinds, read_artifact

if TYPE_CHECKING:
    from collections.abc import Iterator

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


def artifact_json(digest: Digest, content: bytes) -> bytes:
    """The JSON of an `ArtifactView`, its record as it was stored; read and lifted only where an older Hibari wrote it.

    Some records hold thousands of notes: over all kinds, reading them into fields took 3.4 times as long as this.

    Args:
        digest: of the artifact.
        content: its canonical JSON, the hash checked.

    Raises:
        ArtifactError: it is of no kind or version that is known here.
    """
    facts = from_json(content)
    known = kinds().get(str(facts.get("kind")))
    if known is None or facts.get("schema_version") != known.latest_version:
        artifact = read_artifact(content)
        return to_json({"digest": digest, "kind": artifact.kind, "record": artifact, "blobs": artifact.blobs()})
    blobs = list(_blobs(facts)) if b'"media_type"' in content else []
    head = to_json({"digest": digest, "kind": known.model_fields["kind"].default})[:-1]
    return b"".join((head, b',"record":', content, b',"blobs":', to_json(blobs), b"}"))


def _blobs(value: JsonValue) -> Iterator[dict[str, JsonValue]]:
    """Every blob reference in a record's JSON, however deep it lies."""
    if isinstance(value, dict):
        if value.keys() == BlobRef.model_fields.keys():
            yield value
            return
        for item in value.values():
            yield from _blobs(item)
    elif isinstance(value, list) and value and isinstance(value[0], (dict, list)):
        for item in value:
            yield from _blobs(item)


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
