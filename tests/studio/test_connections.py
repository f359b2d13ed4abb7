from __future__ import annotations

import socket
import time

import pytest

from studio import connections
from studio.connections import PromptConnection
from tests.studio.live import serving


@pytest.fixture
def live(still_studio, monkeypatch):
    monkeypatch.setattr(connections, "HEADERS_S", 0.5)
    with serving(still_studio.app, http=PromptConnection) as live:
        yield live


def ask(live, path="/api/v1/health", more="") -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{live.port}\r\n{more}\r\n".encode()


def answers(connection) -> bytes:
    """All that comes until the other side closes."""
    found = b""
    while piece := connection.recv(65536):
        found += piece
    return found


def dribble(connection, sent: bytes) -> None:
    for place in range(len(sent)):
        connection.sendall(sent[place : place + 1])
        time.sleep(0.05)


def one_answer(connection) -> bytes:
    found = b""
    while not found.endswith(b'{"status":"ok"}'):
        found += connection.recv(65536)
    return found


@pytest.mark.parametrize("begun", [b"", b"GET /api/v1/health HTTP/1.1\r\nHo"])
def test_headers_that_do_not_come_end_the_connection(live, begun):
    with socket.create_connection(("127.0.0.1", live.port), timeout=5) as connection:
        since = time.monotonic()
        connection.sendall(begun)
        assert answers(connection) == b""
        assert 0.4 < time.monotonic() - since < 3


def test_headers_that_dribble_end_a_connection_that_brought_a_request_before(live):
    with socket.create_connection(("127.0.0.1", live.port), timeout=5) as connection:
        connection.sendall(ask(live))
        assert one_answer(connection).startswith(b"HTTP/1.1 200")
        since = time.monotonic()
        with pytest.raises(OSError, match="reset|pipe|closed"):
            dribble(connection, ask(live, more="X: " + "x" * 100))
        assert 0.4 < time.monotonic() - since < 3


def test_requests_that_come_in_time_are_answered_one_after_the_other(live):
    with socket.create_connection(("127.0.0.1", live.port), timeout=5) as connection:
        for _ in range(4):
            connection.sendall(ask(live))
            assert one_answer(connection).startswith(b"HTTP/1.1 200")
            time.sleep(0.2)


def test_a_body_with_a_length_and_in_pieces_is_refused_and_nothing_after_it_is_read(live):
    head = f"POST /login HTTP/1.1\r\nHost: 127.0.0.1:{live.port}\r\nContent-Length: 5\r\n"
    both = (head + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n").encode()
    with socket.create_connection(("127.0.0.1", live.port), timeout=5) as connection:
        connection.sendall(both + ask(live))
        found = answers(connection)
    assert found.startswith(b"HTTP/1.1 400")
    assert found.count(b"HTTP/1.1 ") == 1
