"""The mouth over a song: keys for every sung phone, eased between, with closures that no frame misses."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from media.film.performer.phones import CONSONANT_SHAPES, REST, VOWEL_SHAPES, Shape, SungPhone, glide_s

Floats = npt.NDArray[np.float64]

_REACH_S = 0.06
_CLOSING_S = 0.06
_SETTLE_S = 0.16
_PAUSE_S = 0.3
_INHALE_S = 0.22
_INHALE = Shape(0.16, 0.05)
_BETWEEN = Shape(0.05)
_OWN_SHARE = 0.45
"""How much of its own width and rounding a consonant keeps; the rest is that of the vowel it stands by."""

_TIRING = 0.12
"""How much the jaw of a vowel closes while it is held."""


def mouth_curves(phones: Sequence[SungPhone], openness: Sequence[float], frames: int, fps: float) -> Floats:
    """The mouth in every frame: jaw, wide, round, press and bite [frames, 5], in the ranges of `Shape`.

    Args:
        phones: the song's phones, in order.
        openness: factor on the jaw for each sung syllable.
        frames: of the film; frame n is seen at n / fps seconds.
        fps: frames a second.
    """
    times = np.arange(frames) / fps
    curves = np.zeros((frames, len(REST)))
    if not phones:
        return curves
    keys = _keys(phones, openness)
    curves[:, :3] = _eased(times, np.array([time for time, _ in keys]), np.array([shape[:3] for _, shape in keys]))
    for phone in phones:
        shape = CONSONANT_SHAPES.get(phone.name)
        if shape is not None and (shape.press or shape.bite):
            _hold(curves[:, 3 if shape.press else 4], times, phone.start_s, phone.end_s, 1.0 / fps)
    return curves


def _keys(phones: Sequence[SungPhone], openness: Sequence[float]) -> list[tuple[float, Shape]]:
    """Times and shapes that the mouth goes through, times rising."""
    keys: list[tuple[float, Shape]] = []
    vowels = _nearest_vowels(phones)
    end_s = -1.0
    for phone, vowel in zip(phones, vowels, strict=True):
        silent_s = phone.start_s - end_s
        if end_s < 0.0 or silent_s > _PAUSE_S:
            if end_s >= 0.0:
                keys.append((end_s + min(_SETTLE_S, 0.4 * silent_s), REST))
            if silent_s > 2 * _INHALE_S + _SETTLE_S or end_s < 0.0:
                keys += [(phone.start_s - 2 * _INHALE_S, REST), (phone.start_s - 0.5 * _INHALE_S, _INHALE)]
            else:
                keys.append((phone.start_s - 0.4 * silent_s, _BETWEEN))
        keys += _phone_keys(phone, vowel, openness[phone.syllable])
        end_s = phone.end_s
    keys.append((end_s + _SETTLE_S, REST))
    rising: list[tuple[float, Shape]] = []
    for time, shape in keys:
        if not rising or time > rising[-1][0] + 1e-4:
            rising.append((time, shape))
    return rising


def _phone_keys(phone: SungPhone, vowel: Shape, openness: float) -> list[tuple[float, Shape]]:
    start_s, end_s = phone.start_s, phone.end_s
    if not phone.is_vowel:
        own = CONSONANT_SHAPES[phone.name]
        wide, pursed = (
            _OWN_SHARE * mine + (1 - _OWN_SHARE) * its for mine, its in zip(own[1:3], vowel[1:3], strict=True)
        )
        jaw = min(own.jaw, 0.15 + 0.6 * vowel.jaw * openness) if not own.press else own.jaw
        middle = own._replace(jaw=jaw, wide=wide, round=max(pursed, 0.8 * own.round))
        if end_s - start_s > 3 * _REACH_S:
            return [(start_s + _REACH_S, middle), (end_s - _REACH_S, middle)]
        return [((start_s + end_s) / 2, middle)]
    shapes = [shape._replace(jaw=min(1.2, shape.jaw * openness)) for shape in VOWEL_SHAPES[phone.name]]
    reach = min(_REACH_S, (end_s - start_s) / 3)
    tired = shapes[0]._replace(jaw=shapes[0].jaw * (1 - _TIRING * min(1.0, (end_s - start_s) / 2)))
    if len(shapes) == 1:
        return [(start_s + reach, shapes[0]), (end_s - reach, tired)]
    glide = max(glide_s(start_s, end_s), reach)
    return [(start_s + reach, shapes[0]), (max(end_s - glide, start_s + reach), tired), (end_s - reach / 2, shapes[1])]


def _nearest_vowels(phones: Sequence[SungPhone]) -> list[Shape]:
    """For every phone the shape of its syllable's vowel: its start for what leads, its end for what trails."""
    by_syllable = {phone.syllable: phone for phone in phones if phone.is_vowel}
    shapes = []
    for phone in phones:
        vowel = by_syllable.get(phone.syllable)
        if vowel is None:
            shapes.append(CONSONANT_SHAPES[phone.name])
        else:
            shapes.append(VOWEL_SHAPES[vowel.name][0 if phone.start_s <= vowel.start_s else -1])
    return shapes


def _eased(times: Floats, keys_s: Floats, shapes: Floats) -> Floats:
    """Shapes at some times: at rest at every key, smooth between, the first and the last held. Shapes: [T, S]."""
    if len(keys_s) == 1:
        return np.repeat(shapes, len(times), axis=0)
    after = np.clip(np.searchsorted(keys_s, times, side="right"), 1, len(keys_s) - 1)
    share = np.clip((times - keys_s[after - 1]) / (keys_s[after] - keys_s[after - 1]), 0.0, 1.0)[:, None]
    share = share * share * (3.0 - 2.0 * share)
    return np.asarray(shapes[after - 1] * (1 - share) + shapes[after] * share)


def _hold(curve: Floats, times: Floats, start_s: float, end_s: float, frame_s: float) -> None:
    """Raises a curve to 1 from `start_s` to `end_s`, for one frame at the least, and eases it in and out."""
    short = max(0.0, 1.001 * frame_s - (end_s - start_s)) / 2
    start_s, end_s = start_s - short, end_s + short
    first, last = np.searchsorted(times, [start_s - _CLOSING_S, end_s + _CLOSING_S])
    near = times[first:last]
    away = np.clip(np.maximum(start_s - near, near - end_s) / _CLOSING_S, 0.0, 1.0)
    curve[first:last] = np.maximum(curve[first:last], 1.0 - away * away * (3.0 - 2.0 * away))
