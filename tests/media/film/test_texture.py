from __future__ import annotations

import numpy as np

from media.film.motion import Moment, moved
from media.film.resampling import seen
from media.film.texture import textured
from media.scenes.colours import scene_colours
from media.scenes.drawing import draw_scene
from schemas.plan import Key
from schemas.scene import Scene

WIDE, HIGH = 256, 144


def _moments(motif: str, composition: str) -> tuple[Moment, Moment]:
    colours = scene_colours(Key(tonic="D", mode="major"), "calm", "day", seed=3)
    scene = Scene(
        motif=motif, composition=composition, seed=5, hour="day", weather="clear", energy=0.5, colours=colours
    )
    one, other = (Moment.of(draw_scene(scene, WIDE, HIGH, t_s=t), t) for t in (1.0, 1.2))
    return one, other


def _left(one: Moment, other: Moment, steps: np.ndarray | None) -> float:
    """What is left between two drawings once the first is moved."""
    planes = [np.ascontiguousarray(moment.scene.underpainting.transpose(2, 0, 1)) for moment in (one, other)]
    rows, columns = np.mgrid[:HIGH, :WIDE]
    shift = np.zeros((2, HIGH, WIDE)) if steps is None else steps * HIGH
    return float(np.abs(seen(planes[0], np.float32(np.stack((columns, rows)) - shift)) - planes[1]).mean())


def test_ribbons_that_wave_are_followed_where_their_layer_stays():
    one, other = _moments("ribbons", "sheaf")
    layers = moved(other, one)
    found = textured(other, one, layers)
    assert found is not None
    assert found.shape == (2, HIGH, WIDE)
    assert _left(one, other, found) < 0.88 * _left(one, other, layers)


def test_a_scene_that_hardly_moves_is_left_alone():
    one, other = _moments("desert", "dunes")
    layers = moved(other, one)
    assert textured(other, one, layers) is layers


def test_no_time_is_no_motion():
    one, _ = _moments("ribbons", "sheaf")
    assert moved(one, one) is None
    assert textured(one, one, None) is None
