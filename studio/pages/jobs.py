"""The queue of jobs: what is worked on, what waits and in which order, what is over."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, Response

from schemas.errors import ArtifactError, ReviewError
from schemas.jobs import MakeRequest
from studio.auth import Producer, Viewer
from studio.context import studio_of
from studio.pages.acting import decider, place, tried
from studio.pages.shell import render
from studio.views.jobs import asked, progress_of
from tasks.asking import cancel

if TYPE_CHECKING:
    from artifacts.catalogue import Catalogue
    from schemas.jobs import Job
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
    row = JobRow(job, asked(job.request), "", progress_of(catalogue, job.id) if job.state == "running" else None)
    single = f"/albums/{job.albums[0]}" if job.albums else ""
    return JobRow(row.job, row.what, f"/batches/{job.id}" if row.is_batch else single, row.progress)


@router.post("/jobs/{job_id}/cancel")
def cancel_job(
    request: Request,
    visitor: Producer,
    job_id: str,
    reason: Annotated[str, Form(max_length=2000)] = "",
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
