"""The queue worked on by a command, where no studio does: what comes first, then its own job, with a server of its own.

One job makes things at a time, whoever asked: so a command that waits for its turn does the work that is in the way,
unless a living process is at it.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from contextlib import contextmanager, nullcontext, suppress
from typing import TYPE_CHECKING

from flows.jobs import put_back_dead, run_job
from flows.prefect_safety import forbid_pickled_results, set_defaults
from flows.processes import is_dead, process_name
from flows.server import LocalServer, existing_server
from flows.upkeep.lock import running_studio
from schemas.errors import ArtifactError, StepError
from tasks.working.ledger import WAITING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType

    from artifacts.catalogue import Catalogue
    from schemas.jobs import Job
    from tasks.bench import Bench
    from tasks.production import ProductionRun

_POLL_S = 1.0
_STUDIO_POLL_S = 3.0
_STUDIO = "studio"


class OwnSteps:
    """Makes the steps of runs as Prefect flows, on a server that is started when the first run needs it.

    `server_start_s` and `server_start_cpu_s` say what its start took, 0 where there was one already or none was needed;
    `orchestration_cpu_s` is what this process and the server used while steps ran.
    """

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self._server: LocalServer | None = None
        self._ready = False
        self.server_start_s = 0.0
        self.server_start_cpu_s = 0.0
        self.orchestration_cpu_s = 0.0

    def __call__(self, run: ProductionRun) -> None:
        """Make every step of a run.

        Raises:
            SettingsError: the Prefect server named in the environment does not answer, or our own did not start.
            KeyboardInterrupt: the user stopped it; its workers were ended at once.
        """
        with _stoppable(run):
            self._start()
            from flows.produce import run_steps

            before = time.process_time() + self._server_cpu_s()
            with self._server.connected() if self._server else nullcontext():
                run_steps(run)
            self.orchestration_cpu_s += time.process_time() + self._server_cpu_s() - before

    def close(self) -> None:
        """End the server, if one was started."""
        if self._server is not None:
            self._server.close()

    def _server_cpu_s(self) -> float:
        return self._server.cpu_s() if self._server else 0.0

    def _start(self) -> None:
        if self._ready:
            return
        set_defaults()
        os.environ.setdefault("PREFECT_LOGGING_LEVEL", "CRITICAL")  # read once, when Prefect is first imported
        forbid_pickled_results()
        if existing_server() is None:
            self._server = LocalServer(self._bench.settings.home)
            self._server.wait()
            self.server_start_s, self.server_start_cpu_s = self._server.started_s, self._server.cpu_s()
        self._ready = True


def work_until_over(
    job_id: str, bench: Bench, run_steps: Callable[[ProductionRun], None], *, tell: Callable[[str], None]
) -> Job:
    """Work on the queue until a job of it is over; the job as it is then. A studio of this store is left to do it.

    Args:
        job_id: the job.
        bench: the store and the catalogue.
        run_steps: makes every step of a run.
        tell: told, in a sentence, what comes before the job, or who else works on it.

    Raises:
        ArtifactError: the job is not in the catalogue.
    """
    catalogue, told = bench.catalogue, ""
    while True:
        job = _known(catalogue, job_id)
        if job.is_over:
            return job
        studio = running_studio(bench.settings.home)
        if studio is not None:
            if told != _STUDIO:
                tell(f"The studio at {studio.get('url', 'this store')} works on it.")
                told = _STUDIO
            time.sleep(_STUDIO_POLL_S)
            continue
        _put_back_dead(bench)
        ahead = catalogue.next_job()
        if ahead is not None and not _has_a_worker(ahead):
            if ahead.id != job_id and told != ahead.id:
                tell(f"First comes {ahead.id}, which {ahead.by} asked for ({len(ahead.albums)} albums).")
                told = ahead.id
            with suppress(StepError):  # another process took it, and goes on with it
                run_job(ahead.id, bench, run_steps)
            continue
        running = next((other for other in catalogue.queue() if other.state == "running"), None)
        if running is not None and told != running.id:
            whose = "It is worked on" if running.id == job_id else f"Waits for {running.id}, which is worked on"
            tell(f"{whose} by another process ({running.holder}).")
            told = running.id
        time.sleep(_POLL_S)


def _known(catalogue: Catalogue, job_id: str) -> Job:
    job = catalogue.job(job_id)
    if job is None:
        raise ArtifactError(f"{job_id} has gone from the catalogue: run the same command again")
    return job


def _has_a_worker(job: Job) -> bool:
    """Whether a living process other than this one waits to do a job."""
    waits = str(job.result.get(WAITING, ""))
    return bool(waits) and waits != process_name() and not is_dead(waits)


def _put_back_dead(bench: Bench) -> None:
    """Put jobs whose process died back into the queue, as a studio's reaper does."""
    catalogue = bench.catalogue
    lapsed = {job.id for job in catalogue.lapsed_jobs()}
    for job in catalogue.jobs(states=("running",), limit=200):
        if job.id in lapsed or is_dead(job.holder):
            put_back_dead(bench, job)


@contextmanager
def _stoppable(run: ProductionRun) -> Iterator[None]:
    """While the block runs, Ctrl-C and a polite end stop the run's workers at once, not after their steps."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(_signal: int, _frame: FrameType | None) -> None:
        run.stop()
        raise KeyboardInterrupt

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
