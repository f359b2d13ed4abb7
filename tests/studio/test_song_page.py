from __future__ import annotations

import json
import re
from datetime import UTC, datetime

import pytest

from media.sound.encode import read_flac
from media.sound.loudness import block_energies, gated_lufs
from schemas.audio import Master, Stem
from schemas.errors import ArtifactError
from schemas.jobs import MakeRequest, SongChanges
from schemas.lyrics import Lyrics
from schemas.making import Slot
from schemas.music import LeadSheet
from schemas.review import Change, Edit, Remark
from studio.views.song_music import song_music
from studio.views.song_outline import MOST_FILES, outline, stem_desk
from studio.views.song_page import heard_version, song_page, version_pieces
from studio.views.song_pieces import pieces_of
from tasks.deciding import Decider, change_words, judge_songs

ADA = Decider("Ada", "page")


@pytest.fixture
def page(studio_home):
    return song_page(studio_home.bench, studio_home.album_id, "song-1")


def filled(home, step, part="", kind=None):
    slot = Slot(album_id=home.album_id, song_id="song-1", step=step, part=part)
    return home.bench.get(home.catalogue.selected(slot).artifact, kind)


def address(home, rest=""):
    return f"/albums/{home.album_id}/songs/song-1{rest}"


def test_every_syllable_stands_at_the_time_at_which_it_is_sung(studio_home, page):
    vocal, lead = filled(studio_home, "sing", "vocal", Stem), filled(studio_home, "compose_lead_sheet", kind=LeadSheet)
    sung = [syllable for line in page.heard.music.lines for syllable in line.syllables]
    assert [one.text for one in sung] == [one.text for one in lead.syllables]
    assert [one.start_s for one in sung] == [round(time.onset_s, 3) for time in vocal.syllables]
    assert [line.first for line in page.heard.music.lines][:2] == [0, len(page.heard.music.lines[0].syllables)]


def test_lines_say_which_line_of_the_written_words_they_are(studio_home, page):
    lyrics = filled(studio_home, "write_lyrics", kind=Lyrics)
    for line in page.heard.music.lines:
        assert line.text == lyrics.section(line.words).lines[line.number - 1].text


def test_notes_chords_and_parts_lie_in_the_song(page):
    music = page.heard.music
    assert music.melody[0].start_s == pytest.approx(music.lines[0].syllables[0].start_s, abs=0.1)
    assert [chord.start_s for chord in music.chords] == sorted(chord.start_s for chord in music.chords)
    assert {part.name for part in music.parts} == {stem.part for stem in music.stems if stem.role != "vocal"}
    assert all(note.end_s <= music.duration_s for part in music.parts for note in part.notes)
    assert music.sections[0].start_s == 0
    assert music.sections[-1].end_s <= music.duration_s


def test_a_version_is_what_its_own_lineage_says_also_once_the_words_were_changed(studio_home, page):
    section, text = page.heard.music.lines[0].words, "The lamp beside the water"
    change_words(studio_home.bench, studio_home.album_id, "song-1", section=section, line=1, text=text, who=ADA)
    later = song_page(studio_home.bench, studio_home.album_id, "song-1")
    assert later.outdated
    assert later.heard.music == page.heard.music
    assert later.pending_lines == {(section, 1): text}
    assert [edit.person for edit in later.edits if edit.active and not edit.in_song] == ["Ada"]
    assert {prospect.slot.step for prospect in later.prospects} >= {"compose_lead_sheet", "master"}


def test_steps_name_their_seed_weights_inputs_and_machine(studio_home, page):
    steps = {(step.step, step.part): step for step in page.steps}
    assert ("sing", "vocal") in steps
    assert ("inspect", "") in steps
    tune = steps["compose_lead_sheet", ""]
    assert tune.checkpoints[0][0] == "music:transformer"
    assert tune.seed > 0
    assert {one.name for one in tune.inputs} == {"plan", "lyrics", "motif"}
    assert tune.device.endswith("/cpu")
    assert all(studio_home.catalogue.kind(one.digest) for step in page.steps for one in step.inputs)


def test_a_song_that_is_not_there_is_told_with_those_that_are(studio_home):
    with pytest.raises(ArtifactError, match="song-1"):
        song_page(studio_home.bench, studio_home.album_id, "song-9")
    assert studio_home.browser().get(f"/albums/{studio_home.album_id}/songs/song-9").status_code == 404
    assert studio_home.browser().get("/albums/no-such/songs/song-1").status_code == 404


