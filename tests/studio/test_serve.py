from __future__ import annotations

import asyncio
import socket

import pytest
from starlette.testclient import TestClient

from schemas.errors import SettingsError
from studio.context import FAILURES_A_MINUTE
from studio.serve import bind, config_for
from tests.studio.conftest import BASE


def test_answers_are_sent_without_waiting_for_the_last_one_to_be_acknowledged():
    """Nagle's delay, 40 ms an answer on loopback, is off on the sockets that the studio's one accepts."""

    async def accepted() -> int:
        seen: asyncio.Queue[int] = asyncio.Queue()

        async def meet(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            sock = writer.get_extra_info("socket")
            seen.put_nowait(sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
            writer.close()
            await writer.wait_closed()

        with bind(0) as listening:
            server = await asyncio.start_server(meet, sock=listening)
            async with server:
                _, writer = await asyncio.open_connection(*listening.getsockname())
                found = await seen.get()
                writer.close()
                await writer.wait_closed()
        return found

    assert asyncio.run(accepted()) != 0


def test_a_port_that_is_taken_is_named():
    with bind(0) as listening:
        listening.listen()
        port = listening.getsockname()[1]
        with pytest.raises(SettingsError, match=f"port {port} on loopback is taken"):
            bind(port)


def guessing(app, header: str) -> list[int]:
    """What a program on this machine is answered that tries tokens and says of itself that it is always another."""
    config = config_for(app)
    config.load()
    client = TestClient(config.loaded_app, BASE, client=("127.0.0.1", 50_000), raise_server_exceptions=False)
    return [
        client.get("/api/v1/albums", headers={"Authorization": f"Bearer hib_{i}", header: f"10.0.0.{i}"}).status_code
        for i in range(FAILURES_A_MINUTE + 1)
    ]


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "X-Real-IP"])
def test_nobody_chooses_the_address_that_tries_are_counted_by(studio_home, header):
    assert guessing(studio_home.app, header)[-1] == 429


def test_behind_a_proxy_each_visitor_is_counted_alone(served):
    assert set(guessing(served(hosts=("studio.example",)).app, "X-Forwarded-For")) == {401}
