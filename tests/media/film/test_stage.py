from __future__ import annotations

import numpy as np
import pytest

from media.film.motion import Moment, layer_steps
from media.film.resampling import seen
from media.film.stage import ShotStage
from media.scenes.colours import scene_colours
from media.scenes.drawing import draw_scene
from schemas.errors import MediaError
from schemas.film import Shot, View
from schemas.plan import Key
from schemas.scene import LABELS, Scene, Weather

SIZE = (160, 96)
SHOT = Shot(
    first_frame=100,
    frames=48,
    section="verse",
    scene=0,
    start=View(x=-0.03, y=0.02, zoom=1.1),
    end=View(x=0.06, y=-0.01, zoom=1.25),
)


def _scene(motif: str, composition: str, weather: Weather = "clear") -> Scene:
    colours = scene_colours(Key(tonic="D", mode="major"), "calm", "dusk", seed=3)
    return Scene(
        motif=motif, composition=composition, seed=5, hour="dusk", weather=weather, energy=0.5, colours=colours
    )


def _stage(motif: str = "lighthouse", composition: str = "on_cliff", weather: Weather = "clear") -> ShotStage:
    return ShotStage(_scene(motif, composition, weather), SHOT, None, 24, SIZE)


def _warped(picture: np.ndarray, flow: np.ndarray) -> np.ndarray:
    rows, columns = np.mgrid[: SIZE[1], : SIZE[0]]
    return seen(picture, (flow + np.stack((columns, rows))).astype(np.float32))


def test_a_staged_frame_has_everything_a_painter_asks_for():
    frame = _stage(weather="rain").at(110)
    high, wide = SIZE[1], SIZE[0]
    assert frame.drawing.shape == (3, high, wide)
    assert 0 <= frame.drawing.min() <= frame.drawing.max() <= 1
    assert frame.labels.shape == (high, wide)
    assert frame.labels.dtype == np.uint8
    assert frame.labels.max() < len(LABELS)
    assert frame.regions.shape == (3, high, wide)
    assert np.abs(frame.regions.sum(0) - 1).max() < 0.02
    assert frame.depth.shape == (high, wide)
    assert 0 <= frame.depth.min() <= frame.depth.max() <= 1
    assert frame.light is not None
    assert frame.veil is not None
    assert frame.veil.max() > 0.1


def test_painted_over_its_own_drawing_a_frame_is_the_scene_seen_through_the_camera():
    stage = _stage(weather="rain")
    frame = stage.at(100)
    drawn = draw_scene(stage.scene, *SIZE, t_s=0.0)
    whole = seen(drawn.colours.transpose(2, 0, 1), stage.map(100, SIZE))
    assert frame.light is not None
    assert frame.veil is not None
    assert np.abs(frame.drawing * (1 - frame.veil) + frame.light - whole).max() < 0.06
    assert np.abs(frame.drawing * (1 - frame.veil) + frame.light - whole).mean() < 2e-3


def test_the_same_frame_is_the_same_in_any_order():
    one, other = _stage(), _stage()
    other.at(140)
    assert np.array_equal(one.at(120).drawing, other.at(120).drawing)
    assert np.array_equal(one.flow(116, 120)[0], other.flow(116, 120)[0])


@pytest.mark.parametrize(
    ("motif", "composition"), [("lighthouse", "on_cliff"), ("railway", "viaduct"), ("river", "meander")]
)
def test_the_flow_carries_a_drawn_frame_into_a_later_one(motif, composition):
    stage = _stage(motif, composition)
    one, other = stage.at(120), stage.at(124)
    flow, trusted = stage.flow(120, 124)
    left = np.abs(_warped(one.drawing, flow) - other.drawing).mean(0)
    assert trusted.mean() > 0.9
    assert left[trusted].mean() < 0.4 * np.abs(one.drawing - other.drawing).mean()
    assert left[trusted].mean() < left[~trusted].mean()


def test_a_frame_between_two_is_made_of_both():
    stage = _stage("railway", "viaduct")
    one, other = stage.at(120), stage.at(124)
    back, ahead = stage.between(120, 122, 124)
    made = (_warped(one.drawing, back) + _warped(other.drawing, ahead)) / 2
    assert np.abs(made - stage.at(122).drawing).mean() < 0.4 * np.abs(one.drawing - other.drawing).mean()


def test_a_frame_flows_into_itself_without_moving():
    flow, trusted = _stage().flow(120, 120)
    assert np.abs(flow).max() < 0.15
    assert trusted.mean() > 0.99


def test_layers_that_drift_are_measured_and_those_that_do_not_stay():
    scene = _scene("railway", "viaduct")
    moments = [Moment.of(draw_scene(scene, 256, 144, t_s=t), t) for t in (2.0, 2.25)]
    steps = layer_steps(moments[1], moments[0])
    for layer, step in zip(moments[1].scene.layers, steps.T, strict=True):
        if layer.label == "mountain":
            assert np.abs(step).max() < 2e-3, layer.name
    assert np.abs(steps).max() > 1e-3


def test_a_still_is_moved_through_at_any_size_with_details_from_a_small_drawing():
    stage = ShotStage(_scene("lighthouse", "on_cliff", "rain"), SHOT, None, 24, (320, 192), drawn_px=SIZE)
    assert stage.map(110, (512, 307)).shape == (2, 192, 320)
    found = stage.details_at(110)
    assert found is not None
    assert found[0].shape == (3, SIZE[1], SIZE[0])
    assert stage.lights.shape == (SIZE[1], SIZE[0])
    assert 0.2 < stage.lights.max() <= 1 + 1e-6


def test_frames_outside_of_the_shot_are_refused_but_for_what_a_dissolve_needs():
    stage = _stage()
    assert stage.at(SHOT.end_frame + 5).frame == SHOT.end_frame + 5
    for frame in (99, SHOT.end_frame + 241):
        with pytest.raises(MediaError, match="not in this shot"):
            stage.at(frame)
    with pytest.raises(MediaError, match="in order"):
        stage.between(120, 130, 124)


@pytest.mark.parametrize("weather", ["rain", "snow"])
def test_rain_and_snow_fall_in_every_frame_and_not_only_in_those_that_are_drawn(weather):
    stage = _stage(weather=weather)
    between, drawn = stage.details_between(120, 122, 124), stage.details_at(122)
    assert between is not None
    assert drawn is not None
    assert np.abs(between[0] - drawn[0]).mean() < 0.02 * np.abs(drawn[0]).mean()
    assert np.abs(between[1] - drawn[1]).mean() < 0.02 * drawn[1].mean()


def test_details_that_stand_still_are_the_same_between_frames():
    stage = _stage("city", "skyline")
    between, drawn = stage.details_between(120, 122, 124), stage.details_at(122)
    assert between is not None
    assert drawn is not None
    assert np.abs(between[0] - drawn[0]).mean() < 0.05 * drawn[0].mean() + 1e-3
