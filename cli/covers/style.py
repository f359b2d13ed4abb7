"""`hibari cover style`: a picture painted in a look of the library, or in the style of another picture."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.covers.outputs import picture_out
from cli.output import json_option, quiet_option, say_json

if TYPE_CHECKING:
    from PIL.Image import Image

    from models.pictures.style.gatys import GatysSettings


@click.command()
@click.argument("picture", type=click.Path(path_type=Path))
@click.option("--look", help="A look by its name, or words of artist and title: `hibari cover looks` lists them.")
@click.option("--from", "source", type=click.Path(path_type=Path), help="A picture in whose style to paint, instead.")
@click.option("--strength", type=click.FloatRange(0, 1), default=0.6, show_default=True, help="1: all the style's.")
@click.option("--size", "size_px", type=click.IntRange(64, 2304), help="Longer side in pixels; the picture's, or 1024.")
@click.option(
    "--method",
    type=click.Choice(["fast", "gatys"]),
    default="fast",
    show_default=True,
    help="fast: one pass, seconds. gatys: optimised, minutes, up to 1024 px, with --from.",
)
@click.option("--iterations", type=click.IntRange(6, 5000), default=200, show_default=True, help="Of gatys.")
@click.option(
    "--network",
    type=click.Choice(["squeezenet", "vgg16"]),
    default="squeezenet",
    show_default=True,
    help="Whose features gatys goes by; vgg16 is pulled, ten times slower and seldom better.",
)
@click.option("--grain", type=click.FloatRange(0, 0.5), default=0.015, show_default=True, help="Texture for drawings.")
@click.option("--seed", type=click.IntRange(0, 2**53 - 1), default=0, show_default=True)
@picture_out
@quiet_option
@json_option
def style(
    picture: Path,
    look: str | None,
    source: Path | None,
    strength: float,
    size_px: int | None,
    method: str,
    iterations: int,
    network: str,
    grain: float,
    seed: int,
    out: Path,
    quiet: bool,
    as_json: bool,
) -> None:
    """Paint PICTURE in the look of one of 314 paintings, or in the style of any picture.

    An interrupted gatys run goes on where it was when the same command is given again.

    \b
    Examples:
      hibari cover style drawing.png --look "munch" --out munch.png
      hibari cover style photo.jpg --look homer-camp-fire --strength 0.8 --size 1024 --out fire.png
      hibari cover style photo.jpg --from painting.jpg --method gatys --size 512 --out slow.png
    """
    from media.pictures.reading import read_picture
    from tasks.restyling import gatys_settings

    if (look is None) == (source is None):
        raise click.UsageError("Give either --look or --from: whose style it is to be painted in.")
    if method == "gatys" and source is None:
        raise click.UsageError("gatys needs a picture: give --from. Looks are numbers for the fast method alone.")
    image = read_picture(picture, longest_px=size_px or 1024, shortest_px=32)
    other = read_picture(source, longest_px=1024, shortest_px=32) if source else None
    facts: dict[str, object] = {"out": str(out), "method": method, "strength": strength, "style": str(source)}
    if method == "gatys" and other is not None:
        _slowly(image, other, gatys_settings(size_px or 512, strength, iterations), network, out, quiet)
    else:
        facts |= _fast(image, look, other, strength, size_px, grain, seed, out)
    if as_json:
        say_json(facts)
    else:
        click.echo(f"{out}  in the look of {facts['credit']}" if "credit" in facts else str(out))


def _fast(
    image: Image,
    look: str | None,
    other: Image | None,
    strength: float,
    size_px: int | None,
    grain: float,
    seed: int,
    out: Path,
) -> dict[str, object]:
    """Paint in one pass; what is to be told of the look and the seed."""
    from media.pictures.writing import write_picture
    from schemas.settings import Settings
    from tasks.restyling import named_look, open_brush, restyle_fast

    brush = open_brush(Settings().models_dir)
    found = named_look(brush.looks, look) if look is not None else None
    style = found.slug if found else other
    if style is not None:
        pixels = restyle_fast(image, brush, style, strength=strength, size_px=size_px, grain=grain, seed=seed)
        write_picture(pixels, out)
    named: dict[str, object] = {"look": found.slug, "credit": found.credit, "style": None} if found else {}
    return {"grain": grain, "seed": seed, **named}


def _slowly(image: Image, other: Image, settings: GatysSettings, network: str, out: Path, quiet: bool) -> None:
    """Paint by optimisation; the unfinished picture lies beside the one to be written."""
    from cli.covers.progress import Counted
    from media.pictures.writing import write_picture
    from schemas.settings import Settings
    from tasks.restyling import restyle_slowly

    counted = Counted("", quiet=quiet)
    pixels = restyle_slowly(
        image,
        other,
        settings,
        Settings().models_dir,
        network=network,
        keep_at=out.with_name(f".{out.name}.unfinished"),
        progress=lambda done, total: counted(done, total, "painting"),
    )
    write_picture(pixels, out)
