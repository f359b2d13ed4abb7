"""What is known of an album while it is made: for each slot, the artifact that fills it now."""

from __future__ import annotations

from contextlib import contextmanager
from threading import Lock
from typing import TYPE_CHECKING

from schemas.errors import ArtifactError
from schemas.making import Slot
from schemas.plan import AlbumPlan, SongPlan
from tasks.survey import Survey

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from schemas.base import Digest
    from schemas.brief import Brief
    from tasks.bench import Bench
    from tasks.survey import Reading

Place = tuple[str, str, str]


class AlbumState:
    """An album in the making. Song chains run in threads, so what is known is kept behind a lock.

    `wanted_takes` names, for a slot that is retaken, the numbers of the takes to make; the best of them is selected.
    `plan_conflicts` says, by song id, why a person's changes of a song's settings do not fit the plan made now.
    """

    def __init__(
        self, brief: Brief, plan: AlbumPlan, bench: Bench, *, plan_conflicts: Mapping[str, str] | None = None
    ) -> None:
        self.brief = brief
        self.plan = plan
        self.bench = bench
        self.album_id = plan.album_id
        self.wanted_takes: dict[Slot, tuple[int, ...]] = {}
        self.plan_conflicts: dict[str, str] = dict(plan_conflicts or {})
        self._survey: Survey | None = None
        self._known: dict[Place, Digest] = {}
        self._failed: dict[str, str] = {}
        self._lacking: dict[Slot, str] = {}
        self._lock = Lock()

    @property
    def reading(self) -> Reading:
        """Where takes, selections, edits and recipes are looked up: the survey while there is one, or the catalogue."""
        return self._survey or self.bench.catalogue

    @property
    def is_surveyed(self) -> bool:
        """Whether the album is only being looked at, so that nothing is to be written."""
        return self._survey is not None

    @contextmanager
    def surveyed(self, *, refresh: bool = False) -> Iterator[None]:
        """Read the album's rows at once and answer from them while the block runs; for one thread."""
        self._survey = Survey(self.bench, self.album_id, refresh=refresh)
        try:
            yield
        finally:
            self._survey = None

    def model_digest(self, name: str) -> Digest:
        """One sha256 over the files of a registered model."""
        return self._survey.model_digest(name) if self._survey else self.bench.model_digest(name)

    def file_digest(self, path: Path) -> Digest:
        """sha256 of a weight file or font."""
        return self._survey.file_digest(path) if self._survey else self.bench.file_digest(path)

    def revise(self, song: SongPlan) -> None:
        """Put another plan of a song in the place of the one there; what was known to follow from it is forgotten."""
        songs = tuple(song if one.song_id == song.song_id else one for one in self.plan.songs)
        self.plan = self.plan.replaced(songs=songs)
        self.plan_conflicts.pop(song.song_id, None)
        with self._lock:
            self._known = {place: digest for place, digest in self._known.items() if place[0] not in (song.song_id, "")}

    def first_takes(self, slot: Slot, *, creative: bool) -> tuple[int, ...]:
        """The takes to make of a slot before the best is selected: those of a retake, or those the brief asks for.

        Empty where the selected take is all there is to make: the best has been selected already, or one is enough.
        """
        wanted = self.wanted_takes.get(slot, ())
        if wanted or not creative or self.brief.takes == 1:
            return wanted
        return () if self.reading.is_selected(slot) else tuple(range(self.brief.takes))

    def song(self, song_id: str) -> SongPlan:
        """The plan of the song of that id.

        Raises:
            ArtifactError: the album has none; the ids it has are named.
        """
        for song in self.plan.songs:
            if song.song_id == song_id:
                return song
        ids = ", ".join(song.song_id for song in self.plan.songs)
        raise ArtifactError(f"{self.album_id} has no song {song_id[:80]!r}: choose from {ids}")

    def slot(self, step: str, song: SongPlan | None, part: str = "") -> Slot:
        """The slot of a step in this album."""
        return Slot(album_id=self.album_id, song_id=song.song_id if song else None, step=step, part=part)

    def digest(self, slot: Slot) -> Digest | None:
        """The artifact that fills a slot, edits put in; None while it is not known."""
        with self._lock:
            return self._known.get(_place(slot))

    def of(self, step: str, song: SongPlan | None, part: str = "") -> Digest | None:
        """The artifact of a step of a song, edits put in; None while it is not known."""
        return self.digest(self.slot(step, song, part))

    def fill(self, slot: Slot, digest: Digest) -> None:
        """Note which artifact fills a slot."""
        with self._lock:
            self._known[_place(slot)] = digest

    def fail(self, slot: Slot, reason: str) -> None:
        """Note that a song (or the album) cannot go on, and why. The first reason stays."""
        with self._lock:
            self._failed.setdefault(slot.song_id or "", f"{slot.step}: {reason}")

    def lack(self, slot: Slot, reason: str) -> None:
        """Note that the album goes without what a slot would hold, and why. The first reason stays."""
        with self._lock:
            self._lacking.setdefault(slot, reason)

    def lacks(self, slot: Slot) -> bool:
        """Whether the album goes without what a slot would hold."""
        with self._lock:
            return slot in self._lacking

    @property
    def lacking(self) -> dict[Slot, str]:
        """What the album goes without, by slot, and why."""
        with self._lock:
            return dict(self._lacking)

    def failure(self, song_id: str | None) -> str | None:
        """Why a song failed; None while it has not."""
        with self._lock:
            return self._failed.get(song_id or "")

    @property
    def failures(self) -> dict[str, str]:
        """Reasons by song id; '' is the album itself."""
        with self._lock:
            return dict(self._failed)


def _place(slot: Slot) -> Place:
    return (slot.song_id or "", slot.step, slot.part)
