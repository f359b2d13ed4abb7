"""`hibari compose`: tunes and chords by themselves, and those of an album reworked."""

from __future__ import annotations

import importlib

import click

_COMMANDS: dict[str, tuple[str, str]] = {
    "song": ("cli.composing.song", "Compose a song: several takes, the best first, with reasons."),
    "read": ("cli.composing.read", "Show how a file of notes is read, as text for a brief."),
    "harmonise": ("cli.composing.rework", "Give a melody new chords."),
    "infill": ("cli.composing.rework", "Write some bars anew, and leave all others as they are."),
    "vary": ("cli.composing.rework", "Vary a tune, a little or beyond recognition."),
    "extend": ("cli.composing.rework", "Go on where a song ends."),
    "interpolate": ("cli.composing.rework", "Lead from one tune to another: a bridge."),
}
"""Command: its module, and the line that the list shows."""


class ComposeGroup(click.Group):
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


@click.command(cls=ComposeGroup)
def compose() -> None:
    """Compose tunes and chords, from words, from a melody you bring, or from a song of an album."""
