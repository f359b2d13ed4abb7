"""One song as programs see it: its plan, words, tune and inspection, its steps, its versions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemas.base import Record
from schemas.inspection import Inspection
from schemas.lyrics import Lyrics
from schemas.music import LeadSheet
from schemas.plan import SongPlan
from studio.views.album_detail import SongCard, StepCard, song_cards, step_cards
from tasks.albums import album_state
from tasks.prospects import foresee
from tasks.versions import SongVersion, song_versions

if TYPE_CHECKING:
    from tasks.bench import Bench


class SongDetail(Record):
    """A song."""

    song: SongCard
    plan: SongPlan
    lyrics: Lyrics | None
    lead_sheet: LeadSheet | None
    inspection: Inspection | None
    steps: tuple[StepCard, ...]


class SongVersionList(Record):
    """Every finished master a song had, oldest first."""

    versions: tuple[SongVersion, ...]


def song_detail(bench: Bench, album_id: str, song_id: str) -> SongDetail:
    """A song; nothing is written.

    Raises:
        ArtifactError: there is no such album or song.
    """
    state = album_state(album_id, bench)
    plan = state.song(song_id)
    prospects = foresee(state)
    words, tune, inspected = (state.of(step, plan) for step in ("write_lyrics", "compose_lead_sheet", "inspect"))
    return SongDetail(
        song=next(card for card in song_cards(state) if card.song_id == song_id),
        plan=plan,
        lyrics=bench.get(words, Lyrics) if words else None,
        lead_sheet=bench.get(tune, LeadSheet) if tune else None,
        inspection=bench.get(inspected, Inspection) if inspected else None,
        steps=step_cards(state, [item for item in prospects if item.slot.song_id == song_id]),
    )


def version_list(bench: Bench, album_id: str, song_id: str) -> SongVersionList:
    """The versions of a song.

    Raises:
        ArtifactError: there is no such album or song.
    """
    return SongVersionList(versions=tuple(song_versions(bench, album_id, song_id)))
