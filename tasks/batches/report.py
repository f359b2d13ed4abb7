"""The morning report of a job: what was asked, made, failed, set aside and left, and what needs a person."""

from __future__ import annotations

import logging
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from media.page.report import report_page
from media.page.report_content import BatchReport, ReportCost, ReportLine
from media.page.report_text import report_text
from schemas.errors import ArtifactError, HibariError
from schemas.jobs import MakeRequest
from tasks.batches.outliers import outliers
from tasks.batches.report_albums import report_album

if TYPE_CHECKING:
    from datetime import datetime

    from media.page.report_content import ReportAlbum
    from schemas.jobs import Job
    from schemas.settings import Settings
    from tasks.bench import Bench

_log = logging.getLogger(__name__)
_MANY = 60
"""With more albums than this the covers of the report are smaller."""


def report_folder(settings: Settings, job_id: str) -> Path:
    """The folder that the report of a job lies in, once it is written."""
    return settings.home / "reports" / job_id


def write_report(bench: Bench, job_id: str) -> Path:
    """Write `report.html` and `report.md` of a making job as it stands now, over those of before; the HTML file.

    Raises:
        ArtifactError: there is no such job, or it makes no albums.
    """
    job = bench.catalogue.job(job_id)
    if job is None or not isinstance(job.request, MakeRequest):
        raise ArtifactError(f"there is no job {job_id[:40]!r} that makes albums, so there is nothing to report")
    report = gather_report(bench, job, job.request)
    folder = report_folder(bench.settings, job.id)
    folder.mkdir(parents=True, exist_ok=True)
    _put(folder / "report.md", report_text(report))
    return _put(folder / "report.html", report_page(report))


def report_on(bench: Bench, job_id: str) -> Path | None:
    """Write the report of a batch that came to its end: its HTML file.

    None for a job that is no batch, and where the report could not be written: that is logged, and spoils no job.
    """
    job = bench.catalogue.job(job_id)
    if job is None or not isinstance(job.request, MakeRequest) or not (job.request.name or len(job.albums) > 1):
        return None
    try:
        return write_report(bench, job_id)
    except (HibariError, OSError) as error:
        _log.warning("the report on %s could not be written: %s", job_id, error)
        return None


def gather_report(bench: Bench, job: Job, request: MakeRequest) -> BatchReport:
    """What there is to say about a job that makes albums, the album to look at first in front."""
    result: dict[str, Any] = dict(job.result)
    left: dict[str, str] = dict(result.get("left", {}))
    begun: dict[str, Any] = dict(result.get("albums", {}))
    titles = {brief.album_id: brief.title or brief.theme for brief in request.briefs}
    cover_px = 320 if len(job.albums) <= _MANY else 200
    albums: list[ReportAlbum] = []
    failed: list[ReportLine] = []
    aside: list[ReportLine] = []
    for odd in outliers(bench, [album for album in job.albums if album not in left]):
        album_id = odd.album_id
        reason = bench.catalogue.quarantined(album_id)
        if reason is not None:
            aside.append(ReportLine(titles[album_id], f"{reason} ({album_id})"))
            continue
        try:
            found = report_album(bench, odd, cover_px=cover_px)
        except HibariError as error:
            failed.append(ReportLine(titles[album_id], _why(begun.get(album_id, {}), str(error))))
            continue
        if found is None or not any(song.duration_s is not None for song in found.songs):
            idle = f"it was not begun: {job.reason or 'the job is ' + job.state}"
            failed.append(ReportLine(titles[album_id], _why(begun.get(album_id, {}), idle)))
        else:
            albums.append(found)
    return BatchReport(
        name=request.name or (albums[0].title if len(job.albums) == 1 and albums else "A batch"),
        job_id=job.id,
        asked_by=job.by,
        when=_when(job),
        outcome=_outcome(job, len(albums)),
        asked=len(job.albums) + len(request.refused),
        albums=tuple(albums),
        failed=tuple(failed),
        set_aside=tuple(aside),
        left=tuple(ReportLine(titles.get(album, album), why) for album, why in left.items()),
        refused=request.refused,
        rules=tuple(_rules(request)),
        cost=_whole_cost(albums, result),
        wall_s=_wall_s(job),
        loads=tuple(sorted((str(name), int(count)) for name, count in result.get("model_loads", {}).items())),
    )


def _why(found: dict[str, Any], otherwise: str) -> str:
    """Why nothing of an album is there, by what came of it in the job."""
    reasons: dict[str, str] = found.get("failures", {})
    said = [f"{song}: {reason}" if song else reason for song, reason in list(reasons.items())[:3]]
    return "; ".join(said) or otherwise


def _whole_cost(albums: list[ReportAlbum], result: dict[str, Any]) -> ReportCost:
    """What the job itself took, by its own count; what its albums hold on disk."""
    return ReportCost(
        seconds=float(sum(result.get("seconds_by_step", {}).values())),
        cpu_s=float(result.get("cpu_s", 0.0)),
        disk_bytes=sum(album.cost.disk_bytes for album in albums),
    )


def _when(job: Job) -> str:
    if job.started_at is None:
        return f"Asked for on {_moment(job.created_at)}; not begun yet"
    if job.finished_at is None:
        return f"Begun on {_moment(job.started_at)}; still running"
    same_day = job.started_at.date() == job.finished_at.date()
    end = f"{job.finished_at:%H:%M} UTC" if same_day else _moment(job.finished_at)
    begun = _moment(job.started_at).removesuffix(" UTC") if same_day else _moment(job.started_at)
    return f"{begun} to {end}"


def _moment(at: datetime) -> str:
    return f"{at.day} {at:%B %Y, %H:%M} UTC"


def _wall_s(job: Job) -> float:
    if job.started_at is None or job.finished_at is None:
        return 0.0
    return (job.finished_at - job.started_at).total_seconds()


def _outcome(job: Job, made: int) -> str:
    asked = len(job.albums)
    if job.state == "cancelled":
        why = f": {job.reason}" if job.reason else ""
        return f"Stopped by {job.cancelled_by or 'someone'}{why}. {made} of {asked} albums were made until then."
    if job.state == "failed":
        return f"Nothing came of it: {job.reason}"
    if job.state != "done":
        return f"It is {job.state}; {made} of {asked} albums are there."
    if made == asked:
        return "Everything that was asked for is there." if asked > 1 else "The album is there."
    return f"{made} of {asked} albums are there."


def _rules(request: MakeRequest) -> list[str]:
    budget = request.budget
    bounds = [
        f"{budget.albums} albums" if budget.albums is not None else "",
        f"{budget.minutes:g} minutes" if budget.minutes is not None else "",
        f"{budget.disk_mb} MB" if budget.disk_mb is not None else "",
    ]
    given = ", ".join(bound for bound in bounds if bound)
    return [
        f"The budget was {given}." if given else "",
        f"Judged by the written policy '{request.policy}'." if request.policy else "",
    ]


def _put(path: Path, text: str) -> Path:
    """Write a file beside its name and move it there, so that nobody reads half of it."""
    with tempfile.NamedTemporaryFile("w", dir=path.parent, suffix=".part", delete=False, encoding="utf-8") as part:
        part.write(text)
    written = Path(part.name)
    written.chmod(0o644)
    return written.replace(path)
