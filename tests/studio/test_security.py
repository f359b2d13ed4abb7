from __future__ import annotations

import time

import pytest

from flows.upkeep.health import PieceHealth, StudioHealth
from schemas.errors import ArtifactError
from schemas.jobs import PressRequest
from schemas.settings import CHECKOUT
from studio.auth import COOKIE
from studio.guards import page_policy
from tasks.deciding import Decider, current, judge_songs, note_press
from tasks.press.press import press_once
from tests.studio.routes import routes_of

OPEN = {"/login", "/api/v1/health", "/api/v1/ready"}
FOR_VIEWERS = {
    "/logout",
    "/api/v1/albums/{album_id}/retakes/preview",
    "/albums/{album_id}/songs/{song_id}/retake/preview",
}
"""Routes that are asked with POST and change nothing of the album's; a viewer may ask them."""


def guarded(home):
    routes = [asked for asked in routes_of(home.app) if asked.template not in OPEN]
    assert len(routes) > 50
    return routes


def is_refused(answer, path):
    """Whether an answer says 'sign in' as programs, or browsers, are told it."""
    if path.startswith("/api/"):
        return answer.status_code == 401 and answer.headers["content-type"] == "application/problem+json"
    return answer.status_code == 401 or (
        answer.status_code == 303 and answer.headers["location"].startswith("/login?next=")
    )


def test_no_route_but_the_open_ones_answers_without_a_token(still_studio):
    client = still_studio.stranger()
    answers = {str(asked): client.request(asked.method, asked.path) for asked in guarded(still_studio)}
    assert [name for name, answer in answers.items() if not is_refused(answer, name.split()[1])] == []


@pytest.mark.parametrize(
    "header",
    ["Bearer hib_nobody", "Bearer ", "Bearer", "Basic YWRhOmFkYQ==", "hib_nobody", "Bearer a b c", "Bearer \xff", ""],
)
def test_no_route_answers_to_a_malformed_token(still_studio, header):
    client = still_studio.stranger()
    studio = still_studio.app.state.studio
    for asked in guarded(still_studio):
        studio.failures.__init__(10_000)
        answer = client.request(asked.method, asked.path, headers={"Authorization": header.encode("latin-1")})
        assert is_refused(answer, asked.path), f"{asked}: {answer.status_code}"


def test_a_session_cookie_that_is_nobodys_opens_nothing(still_studio):
    still_studio.app.state.studio.failures.__init__(10_000)
    client = still_studio.stranger(Cookie=f"{COOKIE}=nobody")
    wrong = [
        str(asked)
        for asked in guarded(still_studio)
        if not is_refused(client.request(asked.method, asked.path), asked.path)
    ]
    assert wrong == []


def test_a_viewer_changes_nothing_by_any_route(studio_home):
    client = studio_home.api("viewer")
    before = len(studio_home.catalogue.choices(limit=1000)), studio_home.catalogue.last_event()
    allowed = {}
    for asked in guarded(studio_home):
        if asked.changes and asked.template not in FOR_VIEWERS:
            answer = client.request(asked.method, asked.path)
            if answer.status_code != 403:
                allowed[str(asked)] = answer.status_code
    assert allowed == {}
    assert before == (len(studio_home.catalogue.choices(limit=1000)), studio_home.catalogue.last_event())


@pytest.mark.parametrize("role", ["reviewer", "producer"])
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/tokens"),
        ("POST", "/tokens"),
        ("DELETE", "/tokens/tok-0123456789ab"),
        ("GET", "/webhooks"),
        ("POST", "/webhooks"),
        ("DELETE", "/webhooks/hook-0123456789ab"),
        ("GET", "/webhooks/hook-0123456789ab/deliveries"),
        ("GET", "/settings"),
        ("DELETE", "/albums/x-1/quarantine"),
    ],
)
def test_only_an_admin_keeps_tokens_webhooks_settings_and_quarantine(still_studio, role, method, path):
    assert still_studio.api(role).request(method, f"/api/v1{path}").status_code == 403


@pytest.mark.parametrize("path", ["/albums", "/batches", "/albums/x-1/press", "/albums/x-1/retakes", "/schedules"])
def test_a_reviewer_asks_for_no_work(still_studio, path):
    assert still_studio.api("reviewer").post(f"/api/v1{path}", json={}).status_code == 403


