from __future__ import annotations

import io
import re
from urllib.parse import unquote

import pytest
from PIL import Image

from schemas.brief import Brief
from schemas.errors import BriefError
from schemas.jobs import MakeRequest
from schemas.picture import CoverArt
from studio.pages.album_forms import moved
from studio.pages.brief_form import BriefForm, brief_from_form, form_of, wrongs_of
from studio.pages.models import part_of, shown
from studio.pages.schedules import template_of
from studio.pages.shell import SAID, WRONG
from studio.pages.wording import clock, left, megabytes, script_json, signed
from tasks.albums import open_album
from tests.studio.conftest import stand, studio_over
from tests.tasks.conftest import workshop_in

PAGES = ("/", "/queue", "/jobs", "/batches", "/schedules", "/models", "/log", "/settings")
HOSTILE = '<img src=x onerror="window.hacked=1"></title><script>window.hacked=2</script>\'" onload=x'


@pytest.fixture
def empty_studio(tmp_path):
    home = studio_over(workshop_in(tmp_path))
    yield home
    home.app.state.studio.close()


def said(answer, cookie=SAID) -> str:
    return unquote(answer.cookies.get(cookie, "")).strip('"')


def cover_of(home) -> CoverArt:
    slots = home.catalogue.album_takes(home.album_id)
    take = next(takes[0] for slot, takes in slots.items() if slot.step == "paint_cover")
    return home.bench.get(take.artifact, CoverArt)


@pytest.mark.parametrize("path", PAGES)
def test_every_page_opens_for_who_may_only_look(still_studio, path):
    answer = still_studio.browser("viewer").get(path)
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    assert "Skip to the content" in answer.text


@pytest.mark.parametrize("path", [*PAGES, "/new", "/albums/x", "/covers/" + "0" * 64])
def test_without_a_session_every_page_leads_to_the_sign_in(still_studio, path):
    answer = still_studio.stranger().get(path)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/login?next=")


def test_no_page_holds_a_script_or_a_style_of_its_own(still_studio):
    browser = still_studio.browser("admin")
    for path in (*PAGES, "/new?theme=rain", f"/albums/{still_studio.album_id}"):
        text = browser.get(path).text
        assert not re.search(r"<script(?![^>]*\bsrc=)", text), path
        assert not re.search(r"<[^>]+\s(style|on[a-z]+)=", text), path
        assert "https://" not in re.sub(r'placeholder="[^"]*"|<div class="written".*?</div>', "", text, flags=re.S), (
            path
        )


def test_the_wall_shows_an_album_its_cover_and_its_state(studio_home):
    stand(studio_home, "review", cover="ab" * 32, flagged=1)
    text = studio_home.browser().get("/").text
    assert "Upon the Water" in text
    assert f"/covers/{'ab' * 32}?px=320" in text
    assert "Needs a verdict" in text
    assert "1 song flagged by the inspection" in text


def test_the_wall_is_filtered_by_state_and_by_words(still_studio):
    browser = still_studio.browser()
    assert "Upon the Water" in browser.get("/?state=review&search=water").text
    assert "No album fits" in browser.get("/?state=pressed").text
    assert "No album fits" in browser.get("/?search=dragon").text


def test_the_first_wall_explains_and_offers_a_brief(empty_studio):
    text = empty_studio.browser("producer").get("/").text
    assert "No album yet" in text
    assert 'action="/new"' in text
    assert 'action="/new"' not in empty_studio.browser("viewer").get("/").text


def test_the_album_page_shows_songs_making_arc_and_what_pressing_needs(still_studio):
    text = still_studio.browser("producer").get(f"/albums/{still_studio.album_id}").text
    assert "Upon the Water" in text
    assert re.search(r"LUFS", text)
    assert text.count('class="cell cell-made"') >= 10
    assert "arc-energy" in text
    assert "no song is approved; the cover has no verdict" in text
    assert "film" not in text.lower().split("how it is made")[0]


def test_an_album_that_is_not_there_is_told_on_a_page(still_studio):
    answer = still_studio.browser().get("/albums/nothing-here")
    assert answer.status_code == 404
    assert "There is no album &#39;nothing-here&#39;" in answer.text
    assert answer.headers["content-type"].startswith("text/html")


