from __future__ import annotations

import pytest

from artifacts.verify import verify
from schemas.audio import Stem
from schemas.errors import ReviewError
from schemas.lyrics import Lyrics
from schemas.music import LeadSheet
from tasks.prospects import foresee
from tasks.retakes import begin_retake, finish_retake, select_take
from tasks.word_edits import edit_line


def _blob_path(shop, blob):
    found = [path for path in (shop.settings.home / "blobs").rglob(f"*{blob.sha256[2:]}*") if path.is_file()]
    assert len(found) == 1
    return found[0]


def _flip_a_byte(path):
    path.chmod(0o644)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0xFF
    path.write_bytes(content)


def test_a_second_make_makes_nothing(made):
    state, delivered = made.make()
    assert delivered == []
    assert {prospect.action for prospect in foresee(made.open())} == {"reuse"}


def test_every_syllable_is_sung_on_one_note(made):
    state, _ = made.make()
    song = state.plan.songs[0]
    lead = made.bench.get(state.of("compose_lead_sheet", song), LeadSheet)
    vocal = made.bench.get(state.of("sing", song, "vocal"), Stem)
    assert len(lead.melody) == len(lead.syllables) == len(vocal.syllables)


def test_the_same_brief_in_another_store_gives_the_same_digests(made, tmp_path):
    from tests.tasks.conftest import workshop_in

    again = workshop_in(tmp_path / "again")
    again.make()
    assert again.digests() == made.digests()


def test_a_flipped_byte_in_a_stem_is_found_and_that_stem_alone_is_made_again(made):
    before = made.digests()
    state, _ = made.make()
    song = state.plan.songs[0]
    stem = made.bench.get(state.of("render_stem", song, "bass"), Stem)
    _flip_a_byte(_blob_path(made, stem.audio))
    report = verify(made.bench.catalogue)
    assert report.damaged_blobs == (stem.audio.sha256,)
    _, delivered = made.make()
    assert [(item.slot.step, item.slot.part) for item in delivered] == [("render_stem", "bass")]
    assert made.digests() == before
    assert verify(made.bench.catalogue).ok


def test_a_lost_blob_is_made_again(made):
    state, _ = made.make()
    stem = made.bench.get(state.of("sing", state.plan.songs[0], "vocal"), Stem)
    _blob_path(made, stem.audio).unlink()
    _, delivered = made.make()
    assert [(item.slot.step, item.slot.part) for item in delivered] == [("sing", "vocal")]


def test_a_retake_of_the_cover_makes_the_cover_alone(made):
    state, _ = made.make()
    retake = begin_retake(state, None, "paint_cover", part="", takes=1)
    _, delivered = made.make(retake.album)
    assert [item.slot.step for item in delivered] == ["paint_cover"]
    assert finish_retake(retake) == 1


def test_a_retake_of_the_double_makes_what_follows_from_it_and_nothing_else(made):
    state, _ = made.make()
    retake = begin_retake(state, state.plan.songs[0], "sing", part="vocal-double", takes=2)
    _, delivered = made.make(retake.album)
    made_again = [(item.slot.step, item.slot.part) for item in delivered]
    assert made_again.count(("sing", "vocal-double")) == 2
    assert {step for step, _ in made_again} == {"sing", "mix", "master", "encode", "inspect"}
    slot = retake.slot
    select_take(retake.album, slot, 0)
    _, delivered = made.make()
    assert delivered == []


def test_a_step_without_chance_cannot_be_retaken(made):
    state, _ = made.make()
    with pytest.raises(ReviewError, match="without chance"):
        begin_retake(state, state.plan.songs[0], "mix", part="", takes=1)
    with pytest.raises(ReviewError, match="nearest is 'compose_lead_sheet'"):
        begin_retake(state, state.plan.songs[0], "compose", part="", takes=1)


def _edit(made, text="The lamp upon the water"):
    state, _ = made.make()
    return edit_line(state, state.plan.songs[0], section="verse 1", line=1, text=text, person="Ada")


