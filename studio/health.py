"""Whether the studio is well: the pieces it needs, each tried."""

from __future__ import annotations

import time
from threading import Lock
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from schemas.base import Record
from schemas.errors import HibariError

if TYPE_CHECKING:
    from collections.abc import Callable

    from flows.upkeep.health import PieceHealth
    from studio.context import Studio


KEEP_S = 1.0
"""How long what was found is told again."""


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


class Pulse:
    """Readiness for whoever asks, without a token too: looked at once a second, by one at a time."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._kept: tuple[float, Readiness] | None = None

    def readiness(self, studio: Studio) -> Readiness:
        """What was found less than a second ago, or is found now; while someone looks, what was found before."""
        kept = self._kept
        if kept is not None and (time.monotonic() - kept[0] < KEEP_S or self._lock.locked()):
            return kept[1]
        with self._lock:
            if self._kept is None or self._kept is kept:
                self._kept = (time.monotonic(), readiness(studio))
            return self._kept[1]


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
