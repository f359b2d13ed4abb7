"""When a tick of the score is heard: tempo and swing."""

from __future__ import annotations

from schemas.plan import TICKS_PER_QUARTER

_EIGHTH = TICKS_PER_QUARTER // 2


def swing_tick(tick: int, swing: float) -> float:
    """Where a tick falls once off-beat eighths are delayed by `swing` of an eighth (0 straight, 0.34 the most).

    The beat stays, its off-beat eighth (tick 240 of 480) moves to 240 + swing * 240, and everything between is
    stretched evenly inside its half of the beat, so order is kept and no two onsets meet.
    """
    beat, within = divmod(tick, TICKS_PER_QUARTER)
    middle = _EIGHTH * (1.0 + swing)
    if within <= _EIGHTH:
        swung = within * middle / _EIGHTH
    else:
        swung = middle + (within - _EIGHTH) * (TICKS_PER_QUARTER - middle) / _EIGHTH
    return beat * TICKS_PER_QUARTER + swung
