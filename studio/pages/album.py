"""The album page: cover, songs, arc, making, and what there is to decide."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from schemas.errors import ArtifactError, BriefError, CheckpointError
from studio.auth import Viewer
from studio.context import studio_of
from studio.hiding import without_places
from studio.pages.album_facts import album_facts
from studio.pages.releases import pressed_releases
from studio.pages.shell import render
from studio.views.jobs import progress_of

if TYPE_CHECKING:
    from schemas.jobs import Job
    from studio.context import Studio
    from studio.visitors import Visitor

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

_CHOICES_SHOWN = 30


@router.get("/albums/{album_id}")
def album_page(request: Request, visitor: Viewer, album_id: str) -> HTMLResponse:
    """An album: as it is, or why it cannot be shown.

    Raises:
        ArtifactError: there is no such album.
    """
    studio = studio_of(request)
    catalogue = studio.bench.catalogue
    if catalogue.album(album_id) is None:
        raise ArtifactError(f"there is no album {album_id[:80]!r}: the wall shows those that are there")
    job = catalogue.job_of(album_id)
    try:
        facts = album_facts(album_id, studio.bench)
    except (BriefError, CheckpointError, ArtifactError) as error:
        return _broken(request, visitor, album_id, without_places(str(error), studio.settings))
    return render(
        request,
        "album.html",
        visitor,
        album=facts,
        state=_state(studio, album_id),
        job=job,
        far=progress_of(catalogue, job.id) if job and job.state == "running" else None,
        ahead=_ahead(studio, job),
        releases=pressed_releases(studio.bench, album_id),
        choices=catalogue.choices(album_id=album_id, limit=_CHOICES_SHOWN),
        two_people=studio.settings.studio.two_people,
    )


def _broken(request: Request, visitor: Visitor, album_id: str, wrong: str) -> HTMLResponse:
    """The page of an album whose brief can no longer be planned, or whose records are damaged."""
    catalogue = studio_of(request).bench.catalogue
    return render(
        request,
        "album_broken.html",
        visitor,
        entry=catalogue.album(album_id),
        standing=catalogue.standing(album_id),
        job=catalogue.job_of(album_id),
        problem=wrong,
        choices=catalogue.choices(album_id=album_id, limit=_CHOICES_SHOWN),
    )


def _state(studio: Studio, album_id: str) -> str:
    """Where the album stands, as the wall says it."""
    standing = studio.bench.catalogue.standing(album_id)
    return standing.state if standing else "open"


def _ahead(studio: Studio, job: Job | None) -> int:
    """How many jobs come before one that waits."""
    if job is None or job.state != "queued":
        return 0
    ids = [item.id for item in studio.bench.catalogue.queue()]
    return ids.index(job.id) if job.id in ids else 0
