"""Runs the composing of many songs side by side and decodes for all of them in passes of a fixed shape.

Each song asks for the candidates of its next line. What is asked for at the same time is divided by the bucket of the
tokens that it goes on from and by its number of rows; each division is decoded in passes of at most `LANES` lines, the
longest first, so that lines that are done leave the pass. A song is read once: what a line goes on from is kept, and
only what was written since is read for the next.

A request gets the same bytes alone, in any batch and in any order (see `models.music.passes`).
"""

from __future__ import annotations

import logging
from collections.abc import Generator, Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from models.music.choosing import LineRows, choose
from models.music.decoding import LineChoice, LineRequest
from models.music.tokens import BAR, PAD
from schemas.errors import HibariError, StepError

if TYPE_CHECKING:
    from models.music.lanes import Prefix
    from models.music.transformer import MusicTransformer

log = logging.getLogger(__name__)

LANES = 16
"""Most lines of one pass."""
ABREAST = 32
"""Most songs in the making at once: each keeps what the network has read of it, 1 to 5 MB."""

Made = TypeVar("Made")
Answer = list[LineChoice] | HibariError


class Engine:
    """A network that answers requests for lines."""

    def __init__(self, model: MusicTransformer, *, lanes: int = LANES) -> None:
        """The network with its weights arranged for decoding.

        Args:
            model: in evaluation mode.
            lanes: most lines of one pass, 1 or more.
        """
        from models.music.passes import Decoder

        self.decoder, self.lanes = Decoder(model), lanes
        self._agreeing: dict[int, int] = {}
        self._prefixes: dict[int, Prefix] = {}

    def answer(self, asked: Mapping[int, LineRequest]) -> dict[int, Answer]:
        """The candidates that each request asks for, or why there are none.

        Args:
            asked: requests by the number of their song; what a song asks for goes on from what it asked for before.
        """
        import torch

        from models.music.lanes import bucket_of

        answers: dict[int, Answer] = {}
        divisions: dict[tuple[int, int], list[int]] = {}
        with torch.inference_mode():
            for number, request in asked.items():
                try:
                    length = self._read(number, request)
                except StepError as error:
                    answers[number] = error
                    continue
                divisions.setdefault((request.rows, bucket_of(length)), []).append(number)
            for (rows, _), numbers in divisions.items():
                numbers.sort(key=lambda number: -asked[number].choices)
                lanes = self._lanes(rows) if len(numbers) > 1 else 1
                for at in range(0, len(numbers), lanes):
                    some = numbers[at : at + lanes]
                    made = self._decode([asked[number] for number in some], [self._prefixes[number] for number in some])
                    answers |= zip(some, made, strict=True)
        return answers

    def forget(self, number: int) -> None:
        """Lets go of what was read of a song that is done."""
        self._prefixes.pop(number, None)

    def _read(self, number: int, request: LineRequest) -> int:
        """Reads what a line goes on from; returns how many of its tokens are in reach."""
        config = self.decoder.config
        tokens = (*request.context, *request.opening[:-1])
        if len(tokens) + request.choices > config.context:
            raise StepError(
                f"{len(tokens)} tokens and {request.choices} of a line do not fit in the network's {config.context}: "
                "plan fewer bars or syllables a line"
            )
        prefix = self._prefixes.get(number)
        if prefix is None:
            prefix = self._prefixes[number] = self.decoder.blank()
        self.decoder.read(tokens, prefix)
        return min(len(tokens), config.reach - 1)

    def _lanes(self, rows: int) -> int:
        """How many lines of so many rows may share a pass: one, where sharing would change their bytes."""
        from models.music.passes import lanes_agree

        if rows not in self._agreeing:
            agree = lanes_agree(self.decoder, rows, self.lanes)
            self._agreeing[rows] = self.lanes if agree else 1
            if not agree:
                log.warning("lines of %d rows are decoded one by one: this machine's products change in a batch", rows)
        return self._agreeing[rows]

    def _decode(self, requests: Sequence[LineRequest], prefixes: Sequence[Prefix]) -> list[Answer]:
        """Decodes lines of one shape, the longest first."""
        import torch

        from models.music.lanes import Rows

        rows, steps = requests[0].rows, requests[0].choices
        lines = [LineRows(request.task, rows, self.decoder.config.vocabulary) for request in requests]
        state = Rows(self.decoder.config, prefixes, rows, steps)
        tokens = np.full(state.lanes_for(len(lines)) * rows, PAD)
        tokens[: len(lines) * rows] = BAR
        for step in range(steps):
            active = sum(request.choices > step for request in requests)
            logits = self.decoder.step(torch.from_numpy(tokens[: state.lanes_for(active) * rows]), state).numpy()
            draws = np.concatenate([request.generator.random(rows) for request in requests[:active]])
            tokens[: active * rows] = choose(lines[:active], logits[: active * rows], draws)
        return [line.results() if line.failed is None else line.failed for line in lines]


def run_together(
    jobs: Sequence[Generator[LineRequest, Sequence[LineChoice], Made]], model: MusicTransformer
) -> list[Made | HibariError]:
    """What each job returns, or the error it ended with; one that fails keeps no other from its result.

    Args:
        jobs: generators that yield a request a line and take its candidates.
        model: the network, in evaluation mode.
    """
    engine = Engine(model)
    results: dict[int, Made | HibariError] = {}
    waiting = iter(range(len(jobs)))
    answers: dict[int, Answer | None] = {}
    while True:
        answers |= dict.fromkeys(islice(waiting, ABREAST - len(answers)))
        if not answers:
            return [results[number] for number in range(len(jobs))]
        asked: dict[int, LineRequest] = {}
        for number, answer in answers.items():
            try:
                asked[number] = _asked(jobs[number], answer)
            except StopIteration as stop:
                results[number] = stop.value
            except HibariError as error:
                results[number] = error
            if number in results:
                engine.forget(number)
        answers = dict(engine.answer(asked))


def _asked(job: Generator[LineRequest, Sequence[LineChoice], Made], answer: Answer | None) -> LineRequest:
    """What a job asks for next."""
    if answer is None:
        return next(job)
    if isinstance(answer, HibariError):
        return job.throw(answer)
    return job.send(answer)
