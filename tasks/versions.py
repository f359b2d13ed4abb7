"""The versions of a song: every finished master it ever had, and what each changed; and the takes of words and tune."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import AwareDatetime, Field

from artifacts.history import FillEntry
from schemas.audio import Master
from schemas.base import BlobRef, Digest, Record
from schemas.errors import ArtifactError
from schemas.inspection import Figure
from schemas.review import Verdict
from tasks.albums import album_state
from tasks.prospects import foresee
from tasks.ranking import figures_of, score_take
from tasks.version_changes import Changes

if TYPE_CHECKING:
    from schemas.making import Slot
    from tasks.bench import Bench


class SongVersion(Record):
    """A finished master of a song that is still in the store."""

    number: int = Field(ge=1, description="counted from 1, those that are gone from the store too")
    artifact: Digest = Field(description="the master")
    made_at: AwareDatetime = Field(description="when it first was the song's master")
    duration_s: float = Field(gt=0)
    integrated_lufs: float
    audio: BlobRef
    differs: tuple[str, ...] = Field(description="what it changed of the one before, in words; empty for the first")
    current: bool = Field(description="whether it is what the song is now")
    verdict: Verdict | None = Field(description="the latest verdict on it")


class StepTake(Record):
    """A take of a step and how well it keeps its bounds."""

    number: int = Field(ge=0)
    artifact: Digest
    selected: bool
    score: float = Field(ge=0, le=1, description="share of the bounded figures that keep their bound")
    figures: tuple[Figure, ...]


def song_versions(bench: Bench, album_id: str, song_id: str) -> list[SongVersion]:
    """Every version of a song that is still there, oldest first.

    A version that is gone, with its record or its sound, is left out, and its number stays unused.

    Raises:
        ArtifactError: there is no such album or song.
    """
    state = album_state(album_id, bench)
    song = state.song(song_id)
    foresee(state)
    slot, now = state.slot("master", song), state.of("master", song)
    fills = _firsts([*bench.catalogue.fills(slot), *_unwritten(bench, slot, now)])
    masters = [_whole(bench, fill.artifact) for fill in fills]
    verdicts = {v.subject: v for v in bench.catalogue.verdicts(album_id) if v.song_id == song_id}
    changes = Changes(state, song)
    found: list[SongVersion] = []
    before: FillEntry | None = None
    for number, (fill, master) in enumerate(zip(fills, masters, strict=True), start=1):
        if master is None:
            continue
        version = SongVersion(
            number=number,
            artifact=fill.artifact,
            made_at=fill.at,
            duration_s=master.duration_s,
            integrated_lufs=master.integrated_lufs,
            audio=master.audio,
            differs=changes.between(before, fill) if before else (),
            current=fill.artifact == now,
            verdict=verdicts.get(fill.artifact),
        )
        found.append(version)
        before = fill
    return found


def step_takes(bench: Bench, album_id: str, song_id: str, step: str, part: str = "") -> list[StepTake]:
    """Every take of a step of a song, with the figures that say how good it is; for seeing them side by side.

    Raises:
        ArtifactError: there is no such album or song, or a take's record is damaged.
    """
    state = album_state(album_id, bench)
    slot = state.slot(step, state.song(song_id), part)
    chosen = bench.catalogue.selected_number(slot)
    return [
        StepTake(
            number=take.number,
            artifact=take.artifact,
            selected=take.number == chosen,
            score=round(score_take(bench, take.artifact, take.recipe), 4),
            figures=figures_of(bench, take.artifact, take.recipe),
        )
        for take in bench.catalogue.takes(slot)
    ]


def _unwritten(bench: Bench, slot: Slot, now: Digest | None) -> list[FillEntry]:
    """What fills a slot now, for a store in which that was not written down over time."""
    told = bench.catalogue.provenance(now) if now else []
    if now is None or not told:
        return []
    number = bench.catalogue.selected_number(slot)
    return [FillEntry(slot, number, told[-1].recipe.digest(), now, told[-1].started_at)]


def _firsts(fills: list[FillEntry]) -> list[FillEntry]:
    """The first time that each artifact filled the slot."""
    found: dict[Digest, FillEntry] = {}
    for fill in fills:
        found.setdefault(fill.artifact, fill)
    return list(found.values())


def _whole(bench: Bench, digest: Digest) -> Master | None:
    """A master whose record and sound are there; None where one of them is gone."""
    try:
        master = bench.get(digest, Master)
    except ArtifactError:
        return None
    there = bench.blobs.sizes([master.audio.sha256]).get(master.audio.sha256) == master.audio.size
    return master if there else None
