"""What a retake would do before it is asked for: what is made again, what is reused, what needs a decision."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tasks.albums import album_state
from tasks.prospects import accept_failures, foresee
from tasks.retakes import check_request, retaken_slot, wanting
from tasks.song_changes import with_settings
from tasks.state import AlbumState

if TYPE_CHECKING:
    from schemas.jobs import EditChoice, RetakeRequest
    from schemas.review import Edit
    from tasks.bench import Bench
    from tasks.orders import Prospect


def preview(bench: Bench, request: RetakeRequest) -> list[Prospect]:
    """A prospect for every slot of the album as it would be after a retake was asked for; nothing is written.

    Edits that would no longer fit stand there as conflicts, those upstream of which something is made again too.

    Raises:
        ArtifactError: there is no such album or song.
        ReviewError: the step or part cannot be retaken, a setting is none of the choices, or nothing is asked.
    """
    state = album_state(request.album_id, bench)
    song = check_request(state, request)
    if song is not None and request.changes.given:
        changed = with_settings(state, song, request.changes)
        songs = tuple(changed if one.song_id == song.song_id else one for one in state.plan.songs)
        plan = state.plan.replaced(songs=songs)
        state = AlbumState(state.brief, plan, bench, plan_conflicts=state.plan_conflicts)
        song = changed
    if request.takes:
        state = wanting(state, retaken_slot(state, song, request.step, request.part), request.takes)
    prospects = foresee(state)
    accept_failures(state)
    edits = bench.catalogue.album_edits(request.album_id)
    return [_with_edit(prospect, edits.get(prospect.slot), request.edits) for prospect in prospects]


_WILL = {"keep": "stays", "rebase": "is put into the new one", "drop": "is dropped"}


def _with_edit(prospect: Prospect, edit: Edit | None, choice: EditChoice) -> Prospect:
    """A slot that somebody edited and that is made again: what is made will not be what they edited."""
    if edit is None or prospect.action == "reuse":
        return prospect
    if choice != "ask":
        why = f"{edit.person}'s edit {_WILL[choice]} ({prospect.why})"
        return prospect.replaced(why=why[:400])
    if prospect.action == "conflict":
        return prospect
    why = f"{edit.person}'s edit was made on what is there now: decide to keep, rebase or drop it ({prospect.why})"
    return prospect.replaced(action="conflict", why=why[:400])
