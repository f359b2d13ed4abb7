"""Key frames: six a second are drawn and painted, and what lies between follows from them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from schemas.film import Shot

KEYS_A_SECOND = 6


class Between(NamedTuple):
    """A frame between two key frames: their numbers in the film, its own, and how far it is from the first, 0-1."""

    before: int
    frame: int
    after: int
    share: float


def frames_of(shot: Shot, count: int, fps: int) -> Iterator[Between]:
    """The shot's first frames with the key frames they lie between; beyond its end, for a dissolve, it goes on.

    A key frame is its own `before`, with a share of 0.

    Args:
        shot: whose frames.
        count: how many.
        fps: frames a second of the film.
    """
    step = max(1, round(fps / KEYS_A_SECOND))
    last = shot.first_frame + max(count, shot.frames) - 1
    for frame in range(shot.first_frame, shot.first_frame + count):
        before = shot.first_frame + (frame - shot.first_frame) // step * step
        after = min(before + step, last)
        yield Between(before, frame, after, (frame - before) / (after - before) if after > before else 0.0)
