from __future__ import annotations

from studio import rates
from studio.context import FAILURES_A_MINUTE


def test_a_token_may_ask_so_often_a_minute_and_then_is_told_how_long_to_wait(served):
    home = served(requests_a_minute=20)
    client = home.api()
    client.get("/api/v1/albums")  # until it is known, a token is counted by its address
    statuses = [client.get("/api/v1/albums").status_code for _ in range(21)]
    assert statuses == [200] * 20 + [429]
    refused = client.get("/api/v1/albums")
    assert 1 <= int(refused.headers["retry-after"]) <= 3
    assert refused.json()["detail"].startswith("more than 20 requests a minute")


def test_one_tokens_haste_slows_no_other(served):
    home = served(requests_a_minute=20)
    other = home.api("reviewer")
    assert other.get("/api/v1/albums").status_code == 200
    hasty = home.api()
    assert 429 in [hasty.get("/api/v1/albums").status_code for _ in range(40)]
    assert other.get("/api/v1/albums").status_code == 200


def test_strangers_share_the_rate_of_their_address(served):
    client = served(requests_a_minute=20).stranger()
    assert 429 in [client.get("/api/v1/health").status_code for _ in range(21)]


def test_styles_and_scripts_are_not_counted(served):
    client = served(requests_a_minute=10).stranger()
    assert {client.get("/static/site.css").status_code for _ in range(30)} == {200}


def test_tokens_that_open_nothing_are_counted_by_address_whatever_they_are(studio_home):
    client = studio_home.stranger()
    statuses = [
        client.get("/api/v1/albums", headers={"Authorization": f"Bearer hib_{i}"}).status_code
        for i in range(FAILURES_A_MINUTE + 1)
    ]
    assert statuses == [401] * FAILURES_A_MINUTE + [429]
    assert client.post("/login", data={"token": "hib_guess"}).status_code == 429
    assert studio_home.api().get("/api/v1/albums").status_code == 200


def test_a_bucket_fills_evenly(monkeypatch):
    now = [100.0]
    monkeypatch.setattr(rates.time, "monotonic", lambda: now[0])
    bucket = rates.Rates(60)
    assert [bucket.wait_s("a") for _ in range(61)] == [0] * 60 + [1]
    now[0] += 2.0
    assert [bucket.wait_s("a") for _ in range(3)] == [0, 0, 1]


def test_no_more_buckets_are_kept_than_fit(monkeypatch):
    monkeypatch.setattr(rates, "_MOST", 3)
    bucket = rates.Rates(1)
    for name in "abcd":
        bucket.wait_s(name)
    assert bucket.wait_s("d") > 0
    assert bucket.wait_s("a") == 0
