"""The alphabet of full scores: what each token means, its name, and the grids that times, loudness and tempo lie on.

Time lies on a grid of 40 ticks, twelve to a quarter note: sixteenths and triplets both lie on it. Lengths are 1 to 24
steps exactly (up to a half note), then every 3 steps to a whole note, every 6 to two, every 12 to four (192 steps);
a longer note is given 192. Loudness is one of 16 buckets of 8 velocities, read back as the bucket's middle (4, 12,
… 124). Tempo is a multiple of 5 a minute, 50 to 180. A section's energy is a tenth, 0 to 1.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import Literal, get_args

from schemas.music import ChordQuality, PartRole
from schemas.plan import TICKS_PER_QUARTER, TONICS, Genre, Mode, Mood, SectionRole

Kind = Literal[
    "end", "score", "bar", "meter", "tonic", "mode", "tempo", "genre", "mood", "role", "program", "section", "energy",
    "bars", "tune", "line", "syllable", "position", "chord", "bass", "part", "pitch", "drum", "duration", "velocity",
]  # fmt: skip
"""What a token says."""

STEPS_PER_QUARTER = 12
STEP_TICKS = TICKS_PER_QUARTER // STEPS_PER_QUARTER
LENGTHS: tuple[int, ...] = (*range(1, 25), *range(27, 49, 3), *range(54, 97, 6), *range(108, 193, 12))
"""Lengths in steps that a duration token may have."""
MOST_SECTION_BARS = 64
TUNES = 8
MOST_PARTS = 16

GENRES: tuple[Genre, ...] = get_args(Genre)
MOODS: tuple[Mood, ...] = get_args(Mood)
MODES: tuple[Mode, ...] = get_args(Mode)
PART_ROLES: tuple[PartRole, ...] = get_args(PartRole)
SECTION_ROLES: tuple[SectionRole, ...] = get_args(SectionRole)
QUALITIES: tuple[ChordQuality, ...] = get_args(ChordQuality)

_SIZES: tuple[tuple[Kind, int], ...] = (
    ("end", 1),
    ("score", 1),
    ("bar", 1),
    ("meter", 2),
    ("tonic", 12),
    ("mode", len(MODES)),
    ("tempo", 27),
    ("genre", len(GENRES)),
    ("mood", len(MOODS)),
    ("role", len(PART_ROLES)),
    ("program", 129),
    ("section", len(SECTION_ROLES)),
    ("energy", 11),
    ("bars", MOST_SECTION_BARS),
    ("tune", TUNES),
    ("line", 1),
    ("syllable", 2),
    ("position", 4 * STEPS_PER_QUARTER),
    ("chord", 12 * len(QUALITIES)),
    ("bass", 12),
    ("part", MOST_PARTS),
    ("pitch", 128),
    ("drum", 128),
    ("duration", len(LENGTHS)),
    ("velocity", 16),
)
_SIZE: dict[Kind, int] = dict(_SIZES)
_FIRST: dict[Kind, int] = {}
_KINDS: list[Kind] = ["end"]
"""The kind of each token; token 0 pads and is of no kind that is ever read."""
for _kind, _size in _SIZES:
    _FIRST[_kind] = len(_KINDS)
    _KINDS.extend([_kind] * _size)

PAD = 0
SCORE_VOCABULARY = len(_KINDS)
"""Number of tokens, the padding included."""
DRUM_KIT = 128
"""The program token of a part of drums."""


def token(kind: Kind, value: int = 0) -> int:
    """The token of a kind and its value, counted from 0.

    Raises:
        ValueError: there is no such value of that kind.
    """
    size = _size_of(kind)
    if not 0 <= value < size:
        raise ValueError(f"{kind} {value}: from 0 to {size - 1}")
    return _FIRST[kind] + value


def meaning(number: int) -> tuple[Kind, int] | None:
    """Kind and value of a token; None for padding and for numbers outside the alphabet."""
    if not 0 < number < SCORE_VOCABULARY:
        return None
    kind = _KINDS[number]
    return kind, number - _FIRST[kind]


def token_name(number: int) -> str:
    """A token as a word that a person reads, e.g. 'chord=A:min7'; each has another."""
    found = meaning(number)
    if found is None:
        return "pad" if number == PAD else f"no-token={number}"
    kind, value = found
    if _size_of(kind) == 1:
        return kind
    return f"{kind}={_value_name(kind, value)}"


def nearest_length(steps: int) -> int:
    """The index in `LENGTHS` of the length nearest to a number of steps, the shorter of two; at most the longest."""
    place = bisect_left(LENGTHS, steps)
    if place == len(LENGTHS) or (place and steps - LENGTHS[place - 1] <= LENGTHS[place] - steps):
        place -= 1
    return place


def nearest_step(ticks: int) -> int:
    """The step of the grid nearest to a time in ticks, the earlier of two."""
    return (2 * ticks + STEP_TICKS - 1) // (2 * STEP_TICKS)


def _size_of(kind: Kind) -> int:
    return _SIZE[kind]


def _value_name(kind: Kind, value: int) -> str:
    lists: dict[Kind, tuple[str, ...]] = {
        "meter": ("3/4", "4/4"),
        "tonic": TONICS,
        "bass": TONICS,
        "mode": MODES,
        "genre": GENRES,
        "mood": MOODS,
        "role": PART_ROLES,
        "section": SECTION_ROLES,
        "tune": tuple("abcdefgh"),
        "syllable": ("light", "stressed"),
    }
    if kind in lists:
        return lists[kind][value]
    if kind == "chord":
        root, quality = divmod(value, len(QUALITIES))
        return f"{TONICS[root]}:{QUALITIES[quality]}"
    numbers: dict[Kind, str] = {
        "tempo": str(50 + 5 * value),
        "program": "drums" if value == DRUM_KIT else str(value),
        "energy": f"{value / 10:.1f}",
        "bars": str(value + 1),
        "velocity": str(8 * value + 4),
    }
    return str(LENGTHS[value]) if kind == "duration" else numbers.get(kind, str(value))
