"""A job told to whoever watches: an event for every step, and where each album stands."""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING

from tasks.production import ProductionRun
from tasks.progress import Countdown
from tasks.steps.table import SONG_STEPS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from artifacts.catalogue import Catalogue
    from schemas.plan import SongPlan
    from tasks.edits import EditPolicy
    from tasks.orders import Delivery
    from tasks.state import AlbumState
    from tasks.working.workplace import Workers


class Teller:
    """Writes an event for every step that was made or failed, with how far the job is."""

    def __init__(self, catalogue: Catalogue, job_id: str, steps: Iterable[str]) -> None:
        """Get ready to tell.

        Args:
            catalogue: where events are written.
            job_id: the job they come of.
            steps: what is to be made, as far as it can be foreseen.
        """
        self._catalogue = catalogue
        self._job_id = job_id
        self._countdown = Countdown(steps)
        self._seconds: dict[str, float] = {}

    def expect(self, steps: Iterable[str], *, instead_of: Iterable[str] = ()) -> None:
        """Correct what is to be made, once that is known better."""
        self._countdown.expect(steps, instead_of=instead_of)

    def seconds_of(self, album_id: str) -> float:
        """How long workers worked on an album so far."""
        return self._seconds.get(album_id, 0.0)

    def __call__(self, delivery: Delivery) -> None:
        """Tell of a delivery; reused ones are not told of."""
        now = self._countdown.add(delivery)
        if now is None:
            return
        slot = delivery.slot
        self._seconds[slot.album_id] = self.seconds_of(slot.album_id) + delivery.seconds
        body = {
            "song": slot.song_id or "",
            "step": slot.step,
            "part": slot.part,
            "artifact": delivery.artifact or "",
            "seconds": round(delivery.seconds, 2),
            "outcome": delivery.outcome,
            "done": now.done,
            "total": now.total,
            "left_s": round(now.left_s, 1),
        }
        if delivery.error:
            body["error"] = delivery.error[:400]
        kind = "step.failed" if delivery.outcome == "failed" else "step.made"
        self._catalogue.add_event(kind, album_id=slot.album_id, job_id=self._job_id, body=body)


class ToldRun(ProductionRun):
    """A run that writes down where an album stands whenever one of its songs is whole, or can go no further."""

    def __init__(
        self,
        albums: list[AlbumState],
        pool: Workers,
        *,
        edits: EditPolicy,
        listen: Callable[[Delivery], None],
        stand: Callable[[str], None],
    ) -> None:
        super().__init__(albums, pool, edits=edits, listen=listen)
        self._stand = stand
        self._over: set[tuple[str, str]] = set()
        self._guard = Lock()

    def make_step(self, state: AlbumState, song: SongPlan | None, name: str) -> None:
        """As `ProductionRun.make_step`."""
        try:
            super().make_step(state, song, name)
        finally:
            if song is not None and self._is_over(state, song) and self._first_time(state, song):
                self._stand(state.album_id)

    def _is_over(self, state: AlbumState, song: SongPlan) -> bool:
        if state.failure(song.song_id) is not None:
            return True
        return all(state.of(step.name, song, part) for step in SONG_STEPS for part in step.parts(state, song) or ("",))

    def _first_time(self, state: AlbumState, song: SongPlan) -> bool:
        place = (state.album_id, song.song_id)
        with self._guard:
            fresh = place not in self._over
            self._over.add(place)
        return fresh
