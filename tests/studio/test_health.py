from __future__ import annotations

import threading
import time

import pytest

from schemas.errors import StoreError
from studio.health import KEEP_S, Pulse
from studio.problems import status_of


class Slow:
    """A Prefect server that takes its time, and counts who asked."""

    def __init__(self, seconds):
        self.seconds, self.asked = seconds, 0

    def healthy(self):
        self.asked += 1
        time.sleep(self.seconds)
        return True


@pytest.fixture
def slow(studio_home, monkeypatch):
    prefect = Slow(0.3)
    monkeypatch.setattr(studio_home.app.state.studio, "prefect", prefect)
    return prefect


def test_many_who_ask_at_once_cost_one_look(studio_home, slow):
    pulse, studio, found = Pulse(), studio_home.app.state.studio, []
    threads = [threading.Thread(target=lambda: found.append(pulse.readiness(studio))) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert slow.asked == 1
    assert [one.ready for one in found] == [True] * 12


def test_who_asks_while_another_looks_is_told_what_was_found_before(studio_home, slow):
    pulse, studio = Pulse(), studio_home.app.state.studio
    pulse.readiness(studio)
    time.sleep(KEEP_S)
    looking = threading.Thread(target=pulse.readiness, args=(studio,))
    looking.start()
    time.sleep(0.05)
    began = time.perf_counter()
    assert pulse.readiness(studio).ready
    assert time.perf_counter() - began < slow.seconds / 2
    looking.join()
    assert slow.asked == 2


def test_a_store_that_cannot_be_read_just_now_is_not_ready_and_nothing_is_missing():
    assert status_of(StoreError("catalogue: database is locked")) == 503
