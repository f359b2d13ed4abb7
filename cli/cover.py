"""`hibari cover`: pictures by themselves, without an album. Commands are imported when they are called."""

from __future__ import annotations

import click

from cli.lazy import LazyGroup

_COMMANDS: dict[str, tuple[str, str]] = {
    "make": ("cli.covers.make", "Paint a cover from a line of text."),
    "style": ("cli.covers.style", "Paint a picture in the look of a painting."),
    "looks": ("cli.covers.looks", "List the looks of 314 paintings, or show them on a sheet."),
    "dream": ("cli.covers.dream", "Dream on a picture: DeepDream."),
    "upscale": ("cli.covers.upscale", "Enlarge a picture."),
    "singan": ("cli.covers.singan", "Learn one picture, and vary it, move it, paint in its manner."),
    "train": ("cli.covers.train", "Train a painter, a StyleGAN2, on a folder of pictures."),
    "explore": ("cli.covers.explore", "Paint a sheet of what a StyleGAN2 can paint."),
    "project": ("cli.covers.project", "Find what a StyleGAN2 paints that looks like your picture."),
}
"""Command: its module, and the line that the list shows."""


@click.command(cls=LazyGroup, lazy=_COMMANDS)
def cover() -> None:
    """Draw, paint, restyle and enlarge pictures by themselves, without an album."""
