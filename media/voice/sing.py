"""A lead sheet sung: words and notes go in, the voice and the time of every syllable come out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

import numpy as np
import numpy.typing as npt

from media.voice.breath import breath
from media.voice.contour import SungNote
from media.voice.fit import Fitted, Slot, fit_line, lead_within
from media.voice.phones import SpokenSyllable, spoken_syllable
from media.voice.render import Manner, sing_line
from media.voice.source import Floats, SpokenLine, spoken_line
from media.voice.timing import swing_tick
from media.voice.voices import VoiceCard, voice_card
from schemas.audio import SAMPLE_RATE_HZ, SyllableTime
from schemas.errors import MediaError
from schemas.music import LeadSheet
from schemas.plan import TICKS_PER_QUARTER

TAIL_S = 1.0
"""Silence kept after the last bar, in seconds."""

_LEVEL = 10 ** (-17 / 20)
_HIGHEST_PEAK = 0.89
_FIRST_LEAD_S = 0.08
_BREATH_ROOM_S = 0.6


@dataclass(frozen=True)
class Sung:
    """A sung part: mono float32 samples at 44,100 Hz from tick 0, when each syllable sounds, and the voice's name."""

    audio: npt.NDArray[np.float32]
    syllables: tuple[SyllableTime, ...]
    source: str


@dataclass(frozen=True)
class _Line:
    """One line of the song: its first syllable, what is said, what is sung, and the section's energy."""

    first: int
    section: int
    number: int
    spoken: tuple[SpokenSyllable, ...]
    slots: tuple[Slot, ...]
    notes: tuple[SungNote, ...]


def sing(lead: LeadSheet, *, seed: int, voice: str = "en", double: bool = False, swing: float | None = None) -> Sung:
    """Sing a lead sheet.

    Args:
        lead: melody and words; every syllable is sung on its note or notes.
        seed: of the small things that differ from take to take (drift, vibrato, breath); 0 or more.
        voice: a name in `media.voice.voices.VOICES`.
        double: sing a second voice for the choruses alone: other sections are silent, pitch, timing and formants
            differ a little.
        swing: delay of off-beat eighths, 0 to 0.34 of an eighth; the lead sheet's own by default.

    Returns:
        The voice from tick 0 to the end of the song and a second more. The onset of a syllable is where its vowel
        starts, its lead how long before that its first consonant starts.

    Raises:
        MediaError: a note is outside the voice, a syllable cannot be spoken, or the swing is out of bounds.
    """
    card = voice_card(voice)
    swing = lead.swing if swing is None else swing
    if not 0.0 <= swing <= 0.34:
        raise MediaError(f"swing {swing} is out of bounds (0 to 0.34 of an eighth): choose a value between")
    _check_range(lead, card)
    audio = np.zeros(round((lead.bars * lead.bar_ticks * lead.seconds_per_tick + TAIL_S) * SAMPLE_RATE_HZ))
    syllables: list[SyllableTime] = []
    spoken: dict[tuple[SpokenSyllable, ...], SpokenLine] = {}
    lines = [line for line in _lines(lead, swing) if not double or lead.sections[line.section].role == "chorus"]
    for line in lines:
        if line.spoken not in spoken:
            spoken[line.spoken] = spoken_line(line.spoken, card)
    last_end_s = 0.0
    for line in _with_room(lines, spoken):
        rng = np.random.default_rng([seed, line.section, line.number, int(double)])
        fitted = fit_line(line.slots, spoken[line.spoken].spans, line.spoken)
        manner = _manner(lead.sections[line.section].energy, card, double, rng)
        shift_s = float(rng.choice([-1, 1]) * rng.uniform(0.010, 0.025)) if double else 0.0
        start_s, samples = sing_line(spoken[line.spoken], fitted, line.notes, manner, rng)
        _add(audio, start_s + shift_s, samples)
        if not double and fitted[0].start_s - last_end_s > _BREATH_ROOM_S:
            sigh = breath(manner.energy, rng)
            _add(audio, fitted[0].start_s - 0.05 - len(sigh) / SAMPLE_RATE_HZ, sigh)
        last_end_s = fitted[-1].end_s
        syllables.extend(_times(line.first, fitted, shift_s))
    return Sung(_levelled(audio), tuple(syllables), f"voice {card.name}: eSpeak NG {card.variant}, WORLD")


def _check_range(lead: LeadSheet, card: VoiceCard) -> None:
    for note in lead.melody:
        if not card.lowest <= note.pitch <= card.highest:
            raise MediaError(
                f"a note of pitch {note.pitch} at tick {note.onset_ticks} is outside the voice {card.name!r}, which "
                f"sings {card.lowest} to {card.highest} (best {card.low} to {card.high}): transpose the song or "
                "choose another voice"
            )


