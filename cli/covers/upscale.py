"""`hibari cover upscale`: a picture enlarged."""

from __future__ import annotations

from pathlib import Path

import click

from cli.covers.outputs import picture_out
from cli.output import duration, json_option, quiet_option, say_json

_WORTH_SAYING_S = 5.0


@click.command()
@click.argument("picture", type=click.Path(path_type=Path))
@click.option(
    "--model", default="upscale:compact", show_default=True, help="A registered model, or your own .pth file."
)
@click.option("--scale", type=click.FloatRange(1, 8), help="How many times larger; the model's own where left out.")
@click.option("--size", "size_px", type=click.IntRange(1, 8192), help="Longest side of the result in pixels, instead.")
@picture_out
@quiet_option
@json_option
def upscale(
    picture: Path, model: str, scale: float | None, size_px: int | None, out: Path, quiet: bool, as_json: bool
) -> None:
    """Enlarge PICTURE: sharp edges and clean surfaces, in seconds; x4plus takes minutes and invents more texture.

    Transparent parts are laid on white. Your own ESRGAN or Real-ESRGAN file is read without running anything in it.

    \b
    Examples:
      hibari cover upscale cover.png --size 3000 --out cover-3000.png
      hibari cover upscale scan.jpg --model upscale:x4plus --scale 2 --out scan-2x.jpg
      hibari cover upscale photo.jpg --model ~/models/RRDB_ESRGAN_x4.pth --out photo-4x.png
    """
    from cli.covers.progress import Counted
    from media.pictures.reading import read_picture
    from media.pictures.writing import write_picture
    from models.pictures.upscaling.upscaler import MAX_RESULT_PX
    from schemas.settings import Settings
    from tasks.enlarging import enlarge, expected_s, foresee, open_upscaler

    if scale is not None and size_px is not None:
        raise click.UsageError("--scale and --size say the same thing twice: give one of them.")
    image = read_picture(picture, most_px=MAX_RESULT_PX)
    upscaler = open_upscaler(model, Settings().models_dir)
    plan = foresee(image.size, upscaler.scale, scale=scale, longest_px=size_px)
    seconds = expected_s(upscaler, plan)
    if seconds > _WORTH_SAYING_S and not quiet:
        click.echo(f"{plan.result[0]} x {plan.result[1]} px: about {duration(seconds)}", err=True)
    write_picture(enlarge(image, upscaler, plan, progress=Counted("tiles", quiet=quiet)), out)
    if as_json:
        say_json({"out": str(out), "width": plan.result[0], "height": plan.result[1], "model": model})
    else:
        click.echo(str(out))
