from __future__ import annotations

import hashlib
import hmac
import json
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from artifacts.catalogue import Catalogue
from schemas.settings import StudioSettings
from studio import webhooks
from studio.webhook_addresses import Target
from studio.webhook_calls import call, signature
from studio.webhooks import WebhookSender, wait_s


@dataclass
class Receiver:
    """Somebody who is told of events, and answers as it is set to."""

    port: int = 0
    status: int = 204
    headers: dict[str, str] = field(default_factory=dict)
    taken: list[tuple[dict[str, str], bytes]] = field(default_factory=list)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    found = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            found.taken.append(({name.lower(): value for name, value in self.headers.items()}, body))
            self.send_response(found.status)
            for name, value in found.headers.items():
                self.send_header(name, value)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            return

    server = HTTPServer(("127.0.0.1", 0), Handler)
    found.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield found
    server.shutdown()
    server.server_close()
    thread.join(5)


@pytest.fixture
def catalogue(tmp_path):
    found = Catalogue.in_folder(tmp_path)
    yield found
    found.close()


def sender(catalogue, **settings) -> WebhookSender:
    given = {"webhook_private": True, "webhook_timeout_s": 2.0, "webhook_tries": 3, **settings}
    return WebhookSender(catalogue, StudioSettings(**given), resolver=lambda *_: ["127.0.0.1"])


def hook(catalogue, receiver, *events):
    url = f"http://hooks.example:{receiver.port}/hibari?a=b"
    return catalogue.add_webhook(url, events, by="Ada", seen=catalogue.last_event())


def test_an_event_is_delivered_signed_and_logged(catalogue, receiver):
    found = hook(catalogue, receiver)
    seq = catalogue.add_event("job.finished", album_id="x-1", job_id="job-1", body={"state": "done"})
    assert sender(catalogue).turn() == 1
    headers, body = receiver.taken[0]
    told = json.loads(body)
    assert told["delivery"] == headers["hibari-delivery"] == f"{found.id}-{seq}"
    assert told["event"]["kind"] == headers["hibari-event"] == "job.finished"
    assert told["event"]["body"] == {"state": "done"}
    assert headers["host"] == f"hooks.example:{receiver.port}"
    parts = dict(part.split("=", 1) for part in headers["hibari-signature"].split(","))
    wanted = hmac.new(found.secret.encode(), f"{parts['t']}.".encode() + body, hashlib.sha256).hexdigest()
    assert parts["v1"] == wanted
    assert abs(time.time() - int(parts["t"])) < 5
    [logged] = catalogue.calls(found.id)
    assert (logged.state, logged.status, logged.attempts) == ("delivered", 204, 1)


def test_only_the_kinds_that_are_wanted_are_told(catalogue, receiver):
    hook(catalogue, receiver, "release.pressed")
    catalogue.add_event("step.made")
    catalogue.add_event("release.pressed")
    sender(catalogue).turn()
    assert [headers["hibari-event"] for headers, _ in receiver.taken] == ["release.pressed"]


def test_what_is_refused_is_tried_again_later_and_given_up_in_the_end(catalogue, receiver, monkeypatch):
    monkeypatch.setattr(webhooks, "wait_s", lambda attempts: 0.0)
    monkeypatch.setattr(webhooks, "REST_S", 0.0)
    found = hook(catalogue, receiver)
    catalogue.add_event("job.finished")
    receiver.status = 500
    calls = sender(catalogue)
    states = []
    for _ in range(4):
        calls.turn()
        states.append(catalogue.calls(found.id)[0].state)
    assert states == ["waiting", "waiting", "failed", "failed"]
    assert [headers["hibari-attempt"] for headers, _ in receiver.taken] == ["1", "2", "3"]
    assert len({headers["hibari-delivery"] for headers, _ in receiver.taken}) == 1
    assert catalogue.calls(found.id)[0].error == "it answered 500"


