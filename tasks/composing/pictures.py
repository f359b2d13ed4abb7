"""A song's lead sheet and the pictures of its notes, written to a folder to look at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemas.errors import ArtifactError
from schemas.picture import Engraving

if TYPE_CHECKING:
    from pathlib import Path

    from schemas.plan import SongPlan
    from tasks.state import AlbumState


def write_pictures(state: AlbumState, song: SongPlan, folder: Path) -> list[Path]:
    """The lead sheet (PDF), all notes (SVG), the bars against each other (PNG) and what they show (text) of a song.

    Raises:
        ArtifactError: the song is not engraved yet.
    """
    digest = state.of("engrave", song)
    if digest is None:
        raise ArtifactError(f"{song.song_id} has no notes on paper yet: run `hibari make {state.album_id}` first")
    made = state.bench.get(digest, Engraving)
    folder.mkdir(parents=True, exist_ok=True)
    blobs = {"lead-sheet.pdf": made.pdf, "notes.svg": made.piano_roll, "form.png": made.similarity}
    files = {name: state.bench.blobs.read(blob) for name, blob in blobs.items() if blob is not None}
    if made.pictured:
        files["notes.txt"] = made.pictured.encode()
    written = []
    for name, content in files.items():
        path = folder / f"{song.song_id}-{name}"
        part = path.with_name(path.name + ".part")
        part.write_bytes(content)
        part.replace(path)
        written.append(path)
    return written