def test_a_verdict_is_given_and_told_once(studio_home):
    browser = studio_home.browser("reviewer")
    answer = browser.post(
        f"/albums/{studio_home.album_id}/verdict", data={"song": ["song-1", "cover"], "decision": "approved"}
    )
    assert answer.status_code == 303
    assert said(answer) == "Approved: 2 verdicts."
    assert [verdict.decision for verdict in studio_home.catalogue.verdicts(studio_home.album_id)] == ["approved"] * 2
    shown_once = browser.get(answer.headers["location"])
    assert "Approved: 2 verdicts." in shown_once.text
    assert "Approved: 2 verdicts." not in browser.get(answer.headers["location"]).text
    assert "Press the release" in studio_home.browser("producer").get(f"/albums/{studio_home.album_id}").text


def test_a_rejection_without_a_reason_is_told_on_the_page(studio_home):
    answer = studio_home.browser("reviewer").post(
        f"/albums/{studio_home.album_id}/verdict", data={"song": "song-1", "decision": "rejected"}
    )
    assert answer.status_code == 303
    assert "needs a reason" in said(answer, WRONG)
    assert studio_home.catalogue.verdicts(studio_home.album_id) == []


@pytest.mark.parametrize(
    ("role", "path", "fields"),
    [
        ("viewer", "/albums/{album}/verdict", {"song": "song-1", "decision": "approved"}),
        ("viewer", "/albums/{album}/order", {"song": "song-1"}),
        ("viewer", "/albums/{album}/take", {"number": "0"}),
        ("reviewer", "/albums/{album}/press", {}),
        ("reviewer", "/albums/{album}/cover", {}),
        ("reviewer", "/albums/{album}/make", {}),
        ("reviewer", "/albums/{album}/cancel", {}),
        ("reviewer", "/new", {"theme": "rain", "deed": "ask"}),
        ("reviewer", "/batches", {"document": "x"}),
        ("reviewer", "/schedules", {"name": "x"}),
        ("reviewer", "/jobs/job-000000000000/cancel", {}),
        ("producer", "/settings/tokens", {"name": "x", "role": "admin"}),
        ("producer", "/settings/webhooks", {"url": "https://example.org"}),
    ],
)
def test_a_form_that_a_role_may_not_send_is_refused(still_studio, role, path, fields):
    answer = still_studio.browser(role).post(path.format(album=still_studio.album_id), data=fields)
    assert answer.status_code == 403
    assert "This needs the role" in answer.text


def test_a_form_without_the_secret_of_the_session_does_nothing(studio_home):
    browser = studio_home.browser("producer")
    del browser.headers["X-CSRF-Token"]
    path = f"/albums/{studio_home.album_id}/verdict"
    assert browser.post(path, data={"song": "song-1", "decision": "approved"}).status_code == 403
    right = {"song": "song-1", "decision": "approved", "csrf": studio_home.csrf["producer"]}
    assert browser.post(path, data=right).status_code == 303


def test_markup_in_what_people_write_stays_text(studio_home):
    studio_home.catalogue.album(studio_home.album_id, studio_home.shop.brief, title=HOSTILE[:120])
    stand(studio_home, "failed", theme=HOSTILE, artist=HOSTILE, reason=HOSTILE)
    browser = studio_home.browser("admin")
    browser.post(
        f"/albums/{studio_home.album_id}/verdict", data={"song": "song-1", "decision": "rejected", "reason": HOSTILE}
    )
    studio_home.catalogue.add_token(HOSTILE[:120], "viewer")
    studio_home.catalogue.note_choice(HOSTILE, "approve", album_id=studio_home.album_id, why=HOSTILE)
    for path in ("/", f"/albums/{studio_home.album_id}", "/log", "/settings", f"/new?theme={HOSTILE[:60]}", "/queue"):
        text = browser.get(path).text
        assert "<img src=x" not in text, path
        assert "<script>window" not in text, path
    assert "&lt;img src=x" in browser.get("/log").text


def test_a_song_is_moved_by_its_buttons_and_stays_within_the_list():
    songs = ["song-1", "song-2", "song-3"]
    assert moved(songs, "song-2:up") == ["song-2", "song-1", "song-3"]
    assert moved(songs, "song-2:down") == ["song-1", "song-3", "song-2"]
    assert moved(songs, "song-1:up") == songs
    assert moved(songs, "song-9:up") == songs


