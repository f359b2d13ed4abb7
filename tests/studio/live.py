"""A studio served over a socket, as browsers and programs meet it."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass

import uvicorn


@dataclass
class Live:
    """Where it is served."""

    port: int
    server: uvicorn.Server

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@contextlib.contextmanager
def serving(app, **options) -> Iterator[Live]:
    """Serve an app on a free port of loopback, in a thread."""
    settings = {"host": "127.0.0.1", "port": 0, "log_level": "critical", "access_log": False}
    server = uvicorn.Server(uvicorn.Config(app, **settings, timeout_graceful_shutdown=2, **options))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    until = time.monotonic() + 20
    while not server.started and time.monotonic() < until:
        time.sleep(0.02)
    assert server.started
    try:
        yield Live(server.servers[0].sockets[0].getsockname()[1], server)
    finally:
        server.should_exit = True
        thread.join(10)
        assert not thread.is_alive()
