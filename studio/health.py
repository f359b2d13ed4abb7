"""Whether the studio is well: the pieces it needs, each tried."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pydantic import Field

from schemas.base import Record
from schemas.errors import HibariError

if TYPE_CHECKING:
    from collections.abc import Callable

    from flows.studio_health import PieceHealth
    from studio.context import Studio


class Health(Record):
    """The web application answers."""

    status: Literal["ok"] = "ok"


class Piece(Record):
    """Something the studio needs."""

    name: str
    ready: bool
    detail: str = Field(default="", description="what is wrong; '' where nothing is")


class Readiness(Record):
    """Whether everything works."""

    ready: bool
    pieces: tuple[Piece, ...]


def readiness(studio: Studio, *, told: bool = False) -> Readiness:
    """Every piece tried: the catalogue read, the blob store looked into, the Prefect server asked if there is one.

    What a supervisor keeps alive beside the app is asked of it. What it says is wrong may name places of this machine,
    so it is only told to who may see the settings.
    """
    tries: dict[str, Callable[[], object]] = {
        "catalogue": studio.bench.catalogue.last_event,
        "blobs": lambda: studio.bench.blobs.facts("0" * 64),
    }
    pieces = [_tried(name, look) for name, look in tries.items()]
    if studio.prefect is not None:
        well = studio.prefect.healthy()
        pieces.append(Piece(name="prefect", ready=well, detail="" if well else "its API does not answer"))
    if studio.supervised is not None:
        kept = studio.supervised().pieces
        pieces += [Piece(name=one.name, ready=one.well, detail=one.problem if told else _unsaid(one)) for one in kept]
    return Readiness(ready=all(piece.ready for piece in pieces), pieces=tuple(pieces))


def _unsaid(piece: PieceHealth) -> str:
    return "" if piece.well else "it does not work now: the settings page tells an admin why"


def _tried(name: str, look: Callable[[], object]) -> Piece:
    try:
        look()
    except (HibariError, OSError):
        return Piece(name=name, ready=False, detail="it cannot be read: the log says more")
    return Piece(name=name, ready=True)
