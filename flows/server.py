"""The Prefect server a run reports to: the one that already runs, or one of our own on loopback."""

from __future__ import annotations

import os
import secrets
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from typing import TYPE_CHECKING

from flows.prefect_safety import set_defaults
from flows.processes import HELD_BY, process_name
from schemas.errors import SettingsError
from schemas.settings import CHECKOUT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_DRAIN_S = 5.0
_START_LIMIT_S = 300.0
_SCHEDULER_S = 15  # a schedule that was just added plans its first run within so many seconds
_FOR_DEPLOYMENTS = (
    "CANCELLATION_CLEANUP",
    "CLEANUP_RECONCILER",
    "EVENT_PERSISTER",
    "FOREMAN",
    "LATE_RUNS",
    "PAUSE_EXPIRATIONS",
    "REPOSSESSOR",
    "SCHEDULER",
    "TRIGGERS",
)
"""Services that a server without deployments does without. The recorder of task runs stays."""


class LocalServer:
    """A Prefect server process of our own: loopback only, a generated password, closed with the run.

    It ends when this process does, even when this process is killed.
    """

    def __init__(self, home: Path, *, schedules: bool = False) -> None:
        """Start the server without waiting for it.

        Args:
            home: where its database and log lie, in a folder of their own.
            schedules: whether it looks after deployments too: schedules, late runs, automations. A run of its own
                needs none of that, and is quicker without.
        """
        self._schedules = schedules
        self._folder = private_folder(home)
        self._auth = f"hibari:{secrets.token_urlsafe(24)}"
        self._port = _free_port()
        self.url = f"http://127.0.0.1:{self._port}/api"
        self.started_s = 0.0
        self._begun = time.perf_counter()
        self._process = self._start()

    @property
    def auth(self) -> str:
        """Its generated password, as 'user:password'."""
        return self._auth

    @property
    def lives(self) -> bool:
        """Whether its process runs."""
        return self._process.poll() is None

    def restart(self) -> None:
        """Start a server that ended once more, at the same place and with the same password; not waited for."""
        self._begun = time.perf_counter()
        self._process = self._start()

    def _start(self) -> subprocess.Popen[bytes]:
        with (self._folder / "server.log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "flows.serving", str(self._port), str(os.getpid())],
                env=self._environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                cwd=CHECKOUT,
            )

    def wait(self) -> None:
        """Wait until the server answers.

        Raises:
            SettingsError: it ended or did not answer within five minutes.
        """
        while time.perf_counter() - self._begun < _START_LIMIT_S:
            if self._process.poll() is not None:
                raise SettingsError(
                    f"the Prefect server ended with code {self._process.returncode}; read {self._folder}/server.log"
                )
            if _answers(f"{self.url}/health", self._auth):
                self.started_s = time.perf_counter() - self._begun
                return
            time.sleep(0.1)
        self.close()
        raise SettingsError(f"the Prefect server did not answer within {_START_LIMIT_S:.0f} s: the machine is too busy")

    @contextmanager
    def connected(self) -> Iterator[None]:
        """Point Prefect's client, in this process, at the server while the block runs.

        The runs of the block carry the name of this process, so that they can be told from living ones once it died.
        What Prefect's own threads still have to tell is told before the block ends: at the end of the process they
        would try a server that ended long ago, for minutes.
        """
        from prefect import tags
        from prefect.events.worker import EventsWorker
        from prefect.settings import (
            PREFECT_API_AUTH_STRING,
            PREFECT_API_URL,
            PREFECT_LOGGING_TO_API_ENABLED,
            PREFECT_RESULTS_DEFAULT_SERIALIZER,
            temporary_settings,
        )

        server = {
            PREFECT_API_URL: self.url,
            PREFECT_API_AUTH_STRING: self._auth,
            PREFECT_LOGGING_TO_API_ENABLED: False,
            PREFECT_RESULTS_DEFAULT_SERIALIZER: "json",
        }
        try:
            with temporary_settings(server), tags(HELD_BY + process_name()):
                yield
        finally:
            EventsWorker.drain_all(timeout=_DRAIN_S)

    def cpu_s(self) -> float:
        """Processor seconds the server has used so far; 0 once it has ended."""
        import psutil

        try:
            times = psutil.Process(self._process.pid).cpu_times()
        except psutil.Error:
            return 0.0
        return float(times.user + times.system)

    def close(self) -> None:
        """End the server and wait for it."""
        self._process.terminate()
        try:
            self._process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _environment(self) -> dict[str, str]:
        return _database_environment(self._folder) | {
            "PREFECT_SERVER_API_AUTH_STRING": self._auth,
            "PREFECT_SERVER_CORS_ALLOWED_ORIGINS": self.url.removesuffix("/api"),
            "PREFECT_SERVER_UI_ENABLED": "false",
            "PREFECT_SERVER_SERVICES_SCHEDULER_LOOP_SECONDS": str(_SCHEDULER_S),
            **{f"PREFECT_SERVER_SERVICES_{name}_ENABLED": str(self._schedules).lower() for name in _FOR_DEPLOYMENTS},
        }


def private_folder(home: Path) -> Path:
    """The folder of the server's database and logs, which nobody else on this machine may look into."""
    folder = home / "prefect"
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    return folder


def prepare_database(home: Path) -> None:
    """Bring the database of our own server to the newest schema, so that its first start is as quick as any other.

    Raises:
        SettingsError: it could not be brought up to date; the log says why.
    """
    folder = private_folder(home)
    command = [sys.executable, "-c", "from flows.serving import migrate; migrate()"]
    done = subprocess.run(command, env=_database_environment(folder), capture_output=True, text=True, check=False)
    if done.returncode:
        raise SettingsError(f"the Prefect database in {folder} could not be migrated: {done.stderr[-600:]}")


def _database_environment(folder: Path) -> dict[str, str]:
    environment = dict(os.environ)
    set_defaults(environment)
    return environment | {
        "PREFECT_HOME": str(folder),
        "PREFECT_API_URL": "",
        "PREFECT_SERVER_DATABASE_CONNECTION_URL": f"sqlite+aiosqlite:///{folder / 'prefect.db'}",
    }


def existing_server() -> str | None:
    """The URL of a Prefect server that the user's environment names and that answers; None where there is none.

    Raises:
        SettingsError: the environment names one, but it does not answer.
    """
    url = os.environ.get("PREFECT_API_URL", "")
    if not url:
        return None
    if not _answers(f"{url.rstrip('/')}/health", os.environ.get("PREFECT_API_AUTH_STRING", "")):
        raise SettingsError(f"PREFECT_API_URL is {url!r}, but no server answers there: start it or unset the variable")
    return url


def _answers(url: str, auth: str) -> bool:
    import base64

    request = urllib.request.Request(url)  # noqa: S310 - an http URL we made or the user's own setting
    if auth:
        request.add_header("Authorization", "Basic " + base64.b64encode(auth.encode()).decode())
    try:
        with urllib.request.urlopen(request, timeout=2) as answer:  # noqa: S310
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError, ValueError):
        return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
