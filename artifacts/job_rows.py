"""Rows of the queue: which come first, what they are about, and the jobs they tell of."""

from __future__ import annotations

import json
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import ColumnElement, Connection, Select, or_, select

from artifacts import tables
from artifacts.rows import moment
from schemas.jobs import Job, JobRequest, MakeRequest

MAKING = ("make", "retake")
"""Kinds of job that need the machine's cores or its accelerator: one of them runs at a time."""

_REQUEST: TypeAdapter[JobRequest] = TypeAdapter(JobRequest)


def in_turn(query: Select[Any]) -> Select[Any]:
    """The query in the order jobs are worked on."""
    return query.order_by(tables.jobs.c.priority.desc(), tables.jobs.c.seq)


def about(album: str) -> Select[tuple[str]]:
    """The ids of the jobs about an album."""
    return select(tables.job_albums.c.job).where(tables.job_albums.c.album == album)


def is_making(connection: Connection, now: float) -> bool:
    """Whether a job that makes things runs with a live lease."""
    jobs = tables.jobs
    live = or_(jobs.c.expires_at.is_(None), jobs.c.expires_at > now)
    query = select(jobs.c.job).where(jobs.c.state == "running", jobs.c.kind.in_(MAKING), live).limit(1)
    return connection.execute(query).scalar() is not None


def albums_of(request: JobRequest) -> list[str]:
    """The ids of the albums that a request is about, each once."""
    if isinstance(request, MakeRequest):
        return list(dict.fromkeys(brief.album_id for brief in request.briefs))
    return [request.album_id]


def row_of(connection: Connection, condition: ColumnElement[bool]) -> Any:  # noqa: ANN401 - a row has no type
    """The first job that meets a condition."""
    return connection.execute(select(tables.jobs).where(condition).limit(1)).one_or_none()


def job_of_row(connection: Connection, row: Any) -> Job:  # noqa: ANN401 - a row's columns have no types
    """The job that a row tells of."""
    places = tables.job_albums
    albums = connection.execute(
        select(places.c.album).where(places.c.job == row.job).order_by(places.c.place)
    ).scalars()
    return Job(
        id=row.job,
        request=_REQUEST.validate_json(row.request),
        state=row.state,
        priority=row.priority,
        by=row.asked_by,
        key=row.key or "",
        albums=tuple(albums),
        created_at=moment(row.created_at),
        started_at=None if row.started_at is None else moment(row.started_at),
        finished_at=None if row.finished_at is None else moment(row.finished_at),
        attempts=row.attempts,
        holder=row.holder,
        lease_until=None if row.expires_at is None else moment(row.expires_at),
        flow_run=row.flow_run,
        cancelled_by=row.cancelled_by,
        reason=row.reason[:4000],
        result=json.loads(row.result),
    )
