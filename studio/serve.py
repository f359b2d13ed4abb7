"""The web application served on loopback until someone stops it."""

from __future__ import annotations

import contextlib
import signal
import socket
from typing import TYPE_CHECKING

import uvicorn

from schemas.errors import SettingsError
from studio.connections import PromptConnection

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType

    from fastapi import FastAPI

_GRACE_S = 2
"""Open event streams get so long to end."""


class _Server(uvicorn.Server):
    """A server that leaves signals to the studio, which has other processes to end too."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none."""
        yield


def bind(port: int) -> socket.socket:
    """A socket on loopback at a port; 0 takes a free one.

    Raises:
        SettingsError: the port is taken.
    """
    # asyncio sends without delay only where the protocol is named: else every answer waits 40 ms for the client's ACK
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind(("127.0.0.1", port))
    except OSError as error:
        listening.close()
        raise SettingsError(
            f"port {port} on loopback is taken ({error.strerror}): give another with --port, or 0 for a free one"
        ) from error
    return listening


def config_for(app: FastAPI) -> uvicorn.Config:
    """How an application is served.

    Who comes from where, and by https, is believed of `X-Forwarded-*` only where other names are served too, as behind
    a proxy: else every program of this machine would choose its own address, and no count by address would hold.
    """
    return uvicorn.Config(
        app,
        http=PromptConnection,
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=bool(app.state.studio.settings.studio.hosts),
        timeout_graceful_shutdown=_GRACE_S,
        lifespan="on",
    )


def serve(app: FastAPI, listening: socket.socket, *, ended: Callable[[], None]) -> None:
    """Serve until SIGINT or SIGTERM comes.

    Args:
        app: the application.
        listening: where, see `bind`.
        ended: called as soon as the signal comes, while requests are still being answered.
    """
    server = _Server(config_for(app))

    def stop(_signal: int, _frame: FrameType | None) -> None:
        server.should_exit = True
        app.state.studio.streams.end()
        ended()

    before = {name: signal.signal(name, stop) for name in (signal.SIGINT, signal.SIGTERM)}
    try:
        server.run(sockets=[listening])
    finally:
        for name, handler in before.items():
            signal.signal(name, handler)
