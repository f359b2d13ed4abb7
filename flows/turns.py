"""A job's turn: waited for, held by a heartbeat, and lost where someone else has the job by now."""

from __future__ import annotations

import logging
import math
import threading
import time
from typing import TYPE_CHECKING

from schemas.errors import ArtifactError
from tasks.working.ledger import WAITING

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from artifacts.catalogue import Catalogue
    from schemas.jobs import Job

_POLL_S = 1.0
_BEATS_A_LEASE = 3
_LONGEST_BEAT_S = 2.0  # a person who cancels sees it stop within seconds, however long the lease
_log = logging.getLogger(__name__)


def wait_for_turn(
    catalogue: Catalogue, job_id: str, holder: str, *, lease_s: float, patience_s: float = math.inf
) -> bool:
    """Begin a job as soon as its turn comes; False where it is over, someone else works on it, or it took too long.

    Args:
        catalogue: where the queue is.
        job_id: the job.
        holder: the name of this process.
        lease_s: for how long the job is held, unless that is renewed.
        patience_s: how long to wait.

    Raises:
        ArtifactError: there is no such job.
    """
    noted, begun_s = False, time.monotonic()
    while True:
        if catalogue.begin_job(job_id, holder, lease_s=lease_s):
            return True
        job = catalogue.job(job_id)
        if job is None:
            raise ArtifactError(f"there is no job {job_id!r} in the catalogue: ask for it again")
        if job.state != "queued" or time.monotonic() - begun_s >= patience_s:
            return False
        if not noted:  # so that whoever looks after dead processes knows who waits
            catalogue.note_result(job_id, {**job.result, WAITING: holder}, while_queued=True)
            noted = True
        time.sleep(_POLL_S)


def give_turn_up(catalogue: Catalogue, job: Job) -> None:
    """Let a job that waits have no run, and nobody who waits for its turn, so that one is started when it comes."""
    rest = {key: value for key, value in job.result.items() if key != WAITING}
    catalogue.forget_run(job.id, job.flow_run, rest)


class Heartbeat:
    """Holds a begun job while the block runs.

    `cancelled_by` is who asked for it to stop, '' while nobody did; `lost` is whether another has the job by now. In
    both cases `stop` was called.
    """

    def __init__(
        self, catalogue: Catalogue, job_id: str, holder: str, *, lease_s: float, stop: Callable[[], None]
    ) -> None:
        self._catalogue = catalogue
        self._job_id = job_id
        self._holder = holder
        self._lease_s = lease_s
        self._stop = stop
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._beat, daemon=True, name="job heartbeat")
        self.cancelled_by = ""
        self.lost = False

    def __enter__(self) -> Heartbeat:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._done.set()
        self._thread.join(timeout=5)

    def _beat(self) -> None:
        pause = min(self._lease_s / _BEATS_A_LEASE, _LONGEST_BEAT_S)
        while not self._done.wait(pause):
            try:
                asked = self._catalogue.renew_job(self._job_id, self._holder, lease_s=self._lease_s)
            except ArtifactError as error:
                _log.warning("the lease of %s could not be renewed, trying again: %s", self._job_id, error)
                continue
            if asked == "":
                continue
            self.lost, self.cancelled_by = asked is None, asked or ""
            self._stop()
            return
