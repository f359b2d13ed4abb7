"""A job of the queue carried out by this process: begun when its turn comes, held, done, and its end written down."""

from __future__ import annotations

import math
import os
from typing import TYPE_CHECKING

from flows.processes import end_with_studio, process_name
from flows.turns import Heartbeat, give_turn_up, wait_for_turn
from schemas.errors import StepError
from tasks.batches.report import report_on
from tasks.giving_up import give_up
from tasks.jobs import do_job
from tasks.pool import WorkerPool
from tasks.working.making import stand
from tasks.working.workplace import Workplace

if TYPE_CHECKING:
    from collections.abc import Callable

    from schemas.jobs import Job, JobState
    from tasks.bench import Bench
    from tasks.production import ProductionRun

MOST_ATTEMPTS = 5
_NICENESS = 5
_PATIENCE_S = 2.0
"""How long a run of the studio waits for its job's turn; the studio starts another when it comes.

Many that waited would fill the memory, or the runner, so that the one whose turn it is could not be started.
"""


def run_job(
    job_id: str,
    bench: Bench,
    run_steps: Callable[[ProductionRun], None],
    *,
    flow_run: str = "",
    was_cancelled: Callable[[], bool] = lambda: False,
) -> Job:
    """Carry a job out once its turn comes; the job as it stands then. One that another works on is left alone.

    A run of the studio does not wait long: the job stays in the queue, and the studio starts a run when its turn comes.

    Args:
        job_id: the job.
        bench: the store and the catalogue.
        run_steps: makes every step of a run.
        flow_run: id of the run in Prefect that this is; '' outside of one.
        was_cancelled: whether a signal that ends this process came because someone cancelled the run in Prefect.

    Raises:
        StepError: another process has the job by now; it goes on there.
    """
    catalogue, holder, lease_s = bench.catalogue, process_name(), bench.settings.lease_s
    place = Workplace(bench, run_steps, lambda: WorkerPool(bench.settings))
    studio = end_with_studio(lambda: _abandon(job_id, place))
    if studio and os.nice(0) < _NICENESS:
        os.nice(_NICENESS)  # pages stay quick while things are made
    patience_s = _PATIENCE_S if studio else math.inf
    if not wait_for_turn(catalogue, job_id, holder, lease_s=lease_s, patience_s=patience_s):
        job = _job(bench, job_id)
        if job.state == "queued" and job.flow_run == flow_run:
            give_turn_up(catalogue, job)
        return job
    if flow_run:
        catalogue.set_flow_run(job_id, flow_run)
    job = _job(bench, job_id)
    catalogue.add_event("job.started", job_id=job_id, body={"kind": job.request.kind, "attempt": job.attempts})
    try:
        with Heartbeat(catalogue, job_id, holder, lease_s=lease_s, stop=place.stop) as heart:
            _carry_out(job, place, holder, heart)
    except BaseException:
        place.stop()
        _put_back(job, bench, holder, cancelled=was_cancelled())
        raise
    finally:
        place.close()
    return _job(bench, job_id)


def _carry_out(job: Job, place: Workplace, holder: str, heart: Heartbeat) -> None:
    catalogue = place.bench.catalogue
    if job.attempts > MOST_ATTEMPTS:
        reason = f"it was begun {MOST_ATTEMPTS} times and never came to its end; its albums can be asked for singly"
        _finish(place.bench, job.id, holder, "failed", reason, given_up=True)
        return
    outcome = do_job(job, place)
    if heart.lost:
        raise StepError(f"{job.id} is worked on by another process by now; this one stopped")
    if heart.cancelled_by:
        asked = catalogue.job(job.id)
        _finish(place.bench, job.id, holder, "cancelled", asked.reason if asked else "")
    else:
        catalogue.note_result(job.id, outcome.result)
        _finish(place.bench, job.id, holder, outcome.state, outcome.reason)


def _put_back(job: Job, bench: Bench, holder: str, *, cancelled: bool) -> None:
    """After an end that was not the job's own: cancelled where a person did it in Prefect, else back in the queue."""
    if cancelled:
        _finish(bench, job.id, holder, "cancelled", "its run in Prefect was cancelled")
    elif bench.catalogue.requeue_job(job.id, holder, reason="its process was stopped; it goes on in another"):
        bench.catalogue.add_event("job.queued", job_id=job.id, body={"again": True})
        refresh(bench, job)


def _finish(bench: Bench, job_id: str, holder: str, state: JobState, reason: str, *, given_up: bool = False) -> None:
    catalogue = bench.catalogue
    if given_up or state == "cancelled":
        give_up(_job(bench, job_id), bench)
    event = "job.cancelled" if state == "cancelled" else "job.finished"
    if catalogue.finish_job(job_id, holder, state, reason=reason, event=event):
        refresh(bench, _job(bench, job_id))
        report_on(bench, job_id)


def put_back_dead(bench: Bench, job: Job) -> str:
    """Put a job whose process died back into the queue, or end it where it was to stop; why, in words."""
    reason = f"its process ({job.holder}) ended without a word; it goes on where it was"
    if job.cancelled_by:
        _finish(bench, job.id, job.holder, "cancelled", job.reason)
    elif bench.catalogue.requeue_job(job.id, job.holder, reason=reason):
        bench.catalogue.add_event("job.queued", job_id=job.id, body={"again": True, "reason": reason})
        refresh(bench, job)
    return reason


def refresh(bench: Bench, job: Job) -> None:
    """Write down where the albums of a job stand, now that the job stands elsewhere."""
    for album_id in job.albums:
        stand(bench, album_id)


def _abandon(job_id: str, place: Workplace) -> None:
    """The studio is gone: workers end, and that this process ends is held against no album."""
    place.stop()
    for album_id in _job(place.bench, job_id).albums:
        place.bench.catalogue.end_attempt(album_id)


def _job(bench: Bench, job_id: str) -> Job:
    job = bench.catalogue.job(job_id)
    if job is None:
        raise StepError(f"there is no job {job_id!r} in the catalogue any more")
    return job
