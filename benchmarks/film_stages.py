"""CPU seconds of a film by what they are spent on, measured from outside: the steps of filming, each with a stopwatch.

A stage has the time of its own work: what it calls that is a stage itself counts there alone.
"""

from __future__ import annotations

import resource
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from functools import wraps
from unittest.mock import patch

import media.film.stage
import tasks.filming.painters.move
import tasks.filming.rolling
from media.film.stage import ShotStage
from models.film.latent import LatentFilm
from models.pictures.upscaling.upscaler import Upscaler
from tasks.filming.finish import Finish
from tasks.filming.painters.keyed import KeyedPainter
from tasks.filming.painters.latent import LatentPainter
from tasks.filming.painters.move import MovePainter
from tasks.filming.painters.networks import ReferredKeys, StyledKeys

STAGES = {
    "drawing": "the scene drawn: key frames, and what falls between them",
    "camera and flow": "seen through the camera, labels, true flow",
    "network": "key frames painted",
    "warping": "pictures moved along maps and flow, what is drawn over paint laid over them",
    "finishing": "dissolves, colours, light; to bytes",
    "feeding": "words laid out, frames handed to ffmpeg",
    "ffmpeg": "scaled, words burned in, x264 (its own process)",
}
"""What every frame takes, in order."""

_PLACES: tuple[tuple[object, str, str], ...] = (
    (media.film.stage, "draw_scene", "drawing"),
    (tasks.filming.painters.move, "draw_scene", "drawing"),
    *(
        (ShotStage, name, "camera and flow")
        for name in ("__init__", "look", "at", "flow", "between", "details_at", "details_between", "details_drawn")
    ),
    (tasks.filming.painters.move, "grid_of", "camera and flow"),
    *((keys, name, "network") for keys in (StyledKeys, ReferredKeys) for name in ("begin", "paint")),
    (LatentFilm, "__init__", "opening"),
    (LatentFilm, "_batch", "network"),
    (Upscaler, "__call__", "network"),
    (Finish, "__call__", "finishing"),
)
_STEPS: tuple[tuple[object, str, str], ...] = (
    *((painter, "frames", "warping") for painter in (KeyedPainter, MovePainter, LatentPainter)),
    (tasks.filming.rolling, "reel_frames", "finishing"),
)


class Stopwatch:
    """CPU seconds of this process by stage, and of the processes it waited for under `ffmpeg`."""

    def __init__(self) -> None:
        self.seconds: defaultdict[str, float] = defaultdict(float)
        self._running: list[str] = []
        self._since = 0.0

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """What is done inside is of this stage."""
        self._stop()
        self._running.append(name)
        try:
            yield
        finally:
            self._stop()
            self._running.pop()

    def _stop(self) -> None:
        now = time.process_time()
        if self._running:
            self.seconds[self._running[-1]] += now - self._since
        self._since = now

    def timed(self, name: str, function: Callable[..., object]) -> Callable[..., object]:
        """A function whose calls are of a stage."""

        @wraps(function)
        def inside(*arguments: object, **named: object) -> object:
            with self.stage(name):
                return function(*arguments, **named)

        return inside

    def timed_steps(self, name: str, function: Callable[..., Iterable[object]]) -> Callable[..., Iterator[object]]:
        """A function that gives one thing after the other: making each is of a stage."""

        @wraps(function)
        def inside(*arguments: object, **named: object) -> Iterator[object]:
            given = iter(function(*arguments, **named))
            while True:
                with self.stage(name):
                    item = next(given, None)
                if item is None:
                    return
                yield item

        return inside

    def timed_writing(self, function: Callable[..., object]) -> Callable[..., object]:
        """`write_reel`, which feeds an ffmpeg and waits for it."""

        @wraps(function)
        def inside(*arguments: object, **named: object) -> object:
            before = of_children()
            with self.stage("feeding"):
                written = function(*arguments, **named)
            self.seconds["ffmpeg"] += of_children() - before
            return written

        return inside


@contextmanager
def stopwatch() -> Iterator[Stopwatch]:
    """A stopwatch on everything that films until the block is left."""
    watch = Stopwatch()
    with ExitStack() as patches:
        for places, timed in ((_PLACES, watch.timed), (_STEPS, watch.timed_steps)):
            for owner, name, stage in places:
                patches.enter_context(patch.object(owner, name, timed(stage, getattr(owner, name))))
        writing = watch.timed_writing(tasks.filming.rolling.write_reel)
        patches.enter_context(patch.object(tasks.filming.rolling, "write_reel", writing))
        yield watch


def of_children() -> float:
    """CPU seconds of the processes that this one has waited for, and of theirs."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
