from __future__ import annotations

import pytest

from schemas.errors import ReviewError
from schemas.music import LeadSheet
from tasks.albums import album_state
from tasks.note_edits import NoteChange, edit_notes
from tasks.prospects import foresee


@pytest.fixture
def sheet(made):
    state, song = _opened(made)
    return made.bench.get(state.of("compose_lead_sheet", song), LeadSheet)


def _opened(made):
    state = album_state(made.brief.album_id, made.bench)
    foresee(state)
    return state, state.plan.songs[0]


def _edit(made, *changes):
    state, song = _opened(made)
    return edit_notes(state, song, [NoteChange(**change) for change in changes], person="Ada")


def test_an_edited_note_is_in_the_tune_and_asks_for_what_follows(made, sheet):
    pitch = sheet.melody[2].pitch + 1
    digest = _edit(made, {"index": 2, "pitch": pitch})
    assert made.bench.get(digest, LeadSheet).melody[2].pitch == pitch
    state = album_state(made.brief.album_id, made.bench)
    again = {item.slot.step for item in foresee(state) if item.action != "reuse"}
    assert {"arrange_score", "sing", "master"} <= again
    assert "compose_lead_sheet" not in again
    assert state.of("compose_lead_sheet", state.plan.songs[0]) == digest


def test_edits_add_up_one_change_a_note_and_going_back_drops_the_edit(made, sheet):
    catalogue = made.bench.catalogue
    _edit(made, {"index": 2, "pitch": sheet.melody[2].pitch + 1})
    _edit(made, {"index": 2, "pitch": sheet.melody[2].pitch + 2}, {"index": 4, "duration_ticks": 60})
    state, song = _opened(made)
    edit = catalogue.edit_of(state.slot("compose_lead_sheet", song))
    assert [change.path for change in edit.changes] == [("melody", 2), ("melody", 4)]
    assert edit.changes[0].before["pitch"] == sheet.melody[2].pitch
    note = sheet.melody[4]
    back = [{"index": 2, "pitch": sheet.melody[2].pitch}, {"index": 4, "duration_ticks": note.duration_ticks}]
    assert _edit(made, *back) == sheet.digest()
    assert catalogue.edit_of(state.slot("compose_lead_sheet", song)) is None


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"index": 1, "pitch": 100}, r"bar \d+, note 2 \(.*E7 is outside what the voice"),
        ({"index": 1, "duration_ticks": 9000}, r"note 2 .* ticks into the next one"),
        ({"index": 1, "onset_ticks": 20000}, r"note 2 .* come after the next one"),
        ({"index": 900, "pitch": 60}, "there is no note 901"),
        ({"index": 1}, "nothing is to be changed"),
    ],
)
def test_a_note_that_does_not_fit_is_refused_by_bar_and_number(made, change, words):
    with pytest.raises(ReviewError, match=words):
        _edit(made, change)


def test_the_last_note_stays_inside_the_song(made, sheet):
    with pytest.raises(ReviewError, match="after the last bar"):
        _edit(made, {"index": len(sheet.melody) - 1, "duration_ticks": 90000})
