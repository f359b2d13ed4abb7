from __future__ import annotations

import re
from contextlib import suppress
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.errors import BriefError
from schemas.jobs import Budget
from tasks.batches import reading
from tasks.batches.expanding import expand
from tasks.batches.reading import read_batch, read_batch_file

BRIEFS = Path(__file__).resolve().parents[3] / "briefs"
DAY = date(2025, 1, 31)


def briefs_of(text, form):
    found = read_batch(text, form)
    return expand(found.batch, on=DAY, places=found.places).briefs


@pytest.mark.parametrize(
    ("name", "count"), [("nightly.yaml", 2), ("four-seasons.yaml", 8), ("postcards.csv", 3), ("postcards.jsonl", 2)]
)
def test_the_batches_that_are_shipped_unfold_whole(name, count):
    found = read_batch_file(BRIEFS / name)
    expansion = expand(found.batch, on=DAY, places=found.places)
    assert (len(expansion.briefs), expansion.refused, found.refused) == (count, (), ())


def test_the_nights_batch_is_another_every_night():
    batch = read_batch_file(BRIEFS / "nightly.yaml").batch
    one, other = (expand(batch, on=date(2025, 1, day)).briefs for day in (30, 31))
    assert not {brief.album_id for brief in one} & {brief.album_id for brief in other}
    assert one[0].seed != other[0].seed
    assert batch.budget == Budget(albums=4, minutes=240, disk_mb=4000)


def test_the_batch_in_the_documentation_is_one():
    page = (BRIEFS.parent / "docs" / "batches.md").read_text(encoding="utf-8")
    (text,) = re.findall(r"```yaml\n(.*?)```", page, flags=re.DOTALL)
    found = read_batch(text, "yaml")
    expansion = expand(found.batch, on=DAY, places=found.places)
    assert (len(expansion.briefs), expansion.refused, found.refused) == (8, (), ())


def test_the_three_forms_say_the_same():
    yaml = briefs_of("entries:\n  - brief: {theme: the sea, songs: 2, keys: [D major, A minor]}\n", "yaml")
    csv = briefs_of("theme,songs,keys\nthe sea,2,D major; A minor\n", "csv")
    lines = briefs_of('{"theme": "the sea", "songs": 2, "keys": ["D major", "A minor"]}\n', "jsonl")
    assert yaml == csv == lines


def test_a_table_with_a_mark_quotes_breaks_and_empty_cells_is_read():
    header = "\ufefftheme,title,length_s,lyrics,models.lyrics\r\n"
    text = header + '"one, ""two""",,40..60,"[verse]\r\nla la",lyrics:verse-gpt2\r\n'
    (brief,) = briefs_of(text, "csv")
    assert (brief.theme, brief.title, brief.length_s.low, brief.length_s.high) == ('one, "two"', "", 40, 60)
    assert brief.lyrics[0].text == "[verse]\nla la"
    assert brief.models.lyrics == "lyrics:verse-gpt2"


def test_a_table_parted_by_semicolons_is_read():
    assert [brief.songs for brief in briefs_of("theme;songs\na;2\nb;3\n", "csv")] == [2, 3]


@pytest.mark.parametrize("cell", ["=1+1", "@SUM(A1)", "+cmd|' /C calc'!A0", "-2+3", '=HYPERLINK("http://x")'])
def test_a_cell_that_looks_like_a_formula_is_plain_text(cell):
    quoted = '"' + cell.replace('"', '""') + '"'
    assert briefs_of(f"theme\n{quoted}\n", "csv")[0].theme == cell


