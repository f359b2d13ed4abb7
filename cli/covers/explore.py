"""`hibari cover explore`: what a generator can paint, on one sheet."""

from __future__ import annotations

from pathlib import Path

import click

from cli.covers.outputs import named_picture
from cli.output import json_option, quiet_option, say_json


@click.command()
@click.argument("model")
@click.option(
    "--show",
    type=click.Choice(["samples", "mixing", "pca", "sefa"]),
    default="samples",
    show_default=True,
    help="Samples; coarse against fine styles; walks along directions found by PCA of w or in the weights (SeFa).",
)
@click.option("--columns", type=click.IntRange(1, 32), default=6, show_default=True)
@click.option("--rows", type=click.IntRange(1, 32), default=4, show_default=True, help="Of walks: directions.")
@click.option("--psi", type=click.FloatRange(-2, 2), default=0.7, show_default=True, help="Truncation; 1: none.")
@click.option("--cutoff", type=click.IntRange(0), help="Truncate only the layers below this one.")
@click.option(
    "--mix-at", type=click.IntRange(0), help="Layer from which the fine styles are taken; half where left out."
)
@click.option("--reach", type=click.FloatRange(0.01, 100), default=3.0, show_default=True, help="How far walks go.")
@click.option("--noise", type=click.Choice(["const", "random", "none"]), default="const", show_default=True)
@click.option("--label", type=click.IntRange(0), default=0, show_default=True, help="Class, of a model that has any.")
@click.option("--seed", type=click.IntRange(0, 2**53 - 1), default=1, show_default=True)
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path("sheet.png"),
    show_default=True,
    callback=named_picture,
)
@quiet_option
@json_option
def explore(
    model: str,
    show: str,
    columns: int,
    rows: int,
    psi: float,
    cutoff: int | None,
    mix_at: int | None,
    reach: float,
    noise: str,
    label: int,
    seed: int,
    out: Path,
    quiet: bool,
    as_json: bool,
) -> None:
    """Paint a sheet of what MODEL can paint: a registered StyleGAN2, or a file (.safetensors, .pt, .pkl).

    Nothing that is stored in a file is run.

    \b
    Examples:
      hibari cover explore cover:paintings --psi 0.8 --out samples.png
      hibari cover explore cover:paintings --show mixing --columns 5 --rows 3
      hibari cover explore network-snapshot.pkl --show pca --rows 6 --columns 7 --seed 4 --out walks.png
    """
    from cli.covers.progress import Counted
    from media.pictures.writing import write_picture
    from models.pictures.stylegan2.exploring import Sheet, paint_sheet
    from models.pictures.stylegan2.opening import find_stylegan2
    from schemas.settings import Settings

    generator = find_stylegan2(model, Settings().models_dir)
    wanted = Sheet(show, columns, rows, psi, cutoff, mix_at, reach, noise, label, seed)  # type: ignore[arg-type]
    painted = paint_sheet(generator, wanted, progress=Counted("pictures", quiet=quiet))
    write_picture(painted.pixels, out)
    if as_json:
        config = generator.config
        facts = {"resolution": config.resolution, "layers": config.num_ws, "labels": config.labels}
        say_json({"out": str(out), "show": show, "strengths": painted.strengths, "seed": seed, **facts})
    else:
        click.echo(str(out))
