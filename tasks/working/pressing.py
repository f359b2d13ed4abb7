"""An album pressed by its id: judged by a policy where one is named, a release that is already there kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tasks.albums import album_state
from tasks.press.press import press_once
from tasks.prospects import accept_failures, foresee
from tasks.review import judge_by_policy

if TYPE_CHECKING:
    from pathlib import Path

    from schemas.release import Release
    from tasks.bench import Bench


def press_whole(album_id: str, bench: Bench, *, policy: str = "") -> tuple[Release, Path]:
    """The release of an album's approved songs, and the folder it lies in.

    Raises:
        ArtifactError: there is no such album.
        ReviewError: no song is approved, or the policy is not written.
    """
    state = album_state(album_id, bench)
    foresee(state, record=True)
    accept_failures(state)
    if policy:
        judge_by_policy(state, policy)
    release, folder, _ = press_once(state, bench.settings.releases)
    return release, folder
