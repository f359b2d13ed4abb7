from __future__ import annotations

import pytest

from studio.problems import Problem
from studio.webhook_addresses import check_url, objection

OPEN = "93.184.216.34"

INSIDE = [
    "127.0.0.1",
    "127.8.9.1",
    "10.0.0.1",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "0.0.0.0",
    "0.1.2.3",
    "192.0.0.1",
    "192.0.2.1",
    "198.18.0.1",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "fe80::1",
    "fe80::1%eth0",
    "fc00::1",
    "fd12:3456::1",
    "fec0::1",
    "ff02::1",
    "2001:db8::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:93.184.216.34",
    "::127.0.0.1",
    "::ffff:0:127.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b:1::7f00:1",
    "2002:7f00:1::1",
    "2001:0:7f00:1::1",
    "not an address",
]


@pytest.mark.parametrize("address", INSIDE)
def test_no_address_inside_is_called(address):
    assert objection(address, private=False)
    with pytest.raises(Problem, match="open internet only"):
        check_url("https://hooks.example/x", private=False, resolver=lambda *_: [address])


@pytest.mark.parametrize("address", [OPEN, "8.8.8.8", "2606:2800:220:1:248:1893:25c8:1946"])
def test_addresses_of_the_open_internet_are_called(address):
    assert objection(address, private=False) == ""


def test_one_address_inside_among_several_is_enough_to_refuse():
    with pytest.raises(Problem, match=r"10\.0\.0\.1"):
        check_url("https://hooks.example/x", private=False, resolver=lambda *_: [OPEN, "10.0.0.1"])


@pytest.mark.parametrize("address", ["127.0.0.1", "10.0.0.1", "192.168.1.1", "::1", "fd12::1"])
def test_private_addresses_may_be_allowed(address):
    assert objection(address, private=True) == ""


@pytest.mark.parametrize(
    "address",
    [
        "224.0.0.1",
        "0.0.0.0",
        "0.1.2.3",
        "240.0.0.1",
        "255.255.255.255",
        "169.254.169.254",
        "fe80::1",
        "fe80::1%eth0",
        "::",
        "ff02::1",
        "::ffff:127.0.0.1",
        "64:ff9b::a9fe:a9fe",
        "2002:7f00:1::",
    ],
)
def test_some_addresses_are_never_allowed(address):
    assert objection(address, private=True)


@pytest.mark.parametrize(
    "url",
    [
        "ftp://hooks.example/",
        "file:///etc/passwd",
        "gopher://hooks.example/",
        "//hooks.example/",
        "https://",
        "https:///x",
        "https://ada:secret@hooks.example/",
        "https://hooks.example@127.0.0.1/",
        "https://hooks.example/#part",
        "https://hooks.example:0/",
        "https://hooks.example:99999/",
        "https://hooks.example/a b",
        "https://hooks.example\\@127.0.0.1/",
        "https://hooks.example/\r\nX: 1",
        "https://[fe80::1%25eth0]/",
        "https://[::1/",
        "javascript:alert(1)",
        "https://h\u00f6oks.example/",
    ],
)
def test_only_plain_http_urls_are_taken(url):
    with pytest.raises(Problem) as refused:
        check_url(url, private=True, resolver=lambda *_: [OPEN])
    assert refused.value.status_code == 422


@pytest.mark.parametrize(
    "host", ["0x7f.1", "2130706433", "0177.0.0.1", "127.1", "localhost", "[::1]", "[::ffff:7f00:1]"]
)
def test_loopback_by_another_spelling_is_loopback_all_the_same(host):
    with pytest.raises(Problem, match="private or reserved|hides|no address"):
        check_url(f"http://{host}/", private=False)


def test_what_is_called_is_the_very_address_that_was_checked():
    answers = iter([[OPEN], ["127.0.0.1"]])
    target = check_url("https://hooks.example:8443/a?b=c", private=False, resolver=lambda *_: next(answers))
    assert (target.address, target.host, target.port, target.path) == (OPEN, "hooks.example", 8443, "/a?b=c")
    assert target.host_header == "hooks.example:8443"


def test_an_admin_is_told_at_once_that_an_address_is_refused(still_studio):
    answer = still_studio.api("admin").post("/api/v1/webhooks", json={"url": "http://169.254.169.254/latest/meta-data"})
    assert answer.status_code == 422
    assert "open internet" in answer.json()["detail"]
    assert still_studio.catalogue.webhooks() == []
