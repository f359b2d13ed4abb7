"""Standings: where each album is, in a row that lists, filters and searches without looking at the album itself."""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Column, ColumnElement, func, or_, select

from artifacts import tables
from artifacts.rows import Part, insert, moment

Standing = Literal["open", "queued", "making", "review", "approved", "rejected", "pressed", "failed", "set aside"]
"""Open: begun, not whole, nothing under way. Review: whole, and a verdict is wanted. Rejected: one is to be retaken."""

Order = Literal["newest", "oldest", "title", "changed"]


@dataclass(frozen=True)
class StandingFacts:
    """Where an album is: its state, and how many of its songs are finished, approved, rejected or flagged.

    `cover` is the sha256 of its cover's picture, '' while it has none; `reason` says what is wrong, if anything is.
    """

    state: str
    artist: str
    theme: str
    genre: str
    mood: str
    songs: int
    finished: int
    approved: int
    rejected: int
    flagged: int
    duration_s: float
    cover: str
    reason: str


@dataclass(frozen=True)
class StandingEntry(StandingFacts):
    """Where a known album is, and since when."""

    album_id: str
    title: str
    created_at: datetime
    changed_at: datetime


class Standings(Part):
    """Where albums are."""

    def set_standing(self, album_id: str, facts: StandingFacts) -> bool:
        """Write where an album is; False where that is what stood there already."""
        standings = tables.standings
        values = asdict(facts)
        with self._database.write() as connection:
            known = connection.execute(select(standings).where(standings.c.album == album_id)).one_or_none()
            if known is not None and all(getattr(known, name) == value for name, value in values.items()):
                return False
            statement = insert(connection, standings).values(album=album_id, changed_at=time.time(), **values)
            again = {name: statement.excluded[name] for name in (*values, "changed_at")}
            connection.execute(statement.on_conflict_do_update(index_elements=["album"], set_=again))
        return True

    def standing(self, album_id: str) -> StandingEntry | None:
        """Where an album is; None where that was never written down."""
        with self._database.read() as connection:
            row = connection.execute(_STANDINGS.where(tables.standings.c.album == album_id)).one_or_none()
        return None if row is None else _entry(row)

    def standings(
        self,
        *,
        states: tuple[str, ...] = (),
        search: str = "",
        genre: str = "",
        mood: str = "",
        albums: tuple[str, ...] | None = None,
        order: Order = "newest",
        limit: int = 50,
        offset: int = 0,
    ) -> tuple[list[StandingEntry], int]:
        """A page of albums, and how many there are in all.

        Args:
            states: only those in one of these states; empty for any.
            search: words that must all stand in title, artist, theme or id, in any case.
            genre: only of this genre; '' for any.
            mood: only of this mood; '' for any.
            albums: only these ids; None for any.
            order: by what they are sorted.
            limit: albums on a page.
            offset: how many to pass over.
        """
        conditions = _conditions(states, search, genre, mood, albums)
        joined = tables.standings.join(tables.albums, tables.albums.c.album == tables.standings.c.album)
        count = select(func.count()).select_from(joined).where(*conditions)
        query = _STANDINGS.where(*conditions).order_by(*_ORDERS[order]).limit(limit).offset(offset)
        with self._database.read() as connection:
            rows = connection.execute(query).all()
            total = int(connection.execute(count).scalar_one())
        return [_entry(row) for row in rows], total

    def standing_counts(self) -> dict[str, int]:
        """How many albums are in each state."""
        column = tables.standings.c.state
        with self._database.read() as connection:
            rows = connection.execute(select(column, func.count()).group_by(column)).all()
        return {str(state): int(count) for state, count in rows}


_PLACES: dict[str, Column[Any]] = {
    "album_id": tables.albums.c.album,
    "title": tables.albums.c.title,
    "created_at": tables.albums.c.created_at,
}
_STANDINGS = select(
    *(_PLACES[name] if name in _PLACES else tables.standings.c[name] for name in StandingEntry.__dataclass_fields__)
).join(tables.standings, tables.albums.c.album == tables.standings.c.album)
"""The columns in the order of an entry's fields, so that a row is an entry but for its two moments."""

_ORDERS: dict[str, tuple[Any, ...]] = {
    "newest": (tables.albums.c.created_at.desc(), tables.albums.c.album),
    "oldest": (tables.albums.c.created_at, tables.albums.c.album),
    "title": (func.lower(tables.albums.c.title), tables.albums.c.album),
    "changed": (tables.standings.c.changed_at.desc(), tables.albums.c.album),
}


def _conditions(
    states: tuple[str, ...], search: str, genre: str, mood: str, albums: tuple[str, ...] | None
) -> list[ColumnElement[bool]]:
    standings = tables.standings
    found: list[ColumnElement[bool]] = []
    if states:
        found.append(standings.c.state.in_(states))
    if genre:
        found.append(standings.c.genre == genre)
    if mood:
        found.append(standings.c.mood == mood)
    if albums is not None:
        found.append(standings.c.album.in_(albums))
    for word in search.split()[:8]:
        like = "%" + word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
        places = (tables.albums.c.title, standings.c.artist, standings.c.theme, standings.c.album)
        found.append(or_(*(place.ilike(like, escape="\\") for place in places)))
    return found


def _entry(row: Any) -> StandingEntry:  # noqa: ANN401 - a row's columns have no types
    values: list[Any] = [*row[:-2], moment(row[-2]), moment(row[-1])]
    return StandingEntry(*values)
