from __future__ import annotations

import socket
import time

import pytest

from tests.studio.live import serving

JSON = {"Content-Type": "application/json"}


def test_a_body_announced_too_long_is_refused_unread(served):
    home = served(body_kib=16)
    for client, path in ((home.api("producer"), "/api/v1/albums"), (home.stranger(), "/login")):
        answer = client.post(path, content=b"x" * 20_000, headers=JSON)
        assert answer.status_code == 413
        assert answer.headers["connection"] == "close"


@pytest.mark.parametrize("length", ["-1", "abc", "1e9", "99999999999999999999", "9" * 5000])
def test_a_length_that_is_none_is_refused(still_studio, length):
    answer = still_studio.api("producer").post("/api/v1/albums", content=b"{}", headers={"Content-Length": length})
    assert answer.status_code == 413


def test_a_body_that_turns_out_too_long_is_cut(served):
    home = served(body_kib=16)
    form = {"Content-Type": "application/x-www-form-urlencoded"}

    def pieces():
        for _ in range(100):
            yield b"x" * 1000

    for path, kind in (("/api/v1/albums", JSON), ("/api/v1/batches", JSON), ("/login", form)):
        answer = home.api("producer").post(path, content=pieces(), headers=kind)
        assert answer.status_code == 413, path


def test_a_slow_body_is_cut_after_its_time(served):
    home = served(body_s=0.6)
    with serving(home.app) as live:
        for path, kind in (("/api/v1/albums", "application/json"), ("/login", "application/x-www-form-urlencoded")):
            begun = time.monotonic()
            with socket.create_connection(("127.0.0.1", live.port), timeout=10) as connection:
                head = (
                    f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{live.port}\r\nContent-Type: {kind}\r\n"
                    f"Authorization: Bearer {home.secrets['producer']}\r\nContent-Length: 100\r\n\r\n"
                )
                connection.sendall(head.encode())
                for _ in range(3):
                    connection.sendall(b"{")
                    time.sleep(0.05)
                answer = connection.recv(65536)
            assert answer.startswith(b"HTTP/1.1 408"), answer[:80]
            assert 0.5 < time.monotonic() - begun < 5


def test_a_deeply_nested_or_broken_body_is_a_problem_and_no_fault(still_studio):
    client = still_studio.api("producer")
    bodies = (b"[" * 100_000, b'{"a":' * 50_000, b"{", b"\xff\xfe", b"null", b"[]", b'"x"', b'{"theme": NaN}', b"")
    for body in bodies:
        for path in ("/api/v1/albums", "/api/v1/batches"):
            answer = client.post(path, content=body, headers=JSON)
            assert answer.status_code in (400, 422), (path, body[:20], answer.status_code)
            assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    "body",
    [
        '{"theme": "x", "seed": ' + "9" * 6000 + "}",
        '{"theme": "x", "tempo_bpm": ' + "9" * 6000 + "}",
        '{"theme": "\\ud800"}',
        '{"theme": "x\\u0000"}',
        '{"theme": "x", "\\u0000": 1}',
        '{"theme": "x", "tempo_bpm": 1e999}',
        '{"theme": "x", "language": ["ja"]}',
        '{"theme": {"theme": {"theme": []}}}',
    ],
)
def test_strange_values_are_refused_with_a_reason(still_studio, body):
    answer = still_studio.api("producer").post("/api/v1/albums", content=body, headers=JSON)
    assert answer.status_code in (400, 422), answer.text
    assert answer.json()["detail"]


def test_half_a_surrogate_pair_in_any_field_is_refused(still_studio):
    client = still_studio.api("admin")
    for path, body in (
        ("/api/v1/tokens", '{"name": "\\ud800", "role": "viewer"}'),
        (f"/api/v1/albums/{still_studio.album_id}/verdicts", '{"decision": "rejected", "reason": "\\udfff"}'),
    ):
        answer = client.post(path, content=body, headers=JSON)
        assert answer.status_code == 422
        assert answer.json()["fields"]


def test_a_body_of_another_type_is_told_what_is_read(still_studio):
    answer = still_studio.api("producer").post(
        "/api/v1/albums", content=b"<brief/>", headers={"Content-Type": "text/xml"}
    )
    assert answer.status_code == 415
    assert "application/json" in answer.json()["detail"]


@pytest.mark.parametrize(
    "number",
    ["0x" + "f" * 200_000, ":".join(["59"] * 80_000), ":".join(["59"] * 80_000) + ".5", "9" * 6000, "0b" + "1" * 9000],
    ids=["hexadecimal", "base sixty", "base sixty with a point", "decimal", "binary"],
)
def test_a_number_of_thousands_of_digits_is_refused_unread(still_studio, number):
    begun = time.monotonic()
    brief = f"theme: x\nseed: {number}\n"
    for body in (brief, f'{{"theme": "x", "takes": {number}}}'):
        plain = {"Content-Type": "text/plain"}
        answer = still_studio.api("producer").post("/api/v1/albums", content=body, headers=plain)
        assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
        assert f"{len(number)} characters" in answer.json()["detail"]
    for path, document in (("/new", brief), ("/batches", f"entries:\n- brief: {{seed: {number}}}\n")):
        assert still_studio.browser("producer").post(path, data={"document": document}).status_code == 422
    assert time.monotonic() - begun < 5


def test_a_budget_is_a_number_that_can_be_kept(still_studio):
    body = '{"briefs": [{"theme": "x"}], "budget": {"disk_mb": ' + "9" * 4000 + "}}"
    answer = still_studio.api("producer").post("/api/v1/batches", content=body, headers=JSON)
    assert answer.status_code == 422
    assert answer.json()["fields"][0]["field"] == "body.budget.disk_mb"
