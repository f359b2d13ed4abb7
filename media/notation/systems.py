"""The systems of a lead sheet, engraved by verovio and taken apart, to be laid out on pages of our own."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Collection, Iterator
from typing import Any, NamedTuple

from media.notation.lettering import SMUFL_SIGNS, chord_symbol, text
from media.notation.line_breaks import BarWidths
from schemas.errors import MediaError

MARGIN_MM, LINE_MM = 16, 178
"""Room at the left and right of the music, and the length of a full system. x counts from the left margin."""

LYRIC_SIZE = 360
"""Size of the words, in hundredths of a millimetre."""

_READING = {
    "adjustPageHeight": True,
    "breaks": "encoded",
    "condense": "none",
    "defaultBottomMargin": 1.3,
    "footer": "none",
    "header": "none",
    "justifyVertically": False,
    "lyricLineThickness": 0.14,
    "lyricSize": 4.2,
    "lyricWordSpace": 1.9,
    "lyricTopMinMargin": 3.2,
    "measureMinWidth": 18,
    "minLastJustification": 0.0,
    "pageHeight": 60000,
    "pageMarginBottom": 0,
    "pageMarginLeft": MARGIN_MM * 10,
    "pageMarginRight": MARGIN_MM * 10,
    "pageMarginTop": 0,
    "pageWidth": (LINE_MM + 2 * MARGIN_MM) * 10,
    "smuflTextFont": "none",
    "spacingLinear": 0.3,
    "spacingNonLinear": 0.55,
    "spacingSystem": 8,
    "unit": 8.6,
    "xmlIdSeed": 1,
}

_HEIGHT = re.compile(r"-?[\d.]+[ ,]+(-?[\d.]+)")
_DRAWN = ("path", "rect", "ellipse", "polygon", "polyline", "use")


class System(NamedTuple):
    """One line of music. All in hundredths of a millimetre; y counts from the top of its upper staff line."""

    svg: str
    staff_top: float
    top: float
    bottom: float


class Engraved(NamedTuple):
    """All systems and the glyph definitions that they refer to."""

    definitions: str
    systems: tuple[System, ...]


def bar_widths(musicxml: bytes) -> BarWidths:
    """How wide the bars of a one-staff document are before they are stretched, in hundredths of a millimetre.

    Args:
        musicxml: a document that begins a system at every bar.

    Raises:
        MediaError: the engraver cannot read the document.
    """
    toolkit = _toolkit(musicxml)
    found = []
    for breaks in ("encoded", "none"):
        toolkit.setOptions({"breaks": breaks, "noJustification": True})
        toolkit.redoLayout()
        pages = [_root(toolkit.renderToSVG(page)) for page in range(1, toolkit.getPageCount() + 1)]
        found.append(tuple(_bar_width(group) for page in pages for group in _groups(page, "measure")))
    return BarWidths(*found)


def engrave_systems(musicxml: bytes, short: Collection[int] = ()) -> Engraved:
    """Engraves a one-staff document whose system breaks are written in it.

    Args:
        musicxml: the document.
        short: the numbers of the systems, from 0, that take half the line.

    Raises:
        MediaError: the engraver cannot read the document.
    """
    toolkit = _toolkit(musicxml)
    if toolkit.getPageCount() != 1:
        raise MediaError("the lead sheet could not be engraved: it is too long for one piece of music")
    engraved = _taken_apart(toolkit.renderToSVG(1))
    if not short:
        return engraved
    toolkit.setOptions({"pageWidth": LINE_MM * 5 + 2 * MARGIN_MM * 10})
    toolkit.redoLayout()
    halves = _taken_apart(toolkit.renderToSVG(1)).systems
    systems = zip(engraved.systems, halves, strict=True)
    return engraved._replace(
        systems=tuple(half if number in short else full for number, (full, half) in enumerate(systems))
    )


def _toolkit(musicxml: bytes) -> Any:  # noqa: ANN401 - verovio has no types
    import verovio

    verovio.enableLog(verovio.LOG_OFF)
    toolkit = verovio.toolkit()
    toolkit.setOptions(_READING)
    if not toolkit.loadData(musicxml.decode()):
        raise MediaError("the lead sheet could not be engraved: check that its bars add up")
    return toolkit


def _root(svg: str) -> ET.Element:
    svg = re.sub(r'\sxmlns(:\w+)?="[^"]*"', "", svg)
    return ET.fromstring(svg.replace("xlink:href", "href").replace("xml:lang", "lang"))


def _groups(root: ET.Element, kind: str) -> Iterator[ET.Element]:
    return (group for group in root.iter("g") if group.get("class", "").split()[:1] == [kind])


def _staff_line(group: ET.Element) -> tuple[float, float, float]:
    """Left end, height and right end of the upper staff line in a system's or bar's group."""
    line = next(path for staff in group.iter("g") if staff.get("class") == "staff" for path in staff.iter("path"))
    left, y, right = (float(number) for number in re.findall(r"-?\d+(?:\.\d+)?", line.get("d", ""))[:3])
    return left, y, right


def _bar_width(measure: ET.Element) -> float:
    left, _, right = _staff_line(measure)
    return right - left


def _taken_apart(svg: str) -> Engraved:
    root = _root(svg)
    suffix = "-" + root.get("id", "")
    definitions = [
        f'<g id="{glyph.get("id", "").removesuffix(suffix)}">'
        + "".join(f'<path transform="{p.get("transform")}" d="{p.get("d")}"/>' for p in glyph.iter("path"))
        + "</g>"
        for glyph in root.iterfind("defs/g")
    ]
    return Engraved("".join(definitions), tuple(_system(group, suffix) for group in _groups(root, "system")))


def _system(group: ET.Element, suffix: str) -> System:
    _, y, _ = _staff_line(group)
    out: list[str] = []
    # Room for clef, key and stems where no chord symbol stands above them.
    heights = [y - 330, y + 4 * 172 + 120]
    _draw(group, "", suffix, out, heights)
    return System("".join(out), y, min(heights) - y, max(heights) - y)


def _draw(element: ET.Element, kind: str, suffix: str, out: list[str], heights: list[float]) -> None:
    """Writes what is seen of an element and its children; notes the heights that its strokes and words reach."""
    names = element.get("class", "").split()
    if "placeholder" in names or "label" in names or "pgHead" in names:
        return
    if element.tag == "text":
        _letter(element, kind, out, heights)
        return
    kind = next((name for name in names if name in ("harm", "syl", "mNum", "slur", "tie", "beam")), kind)
    if element.tag in _DRAWN:
        kept = {name: value for name, value in element.attrib.items() if name not in ("id", "class")}
        if "href" in kept:
            kept["href"] = kept["href"].removesuffix(suffix)
        out.append(f"<{element.tag} " + " ".join(f'{name}="{value}"' for name, value in kept.items()) + "/>")
        heights += [float(y) for y in _HEIGHT.findall(element.get("points", element.get("d", "")))]
    for child in element:
        _draw(child, kind, suffix, out, heights)


def _letter(element: ET.Element, kind: str, out: list[str], heights: list[float]) -> None:
    words = "".join(SMUFL_SIGNS.get(letter, letter) for letter in "".join(element.itertext()))
    words = re.sub(r"\s*\n\s*", "", words)
    x, y = float(element.get("x", 0)), float(element.get("y", 0))
    if kind == "harm":
        out.append(chord_symbol(words.replace("7b5", "7♭5"), x, y, 390))
        heights.append(y - 330)
    elif kind == "mNum":
        out.append(text(words, x, y, "italic", 270))
    else:
        out.append(text(words, x, y, "serif", LYRIC_SIZE, anchor=element.get("text-anchor", "start")))
        heights.append(y + 110)
