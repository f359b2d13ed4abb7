"""Where blobs lie: a folder of this machine, or any place that fsspec reaches.

Both offer the same few operations on names relative to their root, and both write under a temporary name first, so
that a name either holds all of its bytes or does not exist.
"""

from __future__ import annotations

import contextlib
import errno
import os
import time
import uuid
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, Protocol, cast

from schemas.errors import BlobError, StoreError

TEMPORARY = "tmp"
"""The folder, inside the root, where unfinished writes lie."""

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_REFUSED = {errno.EACCES, errno.EPERM, errno.EROFS}


class FileFacts(NamedTuple):
    """Size in bytes and time of the last change, seconds since the epoch."""

    size: int
    mtime_s: float


class Folder(Protocol):
    """What a blob store needs of the place where it keeps its bytes."""

    local: bool

    def facts(self, name: str) -> FileFacts | None:
        """Size and time of a file; None when there is none."""

    def sizes(self, names: Iterable[str]) -> list[int | None]:
        """The sizes of files in bytes, in order; None where there is none."""

    def open(self, name: str) -> BinaryIO:
        """The file opened for reading."""

    def create(self, name: str, chunks: Iterable[bytes]) -> None:
        """Write a file under a temporary name and move it into place, over what was there."""

    def touch(self, name: str) -> bool:
        """Set the file's time to now; False when it is gone or when the place cannot do that."""

    def move(self, name: str, target: str) -> bool:
        """Move a file; False when it is gone."""

    def remove(self, name: str) -> bool:
        """Delete a file; False when it is gone."""

    def names(self, under: str = "") -> Iterator[tuple[str, FileFacts]]:
        """Every file under a folder of the root, with its facts, in no order."""


def write_error(place: str, error: OSError) -> StoreError:
    """The error that tells a user why nothing could be written at a place, and what to do."""
    if error.errno in _FULL:
        why = "there is no space left: free some, or run `hibari gc`, and run the same command again"
    elif error.errno in _REFUSED:
        why = "writing there is refused: give this user the right to write, or choose another folder in the settings"
    else:
        why = "check that the place is mounted and reachable, and run the same command again"
    return StoreError(f"cannot write to {place} ({error.strerror or error}): {why}")


class LocalFolder:
    """A folder of this machine. Files are read-only once written; writes reach the disk before they count."""

    local = True

    def __init__(self, root: Path) -> None:
        self.root = root

    def facts(self, name: str) -> FileFacts | None:
        """Size and time of a file; None when there is none."""
        try:
            found = (self.root / name).stat()
        except OSError:
            return None
        return FileFacts(found.st_size, found.st_mtime)

    def sizes(self, names: Iterable[str]) -> list[int | None]:
        """The sizes of files in bytes, in order; None where there is none. Made for tens of thousands a second."""
        root, stat = f"{self.root}{os.sep}", os.stat
        found: list[int | None] = []
        for name in names:
            try:
                found.append(stat(root + name).st_size)
            except OSError:
                found.append(None)
        return found

    def open(self, name: str) -> BinaryIO:
        """The file opened for reading."""
        return (self.root / name).open("rb")

    def create(self, name: str, chunks: Iterable[bytes]) -> None:
        """Write a file under a temporary name and move it into place, over what was there.

        Raises:
            BlobError: the disk is full or the folder cannot be written; nothing is left behind.
        """
        target = self.root / name
        temporary = self.root / TEMPORARY / uuid.uuid4().hex
        try:
            temporary.parent.mkdir(parents=True, exist_ok=True)
            target.parent.mkdir(parents=True, exist_ok=True)
            write_through(temporary, chunks, mode=0o444)
            temporary.replace(target)
            _sync_folder(target.parent)
        except OSError as error:
            raise write_error(str(self.root), error) from error
        finally:
            with contextlib.suppress(OSError):
                temporary.unlink(missing_ok=True)

    def touch(self, name: str) -> bool:
        """Set the file's time to now; False when it is gone."""
        try:
            os.utime(self.root / name)
        except FileNotFoundError:
            return False
        except OSError as error:
            raise write_error(str(self.root), error) from error
        return True

    def move(self, name: str, target: str) -> bool:
        """Move a file; False when it is gone."""
        place = self.root / target
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            (self.root / name).replace(place)
        except FileNotFoundError:
            return False
        except OSError as error:
            raise write_error(str(self.root), error) from error
        return True

    def remove(self, name: str) -> bool:
        """Delete a file; False when it is gone."""
        try:
            (self.root / name).unlink()
        except FileNotFoundError:
            return False
        except OSError as error:
            raise write_error(str(self.root), error) from error
        return True

    def names(self, under: str = "") -> Iterator[tuple[str, FileFacts]]:
        """Every file under a folder of the root, with its facts, in no order."""
        top = self.root / under
        for folder, _, files in os.walk(top):
            for file in files:
                name = (Path(folder) / file).relative_to(self.root).as_posix()
                facts = self.facts(name)
                if facts is not None:
                    yield name, facts