def test_a_brief_is_planned_and_put_into_the_queue(studio_home):
    browser = studio_home.browser("producer")
    fields = {"theme": "the sea at night", "songs": "1", "length_low": "20", "length_high": "40", "key": "page-1"}
    fields |= {"words_title": "Sea", "words_text": "[verse]\nThe light upon the water\nIt calls to me"}
    fields |= {"model_cover": "cover:typographic"}
    planned = browser.post("/new", data={**fields, "deed": "plan"})
    assert planned.status_code == 200
    assert "The Sea at Night" in planned.text
    assert re.search(r"\d+ bpm", planned.text)
    assert studio_home.catalogue.queue() == []
    fields["deed"] = "ask"
    answer = browser.post("/new", data=fields)
    assert answer.status_code == 303, answer.text
    assert answer.headers["location"].startswith("/albums/the-sea-at-night-")
    again = browser.post("/new", data=fields)
    assert again.headers["location"] == answer.headers["location"]
    assert len(studio_home.catalogue.queue()) == 1
    assert "In the queue" in browser.get(answer.headers["location"]).text


def test_own_music_goes_from_the_form_into_the_brief_and_back(still_studio):
    fields = {"theme": "the sea at night", "songs": "1", "model_cover": "cover:typographic", "deed": "plan"}
    fields |= {"words_title": "Sea", "words_text": "[verse]\nThe light upon the water\nIt calls to me"}
    fields |= {"length_low": "20", "length_high": "60", "music_form": "", "music_verse_chords": "C | G"}
    empty = ("verse_melody", "chorus_chords", "chorus_melody", "bridge_chords", "bridge_melody")
    fields |= {f"music_{name}": "" for name in empty}
    browser = still_studio.browser("producer")
    planned = browser.post("/new", data=fields)
    assert planned.status_code == 200, planned.text
    assert 'value="C | G"' in planned.text
    refused = browser.post("/new", data={**fields, "music_verse_chords": "C | Q"})
    assert refused.status_code == 422
    assert "is not a chord" in refused.text
    assert 'id="music-wrong"' in refused.text


def test_a_refused_field_is_told_beside_it_with_value_and_bound(still_studio):
    fields = {"theme": "rain", "songs": "99", "keys": "H major", "tempo_low": "150", "tempo_high": "90", "deed": "ask"}
    answer = still_studio.browser("producer").post("/new", data=fields)
    assert answer.status_code == 422
    for name in ("songs", "keys", "tempo_low"):
        assert f'id="{name}-wrong"' in answer.text, name
        assert f'aria-describedby="{name}-wrong"' in answer.text, name
    assert "&#39;99&#39;" in answer.text
    assert "less than or equal to 20" in answer.text
    assert "150" in re.search(r'id="tempo_low-wrong">(.*?)</p>', answer.text, re.S).group(1)
    assert 'value="99"' in answer.text
    assert still_studio.catalogue.queue() == []


def test_a_brief_in_yaml_is_read_into_the_form_and_makes_nothing(still_studio):
    answer = still_studio.browser("producer").post(
        "/new", data={"document": "theme: foxes at dawn\nsongs: 4\nmood: calm", "deed": "ask"}
    )
    assert answer.status_code == 200
    assert "foxes at dawn" in answer.text
    assert re.search(r'name="songs"[^>]*value="4"', answer.text)
    assert still_studio.catalogue.queue() == []


def test_yaml_with_an_alias_is_refused_beside_its_field(still_studio):
    answer = still_studio.browser("producer").post("/new", data={"document": "theme: &a rain\ntitle: *a"})
    assert answer.status_code == 422
    assert "aliases are refused" in answer.text


def test_a_form_gives_the_brief_that_gave_the_form():
    brief = Brief(theme="rain", songs=4, genre="folk", keys=("D major", "Bb minor"), takes=3, seed=77)
    assert brief_from_form(form_of(brief)) == brief


def test_each_refusal_of_a_brief_finds_its_field():
    form = BriefForm({"theme": "", "genre": "fok", "length_low": "40", "length_high": "45", "model_cover": "/etc"})
    with pytest.raises(Exception, match="theme"):
        brief_from_form(form)
    assert set(form.wrongs) == {"theme", "genre", "length_low", "model_cover"}
    assert "folk" in form.wrongs["genre"]
    assert "15 s of room" in form.wrongs["length_low"]


def test_an_error_about_no_field_of_the_form_is_told_above_it():
    assert wrongs_of(BriefError("something else altogether")) == {"": "something else altogether"}


