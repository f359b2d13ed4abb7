"""After a crash: runs of dead processes are ended, what they held is freed, and their jobs go back into the queue.

The catalogue is the truth; Prefect is made to agree with it.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from flows.jobs import put_back_dead
from flows.prefect_rest.runs import ACTIVE, OPEN
from flows.processes import HELD_BY, is_dead
from flows.turns import give_turn_up
from flows.upkeep.missed import drop_missed
from schemas.errors import ArtifactError
from tasks.asking import cancel
from tasks.choices import Decider
from tasks.working.ledger import WAITING

if TYPE_CHECKING:
    from flows.prefect_rest.api import PrefectApi, RunEntry
    from schemas.jobs import Job
    from tasks.bench import Bench

_SLOW_START_S = 90.0
"""A run that a process should have begun by now: Prefect's runner starts one within seconds."""

_ENDING_S = 15.0
"""How long a run may take to end once its job is over."""

_ENDS = {"done": ("COMPLETED",), "failed": ("FAILED", "CRASHED"), "cancelled": ("CANCELLED", "CRASHED")}
_STOPPED = ("CANCELLED", "CANCELLING")
_SLOTS = ("gpu",)


class Reaper:
    """Looks after what dead processes left. `sweep` may be called as often as one likes."""

    def __init__(self, bench: Bench, prefect: PrefectApi, *, own_server: bool) -> None:
        """Get ready.

        Args:
            bench: the store and the catalogue.
            prefect: the server.
            own_server: whether every run of it was started by this studio, so that runs from before it are dead.
        """
        self._bench = bench
        self._catalogue = bench.catalogue
        self._prefect = prefect
        self._own = own_server

    def sweep(self, *, first: bool = False) -> list[str]:
        """End what is dead and put its work back; what was done, a line each.

        Args:
            first: whether the studio has only just started, so that no run of its own server can be alive.

        Raises:
            SettingsError: the Prefect server does not answer.
        """
        done = [self._requeue(job) for job in self._dead_jobs()]
        if first:
            done += self._end_left_over() if self._own else []
            done += drop_missed(self._prefect, self._deployments(), datetime.now(UTC)) if self._own else []
            done += self._end_tagged()
        done += self._end_foreign_to_queue()
        done += self._forget_lost_runs()
        if done and not self._catalogue.jobs(states=("running",), limit=1):
            done += [f"slots of {name} were freed" for name in self._prefect.free_slots(_SLOTS)]
        return done

    def _dead_jobs(self) -> list[Job]:
        lapsed = {job.id: job for job in self._catalogue.lapsed_jobs()}
        for job in self._catalogue.jobs(states=("running",), limit=200):
            if is_dead(job.holder):
                lapsed[job.id] = job
        return list(lapsed.values())

    def _requeue(self, job: Job) -> str:
        if job.flow_run:
            state = self._prefect.run_states([job.flow_run]).get(job.flow_run)
            if state in _STOPPED and not job.cancelled_by:
                job = self._cancel(job)
            self._end(job.flow_run, "CRASHED", "its process died; the job goes on in another run")
        reason = put_back_dead(self._bench, job)
        return f"{job.id}: {reason}"

    def _cancel(self, job: Job) -> Job:
        """Stop a job whose run someone cancelled in Prefect, where no process of it lives to do so."""
        return cancel(self._bench, job.id, Decider("someone in Prefect", "prefect"), "its run in Prefect was cancelled")

    def _end_left_over(self) -> list[str]:
        """At start: whatever our own server thinks is at work ended with the studio of before."""
        done = []
        for run in self._prefect.runs(ACTIVE, deployments=self._deployments()):
            job = self._job_of(run)
            if job is None or job.state != "running" or job.flow_run != run.id:
                self._end(run.id, "CRASHED", "the studio that started it ended")
                done.append(f"run {run.id} was ended: the studio that started it had ended")
        return done

    def _end_tagged(self) -> list[str]:
        """End what commands that were killed left running."""
        done = []
        for run in self._prefect.runs(ACTIVE):
            holder = next((tag.removeprefix(HELD_BY) for tag in run.tags if tag.startswith(HELD_BY)), "")
            if holder and is_dead(holder):
                self._end(run.id, "CRASHED", "its process died")
                done.append(f"run {run.id} was ended: {holder} had died")
        return done

    def _end_foreign_to_queue(self) -> list[str]:
        """End runs for a job that is over, and say so of those that work on one they do not have."""
        done = []
        for run in self._prefect.runs(OPEN, deployments=self._deployments()):
            job = self._job_of(run)
            if job is None:
                if run.parameters.get("job"):
                    self._end(run.id, "CANCELLED", "its job is not in the catalogue")
                    done.append(f"run {run.id} was ended: its job is unknown")
            elif job.finished_at is not None and time.time() - job.finished_at.timestamp() > _ENDING_S:
                self._end(run.id, _ENDS.get(job.state, _ENDS["failed"])[0], f"{job.id} is {job.state}")
                done.append(f"run {run.id} was ended: {job.id} is {job.state}")
        return done

    def _forget_lost_runs(self) -> list[str]:
        """Let a new run be started for jobs whose run ended, or whose process died, before it began them."""
        waiting = [job for job in self._catalogue.jobs(states=("queued",), limit=500) if job.flow_run]
        states = self._prefect.run_states(job.flow_run for job in waiting)
        done = []
        for job in waiting:
            if states.get(job.flow_run) == "CANCELLED":
                self._cancel(job)
                done.append(f"{job.id}: cancelled, as its run in Prefect was")
                continue
            holder = str(job.result.get(WAITING, ""))
            ended = states.get(job.flow_run) not in OPEN
            if not ended and not (holder and is_dead(holder)) and not self._never_began(job, states[job.flow_run]):
                continue
            if not ended:
                self._end(job.flow_run, "CRASHED", "its process died before the job's turn came")
            give_turn_up(self._catalogue, job)
            done.append(f"{job.id}: its run ended before the job was begun; another is started")
        return done

    def _never_began(self, job: Job, state: str) -> bool:
        if state != "PENDING" or WAITING in job.result:
            return False
        since = self._prefect.run(job.flow_run).since
        return since is not None and time.time() - since.timestamp() > _SLOW_START_S

    def _deployments(self) -> list[str]:
        return list(self._prefect.deployment_ids().values())

    def _job_of(self, run: RunEntry) -> Job | None:
        name = str(run.parameters.get("job") or "")
        return self._catalogue.job(name) if name else self._catalogue.job_of_run(run.id)

    def _end(self, run_id: str, state: str, why: str) -> None:
        try:
            self._prefect.end_run(run_id, state, why)
        except ArtifactError:
            return  # the server forgot it: nothing is left to end


