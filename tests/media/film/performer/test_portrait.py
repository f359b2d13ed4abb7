"""The frames of a portrait that sings."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from media.film.performer.face import PARTS, face_of
from media.film.performer.framing import frame_portrait, read_portrait
from media.film.performer.muscles import Pose, rig
from media.film.performer.performance import Performance
from media.film.performer.portrait import REGIONS, Performer
from media.film.performer.warping import Spline, grid, look_up, pack
from schemas.errors import MediaError
from tests.media.film.performer.faces import HEIGHT, WIDTH, face, key_points, portrait

AH, OO, EM, SHUT = Pose(jaw=1.0), Pose(jaw=0.3, wide=-0.5, round=1.0), Pose(jaw=0.3, press=1.0), Pose(blink=1.0)
TURNED = Pose(jaw=0.6, brow=1.0, sway=0.04, nod=0.03, roll=0.05)


def performer(*poses, size=(320, 180)):
    played = np.array(poses)
    performance = Performance(24.0, played[:, :5], *played[:, 5:].T)
    return Performer(portrait(), face(), performance, width_px=size[0], height_px=size[1])


def test_frames_are_planar_bytes_of_the_asked_size_and_the_same_wherever_one_begins():
    for size in ((320, 180), (181, 321), (64, 64), (16, 16)):
        made = performer(Pose(), AH, OO, EM, SHUT, TURNED, size=size)
        frames = list(made.frames())
        assert {frame.shape for frame in frames} == {(3, size[1], size[0])}
        assert {frame.dtype for frame in frames} == {np.dtype(np.uint8)}
        again = performer(Pose(), AH, OO, EM, SHUT, TURNED, size=size)
        for first in (5, 3, 1):
            assert np.array_equal(next(again.frames(first, 1)), frames[first])


def test_a_face_at_rest_looks_as_it_was_painted():
    made = performer(Pose(), AH)
    still, _ = frame_portrait(portrait(), face(), 320, 180)
    rest, sung = made.frames()
    assert np.abs(rest.astype(int) - still.astype(int)).mean() < 1.0
    assert np.abs(rest[:, :, :2].astype(int) - still[:, :, :2]).max() < 10
    assert np.array_equal(rest[:, :, :2], sung[:, :, :2])


def test_the_mouth_opens_to_a_dark_hole_and_closes_without_one():
    made = performer(Pose(), AH, OO, EM)
    rest, open_wide, pursed, pressed = made.frames()
    for frame, number, holds in ((open_wide, 1, True), (pursed, 2, True), (pressed, 3, False)):
        lips = made.points(number)[60:68]
        x, y = lips.mean(axis=0).round().astype(int)
        assert (frame[:, y, x].astype(int).sum() < rest[:, y, x].astype(int).sum() / 2) == holds
    height = [float(np.ptp(made.points(frame)[60:68, 1])) for frame in range(4)]
    width = [float(np.ptp(made.points(frame)[60:68, 0])) for frame in range(4)]
    assert height[1] > 2 * height[2] > 4 * height[3]
    assert width[2] < 0.75 * width[1]
    assert width[1] <= width[0]


def test_the_chin_goes_down_with_the_jaw_and_the_nose_stays():
    made = rig(face())
    moved = made.moved(AH) - made.points
    assert moved[8, 1] > 10
    assert moved[57, 1] > moved[8, 1] * 0.9
    assert np.abs(moved[27:36]).max() < 1e-9
    assert np.abs(made.moved(TURNED)[made.fixed :] - made.points[made.fixed :]).max() == 0.0


def test_shut_eyes_hide_the_white_of_the_eye():
    made = performer(Pose(), SHUT, Pose())
    rest, shut, after = made.frames()
    x, y = made.points(0)[36:42].mean(axis=0).round().astype(int)
    assert rest[2, y, x] > 200 > 170 > shut[2, y, x]
    assert np.array_equal(rest, after)


def test_maps_name_the_regions_and_the_mouth_grows_with_the_jaw():
    made = performer(Pose(), AH)
    rest, sung = made.maps()
    assert rest.shape == (180, 320)
    assert set(np.unique(rest)) == set(range(len(REGIONS))) - {REGIONS.index("mouth")}
    assert (sung == REGIONS.index("mouth")).sum() > 60
    x, y = made.points(1)[60:68].mean(axis=0).round().astype(int)
    assert sung[y, x] == REGIONS.index("mouth")


def test_a_narrow_portrait_has_its_sides_filled_and_a_wide_frame_shows_the_whole_face():
    for size in ((640, 180), (180, 640), (320, 180)):
        picture, framed = frame_portrait(portrait(), face(), *size)
        assert picture.shape == (3, size[1], size[0])
        assert picture.mean(axis=(0, 1)).min() > 5
        assert (framed.points > 0).all()
        assert (framed.points < np.array(size)).all()


def test_a_spline_meets_the_places_it_was_given():
    draw = np.random.default_rng(0)
    places, moves = draw.uniform(0, 100, (30, 2)), draw.normal(0, 3, (30, 2))
    places = np.round(places)
    spline = Spline(places, moves, 50.0)
    field = spline.at(np.arange(101, dtype=np.float32), np.arange(101, dtype=np.float32))
    found = field[:, places[:, 1].astype(int), places[:, 0].astype(int)].T
    assert np.abs(found - moves).max() < 0.15


def test_two_places_that_meet_make_no_wild_spline():
    places = np.array([[10.0, 10], [10, 10], [50, 10], [10, 50], [50, 50]])
    field = Spline(places, np.array([[0.0, 1], [0, 2], [0, 0], [0, 0], [0, 0]]), 30.0)
    moved = field.at(np.arange(61, dtype=np.float32), np.arange(61, dtype=np.float32))
    assert np.abs(moved).max() < 4


def test_a_look_up_of_every_pixel_gives_the_picture_and_between_two_their_mean():
    picture = np.random.default_rng(1).integers(0, 256, (3, 40, 50), dtype=np.uint8)
    across, down = np.meshgrid(np.arange(49, dtype=np.float32), np.arange(39, dtype=np.float32))
    out = np.empty((3, 39, 49), dtype=np.uint8)
    look_up(pack(picture), across, down, out)
    assert np.array_equal(out, picture[:, :39, :49])
    look_up(pack(picture), across + 0.5, down, out)
    halves = (picture[:, :39, :49].astype(int) + picture[:, :39, 1:50]) // 2
    assert np.abs(out - halves).max() <= 1
    look_up(pack(picture), across - 1e6, down + 1e6, out)
    assert np.abs(out.astype(int) - picture[:, -1:, :1]).max() <= 16


def test_a_grid_brings_a_plane_to_every_pixel():
    made = grid((10, 20, 47, 61), 8)
    plane = made.rows[:, None] * 2 + made.columns[None, :]
    wanted = np.arange(20, 61)[:, None] * 2 + np.arange(10, 47)[None, :]
    assert np.allclose(made.spread(plane.astype(np.float32)), wanted, atol=1e-3)


def test_frames_and_sizes_that_do_not_exist_are_refused():
    made = performer(Pose(), AH)
    for first, count in ((-1, 1), (0, 3), (3, None)):
        with pytest.raises(MediaError, match="frames 0 to 1"):
            made.frames(first, count)
        with pytest.raises(MediaError, match="frames 0 to 1"):
            made.maps(first, count)
    with pytest.raises(MediaError, match="16 to 8192"):
        performer(Pose(), size=(8, 8))
    with pytest.raises(MediaError, match="for a face in"):
        frame_portrait(portrait()[:-1], face(), 320, 180)


def test_portraits_are_read_in_bounds(tmp_path):
    path = tmp_path / "portrait.png"
    Image.fromarray(portrait()).save(path)
    assert np.array_equal(read_portrait(path), portrait())
    turned = tmp_path / "turned.jpg"
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.fromarray(portrait()).save(turned, exif=exif)
    assert read_portrait(turned).shape == (WIDTH, HEIGHT, 3)
    path.write_bytes(path.read_bytes()[:2000])
    with pytest.raises(MediaError, match="cannot be read"):
        read_portrait(path)
    path.write_bytes(b"<svg/>")
    with pytest.raises(MediaError, match="cannot be read"):
        read_portrait(path)
    with pytest.raises(MediaError, match="cannot be read"):
        read_portrait(tmp_path / "missing.png")
    Image.new("RGB", (20, 20)).save(path)
    with pytest.raises(MediaError, match="20x20"):
        read_portrait(path)
    Image.new("1", (16_000, 16_000)).save(path)
    with pytest.raises(MediaError, match=r"64,000,000|cannot be read"):
        read_portrait(path)


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 2**31), spread=st.floats(0, 40), size=st.sampled_from([(64, 36), (36, 64), (160, 90)]))
def test_any_face_that_is_taken_can_be_painted(seed, spread, size):
    draw = np.random.default_rng(seed)
    points = key_points() + draw.normal(0, spread, (68, 2)) * (draw.uniform(0, 1, (68, 1)) < 0.3)
    if seed % 3 == 0:
        points[PARTS["eye_left"]] = points[36]
    if seed % 5 == 0:
        points[PARTS["mouth_inner"]] = points[60]
    try:
        strange = face_of(points, WIDTH, HEIGHT)
    except MediaError:
        return
    played = np.array([Pose(), AH, TURNED._replace(blink=0.7)])
    performance = Performance(24.0, played[:, :5], *played[:, 5:].T)
    made = Performer(portrait(), strange, performance, width_px=size[0], height_px=size[1])
    assert len(list(made.frames())) == len(list(made.maps())) == 3
