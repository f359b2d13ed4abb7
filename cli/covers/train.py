"""`hibari cover train`: a painter learned from a folder of pictures."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.output import json_option, quiet_option, say_json

if TYPE_CHECKING:
    from flows.train_painter import Progress

_OBJECTIVES = ("non-saturating", "lsgan", "wgan", "wgan-gp", "wgan-lp", "hinge")


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), required=True, help="Folder of the training.")
@click.option("--resolution", type=click.IntRange(8, 1024), help="Edge in pixels, a power of two; 64 if left out.")
@click.option("--minutes", type=click.FloatRange(0.1, 60 * 24 * 60), default=20.0, show_default=True)
@click.option("--objective", type=click.Choice(_OBJECTIVES), help="What both networks are trained on.")
@click.option("--augmentation", type=click.Choice(["ada", "diffaugment", "none"]), help="What both networks see.")
@click.option("--settings", "file", type=click.Path(dir_okay=False, path_type=Path), help="A TOML file of all others.")
@click.option("--device", help="cpu or cuda:0.")
@click.option("--seed", type=click.IntRange(0, 2**31 - 1))
@quiet_option
@json_option
def train(
    folder: Path, out: Path, resolution: int | None, minutes: float, file: Path | None, quiet: bool, as_json: bool,
    **others: str | int | None,
) -> None:  # fmt: skip
    """Train a StyleGAN2 on the pictures of FOLDER, for so many minutes.

    Stop it when you like: the same command goes on where it was. On a processor hours give texture and horizons at
    64 px; good pictures want an accelerator and a day.

    \b
    Examples:
      hibari cover train my-photographs --out painter
      hibari cover train paintings --out painter-256 --resolution 256 --minutes 600 --device cuda:0
      hibari cover train my-photographs --out painter --settings training/scenes_64.toml
    """
    from cli.covers.progress import Counted
    from flows.prefect_safety import set_defaults

    set_defaults()
    os.environ.setdefault("PREFECT_LOGGING_LEVEL", "CRITICAL")  # errors are told by the command itself
    from flows.train_painter import train_here
    from schemas.settings import Settings

    counted = Counted("", quiet=quiet or as_json)

    def report(now: Progress) -> None:
        best = "not measured yet" if now.best == float("inf") else f"best KID {now.best:.3f}"
        counted(min(now.run_s, 60 * minutes), 60 * minutes, f"{now.pictures:,} pictures, {best}")

    given = {name: value for name, value in others.items() if value is not None}
    made = train_here(
        Settings().home, folder, out, file=file, settings=given, minutes=minutes, resolution=resolution, report=report
    )
    if as_json:
        say_json({"out": str(made)})
    else:
        click.echo(str(made))
