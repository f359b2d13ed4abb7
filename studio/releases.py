"""Files of a pressed release: only those its record lists, checked against it, one by one or all as one archive."""

from __future__ import annotations

import hashlib
import io
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

from schemas.errors import ArtifactError
from schemas.release import Release

if TYPE_CHECKING:
    from collections.abc import Iterator

    from artifacts.entries import ReleaseEntry
    from schemas.release import ReleasedFile
    from tasks.bench import Bench

CHUNK_BYTES = 256 * 1024
RECORD = "release.json"
_SINCE = (1980, 1, 1, 0, 0, 0)


def release_entry(bench: Bench, album_id: str, number: int) -> ReleaseEntry:
    """An album's release by its number, from 1; the latest for 0.

    Raises:
        ArtifactError: there is none.
    """
    entries = bench.catalogue.releases(album_id)
    if not entries or number > len(entries):
        raise ArtifactError(
            f"{album_id} has no release {number or ''}".rstrip() + f": it was pressed {len(entries)} times"
        )
    return entries[number - 1]


def released_file(bench: Bench, entry: ReleaseEntry, name: str) -> tuple[Path, ReleasedFile]:
    """Where a file of a release lies, and what its record says of it.

    Raises:
        ArtifactError: the record lists no such file, or the folder no longer holds it as it was pressed.
    """
    release = bench.get(entry.digest, Release)
    listed = next((file for file in release.files if file.path == name), None)
    if listed is None:
        raise ArtifactError(f"release {entry.digest[:12]} lists no file {name[:120]!r}: its record names all it has")
    return _checked(Path(entry.path), listed), listed


def read_parts(path: Path, start: int = 0, length: int | None = None) -> Iterator[bytes]:
    """Bytes of a file, a few at a time."""
    with path.open("rb") as file:
        file.seek(start)
        left = path.stat().st_size if length is None else length
        while left > 0 and (chunk := file.read(min(CHUNK_BYTES, left))):
            left -= len(chunk)
            yield chunk


def archive(bench: Bench, entry: ReleaseEntry) -> Iterator[bytes]:
    """A release's folder as a zip archive, a few bytes at a time; nothing is compressed, sound and pictures are.

    Every file is looked at before the first byte goes out, and hashed on the way.

    Raises:
        ArtifactError: the folder no longer holds what was pressed.
    """
    release = bench.get(entry.digest, Release)
    folder = Path(entry.path)
    files = [(_present(folder, file), file) for file in release.files]
    record = _record(folder)
    return _zipped(entry.album_id, files, record)


def _zipped(album_id: str, files: list[tuple[Path, ReleasedFile]], record: Path | None) -> Iterator[bytes]:
    sink = _Sink()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_STORED, allowZip64=True) as archived:
        for path, listed in files:
            hashed = hashlib.sha256()
            with archived.open(_info(f"{album_id}/{listed.path}", listed.size), "w") as member:
                for chunk in read_parts(path):
                    hashed.update(chunk)
                    member.write(chunk)
                    yield sink.taken()
            if hashed.hexdigest() != listed.sha256:
                raise ArtifactError(f"{listed.path} is not what was pressed: press the album again")
        if record is not None:
            archived.writestr(_info(f"{album_id}/{RECORD}", record.stat().st_size), record.read_bytes())
            yield sink.taken()
    yield sink.taken()


def _info(name: str, size: int) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, _SINCE)
    info.file_size = size
    info.external_attr = 0o644 << 16
    return info


def _checked(folder: Path, listed: ReleasedFile) -> Path:
    path = _present(folder, listed)
    with path.open("rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() != listed.sha256:
            raise ArtifactError(f"{listed.path} is not what was pressed (changed, or pressed over): press again")
    return path


def _present(folder: Path, listed: ReleasedFile) -> Path:
    path = folder / listed.path
    inside = path.resolve().is_relative_to(folder.resolve())
    if not inside or not path.is_file() or path.stat().st_size != listed.size:
        raise ArtifactError(f"{listed.path} is no longer in the release's folder as it was pressed: press again")
    return path


def _record(folder: Path) -> Path | None:
    path = folder / RECORD
    return path if path.is_file() and path.resolve().is_relative_to(folder.resolve()) else None


class _Sink(io.RawIOBase):
    """Where the archive is written to: bytes that are taken out as they come; it cannot go back."""

    def __init__(self) -> None:
        super().__init__()
        self._held = bytearray()

    def writable(self) -> bool:
        """It is."""
        return True

    def write(self, content: object) -> int:
        """Hold some bytes."""
        held = bytes(memoryview(content))  # type: ignore[arg-type]
        self._held += held
        return len(held)

    def taken(self) -> bytes:
        """What is held, which is held no longer."""
        taken = bytes(self._held)
        self._held.clear()
        return taken
