from __future__ import annotations

import asyncio
import socket

import pytest

from schemas.errors import SettingsError
from studio.serve import bind


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
