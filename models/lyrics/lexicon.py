"""The words a song may be written with, as a language model's tokens: each word's syllables, stress and place in a token tree.

A line is written with whole words alone, so syllables are counted exactly while it is sampled. The words are those that
English verse uses most (verse_words.txt: counted in public-domain poems, archaisms left out, everyday words of today added),
together with the words of the theme and those the model's own embedding holds to be close to it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from models.lyrics import sounds
from models.lyrics.engine import LanguageModel, Vocabulary
from models.lyrics.rhyme import RhymeDictionary
from models.lyrics.safety import is_profane

if TYPE_CHECKING:
    from torch import Tensor

_MAX_TOKENS = 3
_MAX_SYLLABLES = 5
_NEIGHBOURS = 30
_NEAR = 0.36
_WEAK = frozenset(
    """other others last first next people people's person thing things way kind someone something everyone every about
    song lyrics who what where when why how getting going being very really new old one two three""".split()
)
"""Words of a theme that say little of it."""
_UPPER = frozenset(("i", "i'm", "i'll", "i've", "i'd"))


@dataclass(frozen=True)
class Entry:
    """A word as the lexicon knows it. `pattern` has a mark a syllable: 0, 1, 2 as CMUdict's stress, f or c for a function
    or content word of one syllable; `rank` is its place in the list of verse, 0 the most frequent.
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


@lru_cache(maxsize=1)
def verse_words() -> tuple[str, ...]:
    """The words of English verse, the most frequent first."""
    return tuple((Path(__file__).with_name("verse_words.txt")).read_text(encoding="utf-8").split())


def build(model: LanguageModel, theme: str) -> Lexicon:
    """The lexicon of a song on a theme, for the tokenizer of a model."""
    import torch

    theme_words = content_words(theme)
    near = _neighbours(model, theme_words)
    listed = verse_words()
    ranks = {word: rank for rank, word in enumerate(listed)}
    plain = list(dict.fromkeys([*listed, *(w for w in theme_words if sounds.is_known(w)), *near]))
    entries = tuple(
        entry for word in plain if not is_profane(word) and (entry := _entry(word, ranks.get(word, len(listed))))
    )
    ids: dict[int, int] = {}
    opening, inside = Node(), Node()
    for number, entry in enumerate(entries):
        written = entry.plain.capitalize() if entry.plain in _UPPER else entry.plain
        _grow(inside, _tokens(model, " " + written), number, entry, ids)
        _grow(opening, _tokens(model, entry.plain.capitalize()), number, entry, ids)
    newline = ids.setdefault(_tokens(model, "\n")[-1], len(ids))
    for mark in (".", "!", "?", ";", " -", " in"):
        ids.setdefault(_tokens(model, mark)[-1], len(ids))
    comma = ids.setdefault(_tokens(model, ",")[-1], len(ids))
    return Lexicon(
        entries=entries,
        vocabulary=Vocabulary(torch.tensor(list(ids), dtype=torch.long)),
        opening=opening,
        inside=inside,
        newline=newline,
        comma=comma,
        theme=tuple(_closeness(model, entries, theme_words)),
        rhymes=RhymeDictionary(entry.plain for entry in entries),
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


@lru_cache(maxsize=65_536)
def _tokens(model: LanguageModel, text: str) -> tuple[int, ...]:
    return tuple(model.tokenizer.encode(text, add_special_tokens=False).ids)


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


def _vectors(model: LanguageModel, words: list[str]) -> Tensor:
    """A unit vector a word: the mean embedding of its tokens."""
    import torch

    rows = [model.embeddings(_tokens(model, " " + word)).mean(0) for word in words]
    return torch.stack(rows).cpu()


@lru_cache(maxsize=4)
def _single_token_words(model: LanguageModel) -> tuple[tuple[str, ...], Tensor, Tensor]:
    """Every common word the model writes with one token, their unit vectors about the mean, and the mean."""
    import torch

    found = {}
    for text, token in model.tokenizer.get_vocab().items():
        word = text[1:]
        if text[0] in "Ġ▁" and len(word) > 2 and word.isascii() and word.isalpha() and word.islower():
            found[word] = token
    words = sorted((word for word in found if sounds.is_known(word)), key=found.__getitem__)
    if not words:
        return (), torch.zeros(0, 1), torch.zeros(1)
    table = model.embeddings([found[word] for word in words]).cpu()
    mean = table.mean(0)
    return tuple(words), torch.nn.functional.normalize(table - mean, dim=-1), mean


def _neighbours(model: LanguageModel, theme_words: list[str]) -> list[str]:
    import torch

    words, table, mean = _single_token_words(model)
    if not words or not theme_words:
        return []
    with torch.inference_mode():
        queries = torch.nn.functional.normalize(_vectors(model, theme_words) - mean, dim=-1)
        likeness, places = (queries @ table.T).topk(min(_NEIGHBOURS, len(words)), dim=-1)
    flat = zip(likeness.flatten().tolist(), places.flatten().tolist(), strict=True)
    return [words[place] for value, place in flat if value >= _NEAR and not is_profane(words[place])]


def _closeness(model: LanguageModel, entries: tuple[Entry, ...], theme_words: list[str]) -> list[float]:
    """How close each word is to the theme, 0 to 1; 0 for function words."""
    import torch

    if not theme_words:
        return [0.0] * len(entries)
    _, _, mean = _single_token_words(model)
    with torch.inference_mode():
        table = torch.nn.functional.normalize(_vectors(model, [entry.plain for entry in entries]) - mean, dim=-1)
        queries = torch.nn.functional.normalize(_vectors(model, theme_words) - mean, dim=-1)
        likeness = (table @ queries.T).clamp_min(0)
        # a word that is close to everything (short and frequent ones are) says nothing of this theme
        general = (table @ torch.nn.functional.normalize(table.mean(0), dim=-1)).clamp_min(0)
        best = (likeness.amax(1) - 0.6 * general).clamp(0, 1).tolist()
    return [
        0.0 if entry.is_function or "'" in entry.plain else round(value, 6)
        for entry, value in zip(entries, best, strict=True)
    ]
