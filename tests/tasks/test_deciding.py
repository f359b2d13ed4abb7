from __future__ import annotations

import pytest

from schemas.errors import ArtifactError, BriefError, ReviewError
from schemas.jobs import MakeRequest, PressRequest, RetakeRequest, SongChanges
from schemas.lyrics import Lyrics
from schemas.review import Remark
from tasks.asking import let_back_in
from tasks.deciding import (
    Decider,
    ask,
    cancel,
    change_notes,
    change_settings,
    change_words,
    choose_take,
    current,
    judge_songs,
    judge_under_policy,
    order_songs,
    settle_edit_of,
)
from tasks.edits import record_edit
from tasks.note_edits import NoteChange
from tasks.policies import policy_of

ADA = Decider("Ada", "api")


@pytest.fixture
def album(made):
    return made.brief.album_id


def _last(made):
    """The newest choice, and the kinds of event since the album was copied, oldest first."""
    catalogue = made.bench.catalogue
    return catalogue.choices()[0], [event.kind for event in catalogue.events_after(0)]


def test_a_verdict_is_recorded_logged_told_and_changes_where_the_album_stands(made, album):
    remarks = [Remark(at_s=9.5, text="too loud"), Remark(at_s=3, text="lovely")]
    verdicts = judge_songs(made.bench, album, ["song-1"], "retake", ADA, reason="drags", remarks=remarks)
    assert [remark.at_s for remark in verdicts[0].remarks] == [3, 9.5]
    assert made.bench.catalogue.verdicts(album) == verdicts
    choice, kinds = _last(made)
    assert (choice.who, choice.via, choice.what, choice.song_id, choice.why) == (
        "Ada",
        "api",
        "want_retake",
        "song-1",
        "drags",
    )
    assert choice.subject == verdicts[0].subject
    assert choice.body["remarks"][0] == {"at_s": 3.0, "text": "lovely"}
    assert "verdict.given" in kinds
    assert made.bench.catalogue.standing(album).rejected == 1


def test_without_names_all_that_is_finished_is_judged(made, album):
    verdicts = judge_songs(made.bench, album, [], "approved", ADA)
    assert [verdict.song_id for verdict in verdicts] == ["song-1", None]


@pytest.mark.parametrize(
    ("songs", "decision", "extra", "error", "words"),
    [
        (["song-9"], "approved", {}, ArtifactError, "no song 'song-9': choose from song-1"),
        (["song-1"], "rejected", {}, ReviewError, "a rejection needs a reason"),
        (["song-1"], "retake", {"reason": " "}, ReviewError, "a retake needs a reason"),
        (["cover"], "approved", {"remarks": [Remark(at_s=1, text="x")]}, ReviewError, "one song"),
        (["song-1"], "approved", {"remarks": [Remark(at_s=3000, text="x")]}, ReviewError, "after the song's end"),
    ],
)
def test_a_verdict_that_does_not_fit_leaves_nothing_behind(made, album, songs, decision, extra, error, words):
    with pytest.raises(error, match=words):
        judge_songs(made.bench, album, songs, decision, ADA, **extra)
    assert made.bench.catalogue.verdicts(album) == []
    assert made.bench.catalogue.choices() == []


@pytest.mark.parametrize(
    "name",
    ["", "  ", "policy:demo", "Policy:demo", "schedule:x", "policy\uff1ademo", "x" * 121, "Ada\u200b", "\x1b[2J"],
)
def test_a_name_that_is_nobodys_is_refused(name):
    with pytest.raises(ReviewError, match="name"):
        Decider(name, "page")


def test_every_choice_of_a_policy_is_logged_with_its_text(made, album):
    assert len(judge_under_policy(made.bench, album, "careful")) == 2
    choices = made.bench.catalogue.choices()
    assert {(choice.who, choice.via, choice.what) for choice in choices} == {("policy:careful", "policy", "approve")}
    assert {choice.why for choice in choices} == {policy_of("careful").text}
    assert made.bench.catalogue.standing(album).state == "approved"


def test_changed_words_are_an_edit_of_the_one_who_changed_them(made, album):
    text = "The lamp upon the water"
    before, after = change_words(made.bench, album, "song-1", section="verse 1", line=1, text=text, who=ADA)
    assert (before, after) == ("The light upon the water", text)
    choice, kinds = _last(made)
    assert (choice.what, choice.body["line"], choice.body["after"]) == ("edit_words", 1, text)
    assert "edit.made" in kinds
    state = current(made.bench, album)
    assert made.bench.catalogue.edit_of(state.slot("write_lyrics", state.plan.songs[0])).person == "Ada"
    assert made.bench.catalogue.standing(album).state == "open"


