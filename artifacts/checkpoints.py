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

Known = dict[str, list[str | int]]
"""By path: size in bytes, time of change in nanoseconds, sha256."""


def checkpoint_digest(path: Path, *, cache: Path | None = None) -> Digest:
    """The digest of a checkpoint: the sha256 of a file, or of the names and digests of all files in a folder.

    Args:
        path: a file, or a folder whose files count by their relative paths (hidden ones do not).
        cache: a JSON file where digests are kept by path, size and time of change; None to hash anew.

    Raises:
        CheckpointError: there is nothing at the path, or it cannot be read.
    """
    known = _read(cache) if cache is not None else {}
    fresh: Known = {}
    try:
        if path.is_dir():
            names = sorted(file.relative_to(path).as_posix() for file in path.rglob("*") if file.is_file())
            shown = [name for name in names if not any(part.startswith(".") for part in name.split("/"))]
            if not shown:
                raise CheckpointError(f"checkpoint folder {path} holds no file: name another")
            digest = sha256_hex(canonical_json({name: _file_digest(path / name, known, fresh) for name in shown}))
        else:
            digest = _file_digest(path, known, fresh)
    except OSError as error:
        raise CheckpointError(
            f"checkpoint {path} cannot be read ({error.strerror or error}): `hibari models list` shows what there is"
        ) from error
    if cache is not None and fresh:
        _write(cache, fresh)
    return digest


def _file_digest(path: Path, known: Known, fresh: Known) -> Digest:
    whole = path.resolve()
    facts = whole.stat()
    match known.get(str(whole)):
        case [size, mtime_ns, str(digest)] if (size, mtime_ns) == (facts.st_size, facts.st_mtime_ns):
            return digest
    with whole.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    if time.time() - facts.st_mtime > SETTLED_S:
        fresh[str(whole)] = [facts.st_size, facts.st_mtime_ns, digest]
    return digest


def _read(cache: Path) -> Known:
    try:
        found = json.loads(cache.read_bytes())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _write(cache: Path, fresh: Known) -> None:
    # A cache that cannot be written, or an entry lost to another process, costs time at the next run and nothing else.
    temporary = cache.with_name(f".{uuid.uuid4().hex}.tmp")
    try:
        cache.parent.mkdir(parents=True, exist_ok=True)
        write_through(temporary, [json.dumps({**_read(cache), **fresh}).encode()])
        temporary.replace(cache)
    except OSError:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
