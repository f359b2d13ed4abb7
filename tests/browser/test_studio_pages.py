from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe

from artifacts.standings import StandingFacts
from schemas.jobs import MakeRequest
from tests.browser.studio_windows import HOSTILE, Window, open_studio, three_songs
from tests.tasks.conftest import WORDS, made_home

__all__ = ["made_home"]

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PLACES = ("/", "/new", "/queue", "/jobs", "/batches", "/schedules", "/models", "/log", "/settings")
TITLES = "[...document.querySelectorAll('.song')].map(row => row.dataset.title).join(' ')"


@pytest.fixture(scope="module")
def studio(made_home, tmp_path_factory):
    """For tests that change nothing."""
    with open_studio(made_home, tmp_path_factory.mktemp("pages")) as home:
        yield home


@pytest.fixture
def own_studio(made_home, tmp_path):
    """For tests that decide or change something."""
    with open_studio(made_home, tmp_path) as home:
        yield home


def album(home) -> str:
    return f"/albums/{home.album_id}"


def planned(home) -> str:
    return f"/albums/{three_songs().album_id}"


def test_the_wall_shows_covers_and_asks_nothing_of_anyone_else(chromium, studio):
    with Window(chromium, studio) as window:
        window.until(
            "[...document.querySelectorAll('img.cover')].every(one => one.complete && one.naturalWidth >= 300)"
        )
        assert window.page.locator(".tile").count() == 2
        assert "Needs a verdict" in window.text()
        assert [url for url in window.requests if not url.startswith(studio.url)] == []
        assert window.complaints == []


def test_a_search_narrows_the_wall_while_it_is_typed(chromium, studio):
    with Window(chromium, studio) as window:
        window.key("/")
        window.page.keyboard.type("upon")
        window.until("document.querySelectorAll('.tile').length === 1")
        assert "search=upon" in window.page.url
        assert window.ask("document.activeElement.id") == "search"
        assert window.complaints == []


def test_keys_lead_everywhere_and_are_listed(chromium, studio):
    with Window(chromium, studio) as window:
        window.key("?")
        assert window.page.locator("#keys").is_visible()
        window.key("Escape")
        window.page.locator(".tile-link").first.focus()
        window.key("ArrowRight")
        assert window.ask("document.activeElement.closest('.tile') === document.querySelectorAll('.tile')[1]")
        window.key("g", "q")
        window.page.wait_for_url("**/queue")
        window.key("n")
        window.page.wait_for_url("**/new")
        window.page.fill("#theme", "")
        window.page.keyboard.type("?gan")
        assert window.page.input_value("#theme") == "?gan"


def test_the_first_tab_leads_to_the_content(chromium, studio):
    with Window(chromium, studio) as window:
        window.key("Tab")
        assert window.ask("document.activeElement.className") == "skip"
        assert window.ask("document.activeElement.getBoundingClientRect().top >= 0")
        window.key("Enter")
        assert window.ask("document.activeElement.id") == "main"


def test_a_song_plays_in_the_player_and_space_pauses_it(chromium, studio):
    with Window(chromium, studio, album(studio)) as window:
        window.page.click("button.song-play")
        window.until("document.querySelector('#player audio').currentTime > 0.3")
        assert window.page.get_attribute("[data-player=play]", "aria-label") == "Pause"
        window.page.locator("#main").focus()
        window.key("Space")
        assert window.ask("document.querySelector('#player audio').paused")
        assert "Upon the Water" in window.text("#player")
        assert window.complaints == []


def test_the_running_order_is_changed_by_buttons_keys_and_dragging(chromium, own_studio):
    with Window(chromium, own_studio, planned(own_studio)) as window:
        assert window.ask(TITLES) == "Amber Green Red"
        with window.page.expect_response("**/order"):
            window.page.click("button[aria-label='Move Amber down']")
        assert window.ask(TITLES) == "Green Amber Red"
        window.page.locator(".song-title", has_text="Red").focus()
        with window.page.expect_response("**/order"):
            window.key("[")
        assert window.ask(TITLES) == "Green Red Amber"
        grip, top = window.page.locator(".song .grip").last.bounding_box(), window.page.locator(".song").first
        window.page.mouse.move(grip["x"] + 8, grip["y"] + 8)
        window.page.mouse.down()
        for y in range(int(grip["y"]), int(top.bounding_box()["y"]) - 10, -6):
            window.page.mouse.move(grip["x"] + 8, y)
        with window.page.expect_response("**/order"):
            window.page.mouse.up()
        assert window.ask(TITLES) == "Amber Green Red"
        window.go(planned(own_studio))
        assert window.ask(TITLES) == "Amber Green Red"
        orders = [choice for choice in own_studio.catalogue.choices() if choice.what == "order_songs"]
        assert len(orders) == 3
        assert orders[0].who == "Pat"


