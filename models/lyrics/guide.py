"""Holds a line to its syllables, its stress and its rhyme while it is sampled, and gathers every way it could end.

At each place in the line a table says what each token costs: words that would overrun are out, stress against the
plan's costs, words of the theme are cheaper. Where a word that rhymes would end the line exactly, it is gathered
whether it was drawn or not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from itertools import pairwise

import torch
from torch import Tensor

from models.lyrics.lexicon import Lexicon, Node

_MISFIT = {
    ("0", "1"): 1.6, ("1", "0"): 1.8, ("2", "0"): 0.4, ("2", "1"): 0.2, ("f", "1"): 0.5, ("c", "0"): 0.5,
}  # fmt: skip
"""Cost in nats of a syllable's stress (first) where the plan wants another (second)."""
_HARVEST = 2


@dataclass(frozen=True)
class Wish:
    """What is asked of a line. `bias` is added to a word's log-probability anywhere in the line, `end_bias` where
    it ends it; -inf forbids. `rhymes` are the words (entry numbers) that may end it; None leaves that open.
    """

    stress: str
    bias: Tensor
    end_bias: Tensor
    rhymes: Set[int] | None = None
    opening_bias: Mapping[int, float] = field(default_factory=dict)
    """What is added to a word (entry number) where it opens the line."""
    taken_pairs: Mapping[int, Set[int]] = field(default_factory=dict)
    """Words that may not come second, by the word that opens the line."""
    sung: int = 0
    """Syllables of the line that the prefix ends with already."""

    @property
    def syllables(self) -> int:
        """Syllables of the line."""
        return len(self.stress)


@dataclass(frozen=True)
class _State:
    """Where a row stands: words so far, syllables in them, the node inside a word (None between words), the last
    token a comma.
    """

    words: tuple[int, ...]
    syllables: int
    node: Node | None
    comma: bool = False


@dataclass(frozen=True)
class Draft:
    """A line that fits: its words, its places in the vocabulary, the sum and the least of their log-probabilities, and
    the log-probability of the line's end where it is known.
    """

    words: tuple[int, ...]
    places: tuple[int, ...]
    log_prob: float
    worst: float
    end_log_prob: float | None


