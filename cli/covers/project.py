"""`hibari cover project`: the picture of a generator that looks most like one of your own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.covers.outputs import named_picture
from cli.output import json_option, quiet_option, say_json

if TYPE_CHECKING:
    from models.pictures.stylegan2.projection import ProjectionStep


@click.command()
@click.argument("model")
@click.argument("picture", type=click.Path(path_type=Path))
@click.option("--steps", type=click.IntRange(1, 100_000), default=300, show_default=True, help="The paper takes 1000.")
@click.option("--every-layer", is_flag=True, help="Search a style for each layer: more alike, less apt to be varied.")
@click.option(
    "--judge",
    type=click.Choice(["vgg16", "pixels"]),
    default="vgg16",
    show_default=True,
    help="What likeness is judged by: features:vgg16, which is pulled first, or plain pixels at several sizes.",
)
@click.option("--label", type=click.IntRange(0), default=0, show_default=True, help="Class, of a model that has any.")
@click.option("--seed", type=click.IntRange(0, 2**53 - 1), default=1, show_default=True)
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path("projected.png"),
    show_default=True,
    callback=named_picture,
)
@click.option("--latent", type=click.Path(dir_okay=False, path_type=Path), help="Write the ws here too (.safetensors).")
@quiet_option
@json_option
def project(
    model: str,
    picture: Path,
    steps: int,
    every_layer: bool,
    judge: str,
    label: int,
    seed: int,
    out: Path,
    latent: Path | None,
    quiet: bool,
    as_json: bool,
) -> None:
    """Find what MODEL paints that looks most like PICTURE, whose middle square is taken.

    MODEL is a registered StyleGAN2, or a file (.safetensors, .pt, .pkl) in which nothing is run.

    \b
    Examples:
      hibari cover project cover:paintings harbour.jpg --out harbour-as-painted.png
      hibari cover project cover:paintings face.png --every-layer --steps 1000 --latent face.safetensors
    """
    from cli.covers.progress import Counted
    from media.pictures.reading import picture_pixels, read_picture
    from media.pictures.writing import write_picture
    from models.pictures.stylegan2.judging import find_judge, project_pixels, save_latent
    from models.pictures.stylegan2.opening import find_stylegan2
    from models.pictures.stylegan2.projection import ProjectionSettings
    from schemas.settings import Settings

    if latent is not None and not latent.parent.is_dir():
        raise click.BadParameter(f"there is no folder {str(latent.parent)!r}: make it first", param_hint="--latent")
    folder = Settings().models_dir
    pixels = picture_pixels(read_picture(picture, longest_px=4096))
    generator, distance = find_stylegan2(model, folder), find_judge(judge, folder)
    settings, counted = ProjectionSettings(steps=steps, every_layer=every_layer), Counted("steps", quiet=quiet)

    def say(step: ProjectionStep) -> None:
        counted(step.done, step.total, f"{step.done}/{step.total} steps, distance {step.distance:.3f}")

    found, painted = project_pixels(
        generator, pixels, distance, settings=settings, label=label, seed=seed, progress=say
    )
    write_picture(painted, out)
    if latent is not None:
        save_latent(found, latent)
    if as_json:
        say_json({"out": str(out), "distance": found.distance, "judge": judge, "steps": steps, "seed": seed})
    else:
        click.echo(str(out))
