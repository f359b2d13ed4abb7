"""What filled each slot over time, and the running orders people chose."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from artifacts import tables
from artifacts.rows import Part, is_slot, moment, slot_values
from schemas.base import Digest
from schemas.making import Slot, Take


@dataclass(frozen=True)
class FillEntry:
    """A slot came to hold an artifact: by which take and recipe, and when."""

    slot: Slot
    number: int
    recipe: Digest
    artifact: Digest
    at: datetime


class History(Part):
    """What was there before."""

    def fills(self, slot: Slot) -> list[FillEntry]:
        """Everything that ever filled a slot, oldest first; the same artifact again is named again."""
        fills = tables.fills
        query = select(fills).where(is_slot(fills, slot)).order_by(fills.c.seq)
        with self._database.read() as connection:
            return [
                FillEntry(slot, row.number, row.recipe, row.artifact, moment(row.filled_at))
                for row in connection.execute(query)
            ]

    def set_running_order(self, album_id: str, songs: tuple[str, ...], person: str) -> None:
        """Write down the order in which an album's songs run; the orders of before are kept."""
        with self._database.write() as connection:
            connection.execute(
                tables.running_orders.insert().values(
                    album=album_id, songs=json.dumps(songs), person=person, at=time.time()
                )
            )

    def running_order(self, album_id: str) -> tuple[str, ...]:
        """The ids of an album's songs in the order last chosen; empty where no one chose one."""
        orders = tables.running_orders
        query = select(orders.c.songs).where(orders.c.album == album_id).order_by(orders.c.seq.desc()).limit(1)
        with self._database.read() as connection:
            found = connection.execute(query).scalar()
        return tuple(json.loads(found)) if found else ()


def note_fill(connection: Connection, take: Take) -> None:
    """Write down, inside a transaction, that a take fills its slot, unless it was the last to do so."""
    fills = tables.fills
    last = connection.execute(
        select(fills.c.artifact, fills.c.number).where(is_slot(fills, take.slot)).order_by(fills.c.seq.desc()).limit(1)
    ).one_or_none()
    if last is not None and (last.artifact, last.number) == (take.artifact, take.number):
        return
    connection.execute(
        fills.insert().values(
            **slot_values(take.slot),
            number=take.number,
            recipe=take.recipe,
            artifact=take.artifact,
            filled_at=time.time(),
        )
    )
