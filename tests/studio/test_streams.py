from __future__ import annotations

import asyncio
import contextlib
import json
import time

import httpx
import pytest

from studio import streams
from tests.studio.live import serving


@contextlib.contextmanager
def listening(home, live, *, role="viewer", headers=None, **asked):
    """The lines of an event stream."""
    sent = {"Authorization": f"Bearer {home.secrets[role]}", **(headers or {})}
    with (
        httpx.Client(base_url=live.url, headers=sent, timeout=20, trust_env=False) as client,
        client.stream("GET", "/api/v1/events", params=asked) as answer,
    ):
        yield answer, answer.iter_lines()


def next_event(lines):
    """The next event: its id, kind and body."""
    found = {}
    for line in lines:
        name, _, value = line.partition(": ")
        if name in ("id", "event", "data"):
            found[name] = value
        elif not line and "data" in found:
            return int(found["id"]), found["event"], json.loads(found["data"])
    return None


@pytest.fixture
def live(studio_home):
    with serving(studio_home.app) as found:
        yield found


def test_an_event_is_told_within_a_second(studio_home, live):
    with listening(studio_home, live) as (answer, lines):
        assert answer.headers["content-type"].startswith("text/event-stream")
        assert next(lines) == "retry: 2000"
        begun = time.monotonic()
        seq = studio_home.catalogue.add_event("step.made", album_id="x-1", job_id="job-1", body={"step": "mix"})
        told, kind, event = next_event(lines)
        assert time.monotonic() - begun < 1.0
    assert (told, kind) == (seq, "step.made")
    assert event["album_id"] == "x-1"
    assert event["body"] == {"step": "mix"}


def test_who_comes_back_is_told_what_was_missed_and_nothing_twice(studio_home, live):
    add = studio_home.catalogue.add_event
    first = add("job.queued")
    missed = [add("step.made", body={"done": i}) for i in range(3)]
    for asked, headers in (({"after": first}, {}), ({}, {"Last-Event-ID": str(first)})):
        with listening(studio_home, live, headers=headers, **asked) as (_, lines):
            assert [next_event(lines)[0] for _ in missed] == missed
            later = add("job.finished")
            assert next_event(lines)[0] == later
        missed.append(later)


def test_one_may_listen_to_an_album_or_a_job_alone(studio_home, live):
    add = studio_home.catalogue.add_event
    before = studio_home.catalogue.last_event()
    add("step.made", album_id="other-1", job_id="job-a")
    wanted = add("step.made", album_id="x-1", job_id="job-b")
    for asked in ({"album": "x-1"}, {"job": "job-b"}):
        with listening(studio_home, live, after=before, **asked) as (_, lines):
            assert next_event(lines)[0] == wanted
            add("step.made", album_id="other-1", job_id="job-a")
            later = add("step.made", album_id="x-1", job_id="job-b")
            assert next_event(lines)[0] == later
        before = wanted = later
        wanted = add("step.made", album_id="x-1", job_id="job-b")


def test_a_stream_ends_when_its_token_is_revoked(studio_home, live):
    with listening(studio_home, live) as (_, lines):
        next(lines)
        studio_home.catalogue.revoke_token(studio_home.catalogue.token_of(studio_home.secrets["viewer"]).id)
        begun = time.monotonic()
        assert next_event(lines) is None
        assert time.monotonic() - begun < 4.0


def test_no_more_listen_than_may(served):
    home = served(listeners=2)
    with serving(home.app) as live, contextlib.ExitStack() as open_streams:
        heard = [open_streams.enter_context(listening(home, live)) for _ in range(2)]
        for _, lines in heard:
            next(lines)
        with listening(home, live) as (answer, _):
            assert answer.status_code == 503
            assert answer.headers["retry-after"] == "10"
        assert home.app.state.studio.streams.listening == 2


def test_one_token_leaves_room_for_others(served):
    home = served(listeners=5)
    with serving(home.app) as live, contextlib.ExitStack() as open_streams:
        heard = [open_streams.enter_context(listening(home, live)) for _ in range(4)]
        for _, lines in heard:
            next(lines)
        with listening(home, live) as (answer, _):
            assert answer.status_code == 503
        with listening(home, live, role="reviewer") as (answer, _):
            assert answer.status_code == 200


def test_a_server_that_stops_ends_its_streams(studio_home):
    with serving(studio_home.app) as live, listening(studio_home, live) as (_, lines):
        next(lines)
        studio_home.app.state.studio.streams.end()
        assert next_event(lines) is None


def test_a_comment_comes_while_nothing_happens(studio_home, live, monkeypatch):
    monkeypatch.setattr(streams, "HEARTBEAT_S", 0.2)
    with listening(studio_home, live) as (_, lines):
        assert next(lines) == "retry: 2000"
        assert [next(lines), next(lines)] == ["", ":"]


def test_a_listener_that_falls_behind_is_cut_off_after_what_waits():
    async def run():
        listener = streams.Listener("", "", None)
        for number in range(streams.WAITING + 10):
            listener.tell(b"%d" % number)
        taken = [listener.waiting.get_nowait() for _ in range(listener.waiting.qsize())]
        assert taken == [b"%d" % number for number in range(streams.WAITING)] + [None]

    asyncio.run(run())


def test_nothing_is_looked_at_while_nobody_listens(studio_home, monkeypatch):
    looks = []
    real = type(studio_home.catalogue).events_after

    def counted(self, *args, **options):
        looks.append(1)
        return real(self, *args, **options)

    monkeypatch.setattr(type(studio_home.catalogue), "events_after", counted)
    with serving(studio_home.app) as live:
        with listening(studio_home, live) as (_, lines):
            next(lines)
            time.sleep(0.8)
        assert looks
        time.sleep(0.8)
        looks.clear()
        time.sleep(0.8)
        assert looks == []


@pytest.mark.slow
def test_two_hundred_listeners_are_told_within_a_second(served):
    home = served(listeners=250)

    async def listen(client, told):
        async with client.stream("GET", "/api/v1/events") as answer:
            async for line in answer.aiter_lines():
                if line.startswith("retry"):
                    told["ready"] = told.get("ready", 0) + 1
                if line.startswith("data"):
                    told.setdefault("at", []).append(time.monotonic())
                    return

    async def run(url):
        told = {}
        limits = httpx.Limits(max_connections=None)
        headers = {"Authorization": f"Bearer {home.secrets['viewer']}"}
        async with httpx.AsyncClient(
            base_url=url, headers=headers, limits=limits, timeout=60, trust_env=False
        ) as client:
            waiting = [asyncio.create_task(listen(client, told)) for _ in range(200)]
            while told.get("ready", 0) < 200:
                await asyncio.sleep(0.05)
            begun = time.monotonic()
            await asyncio.to_thread(home.catalogue.add_event, "job.finished")
            await asyncio.gather(*waiting)
            return max(told["at"]) - begun

    with serving(home.app) as live:
        assert asyncio.run(run(live.url)) < 1.0
