"""Releases read back. A release may come from a stranger: nothing in it is followed, only compared."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from schemas.base import Artifact, canonical_json
from schemas.brief import Brief
from schemas.errors import ArtifactError
from schemas.reading import read_artifact
from schemas.release import Release
from schemas.review import Edit, Verdict

if TYPE_CHECKING:
    from pathlib import Path

A = TypeVar("A", bound=Artifact)

MAX_RECORD_BYTES = 32 * 1024 * 1024
"""A release.json longer than this is refused unread."""


@dataclass(frozen=True)
class PressedRelease:
    """A release's record, with the brief, the edits and the verdicts that `replay` needs."""

    release: Release
    brief: Brief
    edits: tuple[Edit, ...]
    verdicts: tuple[Verdict, ...]
    digest: str


def read_release(folder: Path) -> PressedRelease:
    """The record of the release in a folder, checked field by field and against its own digest.

    Raises:
        ArtifactError: there is none, it is too long, not readable, or does not match its digest.
    """
    path = folder / "release.json"
    if not path.is_file():
        raise ArtifactError(f"{folder} holds no release.json: name the folder of a pressed release")
    size = path.stat().st_size
    if size > MAX_RECORD_BYTES:
        raise ArtifactError(f"{path} has {size} bytes; at most {MAX_RECORD_BYTES} are read")
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        read = PressedRelease(
            release=_read(document["release"], Release),
            brief=_read(document["brief"], Brief),
            edits=tuple(_read(edit, Edit) for edit in document["edits"]),
            verdicts=tuple(_read(verdict, Verdict) for verdict in document["verdicts"]),
            digest=str(document["digest"]),
        )
    except (ValueError, KeyError, TypeError, RecursionError, ArtifactError) as error:
        raise ArtifactError(f"{path} is not a release record: {str(error)[:300]}") from error
    if read.release.digest() != read.digest:
        raise ArtifactError(
            f"{path} was changed after pressing: its digest is {read.release.digest()[:12]}, not as written"
        )
    return read


def _read(fields: object, kind: type[A]) -> A:
    """A record of the document, upgraded in memory where an older Hibari wrote it, under the digest it had then."""
    found = read_artifact(canonical_json(fields))
    if not isinstance(found, kind):
        raise ArtifactError(f"a {found.kind} stands where a {kind.__name__.lower()} belongs")
    return found


def check_files(folder: Path, release: Release) -> list[str]:
    """What is wrong with the files of a release: missing, changed, or not listed. Empty where all is well."""
    import hashlib

    wrong = []
    for file in release.files:
        path = folder / file.path
        if not path.resolve().is_relative_to(folder.resolve()):
            wrong.append(f"{file.path}: leads out of the folder")
        elif not path.is_file():
            wrong.append(f"{file.path}: missing")
        else:
            with path.open("rb") as stream:
                if hashlib.file_digest(stream, "sha256").hexdigest() != file.sha256:
                    wrong.append(f"{file.path}: changed")
    listed = {file.path for file in release.files} | {"release.json"}
    there = (path.relative_to(folder).as_posix() for path in sorted(folder.rglob("*")) if path.is_file())
    wrong += [f"{path}: not listed" for path in there if path not in listed]
    return wrong