def test_a_line_changed_twice_has_one_change_and_changed_back_has_none(made, album):
    for text in ("The lamp upon the water", "The moon upon the water"):
        change_words(made.bench, album, "song-1", section="verse 1", line=1, text=text, who=ADA)
    state = current(made.bench, album)
    slot = state.slot("write_lyrics", state.plan.songs[0])
    edit = made.bench.catalogue.edit_of(slot)
    assert [change.path for change in edit.changes if change.path[0] == "sections"] == [("sections", 0, "lines", 0)]
    assert made.bench.get(edit.result, Lyrics).section("verse 1").lines[0].text == "The moon upon the water"
    back = "The light upon the water"
    change_words(made.bench, album, "song-1", section="verse 1", line=1, text=back, who=ADA)
    assert made.bench.catalogue.edit_of(slot) is None


def test_a_note_and_a_setting_are_changed_and_dropped_again(made, album):
    change_notes(made.bench, album, "song-1", [NoteChange(index=0, duration_ticks=60)], ADA)
    settle_edit_of(made.bench, album, "song-1", "compose_lead_sheet", "", "drop", ADA)
    assert made.bench.catalogue.standing(album).state == "review"
    state = change_settings(made.bench, album, "song-1", SongChanges(swing=0.2), ADA)
    assert state.plan.songs[0].swing == 0.2
    settle_edit_of(made.bench, album, "song-1", "plan_song", "", "drop", ADA)
    whats = [choice.what for choice in reversed(made.bench.catalogue.choices())]
    assert whats == ["edit_notes", "settle_edit", "change_song", "settle_edit"]
    assert made.bench.catalogue.standing(album).state == "review"


def _conflict(made, album):
    """An edit of the words that was made on another take than the one that fills the slot now."""
    state = current(made.bench, album)
    slot = state.slot("write_lyrics", state.plan.songs[0])
    now = made.bench.get(state.digest(slot), Lyrics)
    other = now.replaced(notes=("another take",))
    made.bench.catalogue.put(other)
    from schemas.review import Change

    change = Change(path=("title",), before=now.title, after="Upon the Lake")
    record_edit(made.bench.catalogue, slot, other, (change,), "Ben")
    return slot, now


@pytest.mark.parametrize(
    ("policy", "title", "notes"), [("keep", "Upon the Lake", ("another take",)), ("rebase", "Upon the Lake", ())]
)
def test_a_conflict_is_settled_from_the_page(made, album, policy, title, notes):
    slot, now = _conflict(made, album)
    assert made.bench.catalogue.standing(album) is not None
    settle_edit_of(made.bench, album, "song-1", "write_lyrics", "", policy, ADA)
    edit = made.bench.catalogue.edit_of(slot)
    assert edit.base == now.digest()
    edited = made.bench.get(edit.result, Lyrics)
    assert (edited.title, edited.notes) == (title, notes)
    assert "edited another take" not in made.bench.catalogue.standing(album).reason


def test_a_conflict_shows_where_the_album_stands_and_its_words_cannot_be_edited_over_it(made, album):
    _conflict(made, album)
    with pytest.raises(ReviewError, match="Ben edited another take"):
        change_words(made.bench, album, "song-1", section="verse 1", line=1, text="The moon upon the water", who=ADA)
    from tasks.standing import refresh_standing

    assert "Ben edited another take" in refresh_standing(made.bench, album).reason
    settle_edit_of(made.bench, album, "song-1", "write_lyrics", "", "drop", ADA)
    assert made.bench.catalogue.standing(album).state == "review"


def test_asking_decides_nothing_and_there_must_be_an_edit(made, album):
    with pytest.raises(ReviewError, match="decides nothing"):
        settle_edit_of(made.bench, album, "song-1", "write_lyrics", "", "ask", ADA)
    with pytest.raises(ReviewError, match="no edit"):
        settle_edit_of(made.bench, album, "song-1", "write_lyrics", "", "keep", ADA)


