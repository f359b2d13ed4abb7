"""Rhyme: what counts as one, and which words of a list rhyme with a word.

A perfect rhyme sounds alike from the last stressed vowel on and differs in the consonants before it. A slant rhyme
has the same vowels there and consonants of the same kind (d for t, n for m). A word never rhymes with itself, nor
with what sounds the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Set
from functools import lru_cache
from typing import Literal

from models.lyrics.sounds import clean, is_vowel, pronunciations

RhymeKind = Literal["perfect", "slant", "none"]
"""How well two words rhyme."""

_KINDS = {
    "B": "P", "D": "T", "G": "K", "V": "F", "DH": "F", "TH": "F", "Z": "S", "ZH": "SH", "JH": "CH", "M": "N", "NG": "N",
}  # fmt: skip


@lru_cache(maxsize=32_768)
def rhyme_parts(word: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The sound of a word before and from its last stressed vowel on: (consonants just before, the rest), no digits.

    The last vowel with a stress digit counts, primary or secondary; where none has one, the last vowel of all.
    """
    phones = pronunciations(clean(word.rpartition("-")[2] or word))[0]
    vowels = [place for place, phone in enumerate(phones) if is_vowel(phone)]
    stressed = [place for place in vowels if phones[place][-1] in "12"]
    start = stressed[-1] if stressed else vowels[-1]
    before = start
    while before > 0 and not is_vowel(phones[before - 1]):
        before -= 1
    bare = tuple(phone.rstrip("012") for phone in phones)
    return bare[before:start], bare[start:]


def perfect_key(word: str) -> str:
    """Equal for words that rhyme perfectly (or sound the same)."""
    return " ".join(rhyme_parts(word)[1])


def slant_key(word: str) -> str:
    """Equal for words that rhyme at least by kind of sound."""
    return " ".join(_KINDS.get(phone, phone) for phone in rhyme_parts(word)[1])


def rhyme_kind(first: str, second: str) -> RhymeKind:
    """How two words rhyme; `none` for a word with itself, its homophones and words that end in one another (light,
    delight).
    """
    if clean(first) == clean(second):
        return "none"
    (onset_1, rest_1), (onset_2, rest_2) = rhyme_parts(first), rhyme_parts(second)
    if rest_1 == rest_2:
        return "perfect" if onset_1 != onset_2 else "none"
    if slant_key(first) == slant_key(second):
        return "slant"
    return "none"


class RhymeDictionary:
    """Words by how they end, for finding every rhyme of a word."""

    def __init__(self, words: Iterable[str]) -> None:
        self._perfect: dict[str, list[str]] = {}
        self._slant: dict[str, list[str]] = {}
        for word in words:
            self._perfect.setdefault(perfect_key(word), []).append(word)
            self._slant.setdefault(slant_key(word), []).append(word)

    def rhymes(self, word: str, *, slant: bool = False) -> list[str]:
        """The words that rhyme with `word`, in the order they were given; with `slant`, those that do so by kind
        too.
        """
        found = self._slant.get(slant_key(word), []) if slant else self._perfect.get(perfect_key(word), [])
        return [other for other in found if rhyme_kind(word, other) != "none"]

    def richness(self, words: Iterable[str], common: Set[str]) -> list[int]:
        """For each word, how many of the `common` words rhyme with it perfectly."""
        onsets = {
            key: Counter(rhyme_parts(other)[0] for other in others if other in common)
            for key, others in self._perfect.items()
        }
        found = []
        for word in words:
            counted = onsets.get(perfect_key(word), Counter())
            found.append(counted.total() - counted[rhyme_parts(word)[0]])
        return found
