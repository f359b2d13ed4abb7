"""The queue: jobs by priority, one that makes things at a time, each held by a lease while it runs."""

from __future__ import annotations

import json
import time
import uuid
from typing import Any

from pydantic import JsonValue
from sqlalchemy import and_, func, select, update

from artifacts import tables
from artifacts.events import write_event
from artifacts.job_rows import MAKING, about, albums_of, in_turn, is_making, job_of_row, row_of
from artifacts.rows import Part
from schemas.base import canonical_json
from schemas.errors import ArtifactError, ReviewError
from schemas.jobs import Job, JobRequest, JobState

_OVER = ("done", "failed", "cancelled")


class Jobs(Part):
    """What was asked, in the order it is worked on."""

    def add_job(self, request: JobRequest, *, by: str, priority: int = 5, key: str = "", flow_run: str = "") -> Job:
        """Put a request at its place in the queue; the job comes back.

        Args:
            request: what is asked.
            by: who asks.
            priority: 0 to 9; 9 is worked on first.
            key: idempotency key: the same key with the same request gives the job that is there already.
            flow_run: the run of Prefect that is to work on it; '' where one is to be started for it.

        Raises:
            ReviewError: the key was used for another request.
        """
        body = canonical_json(request.model_dump(mode="json")).decode()
        name = f"job-{uuid.uuid4().hex[:12]}"
        with self._database.write() as connection:
            if key and (known := row_of(connection, tables.jobs.c.key == key)) is not None:
                if known.request != body:
                    raise ReviewError(f"idempotency key {key[:60]!r} was used for another request: use a new key")
                return job_of_row(connection, known)
            connection.execute(
                tables.jobs.insert().values(
                    job=name,
                    kind=request.kind,
                    state="queued",
                    priority=priority,
                    asked_by=by,
                    key=key or None,
                    request=body,
                    created_at=time.time(),
                    attempts=0,
                    holder="",
                    flow_run=flow_run,
                    cancelled_by="",
                    reason="",
                    result="{}",
                )
            )
            rows = [{"job": name, "album": album, "place": i} for i, album in enumerate(albums_of(request))]
            connection.execute(tables.job_albums.insert(), rows)
            return job_of_row(connection, row_of(connection, tables.jobs.c.job == name))

    def job(self, job_id: str) -> Job | None:
        """The job of that id."""
        with self._database.read() as connection:
            row = row_of(connection, tables.jobs.c.job == job_id)
            return None if row is None else job_of_row(connection, row)

    def job_of_run(self, flow_run: str) -> Job | None:
        """The job that a run of Prefect works, or is to work, on."""
        with self._database.read() as connection:
            row = row_of(connection, tables.jobs.c.flow_run == flow_run) if flow_run else None
            return None if row is None else job_of_row(connection, row)

    def jobs(
        self,
        *,
        states: tuple[JobState, ...] = (),
        album: str = "",
        batches_only: bool = False,
        limit: int = 50,
        offset: int = 0,
    ) -> list[Job]:
        """Jobs, newest first: those in some states, about an album, or of several albums only."""
        jobs = tables.jobs
        query = select(jobs).order_by(jobs.c.seq.desc()).limit(limit).offset(offset)
        if states:
            query = query.where(jobs.c.state.in_(states))
        if album:
            query = query.where(jobs.c.job.in_(about(album)))
        if batches_only:
            several = select(tables.job_albums.c.job).group_by(tables.job_albums.c.job).having(func.count() > 1)
            query = query.where(jobs.c.kind == "make", jobs.c.job.in_(several))
        with self._database.read() as connection:
            return [job_of_row(connection, row) for row in connection.execute(query).all()]

    def queue(self) -> list[Job]:
        """The jobs that are not over, in the order they are worked on; the running ones first."""
        jobs = tables.jobs
        query = select(jobs).where(jobs.c.state.in_(("queued", "running")))
        with self._database.read() as connection:
            rows = connection.execute(in_turn(query)).all()
            found = [job_of_row(connection, row) for row in rows]
        return sorted(found, key=lambda job: job.state != "running")

    def job_of(self, album: str) -> Job | None:
        """The job that is not over and is about an album: the running one, or the first in the queue."""
        jobs = tables.jobs
        query = select(jobs).where(jobs.c.state.in_(("queued", "running")), jobs.c.job.in_(about(album)))
        with self._database.read() as connection:
            rows = connection.execute(in_turn(query)).all()
            found = sorted((job_of_row(connection, row) for row in rows), key=lambda job: job.state != "running")
        return found[0] if found else None

    def next_job(self) -> Job | None:
        """The job that may begin now: the first in the queue, unless it makes things and another that does so runs."""
        now = time.time()
        jobs = tables.jobs
        with self._database.read() as connection:
            for row in connection.execute(in_turn(select(jobs).where(jobs.c.state == "queued"))).all():
                if row.kind not in MAKING or not is_making(connection, now):
                    return job_of_row(connection, row)
        return None

    def begin_job(self, job_id: str, holder: str, *, lease_s: float = 30.0) -> bool:
        """Begin a job if its turn has come; False while another that makes things runs or comes first.

        A running job whose holder's lease lapsed is not in the way. Beginning counts as an attempt.
        """
        now = time.time()
        jobs = tables.jobs
        with self._database.write() as connection:
            row = row_of(connection, jobs.c.job == job_id)
            if row is None or row.state != "queued":
                return False
            if row.kind in MAKING:
                if is_making(connection, now):
                    return False
                first = connection.execute(
                    in_turn(select(jobs.c.job).where(jobs.c.state == "queued", jobs.c.kind.in_(MAKING))).limit(1)
                ).scalar()
                if first != job_id:
                    return False
            connection.execute(
                update(jobs)
                .where(jobs.c.job == job_id)
                .values(
                    state="running",
                    holder=holder,
                    expires_at=now + lease_s,
                    started_at=row.started_at or now,
                    attempts=row.attempts + 1,
                )
            )
        return True

    def renew_job(self, job_id: str, holder: str, *, lease_s: float = 30.0) -> str | None:
        """Let a running job's lease run on; who asked for it to stop ('' for nobody), or None where it was lost."""
        jobs = tables.jobs
        mine = and_(jobs.c.job == job_id, jobs.c.holder == holder, jobs.c.state == "running")
        with self._database.write() as connection:
            kept = connection.execute(update(jobs).where(mine).values(expires_at=time.time() + lease_s)).rowcount
            if not kept:
                return None
            return str(connection.execute(select(jobs.c.cancelled_by).where(jobs.c.job == job_id)).scalar() or "")

    def finish_job(
        self,
        job_id: str,
        holder: str,
        state: JobState,
        *,
        reason: str = "",
        result: dict[str, JsonValue] | None = None,
        event: str = "",
    ) -> bool:
        """End a running job; False where another holder has it by now.

        Args:
            job_id: the job.
            holder: who has it.
            state: how it ends.
            reason: why.
            result: what came of it; None leaves what is written down.
            event: kind of the event that tells of it, in the same transaction; '' for none.
        """
        jobs = tables.jobs
        values: dict[str, Any] = {"state": state, "finished_at": time.time(), "expires_at": None, "reason": reason}
        if result is not None:
            values["result"] = json.dumps(result)
        mine = and_(jobs.c.job == job_id, jobs.c.holder == holder, jobs.c.state == "running")
        with self._database.write() as connection:
            ended = bool(connection.execute(update(jobs).where(mine).values(**values)).rowcount)
            if ended and event:
                write_event(connection, event, job_id=job_id, body={"state": state, "reason": reason[:400]})
            return ended

    def note_result(self, job_id: str, result: dict[str, JsonValue], *, while_queued: bool = False) -> None:
        """Write down what came of a job so far; with `while_queued`, nothing where it waits no more."""
        jobs = tables.jobs
        where = and_(jobs.c.job == job_id, jobs.c.state == "queued") if while_queued else jobs.c.job == job_id
        with self._database.write() as connection:
            connection.execute(update(jobs).where(where).values(result=json.dumps(result)))

    def cancel_job(self, job_id: str, by: str, reason: str = "") -> Job:
        """Stop a job: at once where it waits; a running one is asked to, and stops at its next heartbeat.

        Raises:
            ArtifactError: there is no such job.
            ReviewError: it is over.
        """
        jobs = tables.jobs
        with self._database.write() as connection:
            row = row_of(connection, jobs.c.job == job_id)
            if row is None:
                raise ArtifactError(f"there is no job {job_id!r}")
            if row.state in _OVER:
                raise ReviewError(f"{job_id} is over already: it is {row.state}")
            values: dict[str, Any] = {"cancelled_by": by, "reason": reason}
            if row.state == "queued":
                values |= {"state": "cancelled", "finished_at": time.time()}
            connection.execute(update(jobs).where(jobs.c.job == job_id).values(**values))
            return job_of_row(connection, row_of(connection, jobs.c.job == job_id))

    def set_priority(self, job_id: str, priority: int) -> bool:
        """Move a waiting job in the queue; False where it does not wait."""
        jobs = tables.jobs
        with self._database.write() as connection:
            waiting = and_(jobs.c.job == job_id, jobs.c.state == "queued")
            return bool(connection.execute(update(jobs).where(waiting).values(priority=priority)).rowcount)

    def set_flow_run(self, job_id: str, flow_run: str) -> None:
        """Note which run of Prefect works, or is to work, on a job."""
        with self._database.write() as connection:
            connection.execute(update(tables.jobs).where(tables.jobs.c.job == job_id).values(flow_run=flow_run))

    def forget_run(self, job_id: str, flow_run: str, result: dict[str, JsonValue]) -> bool:
        """Let a waiting job have no run of Prefect any more; False where it waits no more, or has another run by now.

        Args:
            job_id: the job.
            flow_run: the run that it had.
            result: what came of the job so far, without what the run wrote there.
        """
        jobs = tables.jobs
        same = and_(jobs.c.job == job_id, jobs.c.state == "queued", jobs.c.flow_run == flow_run)
        with self._database.write() as connection:
            values = {"flow_run": "", "result": json.dumps(result)}
            return bool(connection.execute(update(jobs).where(same).values(**values)).rowcount)

    def lapsed_jobs(self) -> list[Job]:
        """Running jobs whose holder's lease lapsed."""
        jobs = tables.jobs
        query = select(jobs).where(jobs.c.state == "running", jobs.c.expires_at <= time.time())
        with self._database.read() as connection:
            return [job_of_row(connection, row) for row in connection.execute(query).all()]

    def requeue_job(self, job_id: str, holder: str, *, reason: str, counts: bool = True) -> bool:
        """Put a dead holder's job back in the queue, its run forgotten; False where someone else has it by now.

        Args:
            job_id: the job.
            holder: who had it.
            reason: why it is queued again.
            counts: whether the attempt counts; one that was stopped on purpose does not.
        """
        jobs = tables.jobs
        lost = and_(jobs.c.job == job_id, jobs.c.state == "running", jobs.c.holder == holder)
        values: dict[str, Any] = {"state": "queued", "holder": "", "expires_at": None, "flow_run": "", "reason": reason}
        if not counts:
            values["attempts"] = jobs.c.attempts - 1
        with self._database.write() as connection:
            return bool(connection.execute(update(jobs).where(lost).values(**values)).rowcount)
