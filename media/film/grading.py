"""How the colours of each frame are set after painting: harmony, energy, hits, and the ways in and out of shots.

All of it is a matrix of three rows and four columns a frame: `colour = matrix[:, :3] @ rgb + matrix[:, 3]`, sRGB 0-1.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from media.cover.colour import luminance, oklch
from media.film.pulse import Floats, Pulse
from schemas.film import Shot, Storyboard

LIFT = 0.05
"""How much brighter the strongest hit makes the loudest shot."""
GLOW = 0.35
"""How much brighter lights get by the same."""

_LUMA = np.array([0.2126, 0.7152, 0.0722])
_TINT_LIGHTNESS, _TINT_CHROMA, _HUE_STEP_DEG = 0.62, 0.11, 2
_COLOURFUL = (0.92, 0.16)
_BRIGHT = (0.95, 0.07)
_VIGNETTE = (0.22, 0.14)
_LAST_FADE_S = 1.2
_MOST_OF_SHOT = 0.3


@dataclass(frozen=True)
class Grade:
    """How a frame's colours are set.

    Attributes:
        matrix: colours out by colours in and 1. Shapes: [3, 4].
        glow: how much brighter lights are, 0 to `GLOW`: a frame is first `frame * (1 + glow * lights)`.
        vignette: how much darker the corners are, 0 to 0.25: see `vignette_of`.
        before: how much of the shot before is still seen, 0 to 1, blended before the matrix is used.
        dark: how far the frame is faded to the film's darkest colour, 0 to 1; it is in the matrix already.
    """

    matrix: Floats
    glow: float
    vignette: float
    before: float
    dark: float


def grade_at(board: Storyboard, number: int, frame: int, pulse: Pulse | None) -> Grade:
    """How the colours of a frame are set.

    Args:
        board: the film.
        number: of the shot that the frame is in, from 0.
        frame: of the film.
        pulse: what the picture answers to; None for the storyboard's own tint alone.
    """
    shot = board.shots[number]
    heard = pulse is not None and 0 <= frame < pulse.frames
    onset = float(pulse.onset[frame]) if pulse is not None and heard else 0.0
    energy = float(pulse.energy[frame]) if pulse is not None and heard else shot.energy
    dark, before = fade_at(board, number, frame)
    matrix = _tinted(*_tint(shot, frame, pulse if heard else None))
    bright = _BRIGHT[0] + _BRIGHT[1] * energy + LIFT * shot.energy * onset
    whole = np.zeros((3, 4), np.float32)
    whole[:, :3] = matrix @ _saturated(_COLOURFUL[0] + _COLOURFUL[1] * energy)
    whole *= np.float32(bright * (1.0 - dark))
    whole[:, 3] = np.array(darkest(board), np.float32) * np.float32(dark)
    return Grade(
        matrix=whole,
        glow=GLOW * shot.energy * onset,
        vignette=_VIGNETTE[0] - _VIGNETTE[1] * energy,
        before=before,
        dark=dark,
    )


def fade_at(board: Storyboard, number: int, frame: int) -> tuple[float, float]:
    """How far a frame is faded to dark, and how much of the shot before is still seen; each 0 to 1.

    A dip takes the last frames of the shot before it too. The film's last shot ends in the dark.
    """
    shot = board.shots[number]
    into = frame - shot.first_frame
    dark = before = 0.0
    if shot.transition_frames and into < shot.transition_frames:
        left = 1.0 - _smooth((into + 1) / (shot.transition_frames + 1))
        dark, before = (left, 0.0) if shot.transition == "dip" else (0.0, left)
    most = int(_MOST_OF_SHOT * shot.frames)
    if number + 1 < len(board.shots):
        after = board.shots[number + 1]
        falls = min(after.transition_frames, most) if after.transition == "dip" else 0
        gone = _smooth((frame - shot.end_frame + 1 + falls) / (falls + 1)) if falls else 0.0
    else:
        falls = min(round(_LAST_FADE_S * board.fps), most)
        gone = _smooth((frame - shot.end_frame + 1 + falls) / falls) if falls else 0.0
    return max(dark, gone), before


def darkest(board: Storyboard) -> tuple[float, float, float]:
    """The darkest colour of a storyboard's scenes, sRGB 0-1: what the film fades to."""
    colour = min((scene.colours.shade for scene in board.scenes), key=luminance)
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return red, green, blue


def vignette_of(width: int, height: int) -> Floats:
    """How far towards a corner each pixel is, 0 in the middle: a frame is `frame * (1 - vignette * this)`.

    Shapes: -> [height, width] of 0-1.
    """
    across = (np.arange(width) + 0.5) / width * 2 - 1
    down = (np.arange(height) + 0.5) / height * 2 - 1
    away = np.clip((across[None, :] ** 2 + down[:, None] ** 2) / 2, 0, 1)
    return (away**1.5).astype(np.float32)


def _tint(shot: Shot, frame: int, pulse: Pulse | None) -> tuple[Floats, float]:
    """The colour laid over a frame and its share: the harmony of the moment, as strong as the shot has it."""
    if pulse is None:
        return _rgb(shot.tint), shot.tint_share
    hue = int(pulse.hue_deg[frame]) // _HUE_STEP_DEG * _HUE_STEP_DEG
    share = shot.tint_share * (0.6 + 0.8 * float(pulse.share[frame]))
    return _rgb(_harmony_colour(hue)), min(0.5, share)


@lru_cache(maxsize=256)
def _harmony_colour(hue_deg: int) -> str:
    return oklch(_TINT_LIGHTNESS, _TINT_CHROMA, float(hue_deg))


def _rgb(colour: str) -> Floats:
    return np.array([int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)], np.float32)


def _tinted(colour: Floats, share: float) -> Floats:
    """A matrix that moves colours towards one, their brightness kept. Shapes: [3] -> [3, 3]."""
    bright = max(0.05, float(_LUMA @ colour))
    return np.asarray((1 - share) * np.eye(3) + share * np.outer(colour / bright, _LUMA), np.float32)


def _saturated(times: float) -> Floats:
    return np.asarray(times * np.eye(3) + (1 - times) * np.outer(np.ones(3), _LUMA), np.float32)


def _smooth(share: float) -> float:
    held = min(1.0, max(0.0, share))
    return held * held * (3 - 2 * held)
