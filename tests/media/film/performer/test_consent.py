"""Nobody's face is moved without leave."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from media.film.performer.consent import check_likeness, read_consent
from schemas.errors import MediaError, ReviewError

NOW = datetime(2026, 6, 1, tzinfo=UTC)


def consent(**changes):
    record = {
        "person": "A. Singer",
        "covers": ["voice", "likeness"],
        "terms": "for this album",
        "given_at": "2026-01-31T12:00:00Z",
        "until": "2027-01-31T12:00:00Z",
    }
    return json.dumps({**record, **changes}).encode()


def test_a_consent_that_covers_the_likeness_and_holds_now_is_credited():
    assert check_likeness(consent(), None, NOW) == "Portrait of A. Singer, moved with their consent of 2026-01-31"
    assert "A. Singer" in check_likeness(consent(until=None), None, NOW)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"covers": ["voice"]}, "covers voice, not their likeness"),
        ({"covers": ["corpus", "voice"]}, "likeness"),
        ({"until": "2026-05-31T23:59:59Z"}, "ended on 2026-05-31"),
        ({"given_at": "2026-06-02T00:00:00Z"}, "not yet now"),
    ],
)
def test_a_consent_that_does_not_hold_is_refused(changes, told):
    with pytest.raises(ReviewError, match=told):
        check_likeness(consent(**changes), None, NOW)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe\x00",
        b"[]",
        b"null",
        b'{"person": "A. Singer"}',
        b"[" * 60_000,
        consent(kind="verdict"),
        consent(signature="forged"),
        consent(covers=[]),
        consent(given_at="2026-01-31T12:00:00"),
        consent(person="A\nSinger"),
        consent(person="\u202eregniS"),
        consent(person=" "),
        consent(terms="x" * 5000),
        consent(terms="x" * 70_000),
    ],
)
def test_what_is_no_consent_record_is_refused_in_plain_words(content):
    with pytest.raises(MediaError) as refused:
        check_likeness(content, None, NOW)
    assert len(str(refused.value)) < 700


def test_a_consent_file_is_read_in_bounds(tmp_path):
    path = tmp_path / "consent.json"
    path.write_bytes(consent())
    assert read_consent(path) == consent()
    path.write_bytes(b"{" + b" " * (64 << 10))
    with pytest.raises(MediaError, match="64 KiB"):
        read_consent(path)
    for missing in (tmp_path / "nothing.json", tmp_path):
        with pytest.raises(MediaError, match="cannot be read"):
            read_consent(missing)


@pytest.mark.parametrize("year", ["1665", "c. 1665", "1624-1626", "before 1700", "1665/66"])
def test_a_painting_in_the_public_domain_is_declared(year):
    line = check_likeness(None, f"Johannes Vermeer, Girl, with a Pearl Earring, {year}", NOW)
    assert line.startswith(f"Portrait: Johannes Vermeer, Girl, with a Pearl Earring, {year}; declared")


@pytest.mark.parametrize(
    "declared", ["", "yes", "Vermeer, 1665", "Vermeer, Girl, old", ", , 1665", "A\nB, C, 1665", "x" * 201]
)
def test_a_declaration_without_artist_title_or_year_is_refused(declared):
    with pytest.raises(MediaError):
        check_likeness(None, declared, NOW)


def test_a_painting_too_young_for_the_public_domain_is_refused():
    with pytest.raises(ReviewError, match="not yet in the public domain"):
        check_likeness(None, "A Painter, A Friend, 1998", NOW)


def test_without_leave_nothing_is_moved_and_the_remedy_is_told():
    with pytest.raises(ReviewError, match="--consent FILE.*--public-domain"):
        check_likeness(None, None, NOW)
    with pytest.raises(ReviewError, match="one of the two"):
        check_likeness(consent(), "A, B, 1665", NOW)
