"""Digests of weight files, fonts and voices, kept so that a large file is hashed once."""

from __future__ import annotations

import contextlib
import hashlib
import json
import time
import uuid
from pathlib import Path

from artifacts.folders import write_through
from schemas.base import Digest, canonical_json, sha256_hex
from schemas.errors import CheckpointError

SETTLED_S = 2.0
"""A file changed within this time is hashed again next time: a second change might show in neither size nor time."""


def checkpoint_digest(path: Path, *, cache: Path | None = None) -> Digest:
    """The digest of a checkpoint: the sha256 of a file, or of the names and digests of all files in a folder.

    Args:
        path: a file, or a folder whose files count by their relative paths (hidden ones do not).
        cache: a folder where digests are kept by path, size and time of change; None to hash anew.

    Raises:
        CheckpointError: there is nothing at the path, or it cannot be read.
    """
    try:
        if path.is_dir():
            names = sorted(file.relative_to(path).as_posix() for file in path.rglob("*") if file.is_file())
            shown = [name for name in names if not any(part.startswith(".") for part in name.split("/"))]
            if not shown:
                raise CheckpointError(f"checkpoint folder {path} holds no file: name another")
            return sha256_hex(canonical_json({name: _file_digest(path / name, cache) for name in shown}))
        return _file_digest(path, cache)
    except OSError as error:
        raise CheckpointError(
            f"checkpoint {path} cannot be read ({error.strerror or error}): `hibari models list` shows what there is"
        ) from error


def _file_digest(path: Path, cache: Path | None) -> Digest:
    whole = path.resolve()
    facts = whole.stat()
    key = [str(whole), facts.st_size, facts.st_mtime_ns]
    place = None if cache is None else cache / f"{sha256_hex(str(whole).encode())[:32]}.json"
    if place is not None and (known := _known(place, key)) is not None:
        return known
    with whole.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    if place is not None and time.time() - facts.st_mtime > SETTLED_S:
        _keep(place, key, digest)
    return digest


def _known(place: Path, key: list[str | int]) -> Digest | None:
    try:
        found = json.loads(place.read_bytes())
    except (OSError, ValueError):
        return None
    if not isinstance(found, dict) or found.get("key") != key:
        return None
    digest = found.get("sha256")
    return digest if isinstance(digest, str) and len(digest) == 64 else None


def _keep(place: Path, key: list[str | int], digest: Digest) -> None:
    # A cache that cannot be written costs time at the next run and nothing else.
    temporary = place.with_name(f".{uuid.uuid4().hex}.tmp")
    with contextlib.suppress(OSError):
        place.parent.mkdir(parents=True, exist_ok=True)
        write_through(temporary, [json.dumps({"key": key, "sha256": digest}).encode()])
        temporary.replace(place)
    with contextlib.suppress(OSError):
        temporary.unlink(missing_ok=True)
