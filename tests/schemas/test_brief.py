from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.brief import Brief, parse_key, slugify
from schemas.brief_reading import MAX_BRIEF_BYTES, brief_from_fields, brief_from_text
from schemas.errors import BriefError


def test_one_line_is_a_brief_with_that_theme():
    assert brief_from_text("letters from a night train").theme == "letters from a night train"


def test_a_line_with_a_colon_stays_a_theme():
    assert brief_from_text("love: a story in three parts").theme == "love: a story in three parts"


def test_yaml_and_json_say_the_same():
    from_yaml = brief_from_text("theme: the sea\nsongs: 2\ntempo_bpm: [80, 100]\n")
    from_json = brief_from_text('{"theme": "the sea", "songs": 2, "tempo_bpm": {"low": 80, "high": 100}}')
    assert from_yaml == from_json


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("", ["theme", "empty"]),
        ("   ", ["theme", "empty"]),
        ("x" * 401, ["theme", "400"]),
        ("theme: x\ngenre: polka", ["genre", "polka", "folk"]),
        ("theme: x\nmood: hapy", ["mood", "hapy", "joyful"]),
        ("theme: x\nsongs: 0", ["songs", "0", "1"]),
        ("theme: x\nsongs: 500", ["songs", "500", "20"]),
        ("theme: x\ntempo_bpm: 900", ["tempo_bpm", "900", "180"]),
        ("theme: x\ntempo_bpm: [120, 80]", ["tempo_bpm", "swap"]),
        ("theme: x\nkeys: H major", ["keys", "H major"]),
        ("theme: x\nlanguage: ja", ["language", "ja", "voice"]),
        ("theme: x\nsongs: three", ["songs", "three"]),
        ("theme: [1, 2]\nsongs: 1", ["theme"]),
        ("theme: x\nsong: 3", ["song", "songs"]),
        ("theme: x\nmodels: {lyrics: /etc/passwd}", ["models.lyrics", "/etc/passwd"]),
        ("theme: x\nmodels: {lyrics: 'https://a.example/b'}", ["models.lyrics"]),
        ("a: &a [x]\nb: [*a, *a]\n", ["alias"]),
        ("[" * 50 + "]" * 50 + "\n\n- 1", ["nests deeper"]),
        ("theme: x\nlyrics: [a, b]\nsongs: 1", ["lyrics", "songs"]),
    ],
)
def test_a_refusal_names_the_field_the_value_and_the_remedy(text, named):
    with pytest.raises(BriefError) as refusal:
        brief_from_text(text)
    for word in named:
        assert word in str(refusal.value)


def test_a_brief_that_is_too_long_is_refused_unread():
    with pytest.raises(BriefError, match=str(MAX_BRIEF_BYTES)):
        brief_from_text("theme: x\n#" + "y" * MAX_BRIEF_BYTES)


def test_control_characters_are_refused_and_other_scripts_are_not():
    with pytest.raises(BriefError, match=r"U\+0007"):
        brief_from_fields({"theme": "bell \x07"})
    assert brief_from_fields({"theme": "🌊 море ים 海"}).songs == 3


@given(st.text(max_size=300))
def test_any_text_gives_a_brief_or_a_brief_error(text):
    try:
        brief = brief_from_text(text)
    except BriefError:
        return
    assert Brief.model_validate_json(brief.model_dump_json()) == brief


@given(st.text(max_size=200))
def test_a_slug_is_always_safe_in_a_path(text):
    slug = slugify(text)
    assert slug
    assert set(slug) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert not slug.startswith("-")


@pytest.mark.parametrize(
    ("name", "key"), [("D", "D major"), ("f# minor", "F# minor"), ("Bbm", "Bb minor"), ("G# major", "Ab major")]
)
def test_keys_are_read_as_people_write_them(name, key):
    assert str(parse_key(name)) == key


def test_the_same_brief_has_the_same_album_and_another_seed_another():
    first = brief_from_fields({"theme": "the sea"})
    assert first.album_id == brief_from_fields({"theme": "the sea"}).album_id
    assert first.album_id != brief_from_fields({"theme": "the sea", "seed": 2}).album_id
