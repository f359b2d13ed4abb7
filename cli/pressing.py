"""`hibari press` and `hibari replay`."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import click

from cli.choosing import by_option
from cli.output import Progress, duration, json_option, quiet_option, say_json

if TYPE_CHECKING:
    from schemas.settings import Settings


@click.command()
@click.argument("album")
@click.option("--policy", help="A written policy that judges songs without a verdict, e.g. 'demo'.")
@by_option
@json_option
def press(album: str, policy: str | None, by: str, as_json: bool) -> None:
    """Press the approved songs of ALBUM into a folder that people can use.

    \b
    Examples:
      hibari press first-light
      hibari press first-light --policy demo
    """
    from cli.making import press_made
    from cli.showing import describe_release
    from schemas.settings import Settings
    from tasks.albums import find_album
    from tasks.bench import Bench
    from tasks.prospects import accept_failures, foresee

    settings = Settings()
    state = find_album(album, Bench(settings))
    foresee(state, record=True)
    accept_failures(state)
    release, folder = press_made(state, settings, policy, by=by)
    if as_json:
        say_json({"digest": release.digest(), "folder": str(folder), "release": release.model_dump(mode="json")})
    else:
        click.echo(describe_release(release, folder))


@click.command()
@click.argument("release", type=click.Path(path_type=Path))
@click.option("--verify", is_flag=True, help="Compare every digest, and fail where one differs.")
@quiet_option
@json_option
def replay(release: Path, verify: bool, quiet: bool, as_json: bool) -> int:
    """Make RELEASE (a folder) again from its record alone, in a store of its own, and compare.

    Digests are promised for one machine class; on another, the answer is 'not comparable'.

    \b
    Example:
      hibari replay --verify releases/first-light-1a2b3c4d
    """
    from flows.running import run_albums
    from schemas.settings import Settings
    from tasks.bench import Bench
    from tasks.progress import counted_steps
    from tasks.prospects import foresee
    from tasks.replay import compare, compare_files, prepare_replay

    settings = Settings()
    with TemporaryDirectory(prefix="hibari-replay-") as folder:
        scratch = scratch_settings(settings, Path(folder))
        plan = prepare_replay(release, Bench(scratch))
        damaged = list(plan.damaged_files)
        different: list[str] = []
        wall_s = 0.0
        if not plan.comparable:
            progress = Progress(counted_steps(foresee(plan.album)), quiet=quiet or as_json)
            report = run_albums([plan.album], scratch, listen=progress, replayed=plan.edits)
            wall_s, different = report.wall_s, compare(plan)
            if not different:
                different = compare_files(plan, scratch.releases)
    good = not different and not damaged and not plan.comparable
    if as_json:
        say_json({"same": good, "different": different, "files": damaged, "comparable": plan.comparable or "yes"})
    else:
        for line in (*damaged, *different):
            click.echo(f"✗ {line}")
        steps, files = len(plan.pressed.release.steps), len(plan.pressed.release.files)
        verdict = plan.comparable or (
            f"all {steps} steps and {files} files came out as they were, in {duration(wall_s)}"
            if good
            else f"{len(different)} steps or files differ from what is made now, {len(damaged)} files are not as listed"
        )
        click.echo(verdict)
    return 3 if verify and not good else 0


def scratch_settings(settings: Settings, folder: Path) -> Settings:
    """Settings for a replay: all that is written lies under a folder, and the models are those that are here.

    Store and catalogue are named outright: those of the environment must never take what a stranger's record says.
    """
    return settings.model_copy(
        update={
            "home": folder,
            "releases": folder / "releases",
            "blobs_url": "",
            "catalogue_url": "",
            "models": settings.models_dir,
        }
    )
