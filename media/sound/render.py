"""A part's notes made audible: one stem, through a sound font, by symusic's synthesizer (pinned: 0.6.0 is broken)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from schemas.audio import SAMPLE_RATE_HZ
from schemas.errors import MediaError
from schemas.plan import TICKS_PER_QUARTER

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from schemas.music import Part, Score

RENDER_GAIN = 0.25
"""One gain for every part, so that levels between parts are kept and a dense part stays below full scale."""

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
    played = _synthesize(found, score, font)[:, :frames]
    sound[: played.shape[1]] = played.T * np.float32(RENDER_GAIN)
    fade = round(FADE_S * SAMPLE_RATE_HZ)
    sound[-fade:] *= (0.5 + 0.5 * np.cos(np.linspace(0.0, np.pi, fade)))[:, None].astype(np.float32)
    return sound


def _synthesize(part: Part, score: Score, font: Path) -> NDArray[np.float32]:
    """The part alone, float32 [2, frames], as long as the synthesizer lets it ring."""
    import symusic

    midi = symusic.Score(TICKS_PER_QUARTER)
    midi.tempos.append(symusic.Tempo(0, qpm=score.tempo_bpm))
    track = symusic.Track(name=part.name, program=0 if part.is_drums else part.program, is_drum=part.is_drums)
    for note in sorted(part.notes):
        track.notes.append(symusic.Note(note.onset_ticks, note.duration_ticks, note.pitch, note.velocity))
    midi.tracks.append(track)
    try:
        sound = symusic.Synthesizer(str(font), SAMPLE_RATE_HZ).render(midi, stereo=True)
    except (RuntimeError, ValueError, OSError) as error:
        raise MediaError(f"sound font {Path(font).name!r} could not play part {part.name!r}: {error}") from error
    return np.asarray(sound, dtype=np.float32)
