"""A retake made for a job: changed settings put in, new takes made, and all that follows from them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemas.errors import ReviewError
from tasks.albums import album_state, refuse_quarantined
from tasks.progress import counted_steps
from tasks.prospects import foresee
from tasks.retakes import Retake, finish_retake, prepare_retake
from tasks.state import AlbumState
from tasks.working.making import run_albums, stand
from tasks.working.telling import Teller

if TYPE_CHECKING:
    from schemas.jobs import Job, RetakeRequest
    from schemas.making import Slot
    from schemas.plan import SongPlan
    from tasks.working.ledger import AlbumOutcome, Ledger
    from tasks.working.workplace import Workplace


def make_retake(job: Job, request: RetakeRequest, place: Workplace, ledger: Ledger) -> None:
    """Make the new takes of a job, the best of them selected, and what follows; the ledger has what came of it.

    A job gone on with makes the takes it had begun, and no more.

    Raises:
        ReviewError: the step or part cannot be retaken, or the changes do not fit.
        StepError: the album is set aside.
    """
    state = _changed(job, request, place, ledger)
    refuse_quarantined(state)
    foresee(state)
    retaking = _begun(state, request, ledger)
    album = retaking.album if retaking else state
    catalogue = place.bench.catalogue
    catalogue.begin_attempt(album.album_id)
    try:
        todo = counted_steps([item for item in foresee(album, record=True) if item.action != "reuse"])
        teller = Teller(catalogue, job.id, todo)
        stand(place.bench, album.album_id)
        tally = run_albums([album], place, teller, request.edits, anything=bool(todo))
    finally:
        catalogue.end_attempt(album.album_id)
        if retaking is not None and not place.stopped:
            ledger.note(selected=finish_retake(retaking))
    ledger.add(tally)
    if not place.stopped:
        outcome: AlbumOutcome = "failed" if album.failures else "made"
        seconds = teller.seconds_of(album.album_id)
        ledger.put(album.album_id, outcome, failures=album.failures, seconds=seconds)
        ledger.save()
    stand(place.bench, album.album_id)


def _changed(job: Job, request: RetakeRequest, place: Workplace, ledger: Ledger) -> AlbumState:
    state = album_state(request.album_id, place.bench)
    song = _song(state, request)
    if song is None or not request.changes.given or ledger.result.get("changed"):
        return state
    from tasks.song_changes import change_song

    state = change_song(state, song, request.changes, job.by)
    ledger.note(changed=True)
    return state


def _begun(state: AlbumState, request: RetakeRequest, ledger: Ledger) -> Retake | None:
    """The retake under way: begun now, or in an earlier attempt at the job; None where only settings changed."""
    if request.takes == 0:
        return None
    song = _song(state, request)
    begun = ledger.result.get("retake")
    if begun is not None:
        slot = state.slot(request.step, song, request.part)
        state.bench.catalogue.select(slot, begun["numbers"][0])
        return _retake(state, slot, begun["before"], tuple(begun["numbers"]))
    retaking = prepare_retake(state, song, request.step, part=request.part, takes=request.takes)
    # Written down first: a process killed between the two leaves nothing selected that no one knows how to put back.
    ledger.note(retake={"before": retaking.before, "numbers": list(retaking.numbers)})
    state.bench.catalogue.select(retaking.slot, retaking.numbers[0])
    return retaking


def _retake(state: AlbumState, slot: Slot, before: int, numbers: tuple[int, ...]) -> Retake:
    fresh = AlbumState(state.brief, state.plan, state.bench, plan_conflicts=state.plan_conflicts)
    fresh.wanted_takes[slot] = numbers
    return Retake(slot, before, numbers, fresh, state.bench.settings)


def _song(state: AlbumState, request: RetakeRequest) -> SongPlan | None:
    if request.song_id is None:
        return None
    for song in state.plan.songs:
        if song.song_id == request.song_id:
            return song
    known = ", ".join(song.song_id for song in state.plan.songs)
    raise ReviewError(f"{request.album_id} has no song {request.song_id!r}; it has {known}")
