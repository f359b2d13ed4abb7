"""What the composer is told of a tune before it writes it, put among the tune's tokens; and tokens without it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from models.music import tokens as t
from training.lead_sheet_corpus import Tune


def spell_guided(tune: Tune, piece: t.Piece) -> list[int]:
    """The tokens of a piece with every control that is known of it; without them they are `spell(piece)`."""
    bare = t.spell(piece)
    chords = any(t.is_chord(token) for token in bare)
    bar = t.BAR_SLOTS[piece.meter]
    phrases = _phrases(piece, bar)
    sections = _sections(tune, sorted(phrases), bar, max(end for _, end, _ in phrases.values()) if phrases else 0)
    starts = iter(sorted(phrases))
    tokens = [*bare[: t.PREFIX_TOKENS], *t.song_controls(tempo_bpm=tune.tempo_bpm, harmonised=chords)]
    unopened = not any(event.slot < bar and t.is_pitch(event.token) for event in piece.events)
    for token in bare[t.PREFIX_TOKENS :]:
        start = None
        if token == t.PHRASE and unopened:
            unopened = False
        elif token == t.PHRASE:
            start = next(starts, None)
        if start in sections:
            tokens += t.section_controls(sections[start])
        tokens.append(token)
        if start is not None:
            _, end, onsets = phrases[start]
            marks = [tune.stresses[onset] for onset in onsets if onset in tune.stresses]
            stress = marks if len(marks) == len(onsets) else []
            tokens += t.controls(bars=round((end - start) / bar), notes=len(onsets), stress=stress)
    return tokens


def _phrases(piece: t.Piece, bar: int) -> dict[int, tuple[int, int, list[int]]]:
    """By its first note's sixteenth, each phrase: the same, where the next begins, and the onsets of its notes."""
    onsets = sorted(event.slot for event in piece.events if t.is_pitch(event.token))
    starts = sorted(t.read_piece(t.spell(piece)).phrases)
    last = (max((event.slot for event in piece.events), default=0) // bar + 1) * bar
    within: dict[int, list[int]] = {start: [] for start in starts}
    for onset in onsets:
        place = bisect_right(starts, onset) - 1
        if place >= 0:
            within[starts[place]].append(onset)
    return {start: (start, end, within[start]) for start, end in pairwise([*starts, last])}


def _sections(tune: Tune, starts: Sequence[int], bar: int, end: int) -> dict[int, int]:
    """By the phrase that begins it, the length of each section in bars."""
    if len(tune.sections) == 0 or not starts:
        return {}
    opens = {starts[0]}
    for slot in tune.sections:
        near = min(starts, key=lambda start: abs(start - slot))
        if abs(near - slot) <= bar // 2:
            opens.add(near)
    lengths = {one: max(1, round((other - one) / bar)) for one, other in pairwise([*sorted(opens), end])}
    return lengths if max(lengths.values()) <= 2 * t.LONGEST_SPAN else {}


@dataclass(frozen=True)
class Told:
    """Which controls are said."""

    song: bool = True
    sections: bool = True
    spans: bool = True
    notes: bool = True
    stresses: bool = True

    @classmethod
    def nothing(cls) -> Told:
        """None."""
        return cls(False, False, False, False, False)

    @classmethod
    def drawn(cls, generator: np.random.Generator) -> Told:
        """None at all (two in five), or each kind with even chances, as a user may say some and not others."""
        if generator.random() < 0.4:
            return cls.nothing()
        return cls(*(bool(draw < 0.6) for draw in generator.random(5)))


def told(tokens: Sequence[int], which: Told) -> list[int]:
    """Guided tokens with some kinds of control alone; `UNHARMONISED` stays, since it is no wish but a fact."""
    kept: list[int] = []
    section = False
    for token in tokens:
        after_section, section = section, token == t.SECTION
        if token == t.SECTION or after_section:
            keep = which.sections
        elif not t.is_control(token) or token == t.UNHARMONISED:
            keep = True
        else:
            keep = _is_said(token, which)
        if keep:
            kept.append(token)
    return kept


def bare(tokens: Sequence[int]) -> list[int]:
    """Tokens without any control: what weights before the controls know."""
    return [token for token in tokens if not t.is_control(token)]


def _is_said(token: int, which: Told) -> bool:
    if token in (t.STRESSED, t.UNSTRESSED):
        return which.stresses
    if token < t.SECTION:
        return which.song
    return which.spans if token < t.span_token(1) + t.LONGEST_SPAN else which.notes
