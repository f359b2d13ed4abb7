"""A job of the queue done: what each kind of request comes to, in plain Python that no scheduler needs to run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from schemas.errors import HibariError
from schemas.jobs import MakeRequest, PressRequest, RetakeRequest
from tasks.working.ledger import Ledger
from tasks.working.making import AlbumMaker
from tasks.working.retaking import make_retake

if TYPE_CHECKING:
    from schemas.jobs import Job
    from tasks.working.workplace import Workplace


@dataclass(frozen=True)
class JobOutcome:
    """How a job ended: done, or failed for a reason; and what came of it (see `tasks.working.ledger`)."""

    state: Literal["done", "failed"]
    reason: str
    result: dict[str, Any]


def do_job(job: Job, place: Workplace) -> JobOutcome:
    """Do what a job asks for. Told to stop, it comes back soon with what was done until then.

    Args:
        job: as the catalogue has it once it was begun.
        place: what to work with.
    """
    ledger = Ledger(place.bench.catalogue, job)
    try:
        reason = _do(job, place, ledger)
    except HibariError as error:
        reason = str(error)
    return JobOutcome("failed" if reason else "done", reason, ledger.result)


def _do(job: Job, place: Workplace, ledger: Ledger) -> str:
    """Do it; why it failed, '' where it did not."""
    request = job.request
    if isinstance(request, PressRequest):
        _press(request, place, ledger)
        return ""
    if isinstance(request, RetakeRequest):
        make_retake(job, request, place, ledger)
    else:
        _make(job, request, place, ledger)
    return _why_failed(ledger)


def _make(job: Job, request: MakeRequest, place: Workplace, ledger: Ledger) -> None:
    policy = request.policy or place.bench.settings.studio.auto_policy
    AlbumMaker(job, request, place, ledger, policy).make()


def _press(request: PressRequest, place: Workplace, ledger: Ledger) -> None:
    from tasks.working.pressing import press_whole

    release, folder = press_whole(request.album_id, place.bench, policy=request.policy)
    ledger.note(release=release.digest(), folder=str(folder))
    place.bench.catalogue.add_event(
        "release.pressed", album_id=request.album_id, body={"release": release.digest(), "folder": folder.name}
    )


def _why_failed(ledger: Ledger) -> str:
    """Why nothing came of a job; '' where something did, or where all there was had been set aside before."""
    albums: dict[str, Any] = ledger.result["albums"]
    failed = {album: found["failures"] for album, found in albums.items() if found["state"] == "failed"}
    if not failed or len(failed) < len([found for found in albums.values() if found["state"] != "set aside"]):
        return ""
    album, reasons = next(iter(failed.items()))
    song, reason = next(iter(reasons.items()))
    return f"{album}{'/' + song if song else ''}: {reason}"
