"""What a tune is like in numbers: the statistics by which composed songs are compared with real ones.

Pitch-class entropy and groove are those of Wu and Yang 2020 ('The Jazz Transformer on the Front Line', MusDr), the
histograms of pitch classes, intervals and note lengths, the range and the note count those of Yang and Lerch 2020 ('On
the evaluation of generative models in music', online 2018). How bars return is measured bar by bar, where MusDr looks
for fitness in a self-similarity matrix of sound: a sheet can be compared exactly.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import combinations, pairwise
from typing import TYPE_CHECKING, Literal

import numpy as np

from models.music.measured_tune import Bar, MeasuredTune, scale_height

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Figures = NDArray[np.float64]

LAGS = 16
"""How many bars back a bar is looked for."""
_LONGEST_SIXTEENTHS = 16
_LONGEST_PHRASE_BEATS = 32
_WIDEST = 12
_PLACES = 16

Likeness = Literal["exactly", "in rhythm", "moved"]


def pitch_class_entropy(tune: MeasuredTune, bars: int) -> float:
    """Entropy in bits of the pitch classes struck in each window of so many bars, its mean over the tune; 0 to 3.6.

    Low where a tune stays on few notes; Wu and Yang's H1 and H4. Windows overlap; those without a note do not count.
    """
    found = [[note.degree % 12 for note in bar.notes] for bar in tune.bars]
    windows = [sum(found[at : at + bars], []) for at in range(max(1, len(found) - bars + 1))]
    return float(np.mean([_entropy(window) for window in windows if window])) if any(windows) else 0.0


def _entropy(values: list[int]) -> float:
    shares = np.bincount(values) / len(values)
    shares = shares[shares > 0]
    return float(-(shares * np.log2(shares)).sum())


def in_scale_share(tune: MeasuredTune) -> float:
    """Share of the notes that belong to the key: the major or the natural minor scale."""
    return float(np.mean([scale_height(tune.mode, note.degree) % 1 == 0 for note in tune.notes]))


def chord_tone_share(tune: MeasuredTune) -> float:
    """Share of the notes on strong beats (1 and 3 of four, 1 of three) that belong to their chord's triad.

    Notes before the first chord do not count; not a number where no note does.
    """
    strong = (0, tune.bar / 2) if tune.bar == 16 else (0,)
    found = []
    for note in tune.notes:
        tones = tune.triad_at(note.onset)
        if tones and note.onset % tune.bar in strong:
            found.append(note.degree % 12 in tones)
    return float(np.mean(found)) if found else float("nan")


def groove_consistency(tune: MeasuredTune) -> float:
    """How alike the rhythms of two bars are: the share of sixteenths on which both strike or neither does, 0 to 1.

    The mean over all pairs of bars (Wu and Yang's GS).
    """
    grooves = np.zeros((len(tune.bars), tune.bar), bool)
    for row, bar in zip(grooves, tune.bars, strict=True):
        row[[int(note.onset) for note in bar.notes]] = True
    same = [float((one == other).mean()) for one, other in combinations(grooves, 2)]
    return float(np.mean(same)) if same else 1.0


def compass(tune: MeasuredTune) -> float:
    """Semitones from the lowest note to the highest."""
    degrees = [note.degree for note in tune.notes]
    return float(max(degrees) - min(degrees))


def notes_a_bar(tune: MeasuredTune) -> float:
    """Notes in a bar, the mean over the tune."""
    return len(tune.notes) / len(tune.bars)


def turns(tune: MeasuredTune) -> float:
    """Share of the moves that go the other way than the move before; notes struck again do not move."""
    moves = [after.degree - before.degree for before, after in pairwise(tune.notes) if after.degree != before.degree]
    return float(np.mean([one * other < 0 for one, other in pairwise(moves)])) if len(moves) > 1 else 0.0


def returning_bars(tune: MeasuredTune, how: Likeness) -> float:
    """Share of the bars, from the second on, that one of the sixteen bars before them is like; see `alike`."""
    found = []
    for at, bar in enumerate(tune.bars):
        if at and bar.notes:
            found.append(any(alike(tune, bar, earlier, how) for earlier in tune.bars[max(0, at - LAGS) : at]))
    return float(np.mean(found)) if found else 0.0


def lag_profile(tune: MeasuredTune, how: Likeness) -> Figures:
    """For each distance of 1 to 16 bars, the share of bars that are like the one so far before them.

    Not a number for distances that the tune is too short for. Shapes: returns [16].
    """
    profile = np.full(LAGS, np.nan)
    for lag in range(1, min(LAGS, len(tune.bars) - 1) + 1):
        pairs = zip(tune.bars[lag:], tune.bars, strict=False)
        found = [alike(tune, bar, earlier, how) for bar, earlier in pairs if bar.notes]
        profile[lag - 1] = np.mean(found) if found else np.nan
    return profile


def alike(tune: MeasuredTune, one: Bar, other: Bar, how: Likeness) -> bool:
    """Whether two bars have the same notes, begin their notes at the same places, or are one moved by steps.

    `moved` are two notes or more with the same rhythm, all of them the same number of steps of the scale apart from
    those of the other bar, at least one.
    """
    if len(one.notes) != len(other.notes) or [n.onset for n in one.notes] != [n.onset for n in other.notes]:
        return False
    degrees = ([note.degree for note in bar.notes] for bar in (one, other))
    heights = ([scale_height(tune.mode, degree) for degree in row] for row in degrees)
    apart = {a - b for a, b in zip(*heights, strict=True)}
    if how == "moved":
        return len(one.notes) > 1 and len(apart) == 1 and apart != {0.0}
    return how == "in rhythm" or apart <= {0.0}


def pitch_classes(tune: MeasuredTune) -> Figures:
    """Notes of each of the twelve pitch classes, counted from the tonic. Shapes: returns [12]."""
    return _counts([note.degree % 12 for note in tune.notes], 12)


def interval_sizes(tune: MeasuredTune) -> Figures:
    """Moves of -12 to 12 semitones, wider ones counted as an octave. Shapes: returns [25]."""
    moves = [after.degree - before.degree for before, after in pairwise(tune.notes)]
    return _counts([max(-_WIDEST, min(_WIDEST, move)) + _WIDEST for move in moves], 2 * _WIDEST + 1)


def note_lengths(tune: MeasuredTune) -> Figures:
    """Notes of each length in whole sixteenths: under one, 1 to 15, 16 or more. Shapes: returns [17]."""
    lengths = [min(_LONGEST_SIXTEENTHS, int(note.length)) for note in tune.notes]
    return _counts(lengths, _LONGEST_SIXTEENTHS + 1)


def places_in_bar(tune: MeasuredTune) -> Figures:
    """Notes that begin on each sixteenth of the bar. Shapes: returns [16], of which a bar of three uses twelve."""
    return _counts([int(note.onset % tune.bar) for note in tune.notes], _PLACES)


def phrase_lengths(tune: MeasuredTune) -> Figures:
    """Phrases of each length in beats, from first note to first note; 32 stands for more too. Shapes: returns [33]."""
    lengths = [min(_LONGEST_PHRASE_BEATS, round((after - before) / 4)) for before, after in pairwise(tune.phrases)]
    return _counts(lengths, _LONGEST_PHRASE_BEATS + 1)


def _counts(values: list[int], bins: int) -> Figures:
    return np.bincount(values, minlength=bins).astype(np.float64)


VALUES: dict[str, Callable[[MeasuredTune], float]] = {
    "pitch-class entropy, 1 bar": partial(pitch_class_entropy, bars=1),
    "pitch-class entropy, 4 bars": partial(pitch_class_entropy, bars=4),
    "notes in the scale": in_scale_share,
    "chord tones on strong beats": chord_tone_share,
    "groove consistency": groove_consistency,
    "compass": compass,
    "notes a bar": notes_a_bar,
    "turns": turns,
    "bars that return exactly": partial(returning_bars, how="exactly"),
    "bars that return in rhythm": partial(returning_bars, how="in rhythm"),
    "bars that return moved": partial(returning_bars, how="moved"),
}
"""Statistics that are one number a tune."""

HISTOGRAMS: dict[str, Callable[[MeasuredTune], Figures]] = {
    "pitch classes": pitch_classes,
    "interval sizes": interval_sizes,
    "note lengths": note_lengths,
    "places in the bar": places_in_bar,
    "phrase lengths": phrase_lengths,
}
"""Statistics that are counts."""

PROFILES: dict[str, Callable[[MeasuredTune], Figures]] = {
    "returns exactly, by distance": partial(lag_profile, how="exactly"),
    "returns in rhythm, by distance": partial(lag_profile, how="in rhythm"),
}
"""Statistics that are a curve over distances in bars."""
