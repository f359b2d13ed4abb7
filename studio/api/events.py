"""What happens, as it happens: a stream of server-sent events, and the same as a list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Header, Query, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import AwareDatetime, JsonValue

from schemas.base import Record
from studio.api.answers import MAX_INT, answer, problems
from studio.auth import Viewer
from studio.context import studio_of
from studio.problems import Problem
from studio.streams import Listener, told
from studio.visitors import COOKIE, bearer_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from studio.credentials import Credentials

router = APIRouter(tags=["events"])

After = Annotated[int | None, Query(ge=0, le=MAX_INT, description="number of the last event you know of")]
About = Annotated[str, Query(max_length=80, pattern=r"^[a-z0-9-]*$")]
LastEventId = Annotated[str, Header(alias="Last-Event-ID", max_length=20)]


class Event(Record):
    """Something that happened."""

    seq: int
    at: AwareDatetime
    kind: str
    album_id: str
    job_id: str
    body: dict[str, JsonValue]


class EventList(Record):
    """Events, oldest first, and the number to ask for more with."""

    events: tuple[Event, ...]
    last: int


@router.get(
    "/events",
    operation_id="stream_events",
    response_class=StreamingResponse,
    responses={
        200: {"description": "events", "content": {"text/event-stream": {"schema": {"type": "string"}}}},
        **problems(503),
    },
)
async def stream_events(
    request: Request,
    visitor: Viewer,
    after: After = None,
    album: About = "",
    job: About = "",
    last_event_id: LastEventId = "",
) -> Response:
    """Every event as it happens, as `text/event-stream`; each within a second.

    `Last-Event-ID` (which browsers send by themselves) or `after` tells first what was missed. Without either, the
    stream begins with what happens next. A comment comes every 15 s. A listener who falls 256 events behind is cut
    off and may resume; the stream ends when the token is revoked.
    """
    streams = studio_of(request).streams
    if streams.full(visitor.token_id):
        raise Problem(
            503,
            "as many listen already as may (HIBARI_STUDIO__LISTENERS): come again in 10 s",
            headers={"Retry-After": "10"},
        )
    begun = int(last_event_id) if last_event_id.isascii() and last_event_id.isdigit() else after
    listener = Listener(album, job, _still_allowed(request), visitor.token_id)
    return StreamingResponse(
        streams.listen(listener, None if begun is None else min(begun, MAX_INT)),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


@router.get("/events/list", operation_id="list_events", response_model=EventList, responses=problems())
def list_events(
    request: Request,
    _: Viewer,
    after: After = None,
    album: About = "",
    job: About = "",
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> Response:
    """Events after a number, oldest first; from the first that is still kept without one."""
    found = studio_of(request).bench.catalogue.events_after(after or 0, limit=limit, album_id=album, job_id=job)
    return answer({"events": [told(event) for event in found], "last": found[-1].seq if found else after or 0})


def _still_allowed(request: Request) -> Callable[[Credentials], Awaitable[bool]]:
    """Whether whoever asked is still known, by the secret they came with."""
    secret, cookie = bearer_of(request), request.cookies.get(COOKIE, "")

    async def check(credentials: Credentials) -> bool:
        return (await credentials.token(secret) if secret else await credentials.session(cookie)) is not None

    return check
