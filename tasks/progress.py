"""How far a run is: steps done of those to do, and the time left, for whoever shows it."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tasks.steps.film import gets_films
from tasks.steps.pictures import FORMATS
from tasks.steps.table import SONG_STEPS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from schemas.brief import Brief
    from tasks.orders import Delivery, Prospect

STEP_WEIGHTS: dict[str, float] = {
    "write_lyrics": 30.0,
    "compose_lead_sheet": 4.0,
    "arrange_score": 0.5,
    "engrave": 2.0,
    "render_stem": 0.5,
    "sing": 8.0,
    "mix": 6.0,
    "master": 6.0,
    "encode": 2.5,
    "inspect": 1.5,
    "direct_art": 3.0,
    "paint_cover": 24.0,
    "paint_pictures": 8.0,
    "direct_film": 1.0,
    "film_still": 8.0,
    "film_reel": 25.0,
    "film_video": 4.0,
    "lay_out_sleeve": 1.0,
}
"""Seconds a step of a one-minute song takes on one idle core, roughly: for the time left, nothing else."""

_USUAL_PARTS = 6
_USUAL_FILM = ["film_still"] * 5 + ["film_reel"] * 6


@dataclass(frozen=True)
class HowFar:
    """Where a run stands: steps done of all, and the seconds left at the pace so far."""

    done: int
    total: int
    left_s: float


def counted_steps(prospects: Sequence[Prospect]) -> list[str]:
    """The step name of every slot that is to be made; for what is not known yet, the usual number of it."""
    steps: list[str] = []
    for item in prospects:
        unknown = item.slot.step == "render_stem" and not item.slot.part
        steps += [item.slot.step] * (_USUAL_PARTS if unknown else 1)
        if item.slot.step == "direct_film":
            steps += _USUAL_FILM
    return steps


def usual_steps(brief: Brief) -> list[str]:
    """The step names of an album that nothing is known of yet."""
    songs = brief.songs
    of_a_song = [step.name for step in SONG_STEPS if step.name != "render_stem"] + ["render_stem"] * _USUAL_PARTS
    pictures = ["direct_art"] * (songs + 1) + ["paint_pictures"] * (songs + len(FORMATS))
    films = [*_USUAL_FILM, "direct_film", "film_video"] * songs if gets_films(brief) else []
    return [*of_a_song * songs, *pictures, "paint_cover", *films, "lay_out_sleeve"]


class Countdown:
    """Counts deliveries against what was foreseen."""

    def __init__(self, steps: Iterable[str]) -> None:
        """Get ready to count.

        Args:
            steps: the step name of every slot that is to be made (see `counted_steps`).
        """
        foreseen = list(steps)
        self._left = sum(STEP_WEIGHTS.get(step, 1.0) for step in foreseen)
        self._total = len(foreseen)
        self._done = 0
        self._weighed = 0.0
        self._begun = time.perf_counter()

    def expect(self, steps: Iterable[str], *, instead_of: Iterable[str] = ()) -> None:
        """Correct what was foreseen, once it is known better.

        Args:
            steps: what is to be made by what is known now.
            instead_of: the steps that were foreseen in their place.
        """
        known, guessed = list(steps), list(instead_of)
        gone = sum(STEP_WEIGHTS.get(step, 1.0) for step in guessed)
        self._left = max(0.0, self._left - gone) + sum(STEP_WEIGHTS.get(step, 1.0) for step in known)
        self._total = max(self._done, self._total - len(guessed)) + len(known)

    def add(self, delivery: Delivery) -> HowFar | None:
        """Count a delivery: where the run stands then; None for a reused one, which is no work."""
        if delivery.outcome == "reused":
            return None
        weight = STEP_WEIGHTS.get(delivery.slot.step, 1.0)
        self._left = max(0.0, self._left - weight)
        self._weighed += weight
        self._done += 1
        pace = (time.perf_counter() - self._begun) / self._weighed
        return HowFar(self._done, max(self._total, self._done), self._left * pace)