def _lines(lead: LeadSheet, swing: float) -> Iterator[_Line]:
    """The lines of a song in order, their notes in seconds."""
    heard = [
        (
            swing_tick(note.onset_ticks, swing) * lead.seconds_per_tick,
            swing_tick(note.onset_ticks + note.duration_ticks, swing) * lead.seconds_per_tick,
            note,
        )
        for note in lead.melody
    ]
    by_syllable = [tuple(group) for _, group in groupby(heard, key=lambda item: item[2].syllable)]
    end_s = 0.0
    place = 0
    for (section, number), group in groupby(lead.syllables, key=lambda syllable: (syllable.section, syllable.line)):
        said = tuple(spoken_syllable(syllable) for syllable in group)
        sung = by_syllable[place : place + len(said)]
        slots: list[Slot] = []
        for item, notes in zip(said, sung, strict=True):
            onset_s = notes[0][0]
            if not slots and place == 0 and item.onset:
                onset_s = max(onset_s, _FIRST_LEAD_S)
            slots.append(Slot(onset_s, max(notes[-1][1], onset_s + 0.05), max(onset_s - end_s, 0.0)))
            end_s = slots[-1].end_s
        score = tuple(
            SungNote(start_s, stop_s, note.pitch, _weight(note.onset_ticks, lead.bar_ticks))
            for notes in sung
            for start_s, stop_s, note in notes
        )
        yield _Line(place, section, number, said, tuple(slots), score)
        place += len(said)


def _weight(tick: int, bar_ticks: int) -> float:
    within = tick % bar_ticks
    if within == 0:
        return 1.0
    if within == bar_ticks // 2 and bar_ticks == 4 * TICKS_PER_QUARTER:
        return 0.7
    return 0.4 if within % TICKS_PER_QUARTER == 0 else 0.0


def _with_room(lines: list[_Line], spoken: dict[tuple[SpokenSyllable, ...], SpokenLine]) -> Iterator[_Line]:
    """The lines, each ending early enough for the consonants that the next one starts with."""
    taken = 0.0
    for place, line in enumerate(lines):
        after = lines[place + 1] if place + 1 < len(lines) else None
        slots = list(line.slots)
        if taken:
            slots[0] = Slot(slots[0].onset_s, slots[0].end_s, slots[0].before_s + taken)
            taken = 0.0
        if after is not None:
            wanted = lead_within(1.0, spoken[after.spoken].spans[0], after.spoken[0]) + 0.02
            last = slots[-1]
            taken = min(max(0.0, wanted - after.slots[0].before_s), 0.4 * (last.end_s - last.onset_s))
            slots[-1] = Slot(last.onset_s, last.end_s - taken, last.before_s)
        yield _Line(line.first, line.section, line.number, line.spoken, tuple(slots), line.notes)


def _manner(energy: float, card: VoiceCard, double: bool, rng: np.random.Generator) -> Manner:
    if not double:
        return Manner(energy, 0.0, card.formants)
    return Manner(energy, float(rng.choice([-1, 1]) * rng.uniform(5.0, 9.0)), card.formants * 1.03)


def _times(first: int, fitted: tuple[Fitted, ...], shift_s: float) -> Iterator[SyllableTime]:
    for number, syllable in enumerate(fitted):
        yield SyllableTime(
            syllable=first + number,
            onset_s=round(max(0.0, syllable.vowel_s + shift_s), 6),
            end_s=round(max(0.0, syllable.end_s + shift_s), 6),
            lead_s=round(min(0.5, max(0.0, syllable.vowel_s - syllable.start_s)), 6),
        )


def _add(audio: Floats, start_s: float, samples: Floats) -> None:
    """Add samples to the song, cut where they would lie outside it."""
    place = round(start_s * SAMPLE_RATE_HZ)
    skipped = max(0, -place)
    room = max(0, len(audio) - place - skipped)
    part = samples[skipped : skipped + room]
    audio[place + skipped : place + skipped + len(part)] += part


def _levelled(audio: Floats) -> npt.NDArray[np.float32]:
    """The voice with its loud moments (95 of 100 of its 50 ms windows below) at -17 dBFS and peaks below -1 dBFS."""
    window = SAMPLE_RATE_HZ // 20
    powers = np.mean(audio[: len(audio) // window * window].reshape(-1, window) ** 2, axis=1)
    sounding = powers[powers > 1e-3 * np.max(powers, initial=0.0)]
    if not len(sounding):
        return audio.astype(np.float32)
    scale = _LEVEL / np.sqrt(np.percentile(sounding, 95))
    scale = min(scale, _HIGHEST_PEAK / np.max(np.abs(audio)))
    return np.asarray(audio * scale, dtype=np.float32)
