"""Pressed releases as pages show them: what each holds, and whether its folder is still there to take away."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from schemas.errors import ArtifactError
from schemas.release import Release
from tasks.press.reading import read_release

if TYPE_CHECKING:
    from datetime import datetime

    from schemas.release import ReleasedFile
    from tasks.bench import Bench

_RECORD = "release.json"


@dataclass(frozen=True)
class Pressed:
    """A release. `is_there` is false where another press, or a person, has replaced or removed its folder since."""

    number: int
    album_id: str
    digest: str
    release: Release
    at: datetime
    is_there: bool

    @property
    def size(self) -> int:
        """Bytes of all its files."""
        return sum(file.size for file in self.release.files)

    @property
    def files(self) -> tuple[ReleasedFile, ...]:
        """Its files, the sounding ones first."""
        return tuple(sorted(self.release.files, key=lambda file: (not file.path.startswith("audio/"), file.path)))

    @property
    def address(self) -> str:
        """Where the API gives it: '/archive' and '/files/NAME' follow."""
        return f"/api/v1/albums/{self.album_id}/releases/{self.number}"


def pressed_releases(bench: Bench, album_id: str) -> list[Pressed]:
    """Every release of an album, newest first."""
    found = [
        Pressed(
            number=number,
            album_id=album_id,
            digest=entry.digest,
            release=bench.get(entry.digest, Release),
            at=entry.at,
            is_there=_digest_in(Path(entry.path)) == entry.digest,
        )
        for number, entry in enumerate(bench.catalogue.releases(album_id), start=1)
    ]
    return found[::-1]


def _digest_in(folder: Path) -> str:
    """The digest of the release that lies in a folder; '' where there is none that can be read."""
    try:
        changed_ns = (folder / _RECORD).stat().st_mtime_ns
    except OSError:
        return ""
    return _read_digest(folder, changed_ns)


@lru_cache(maxsize=256)
def _read_digest(folder: Path, _changed_ns: int) -> str:
    """As `_digest_in`, remembered as long as the record is not written again."""
    try:
        return read_release(folder).release.digest()
    except (ArtifactError, OSError):
        return ""
