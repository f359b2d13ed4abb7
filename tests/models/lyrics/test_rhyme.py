from __future__ import annotations

import pytest

from models.lyrics.rhyme import RhymeDictionary, rhyme_kind
from models.lyrics.safety import is_profane, profane_words


@pytest.mark.parametrize(
    ("first", "second", "kind"),
    [
        ("night", "light", "perfect"), ("sea", "me", "perfect"), ("weather", "together", "perfect"),
        ("storms", "forms", "perfect"), ("home", "alone", "slant"), ("time", "line", "slant"), ("head", "let", "slant"),
        ("light", "light", "none"), ("sea", "see", "none"), ("light", "delight", "none"), ("morning", "sing", "none"),
        ("night", "day", "none"),
    ],
)  # fmt: skip
def test_rhymes_are_told_from_what_only_looks_or_sounds_the_same(first, second, kind):
    assert rhyme_kind(first, second) == kind
    assert rhyme_kind(second, first) == kind


def test_a_rhyme_dictionary_finds_words_by_their_ending():
    found = RhymeDictionary(["night", "light", "home", "alone", "stone", "slide"])
    assert found.rhymes("bright") == ["night", "light"]
    assert found.rhymes("alone") == ["stone"]
    assert found.rhymes("alone", slant=True) == ["home", "stone"]


def test_profanity_is_matched_by_whole_words():
    assert profane_words("The cockerel of Scunthorpe said shit, then Shitty") == ["shit", "shitty"]
    assert not is_profane("classic")
