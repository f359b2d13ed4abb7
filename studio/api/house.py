"""The studio itself: is it well, what does it know, what was chosen in it, how is it set up."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import AwareDatetime, JsonValue

from schemas.base import Record
from studio.api.answers import MAX_INT, answer, problems
from studio.auth import Admin, Viewer
from studio.context import studio_of
from studio.health import Health, Readiness
from studio.views.models import ModelList, model_list
from studio.views.settings import SettingsView, settings_view
from studio.views.stats import Stats, stats

router = APIRouter(tags=["studio"])


class Choice(Record):
    """What somebody chose."""

    seq: int
    at: AwareDatetime
    who: str
    via: str
    what: str
    album_id: str
    song_id: str
    subject: str
    why: str
    body: dict[str, JsonValue]


class ChoicePage(Record):
    """Choices, newest first."""

    choices: tuple[Choice, ...]


@router.get("/health", operation_id="health", response_model=Health, tags=["open"])
async def health() -> Response:
    """Whether the web application answers. Needs no token."""
    return answer(Health())


@router.get(
    "/ready",
    operation_id="ready",
    response_model=Readiness,
    tags=["open"],
    responses={503: {"model": Readiness, "description": "a piece does not work"}},
)
def ready(request: Request) -> Response:
    """Whether every piece works: catalogue, blob store, Prefect server. Needs no token."""
    studio = studio_of(request)
    found = studio.pulse.readiness(studio)
    return answer(found, 200 if found.ready else 503)


@router.get("/models", operation_id="list_models", response_model=ModelList, responses=problems())
def list_models(request: Request, _: Viewer) -> Response:
    """Every model that a brief may name, and whether it is here."""
    return answer(model_list(studio_of(request).settings.models_dir))


@router.get("/stats", operation_id="get_stats", response_model=Stats, responses=problems())
def get_stats(request: Request, _: Viewer) -> Response:
    """Albums by state, the queue, room on the disk, how much was made lately."""
    return answer(stats(studio_of(request)))


@router.get("/choices", operation_id="list_choices", response_model=ChoicePage, responses=problems())
def list_choices(
    request: Request,
    _: Viewer,
    album: Annotated[str, Query(max_length=80, pattern=r"^[a-z0-9-]*$")] = "",
    before: Annotated[int | None, Query(ge=1, le=MAX_INT, description="number of the oldest one you know")] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> Response:
    """The log of choices, newest first: who, when, what and why. Nothing in it ever changes."""
    found = studio_of(request).bench.catalogue.choices(album_id=album, before=before, limit=limit)
    return answer({"choices": found})


@router.get("/settings", operation_id="get_settings", response_model=SettingsView, responses=problems())
def get_settings(request: Request, _: Admin) -> Response:
    """How the studio is set up; secrets are not shown."""
    return answer(settings_view(studio_of(request).settings))