class RemoteFolder:
    """Any place that fsspec reaches, e.g. `s3://bucket/blobs`. Storage options come from fsspec's own configuration."""

    local = False

    def __init__(self, url: str) -> None:
        from fsspec.core import url_to_fs

        try:
            fs, root = url_to_fs(url, use_listings_cache=False)
        except (ValueError, ImportError) as error:
            raise BlobError(
                f"blob store {url!r} cannot be opened ({error}): name a folder or a URL fsspec knows"
            ) from error
        self._fs: Any = fs
        self.root = str(root).rstrip("/")

    def _path(self, name: str) -> str:
        return f"{self.root}/{name}"

    def facts(self, name: str) -> FileFacts | None:
        """Size and time of a file; None when there is none."""
        try:
            return _remote_facts(self._fs.info(self._path(name)))
        except FileNotFoundError:
            return None

    def sizes(self, names: Iterable[str]) -> list[int | None]:
        """The sizes of files in bytes, in order; None where there is none."""
        found = [self.facts(name) for name in names]
        return [None if facts is None else facts.size for facts in found]

    def open(self, name: str) -> BinaryIO:
        """The file opened for reading."""
        return cast("BinaryIO", self._fs.open(self._path(name), "rb"))

    def create(self, name: str, chunks: Iterable[bytes]) -> None:
        """Write a file under a temporary name and move it into place, over what was there.

        Raises:
            BlobError: the place is full, refuses or cannot be reached; nothing is left under the name.
        """
        temporary = self._path(f"{TEMPORARY}/{uuid.uuid4().hex}")
        try:
            with self._fs.open(temporary, "wb") as file:
                for chunk in chunks:
                    file.write(chunk)
            self._fs.mv(temporary, self._path(name))
        except OSError as error:
            raise write_error(self.root, error) from error
        finally:
            with contextlib.suppress(OSError):
                self._fs.rm_file(temporary)

    def touch(self, name: str) -> bool:  # noqa: ARG002 - the protocol's argument
        """False: object stores cannot set a time; the caller writes an old file again instead."""
        return False

    def move(self, name: str, target: str) -> bool:
        """Move a file; False when it is gone."""
        try:
            self._fs.mv(self._path(name), self._path(target))
        except FileNotFoundError:
            return False
        except OSError as error:
            raise write_error(self.root, error) from error
        return True

    def remove(self, name: str) -> bool:
        """Delete a file; False when it is gone."""
        try:
            self._fs.rm_file(self._path(name))
        except (FileNotFoundError, KeyError):
            return False
        except OSError as error:
            raise write_error(self.root, error) from error
        return True

    def names(self, under: str = "") -> Iterator[tuple[str, FileFacts]]:
        """Every file under a folder of the root, with its facts, in no order."""
        top = self._path(under).rstrip("/")
        try:
            found = self._fs.find(top, detail=True)
        except FileNotFoundError:
            return
        for path, info in found.items():
            yield str(path).removeprefix(self.root).lstrip("/"), _remote_facts(info)


def write_through(path: Path, chunks: Iterable[bytes], *, mode: int = 0o666) -> None:
    """Write a new file and wait until the disk has it. `mode` is the file's mode before the umask.

    Raises:
        OSError: it exists, or cannot be written; what was written of it remains for the caller to remove.
    """
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(handle, "wb") as file:
        for chunk in chunks:
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _remote_facts(info: dict[str, Any]) -> FileFacts:
    # A place that tells no time is taken as changed just now, so that nothing there is ever collected by mistake.
    for key in ("LastModified", "last_modified", "mtime", "updated", "modified", "created"):
        when = info.get(key)
        if isinstance(when, datetime):
            moment = when if when.tzinfo else when.replace(tzinfo=UTC)
            return FileFacts(int(info["size"]), moment.timestamp())
        if isinstance(when, (int, float)):
            return FileFacts(int(info["size"]), float(when))
    return FileFacts(int(info["size"]), time.time())
