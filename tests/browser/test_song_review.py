from __future__ import annotations

import shutil

import pytest

from schemas.lyrics import Lyrics
from schemas.music import LeadSheet
from tests.browser.song_studio import Window, served

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def own_studio(twice_home, tmp_path):
    """For tests that decide or change something."""
    shutil.copytree(twice_home / "home", tmp_path / "home")
    with served(tmp_path, two_people=True) as found:
        yield found


@pytest.fixture
def own_window(chromium, own_studio):
    with Window(chromium, own_studio) as found:
        yield found
        assert found.complaints == []


def test_a_remark_at_the_playhead_goes_with_a_rejection_and_is_shown_as_text(own_window, own_studio, chromium):
    own_window.seek(12.3)
    own_window.key("m")
    own_window.page.keyboard.type("<b>late</b> here")
    own_window.key("Enter")
    assert own_window.page.locator("#flags button[aria-label^='Remark at 0:12']").count() == 1
    own_window.key("n")
    own_window.page.keyboard.type("<img src=x onerror=document.title=1>")
    own_window.page.click("#verdict-send")
    own_window.page.wait_for_url("**/albums/*")
    [verdict] = own_studio.catalogue.verdicts(own_studio.album_id)
    assert (verdict.decision, verdict.by, verdict.song_id) == ("rejected", "Ada", "song-1")
    assert [(remark.at_s, remark.text) for remark in verdict.remarks] == [(12.3, "<b>late</b> here")]
    with Window(chromium, own_studio) as again:
        assert "<img src=x onerror" in again.page.text_content("#panel-verdict")
        assert again.page.locator("#panel-verdict img, #panel-verdict b").count() == 0
        again.page.locator("[data-go]").first.click()
        assert again.deck("deck.currentTime") == pytest.approx(12.3, abs=0.01)
        assert again.complaints == []


def test_a_rejection_without_a_reason_is_asked_for_one(own_window, own_studio):
    own_window.key("n")
    own_window.page.click("#verdict-send")
    own_window.page.wait_for_timeout(200)
    assert own_studio.catalogue.verdicts(own_studio.album_id) == []
    assert own_window.ask("document.activeElement.id") == "reason"


def test_an_approval_takes_two_keys_and_the_page_says_who_else_must(own_window, own_studio, chromium):
    own_window.key("y", "Enter")
    own_window.page.wait_for_url("**/albums/*")
    [verdict] = own_studio.catalogue.verdicts(own_studio.album_id)
    assert (verdict.decision, verdict.subject) == ("approved", own_studio.masters()[-1])
    with Window(chromium, own_studio, role="reviewer", name="Bo") as other:
        assert "So far: Ada; one more is needed" in other.page.text_content("#panel-verdict")


def test_a_line_is_edited_in_its_place_and_what_does_not_fit_is_said_beside_it(own_window, own_studio):
    own_window.key("e")
    own_window.page.click(".line[data-line='0']")
    field = own_window.page.locator(".line-form input")
    field.fill("The lamp beside the water now")
    own_window.until("document.querySelector('.line-count').classList.contains('count-off')")
    own_window.page.get_by_role("button", name="Put in", exact=True).click()
    own_window.until("document.querySelector('.line-form .field-wrong').textContent.includes('syllables')")
    assert own_studio.catalogue.edit_of(own_studio.slot("write_lyrics")) is None
    field.fill("The lamp beside the water")
    field.press("Enter")
    own_window.until("!document.querySelector('.line-form')")
    edit = own_studio.catalogue.edit_of(own_studio.slot("write_lyrics"))
    assert edit.person == "Ada"
    lines = own_studio.bench.get(edit.result, Lyrics).sections[0].lines
    assert lines[0].text == "The lamp beside the water"
    assert own_window.page.locator("#outdated").is_visible()
    own_window.complaints[:] = [said for said in own_window.complaints if "409" not in said]
    own_window.page.reload()
    assert "The lamp beside the water" in own_window.page.text_content(".line-pending")


def test_notes_are_changed_by_keys_and_put_back_as_an_edit(own_window, own_studio):
    own_window.key("e")
    own_window.page.locator("#roll").focus()
    slot = own_studio.slot("compose_lead_sheet")
    sheet = own_studio.bench.get(own_studio.catalogue.selected(slot).artifact, LeadSheet)
    own_window.key("ArrowRight", "ArrowUp", "ArrowUp")
    own_window.page.click("#notes-send")
    own_window.until("document.getElementById('notes-send').textContent === 'Nothing changed'")
    edit = own_studio.catalogue.edit_of(slot)
    edited = own_studio.bench.get(edit.result, LeadSheet)
    assert edited.melody[1].pitch == sheet.melody[1].pitch + 2
    assert edit.person == "Ada"