@pytest.mark.parametrize(
    ("text", "form", "named"),
    [
        ("", "csv", ["empty", "header"]),
        ("theme\n", "csv", ["no brief"]),
        ("themes,songs\na,2\n", "csv", ["line 1", "'themes'", "'theme'"]),
        ("songs\n2\n", "csv", ["line 1", "theme"]),
        ("theme,theme\na,b\n", "csv", ["line 1", "twice"]),
        ("theme,models\na,b\n", "csv", ["line 1", "models"]),
        ("theme\na,b\n", "csv", ["line 2", "2 cells", "quotes"]),
        ('theme\n"a\nb\n', "csv", ["line 2", "quote is not closed"]),
        ("theme\n" + "a\n" * 501, "csv", ["501", "500"]),
        (",".join(["theme"] * 41) + "\n", "csv", ["41 columns", "40"]),
        ("theme\n" + '"' + "x" * 140_000 + '"\n', "csv", ["line 2", "limit"]),
        ("", "jsonl", ["no brief"]),
        ("[1]\n", "jsonl", ["line 1", "object"]),
        ('{"theme": "a"\n', "jsonl", ["line 1", "column 14"]),
        ('{"theme": "a", "theme": "b"}\n', "jsonl", ["line 1", "'theme' stands twice"]),
        ('{"theme": NaN}\n', "jsonl", ["line 1", "NaN"]),
        ("[" * 100_000, "jsonl", ["line 1"]),
        ('{"theme": "a", "path": "/etc"}\n', "jsonl", ["line 1", "'path'"]),
        ("a: &x [1]\nentries: [*x]\n", "yaml", ["alias", "batch"]),
        ("entries: !!python/object/apply:os.system [ls]\n", "yaml", ["not readable"]),
        ("- theme: a\n", "yaml", ["entries"]),
        ("entries: []\n", "yaml", ["no entry"]),
        ("entries:\n  - theme: a\n", "yaml", ["entry 1 (line 2)", "theme", "under 'brief:'"]),
        ("entries:\n  - a\n", "yaml", ["entry 1 (line 2)", "'a'"]),
        ("entries:\n  - brief: {theme: 2025-01-31}\n", "yaml", ["entry 1", "brief.theme", "quotes"]),
        ("entries:\n  - {brief: {theme: a}, how: some}\n", "yaml", ["entry 1", "how", "'some'"]),
        ("priority: 12\nentries:\n  - brief: {theme: a}\n", "yaml", ["priority", "12", "9"]),
        ("nme: x\nentries:\n  - brief: {theme: a}\n", "yaml", ["nme"]),
        ("budget: {albums: 0}\nentries:\n  - brief: {theme: a}\n", "yaml", ["budget.albums", "0", "1"]),
        ("entries: " + "[" * 50, "yaml", ["nests deeper"]),
        ("entries:\n" + "  - {}\n" * 501, "yaml", ["501", "500"]),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_with_its_place(text, form, named):
    with pytest.raises(BriefError) as refused:
        read_batch(text, form)
    for word in named:
        assert word in str(refused.value)


def test_one_bad_row_is_named_by_its_line_and_the_others_stand():
    found = read_batch('theme,songs\n"two\nlines",1\n\na,b,c\nlast,2\n', "csv")
    assert [str(refusal)[:7] for refusal in found.refused] == ["line 5:"]
    assert found.places == ("line 2", "line 6")


def test_a_field_that_a_brief_refuses_is_named_by_its_line():
    found = read_batch("theme,songs,genre\na,2,folk\nb,99,folk\nc,two,polka\n", "csv")
    expansion = expand(found.batch, on=DAY, places=found.places)
    assert [brief.theme for brief in expansion.briefs] == ["a"]
    told = [str(refusal) for refusal in expansion.refused]
    assert told[0].startswith("line 3: songs: 99")
    assert told[1].startswith("line 4: songs: 'two'")
    assert "genre: 'polka'" in told[1]


def test_a_lone_surrogate_in_a_line_is_refused():
    found = read_batch('{"theme": "\\ud800"}\n{"theme": "a"}\n', "jsonl")
    expansion = expand(found.batch, on=DAY, places=found.places)
    assert [str(refusal)[:6] for refusal in (*found.refused, *expansion.refused)] == ["line 1"]


def test_a_file_is_read_in_bounds(tmp_path, monkeypatch):
    def refused(path):
        with pytest.raises(BriefError) as error:
            read_batch_file(path)
        return str(error.value)

    assert ".yaml" in refused(tmp_path / "batch.txt")
    assert "there is no batch" in refused(tmp_path / "batch.csv")
    (tmp_path / "wide.csv").write_bytes("theme\nsea\n".encode("utf-16"))
    assert "line 1" in refused(tmp_path / "wide.csv")
    (tmp_path / "folder.csv").mkdir()
    assert "there is no batch" in refused(tmp_path / "folder.csv")
    monkeypatch.setattr(reading, "MAX_BATCH_BYTES", 10)
    (tmp_path / "long.csv").write_text("theme\na\nb\nc\n")
    assert "more than 10 bytes" in refused(tmp_path / "long.csv")


def test_the_files_name_is_the_batchs_where_it_gives_none(tmp_path):
    (tmp_path / "winter songs.csv").write_text("theme\nsnow\n")
    assert read_batch_file(tmp_path / "winter songs.csv").batch.name == "winter songs"


@given(text=st.text(max_size=300), form=st.sampled_from(["yaml", "csv", "jsonl"]))
@settings(deadline=None, max_examples=150)
def test_any_text_is_read_or_refused_in_words(text, form):
    with suppress(BriefError):
        found = read_batch(text, form)
        expansion = expand(found.batch, on=DAY, places=found.places)
        assert len(expansion.briefs) + sum(refusal.briefs for refusal in expansion.refused) == len(found.places)
