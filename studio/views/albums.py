"""Albums as lists show them, from the catalogue's standings alone: no album is opened for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import AwareDatetime, Field

from schemas.base import Record

if TYPE_CHECKING:
    from artifacts.catalogue import Catalogue
    from artifacts.standings import Order, StandingEntry


class AlbumCard(Record):
    """Where an album is, in brief."""

    album_id: str
    state: str = Field(description="open, queued, making, review, approved, rejected, pressed, failed or set aside")
    title: str
    artist: str
    theme: str
    genre: str
    mood: str
    songs: int = Field(description="how many songs it has")
    finished: int = Field(description="songs that are whole")
    approved: int = Field(description="songs whose last verdict approves them as they are now")
    rejected: int
    flagged: int = Field(description="songs whose inspection found something to look at")
    duration_s: float = Field(description="seconds of music in the finished songs")
    cover: str = Field(description="sha256 of the cover's picture (image/png); '' while it has none")
    reason: str = Field(description="what is wrong, if anything is")
    created_at: AwareDatetime
    changed_at: AwareDatetime


class AlbumPage(Record):
    """A page of albums."""

    albums: tuple[AlbumCard, ...]
    total: int = Field(ge=0, description="how many there are in all")
    limit: int
    offset: int


def album_page(
    catalogue: Catalogue,
    *,
    states: tuple[str, ...] = (),
    search: str = "",
    genre: str = "",
    mood: str = "",
    albums: tuple[str, ...] | None = None,
    order: Order = "newest",
    limit: int = 50,
    offset: int = 0,
) -> AlbumPage:
    """A page of albums; see `Standings.standings` for what each argument does."""
    entries, total = catalogue.standings(
        states=states, search=search, genre=genre, mood=mood, albums=albums, order=order, limit=limit, offset=offset
    )
    return AlbumPage(albums=tuple(map(album_card, entries)), total=total, limit=limit, offset=offset)


def album_card(entry: StandingEntry) -> AlbumCard:
    """An album as lists show it."""
    return AlbumCard(**vars(entry))
