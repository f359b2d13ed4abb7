"""The catalogue: the memory of everything that was made, for every process that works on one store."""

from __future__ import annotations

from pathlib import Path

from artifacts.albums import Albums
from artifacts.ancestry import Ancestry
from artifacts.blobs import BlobStore
from artifacts.claims import Claims
from artifacts.database import Database
from artifacts.events import Events
from artifacts.history import History
from artifacts.hooks import Hooks
from artifacts.jobs import Jobs
from artifacts.people import People
from artifacts.records import Records
from artifacts.slots import Slots
from artifacts.standings import Standings
from artifacts.tallies import Tallies
from artifacts.uses import Uses


class Catalogue(
    Records, Slots, History, Claims, Albums, Ancestry, Uses, Standings, Jobs, Events, Tallies, People, Hooks
):
    """Everything that is remembered, over one database and one blob store.

    Records, the memo, takes, edits, claims, albums and lineage; and for the studio the queue of jobs, events, the log
    of choices, tokens and webhooks.

    Safe for several threads and processes at once. It can be pickled: the copy opens the same places.
    """

    def __init__(self, url: str | Path, blobs: BlobStore) -> None:
        """Open a catalogue, made or migrated when needed.

        Args:
            url: path of a SQLite file, or a SQLAlchemy URL.
            blobs: where the bytes of its artifacts lie.

        Raises:
            ArtifactError: it cannot be opened, is no catalogue, or was made by a newer Hibari.
        """
        self._url = url
        self._database = Database(url)
        self.blobs = blobs

    @classmethod
    def in_folder(cls, folder: Path) -> Catalogue:
        """The catalogue and blob store of a folder: `catalogue.sqlite` and `blobs`, made when needed."""
        return cls(folder / "catalogue.sqlite", BlobStore(folder / "blobs"))

    def __reduce__(self) -> tuple[type[Catalogue], tuple[str | Path, BlobStore]]:
        return type(self), (self._url, self.blobs)

    @property
    def database(self) -> Database:
        """The database, for `verify` and `gc`."""
        return self._database

    def close(self) -> None:
        """Close the idle database connections; the catalogue opens new ones when it is used again."""
        self._database.close()
