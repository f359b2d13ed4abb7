"""The layer of words over a picture: as SVG that can be edited, and as pixels laid on the picture."""

from __future__ import annotations

import copy
import io
import xml.etree.ElementTree as ET  # noqa: N817 - the customary name
from collections.abc import Mapping, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from media.cover.lettering import Face
from media.cover.raster import render
from media.cover.svg import Drawing, number
from media.fonts import FONT_FOLDER
from media.fonts.embed import font_face_css
from media.sleeve.sheet import Box, Line, Role, Setting, Sheet

_BAND = 256


def words_drawing(
    sheet: Sheet, setting: Setting, inks: Mapping[Role, str], plate: str = "", fields: Sequence[Box] = ()
) -> Drawing:
    """The setting as a drawing without a background, in the sheet's units.

    Args:
        sheet: the sheet.
        setting: lines, rules and a plate in their places.
        inks: colour of each role.
        plate: colour of the plate and of the fields.
        fields: small plates behind lines of small print.
    """
    drawing = Drawing(sheet.wide, sheet.high)
    for field in fields:
        drawing.rect(field.left, field.top, field.wide, field.high, fill=plate)
    if setting.plate is not None and plate:
        _draw_plate(drawing, setting, inks["title"], plate)
    for rule in setting.rules:
        drawing.rect(rule.left, rule.top, rule.wide, rule.high, fill=inks["title"])
    for line in setting.lines:
        draw_line(drawing, line, inks[line.role])
    return drawing


def draw_line(drawing: Drawing, line: Line, ink: str) -> None:
    """Put one line on a drawing."""
    style = line.face.svg_style(line.size)
    tracking = (line.face.tracking if line.spacing is None else line.spacing) * line.size
    style["letter_spacing"] = tracking
    x, y = line.x, line.y
    if line.align == "middle":  # the space after the last letter belongs to no letter
        x, y = (x + tracking / 2, y) if line.turn in ("level",) else (x, y + tracking / 2)
    elif line.align == "end":
        x, y = (x + tracking, y) if line.turn == "level" else (x, y + tracking)
    if line.turn == "columns":
        style["writing_mode"] = "vertical-rl"
    elif line.turn != "level":
        style["transform"] = f"rotate({-90 if line.turn == 'up' else 90} {number(x)} {number(y)})"
    drawing.text(line.text, x, y, text_anchor=line.align, fill=ink, **style)


def _draw_plate(drawing: Drawing, setting: Setting, ink: str, plate: str) -> None:
    box = setting.plate
    if box is None:
        return
    drawing.rect(box.left, box.top, box.wide, box.high, fill=plate)
    if setting.plate_edge:
        edge = setting.plate_edge
        for inset, thick in ((14.0, edge), (14.0 + 2.6 * edge, edge / 2.5)):
            inner = box.grown(-inset)
            drawing.rect(
                inner.left, inner.top, inner.wide, inner.high, fill="none", stroke=ink, stroke_width=max(1.2, thick)
            )


def editable_svg(drawing: Drawing, lines: Sequence[Line]) -> str:
    """The drawing with the letters it shows inside it, as fonts, so that it looks the same anywhere."""
    wanted: dict[tuple[str, str, int, str], set[str]] = {}
    for line in lines:
        for letter in line.text:
            face = _holder(letter, line.face)
            wanted.setdefault((face.family, face.file, face.weight, face.style), set()).add(letter)
    css = "".join(
        font_face_css(family, file, "".join(sorted(letters)), weight=str(weight), style=style)
        for (family, file, weight, style), letters in sorted(wanted.items())
    )
    whole = Drawing(drawing.width, drawing.height, copy.deepcopy(drawing.node))
    whole.style(css)
    return whole.to_svg()


def laid_on(
    picture: NDArray[np.uint8],
    drawing: Drawing,
    boxes: Sequence[Box],
    files: tuple[str, ...] = (),
) -> None:
    """Lay the drawing on a picture, in place, rendering only the bands that its boxes cross. Shapes: [H, W, 3]."""
    height, width = picture.shape[:2]
    scale = width / drawing.width
    for top, low in bands([box.grown(12) for box in boxes], scale, height):
        layer = rendered(drawing, (top, low), width, scale, files)
        columns = np.flatnonzero(layer[..., 3].any(axis=0))
        if not len(columns):
            continue
        left, right = int(columns[0]), int(columns[-1]) + 1
        for start in range(0, low - top, _BAND):
            part = layer[start : start + _BAND, left:right]
            under = picture[top + start : top + start + len(part), left:right]
            alpha = part[..., 3:].astype(np.float32) / 255.0
            under[:] = (under * (1 - alpha) + part[..., :3] * alpha + 0.5).astype(np.uint8)


def rendered(
    drawing: Drawing, rows: tuple[int, int], width_px: int, scale: float, files: tuple[str, ...] = ()
) -> NDArray[np.uint8]:
    """Some rows of the drawing at so many pixels wide. Shapes: [rows, width, 4], colour not multiplied by alpha."""
    from PIL import Image

    top, low = rows
    node = copy.copy(drawing.node)
    node.set("viewBox", f"0 {top / scale:.6f} {drawing.width:.6f} {(low - top) / scale:.6f}")
    node.set("width", str(width_px))
    node.set("height", str(low - top))
    png = render(ET.tostring(node, encoding="unicode"), width_px, files)
    with Image.open(io.BytesIO(png)) as image:
        drawn = np.asarray(image.convert("RGBA"), np.uint8)
    if drawn.shape[0] == low - top:
        return drawn
    fitted = np.zeros((low - top, width_px, 4), np.uint8)
    rows_there = min(low - top, drawn.shape[0])
    fitted[:rows_there] = drawn[:rows_there]
    return fitted


def bands(boxes: Sequence[Box], scale: float, height: int) -> list[tuple[int, int]]:
    """The rows of pixels that some boxes cross, as (first, end), joined where they touch."""
    spans = sorted((max(0, int(box.top * scale)), min(height, int(box.low * scale) + 1)) for box in boxes)
    joined: list[tuple[int, int]] = []
    for top, low in spans:
        if low <= top:
            continue
        if joined and top <= joined[-1][1] + 8:
            joined[-1] = (joined[-1][0], max(low, joined[-1][1]))
        else:
            joined.append((top, low))
    return joined


def _holder(letter: str, face: Face) -> Face:
    """The face that draws a letter: the line's own, or the bundled one that the renderer falls back on."""
    if ord(letter) in _codes(face.file):
        return face
    for path in sorted(FONT_FOLDER.glob("*.ttf")):
        if ord(letter) in _codes(path.name):
            return Face(path.name, face.family, face.weight, face.style)
    return face


@lru_cache(maxsize=24)
def _codes(file: str) -> frozenset[int]:
    from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

    with TTFont(FONT_FOLDER / file, lazy=True) as font:
        return frozenset(font.getBestCmap())


@lru_cache(maxsize=256)
def ink_width(text: str, face: Face) -> tuple[float, float]:
    """The white before a line and the width of its ink at size 1, kerning and shaping counted, by drawing it."""
    drawing = Drawing(100 * max(4, len(text)) + 200, 200)
    draw_line(drawing, Line(text, 100, 140, 100, 0, face, "start", "title"), "#ffffff")
    columns = np.flatnonzero(rendered(drawing, (0, 200), round(drawing.width), 1.0)[..., 3].any(axis=0))
    if not len(columns):
        return 0.0, 0.5
    return float(columns[0] - 100) / 100, float(columns[-1] + 1 - columns[0]) / 100
