"""What writes songs beside our composer: a 3-gram in the network's place, and either of them without any rule.

Imported by `benchmarks.music_lead_sheets` and `benchmarks.music_audit`.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from models.music.choosing import LineRows, choose
from models.music.decoding import LineChoice, LineRequest
from models.music.tokens import (
    BAR,
    BAR_SLOTS,
    CHORD_0,
    CONTROL_0,
    END,
    METERS,
    PAD,
    PHRASE,
    PITCH_0,
    POSITION_0,
    PREFIX_TOKENS,
    REST,
    is_chord,
    is_position,
    meter_token,
    position_token,
)
from schemas.errors import HibariError
from training.ngram import Trigram

if TYPE_CHECKING:
    from models.music.transformer import Memory, MusicTransformer

Made = TypeVar("Made")
NextLogs = Callable[[Sequence[Sequence[int]]], np.ndarray]
"""Log-probabilities of the next token after each of several songs. Shapes: returns [songs, V]."""


@dataclass
class Markov:
    """A 3-gram that answers as the network does."""

    trigram: Trigram
    _known: dict[tuple[int, ...], np.ndarray] = field(default_factory=dict)

    def logs(self, history: Sequence[int]) -> np.ndarray:
        """Log-probabilities of the token after a history. Shapes: returns [V]."""
        last = tuple(history[-2:])
        if last not in self._known:
            every = [self.trigram.probability(last, token) for token in range(self.trigram.vocabulary)]
            self._known[last] = np.log(every)
        return self._known[last]

    def next_logs(self, songs: Sequence[Sequence[int]]) -> np.ndarray:
        """Log-probabilities after each of several songs."""
        return np.stack([self.logs(song) for song in songs])

    def lines(self, request: LineRequest) -> list[LineChoice] | HibariError:
        """Candidates for a line under the same rules that bind the network, or why there are none."""
        line = LineRows(request.task, request.rows, self.trigram.vocabulary)
        songs = [[*request.context, *request.opening] for _ in range(request.rows)]
        for _ in range(request.choices):
            chosen = choose([line], self.next_logs(songs).astype(np.float32), request.generator.random(request.rows))
            for song, token in zip(songs, chosen, strict=True):
                song.append(int(token))
        return line.results() if line.failed is None else line.failed


def written_by(markov: Markov, job: Generator[LineRequest, Sequence[LineChoice], Made]) -> Made:
    """What a job of composing makes when the 3-gram answers it."""
    try:
        request = next(job)
        while True:
            answer = markov.lines(request)
            request = job.throw(answer) if isinstance(answer, HibariError) else job.send(answer)
    except StopIteration as stop:
        made: Made = stop.value
        return made


class NetworkReading:
    """What a network says of the next token of songs that grow together; of long songs it reads the end alone."""

    def __init__(self, model: MusicTransformer) -> None:
        self.model = model
        self.memory: Memory | None = None

    def next_logs(self, songs: Sequence[Sequence[int]]) -> np.ndarray:
        """Log-probabilities after each of several songs of one length, each one token longer than the last time."""
        import torch

        from models.music.transformer import Memory

        rows, most = torch.tensor(songs), self.model.config.context
        with torch.inference_mode():
            if self.memory is None or self.memory.length == most:
                if rows.shape[1] > most // 2:
                    rows = torch.cat((rows[:, :PREFIX_TOKENS], rows[:, PREFIX_TOKENS - most // 2 :]), 1)
                self.memory = Memory(self.model.config, len(songs))
            else:
                rows = rows[:, -1:]
            return self.model.step(rows, self.memory).double().log_softmax(-1).numpy()


def free_songs(
    logs: NextLogs, prefixes: Sequence[Sequence[int]], bars: Sequence[int], rng: np.random.Generator
) -> list[list[int]]:
    """Songs of so many bars, sampled token by token; only what could not be read as a song is masked.

    Args:
        logs: the model.
        prefixes: the first four tokens of each song.
        bars: how many bars each is to have.
        rng: where chance comes from.
    """
    songs = [list(prefix) for prefix in prefixes]
    while any(song[-1] not in (END, PAD) for song in songs):
        for song, row, length in zip(songs, logs(songs), bars, strict=True):
            if song[-1] in (END, PAD):
                song.append(PAD)
                continue
            weights = np.where(grammatical(song, length, len(row)), row, -np.inf)
            shares = np.exp(weights - weights.max()).cumsum()
            song.append(int(np.searchsorted(shares, rng.random() * shares[-1], side="right")))
    return [[token for token in song if token != PAD] for song in songs]


def grammatical(song: Sequence[int], bars: int, vocabulary: int) -> np.ndarray:
    """Which tokens may follow. Shapes: returns [V]."""
    may = np.zeros(vocabulary, bool)
    last = song[-1]
    if is_position(last):
        may[PITCH_0 : CHORD_0 if is_chord(song[-2]) and song[-3] == last else CONTROL_0] = True
        may[REST] = True
        return may
    begun = sum(token == BAR for token in song)
    if begun == 0 and last != PHRASE:
        may[PHRASE] = True
        return may
    may[BAR] = begun < bars
    may[END] = begun == bars and last != PHRASE
    may[PHRASE] = last not in (PHRASE, BAR) and begun < bars
    if begun:
        may[_earliest(song) : POSITION_0 + _bar_slots(song)] = True
    return may


def _earliest(song: Sequence[int]) -> int:
    """The token of the first position that is still to come in the bar, a chord's own among them."""
    for place in range(len(song) - 1, -1, -1):
        if song[place] == BAR:
            return position_token(0)
        if is_position(song[place]):
            return song[place] if is_chord(song[place + 1]) else song[place] + 1
    return position_token(0)


def _bar_slots(song: Sequence[int]) -> int:
    return next(BAR_SLOTS[meter] for meter in METERS if meter_token(meter) == song[1])
