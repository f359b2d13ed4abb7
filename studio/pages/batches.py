"""Batches: asked for, watched, and looked through with what stands out in front."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Annotated, Any

from anyio import to_thread
from fastapi import APIRouter, Query, Request
from fastapi.responses import FileResponse, HTMLResponse, Response

from schemas.errors import ArtifactError, BriefError, HibariError
from schemas.jobs import MakeRequest
from studio.auth import Producer, Viewer
from studio.context import studio_of
from studio.pages.acting import decider
from studio.pages.brief_form import document_in
from studio.pages.jobs import job_row
from studio.pages.shell import go_to, render
from tasks.batches.asking import ask_batch, queue_batch
from tasks.batches.outliers import outliers
from tasks.batches.reading import FORMS, Form, read_batch
from tasks.batches.report import report_folder

if TYPE_CHECKING:
    from artifacts.standings import StandingEntry
    from schemas.jobs import Job
    from studio.visitors import Visitor
    from tasks.batches.outliers import AlbumOutlier
    from tasks.bench import Bench

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

BATCHES_A_PAGE = 24
ALBUMS_A_PAGE = 60
_CHOSEN: dict[str, Form] = {"csv": "csv", "jsonl": "jsonl"}
_REPORTS = {"report.html": "text/html", "report.md": "text/markdown; charset=utf-8"}
_REPORT_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; frame-ancestors 'none'; sandbox"
)


@dataclass(frozen=True)
class BatchAlbum:
    """An album of a batch: where it stands, what is odd about it, and what the job says of it."""

    album_id: str
    title: str
    standing: StandingEntry | None
    odd: AlbumOutlier | None
    told: str


@router.get("/batches")
def batches_page(request: Request, visitor: Viewer, page: Annotated[int, Query(ge=1, le=100_000)] = 1) -> HTMLResponse:
    """Batches, newest first, and a form for another."""
    return _list(request, visitor, page)


@router.post("/batches")
async def send_batch(request: Request, visitor: Producer) -> Response:
    """Ask for a batch: every brief is tried before anything is put into the queue."""
    async with request.form() as sent:
        name = str(getattr(sent.get("file"), "filename", "") or "")
        stem, _, ending = name.rpartition(".")
        form = FORMS.get(f".{ending.lower()}") or _CHOSEN.get(str(sent.get("form")), "yaml")
        skip, given = sent.get("skip") == "yes", str(sent.get("document") or "")
        try:
            text = await document_in(sent)
            job = await to_thread.run_sync(lambda: _queue(request, visitor, text, form, stem, skip=skip))
        except HibariError as error:
            wrong = str(error)
            return await to_thread.run_sync(lambda: _list(request, visitor, 1, wrong=wrong, given=given, status=422))
    return go_to(f"/batches/{job.id}", said=f"{len(job.albums)} albums are in the queue.")


@router.get("/batches/{job_id}")
def batch_page(
    request: Request, visitor: Viewer, job_id: str, page: Annotated[int, Query(ge=1, le=1000)] = 1
) -> HTMLResponse:
    """A batch: how far it is, and its albums with what stands out first.

    Raises:
        ArtifactError: there is no such batch.
    """
    studio = studio_of(request)
    job = studio.bench.catalogue.job(job_id)
    if job is None or not isinstance(job.request, MakeRequest):
        raise ArtifactError(f"there is no batch {job_id[:60]!r}: /batches lists those there are")
    albums = batch_albums(studio.bench, job)
    folder = report_folder(studio.settings, job.id)
    return render(
        request,
        "batch.html",
        visitor,
        row=job_row(studio.bench.catalogue, job),
        job=job,
        budget=job.request.budget,
        refused=job.request.refused,
        albums=albums[(page - 1) * ALBUMS_A_PAGE : page * ALBUMS_A_PAGE],
        odd_ones=[album for album in albums if album.odd and album.odd.oddities][:ALBUMS_A_PAGE],
        counts=Counter(album.standing.state if album.standing else "open" for album in albums),
        finished=sum(1 for album in albums if album.standing and album.standing.finished == album.standing.songs > 0),
        total=len(albums),
        page=page,
        pages=max(1, -(-len(albums) // ALBUMS_A_PAGE)),
        reports=[name for name in _REPORTS if (folder / name).is_file()],
    )


@router.get("/batches/{job_id}/{name}")
def batch_report(request: Request, _: Viewer, job_id: str, name: str) -> Response:
    """The report of a batch, as a page or as text.

    Raises:
        ArtifactError: there is no such batch, or its report is not written yet.
    """
    studio = studio_of(request)
    if studio.bench.catalogue.job(job_id) is None or name not in _REPORTS:
        raise ArtifactError(f"batch {job_id[:60]!r} has no {name[:60]!r}: its page shows what there is")
    file = report_folder(studio.settings, job_id) / name
    if not file.is_file():
        raise ArtifactError(f"the report of {job_id} is not written yet: it is when the batch ends")
    return FileResponse(file, media_type=_REPORTS[name], headers={"Content-Security-Policy": _REPORT_POLICY})


def batch_albums(bench: Bench, job: Job) -> list[BatchAlbum]:
    """The albums of a batch, the one to look at first in front; those that were not begun last."""
    entries, _ = bench.catalogue.standings(albums=job.albums, limit=len(job.albums) + 1)
    standings = {entry.album_id: entry for entry in entries}
    left: dict[str, Any] = _part(job, "left")
    begun = [album for album in job.albums if album in standings and album not in left]
    changed = max((entry.changed_at for entry in entries), default=None)
    odd = {found.album_id: found for found in _odd_ones(bench, tuple(begun), changed)}
    briefs = job.request.briefs if isinstance(job.request, MakeRequest) else ()
    titles = {brief.album_id: brief.title or brief.theme for brief in briefs}
    order = [*odd, *(album for album in job.albums if album not in odd)]
    return [
        BatchAlbum(
            album_id=album,
            title=(standings[album].title if album in standings else "") or titles.get(album, album),
            standing=standings.get(album),
            odd=odd.get(album),
            told=f"not begun: {left[album]}" if album in left else "",
        )
        for album in order
    ]


@lru_cache(maxsize=32)
def _odd_ones(bench: Bench, albums: tuple[str, ...], _changed: datetime | None) -> tuple[AlbumOutlier, ...]:
    """What stands out among albums, looked for again only once one of them has changed."""
    return tuple(outliers(bench, albums))


def _part(job: Job, name: str) -> dict[str, Any]:
    """A member of a job's result that is an object; empty where there is none."""
    found = job.result.get(name)
    return found if isinstance(found, dict) else {}


