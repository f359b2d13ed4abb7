"""What film takes from music, frame by frame, from the notes themselves: hits, energy, beat, bar, harmony, voice.

Frame n is shown at n / fps seconds. What happens at a moment happens on the frame nearest to it, so that no picture is
more than half a frame away from its note.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from media.cover.palette import hue_of
from schemas.audio import SyllableTime
from schemas.errors import MediaError
from schemas.music import Score
from schemas.plan import Key

Floats = NDArray[np.float32]

MOST_FRAMES = 200_000
MOST_NOTES = 400_000
MOST_SYLLABLES = 50_000

_DRUMS = {35: 1.0, 36: 1.0, 37: 0.6, 38: 0.85, 39: 0.7, 40: 0.85, 49: 1.0, 52: 0.9, 55: 0.9, 57: 1.0}
"""How hard a drum hits the eye, by General MIDI pitch; toms and everything small are given below."""
_TOMS = range(41, 51)
_TOM, _SMALL_DRUM = 0.5, 0.12
_HATS = (42, 44, 46)
_PITCHED = {"bass": 0.55, "chords": 0.3, "pad": 0.12, "counter": 0.12, "lead": 0.2}
_DECAY_BEATS, _LONGEST_DECAY_S = 0.4, 0.22
_STRONG = 95
_LEAST_STRONG = 0.5
_TURN_S = 0.3
_SUNG_EDGE_S = 0.12
_FADE_S = 1.5


@dataclass(frozen=True)
class Pulse:
    """Music as film sees it: one value a frame, every array of the same length.

    Attributes:
        fps: frames a second.
        onset: 1 on the frame of the strongest hits of drums, bass and chords, and what is left of it after. 0-1.
        energy: how full the song is, by its sections and by how many notes are struck how hard, smoothed. 0-1.
        beat: how far the beat has gone, 0 up to 1; the beat itself is 0.
        bar: how far the bar has gone, 0 up to 1.
        hue_deg: hue of the harmony; the tonic has the key's, a fifth away is 30 degrees away. 0-360.
        share: how far the harmony is from home, 0 (the tonic, or no chord) to 1.
        voice: whether someone sings, edges soft. 0-1.
    """

    fps: int
    onset: Floats
    energy: Floats
    beat: Floats
    bar: Floats
    hue_deg: Floats
    share: Floats
    voice: Floats

    @property
    def frames(self) -> int:
        """How many frames it covers."""
        return len(self.onset)


def frame_at(seconds: float, fps: int) -> int:
    """The frame nearest to a moment; of two that are as near, the earlier."""
    return int(np.ceil(seconds * fps - 0.5 - 1e-9))


def pulse_of(score: Score, syllables: Sequence[SyllableTime], *, fps: int, frames: int) -> Pulse:
    """What a film of a song follows; the frames may go on after the last bar, as the sound does.

    Args:
        score: all parts of the song.
        syllables: when each is heard, in any order; empty where nobody sings.
        fps: frames a second, 1 to 240.
        frames: how many, 1 to 200,000.

    Raises:
        MediaError: a number is out of its bounds, or there are more than 400,000 notes or 50,000 syllables.
    """
    _check(score, syllables, fps, frames)
    notes = _notes(score)
    times_s = np.arange(frames) / fps
    beat_s = 60.0 / score.tempo_bpm
    beats = times_s / beat_s + 1e-9
    hue_deg, share = _harmony(score, fps, frames)
    return Pulse(
        fps=fps,
        onset=_onsets(score, notes, fps, frames, min(_LONGEST_DECAY_S, _DECAY_BEATS * beat_s)),
        energy=_energy(score, notes, fps, frames),
        beat=(beats % 1.0).astype(np.float32),
        bar=(beats / score.beats_per_bar % 1.0).astype(np.float32),
        hue_deg=hue_deg,
        share=share,
        voice=_voice(syllables, fps, frames),
    )


def harmony_of(key: Key, root: int, pitch_classes: Sequence[int]) -> tuple[float, float]:
    """Hue of a chord in degrees (0-360), and how far from home it is, 0-1.

    The hue goes round the circle of fifths from the key's own; what is foreign to the key is farther away.

    Args:
        key: the song's.
        root: pitch class of the chord's root, 0 to 11.
        pitch_classes: of all its notes.
    """
    fifths = ((root - key.pitch_class) * 7 + 6) % 12 - 6
    foreign = sum(note % 12 not in key.scale for note in pitch_classes) / max(1, len(pitch_classes))
    return (hue_of(key) + 30.0 * fifths) % 360.0, min(1.0, abs(fifths) / 6 * 0.7 + foreign * 0.6)


def _check(score: Score, syllables: Sequence[SyllableTime], fps: int, frames: int) -> None:
    if not 1 <= fps <= 240:
        raise MediaError(f"{fps} frames a second: give 1 to 240")
    if not 1 <= frames <= MOST_FRAMES:
        raise MediaError(f"a film of {frames} frames: 1 to {MOST_FRAMES} can be made; lower fps or film a part")
    notes = sum(len(part.notes) for part in score.parts)
    if notes > MOST_NOTES:
        raise MediaError(f"a score of {notes} notes: a film follows {MOST_NOTES} at most; thin out its parts")
    if len(syllables) > MOST_SYLLABLES:
        raise MediaError(f"{len(syllables)} syllables: a film follows {MOST_SYLLABLES} at most; sing a shorter song")


def _notes(score: Score) -> NDArray[np.float64]:
    """Seconds, velocity (0-1) and weight of every note that is not sung. Shapes: [N, 3]."""
    found = [np.zeros((0, 3))]
    for part in score.parts:
        if part.role == "melody" or not part.notes:
            continue
        rows = np.array(part.notes, np.float64)
        drums = part.is_drums or part.role == "drums"
        weights = _DRUM_WEIGHTS[rows[:, 2].astype(int)] if drums else np.full(len(rows), _PITCHED[part.role])
        found.append(np.stack((rows[:, 0] * score.seconds_per_tick, rows[:, 3] / 127.0, weights), 1))
    return np.concatenate(found)


def _drum_weights() -> NDArray[np.float64]:
    weights = np.full(128, _SMALL_DRUM)
    weights[_TOMS] = _TOM
    weights[list(_HATS)] = _SMALL_DRUM
    for pitch, weight in _DRUMS.items():
        weights[pitch] = weight
    return weights


_DRUM_WEIGHTS = _drum_weights()


def _onsets(score: Score, notes: NDArray[np.float64], fps: int, frames: int, decay_s: float) -> Floats:
    """Hits and what is left of them: a running maximum of decays, taken in logarithms so that no loop is needed."""
    at = np.ceil(notes[:, 0] * fps - 0.5 - 1e-9).astype(np.int64)
    inside = at < frames
    force = np.bincount(at[inside], weights=(notes[:, 1] ** 1.5 * notes[:, 2])[inside], minlength=frames)
    hits = force[force > 0]
    if not len(hits):
        return np.zeros(frames, np.float32)
    strong = max(_LEAST_STRONG, float(np.percentile(hits, _STRONG)))
    level = np.minimum(force / strong, 1.0)
    gone = np.arange(frames) / (fps * decay_s)
    logs = np.where(level > 0, np.log(np.maximum(level, 1e-12)), -np.inf) + gone
    return np.exp(np.maximum.accumulate(logs) - gone).astype(np.float32)


def _energy(score: Score, notes: NDArray[np.float64], fps: int, frames: int) -> Floats:
    bar_s = score.beats_per_bar * 60.0 / score.tempo_bpm
    planned = np.zeros(frames)
    for section in score.sections:
        start, end = (frame_at(bar * bar_s, fps) for bar in (section.first_bar, section.first_bar + section.bars))
        planned[min(start, frames) : min(end, frames)] = section.energy
    if not score.sections:
        planned[:] = 0.5
    at = np.minimum((notes[:, 0] * fps).astype(np.int64), frames)
    force = notes[:, 1] * np.sqrt(notes[:, 2])
    struck = np.asarray(np.bincount(at, weights=force, minlength=frames + 1)[:frames], np.float64)
    busy = _smoothed(struck, round(bar_s * fps))
    most = float(busy.max())
    mixed = 0.6 * planned + 0.4 * (busy / most if most > 0 else busy)
    end_s = score.end_ticks * score.seconds_per_tick
    fade = np.clip(1.0 - (np.arange(frames) / fps - end_s) / _FADE_S, 0.0, 1.0)
    return np.clip(_smoothed(mixed * fade, round(fps * min(0.5 * bar_s, 1.0))), 0.0, 1.0).astype(np.float32)


def _harmony(score: Score, fps: int, frames: int) -> tuple[Floats, Floats]:
    """Hue and share as a vector that turns from chord to chord, so that no hue jumps round the circle."""
    home = np.deg2rad(hue_of(score.key))
    turning = np.zeros((2, frames))
    for chord in score.chords:
        start, end = (
            min(frames, frame_at(tick * score.seconds_per_tick, fps))
            for tick in (chord.onset_ticks, chord.onset_ticks + chord.duration_ticks)
        )
        hue_deg, share = harmony_of(score.key, chord.root, chord.pitch_classes)
        angle = np.deg2rad(hue_deg)
        turning[:, start:end] = np.array([[np.cos(angle)], [np.sin(angle)]]) * share
    width = max(1, round(_TURN_S * fps))
    across, up = (_smoothed(one, width) for one in turning)
    far = np.hypot(across, up)
    hue = np.where(far > 1e-6, np.arctan2(up, across), home)
    return (np.rad2deg(hue) % 360.0).astype(np.float32), np.clip(far, 0.0, 1.0).astype(np.float32)


def _voice(syllables: Sequence[SyllableTime], fps: int, frames: int) -> Floats:
    edges = np.zeros(frames + 1)
    for syllable in syllables:
        start = min(frames, max(0, frame_at(syllable.onset_s - syllable.lead_s, fps)))
        end = min(frames, max(start, frame_at(syllable.end_s, fps)))
        edges[start] += 1
        edges[end] -= 1
    sung = (np.cumsum(edges)[:frames] > 0).astype(np.float64)
    return np.clip(_smoothed(sung, round(_SUNG_EDGE_S * fps)), 0.0, 1.0).astype(np.float32)


def _smoothed(values: NDArray[np.float64], width: int) -> NDArray[np.float64]:
    """A mean of so many frames, half of them before and half after; at the ends, of those that there are."""
    half = width // 2
    if half < 1:
        return values
    sums = np.concatenate(([0.0], np.cumsum(values)))
    places = np.arange(len(values))
    low, high = np.maximum(places - half, 0), np.minimum(places + half + 1, len(values))
    return np.asarray((sums[high] - sums[low]) / (high - low), np.float64)
