"""Runs the composing of many songs side by side and answers what they ask the network for."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import TYPE_CHECKING, TypeVar

from models.music.decoding import LineChoice, LineRequest, sample_line
from schemas.errors import HibariError

if TYPE_CHECKING:
    from models.music.transformer import MusicTransformer

Made = TypeVar("Made")


def run_together(
    jobs: Sequence[Generator[LineRequest, Sequence[LineChoice], Made]], model: MusicTransformer
) -> list[Made | HibariError]:
    """What each job returns, or the error it ended with; one that fails keeps no other from its result.

    Args:
        jobs: generators that yield a request a line and take its candidates.
        model: the network, in evaluation mode.
    """
    results: dict[int, Made | HibariError] = {}
    answers: dict[int, list[LineChoice] | None] = dict.fromkeys(range(len(jobs)))
    while answers:
        asked: dict[int, LineRequest] = {}
        for number, answer in answers.items():
            try:
                asked[number] = next(jobs[number]) if answer is None else jobs[number].send(answer)
            except StopIteration as stop:
                results[number] = stop.value
            except HibariError as error:
                results[number] = error
        answers = {
            number: sample_line(model, each.context, each.task, rows=each.rows, generator=each.generator)
            for number, each in asked.items()
        }
    return [results[number] for number in range(len(jobs))]
