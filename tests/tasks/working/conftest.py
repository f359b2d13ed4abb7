from __future__ import annotations

import pytest

from tasks.steps.table import ALBUM_STEPS, SONG_STEPS
from tasks.working.workplace import Workplace
from tests.tasks.conftest import InlinePool, made, made_home

__all__ = ["made", "made_home"]


class InlineWorkers(InlinePool):
    """Workers in the process of the test; `closed` says how they ended."""

    closed = ""

    def close(self, *, cancel=False):
        self.closed = "cancelled" if cancel else "closed"


def run_plainly(run):
    """Every step of a run, one after the other."""
    for step in SONG_STEPS:
        for album, song in run.songs():
            _step(run, album, song, step.name)
    for step in ALBUM_STEPS:
        for album in run.albums:
            _step(run, album, None, step.name)
    run.note_unfinished()


def _step(run, album, song, name):
    try:
        run.make_step(album, song, name)
    except Exception:
        assert album.failures


@pytest.fixture
def place(made):
    """Where jobs are worked on, over the store of the made album; `place.started` counts the workers."""
    started = []

    def start():
        started.append(InlineWorkers(made.settings))
        return started[-1]

    place = Workplace(made.bench, run_plainly, start)
    place.started = started
    return place
