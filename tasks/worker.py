"""What a worker process does with an order: claim the recipe, make the artifact, remember it."""

from __future__ import annotations

import os
import socket
import threading
import time
import uuid
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

from schemas.errors import BlobError, HibariError, StepError
from schemas.making import Provenance
from tasks.bench import Bench, software_versions
from tasks.orders import Delivery, Order
from tasks.steps.table import STEPS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from schemas.base import Digest
    from schemas.settings import Settings
    from tasks.steps.base import Made

_POLL_S = 0.2
_THREAD_VARIABLES = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS")
_benches: dict[str, Bench] = {}


def prepare_worker(parent: int) -> None:
    """Set a worker process up: one thread a library, no part in Ctrl-C, and no life after its parent's."""
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for variable in _THREAD_VARIABLES:
        os.environ[variable] = "1"
    threading.Thread(target=_die_with, args=(parent,), daemon=True, name="parent watch").start()


def warm_up(settings: Settings) -> int:
    """Open the store and import what every order needs, while other things start; answers the process id."""
    bench_of(settings)
    import torch

    torch.set_num_threads(1)
    return os.getpid()


def bench_of(settings: Settings) -> Bench:
    """The bench of the calling process for some settings, opened once."""
    key = settings.model_dump_json()
    if key not in _benches:
        _benches[key] = Bench(settings)
    return _benches[key]


def make_order(order: Order, settings: Settings) -> Delivery:
    """Make what an order asks for, unless the catalogue has it or another process is making it right now.

    A failure is an answer, not an exception: the other orders go on.
    """
    started = time.perf_counter()
    try:
        bench = bench_of(settings)
        return _make_or_wait(order, bench)
    except HibariError as error:
        return _failed(order, str(error), started, transient=isinstance(error, BlobError))
    except (OSError, MemoryError) as error:
        return _failed(order, f"{type(error).__name__}: {error}", started, transient=True)
    except Exception as error:  # noqa: BLE001 - one failed request fails alone, whatever it was
        return _failed(order, f"{type(error).__name__}: {error}", started, transient=False)


def make_orders(orders: Sequence[Order], settings: Settings) -> list[Delivery]:
    """Make what several orders of one step ask for in one pass, those apart that another process is making right now.

    Each is claimed, remembered and answered by itself; one that fails fails alone.
    """
    started = time.perf_counter()
    try:
        bench = bench_of(settings)
        deliveries = _make_claimed(orders, bench)
    except (HibariError, OSError, MemoryError) as error:
        transient = not isinstance(error, HibariError) or isinstance(error, BlobError)
        return [_failed(order, str(error) or type(error).__name__, started, transient=transient) for order in orders]
    return [deliveries.get(order.recipe.digest()) or make_order(order, settings) for order in orders]


def _make_claimed(orders: Sequence[Order], bench: Bench) -> dict[Digest, Delivery]:
    """What was made of the orders that nobody has made or is making, by recipe."""
    fresh = {order.recipe.digest(): order for order in orders}
    fresh = {recipe: order for recipe, order in fresh.items() if bench.catalogue.recall(recipe) is None}
    holder = _holder()
    with bench.catalogue.claimed_many(list(fresh), holder, lease_s=bench.settings.lease_s) as mine:
        left = [order for recipe, order in fresh.items() if recipe in mine and bench.catalogue.recall(recipe) is None]
        return dict(zip([order.recipe.digest() for order in left], _made_together(left, bench), strict=True))


def _made_together(orders: Sequence[Order], bench: Bench) -> list[Delivery]:
    if not orders:
        return []
    make_together = STEPS[orders[0].recipe.step].make_together
    if make_together is None:
        raise StepError(f"{orders[0].recipe.step} is not made together: hand its orders over one by one")
    clock = _Clock(bench)
    made = make_together(orders, bench)
    spent = clock.spent(len(orders))
    deliveries = []
    for order, one in zip(orders, made, strict=True):
        if isinstance(one, HibariError):
            deliveries.append(_failed(order, str(one), clock.started, transient=isinstance(one, BlobError)))
        else:
            deliveries.append(_delivered(order, one, spent, bench))
            spent = spent._replace(loads=())  # a model that was loaded once is told once
    return deliveries


def _failed(order: Order, reason: str, started: float, *, transient: bool) -> Delivery:
    return Delivery(
        slot=order.slot,
        artifact=None,
        outcome="failed",
        seconds=time.perf_counter() - started,
        error=reason[:4000],
        transient=transient,
    )


def _make_or_wait(order: Order, bench: Bench) -> Delivery:
    recipe = order.recipe.digest()
    holder = _holder()
    while True:
        found = bench.catalogue.recall(recipe)
        if found is not None:
            return Delivery(slot=order.slot, artifact=found, outcome="reused")
        with bench.catalogue.claimed(order.recipe, holder, lease_s=bench.settings.lease_s) as mine:
            if mine:
                found = bench.catalogue.recall(recipe)
                if found is not None:
                    return Delivery(slot=order.slot, artifact=found, outcome="reused")
                return _make(order, bench)
        time.sleep(_POLL_S)


def _holder() -> str:
    return f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex[:8]}"


def _make(order: Order, bench: Bench) -> Delivery:
    clock = _Clock(bench)
    made = STEPS[order.recipe.step].make(order, bench)
    return _delivered(order, made, clock.spent(1), bench)


class _Spent(NamedTuple):
    """What the making of one artifact took."""

    at: datetime
    seconds: float
    cpu_s: float
    loads: tuple[str, ...]
    load_cpu_s: float


class _Clock:
    """Measures from now on."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self._at, self.started, self._cpu = datetime.now(UTC), time.perf_counter(), time.process_time()
        self._loads, self._load_cpu_s = len(bench.loads), bench.load_cpu_s

    def spent(self, share: int) -> _Spent:
        """What was spent since, by each of so many artifacts made at once."""
        return _Spent(
            at=self._at,
            seconds=(time.perf_counter() - self.started) / share,
            cpu_s=(time.process_time() - self._cpu) / share,
            loads=tuple(self._bench.loads[self._loads :]),
            load_cpu_s=(self._bench.load_cpu_s - self._load_cpu_s) / share,
        )


def _delivered(order: Order, made: Made, spent: _Spent, bench: Bench) -> Delivery:
    """Remember what was made, and how."""
    provenance = Provenance(
        artifact=made.artifact.digest(),
        recipe=order.recipe,
        slot=order.slot,
        run=order.run,
        author="hibari",
        device=bench.machine,
        software=software_versions(*STEPS[order.recipe.step].packages),
        notes=made.notes,
        started_at=spent.at,
        seconds=round(spent.seconds, 3),
        cpu_s=round(spent.cpu_s, 3),
    )
    digest: Digest = bench.catalogue.remember(order.recipe, made.artifact, provenance)
    return Delivery(
        slot=order.slot,
        artifact=digest,
        outcome="made",
        seconds=spent.seconds,
        cpu_s=spent.cpu_s,
        notes=made.notes,
        loads=spent.loads,
        load_cpu_s=spent.load_cpu_s,
    )


def _die_with(parent: int) -> None:
    """End this process when its parent is gone, so that a killed run leaves no worker behind."""
    while os.getppid() == parent:
        time.sleep(0.5)
    os._exit(1)
