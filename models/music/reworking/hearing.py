"""What the network hears of a finished lead sheet: its tokens, and the chords it would have expected."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from models.music.form import compass
from models.music.harmony import Harmony, harmony_of, menu
from models.music.tokens import (
    CONTROL_0,
    PHRASE,
    Event,
    Meter,
    Piece,
    anchor,
    bar_openings,
    infill_context,
    is_chord,
    knows_controls,
    pitch_token,
    prefix,
    spell,
)
from schemas.music import ChordSpan, LeadSheet, MelodyNote
from schemas.plan import TICKS_PER_QUARTER, VoiceRange

if TYPE_CHECKING:
    from models.music.transformer import MusicTransformer

SIXTEENTH = TICKS_PER_QUARTER // 4
Harmonies = Sequence[tuple[int, Harmony]]
"""Chords as they are heard: the tick at which each begins, and which it is."""


def harmonies_of(lead: LeadSheet, chords: Sequence[ChordSpan] | None = None) -> list[tuple[int, Harmony]]:
    """The chords of a lead sheet, or others, as harmonies in its key."""
    spans = lead.chords if chords is None else chords
    return [(span.onset_ticks, harmony_of(span, lead.key)) for span in spans]


def anchor_of(lead: LeadSheet, voice: VoiceRange) -> int:
    """The tonic that note tokens count from: below the middle of the melody within the voice, or of the voice."""
    pitches = [note.pitch for note in lead.melody if voice.low <= note.pitch <= voice.high] or compass(voice)
    return anchor(lead.key.pitch_class, (min(pitches) + max(pitches)) / 2)


def piece_of(lead: LeadSheet, melody: Sequence[MelodyNote], harmonies: Harmonies, base: int) -> Piece:
    """Melody and chords as a piece the network can read; times are moved to the sixteenth before.

    Args:
        lead: whose key, meter and words they are.
        melody: the notes.
        harmonies: the chords.
        base: MIDI pitch of the tonic that notes count from.
    """
    events = {Event(tick // SIXTEENTH, harmony.tokens[0]) for tick, harmony in harmonies}
    events |= {Event(n.onset_ticks // SIXTEENTH, pitch_token(n.pitch - base)) for n in melody}
    phrases = set()
    for index, note in enumerate(melody):
        syllable = lead.syllables[note.syllable]
        before = lead.syllables[melody[index - 1].syllable] if index else None
        if before is None or (before.section, before.line) != (syllable.section, syllable.line):
            phrases.add(note.onset_ticks // SIXTEENTH)
    return Piece(meter_of(lead), lead.key.mode, "song", tuple(sorted(events)), frozenset(phrases))


def meter_of(lead: LeadSheet) -> Meter:
    """The meter's name in tokens."""
    return "3/4" if lead.beats_per_bar == 3 else "4/4"


def shortened(tokens: list[int], head: int, most: int) -> list[int]:
    """Tokens without their oldest phrases, the first `head` kept, at most `most` of them where phrases allow it."""
    start, rest = tokens[:head], tokens[head:]
    while len(rest) > most - head:
        later = next((place for place, token in enumerate(rest) if token == PHRASE and place > 0), None)
        rest = rest[len(rest) - (most - head) :] if later is None else rest[later:]
    return start + rest


def context_around(piece: Piece, vocabulary: int, most: int, first: int, after: int) -> list[int]:
    """What the network reads before it writes some bars of a piece: what precedes and, if it learned to, what follows.

    Args:
        piece: the whole song, the old bars among it.
        vocabulary: the network's, which says whether it learned to fill gaps.
        most: tokens that may be read.
        first: the first of the bars, from 0.
        after: the bar after the last.
    """
    head = prefix(piece.meter, piece.mode, piece.style)
    tokens = spell(piece)
    openings = bar_openings(tokens)
    here = openings[first] if first < len(openings) else len(tokens) - 1
    if not knows_controls(vocabulary):
        return shortened(tokens[:here], len(head), most)
    there = openings[after] if after < len(openings) else len(tokens) - 1
    return infill_context(tokens[:here], tokens[there:], bars=after - first, limit=most)


def expected_chords(model: MusicTransformer, piece: Piece) -> dict[int, np.ndarray]:
    """By sixteenth, the network's log-probability [len(menu)] of each chord of the mode's menu where a chord stands.

    Each is what the network expects there after all that comes before, up to its context.
    """
    tokens = spell(piece)
    slots = sorted(event.slot for event in piece.events if is_chord(event.token))
    places = {place for place, token in enumerate(tokens) if is_chord(token)}
    rows = [row for _, row in _expectations(model, tokens, places)]
    return {
        slot: np.array([np.logaddexp.reduce(row[list(chord.tokens)]) for chord in menu(piece.mode)])
        for slot, row in zip(slots, rows, strict=True)
    }


def mean_surprise(model: MusicTransformer, piece: Piece) -> float:
    """The mean of the network's negative log-probabilities of a piece's tokens after the prefix, in nats."""
    tokens = spell(piece)
    places = set(range(len(prefix(piece.meter, piece.mode, piece.style)), len(tokens)))
    losses = [-float(row[tokens[place]]) for place, row in _expectations(model, tokens, places)]
    return float(np.mean(losses)) if losses else 0.0


def _expectations(
    model: MusicTransformer, tokens: Sequence[int], places: Collection[int]
) -> Iterator[tuple[int, np.ndarray]]:
    """The network's log-probabilities [V, controls left out] at some places, in order, by windows of its context."""
    import torch

    size = model.config.context
    step = max(size // 2, 1)
    with torch.inference_mode():
        for start in range(0, max(len(tokens) - 1, 1), step):
            window = list(tokens[start : start + size])
            fresh = start + (0 if start == 0 else size - step)
            wanted = [place for place in range(fresh + 1, start + len(window) + 1) if place in places]
            if wanted:
                logs = model(torch.tensor([window]))[0, :, :CONTROL_0].double().log_softmax(-1).numpy()
                yield from ((place, logs[place - 1 - start]) for place in wanted)
            if start + len(window) >= len(tokens):
                return


def harmony_at(harmonies: Harmonies, tick: int) -> Harmony | None:
    """The chord that began last at or before a tick; the song's first where none has yet; None where there is none."""
    before = [harmony for onset, harmony in harmonies if onset <= tick]
    if before:
        return before[-1]
    return harmonies[0][1] if harmonies else None
