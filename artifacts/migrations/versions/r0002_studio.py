"""What the studio needs: jobs, events, the log of choices, tokens, webhooks, history and standings."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables; the log of choices can only grow."""
    op.create_table(
        "jobs",
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("job", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("asked_by", sa.String(length=120), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=True),
        sa.Column("request", sa.Text(), nullable=False),
        sa.Column("created_at", sa.Float(), nullable=False),
        sa.Column("started_at", sa.Float(), nullable=True),
        sa.Column("finished_at", sa.Float(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("holder", sa.String(length=120), nullable=False),
        sa.Column("expires_at", sa.Float(), nullable=True),
        sa.Column("flow_run", sa.String(length=60), nullable=False),
        sa.Column("cancelled_by", sa.String(length=120), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("seq"),
        sa.UniqueConstraint("job"),
        sa.UniqueConstraint("key"),
    )
    op.create_index("jobs_by_state", "jobs", ["state"], unique=False)
    op.create_table(
        "job_albums",
        sa.Column("job", sa.String(length=40), nullable=False),
        sa.Column("album", sa.String(length=80), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("job", "album"),
    )
    op.create_index("job_albums_by_album", "job_albums", ["album"], unique=False)
    op.create_table(
        "events",
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("album", sa.String(length=80), nullable=False),
        sa.Column("job", sa.String(length=40), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("seq"),
        sqlite_autoincrement=True,
    )
    op.create_index("events_by_album", "events", ["album", "seq"], unique=False)
    op.create_index("events_by_job", "events", ["job", "seq"], unique=False)
    op.create_table(
        "choices",
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.Column("who", sa.String(length=120), nullable=False),
        sa.Column("via", sa.String(length=40), nullable=False),
        sa.Column("what", sa.String(length=40), nullable=False),
        sa.Column("album", sa.String(length=80), nullable=False),
        sa.Column("song", sa.String(length=80), nullable=False),
        sa.Column("subject", sa.String(length=120), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("seq"),
        sqlite_autoincrement=True,
    )
    op.create_index("choices_by_album", "choices", ["album", "seq"], unique=False)
    op.create_table(
        "tokens",
        sa.Column("token", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.Float(), nullable=False),
        sa.Column("expires_at", sa.Float(), nullable=True),
        sa.Column("revoked_at", sa.Float(), nullable=True),
        sa.PrimaryKeyConstraint("token"),
    )
    op.create_index("tokens_by_hash", "tokens", ["hash"], unique=True)
    op.create_table(
        "sessions",
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("token", sa.String(length=40), nullable=False),
        sa.Column("csrf", sa.String(length=64), nullable=False),
        sa.Column("expires_at", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("hash"),
    )
    op.create_table(
        "webhooks",
        sa.Column("webhook", sa.String(length=40), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("events", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("asked_by", sa.String(length=120), nullable=False),
        sa.Column("created_at", sa.Float(), nullable=False),
        sa.Column("seen", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("webhook"),
    )
    op.create_table(
        "hook_calls",
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("webhook", sa.String(length=40), nullable=False),
        sa.Column("event", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.Float(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("seq"),
    )
    op.create_index("hook_calls_due", "hook_calls", ["state", "next_at"], unique=False)
    op.create_index("hook_calls_by_webhook", "hook_calls", ["webhook", "seq"], unique=False)
    op.create_table(
        "fills",
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("album", sa.String(length=80), nullable=False),
        sa.Column("song", sa.String(length=80), nullable=False),
        sa.Column("step", sa.String(length=40), nullable=False),
        sa.Column("part", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("recipe", sa.String(length=64), nullable=False),
        sa.Column("artifact", sa.String(length=64), nullable=False),
        sa.Column("filled_at", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("seq"),
    )
    op.create_index("fills_by_slot", "fills", ["album", "song", "step", "part"], unique=False)
    op.create_table(
        "running_orders",
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("album", sa.String(length=80), nullable=False),
        sa.Column("songs", sa.Text(), nullable=False),
        sa.Column("person", sa.String(length=120), nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("seq"),
    )
    op.create_index("running_orders_by_album", "running_orders", ["album"], unique=False)
    op.create_table(
        "standings",
        sa.Column("album", sa.String(length=80), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("artist", sa.String(length=120), nullable=False),
        sa.Column("theme", sa.Text(), nullable=False),
        sa.Column("genre", sa.String(length=40), nullable=False),
        sa.Column("mood", sa.String(length=40), nullable=False),
        sa.Column("songs", sa.Integer(), nullable=False),
        sa.Column("finished", sa.Integer(), nullable=False),
        sa.Column("approved", sa.Integer(), nullable=False),
        sa.Column("rejected", sa.Integer(), nullable=False),
        sa.Column("flagged", sa.Integer(), nullable=False),
        sa.Column("duration_s", sa.Float(), nullable=False),
        sa.Column("cover", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("album"),
    )
    op.create_index("standings_by_state", "standings", ["state"], unique=False)
    op.create_index("standings_by_change", "standings", ["changed_at"], unique=False)
    # what fills each slot today is where its history begins
    op.execute(
        "INSERT INTO fills (album, song, step, part, number, recipe, artifact, filled_at) "
        "SELECT album, song, step, part, number, recipe, artifact, taken_at FROM takes ORDER BY taken_at"
    )
    if op.get_context().dialect.name == "sqlite":
        for change in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER choices_no_{change.lower()} BEFORE {change} ON choices "
                "BEGIN SELECT RAISE(ABORT, 'the log of choices can only grow'); END"
            )
    else:
        op.execute(
            "CREATE FUNCTION choices_only_grow() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'the log of choices can only grow'; END $$"
        )
        op.execute(
            "CREATE TRIGGER choices_only_grow BEFORE UPDATE OR DELETE ON choices "
            "FOR EACH ROW EXECUTE FUNCTION choices_only_grow()"
        )
