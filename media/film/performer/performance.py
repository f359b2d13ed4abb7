"""What a portrait does while it sings: its mouth by the words, its eyes, brows and head by the music."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from media.film.performer.mouth import mouth_curves
from media.film.performer.phones import SungPhone, sung_phones
from schemas.audio import SyllableTime
from schemas.errors import MediaError
from schemas.music import LeadSheet
from schemas.plan import TICKS_PER_QUARTER

Floats = npt.NDArray[np.float64]

MOST_FRAMES = 2_000_000
_BLINK_GAP_S = (2.2, 5.5)
_CLOSE_S, _CLOSED_S, _OPEN_S = 0.08, 0.05, 0.17
_PHRASE_GAP_S = 0.35
_BROW_S = 0.14
_BROW_AWAY_S = 0.5


@dataclass(frozen=True)
class Performance:
    """What a face does in every frame, arrays [F].

    `mouth` [F, 5] is jaw, wide, round, press, bite (see `phones.Shape`); `blink` 0 open to 1 closed; `brow` 0 to 1
    raised; `sway` and `nod` move the head right and down in heights of the face; `roll` turns it, radians clockwise.
    """

    fps: float
    mouth: Floats
    blink: Floats
    brow: Floats
    sway: Floats
    nod: Floats
    roll: Floats

    @property
    def frame_count(self) -> int:
        """F."""
        return len(self.blink)


def perform(
    lead: LeadSheet, times: Sequence[SyllableTime], *, frames: int, fps: float, seed: int, liveliness: float = 1.0
) -> Performance:
    """How a portrait sings a song.

    Args:
        lead: the song's words and melody.
        times: when each syllable is heard, in order (`Stem.syllables` of the voice); empty: it only listens.
        frames: of the film, 1 to 2,000,000; frame n is seen at n / fps seconds from the song's first sample.
        fps: 1 to 240.
        seed: of blinks and small movements, 0 or more; the mouth does not depend on it.
        liveliness: factor on the movements of the head and brows, 0 to 2.

    Raises:
        MediaError: a number is out of bounds, or the times do not belong to the lead sheet.
    """
    if not (1 <= frames <= MOST_FRAMES and 1.0 <= fps <= 240.0):
        raise MediaError(f"a film has 1 to {MOST_FRAMES:,} frames, 1 to 240 a second, not {frames:,} and {fps}")
    if seed < 0 or not 0.0 <= liveliness <= 2.0:
        raise MediaError(f"seeds are 0 or more and liveliness is 0 to 2, not {seed} and {liveliness}")
    phones = sung_phones(lead, times)
    sheet = [lead.syllables[time.syllable] for time in times]
    at = np.arange(frames) / fps
    energy = _energy(lead, at)
    sway, nod, roll = _head(lead, at, energy, np.random.default_rng([seed, 2]))
    return Performance(
        fps=fps,
        mouth=mouth_curves(phones, _openness(lead, times), frames, fps),
        blink=_blinks(phones, at, fps, np.random.default_rng([seed, 1])),
        brow=liveliness * _brows(times, [syllable.stress for syllable in sheet], at),
        sway=liveliness * sway,
        nod=liveliness * nod,
        roll=liveliness * roll,
    )


def _openness(lead: LeadSheet, times: Sequence[SyllableTime]) -> list[float]:
    """Factor on the jaw for every time: high notes and loud sections are sung with an open mouth."""
    pitches = {note.syllable: note.pitch for note in reversed(lead.melody)}
    middle = float(np.median([note.pitch for note in lead.melody])) if lead.melody else 60.0
    factors = []
    for time in times:
        energy = float(_energy(lead, np.array([time.onset_s]))[0])
        high = pitches.get(time.syllable, middle) - middle
        factors.append(float(np.clip(0.72 + 0.3 * energy + 0.015 * high, 0.55, 1.15)))
    return factors


def _energy(lead: LeadSheet, at: Floats) -> Floats:
    """The energy of the section at some seconds, eased over about a second. Shapes: [T] -> [T]."""
    bar_s = lead.bar_ticks * lead.seconds_per_tick
    places = [(span.first_bar * bar_s, (span.first_bar + span.bars) * bar_s, span.energy) for span in lead.sections]
    knots = [(min(s + 0.5, e - 0.1), max(e - 0.5, s + 0.1), energy) for s, e, energy in places]
    return np.interp(
        at,
        [time for start_s, end_s, _ in knots for time in sorted((start_s, end_s))],
        [energy for *_, energy in knots for _ in range(2)],
    )


def _head(lead: LeadSheet, at: Floats, energy: Floats, draw: np.random.Generator) -> tuple[Floats, Floats, Floats]:
    """Sway, nod and roll: a nod a beat, a sway every two bars, and a slow drift that repeats nothing."""
    beats = at / (lead.seconds_per_tick * TICKS_PER_QUARTER)
    bars = beats / lead.beats_per_bar
    strength = 0.35 + 0.65 * energy
    drift = np.zeros((3, len(at)))
    for row in drift:
        for hertz in draw.uniform(0.05, 0.21, 3):
            row += np.sin(2 * np.pi * (hertz * at + draw.uniform())) / 3
    start = np.clip(at / 1.5, 0.0, 1.0)
    sway = start * strength * 0.016 * np.sin(np.pi * bars) + 0.012 * drift[0]
    # the head is lowest on the beat, a little lower on the first of a bar
    nod = start * strength * (0.008 * np.cos(2 * np.pi * beats) + 0.005 * np.cos(2 * np.pi * bars)) + 0.008 * drift[1]
    roll = start * strength * 0.018 * np.sin(np.pi * bars) + 0.014 * drift[2]
    return sway, nod, roll


def _brows(times: Sequence[SyllableTime], stresses: Sequence[int], at: Floats) -> Floats:
    """Brows raised at stressed syllables, the more the longer they are held."""
    raised = np.zeros(len(at))
    for time, stress in zip(times, stresses, strict=True):
        held_s = time.end_s - time.onset_s
        height = {0: 0.0, 1: 1.0, 2: 0.5}[stress] * float(np.clip(held_s / 0.8, 0.15, 1.0))
        first, last = np.searchsorted(at, [time.onset_s - _BROW_S, time.onset_s + held_s / 2 + _BROW_AWAY_S])
        near = at[first:last]
        away = np.maximum((time.onset_s - near) / _BROW_S, (near - time.onset_s - held_s / 2) / _BROW_AWAY_S)
        away = np.clip(away, 0.0, 1.0)
        raised[first:last] = np.maximum(raised[first:last], height * (1.0 - away * away * (3.0 - 2.0 * away)))
    return raised


def _blinks(phones: Sequence[SungPhone], at: Floats, fps: float, draw: np.random.Generator) -> Floats:
    """Blinks every few seconds, at the end of a phrase where one is near."""
    ends = np.array(
        [one.end_s for one, after in zip(phones, phones[1:], strict=False) if after.start_s - one.end_s > _PHRASE_GAP_S]
    )
    closed = np.zeros(len(at))
    blink_s = float(draw.uniform(0.8, _BLINK_GAP_S[1]))
    while blink_s < at[-1] + 1.0:
        if len(ends):
            end_s = float(ends[np.argmin(np.abs(ends - blink_s))])
            blink_s = end_s if abs(end_s - blink_s) < 0.9 else blink_s
        short = max(0.0, 1.001 / fps - _CLOSED_S) / 2
        first, last = np.searchsorted(at, [blink_s - short - _CLOSE_S, blink_s + _CLOSED_S + short + _OPEN_S])
        near = at[first:last] - blink_s
        away = np.clip(np.maximum((-short - near) / _CLOSE_S, (near - _CLOSED_S - short) / _OPEN_S), 0.0, 1.0)
        closed[first:last] = np.maximum(closed[first:last], 1.0 - away * away * (3.0 - 2.0 * away))
        blink_s += float(draw.uniform(*_BLINK_GAP_S))
    return closed