def test_waits_grow_from_seconds_to_an_hour():
    waits = [wait_s(attempts) for attempts in (1, 2, 3, 4, 5, 9)]
    assert waits == sorted(waits)
    assert 4.5 <= waits[0] <= 5.5
    assert waits[-1] <= 3600 * 1.1


def test_a_webhook_that_is_down_is_left_alone_for_a_moment_and_then_told_everything(catalogue, receiver, monkeypatch):
    monkeypatch.setattr(webhooks, "wait_s", lambda attempts: 0.0)
    hook(catalogue, receiver)
    first, second = catalogue.add_event("job.started"), catalogue.add_event("job.finished")
    calls = sender(catalogue)
    receiver.status = 503
    assert [calls.turn(), calls.turn(), len(receiver.taken)] == [1, 0, 1]
    receiver.status = 200
    monkeypatch.setattr(webhooks.time, "monotonic", lambda real=time.monotonic: real() + webhooks.REST_S)
    calls.turn()
    assert [json.loads(body)["event"]["seq"] for _, body in receiver.taken] == [first, second, first]


def test_a_webhook_that_is_slow_holds_up_no_other(catalogue, receiver):
    silent = socket.create_server(("127.0.0.1", 0))
    catalogue.add_webhook(f"http://slow.example:{silent.getsockname()[1]}/", (), by="Ada", seen=0)
    hook(catalogue, receiver)
    calls = sender(catalogue)
    calls.start()
    begun = time.monotonic()
    catalogue.add_event("job.started")
    catalogue.add_event("job.finished")
    while len(receiver.taken) < 2 and time.monotonic() - begun < 5:
        time.sleep(0.02)
    assert time.monotonic() - begun < 1.9  # the slow one takes its two seconds and then fails
    calls.stop()
    silent.close()
    assert len(receiver.taken) == 2


def test_a_redirect_is_never_followed(catalogue, receiver):
    found = hook(catalogue, receiver)
    receiver.status, receiver.headers = 302, {"Location": f"http://127.0.0.1:{receiver.port}/elsewhere"}
    catalogue.add_event("job.finished")
    sender(catalogue).turn()
    assert len(receiver.taken) == 1
    assert "redirect" in catalogue.calls(found.id)[0].error


def test_a_name_that_turns_inward_after_it_was_allowed_is_not_called(catalogue, receiver):
    found = hook(catalogue, receiver)
    catalogue.add_event("job.finished")
    WebhookSender(catalogue, StudioSettings(webhook_timeout_s=1), resolver=lambda *_: ["127.0.0.1"]).turn()
    assert receiver.taken == []
    assert "open internet only" in catalogue.calls(found.id)[0].error


def test_the_name_is_not_looked_up_again_to_connect(receiver, monkeypatch):
    real = socket.getaddrinfo

    def only_numbers(host, *args, **options):
        assert host == "127.0.0.1"
        return real(host, *args, **options)

    monkeypatch.setattr(socket, "getaddrinfo", only_numbers)
    target = Target("http", "hooks.example", receiver.port, "/x", "127.0.0.1")
    assert call(target, b"{}", {}, timeout_s=2).delivered


def test_an_answer_that_drips_ends_with_the_time_of_the_call():
    listener = socket.create_server(("127.0.0.1", 0))

    def drip() -> None:
        connection, _ = listener.accept()
        with connection:
            connection.settimeout(5)
            try:
                for _ in range(100):
                    connection.sendall(b"H")
                    time.sleep(0.05)
            except OSError:
                return

    thread = threading.Thread(target=drip, daemon=True)
    thread.start()
    begun = time.monotonic()
    target = Target("http", "hooks.example", listener.getsockname()[1], "/", "127.0.0.1")
    outcome = call(target, b"{}", {}, timeout_s=0.5)
    assert time.monotonic() - begun < 2.0
    assert (outcome.status, outcome.error) == (None, "no answer within 0.5 s")
    listener.close()
    thread.join(6)


