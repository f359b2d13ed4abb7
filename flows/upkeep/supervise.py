"""The studio's other processes: a Prefect server and the runner of its deployments, kept alive, watched, ended."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from flows.deployments import declared, register
from flows.prefect_rest.api import PrefectApi
from flows.prefect_safety import set_defaults
from flows.processes import STUDIO, process_name
from flows.server import LocalServer
from flows.upkeep.dispatch import dispatch
from flows.upkeep.health import PieceHealth, StudioHealth
from flows.upkeep.reaper import Reaper
from flows.upkeep.stopping import stop_work
from schemas.errors import HibariError, SettingsError
from schemas.settings import CHECKOUT

if TYPE_CHECKING:
    from collections.abc import Callable

    from schemas.settings import Settings
    from tasks.bench import Bench

_TICK_S = 1.0
_SWEEP_S = 5.0
_LONGEST_PAUSE_S = 30.0
_START_LIMIT_S = 300.0


class Supervisor:
    """Starts and keeps what the studio needs besides its web pages. One a studio."""

    def __init__(self, settings: Settings, bench: Bench, say: Callable[[str], None]) -> None:
        """Get the Prefect server going; nothing is waited for.

        Args:
            settings: of the studio; `studio.prefect_url` names a server of one's own.
            bench: the store and the catalogue.
            say: tells the user a line.
        """
        self._settings = settings
        self._bench = bench
        self._say = say
        self._stopping = threading.Event()
        self._ready = threading.Event()
        self._problem = "it is starting"
        self._pause_s, self._not_before, self._looked = 1.0, 0.0, 0.0
        self._runner: subprocess.Popen[bytes] | None = None
        url = settings.studio.prefect_url or os.environ.get("PREFECT_API_URL", "")
        self._server = None if url else self._own_server()
        auth = settings.studio.prefect_auth or os.environ.get("PREFECT_API_AUTH_STRING", "")
        self._auth = self._server.auth if self._server else auth
        self.prefect = PrefectApi(self._server.url if self._server else url, self._auth)
        self._reaper = Reaper(bench, self.prefect, own_server=self._server is not None)
        self._thread = threading.Thread(target=self._keep, name="supervisor", daemon=True)

    def start(self) -> None:
        """Begin to watch, to hand over jobs and to clear up; comes back at once."""
        self._thread.start()

    def wait_ready(self, timeout_s: float = _START_LIMIT_S) -> bool:
        """Whether everything was ready within some seconds."""
        return self._ready.wait(timeout_s)

    def health(self) -> StudioHealth:
        """What each piece says of itself."""
        server = self._server is None or self._server.lives
        runner = self._runner is not None and self._runner.poll() is None
        pieces = (
            PieceHealth("prefect server", server and self._ready.is_set(), "" if server else "it ended; started again"),
            PieceHealth("runner", runner, "" if runner else "it is not running"),
            PieceHealth("queue", not self._problem, self._problem),
        )
        return StudioHealth(ready=self._ready.is_set() and all(piece.well for piece in pieces), pieces=pieces)

    def stop(self) -> None:
        """End everything: what is being made goes back into the queue, and on when a studio starts again."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(timeout=5)
        with suppress(HibariError):
            stop_work(self._bench, self.prefect, self._runner)
        if self._server is not None:
            self._server.close()
        self.prefect.close()

    def _own_server(self) -> LocalServer:
        if not (self._settings.home / "prefect" / "prefect.db").exists():
            self._say("The Prefect server makes its database, once: some 20 s more than at other starts …")
        return LocalServer(self._settings.home, schedules=True)

    def _keep(self) -> None:
        begun = False
        swept = 0.0
        while not self._stopping.wait(_TICK_S if begun else 0.1):
            try:
                self._revive_server()
                if not begun:
                    begun = self._begin()
                    continue
                self._revive_runner()
                self._restore_deployments()
                dispatch(self._bench.catalogue, self.prefect)
                if time.monotonic() - swept >= _SWEEP_S:
                    swept = time.monotonic()
                    self._tell(self._reaper.sweep())
                self._problem = ""
                self._ready.set()
            except HibariError as error:
                self._note(str(error))
            except Exception as error:  # noqa: BLE001 - whatever it is, the studio goes on and says it
                self._note(f"{type(error).__name__}: {error}")

    def _begin(self) -> bool:
        """Once the server answers: deployments made known, what a crash left cleared up; False while it does not."""
        if not self.prefect.healthy():
            if self._server is None:
                raise SettingsError(f"no Prefect server answers at {self.prefect.url}: start it, or name none")
            return False
        register(self.prefect)
        self._tell(self._reaper.sweep(first=True))
        return True

    def _restore_deployments(self) -> None:
        """Make deployments known again that someone deleted; the runner, which knows the old ones, is started anew."""
        now = time.monotonic()
        if now - self._looked < _SWEEP_S:
            return
        self._looked = now
        missing = {entry["name"] for entry in declared()} - set(self.prefect.deployment_ids())
        if missing:
            self._say(f"The Prefect server has no deployment {', '.join(sorted(missing))} any more: it is added again.")
            register(self.prefect)
            if self._runner is not None:
                self._runner.kill()

    def _revive_server(self) -> None:
        if self._server is not None and not self._server.lives and self._pause_over():
            self._say("The Prefect server ended; it is started again.")
            self._server.restart()

    def _revive_runner(self) -> None:
        if self._runner is not None and self._runner.poll() is None:
            return
        if self._runner is None or self._pause_over():
            if self._runner is not None:
                self._say(f"The runner ended with code {self._runner.returncode}; it is started again.")
            self._runner = self._start_runner()

    def _pause_over(self) -> bool:
        """Whether a child that ended may be started again: each time a little later, so that nothing spins."""
        now = time.monotonic()
        if now < self._not_before:
            return False
        lately = now - self._not_before < 10 * _LONGEST_PAUSE_S
        self._pause_s = min(_LONGEST_PAUSE_S, self._pause_s * 2) if lately else 1.0
        self._not_before = now + self._pause_s
        return True

    def _start_runner(self) -> subprocess.Popen[bytes]:
        environment = dict(os.environ)
        set_defaults(environment)
        environment |= {
            "PREFECT_API_URL": self.prefect.url,
            "PREFECT_API_AUTH_STRING": self._auth,
            "PREFECT_HOME": str((self._settings.home / "prefect").resolve()),
            "PYTHONPATH": str(CHECKOUT),
            STUDIO: process_name(),
            **_absolute(self._settings),
        }
        folder = self._settings.home / "prefect"
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / "runner.log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "flows.upkeep.runner"],
                env=environment,
                cwd=CHECKOUT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def _note(self, problem: str) -> None:
        if problem != self._problem:
            self._say(problem)
        self._problem = problem

    def _tell(self, lines: list[str]) -> None:
        for line in lines:
            self._say(line)


def _absolute(settings: Settings) -> dict[str, str]:
    """Folders and files of the settings as variables that mean the same in whatever folder a process runs."""
    folders = {"HIBARI_HOME": settings.home, "HIBARI_RELEASES": settings.releases, "HIBARI_MODELS": settings.models_dir}
    named = os.environ.get("HIBARI_SETTINGS")
    file = {"HIBARI_SETTINGS": str(Path(named).resolve())} if named else {}
    return {name: str(folder.resolve()) for name, folder in folders.items()} | file
