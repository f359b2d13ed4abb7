"""Key points of a face, from files and from MediaPipe's mesh."""

from __future__ import annotations

import json

import numpy as np
import pytest

from media.film.performer.face import MESH_POINTS, PARTS, face_of, read_face
from media.film.performer.finding import find_face
from schemas.errors import MediaError
from tests.media.film.performer.faces import HEIGHT, WIDTH, key_points, portrait


def written(tmp_path, facts):
    path = tmp_path / "face.json"
    path.write_text(json.dumps(facts))
    return path


def mesh():
    """The mesh that would be reduced to the drawn face; its other points lie between the eyes."""
    points = np.tile([120.0, 140.0, 0.0], (468, 1))
    points[list(MESH_POINTS), :2] = key_points()
    return points


@pytest.mark.parametrize("form", ["parts", "list", "mesh", "shares"])
def test_every_form_of_a_face_file_gives_the_same_face(tmp_path, form):
    points = key_points()
    facts = {
        "parts": {"points": {name: points[where].tolist() for name, where in PARTS.items()}},
        "list": {"points": points.tolist(), "unit": "pixels"},
        "mesh": {"points": mesh().tolist()},
        "shares": {"points": (mesh() / [WIDTH, HEIGHT, 1]).tolist(), "unit": "share"},
    }[form]
    face = read_face(written(tmp_path, facts), WIDTH, HEIGHT)
    assert np.allclose(face.points, points)
    assert face.across == pytest.approx([1, 0])
    assert face.tall_px == pytest.approx(230 - key_points()[17:27, 1].mean())


def test_the_reduction_names_each_point_once_and_each_part_has_its_place():
    assert len(set(MESH_POINTS)) == 68
    assert [where.start for where in PARTS.values()][1:] == [where.stop for where in PARTS.values()][:-1]


@pytest.mark.parametrize(
    "facts",
    [
        [],
        None,
        {},
        {"points": []},
        {"points": {"jaw": []}},
        {"points": [[1, 2]] * 67},
        {"points": [[1, 2]] * 100_000},
        {"points": [[1, 2, 3, 4]] * 68},
        {"points": [["1", "2"]] * 68},
        {"points": [[True, False]] * 68},
        {"points": [[1e300, 1]] * 68},
        {"points": [[10, 10]] * 68},
        {"points": "x" * 100},
        {"points": [[1, 2]] * 68, "unit": "inches"},
        {"points": [[1, 2]] * 68, "more": 1},
        {"points": [[1, 2]] * 67 + [[1, 2, 3]]},
    ],
)
def test_a_file_that_is_no_face_is_refused(tmp_path, facts):
    with pytest.raises(MediaError) as refused:
        read_face(written(tmp_path, facts), WIDTH, HEIGHT)
    assert len(str(refused.value)) < 500


@pytest.mark.parametrize(
    "content", [b"", b"\xff\xfe", b"NaN", b'{"points": [[NaN, 1]]}', b"[" * 100_000, b" " * (2 << 20)]
)
def test_bytes_that_are_no_face_are_refused(tmp_path, content):
    path = tmp_path / "face.json"
    path.write_bytes(content)
    with pytest.raises(MediaError):
        read_face(path, WIDTH, HEIGHT)


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        (lambda p: p * [-1, 1] + [WIDTH, 0], "tilted"),
        (lambda p: p * [1, -1] + [0, HEIGHT], "follow each other"),
        (lambda p: p * 0.1 + 50, "closer than 8 px"),
        (lambda p: p + [400, 0], "outside the portrait"),
        (
            lambda p: p + (np.arange(68)[:, None] // 5 == 6) * [45, 0],
            "turned",
        ),
        (lambda p: (p - 120)[:, ::-1] * [1, -1] + 120, "tilted"),
    ],
)
def test_points_that_could_not_sing_are_refused_and_say_why(changed, told):
    with pytest.raises(MediaError, match=told):
        face_of(changed(key_points()), WIDTH, HEIGHT)


def test_a_face_a_little_tilted_is_taken():
    turn = np.radians(20)
    turned = (key_points() - 130) @ np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]]) + 130
    assert face_of(turned, WIDTH, HEIGHT).across[1] == pytest.approx(np.sin(turn))


def test_without_mediapipe_the_remedy_is_named():
    with pytest.raises(MediaError, match="--face FILE"):
        find_face(portrait())
