"""The catalogue's database: opened, migrated, and entered by transactions that wait for each other.

SQLite runs in WAL mode. A reading transaction sees one state of the catalogue; a writing one takes the write lock
at its start (`BEGIN IMMEDIATE`), so that it never fails half way because another process wrote first.
"""

from __future__ import annotations

import contextlib
import os
import time
import weakref
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, func, inspect, make_url, select, text
from sqlalchemy.exc import ArgumentError, DBAPIError

from artifacts.tables import HEAD, metadata
from schemas.errors import ArtifactError, StoreError

BUSY_S = 60.0
"""How long a transaction waits for another process's before it gives up."""

MIGRATION_LOCK = 0x48696261
"""The PostgreSQL advisory lock under which one process at a time migrates."""

_open_databases: weakref.WeakSet[Database] = weakref.WeakSet()


class Database:
    """A catalogue's database; the tables are brought to this version of Hibari when it is opened."""

    def __init__(self, url: str | Path) -> None:
        """Open it, and make it when it is not there.

        Args:
            url: a path of a SQLite file, or a SQLAlchemy URL (`sqlite:///...`, `postgresql+psycopg://...`).

        Raises:
            ArtifactError: it cannot be opened, is no catalogue, or was made by a newer Hibari.
        """
        self.url = _as_url(url)
        self.sqlite = self.url.get_backend_name() == "sqlite"
        if self.sqlite and self.url.database:
            _make_folder(Path(self.url.database).parent)
        try:
            self._engine = _engine(self.url)
        except (ImportError, ArgumentError) as error:
            raise ArtifactError(
                f"catalogue {self.url.render_as_string()} cannot be opened ({error}): install the driver it names, or "
                "give the path of a SQLite file"
            ) from error
        _open_databases.add(self)
        self._bring_up_to_date()

    @contextlib.contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that only reads."""
        with self._transaction(write=False) as connection:
            yield connection

    @contextlib.contextmanager
    def write(self, *, exclusive: bool = False) -> Iterator[Connection]:
        """A transaction that writes: all of it counts when the block ends well, none of it otherwise.

        An exclusive one has no other beside it: always so with SQLite, by a table lock with PostgreSQL.
        """
        with self._transaction(write=True) as connection:
            if exclusive and not self.sqlite:
                names = ", ".join(sorted(metadata.tables))
                connection.exec_driver_sql(f"LOCK TABLE {names} IN SHARE ROW EXCLUSIVE MODE")
            yield connection

    def close(self) -> None:
        """Close the idle connections; the next transaction opens a new one."""
        self._engine.dispose()

    @contextlib.contextmanager
    def _transaction(self, *, write: bool) -> Iterator[Connection]:
        try:
            with self._engine.connect() as connection:
                connection = connection.execution_options(hibari_write=write)
                _begin(connection)
                yield connection
                connection.commit()
        except DBAPIError as error:
            raise self._explained(error) from error

    def _explained(self, error: DBAPIError) -> StoreError:
        text_ = str(error.orig)
        if "full" in text_:
            why = "there is no space left: free some, or run `hibari gc`, and run the same command again"
        elif "readonly" in text_ or "unable to open" in text_:
            why = (
                "it cannot be written: give this user the right to write there, or name another folder in the settings"
            )
        elif "locked" in text_:
            why = f"another process held it for over {BUSY_S:.0f} s: wait for it to end, and run the same command again"
        elif "not a database" in text_ or "malformed" in text_:
            why = "it is damaged or no catalogue: put a backup in its place, or move it away to start an empty one"
        else:
            why = "run `hibari doctor`"
        return StoreError(f"catalogue {self.url.render_as_string()}: {text_}; {why}")

    def _bring_up_to_date(self) -> None:
        with self.read() as connection:
            if _revision(connection) == HEAD:
                return
        with self.write() as connection:
            if not self.sqlite:
                connection.execute(select(func.pg_advisory_xact_lock(MIGRATION_LOCK)))
            found = _revision(connection)
            if found == HEAD:
                return
            from artifacts.migrations import upgrade

            upgrade(connection, found, place=self.url.render_as_string())
        if self.sqlite and self.url.database:
            _keep_to_oneself(Path(self.url.database))


def _as_url(url: str | Path) -> URL:
    if isinstance(url, str) and "://" in url:
        try:
            return make_url(url)
        except ArgumentError as error:
            raise ArtifactError(f"catalogue {url.split('://')[0]}://…: {error}; give a path or a URL") from error
    return URL.create("sqlite", database=str(Path(url).expanduser().absolute()))


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ArtifactError(
            f"the catalogue's folder {folder} cannot be made ({error.strerror}): name another in the settings"
        ) from error


def _keep_to_oneself(file: Path) -> None:
    # It holds the secrets of webhooks. Once a migration, so that whoever wants it otherwise is obeyed.
    for part in (file, Path(f"{file}-wal"), Path(f"{file}-shm")):
        with contextlib.suppress(OSError):
            part.chmod(0o600)


def _engine(url: URL) -> Engine:
    if url.get_backend_name() != "sqlite":
        return create_engine(url, pool_pre_ping=True)
    engine = create_engine(url, connect_args={"timeout": BUSY_S})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:  # noqa: ANN401 - a driver's connection has no type
    # The driver's own transactions start too late and never take the write lock; `_begin_sqlite` starts ours.
    connection.isolation_level = None
    connection.execute("PRAGMA synchronous=FULL")
    if connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        _patiently(lambda: connection.execute("PRAGMA journal_mode=WAL"))


def _begin_sqlite(connection: Connection) -> None:
    write = connection.get_execution_options().get("hibari_write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


def _begin(connection: Connection) -> None:
    _patiently(connection.begin)


def _patiently(action: Any) -> None:  # noqa: ANN401 - whatever it returns is dropped
    """Do something that SQLite may refuse at once, without its own waiting, while another process opens the file."""
    deadline = time.monotonic() + BUSY_S
    pause_s = 0.005
    while True:
        try:
            action()
        except Exception as error:
            locked = "locked" in str(error) or "locking protocol" in str(error)
            if not locked or time.monotonic() > deadline:
                raise
            time.sleep(pause_s)
            pause_s = min(pause_s * 2, 0.25)
        else:
            return


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _close_before_fork() -> None:
    # An open SQLite connection must not cross a fork: the child would believe in locks that only its parent holds.
    for database in list(_open_databases):
        database.close()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_close_before_fork)
