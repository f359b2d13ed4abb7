"""Pressing as a flow, for deployments: an approved album becomes a release."""

from __future__ import annotations

from prefect import flow

from flows.prefect_safety import forbid_pickled_results
from schemas.settings import Settings
from tasks.albums import find_album
from tasks.bench import Bench
from tasks.press.press import press_album
from tasks.prospects import accept_failures, foresee
from tasks.review import judge_by_policy


@flow(name="press-release", persist_result=False)
def press_release(album: str, policy: str | None = None) -> dict[str, str]:
    """Press an album's approved songs.

    Args:
        album: the album's id, or the start of it that no other shares.
        policy: name of a written policy that judges the songs without a verdict; None leaves them out.

    Returns:
        The release's digest and the folder it lies in.

    Raises:
        ReviewError: no song is approved.
    """
    forbid_pickled_results()
    settings = Settings()
    state = find_album(album, Bench(settings))
    foresee(state, record=True)
    accept_failures(state)
    if policy is not None:
        judge_by_policy(state, policy)
    release, folder = press_album(state, settings.releases)
    return {"release": release.digest(), "folder": str(folder)}
