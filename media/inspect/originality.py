"""The longest run of words, and of intervals and rhythm, that a song shares with known works.

What is compared: melodies with the tunes that the melody model was trained on; words with a corpus of public-domain
poems. The language model's own training text is far too large to carry, so a run of words that is not found here may
still come from it.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from media.inspect.melody_index import longest_shared_notes, read_melody_index
from media.inspect.words_index import longest_run, plain_words, read_words_index
from media.notation.spelling import spell_pitch
from schemas.inspection import SharedRun
from schemas.lyrics import Lyrics
from schemas.music import LeadSheet

INDEX_FOLDER: Path = Path(__file__).resolve().parents[2] / "weights" / "originality"
"""Where the indices that come with Hibari lie."""

WORDS_LIMIT = 8
"""A run of this many words in a row is flagged."""

MELODY_LIMIT = 12
"""A run of this many notes with the same intervals and rhythm is flagged."""

WORDS_CORPUS = "31,155 public-domain English poems (not the language model's own training text)"
MELODY_CORPUS = "OpenEWLD lead sheets and the sopranos of Bach's chorales (the melody model's training tunes)"


def longest_shared_words(lyrics: Lyrics, *, folder: Path = INDEX_FOLDER) -> SharedRun:
    """The longest run of words that a section of the lyrics shares with a poem; runs under four words count as none.

    Capitals and punctuation do not matter; a run may go over the end of a line. No shared run is ever missed; a
    run may be reported a word too long (see the index's card).

    Raises:
        CheckpointError: the index is missing or damaged.
    """
    index = read_words_index(folder / "words.npz")
    words: list[str] = []
    for section in lyrics.sections:
        for line in section.lines:
            words += plain_words(line.text)
        words.append("")
    codes = np.array([index.code(word) if word else 0 for word in words], np.uint8)
    found = longest_run(codes, index.codes)
    run = words[found.query_at : found.query_at + found.length]
    return SharedRun(
        of="words",
        corpus=WORDS_CORPUS,
        length=found.length,
        shared=" ".join(run)[:400],
        where=index.work_at(found.corpus_at)[:200] if run else "",
        limit=WORDS_LIMIT,
    )


def longest_shared_melody(lead: LeadSheet, *, folder: Path = INDEX_FOLDER) -> SharedRun:
    """The longest run of notes whose intervals and rhythm a tune of the corpus has too, in any key and at any speed.

    Raises:
        CheckpointError: the index is missing or damaged.
    """
    index = read_melody_index(folder / "melodies.npz")
    onsets, pitches = [note.onset_ticks for note in lead.melody], [note.pitch for note in lead.melody]
    found = longest_shared_notes(onsets, pitches, index)
    run = lead.melody[found.first : found.first + found.length]
    names = [spell_pitch(note.pitch, lead.key, lead.chord_at(note.onset_ticks)) for note in run]
    bar = run[0].onset_ticks // lead.bar_ticks + 1 if run else 0
    shared = f"bar {bar}: " + " ".join(f"{name.name}{name.octave}" for name in names) if run else ""
    return SharedRun(
        of="intervals and rhythm",
        corpus=MELODY_CORPUS,
        length=found.length,
        shared=shared[:400],
        where=f"{found.work[:170]}, from note {found.work_note + 1}" if run else "",
        limit=MELODY_LIMIT,
    )
