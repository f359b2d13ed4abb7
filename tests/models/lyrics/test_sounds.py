from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.lyrics import sounds
from models.lyrics.spelling import guess_phones
from schemas.lyrics import Syllable


def parts(word: str) -> str:
    return "-".join(syllable.text for syllable in sounds.syllabify(word))


@pytest.mark.parametrize(
    ("word", "split"),
    [
        ("lighthouse", "light-house"), ("little", "lit-tle"), ("water", "wa-ter"), ("beautiful", "beau-ti-ful"),
        ("morning", "mor-ning"), ("fire", "fire"), ("don't", "don't"), ("hallelujah", "hal-le-lu-jah"),
        ("rhythm", "rhy-thm"), ("Wednesday", "Wednes-day"), ("half-light", "half-light"),
        ("1999", "nine-teen-nine-ty-nine"),
    ],
)  # fmt: skip
def test_letters_are_split_where_the_sounds_are(word, split):
    assert parts(word) == split


def test_function_words_are_weak_and_others_of_one_syllable_strong():
    assert [sounds.syllabify(word)[0].stress for word in ("the", "of", "I'm", "storm", "don't")] == [0, 0, 0, 1, 1]


def test_a_year_is_sung_as_it_is_spoken():
    assert [sounds.count_syllables(number) for number in ("1999", "2024", "7", "1905", "300")] == [5, 5, 2, 4, 3]


def test_accents_and_initials_are_sayable():
    assert sounds.count_syllables("Björk") == 1
    assert sounds.count_syllables("TV") == 2


def test_a_line_keeps_its_punctuation_as_trails():
    words = sounds.split_line("“Well, don't you know — it's half-way?” runnin' home!")
    assert [word.text for word in words] == ["Well", "don't", "you", "know", "it's", "half-way", "runnin'", "home"]
    assert [word.trail for word in words] == [",", "", "", "—", "", "?”", "", "!"]


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyz'-éß9 ΩЖ", min_size=1, max_size=24))
def test_every_word_has_syllables_of_one_vowel_each(text):
    for word in sounds.split_line(text):
        for syllable in word.syllables:
            assert isinstance(syllable, Syllable)
            assert sum(map(sounds.is_vowel, syllable.phones)) == 1


def test_a_heap_of_consonants_keeps_its_vowel():
    (syllable,) = sounds.syllabify("bcbcbcbcbxba")
    assert syllable.phones[-1] == "AH"
    assert len(syllable.phones) == 12


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 120_000))
def test_the_letters_of_a_dictionary_word_are_all_there(place):
    words = sounds.words()
    word = words[place % len(words)]
    if word.isalpha() and len(word) > sounds.count_syllables(word):
        assert "".join(syllable.text for syllable in sounds.syllabify(word)) == word


def test_held_out_words_are_guessed_about_as_well_as_stated(record_property):
    chosen = [word for word in sounds.words() if word.isalpha() and len(word) > 3]
    random.Random(0).shuffle(chosen)
    right = counted = 0
    for held in chosen[:1000]:
        spoken = sounds.pronunciations(held)
        guess = guess_phones(held, lambda part, held=held: look_up(part, held))
        bare = tuple(phone.rstrip("012") for phone in guess)
        right += any(bare == tuple(phone.rstrip("012") for phone in phones) for phones in spoken)
        counted += any(vowels(guess) == vowels(phones) for phones in spoken)
    record_property("held-out words right", right / 1000)
    assert right > 420
    assert counted > 900


def look_up(part: str, held: str) -> tuple[str, ...]:
    return sounds.pronunciations(part)[0] if part != held and sounds.is_known(part) else ()


def vowels(phones: tuple[str, ...]) -> int:
    return sum(map(sounds.is_vowel, phones))
