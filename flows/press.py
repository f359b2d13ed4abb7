"""Pressing as a flow, for deployments: an approved album becomes a release."""

from __future__ import annotations

from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.states import Cancelled

from flows.asked import who_asked
from flows.jobs import run_job
from flows.prefect_safety import forbid_pickled_results
from flows.produce import run_steps
from schemas.errors import ReviewError
from schemas.jobs import PressRequest
from schemas.settings import Settings
from tasks.albums import find_album
from tasks.asking import ask
from tasks.bench import Bench
from tasks.choices import Decider


@flow(name="press-release", persist_result=False)
def press_release(album: str = "", policy: str | None = None, job: str = "") -> dict[str, str] | State[dict[str, str]]:
    """Press an album's approved songs.

    Args:
        album: the album's id, or the start of it that no other shares.
        policy: name of a written policy that judges the songs without a verdict; None leaves them out.
        job: id of a job that is in the queue already, instead of an album.

    Returns:
        The release's digest and the folder it lies in.

    Raises:
        ReviewError: no song is approved.
    """
    forbid_pickled_results()
    bench, asked = Bench(Settings()), who_asked()
    queued = job
    if not queued:
        request = PressRequest(album_id=find_album(album, bench).album_id, policy=policy or "")
        who = Decider(asked.by, asked.via)
        queued = ask(bench, request, who, key=asked.run, flow_run=asked.run).id
    done = run_job(queued, bench, run_steps, flow_run=asked.run, was_cancelled=asked.was_cancelled)
    if done.state == "cancelled":
        return Cancelled(message=done.reason or f"{done.id} was cancelled")
    if done.state == "failed":
        raise ReviewError(f"{done.id}: {done.reason}")
    result: dict[str, Any] = done.result
    return {"release": str(result.get("release", "")), "folder": str(result.get("folder", ""))}
