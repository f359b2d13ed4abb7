"""Titles: found in the song's own hook, or fitted into it where the plan asks for one."""

from __future__ import annotations

from collections.abc import Sequence

from models.lyrics.choosing import is_dangling
from models.lyrics.sounds import FUNCTION_WORDS

_SMALL_TEXT = "a an the of to in on at by for from with as and or but nor so if than into"
_SMALL = frozenset(_SMALL_TEXT.split())
_MAX_WORDS = 5


def title_case(words: Sequence[str]) -> str:
    """Words as a title: capitals but for small words inside."""
    last = len(words) - 1
    return " ".join(
        word if word.lower() in _SMALL and 0 < place < last else word[:1].upper() + word[1:]
        for place, word in enumerate(words)
    )


def find_title(hook: Sequence[str], worth: dict[str, float]) -> str:
    """The best title in a hook line: the whole line where it is short, else the run of words richest in sense.

    `hook` are the words of the line without punctuation; `worth` says how much a word (lower case) says of the theme.
    """
    if len(hook) <= 4:
        return title_case(hook)

    def rank(run: Sequence[str]) -> float:
        content = [word.lower() for word in run if word.lower() not in FUNCTION_WORDS]
        begins_well = (
            0.3 if run[0].lower() not in FUNCTION_WORDS or run[0].lower() in ("the", "my", "your", "in") else 0
        )
        return sum(1 + worth.get(word, 0.0) for word in content) - 0.35 * len(run) + begins_well

    runs = [
        hook[start:end]
        for start in range(len(hook))
        for end in range(start + 2, min(start + _MAX_WORDS, len(hook)) + 1)
        if not is_dangling(hook[end - 1].lower())
        and hook[start].lower() not in ("of", "and", "or", "that", "than", "is")
    ]
    if not runs:
        return title_case(hook[:_MAX_WORDS])
    return title_case(max(runs, key=rank))
