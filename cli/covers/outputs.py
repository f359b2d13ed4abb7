"""Names of files that commands write pictures to, checked before the work begins."""

from __future__ import annotations

from pathlib import Path

import click

PICTURES = (".png", ".jpg", ".jpeg")
FILMS = (".gif", ".webp", ".png")


def named_picture(_context: click.Context, option: click.Parameter, value: Path | None) -> Path | None:
    """The path, if it ends as a picture and its folder is there (a callback of an option)."""
    return _checked(value, PICTURES, option)


def named_film(_context: click.Context, option: click.Parameter, value: Path | None) -> Path | None:
    """The path, if it ends as a moving picture and its folder is there (a callback of an option)."""
    return _checked(value, FILMS, option)


picture_out = click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    required=True,
    callback=named_picture,
    help="A .png or .jpg file.",
)
"""The option that names the picture a command writes."""


def _checked(value: Path | None, endings: tuple[str, ...], option: click.Parameter) -> Path | None:
    if value is None:
        return None
    if value.suffix.lower() not in endings:
        raise click.BadParameter(f"{value.name!r} has to end in {', '.join(endings)}", param=option)
    if not value.parent.is_dir():
        raise click.BadParameter(f"there is no folder {str(value.parent)!r}: make it first", param=option)
    return value
