"""What a worker process does with an order: claim the recipe, make the artifact, remember it."""

from __future__ import annotations

import os
import socket
import threading
import time
import uuid
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from schemas.errors import BlobError, HibariError
from schemas.making import Provenance
from tasks.bench import Bench, software_versions
from tasks.orders import Delivery, Order
from tasks.steps.table import STEPS

if TYPE_CHECKING:
    from schemas.base import Digest
    from schemas.settings import Settings

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
    holder = f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex[:8]}"
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


def _make(order: Order, bench: Bench) -> Delivery:
    step = STEPS[order.recipe.step]
    at, started, cpu = datetime.now(UTC), time.perf_counter(), time.process_time()
    loads, load_cpu_s = len(bench.loads), bench.load_cpu_s
    made = step.make(order, bench)
    seconds, cpu_s = time.perf_counter() - started, time.process_time() - cpu
    provenance = Provenance(
        artifact=made.artifact.digest(),
        recipe=order.recipe,
        slot=order.slot,
        run=order.run,
        author="hibari",
        device=bench.machine,
        software=software_versions(*step.packages),
        notes=made.notes,
        started_at=at,
        seconds=round(seconds, 3),
        cpu_s=round(cpu_s, 3),
    )
    digest: Digest = bench.catalogue.remember(order.recipe, made.artifact, provenance)
    return Delivery(
        slot=order.slot,
        artifact=digest,
        outcome="made",
        seconds=seconds,
        cpu_s=cpu_s,
        notes=made.notes,
        loads=tuple(bench.loads[loads:]),
        load_cpu_s=bench.load_cpu_s - load_cpu_s,
    )


def _die_with(parent: int) -> None:
    """End this process when its parent is gone, so that a killed run leaves no worker behind."""
    while os.getppid() == parent:
        time.sleep(0.5)
    os._exit(1)
