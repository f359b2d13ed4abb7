"""What is known of an album while it is made: for each slot, the artifact that fills it now."""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING

from schemas.making import Slot
from schemas.plan import AlbumPlan, SongPlan

if TYPE_CHECKING:
    from schemas.base import Digest
    from schemas.brief import Brief
    from tasks.bench import Bench

Place = tuple[str, str, str]


class AlbumState:
    """An album in the making. Song chains run in threads, so what is known is kept behind a lock.

    `wanted_takes` names, for a slot that is retaken, the numbers of the takes to make; the best of them is selected.
    """

    def __init__(self, brief: Brief, plan: AlbumPlan, bench: Bench) -> None:
        self.brief = brief
        self.plan = plan
        self.bench = bench
        self.album_id = plan.album_id
        self.wanted_takes: dict[Slot, tuple[int, ...]] = {}
        self._known: dict[Place, Digest] = {}
        self._failed: dict[str, str] = {}
        self._lock = Lock()

    def first_takes(self, slot: Slot, *, creative: bool) -> tuple[int, ...]:
        """The takes to make of a slot before the best is selected: those of a retake, or those the brief asks for.

        Empty where the selected take is all there is to make: the best has been selected already, or one is enough.
        """
        wanted = self.wanted_takes.get(slot, ())
        if wanted or not creative or self.brief.takes == 1:
            return wanted
        return () if self.bench.catalogue.is_selected(slot) else tuple(range(self.brief.takes))

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
