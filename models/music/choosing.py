"""Chooses the next token of every row of a pass at once: the network's probabilities times the weights of the rules.

Each row is somewhere in its line, and where it is says what may follow: a few tokens, each with a weight. Rows that
are in the same place have the same options, which are made once and kept. What is left open is chosen by the network
and the rules together; what is forced costs neither anything. All of it is arithmetic row by row, so a row's choice
does not depend on the others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from models.music.decoding import LineChoice, LineTask
from models.music.tokens import BAR, CHORD_0, PAD, PITCH_0, pitch_of, position_token
from schemas.errors import HibariError, StepError

RHYTHM_TRUST = 0.6
HARMONY_TRUST = 0.8
PITCH_TRUST = 1.0
"""Exponents of the network's probability of an onset, a chord and a note."""
HEARD_NOTES, HEARD_RUN = 2, 4
"""All that rules of pitch hear of a line so far, besides its length: its last notes, and how often in a row its very
last was struck, up to a number."""
_WIDTH = 64
"""Most options of a place; all rows are padded to it, so that sums do not depend on a row's neighbours."""
_SYNONYMS = 4
_LATER = -1

Kind = Literal["time", "chord", "note"]


@dataclass(frozen=True, slots=True)
class _Options:
    """What may come at a place in a line."""

    kind: Kind
    tokens: tuple[int, ...]
    meanings: tuple[int, ...]
    """A slot or `_LATER`, the index of a chord in the menu, or a pitch."""
    weights: np.ndarray
    """[_WIDTH], -inf where there is no option."""
    columns: np.ndarray
    """[_WIDTH], or [_WIDTH, _SYNONYMS] for chords: which logits speak for each; the one past the last is none."""
    open: bool
    """Whether there is a choice."""
    first: int
    """The first option that may be taken."""
    last: int


@dataclass(slots=True)
class _Row:
    """How far a candidate is."""

    bar: int = 0
    earliest: int = 0
    awaits: Kind = "time"
    onsets: list[int] = field(default_factory=list)
    pitches: list[int] = field(default_factory=list)
    chords: list[int] = field(default_factory=list)
    chord_tokens: list[int] = field(default_factory=list)
    logs: float = 0.0
    decisions: int = 0


