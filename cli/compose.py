"""`hibari compose`: tunes and chords by themselves, and those of an album reworked."""

from __future__ import annotations

import click

from cli.lazy import LazyGroup

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


@click.command(cls=LazyGroup, lazy=_COMMANDS)
def compose() -> None:
    """Compose tunes and chords, from words, from a melody you bring, or from a song of an album."""
