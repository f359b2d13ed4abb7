"""The first tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make every table."""
    op.create_table(
        "albums",
        sa.Column("album", sa.String(length=80), nullable=False),
        sa.Column("brief", sa.String(length=64), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("created_at", sa.Float(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.PrimaryKeyConstraint("album"),
    )
    op.create_table(
        "blob_uses",
        sa.Column("artifact", sa.String(length=64), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("artifact", "sha256"),
        sqlite_with_rowid=False,
    )
    op.create_index("blob_uses_by_blob", "blob_uses", ["sha256"], unique=False)
    op.create_table(
        "claims",
        sa.Column("recipe", sa.String(length=64), nullable=False),
        sa.Column("holder", sa.String(length=120), nullable=False),
        sa.Column("expires_at", sa.Float(), nullable=False),
        sa.Column("needs", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("recipe"),
    )
    op.create_table(
        "edits",
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("album", sa.String(length=80), nullable=False),
        sa.Column("song", sa.String(length=80), nullable=False),
        sa.Column("step", sa.String(length=40), nullable=False),
        sa.Column("part", sa.String(length=40), nullable=False),
        sa.Column("edit", sa.String(length=64), nullable=False),
        sa.Column("base", sa.String(length=64), nullable=False),
        sa.Column("result", sa.String(length=64), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("seq"),
    )
    op.create_index("edits_by_slot", "edits", ["album", "song", "step", "part"], unique=False)
    op.create_table(
        "failures",
        sa.Column("album", sa.String(length=80), nullable=False),
        sa.Column("song", sa.String(length=80), nullable=False),
        sa.Column("step", sa.String(length=40), nullable=False),
        sa.Column("part", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("failed_at", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("album", "song", "step", "part"),
    )
    op.create_table(
        "inputs",
        sa.Column("artifact", sa.String(length=64), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("input", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("artifact", "name", "input"),
        sqlite_with_rowid=False,
    )
    op.create_index("inputs_by_input", "inputs", ["input"], unique=False)
    op.create_table(
        "memo",
        sa.Column("recipe", sa.String(length=64), nullable=False),
        sa.Column("artifact", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.Float(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("recipe"),
    )
    op.create_index("memo_by_artifact", "memo", ["artifact"], unique=False)
    op.create_table(
        "pins", sa.Column("artifact", sa.String(length=64), nullable=False), sa.PrimaryKeyConstraint("artifact")
    )
    op.create_table(
        "provenance",
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("artifact", sa.String(length=64), nullable=False),
        sa.Column("recipe", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.Float(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("seq"),
    )
    op.create_index("provenance_by_artifact", "provenance", ["artifact"], unique=False)
    op.create_table(
        "quarantine",
        sa.Column("album", sa.String(length=80), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("album"),
    )
    op.create_table(
        "records",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("schema_version", sa.Integer(), nullable=False),
        sa.Column("damaged", sa.Boolean(), nullable=False),
        sa.Column("used_at", sa.Float(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("digest"),
    )
    op.create_table(
        "releases",
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("album", sa.String(length=80), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("released_at", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("seq"),
    )
    op.create_index("releases_by_album", "releases", ["album"], unique=False)
    op.create_table(
        "selected",
        sa.Column("album", sa.String(length=80), nullable=False),
        sa.Column("song", sa.String(length=80), nullable=False),
        sa.Column("step", sa.String(length=40), nullable=False),
        sa.Column("part", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("album", "song", "step", "part"),
    )
    op.create_table(
        "takes",
        sa.Column("album", sa.String(length=80), nullable=False),
        sa.Column("song", sa.String(length=80), nullable=False),
        sa.Column("step", sa.String(length=40), nullable=False),
        sa.Column("part", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("recipe", sa.String(length=64), nullable=False),
        sa.Column("artifact", sa.String(length=64), nullable=False),
        sa.Column("taken_at", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("album", "song", "step", "part", "number"),
    )
    op.create_index("takes_by_artifact", "takes", ["artifact"], unique=False)
    op.create_table(
        "verdicts",
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("verdict", sa.String(length=64), nullable=False),
        sa.Column("album", sa.String(length=80), nullable=False),
        sa.Column("song", sa.String(length=80), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("needs", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("seq"),
    )
    op.create_index("verdicts_by_album", "verdicts", ["album"], unique=False)
