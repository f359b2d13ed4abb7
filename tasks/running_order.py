"""The order in which an album's songs run: as planned, or as a person put them. It decides numbers and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemas.errors import ReviewError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from schemas.plan import SongPlan
    from tasks.state import AlbumState


def songs_in_order(state: AlbumState) -> tuple[SongPlan, ...]:
    """An album's songs in the order they run; a song that the order does not name comes last."""
    places = {song_id: place for place, song_id in enumerate(state.bench.catalogue.running_order(state.album_id))}
    return tuple(sorted(state.plan.songs, key=lambda song: places.get(song.song_id, len(places))))


def set_order(state: AlbumState, songs: Sequence[str], person: str) -> tuple[str, ...]:
    """Let an album's songs run in another order; the ids in that order.

    Raises:
        ReviewError: a song is not of the album, is named twice, or is missing.
    """
    known = [song.song_id for song in state.plan.songs]
    strange = [song for song in songs if song not in known]
    if strange:
        raise ReviewError(f"{state.album_id} has no song {strange[0]!r}: its songs are {', '.join(known)}")
    twice = [song for song in songs if list(songs).count(song) > 1]
    if twice:
        raise ReviewError(f"{twice[0]} stands twice in the running order: name every song once")
    missing = [song for song in known if song not in songs]
    if missing:
        raise ReviewError(f"the running order leaves out {', '.join(missing)}: name every song once")
    state.bench.catalogue.set_running_order(state.album_id, tuple(songs), person)
    return tuple(songs)
