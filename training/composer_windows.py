"""What a step of the composer's training reads: stretches of songs, half of them with a gap to be filled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from models.music.tokens import (
    AFTER,
    BEFORE,
    MIDDLE,
    PAD,
    PREFIX_TOKENS,
    VOCABULARY,
    bar_openings,
    infill_context,
    is_control,
)
from training.composer_controls import Told, told
from training.composer_corpus import CorpusSong

SHARES: Mapping[str, float] = {
    "openewld": 0.46,
    "nottingham": 0.2,
    "jsb_chorales": 0.12,
    "liberty_minstrel": 0.06,
    "fiddle_tunes": 0.16,
}
"""How much of what is learned comes from each corpus; one that is not named here has 0.2. Lead sheets are what is to be
written, so they weigh more than their number."""

_OTHER_SHARE = 0.2
_GAP_BARS = 8
_SHORTEST_SONG_BARS = 4


def windows(
    songs: Sequence[CorpusSong], size: int, batch: int, generator: np.random.Generator, gaps: float = 0.5
) -> np.ndarray:
    """A batch [batch, size + 1 at most] of stretches of songs, each with the song's prefix before it.

    Of four batches' worth of stretches those of like lengths go together, so that little is padding.

    Args:
        songs: what to learn.
        size: tokens of a stretch.
        batch: how many.
        generator: where chance comes from.
        gaps: the share in which a gap is to be filled.
    """
    drawn = generator.choice(len(songs), 4 * batch, p=_chances(songs))
    found = sorted((_window(songs[index], size, generator, gaps) for index in drawn), key=len)
    group = int(generator.integers(4))
    chosen = found[group * batch : (group + 1) * batch]
    rows = np.full((batch, len(chosen[-1])), PAD, dtype=np.int64)
    for row, tokens in zip(rows, chosen, strict=True):
        row[: len(tokens)] = tokens
    return rows


def _window(song: CorpusSong, size: int, generator: np.random.Generator, gaps: float) -> list[int]:
    tokens = told(song.tokens, Told.drawn(generator))
    cuts = bar_openings(tokens)
    filling = len(cuts) >= _SHORTEST_SONG_BARS and generator.random() < gaps
    return (gap if filling else stretch)(tokens, cuts, size, generator)[: size + 1]


def targets(rows: np.ndarray) -> np.ndarray:
    """What is to be predicted [batch, size] of windows [batch, size + 1]: not what is given, as controls are.

    Of the marks of a gap only the `AFTER` that ends it is predicted.
    """
    wanted: np.ndarray = rows[:, 1:].copy()
    given = np.array([is_control(token) or token in (AFTER, BEFORE, MIDDLE) for token in range(VOCABULARY)])
    ends = (wanted == AFTER) & (np.cumsum(rows == MIDDLE, axis=1)[:, 1:] > 0)
    wanted[given[wanted] & ~ends] = PAD
    return wanted


def stretch(tokens: list[int], cuts: Sequence[int], size: int, generator: np.random.Generator) -> list[int]:
    """A song from its start (one in three) or from one of its bars."""
    if len(tokens) <= size or generator.random() < 1 / 3:
        return tokens
    head = tokens[: cuts[0]] if cuts else tokens[:PREFIX_TOKENS]
    return head + tokens[cuts[int(generator.integers(len(cuts)))] :]


def gap(tokens: list[int], cuts: Sequence[int], size: int, generator: np.random.Generator) -> list[int]:
    """A song with up to eight of its bars after all others, as `infill_context` orders them; `AFTER` ends them."""
    bars = int(generator.integers(1, min(_GAP_BARS, len(cuts) - 1) + 1))
    first = int(generator.integers(0, len(cuts) - bars + 1))
    stop = cuts[first + bars] if first + bars < len(cuts) else len(tokens) - 1
    middle = tokens[cuts[first] : stop]
    said = bars if generator.random() < 0.8 else None
    before, after = tokens[: cuts[first]], tokens[stop:]
    return [*infill_context(before, after, bars=said, limit=size - len(middle)), *middle, AFTER]


def share_of(corpus: str) -> float:
    """How much of what is learned comes from a corpus, next to the others' shares."""
    return SHARES.get(corpus, _OTHER_SHARE)


def _chances(songs: Sequence[CorpusSong]) -> np.ndarray:
    """The chance of each song: its corpus' share, within it as the root of its length."""
    roots = np.sqrt([len(song.tokens) for song in songs])
    names = np.array([song.corpus for song in songs])
    chances = np.zeros(len(songs))
    for name in set(names.tolist()):
        own = names == name
        chances[own] = share_of(name) * roots[own] / roots[own].sum()
    total: float = chances.sum()
    normalised: np.ndarray = chances / total
    return normalised
