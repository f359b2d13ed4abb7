"""Numbers and chord symbols in MusicXML, read within bounds."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from fractions import Fraction

from media.notation.spelling import pitch_class_of
from media.notation.xml_elements import KINDS
from schemas.errors import MediaError
from schemas.music import ChordQuality

_OTHER_KINDS: dict[str, ChordQuality] = {
    "minor-ninth": "min7",
    "major-ninth": "maj7",
    "dominant-11th": "9",
    "dominant-13th": "9",
    "diminished-seventh": "dim",
    "augmented-seventh": "aug",
    "power": "maj",
    "minor-11th": "min7",
    "minor-13th": "min7",
    "major-minor": "min",
}
_QUALITIES = _OTHER_KINDS | {kind: quality for quality, kind in KINDS.items() if quality != "add9"}
_PLAIN_NUMBER = re.compile(r"^[+-]?\d{1,12}(\.\d{1,12})?$")


def number(text: str | None, what: str, bar: int, low: float, high: float) -> Fraction:
    """The number that a text says.

    Raises:
        MediaError: it says none, or one outside `low` to `high`.
    """
    # Checked by form first: Fraction would spend minutes on an exponent such as 1e999999999.
    value = Fraction(text.strip()) if text and _PLAIN_NUMBER.match(text.strip()) else None
    if value is None or not low <= value <= high:
        raise MediaError(
            f"bar {bar + 1}: {what} {(text or '')[:30]!r} is not a number from {low:g} to {high:g}: correct it"
        )
    return value


def chord_of(element: ET.Element, bar: int) -> tuple[int, ChordQuality, int | None] | None:
    """Root, quality and bass (None where it is the root) of a `harmony`; None where it says that no chord is played."""
    kind = (element.findtext("kind") or "none").strip()
    step = (element.findtext("root/root-step") or "").strip()
    if kind == "none" or step not in ("C", "D", "E", "F", "G", "A", "B"):
        return None
    root = pitch_class_of(step, int(number(element.findtext("root/root-alter") or "0", "chord root", bar, -2, 2)))
    quality = _QUALITIES.get(kind, "min" if kind.startswith("minor") else "maj")
    added = {d.findtext("degree-value"): d.findtext("degree-type") for d in element.iterfind("degree")}
    if quality == "maj" and added.get("9") == "add":
        quality = "add9"
    if quality == "min7" and added.get("5") == "alter":
        quality = "m7b5"
    bass_step = (element.findtext("bass/bass-step") or "").strip()
    if bass_step not in ("C", "D", "E", "F", "G", "A", "B"):
        return root, quality, None
    alter = int(number(element.findtext("bass/bass-alter") or "0", "chord bass", bar, -2, 2))
    bass = pitch_class_of(bass_step, alter)
    return root, quality, None if bass == root else bass
