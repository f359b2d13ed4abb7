"""Verdicts: a person's or a written policy's, on a song or on the cover.

The cover stands where a song would and is written None: what is pressed has a verdict, song by song and the cover too.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from schemas.errors import ReviewError
from schemas.inspection import Inspection
from schemas.picture import CoverArt
from schemas.review import Verdict
from tasks.choices import log_verdict
from tasks.policies import policy_of
from tasks.steps.film import has_sleeve

if TYPE_CHECKING:
    from collections.abc import Sequence

    from schemas.base import Digest
    from schemas.plan import SongPlan
    from schemas.review import Decision, Remark
    from tasks.policies import Policy
    from tasks.state import AlbumState


@dataclass(frozen=True)
class Ruling:
    """What all verdicts on a song, or on the cover, as it is now, come to.

    Attributes:
        decision: 'approved', 'rejected' or 'retake'; '' while it is open.
        verdicts: those that count: the approvals, or the refusal.
        wanted: what is still needed, in words, while it is open; '' otherwise.
    """

    decision: Decision | str
    verdicts: tuple[Verdict, ...] = ()
    wanted: str = ""

    @property
    def approved(self) -> bool:
        """Whether it may be pressed."""
        return self.decision == "approved"


def subject_of(state: AlbumState, song: SongPlan | None) -> Digest | None:
    """What a verdict is about: the song's master, or the sleeve (the cover alone where it is all there is).

    None while there is none.
    """
    return state.of(cover_step(state), None) if song is None else state.of("master", song)


def cover_step(state: AlbumState) -> str:
    """The step whose artifact is judged as the album's cover: the whole sleeve where anything lies beside the cover."""
    return "lay_out_sleeve" if has_sleeve(state) else "paint_cover"


def verdicts_on(state: AlbumState, song: SongPlan | None, given: Sequence[Verdict] | None = None) -> list[Verdict]:
    """Every verdict on the song (or the cover) as it is now, oldest first.

    Args:
        state: the album.
        song: the song; None is the cover.
        given: all verdicts on the album, where they have been read already.
    """
    subject = subject_of(state, song)
    song_id = None if song is None else song.song_id
    known = state.bench.catalogue.verdicts(state.album_id) if given is None else given
    return [verdict for verdict in known if verdict.song_id == song_id and verdict.subject == subject]


def verdict_on(state: AlbumState, song: SongPlan | None) -> Verdict | None:
    """The latest verdict on the song (or the cover) as it is now; None where it has none, or only on another."""
    given = verdicts_on(state, song)
    return given[-1] if given else None


def ruling_on(
    state: AlbumState,
    song: SongPlan | None,
    *,
    two_people: bool | None = None,
    given: Sequence[Verdict] | None = None,
) -> Ruling:
    """What the verdicts on a song (or the cover) come to.

    By the usual rule the latest verdict decides. By the rule of two people it takes the approval of two of them, and
    nobody's latest word may be against it; policies do not count as people.

    Args:
        state: the album.
        song: the song; None is the cover.
        two_people: which rule; None takes that of the settings.
        given: all verdicts on the album, where they have been read already.
    """
    found = verdicts_on(state, song, given)
    if state.bench.settings.studio.two_people if two_people is None else two_people:
        return _ruling_of_two(found)
    if not found:
        return Ruling("", wanted="has no verdict: approve or reject it first")
    return Ruling(found[-1].decision, (found[-1],))


def _ruling_of_two(found: Sequence[Verdict]) -> Ruling:
    last: dict[str, Verdict] = {}
    for verdict in found:
        if not verdict.is_policy:
            last[one_name(verdict.by)] = verdict
    against = [verdict for verdict in last.values() if verdict.decision != "approved"]
    if against:
        latest = max(against, key=lambda verdict: verdict.at)
        return Ruling(latest.decision, (latest,))
    if len(last) >= 2:
        return Ruling("approved", tuple(last.values()))
    if last:
        only = next(iter(last.values())).by
        return Ruling("", wanted=f"was approved by {only} alone: it takes two people, so another one is missing")
    return Ruling("", wanted="was approved by nobody: it takes two people (a policy is none)")


