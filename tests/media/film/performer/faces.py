"""A face drawn for tests: 68 points, and a portrait that has eyes, lips and hair where they say."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw

from media.film.performer.face import face_of

WIDTH, HEIGHT = 240, 300


def key_points() -> np.ndarray:
    turn = np.radians(np.linspace(180, 0, 17))
    jaw = np.stack([120 + 62 * np.cos(turn), 150 + 80 * np.sin(turn)], axis=1)
    brows = [
        [x, 118 - 6 * (1 - ((x - middle) / 20) ** 2)] for middle in (93, 147) for x in middle + np.arange(-20, 21, 10)
    ]
    nose = [[120, y] for y in (135, 147, 159, 170)] + [[x, 176] for x in (108, 114, 120, 126, 132)]
    eyes = []
    for middle in (95, 145):
        eyes += [[middle - 14, 136], [middle - 5, 130], [middle + 5, 130], [middle + 14, 136]]
        eyes += [[middle + 5, 140], [middle - 5, 140]]
    outer = [[98, 200], [106, 195], [113, 192], [120, 193], [127, 192], [134, 195], [142, 200]]
    outer += [[134, 207], [127, 210], [120, 211], [113, 210], [106, 207]]
    inner = [[101, 200], [110, 199.5], [120, 199.5], [130, 199.5], [139, 200], [130, 200.5], [120, 200.5], [110, 200.5]]
    return np.array([*jaw.tolist(), *brows, *nose, *eyes, *outer, *inner], dtype=np.float64)


def face():
    return face_of(key_points(), WIDTH, HEIGHT)


def portrait() -> np.ndarray:
    picture = Image.new("RGB", (WIDTH, HEIGHT), (40, 60, 70))
    pen = ImageDraw.Draw(picture)
    points = key_points()
    pen.ellipse((52, 50, 188, 240), fill=(205, 160, 130))
    for eye in (points[36:42], points[42:48]):
        pen.polygon([tuple(point) for point in eye.tolist()], fill=(245, 245, 240))
    pen.polygon([tuple(point) for point in points[48:60].tolist()], fill=(180, 70, 70))
    pen.rectangle((60, 245, 180, 300), fill=(90, 30, 40))
    noise = np.random.default_rng(0).integers(-6, 7, (HEIGHT, WIDTH, 3))
    return np.clip(np.asarray(picture).astype(int) + noise, 0, 255).astype(np.uint8)
