"""Where an artifact comes from: who made or edited it, by which recipe, from what, with which seed and weights."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import AwareDatetime, Field, JsonValue

from models import registry
from schemas.base import Digest, Record
from schemas.errors import ArtifactError, CheckpointError
from schemas.lyrics import Lyrics
from schemas.making import Slot
from schemas.music import LeadSheet, PartScore, Score
from schemas.plan import AlbumPlan, SongPlan

if TYPE_CHECKING:
    from schemas.base import Artifact
    from schemas.making import Provenance
    from schemas.review import Edit
    from tasks.bench import Bench


class OriginInput(Record):
    """Something that an artifact was made from."""

    name: str = Field(description="as the recipe calls it, e.g. 'lead_sheet' or 'stem bass'; 'base' of an edit")
    digest: Digest
    kind: str = Field(description="'' where its record is gone")
    label: str = Field(description="a few words to tell it by, e.g. a title")


class OriginModel(Record):
    """Weights, a font or a voice that took part."""

    name: str
    digest: Digest
    summary: str = Field(description="'' where it is not registered here")
    licence: str


class OriginEdit(Record):
    """A person's changes that gave the artifact."""

    person: str
    made_at: AwareDatetime
    base: Digest
    places: tuple[str, ...] = Field(description="what was changed, as paths into the record")
    digest: Digest


class Origin(Record):
    """How an artifact came to be. An edited one has no recipe of its own: `edits` name the take it was made on."""

    artifact: Digest
    kind: str
    label: str
    author: str = Field(description="'hibari', or the person whose edit gave it; '' where nothing is recorded")
    slot: Slot | None
    recipe: Digest | None
    step: str
    revision: int | None
    seed: int | None
    take: int | None = Field(description="the number of the take, where its slot still holds it")
    parameters: dict[str, JsonValue]
    models: tuple[OriginModel, ...]
    device: str
    software: dict[str, str]
    notes: tuple[str, ...]
    run: str
    made_at: AwareDatetime | None
    seconds: float | None
    times_made: int = Field(ge=0, description="how often it was made, to the same bytes")
    inputs: tuple[OriginInput, ...]
    edits: tuple[OriginEdit, ...] = Field(description="edits that gave it, oldest first")


def origins_of(bench: Bench, digest: Digest) -> Origin:
    """Where an artifact comes from; the last making of it where there were several.

    Raises:
        ArtifactError: it is not recorded, or its record is damaged.
    """
    artifact = bench.catalogue.get(digest)
    told = bench.catalogue.provenance(digest)
    edits = [(slot, edit) for slot, edit in bench.catalogue.edits_giving(digest)]
    last = told[-1] if told else None
    recipe = last.recipe if last else None
    slot = last.slot if last else edits[-1][0] if edits else None
    named = dict(recipe.inputs) if recipe else {"base": edits[-1][1].base} if edits else {}
    return Origin(
        artifact=digest,
        kind=artifact.kind,
        label=label_of(artifact),
        author=last.author if last else edits[-1][1].person if edits else "",
        slot=slot,
        recipe=recipe.digest() if recipe else None,
        step=slot.step if slot else "",
        revision=recipe.revision if recipe else None,
        seed=recipe.seed if recipe else None,
        take=_take(bench, slot, digest),
        parameters=dict(recipe.parameters) if recipe else {},
        models=_models(bench, last),
        device=last.device if last else "",
        software=dict(last.software) if last else {},
        notes=last.notes if last else (),
        run=last.run if last else "",
        made_at=last.started_at if last else edits[-1][1].made_at if edits else None,
        seconds=last.seconds if last else None,
        times_made=len(told),
        inputs=tuple(_input(bench, name, one) for name, one in named.items()),
        edits=tuple(_edit(edit) for _, edit in edits),
    )


def label_of(artifact: Artifact) -> str:
    """A few words to tell an artifact by."""
    if isinstance(artifact, SongPlan):
        return f"{artifact.title or artifact.song_id}: {artifact.key}, {artifact.tempo_bpm} bpm"
    if isinstance(artifact, PartScore):
        return f"{artifact.part.name}, {len(artifact.part.notes)} notes"
    if isinstance(artifact, AlbumPlan | Lyrics | LeadSheet | Score):
        return artifact.title
    return str(getattr(artifact, "part", "")) or artifact.kind.replace("_", " ")


def _input(bench: Bench, name: str, digest: Digest) -> OriginInput:
    try:
        artifact = bench.catalogue.get(digest)
    except ArtifactError:
        return OriginInput(name=name, digest=digest, kind="", label="its record is gone")
    return OriginInput(name=name, digest=digest, kind=artifact.kind, label=label_of(artifact))


def _models(bench: Bench, told: Provenance | None) -> tuple[OriginModel, ...]:
    found = []
    for name, digest in (told.recipe.checkpoints if told else {}).items():
        try:
            card = registry.find(name, bench.settings.models_dir)
        except CheckpointError:
            found.append(OriginModel(name=name, digest=digest, summary="", licence=""))
        else:
            found.append(OriginModel(name=name, digest=digest, summary=card.summary, licence=card.licence))
    return tuple(found)


def _take(bench: Bench, slot: Slot | None, digest: Digest) -> int | None:
    takes = bench.catalogue.takes(slot) if slot else []
    return next((take.number for take in takes if take.artifact == digest), None)


def _edit(edit: Edit) -> OriginEdit:
    places = tuple("/".join(str(part) for part in change.path) for change in edit.changes)
    return OriginEdit(person=edit.person, made_at=edit.made_at, base=edit.base, places=places, digest=edit.digest())
