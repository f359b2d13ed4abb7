"""Songs: in an album, one by one, and every version there was."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from studio.api.answers import AlbumId, SongId, answer, problems
from studio.auth import Viewer
from studio.context import studio_of
from studio.views.album_detail import SongCard, song_cards
from studio.views.song_detail import SongDetail, SongVersionList, song_detail, version_list
from tasks.deciding import current

router = APIRouter(tags=["songs"])


@router.get(
    "/albums/{album_id}/songs",
    operation_id="list_songs",
    response_model=tuple[SongCard, ...],
    responses=problems(404),
)
def list_songs(request: Request, _: Viewer, album_id: AlbumId) -> Response:
    """The songs of an album, in running order."""
    return answer(song_cards(current(studio_of(request).bench, album_id)))


@router.get(
    "/albums/{album_id}/songs/{song_id}", operation_id="get_song", response_model=SongDetail, responses=problems(404)
)
def get_song(request: Request, _: Viewer, album_id: AlbumId, song_id: SongId) -> Response:
    """A song: its plan, words, tune, inspection and steps, with the digests of what fills each."""
    return answer(song_detail(studio_of(request).bench, album_id, song_id))


@router.get(
    "/albums/{album_id}/songs/{song_id}/versions",
    operation_id="list_versions",
    response_model=SongVersionList,
    responses=problems(404),
)
def list_versions(request: Request, _: Viewer, album_id: AlbumId, song_id: SongId) -> Response:
    """Every finished master the song ever had and that is still here, oldest first."""
    return answer(version_list(studio_of(request).bench, album_id, song_id))
