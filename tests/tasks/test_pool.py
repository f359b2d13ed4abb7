from __future__ import annotations

import threading
import time

import psutil
import pytest

from schemas.errors import StepError
from tasks.albums import refuse_quarantined
from tasks.orders import Order
from tasks.pool import WorkerDiedError, WorkerPool
from tasks.production import ProductionRun
from tasks.prospects import foresee
from tasks.retakes import begin_retake
from tasks.steps.table import STEPS


def _order(made):
    state, _ = made.make()
    slot = state.slot("sing", state.plan.songs[0], "vocal")
    return Order(slot=slot, take=7, recipe=STEPS["sing"].recipe(state, slot, 7), run="run-test")


@pytest.mark.slow
def test_an_order_whose_worker_is_killed_is_made_by_another(made):
    order = _order(made)
    settings = made.settings.model_copy(update={"workers": 1, "lease_s": 2.0})
    pool = WorkerPool(settings)
    try:
        pool._warm[0].result()
        answers = []
        thread = threading.Thread(target=lambda: answers.append(pool.deliver(order)))
        thread.start()
        time.sleep(1.0)
        for child in psutil.Process().children():
            if any("spawn_main" in part for part in child.cmdline()):
                child.kill()
        thread.join()
    finally:
        pool.close()
    assert answers[0].outcome == "made"


@pytest.mark.slow
def test_a_stopped_pool_takes_no_orders(made):
    pool = WorkerPool(made.settings.model_copy(update={"workers": 1}))
    pool.close(cancel=True)
    with pytest.raises(StepError, match="stopped"):
        pool.deliver(_order(made))


class DyingPool:
    def deliver(self, order):
        raise WorkerDiedError(f"{order.slot}: the worker process died twice at this step")


def test_an_album_at_which_workers_die_twice_is_set_aside_until_someone_says_otherwise(made):
    state, _ = made.make()
    retake = begin_retake(state, state.plan.songs[0], "sing", part="vocal", takes=1)
    foresee(retake.album)
    run = ProductionRun([retake.album], DyingPool())
    with pytest.raises(StepError, match="died twice"):
        run.make_step(retake.album, retake.album.plan.songs[0], "sing")
    with pytest.raises(StepError, match="set aside"):
        refuse_quarantined(retake.album)
    made.bench.catalogue.lift_quarantine(retake.album.album_id)
    refuse_quarantined(retake.album)


def test_orders_that_lost_their_worker_are_tried_alone_one_at_a_time(made, monkeypatch):
    from concurrent.futures import Future
    from concurrent.futures.process import BrokenProcessPool

    running, most = 0, 0

    class Executor:
        _processes = None

        def __init__(self, workers):
            self.alone = workers == 1

        def submit(self, call, *arguments):
            nonlocal running, most
            future = Future()
            if not self.alone and call.__name__ == "make_order":
                future.set_exception(BrokenProcessPool("died"))
                return future
            running += self.alone
            most = max(most, running)
            time.sleep(0.02)
            running -= self.alone
            future.set_result("made")
            return future

        def shutdown(self, **_):
            pass

        def __enter__(self):
            return self

        def __exit__(self, *_):
            pass

    monkeypatch.setattr(WorkerPool, "_start", lambda self, workers: Executor(workers))
    pool = WorkerPool(made.settings.model_copy(update={"workers": 2}))
    order, answers = _order(made), []
    threads = [threading.Thread(target=lambda: answers.append(pool.deliver(order))) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == ["made"] * 6
    assert most == 1