def one_name(name: str) -> str:
    """A person's name without what does not tell people apart: case, spaces, ways to write the same letters."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def judge(
    state: AlbumState,
    songs: Sequence[SongPlan | None],
    decision: Decision,
    *,
    by: str,
    reason: str = "",
    remarks: Sequence[Remark] = (),
) -> list[Verdict]:
    """Record a decision on songs, and on the cover where None is among them.

    Raises:
        ReviewError: one is not finished, a rejection gives no reason, or remarks are not about one song or lie after
            its end.
    """
    if decision != "approved" and not reason.strip():
        what = "a retake" if decision == "retake" else "a rejection"
        raise ReviewError(f"{what} needs a reason of at least one word: add --reason '…'")
    for song in songs:
        if subject_of(state, song) is None:
            name = song.song_id if song else "the cover"
            raise ReviewError(f"{name} is not finished, so there is nothing to judge: run `hibari make` first")
    _check_remarks(state, songs, remarks)
    verdicts = []
    for song in songs:
        verdict = Verdict(
            album_id=state.album_id,
            song_id=song.song_id if song else None,
            subject=subject_of(state, song) or "",
            decision=decision,
            by=by,
            reason=reason,
            remarks=tuple(sorted(remarks, key=lambda remark: remark.at_s)),
            at=datetime.now(UTC),
        )
        state.bench.catalogue.verdict(verdict)
        verdicts.append(verdict)
    return verdicts


def _check_remarks(state: AlbumState, songs: Sequence[SongPlan | None], remarks: Sequence[Remark]) -> None:
    if not remarks:
        return
    if len(songs) != 1 or songs[0] is None:
        raise ReviewError("remarks stand at a time of one song: name that song, and it alone")
    from schemas.audio import Master

    length_s = state.bench.get(subject_of(state, songs[0]) or "", Master).duration_s
    late = next((remark for remark in remarks if remark.at_s > length_s), None)
    if late is not None:
        raise ReviewError(f"the remark at {late.at_s:.1f} s is after the song's end ({length_s:.1f} s)")


def judge_by_policy(state: AlbumState, name: str) -> list[Verdict]:
    """Let a written policy decide on every finished song, and on the cover, that has no verdict yet; all of it logged.

    Raises:
        ReviewError: there is no such policy.
    """
    policy = policy_of(name)
    verdicts: list[Verdict] = []
    for song, objection in _objections(state, policy):
        if objection and not policy.rejects:
            continue
        decision: Decision = "rejected" if objection else "approved"
        verdicts += judge(state, [song], decision, by=f"policy:{name}", reason=objection or policy.text)
    for verdict in verdicts:
        log_verdict(state.bench, verdict, via="policy")
    return verdicts


def _objections(state: AlbumState, policy: Policy) -> list[tuple[SongPlan | None, str]]:
    given = state.bench.catalogue.verdicts(state.album_id)
    inspected = {
        song.song_id: state.bench.get(digest, Inspection)
        for song in state.plan.songs
        if (digest := state.of("inspect", song)) is not None
    }
    found: list[tuple[SongPlan | None, str]] = []
    for song in state.plan.songs:
        if song.song_id in inspected and not verdicts_on(state, song, given):
            others = [one for song_id, one in inspected.items() if song_id != song.song_id]
            found.append((song, policy.objection(inspected[song.song_id], others)))
    cover = state.of("paint_cover", None)
    if cover is not None and subject_of(state, None) is not None and not verdicts_on(state, None, given):
        found.append((None, policy.cover(state.bench.get(cover, CoverArt))))
    return found


def approval_line(verdicts: list[Verdict], *, two_people: bool = False) -> str:
    """Who approved a release, in a sentence."""
    people = sorted({verdict.by for verdict in verdicts if not verdict.is_policy})
    policies = sorted({verdict.by.removeprefix("policy:") for verdict in verdicts if verdict.is_policy})
    said = []
    if people:
        rule = " Every song and the cover were approved by two people." if two_people else ""
        said.append(f"Approved by {', '.join(people)}.{rule}")
    for name in policies:
        nobody = "" if people else " No person has reviewed this release."
        said.append(f'Approved under the written policy "{name}": {policy_of(name).text}{nobody}')
    return " ".join(said)
