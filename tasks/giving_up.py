"""A job that ends before its time: nothing half done stays behind, whoever ends it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemas.jobs import RetakeRequest
from tasks.retakes import give_up_retake

if TYPE_CHECKING:
    from schemas.jobs import Job
    from tasks.bench import Bench


def give_up(job: Job, bench: Bench) -> None:
    """Leave no half state behind a job that was cancelled or given up: takes are selected as before it.

    Args:
        job: as the catalogue has it; one that never began left nothing.
        bench: the store and the catalogue.
    """
    if not job.attempts:
        return
    if isinstance(job.request, RetakeRequest):
        give_up_retake(bench.catalogue, job.request, job.result)
    for album_id in job.albums:
        bench.catalogue.end_attempt(album_id)
