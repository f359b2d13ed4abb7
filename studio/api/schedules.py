"""Schedules: when a deployment runs by itself. They are kept by the Prefect server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Path, Request, Response
from pydantic import AwareDatetime, JsonValue

from schemas.base import Record
from studio.api.answers import answer, problems
from studio.api.bodies import ScheduleBody
from studio.auth import Producer, Viewer
from studio.context import studio_of
from studio.problems import Problem

if TYPE_CHECKING:
    from flows.prefect_rest.api import PrefectApi
    from studio.visitors import Visitor

router = APIRouter(tags=["schedules"])

ScheduleId = Annotated[str, Path(pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$", description="its id")]


class Schedule(Record):
    """When a deployment runs by itself."""

    id: str
    deployment: str
    name: str
    cron: str
    timezone: str
    active: bool
    parameters: dict[str, JsonValue]
    next_at: AwareDatetime | None


@router.get(
    "/schedules", operation_id="list_schedules", response_model=tuple[Schedule, ...], responses=problems(502, 503)
)
def list_schedules(request: Request, _: Viewer) -> Response:
    """Every schedule, and when each runs next."""
    return answer(_prefect(request).schedules())


@router.post(
    "/schedules", operation_id="add_schedule", status_code=201, response_model=Schedule, responses=problems(502, 503)
)
def add_schedule(request: Request, visitor: Producer, body: ScheduleBody) -> Response:
    """Let a deployment, such as `nightly`, run by itself."""
    made = _prefect(request).add_schedule(
        body.deployment,
        name=body.name,
        cron=body.cron,
        timezone=body.timezone,
        parameters=dict(body.parameters),
        active=body.active,
    )
    _note(request, visitor, "add_schedule", made.id, {"deployment": body.deployment, "name": body.name})
    return answer(made, 201)


@router.post(
    "/schedules/{schedule_id}/pause",
    operation_id="pause_schedule",
    response_model=Schedule,
    responses=problems(404, 502, 503),
)
def pause_schedule(request: Request, visitor: Producer, schedule_id: ScheduleId) -> Response:
    """Let a schedule rest: it starts nothing until it is resumed."""
    found = _prefect(request).set_schedule(schedule_id, False)
    _note(request, visitor, "pause_schedule", schedule_id, {"name": found.name})
    return answer(found)


@router.post(
    "/schedules/{schedule_id}/resume",
    operation_id="resume_schedule",
    response_model=Schedule,
    responses=problems(404, 502, 503),
)
def resume_schedule(request: Request, visitor: Producer, schedule_id: ScheduleId) -> Response:
    """Let a schedule go on."""
    found = _prefect(request).set_schedule(schedule_id, True)
    _note(request, visitor, "resume_schedule", schedule_id, {"name": found.name})
    return answer(found)


@router.delete(
    "/schedules/{schedule_id}", operation_id="remove_schedule", status_code=204, responses=problems(404, 502, 503)
)
def remove_schedule(request: Request, visitor: Producer, schedule_id: ScheduleId) -> Response:
    """Remove a schedule."""
    _prefect(request).remove_schedule(schedule_id)
    _note(request, visitor, "remove_schedule", schedule_id, {})
    return Response(status_code=204)


def _prefect(request: Request) -> PrefectApi:
    prefect = studio_of(request).prefect
    if prefect is None:
        raise Problem(503, "no Prefect server is known here, and schedules are kept by it: start `hibari studio`")
    return prefect


def _note(request: Request, visitor: Visitor, what: str, schedule_id: str, body: dict[str, Any]) -> None:
    catalogue = studio_of(request).bench.catalogue
    catalogue.note_choice(visitor.name, what, via=visitor.via, subject=schedule_id, body=body)
    catalogue.add_event("schedule.changed", body={"schedule": schedule_id, "what": what.removesuffix("_schedule")})
