"""Verdicts: a person's or a written policy's, on a song or on the cover.

The cover stands where a song would and is written None: what is pressed has a verdict, song by song and the cover too.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from schemas.errors import ReviewError
from schemas.inspection import Inspection
from schemas.review import Verdict
from tasks.policies import policy_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from schemas.base import Digest
    from schemas.plan import SongPlan
    from schemas.review import Decision
    from tasks.state import AlbumState


def subject_of(state: AlbumState, song: SongPlan | None) -> Digest | None:
    """What a verdict is about: the song's master, or the cover; None while there is none."""
    return state.of("paint_cover", None) if song is None else state.of("master", song)


def verdict_on(state: AlbumState, song: SongPlan | None) -> Verdict | None:
    """The latest verdict on the song (or the cover) as it is now; None where it has none, or only on another."""
    subject = subject_of(state, song)
    song_id = None if song is None else song.song_id
    given = [
        verdict
        for verdict in state.bench.catalogue.verdicts(state.album_id)
        if verdict.song_id == song_id and verdict.subject == subject
    ]
    return given[-1] if given else None


def judge(
    state: AlbumState, songs: Sequence[SongPlan | None], decision: Decision, *, by: str, reason: str = ""
) -> list[Verdict]:
    """Record a decision on songs, and on the cover where None is among them.

    Raises:
        ReviewError: one is not finished, or a rejection gives no reason.
    """
    if decision != "approved" and not reason.strip():
        raise ReviewError("a rejection needs a reason of at least one word: add --reason '…'")
    for song in songs:
        if subject_of(state, song) is None:
            name = song.song_id if song else "the cover"
            raise ReviewError(f"{name} is not finished, so there is nothing to judge: run `hibari make` first")
    verdicts = []
    for song in songs:
        verdict = Verdict(
            album_id=state.album_id,
            song_id=song.song_id if song else None,
            subject=subject_of(state, song) or "",
            decision=decision,
            by=by,
            reason=reason,
            at=datetime.now(UTC),
        )
        state.bench.catalogue.verdict(verdict)
        verdicts.append(verdict)
    return verdicts


def judge_by_policy(state: AlbumState, name: str) -> list[Verdict]:
    """Let a written policy decide on every finished song, and on the cover, that has no verdict yet.

    Raises:
        ReviewError: there is no such policy.
    """
    policy = policy_of(name)
    verdicts: list[Verdict] = []
    for song in state.plan.songs:
        inspected = state.of("inspect", song)
        if inspected is None or verdict_on(state, song) is not None:
            continue
        objection = policy.objection(state.bench.get(inspected, Inspection))
        decision: Decision = "rejected" if objection else "approved"
        verdicts += judge(state, [song], decision, by=f"policy:{name}", reason=objection or policy.text)
    if subject_of(state, None) is not None and verdict_on(state, None) is None:
        verdicts += judge(state, [None], "approved", by=f"policy:{name}", reason=policy.text)
    return verdicts


def approval_line(verdicts: list[Verdict]) -> str:
    """Who approved a release, in a sentence."""
    people = sorted({verdict.by for verdict in verdicts if not verdict.is_policy})
    policies = sorted({verdict.by.removeprefix("policy:") for verdict in verdicts if verdict.is_policy})
    said = []
    if people:
        said.append(f"Approved by {', '.join(people)}.")
    for name in policies:
        nobody = "" if people else " No person has reviewed this release."
        said.append(f'Approved under the written policy "{name}": {policy_of(name).text}{nobody}')
    return " ".join(said)
