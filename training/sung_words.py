"""Which syllables of a song are stressed, from the words under its notes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from models.lyrics.sounds import FUNCTION_WORDS, is_known, pronunciations

SungPart = tuple[int, str, str]
"""Onset, text and place in its word (`single`, `begin`, `middle`, `end`) of a syllable."""

_LONGEST_WORD = 8


def stresses_of(parts: Iterable[SungPart]) -> dict[int, bool]:
    """By onset, whether a syllable is stressed; words that are not in the dictionary are passed over.

    A word of one syllable is stressed unless it carries only the sentence ('the', 'of'); in others the primary and
    secondary stresses count alike.
    """
    stresses: dict[int, bool] = {}
    word: list[SungPart] = []
    for part in parts:
        if part[2] in ("single", "begin"):
            word = []
        word.append(part)
        if part[2] in ("single", "end") and len(word) <= _LONGEST_WORD:
            marks = _marks("".join(text for _, text, _ in word), len(word))
            stresses |= {onset: mark for (onset, *_), mark in zip(word, marks, strict=False)}
    return stresses


def _marks(text: str, syllables: int) -> Sequence[bool]:
    """Whether each syllable of a word is stressed; nothing where that is not known."""
    word = "".join(letter for letter in text.lower().replace("’", "'") if letter.isalpha() or letter == "'").strip("'")
    if syllables == 1 and word in FUNCTION_WORDS:
        return (False,)
    if not is_known(word):
        return ()
    for phones in pronunciations(word):
        marks = [phone[-1] != "0" for phone in phones if phone[-1].isdigit()]
        if len(marks) == syllables:
            return marks
    return ()
