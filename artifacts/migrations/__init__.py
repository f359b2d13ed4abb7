"""The catalogue's tables through time; `upgrade` brings a database to the tables of this version of Hibari."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection

from schemas.errors import ArtifactError


def upgrade(connection: Connection, found: str | None, *, place: str) -> None:
    """Run every migration that a database lacks, inside the transaction of its connection.

    Args:
        connection: holds the write lock.
        found: the migration the database stands at; None when it is empty.
        place: what to call the database in an error.

    Raises:
        ArtifactError: the database stands at a migration that this version does not know.
    """
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.attributes["connection"] = connection
    try:
        if found is not None:
            ScriptDirectory.from_config(config).get_revision(found)
        command.upgrade(config, "head")
    except CommandError as error:
        raise ArtifactError(
            f"catalogue {place} stands at {found!r}, which this Hibari does not know: open it with a newer one"
        ) from error