def test_a_browser_changes_nothing_without_its_sessions_secret(studio_home):
    browser = studio_home.browser("admin")
    del browser.headers["X-CSRF-Token"]
    allowed = {}
    for asked in guarded(studio_home):
        if asked.changes:
            answer = browser.request(asked.method, asked.path)
            if answer.status_code != 403:
                allowed[str(asked)] = answer.status_code
    assert allowed == {}


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:8421"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"X-CSRF-Token": "guessed"},
        {"X-CSRF-Token": "\xe9"},
    ],
)
def test_a_request_from_another_page_is_refused_even_with_the_cookie(studio_home, headers):
    browser = studio_home.browser("reviewer")
    sent = {name: value.encode("latin-1") for name, value in headers.items()}
    answer = browser.post(
        f"/api/v1/albums/{studio_home.album_id}/verdicts", json={"decision": "approved"}, headers=sent
    )
    assert answer.status_code == 403
    assert studio_home.catalogue.verdicts(studio_home.album_id) == []


def test_a_form_may_carry_the_secret_in_a_field(studio_home):
    browser = studio_home.browser()
    del browser.headers["X-CSRF-Token"]
    answer = browser.post("/logout", data={"csrf": studio_home.csrf["viewer"]})
    assert (answer.status_code, answer.headers["location"]) == (303, "/login")


def test_a_program_needs_no_secret_besides_its_token(studio_home):
    answer = studio_home.api("reviewer").post(
        f"/api/v1/albums/{studio_home.album_id}/verdicts",
        json={"decision": "approved"},
        headers={"Origin": "https://elsewhere.example", "Sec-Fetch-Site": "cross-site"},
    )
    assert answer.status_code == 201


@pytest.mark.parametrize(
    "host",
    [
        "elsewhere.example",
        "127.0.0.1",
        "127.0.0.1:80",
        "127.0.0.1:8421",
        "localhost.elsewhere.example:8420",
        "[::1]",
        "127.0.0.1:8420@elsewhere.example",
        "",
    ],
)
def test_a_request_for_another_host_is_refused(still_studio, host):
    answer = still_studio.api().get("/api/v1/albums", headers={"Host": host})
    assert (answer.status_code, answer.json()["status"]) == (421, 421)
    assert still_studio.stranger().get("/login", headers={"Host": host}).status_code == 421


@pytest.mark.parametrize("host", ["127.0.0.1:8420", "localhost:8420", "LocalHost:8420", "[::1]:8420"])
def test_loopback_is_called_by_its_own_names(still_studio, host):
    assert still_studio.api().get("/api/v1/albums", headers={"Host": host}).status_code == 200


def test_more_names_can_be_allowed(served):
    home = served(hosts=("studio.example", "other.example:9000"))
    answered = {
        host: home.api().get("/api/v1/albums", headers={"Host": host}).status_code
        for host in ("studio.example", "studio.example:443", "other.example:9000", "other.example", "third.example")
    }
    assert list(answered.values()) == [200, 200, 200, 421, 421]


def test_no_other_origin_is_ever_let_in(still_studio):
    asked = {"Origin": "https://elsewhere.example", "Access-Control-Request-Method": "GET"}
    for method in ("GET", "OPTIONS"):
        answer = still_studio.api().request(method, "/api/v1/albums", headers=asked)
        assert [name for name in answer.headers if name.startswith("access-control-")] == []


def test_every_answer_carries_the_security_headers(still_studio):
    client = still_studio.api("admin")
    for path in ("/api/v1/albums", "/api/v1/none", "/login", "/none", "/static/site.css", "/api/v1/albums/..%2f.."):
        headers = client.get(path).headers
        assert headers["x-content-type-options"] == "nosniff", path
        assert headers["referrer-policy"] == "same-origin", path
        assert headers["cross-origin-opener-policy"] == "same-origin", path
        assert headers["cross-origin-resource-policy"] == "same-origin", path
        assert "frame-ancestors 'none'" in headers["content-security-policy"], path
        assert "'unsafe-inline'" not in headers["content-security-policy"], path


def test_pages_take_scripts_from_here_alone_and_each_answer_has_its_own_nonce(still_studio):
    policies = [still_studio.stranger().get("/login").headers["content-security-policy"] for _ in range(2)]
    nonces = [policy.partition("'nonce-")[2].partition("'")[0] for policy in policies]
    assert nonces[0] != nonces[1]
    assert policies == [page_policy(nonce) for nonce in nonces]
    assert "script-src 'self';" in policies[0]


def test_what_is_secret_is_not_kept_by_the_browser(still_studio):
    for path in ("/login", "/api/v1/albums", "/api/v1/tokens", "/api/v1/settings"):
        assert still_studio.api("admin").get(path).headers["cache-control"] == "no-store"


def test_too_many_or_too_long_headers_are_refused(still_studio):
    client = still_studio.api()
    assert client.get("/api/v1/albums", headers={f"x-{i}": "1" for i in range(80)}).status_code == 431
    assert client.get("/api/v1/albums", headers={"x-long": "a" * 20_000}).status_code == 431
    assert client.get("/api/v1/albums", params={"search": "a" * 5000}).status_code == 414


