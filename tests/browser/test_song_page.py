from __future__ import annotations

import shutil

import pytest

from schemas.audio import Stem
from schemas.lyrics import Lyrics
from schemas.music import LeadSheet
from tests.browser.song_studio import HEARD, Window, served, twice_home
from tests.tasks.conftest import made_home

__all__ = ["made_home", "twice_home"]

pytestmark = [pytest.mark.browser, pytest.mark.slow]

LIT = "[...document.querySelectorAll('.syl.now')].map(one => [Number(one.dataset.syl), one.textContent])"


@pytest.fixture(scope="module")
def studio(twice_home, tmp_path_factory):
    """For tests that change nothing."""
    folder = tmp_path_factory.mktemp("looked-at")
    shutil.copytree(twice_home / "home", folder / "home")
    with served(folder) as found:
        yield found


@pytest.fixture
def own_studio(twice_home, tmp_path):
    """For tests that decide or change something."""
    shutil.copytree(twice_home / "home", tmp_path / "home")
    with served(tmp_path, two_people=True) as found:
        yield found


@pytest.fixture
def window(chromium, studio):
    with Window(chromium, studio) as found:
        yield found
        assert found.complaints == []


@pytest.fixture
def own_window(chromium, own_studio):
    with Window(chromium, own_studio) as found:
        yield found
        assert found.complaints == []


def test_the_song_plays_on_and_pauses_where_it_is(window):
    window.play()
    assert window.page.get_attribute("#play", "aria-label") == "Pause"
    window.until_deck("deck.currentTime > 0.6")
    window.key("Space")
    at = window.deck("deck.currentTime")
    window.page.wait_for_timeout(200)
    assert window.deck("deck.currentTime") == at
    assert window.page.get_attribute("#play", "aria-label") == "Play"


