from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from media.film.camera import PUSH, Look, flow_between, kept, room, scene_time, soft_depth, view_at, view_map
from media.film.pulse import pulse_of
from media.film.resampling import seen, seen_nearest
from schemas.film import Shot, View
from tests.media.film.songs import song

SIZE = (160, 96)


def _picture(width: int, height: int) -> np.ndarray:
    """Smooth waves, the same at any size."""
    y, x = np.mgrid[:height, :width]
    unit = min(width, height)
    across, down = (x - (width - 1) / 2) / unit, (y - (height - 1) / 2) / unit
    planes = (np.sin(9 * across + 4 * down), np.cos(7 * down - 5 * across), np.sin(13 * across * down + 1))
    return np.stack(planes).astype(np.float32) * 0.5 + 0.5


def _near_the_bottom() -> np.ndarray:
    depth = np.zeros((90, 150), np.float32)
    depth[50:] = 1
    return soft_depth(depth)


def _shot(**changes: object) -> Shot:
    told = {
        "first_frame": 10,
        "frames": 60,
        "section": "verse",
        "scene": 0,
        "start": View(x=-0.04, y=0.02, zoom=1.1),
        "end": View(x=0.08, y=-0.03, zoom=1.3),
    }
    return Shot(**(told | changes))  # type: ignore[arg-type]


def test_a_still_view_of_a_picture_is_the_picture():
    picture = _picture(*SIZE)
    where = view_map(Look(0, 0, 1), None, *SIZE, *SIZE)
    assert np.abs(seen(picture, where) - picture).max() < 1e-4


def test_a_zoom_of_two_shows_the_middle_half():
    picture = _picture(*SIZE)
    where = view_map(Look(0, 0, 2), None, *SIZE, *SIZE)
    assert where[0].min() == pytest.approx(SIZE[0] / 4 - 0.5 + 0.25, abs=1e-3)
    assert where[0].max() == pytest.approx(SIZE[0] * 3 / 4 - 0.5 - 0.25, abs=1e-3)
    assert seen(picture, where).shape == (3, SIZE[1], SIZE[0])


def test_a_picture_of_another_size_is_seen_alike():
    view = Look(0.05, -0.03, 1.25)
    small = seen(_picture(*SIZE), view_map(view, None, *SIZE, *SIZE))
    large = seen(_picture(SIZE[0] * 3, SIZE[1] * 3), view_map(view, None, *SIZE, SIZE[0] * 3, SIZE[1] * 3))
    assert np.abs(small - large).mean() < 3e-3


@pytest.mark.parametrize("depth", [None, _near_the_bottom()], ids=["flat", "deep"])
def test_the_flow_between_two_views_carries_one_frame_into_the_other(depth):
    one, other = Look(0.03, -0.02, 1.1), Look(-0.06, 0.04, 1.3)
    picture = _picture(SIZE[0] * 4, SIZE[1] * 4)
    frames = [seen(picture, view_map(view, depth, *SIZE, SIZE[0] * 4, SIZE[1] * 4)) for view in (one, other)]
    flow = flow_between(one, other, *SIZE, depth=depth)
    rows, columns = np.mgrid[: SIZE[1], : SIZE[0]]
    where = flow + np.stack((columns, rows))
    inside = (where[0] >= 0) & (where[0] <= SIZE[0] - 1) & (where[1] >= 0) & (where[1] <= SIZE[1] - 1)
    left = np.abs(seen(frames[0], where.astype(np.float32)) - frames[1]).mean(0)[inside].mean()
    assert inside.mean() > 0.8
    assert left < 0.02 * np.abs(frames[0] - frames[1]).mean()


def test_what_moved_by_itself_is_looked_for_where_it_was():
    still = Look(0, 0, 1)
    moved = np.zeros((2, *reversed(SIZE)), np.float32)
    moved[0], moved[1] = 0.1, -0.05
    flow = flow_between(still, still, *SIZE, moved=moved)
    assert np.allclose(flow[0], -0.1 * SIZE[1], atol=1e-3)
    assert np.allclose(flow[1], 0.05 * SIZE[1], atol=1e-3)


