"""What people decide, by whichever door they came: each function does it, logs the choice, tells of it, looks anew.

Page, API and command line call the same functions. The log of choices is append-only; see `docs/studio.md`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemas.errors import ReviewError
from schemas.making import Slot
from schemas.music import LeadSheet
from tasks.albums import album_state
from tasks.asking import ask, cancel, wishes
from tasks.choices import Decider, log_choice, log_verdict, place_of
from tasks.composing.keeping import keep_sheet
from tasks.composing.reworks import differing_bars
from tasks.edits import settle
from tasks.note_edits import edit_notes
from tasks.prospects import accept_failures, foresee, foresee_all
from tasks.retakes import select_take, step_of
from tasks.review import judge, judge_by_policy, subject_of
from tasks.running_order import set_order
from tasks.song_changes import PLAN_SONG, change_song, described, plan_slot, settle_plan
from tasks.standing import refresh_standing
from tasks.word_edits import edit_line

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from schemas.base import Digest
    from schemas.jobs import RetakeRequest, SongChanges
    from schemas.plan import SongPlan
    from schemas.release import Release
    from schemas.review import Decision, Remark, Verdict
    from tasks.bench import Bench
    from tasks.edits import EditPolicy
    from tasks.note_edits import NoteChange
    from tasks.state import AlbumState

__all__ = [
    "Decider",
    "ask",
    "cancel",
    "change_notes",
    "change_settings",
    "change_words",
    "choose_take",
    "current",
    "judge_songs",
    "judge_under_policy",
    "keep_tune",
    "note_press",
    "note_retake",
    "order_songs",
    "settle_edit_of",
]


def current(bench: Bench, album_id: str, *, record: bool = False) -> AlbumState:
    """An album as it stands, its finished slots filled.

    Args:
        bench: where it is.
        album_id: its id.
        record: whether what is found to fill a slot is written down, as it must be where a change is based on it.

    Raises:
        ArtifactError: there is no such album.
    """
    state = album_state(album_id, bench)
    foresee(state, record=record)
    accept_failures(state)
    return state


def judge_songs(
    bench: Bench,
    album_id: str,
    songs: Sequence[str],
    decision: Decision,
    who: Decider,
    *,
    reason: str = "",
    remarks: Sequence[Remark] = (),
) -> list[Verdict]:
    """Give a verdict on songs, by id, and on the cover where 'cover' is among them; on all that is finished where none.

    Raises:
        ArtifactError: there is no such album or song.
        ReviewError: nothing is finished, a refusal has no reason, or remarks are not about one song.
    """
    state = current(bench, album_id)
    named: list[SongPlan | None] = [None if song == "cover" else state.song(song) for song in dict.fromkeys(songs)]
    chosen = named or [song for song in (*state.plan.songs, None) if subject_of(state, song) is not None]
    if not chosen:
        raise ReviewError(f"nothing of {album_id} is finished, so there is nothing to judge: run `hibari make` first")
    verdicts = judge(state, chosen, decision, by=who.name, reason=reason, remarks=remarks)
    for verdict in verdicts:
        log_verdict(bench, verdict, via=who.via)
    refresh_standing(bench, album_id)
    return verdicts


def judge_under_policy(bench: Bench, album_id: str, policy: str) -> list[Verdict]:
    """Let a written policy judge what has no verdict yet; every one of its choices is logged with its text.

    Raises:
        ReviewError: there is no such policy.
    """
    verdicts = judge_by_policy(current(bench, album_id), policy)
    refresh_standing(bench, album_id)
    return verdicts


def choose_take(
    bench: Bench, album_id: str, song_id: str | None, step: str, part: str, number: int, who: Decider
) -> Slot:
    """Select a take that was made before; the slot. What follows from it is found again, or made, by the next `make`.

    Raises:
        ArtifactError: there is no such album or song.
        ReviewError: the step is unknown or has no such take.
    """
    state = album_state(album_id, bench)
    song = state.song(song_id) if song_id else None
    slot = state.slot(step_of(step, song).name, song, part)
    select_take(state, slot, number)
    log_choice(bench, slot, who, "select_take", subject=f"take {number}", body={"take": number})
    bench.catalogue.add_event("take.selected", album_id=album_id, body={**place_of(slot), "take": number})
    refresh_standing(bench, album_id)
    return slot


def change_words(
    bench: Bench, album_id: str, song_id: str, *, section: str, line: int, text: str, who: Decider
) -> tuple[str, str]:
    """Change a line of a song's words as a person's edit; the line before and after.

    Raises:
        ArtifactError: there is no such album or song.
        ReviewError: the line is not there, or the new words do not fit its notes.
    """
    state = current(bench, album_id, record=True)
    song = state.song(song_id)
    before, after = edit_line(state, song, section=section, line=line, text=text, person=who.name)
    slot = state.slot("write_lyrics", song)
    _edited(bench, slot, who, "edit_words", {"section": section, "line": line, "before": before, "after": after})
    return before, after


def change_notes(bench: Bench, album_id: str, song_id: str, changes: Sequence[NoteChange], who: Decider) -> Digest:
    """Change notes of a song's tune as a person's edit; digest of the edited lead sheet.

    Raises:
        ArtifactError: there is no such album or song.
        ReviewError: a note is not there, out of the voice's range, or in the way of another.
    """
    state = current(bench, album_id, record=True)
    song = state.song(song_id)
    digest = edit_notes(state, song, changes, person=who.name)
    body = {"notes": [change.model_dump(mode="json", exclude_none=True) for change in changes]}
    _edited(bench, state.slot("compose_lead_sheet", song), who, "edit_notes", body)
    return digest


def keep_tune(bench: Bench, album_id: str, song_id: str, lead: LeadSheet, who: Decider) -> Digest:
    """Keep a reworked tune as a person's edit of a song's lead sheet; digest of what fills its slot then.

    Raises:
        ArtifactError: there is no such album or song.
        ReviewError: the words or the form differ, or nothing does.
    """
    state = current(bench, album_id, record=True)
    song = state.song(song_id)
    before = state.of("compose_lead_sheet", song)
    digest = keep_sheet(state, song, lead, person=who.name)
    bars = differing_bars(bench.get(before, LeadSheet), lead) if before else []
    _edited(bench, state.slot("compose_lead_sheet", song), who, "edit_notes", {"bars": bars})
    return digest


def change_settings(bench: Bench, album_id: str, song_id: str, changes: SongChanges, who: Decider) -> AlbumState:
    """Change a song's settings as a person's edit of its plan; the album with them.

    Raises:
        ArtifactError: there is no such album or song.
        ReviewError: nothing is given, or a value is none of the choices.
    """
    state = album_state(album_id, bench)
    song = state.song(song_id)
    changed = change_song(state, song, changes, who.name)
    slot = plan_slot(album_id, song_id)
    said = {"changes": list(described(song, changed.song(song_id)))}
    _edited(bench, slot, who, "change_song", said)
    return changed


def note_retake(bench: Bench, request: RetakeRequest, who: Decider) -> None:
    """Log a retake that is made at once, without a job."""
    slot = Slot(album_id=request.album_id, song_id=request.song_id, step=request.step, part=request.part)
    log_choice(bench, slot, who, "ask_retake", subject=request.step, body=wishes(request), why=request.reason)


def note_press(bench: Bench, album_id: str, release: Release, folder: Path, who: Decider) -> None:
    """Log a press that was made at once, without a job; tell of it and write down where the album is then."""
    digest = release.digest()
    bench.catalogue.note_choice(who.name, "ask_press", via=who.via, album_id=album_id, subject=digest)
    body = {"release": digest, "folder": folder.name}
    bench.catalogue.add_event("release.pressed", album_id=album_id, body=body)
    refresh_standing(bench, album_id)


def settle_edit_of(
    bench: Bench, album_id: str, song_id: str, step: str, part: str, policy: EditPolicy, who: Decider
) -> None:
    """Decide about an edit of a slot: keep it, rebase it onto what is there now, or drop it; also where it fits.

    Raises:
        ArtifactError: there is no such album or song.
        ReviewError: the slot has no edit, 'ask' is no decision, or the edit cannot be rebased.
    """
    if policy not in ("keep", "rebase", "drop"):
        raise ReviewError(f"{policy!r} decides nothing: choose keep, rebase or drop")
    state = album_state(album_id, bench)
    song = state.song(song_id)
    slot = plan_slot(album_id, song_id) if step == PLAN_SONG else state.slot(step_of(step, song).name, song, part)
    edit = bench.catalogue.edit_of(slot)
    if edit is None:
        raise ReviewError(f"{slot} has no edit to decide about")
    if policy == "drop":
        bench.catalogue.drop_edit(slot)
    elif step == PLAN_SONG:
        settle_plan(state, song_id, policy)
    else:
        settle(bench.catalogue, slot, _base_now(state, slot), policy)
    _edited(bench, slot, who, "settle_edit", {"policy": policy, "edited_by": edit.person})


def order_songs(bench: Bench, album_id: str, songs: Sequence[str], who: Decider) -> tuple[str, ...]:
    """Let an album's songs run in another order; the ids in that order. Nothing is made again.

    Raises:
        ArtifactError: there is no such album.
        ReviewError: a song is missing, strange, or named twice.
    """
    order = set_order(album_state(album_id, bench), songs, who.name)
    bench.catalogue.note_choice(who.name, "order_songs", via=who.via, album_id=album_id, body={"songs": list(order)})
    entry = refresh_standing(bench, album_id)
    body = {"state": entry.state, "finished": entry.finished, "songs": entry.songs, "order": list(order)}
    bench.catalogue.add_event("album.changed", album_id=album_id, body=body)
    return order


def _base_now(state: AlbumState, slot: Slot) -> Digest:
    """The artifact that would fill a slot if nobody had edited it."""
    for one in foresee_all(state):
        if one.prospect.slot == slot and one.artifact is not None:
            return one.artifact
    raise ReviewError(
        f"{slot} is not made yet as it stands now, so there is nothing to put the edit into: make it first"
    )


def _edited(bench: Bench, slot: Slot, who: Decider, what: str, body: Mapping[str, object]) -> None:
    log_choice(bench, slot, who, what, subject=slot.step, body=body)
    bench.catalogue.add_event("edit.made", album_id=slot.album_id, body={**place_of(slot), "by": who.name})
    refresh_standing(bench, slot.album_id)
