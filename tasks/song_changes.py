"""A person's changes of a song's settings (tempo, key, voice, …): an edit of what the planner planned for the song.

The edit lies on the slot `plan_song`. Its base is the plan that the brief gives, its result the changed plan. Where the
base becomes another one, as with new planning code, the changed values move onto it if what they replaced still stands
there; otherwise the song has a conflict until someone decides.
"""

from __future__ import annotations

import difflib
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, get_args

from media.voice.voices import VOICES
from schemas.errors import ReviewError
from schemas.making import Slot
from schemas.plan import Genre, Mood, SongPlan
from schemas.review import Change, Edit
from tasks.edits import apply_changes

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from artifacts.catalogue import Catalogue
    from schemas.jobs import SongChanges
    from schemas.plan import AlbumPlan
    from tasks.edits import EditPolicy
    from tasks.state import AlbumState

PLAN_SONG = "plan_song"
"""The step whose slot holds changes of a song's settings."""

LONGEST_S = 900.0
"""The longest song that changed settings may lead to, in seconds."""

SETTINGS = ("title", "theme", "tempo_bpm", "key", "swing", "voice", "mood", "genre")
"""What can be changed of a song's plan."""

_FIELDS = frozenset({*SETTINGS, "voice_range", "sections"})
_SPOKEN: dict[str, str] = {"tempo_bpm": "tempo"}


def plan_slot(album_id: str, song_id: str) -> Slot:
    """The slot that changes of a song's settings are put on."""
    return Slot(album_id=album_id, song_id=song_id, step=PLAN_SONG)


def with_changes(plan: AlbumPlan, edits: Mapping[Slot, Edit]) -> tuple[AlbumPlan, dict[str, str]]:
    """An album's plan with people's changes put in, and by song id the reasons why some do not fit.

    Args:
        plan: as the brief gives it.
        edits: the active edits of the album, by slot.
    """
    songs, conflicts = [], {}
    for song in plan.songs:
        edit = edits.get(plan_slot(plan.album_id, song.song_id))
        try:
            songs.append(changed_plan(song, edit) if edit else song)
        except ReviewError as error:
            songs.append(song)
            conflicts[song.song_id] = str(error)
    return (plan.replaced(songs=tuple(songs)) if tuple(songs) != plan.songs else plan), conflicts


def changed_plan(planned: SongPlan, edit: Edit) -> SongPlan:
    """A song's plan with a person's changes put in.

    Raises:
        ReviewError: they change what is no setting of a song, or the plan reads differently now where they were made.
    """
    _check_paths(edit.changes)
    try:
        changed = apply_changes(planned, edit.changes, check=True)
    except ReviewError as error:
        raise ReviewError(
            f"{edit.person} changed {', '.join(_names(edit.changes))} of {planned.song_id}, and the plan is another "
            "one now: choose keep (stay with the changed one) or drop (take the new plan as it is)"
        ) from error
    if not isinstance(changed, SongPlan):
        raise ReviewError(f"the edit of {planned.song_id} does not give the plan of a song: drop it")
    _check_length(changed)
    return changed


def change_song(state: AlbumState, song: SongPlan, changes: SongChanges, person: str) -> AlbumState:
    """The album with changed settings of a song; what follows from them is made again by the next `make`.

    Changes add to those made before. A setting that is given the value it was planned with counts as not changed, and
    where none is left the edit is dropped. The user's own words stay fitted as they are.

    Raises:
        ReviewError: nothing is given, a value is none of the choices, or earlier changes wait for a decision.
    """
    from tasks.albums import album_state

    wanted = with_settings(state, song, changes)
    planned = _planned(state, song.song_id)
    slot = plan_slot(state.album_id, song.song_id)
    differences = _differences(planned, wanted)
    if not differences:
        state.bench.catalogue.drop_edit(slot)
    elif wanted != song:
        _record(state.bench.catalogue, slot, planned, wanted, differences, person)
    return album_state(state.album_id, state.bench)


def with_settings(state: AlbumState, song: SongPlan, changes: SongChanges) -> SongPlan:
    """The plan of a song with some settings changed; nothing is written.

    Raises:
        ReviewError: nothing is given, a value is none of the choices, or earlier changes wait for a decision.
    """
    if song.song_id in state.plan_conflicts:
        raise ReviewError(state.plan_conflicts[song.song_id])
    if not changes.given:
        raise ReviewError(f"nothing is to be changed: give one of {', '.join(SETTINGS)}")
    changed = song.replaced(**checked(changes))
    _check_length(changed)
    return changed


