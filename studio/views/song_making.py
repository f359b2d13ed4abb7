"""Who made a song and how: every step of its lineage with seed, take, models, machine and inputs; and its takes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from pydantic import AwareDatetime, Field

from artifacts.entries import Lineage
from schemas.base import Digest, Record
from schemas.lyrics import Lyrics
from schemas.making import Slot
from schemas.music import LeadSheet
from studio.views.song_pieces import inputs_of, walk
from tasks.steps.table import STEPS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from schemas.base import Artifact
    from schemas.making import Provenance
    from tasks.bench import Bench

CREATIVE = ("write_lyrics", "compose_lead_sheet")
"""The steps whose takes are shown side by side: words and tune."""


class InputView(Record):
    """Something that an artifact was made from."""

    name: str
    kind: str
    digest: Digest


class MadeView(Record):
    """A step that took part: what it made, from what, with which seed and weights, where and when."""

    step: str
    part: str
    kind: str
    digest: Digest
    take: int | None
    revision: int
    seed: int
    author: str
    device: str
    run: str
    started_at: AwareDatetime
    seconds: float
    inputs: tuple[InputView, ...]
    parameters: tuple[tuple[str, str], ...]
    checkpoints: tuple[tuple[str, Digest], ...]
    software: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]


class EditView(Record):
    """A person's change to what a step made."""

    step: str
    part: str
    person: str
    made_at: AwareDatetime
    base: Digest
    result: Digest
    places: int = Field(ge=1, description="how many values it changes")
    active: bool
    in_song: bool = Field(description="whether the song that is heard was made with it")


class TakeView(Record):
    """A take of the words or of the tune."""

    step: str
    number: int
    artifact: Digest
    selected: bool
    edited_by: str = ""
    title: str = ""
    lines: tuple[str, ...] = Field(default=(), description="the words, line by line, section names in brackets")
    notes: tuple[tuple[float, float, int], ...] = Field(default=(), description="the tune: start, end, MIDI pitch")
    duration_s: float = 0.0


def steps_made(
    bench: Bench, album_id: str, song_id: str, tree: Lineage | None, beside: Iterable[Digest]
) -> tuple[MadeView, ...]:
    """Every step in a lineage, in the order of the making, each once; and what was made beside it, as the notation."""
    nodes = {node.digest: node for node in walk(tree) if node.recipe is not None} if tree else {}
    nodes |= {digest: _alone(bench, digest) for digest in beside if digest not in nodes}
    takes = {
        (slot.step, slot.part, take.artifact): take.number
        for slot, found in bench.catalogue.album_takes(album_id).items()
        if slot.song_id == song_id
        for take in found
    }
    views = [_made(node, bench.catalogue.provenance(node.digest)[-1], takes) for node in nodes.values()]
    order = {name: place for place, name in enumerate(STEPS)}
    return tuple(sorted(views, key=lambda view: (order.get(view.step, len(order)), view.part)))


def edits_of_song(bench: Bench, album_id: str, song_id: str, heard: set[Digest]) -> tuple[EditView, ...]:
    """Every edit of a song's words and tune, newest first. `heard` holds what the song that is played was made from."""
    found: list[EditView] = []
    for step in ("plan_song", *CREATIVE, "arrange_score"):
        slot = Slot(album_id=album_id, song_id=song_id, step=step)
        active = bench.catalogue.edit_of(slot)
        found += [
            EditView(
                step=step,
                part=slot.part,
                person=edit.person,
                made_at=edit.made_at,
                base=edit.base,
                result=edit.result,
                places=len(edit.changes),
                active=active is not None and edit.digest() == active.digest(),
                in_song=edit.result in heard,
            )
            for edit in bench.catalogue.edits(slot)
        ]
    return tuple(sorted(found, key=lambda edit: edit.made_at, reverse=True))


def creative_takes(bench: Bench, album_id: str, song_id: str) -> tuple[TakeView, ...]:
    """The takes of words and of tune, where there is a choice: two or more of a step."""
    found: list[TakeView] = []
    for step in CREATIVE:
        slot = Slot(album_id=album_id, song_id=song_id, step=step)
        takes = bench.catalogue.takes(slot)
        if len(takes) < 2:
            continue
        chosen, edit = bench.catalogue.selected_number(slot), bench.catalogue.edit_of(slot)
        for take in takes:
            edited = edit is not None and edit.base == take.artifact
            artifact = bench.catalogue.get(edit.result if edit is not None and edited else take.artifact)
            shown = _shown(artifact)
            view = TakeView(step=step, number=take.number, artifact=take.artifact, selected=take.number == chosen)
            found.append(view.replaced(edited_by=edit.person if edit is not None and edited else "", **shown))
    return tuple(found)


def _shown(artifact: Artifact) -> dict[str, object]:
    """What a reader sees of a take: the words, or the notes."""
    if isinstance(artifact, Lyrics):
        lines = [
            text for section in artifact.sections for text in (f"[{section.name}]", *(x.text for x in section.lines))
        ]
        return {"title": artifact.title, "lines": tuple(lines)}
    if isinstance(artifact, LeadSheet):
        tick_s = artifact.seconds_per_tick
        notes = tuple(
            (round(n.onset_ticks * tick_s, 2), round((n.onset_ticks + n.duration_ticks) * tick_s, 2), n.pitch)
            for n in artifact.melody
        )
        return {"title": artifact.title, "notes": notes, "duration_s": artifact.bars * artifact.bar_ticks * tick_s}
    return {}


def _alone(bench: Bench, digest: Digest) -> Lineage:
    """An artifact with its last recipe and what it was made from, no further back."""
    recipe = bench.catalogue.provenance(digest)[-1].recipe
    inputs = {
        name: Lineage(digest=one, kind=bench.catalogue.kind(one) or "", recipe=None, inputs={})
        for name, one in recipe.inputs.items()
    }
    return Lineage(digest=digest, kind=bench.catalogue.kind(digest) or "", recipe=recipe, inputs=inputs)


def _made(node: Lineage, told: Provenance, takes: dict[tuple[str, str, Digest], int]) -> MadeView:
    recipe = told.recipe
    return MadeView(
        step=recipe.step,
        part=told.slot.part,
        kind=node.kind,
        digest=node.digest,
        take=takes.get((recipe.step, told.slot.part, node.digest)),
        revision=recipe.revision,
        seed=recipe.seed,
        author=told.author,
        device=told.device,
        run=told.run,
        started_at=told.started_at,
        seconds=told.seconds,
        inputs=tuple(
            InputView(name=name, kind=branch.kind, digest=branch.digest) for name, branch in inputs_of(node).items()
        ),
        parameters=tuple((name, _plain(value)) for name, value in sorted(recipe.parameters.items())),
        checkpoints=tuple(sorted(recipe.checkpoints.items())),
        software=tuple(sorted(told.software.items())),
        notes=told.notes,
    )


def _plain(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
