"""New chords for a melody as it is: dynamic programming over the menu, with what the network expects and what fits.

Every half bar (every bar, of three beats) is a place where a chord may begin. A chord there is weighed by the genre's
taste and by how it follows the one before (`models.music.harmony`), by the notes sung over it, each beat of a chord
tone for it and of a rub against it, and by the network's own log-probability. The network hears the chords of the round
before: first those of the rules alone, then those it helped to choose; at most three rounds are made.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from models.music.harmony import Cadence, Harmony, Slot, chord_weights, menu, voiced_bass, written
from models.music.progression import TWO_A_BAR
from models.music.reworking.hearing import SIXTEENTH, Harmonies, expected_chords, harmony_at, piece_of
from models.music.reworking.sung import SungLine
from models.music.rhythm import strengths
from schemas.music import ChordSpan, LeadSheet, MelodyNote
from schemas.plan import TICKS_PER_QUARTER, Genre

if TYPE_CHECKING:
    from models.music.transformer import MusicTransformer

_ROUNDS = 3
_TRUST = 0.8
"""Exponent of the network's probability of a chord."""
_TONE, _RUB, _OTHER = 1.2, -2.0, -0.5
"""Nats a beat of a sung chord tone, of a note a semitone above one, and of any other note."""
_CHANCE = 0.35
"""Scale of the noise that gives each seed chords of its own, in nats."""
_OLD = 2.0
"""What a chord costs that stood in the same place."""
_WEAK = 0.35
"""Least share of a beat's weight that a note off the beat has."""


@dataclass(frozen=True)
class Place:
    """A place where a chord may begin."""

    onset: int
    """Ticks from the start of the song."""
    end: int
    slot: Slot


@dataclass(frozen=True)
class Rest:
    """Where a phrase comes to rest, in ticks, and how."""

    begin: int
    end: int
    cadence: Cadence


@dataclass(frozen=True)
class Border:
    """The chords beside a stretch, which stay as they are."""

    before: Harmony | None = None
    after: Harmony | None = None


