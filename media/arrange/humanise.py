"""Timing of played notes: swing, and the small deviations of hands."""

from __future__ import annotations

from schemas.plan import TICKS_PER_QUARTER

_EIGHTH = TICKS_PER_QUARTER // 2


def swing_tick(tick: int, swing: float) -> int:
    """Where a straight tick is played in swing; singer and players share this.

    The off-beat eighth of each quarter comes `swing` eighths late (0 straight, 0.33 triplets); what lies between is
    moved in proportion, so order is kept and quarters stay where they are.

    Args:
        tick: straight time in ticks, 480 a quarter, >= 0.
        swing: delay of off-beat eighths in eighths, 0 to 0.34.
    """
    if swing == 0:
        return tick
    quarter, inside = divmod(tick, TICKS_PER_QUARTER)
    turn = _EIGHTH * (1 + swing)
    if inside <= _EIGHTH:
        moved = inside * (1 + swing)
    else:
        moved = turn + (inside - _EIGHTH) * (TICKS_PER_QUARTER - turn) / _EIGHTH
    return quarter * TICKS_PER_QUARTER + round(moved)
