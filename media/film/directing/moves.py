"""How the camera moves in a shot, and how one shot gives way to the next."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from media.film.camera import kept, room
from media.scenes.drawing import draw_scene
from schemas.film import Transition, View
from schemas.scene import Scene

_WIDE, _NEARER, _CLOSE, _CLOSEST, _MOST = 1.05, 1.14, 1.32, 1.48, 1.65
_DRIFTING = 1.2
_GROWTH_A_S = (0.01, 0.045)
_MOST_GROWTH = 1.22
_DRIFT_A_S = (0.01, 0.04)
_SIGHT_PX = 48
_DISSOLVE_S = (0.35, 1.0)
BIG_CHANGE = 0.25


@dataclass(frozen=True)
class Move:
    """From where to where the camera looks in a shot."""

    start: View
    end: View
    name: str


@lru_cache(maxsize=64)
def subject_of(scene: Scene) -> tuple[float, float]:
    """Where what the picture is about stands, in units from its middle; (0, 0) where it is about no one thing."""
    drawn = draw_scene(scene, _SIGHT_PX, _SIGHT_PX)
    share = drawn.region("subject")
    total = float(share.sum())
    if total < 0.002 * share.size:
        return 0.0, 0.0
    places = (np.arange(_SIGHT_PX) + 0.5) / _SIGHT_PX - 0.5
    return float(share.sum(0) @ places) / total, float(share.sum(1) @ places) / total


def move_of(scene: Scene, place: int, seconds: float, energy: float, rng: np.random.Generator) -> Move:
    """A shot's move: pushes, drifts, pulls and rises take turns; louder is faster and closer.

    Args:
        scene: what is seen, whose subject the camera looks towards.
        place: how many shots of this scene went before: the first is wide, later ones come closer.
        seconds: length of the shot.
        energy: 0 slow to 1 quick.
        rng: chance of this shot alone.
    """
    names = ("push", "drift", "pull", "rise") if energy < 0.72 else ("push", "drift", "push", "pull")
    name = names[(place + int(rng.integers(2))) % len(names)]
    base = (_WIDE, _CLOSE, _NEARER, _CLOSEST)[place % 4]
    speed = _GROWTH_A_S[0] + (_GROWTH_A_S[1] - _GROWTH_A_S[0]) * energy
    grown = min(_MOST_GROWTH, (1 + speed) ** seconds)
    x, y = subject_of(scene)
    aim = (x * float(rng.uniform(0.5, 0.9)), y * float(rng.uniform(0.4, 0.8)))
    if name in ("push", "pull"):
        far, near = kept(View(x=aim[0] * 0.3, y=aim[1] * 0.3, zoom=base)), _towards(aim, base * grown)
        return Move(far, near, name) if name == "push" else Move(near, far, name)
    zoom = max(base, _DRIFTING)
    most = room(zoom)
    reach = min(most, 0.5 * seconds * (_DRIFT_A_S[0] + (_DRIFT_A_S[1] - _DRIFT_A_S[0]) * energy))
    way = float(rng.choice([-1.0, 1.0]))
    if name == "drift":
        middle = float(np.clip(aim[0], reach - most, most - reach))
        height = float(np.clip(aim[1], -most, most))
        ends = ((middle - way * reach, height), (middle + way * reach, height))
    else:
        middle = float(np.clip(aim[1], reach - most, most - reach))
        aside = float(np.clip(aim[0], -most, most))
        ends = ((aside, middle + reach), (aside, middle - reach))
    start, end = (kept(View(x=x, y=y, zoom=zoom)) for x, y in ends)
    return Move(start, end, name)


def transition_of(
    before: float, after: float, *, new_section: bool, biggest: bool, shortest_s: float
) -> tuple[Transition, float]:
    """How a shot begins, and for how many seconds it does.

    A big change of energy goes through the dark, quiet stretches melt into each other, loud ones are cut.

    Args:
        before: energy of the shot before.
        after: energy of this one.
        new_section: whether a section begins with it.
        biggest: whether the song changes nowhere more than here.
        shortest_s: length of the shorter of the two.
    """
    if biggest and new_section and abs(after - before) >= BIG_CHANGE:
        return "dip", min(0.25 if after > before else 0.8, 0.4 * shortest_s)
    loud = max(before, after) if not new_section else after
    if loud < 0.5:
        low, high = _DISSOLVE_S
        return "dissolve", min(high - (high - low) * 2 * loud, 0.3 * shortest_s)
    return "cut", 0.0


def _towards(aim: tuple[float, float], zoom: float) -> View:
    zoom = min(zoom, _MOST)
    return kept(View(x=float(np.clip(aim[0], -1, 1)), y=float(np.clip(aim[1], -1, 1)), zoom=zoom))
