"""The studio stopped on purpose: what is being made goes back into the queue, and its processes end."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING

import psutil

from flows.jobs import refresh
from flows.processes import process_of
from flows.turns import give_turn_up
from schemas.errors import HibariError
from tasks.working.ledger import WAITING

if TYPE_CHECKING:
    import subprocess

    from flows.prefect_rest.api import PrefectApi
    from schemas.jobs import Job
    from tasks.bench import Bench

_WHY = "the studio was stopped; it goes on when it is started again"


def stop_work(bench: Bench, prefect: PrefectApi, runner: subprocess.Popen[bytes] | None) -> None:
    """Put back what this studio's processes work on, end them and the runner, and end their runs in Prefect."""
    family = _family()
    jobs = [job for job in bench.catalogue.queue() if _is_ours(job, family)]
    runs = [job.flow_run for job in jobs if job.flow_run]
    for job in jobs:
        _put_back(bench, job)
    if runner is not None:
        runner.kill()
        runner.wait()
    for process in family.values():
        if _is_a_run(process):
            _kill_with_workers(process)
    for run in runs:
        with suppress(HibariError):  # a server that is gone already is put right at the next start
            prefect.end_run(run, "CRASHED", _WHY)


def _put_back(bench: Bench, job: Job) -> None:
    catalogue = bench.catalogue
    for album_id in job.albums:
        catalogue.end_attempt(album_id)
    if job.state == "running":
        catalogue.requeue_job(job.id, job.holder, reason=_WHY, counts=False)
        catalogue.add_event("job.queued", job_id=job.id, body={"again": True, "reason": _WHY})
    else:
        give_turn_up(catalogue, job)
    refresh(bench, job)


def _family() -> dict[int, psutil.Process]:
    return {process.pid: process for process in psutil.Process(os.getpid()).children(recursive=True)}


def _is_ours(job: Job, family: dict[int, psutil.Process]) -> bool:
    """Whether a process of this studio works on a job, waits for its turn, or is about to be started for it."""
    holder = job.holder or str(job.result.get(WAITING, ""))
    if not holder:
        return bool(job.flow_run)
    process = process_of(holder)
    return process is not None and process.pid in family


def _is_a_run(process: psutil.Process) -> bool:
    """Whether a process is a run of a deployment, as Prefect's runner starts them."""
    try:
        return any("prefect.engine" in part for part in process.cmdline())
    except psutil.Error:
        return False


def _kill_with_workers(process: psutil.Process) -> None:
    with suppress(psutil.Error):
        workers = process.children(recursive=True)
        process.kill()
        for worker in workers:
            with suppress(psutil.Error):
                worker.kill()
