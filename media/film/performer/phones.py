"""When each sung phone is heard, as the voice places it (`media.voice.fit`), and the shape the mouth makes for it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from media.voice.phones import CONSONANTS, VOWELS
from schemas.audio import SyllableTime
from schemas.errors import MediaError
from schemas.music import LeadSheet, SungSyllable

_LONGEST_CODA_S = 0.2
_CODA_SHARE = 0.6
_LONGEST_GLIDE_S = 0.32
_GLIDE_SHARE = 0.38
_SHORTEST_LEAD_S = 0.05


class Shape(NamedTuple):
    """A mouth: `jaw` 0 closed to 1 wide open, `wide` -1 narrow to 1 spread, `round` 0 to 1 pursed, `press` 0 to 1 lips
    held together, `bite` 0 to 1 lower lip at the upper teeth.
    """

    jaw: float
    wide: float = 0.0
    round: float = 0.0
    press: float = 0.0
    bite: float = 0.0


REST = Shape(0.0)

VOWEL_SHAPES: dict[str, tuple[Shape, ...]] = {
    "AA": (Shape(1.0, 0.05),),
    "AE": (Shape(0.85, 0.4),),
    "AH": (Shape(0.62, 0.0),),
    "AO": (Shape(0.82, -0.2, 0.45),),
    "AW": (Shape(0.95, 0.05), Shape(0.35, -0.35, 0.8)),
    "AY": (Shape(0.95, 0.1), Shape(0.35, 0.5)),
    "EH": (Shape(0.62, 0.35),),
    "ER": (Shape(0.42, -0.15, 0.35),),
    "EY": (Shape(0.58, 0.4), Shape(0.32, 0.6)),
    "IH": (Shape(0.42, 0.35),),
    "IY": (Shape(0.32, 0.65),),
    "OW": (Shape(0.62, -0.25, 0.6), Shape(0.3, -0.45, 0.95)),
    "OY": (Shape(0.72, -0.25, 0.55), Shape(0.35, 0.5)),
    "UH": (Shape(0.4, -0.25, 0.55),),
    "UW": (Shape(0.3, -0.5, 1.0),),
}
"""The shapes of each ARPAbet vowel; a diphthong glides from the first to the second."""

CONSONANT_SHAPES: dict[str, Shape] = {
    "B": Shape(0.1, press=1.0),
    "CH": Shape(0.2, -0.2, 0.5),
    "D": Shape(0.22, 0.1),
    "DH": Shape(0.24, 0.05),
    "F": Shape(0.14, 0.1, bite=1.0),
    "G": Shape(0.32),
    "HH": Shape(0.4),
    "JH": Shape(0.2, -0.2, 0.5),
    "K": Shape(0.32),
    "L": Shape(0.34, 0.1),
    "M": Shape(0.06, press=1.0),
    "N": Shape(0.24, 0.1),
    "NG": Shape(0.32),
    "P": Shape(0.1, press=1.0),
    "R": Shape(0.26, -0.25, 0.45),
    "S": Shape(0.14, 0.3),
    "SH": Shape(0.18, -0.25, 0.6),
    "T": Shape(0.2, 0.1),
    "TH": Shape(0.24, 0.05),
    "V": Shape(0.14, 0.1, bite=1.0),
    "W": Shape(0.2, -0.5, 1.0),
    "Y": Shape(0.28, 0.5),
    "Z": Shape(0.14, 0.3),
    "ZH": Shape(0.18, -0.25, 0.6),
}
"""The shape of each ARPAbet consonant."""

_SPOKEN_S = dict.fromkeys(("B", "D", "G", "K", "P", "T"), 0.06) | dict.fromkeys(("CH", "JH", "S", "SH", "Z", "ZH"), 0.1)
_USUAL_S = 0.08


class SungPhone(NamedTuple):
    """A phone in the song's time, seconds; `syllable` is its place among the times, `stress` that of its syllable."""

    name: str
    start_s: float
    end_s: float
    syllable: int
    stress: int

    @property
    def is_vowel(self) -> bool:
        """Whether it is held."""
        return self.name in VOWELS


def sung_phones(lead: LeadSheet, times: Sequence[SyllableTime]) -> tuple[SungPhone, ...]:
    """Every phone of a song as it is heard, in order.

    The voice says when the first consonant, the vowel and the end of a syllable are heard; the consonants between share
    that room by how long they are when spoken. A syllable without a vowel is hummed on its last phone.

    Raises:
        MediaError: a time is of no syllable of the lead sheet, times do not rise, or a phone is no ARPAbet.
    """
    phones: list[SungPhone] = []
    before_s = 0.0
    for place, time in enumerate(times):
        if time.syllable >= len(lead.syllables):
            raise MediaError(
                f"a time is given for syllable {time.syllable}, the lead sheet has {len(lead.syllables)}: sing it again"
            )
        if time.end_s < time.onset_s or time.onset_s < before_s:
            raise MediaError(f"the times of syllable {time.syllable} do not rise: sing the song again")
        said = lead.syllables[time.syllable]
        phones.extend(_in_time(said, time, place, before_s))
        before_s = time.onset_s
    return tuple(phones)


def _in_time(said: SungSyllable, time: SyllableTime, place: int, before_s: float) -> Iterator[SungPhone]:
    names = [phone.rstrip("012") for phone in said.phones]
    for name in names:
        if name not in VOWELS and name not in CONSONANTS:
            raise MediaError(f"phone {name!r} of the syllable {said.text!r} is not an ARPAbet phone: correct its word")
    held = next((number for number, name in enumerate(names) if name in VOWELS), len(names) - 1)
    leading, trailing = names[:held], names[held + 1 :]
    lead_s = max(time.lead_s, _SHORTEST_LEAD_S) if leading else 0.0
    lead_s = min(lead_s, (time.onset_s - before_s) / 2)
    coda_s = min(sum(map(_spoken_s, trailing)), _LONGEST_CODA_S, _CODA_SHARE * (time.end_s - time.onset_s))
    spans = ((leading, time.onset_s - lead_s, time.onset_s), ([names[held]], time.onset_s, time.end_s - coda_s))
    for group, start_s, end_s in (*spans, (trailing, time.end_s - coda_s, time.end_s)):
        whole = sum(map(_spoken_s, group))
        for name in group:
            share = (end_s - start_s) * _spoken_s(name) / whole
            yield SungPhone(name, start_s, start_s + share, place, said.stress)
            start_s += share


def _spoken_s(name: str) -> float:
    return _SPOKEN_S.get(name, _USUAL_S)


def glide_s(start_s: float, end_s: float) -> float:
    """How long before its end a sung diphthong begins to glide, in seconds: late, as the voice does it."""
    return min(_GLIDE_SHARE * (end_s - start_s), _LONGEST_GLIDE_S)
