"""Jobs and batches: asked for, watched, moved in the queue, stopped."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from schemas.batch import Batch, BatchEntry
from schemas.errors import ArtifactError, BriefError
from schemas.jobs import Job, JobState, MakeRequest
from studio.api.answers import JobId, Key, Limit, Offset, answer, problems
from studio.api.asking import ask_for, decider
from studio.api.bodies import BatchBody, PriorityBody, Why
from studio.auth import Producer, Viewer
from studio.context import studio_of
from studio.problems import Problem
from studio.views.jobs import JobCard, JobDetail, JobPage, job_card, job_detail
from tasks.asking import cancel
from tasks.batches.expanding import expand, refuse

router = APIRouter(tags=["jobs"])


@router.get("/jobs", operation_id="list_jobs", response_model=JobPage, responses=problems())
def list_jobs(
    request: Request,
    _: Viewer,
    state: Annotated[tuple[JobState, ...], Query(max_length=5)] = (),
    album: Annotated[str, Query(max_length=80, pattern=r"^[a-z0-9-]*$")] = "",
    limit: Limit = 50,
    offset: Offset = 0,
) -> Response:
    """Jobs, newest first."""
    found = studio_of(request).bench.catalogue.jobs(states=state, album=album, limit=limit, offset=offset)
    return answer(JobPage(jobs=tuple(map(job_card, found)), limit=limit, offset=offset))


@router.get("/jobs/{job_id}", operation_id="get_job", response_model=JobDetail, responses=problems(404))
def get_job(request: Request, _: Viewer, job_id: JobId) -> Response:
    """A job: what was asked, how far it is, what came of it."""
    catalogue = studio_of(request).bench.catalogue
    return answer(job_detail(catalogue, _job(request, job_id)))


@router.post("/jobs/{job_id}/cancel", operation_id="cancel_job", response_model=JobCard, responses=problems(404, 409))
def cancel_job(request: Request, visitor: Producer, job_id: JobId, body: Why | None = None) -> Response:
    """Stop a job: at once where it waits; a running one stops at its next heartbeat."""
    job = cancel(studio_of(request).bench, job_id, decider(visitor), body.reason if body else "")
    return answer(job_card(job))


@router.put(
    "/jobs/{job_id}/priority", operation_id="set_priority", response_model=JobCard, responses=problems(404, 409)
)
def set_priority(request: Request, visitor: Producer, job_id: JobId, body: PriorityBody) -> Response:
    """Move a waiting job in the queue."""
    catalogue = studio_of(request).bench.catalogue
    job = _job(request, job_id)
    if not catalogue.set_priority(job_id, body.priority):
        raise Problem(409, f"{job_id} does not wait: it is {job.state}")
    catalogue.note_choice(
        visitor.name, "set_priority", via=visitor.via, subject=job_id, body={"priority": body.priority}
    )
    return answer(job_card(_job(request, job_id)))


@router.get("/queue", operation_id="list_queue", response_model=tuple[JobCard, ...], responses=problems())
def list_queue(request: Request, _: Viewer) -> Response:
    """The jobs that are not over, in the order they are worked on; the running ones first."""
    return answer([job_card(job) for job in studio_of(request).bench.catalogue.queue()])


@router.get("/batches", operation_id="list_batches", response_model=JobPage, responses=problems())
def list_batches(request: Request, _: Viewer, limit: Limit = 50, offset: Offset = 0) -> Response:
    """Jobs of several albums, newest first."""
    found = studio_of(request).bench.catalogue.jobs(batches_only=True, limit=limit, offset=offset)
    return answer(JobPage(jobs=tuple(map(job_card, found)), limit=limit, offset=offset))


@router.post(
    "/batches",
    operation_id="make_batch",
    status_code=202,
    response_model=JobCard,
    responses=problems(400, 409, 413),
)
def make_batch(request: Request, visitor: Producer, body: BatchBody, key: Key = "") -> Response:
    """Ask for several albums at once: briefs, or entries that unfold into briefs. All are checked before any begins."""
    entries = (*(BatchEntry(brief=fields) for fields in body.briefs), *body.entries)
    if not entries:
        raise BriefError("the batch is empty: give briefs or entries")
    batch = Batch(name=body.name, priority=body.priority, policy=body.policy, budget=body.budget, entries=entries)
    unfolded = expand(batch, on=datetime.now(UTC).date())
    refuse(unfolded.refused)
    wanted = MakeRequest(name=batch.name, briefs=unfolded.briefs, budget=batch.budget, policy=batch.policy)
    return ask_for(request, visitor, wanted, priority=batch.priority, key=key)[1]


def _job(request: Request, job_id: str) -> Job:
    job = studio_of(request).bench.catalogue.job(job_id)
    if job is None:
        raise ArtifactError(f"there is no job {job_id!r}")
    return job
