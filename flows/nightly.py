"""The batch of the night as a flow: a batch unfolded for the day, one job for it, and a report in the morning."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State
from pydantic import TypeAdapter, ValidationError

from flows.asked import Asked, who_asked
from flows.jobs import run_job
from flows.prefect_safety import forbid_pickled_results
from flows.produce import run_steps, told
from schemas.base import Slug
from schemas.errors import BriefError
from schemas.settings import CHECKOUT, Settings
from tasks.asking import ask
from tasks.batches.asking import AskedBatch, ask_batch
from tasks.batches.reading import ReadBatch, batch_from_document, read_batch_file
from tasks.bench import Bench
from tasks.choices import Decider

_NAME: TypeAdapter[str] = TypeAdapter(Slug)
_SHIPPED = CHECKOUT / "briefs"


@flow(name="produce-nightly", persist_result=False, validate_parameters=True)
def produce_nightly(
    batch: str | dict[str, Any] = "nightly", on: str = "", skip_refused: bool = True
) -> list[dict[str, Any]] | State[list[dict[str, Any]]]:
    """Make the albums of a batch template, as a schedule does, and report on them.

    One run is one job, whatever becomes of the run: a job that is gone on with is reported on all the same.

    Args:
        batch: name of a batch that comes with Hibari (`briefs/NAME.yaml`), or a whole batch document.
        on: the day that `{date}` means, as 2025-01-31; '' is the day the run was due (UTC).
        skip_refused: whether briefs that cannot be made are left out, and reported, instead of refusing the batch.

    Returns:
        For each album its id and the reason of each failed song.

    Raises:
        BriefError: there is no such batch, or nothing in it can be made; nothing has been begun.
        StepError: nothing of what was asked could be made.
    """
    forbid_pickled_results()
    bench = Bench(Settings())
    asked = who_asked()
    wanted = ask_batch(bench, template(batch), on=_day(on), skip_refused=skip_refused)
    queued = _queue(bench, wanted, asked)
    return told(run_job(queued, bench, run_steps, flow_run=asked.run, was_cancelled=asked.was_cancelled))


def template(batch: str | dict[str, Any]) -> ReadBatch:
    """The batch of that name among those that come with Hibari, or the one that a document describes; never a path.

    Raises:
        BriefError: there is none, or it is none.
    """
    if isinstance(batch, dict):
        return batch_from_document(batch, name="nightly")
    known = sorted(path.stem for path in _SHIPPED.glob("*.yaml") if "entries:" in path.read_text(encoding="utf-8"))
    try:
        name = _NAME.validate_python(batch)
    except ValidationError as error:
        raise BriefError(f"batch: {batch[:60]!r} is no name of a batch; choose from {', '.join(known)}") from error
    if name not in known:
        raise BriefError(f"batch: no batch is called {name!r}; choose from {', '.join(known)}, or give a document")
    return read_batch_file(_SHIPPED / f"{name}.yaml")


def _day(on: str) -> date:
    if on:
        try:
            return date.fromisoformat(on)
        except ValueError as error:
            raise BriefError(f"on: {on[:40]!r} is no day; write it as 2025-01-31") from error
    from prefect.context import FlowRunContext

    context = FlowRunContext.get()
    due = context.flow_run.expected_start_time if context and context.flow_run else None
    return (due or datetime.now(UTC)).astimezone(UTC).date()


def _queue(bench: Bench, wanted: AskedBatch, asked: Asked) -> str:
    priority = min(wanted.priority, asked.priority)
    who = Decider(asked.by, asked.via)
    return ask(bench, wanted.request, who, priority=priority, key=asked.run, flow_run=asked.run).id
