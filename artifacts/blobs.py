"""The blob store: bytes named by their hash, written whole or not at all, checked whenever they are read."""

from __future__ import annotations

import contextlib
import hashlib
import re
import time
import uuid
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from artifacts.folders import TEMPORARY, FileFacts, Folder, LocalFolder, RemoteFolder, write_error, write_through
from schemas.base import BlobRef, sha256_hex
from schemas.errors import BlobError

CHUNK_BYTES = 1 << 20
"""How much of a file is held in memory at a time: 1 MiB."""

REFRESH_S = 3600.0
"""A blob older than this is written again by `put` where its time cannot be set: 1 hour."""

LOOKED_UP_ALONE = 64
"""In a remote place, this many blobs or more are looked up by one listing: each look-up is a round trip."""

DAMAGED = "damaged"
"""The folder, inside the store, where damaged blobs are moved to."""

_REMEDY = "run the same `hibari make` again, and what holds it is made again"
_HEX = re.compile(r"[0-9a-f]{64}")


class BlobStore:
    """Bytes by their sha256, in a folder or at any fsspec URL, sharded by the first two hexadecimal digits.

    Several processes may use one store at once. `has` looks at presence and size; whatever hands bytes out also
    checks their hash.
    """

    def __init__(self, url: str | Path) -> None:
        """Open a store; nothing is written until the first `put`.

        Args:
            url: a folder (made when needed), or an fsspec URL such as `s3://bucket/blobs`.
        """
        self.url = str(url)
        self._folder: Folder = _open_folder(url)

    def __reduce__(self) -> tuple[type[BlobStore], tuple[str]]:
        return type(self), (self.url,)

    @property
    def local(self) -> bool:
        """Whether the blobs lie in a folder of this machine."""
        return self._folder.local

    def put(self, content: bytes, media_type: str, *, repair: bool = False) -> BlobRef:
        """Keep some bytes; a reference to them comes back.

        A blob that is there already with the right size is not written again, but counts as new for `gc`.
        With `repair` it is written again in any case.

        Raises:
            BlobError: the disk is full, the folder is read-only or cannot be reached; nothing half-written remains.
        """
        ref = BlobRef(sha256=sha256_hex(content), media_type=media_type, size=len(content))
        if repair or not self._refreshed(ref):
            self._folder.create(_name(ref.sha256), (content,))
        return ref

    def put_file(self, path: Path, media_type: str, *, repair: bool = False) -> BlobRef:
        """Keep the bytes of a file, 1 MiB at a time; a reference to them comes back.

        Raises:
            BlobError: as `put`; or the file cannot be read, or changed while it was read.
        """
        try:
            with path.open("rb") as file:
                sha256 = hashlib.file_digest(file, "sha256").hexdigest()
                ref = BlobRef(sha256=sha256, media_type=media_type, size=file.tell())
                if repair or not self._refreshed(ref):
                    file.seek(0)
                    changed = f"{path} changed while it was read: wait until it is finished, and try again"
                    self._folder.create(_name(sha256), _checked(_chunks(file, str(path)), ref, changed))
        except OSError as error:
            raise BlobError(f"cannot read {path} ({error.strerror or error}): check that it is there") from error
        return ref

    def read(self, ref: BlobRef) -> bytes:
        """The bytes, their hash checked.

        Raises:
            BlobError: the blob is missing, cut short or damaged; a damaged one is moved aside, so that it counts as
                missing from now on.
        """
        return b"".join(self._stream(ref))

    def copy_to(self, ref: BlobRef, path: Path) -> None:
        """Write the bytes to a file, over what was there, all of them or nothing; folders are made as needed.

        Raises:
            BlobError: the blob is missing, cut short or damaged, or the file cannot be written.
        """
        temporary = path.with_name(f".{uuid.uuid4().hex}.tmp")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            write_through(temporary, self._stream(ref))
            temporary.replace(path)
        except OSError as error:
            raise write_error(str(path), error) from error
        finally:
            with contextlib.suppress(OSError):
                temporary.unlink(missing_ok=True)

    def has(self, ref: BlobRef) -> bool:
        """Whether the blob is present with the right size; its hash is not checked."""
        facts = self._folder.facts(_name(ref.sha256))
        return facts is not None and facts.size == ref.size

    def sizes(self, digests: Collection[str]) -> dict[str, int]:
        """The sizes in bytes of those of some blobs that are present, by sha256."""
        if not self.local and len(digests) >= LOOKED_UP_ALONE:
            return {sha256: size for sha256, size, _ in self.list() if sha256 in digests}
        looked_up = self._folder.sizes([f"{sha256[:2]}/{sha256}" for sha256 in digests])
        return {sha256: size for sha256, size in zip(digests, looked_up, strict=True) if size is not None}

    def facts(self, sha256: str) -> FileFacts | None:
        """Size and time of a blob's file; None where there is none."""
        return self._folder.facts(_name(sha256))

    def open(self, sha256: str) -> BinaryIO:
        """A blob opened for reading from any place in it. Nothing is checked: `verify` it before.

        Raises:
            BlobError: it is missing or cannot be read.
        """
        try:
            return self._folder.open(_name(sha256))
        except OSError as error:
            raise BlobError(f"blob {sha256[:12]} cannot be read ({error.strerror or error}): {_REMEDY}") from error

    def verify(self, ref: BlobRef) -> None:
        """Read the blob through and check its size and hash.

        Raises:
            BlobError: the blob is missing, cut short or damaged.
        """
        for _ in self._stream(ref):
            pass

    def delete(self, sha256: str) -> bool:
        """Delete a blob; False when there was none."""
        return self._folder.remove(_name(sha256))

    def delete_if_older(self, sha256: str, before_s: float) -> bool:
        """Delete a blob unless it was put again at or after a moment (seconds since the epoch); whether it went.

        A `put` that runs at the same time never loses its blob: the file is taken aside first and its time looked
        at then; a `put` that comes later finds nothing and writes it anew.
        """
        name, aside = _name(sha256), f"{TEMPORARY}/{uuid.uuid4().hex}"
        facts = self._folder.facts(name)
        if facts is None or facts.mtime_s >= before_s:
            return False
        if not self.local:
            return self._folder.remove(name)
        if not self._folder.move(name, aside):
            return False
        facts = self._folder.facts(aside)
        if facts is not None and facts.mtime_s >= before_s:
            self._folder.move(aside, name)
            return False
        return self._folder.remove(aside)

    def set_aside(self, sha256: str) -> bool:
        """Move a blob that does not match its hash to the `damaged` folder, so that it is made again.

        False when it is sound or missing, and nothing is moved.
        """
        name = _name(sha256)
        try:
            with self._folder.open(name) as file:
                if hashlib.file_digest(file, "sha256").hexdigest() == sha256:  # type: ignore[arg-type]
                    return False
        except FileNotFoundError:
            return False
        except OSError:
            pass  # A file that cannot be read is as good as damaged.
        return self._folder.move(name, f"{DAMAGED}/{sha256}")

    def list(self) -> Iterator[tuple[str, int, float]]:
        """Every blob as (sha256, size in bytes, time of the last `put` in seconds since the epoch), in no order."""
        for name, facts in self._folder.names():
            shard, _, sha256 = name.partition("/")
            if _HEX.fullmatch(sha256) and shard == sha256[:2]:
                yield sha256, facts.size, facts.mtime_s

    def clear_leftovers(self, before_s: float, *, dry_run: bool = False) -> tuple[int, int]:
        """Delete unfinished writes and damaged blobs last changed before a moment: (files, bytes) deleted."""
        files, freed = 0, 0
        for folder in (TEMPORARY, DAMAGED):
            for name, facts in self._folder.names(folder):
                if facts.mtime_s < before_s and (dry_run or self._folder.remove(name)):
                    files, freed = files + 1, freed + facts.size
        return files, freed

    def _refreshed(self, ref: BlobRef) -> bool:
        """Whether the blob is there with the right size and is now safe from `gc`."""
        name = _name(ref.sha256)
        facts = self._folder.facts(name)
        if facts is None or facts.size != ref.size:
            return False
        if self.local:
            return self._folder.touch(name)
        return facts.mtime_s > time.time() - REFRESH_S

    def _stream(self, ref: BlobRef) -> Iterator[bytes]:
        name, what = _name(ref.sha256), f"blob {ref.sha256[:12]} ({ref.media_type})"
        facts = self._folder.facts(name)
        if facts is None:
            raise BlobError(f"{what} is missing from {self.url}: {_REMEDY}").about(ref.sha256)
        if facts.size != ref.size:
            problem = f"{what} is cut or overwritten: {facts.size} bytes where {ref.size} are due; {_REMEDY}"
            raise BlobError(problem).about(ref.sha256)
        try:
            file = self._folder.open(name)
        except OSError as error:
            raise BlobError(f"{what} cannot be read ({error.strerror or error}): {_REMEDY}").about(
                ref.sha256
            ) from error
        with file:
            try:
                yield from _checked(_chunks(file, what), ref, f"{what} does not match its hash: {_REMEDY}")
            except BlobError:
                with contextlib.suppress(BlobError):
                    self.set_aside(ref.sha256)
                raise


def _open_folder(url: str | Path) -> Folder:
    text = str(url)
    if isinstance(url, Path) or "://" not in text:
        return LocalFolder(Path(text).expanduser().absolute())
    if text.startswith("file://"):
        return LocalFolder(Path(text.removeprefix("file://")))
    return RemoteFolder(text)


def _name(sha256: str) -> str:
    if not _HEX.fullmatch(sha256):
        raise BlobError(f"{sha256[:80]!r} names no blob: give 64 hexadecimal digits")
    return f"{sha256[:2]}/{sha256}"


def _chunks(file: BinaryIO, what: str) -> Iterator[bytes]:
    try:
        while chunk := file.read(CHUNK_BYTES):
            yield chunk
    except OSError as error:
        raise BlobError(f"{what} cannot be read ({error.strerror or error}): check the disk it lies on") from error


def _checked(chunks: Iterable[bytes], ref: BlobRef, problem: str) -> Iterator[bytes]:
    """The same chunks; the error after the last one when they were not the bytes that the reference names."""
    hasher = hashlib.sha256()
    for chunk in chunks:
        hasher.update(chunk)
        yield chunk
    if hasher.hexdigest() != ref.sha256:
        raise BlobError(problem).about(ref.sha256)
