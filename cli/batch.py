"""`hibari batch`: many albums from one file, by one queue, with a report at the end."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cli.output import duration, json_option, quiet_option, say_json, table

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from schemas.jobs import Job
    from tasks.batches.asking import AskedBatch
    from tasks.bench import Bench


def _batch_options(command: Callable[..., Any]) -> Callable[..., Any]:
    for option in (
        click.option(
            "--budget-disk-mb", "disk_mb", type=click.IntRange(min=1), help="Begin no album once so many MB grew."
        ),
        click.option("--budget-minutes", "minutes", type=float, help="Begin no album after so many minutes."),
        click.option("--budget-albums", "albums", type=click.IntRange(1, 500), help="Make at most so many albums."),
        click.option("--policy", help="A written policy that judges what is made, e.g. 'demo'."),
        click.option("--priority", type=click.IntRange(0, 9), help="Place in the queue; 9 is first. Batches have 3."),
    ):
        command = option(command)
    return command


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--plan", "plan_only", is_flag=True, help="Show what would be made and why, and make nothing.")
@_batch_options
@click.option("--date", "on", metavar="YYYY-MM-DD", help="The day that {date} means; today where it is left out.")
@click.option(
    "--skip-refused", is_flag=True, help="Leave out briefs that cannot be made, and tell of them in the report."
)
@click.option("--by", default="the command line", show_default=True, help="Who asks, for the log of choices.")
@quiet_option
@json_option
def batch(
    file: Path,
    plan_only: bool,
    on: str | None,
    skip_refused: bool,
    by: str,
    quiet: bool,
    as_json: bool,
    **overrides: Any,  # noqa: ANN401
) -> int:
    """Make the albums of FILE: YAML with templates, a CSV table, or JSON lines.

    It is one job of the queue. Stop it when you like: the same command goes on where it was. Where a studio runs on
    this store, the job is handed to it and followed from here.

    \b
    Examples:
      hibari batch briefs/four-seasons.yaml --plan
      hibari batch briefs/postcards.csv --budget-minutes 30 --policy demo
      hibari batch briefs/nightly.yaml --date 2025-01-31   # go on with the batch of that night
    """
    from schemas.settings import Settings
    from tasks.batches.asking import Overrides, ask_batch
    from tasks.batches.reading import read_batch_file
    from tasks.bench import Bench

    bench = Bench(Settings())
    asked = ask_batch(
        bench, read_batch_file(file), on=_day(on), skip_refused=skip_refused, overrides=Overrides(**overrides)
    )
    if plan_only:
        _show_plan(bench, asked, as_json=as_json)
        return 0
    return _make(bench, asked, by=by, quiet=quiet or as_json, as_json=as_json)


def _day(on: str | None) -> date:
    from datetime import date

    if on is None:
        return date.today()  # noqa: DTZ011 - the day on the user's own calendar
    try:
        return date.fromisoformat(on)
    except ValueError as error:
        raise click.UsageError(f"--date {on!r} is no day: write it as 2025-01-31.") from error


def _make(bench: Bench, asked: AskedBatch, *, by: str, quiet: bool, as_json: bool) -> int:
    from cli.following import Follower
    from flows.queueing import OwnSteps, work_until_over
    from tasks.batches.asking import queue_batch
    from tasks.batches.report import report_folder, write_report
    from tasks.choices import Decider

    job = queue_batch(bench, asked, Decider(by, "command"))
    tell: Callable[[str], None] = (lambda _: None) if quiet else (lambda line: click.echo(line, err=True))
    again = " (gone on with)" if job.attempts else ""
    tell(f"{asked.request.name or 'Batch'}: {len(job.albums)} albums as {job.id}{again}")
    for refusal in asked.refused:
        tell(f"  left out: {refusal}")
    steps = OwnSteps(bench)
    try:
        with Follower(bench.catalogue, job, quiet=quiet):
            job = work_until_over(job.id, bench, steps, tell=tell)
    finally:
        steps.close()
    there = report_folder(bench.settings, job.id) / "report.html"
    report = there if there.exists() else write_report(bench, job.id)
    if as_json:
        costs = {
            "server_start_s": round(steps.server_start_s, 2),
            "server_start_cpu_s": round(steps.server_start_cpu_s, 2),
            "orchestration_cpu_s": round(steps.orchestration_cpu_s, 2),
        }
        say_json(_summary(job, report, asked) | {"run": costs})
    else:
        _tell(bench, job, report)
    return _exit_code(job)


def _exit_code(job: Job) -> int:
    albums: Any = job.result.get("albums", {})
    whole = job.state == "done" and all(found["state"] == "made" for found in albums.values())
    return 0 if whole else 7


def _summary(job: Job, report: Path, asked: AskedBatch) -> dict[str, Any]:
    return {
        "job": job.id,
        "state": job.state,
        "reason": job.reason,
        "report": str(report),
        "refused": [str(refusal) for refusal in asked.refused],
        "result": job.result,
    }


def _tell(bench: Bench, job: Job, report: Path) -> None:
    albums: Any = job.result.get("albums", {})
    left: Any = job.result.get("left", {})
    rows = []
    for album_id in job.albums:
        entry = bench.catalogue.standing(album_id)
        found = albums.get(album_id, {})
        said = found.get("state") or ("left" if album_id in left else "not begun")
        why = left.get(album_id) or next(iter(found.get("failures", {}).values()), "")
        rows.append((entry.title if entry else album_id, said, album_id, why[:80]))
    click.echo(table(rows))
    if job.state == "cancelled":
        click.echo(f"Stopped by {job.cancelled_by}: {job.reason or 'no reason was given'}")
    elif job.reason:
        click.echo(f"Nothing came of it: {job.reason}")
    click.echo(f"Report: {report}")


def _show_plan(bench: Bench, asked: AskedBatch, *, as_json: bool) -> None:
    from tasks.albums import open_album
    from tasks.progress import STEP_WEIGHTS, counted_steps
    from tasks.prospects import foresee

    rows, weight, plans = [], 0.0, []
    for brief, place in zip(asked.request.briefs, asked.places, strict=True):
        state = open_album(brief, bench, record=False)
        prospects = foresee(state)
        todo = counted_steps([item for item in prospects if item.action != "reuse"])
        weight += sum(STEP_WEIGHTS.get(step, 1.0) for step in todo)
        facts = f"{len(state.plan.songs)} songs, {state.plan.genre}, {state.plan.mood}, seed {brief.seed}"
        what = f"{len(todo)} steps" if todo else "all here"
        rows.append((place, state.album_id, state.plan.title[:40], facts, what))
        plans.append({"place": place, "album": state.album_id, "title": state.plan.title, "steps": len(todo)})
    if as_json:
        refused = [str(refusal) for refusal in asked.refused]
        say_json({"priority": asked.priority, "albums": plans, "refused": refused})
        return
    click.echo(table(rows, header=("WHERE", "ALBUM", "TITLE", "WHAT", "TO MAKE")))
    for refusal in asked.refused:
        click.echo(f"left out: {refusal}")
    workers, albums = bench.settings.workers, f"{len(rows)} album{'s' if len(rows) > 1 else ''}"
    click.echo(f"{albums}; roughly {duration(weight / workers)} with {workers} workers on idle cores.")
