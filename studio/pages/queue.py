"""What waits for a verdict, the longest waiting first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from schemas.errors import HibariError
from studio.auth import Viewer
from studio.context import studio_of
from studio.hiding import without_places
from studio.pages.album_facts import CoverFacts, SongFacts, album_facts
from studio.pages.shell import render

if TYPE_CHECKING:
    from artifacts.standings import StandingEntry
    from tasks.bench import Bench

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

ALBUMS_A_PAGE = 8
"""Every album here is looked at whole, so a page holds a few."""


@dataclass(frozen=True)
class Waiting:
    """An album with something to judge: its songs and cover that wait, and what is wrong where it cannot be opened."""

    standing: StandingEntry
    songs: tuple[SongFacts, ...]
    cover: CoverFacts | None
    problem: str = ""


@router.get("/queue")
def queue_page(request: Request, visitor: Viewer, page: Annotated[int, Query(ge=1, le=100_000)] = 1) -> HTMLResponse:
    """Albums in review, the one whose standing changed longest ago first."""
    bench = studio_of(request).bench
    count = bench.catalogue.standing_counts().get("review", 0)
    last = max(1, -(-count // ALBUMS_A_PAGE))
    # Standings sort by 'changed last' only, so the oldest are asked for from the end.
    end = max(0, count - (min(page, last) - 1) * ALBUMS_A_PAGE)
    start = max(0, end - ALBUMS_A_PAGE)
    entries, _ = bench.catalogue.standings(states=("review",), order="changed", limit=end - start, offset=start)
    found = [_waiting(bench, entry) for entry in reversed(entries)]
    return render(request, "queue.html", visitor, albums=found, count=count, page=min(page, last), pages=last)


def _waiting(bench: Bench, entry: StandingEntry) -> Waiting:
    try:
        facts = album_facts(entry.album_id, bench)
    except HibariError as error:
        return Waiting(entry, (), None, without_places(str(error), bench.settings))
    songs = tuple(song for song in facts.songs if song.song_id in facts.waiting)
    return Waiting(entry, songs, facts.cover if "cover" in facts.waiting else None)