def test_the_syllable_that_is_sung_is_lit_at_its_own_time(window, studio):
    bench = studio.bench
    stem = bench.get(studio.catalogue.selected(studio.slot("sing", "vocal")).artifact, Stem)
    lead = bench.get(studio.catalogue.selected(studio.slot("compose_lead_sheet")).artifact, LeadSheet)
    for time in stem.syllables[:: max(1, len(stem.syllables) // 6)]:
        window.seek((time.onset_s + time.end_s) / 2)
        lit = window.ask(
            "[...document.querySelectorAll('.syl.now')].map(one => [Number(one.dataset.syl), one.textContent])"
        )
        assert [place for place, _ in lit] == [time.syllable]
        assert lit[0][1].startswith(lead.syllables[time.syllable].text)


def test_before_the_voice_begins_nothing_is_lit(window):
    window.seek(0.0)
    assert window.page.locator(".syl.now, .syl.sung").count() == 0


def test_changing_between_a_and_b_keeps_the_place_in_what_is_really_heard(window, studio):
    before, after = studio.masters()
    window.play()
    window.seek(9.0)
    window.page.wait_for_timeout(100)
    assert window.deck("deck.current") == after
    for key, master in (("a", before), ("b", after), ("x", before)):
        clock = window.deck("[deck.context.currentTime, deck._place()]")
        window.key(key)
        window.until_deck(f"deck.current === '{master}'")
        later = window.deck("[deck.context.currentTime, deck._place()]")
        assert (later[1] - clock[1]) == pytest.approx(later[0] - clock[0], abs=0.002)
        heard = window.ask(HEARD, ["song", None])
        assert heard["match"] > 0.99
        assert abs(heard["late_s"]) < 0.03
        assert heard["gain_db"] == pytest.approx(window.deck(f"deck.gainDb('{master}')"), abs=0.1)


def test_versions_are_played_equally_loud_and_say_so(window, studio):
    window.key("a")
    window.until(
        "document.querySelectorAll('.ab-side .gain').length === 2 && "
        "[...document.querySelectorAll('.ab-side .gain')].every(one => one.textContent.includes('dB'))"
    )
    facts = window.facts()
    levels = {one: window.deck(f"deck.gainDb('{one}')") for one in studio.masters()}
    measured = {version.artifact: version.integrated_lufs for version in _versions(studio)}
    together = [measured[one] + gain for one, gain in levels.items()]
    assert together[0] == pytest.approx(together[1], abs=0.01)
    assert max(levels.values()) <= 0.0
    assert facts["numbers"] == {one: number for number, one in enumerate(studio.masters(), start=1)}
    window.page.click("#tab-versions")
    assert "Equally loud" in window.page.text_content("#level-note")


def test_stems_play_with_the_song_alone_or_muted(window):
    window.page.click("#tab-stems")
    window.until("document.querySelectorAll('#stem-list .stem').length > 3")
    window.play()
    window.seek(10.0)
    window.key("s")
    window.until_deck("deck.current.startsWith('stems:')")
    window.page.get_by_role("button", name="bass alone").click()
    window.page.wait_for_timeout(200)
    alone = window.ask(HEARD, ["bass", None])
    assert alone["match"] > 0.99
    assert abs(alone["late_s"]) < 0.005
    window.page.get_by_role("button", name="bass alone").click()
    for mute in window.page.get_by_role("button", name="Mute ").all():
        mute.click()
    window.page.wait_for_timeout(300)
    assert window.ask(HEARD, ["bass", None])["rms"] < 1e-5


def test_from_song_to_stems_the_place_stays_and_nothing_clips(window):
    window.play()
    window.key("s")
    window.until_deck("deck.current?.startsWith('stems:')")
    clock = window.deck("[deck.context.currentTime, deck._place()]")
    window.key("s")
    window.until_deck("!deck.current.startsWith('stems:')")
    later = window.deck("[deck.context.currentTime, deck._place()]")
    assert (later[1] - clock[1]) == pytest.approx(later[0] - clock[0], abs=0.002)
    loudest = window.deck(
        "Math.max(...[...deck._sources.values()].filter(one => one.loaded)"
        ".map(one => one.peak * 10 ** (deck.gainDb(one.key) / 20)))"
    )
    assert loudest <= 1.0


def test_a_section_goes_round_exactly(window):
    window.seek(window.facts()["heard"]["music"]["sections"][1]["start_s"] + 0.5)
    window.key("l")
    start, end = window.deck("deck.loop")
    window.seek(end - 0.4)
    window.play()
    window.until_deck(f"deck.currentTime < {end - 0.6}")
    heard = window.ask(HEARD, ["song", None])
    assert heard["match"] > 0.99
    assert abs(heard["late_s"]) < 0.005
    assert start <= window.deck("deck.currentTime") < end


def test_keys_move_by_seconds_lines_and_sections(window):
    music = window.facts()["heard"]["music"]
    at = lambda: window.deck("deck.currentTime")  # noqa: E731
    window.seek(6.0)
    window.key("ArrowRight")
    assert at() == pytest.approx(11.0, abs=0.01)
    window.key("ArrowLeft", "ArrowLeft")
    assert at() == pytest.approx(1.0, abs=0.01)
    window.key("Shift+ArrowRight")
    assert at() == pytest.approx(music["sections"][1]["start_s"], abs=0.01)
    window.seek(music["lines"][0]["syllables"][0][0] + 0.01)
    window.key("j")
    assert at() == pytest.approx(music["lines"][1]["syllables"][0][0], abs=0.01)
    window.key("k")
    assert at() == pytest.approx(music["lines"][0]["syllables"][0][0], abs=0.01)
    window.key("?")
    assert window.page.locator("dialog#keys").is_visible()


def test_keys_leave_typing_alone(window):
    window.page.click("#reason")
    window.page.keyboard.type("a better yes, please")
    assert window.page.input_value("#reason") == "a better yes, please"
    assert window.deck("deck.paused")


def test_a_click_on_a_word_goes_there(window):
    line = window.facts()["heard"]["music"]["lines"][1]
    window.page.locator(".line[data-line='1'] .syl").nth(2).click()
    assert window.deck("deck.currentTime") == pytest.approx(line["syllables"][2][0], abs=0.001)


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


def test_the_lead_sheet_is_shown_and_its_pages_turn(window):
    window.page.click("#tab-sheet")
    window.until("document.querySelector('.sheet-page img').naturalWidth > 100")
    pages = window.page.locator(".sheet-page").count()
    assert window.page.text_content("#sheet-number") == f"Page 1 of {pages}"


def test_tabs_are_moved_by_arrow_keys_and_the_address_remembers(window):
    window.page.locator("#tab-verdict").focus()
    window.key("ArrowRight")
    assert window.ask("document.activeElement.id") == "tab-versions"
    assert window.page.locator("#panel-versions").is_visible()
    assert window.page.url.endswith("#versions")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_serious_fault(chromium, studio, scheme):
    from axe_playwright_python.sync_playwright import Axe

    with Window(chromium, studio, color_scheme=scheme, reduced_motion="reduce") as looked:
        looked.until("document.querySelectorAll('#marks button').length > 0")
        for tab in ("verdict", "versions", "stems", "sheet", "retake", "made"):
            looked.page.click(f"#tab-{tab}")
            looked.page.wait_for_timeout(500)
            found = Axe().run(looked.page).response["violations"]
            grave = [one for one in found if one["impact"] in ("serious", "critical")]
            assert [(tab, one["id"], one["nodes"][0]["html"][:160]) for one in grave] == []


@pytest.mark.parametrize("width", [320, 390])
def test_a_phone_never_scrolls_sideways_and_has_the_player_under_the_thumb(chromium, studio, width):
    with Window(chromium, studio, viewport={"width": width, "height": 800}, is_mobile=True, has_touch=True) as phone:
        phone.until("document.querySelectorAll('#marks button').length > 0")
        for tab in ("verdict", "versions", "stems", "sheet", "retake", "made"):
            phone.ask("id => document.getElementById(id).click()", f"tab-{tab}")
            phone.page.wait_for_timeout(150)
            assert phone.ask("[document.documentElement.scrollWidth, innerWidth]") == [width, width]
        box = phone.page.locator("#play").bounding_box()
        assert box["y"] + box["height"] <= 800
        assert box["y"] > 600
        assert min(box["width"], box["height"]) >= 44


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


def test_a_viewer_hears_and_sees_but_has_no_forms(chromium, studio):
    with Window(chromium, studio, role="viewer", name="Vera") as viewer:
        assert viewer.page.locator("form#verdict-form, #edit, form#retake-form").count() == 0
        viewer.play()
        viewer.key("y", "e")
        assert viewer.complaints == []


def _versions(studio):
    from tasks.versions import song_versions

    return song_versions(studio.bench, studio.album_id, "song-1")