def test_an_edited_line_is_sung_and_said_to_be_a_persons(made):
    assert _edit(made) == ("The light upon the water", "The lamp upon the water")
    state, delivered = made.make()
    assert "sing" in {item.slot.step for item in delivered}
    song = state.plan.songs[0]
    lead = made.bench.get(state.of("compose_lead_sheet", song), LeadSheet)
    assert "lamp" in {syllable.word_text for syllable in lead.syllables}


def test_an_edit_with_another_number_of_syllables_is_refused(made):
    with pytest.raises(ReviewError, match="syllables"):
        _edit(made, "The lamplight upon the water")


def test_a_retake_under_an_edit_is_a_conflict_until_someone_decides(made):
    _edit(made)
    made.make()
    state, _ = made.make()
    song = state.plan.songs[0]
    slot = state.slot("write_lyrics", song)
    original = made.bench.catalogue.selected(slot)
    edited = state.digest(slot)
    # another take of the words, as a retake would give them
    other = made.bench.get(original.artifact, Lyrics).replaced(title="Another Title")
    made.bench.catalogue.put(other)
    made.bench.catalogue.take(slot, 0, original.recipe, other.digest())
    from tasks.edits import conflict_of, settle

    catalogue = made.bench.catalogue
    assert "Ada edited another take" in conflict_of(catalogue, slot, other.digest())
    with pytest.raises(ReviewError, match="keep .* rebase .* drop"):
        settle(catalogue, slot, other.digest(), "ask")
    rebased = made.bench.get(settle(catalogue, slot, other.digest(), "rebase"), Lyrics)
    assert rebased.title == "Another Title"
    assert rebased.section("verse 1").lines[0].text == "The lamp upon the water"
    assert made.bench.get(edited, Lyrics).title == "Upon the Water"
    assert conflict_of(catalogue, slot, other.digest()) == ""


def test_one_failed_song_keeps_its_reason_and_is_made_once_the_reason_is_gone(made, monkeypatch):
    from tasks.steps import sound

    retake = begin_retake(made.make()[0], made.open().plan.songs[0], "sing", part="vocal", takes=1)

    def broken(order, bench):
        raise RuntimeError("the singer lost her voice")

    from tasks.steps.table import STEPS

    monkeypatch.setitem(STEPS, "sing", sound.SING.__class__(**{**sound.SING.__dict__, "make": broken}))
    state, _ = made.make(retake.album)
    assert "lost her voice" in state.failures["song-1"]
    assert "lost her voice" in made.bench.catalogue.failures(state.album_id)[0].reason
    monkeypatch.undo()
    state, delivered = made.make()
    assert state.failures == {}
    assert delivered[0].slot.step == "sing"


def test_a_kept_edit_turns_the_new_take_into_what_was_kept_when_it_is_replayed(made):
    from tasks.edits import apply_changes, conflict_of, settle

    _edit(made)
    state, _ = made.make()
    slot = state.slot("write_lyrics", state.plan.songs[0])
    catalogue = made.bench.catalogue
    kept = state.digest(slot)
    other = catalogue.get(catalogue.selected(slot).artifact).replaced(title="Another Title")
    catalogue.put(other)
    assert settle(catalogue, slot, other.digest(), "keep") == kept
    edit = catalogue.edit_of(slot)
    assert apply_changes(other, edit.changes, check=True).digest() == kept
    assert conflict_of(catalogue, slot, other.digest()) == ""


def test_a_stem_says_which_font_stood_in_for_a_better_one(made, monkeypatch):
    from pathlib import Path

    from media.sound import fonts
    from tasks.bench import Bench
    from tasks.orders import Order
    from tasks.steps.sound import RENDER

    monkeypatch.setattr(fonts, "FLUID_R3", Path("nowhere.sf2"))
    state, _ = made.make()
    slot = state.slot("render_stem", state.plan.songs[0], "bass")
    order = Order(slot=slot, take=0, recipe=RENDER.recipe(state, slot, 0), run="run-test")
    auto = Bench(made.settings.model_copy(update={"font": "auto"}))
    made_again = RENDER.make(order, auto)
    assert made_again.artifact.digest() == state.digest(slot)
    assert "stands in" in made_again.notes[0]
    assert RENDER.make(order, made.bench).notes == ()
    auto.catalogue.close()
