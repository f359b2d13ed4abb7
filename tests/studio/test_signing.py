from __future__ import annotations

import pytest

from studio.auth import COOKIE


def test_a_token_begins_a_session_that_scripts_cannot_read(studio_home):
    client = studio_home.stranger()
    answer = client.post("/login", data={"token": studio_home.secrets["reviewer"], "next": "/queue"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/queue")
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith(f"{COOKIE}=")
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert "Path=/;" in cookie
    assert "Secure" not in cookie  # plain http on loopback: a Secure cookie would never come back
    assert studio_home.secrets["reviewer"] not in cookie
    assert client.get("/api/v1/albums").status_code == 200


def test_over_https_the_cookie_is_secure(studio_home):
    client = studio_home.stranger()
    client.base_url = "https://127.0.0.1:8420"
    answer = client.post("/login", data={"token": studio_home.secrets["viewer"]})
    assert answer.status_code == 303
    assert "Secure" in answer.headers["set-cookie"]


def test_a_token_that_opens_nothing_is_told_so_on_the_page(studio_home):
    answer = studio_home.stranger().post("/login", data={"token": "hib_nobody"})
    assert answer.status_code == 401
    assert "opens nothing" in answer.text
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    "headers", [{"Origin": "https://elsewhere.example"}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "null"}]
)
def test_nobody_is_signed_in_by_another_page(studio_home, headers):
    answer = studio_home.stranger().post("/login", data={"token": studio_home.secrets["viewer"]}, headers=headers)
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    "url",
    ["https://elsewhere.example", "//elsewhere.example", "/\\elsewhere.example", "javascript:alert(1)", "/\n/x", ""],
)
def test_the_sign_in_page_sends_nobody_elsewhere(studio_home, url):
    answer = studio_home.stranger().post("/login", data={"token": studio_home.secrets["viewer"], "next": url})
    assert answer.headers["location"] == "/"
    assert studio_home.browser().get("/login", params={"next": url}).headers["location"] == "/"


def test_signing_out_ends_the_session(studio_home):
    browser = studio_home.browser()
    secret = browser.cookies[COOKIE]
    assert browser.get("/api/v1/albums").status_code == 200
    assert browser.post("/logout").headers["location"] == "/login"
    assert studio_home.stranger(Cookie=f"{COOKIE}={secret}").get("/api/v1/albums").status_code == 401


def test_a_page_leads_strangers_to_the_sign_in_page_and_back(still_studio):
    answer = still_studio.stranger().get("/albums/x-1")
    assert (answer.status_code, answer.headers["location"]) == (303, "/login?next=/albums/x-1")


def test_a_token_that_lasted_its_time_opens_nothing(studio_home):
    _, secret = studio_home.catalogue.add_token("Zoe", "viewer", lasts_s=-1)
    assert studio_home.stranger().post("/login", data={"token": secret}).status_code == 401
