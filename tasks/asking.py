"""What people ask for: requests checked at the door, put into the queue, stopped again."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from schemas.errors import HibariError
from schemas.jobs import MakeRequest, RetakeRequest
from tasks.albums import album_state, check_models, planned_album
from tasks.choices import LONGEST_NAME
from tasks.giving_up import give_up
from tasks.policies import policy_of
from tasks.retakes import check_request
from tasks.standing import refresh_standing

if TYPE_CHECKING:
    from schemas.brief import Brief
    from schemas.jobs import Job, JobRequest
    from tasks.bench import Bench
    from tasks.choices import Decider

_ASKS = {"make": "ask_make", "retake": "ask_retake", "press": "ask_press"}


def ask(
    bench: Bench, request: JobRequest, who: Decider, *, priority: int = 5, key: str = "", flow_run: str = ""
) -> Job:
    """Put a request into the queue; the job. The same key with the same request gives the job that is there already.

    A single brief, a retake or a press that cannot be done is refused at once. Of several briefs, those that are
    refused fail alone when their turn comes, and their albums say why.

    Args:
        bench: the store and the catalogue.
        request: what is asked.
        who: who asks.
        priority: 0 to 9; 9 is worked on first.
        key: idempotency key; '' for none.
        flow_run: the run of Prefect that asks and will work on it itself; '' where one is to be started for it.

    Raises:
        BriefError: the one brief cannot be planned.
        CheckpointError: the weights of a model it names are not here.
        ArtifactError: there is no such album or song.
        ReviewError: the retake or the policy is not possible, or the key was used for another request.
    """
    _check(bench, request)
    asked_at = datetime.now(UTC)
    job = bench.catalogue.add_job(request, by=who.name, priority=priority, key=key, flow_run=flow_run)
    if job.created_at < asked_at:
        return job
    if isinstance(request, MakeRequest):
        for brief in request.briefs:
            if bench.catalogue.album(brief.album_id) is None:
                bench.catalogue.album(brief.album_id, brief, title=_title(brief))
    one = job.albums[0] if len(job.albums) == 1 else ""
    song = (request.song_id or "") if isinstance(request, RetakeRequest) else ""
    bench.catalogue.note_choice(
        who.name,
        _ASKS[request.kind],
        via=who.via,
        album_id=one,
        song_id=song,
        subject=job.id,
        why=request.reason if isinstance(request, RetakeRequest) else "",
        body={"albums": list(job.albums), "priority": priority, **wishes(request)},
    )
    bench.catalogue.add_event("job.queued", album_id=one, job_id=job.id, body={"kind": request.kind, "by": who.name})
    for album_id in job.albums:
        refresh_standing(bench, album_id)
    return job


def cancel(bench: Bench, job_id: str, who: Decider, reason: str = "") -> Job:
    """Stop a job: at once where it waits; a running one is asked to. The job as it is then.

    Raises:
        ArtifactError: there is no such job.
        ReviewError: it is over.
    """
    job = bench.catalogue.cancel_job(job_id, who.name, reason)
    if job.is_over:  # it waited, perhaps to be gone on with
        give_up(job, bench)
    one = job.albums[0] if len(job.albums) == 1 else ""
    bench.catalogue.note_choice(
        who.name, "cancel", via=who.via, album_id=one, subject=job_id, why=reason, body={"albums": list(job.albums)}
    )
    if job.is_over:
        body = {"kind": job.request.kind, "by": who.name}
        bench.catalogue.add_event("job.cancelled", album_id=one, job_id=job_id, body=body)
    for album_id in job.albums:
        if bench.catalogue.album(album_id) is not None:
            refresh_standing(bench, album_id)
    return job


def let_back_in(bench: Bench, album_id: str, who: Decider) -> str | None:
    """Let an album be tried again that was set aside, which is logged; why it was, None where it was not."""
    reason = bench.catalogue.quarantined(album_id)
    if reason is not None:
        bench.catalogue.lift_quarantine(album_id)
        bench.catalogue.note_choice(who.name, "lift_quarantine", via=who.via, album_id=album_id, why=reason)
        refresh_standing(bench, album_id)
    return reason


def _title(brief: Brief) -> str:
    """The title that the album will have; its theme where it cannot be planned."""
    try:
        return planned_album(brief).title
    except HibariError:
        return brief.title or brief.theme[:LONGEST_NAME]


def _check(bench: Bench, request: JobRequest) -> None:
    """See that a request can be done before it waits for hours."""
    if isinstance(request, MakeRequest):
        if request.policy:
            policy_of(request.policy)
        if len(request.briefs) == 1:
            check_models(request.briefs[0], bench)
            planned_album(request.briefs[0])
        return
    if isinstance(request, RetakeRequest):
        check_request(album_state(request.album_id, bench), request)
        return
    album_state(request.album_id, bench)
    if request.policy:
        policy_of(request.policy)


def wishes(request: JobRequest) -> dict[str, object]:
    """What stands in the log of a request."""
    if isinstance(request, MakeRequest):
        return {"name": request.name, "briefs": len(request.briefs), "policy": request.policy}
    if isinstance(request, RetakeRequest):
        changes = request.changes.model_dump(mode="json", exclude_none=True)
        return {"step": request.step, "part": request.part, "takes": request.takes, "changes": changes}
    return {"policy": request.policy}
