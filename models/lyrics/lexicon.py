"""The words a song may be written with, as a language model's tokens: each word's syllables, stress and place in a
token tree.

A line is written with whole words alone, so syllables are counted exactly while it is sampled. The words are those
that English verse uses most (verse_words.txt: counted in public-domain poems, archaisms left out, everyday words of
today added), together with the words of the theme and those the model's own embedding holds to be close to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from weakref import WeakKeyDictionary

import torch
from torch import Tensor

from models.lyrics import sounds
from models.lyrics.engine import LanguageModel, Vocabulary
from models.lyrics.rhyme import RhymeDictionary
from models.lyrics.safety import is_profane

_MAX_TOKENS = 3
_MAX_SYLLABLES = 5
_NEIGHBOURS = 30
_COMMON_RANK = 3000
_NEAR = 0.36
_WEAK_TEXT = """
    other others last first next people people's person thing things way kind someone something everyone every
    about song lyrics who what where when why how getting going being very really new old one two three
"""
_WEAK = frozenset(_WEAK_TEXT.split())
"""Words of a theme that say little of it."""
_UPPER = frozenset(("i", "i'm", "i'll", "i've", "i'd"))


@dataclass(frozen=True)
class Entry:
    """A word as the lexicon knows it. `pattern` has a mark a syllable: 0, 1, 2 as CMUdict's stress, f or c for a
    function or content word of one syllable; `rank` is its place in the list of verse, 0 the most frequent.
    """

    plain: str
    syllables: int
    pattern: str
    rank: int

    @property
    def is_function(self) -> bool:
        """Whether it carries the sentence rather than its sense."""
        return self.plain in sounds.FUNCTION_WORDS


@dataclass
class Node:
    """A place in the token tree: what may follow inside a word, and the word that ends here (-1: none)."""

    children: dict[int, Node] = field(default_factory=dict)
    entry: int = -1
    least: int = 99


@dataclass(frozen=True)
class Lexicon:
    """Words and the tokens that write them; see `build`. Places are indices into `vocabulary`."""

    entries: tuple[Entry, ...]
    vocabulary: Vocabulary
    opening: Node
    inside: Node
    newline: int
    comma: int
    theme: tuple[float, ...]
    rhymes: RhymeDictionary
    index: dict[str, int]
    richness: tuple[int, ...]
    """How many frequent words rhyme with each word."""


@lru_cache(maxsize=1)
def verse_words() -> tuple[str, ...]:
    """The words of English verse, the most frequent first."""
    return tuple((Path(__file__).with_name("verse_words.txt")).read_text(encoding="utf-8").split())


def build(model: LanguageModel, theme: str) -> Lexicon:
    """The lexicon of a song on a theme, for the tokenizer of a model."""
    speller = _speller(model)
    theme_words = content_words(theme)
    listed = verse_words()
    ranks = {word: rank for rank, word in enumerate(listed)}
    known = [word for word in theme_words if sounds.is_known(word)]
    near = _neighbours(model, speller, theme_words)
    plain = dict.fromkeys(word for word in (*listed, *known, *near) if not is_profane(word))
    entries = tuple(entry for word in plain if (entry := _entry(word, ranks.get(word, len(listed)))))
    ids: dict[int, int] = {}
    opening, inside = Node(), Node()
    for number, entry in enumerate(entries):
        written = entry.plain.capitalize() if entry.plain in _UPPER else entry.plain
        _grow(inside, speller.tokens(" " + written), number, entry, ids)
        _grow(opening, speller.tokens(entry.plain.capitalize()), number, entry, ids)
    newline = ids.setdefault(speller.tokens("\n")[-1], len(ids))
    for mark in (".", "!", "?", ";", " -", " in"):
        ids.setdefault(speller.tokens(mark)[-1], len(ids))
    comma = ids.setdefault(speller.tokens(",")[-1], len(ids))
    rhymes = RhymeDictionary(entry.plain for entry in entries)
    common = {entry.plain for entry in entries if entry.rank < _COMMON_RANK}
    return Lexicon(
        entries=entries,
        vocabulary=Vocabulary(torch.tensor(list(ids), dtype=torch.long)),
        opening=opening,
        inside=inside,
        newline=newline,
        comma=comma,
        theme=tuple(_closeness(model, speller, entries, theme_words)),
        rhymes=rhymes,
        richness=tuple(rhymes.richness((entry.plain for entry in entries), common)),
        index={entry.plain: number for number, entry in enumerate(entries)},
    )


def content_words(text: str) -> list[str]:
    """The words of a text that carry sense, lower case, once each, in order."""
    words = [sounds.clean(word.text) for word in sounds.split_line(text)] if text.strip() else []
    kept = [word for word in words if word not in sounds.FUNCTION_WORDS and word not in _WEAK and len(word) > 2]
    return list(dict.fromkeys(kept))


def _entry(word: str, rank: int) -> Entry | None:
    syllables = sounds.syllabify(word)
    if len(syllables) > _MAX_SYLLABLES:
        return None
    if len(syllables) == 1:
        pattern = "f" if word in sounds.FUNCTION_WORDS else "c"
    else:
        pattern = "".join(str(syllable.stress) for syllable in syllables)
    return Entry(plain=word, syllables=len(syllables), pattern=pattern, rank=rank)


def _grow(root: Node, tokens: tuple[int, ...], number: int, entry: Entry, ids: dict[int, int]) -> None:
    """Adds a word's tokens below a root; words of too many tokens are left out."""
    if not tokens or len(tokens) > _MAX_TOKENS:
        return
    node = root
    for token in tokens:
        node = node.children.setdefault(ids.setdefault(token, len(ids)), Node())
        node.least = min(node.least, entry.syllables)
    if node.entry < 0:
        node.entry = number


