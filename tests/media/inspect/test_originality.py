from __future__ import annotations

import random
import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from media.inspect.melody_index import longest_shared_notes, read_melody_index, write_melody_index
from media.inspect.originality import longest_shared_melody, longest_shared_words
from media.inspect.words_index import WordsIndex, longest_run, plain_words, read_words_index, write_words_index
from schemas.errors import CheckpointError
from schemas.lyrics import LyricLine, Lyrics, LyricSection, Syllable, Word
from schemas.music import LeadSheet, MelodyNote
from tests import examples

_RAVEN = "Once upon a midnight dreary while I pondered weak and weary"
_WORDS = (
    *("amber", "anvil", "bramble", "candle", "cinder", "ember", "fathom"),
    *("gravel", "hollow", "kettle", "lantern", "marrow", "nettle", "pebble"),
)


def lyrics_of(*lines: str) -> Lyrics:
    sound = (Syllable(text="a", phones=("AH",), stress=0),)
    made = tuple(LyricLine(words=tuple(Word(text=word, syllables=sound) for word in line.split())) for line in lines)
    return Lyrics(title="Test", sections=(LyricSection(name="verse 1", role="verse", lines=made),))


def test_a_planted_quotation_from_the_corpus_is_found_and_flagged_over_line_ends():
    run = longest_shared_words(
        lyrics_of("my kettle sang all winter", _RAVEN[:27], _RAVEN[27:].upper(), "kettle gravel anvil")
    )
    assert run.flagged
    assert run.length == 11
    assert run.shared == _RAVEN.lower()
    assert run.where == "Edgar Allan Poe, The Raven"


def test_common_words_of_ones_own_are_not_flagged():
    assert not longest_shared_words(lyrics_of("kettle pebble lantern gravel", "bramble nettle amber marrow")).flagged
    assert not longest_shared_words(examples.lyrics()).flagged


def test_every_planted_run_of_words_is_found_whole(tmp_path):
    generator = random.Random(5)
    works = [(f"Poet, Work {n}", [generator.choice(_WORDS) + str(n % 9) for _ in range(300)]) for n in range(40)]
    works = [
        (name, plain_words(" ".join(words).translate(str.maketrans("012345678", "abcdefghi")))) for name, words in works
    ]
    write_words_index(tmp_path / "words.npz", works, ["amber"])
    index = read_words_index(tmp_path / "words.npz")
    for trial in range(60):
        name, words = works[generator.randrange(len(works))]
        start = generator.randrange(280)
        planted = words[start : start + 8 + trial % 8]
        query = ["zzz", "yyy", *planted, "xxx", "www"]
        found = longest_run(np.array([index.code(word) for word in query], np.uint8), index.codes)
        assert found.length >= len(planted)
        assert found.query_at <= 2
        assert index.work_at(found.corpus_at) == name


@settings(max_examples=80, deadline=None)
@given(
    query=st.lists(st.integers(0, 5), max_size=40),
    corpus=st.lists(st.integers(0, 5), max_size=120),
)
def test_the_longest_run_is_the_one_that_comparing_all_places_finds(query, corpus):
    best = 0
    for i in range(len(query)):
        for j in range(len(corpus)):
            length = 0
            while i + length < len(query) and j + length < len(corpus) and query[i + length] == corpus[j + length] != 0:
                length += 1
            best = max(best, length)
    found = longest_run(np.array(query, np.uint8), np.array(corpus, np.uint8))
    assert found.length == (best if best >= 4 else 0)
    if found.length:
        a, b = found.query_at, found.corpus_at
        assert query[a : a + best] == corpus[b : b + best]


def test_a_run_never_crosses_from_one_work_to_the_next():
    index = WordsIndex(np.zeros(0, np.uint8), np.zeros(0, np.uint32), [], {})
    words = [index.code(word) for word in _WORDS[:8]]
    corpus = np.array([*words[:4], 0, *words[4:], 0], np.uint8)
    assert longest_run(np.array(words, np.uint8), corpus).length == 4


