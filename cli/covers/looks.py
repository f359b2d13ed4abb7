"""`hibari cover looks`: the library of looks, listed, searched, or shown on a sheet."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from cli.covers.outputs import named_picture
from cli.output import json_option, quiet_option, say_json, table


@click.command()
@click.argument("words", nargs=-1)
@click.option("--good", is_flag=True, help="Only looks that the default choice may take.")
@click.option("--most", type=click.IntRange(1, 400), default=400, show_default=True, help="How many at most.")
@click.option(
    "--sheet",
    type=click.Path(dir_okay=False, path_type=Path),
    callback=named_picture,
    help="Paint a picture in all that were found, on one .png or .jpg sheet.",
)
@click.option("--picture", type=click.Path(path_type=Path), help="What the sheet is painted of.")
@click.option("--strength", type=click.FloatRange(0, 1), default=0.6, show_default=True)
@quiet_option
@json_option
def looks(
    words: tuple[str, ...],
    good: bool,
    most: int,
    sheet: Path | None,
    picture: Path | None,
    strength: float,
    quiet: bool,
    as_json: bool,
) -> None:
    """List the looks whose artist, title or year hold all WORDS; the best on scenes come first.

    \b
    Examples:
      hibari cover looks
      hibari cover looks monet --json
      hibari cover looks homer --sheet homer.png --picture drawing.png
    """
    from models.pictures.style.looks import GOOD_SCORE, load_looks

    if (sheet is None) != (picture is None):
        raise click.UsageError("--sheet and --picture belong together: where to write, and what to paint.")
    library = load_looks()
    asked = " ".join(words)
    found = library.search(asked, good_only=good)
    if not found:
        found = (library.find(asked),)
    found = found[:most]
    if sheet is not None and picture is not None:
        _paint(sheet, picture, tuple(look.slug for look in found), strength, quiet)
    if as_json:
        say_json([{**asdict(look), "credit": look.credit, "is_good": look.is_good} for look in found])
    else:
        rows = [(look.slug, f"{look.score:.2f}", look.credit) for look in found]
        click.echo(table(rows, header=("look", "score", "painting")))
        if not quiet:
            click.echo(
                f"{len(found)} of {len(library)}; those of {GOOD_SCORE} and more are chosen by default", err=True
            )


def _paint(sheet: Path, picture: Path, slugs: tuple[str, ...], strength: float, quiet: bool) -> None:
    from cli.covers.progress import Counted
    from media.pictures.reading import read_picture
    from media.pictures.writing import write_picture
    from schemas.settings import Settings
    from tasks.restyling import open_brush, sheet_of_looks

    brush = open_brush(Settings().models_dir)
    chosen = [brush.looks.named(slug) for slug in slugs]
    image = read_picture(picture, longest_px=1024, shortest_px=32)
    counted = Counted("looks", quiet=quiet)
    write_picture(sheet_of_looks(image, brush, chosen, strength=strength, progress=counted), sheet)
