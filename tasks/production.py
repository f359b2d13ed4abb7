"""A production run: albums in the making, the workers that make them, and who listens."""

from __future__ import annotations

import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING

from schemas.errors import StepError
from tasks.edits import EditPolicy, apply_changes, settle
from tasks.orders import Delivery, Order
from tasks.pool import WorkerDiedError
from tasks.ranking import best_take
from tasks.song_changes import settle_plans
from tasks.steps.table import ALBUM_STEPS, SONG_STEPS, STEPS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from artifacts.catalogue import Catalogue
    from schemas.making import Slot
    from schemas.plan import SongPlan
    from schemas.review import Edit
    from tasks.state import AlbumState
    from tasks.steps.base import Step
    from tasks.working.workplace import Workers

_TRIES = 2


@dataclass
class Tally:
    """What a run did."""

    made: int = 0
    reused: int = 0
    failed: int = 0
    cpu_s: float = 0.0
    seconds_by_step: dict[str, float] = field(default_factory=dict)
    loads: dict[str, int] = field(default_factory=dict)
    load_cpu_s: float = 0.0

    def add(self, delivery: Delivery) -> None:
        """Count a delivery."""
        setattr(self, delivery.outcome, getattr(self, delivery.outcome) + 1)
        self.cpu_s += delivery.cpu_s
        self.load_cpu_s += delivery.load_cpu_s
        for model in delivery.loads:
            self.loads[model] = self.loads.get(model, 0) + 1
        step = delivery.slot.step
        self.seconds_by_step[step] = self.seconds_by_step.get(step, 0.0) + delivery.seconds