def _queue(request: Request, visitor: Visitor, text: str, form: Form, name: str, *, skip: bool) -> Job:
    if not text:
        raise BriefError("the batch is empty: paste one, or choose a file")
    bench = studio_of(request).bench
    read = read_batch(text, form, name=name)
    wanted = ask_batch(bench, read, on=datetime.now(UTC).date(), skip_refused=skip)
    return queue_batch(bench, wanted, decider(visitor))


def _list(
    request: Request, visitor: Visitor, page: int, *, wrong: str = "", given: str = "", status: int = 200
) -> HTMLResponse:
    catalogue = studio_of(request).bench.catalogue
    found = catalogue.jobs(batches_only=True, limit=BATCHES_A_PAGE + 1, offset=(page - 1) * BATCHES_A_PAGE)
    rows = [job_row(catalogue, job) for job in found[:BATCHES_A_PAGE]]
    first = tuple({album for row in rows for album in row.job.albums[:4]})
    covers = {entry.album_id: entry for entry in catalogue.standings(albums=first, limit=len(first) + 1)[0]}
    return render(
        request,
        "batches.html",
        visitor,
        status=status,
        rows=rows,
        covers=covers,
        page=page,
        more=len(found) > BATCHES_A_PAGE,
        refused=wrong,
        given=given,
    )
