"""Finds the key of a tune from how long each pitch class sounds.

Krumhansl and Kessler's probe-tone profiles (1982), correlated as Krumhansl and Schmuckler do; the chords, the first
and last of them and the key signature are weighed in.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from models.music.tokens import CLASS_INTERVALS, MODES, ChordClass
from schemas.plan import Mode

_PROFILES = {
    "major": (6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88),
    "minor": (6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17),
}


def find_key(
    notes: Sequence[tuple[int, int, int]],
    chords: Sequence[tuple[int, ChordClass]] = (),
    fifths: int | None = None,
) -> tuple[int, Mode]:
    """The tonic's pitch class and the mode.

    Args:
        notes: onset, duration (any unit) and MIDI pitch of each note, at least one.
        chords: root's pitch class and class, in order.
        fifths: sharps (positive) or flats (negative) of the key signature, None where it is not known.
    """
    weights = np.zeros(12)
    for _, length, pitch in notes:
        weights[pitch % 12] += length
    weights /= max(weights.sum(), 1.0)
    for root, chord_class in chords:
        for interval in CLASS_INTERVALS[chord_class][:3]:
            weights[(root + interval) % 12] += 0.25 / len(chords)
    best, found = -np.inf, (0, MODES[0])
    for mode in MODES:
        for tonic in range(12):
            score = float(np.corrcoef(np.roll(_PROFILES[mode], tonic), weights)[0, 1])
            score += _evidence(tonic, mode, notes[-1][2], chords, fifths)
            if score > best:
                best, found = score, (tonic, mode)
    return found


def _evidence(
    tonic: int, mode: Mode, last_pitch: int, chords: Sequence[tuple[int, ChordClass]], fifths: int | None
) -> float:
    score = 0.1 if last_pitch % 12 == tonic else 0.0
    if fifths is not None and (fifths * 7 + (0 if mode == "major" else 9)) % 12 == tonic:
        score += 0.2
    third = 4 if mode == "major" else 3
    for (root, chord_class), weight in zip((chords[-1], chords[0]) if chords else (), (0.2, 0.1), strict=False):
        if root == tonic and third in CLASS_INTERVALS[chord_class]:
            score += weight
    return score
