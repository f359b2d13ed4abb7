"""`hibari cover`: pictures by themselves, without an album. Commands are imported when they are called."""

from __future__ import annotations

import importlib

import click

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


class CoverGroup(click.Group):
    """A group whose commands live in modules that are imported when called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names of the commands."""
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, or None."""
        if cmd_name not in _COMMANDS:
            return None
        command: click.Command = getattr(importlib.import_module(_COMMANDS[cmd_name][0]), cmd_name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands without importing any of them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in _COMMANDS.items()])


@click.command(cls=CoverGroup)
def cover() -> None:
    """Draw, paint, restyle and enlarge pictures by themselves, without an album."""
