"""Albums: asked for, listed, looked at, put in order, pressed."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic_core import from_json

from artifacts.standings import Standing
from schemas.brief import Brief
from schemas.brief_reading import brief_from_fields, brief_from_text
from schemas.errors import BriefError
from schemas.jobs import MakeRequest, PressRequest
from studio.api.answers import AlbumId, Key, Limit, Offset, Search, answer, problems
from studio.api.asking import ask_for, decider, text_of
from studio.api.bodies import OrderBody, PressBody
from studio.auth import Admin, Producer, Reviewer, Viewer
from studio.context import studio_of
from studio.problems import Problem
from studio.views.album_detail import AlbumDetail, StepCard, album_detail, step_cards
from studio.views.albums import AlbumPage
from studio.views.jobs import JobCard
from tasks.albums import album_state
from tasks.asking import let_back_in
from tasks.deciding import order_songs
from tasks.prospects import foresee

router = APIRouter(tags=["albums"])

_BRIEF: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {"$ref": "#/components/schemas/Brief"},
                "examples": {
                    "a line": {"value": {"theme": "letters from a night train"}},
                    "more of it": {
                        "value": {"theme": "first light", "songs": 4, "genre": "folk", "mood": "hopeful", "seed": 7}
                    },
                },
            },
            "text/plain": {"schema": {"type": "string"}, "example": "letters from a night train"},
        },
    }
}


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
    entries, total = studio_of(request).bench.catalogue.standings(
        states=state, search=search, genre=genre, mood=mood, order=order, limit=limit, offset=offset
    )
    # entries have the fields of AlbumCard and go out as they are: this is what programs ask for most
    return answer({"albums": entries, "total": total, "limit": limit, "offset": offset})


async def _brief_body(request: Request) -> tuple[str, str]:
    """The media type and the text of the body."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower(), await text_of(request)


@router.post(
    "/albums",
    operation_id="make_album",
    status_code=202,
    response_model=JobCard,
    responses=problems(400, 409, 413, 415),
    openapi_extra=_BRIEF,
)
def make_album(
    request: Request,
    visitor: Producer,
    body: Annotated[tuple[str, str], Depends(_brief_body)],
    key: Key = "",
    priority: Annotated[int, Query(ge=0, le=9, description="9 first")] = 5,
    policy: Annotated[str, Query(max_length=40, description="written policy that judges what is made")] = "",
) -> Response:
    """Ask for an album: a brief as JSON, or one line of text. The answer names the job; follow it or the events.

    A brief names registered models only, never a path, a URL or a hub id.
    """
    brief = _brief(*body)
    wanted = MakeRequest(briefs=(brief,), policy=policy)
    return ask_for(request, visitor, wanted, priority=priority, key=key)[1]


@router.get("/albums/{album_id}", operation_id="get_album", response_model=AlbumDetail, responses=problems(404))
def get_album(request: Request, _: Viewer, album_id: AlbumId) -> Response:
    """An album: its songs in running order, its cover, every step, its releases and jobs."""
    return answer(album_detail(studio_of(request).bench, album_id))


@router.get(
    "/albums/{album_id}/plan", operation_id="plan_album", response_model=tuple[StepCard, ...], responses=problems(404)
)
def plan_album(request: Request, _: Viewer, album_id: AlbumId) -> Response:
    """What making the album now would make, what it would reuse, and why. Nothing is written."""
    state = album_state(album_id, studio_of(request).bench)
    return answer(step_cards(state, foresee(state)))


@router.post(
    "/albums/{album_id}/make",
    operation_id="make_album_again",
    status_code=202,
    response_model=JobCard,
    responses=problems(404, 409),
)
def make_album_again(request: Request, visitor: Producer, album_id: AlbumId, key: Key = "") -> Response:
    """Go on with an album that is there: make what is missing, or what follows from edits and other takes."""
    state = album_state(album_id, studio_of(request).bench)
    return ask_for(request, visitor, MakeRequest(briefs=(state.brief,)), key=key)[1]


@router.put(
    "/albums/{album_id}/order", operation_id="order_songs", response_model=OrderBody, responses=problems(404, 409)
)
def put_order(request: Request, visitor: Reviewer, album_id: AlbumId, body: OrderBody) -> Response:
    """Let the songs run in another order. Nothing is made again."""
    order = order_songs(studio_of(request).bench, album_id, body.songs, decider(visitor))
    return answer(OrderBody(songs=order))


@router.post(
    "/albums/{album_id}/press",
    operation_id="press_album",
    status_code=202,
    response_model=JobCard,
    responses=problems(404, 409),
)
def press_album(
    request: Request, visitor: Producer, album_id: AlbumId, body: PressBody | None = None, key: Key = ""
) -> Response:
    """Press the approved songs into a release."""
    wanted = PressRequest(album_id=album_id, policy=body.policy if body else "")
    return ask_for(request, visitor, wanted, key=key)[1]


@router.delete(
    "/albums/{album_id}/quarantine", operation_id="lift_quarantine", status_code=204, responses=problems(404, 409)
)
def lift_quarantine(request: Request, visitor: Admin, album_id: AlbumId) -> Response:
    """Let an album be tried again that was set aside because its workers died."""
    bench = studio_of(request).bench
    album_state(album_id, bench)
    if let_back_in(bench, album_id, decider(visitor)) is None:
        raise Problem(409, f"{album_id} is not set aside")
    return Response(status_code=204)


def _brief(media_type: str, text: str) -> Brief:
    if media_type == "text/plain":
        return brief_from_text(text)
    if media_type != "application/json":
        raise Problem(415, f"{media_type[:60] or 'no type'}: send application/json, or text/plain for one line")
    try:
        fields = from_json(text, allow_inf_nan=False)
    except ValueError as error:
        raise Problem(400, f"the body is not JSON: {error}") from error
    if not isinstance(fields, dict):
        raise Problem(422, 'body: must be an object such as {"theme": "the sea at night"}')
    try:
        return brief_from_fields(fields)
    except ValueError as error:  # a number too long to be written out, told by its own words
        raise BriefError(f"the brief cannot be read: {error}") from error
