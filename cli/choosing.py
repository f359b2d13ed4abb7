"""What the commands that decide share: the album as it stands, and who decides."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from tasks.choices import Decider
    from tasks.state import AlbumState


def open_album(album: str) -> AlbumState:
    """An album by its id or the start of it, its finished slots filled."""
    from schemas.settings import Settings
    from tasks.albums import find_album
    from tasks.bench import Bench
    from tasks.prospects import foresee

    state = find_album(album, Bench(Settings()))
    foresee(state)
    return state


def decider(name: str) -> Decider:
    """Who decides at the command line: the name given, or that of the user of this machine."""
    import getpass

    from tasks.choices import Decider

    return Decider(name or getpass.getuser(), "command")


def by_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add `--by` to a command that can do without."""
    return click.option("--by", default="", help="Your name for the log; this machine's user where it is left out.")(
        command
    )