class _Speller:
    """How a model writes words: tokens and embeddings, looked up once a model."""

    def __init__(self, model: LanguageModel) -> None:
        self._tokenizer = model.tokenizer
        self._tokens: dict[str, tuple[int, ...]] = {}
        self._vectors: dict[str, Tensor] = {}
        found = {}
        for text, token in self._tokenizer.get_vocab().items():
            word = text[1:]
            if text[0] in "Ġ▁" and len(word) > 2 and word.isascii() and word.isalpha() and word.islower():
                found[word] = token
        self.words = sorted((word for word in found if sounds.is_known(word)), key=found.__getitem__)
        table = model.embeddings([found[word] for word in self.words]).cpu()
        self._mean = table.mean(0) if self.words else 0.0
        self.table = torch.nn.functional.normalize(table - self._mean, dim=-1)
        """A unit vector for every common word that the model writes with one token."""

    def tokens(self, text: str) -> tuple[int, ...]:
        """The tokens of a text, none added."""
        if text not in self._tokens:
            self._tokens[text] = tuple(self._tokenizer.encode(text, add_special_tokens=False).ids)
        return self._tokens[text]

    def vectors(self, model: LanguageModel, words: Sequence[str]) -> Tensor:
        """A unit vector a word: the mean embedding of its tokens, about the mean of all words."""
        for word in words:
            if word not in self._vectors:
                self._vectors[word] = model.embeddings(self.tokens(" " + word)).mean(0).cpu()
        rows = torch.stack([self._vectors[word] for word in words])
        return torch.nn.functional.normalize(rows - self._mean, dim=-1)


_SPELLERS: WeakKeyDictionary[LanguageModel, _Speller] = WeakKeyDictionary()


def _speller(model: LanguageModel) -> _Speller:
    if model not in _SPELLERS:
        _SPELLERS[model] = _Speller(model)
    return _SPELLERS[model]


def _neighbours(model: LanguageModel, speller: _Speller, theme_words: list[str]) -> list[str]:
    """Common words close to those of the theme."""
    if not speller.words or not theme_words:
        return []
    likeness, places = (speller.vectors(model, theme_words) @ speller.table.T).topk(
        min(_NEIGHBOURS, len(speller.words))
    )
    flat = zip(likeness.flatten().tolist(), places.flatten().tolist(), strict=True)
    return [speller.words[place] for value, place in flat if value >= _NEAR]


def _closeness(
    model: LanguageModel, speller: _Speller, entries: tuple[Entry, ...], theme_words: list[str]
) -> list[float]:
    """How close each word is to the theme, 0 to 1; 0 for function words."""
    if not theme_words:
        return [0.0] * len(entries)
    table = speller.vectors(model, [entry.plain for entry in entries])
    likeness = (table @ speller.vectors(model, theme_words).T).clamp_min(0)
    # a word that is close to everything (short and frequent ones are) says nothing of this theme
    general = (table @ torch.nn.functional.normalize(table.mean(0), dim=-1)).clamp_min(0)
    best = (likeness.amax(1) - 0.6 * general).clamp(0, 1).tolist()
    silent = [entry.is_function or "'" in entry.plain for entry in entries]
    return [0.0 if mute else round(value, 6) for mute, value in zip(silent, best, strict=True)]