def test_a_job_is_moved_and_stopped_on_its_page(studio_home):
    brief = studio_home.shop.brief.replaced(seed=9)
    open_album(brief, studio_home.bench)
    job = studio_home.catalogue.add_job(MakeRequest(briefs=(brief,)), by="Pat")
    browser = studio_home.browser("producer")
    assert "Make Upon the Water" in browser.get("/jobs").text
    browser.post(f"/jobs/{job.id}/priority", data={"priority": "9"})
    assert studio_home.catalogue.job(job.id).priority == 9
    assert said(browser.post(f"/jobs/{job.id}/cancel")) == "It is taken out of the queue."
    assert studio_home.catalogue.job(job.id).state == "cancelled"
    assert "is over already" in said(browser.post(f"/jobs/{job.id}/cancel"), WRONG)
    choices = [choice.what for choice in studio_home.catalogue.choices()]
    assert choices[:2] == ["cancel", "set_priority"]


def test_a_batch_is_asked_for_and_its_page_shows_every_album(studio_home):
    text = (
        (
            "name: two ways\nentries:\n  - brief: {theme: a light upon the water, songs: 1, length_s: [20, 40], "
            "models: {cover: cover:typographic}, "
            "lyrics: ['[verse]\\nThe light upon the water\\nIt calls to me']}\n    vary: {mood: [calm, tender]}\n"
        )
        .replace("'[verse]\\n", '"[verse]\\n')
        .replace("calls to me'", 'calls to me"')
    )
    browser = studio_home.browser("producer")
    answer = browser.post("/batches", data={"document": text})
    assert answer.status_code == 303, answer.text
    page = browser.get(answer.headers["location"]).text
    assert "two ways" in page
    assert page.count('id="album-') == 2
    assert "two ways" in browser.get("/batches").text
    assert browser.get(answer.headers["location"] + "/report.html").status_code == 404
    assert browser.get(answer.headers["location"] + "/..%2f..%2fcatalogue.sqlite").status_code == 404


def test_a_refused_batch_says_where_and_puts_nothing_into_the_queue(still_studio):
    answer = still_studio.browser("producer").post("/batches", data={"document": "entries:\n  - brief: {songs: 99}"})
    assert answer.status_code == 422
    assert "songs" in answer.text
    assert still_studio.catalogue.queue() == []


def test_a_report_is_shown_in_a_sandbox(studio_home):
    job = studio_home.catalogue.add_job(MakeRequest(name="night", briefs=(studio_home.shop.brief,)), by="Pat")
    folder = studio_home.shop.settings.home / "reports" / job.id
    folder.mkdir(parents=True)
    (folder / "report.html").write_text("<h1>Morning</h1>", encoding="utf-8")
    browser = studio_home.browser()
    assert f"/batches/{job.id}/report.html" in browser.get(f"/batches/{job.id}").text
    answer = browser.get(f"/batches/{job.id}/report.html")
    assert "sandbox" in answer.headers["content-security-policy"]
    assert "script-src" not in answer.headers["content-security-policy"]


def test_a_token_is_made_shown_once_and_revoked(studio_home):
    browser = studio_home.browser("admin")
    answer = browser.post("/settings/tokens", data={"name": "Noor", "role": "reviewer", "days": "30"})
    secret = re.search(r"hib_[A-Za-z0-9_-]+", answer.text).group()
    token = studio_home.catalogue.token_of(secret)
    assert (token.name, token.role) == ("Noor", "reviewer")
    assert secret not in browser.get("/settings").text
    assert browser.post(f"/settings/tokens/{token.id}/revoke").status_code == 303
    assert studio_home.catalogue.token_of(secret) is None


def test_a_token_for_nobody_is_refused_on_the_page(still_studio):
    answer = still_studio.browser("admin").post("/settings/tokens", data={"name": "  ", "role": "viewer"})
    assert answer.status_code == 422
    assert 'id="token-wrong"' in answer.text


def test_a_webhook_to_a_private_address_is_refused_on_the_page(still_studio):
    answer = still_studio.browser("admin").post("/settings/webhooks", data={"url": "http://127.0.0.1:9/x"})
    assert answer.status_code == 422
    assert "private or reserved" in answer.text
    assert still_studio.catalogue.webhooks() == []


def test_who_is_no_admin_sees_neither_tokens_nor_settings(still_studio):
    text = still_studio.browser("producer").get("/settings").text
    assert "Is it well?" in text
    assert "Make a token" not in text
    assert "BLOBS_URL" not in text


def test_without_a_prefect_server_the_schedules_say_so(still_studio):
    browser = still_studio.browser("producer")
    assert "start `hibari studio`" in browser.get("/schedules").text
    answer = browser.post("/schedules", data={"name": "nights", "cron": "0 2 * * *", "what": "rain"})
    assert answer.status_code == 422


