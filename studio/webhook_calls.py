"""One call of a webhook: signed, to the address that was checked, never redirected, over in bounded time."""

from __future__ import annotations

import hashlib
import hmac
import http.client
import socket
import ssl
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from studio.webhook_addresses import Target

MAX_ANSWER_BYTES = 4096
"""How much of an answer is read: enough to see that it came."""


@dataclass(frozen=True)
class CallOutcome:
    """How a call went: the status that came back, or what went wrong."""

    status: int | None
    error: str

    @property
    def delivered(self) -> bool:
        """Whether the receiver took it: any 2xx."""
        return self.status is not None and 200 <= self.status < 300


def signature(secret: str, body: bytes, at_s: int) -> str:
    """The `Hibari-Signature` header: `t=<seconds>,v1=<hex HMAC-SHA256 of 't.body'>`."""
    signed = hmac.new(secret.encode(), f"{at_s}.".encode() + body, hashlib.sha256)
    return f"t={at_s},v1={signed.hexdigest()}"


def call(target: Target, body: bytes, headers: dict[str, str], *, timeout_s: float) -> CallOutcome:
    """POST a body; how it went.

    A redirect is an answer like any other and not followed. All of it is over after `timeout_s`, however slowly bytes
    come.
    """
    connection = _connection(target, timeout_s)
    ended = threading.Event()

    def end() -> None:
        ended.set()
        if connection.sock is not None:
            # shutdown, not close: it wakes the thread that waits for bytes
            try:
                connection.sock.shutdown(socket.SHUT_RDWR)
            except OSError:
                return

    alarm = threading.Timer(timeout_s, end)
    alarm.daemon = True
    alarm.start()
    try:
        connection.connect()
        if ended.is_set():  # the time ran out while there was no socket yet to shut
            raise TimeoutError
        connection.request("POST", target.path, body, {"Host": target.host_header, "Connection": "close", **headers})
        status = connection.getresponse()
        status.read(MAX_ANSWER_BYTES)
        if 300 <= status.status < 400:
            told = "it answered with a redirect, which is never followed: give the URL it leads to"
        else:
            told = "" if 200 <= status.status < 300 else f"it answered {status.status}"
        return CallOutcome(status.status, told)
    except (OSError, ValueError, http.client.HTTPException) as error:
        late = ended.is_set() or isinstance(error, TimeoutError)
        why = f"no answer within {timeout_s:g} s" if late else f"{type(error).__name__}: {error}"
        return CallOutcome(None, why[:400])
    finally:
        alarm.cancel()
        connection.close()


def _connection(target: Target, timeout_s: float) -> http.client.HTTPConnection:
    if target.scheme == "https":
        return _PinnedSecure(target, timeout_s)
    return _Pinned(target, timeout_s)


class _Pinned(http.client.HTTPConnection):
    """A connection to an address that was checked, whatever its name means by now."""

    def __init__(self, target: Target, timeout_s: float) -> None:
        super().__init__(target.host, target.port, timeout=timeout_s)
        self._address = target.address

    def connect(self) -> None:
        """Connect."""
        self.sock = socket.create_connection((self._address, self.port), self.timeout)


class _PinnedSecure(http.client.HTTPSConnection):
    """The same with TLS: the certificate must be the name's."""

    def __init__(self, target: Target, timeout_s: float) -> None:
        self._tls = ssl.create_default_context()
        super().__init__(target.host, target.port, timeout=timeout_s, context=self._tls)
        self._address = target.address

    def connect(self) -> None:
        """Connect, and see that whoever answers is the one that was named."""
        plain = socket.create_connection((self._address, self.port), self.timeout)
        try:
            secure = self._tls.wrap_socket(plain, server_hostname=self.host, do_handshake_on_connect=False)
        except BaseException:
            plain.close()
            raise
        self.sock = secure  # known before they greet each other, so that it can be shut then too
        secure.do_handshake()