def disagreements(bench: Bench, prefect: PrefectApi) -> list[str]:
    """Where Prefect and the catalogue say different things, a line each; empty where they agree.

    A run that is just beginning or ending may stand here for some seconds.

    Raises:
        SettingsError: the Prefect server does not answer.
    """
    found: list[str] = []
    jobs = bench.catalogue.jobs(limit=500)
    states = prefect.run_states(job.flow_run for job in jobs if job.flow_run)
    for job in jobs:
        state = states.get(job.flow_run, "")
        if job.state == "running" and is_dead(job.holder):
            found.append(f"{job.id} is running, but its process ({job.holder}) is dead")
        if job.state == "running" and job.flow_run and state not in ACTIVE:
            found.append(f"{job.id} is running, but its run in Prefect is {state or 'gone'}")
        if job.state == "queued" and state and state not in OPEN:
            found.append(f"{job.id} waits, but its run in Prefect is {state}")
        if job.is_over and state and state not in _ENDS[job.state]:
            found.append(f"{job.id} is {job.state}, but its run in Prefect is {state}")
    ours = {job.flow_run for job in jobs if not job.is_over}
    active = prefect.runs(ACTIVE, deployments=list(prefect.deployment_ids().values()))
    return found + [
        f"run {run.id} is {run.state} in Prefect, but no job in the queue has it"
        for run in active
        if run.id not in ours
    ]
