"""From ARPAbet syllables to what the synthesizer is told to say: one vowel a syllable, by construction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from schemas.errors import MediaError
from schemas.music import SungSyllable

VOWELS: dict[str, str] = {
    "AA": "A:",
    "AE": "a",
    "AH": "V",
    "AO": "O:",
    "AW": "aU",
    "AY": "aI",
    "EH": "E",
    "ER": "3:",
    "EY": "eI",
    "IH": "I",
    "IY": "i:",
    "OW": "oU",
    "OY": "OI",
    "UH": "U",
    "UW": "u:",
}
"""eSpeak mnemonic of each ARPAbet vowel (its en-us phoneme table)."""

CONSONANTS: dict[str, str] = {
    "B": "b",
    "CH": "tS",
    "D": "d",
    "DH": "D",
    "F": "f",
    "G": "g",
    "HH": "h",
    "JH": "dZ",
    "K": "k",
    "L": "l",
    "M": "m",
    "N": "n",
    "NG": "N",
    "P": "p",
    "R": "r",
    "S": "s",
    "SH": "S",
    "T": "t",
    "TH": "T",
    "V": "v",
    "W": "w",
    "Y": "j",
    "Z": "z",
    "ZH": "Z",
}
"""eSpeak mnemonic of each ARPAbet consonant."""

_WITH_R = {
    "AA": "A@",
    "AO": "O@",
    "EH": "e@",
    "IH": "i@3",
    "IY": "i@3",
    "UH": "U@",
    "AY": "aI@",
    "AW": "aU@",
    "ER": "3:",
}
_GLIDING = {"AW", "AY", "EY", "OW", "OY"}
_HALF_VOWELS = {"L", "M", "N", "R", "W", "Y"}
_SONORANT = ("L", "M", "N", "NG", "R")
_VOWEL_STARTS = frozenset("@03AEIOUVaeiou")


@dataclass(frozen=True)
class SpokenSyllable:
    """A syllable as the synthesizer is told to say it: mnemonics of its onset, vowel and coda.

    `glides` says that the vowel ends elsewhere than it starts (a diphthong, or a vowel coloured by r); `soft` that its
    onset is of sounds that are half a vowel (w, y, r, l, m, n) and would be heard as one if they were long.
    """

    onset: tuple[str, ...]
    vowel: str
    coda: tuple[str, ...]
    glides: bool
    soft: bool
    ends_word: bool


def spoken_syllable(syllable: SungSyllable) -> SpokenSyllable:
    """How a syllable is spoken. A syllable without a vowel (a hummed 'm') is given a neutral one.

    Raises:
        MediaError: a phone is not ARPAbet, or the syllable has two vowels.
    """
    phones = tuple(phone.rstrip("012") for phone in syllable.phones)
    for phone in phones:
        if phone not in VOWELS and phone not in CONSONANTS:
            raise MediaError(
                f"phone {phone!r} of the syllable {syllable.text!r} is not an ARPAbet phone: correct its word"
            )
    places = [place for place, phone in enumerate(phones) if phone in VOWELS]
    if len(places) > 1:
        raise MediaError(
            f"the syllable {syllable.text!r} has {len(places)} vowels ({' '.join(phones)}), but one is sung on a note: "
            "split it in two"
        )
    if not places:
        at = next((place for place, phone in enumerate(phones) if phone in _SONORANT), len(phones))
        onset, name, coda = phones[:at], "AH", phones[at:]
        vowel, glides = "@", False
    else:
        onset, name, coda = phones[: places[0]], phones[places[0]], phones[places[0] + 1 :]
        vowel, glides = VOWELS[name], name in _GLIDING
        if name == "AH" and syllable.stress == 0:
            vowel = "@"
        if coda[:1] == ("R",) and name in _WITH_R:
            vowel, glides, coda = _WITH_R[name], name != "ER", coda[1:]
    return SpokenSyllable(
        onset=tuple(CONSONANTS[phone] for phone in onset),
        vowel=vowel,
        coda=tuple(CONSONANTS[phone] for phone in coda),
        glides=glides,
        soft=all(phone in _HALF_VOWELS for phone in onset),
        ends_word=syllable.ends_word,
    )


def phoneme_text(syllables: Sequence[SpokenSyllable]) -> str:
    """The eSpeak input for some syllables, every vowel stressed so that none is swallowed, e.g. `[[D|'@ l|'aI|t]]`."""
    words = []
    for syllable in syllables:
        words.append("|".join((*syllable.onset, "'" + syllable.vowel, *syllable.coda)))
        words.append(" " if syllable.ends_word else "|")
    return "[[" + "".join(words).strip(" |") + "]]"


def is_vowel(mnemonic: str) -> bool:
    """Whether a phoneme that the synthesizer reports is a vowel.

    It may be another than `phoneme_text` asked for: before r, for one, eSpeak turns a neutral vowel into its `3`.
    """
    return mnemonic.lstrip("',")[:1] in _VOWEL_STARTS
