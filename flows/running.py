"""A run from the command line: workers and a Prefect server start together, the flow runs, both are closed."""

from __future__ import annotations

import os
import signal
import threading
import time
from contextlib import nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flows.prefect_safety import forbid_pickled_results, set_defaults
from flows.server import LocalServer, existing_server
from tasks.pool import WorkerPool
from tasks.production import ProductionRun, Tally

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import FrameType

    from schemas.making import Slot
    from schemas.review import Edit
    from schemas.settings import Settings
    from tasks.edits import EditPolicy
    from tasks.orders import Delivery
    from tasks.state import AlbumState

    _Handler = Callable[[int, FrameType | None], object] | int


@dataclass(frozen=True)
class RunReport:
    """What a run did and what it cost.

    `server_start_s` is how long our own Prefect server took to answer, 0 where one was there already;
    `orchestration_cpu_s` is what the calling process and the server used while the steps ran, the server's start
    (`server_start_cpu_s`) not counted; `steps_cpu_s` is what the steps used in their workers.
    """

    tally: Tally
    wall_s: float
    server_start_s: float
    server_start_cpu_s: float
    orchestration_cpu_s: float

    @property
    def steps_cpu_s(self) -> float:
        """Processor seconds of the steps themselves."""
        return self.tally.cpu_s


def run_albums(
    albums: list[AlbumState],
    settings: Settings,
    *,
    edits: EditPolicy = "ask",
    listen: Callable[[Delivery], None] | None = None,
    replayed: Mapping[Slot, Edit] | None = None,
) -> RunReport:
    """Make every step of some albums that the catalogue does not hold yet, as a Prefect flow.

    Raises:
        SettingsError: the Prefect server named in the environment does not answer, or our own did not start.
        KeyboardInterrupt: the user stopped the run; what was finished is kept.
    """
    begun = time.perf_counter()
    own = existing_server() is None
    server = LocalServer(settings.home) if own else None
    pool = WorkerPool(settings)
    whole = False
    handler = _stop_at_once(pool)
    try:
        set_defaults()
        os.environ.setdefault("PREFECT_LOGGING_LEVEL", "CRITICAL")  # failures are told by the run's own report
        from flows.produce import run_steps

        forbid_pickled_results()
        if server is not None:
            server.wait()
        start_cpu_s = server.cpu_s() if server else 0.0
        cpu = time.process_time()
        run = ProductionRun(albums, pool, edits=edits, listen=listen, replayed=replayed)
        with server.connected() if server else nullcontext():
            run_steps(run)
        ours = time.process_time() - cpu + ((server.cpu_s() - start_cpu_s) if server else 0.0)
        whole = True
        return RunReport(
            tally=run.tally,
            wall_s=time.perf_counter() - begun,
            server_start_s=server.started_s if server else 0.0,
            server_start_cpu_s=start_cpu_s,
            orchestration_cpu_s=ours,
        )
    finally:
        if handler is not None:
            signal.signal(signal.SIGINT, handler)
        pool.close(cancel=not whole)
        if server is not None:
            server.close()


def _stop_at_once(pool: WorkerPool) -> _Handler | None:
    """Make Ctrl-C end the workers at once instead of after their steps; the handler of before."""
    if threading.current_thread() is not threading.main_thread():
        return None

    def stop(_signal: int, _frame: FrameType | None) -> None:
        pool.close(cancel=True)
        raise KeyboardInterrupt

    return signal.signal(signal.SIGINT, stop)