def test_a_revoked_token_opens_nothing_within_two_seconds(studio_home):
    client = studio_home.api("viewer")
    assert client.get("/api/v1/albums").status_code == 200
    token = studio_home.catalogue.token_of(studio_home.secrets["viewer"])
    studio_home.catalogue.revoke_token(token.id)  # as another process does: nothing here is told
    time.sleep(1.1)
    assert client.get("/api/v1/albums").status_code == 401


def test_a_token_revoked_by_the_api_opens_nothing_at_once(studio_home):
    browser, admin = studio_home.browser("viewer"), studio_home.api("admin")
    assert browser.get("/api/v1/albums").status_code == 200
    token = studio_home.catalogue.token_of(studio_home.secrets["viewer"])
    assert admin.delete(f"/api/v1/tokens/{token.id}").status_code == 204
    assert browser.get("/api/v1/albums").status_code == 401
    assert studio_home.api("viewer").get("/api/v1/albums").status_code == 401
    assert admin.delete(f"/api/v1/tokens/{token.id}").status_code == 404


@pytest.mark.parametrize(
    "name",
    [
        "../../etc/passwd",
        "..%2f..%2fetc%2fpasswd",
        "%2e%2e/%2e%2e/etc/passwd",
        "/etc/passwd",
        "//etc/passwd",
        "a/../../x",
        "x%00.txt",
        "..\\..\\x",
    ],
)
def test_no_name_leads_out_of_where_it_belongs(still_studio, name):
    client = still_studio.api("admin")
    for path in (
        f"/api/v1/albums/{name}",
        f"/api/v1/albums/{still_studio.album_id}/songs/{name}",
        f"/api/v1/albums/{still_studio.album_id}/releases/1/files/{name}",
        f"/api/v1/blobs/{name}",
        f"/api/v1/artifacts/{name}",
        f"/api/v1/jobs/{name}",
        f"/static/{name}",
        f"/covers/{name}",
    ):
        answer = client.get(path)
        assert answer.status_code in (303, 404, 405, 422), f"{path}: {answer.status_code}"
        assert b"root:" not in answer.content


@pytest.mark.parametrize(
    "brief",
    [
        {"theme": "x", "models": {"lyrics": "/etc/passwd"}},
        {"theme": "x", "models": {"lyrics": "https://elsewhere.example/model"}},
        {"theme": "x", "models": {"lyrics": "lyrics:../../x"}},
        {"theme": "x", "models": {"cover": "stabilityai/sdxl"}},
        {"theme": "x", "voice": "../../voice"},
        {"theme": "x", "lyrics": [{"path": "/etc/passwd"}]},
        {"theme": "x", "home": "/tmp"},
        {"theme": "x", "keys": ["file:///etc/passwd"]},
    ],
)
def test_a_brief_names_no_path_url_or_hub_id(studio_home, brief):
    answer = studio_home.api("producer").post("/api/v1/albums", json=brief)
    assert answer.status_code in (409, 422), answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert studio_home.catalogue.jobs() == []


def test_a_fault_of_our_own_tells_nothing_of_itself(studio_home, monkeypatch):
    def broken(*_, **__):
        raise RuntimeError("the secret is 1234")

    monkeypatch.setattr(type(studio_home.catalogue), "standings", broken)
    answer = studio_home.api().get("/api/v1/albums")
    assert (answer.status_code, answer.headers["content-type"]) == (500, "application/problem+json")
    assert "1234" not in answer.text
    assert "no-store" in answer.headers["cache-control"]


def test_only_an_admin_lets_in_again_what_was_set_aside_by_the_page_too(studio_home):
    catalogue, address = studio_home.catalogue, f"/albums/{studio_home.album_id}/make"
    catalogue.quarantine(studio_home.album_id, "its worker died twice")
    assert studio_home.browser("producer").post(address).status_code == 303
    assert catalogue.quarantined(studio_home.album_id) == "its worker died twice"
    assert catalogue.jobs() == []
    assert studio_home.browser("admin").post(address).status_code == 303
    assert catalogue.quarantined(studio_home.album_id) is None
    assert len(catalogue.jobs()) == 1


def test_a_key_given_in_a_page_takes_nobodys_elses(studio_home):
    form = {"theme": "the sea at night", "songs": "1", "length_low": "20", "length_high": "40", "deed": "ask"}
    form |= {"words_title": "Sea", "words_text": "[verse]\nThe light upon the water\nIt calls to me"}
    form |= {"model_cover": "cover:typographic"}
    admin = studio_home.catalogue.token_of(studio_home.secrets["admin"])
    for key in (f"{admin.id}:order-17", "batch:0:0"):
        assert studio_home.browser("producer").post("/new", data={**form, "key": key}).status_code == 303
    keys = {job.key.partition(":")[0] for job in studio_home.catalogue.jobs()}
    assert keys == {studio_home.catalogue.token_of(studio_home.secrets["producer"]).id}