class LineRows:
    """The candidates of a line, as they grow."""

    def __init__(self, task: LineTask, rows: int, vocabulary: int) -> None:
        self.task, self.vocabulary = task, vocabulary
        self.rows = [_Row() for _ in range(rows)]
        self.failed: HibariError | None = None
        """Why the line cannot be written, if so."""
        self._known: dict[tuple[object, ...], _Options] = {}
        self._chord_columns = np.full((_WIDTH, _SYNONYMS), vocabulary, dtype=np.int64)
        for index, chord in enumerate(task.menu):
            self._chord_columns[index, : len(chord.tokens)] = chord.tokens

    def results(self) -> list[LineChoice]:
        """The finished lines."""
        return [
            LineChoice(
                tuple(row.onsets),
                tuple(row.pitches),
                tuple(self.task.menu[index] for index in row.chords),
                tuple(row.chord_tokens),
                row.logs / row.decisions if row.decisions else 0.0,
            )
            for row in self.rows
        ]

    def options(self, row: _Row) -> _Options:
        """What may come next in a row.

        Raises:
            StepError: nothing may.
        """
        if row.awaits == "note":
            key: tuple[object, ...] = ("note", row.onsets[-1], row.chords[-1], *_heard(row.pitches))
        elif row.awaits == "chord":
            key = ("chord", len(row.chords), row.chords[-1] if row.chords else _LATER)
        else:
            last = row.onsets[-1] if row.onsets else _LATER
            key = ("time", row.bar, row.earliest, len(row.chords), len(row.onsets), last)
        found = self._known.get(key)
        if found is None:
            make = {"time": self._times, "chord": self._chords, "note": self._notes}[row.awaits]
            found = self._known[key] = make(row)
        return found

    def _times(self, row: _Row) -> _Options:
        """A position at which a note or the next chord begins, or the next bar."""
        task = self.task
        bar_end = (row.bar + 1) * task.bar_slots
        place = len(row.chords)
        chord = task.chord_slots[place] if place < len(task.chord_slots) else bar_end
        limit = min(chord, bar_end)
        weights = self._onset_weights(row)
        slots = [int(slot) for slot in np.flatnonzero(np.isfinite(weights[:limit]))]
        later = float(np.logaddexp.reduce(weights[limit:], initial=-np.inf))
        tokens, meanings = [self._position(slot) for slot in slots], list(slots)
        likings = [float(weights[slot]) for slot in slots]
        if np.isfinite(later) or not slots:
            tokens.append(self._position(chord) if chord < bar_end else BAR)
            meanings.append(_LATER)
            likings.append(later if slots else 0.0)
        return self._made("time", row.bar, tokens, meanings, likings)

    def _onset_weights(self, row: _Row) -> np.ndarray:
        lattice = self.task.lattice
        if len(row.onsets) == lattice.syllables:
            return np.full(lattice.shape.slots, -np.inf)
        weights = lattice.onset_weights(len(row.onsets), row.onsets[-1] if row.onsets else None)
        weights[: row.earliest] = -np.inf
        return weights

    def _chords(self, row: _Row) -> _Options:
        before = self.task.menu[row.chords[-1]] if row.chords else self.task.before
        weights = self.task.chord_rule(len(row.chords), before)
        places = range(len(self.task.menu))
        return self._made("chord", row.bar, list(places), list(places), [float(weight) for weight in weights])

    def _notes(self, row: _Row) -> _Options:
        harmony = self.task.menu[row.chords[-1]]
        weights = self.task.rules.weights(len(row.pitches), row.onsets[-1], harmony, row.pitches)
        tokens = range(PITCH_0, CHORD_0)
        pitches = [self.task.rules.anchor + pitch_of(token) for token in tokens]
        return self._made("note", row.bar, list(tokens), pitches, [float(weight) for weight in weights])

    def _made(self, kind: Kind, bar: int, tokens: list[int], meanings: list[int], likings: list[float]) -> _Options:
        weights = np.full(_WIDTH, -np.inf)
        weights[: len(likings)] = likings
        finite = np.flatnonzero(np.isfinite(weights))
        if not len(finite):
            raise StepError(f"no {kind} can follow in bar {bar + 1} of a line: what was fixed leaves no room, fix less")
        columns: np.ndarray = self._chord_columns
        if kind != "chord":
            columns = np.full(_WIDTH, self.vocabulary, dtype=np.int64)
            columns[: len(tokens)] = tokens
        first, last = int(finite[0]), int(finite[-1])
        return _Options(kind, tuple(tokens), tuple(meanings), weights, columns, len(finite) > 1, first, last)

    def _position(self, slot: int) -> int:
        return position_token((slot % self.task.bar_slots) // self.task.lattice.shape.grid)

    def take(self, row: _Row, options: _Options, index: int, token: int) -> None:
        """Writes down an option that was chosen."""
        meaning = options.meanings[index]
        if options.kind == "note":
            row.pitches.append(meaning)
            row.awaits = "time"
        elif options.kind == "chord":
            row.chords.append(meaning)
            row.chord_tokens.append(token)
            row.awaits = "time"
        elif meaning != _LATER:
            row.onsets.append(meaning)
            row.earliest, row.awaits = meaning + 1, "note"
        elif token == BAR:
            row.bar += 1
            row.earliest = row.bar * self.task.bar_slots
        else:
            row.earliest, row.awaits = self.task.chord_slots[len(row.chords)], "chord"


def _heard(pitches: Sequence[int]) -> tuple[int, ...]:
    """What rules of pitch hear of a line: see `HEARD_NOTES`."""
    run = next((n for n, pitch in enumerate(reversed(pitches[-HEARD_RUN:])) if pitch != pitches[-1]), HEARD_RUN)
    return len(pitches), run, *pitches[-HEARD_NOTES:]


def choose(lines: Sequence[LineRows], logits: np.ndarray, draws: np.ndarray) -> np.ndarray:
    """The next token of every row of some lines, which then have it.

    A line that finds no way on is marked as failed, alone; it is given tokens without a meaning.

    Shapes:
        logits: [M, V], the network's, row after row and line after line.
        draws: [M], from 0 to 1.
        returns: [M].
    """
    tokens = np.full(len(draws), PAD, dtype=np.int64)
    asked: list[tuple[int, LineRows, _Row, _Options]] = []
    at = 0
    for line in lines:
        if line.failed is None:
            try:
                options = [line.options(row) for row in line.rows]
            except HibariError as error:
                line.failed = error
            else:
                asked += [(at + n, line, *pair) for n, pair in enumerate(zip(line.rows, options, strict=True))]
        at += len(line.rows)
    forced = [each for each in asked if not each[3].open and each[3].kind != "chord"]
    for place, line, row, each in forced:
        tokens[place] = each.tokens[each.first]
        line.take(row, each, each.first, each.tokens[each.first])
    _choose_single(tokens, [each for each in asked if each[3].open and each[3].kind != "chord"], logits, draws)
    _choose_chords(tokens, [each for each in asked if each[3].kind == "chord"], logits, draws)
    return tokens


def _choose_single(
    tokens: np.ndarray, asked: list[tuple[int, LineRows, _Row, _Options]], logits: np.ndarray, draws: np.ndarray
) -> None:
    """Chooses onsets and notes, each of which is one token."""
    if not asked:
        return
    places = np.array([each[0] for each in asked])
    logs = _log_probabilities(logits[places])
    own = np.take_along_axis(logs, np.stack([each[3].columns for each in asked]), axis=1)
    trust = np.array([[PITCH_TRUST if each[3].kind == "note" else RHYTHM_TRUST] for each in asked])
    chosen = _drawn(trust * own, [each[3] for each in asked], draws[places])
    found = own[np.arange(len(asked)), chosen]
    for (place, line, row, options), index, log in zip(asked, chosen.tolist(), found.tolist(), strict=True):
        row.logs += log
        row.decisions += 1
        token = options.tokens[index]
        tokens[place] = token
        line.take(row, options, index, token)


def _choose_chords(
    tokens: np.ndarray, asked: list[tuple[int, LineRows, _Row, _Options]], logits: np.ndarray, draws: np.ndarray
) -> None:
    """Chooses chords, each of which has several tokens; the likeliest of them is written."""
    if not asked:
        return
    places = np.array([each[0] for each in asked])
    logs = _log_probabilities(logits[places])
    logs[:, -1] = -np.inf
    columns = np.stack([each[3].columns for each in asked])
    by_token = logs[np.arange(len(asked))[:, None, None], columns]
    with np.errstate(divide="ignore"):
        own = np.log(np.exp(by_token).sum(axis=2))
    own[np.isneginf(own)] = 0.0
    chosen = _drawn(HARMONY_TRUST * own, [each[3] for each in asked], draws[places])
    for number, (index, (place, line, row, options)) in enumerate(zip(chosen.tolist(), asked, strict=True)):
        if options.open:
            row.logs += float(own[number, index])
            row.decisions += 1
        token = int(columns[number, index, int(by_token[number, index].argmax())])
        tokens[place] = token
        line.take(row, options, index, token)


def _log_probabilities(logits: np.ndarray) -> np.ndarray:
    """The logarithms of the network's probabilities, and a column of zeros. Shapes: [n, V] to [n, V + 1]."""
    logs = np.zeros((logits.shape[0], logits.shape[1] + 1))
    logs[:, :-1] = logits
    logs[:, :-1] -= logits.max(axis=1, keepdims=True)
    logs[:, :-1] -= np.log(np.exp(logs[:, :-1]).sum(axis=1, keepdims=True))
    return logs


def _drawn(logs: np.ndarray, options: Sequence[_Options], draws: np.ndarray) -> np.ndarray:
    """Indices of options, each with probability proportional to exp(its log + its weight). Shapes: logs [n, _WIDTH]."""
    weighed = logs + np.stack([each.weights for each in options])
    shares = np.exp(weighed - weighed.max(axis=1, keepdims=True)).cumsum(axis=1)
    index = (shares <= (draws * shares[:, -1])[:, None]).sum(axis=1)
    chosen: np.ndarray = np.minimum(index, [each.last for each in options])
    return chosen
