"""What forms do: the deed, then back to a page that says what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemas.errors import HibariError
from studio.pages.shell import go_to
from tasks.choices import Decider

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.responses import Response

    from studio.auth import Visitor


def decider(visitor: Visitor) -> Decider:
    """The visitor as who decides."""
    return Decider(visitor.name, visitor.via)


def tried(url: str, act: Callable[[], str]) -> Response:
    """Do something and go to a page of ours, which says what `act` gives, or in red why it could not be done."""
    try:
        said = act()
    except HibariError as error:
        return go_to(url, wrong=str(error))
    return go_to(url, said=said)


def place(url: str, otherwise: str) -> str:
    """Where a form wants to go next if that is a path of ours; else another one that is."""
    plain = url.isprintable() and "\\" not in url and url.startswith("/") and not url.startswith("//")
    return url if plain else otherwise
