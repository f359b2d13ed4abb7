"""A 3-gram over tokens, interpolated with the shorter grams: what a network must beat."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence


class Trigram:
    """Witten-Bell interpolated 3-gram (Witten and Bell 1991): seen counts, backed by the 2-gram, 1-gram and uniform."""

    def __init__(self, songs: Iterable[Sequence[int]], vocabulary: int) -> None:
        self.vocabulary = vocabulary
        self.counts: Counter[tuple[int, ...]] = Counter()
        for song in songs:
            for index in range(len(song)):
                for order in range(min(index, 2) + 1):
                    self.counts[tuple(song[index - order : index + 1])] += 1
        self.totals: Counter[tuple[int, ...]] = Counter()
        self.kinds: Counter[tuple[int, ...]] = Counter()
        for gram, count in self.counts.items():
            self.totals[gram[:-1]] += count
            self.kinds[gram[:-1]] += 1

    def probability(self, history: Sequence[int], token: int) -> float:
        """The probability of a token after the last two of `history`."""
        estimate = 1.0 / self.vocabulary
        for order in range(min(len(history), 2) + 1):
            context = tuple(history[len(history) - order :])
            total, kinds = self.totals[context], self.kinds[context]
            if total:
                estimate = (self.counts[(*context, token)] + kinds * estimate) / (total + kinds)
        return estimate

    def nats_per_token(self, songs: Iterable[Sequence[int]]) -> float:
        """Mean negative log-likelihood of the tokens after the first of each song, in nats."""
        loss, tokens = 0.0, 0
        for song in songs:
            loss -= sum(math.log(self.probability(song[:index], song[index])) for index in range(1, len(song)))
            tokens += len(song) - 1
        return loss / max(tokens, 1)
