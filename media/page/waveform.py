"""The outline of a song: how loud it is, moment by moment."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from schemas.errors import MediaError


def waveform_peaks(audio: NDArray[np.floating], count: int = 800) -> list[int]:
    """`count` heights of 0-255 that draw the song's outline.

    Each is the largest absolute sample of its stretch over all channels; the loudest of the song is 255, silence 0.
    Where there are fewer frames than heights, neighbours share a frame.

    Args:
        audio: samples, 1.0 is full scale. Shapes: [frames] or [frames, channels].
        count: heights wanted, 1 to 20,000.

    Raises:
        MediaError: there is no sound, a sample is not a finite number, or the count is out of its bounds.
    """
    if not 1 <= count <= 20_000:
        raise MediaError(f"{count} peaks were asked for: ask for 1 to 20,000")
    if audio.ndim not in (1, 2) or audio.size == 0:
        raise MediaError(f"audio of shape {audio.shape} has no outline: give frames, or frames and channels")
    level = np.abs(audio) if audio.ndim == 1 else np.abs(audio).max(axis=1)
    if not np.isfinite(level).all():
        raise MediaError("the audio holds samples that are not finite numbers: render it again")
    starts = np.arange(count) * len(level) // count
    highest = np.maximum.reduceat(level, starts) if len(level) >= count else level[starts]
    loudest = float(highest.max())
    if loudest == 0.0:
        return [0] * count
    return [int(value) for value in np.rint(np.asarray(highest, dtype=np.float64) / loudest * 255)]
