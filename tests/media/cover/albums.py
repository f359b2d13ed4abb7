"""Albums to draw in tests: any title, genre and mood, one song with a lead sheet and one without."""

from __future__ import annotations

from schemas.plan import AlbumPlan
from tests.examples import song_plan


def album(title: str = "Upon the Water", artist: str = "Mara Lind", **changes: object) -> AlbumPlan:
    """Two songs of the same shape and another tempo."""
    songs = (song_plan(), song_plan(song_id="song-2", tempo_bpm=120))
    plan = AlbumPlan(
        album_id="upon-the-water",
        title=title,
        artist=artist,
        theme="a light upon the water",
        genre="folk",
        mood="hopeful",
        songs=songs,
    )
    return plan.replaced(**changes)