def test_a_line_becomes_another_album_every_day_and_an_empty_one_the_batch_of_the_night():
    assert template_of("", "x", "3") == {"batch": "nightly"}
    batch = template_of("the sea at night", "weeknights", "2")["batch"]
    assert batch["entries"] == [{"brief": {"theme": "the sea at night", "songs": 2, "seed": "{date}"}}]


def test_a_template_that_cannot_be_made_is_refused_before_it_is_scheduled():
    with pytest.raises(Exception, match="songs"):
        template_of("rain", "x", "99")


def test_the_log_is_filtered_by_person_sort_and_album(studio_home):
    studio_home.catalogue.note_choice("Ada", "approve", album_id="one", why="the bridge is lovely")
    studio_home.catalogue.note_choice("Noor", "reject", album_id="two", why="too loud")
    browser = studio_home.browser()
    assert "too loud" not in browser.get("/log?who=Ada").text
    assert "too loud" in browser.get("/log?what=reject").text
    assert "lovely" not in browser.get("/log?album=two").text


def test_a_cover_is_made_small_once_and_served_from_disk(still_studio):
    sha256 = cover_of(still_studio).picture.sha256
    browser = still_studio.browser()
    answer = browser.get(f"/covers/{sha256}?px=160")
    assert answer.headers["content-type"] == "image/jpeg"
    with Image.open(io.BytesIO(answer.content)) as picture:
        assert picture.size == (160, 160)
    kept = still_studio.shop.settings.home / "cache" / "covers" / f"{sha256}-160.jpg"
    written = kept.stat().st_mtime_ns
    assert browser.get(f"/covers/{sha256}?px=160").content == answer.content
    assert kept.stat().st_mtime_ns == written


@pytest.mark.parametrize("path", ["/covers/../../etc/passwd", "/covers/xyz", f"/covers/{'0' * 64}?px=7777"])
def test_only_covers_of_the_store_are_made_small(still_studio, path):
    assert still_studio.browser().get(path).status_code in (404, 422)


def test_a_blob_that_is_no_picture_is_told_in_words(still_studio):
    ref = still_studio.bench.blobs.put(b"no picture at all", "image/png")
    answer = still_studio.browser().get(f"/covers/{ref.sha256}")
    assert answer.status_code == 404
    assert "not a picture" in answer.text


def test_files_of_pages_are_kept_by_browsers_as_long_as_they_are_the_same(still_studio):
    browser = still_studio.stranger()
    assert "immutable" in browser.get("/static/site.css?v=1").headers["cache-control"]
    assert browser.get("/static/tell.js").headers["cache-control"] == "no-cache"
    assert browser.get("/static/../app.py").status_code == 404


def test_json_for_scripts_cannot_leave_its_element():
    assert "<" not in script_json({"title": "</script><b>'&\u2028"})


def test_markdown_shows_html_as_text_and_runs_no_links():
    html = shown("## Weaknesses\n<script>x</script> [a](javascript:alert(1)) | \n\n| a |\n|--:|\n| 1 |")
    assert "<script" not in html
    assert 'href="javascript' not in html
    assert "style=" not in html


def test_a_part_of_a_card_is_found_by_heading_or_bold_words():
    assert part_of("# x\n\n## Weaknesses\nsmall\n\n## Next\nno", "Weaknesses") == "small"
    assert part_of("**What.** x\n\n**Weaknesses.** small\n\n**Next.** no", "Weaknesses") == "small"
    assert part_of("nothing", "Weaknesses") == ""


def test_figures_are_worded_for_people():
    assert clock(187.4) == "3:07"
    assert clock(3725) == "1:02:05"
    assert left(4) == "a few seconds"
    assert left(11_100) == "3 h 5 min"
    assert megabytes(12_300_000) == "12.3 MB"
    assert signed(-14.04) == "\N{MINUS SIGN}14.0"


def test_weights_that_are_not_here_are_told_with_the_remedy_before_anything_is_asked(still_studio):
    text = still_studio.browser("producer").get("/new", params={"theme": "the sea at night"}).text
    assert "hibari models pull lyrics:smollm2" in text


def test_what_is_longer_than_any_picture_is_not_read_to_be_made_small(studio_home, monkeypatch):
    ref = studio_home.bench.blobs.put(b"fLaC" + bytes(2000), "audio/flac")
    monkeypatch.setattr("studio.pages.assets._MOST_BYTES", 1000)
    monkeypatch.setattr(type(studio_home.bench.blobs), "read", lambda *_: pytest.fail("it was read"))
    answer = studio_home.browser().get(f"/covers/{ref.sha256}")
    assert answer.status_code == 404
    assert "2004 bytes" in answer.text
