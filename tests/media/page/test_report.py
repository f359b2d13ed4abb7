from __future__ import annotations

import base64
import html.parser
import re

import pytest

from media.page.report import report_page
from media.page.report_content import (
    BatchReport,
    ReportAlbum,
    ReportCost,
    ReportLine,
    ReportOddity,
    ReportSong,
    clock,
    size,
)
from media.page.report_text import plain, report_text

HOSTILE = "<script>alert(1)</script> \"quoted\" & 'single' </style> [link](javascript:x) | pipe * # `code`"


def album(number=1, words="Harbour Lights", **changes):
    facts = {
        "album_id": f"harbour-lights-0000000{number}",
        "title": words,
        "artist": words,
        "theme": words,
        "facts": "folk, calm",
        "standing": "1 to look at",
        "good": False,
        "songs": (
            ReportSong(1, words, "D minor", 84, "needs a verdict", 64.2, -14.02, wanted=True),
            ReportSong(2, "Unfinished", "F major", 90, "failed", wanted=True),
        ),
        "oddities": (ReportOddity("bound missed", words, f"rhymes kept is 0.5, asked is >= 0.85 {words}"),),
        "needs": (f"1 song needs a verdict {words}",),
        "cost": ReportCost(71.0, 66.4, 41_000_000),
        "cover_jpeg": b"\xff\xd8\xff\xe0 jpeg",
    }
    return ReportAlbum(**(facts | changes))


def report(words="nightly", **changes):
    facts = {
        "name": words,
        "job_id": "job-0123456789ab",
        "asked_by": words,
        "when": "31 January 2025, 02:00 to 05:12 UTC",
        "outcome": "1 of 4 albums are there.",
        "asked": 5,
        "albums": (album(words=words),),
        "failed": (ReportLine(words, f"write lyrics failed: {words}"),),
        "set_aside": (ReportLine(words, f"it failed twice: {words}"),),
        "left": (ReportLine(words, f"the budget is 3 albums {words}"),),
        "refused": (f"line 3: songs: 99 {words}",),
        "rules": (f"The budget was 3 albums. {words}",),
        "cost": ReportCost(71.0, 66.4, 41_000_000),
        "wall_s": 11_520.0,
        "loads": (("lyrics:smollm2", 2),),
    }
    return BatchReport(**(facts | changes))


class Elements(html.parser.HTMLParser):
    def __init__(self, page):
        super().__init__()
        self.tags = []
        self.text = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text.append(data)


def test_hostile_words_stay_words_in_html():
    safe, hostile = Elements(report_page(report("nightly"))), Elements(report_page(report(HOSTILE)))
    assert [tag for tag, _ in hostile.tags] == [tag for tag, _ in safe.tags]
    assert "script" not in {tag for tag, _ in hostile.tags}
    assert sum(HOSTILE in text for text in hostile.text) >= 10
    assert not any(name.startswith("on") for _, found in hostile.tags for name in found)


def test_hostile_words_stay_words_in_markdown():
    text = report_text(report(HOSTILE + "\n\n# not a heading"))
    assert not re.search(r"(?<!\\)<", text)
    assert "[link](" not in text
    assert [line for line in text.split("\n") if line.startswith("#")][1:4] == [
        "## Needs a person",
        "## Failed",
        "## Set aside",
    ]
    rows = [line for line in text.split("\n") if line.startswith("|")]
    assert {len(re.findall(r"(?<!\\)\|", row)) for row in rows} == {7}


def test_the_page_loads_nothing_and_runs_nothing():
    page = report_page(report())
    found = Elements(page)
    policy = next(
        attrs["content"]
        for tag, attrs in found.tags
        if tag == "meta" and "content" in attrs and "default" in attrs["content"]
    )
    assert policy.startswith("default-src 'none'")
    assert "script-src" not in policy
    links = [value for _, attrs in found.tags for name, value in attrs.items() if name in ("src", "href")]
    assert all(link.startswith(("data:", "#")) for link in links)
    assert "url(http" not in page
    assert not any("style" in attrs for _, attrs in found.tags)


def test_every_link_of_the_contact_sheet_leads_to_its_album():
    page = Elements(report_page(report(albums=tuple(album(number) for number in range(1, 5)))))
    places = {attrs["id"] for _, attrs in page.tags if "id" in attrs}
    links = [attrs["href"][1:] for tag, attrs in page.tags if tag == "a"]
    assert set(links) == places
    assert len(links) == 8


def test_a_cover_lies_inside_the_page():
    page = report_page(report())
    assert base64.b64encode(album().cover_jpeg).decode() in page
    assert "no cover" in report_page(report(albums=(album(cover_jpeg=b""),)))


def test_both_forms_say_the_same_facts():
    page, text = "".join(Elements(report_page(report())).text), report_text(report()).replace("\\", "")
    for fact in (
        "5 asked for", "1:04", "D minor", "84 bpm", "-14.0", "needs a verdict", "it failed twice: nightly",
        "the budget is 3 albums nightly", "line 3: songs: 99", "3 h 12 min", "66 CPU s", "41 MB", "lyrics:smollm2",
    ):  # fmt: skip
        assert fact in " ".join(page.split())
        assert fact in " ".join(text.split())


def test_what_is_empty_is_left_out():
    calm = report(albums=(album(needs=(), oddities=()),), failed=(), set_aside=(), left=(), refused=(), loads=())
    page, text = report_page(calm), report_text(calm)
    for heading in ("Failed", "Set aside", "Left by the budget", "Refused"):
        assert f"<h2>{heading}" not in page
        assert f"## {heading}" not in text
    assert "Everything is decided" in page
    assert "Everything is decided" in text


def test_a_report_of_nothing_is_a_page_too():
    nothing = report(albums=(), asked=3)
    assert "<h2>The albums" not in report_page(nothing)
    assert "0 made" in report_text(nothing)


@pytest.mark.parametrize(("seconds", "said"), [(0, "0:00"), (59.6, "1:00"), (3599, "59:59"), (11_520, "3 h 12 min")])
def test_a_time_span_is_said_as_people_do(seconds, said):
    assert clock(seconds) == said


def test_bytes_are_said_as_people_do():
    assert (size(41_000_000), size(1_400_000_000)) == ("41 MB", "1.4 GB")


def test_plain_text_is_one_line():
    assert plain("a\r\n\u2028 b\t*c*") == "a b \\*c\\*"


@pytest.mark.parametrize(
    ("text", "written"),
    [("- a", "\\- a"), ("1. a", "1\\. a"), ("2025-01-31 (a)", "2025-01-31 (a)"), ("=== a", "\\=== a")],
)
def test_what_would_begin_a_list_is_written_as_text(text, written):
    assert plain(text) == written