@pytest.mark.parametrize(("scheme", "connects_s", "ends_s"), [("http", 0.7, 0.7), ("https", 0.3, 0.6)])
def test_time_that_runs_out_while_it_connects_ends_the_call_too(monkeypatch, scheme, connects_s, ends_s):
    listener = socket.create_server(("127.0.0.1", 0))
    connect = socket.create_connection

    def late(*given, **named):
        time.sleep(connects_s)
        return connect(*given, **named)

    monkeypatch.setattr(socket, "create_connection", late)
    begun = time.monotonic()
    target = Target(scheme, "hooks.example", listener.getsockname()[1], "/", "127.0.0.1")
    outcome = call(target, b"{}", {}, timeout_s=0.6)
    assert time.monotonic() - begun < ends_s + 0.2
    assert (outcome.status, outcome.error) == (None, "no answer within 0.6 s")
    listener.close()


def test_a_long_answer_is_not_read_to_its_end():
    listener = socket.create_server(("127.0.0.1", 0))
    sent = []

    def pour() -> None:
        connection, _ = listener.accept()
        with connection:
            connection.recv(65536)
            try:
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n")
                while True:
                    sent.append(connection.send(b"x" * 65536))
            except OSError:
                return

    thread = threading.Thread(target=pour, daemon=True)
    thread.start()
    target = Target("http", "hooks.example", listener.getsockname()[1], "/", "127.0.0.1")
    assert call(target, b"{}", {}, timeout_s=5).delivered
    thread.join(6)
    assert sum(sent) < 50_000_000
    listener.close()


def test_a_certificate_must_be_the_names(tmp_path):
    listener = socket.create_server(("127.0.0.1", 0))
    seen = []

    def answer() -> None:
        connection, _ = listener.accept()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.sni_callback = lambda _, name, __: seen.append(name)
        with connection:
            try:
                context.wrap_socket(connection, server_side=True)
            except OSError:
                return

    thread = threading.Thread(target=answer, daemon=True)
    thread.start()
    target = Target("https", "hooks.example", listener.getsockname()[1], "/", "127.0.0.1")
    outcome = call(target, b"{}", {}, timeout_s=3)
    thread.join(5)
    listener.close()
    assert (outcome.status, outcome.delivered) == (None, False)
    assert seen == ["hooks.example"]


def test_the_signature_is_over_time_and_body():
    assert signature("s", b"{}", 1) == "t=1,v1=" + hmac.new(b"s", b"1.{}", hashlib.sha256).hexdigest()
    assert signature("s", b"{}", 2) != signature("s", b"{}", 1)


def test_the_sender_runs_in_the_background_and_stops(catalogue, receiver):
    found = hook(catalogue, receiver)
    calls = sender(catalogue)
    calls.start()
    catalogue.add_event("job.finished")
    until = time.monotonic() + 5
    while not receiver.taken and time.monotonic() < until:
        time.sleep(0.05)
    calls.stop()
    assert len(receiver.taken) == 1
    assert catalogue.calls(found.id)[0].state == "delivered"


def test_deliveries_are_shown_to_an_admin(served, receiver):
    home = served(webhook_private=True)
    admin = home.api("admin")
    made = admin.post(
        "/api/v1/webhooks", json={"url": f"http://127.0.0.1:{receiver.port}/", "events": ["job.finished"]}
    )
    assert made.status_code == 201
    name, secret = made.json()["webhook"]["id"], made.json()["secret"]
    home.catalogue.add_event("job.finished")
    WebhookSender(home.catalogue, home.app.state.studio.settings.studio).turn()
    [told] = admin.get(f"/api/v1/webhooks/{name}/deliveries").json()
    assert (told["state"], told["status"]) == ("delivered", 204)
    assert secret not in admin.get("/api/v1/webhooks").text
    assert admin.delete(f"/api/v1/webhooks/{name}").status_code == 204
    assert admin.get(f"/api/v1/webhooks/{name}/deliveries").status_code == 404