def test_what_is_near_moves_more_than_the_horizon():
    flow = flow_between(Look(-0.04, 0, 1.2), Look(0.04, 0, 1.2), *SIZE, depth=_near_the_bottom(), parallax=0.5)
    assert flow[0, -1].mean() > 1.5 * flow[0, 0].mean() > 0


@settings(max_examples=60, deadline=None)
@given(
    zoom=st.floats(1, 4),
    x=st.floats(-1, 1),
    y=st.floats(-1, 1),
    size=st.sampled_from([(64, 36), (36, 64), (48, 48), (17, 90)]),
    parallax=st.floats(0, 1),
)
def test_no_view_within_its_room_looks_past_the_edge(zoom, x, y, size, parallax):
    view = kept(View(x=x, y=y, zoom=zoom))
    assert max(abs(view.x), abs(view.y)) <= room(zoom)
    depth = np.linspace(0, 1, 36, dtype=np.float32)[:, None].repeat(36, 1)
    times = 100
    wide = view_map(Look(view.x, view.y, view.zoom), depth, *size, size[0] * times, size[1] * times, parallax)
    # The map is kept on the picture: that nothing had to be is seen from the spacing of its outermost pixels.
    for axis, length in ((0, size[0]), (1, size[1])):
        line = wide[axis][size[1] // 2] if axis == 0 else wide[axis][:, size[0] // 2]
        assert (np.diff(line) > 0).all()
        assert line[0] >= 0
        assert line[-1] <= length * times - 1


def test_a_move_has_no_jerk_and_ends_where_it_should():
    shot = _shot()
    looks = [view_at(shot, frame, None, 24) for frame in range(10, 70)]
    steps = np.diff([look.x for look in looks])
    assert (steps > 0).all()
    assert np.abs(np.diff(steps)).max() < 0.12 * steps.max()
    assert looks[0].x == pytest.approx(-0.04, abs=2e-3)
    assert looks[-1].zoom == pytest.approx(1.3, abs=5e-3)


def test_a_move_goes_on_after_the_end_for_the_next_shot_to_dissolve_from():
    shot = _shot()
    steps = np.diff([view_at(shot, frame, None, 24).zoom for frame in range(66, 80)])
    assert (steps > 0).all()
    assert steps.max() < 2 * steps.min()


def test_hits_push_the_picture_by_no_more_than_two_percent_and_not_at_all_in_a_still_shot():
    _, _, score, times = song("iVCo", "synth-pop")
    pulse = pulse_of(score, times, fps=24, frames=400)
    loud, calm = _shot(energy=1.0, frames=300), _shot(energy=0.0, frames=300)
    pushes = [view_at(loud, n, pulse, 24).zoom / view_at(loud, n, None, 24).zoom - 1 for n in range(10, 310)]
    assert 0.6 * PUSH < max(pushes) <= PUSH + 1e-6
    assert all(view_at(calm, n, pulse, 24) == view_at(calm, n, None, 24) for n in range(10, 310, 7))


def test_the_scene_runs_at_its_pace():
    assert scene_time(_shot(scene_s=3.0, pace=0.5), 34, 24) == pytest.approx(3.5)


def test_labels_are_taken_whole():
    labels = np.arange(12, dtype=np.uint8).reshape(1, 3, 4)
    where = np.array([[[0.4, 2.6]], [[0.4, 1.7]]], np.float32)
    assert seen_nearest(labels, where).tolist() == [[[0, 11]]]


def test_a_picture_of_one_pixel_can_be_seen():
    where = view_map(Look(0, 0, 1), None, 1, 1, 1, 1)
    assert seen(np.ones((2, 1, 1), np.float32), where).tolist() == [[[1.0]], [[1.0]]]
