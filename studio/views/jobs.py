"""Jobs as lists and pages show them: what was asked, by whom, how far it is."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING

from pydantic import AwareDatetime, Field, JsonValue

from schemas.base import Record
from schemas.jobs import JobRequest, MakeRequest, PressRequest

if TYPE_CHECKING:
    from artifacts.catalogue import Catalogue
    from schemas.jobs import Job


class JobCard(Record):
    """A job, in brief."""

    id: str
    kind: str = Field(description="make, retake or press")
    state: str = Field(description="queued, running, done, failed or cancelled")
    what: str = Field(description="what was asked, in a line")
    batch: bool = Field(description="whether it makes several albums")
    priority: int
    by: str
    albums: tuple[str, ...] = Field(description="ids of the albums it is about; the first twelve")
    album_count: int
    created_at: AwareDatetime
    started_at: AwareDatetime | None
    finished_at: AwareDatetime | None
    attempts: int
    cancelled_by: str
    reason: str


class JobProgress(Record):
    """How far a running job is."""

    step: str
    song: str
    album_id: str
    done: int = Field(ge=0)
    total: int = Field(ge=0)
    left_s: float | None = Field(description="seconds left at the pace so far")


class JobDetail(Record):
    """A job."""

    job: JobCard
    request: JobRequest
    result: dict[str, JsonValue]
    progress: JobProgress | None


class JobPage(Record):
    """Jobs, newest first."""

    jobs: tuple[JobCard, ...]
    limit: int
    offset: int


def job_card(job: Job) -> JobCard:
    """A job as lists show it."""
    return JobCard(
        id=job.id,
        kind=job.request.kind,
        state=job.state,
        what=asked(job.request),
        batch=isinstance(job.request, MakeRequest) and len(job.request.briefs) > 1,
        priority=job.priority,
        by=job.by,
        albums=job.albums[:12],
        album_count=len(job.albums),
        created_at=job.created_at,
        started_at=job.started_at,
        finished_at=job.finished_at,
        attempts=job.attempts,
        cancelled_by=job.cancelled_by,
        reason=job.reason,
    )


def job_detail(catalogue: Catalogue, job: Job) -> JobDetail:
    """A job, with how far it is."""
    return JobDetail(
        job=job_card(job),
        request=job.request,
        result=_without_places(job.result),
        progress=progress_of(catalogue, job.id) if job.state == "running" else None,
    )


def progress_of(catalogue: Catalogue, job_id: str) -> JobProgress | None:
    """How far a job is, by the last event that says so; None where none does."""
    event = catalogue.last_event_of(job_id, ("step.made",))
    if event is None:
        return None
    body = event.body
    left_s = body.get("left_s")
    return JobProgress(
        step=str(body.get("step") or ""),
        song=str(body.get("song") or ""),
        album_id=event.album_id,
        done=_count(body.get("done")),
        total=_count(body.get("total")),
        left_s=float(left_s) if isinstance(left_s, (int, float)) else None,
    )


def asked(request: JobRequest) -> str:
    """What was asked, in a line."""
    if isinstance(request, MakeRequest):
        first = request.briefs[0]
        name = request.name or first.title or first.theme
        more = f" and {len(request.briefs) - 1} more" if len(request.briefs) > 1 and not request.name else ""
        return f"make {name}{more}"
    if isinstance(request, PressRequest):
        return f"press {request.album_id}"
    place = f"{request.song_id or 'the album'} {request.step}{' ' + request.part if request.part else ''}"
    return f"retake {place} of {request.album_id}"


def _without_places(result: dict[str, JsonValue]) -> dict[str, JsonValue]:
    """What came of a job, its folder by name alone: where it lies is this machine's own affair."""
    folder = result.get("folder")
    return {**result, "folder": PurePath(folder).name} if isinstance(folder, str) else result


def _count(value: JsonValue) -> int:
    return value if isinstance(value, int) and value >= 0 else 0
