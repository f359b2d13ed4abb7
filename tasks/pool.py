"""Worker processes: started once, warm, replaced when one dies."""

from __future__ import annotations

import multiprocessing
import os
from concurrent.futures import CancelledError, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from threading import Lock
from typing import TYPE_CHECKING

from schemas.errors import StepError
from tasks.gathering import Gathering
from tasks.steps.table import STEPS
from tasks.worker import make_order, make_orders, prepare_worker, warm_up

if TYPE_CHECKING:
    from schemas.settings import Settings
    from tasks.orders import Delivery, Order


class WorkerDiedError(StepError):
    """The worker process died twice at one order."""


class WorkerPool:
    """Processes that make orders. An order whose worker dies is tried once more in a process of its own."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = Lock()
        self._one_alone = Lock()
        self._stopped = False
        self._gatherings: dict[str, Gathering] = {}
        self._executor = self._start(settings.workers)
        self._warm: list[Future[int]] = [self._executor.submit(warm_up, settings) for _ in range(settings.workers)]

    def deliver(self, order: Order) -> Delivery:
        """The answer to an order; waits for it, in company where its step is made together.

        Raises:
            WorkerDiedError: the worker died twice at this order (out of memory, or a crash in native code).
            StepError: the run was stopped.
        """
        step = order.recipe.step
        if STEPS[step].make_together is None:
            return self._deliver(order)
        with self._lock:
            gathering = self._gatherings.setdefault(step, Gathering(self._deliver_together))
        return gathering.deliver(order)

    def _deliver(self, order: Order) -> Delivery:
        self._refuse_when_stopped(order)
        executor = self._executor
        try:
            return executor.submit(make_order, order, self._settings).result()
        except (BrokenProcessPool, CancelledError):
            self._refuse_when_stopped(order)
            self._replace(executor)
        return self._deliver_alone(order)

    def _deliver_together(self, orders: list[Order]) -> list[Delivery | Exception]:
        """The answers to several orders of one step. Where the worker dies at them, each is tried by itself."""
        if len(orders) > 1:
            self._refuse_when_stopped(orders[0])
            executor = self._executor
            try:
                return [*executor.submit(make_orders, orders, self._settings).result()]
            except (BrokenProcessPool, CancelledError):
                self._refuse_when_stopped(orders[0])
                self._replace(executor)
        return [self._delivered_or_not(order) for order in orders]

    def _delivered_or_not(self, order: Order) -> Delivery | Exception:
        try:
            return self._deliver(order)
        except StepError as error:
            return error

    def _deliver_alone(self, order: Order) -> Delivery:
        # Every order that waited lost its answer too: one at a time, or a crash for want of memory would breed more.
        with self._one_alone, self._start(1) as alone:
            self._refuse_when_stopped(order)
            try:
                return alone.submit(make_order, order, self._settings).result()
            except BrokenProcessPool as error:
                self._refuse_when_stopped(order)
                raise WorkerDiedError(
                    f"{order.slot}: the worker process died twice at this step (out of memory, or a crash); "
                    "the brief is set aside: free memory or change the brief, then make it again"
                ) from error

    def close(self, *, cancel: bool = False) -> None:
        """End the workers; with `cancel`, at once and without waiting for what they do."""
        self._stopped = self._stopped or cancel
        processes = list((self._executor._processes or {}).values()) if cancel else []  # noqa: SLF001
        self._executor.shutdown(wait=not cancel, cancel_futures=cancel)
        for process in processes:
            process.kill()

    def _refuse_when_stopped(self, order: Order) -> None:
        if self._stopped:
            raise StepError(f"{order.slot}: the run was stopped")

    def _start(self, workers: int) -> ProcessPoolExecutor:
        return ProcessPoolExecutor(
            max_workers=workers,
            mp_context=multiprocessing.get_context("spawn"),
            initializer=prepare_worker,
            initargs=(os.getpid(),),
        )

    def _replace(self, broken: ProcessPoolExecutor) -> None:
        with self._lock:
            if self._executor is broken:
                broken.shutdown(wait=False, cancel_futures=True)
                self._executor = self._start(self._settings.workers)
