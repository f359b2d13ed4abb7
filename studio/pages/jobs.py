"""The queue of jobs: what is worked on, what waits and in which order, what is over."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, Response

from schemas.errors import ArtifactError, ReviewError
from schemas.jobs import MakeRequest, PressRequest
from studio.auth import Producer, Viewer
from studio.context import studio_of
from studio.pages.acting import decider, place, tried
from studio.pages.shell import render
from studio.pages.wording import step_word
from studio.views.jobs import progress_of
from tasks.asking import cancel

if TYPE_CHECKING:
    from artifacts.catalogue import Catalogue
    from schemas.jobs import Job, JobRequest
    from studio.views.jobs import JobProgress

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

JOBS_A_PAGE = 30


@dataclass(frozen=True)
class JobRow:
    """A job as lists show it: what was asked in a line, where that leads, and how far it is while it runs."""

    job: Job
    what: str
    href: str
    progress: JobProgress | None

    @property
    def is_batch(self) -> bool:
        """Whether it makes several albums, or was given a name as batches are."""
        request = self.job.request
        return isinstance(request, MakeRequest) and (len(request.briefs) > 1 or bool(request.name))


@router.get("/jobs")
def jobs_page(request: Request, visitor: Viewer, page: Annotated[int, Query(ge=1, le=100_000)] = 1) -> HTMLResponse:
    """What is worked on and waits, in turn; below it what is over, newest first."""
    catalogue = studio_of(request).bench.catalogue
    over = catalogue.jobs(
        states=("done", "failed", "cancelled"), limit=JOBS_A_PAGE + 1, offset=(page - 1) * JOBS_A_PAGE
    )
    return render(
        request,
        "jobs.html",
        visitor,
        queue=[job_row(catalogue, job) for job in catalogue.queue()],
        over=[job_row(catalogue, job) for job in over[:JOBS_A_PAGE]],
        page=page,
        more=len(over) > JOBS_A_PAGE,
    )


def job_row(catalogue: Catalogue, job: Job) -> JobRow:
    """A job as lists show it."""
    progress = progress_of(catalogue, job.id) if job.state == "running" else None
    row = JobRow(job, _what(catalogue, job.request), f"/albums/{job.albums[0]}" if job.albums else "", progress)
    return replace(row, href=f"/batches/{job.id}") if row.is_batch else row


def _what(catalogue: Catalogue, request: JobRequest) -> str:
    """What was asked, in a line."""
    if isinstance(request, MakeRequest):
        first, more = request.briefs[0], len(request.briefs) - 1
        if request.name:
            return request.name
        return f"Make {first.title or first.theme}" + (f" and {more} more" if more else "")
    standing = catalogue.standing(request.album_id)
    title = standing.title if standing else request.album_id
    if isinstance(request, PressRequest):
        return f"Press {title}"
    where = f"{request.song_id} of {title}" if request.song_id else title
    part = f", {request.part}" if request.part else ""
    return f"Retake: {step_word(request.step).lower()}{part} of {where}"


@router.post("/jobs/{job_id}/cancel")
def cancel_job(
    request: Request,
    visitor: Producer,
    job_id: str,
    reason: Annotated[str, Form(max_length=2000, pattern=r"^[^\x00]*$")] = "",
    then: Annotated[str, Form(max_length=2000)] = "",
) -> Response:
    """Stop a job: at once where it waits, after the steps in hand where it runs."""

    def act() -> str:
        ended = cancel(studio_of(request).bench, job_id, decider(visitor), reason.strip())
        return "It is taken out of the queue." if ended.is_over else "It stops after the steps in hand."

    return tried(place(then, "/jobs"), act)


@router.post("/jobs/{job_id}/priority")
def change_priority(
    request: Request, visitor: Producer, job_id: str, priority: Annotated[int, Form(ge=0, le=9)]
) -> Response:
    """Move a waiting job in the queue."""

    def act() -> str:
        catalogue = studio_of(request).bench.catalogue
        job = catalogue.job(job_id)
        if job is None:
            raise ArtifactError(f"there is no job {job_id[:60]!r}")
        if not catalogue.set_priority(job_id, priority):
            raise ReviewError(f"{job_id} does not wait any more: it is {job.state}")
        who = decider(visitor)
        catalogue.note_choice(
            who.name, "set_priority", via=who.via, subject=job_id, body={"priority": priority, "before": job.priority}
        )
        return f"Its priority is {priority} now."

    return tried("/jobs", act)
