"""The songs of an album as one of its songs' pages lists them, and which of them wait for a verdict."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemas.base import Record

if TYPE_CHECKING:
    from schemas.plan import SongPlan
    from schemas.review import Verdict
    from tasks.state import AlbumState


class Neighbour(Record):
    """Another song of the album."""

    song_id: str
    title: str
    number: int
    needs_verdict: bool


def find_neighbours(state: AlbumState, songs: tuple[SongPlan, ...], verdicts: list[Verdict]) -> tuple[Neighbour, ...]:
    """The songs, and which of them are finished and have no verdict. Takes as they are selected now, edits aside."""
    catalogue = state.bench.catalogue
    chosen = catalogue.selections(state.album_id)
    filled = {
        (slot.song_id, slot.step): take.artifact
        for slot, takes in catalogue.album_takes(state.album_id).items()
        for take in takes
        if slot.step in ("master", "write_lyrics") and take.number == chosen.get(slot, 0)
    }
    judged = {verdict.subject for verdict in verdicts}
    found = []
    for number, song in enumerate(songs, start=1):
        words, master = filled.get((song.song_id, "write_lyrics")), filled.get((song.song_id, "master"))
        title = getattr(catalogue.get(words), "title", "") if words and not song.title else song.title
        waits = master is not None and master not in judged
        found.append(
            Neighbour(song_id=song.song_id, title=title or f"Song {number}", number=number, needs_verdict=waits)
        )
    return tuple(found)
