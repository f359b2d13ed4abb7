"""Where chords begin, what each is for, and how they go through the whole song."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from models.music.form import Tune
from models.music.harmony import Cadence, Harmony, Slot
from models.music.rhythm import LineShape
from schemas.plan import Genre, SongPlan

TWO_A_BAR: dict[Genre, float] = {
    "piano-ballad": 0.3,
    "folk": 0.12,
    "synth-pop": 0.0,
    "rock": 0.1,
    "lo-fi": 0.2,
    "bossa": 0.35,
}
"""How often a bar has two chords."""
_FAST_BPM = 120


def chord_places(
    plan: SongPlan, tune: Tune, number: int, shape: LineShape, generator: np.random.Generator
) -> tuple[int, ...]:
    """Slots at which the chords of a line begin: one a bar, in some bars of four beats two."""
    bar = shape.slots // shape.bars
    often = TWO_A_BAR[plan.genre] * (0.5 if plan.tempo_bpm > _FAST_BPM else 1.0)
    places = []
    for index in range(shape.bars):
        places.append(index * bar)
        rests = number == len(tune.lines) - 1 and index == shape.bars - 1
        if plan.beats_per_bar == 4 and generator.random() < often and not rests:
            places.append(index * bar + bar // 2)
    return tuple(places)


def chord_slots(
    tune: Tune,
    number: int,
    places: Sequence[int],
    copied: Mapping[int, Harmony],
    avoided: Harmony | None,
    bar_slots: int,
) -> list[Slot]:
    """What each chord of a line is for.

    Args:
        tune: the tune.
        number: the line's index in it.
        places: slots at which chords begin.
        copied: chords of the line that it answers, by slot.
        avoided: the chord that this tune must not begin with.
        bar_slots: slots in a bar.
    """
    final = number == len(tune.lines) - 1
    end: Cadence = "none"
    if final:
        end = "full" if tune.closes else "half"
    elif number % 4 == 1 and len(tune.lines) >= 4:
        end = "half"
    slots = []
    for index, place in enumerate(places):
        last, next_to_last = index == len(places) - 1, index == len(places) - 2
        changes = final and (last or next_to_last)
        slots.append(
            Slot(
                cadence=end if last else "none",
                approach=end if next_to_last else "none",
                copied=None if changes else copied.get(place),
                opens=number == 0 and index == 0,
                within_bar=place % bar_slots != 0,
                final=final,
                avoided=avoided if index == 0 else None,
            )
        )
    return slots
