"""`hibari cover dream`: a picture dreamt on by a network."""

from __future__ import annotations

from pathlib import Path

import click

from cli.covers.outputs import picture_out
from cli.output import json_option, quiet_option, say_json


@click.command()
@click.argument("picture", type=click.Path(path_type=Path))
@click.option(
    "--layer",
    default="fire8",
    show_default=True,
    help="conv1, fire2 to fire9 (SqueezeNet: strokes, eyes, animals), or conv1_1 to conv5_3 (VGG16, pulled: textures).",
)
@click.option("--size", "size_px", type=click.IntRange(64, 2048), help="Longer side in pixels; the picture's, or 1024.")
@click.option("--octaves", type=click.IntRange(1, 12), default=4, show_default=True, help="Sizes, 1.4 apart.")
@click.option("--iterations", type=click.IntRange(1, 500), default=12, show_default=True, help="In each octave.")
@click.option("--step", type=click.FloatRange(0.001, 0.2), default=0.012, show_default=True, help="Of brightness.")
@click.option("--seed", type=click.IntRange(0, 2**53 - 1), default=0, show_default=True)
@picture_out
@quiet_option
@json_option
def dream(
    picture: Path,
    layer: str,
    size_px: int | None,
    octaves: int,
    iterations: int,
    step: float,
    seed: int,
    out: Path,
    quiet: bool,
    as_json: bool,
) -> None:
    """Dream on PICTURE: what a layer of a network faintly sees in it is brought out until it is there.

    \b
    Examples:
      hibari cover dream clouds.jpg --out dream.png
      hibari cover dream clouds.jpg --layer fire5 --iterations 6 --size 1024 --out eyes.png
      hibari cover dream clouds.jpg --layer conv3_3 --octaves 3 --out texture.png
    """
    from cli.covers.progress import Counted
    from media.pictures.reading import read_picture
    from media.pictures.writing import write_picture
    from models.pictures.style.deepdream import DreamSettings
    from schemas.settings import Settings
    from tasks.restyling import dream_on, open_layer

    image = read_picture(picture, longest_px=size_px or 1024, shortest_px=32)
    settings = DreamSettings(octaves=octaves, iterations=iterations, step=step, seed=seed)
    counted = Counted("", quiet=quiet)
    pixels = dream_on(
        image,
        open_layer(layer, Settings().models_dir),
        settings,
        size_px=size_px,
        progress=lambda done, total: counted(done, total, "dreaming"),
    )
    write_picture(pixels, out)
    if as_json:
        say_json({"out": str(out), "layer": layer, "octaves": octaves, "iterations": iterations, "seed": seed})
    else:
        click.echo(str(out))
