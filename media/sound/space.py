"""Where sounds stand: pan, width, a shared room and echoes in time with the song."""

from __future__ import annotations

import math
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from scipy.signal import oaconvolve

from media.sound.filters import Band, equalize
from schemas.audio import SAMPLE_RATE_HZ

if TYPE_CHECKING:
    from numpy.typing import NDArray

_HAAS_S = 0.0137


def as_stereo(audio: NDArray[np.floating], frames: int) -> NDArray[np.float64]:
    """A sound [n, 1] or [n, 2], n at most `frames`, as float64 [frames, 2]; silence follows it."""
    sound = np.zeros((frames, 2))
    sound[: audio.shape[0]] = audio
    return sound


def panned(audio: NDArray[np.float64], pan: float) -> NDArray[np.float64]:
    """A stereo sound moved to `pan` (-1 left, 0 the middle, 1 right) at equal power; the middle is left as it is."""
    angle = (pan + 1.0) * math.pi / 4.0
    left, right = math.sqrt(2.0) * math.cos(angle), math.sqrt(2.0) * math.sin(angle)
    return np.asarray(audio * np.array([left, right]))


def widened(audio: NDArray[np.float64], width: float) -> NDArray[np.float64]:
    """A stereo sound [frames, 2] whose sides carry about `width` (0-1) of the middle's level above 250 Hz.

    Sides that the sound has already are kept and scaled (never above 1.6x); where it is nearly mono, a delayed copy of
    the middle is put into the sides, which cancels when both channels are added.
    """
    middle, side = audio.mean(axis=1), (audio[:, 0] - audio[:, 1]) / 2.0
    loud = math.sqrt(float(np.mean(np.square(middle))))
    if loud <= 1e-9:
        return audio
    has = math.sqrt(float(np.mean(np.square(side)))) / loud
    scale = min(width / max(has, 1e-9), 1.6) if has > 0.02 else 1.0
    missing = max(width - has * scale, 0.0)
    side = side * scale
    if missing > 0.05:
        shift = round(_HAAS_S * SAMPLE_RATE_HZ)
        copy = np.zeros_like(middle)
        copy[shift:] = middle[:-shift]
        side = side + missing * equalize(copy, [Band("high_pass", 250.0)])
    return np.stack([middle + side, middle - side], axis=1)


@cache
def _room(seconds: float, pre_delay_s: float) -> NDArray[np.float32]:
    """The room's answer to a click: float32 [frames, 2], energy 1 a channel; darker as it decays.

    Noise in three bands that die away at their own rates, after a few early reflections. The noise has a fixed seed.
    """
    rng = np.random.default_rng(20_180_413)
    frames = round((1.25 * seconds + pre_delay_s) * SAMPLE_RATE_HZ)
    start = round(pre_delay_s * SAMPLE_RATE_HZ)
    time_s = np.arange(frames - start) / SAMPLE_RATE_HZ
    noise = rng.standard_normal((frames - start, 2))
    bands = (
        ((Band("low_pass", 500.0), Band("high_pass", 120.0)), 0.85),
        ((Band("high_pass", 500.0), Band("low_pass", 3500.0)), 1.0),
        ((Band("high_pass", 3500.0), Band("low_pass", 9000.0)), 0.5),
    )
    tail = np.zeros_like(noise)
    for filters, share in bands:
        decay = 10.0 ** (-3.0 * time_s / (seconds * share))
        tail += equalize(noise, filters) * decay[:, None]
    tail *= np.minimum(time_s / 0.025, 1.0)[:, None]
    answer = np.zeros((frames, 2))
    answer[start:] = tail / math.sqrt(float(np.square(tail).sum()) / 2.0)
    for number, at_s in enumerate((0.0071, 0.0113, 0.0179, 0.0234, 0.0313, 0.0407)):
        answer[round(at_s * SAMPLE_RATE_HZ), number % 2] += 0.16 * (-1.0) ** (number // 2) * 0.82**number
    answer /= math.sqrt(float(np.square(answer).sum()) / 2.0)
    return answer.astype(np.float32)


def reverberated(send: NDArray[np.floating], *, seconds: float, pre_delay_s: float) -> NDArray[np.float64]:
    """What the room adds to a send [frames, 2]: the reverberation alone, the same length.

    `seconds` is the time the middle of the spectrum takes to fall by 60 dB (0.2-4). Lows below 180 Hz stay out.
    """
    clean = equalize(send, [Band("high_pass", 180.0), Band("high_pass", 180.0)]).astype(np.float32)
    room = _room(seconds, pre_delay_s)
    wet = [oaconvolve(clean[:, channel], room[:, channel])[: clean.shape[0]] for channel in (0, 1)]
    return np.stack(wet, axis=1).astype(np.float64)


def echoed(send: NDArray[np.floating], *, step_s: float, feedback: float = 0.38) -> NDArray[np.float64]:
    """Five echoes of a send [frames, 2], `step_s` apart, left and right by turns, each weaker; the echoes alone."""
    dark = equalize(send.mean(axis=1), [Band("high_pass", 320.0), Band("low_pass", 3800.0)])
    wet = np.zeros(send.shape)
    for number in range(1, 6):
        shift = round(number * step_s * SAMPLE_RATE_HZ)
        if shift >= dark.size:
            break
        gain = feedback ** (number - 1)
        side = 0.8 if number % 2 else -0.8
        wet[shift:] += gain * panned(np.repeat(dark[: dark.size - shift, None], 2, axis=1), side)
    return wet
