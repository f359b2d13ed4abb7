"""Jobs handed to Prefect: whenever one may begin and no run is on its way to it, a run is started."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

from flows.prefect_rest.runs import OPEN

if TYPE_CHECKING:
    from artifacts.catalogue import Catalogue
    from flows.prefect_rest.api import PrefectApi
    from schemas.jobs import Job

_DEPLOYMENTS = {"make": "album-on-demand", "retake": "album-on-demand", "press": "press"}


def dispatch(catalogue: Catalogue, prefect: PrefectApi) -> Job | None:
    """Start a run for the job whose turn it is; the job, or None where there was nothing to start.

    Where the id of a run was not written down before a crash, the same key finds that run again.

    Raises:
        SettingsError: the Prefect server does not answer.
    """
    job = catalogue.next_job()
    if job is None or job.flow_run:
        return None
    deployment = _DEPLOYMENTS[job.request.kind]
    for number in count(job.attempts):
        run = prefect.start_run(deployment, {"job": job.id}, key=f"{job.id}:{number}", tags=[job.id])
        if prefect.run_states([run]).get(run) in OPEN:
            catalogue.set_flow_run(job.id, run)
            return job
    return None
