"""A compact memory of a text corpus: every word as one byte, searched for the longest run that other words share.

The most frequent words have a byte of their own; the others share what is left by a hash. A run found is therefore
certain never to be missed, and may rarely be reported a word too long (the index's card says how often).
"""

from __future__ import annotations

import re
import zlib
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from media.inspect.index_file import read_arrays, write_arrays

SEED_WORDS = 4
"""Runs shorter than this are not looked for."""

CODES = 176
"""Byte values in use; 0 parts one work from the next."""

_WORD = re.compile(r"[a-z]+(?:'[a-z]+)*")


def plain_words(text: str) -> list[str]:
    """The words of a text as they are compared: lower case, letters and inner apostrophes only."""
    return _WORD.findall(text.lower().replace("’", "'"))


class WordsIndex(NamedTuple):
    """The corpus as bytes, where each work begins, what the works are called, and the words with codes of their own."""

    codes: NDArray[np.uint8]
    starts: NDArray[np.uint32]
    works: list[str]
    common: dict[str, int]

    def code(self, word: str) -> int:
        """The byte of a plain word, 1 to 175."""
        own = self.common.get(word)
        first = len(self.common) + 1
        return own if own is not None else first + zlib.crc32(word.encode()) % (CODES - first)

    def work_at(self, place: int) -> str:
        """Author and title of the work that a place of `codes` belongs to."""
        return self.works[int(np.searchsorted(self.starts, place, side="right")) - 1]


class Shared(NamedTuple):
    """A run that a query shares with a corpus: how long, where it begins in each."""

    length: int
    query_at: int
    corpus_at: int


def longest_run(query: NDArray[Any], corpus: NDArray[Any]) -> Shared:
    """The longest run of equal codes, `SEED_WORDS` at least; of several the first in the query, then in the corpus.

    Args:
        query: non-negative codes; 0 ends a run.
        corpus: codes of the same kind; 0 ends a run.
    """
    nothing = Shared(0, 0, 0)
    if len(query) < SEED_WORDS or len(corpus) < SEED_WORDS:
        return nothing
    asked, held = _seeds(query), _seeds(corpus)
    zeros = np.array([not query[i : i + SEED_WORDS].all() for i in range(len(asked))])
    wanted = np.unique(asked[~zeros])
    # A small table turns most of the corpus away before the exact comparison.
    table = np.zeros(2**20, dtype=bool)
    table[wanted >> np.uint32(12)] = True
    places = np.flatnonzero(table[held >> np.uint32(12)])
    places = places[np.isin(held[places], wanted)]
    order = np.argsort(held[places], kind="stable")
    places, keys = places[order], held[places][order]
    low, high = np.searchsorted(keys, asked, "left"), np.searchsorted(keys, asked, "right")
    high = np.where(zeros, low, high)
    at_query = np.repeat(np.arange(len(asked)), high - low)
    spans = [places[a:b] for a, b in zip(low, high, strict=True)]
    at_corpus = np.concatenate(spans) if spans else places[:0]
    same = np.ones(len(at_query), dtype=bool)
    for step in range(SEED_WORDS):
        same &= query[at_query + step] == corpus[at_corpus + step]
    return _extended(query, corpus, at_query[same], at_corpus[same])


def _seeds(codes: NDArray[Any]) -> NDArray[np.uint32]:
    """A hash of every `SEED_WORDS` codes in a row."""
    wide = codes.astype(np.uint32)
    found = np.zeros(len(codes) - SEED_WORDS + 1, dtype=np.uint32)
    for step in range(SEED_WORDS):
        found *= np.uint32(0x9E3779B1)
        found += wide[step : len(wide) - SEED_WORDS + 1 + step]
    return found


def _extended(query: NDArray[Any], corpus: NDArray[Any], at_query: NDArray[Any], at_corpus: NDArray[Any]) -> Shared:
    length, best = SEED_WORDS, Shared(0, 0, 0)
    while len(at_query):
        first = np.lexsort((at_corpus, at_query))[0]
        best = Shared(length, int(at_query[first]), int(at_corpus[first]))
        inside = (at_query + length < len(query)) & (at_corpus + length < len(corpus))
        at_query, at_corpus = at_query[inside], at_corpus[inside]
        here = query[at_query + length]
        same = (here == corpus[at_corpus + length]) & (here != 0)
        at_query, at_corpus, length = at_query[same], at_corpus[same], length + 1
    return best


def write_words_index(path: Path, texts: list[tuple[str, list[str]]], common: list[str]) -> None:
    """Writes an index of (name, plain words) works; the same works give the same bytes."""
    index = WordsIndex(
        np.zeros(0, np.uint8), np.zeros(0, np.uint32), [], {word: place for place, word in enumerate(common, start=1)}
    )
    starts, parts, at = [], [], 0
    for _, words in texts:
        starts.append(at)
        parts.append(bytes(index.code(word) for word in words) + b"\0")
        at += len(words) + 1
    write_arrays(
        path,
        {"works": [name for name, _ in texts], "common": common},
        codes=np.frombuffer(b"".join(parts), np.uint8),
        starts=np.array(starts, np.uint32),
    )


@lru_cache(maxsize=2)
def read_words_index(path: Path) -> WordsIndex:
    """The index in a file, kept in memory for the next song.

    Raises:
        CheckpointError: the file is missing or is no such index.
    """
    facts, (codes, starts) = read_arrays(path, ("codes", "starts"))
    common = {word: place for place, word in enumerate(facts["common"], start=1)}
    return WordsIndex(codes, starts, facts["works"], common)
