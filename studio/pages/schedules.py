"""Schedules: batches that begin by themselves, kept by the Prefect server."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import available_timezones

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, Response

from schemas.errors import BriefError, HibariError, SettingsError
from studio.auth import Producer, Viewer
from studio.context import studio_of
from studio.pages.acting import decider, tried
from studio.pages.shell import go_to, render
from tasks.batches.expanding import expand, refuse
from tasks.batches.reading import batch_from_document, read_batch

if TYPE_CHECKING:
    from flows.prefect_rest.api import PrefectApi, ScheduleEntry
    from studio.visitors import Visitor

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

NIGHTLY = "nightly"
"""The deployment that makes a batch."""

CRONS = {
    "0 2 * * *": "every night at two",
    "0 2 * * 1-5": "at two before every weekday",
    "0 2 * * 6,0": "at two at the weekend",
    "0 6 * * 1": "on Mondays at six",
    "0 * * * *": "every hour",
}
_COMMON_ZONES = ("UTC", "Europe/Berlin", "Europe/London", "America/New_York", "America/Los_Angeles", "Asia/Tokyo")
_FIELDS = ("name", "cron", "timezone", "what", "songs")


@router.get("/schedules")
def schedules_page(request: Request, visitor: Viewer) -> HTMLResponse:
    """The schedules, when each begins next, and a form for another."""
    return _page(request, visitor, {"cron": "0 2 * * *", "timezone": "UTC", "songs": "3"})


@router.post("/schedules")
def add_schedule(
    request: Request,
    visitor: Producer,
    name: Annotated[str, Form(max_length=60)] = "",
    cron: Annotated[str, Form(max_length=100)] = "",
    timezone: Annotated[str, Form(max_length=60)] = "UTC",
    what: Annotated[str, Form(max_length=100_000)] = "",
    songs: Annotated[str, Form(max_length=4)] = "3",
) -> Response:
    """Add a schedule; what it would make is tried first."""
    given = dict(zip(_FIELDS, (name, cron, timezone, what, songs), strict=True))
    try:
        parameters = template_of(what, name, songs)
        made = _prefect(request).add_schedule(
            NIGHTLY, name=name.strip(), cron=cron.strip(), timezone=timezone.strip(), parameters=parameters
        )
    except HibariError as error:
        return _page(request, visitor, given, refused=str(error), status=422)
    _note(request, visitor, "add_schedule", made.id, {"deployment": NIGHTLY, "name": made.name, "cron": made.cron})
    return go_to("/schedules", said=f"{made.name} is added.")


@router.post("/schedules/{schedule_id}/{deed}")
def change_schedule(request: Request, visitor: Producer, schedule_id: str, deed: str) -> Response:
    """Pause, resume or remove a schedule."""

    def act() -> str:
        prefect = _prefect(request)
        if deed == "remove":
            name = prefect.schedule(schedule_id).name
            prefect.remove_schedule(schedule_id)
        elif deed in ("pause", "resume"):
            name = prefect.set_schedule(schedule_id, deed == "resume").name
        else:
            raise BriefError(f"{deed[:40]!r} is nothing that can be done with a schedule: pause, resume or remove it")
        _note(request, visitor, f"{deed}_schedule", schedule_id, {"name": name})
        return f"{name or 'The schedule'} is {deed}d."

    return tried("/schedules", act)


def template_of(what: str, name: str, songs: str) -> dict[str, Any]:
    """The parameters of a run: the batch that ships with Hibari, a batch, or a theme with another album every day.

    Raises:
        BriefError: nothing could be made of it.
    """
    text = what.strip()
    if not text:
        return {"batch": NIGHTLY}
    if "\n" in text or "entries:" in text:
        batch = read_batch(text, "yaml", name=name).batch.model_dump(mode="json", exclude_defaults=True)
    else:
        count = int(songs) if songs.strip().isdecimal() else 3
        brief = {"theme": text, "songs": count, "seed": "{date}"}
        batch = {"name": name, "entries": [{"brief": brief}]}
    tried_batch = batch_from_document(batch, name=name)
    refuse((*tried_batch.refused, *expand(tried_batch.batch, on=datetime.now(UTC).date()).refused))
    return {"batch": batch}


def _page(
    request: Request, visitor: Visitor, given: dict[str, str], *, refused: str = "", status: int = 200
) -> HTMLResponse:
    schedules: list[ScheduleEntry] = []
    trouble = ""
    try:
        schedules = _prefect(request).schedules()
    except HibariError as error:
        trouble = str(error)
    return render(
        request,
        "schedules.html",
        visitor,
        status=status,
        schedules=schedules,
        trouble=trouble,
        given={name: given.get(name, "") for name in _FIELDS},
        refused=refused,
        crons=CRONS,
        zones=(*_COMMON_ZONES, *sorted(available_timezones() - set(_COMMON_ZONES))),
    )


def _prefect(request: Request) -> PrefectApi:
    prefect = studio_of(request).prefect
    if prefect is None:
        raise SettingsError("schedules are kept by a Prefect server, and none is known here: start `hibari studio`")
    return prefect


def _note(request: Request, visitor: Visitor, what: str, schedule_id: str, body: dict[str, Any]) -> None:
    catalogue, who = studio_of(request).bench.catalogue, decider(visitor)
    catalogue.note_choice(who.name, what, via=who.via, subject=schedule_id, body=body)
    catalogue.add_event("schedule.changed", body={"schedule": schedule_id, "what": what.removesuffix("_schedule")})
