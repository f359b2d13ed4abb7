"""`hibari cover make`: a cover by itself, from a line of text."""

from __future__ import annotations

from pathlib import Path

import click

from cli.covers.outputs import named_picture
from cli.output import json_option, say_json


@click.command()
@click.argument("theme")
@click.option("--title", default="", help="Title on the cover; found from the theme where it is left out.")
@click.option("--artist", default="Hibari", show_default=True, help="Name under the title.")
@click.option("--genre", default=None, help="Leans the lettering; chosen to suit where it is left out.")
@click.option("--mood", default=None, help="Leans colours, hour and weather; found from the theme where left out.")
@click.option("--motif", default="", help="What it shows, e.g. harbour; what the words name where it is left out.")
@click.option("--look", default="", help="Whose painting it is to look like: `hibari cover looks` lists them.")
@click.option("--model", default="cover:painted", show_default=True, help="What gives the composition.")
@click.option("--seed", type=click.IntRange(0, 2**53 - 1), default=1, show_default=True)
@click.option(
    "--size", "size_px", type=click.IntRange(256, 3000), default=1500, show_default=True, help="Pixels a side."
)
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path("cover.png"),
    show_default=True,
    callback=named_picture,
    help="A .png or .jpg file.",
)
@click.option(
    "--drafts",
    type=click.Path(dir_okay=False, path_type=Path),
    callback=named_picture,
    help="Write the sheet of drafts here too, as JPEG.",
)
@json_option
def make(
    theme: str,
    title: str,
    artist: str,
    genre: str | None,
    mood: str | None,
    motif: str,
    look: str,
    model: str,
    seed: int,
    size_px: int,
    out: Path,
    drafts: Path | None,
    as_json: bool,
) -> None:
    """Paint a cover for THEME: a scene that its words name, in the looks of paintings, with its title on it.

    \b
    Examples:
      hibari cover make "a lighthouse keeper who collects other people's storms"
      hibari cover make "a night train" --title "Last Carriage" --artist Kanda --look homer --size 3000 --out train.jpg
      hibari cover make "a garden" --motif flower --seed 7 --drafts drafts.jpg
    """
    from media.pictures.writing import write_file, write_picture
    from schemas.brief_reading import brief_from_fields
    from schemas.settings import Settings
    from tasks.bench import Bench
    from tasks.painting.alone import paint_alone

    fields = {"theme": theme, "title": title, "artist": artist, "seed": seed, "models": {"cover": model}}
    fields |= {"art": {"motif": motif, "look": look}}
    fields |= {name: value for name, value in (("genre", genre), ("mood", mood)) if value}
    made = paint_alone(
        brief_from_fields(fields), Bench(Settings()), size_px=size_px, say=lambda text: click.echo(text, err=True)
    )
    write_picture(made.front.lettered.pixels, out)
    if drafts is not None:
        write_file(made.drafts, drafts)
    direction, lettered = made.direction, made.front.lettered
    if as_json:
        say_json(
            {
                "out": str(out),
                "direction": direction.model_dump(mode="json", exclude={"candidates"}),
                "treatment": lettered.treatment,
                "title_contrast": round(lettered.title_contrast, 2),
                "notes": list(lettered.notes),
            }
        )
        return
    for reason in (*direction.reasons, *(f"in the look of {credit}" for credit in direction.treatment.credits)):
        click.echo(f"  {reason}", err=True)
    click.echo(str(out))