def checked(changes: SongChanges) -> dict[str, object]:
    """The fields of a song's plan that some changes set; a voice brings its range.

    Raises:
        ReviewError: a genre, mood or voice is none of the choices, which are named.
    """
    fields = dict(changes.given)
    for name, choices in (("genre", get_args(Genre)), ("mood", get_args(Mood)), ("voice", tuple(VOICES))):
        value = fields.get(name)
        if value is not None and value not in choices:
            near = difflib.get_close_matches(str(value), choices, n=1)
            hint = f"did you mean {near[0]!r}? " if near else ""
            raise ReviewError(f"{name} {str(value)!r} is not known: {hint}choose from {', '.join(choices)}")
    if changes.voice is not None:
        fields["voice_range"] = VOICES[changes.voice].range
    return fields


def settle_plan(state: AlbumState, song_id: str, policy: EditPolicy) -> None:
    """Deal with changes that do not fit a song's plan, and put the plan that follows into the state.

    Raises:
        ReviewError: the policy is to ask, or to rebase, which has been tried already.
    """
    conflict = state.plan_conflicts.get(song_id)
    if conflict is None:
        return
    catalogue, slot = state.bench.catalogue, plan_slot(state.album_id, song_id)
    edit = catalogue.edit_of(slot)
    if policy in ("ask", "rebase") and edit is not None:
        raise ReviewError(conflict)
    planned = _planned(state, song_id)
    if policy == "drop" or edit is None:
        catalogue.drop_edit(slot)
        state.revise(planned)
        return
    old = state.bench.get(edit.result, SongPlan)
    kept = planned.replaced(**{name: getattr(old, name) for name in _FIELDS})
    differences = _differences(planned, kept)
    if differences:
        _record(catalogue, slot, planned, kept, differences, edit.person)
    else:
        catalogue.drop_edit(slot)
    state.revise(kept)


def settle_plans(state: AlbumState, policy: EditPolicy) -> None:
    """Before songs are made: record the plans that workers read, and deal with changes that do not fit them.

    What the policy leaves open stays a conflict, and its song is not made.
    """
    for song_id in list(state.plan_conflicts):
        with suppress(ReviewError):
            settle_plan(state, song_id, policy)
    for record in (state.plan, *state.plan.songs):
        state.bench.catalogue.put(record)


def described(before: SongPlan, after: SongPlan) -> tuple[str, ...]:
    """What differs between two plans of a song, in words: 'tempo 92 → 104'."""
    found = []
    for name in SETTINGS:
        old, new = getattr(before, name), getattr(after, name)
        if old != new:
            found.append(f"{_SPOKEN.get(name, name)} {old or '(none)'} → {new or '(none)'}")
    if before.sections != after.sections:
        found.append("another form")
    return tuple(found)


def _planned(state: AlbumState, song_id: str) -> SongPlan:
    from tasks.albums import planned_album

    return next(one for one in planned_album(state.brief).songs if one.song_id == song_id)


def _record(
    catalogue: Catalogue, slot: Slot, planned: SongPlan, wanted: SongPlan, changes: tuple[Change, ...], person: str
) -> None:
    catalogue.put(planned)
    edit = Edit(
        step=PLAN_SONG,
        base=planned.digest(),
        person=person,
        made_at=datetime.now(UTC),
        changes=changes,
        result=wanted.digest(),
    )
    catalogue.edit(slot, edit, wanted)


def _differences(planned: SongPlan, wanted: SongPlan) -> tuple[Change, ...]:
    before, after = planned.model_dump(mode="json"), wanted.model_dump(mode="json")
    return tuple(
        Change(path=(name,), before=before[name], after=after[name])
        for name in sorted(_FIELDS)
        if before[name] != after[name]
    )


def _check_length(song: SongPlan) -> None:
    if song.duration_s > LONGEST_S:
        raise ReviewError(
            f"{song.song_id} would last {song.duration_s:.0f} s at {song.tempo_bpm} bpm, and {LONGEST_S:.0f} s is the "
            "most: take a faster tempo"
        )


def _check_paths(changes: Sequence[Change]) -> None:
    for change in changes:
        if change.path[0] not in _FIELDS:
            raise ReviewError(f"{change.path[0]} is no setting of a song; its settings are {', '.join(SETTINGS)}")


def _names(changes: Sequence[Change]) -> list[str]:
    return [_SPOKEN.get(str(change.path[0]), str(change.path[0])) for change in changes]
