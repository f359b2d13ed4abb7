"""`hibari make` and `hibari plan`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from cli.output import Progress, duration, json_option, quiet_option, say_json, table

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from flows.running import RunReport
    from schemas.brief import Brief
    from schemas.release import Release
    from schemas.settings import Settings
    from tasks.bench import Bench
    from tasks.orders import Prospect
    from tasks.state import AlbumState


def _brief_options(command: Callable[..., Any]) -> Callable[..., Any]:
    for option in (
        click.option("--seed", type=int, help="Another seed gives another album of the same brief."),
        click.option("--songs", type=int, help="How many songs, 1 to 20."),
        click.option("--genre", help="piano-ballad, folk, synth-pop, rock, lo-fi or bossa."),
        click.option("--title", help="Title of the album."),
    ):
        command = option(command)
    return click.argument("brief")(command)


@click.command()
@_brief_options
@click.option("--press", is_flag=True, help="Press a release when it is made (needs --policy, or verdicts).")
@click.option("--policy", help="A written policy that judges songs without a verdict, e.g. 'demo'.")
@click.option(
    "--edits",
    type=click.Choice(["ask", "keep", "rebase", "drop"]),
    default="ask",
    show_default=True,
    help="What to do where something was made again under a person's edit.",
)
@click.option("--unquarantine", is_flag=True, help="Try an album again that was set aside because its workers died.")
@quiet_option
@json_option
def make(
    brief: str,
    press: bool,
    policy: str | None,
    edits: str,
    unquarantine: bool,
    quiet: bool,
    as_json: bool,
    **overrides: Any,  # noqa: ANN401
) -> int:
    """Make an album from BRIEF: a line of text, a YAML or JSON file, or the id of an album already begun.

    What is finished is never made twice: stop it when you like, and run the same command again.

    \b
    Examples:
      hibari make "letters from a night train" --songs 4 --genre lo-fi
      hibari make briefs/first-light.yaml --press --policy demo
    """
    from schemas.settings import Settings
    from tasks.albums import open_album
    from tasks.bench import Bench

    if policy and not press:
        raise click.UsageError("--policy judges songs for a release: add --press, or leave it out.")
    settings = Settings()
    bench = Bench(settings)
    state = open_album(_asked(brief, overrides, bench), bench)
    if unquarantine:
        from cli.choosing import decider
        from tasks.asking import let_back_in

        let_back_in(bench, state.album_id, decider(""))
    report = make_album(state, settings, edits=edits, quiet=quiet or as_json)
    pressed = press_made(state, settings, policy) if press else None
    if as_json:
        say_json(_summary(state, report, pressed))
    else:
        _tell(state, report, pressed, quiet=quiet)
    return 7 if state.failures else 0


def _asked(argument: str, overrides: dict[str, Any], bench: Bench) -> Brief:
    """The brief that an argument of `make` or `plan` means: that of an album by its whole id, or a new one."""
    from cli.briefs import read_brief

    known = bench.catalogue.album(argument)
    if known is None:
        return read_brief(argument, overrides)
    given = [f"--{name}" for name, value in overrides.items() if value is not None]
    if given:
        raise click.UsageError(f"{argument} is an album already begun; {', '.join(given)} would make another one.")
    return known.brief


def make_album(state: AlbumState, settings: Settings, *, edits: str = "ask", quiet: bool) -> RunReport | None:
    """Make what is missing of an album; None where nothing was, and then nothing is started either."""
    from typing import cast

    from tasks.albums import refuse_quarantined
    from tasks.edits import EditPolicy
    from tasks.progress import counted_steps
    from tasks.prospects import foresee
    from tasks.standing import refresh_standing

    refuse_quarantined(state)
    prospects = foresee(state, record=True)
    todo = [prospect for prospect in prospects if prospect.action != "reuse"]
    if not quiet:
        reused = len(prospects) - len(todo)
        click.echo(
            f"{state.plan.title} · {len(state.plan.songs)} songs · {state.plan.genre}, {state.plan.mood}", err=True
        )
        maybe = any(item.action == "may be made again" for item in todo)
        click.echo(f"{'up to ' if maybe else ''}{len(todo)} steps to make, {reused} reused", err=True)
    if not todo:
        refresh_standing(state.bench, state.album_id)
        return None
    from flows.running import run_albums

    progress = Progress(counted_steps(todo), quiet=quiet)
    try:
        return run_albums([state], settings, edits=cast("EditPolicy", edits), listen=progress)
    finally:
        refresh_standing(state.bench, state.album_id)


def press_made(state: AlbumState, settings: Settings, policy: str | None, *, by: str = "") -> tuple[Release, Path]:
    """Press an album, judged by a policy where one is named; a release that is already there is kept."""
    from cli.choosing import decider
    from tasks.deciding import note_press
    from tasks.press.press import press_once
    from tasks.review import judge_by_policy
    from tasks.standing import refresh_standing

    if policy:
        judge_by_policy(state, policy)
        refresh_standing(state.bench, state.album_id)
    release, folder, new = press_once(state, settings.releases)
    if new:
        note_press(state.bench, state.album_id, release, folder, decider(by))
    return release, folder


def _summary(state: AlbumState, report: RunReport | None, pressed: tuple[Release, Path] | None) -> dict[str, Any]:
    from tasks.steps.film import films_missing

    summary: dict[str, Any] = {"album": state.album_id, "title": state.plan.title, "failures": state.failures}
    if missing := films_missing(state):
        summary["films_missing"] = missing
    if report is not None:
        summary["run"] = {
            "made": report.tally.made,
            "reused": report.tally.reused,
            "failed": report.tally.failed,
            "wall_s": round(report.wall_s, 2),
            "steps_cpu_s": round(report.steps_cpu_s, 2),
            "orchestration_cpu_s": round(report.orchestration_cpu_s, 2),
            "server_start_s": round(report.server_start_s, 2),
            "server_start_cpu_s": round(report.server_start_cpu_s, 2),
            "model_loads": report.tally.loads,
            "load_cpu_s": round(report.tally.load_cpu_s, 2),
            "seconds_by_step": {name: round(value, 2) for name, value in report.tally.seconds_by_step.items()},
        }
    if pressed is not None:
        summary["release"] = {"digest": pressed[0].digest(), "folder": str(pressed[1])}
    return summary


def _tell(state: AlbumState, report: RunReport | None, pressed: tuple[Release, Path] | None, *, quiet: bool) -> None:
    from tasks.steps.film import films_missing

    if not quiet:
        if report is None:
            click.echo("Nothing to make: everything is here already.")
        else:
            click.echo(
                f"Made {report.tally.made} steps in {duration(report.wall_s)} ({report.steps_cpu_s:.0f} CPU s; "
                f"orchestration {report.orchestration_cpu_s:.1f} CPU s, server start {report.server_start_cpu_s:.1f})."
            )
    for song_id, reason in state.failures.items():
        click.echo(f"✗ {song_id or 'album'}: {reason}", err=True)
    for song_id, reason in films_missing(state).items():
        click.echo(f"✗ {song_id} has no film: {reason}", err=True)
    if pressed is None:
        click.echo(f"Album {state.album_id}: listen with `hibari show {state.album_id}`, then approve and press it.")
        return
    from cli.showing import describe_release

    click.echo(describe_release(*pressed))


@click.command()
@_brief_options
@json_option
def plan(brief: str, as_json: bool, **overrides: Any) -> None:  # noqa: ANN401
    """Show what `make` would make of BRIEF (or of an album already made), what it would reuse, and why.

    \b
    Examples:
      hibari plan briefs/first-light.yaml
      hibari plan first-light-1a2b3c4d   # an album by its id
    """
    from schemas.settings import Settings
    from tasks.albums import open_album
    from tasks.bench import Bench
    from tasks.prospects import foresee

    bench = Bench(Settings())
    state = open_album(_asked(brief, overrides, bench), bench, record=False)
    prospects = foresee(state)
    if as_json:
        say_json({"album": state.album_id, "steps": [item.model_dump(mode="json") for item in prospects]})
        return
    click.echo(f"{state.album_id}: {state.plan.title}, {state.plan.genre}, {state.plan.mood}")
    for song in state.plan.songs:
        beats = f"{song.beats_per_bar}/4"
        click.echo(
            f"  {song.song_id}: {song.key}, {song.tempo_bpm} bpm, {beats}, {duration(song.duration_s)}, {song.voice}"
        )
    click.echo(table(prospect_rows(prospects), header=("SONG", "STEP", "PART", "TAKE", "WHAT", "WHY")))


def prospect_rows(prospects: list[Prospect]) -> list[tuple[str, ...]]:
    """Prospects as the rows of a table: song, step, part, take, what, why."""
    return [
        (
            item.slot.song_id or "album",
            item.slot.step,
            item.slot.part,
            str(item.take),
            item.action,
            item.why,
        )
        for item in prospects
    ]