def test_the_wall_follows_what_happens_without_being_loaded_again(chromium, own_studio):
    with Window(chromium, own_studio) as window:
        window.ask("window.same = true")
        window.listening()
        state = StandingFacts("making", "Hibari", "light", "folk", "calm", 1, 0, 0, 0, 0, 0.0, "", "")
        own_studio.catalogue.set_standing(own_studio.album_id, state)
        own_studio.catalogue.add_event("album.changed", album_id=own_studio.album_id, body={"state": "making"})
        window.until("document.querySelector('.chip-making') !== null")
        told = {"song": "song-1", "step": "mix", "done": 7, "total": 20, "left_s": 240.0}
        own_studio.catalogue.add_event("step.made", album_id=own_studio.album_id, body=told)
        window.until("document.querySelector('.tile progress')?.value === 7")
        assert "about 4 min left" in window.text()
        assert window.ask("window.same") is True
        assert window.complaints == []


def test_an_album_is_planned_while_it_is_described_and_then_asked_for(chromium, own_studio):
    with Window(chromium, own_studio, "/new") as window:
        window.page.fill("#theme", "the sea at night")
        for fold in ("words", "sound", "making"):
            window.page.click(f"#{fold} > summary")
        window.page.select_option("#model_cover", "cover:typographic")
        window.page.fill("#songs", "1")
        window.page.fill("#length_low", "20")
        window.page.fill("#length_high", "40")
        window.page.fill("[name=words_text]", WORDS)
        window.until("document.querySelector('#plan')?.innerText.includes('The Sea at Night')")
        assert "bpm" in window.text("#plan")
        assert own_studio.catalogue.queue() == []
        window.page.click("button[value=ask]")
        window.page.wait_for_url("**/albums/the-sea-at-night-*")
        assert "In the queue" in window.text()
        assert len(own_studio.catalogue.queue()) == 1
        assert window.complaints == []


def test_a_refused_number_is_told_beside_its_field(chromium, studio):
    with Window(chromium, studio, "/new") as window:
        window.page.fill("#theme", "rain")
        window.page.click("#sound > summary")
        window.page.fill("#songs", "99")
        window.key("Tab")
        assert window.text("#songs-wrong") == "99: give a whole number from 1 to 20"
        window.page.click("button[value=ask]")
        window.page.wait_for_load_state()
        assert "20" in window.text("#songs-wrong")
        assert window.page.get_attribute("#songs", "aria-invalid") == "true"
        assert window.page.locator("#songs").is_visible()


def test_verdicts_are_given_by_keyboard_alone(chromium, own_studio):
    with Window(chromium, own_studio, "/queue", role="reviewer") as window:
        assert window.page.locator(".judge").count() == 2
        window.key("j", "a")
        window.until("document.querySelectorAll('.judge').length === 1")
        window.until("document.getElementById('toasts').innerText.includes('Approved')")
        window.key("j", "r")
        window.page.keyboard.type("the letters are too small")
        window.key("Tab", "Enter")
        window.until("document.querySelectorAll('.judge').length === 0")
        window.until("document.querySelector('main').innerText.includes('Nothing waits for you')")
        given = own_studio.catalogue.verdicts(own_studio.album_id)
        assert [(verdict.decision, verdict.by) for verdict in given] == [("approved", "Rika"), ("rejected", "Rika")]
        assert given[1].reason == "the letters are too small"


def test_a_job_in_the_queue_is_stopped_after_a_question(chromium, own_studio):
    job = own_studio.catalogue.add_job(MakeRequest(briefs=(three_songs(),)), by="Pat")
    with Window(chromium, own_studio, "/jobs") as window:
        window.page.on("dialog", lambda dialog: dialog.accept())
        window.page.click("text=Stop")
        window.page.wait_for_load_state()
        window.until("document.querySelector('.chip-cancelled') !== null")
        assert own_studio.catalogue.job(job.id).state == "cancelled"