def test_no_error_tells_where_things_lie_on_this_machine(studio_home, monkeypatch):
    settings = studio_home.shop.settings
    places = f"{settings.home}/blobs, {settings.releases}/x, {settings.models_dir}/y or {CHECKOUT}/z"
    database = "catalogue postgresql+psycopg://ada:***@db.example/hibari: it is locked"

    def broken(*_, **__):
        raise ArtifactError(f"it is not in {places}; {database}")

    monkeypatch.setattr(type(studio_home.catalogue), "standings", broken)
    told = studio_home.api().get("/api/v1/albums").json()["detail"]
    assert told == (
        "it is not in HIBARI_HOME/blobs, HIBARI_RELEASES/x, HIBARI_MODELS/y or the checkout/z; "
        "catalogue of the settings: it is locked"
    )
    page = studio_home.browser().get("/").text
    assert "HIBARI_HOME/blobs" in page
    assert str(settings.home) not in page


def test_what_fails_beside_the_studio_is_told_to_admins_alone(studio_home):
    wrong = PieceHealth("queue", False, "the database /home/ada/prefect.db is locked")
    studio_home.app.state.studio.supervised = lambda: StudioHealth(ready=False, pieces=(wrong,))
    ready = studio_home.stranger().get("/api/v1/ready")
    assert ready.status_code == 503
    assert ready.json()["pieces"][-1]["name"] == "queue"
    for answer in (ready, studio_home.browser("viewer").get("/settings")):
        assert "/home/ada" not in answer.text
    assert "/home/ada" in studio_home.browser("admin").get("/settings").text


def test_the_sign_of_number_0_goes_nowhere(studio_home):
    """PostgreSQL keeps no text with it."""
    album, reviewer = studio_home.album_id, studio_home.browser("reviewer")
    told = {"decision": "rejected", "reason": "a\x00b"}
    answers = [
        reviewer.post(f"/api/v1/albums/{album}/verdicts", json=told),
        reviewer.post(f"/albums/{album}/verdict", data={**told, "song": "song-1"}),
        reviewer.post(f"/albums/{album}/songs/song-1/verdict", data=told),
        studio_home.browser("producer").post("/jobs/job-0123456789ab/cancel", data=told),
        *(
            reviewer.get(path)
            for path in ("/albums/x%00", "/?search=%00", "/log?who=a%00", "/api/v1/choices?album=%00")
        ),
    ]
    assert [answer.status_code for answer in answers] == [422] * len(answers)
    assert studio_home.catalogue.verdicts(album) == []


def test_the_log_that_all_may_read_keeps_no_secret_of_a_webhooks_address(studio_home):
    url = "https://93.184.215.14:8443/services/T0/secret-1?token=secret-2"
    made = studio_home.api("admin").post("/api/v1/webhooks", json={"url": url}).json()["webhook"]
    assert made["url"] == url
    browser = studio_home.browser("admin")
    assert browser.post("/settings/webhooks", data={"url": url}).status_code == 200
    assert browser.post(f"/settings/webhooks/{made['id']}/remove").status_code == 303
    viewer = studio_home.browser("viewer")
    for told in (viewer.get("/api/v1/choices").text, viewer.get("/log").text):
        assert "https://93.184.215.14:8443" in told
        assert "secret" not in told


@pytest.mark.parametrize("name", ["policy:careful", "Schedule:nightly", " deployment:press"])
def test_no_token_bears_the_name_of_what_is_nobody(studio_home, name):
    told = {"name": name, "role": "reviewer"}
    assert studio_home.api("admin").post("/api/v1/tokens", json=told).status_code == 409
    assert studio_home.browser("admin").post("/settings/tokens", data=told).status_code == 422
    assert len(studio_home.catalogue.tokens()) == 4


def test_where_a_release_lies_is_told_by_its_name_alone(studio_home):
    job = studio_home.catalogue.add_job(PressRequest(album_id=studio_home.album_id), by="Pat")
    folder = studio_home.shop.settings.releases / studio_home.album_id
    studio_home.catalogue.note_result(job.id, {"release": "0" * 64, "folder": str(folder)})
    result = studio_home.api().get(f"/api/v1/jobs/{job.id}").json()["result"]
    assert result == {"release": "0" * 64, "folder": studio_home.album_id}
    bench, who = studio_home.bench, Decider("Pat", "command")
    judge_songs(bench, studio_home.album_id, [], "approved", who)
    release, lies, _ = press_once(current(bench, studio_home.album_id), studio_home.shop.settings.releases)
    note_press(bench, studio_home.album_id, release, lies, who)
    told = studio_home.api().get("/api/v1/events/list", params={"after": studio_home.catalogue.last_event() - 3}).text
    assert f'"folder":"{studio_home.album_id}"' in told
    assert str(lies) not in told