def test_a_take_is_chosen_and_one_that_is_not_there_is_refused(made, album):
    slot = choose_take(made.bench, album, "song-1", "sing", "vocal", 0, ADA)
    choice, kinds = _last(made)
    assert (choice.what, choice.subject, choice.body["part"]) == ("select_take", "take 0", "vocal")
    assert "take.selected" in kinds
    with pytest.raises(ReviewError, match="no take 3; it has 0"):
        choose_take(made.bench, album, "song-1", "sing", "vocal", 3, ADA)
    assert made.bench.catalogue.selected_number(slot) == 0


def test_the_order_of_the_songs_is_logged_and_told(made, album):
    order_songs(made.bench, album, ["song-1"], ADA)
    choice, _ = _last(made)
    assert (choice.what, choice.body) == ("order_songs", {"songs": ["song-1"]})
    assert made.bench.catalogue.events_after(0)[-1].body["order"] == ["song-1"]
    for wrong in ([], ["song-1", "song-1"], ["song-2"]):
        with pytest.raises(ReviewError, match="song"):
            order_songs(made.bench, album, wrong, ADA)


def test_asking_twice_with_a_key_gives_one_job_and_one_line_in_the_log(made, album):
    request = RetakeRequest(album_id=album, song_id="song-1", step="sing", part="vocal", reason="breathier")
    job = ask(made.bench, request, ADA, key="once")
    assert ask(made.bench, request, ADA, key="once").id == job.id
    choices = made.bench.catalogue.choices()
    assert [(choice.what, choice.subject, choice.why) for choice in choices] == [("ask_retake", job.id, "breathier")]
    assert made.bench.catalogue.standing(album).state == "queued"
    assert cancel(made.bench, job.id, ADA, "no time").state == "cancelled"
    assert made.bench.catalogue.standing(album).state == "review"
    kinds = [event.kind for event in made.bench.catalogue.events_after(0) if event.job_id == job.id]
    assert kinds == ["job.queued", "job.cancelled"]


@pytest.mark.parametrize(
    ("request_", "error", "words"),
    [
        ({"step": "sing", "song_id": "song-1"}, ReviewError, "vocal, vocal-double"),
        ({"step": "mix", "song_id": "song-1"}, ReviewError, "without chance"),
        ({"step": "sing", "song_id": "song-7", "part": "vocal"}, ArtifactError, "song-7"),
        ({"step": "write_lyrics", "song_id": "song-1", "takes": 0}, ReviewError, "nothing is asked"),
        ({"step": "paint_cover", "changes": {"swing": 0.1}}, ReviewError, "settings are those of a song"),
        ({"step": "mix", "song_id": "song-1", "takes": 0, "changes": {"genre": "x"}}, ReviewError, "bossa"),
    ],
)
def test_a_retake_that_is_not_possible_is_refused_at_the_door(made, album, request_, error, words):
    with pytest.raises(error, match=words):
        ask(made.bench, RetakeRequest.model_validate({"album_id": album, **request_}), ADA)
    assert made.bench.catalogue.queue() == []
    assert made.bench.catalogue.choices() == []


def test_a_single_brief_that_cannot_be_planned_is_refused_and_one_of_many_fails_alone(made):
    good, bad = made.brief.replaced(seed=6), made.brief.replaced(voice="basso")
    with pytest.raises(BriefError, match="basso"):
        ask(made.bench, MakeRequest(briefs=(bad,)), ADA)
    job = ask(made.bench, MakeRequest(briefs=(good, bad), name="two"), ADA)
    assert job.albums == (good.album_id, bad.album_id)
    states = {entry.album_id: entry for entry in made.bench.catalogue.standings()[0]}
    assert states[good.album_id].state == "queued"
    assert states[bad.album_id].state == "failed"
    assert "basso" in states[bad.album_id].reason


def test_a_press_names_a_written_policy_or_none(made, album):
    with pytest.raises(ReviewError, match="careful, demo"):
        ask(made.bench, PressRequest(album_id=album, policy="blind"), ADA)
    assert ask(made.bench, PressRequest(album_id=album, policy="demo"), ADA).request.policy == "demo"


def test_an_album_let_back_in_is_in_the_log_with_why_it_was_set_aside(made, album):
    made.bench.catalogue.quarantine(album, "its worker died twice")
    assert let_back_in(made.bench, album, ADA) == "its worker died twice"
    assert let_back_in(made.bench, album, ADA) is None
    (choice,) = made.bench.catalogue.choices()
    assert (choice.what, choice.who, choice.why) == ("lift_quarantine", "Ada", "its worker died twice")
    assert made.bench.catalogue.standing(album).state == "review"
