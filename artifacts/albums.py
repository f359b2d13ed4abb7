"""Albums, what people decided about them, what was released, what is pinned, and what is quarantined."""

from __future__ import annotations

import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any, overload

from sqlalchemy import delete, select, update

from artifacts import tables
from artifacts.entries import AlbumEntry, ReleaseEntry
from artifacts.records import keep_record
from artifacts.rows import Part, insert, moment, packed
from schemas.base import Artifact, Digest
from schemas.brief import Brief
from schemas.errors import ArtifactError
from schemas.reading import read_artifact
from schemas.review import Verdict


class Albums(Part):
    """Albums as a whole."""

    @overload
    def album(self, album_id: str) -> AlbumEntry | None: ...

    @overload
    def album(
        self, album_id: str, brief: Brief, *, title: str | None = None, state: str | None = None
    ) -> AlbumEntry: ...

    def album(
        self, album_id: str, brief: Brief | None = None, *, title: str | None = None, state: str | None = None
    ) -> AlbumEntry | None:
        """What is known of an album. With a brief, the album is written down first, or its entry brought up to date.

        Args:
            album_id: the album's name.
            brief: what it is made from, recorded too.
            title: its title, at most 120 characters; None leaves it as it is ('' for a new album).
            state: a word on where it stands; None leaves it as it is ('open' for a new album).
        """
        albums = tables.albums
        with self._database.write() if brief is not None else self._database.read() as connection:
            if brief is not None:
                statement = insert(connection, albums).values(
                    album=album_id,
                    brief=keep_record(connection, brief),
                    title=title or "",
                    created_at=time.time(),
                    state=state or "open",
                )
                changed = [n for n, value in (("brief", ""), ("title", title), ("state", state)) if value is not None]
                again = {name: statement.excluded[name] for name in changed}
                connection.execute(statement.on_conflict_do_update(index_elements=["album"], set_=again))
            row = connection.execute(_ALBUMS.where(albums.c.album == album_id)).one_or_none()
        return None if row is None else _album_entry(row)

    def set_state(self, album_id: str, state: str) -> None:
        """Write down where an album stands.

        Raises:
            ArtifactError: there is no such album.
        """
        with self._database.write() as connection:
            changed = connection.execute(
                update(tables.albums).where(tables.albums.c.album == album_id).values(state=state)
            )
            if not changed.rowcount:
                raise ArtifactError(f"no album {album_id!r} in the catalogue: `hibari show` lists them")

    def albums(self) -> list[AlbumEntry]:
        """Every album, oldest first."""
        query = _ALBUMS.order_by(tables.albums.c.created_at, tables.albums.c.album)
        with self._database.read() as connection:
            return [_album_entry(row) for row in connection.execute(query)]

    def album_ids(self) -> list[str]:
        """The id of every album, oldest first."""
        albums = tables.albums
        query = select(albums.c.album).order_by(albums.c.created_at, albums.c.album)
        with self._database.read() as connection:
            return list(connection.execute(query).scalars())

    def verdict(self, verdict: Verdict, *, needs: Iterable[Digest] = ()) -> Digest:
        """Write a verdict at the end of the log; its digest comes back. Nothing in the log ever changes.

        Args:
            verdict: the decision.
            needs: the artifacts it was given on, where its subject is a digest of several; `gc` keeps them.
        """
        with self._database.write() as connection:
            digest = keep_record(connection, verdict)
            connection.execute(
                tables.verdicts.insert().values(
                    verdict=digest,
                    album=verdict.album_id,
                    song=verdict.song_id or "",
                    subject=verdict.subject,
                    needs=packed(needs),
                )
            )
        return digest

    def verdicts(self, album_id: str) -> list[Verdict]:
        """Every verdict on an album and its songs, oldest first."""
        query = (
            select(tables.verdicts.c.verdict, tables.records.c.body)
            .join(tables.records, tables.records.c.digest == tables.verdicts.c.verdict)
            .where(tables.verdicts.c.album == album_id)
            .order_by(tables.verdicts.c.seq)
        )
        with self._database.read() as connection:
            found = [read_artifact(body.encode()) for _, body in connection.execute(query)]
        return [verdict for verdict in found if isinstance(verdict, Verdict)]

    def add_release(self, release: Artifact, album_id: str, path: str | Path) -> Digest:
        """Record a pressed release and the folder it lies in; its digest comes back."""
        with self._database.write() as connection:
            digest = keep_record(connection, release)
            connection.execute(
                tables.releases.insert().values(digest=digest, album=album_id, path=str(path), released_at=time.time())
            )
        return digest

    def releases(self, album_id: str) -> list[ReleaseEntry]:
        """Every release of an album, oldest first."""
        releases = tables.releases
        query = select(releases).where(releases.c.album == album_id).order_by(releases.c.seq)
        with self._database.read() as connection:
            return [
                ReleaseEntry(digest=row.digest, album_id=row.album, path=row.path, at=moment(row.released_at))
                for row in connection.execute(query)
            ]

    def pin(self, artifact: Digest) -> None:
        """Keep an artifact and all it was made from, whatever `gc` would say."""
        with self._database.write() as connection:
            connection.execute(insert(connection, tables.pins).values(artifact=artifact).on_conflict_do_nothing())

    def unpin(self, artifact: Digest) -> None:
        """Take a pin back."""
        with self._database.write() as connection:
            connection.execute(delete(tables.pins).where(tables.pins.c.artifact == artifact))

    def begin_attempt(self, album_id: str) -> int:
        """Count one more attempt at an album before it starts; how many began and never ended, this one included."""
        quarantine = tables.quarantine
        with self._database.write() as connection:
            statement = insert(connection, quarantine).values(album=album_id, attempts=1, reason="")
            connection.execute(
                statement.on_conflict_do_update(index_elements=["album"], set_={"attempts": quarantine.c.attempts + 1})
            )
            query = select(quarantine.c.attempts).where(quarantine.c.album == album_id)
            return int(connection.execute(query).scalar_one())

    def end_attempt(self, album_id: str) -> None:
        """Note that an attempt came to its end, well or not: its worker did not crash."""
        with self._database.write() as connection:
            connection.execute(
                update(tables.quarantine).where(tables.quarantine.c.album == album_id).values(attempts=0)
            )

    def quarantine(self, album_id: str, reason: str) -> None:
        """Set an album apart: it is not tried again until `lift_quarantine`."""
        with self._database.write() as connection:
            statement = insert(connection, tables.quarantine).values(album=album_id, attempts=0, reason=reason)
            connection.execute(
                statement.on_conflict_do_update(index_elements=["album"], set_={"reason": statement.excluded.reason})
            )

    def quarantined(self, album_id: str) -> str | None:
        """Why an album is set apart; None when it is not."""
        quarantine = tables.quarantine
        with self._database.read() as connection:
            return (
                connection.execute(select(quarantine.c.reason).where(quarantine.c.album == album_id)).scalar() or None
            )

    def lift_quarantine(self, album_id: str) -> None:
        """Let an album be tried again, its attempts counted from 0."""
        with self._database.write() as connection:
            connection.execute(delete(tables.quarantine).where(tables.quarantine.c.album == album_id))


_ALBUMS = select(tables.albums, tables.records.c.body).outerjoin(
    tables.records, tables.records.c.digest == tables.albums.c.brief
)


def _album_entry(row: Any) -> AlbumEntry:  # noqa: ANN401 - a row's columns have no types
    return AlbumEntry(
        album_id=row.album,
        brief_digest=row.brief,
        title=row.title,
        created_at=moment(row.created_at),
        state=row.state,
        brief_json=row.body or "",
    )
