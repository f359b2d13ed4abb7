from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from artifacts.catalogue import Catalogue
from schemas.brief import Brief
from schemas.errors import ArtifactError
from schemas.review import Verdict
from tests.artifacts.made import tamper
from tests.examples import lyrics


def verdict(decision: str = "approved", **changes: object) -> Verdict:
    facts = {"album_id": "sea-songs", "subject": "0" * 64, "by": "Ada", "at": datetime(2026, 1, 2, tzinfo=UTC)}
    return Verdict.model_validate({**facts, "decision": decision, **changes})


def test_an_album_is_written_down_and_brought_up_to_date(catalogue: Catalogue) -> None:
    brief, other = Brief(theme="the sea"), Brief(theme="the sea at night")
    assert catalogue.album("sea-songs") is None
    first = catalogue.album("sea-songs", brief, title="Sea Songs")
    assert (first.brief, first.title, first.state) == (brief, "Sea Songs", "open")
    second = catalogue.album("sea-songs", other, state="released")
    assert (second.brief, second.title, second.state) == (other, "Sea Songs", "released")
    assert second.created_at == first.created_at
    catalogue.set_state("sea-songs", "open")
    assert catalogue.albums() == [catalogue.album("sea-songs")]
    assert catalogue.get(second.brief_digest) == other
    with pytest.raises(ArtifactError, match="no album 'sky-songs'"):
        catalogue.set_state("sky-songs", "open")


def test_an_album_whose_brief_is_damaged_is_still_listed(catalogue: Catalogue) -> None:
    entry = catalogue.album("sea-songs", Brief(theme="the sea"), title="Sea Songs")
    tamper(catalogue, entry.brief_digest)
    assert catalogue.albums()[0].title == "Sea Songs"


def test_the_log_of_verdicts_only_grows(catalogue: Catalogue) -> None:
    given = [verdict("rejected", song_id="song-1", reason="flat"), verdict(), verdict("rejected", song_id="song-1")]
    for one in [*given, given[0]]:
        assert catalogue.verdict(one) == one.digest()
    catalogue.verdict(verdict(album_id="sky-songs"))
    assert catalogue.verdicts("sea-songs") == [*given, given[0]]


def test_releases_are_listed_with_their_folders(catalogue: Catalogue) -> None:
    digest = catalogue.add_release(lyrics(), "sea-songs", Path("out") / "Sea Songs")
    found = catalogue.releases("sea-songs")
    assert [(one.digest, one.path) for one in found] == [(digest, "out/Sea Songs")]
    assert catalogue.releases("sky-songs") == []


def test_attempts_are_counted_until_one_comes_to_its_end(catalogue: Catalogue) -> None:
    assert [catalogue.begin_attempt("sea-songs"), catalogue.begin_attempt("sea-songs")] == [1, 2]
    assert catalogue.quarantined("sea-songs") is None
    catalogue.quarantine("sea-songs", "crashed its worker twice")
    assert catalogue.quarantined("sea-songs") == "crashed its worker twice"
    catalogue.lift_quarantine("sea-songs")
    assert catalogue.quarantined("sea-songs") is None
    assert catalogue.begin_attempt("sea-songs") == 1
    catalogue.end_attempt("sea-songs")
    assert catalogue.begin_attempt("sea-songs") == 1
