"""The systems of a lead sheet, engraved by verovio and taken apart, to be laid out on pages of our own."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from typing import NamedTuple

from media.notation.lettering import SMUFL_SIGNS, chord_symbol, text
from schemas.errors import MediaError

MARGIN_MM = 16
"""Room at the left and right of the music. The systems' x counts from the left margin."""

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


def engrave_systems(musicxml: bytes, page_width_mm: int = 210) -> Engraved:
    """Engraves a one-staff document whose system breaks are written in it.

    Raises:
        MediaError: the engraver cannot read the document.
    """
    import verovio

    verovio.enableLog(verovio.LOG_OFF)
    toolkit = verovio.toolkit()
    toolkit.setOptions(
        {
            "pageWidth": page_width_mm * 10,
            "pageHeight": 60000,
            "pageMarginTop": 0,
            "pageMarginBottom": 0,
            "pageMarginLeft": MARGIN_MM * 10,
            "pageMarginRight": MARGIN_MM * 10,
            "adjustPageHeight": True,
            "breaks": "encoded",
            "condense": "none",
            "footer": "none",
            "header": "none",
            "justifyVertically": False,
            "lyricSize": 4.4,
            "lyricTopMinMargin": 2.6,
            "measureMinWidth": 18,
            "minLastJustification": 0.55,
            "smuflTextFont": "none",
            "spacingLinear": 0.3,
            "spacingNonLinear": 0.55,
            "spacingSystem": 8,
            "unit": 8.6,
            "xmlIdSeed": 1,
        }
    )
    if not toolkit.loadData(musicxml.decode()) or toolkit.getPageCount() != 1:
        raise MediaError("the lead sheet could not be engraved: check that its bars add up")
    return _taken_apart(toolkit.renderToSVG(1))


def _taken_apart(svg: str) -> Engraved:
    svg = re.sub(r'\sxmlns(:\w+)?="[^"]*"', "", svg).replace("xlink:href", "href").replace("xml:lang", "lang")
    root = ET.fromstring(svg)
    suffix = "-" + root.get("id", "")
    definitions = [
        f'<g id="{glyph.get("id", "").removesuffix(suffix)}">'
        + "".join(f'<path transform="{p.get("transform")}" d="{p.get("d")}"/>' for p in glyph.iter("path"))
        + "</g>"
        for glyph in root.iterfind("defs/g")
    ]
    systems = [_system(group, suffix) for group in root.iter("g") if group.get("class", "").split()[:1] == ["system"]]
    return Engraved("".join(definitions), tuple(systems))


def _system(group: ET.Element, suffix: str) -> System:
    line = next(path for staff in group.iter("g") if staff.get("class") == "staff" for path in staff.iter("path"))
    y = float(re.findall(r"-?\d+(?:\.\d+)?", line.get("d", ""))[1])
    out: list[str] = []
    # Room for clef, key and stems where no chord symbol stands above them.
    heights = [y - 330, y + 4 * 172 + 120]
    _draw(group, "", suffix, out, heights)
    return System("".join(out), y, min(heights) - y, max(heights) - y)


def _draw(element: ET.Element, kind: str, suffix: str, out: list[str], heights: list[float]) -> None:
    """Writes what is seen of an element and its children; notes the heights that its text reaches."""
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
        out.append(text(words, x, y, "serif", 385, anchor=element.get("text-anchor", "start")))
        heights.append(y + 110)
