"""Fitting spoken syllables to notes: consonants keep their length, the vowel starts on the beat and is held."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from media.voice.phones import SpokenSyllable
from media.voice.source import Span

_LONGEST_LEAD_S = 0.16
_LONGEST_SOFT_LEAD_S = 0.10
_LONGEST_CODA_S = 0.20
_SHORTEST_VOWEL_S = 0.045
_EDGE_S = 0.045
_LEGATO_GAP_S = 0.06


@dataclass(frozen=True)
class Slot:
    """The time a syllable may sound, in seconds: vowel start to the end of its last note, and the rests around it.

    `before_s` is how long before the vowel it is silent (0 where the syllable before goes on until its consonants).
    """

    onset_s: float
    end_s: float
    before_s: float


@dataclass(frozen=True)
class Fitted:
    """A syllable in time, in seconds: where it starts, its vowel, its coda and its end; and the warp to its speech.

    `points` are (song time, speech time) pairs, both rising.
    """

    start_s: float
    vowel_s: float
    coda_s: float
    end_s: float
    points: tuple[tuple[float, float], ...]
    starts_phrase: bool
    ends_phrase: bool


def fit_line(slots: Sequence[Slot], spans: Sequence[Span], said: Sequence[SpokenSyllable]) -> tuple[Fitted, ...]:
    """Each spoken syllable of a line fitted to its slot."""
    fitted: list[Fitted] = []
    leads = [
        lead_within(slot.before_s if number == 0 or slot.before_s > _LEGATO_GAP_S else 1.0, spans[number], said[number])
        for number, slot in enumerate(slots)
    ]
    for number, (slot, span) in enumerate(zip(slots, spans, strict=True)):
        following = slots[number + 1] if number + 1 < len(slots) else None
        joined = following is not None and following.before_s <= _LEGATO_GAP_S
        end_s = slot.end_s
        coda = min(span.end_s - span.coda_s, _LONGEST_CODA_S)
        if joined and following is not None:
            end_s = following.onset_s
            lead = leads[number + 1]
            room = max(end_s - slot.onset_s - _SHORTEST_VOWEL_S, 0.55 * (end_s - slot.onset_s))
            if coda + lead > room:
                coda, leads[number + 1] = coda * room / (coda + lead), lead * room / (coda + lead)
            end_s -= leads[number + 1]
        else:
            coda = min(coda, 0.6 * (end_s - slot.onset_s))
        start_s = slot.onset_s - leads[number]
        coda_s = end_s - coda
        points = (
            (start_s, span.start_s),
            *_vowel_points(slot.onset_s, coda_s, span, said[number].glides),
            (end_s, span.end_s),
        )
        starts = number == 0 or slot.before_s > _LEGATO_GAP_S
        fitted.append(Fitted(start_s, slot.onset_s, coda_s, end_s, points, starts, not joined))
    return tuple(fitted)


def lead_within(room_s: float, span: Span, said: SpokenSyllable) -> float:
    """How long before its vowel a syllable's consonants start, in seconds: as spoken, but at most `room_s`."""
    longest_s = _LONGEST_SOFT_LEAD_S if said.soft else _LONGEST_LEAD_S
    return min(span.vowel_s - span.start_s, longest_s, room_s)


def _vowel_points(start_s: float, end_s: float, span: Span, glides: bool) -> list[tuple[float, float]]:
    """Song and speech times over a vowel: its edges as they were spoken, its middle held; a diphthong glides late."""
    sung, spoken = end_s - start_s, span.coda_s - span.vowel_s
    edge = min(_EDGE_S, sung / 3, spoken / 3)
    points = [(start_s, span.vowel_s), (start_s + edge, span.vowel_s + edge)]
    if glides and sung > spoken:
        glide = min(max(0.38 * sung, 0.7 * spoken), 0.32, sung - 2 * edge)
        points.append((end_s - glide, span.vowel_s + max(0.3 * spoken, edge + 0.005)))
    points += [(end_s - edge, span.coda_s - edge), (end_s, span.coda_s)]
    return points