def places_between(lead: LeadSheet, begin: int, end: int, rests: Sequence[Rest] = ()) -> list[Place]:
    """The places from one tick to another: each bar line and, in a bar of four, its middle."""
    bar, step = lead.bar_ticks, lead.bar_ticks // 2 if lead.beats_per_bar == 4 else lead.bar_ticks
    ticks = [begin, *range((begin // step + 1) * step, end, step)]
    overs = [*ticks[1:], end]
    cadences = [_cadence(rests, tick, over) for tick, over in zip(ticks, overs, strict=True)]
    starts = {span.first_bar * bar for span in lead.sections}
    return [
        Place(
            tick,
            over,
            Slot(
                cadence=here,
                approach=ahead if here == "none" else "none",
                opens=tick in starts,
                within_bar=tick % bar != 0 and tick != begin,
            ),
        )
        for tick, over, here, ahead in zip(ticks, overs, cadences, [*cadences[1:], "none"], strict=True)
    ]


def _cadence(rests: Sequence[Rest], begin: int, end: int) -> Cadence:
    return next((rest.cadence for rest in rests if rest.begin < end and rest.end > begin), "none")


def rests_of(lead: LeadSheet, lines: Sequence[SungLine]) -> list[Rest]:
    """Where chords come to rest: at the ends of sections and of every second line of four, as the melody allows.

    Under the tonic or the third of the key the rest is full, under the fifth or the second it is half; elsewhere there
    is none.
    """
    last = {line.section: line.number for line in lines}
    home, half = {lead.key.scale[0], lead.key.scale[2]}, {lead.key.scale[4], lead.key.scale[1]}
    rests = []
    for line in lines:
        final = line.number == last[line.section]
        if final or (line.number % 4 == 1 and last[line.section] >= 3):
            pitch = line.notes[-1].pitch % 12
            cadence: Cadence = "full" if pitch in home and final else "half" if pitch in half else "none"
            rests.append(Rest(line.notes[-1].onset_ticks, line.ends, cadence))
    return rests


def choose_chords(
    lead: LeadSheet,
    model: MusicTransformer,
    places: Sequence[Place],
    *,
    melody: Sequence[MelodyNote],
    genre: Genre,
    base: int,
    rng: np.random.Generator,
    kept: Harmonies = (),
    border: Border = Border(),
    avoided: Harmonies = (),
) -> list[Harmony]:
    """A chord for each place; within a bar the one before it goes on where none begins.

    Args:
        lead: key, meter and words.
        model: the network, in evaluation mode.
        places: where chords may begin, in order.
        melody: the notes that are sung.
        genre: whose taste.
        base: MIDI pitch of the tonic that the network counts from.
        rng: where chance comes from.
        kept: chords elsewhere in the song, which the network hears.
        border: the chords next to the first place and the last.
        avoided: the chords that were there, which lose two nats a place.
    """
    if not places:
        return []
    fits = np.array([_fit(lead, melody, place) for place in places])
    fits += _CHANCE * rng.gumbel(size=fits.shape)
    for row, place in enumerate(places):
        fits[row] -= [_OLD * (chord == harmony_at(avoided, place.onset)) for chord in menu(lead.key.mode)]
    chosen = _best_path(lead, genre, places, fits, border)
    for _ in range(_ROUNDS):
        heard = sorted([*kept, *begun(places, chosen)], key=lambda each: each[0])
        expected = expected_chords(model, piece_of(lead, melody, heard, base))
        opinion = np.zeros_like(fits)
        for row, place in enumerate(places):
            if (logs := expected.get(place.onset // SIXTEENTH)) is not None:
                opinion[row] = _TRUST * (logs - logs.max())
        again = _best_path(lead, genre, places, fits + opinion, border)
        if again == chosen:
            break
        chosen = again
    return chosen


def begun(places: Sequence[Place], chords: Sequence[Harmony]) -> list[tuple[int, Harmony]]:
    """The chords that are struck: at each bar line, and within a bar where another begins."""
    return [
        (place.onset, chord)
        for index, (place, chord) in enumerate(zip(places, chords, strict=True))
        if not place.slot.within_bar or chord != chords[index - 1]
    ]


def _fit(lead: LeadSheet, melody: Sequence[MelodyNote], place: Place) -> np.ndarray:
    """Nats [len(menu)] for each chord by the notes that sound over a place."""
    chords = menu(lead.key.mode)
    total = np.zeros(len(chords))
    bar = strengths(lead.beats_per_bar)
    for note in melody:
        sounding = min(note.onset_ticks + note.duration_ticks, place.end) - max(note.onset_ticks, place.onset)
        if sounding <= 0:
            continue
        sixteenth, off = divmod(note.onset_ticks % lead.bar_ticks, SIXTEENTH)
        weight = sounding / TICKS_PER_QUARTER * max(0.0 if off else float(bar[sixteenth]), _WEAK)
        degree = (note.pitch - lead.key.pitch_class) % 12
        total += [
            weight * (_TONE if degree in chord.tones else _RUB if (degree - 1) % 12 in chord.tones else _OTHER)
            for chord in chords
        ]
    return total


def _best_path(
    lead: LeadSheet, genre: Genre, places: Sequence[Place], unary: np.ndarray, border: Border
) -> list[Harmony]:
    """The chords with the greatest sum of weights and moves (Viterbi)."""
    chords = menu(lead.key.mode)
    best = unary[0] + chord_weights(lead.key.mode, genre, places[0].slot, border.before)
    back = []
    for row in range(1, len(places)):
        moves = _moves(lead, genre, places[row].slot)
        total = best[:, None] + moves
        back.append(total.argmax(axis=0))
        best = total.max(axis=0) + unary[row]
    if border.after in chords:
        best = best + _moves(lead, genre, Slot())[:, chords.index(border.after)]
    path = [int(best.argmax())]
    for pointers in reversed(back):
        path.append(int(pointers[path[-1]]))
    return [chords[index] for index in reversed(path)]


def _moves(lead: LeadSheet, genre: Genre, slot: Slot) -> np.ndarray:
    """Log-weights [from, to] of each move between chords into a place."""
    mode = lead.key.mode
    chords = menu(mode)
    if not slot.within_bar:
        return np.array([chord_weights(mode, genre, slot, before) for before in chords])
    with np.errstate(divide="ignore"):
        change = np.log(TWO_A_BAR[genre])
    stays = Slot(cadence=slot.cadence, approach=slot.approach)
    finite = np.array([chord_weights(mode, genre, stays, before) for before in chords])
    moves = np.asarray(change + finite - finite.max(axis=1, keepdims=True))
    allowed = np.isfinite(finite).any(axis=0)
    np.fill_diagonal(moves, np.where(allowed, 0.0, -np.inf))
    if slot.cadence == "full":
        moves[:, 0] = 0.0
    return moves


def coloured(
    lead: LeadSheet,
    chords: Harmonies,
    end: int,
    *,
    melody: Sequence[MelodyNote],
    genre: Genre,
    rng: np.random.Generator,
    following: Harmony | None = None,
) -> tuple[ChordSpan, ...]:
    """Chords as they are written, each until the next or `end`, coloured as the genre does and the melody allows."""
    draws: dict[tuple[Harmony, Harmony | None], float] = {}
    spans = []
    overs = [*(tick for tick, _ in chords[1:]), end]
    nexts = [*(chord for _, chord in chords[1:]), following]
    for (tick, chord), over, ahead in zip(chords, overs, nexts, strict=True):
        sung = frozenset(
            note.pitch % 12
            for note in melody
            if note.onset_ticks < over
            and note.onset_ticks + note.duration_ticks > tick
            and (note.onset_ticks % TICKS_PER_QUARTER == 0 or note.duration_ticks >= TICKS_PER_QUARTER)
        )
        draw = draws.setdefault((chord, ahead), float(rng.random()))
        root, quality = written(chord, lead.key, genre, sung, ahead, draw)
        spans.append(ChordSpan(onset_ticks=tick, duration_ticks=over - tick, root=root, quality=quality))
    return voiced_bass(spans) if genre in ("piano-ballad", "folk") else tuple(spans)
