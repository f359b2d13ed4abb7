"""The tables of the catalogue. A change asks for a migration in `artifacts/migrations/versions` and a new `HEAD`."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Float, Index, Integer, MetaData, String, Table, Text

HEAD = "0002"
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
jobs = Table(
    "jobs",
    metadata,
    Column("seq", Integer, primary_key=True),
    Column("job", String(40), nullable=False, unique=True),
    Column("kind", String(20), nullable=False),
    Column("state", String(20), nullable=False),
    Column("priority", Integer, nullable=False),
    Column("asked_by", String(120), nullable=False),
    Column("key", String(200), nullable=True, unique=True),
    Column("request", Text, nullable=False),
    Column("created_at", Float, nullable=False),
    Column("started_at", Float, nullable=True),
    Column("finished_at", Float, nullable=True),
    Column("attempts", Integer, nullable=False),
    Column("holder", String(120), nullable=False),
    Column("expires_at", Float, nullable=True),
    Column("flow_run", String(60), nullable=False),
    Column("cancelled_by", String(120), nullable=False),
    Column("reason", Text, nullable=False),
    Column("result", Text, nullable=False),
    Index("jobs_by_state", "state"),
)
job_albums = Table(
    "job_albums",
    metadata,
    Column("job", String(40), primary_key=True, nullable=False),
    Column("album", String(80), primary_key=True, nullable=False),
    Column("place", Integer, nullable=False),
    Index("job_albums_by_album", "album"),
)
events = Table(
    "events",
    metadata,
    Column("seq", Integer, primary_key=True),
    Column("at", Float, nullable=False),
    Column("kind", String(40), nullable=False),
    Column("album", String(80), nullable=False),
    Column("job", String(40), nullable=False),
    Column("body", Text, nullable=False),
    Index("events_by_album", "album", "seq"),
    Index("events_by_job", "job", "seq"),
    sqlite_autoincrement=True,
)
choices = Table(
    "choices",
    metadata,
    Column("seq", Integer, primary_key=True),
    Column("at", Float, nullable=False),
    Column("who", String(120), nullable=False),
    Column("via", String(40), nullable=False),
    Column("what", String(40), nullable=False),
    Column("album", String(80), nullable=False),
    Column("song", String(80), nullable=False),
    Column("subject", String(120), nullable=False),
    Column("why", Text, nullable=False),
    Column("body", Text, nullable=False),
    Index("choices_by_album", "album", "seq"),
    sqlite_autoincrement=True,
)
tokens = Table(
    "tokens",
    metadata,
    Column("token", String(40), primary_key=True, nullable=False),
    Column("name", String(120), nullable=False),
    Column("role", String(20), nullable=False),
    _digest("hash"),
    Column("created_at", Float, nullable=False),
    Column("expires_at", Float, nullable=True),
    Column("revoked_at", Float, nullable=True),
    Index("tokens_by_hash", "hash", unique=True),
)
sessions = Table(
    "sessions",
    metadata,
    _digest("hash", key=True),
    Column("token", String(40), nullable=False),
    Column("csrf", String(64), nullable=False),
    Column("expires_at", Float, nullable=False),
)
webhooks = Table(
    "webhooks",
    metadata,
    Column("webhook", String(40), primary_key=True, nullable=False),
    Column("url", Text, nullable=False),
    Column("secret", Text, nullable=False),
    Column("events", Text, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("asked_by", String(120), nullable=False),
    Column("created_at", Float, nullable=False),
    Column("seen", Integer, nullable=False),
)
hook_calls = Table(
    "hook_calls",
    metadata,
    Column("seq", Integer, primary_key=True),
    Column("webhook", String(40), nullable=False),
    Column("event", Integer, nullable=False),
    Column("state", String(20), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_at", Float, nullable=False),
    Column("status", Integer, nullable=True),
    Column("error", Text, nullable=False),
    Column("changed_at", Float, nullable=False),
    Index("hook_calls_due", "state", "next_at"),
    Index("hook_calls_by_webhook", "webhook", "seq"),
)
fills = Table(
    "fills",
    metadata,
    Column("seq", Integer, primary_key=True),
    *_slot(),
    Column("number", Integer, nullable=False),
    _digest("recipe"),
    _digest("artifact"),
    Column("filled_at", Float, nullable=False),
    Index("fills_by_slot", "album", "song", "step", "part"),
)
running_orders = Table(
    "running_orders",
    metadata,
    Column("seq", Integer, primary_key=True),
    Column("album", String(80), nullable=False),
    Column("songs", Text, nullable=False),
    Column("person", String(120), nullable=False),
    Column("at", Float, nullable=False),
    Index("running_orders_by_album", "album"),
)
standings = Table(
    "standings",
    metadata,
    Column("album", String(80), primary_key=True, nullable=False),
    Column("state", String(20), nullable=False),
    Column("artist", String(120), nullable=False),
    Column("theme", Text, nullable=False),
    Column("genre", String(40), nullable=False),
    Column("mood", String(40), nullable=False),
    Column("songs", Integer, nullable=False),
    Column("finished", Integer, nullable=False),
    Column("approved", Integer, nullable=False),
    Column("rejected", Integer, nullable=False),
    Column("flagged", Integer, nullable=False),
    Column("duration_s", Float, nullable=False),
    Column("cover", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("changed_at", Float, nullable=False),
    Index("standings_by_state", "state"),
    Index("standings_by_change", "changed_at"),
)