def test_a_note_is_dragged_to_another_pitch_and_length_and_undone(own_window):
    own_window.key("e")
    own_window.page.locator("#roll").scroll_into_view_if_needed()
    told = own_window.page.text_content("#note-told")
    left, right, middle, row = own_window.ask(
        """(() => { const box = document.getElementById('roll'), { roll } = box, [start, end, pitch] = roll.note(0);
        const at = box.getBoundingClientRect();
        const middle = at.top + roll.y(pitch) + roll.rowPx / 2;
        return [at.left + roll.x(start), at.left + roll.x(end), middle, roll.rowPx]; })()"""
    )
    mouse = own_window.page.mouse
    mouse.move((left + right) / 2 - 3, middle)
    mouse.down()
    mouse.move((left + right) / 2 - 3, middle - 2 * row, steps=4)
    mouse.up()
    assert (
        own_window.ask(
            "(() => { const { roll } = document.getElementById('roll'); "
            "return roll.note(0)[2] - roll.music.melody[0][2]; })()"
        )
        == 2
    )
    mouse.move(right - 2, middle - 2 * row)
    mouse.down()
    mouse.move(right - 2 - (right - left) / 2, middle - 2 * row, steps=4)
    mouse.up()
    ticks = own_window.ask("document.getElementById('roll').roll.note(0)[5]")
    assert ticks % 120 == 0
    assert ticks < own_window.facts()["heard"]["music"]["melody"][0][5]
    assert own_window.page.text_content("#note-told") != told
    own_window.page.click("#notes-undo")
    assert own_window.page.text_content("#note-told") == told


def test_a_retake_shows_what_will_be_made_again_before_it_is_asked_for(own_window, own_studio):
    own_window.key("r")
    own_window.until("document.querySelectorAll('#retake-preview .prospect').length > 0")
    shown = own_window.page.text_content("#retake-preview")
    assert "Tune" in shown
    assert "Words" not in shown
    own_window.page.click("#retake-settings summary")
    own_window.page.fill("#retake-tempo", "300")
    own_window.until("document.querySelector('#retake-preview .field-wrong')")
    own_window.page.fill("#retake-tempo", "96")
    own_window.until("!document.querySelector('#retake-preview .field-wrong')")
    own_window.page.select_option("#retake-step", "sing")
    own_window.page.fill("#retake-reason", "slower, please")
    own_window.page.get_by_role("button", name="Start the retake").click()
    own_window.page.wait_for_load_state()
    [job] = own_studio.catalogue.queue()
    assert (job.request.kind, job.request.step, job.request.part) == ("retake", "sing", "vocal")
    assert job.request.changes.given == {"tempo_bpm": 96}
    assert job.by == "Ada"


def test_what_is_made_is_told_while_the_page_is_open(own_window, own_studio):
    own_window.page.wait_for_timeout(600)
    body = {"song": "song-1", "step": "mix", "part": "", "done": 3, "total": 5}
    own_studio.catalogue.add_event("step.made", album_id=own_studio.album_id, body=body)
    own_window.until("document.getElementById('song-live-text').textContent.includes('Mix is there')")
    own_studio.catalogue.add_event("job.finished", album_id=own_studio.album_id)
    own_window.until("!document.getElementById('song-live-reload').hidden")


def test_without_script_the_song_is_heard_read_and_judged(chromium, own_studio):
    with Window(chromium, own_studio, java_script_enabled=False) as plain:
        assert plain.page.locator("audio[controls]").is_visible()
        assert plain.page.locator(".line").first.is_visible()
        assert "integrated loudness" in plain.page.text_content("#panel-made")
        assert not plain.page.locator("#wave").is_visible()
        plain.page.check("input[name=decision][value=rejected]")
        plain.page.fill("#reason", "too fast")
        plain.page.click("#verdict-send")
        plain.page.wait_for_url("**/albums/*")
    [verdict] = own_studio.catalogue.verdicts(own_studio.album_id)
    assert (verdict.decision, verdict.reason) == ("rejected", "too fast")