def test_only_versions_that_the_song_had_are_given(studio_home, page):
    master = page.heard.music.master
    assert heard_version(studio_home.bench, studio_home.album_id, "song-1", master) == page.heard
    other = page.heard.music.lead_sheet
    with pytest.raises(ArtifactError, match="never had a version"):
        version_pieces(studio_home.bench, studio_home.album_id, "song-1", other)
    assert studio_home.browser().get(address(studio_home, f"/versions/{other}")).status_code == 404


def test_stems_together_are_as_loud_as_the_desk_says(studio_home, page):
    import numpy as np

    pieces = pieces_of(studio_home.bench, page.heard.music.master)
    desk = stem_desk(studio_home.bench, pieces)
    total = np.zeros((max(stem.frames for stem in pieces.stems.values()), 2))
    for level in desk.stems:
        sound = read_flac(studio_home.bench.blobs.read(pieces.stems[level.part].audio)).astype(float)
        angle = (level.pan + 1) * np.pi / 4
        sides = np.sqrt(2) * np.array([np.cos(angle), np.sin(angle)])
        total[: len(sound)] += sound * sides * 10 ** (level.gain_db / 20)
    assert gated_lufs(block_energies(total)) == pytest.approx(desk.lufs, abs=0.05)
    assert np.abs(total).max() == pytest.approx(desk.peak, rel=0.01)


def test_the_dry_balance_puts_the_voice_over_the_rest(studio_home, page):
    desk = stem_desk(studio_home.bench, pieces_of(studio_home.bench, page.heard.music.master))
    gains = {level.part: level.gain_db for level in desk.stems}
    assert gains["vocal-double"] < gains["vocal"] if "vocal-double" in gains else "vocal" in gains


def test_outlines_are_measured_once_and_the_cache_stays_small(studio_home, page, monkeypatch):
    folder = studio_home.bench.settings.home / "cache" / "outlines"
    master = studio_home.bench.get(page.heard.music.master, Master)
    assert outline(studio_home.bench, master.audio).peaks == page.heard.peaks
    monkeypatch.setattr("media.sound.encode.read_flac", lambda _: pytest.fail("measured again"))
    assert outline(studio_home.bench, master.audio).peaks == page.heard.peaks
    monkeypatch.undo()
    monkeypatch.setattr("studio.views.song_outline.MOST_FILES", 6)
    for points in range(10, 30):
        outline(studio_home.bench, master.audio, points)
    assert len(list(folder.glob("*.json"))) <= 6 < MOST_FILES


def test_a_torn_cache_file_is_measured_again(studio_home, page):
    folder = studio_home.bench.settings.home / "cache" / "outlines"
    for file in folder.glob("*.json"):
        file.write_text("{")
    assert song_page(studio_home.bench, studio_home.album_id, "song-1").heard == page.heard


def test_what_scripts_read_cannot_end_their_element(studio_home, page):
    remark = Remark(at_s=3, text="</script><script>alert(1)</script>")
    judge_songs(studio_home.bench, studio_home.album_id, ["song-1"], "rejected", ADA, reason="<b>", remarks=[remark])
    body = studio_home.browser().get(address(studio_home)).text
    facts = re.search(r'<script type="application/json" id="song-facts">(.*?)</script>', body, re.DOTALL)[1]
    assert "<" not in facts
    assert json.loads(facts)["remarks"] == [{"at_s": 3.0, "text": remark.text, "by": "Ada"}]
    assert "<script>alert" not in body
    assert "<b>" not in re.search(r'<div class="notice notice-warn">.*?</div>', body, re.DOTALL)[0]


@pytest.mark.parametrize(
    ("rest", "role", "status"),
    [
        ("/verdict", "viewer", 403),
        ("/take", "viewer", 403),
        ("/settle", "viewer", 403),
        ("/retake", "reviewer", 403),
        ("/follow", "reviewer", 403),
    ],
)
def test_roles_bound_what_the_forms_do(studio_home, rest, role, status):
    sent = {"decision": "approved", "step": "sing", "number": "0", "policy": "drop", "takes": "1"}
    assert studio_home.browser(role).post(address(studio_home, rest), data=sent).status_code == status
    assert studio_home.catalogue.verdicts(studio_home.album_id) == []
    assert studio_home.catalogue.queue() == []


def test_a_form_without_the_sessions_secret_is_refused(studio_home):
    browser = studio_home.browser("admin")
    del browser.headers["X-CSRF-Token"]
    assert browser.post(address(studio_home, "/verdict"), data={"decision": "approved"}).status_code == 403


def test_a_verdict_on_what_was_made_again_meanwhile_is_not_taken(studio_home):
    sent = {"decision": "approved", "master": "0" * 64}
    answer = studio_home.browser("reviewer").post(address(studio_home, "/verdict"), data=sent)
    assert answer.status_code == 303
    assert "made%20again" in answer.headers["set-cookie"]
    assert studio_home.catalogue.verdicts(studio_home.album_id) == []


