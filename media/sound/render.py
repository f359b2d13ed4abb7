"""A part's notes made audible: one stem, through a sound font, by symusic's synthesizer (pinned: 0.6.0 is broken).

That synthesizer takes a note's velocity to choose a recording and then plays every recording equally loud. So notes
are rendered in groups of like velocity, and each group gets the level and the brightness (softer is duller) that
its velocity asks for. Voices do not influence each other, so the groups add up to the part.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from media.sound.filters import Band, equalize
from schemas.audio import SAMPLE_RATE_HZ
from schemas.errors import MediaError
from schemas.plan import TICKS_PER_QUARTER

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from schemas.music import Part, Score, ScoreNote

RENDER_GAIN = 0.25
"""One gain for every part, so that levels between parts are kept and a dense part stays below full scale."""

VELOCITY_CURVE = 1.5
"""Amplitude goes as this power of velocity: 9 dB from mezzo piano (60) to fortissimo (120)."""

VELOCITY_STEP = 6
"""Velocities that share a group: their levels lie within 0.6 dB of their own at mezzo forte."""

DULLEST_DB = -9.0
"""What the softest note lacks above 3 kHz against the loudest."""

TAIL_S = 3.5
"""What every stem has after the last bar: time for a final chord and the room to die away."""

LONGEST_SONG_S = 1200.0
FADE_S = 0.4


def song_frames(score: Score) -> int:
    """Length of every stem of a song in frames at 44,100 Hz: up to the end of the last bar and 3.5 s more.

    It follows from `end_ticks` and the tempo alone, so parts that are rendered one by one have equal lengths.

    Raises:
        MediaError: the score lasts longer than 20 minutes.
    """
    end_s = score.end_ticks * score.seconds_per_tick
    if end_s > LONGEST_SONG_S:
        raise MediaError(f"the score lasts {end_s:.0f} s, the limit is {LONGEST_SONG_S:.0f} s: make it shorter")
    return round((end_s + TAIL_S) * SAMPLE_RATE_HZ)


def render_part(score: Score, part: str, font: Path) -> NDArray[np.float32]:
    """One part as sound: float32 [frames, 2] at 44,100 Hz from tick 0, `song_frames(score)` long.

    Nothing is normalised: every part has the same gain. A part without notes is silence. What still rings at the end
    is faded over 0.4 s. The same score and font give the same samples in any process.

    Raises:
        MediaError: the score has no such part, the part is the sung melody, or the font cannot be read.
    """
    try:
        found = score.part(part)
    except KeyError:
        names = ", ".join(p.name for p in score.parts)
        raise MediaError(f"the score has no part {part!r}: it has {names}") from None
    if found.role == "melody":
        raise MediaError(f"part {part!r} is the sung melody, which the singer makes: render the other parts")
    frames = song_frames(score)
    sound = np.zeros((frames, 2), dtype=np.float32)
    if not found.notes:
        return sound
    # Filters add up as sounds do: what is to be dulled is gathered from all groups and filtered once.
    dulled = np.zeros((2, frames), dtype=np.float32)
    clear = np.zeros((2, frames), dtype=np.float32)
    for velocity, played in _synthesize(found, score, font):
        loud = velocity / 127.0
        gain, length = RENDER_GAIN * loud**VELOCITY_CURVE, min(frames, played.shape[1])
        dulled[:, :length] += played[:, :length] * np.float32(gain * (1.0 - loud))
        clear[:, :length] += played[:, :length] * np.float32(gain * loud)
    sound += clear.T
    sound += equalize(dulled.T, [Band("high_shelf", 3000.0, DULLEST_DB)])
    fade = round(FADE_S * SAMPLE_RATE_HZ)
    sound[-fade:] *= (0.5 + 0.5 * np.cos(np.linspace(0.0, np.pi, fade)))[:, None].astype(np.float32)
    return sound


def _synthesize(part: Part, score: Score, font: Path) -> Iterator[tuple[float, NDArray[np.float32]]]:
    """Each group of the part's notes: its mean velocity and its sound, float32 [2, frames], as long as it rings."""
    import symusic

    groups: dict[int, list[ScoreNote]] = {}
    for note in sorted(part.notes):
        groups.setdefault(note.velocity // VELOCITY_STEP, []).append(note)
    try:
        synthesizer = symusic.Synthesizer(str(font), SAMPLE_RATE_HZ)
        for _, notes in sorted(groups.items()):
            midi = symusic.Score(TICKS_PER_QUARTER)
            midi.tempos.append(symusic.Tempo(0, qpm=score.tempo_bpm))
            track = symusic.Track(name=part.name, program=0 if part.is_drums else part.program, is_drum=part.is_drums)
            for note in notes:
                track.notes.append(symusic.Note(note.onset_ticks, note.duration_ticks, note.pitch, note.velocity))
            midi.tracks.append(track)
            velocity = sum(note.velocity for note in notes) / len(notes)
            yield velocity, np.asarray(synthesizer.render(midi, stereo=True), dtype=np.float32)
    except (RuntimeError, ValueError, OSError) as error:
        raise MediaError(f"sound font {Path(font).name!r} could not play part {part.name!r}: {error}") from error
