"""Reading stored artifacts: which kind a record is, in bounds, and lifted to this version of its fields."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from functools import cache
from typing import Any

from pydantic import ValidationError
from pydantic_core import from_json

from schemas.base import Artifact, sha256_hex
from schemas.errors import ArtifactError

MAX_BYTES = 64 << 20
"""The longest record that is read: 64 MiB."""

MAX_DEPTH = 100
"""How deep the values of a record may lie inside each other."""

Upgrade = Callable[[dict[str, Any]], dict[str, Any]]

MODULES = (
    "schemas.audio",
    "schemas.brief",
    "schemas.composing",
    "schemas.film",
    "schemas.inspection",
    "schemas.lyrics",
    "schemas.music",
    "schemas.picture",
    "schemas.plan",
    "schemas.release",
    "schemas.review",
)
"""Every module that defines artifacts."""


def _release_2(fields: dict[str, Any]) -> dict[str, Any]:
    """2 names everyone who approved, and songs whose settings were changed; before, one verdict was enough."""
    songs = fields.get("songs")
    if not isinstance(songs, list):
        return fields
    named = [{**song, "approvers": [song.get("approved_by")]} if isinstance(song, dict) else song for song in songs]
    return {**fields, "songs": named}


def _brief_3(fields: dict[str, Any]) -> dict[str, Any]:
    """3 may ask for films, which an album of before has none of."""
    return {**fields, "film": {"style": "none"}}


def _sleeve_2(fields: dict[str, Any]) -> dict[str, Any]:
    """2 holds the films too, which a sleeve of before has none of."""
    return {**fields, "films": []}


UPGRADES: dict[tuple[str, int], Upgrade] = {
    ("verdict", 1): lambda fields: fields,  # 2 added remarks, which an older verdict has none of
    ("release", 1): _release_2,
    ("brief", 1): lambda fields: fields,  # 2 may say what the pictures show, which an older brief leaves to chance
    ("brief", 2): _brief_3,
    ("brief", 3): lambda fields: fields,  # 4 may fix chords, melody and form, which an older brief leaves open
    ("sleeve", 1): _sleeve_2,
    ("engraving", 1): lambda fields: fields,  # 2 added pictures of the notes, which an older one has none of
    ("cover_art", 1): lambda fields: fields,  # 2 added other sizes and figures, which an older cover has none of
}
"""By kind and version: what turns the fields of that version into those of the next; `schema_version` is set here."""


@cache
def kinds() -> dict[str, type[Artifact]]:
    """Every kind of artifact and its class."""
    for module in MODULES:
        importlib.import_module(module)
    found: dict[str, type[Artifact]] = {}
    waiting = list(Artifact.__subclasses__())
    while waiting:
        subclass = waiting.pop()
        waiting += subclass.__subclasses__()
        if subclass.__module__ in MODULES:
            found[subclass.model_fields["kind"].default] = subclass
    return found


def read_artifact(json_bytes: bytes) -> Artifact:
    """The artifact that some JSON holds, upgraded in memory where it was written by an older Hibari.

    An upgraded artifact keeps the digest of the bytes it was read from.

    Args:
        json_bytes: UTF-8 JSON, at most 64 MiB and 100 levels deep.

    Raises:
        ArtifactError: it is too long or too deep, is no JSON object, is of no known kind or version, or has fields
            that its kind does not allow.
    """
    facts = _parsed(json_bytes)
    kind, version = facts.get("kind"), facts.get("schema_version", 1)
    found = kinds().get(kind) if isinstance(kind, str) else None
    if found is None:
        raise ArtifactError(f"record of kind {str(kind)[:60]!r} is not known here: read it with a newer Hibari")
    if not isinstance(version, int) or isinstance(version, bool) or not 1 <= version <= found.latest_version:
        raise ArtifactError(
            f"record of kind {kind!r} has schema_version {str(version)[:20]!r}, known are 1 to "
            f"{found.latest_version}: read it with a newer Hibari"
        )
    for step in range(version, found.latest_version):
        facts = {**_upgrade(str(kind), step)(facts), "schema_version": step + 1}
    try:
        artifact = found.model_validate(facts)
    except ValidationError as error:
        raise ArtifactError(f"record of kind {kind!r} does not fit its fields: {_first(error)}") from error
    return artifact.kept_as(sha256_hex(json_bytes)) if version < found.latest_version else artifact


def _upgrade(kind: str, version: int) -> Upgrade:
    try:
        return UPGRADES[kind, version]
    except KeyError:
        raise ArtifactError(
            f"record of kind {kind!r} has schema_version {version}, which can no longer be read: make it again"
        ) from None


def _parsed(json_bytes: bytes) -> dict[str, Any]:
    if len(json_bytes) > MAX_BYTES:
        raise ArtifactError(f"record of {len(json_bytes)} bytes is over the bound of {MAX_BYTES}: it cannot be read")
    try:
        value = from_json(json_bytes, allow_inf_nan=False)
    except ValueError as error:
        raise ArtifactError(f"record is no JSON ({error}): it is damaged") from error
    if not isinstance(value, dict):
        raise ArtifactError(f"record is a JSON {type(value).__name__}, not an object: it is damaged")
    _check_depth(value)
    return value


def _check_depth(value: object) -> None:
    level = [value]
    for _ in range(MAX_DEPTH):
        level = [
            inner
            for outer in level
            for inner in (outer.values() if isinstance(outer, dict) else outer if isinstance(outer, list) else ())
            if isinstance(inner, (dict, list))
        ]
        if not level:
            return
    raise ArtifactError(f"record is more than {MAX_DEPTH} levels deep: it cannot be read")


def _first(error: ValidationError) -> str:
    problem = error.errors(include_url=False, include_input=False)[0]
    return f"{'.'.join(str(part) for part in problem['loc'])}: {problem['msg']}"
