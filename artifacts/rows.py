"""Between rows and records: slots, batches of keys, and inserts that give way to what is there."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import islice
from typing import Any, cast

from sqlalchemy import ColumnElement, Connection, Table, and_
from sqlalchemy.dialects import postgresql, sqlite

from artifacts.database import Database
from schemas.base import Digest
from schemas.errors import ArtifactError
from schemas.making import Slot

KEYS_AT_ONCE = 500
"""How many keys one query asks for."""


class Part:
    """What each part of the catalogue has: its database."""

    _database: Database


def insert(connection: Connection, table: Table) -> sqlite.Insert:
    """An insert that can say what to do about a row that is there already, for the database in use."""
    made = sqlite.insert(table) if connection.dialect.name == "sqlite" else postgresql.insert(table)
    return cast("sqlite.Insert", made)


def batches(keys: Iterable[str]) -> Iterator[list[str]]:
    """The keys, each once, some hundreds at a time."""
    left = iter(dict.fromkeys(keys))
    while batch := list(islice(left, KEYS_AT_ONCE)):
        yield batch


def slot_values(slot: Slot) -> dict[str, str]:
    """The columns that name a slot."""
    return {"album": slot.album_id, "song": slot.song_id or "", "step": slot.step, "part": slot.part}


def is_slot(table: Table, slot: Slot) -> ColumnElement[bool]:
    """The condition that picks a slot's rows."""
    return and_(*(table.c[name] == value for name, value in slot_values(slot).items()))


def slot_of(row: Any) -> Slot:  # noqa: ANN401 - a row's columns have no types
    """The slot that a row names."""
    return Slot(album_id=row.album, song_id=row.song or None, step=row.step, part=row.part)


def moment(epoch_s: float) -> datetime:
    """A time stored as seconds since the epoch, in UTC."""
    return datetime.fromtimestamp(epoch_s, UTC)


def packed(digests: Iterable[Digest]) -> str:
    """Digests as stored in one column."""
    return json.dumps(sorted(set(digests)))


def unpacked(text: str) -> list[Digest]:
    """The digests of one column."""
    found = json.loads(text)
    if not isinstance(found, list):
        raise ArtifactError(
            f"a list of digests reads {text[:60]!r}: the catalogue is damaged, put a backup in its place"
        )
    return [str(digest) for digest in found]
