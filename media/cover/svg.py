"""A small SVG builder: every number is rounded, every text and attribute is escaped."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET  # noqa: N817 - the customary name
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

Points = NDArray[np.float64] | Sequence[tuple[float, float]]


def number(value: float) -> str:
    """A number with at most two decimals and no trailing zeros, the same on every machine."""
    text = f"{float(value):.2f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def clean(text: str) -> str:
    """The text without characters that XML cannot hold."""
    return _NOT_XML.sub("", text)


class Drawing:
    """An SVG of a fixed size in user units, or a group inside one. Styles are keywords: `stroke_width=2` and so on."""

    def __init__(
        self, width: float, height: float, node: ET.Element | None = None, root: Drawing | None = None
    ) -> None:
        self.width, self.height = width, height
        self._root = root or self
        self._names = 0
        box = f"0 0 {number(width)} {number(height)}"
        self.node = node if node is not None else ET.Element("svg", xmlns="http://www.w3.org/2000/svg", viewBox=box)

    def group(self, **style: float | str) -> Drawing:
        """A group in this drawing that shares its style."""
        return Drawing(self.width, self.height, self._add("g", style), self._root)

    def rect(self, x: float, y: float, width: float, height: float, **style: float | str) -> None:
        """A rectangle; `rx` rounds its corners."""
        self._add("rect", {"x": x, "y": y, "width": width, "height": height, **style})

    def circle(self, x: float, y: float, radius: float, **style: float | str) -> None:
        """A circle around (x, y)."""
        self._add("circle", {"cx": x, "cy": y, "r": radius, **style})

    def line(self, x1: float, y1: float, x2: float, y2: float, **style: float | str) -> None:
        """A straight line."""
        self._add("line", {"x1": x1, "y1": y1, "x2": x2, "y2": y2, **style})

    def path(self, d: str, **style: float | str) -> None:
        """A path from its `d` commands, as `polyline` and `smooth` write them."""
        self._add("path", {"d": d, **style})

    def text(self, content: str, x: float, y: float, **style: float | str) -> None:
        """A line of text whose baseline starts at (x, y), or as `text_anchor` says."""
        self._add("text", {"x": x, "y": y, **style}).text = clean(content)

    def image(self, x: float, y: float, width: float, height: float, source: str) -> None:
        """A picture from a `data:` address."""
        self._add("image", {"x": x, "y": y, "width": width, "height": height, "href": source})

    def gradient(
        self, stops: Sequence[tuple[float, str, float]], *, vertical: bool = True, radial: bool = False
    ) -> str:
        """A paint reference to a gradient of (place 0-1, colour, opacity) stops across the painted shape."""
        kind = "radialGradient" if radial else "linearGradient"
        places: dict[str, float] = (
            {} if radial else {"x1": 0, "y1": 0, "x2": 0 if vertical else 1, "y2": 1 if vertical else 0}
        )
        node, reference = self._named(kind, places)
        for place, colour, opacity in stops:
            attributes = {"offset": number(place), "stop-color": colour, "stop-opacity": number(opacity)}
            ET.SubElement(node, "stop", attributes)
        return reference

    def clip(self) -> tuple[Drawing, str]:
        """A clip region to draw into, and the reference for `clip_path`."""
        node, reference = self._named("clipPath", {})
        return Drawing(self.width, self.height, node, self._root), reference

    def style(self, css: str) -> None:
        """A style sheet at the head of the drawing."""
        node = ET.Element("style")
        node.text = clean(css)
        self._root.node.insert(0, node)

    def to_svg(self) -> str:
        """The drawing as SVG text."""
        return ET.tostring(self._root.node, encoding="unicode")

    def _named(self, tag: str, attributes: dict[str, float]) -> tuple[ET.Element, str]:
        self._root._names += 1
        name = f"n{self._root._names}"
        node = ET.SubElement(
            self._root.node, tag, {"id": name, **{key: number(value) for key, value in attributes.items()}}
        )
        return node, f"url(#{name})"

    def _add(self, tag: str, attributes: dict[str, float | str]) -> ET.Element:
        written = {
            key.replace("_", "-"): clean(value) if isinstance(value, str) else number(value)
            for key, value in attributes.items()
        }
        return ET.SubElement(self.node, tag, written)


def polyline(points: Points, *, closed: bool = False) -> str:
    """Path commands of straight lines through points. Shapes: [n, 2]."""
    body = "L".join(f"{number(x)} {number(y)}" for x, y in np.asarray(points, dtype=np.float64))
    return f"M{body}{'Z' if closed else ''}"


def smooth(points: Points, *, closed: bool = False, start: str = "M") -> str:
    """Path commands of a Catmull-Rom curve through points. Shapes: [n, 2], n >= 2.

    Args:
        points: the points it goes through.
        closed: joins the end to the beginning as smoothly.
        start: 'M' begins a path, 'L' goes on with one.
    """
    at = np.asarray(points, dtype=np.float64)
    before = np.roll(at, 1, axis=0) if closed else np.vstack([at[:1], at[:-1]])
    after = np.roll(at, -1, axis=0) if closed else np.vstack([at[1:], at[-1:]])
    pull = (after - before) / 6.0
    count = len(at) if closed else len(at) - 1
    commands = [f"{start}{number(at[0, 0])} {number(at[0, 1])}"]
    for index in range(count):
        following = (index + 1) % len(at)
        one, two, end = at[index] + pull[index], at[following] - pull[following], at[following]
        commands.append("C" + " ".join(number(value) for value in (*one, *two, *end)))
    return "".join(commands) + ("Z" if closed else "")


def wedge(x: float, y: float, inner: float, outer: float, start_rad: float, end_rad: float) -> str:
    """Path commands of a piece of a ring around (x, y); angles in radians, clockwise from the right."""
    turns = np.linspace(start_rad, end_rad, max(2, int(abs(end_rad - start_rad) * 24) + 2))
    edge = np.stack([np.cos(turns), np.sin(turns)], axis=1)
    centre = np.array([x, y])
    if inner <= 0:
        return polyline(np.vstack([centre[None], centre + outer * edge]), closed=True)
    return polyline(np.vstack([centre + outer * edge, centre + inner * edge[::-1]]), closed=True)
