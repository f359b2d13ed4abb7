"""`hibari cover singan`: learn one picture, then make variations and films of it, or paint others in its manner."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.covers.outputs import named_film, picture_out
from cli.output import duration, json_option, quiet_option, say_json

if TYPE_CHECKING:
    from flows.train_singan import SinGANProgress

_FOLDER = click.argument("folder", type=click.Path(path_type=Path))
_SEED = click.option("--seed", type=click.IntRange(0, 2**31 - 1), default=0, show_default=True)
_HEIGHT = click.option("--height", type=click.IntRange(12, 4096), help="Pixels; the learned picture's if left out.")
_WIDTH = click.option("--width", type=click.IntRange(12, 4096), help="Pixels; the learned picture's if left out.")


@click.group()
def singan() -> None:
    """Learn one single picture of your own, and make others of its patches.

    \b
    Examples:
      hibari cover singan train storm.jpg --out storm
      hibari cover singan vary storm --count 6 --out variations --sheet
      hibari cover singan animate storm --seconds 4 --out storm.webp
    """


@singan.command()
@click.argument("picture", type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), required=True, help="Folder for the scales.")
@click.option("--paper", is_flag=True, help="The paper's schedule: 250 px, 2000 steps a scale. Hours on a processor.")
@click.option("-y", "--yes", is_flag=True, help="Do not ask, however long it takes.")
@_SEED
@quiet_option
def train(picture: Path, out: Path, paper: bool, yes: bool, seed: int, quiet: bool) -> None:
    """Learn PICTURE, at most 192 px wide or high unless --paper is given: about ten minutes on a core.

    Stop it when you like: the same command goes on where it was.

    \b
    Examples:
      hibari cover singan train storm.jpg --out storm
      hibari cover singan train storm.jpg --out storm-large --paper --yes
    """
    from cli.covers.progress import Counted
    from flows.prefect_safety import set_defaults
    from schemas.settings import Settings

    set_defaults()
    os.environ.setdefault("PREFECT_LOGGING_LEVEL", "CRITICAL")  # read when Prefect is imported
    from flows.train_singan import expected_minutes, run_training

    schedule = "paper" if paper else "short"
    minutes = expected_minutes(picture, schedule)
    if not quiet:
        click.echo(f"all scales take about {duration(minutes * 60)} on this machine, as busy as it is", err=True)
    if paper and not yes:
        click.confirm("Begin?", abort=True, err=True)
    counted = Counted("", quiet=quiet)

    def report(now: SinGANProgress) -> None:
        counted(now.done, now.total, f"scale {now.scale + 1}/{now.scales}, step {now.step}/{now.steps}")

    home = Settings().home
    click.echo(str(run_training(picture, out, home, schedule=schedule, seed=seed, report=report)))


@singan.command()
@_FOLDER
@click.option("--count", type=click.IntRange(1, 64), default=6, show_default=True)
@_WIDTH
@_HEIGHT
@click.option("--start", type=click.IntRange(0, 31), default=0, show_default=True, help="Higher keeps more as it is.")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), required=True, help="Folder for the pictures.")
@click.option("--sheet", is_flag=True, help="Also write sheet.png with all of them.")
@_SEED
@json_option
def vary(
    folder: Path,
    count: int,
    width: int | None,
    height: int | None,
    start: int,
    out: Path,
    sheet: bool,
    seed: int,
    as_json: bool,
) -> None:
    """Make variations of the picture that FOLDER learned, of any size; near copies of it are passed over.

    \b
    Examples:
      hibari cover singan vary storm --out variations --sheet
      hibari cover singan vary storm --width 768 --height 256 --count 2 --out banners
    """
    from media.pictures.writing import write_picture
    from tasks import singan as made

    pyramid, learned = made.open_singan(folder)
    out.mkdir(parents=True, exist_ok=True)
    found = []
    for one in made.variations(pyramid, learned, count=count, seed=seed, height=height, width=width, start=start):
        write_picture(one.pixels, out / f"variation-{one.seed}.png")
        found.append(one)
        if not as_json:
            click.echo(f"{out / f'variation-{one.seed}.png'}   {one.likeness:.2f} as the picture is laid out")
    if sheet:
        write_picture(made.sheet(one.pixels for one in found), out / "sheet.png")
    if as_json:
        say_json([{"seed": one.seed, "likeness": round(one.likeness, 3), "hash_bits": one.bits} for one in found])


@singan.command()
@_FOLDER
@click.option("--seconds", type=click.FloatRange(0.5, 30), default=4.0, show_default=True, help="Of one round.")
@click.option("--rate", type=click.FloatRange(2, 30), default=12.0, show_default=True, help="Frames a second.")
@click.option("--reach", type=click.FloatRange(0, 1), default=0.15, show_default=True, help="How far it moves, 0 to 1.")
@click.option("--start", type=click.IntRange(0, 31), default=0, show_default=True, help="Coarsest scale that moves.")
@_WIDTH
@_HEIGHT
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    required=True,
    callback=named_film,
    help="A .gif, .webp or .png (APNG) file.",
)
@_SEED
@quiet_option
def animate(
    folder: Path,
    seconds: float,
    rate: float,
    reach: float,
    start: int,
    width: int | None,
    height: int | None,
    out: Path,
    seed: int,
    quiet: bool,
) -> None:
    """Make the picture that FOLDER learned move, in a loop.

    \b
    Examples:
      hibari cover singan animate storm --seconds 4 --out storm.webp
      hibari cover singan animate storm --reach 0.4 --out wild.gif
    """
    from cli.covers.progress import Counted
    from media.pictures.writing import write_file
    from models.pictures.singan.sampling import Walk, film
    from tasks import singan as made

    pyramid, learned = made.open_singan(folder)
    tall, wide = learned.picture.shape[2:]
    walk = Walk(frames=max(2, round(seconds * rate)), reach=reach, start=start)
    counted, frames = Counted("frames", quiet=quiet), []
    for frame in film(pyramid, walk, seed=seed, height=height or tall, width=width or wide):
        frames.append(made.pixels_of(frame))
        counted(len(frames), walk.frames)
    write_file(made.encoded_film(frames, ending=out.suffix.lower(), frame_rate_hz=rate), out)
    click.echo(str(out))


@singan.command()
@_FOLDER
@click.argument("picture", type=click.Path(path_type=Path))
@click.option("--scale", type=click.IntRange(1, 31), default=1, show_default=True, help="Higher keeps more of PICTURE.")
@click.option("--mask", type=click.Path(path_type=Path), help="White where PICTURE was changed; the rest is kept.")
@click.option("--noise", type=click.FloatRange(0, 1), default=1.0, show_default=True)
@picture_out
@_SEED
def paint(folder: Path, picture: Path, scale: int, mask: Path | None, noise: float, out: Path, seed: int) -> None:
    """Paint PICTURE on in the manner of the one that FOLDER learned: a rough painting, a cut-out moved, a thing pasted.

    \b
    Examples:
      hibari cover singan paint storm sketch.png --scale 1 --out painted.png
      hibari cover singan paint storm moved-ship.png --mask moved.png --scale 3 --out healed.png
    """
    from media.pictures.writing import write_picture
    from tasks import singan as made

    pyramid, _ = made.open_singan(folder)
    write_picture(made.painted_on(pyramid, picture, mask=mask, scale=scale, seed=seed, noise=noise), out)
    click.echo(str(out))
