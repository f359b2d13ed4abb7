"""The tables of the catalogue. A change asks for a migration in `artifacts/migrations/versions` and a new `HEAD`."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Float, Index, Integer, MetaData, String, Table, Text

HEAD = "0001"
"""The migration that these tables stand at."""

metadata = MetaData()


def _digest(name: str, *, key: bool = False) -> Column[str]:
    return Column(name, String(64), primary_key=key, nullable=False)


def _slot(*, key: bool = False) -> list[Column[str]]:
    """Album, song ('' for the album itself), step and part."""
    return [
        Column(name, String(size), primary_key=key, nullable=False)
        for name, size in (("album", 80), ("song", 80), ("step", 40), ("part", 40))
    ]


records = Table(
    "records",
    metadata,
    _digest("digest", key=True),
    Column("kind", String(40), nullable=False),
    Column("schema_version", Integer, nullable=False),
    Column("damaged", Boolean, nullable=False),
    Column("used_at", Float, nullable=False),
    Column("body", Text, nullable=False),
)
blob_uses = Table(
    "blob_uses",
    metadata,
    _digest("artifact", key=True),
    _digest("sha256", key=True),
    Column("size", BigInteger, nullable=False),
    Index("blob_uses_by_blob", "sha256"),
    sqlite_with_rowid=False,
)
provenance = Table(
    "provenance",
    metadata,
    Column("seq", Integer, primary_key=True),
    _digest("artifact"),
    _digest("recipe"),
    Column("made_at", Float, nullable=False),
    Column("body", Text, nullable=False),
    Index("provenance_by_artifact", "artifact"),
)
inputs = Table(
    "inputs",
    metadata,
    _digest("artifact", key=True),
    Column("name", Text, primary_key=True, nullable=False),
    _digest("input", key=True),
    Index("inputs_by_input", "input"),
    sqlite_with_rowid=False,
)
memo = Table(
    "memo",
    metadata,
    _digest("recipe", key=True),
    _digest("artifact"),
    Column("made_at", Float, nullable=False),
    Column("body", Text, nullable=False),
    Index("memo_by_artifact", "artifact"),
)
takes = Table(
    "takes",
    metadata,
    *_slot(key=True),
    Column("number", Integer, primary_key=True, nullable=False, autoincrement=False),
    _digest("recipe"),
    _digest("artifact"),
    Column("taken_at", Float, nullable=False),
    Index("takes_by_artifact", "artifact"),
)
selected = Table(
    "selected",
    metadata,
    *_slot(key=True),
    Column("number", Integer, nullable=False),
)
edits = Table(
    "edits",
    metadata,
    Column("seq", Integer, primary_key=True),
    *_slot(),
    _digest("edit"),
    _digest("base"),
    _digest("result"),
    Column("active", Boolean, nullable=False),
    Index("edits_by_slot", "album", "song", "step", "part"),
)
claims = Table(
    "claims",
    metadata,
    _digest("recipe", key=True),
    Column("holder", String(120), nullable=False),
    Column("expires_at", Float, nullable=False),
    Column("needs", Text, nullable=False),
)
verdicts = Table(
    "verdicts",
    metadata,
    Column("seq", Integer, primary_key=True),
    _digest("verdict"),
    Column("album", String(80), nullable=False),
    Column("song", String(80), nullable=False),
    _digest("subject"),
    Column("needs", Text, nullable=False),
    Index("verdicts_by_album", "album"),
)
albums = Table(
    "albums",
    metadata,
    Column("album", String(80), primary_key=True, nullable=False),
    _digest("brief"),
    Column("title", String(120), nullable=False),
    Column("created_at", Float, nullable=False),
    Column("state", String(20), nullable=False),
)
releases = Table(
    "releases",
    metadata,
    Column("seq", Integer, primary_key=True),
    _digest("digest"),
    Column("album", String(80), nullable=False),
    Column("path", Text, nullable=False),
    Column("released_at", Float, nullable=False),
    Index("releases_by_album", "album"),
)
pins = Table("pins", metadata, _digest("artifact", key=True))
quarantine = Table(
    "quarantine",
    metadata,
    Column("album", String(80), primary_key=True, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("reason", Text, nullable=False),
)
failures = Table(
    "failures",
    metadata,
    *_slot(key=True),
    Column("reason", Text, nullable=False),
    Column("failed_at", Float, nullable=False),
)
