"""Albums: asked for, listed, looked at."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response

from artifacts.standings import Standing
from studio.api.answers import Limit, Offset, Search, answer, problems
from studio.auth import Viewer
from studio.context import studio_of
from studio.views.albums import AlbumPage, album_page

router = APIRouter(tags=["albums"])


@router.get("/albums", operation_id="list_albums", response_model=AlbumPage, responses=problems())
def list_albums(
    request: Request,
    _: Viewer,
    state: Annotated[tuple[Standing, ...], Query(max_length=9, description="only these states")] = (),
    search: Search = "",
    genre: Annotated[str, Query(max_length=40, pattern=r"^[a-z-]*$")] = "",
    mood: Annotated[str, Query(max_length=40, pattern=r"^[a-z-]*$")] = "",
    order: Literal["newest", "oldest", "title", "changed"] = "newest",
    limit: Limit = 50,
    offset: Offset = 0,
) -> Response:
    """A page of albums: listed, filtered and searched by title, artist, theme and id."""
    catalogue = studio_of(request).bench.catalogue
    return answer(
        album_page(
            catalogue, states=state, search=search, genre=genre, mood=mood, order=order, limit=limit, offset=offset
        )
    )
