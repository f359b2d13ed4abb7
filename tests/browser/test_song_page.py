from __future__ import annotations

import shutil

import pytest

from schemas.audio import Stem
from schemas.music import LeadSheet
from tests.browser.song_studio import HEARD, Window, served

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
def window(chromium, studio):
    with Window(chromium, studio) as found:
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


def test_a_viewer_hears_and_sees_but_has_no_forms(chromium, studio):
    with Window(chromium, studio, role="viewer", name="Vera") as viewer:
        assert viewer.page.locator("form#verdict-form, #edit, form#retake-form").count() == 0
        viewer.play()
        viewer.key("y", "e")
        assert viewer.complaints == []


def _versions(studio):
    from tasks.versions import song_versions

    return song_versions(studio.bench, studio.album_id, "song-1")
