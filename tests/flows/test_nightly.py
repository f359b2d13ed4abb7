from __future__ import annotations

from datetime import date

import pytest

from flows.nightly import produce_nightly, template
from schemas.brief_reading import brief_from_fields
from schemas.errors import BriefError
from schemas.settings import Settings
from tasks.batches.expanding import expand
from tasks.bench import Bench

WORDS = "[verse]\nThe light upon the water\nIt calls to me\n"
DOCUMENT = {
    "name": "two by night",
    "entries": [
        {
            "brief": {
                "theme": "{date}",
                "songs": 1,
                "models": {"cover": "cover:typographic"},
                "lyrics": [WORDS],
                "seed": "{date}",
            },
            "repeat": 2,
        }
    ],
}


@pytest.fixture
def bench(tmp_path, monkeypatch):
    monkeypatch.setenv("HIBARI_HOME", str(tmp_path / "home"))
    bench = Bench(Settings())
    yield bench
    bench.catalogue.close()


@pytest.mark.parametrize(
    "name",
    ["../pyproject", "/etc/passwd", "briefs/nightly.yaml", "nightly.yaml", "file:///etc/passwd", "", "x" * 200, "a b"],
)
def test_a_batch_is_named_and_never_a_path(name):
    with pytest.raises(BriefError, match="choose from"):
        template(name)


def test_a_brief_for_one_album_is_no_batch():
    with pytest.raises(BriefError, match=r"first-light.*choose from four-seasons, nightly"):
        template("first-light")


def test_a_document_may_be_given_instead():
    assert len(expand(template(DOCUMENT).batch, on=date(2025, 1, 31)).briefs) == 2


def test_a_document_that_is_no_batch_is_refused_before_anything_is_begun(bench):
    with pytest.raises(BriefError, match="entries"):
        produce_nightly.fn({"briefs": []})
    with pytest.raises(BriefError, match="no day"):
        produce_nightly.fn(DOCUMENT, on="tonight")
    assert bench.catalogue.jobs() == []


def test_one_night_is_one_job_with_a_report(bench):
    """Albums that were set aside are passed over, so that the night is short."""
    for seed in (20250131000, 20250131001):
        fields = {
            "theme": "2025-01-31",
            "songs": 1,
            "models": {"cover": "cover:typographic"},
            "lyrics": [WORDS],
            "seed": seed,
        }
        bench.catalogue.quarantine(brief_from_fields(fields).album_id, "for this test")
    told = produce_nightly.fn(DOCUMENT, on="2025-01-31")
    (job,) = bench.catalogue.jobs()
    assert (job.state, job.request.name, job.priority, len(told)) == ("done", "two by night", 3, 2)
    report = bench.settings.home / "reports" / job.id / "report.md"
    assert "2 set aside" in report.read_text()


def test_briefs_of_the_night_that_cannot_be_made_are_left_out_and_told(bench):
    fields = {"theme": "a", "songs": 1, "models": {"cover": "cover:typographic"}, "lyrics": [WORDS]}
    bench.catalogue.quarantine(brief_from_fields(fields).album_id, "for this test")
    produce_nightly.fn({"entries": [{"brief": fields}, {"brief": {**fields, "songs": 99}}]})
    (job,) = bench.catalogue.jobs()
    assert job.request.refused[0].startswith("entry 2: songs: 99")