class ProductionRun:
    """One run over any number of albums. Prefect's tasks call `make_step`; the catalogue decides what is work."""

    def __init__(
        self,
        albums: list[AlbumState],
        pool: Workers,
        *,
        edits: EditPolicy = "ask",
        listen: Callable[[Delivery], None] | None = None,
        replayed: Mapping[Slot, Edit] | None = None,
    ) -> None:
        self.albums = albums
        self.run_id = f"run-{uuid.uuid4().hex[:12]}"
        self.tally = Tally()
        self._told = Lock()
        self._pool = pool
        self._edits: EditPolicy = edits
        self._listen = listen
        self._replayed = dict(replayed or {})
        for album in albums:
            settle_plans(album, edits)

    def make_step(self, state: AlbumState, song: SongPlan | None, name: str) -> None:
        """Make, or reuse, every part of a step of a song (or of the album) and note what fills its slots.

        Raises:
            StepError: a part could not be made. The reason is kept with the album; other songs go on.
        """
        song_id = song.song_id if song else None
        reason = state.failure(song_id)
        if reason is not None:
            raise StepError(f"{state.album_id}/{song_id}: not made, because {reason}")
        try:
            self._make_parts(state, song, name)
        except Exception as error:
            # Whoever scheduled this looks at the album's failures alone: no error may pass them by.
            state.fail(state.slot(name, song), str(error) or type(error).__name__)
            raise

    def songs(self) -> list[tuple[AlbumState, SongPlan]]:
        """Every song with its album, in the order they are handed over: songs of one model follow one another.

        A worker keeps one model of a family in memory, so songs that took turns would have it load them in turns.
        """
        pairs = [(album, song) for album in self.albums for song in album.plan.songs]
        words = ["" if song.user_lyrics else song.lyrics_model for _, song in pairs]
        tunes = [song.music_model for _, song in pairs]
        order = sorted(range(len(pairs)), key=lambda at: (words.index(words[at]), tunes.index(tunes[at])))
        return [pairs[at] for at in order]

    def stop(self) -> None:
        """End the workers at once; what they have in hand is lost, what is finished stays."""
        self._pool.close(cancel=True)

    def note_unfinished(self) -> None:
        """Note as failed what was left unmade without a reason, as when the scheduler itself lost a task."""
        for album in self.albums:
            for song in (*album.plan.songs, None):
                for step in ALBUM_STEPS if song is None else SONG_STEPS:
                    if album.failure(song.song_id if song else None) is None:
                        _note_unfinished(album, song, step)

    def _make_parts(self, state: AlbumState, song: SongPlan | None, name: str) -> None:
        song_id = song.song_id if song else None
        if song_id in state.plan_conflicts:
            raise StepError(f"{state.album_id}/{song_id}: {state.plan_conflicts[song_id]}")
        step = STEPS[name]
        parts = step.parts(state, song)
        if parts is None:
            raise StepError(f"{state.album_id}/{song_id}/{name}: its parts are not known, for want of a score")
        slots = [state.slot(name, song, part) for part in parts]
        todo = [slot for slot in slots if state.digest(slot) is None]
        for slot in [slot for slot in slots if slot not in todo]:
            self._report(Delivery(slot=slot, artifact=state.digest(slot), outcome="reused"))
        if not step.side_by_side:
            for slot in todo:
                self._fill_or_go_without(state, step, slot)
            return
        with ThreadPoolExecutor(max_workers=2 * state.bench.settings.workers) as pool:
            made = [pool.submit(self._fill_or_go_without, state, step, slot) for slot in todo]
        for future in made:
            future.result()

    def _fill_or_go_without(self, state: AlbumState, step: Step, slot: Slot) -> None:
        """Fill a slot; where an album is whole without it, a reason why it cannot be filled is noted instead."""
        try:
            self._fill(state, step, slot)
        except StepError as error:
            if not step.dispensable:
                raise
            state.lack(slot, str(error))

    def _fill(self, state: AlbumState, step: Step, slot: Slot) -> None:
        catalogue = state.bench.catalogue
        several = state.first_takes(slot, creative=step.creative)
        numbers = several or (catalogue.selected_number(slot),)
        if step.make_together is not None and len(numbers) > 1:
            with ThreadPoolExecutor(max_workers=len(numbers)) as pool:
                for taken in [pool.submit(self._take, state, step, slot, number) for number in numbers]:
                    taken.result()
        else:
            for number in numbers:
                self._take(state, step, slot, number)
        if several:
            catalogue.select(slot, best_take(state.bench, slot, numbers))
        take = catalogue.selected(slot)
        if take is None:
            raise StepError(f"{slot}: made, but not selected; run `hibari verify`")
        again = self._replayed.get(slot)
        if again is not None and again.base == take.artifact:
            catalogue.edit(slot, again, apply_changes(catalogue.get(take.artifact), again.changes, check=True))
        state.fill(slot, settle(catalogue, slot, take.artifact, self._edits))

    def _take(self, state: AlbumState, step: Step, slot: Slot, number: int) -> None:
        recipe = step.recipe(state, slot, number)
        if recipe is None:
            raise StepError(f"{slot}: an input is missing; run the command again")
        delivery = self._deliver(Order(slot=slot, take=number, recipe=recipe, run=self.run_id))
        self._report(delivery)
        catalogue = state.bench.catalogue
        if delivery.artifact is None:
            catalogue.fail(slot, delivery.error)
            if step.dispensable:
                state.lack(slot, delivery.error)
            else:
                state.fail(slot, delivery.error)
            raise StepError(f"{slot}: {delivery.error}")
        catalogue.clear_failure(slot)
        catalogue.take(slot, number, recipe.digest(), delivery.artifact)

    def _deliver(self, order: Order) -> Delivery:
        """Try once more where that may help: I/O that failed, memory that was short."""
        for attempt in range(1, _TRIES + 1):
            try:
                delivery = self._pool.deliver(order)
            except WorkerDiedError as error:
                self._catalogue(order).quarantine(order.slot.album_id, str(error))
                return Delivery(slot=order.slot, artifact=None, outcome="failed", error=str(error))
            if delivery.outcome != "failed" or not delivery.transient or attempt == _TRIES:
                return delivery
            time.sleep(0.5 * attempt)
        return delivery

    def _catalogue(self, order: Order) -> Catalogue:
        return next(album.bench.catalogue for album in self.albums if album.album_id == order.slot.album_id)

    def _report(self, delivery: Delivery) -> None:
        with self._told:  # Songs are made in threads, and counting is not atomic.
            self.tally.add(delivery)
            if self._listen is not None:
                self._listen(delivery)


def _note_unfinished(album: AlbumState, song: SongPlan | None, step: Step) -> None:
    parts = step.parts(album, song)
    for part in ("",) if parts is None else parts:
        slot = album.slot(step.name, song, part)
        if album.digest(slot) is None and not album.lacks(slot):
            album.fail(slot, "was left unmade; run the same command again")
            return
