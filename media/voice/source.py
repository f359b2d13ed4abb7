"""A line of words as it is spoken, taken apart by the WORLD vocoder: what the singer stretches onto the notes.

WORLD: M. Morise, F. Yokomori, K. Ozawa, 2016. The pitch of the speech is known (it is spoken at one steady pitch), so
no pitch tracker is needed; whether a frame is voiced is read off its likeness to itself one period later.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from media.voice.espeak import Phoneme, Speech, speak
from media.voice.phones import SpokenSyllable, is_vowel, phoneme_text
from media.voice.voices import VoiceCard
from schemas.errors import MediaError

FRAME_S = 0.005
"""Step of every analysis and synthesis frame, in seconds."""

_SHORTEST_VOWEL_FRAMES = 8

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Span:
    """Where a spoken syllable lies in its line, in seconds: onset, vowel, coda, and what follows."""

    start_s: float
    vowel_s: float
    coda_s: float
    end_s: float


@dataclass(frozen=True)
class SpokenLine:
    """A line taken apart.

    Shapes: `log_power` and `aperiodicity` [frames, bins], `voiced` [frames]; frame n is at n * FRAME_S.
    """

    log_power: Floats
    aperiodicity: Floats
    voiced: npt.NDArray[np.bool_]
    rate_hz: int
    spans: tuple[Span, ...]


def spoken_line(syllables: Sequence[SpokenSyllable], card: VoiceCard) -> SpokenLine:
    """Speak a line in a voice and take it apart.

    Raises:
        MediaError: the synthesizer did not say one vowel a syllable.
    """
    import pyworld

    text = phoneme_text(syllables)
    speech = speak(text, variant=card.variant, pitch_hz=card.speech_hz)
    spans = _spans(speech, syllables, text)
    audio = np.ascontiguousarray(speech.audio)
    frames = int(len(audio) / speech.rate_hz / FRAME_S) + 1
    times = np.arange(frames, dtype=np.float64) * FRAME_S
    voiced = _voiced(audio, speech.rate_hz, card.speech_hz, times)
    f0 = np.where(voiced, round(card.speech_hz), 0.0)
    floor = 80.0
    power = pyworld.cheaptrick(audio, f0, times, speech.rate_hz, f0_floor=floor)
    aperiodicity = pyworld.d4c(audio, f0, times, speech.rate_hz, fft_size=2 * (power.shape[1] - 1))
    spans = tuple(_with_voiced_vowel(span, voiced) for span in spans)
    return SpokenLine(np.log(power + 1e-12), aperiodicity, voiced, speech.rate_hz, spans)


def _voiced(audio: Floats, rate_hz: int, pitch_hz: float, times: Floats) -> npt.NDArray[np.bool_]:
    """Frames [frames] that repeat after one period of the known pitch and are no mere murmur."""
    period = round(rate_hz / round(pitch_hz))
    padded = np.concatenate([np.zeros(period), audio, np.zeros(3 * period)])
    product = padded[:-period] * padded[period:]
    square = padded**2
    sums = [np.concatenate([[0.0], np.cumsum(series)]) for series in (product, square)]
    # one period before the frame's centre against the one after it; `period` of padding moves the origin
    start = np.minimum((times * rate_hz).astype(int), len(audio))
    both = sums[0][start + period] - sums[0][start]
    first = sums[1][start + period] - sums[1][start]
    second = sums[1][start + 2 * period] - sums[1][start + period]
    likeness = both / np.sqrt(first * second + 1e-12)
    level = (first + second) / (2 * period)
    return _without_gaps((likeness > 0.7) & (level > 1e-5), longest=3)


def _without_gaps(voiced: npt.NDArray[np.bool_], longest: int) -> npt.NDArray[np.bool_]:
    """The same frames with silences of at most `longest` frames between voiced ones closed: joints of the speech."""
    voiced = voiced.copy()
    places = np.flatnonzero(voiced)
    for before, after in zip(places, places[1:], strict=False):
        if 1 < after - before <= longest + 1:
            voiced[before:after] = True
    return voiced


def _spans(speech: Speech, syllables: Sequence[SpokenSyllable], text: str) -> tuple[Span, ...]:
    phonemes = speech.phonemes
    vowels = [place for place, phoneme in enumerate(phonemes) if is_vowel(phoneme.mnemonic)]
    if len(vowels) != len(syllables):
        said = " ".join(phoneme.mnemonic for phoneme in phonemes)
        raise MediaError(
            f"{len(syllables)} syllables were asked for but {len(vowels)} vowels were said ({text} -> {said}): "
            "correct the phones of this line"
        )
    starts = [0]
    for number, (before, after) in enumerate(zip(vowels, vowels[1:], strict=False)):
        coda, onset = len(syllables[number].coda), len(syllables[number + 1].onset)
        between = after - before - 1
        # eSpeak drops a sound that another swallows and adds a glide between vowels: share what is there
        taken = coda if between == coda + onset else round(between * coda / max(1, coda + onset))
        starts.append(before + 1 + taken)
    starts.append(len(phonemes))
    return tuple(_span(phonemes, starts[n], vowels[n], starts[n + 1]) for n in range(len(syllables)))


def _span(phonemes: tuple[Phoneme, ...], start: int, vowel: int, end: int) -> Span:
    return Span(
        start_s=phonemes[start].start_s,
        vowel_s=phonemes[vowel].start_s,
        coda_s=phonemes[vowel].end_s,
        end_s=phonemes[end - 1].end_s,
    )


def _with_voiced_vowel(span: Span, voiced: npt.NDArray[np.bool_]) -> Span:
    """The span with its vowel where it sounds: a plosive's breath belongs to the onset, its closure to the coda."""
    first, last = round(span.vowel_s / FRAME_S), round(span.coda_s / FRAME_S)
    sounding = np.flatnonzero(voiced[first:last])
    if len(sounding) < _SHORTEST_VOWEL_FRAMES:
        return span
    vowel_s = max(span.vowel_s, (first + int(sounding[0])) * FRAME_S)
    coda_s = min(span.coda_s, (first + int(sounding[-1])) * FRAME_S)
    return Span(span.start_s, vowel_s, coda_s, span.end_s)