def test_markup_in_titles_and_reasons_does_nothing(chromium, own_studio):
    own_studio.catalogue.album(own_studio.album_id, own_studio.shop.brief, title=HOSTILE[:120])
    own_studio.catalogue.note_choice(HOSTILE, "reject", album_id=own_studio.album_id, why=HOSTILE)
    job = own_studio.catalogue.add_job(MakeRequest(name=HOSTILE[:120], briefs=(three_songs(),)), by=HOSTILE[:120])
    with Window(chromium, own_studio) as window:
        for path in ("/", "/queue", album(own_studio), "/log", "/jobs", f"/batches/{job.id}"):
            window.go(path)
            assert window.ask("window.hacked === undefined"), path
            assert "<img src=x" in window.page.inner_text("body"), path


@pytest.mark.parametrize("width", [360, 768, 1280, 1920])
def test_no_page_scrolls_sideways(chromium, studio, width):
    size = {"width": width, "height": 800}
    with Window(chromium, studio, viewport=size, is_mobile=width < 700, role="admin") as window:
        for path in (*PLACES, album(studio), planned(studio), f"/batches/{studio.batch}", "/albums/nothing"):
            window.go(path)
            if window.page.locator("details.fold").count():
                window.ask("document.querySelectorAll('details.fold').forEach(fold => { fold.open = true; })")
            assert window.ask("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), path


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_serious_fault(chromium, studio, scheme):
    with Window(chromium, studio, role="admin", color_scheme=scheme, reduced_motion="reduce") as window:
        for path in (*PLACES, album(studio), planned(studio), f"/batches/{studio.batch}", "/albums/nothing"):
            window.go(path)
            window.ask("document.querySelectorAll('details.fold').forEach(fold => { fold.open = true; })")
            found = Axe().run(window.page).response["violations"]
            told = [
                (item["id"], node["target"], node.get("failureSummary", "")[:300])
                for item in found
                if item["impact"] in ("serious", "critical")
                for node in item["nodes"]
            ]
            assert told == [], path


def test_axe_finds_no_serious_fault_at_the_sign_in(chromium, studio):
    page = chromium.new_page()
    page.goto(studio.url + "/login")
    found = [item for item in Axe().run(page).response["violations"] if item["impact"] in ("serious", "critical")]
    page.close()
    assert found == []


def test_a_chosen_theme_stays_and_is_there_before_the_page_is_painted(chromium, studio):
    with Window(chromium, studio, color_scheme="light") as window:
        ground = "getComputedStyle(document.documentElement).backgroundColor"
        light = window.ask(ground)
        window.page.click("#theme-switch")
        window.page.click("#theme-switch")
        assert window.page.get_attribute("#theme-switch", "aria-label") == "Theme: dark"
        dark = window.ask(ground)
        assert dark != light
        window.page.add_init_script("addEventListener('DOMContentLoaded', () => { window.was = " + ground + "; })")
        window.go("/jobs")
        assert window.ask("window.was") == dark
        window.page.click("#theme-switch")
        assert window.ask(ground) == light
        assert window.ask("localStorage.getItem('hibari-theme')") is None


def test_who_wants_less_motion_gets_none(chromium, studio):
    with Window(chromium, studio, reduced_motion="reduce") as window:
        window.ask("document.querySelector('.chip').className = 'chip chip-making'")
        assert window.ask("getComputedStyle(document.querySelector('.chip'), '::before').animationName") == "none"


def test_without_scripts_pages_are_read_and_forms_work(chromium, own_studio):
    with Window(chromium, own_studio, album(own_studio), java_script_enabled=False) as window:
        assert window.page.locator("audio[controls]").count() == 1
        assert not window.page.locator("button.song-play").first.is_visible()
        assert not window.page.locator("#theme-switch").is_visible()
        window.page.click("text=Approve the cover")
        assert "Approved: the cover." in window.page.inner_text("#toasts")
        window.go(planned(own_studio))
        window.page.click("button[aria-label='Move Red up']")
        assert window.page.locator(".song-title").all_inner_texts() == ["Amber", "Red", "Green"]
        window.go("/?search=three")
        assert window.page.locator(".tile").count() == 1


def test_who_may_only_look_is_offered_no_decisions(chromium, studio):
    with Window(chromium, studio, album(studio), role="viewer") as window:
        assert window.page.locator("main form button:visible:not(.song-play)").count() == 0
        assert window.page.locator("a[href='/new']").count() == 0
        window.go("/queue")
        assert window.page.locator(".judge form").count() == 0
