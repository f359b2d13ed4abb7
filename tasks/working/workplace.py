"""Where a job is worked on: the bench, the workers, and a way to stop."""

from __future__ import annotations

from threading import Event, Lock
from typing import TYPE_CHECKING, Protocol

from schemas.errors import StepError

if TYPE_CHECKING:
    from collections.abc import Callable

    from tasks.bench import Bench
    from tasks.orders import Delivery, Order
    from tasks.production import ProductionRun


class Workers(Protocol):
    """What makes orders; see `tasks.pool.WorkerPool`."""

    def deliver(self, order: Order) -> Delivery:
        """The answer to an order."""
        ...

    def close(self, *, cancel: bool = False) -> None:
        """End the workers."""
        ...


class Workplace:
    """What one job works with. Workers are started when first needed and stay warm until the job is over."""

    def __init__(
        self, bench: Bench, run_steps: Callable[[ProductionRun], None], start_workers: Callable[[], Workers]
    ) -> None:
        """Get ready; nothing is started.

        Args:
            bench: the store and the catalogue.
            run_steps: makes every step of a run, e.g. as a Prefect flow.
            start_workers: starts the workers.
        """
        self.bench = bench
        self.run_steps = run_steps
        self._start_workers = start_workers
        self._workers: Workers | None = None
        self._lock = Lock()
        self._stopped = Event()

    @property
    def stopped(self) -> bool:
        """Whether the job was told to stop."""
        return self._stopped.is_set()

    def workers(self) -> Workers:
        """The workers, started now if they were not.

        Raises:
            StepError: the job was told to stop.
        """
        with self._lock:
            if self.stopped:
                raise StepError("the job was stopped")
            if self._workers is None:
                self._workers = self._start_workers()
            return self._workers

    def stop(self) -> None:
        """Stop at once: workers end without finishing what they do; what is made already stays. May be called twice."""
        self._stopped.set()
        with self._lock:
            if self._workers is not None:
                self._workers.close(cancel=True)

    def close(self) -> None:
        """End the workers, once nothing is asked of them any more; not waited for, as they hold nothing."""
        with self._lock:
            if self._workers is not None and not self.stopped:
                self._workers.close(cancel=True)
            self._workers = None
