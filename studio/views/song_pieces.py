"""What a finished master was made from, found through its lineage: true for every version, not only the last."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from schemas.audio import Master, Stem
from schemas.errors import ArtifactError
from schemas.lyrics import Lyrics
from schemas.music import LeadSheet, PartScore
from schemas.plan import SongPlan

if TYPE_CHECKING:
    from artifacts.entries import Lineage
    from schemas.base import Digest
    from tasks.bench import Bench


@dataclass(frozen=True)
class SongPieces:
    """A master and what it was made from. `tree` is its lineage; the dictionaries are by part, in order of the mix."""

    master: Master
    plan: SongPlan
    lyrics: Lyrics
    lead: LeadSheet
    lead_digest: Digest
    parts: dict[str, PartScore]
    stems: dict[str, Stem]
    stem_digests: dict[str, Digest]
    tree: Lineage

    @property
    def vocal(self) -> Stem:
        """The stem of the voice.

        Raises:
            ArtifactError: the song has none.
        """
        if "vocal" not in self.stems:
            raise ArtifactError(f"the master {self.tree.digest[:12]} was made without a voice: nothing is sung in it")
        return self.stems["vocal"]


def pieces_of(bench: Bench, master: Digest) -> SongPieces:
    """The pieces of a master.

    Raises:
        ArtifactError: it is not recorded, or a piece of it is missing or damaged.
    """
    tree = bench.catalogue.lineage(master)
    mix = _input(tree, "mix")
    branches = {name.removeprefix("stem "): _input(mix, name) for name in _names(mix) if name.startswith("stem ")}
    stems = {part: bench.get(branch.digest, Stem) for part, branch in branches.items()}
    scores = {part: _input(branch, "part_score") for part, branch in branches.items() if "part_score" in _names(branch)}
    if "vocal" not in branches:
        raise ArtifactError(f"the master {master[:12]} was made without a voice: nothing is sung in it")
    lead = _input(branches["vocal"], "lead_sheet")
    lyrics = next((branch for branch in walk(lead) if branch.kind == "lyrics"), None)
    if lyrics is None:
        raise ArtifactError(f"the words of master {master[:12]} are not recorded: run `hibari verify`")
    return SongPieces(
        master=bench.get(master, Master),
        plan=bench.get(_input(tree, "plan").digest, SongPlan),
        lyrics=bench.get(lyrics.digest, Lyrics),
        lead=bench.get(lead.digest, LeadSheet),
        lead_digest=lead.digest,
        parts={part: bench.get(branch.digest, PartScore) for part, branch in scores.items()},
        stems=stems,
        stem_digests={part: branch.digest for part, branch in branches.items()},
        tree=tree,
    )


def walk(tree: Lineage) -> Iterator[Lineage]:
    """A tree's nodes, itself first, each once, nearest first."""
    seen: set[str] = set()
    level = [tree]
    while level:
        fresh = [node for node in level if node.digest not in seen]
        for node in fresh:
            if node.digest not in seen:
                seen.add(node.digest)
                yield node
        level = [parent for node in fresh for parent in inputs_of(node).values()]


def inputs_of(node: Lineage) -> dict[str, Lineage]:
    """What a node was made from when it was last made, by name.

    An artifact made more than once from other inputs to the same content names all of them; its last recipe decides.
    """
    if node.recipe is None:
        return node.inputs
    by_digest = {branch.digest: branch for branch in node.inputs.values()}
    return {name: by_digest[digest] for name, digest in node.recipe.inputs.items() if digest in by_digest}


def _names(node: Lineage) -> tuple[str, ...]:
    return tuple(inputs_of(node))


def _input(node: Lineage, name: str) -> Lineage:
    found = inputs_of(node).get(name)
    if found is None:
        raise ArtifactError(
            f"the {node.kind or 'record'} {node.digest[:12]} names no {name} that it was made from: run `hibari verify`"
        )
    return found
