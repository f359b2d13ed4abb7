"""`hibari verify`, `gc`, `doctor` and `setup`: keeping house."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.output import json_option, say_json, table

if TYPE_CHECKING:
    from schemas.settings import Settings

DEFAULT_MODELS = ("lyrics:smollm2", "style:arbitrary", "upscale:compact")


@click.command()
@json_option
def verify(as_json: bool) -> int:
    """Read every stored record and blob again and check its hash. What is damaged is made again by the next `make`."""
    from artifacts.verify import verify as check
    from schemas.settings import Settings
    from tasks.bench import Bench

    report = check(Bench(Settings()).catalogue)
    if as_json:
        say_json({name: getattr(report, name) for name in report.__dataclass_fields__} | {"ok": report.ok})
    else:
        click.echo(f"{report.records} records and {report.blobs} blobs read")
        for label in ("damaged_records", "damaged_blobs", "missing_blobs", "missing_records"):
            for digest in getattr(report, label):
                click.echo(f"✗ {label.replace('_', ' ').removesuffix('s')}: {digest}")
        if report.orphaned_blobs:
            click.echo(f"{len(report.orphaned_blobs)} blobs belong to nothing; `hibari gc` removes them in time")
        click.echo("all is well" if report.ok else "the next `hibari make` makes what is damaged again")
    return 0 if report.ok else 3


@click.command()
@click.option("--dry-run", is_flag=True, help="Only say what would go.")
@click.option(
    "--grace-days", default=7.0, show_default=True, type=click.FloatRange(0, 3650), help="Younger things stay."
)
@json_option
def gc(dry_run: bool, grace_days: float, as_json: bool) -> None:
    """Remove what no release, claim, selected or pinned take, edit or verdict needs.

    \b
    Example:
      hibari gc --dry-run
    """
    from artifacts.gc import gc as collect
    from schemas.settings import Settings
    from tasks.bench import Bench

    report = collect(Bench(Settings()).catalogue, grace_s=grace_days * 86_400, dry_run=dry_run)
    if as_json:
        say_json({name: getattr(report, name) for name in report.__dataclass_fields__})
        return
    verb = "would go" if dry_run else "gone"
    click.echo(f"{len(report.records)} records and {len(report.blobs)} blobs {verb}: {report.freed_bytes / 1e6:.1f} MB")


@click.command()
@json_option
def doctor(as_json: bool) -> int:
    """Check that this machine has what Hibari needs, and what would make its albums better."""
    from schemas.settings import Settings

    checks = _checks(Settings())
    good = all(state != "missing" for _, state, _ in checks)
    if as_json:
        say_json([dict(zip(("what", "state", "detail"), check, strict=True)) for check in checks])
    else:
        click.echo(table(checks))
        click.echo("ready" if good else "not ready: see the lines marked 'missing'")
    return 0 if good else 4


def _checks(settings: Settings) -> list[tuple[str, str, str]]:
    import os
    import shutil
    import sys

    import imageio_ffmpeg

    from media.sound.fonts import find_font
    from models import registry
    from tasks.bench import Bench

    bench = Bench(settings)
    home = settings.home
    free_gb = shutil.disk_usage(home).free / 1e9
    font = find_font(settings.font)
    found = [
        ("python", "ok", sys.version.split()[0]),
        ("machine", "ok", f"{bench.machine}, {os.cpu_count()} cores, {settings.workers} workers"),
        ("home", "ok" if os.access(home, os.W_OK) else "missing", str(settings.home)),
        ("disk", "ok" if free_gb > 2 else "missing", f"{free_gb:.0f} GB free; an EP takes about 0.3 GB"),
        ("ffmpeg", "ok", Path(imageio_ffmpeg.get_ffmpeg_exe()).name),
        ("sound font", "ok" if not font.note else "next best", font.note or font.name),
    ]
    for card in registry.models():
        if card.where in ("user", "system"):
            continue
        here = registry.is_present(card.name, settings.models_dir)
        state = "ok" if here else "optional" if card.optional else "missing"
        found.append((card.name, state, "" if here else f"hibari models pull {card.name}"))
    return found


@click.command()
def setup() -> None:
    """Fetch the default models, create the catalogue and migrate the Prefect server's database.

    Run once after installing; running it again does nothing that is done already.
    """
    from flows.server import prepare_database
    from models import registry
    from models.pulling import pull
    from schemas.settings import Settings
    from tasks.bench import Bench

    settings = Settings()
    Bench(settings)
    for name in DEFAULT_MODELS:
        if not registry.is_present(name, settings.models_dir):
            click.echo(f"{name}: fetching and converting, once", err=True)
        pull(name, settings.models_dir)
    prepare_database(settings.home)
    click.echo(f"ready in {settings.home}", err=True)