def sung(onsets: list[int], pitches: list[int]) -> LeadSheet:
    lead = examples.lead_sheet()
    ends = [*onsets[1:], onsets[-1] + 240]
    melody = tuple(
        MelodyNote(onset_ticks=a, duration_ticks=b - a, pitch=p, syllable=i)
        for i, (a, b, p) in enumerate(zip(onsets, ends, pitches, strict=True))
    )
    return lead.replaced(melody=melody, syllables=lead.syllables[: len(melody)])


def tune_of(index, number: int) -> tuple[list[float], list[int]]:
    """A tune rebuilt from the index, at another pitch and speed than it was."""
    start = int(index.starts[number])
    pitches, onsets, length = [62], [0.0], 240.0
    for at in range(start, start + 13):
        length *= 2 ** (int(index.ratios[at]) / 24) if at > start else 1
        pitches.append(pitches[-1] + int(index.intervals[at]))
        onsets.append(onsets[-1] + length)
    return onsets, pitches


def test_every_planted_tune_is_found_in_any_key_and_at_any_speed():
    index = read_melody_index(Path(__file__).parents[3] / "weights" / "originality" / "melodies.npz")
    generator = random.Random(1)
    numbers = generator.sample(range(len(index.starts)), 40)
    for number in numbers:
        onsets, pitches = tune_of(index, number)
        if 127 in index.intervals[int(index.starts[number]) : int(index.starts[number]) + 13]:
            continue
        before = [-3000.0, -2000.0, -1100.0]
        found = longest_shared_notes([*before, *onsets], [40, 80, 41, *pitches], index)
        assert found.length >= len(pitches)
        assert found.first <= 3


def test_a_planted_melody_is_flagged_and_its_source_named():
    index = read_melody_index(Path(__file__).parents[3] / "weights" / "originality" / "melodies.npz")
    number = next(i for i, work in enumerate(index.works) if "Dixie" in work)
    onsets, pitches = tune_of(index, number)
    run = longest_shared_melody(sung([round(onset) for onset in onsets], pitches))
    assert run.flagged
    assert run.length == len(pitches)
    assert run.shared.startswith("bar 1: ")


def test_a_song_of_one_question_takes_little_time():
    longest_shared_words(examples.lyrics())
    began = time.process_time()
    longest_shared_words(examples.lyrics())
    longest_shared_melody(examples.lead_sheet())
    assert time.process_time() - began < 3.0


def test_rhythm_and_intervals_must_both_agree(tmp_path):
    pitches = [60, 62, 64, 65, 67, 65, 64, 62, 60, 67, 60, 64, 62, 60]
    write_melody_index(tmp_path / "melodies.npz", [("Scale", [float(i) for i in range(14)], pitches)])
    index = read_melody_index(tmp_path / "melodies.npz")
    even = [i * 0.5 for i in range(14)]
    assert longest_shared_notes(even, [p + 5 for p in pitches], index).length == 14
    swung = [i + (0.5 if i == 7 else 0) for i in range(14)]
    found = longest_shared_notes(swung, pitches, index)
    assert (found.length, found.first, found.work, found.work_note) == (7, 0, "Scale", 0)
    assert longest_shared_notes(even, [p * 2 for p in pitches], index).length < 4
    assert longest_shared_notes([], [], index).length == 0


def test_a_missing_or_damaged_index_says_how_to_build_it(tmp_path):
    with pytest.raises(CheckpointError, match=r"training\.originality"):
        longest_shared_words(examples.lyrics(), folder=tmp_path)
    (tmp_path / "melodies.npz").write_bytes(b"PK\x03\x04 no")
    with pytest.raises(CheckpointError, match=r"training\.originality"):
        longest_shared_melody(examples.lead_sheet(), folder=tmp_path)