@pytest.mark.parametrize("remarks", ["{", '[{"at_s": -1, "text": "x"}]', '[{"at_s": 1, "text": ""}]', "null"])
def test_remarks_that_cannot_be_read_are_told_and_nothing_is_kept(studio_home, remarks):
    sent = {"decision": "rejected", "reason": "no", "remarks": remarks}
    assert studio_home.browser("reviewer").post(address(studio_home, "/verdict"), data=sent).status_code == 303
    assert studio_home.catalogue.verdicts(studio_home.album_id) == []


def test_what_follows_is_asked_for_with_the_albums_own_brief(studio_home):
    answer = studio_home.browser("producer").post(address(studio_home, "/follow"), data={"edits": "keep"})
    assert answer.status_code == 303
    [job] = studio_home.catalogue.queue()
    assert isinstance(job.request, MakeRequest)
    assert (job.request.edits, job.request.briefs[0].album_id, job.by) == ("keep", studio_home.album_id, "Pat")


def test_an_edit_that_no_longer_fits_is_shown_and_settled(studio_home):
    slot = Slot(album_id=studio_home.album_id, song_id="song-1", step="write_lyrics")
    other = filled(studio_home, "write_lyrics", kind=Lyrics).replaced(title="Before")
    edited = other.replaced(title="After <i>")
    change = Change(path=("title",), before="Before", after="After <i>")
    base = studio_home.catalogue.put(other)
    facts = {"person": "Bo <b>", "made_at": datetime.now(UTC), "changes": (change,), "result": edited.digest()}
    studio_home.catalogue.edit(slot, Edit(step="write_lyrics", base=base, **facts), edited)
    body = studio_home.browser("reviewer").get(address(studio_home)).text
    assert "Bo &lt;b&gt; edited another take" in body
    assert body.count('name="policy" value="rebase"') == 1
    sent = {"step": "write_lyrics", "policy": "drop"}
    assert studio_home.browser("reviewer").post(address(studio_home, "/settle"), data=sent).status_code == 303
    assert studio_home.catalogue.edit_of(slot) is None
    assert studio_home.catalogue.choices(album_id=studio_home.album_id)[0].what == "settle_edit"


def test_takes_of_the_words_stand_side_by_side_and_one_is_selected(studio_home):
    slot = Slot(album_id=studio_home.album_id, song_id="song-1", step="write_lyrics")
    first = studio_home.catalogue.selected(slot)
    studio_home.catalogue.take(slot, 1, first.recipe, first.artifact)
    takes = song_page(studio_home.bench, studio_home.album_id, "song-1").takes
    assert [(take.number, take.selected, take.lines[1]) for take in takes] == [
        (0, True, "The light upon the water"),
        (1, False, "The light upon the water"),
    ]
    sent = {"step": "write_lyrics", "number": "1"}
    assert studio_home.browser("reviewer").post(address(studio_home, "/take"), data=sent).status_code == 303
    assert studio_home.catalogue.selected_number(slot) == 1


def test_a_retake_sent_twice_is_one_job(studio_home):
    browser = studio_home.browser("producer")
    sent = {"step": "compose_lead_sheet", "takes": "2", "tonality": "Eb minor", "mood": "calm", "key": "one-form"}
    for _ in range(2):
        browser.post(address(studio_home, "/retake"), data=sent)
    [job] = studio_home.catalogue.queue()
    expected = SongChanges.model_validate({"key": {"tonic": "Eb", "mode": "minor"}, "mood": "calm"})
    assert (job.request.takes, job.request.changes) == (2, expected)


def test_a_retake_with_a_setting_out_of_bounds_is_told(studio_home):
    sent = {"step": "sing", "takes": "1", "tempo_bpm": "400"}
    shown = studio_home.browser("producer").post(address(studio_home, "/retake/preview"), data=sent)
    assert shown.status_code == 200
    assert "tempo_bpm" in shown.text
    assert "field-wrong" in shown.text


def test_syllables_are_counted_as_they_will_be_sung(studio_home):
    browser = studio_home.browser()
    told = browser.get(address(studio_home, "/words/count"), params={"text": "The light upon the water"}).json()
    assert told == {"syllables": 7, "words": 5}
    assert browser.get(address(studio_home, "/words/count")).json() == {"syllables": 0, "words": 0}


def test_the_music_of_a_version_goes_through_json_whole(studio_home, page):
    music = song_music(pieces_of(studio_home.bench, page.heard.music.master))
    assert type(music).model_validate_json(music.model_dump_json()) == music
