"""The album wall: every album by its cover, where it stands, and what is being made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, get_args

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from artifacts.standings import Order, Standing
from schemas.plan import Genre, Mood
from studio.auth import Viewer
from studio.context import studio_of
from studio.pages.shell import render

if TYPE_CHECKING:
    from artifacts.catalogue import Catalogue
    from schemas.jobs import Job

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

ALBUMS_A_PAGE = 48
_STATES: tuple[str, ...] = get_args(Standing)
_ORDERS = {"newest": "Newest first", "changed": "Changed last", "title": "By title", "oldest": "Oldest first"}


@router.get("/")
def wall(
    request: Request,
    visitor: Viewer,
    state: Annotated[str, Query(max_length=20)] = "",
    search: Annotated[str, Query(max_length=200)] = "",
    genre: Annotated[str, Query(max_length=20)] = "",
    mood: Annotated[str, Query(max_length=20)] = "",
    order: Order = "newest",
    page: Annotated[int, Query(ge=1, le=100_000)] = 1,
) -> HTMLResponse:
    """The wall. It reads standings alone, so that a thousand albums are as quick as ten."""
    catalogue = studio_of(request).bench.catalogue
    counts = catalogue.standing_counts()
    albums, total = catalogue.standings(
        states=(state,) if state else (),
        search=search,
        genre=genre,
        mood=mood,
        order=order,
        limit=ALBUMS_A_PAGE,
        offset=(page - 1) * ALBUMS_A_PAGE,
    )
    return render(
        request,
        "wall.html",
        visitor,
        albums=albums,
        total=total,
        everything=sum(counts.values()),
        states=[(name, counts[name]) for name in _STATES if counts.get(name)],
        asked={"state": state, "search": search, "genre": genre, "mood": mood, "order": order},
        page=page,
        pages=max(1, -(-total // ALBUMS_A_PAGE)),
        orders=_ORDERS,
        genres=get_args(Genre),
        moods=get_args(Mood),
        running=_running(catalogue),
    )


def _running(catalogue: Catalogue) -> list[Job]:
    """The jobs that are worked on now."""
    return catalogue.jobs(states=("running",), limit=3)