class Tables:
    """What the tokens of a lexicon write, as tensors: made once a song."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        self.patterns = sorted({entry.pattern for entry in lexicon.entries})
        numbers = {pattern: number for number, pattern in enumerate(self.patterns)}
        self.pattern_of = torch.tensor([numbers[entry.pattern] for entry in lexicon.entries])
        self.syllables = torch.tensor([entry.syllables for entry in lexicon.entries])
        self.opening, self.inside = self._roots(lexicon.opening), self._roots(lexicon.inside)
        self._inside_place = {node.entry: place for place, node in lexicon.inside.children.items() if node.entry >= 0}

    def _roots(self, root: Node) -> tuple[Tensor, Tensor]:
        """By place: the entry a token writes whole (-1: none), and the fewest syllables of longer words it begins
        (99: none).
        """
        size = len(self.lexicon.vocabulary)
        entry, least = torch.full((size,), -1), torch.full((size,), 99)
        for place, node in root.children.items():
            entry[place] = node.entry
            least[place] = min((child.least for child in node.children.values()), default=99)
        return entry, least

    def place_of(self, number: int) -> int:
        """The place of the token that writes a word whole inside a line; that of the newline where it takes several."""
        return self._inside_place.get(number, self.lexicon.newline)

    def misfits(self, stress: str, start: int) -> Tensor:
        """What each pattern costs from a syllable of the line on; inf where it overruns. [patterns]."""
        costs = []
        for pattern in self.patterns:
            wanted = stress[start : start + len(pattern)]
            fits = len(wanted) == len(pattern)
            costs.append(
                sum(_MISFIT.get(pair, 0.0) for pair in zip(pattern, wanted, strict=True)) if fits else torch.inf
            )
        return torch.tensor(costs)


class LineGuide:
    """A `Guide` for one line; after the run `drafts` holds every line that fits."""

    def __init__(self, tables: Tables, wish: Wish) -> None:
        self._tables, self._wish, self._lexicon = tables, wish, tables.lexicon
        self._states: dict[tuple[int, ...], _State] = {(): _State((), wish.sung, None)}
        self._sums: dict[tuple[int, ...], tuple[float, float]] = {(): (0.0, 0.0)}
        self._previous: tuple[dict[tuple[int, ...], int], Tensor] | None = None
        self._found: dict[tuple[int, ...], Draft] = {}
        last = wish.end_bias.clone()
        if wish.rhymes is not None:
            keep = torch.zeros(len(last), dtype=torch.bool)
            keep[torch.tensor(sorted(wish.rhymes), dtype=torch.long)] = True
            last = torch.where(keep, last, -torch.inf)
        self._end_bias = last
        self._table = torch.stack([self._row(start) for start in range(wish.syllables)])
        self._rhyme_places = self._find_rhyme_places()

    @property
    def drafts(self) -> list[Draft]:
        """The lines found, without repeats, in the order of their discovery."""
        return list(self._found.values())

    def bias(self, rows: Sequence[Sequence[int]], log_probs: Tensor) -> Tensor:
        """See `models.lyrics.engine.Guide.bias`."""
        names = [tuple(row) for row in rows]
        self._add_up(names)
        states = [self._state(name) for name in names]
        device = log_probs.device
        at = torch.tensor([min(state.syllables, self._wish.syllables - 1) for state in states])
        made = self._table[at].to(device)
        closed = [row for row, state in enumerate(states) if self._is_closed(state)]
        self._finish([row for row in closed if self._fits(states[row])], names, states, log_probs)
        for row, state in enumerate(states):
            if state.node is not None and not self._is_closed(state):
                self._go_inside(made[row], state)
            elif (
                state.words and not state.comma and state.syllables < self._wish.syllables - 1 and len(state.words) > 1
            ):
                made[row, self._lexicon.comma] = -1.5
            if state.words:
                self._avoid_echo(made[row], state)
            if len(state.words) == 1:
                for number in self._wish.taken_pairs.get(state.words[0], ()):
                    made[row, self._tables.place_of(number)] = -torch.inf
        made[torch.tensor(closed, dtype=torch.long, device=device)] = -torch.inf
        if self._rhyme_places:
            self._harvest(names, states, log_probs, made)
        self._previous = ({name: row for row, name in enumerate(names)}, log_probs)
        return made

    def _row(self, start: int) -> Tensor:
        """What each token costs where `start` syllables are sung. [V]."""
        entry, least = self._tables.opening if start == 0 else self._tables.inside
        costs = self._tables.misfits(self._wish.stress, start)[self._tables.pattern_of]
        worth = self._wish.bias - costs
        ends = start + self._tables.syllables == self._wish.syllables
        worth = torch.where(ends, worth + self._end_bias, worth)
        if start == 0:
            for number, more in self._wish.opening_bias.items():
                worth[number] += more
        row = torch.where(entry >= 0, worth[entry.clamp_min(0)], -torch.inf)
        begins = (least + start <= self._wish.syllables) & (row == -torch.inf)
        return torch.where(begins, 0.0, row)

    def _state(self, name: tuple[int, ...]) -> _State:
        known = self._states.get(name)
        if known is None:
            known = self._states[name] = self._step(self._state(name[:-1]), name[-1])
        return known

    def _step(self, before: _State, place: int) -> _State:
        if place == self._lexicon.comma:
            return _State(before.words, before.syllables, None, comma=True)
        inner = before.node.children.get(place) if before.node is not None else None
        words, sung = before.words, before.syllables
        if inner is not None:
            if before.node is not None and before.node.entry >= 0:
                sung -= self._lexicon.entries[words[-1]].syllables
                words = words[:-1]
            node: Node = inner
        else:
            root = self._lexicon.inside if sung else self._lexicon.opening
            node = root.children[place]
        if node.entry >= 0:
            words, sung = (*words, node.entry), sung + self._lexicon.entries[node.entry].syllables
        return _State(words, sung, node if node.children else None)

    def _inside_word(self, state: _State) -> bool:
        return state.node is not None and state.node.entry < 0

    def _is_closed(self, state: _State) -> bool:
        return state.syllables >= self._wish.syllables and not self._inside_word(state)

    def _fits(self, state: _State) -> bool:
        right = state.syllables == self._wish.syllables and bool(state.words)
        return right and float(self._end_bias[state.words[-1]]) > -torch.inf

    def _go_inside(self, row: Tensor, state: _State) -> None:
        """Opens the tokens that go on a word; closes all others where none ends here."""
        node = state.node
        if node is None:
            return
        if node.entry < 0:
            row.fill_(-torch.inf)
        sung = state.syllables - (self._lexicon.entries[node.entry].syllables if node.entry >= 0 else 0)
        for place, child in node.children.items():
            if sung + child.least <= self._wish.syllables:
                row[place] = 0.0

    def _avoid_echo(self, row: Tensor, state: _State) -> None:
        """A word is not said twice running; a word of sense, or one like I'm, not twice in a line."""
        entries = self._lexicon.entries
        for number in state.words:
            if number == state.words[-1] or not entries[number].is_function or "'" in entries[number].plain:
                row[self._tables.place_of(number)] -= 3.0

    def _add_up(self, names: list[tuple[int, ...]]) -> None:
        """Adds the log-probability of each row's last token, which the step before knew."""
        if self._previous is None:
            return
        index, log_probs = self._previous
        parents = torch.tensor([index[name[:-1]] for name in names], device=log_probs.device)
        lasts = torch.tensor([name[-1] for name in names], device=log_probs.device)
        for name, value in zip(names, log_probs[parents, lasts].tolist(), strict=True):
            total, worst = self._sums[name[:-1]]
            self._sums[name] = (total + value, min(worst, value))

    def _finish(self, rows: list[int], names: list[tuple[int, ...]], states: list[_State], log_probs: Tensor) -> None:
        for row in rows:
            name = names[row]
            end = float(log_probs[row, self._lexicon.newline])
            self._found[name] = Draft(states[row].words, name, *self._sums[name], end)

    def _find_rhyme_places(self) -> Mapping[int, tuple[Tensor, Tensor]]:
        """By syllables left: places and entries of the words of one token that rhyme and end the line."""
        found: dict[int, list[tuple[int, int]]] = {}
        for number in sorted(self._wish.rhymes or ()):
            place = self._tables.place_of(number)
            if place != self._lexicon.newline and float(self._end_bias[number]) > -torch.inf:
                found.setdefault(self._lexicon.entries[number].syllables, []).append((place, number))
        return {
            left: (torch.tensor([place for place, _ in pairs]), torch.tensor([number for _, number in pairs]))
            for left, pairs in found.items()
        }

    def _harvest(self, names: list[tuple[int, ...]], states: list[_State], log_probs: Tensor, made: Tensor) -> None:
        for row, state in enumerate(states):
            left = self._wish.syllables - state.syllables
            if left not in self._rhyme_places or not state.words or self._inside_word(state):
                continue
            places, numbers = self._rhyme_places[left]
            value, best = (log_probs[row, places] + made[row, places]).topk(min(_HARVEST, len(places)))
            for worth, choice in zip(value.tolist(), best.tolist(), strict=True):
                name = (*names[row], int(places[choice]))
                if worth > -torch.inf and name not in self._found:
                    own = float(log_probs[row, places[choice]])
                    total, least = self._sums[names[row]]
                    words = (*state.words, int(numbers[choice]))
                    self._found[name] = Draft(words, name, total + own, min(least, own), None)


def repeats_a_word(words: Sequence[int]) -> bool:
    """Whether a word follows itself."""
    return any(first == second for first, second in pairwise(words))
