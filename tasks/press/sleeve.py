"""Pictures and films of a release: every song's, the cover in other formats, the back cover, one sheet of them all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from media.pictures.reading import encode_jpeg, picture_of, picture_pixels, read_picture
from schemas.film import Video
from schemas.picture import ArtPicture, CoverArt, Sleeve
from tasks.press.folder import file_stem
from tasks.steps.film import films_missing

if TYPE_CHECKING:
    from pathlib import Path

    from tasks.press.record import ApprovedSong
    from tasks.state import AlbumState

_JPEG_QUALITY = 90


def write_sleeve(
    state: AlbumState, songs: tuple[ApprovedSong, ...], credit_lines: tuple[str, ...], folder: Path
) -> tuple[str, ...]:
    """Write pictures under `art/` and films under `films/`; what a reader should know of them.

    Nothing is written where the cover is a drawing without a sleeve.
    """
    digest = state.of("lay_out_sleeve", None)
    if digest is None:
        return ()
    sleeve = state.bench.get(digest, Sleeve)
    read, art = state.bench.blobs.read, folder / "art"
    art.mkdir()
    stems = {song.plan.song_id: file_stem(song.number, song.title) for song in songs}
    for one in sleeve.pictures:
        if one.name.startswith("song-") and one.name not in stems:
            continue
        picture = state.bench.get(one.artifact, ArtPicture)
        (art / f"{stems.get(one.name, one.name)}.jpg").write_bytes(read(picture.picture))
    (art / "sleeve.jpg").write_bytes(read(sleeve.sheet))
    for one in sleeve.films:
        if one.name in stems:
            _write_film(state, state.bench.get(one.artifact, Video), folder / "films", stems[one.name])
    filmless = tuple(f"{name} has no film: {why}" for name, why in films_missing(state).items() if name in stems)
    return (*filmless, *_write_back(state, songs, credit_lines, art / "back.jpg"))


def _write_film(state: AlbumState, video: Video, films: Path, name: str) -> None:
    films.mkdir(exist_ok=True)
    copy = state.bench.blobs.copy_to
    copy(video.film, films / f"{name}.mp4")
    copy(video.poster, films / f"{name}.jpg")
    copy(video.strip, films / f"{name} - strip.jpg")
    copy(video.subtitles, films / f"{name}.vtt")


def _write_back(
    state: AlbumState, songs: tuple[ApprovedSong, ...], credit_lines: tuple[str, ...], path: Path
) -> tuple[str, ...]:
    """The back cover is set when the running order and the credits are final: now."""
    from media.sleeve.back import BackSong, letter_back

    cover = state.bench.get(state.of("paint_cover", None) or "", CoverArt)
    if cover.plain is None:
        return ()
    back = letter_back(
        picture_pixels(read_picture(state.bench.blobs.read(cover.plain))),
        title=state.plan.title,
        artist=state.plan.artist,
        songs=[BackSong(song.title, song.master.duration_s, str(song.plan.key)) for song in songs],
        credits=credit_lines,
        small_print=(state.album_id, "AI-GENERATED"),
        palette=cover.palette,
        genre=state.plan.genre,
        mood=state.plan.mood,
        seed=state.brief.seed,
    )
    path.write_bytes(encode_jpeg(picture_of(back.pixels), _JPEG_QUALITY))
    return back.notes
