"""The singers at hand: which notes each can sing, where each is at home, and whom to credit."""

from __future__ import annotations

from dataclasses import dataclass

from schemas.errors import MediaError
from schemas.plan import VoiceRange


@dataclass(frozen=True)
class VoiceCard:
    """A singer. Pitches are MIDI numbers (60 is middle C).

    `low` to `high` is what to write for; `lowest` to `highest` is what can be sung at all.
    """

    name: str
    title: str
    low: int
    high: int
    lowest: int
    highest: int
    natural_pitch: float
    credit: str
    licence: str
    variant: str
    speech_hz: float
    formants: float

    @property
    def range(self) -> VoiceRange:
        """The range to write a tune in."""
        return VoiceRange(low=self.low, high=self.high)


_CREDIT = "Voice: eSpeak NG, re-voiced with the WORLD vocoder (M. Morise)"
_LICENCE = "GPL-3.0-or-later (eSpeak NG program and data); BSD-3-Clause (WORLD); the sound it makes is not restricted"

VOICES: dict[str, VoiceCard] = {
    card.name: card
    for card in (
        VoiceCard(
            name="en",
            title="English, tenor",
            low=48,
            high=64,
            lowest=40,
            highest=77,
            natural_pitch=57.0,
            credit=_CREDIT,
            licence=_LICENCE,
            variant="en-us",
            speech_hz=130.0,
            formants=1.0,
        ),
        VoiceCard(
            name="en-high",
            title="English, mezzo-soprano",
            low=56,
            high=71,
            lowest=50,
            highest=84,
            natural_pitch=64.0,
            credit=_CREDIT,
            licence=_LICENCE,
            variant="en-us+f2",
            speech_hz=190.0,
            formants=1.0,
        ),
    )
}
"""Every voice by name."""


def voice_card(name: str) -> VoiceCard:
    """The card of a voice.

    Raises:
        MediaError: no voice has that name.
    """
    if name not in VOICES:
        raise MediaError(f"voice {name!r} is not known: the voices are {', '.join(VOICES)}")
    return VOICES[name]


def natural_pitch_midi(voice: str) -> float:
    """The pitch a voice is most at home at, as a MIDI number; keys within a fifth (7 semitones) of it sound best.

    Raises:
        MediaError: no voice has that name.
    """
    return voice_card(voice).natural_pitch
