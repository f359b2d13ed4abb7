"""Words set on a picture: of many settings the one that suits it best, inks measured, help where it is needed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from media.cover.colour import luminance, luminances
from media.sleeve.ground import Ground
from media.sleeve.ink import LEAST_CONTRAST, against, best_ink, deep_of, inks, paper_of, plate_colours, spread_of_light
from media.sleeve.layer import bands, rendered, words_drawing
from media.sleeve.shade import MOST_SHADE, Shade, shade_colour, shaded, slope
from media.sleeve.sheet import Box, Line, Role, Setting, Sheet
from media.sleeve.treatments import Taste

Help = Literal["none", "shade", "plate"]
_ROLES: tuple[Role, ...] = ("title", "artist", "print")
_CHANNELS: dict[Role, str] = {"title": "#ff0000", "artist": "#00ff00", "print": "#0000ff"}
_TARGET = LEAST_CONTRAST * 1.03
_BUSIEST = 0.55
"""Words on ground busier than this get a plate whatever their contrast."""
_NEAR = 0.5
"""A shade takes its colour from where its field is stronger than this."""
_FOG = 1.7
"""How much sooner a pale tint is seen than a dark shade of the same strength."""


@dataclass(frozen=True)
class Inked:
    """A setting with its colours.

    Attributes:
        setting: lines in their places.
        inks: colour of each role.
        plate: colour of the plate or of the paper frame; '' for none.
        print_plates: small fields behind the small print, in the plate's colour.
        shades: laid on the picture under the words.
        contrasts: least WCAG contrast of each role.
        busyness: behind title and artist, 0 to 1.
        help: what it took for the words to be read.
        cost: how much that shows, 0 for no help to 2 for a plate.
    """

    setting: Setting
    inks: dict[Role, str]
    plate: str
    print_plates: tuple[Box, ...]
    shades: tuple[Shade, ...]
    contrasts: dict[Role, float]
    busyness: float
    help: Help
    cost: float


def inked(
    setting: Setting,
    ground: Ground,
    palette: Sequence[str],
    taste: Taste,
    field: tuple[str, str],
    files: tuple[str, ...],
) -> Inked:
    """Inks for a setting, measured on the picture; a shade where no ink stands out, a plate where that is not enough.

    Args:
        setting: words in their places.
        ground: the picture measured, in its window where the setting has one.
        palette: '#rrggbb' colours of the picture.
        taste: how bold inks may be.
        field: colour of the plate or around the window, and of the ink on it, as `field_colours` gives them.
        files: fonts of this machine that the words need.
    """
    wanted = inks(palette, taste)
    plate, plate_ink = field
    behind = _with_fields(ground, setting, plate)
    masks = _masks(setting, ground.sheet, behind.shape[1], files)
    work = _Work(setting, ground.sheet, behind, masks, palette)
    if plate:
        wanted = (plate_ink,)
    helped: Help = "none"
    ink = work.ink_for(("title", "artist"), wanted)
    if ink is None and not plate:
        ink = work.shade_for(("title", "artist"), setting.box, wanted)
        helped = "shade" if ink is not None else helped
    busy = ground.busyness(setting.box) if setting.plate is None and setting.window is None else 0.0
    if ink is None or (busy > _BUSIEST and not plate):
        plated = _on_plate(setting, ground.sheet)
        return inked(plated, ground, palette, taste, field_colours(plated, palette, taste, 0.0), files)
    busy *= 1.0 - max((shade.amount for shade in work.shades), default=0.0)
    found: dict[Role, str] = {"title": ink, "artist": ink, "print": ink}
    prints = work.ink_for(("print",), tuple(dict.fromkeys((ink, *wanted[-2:], paper_of(palette), deep_of(palette)))))
    fields: tuple[Box, ...] = ()
    lines = [line for line in setting.lines if line.role == "print"]
    if prints is None and lines:
        prints = work.shade_for_print(_around(lines).grown(10), (paper_of(palette), deep_of(palette)), ink)
        helped = "shade" if prints is not None and helped == "none" else helped
    if prints is None and lines:
        plate = plate or deep_of(palette)
        fields = tuple(line.box.grown(14.0) for line in lines)
        prints = max((paper_of(palette), deep_of(palette)), key=lambda each: _ratio(each, plate))
        _fill(work.behind, fields, plate, ground)
    found["print"] = prints or ink
    contrasts = {role: work.contrast(role, found[role]) for role in _ROLES}
    helped = "plate" if setting.plain or fields else helped
    cost = 2.0 if helped == "plate" else work.cost
    return Inked(setting, found, plate, fields, tuple(work.shades), contrasts, busy, helped, cost)


class _Work:
    """A picture being prepared for words: what is behind each role, and the shades laid so far."""

    def __init__(
        self,
        setting: Setting,
        sheet: Sheet,
        behind: NDArray[np.uint8],
        masks: dict[Role, NDArray[np.bool_]],
        palette: Sequence[str],
    ) -> None:
        self.setting, self.sheet, self.behind, self.masks, self.palette = setting, sheet, behind, masks, palette
        self.shades: list[Shade] = []
        self.cost = 0.0

    def contrast(self, role: Role, ink: str) -> float:
        """The least contrast of an ink with what is behind and around a role; 21 where it has no letters."""
        light = luminances(self.behind[self.masks[role]])
        return against(*spread_of_light(light), luminance(ink)) if light.size else 21.0

    def ink_for(self, roles: tuple[Role, ...], wanted: Sequence[str]) -> str | None:
        """The ink that keeps the bound behind each of these roles, or none."""
        spans = [spread_of_light(luminances(self.behind[self.masks[role]])) for role in self._set(roles)]
        if not spans:
            return wanted[0]
        ink, ratio = best_ink(min(span[0] for span in spans), max(span[1] for span in spans), wanted)
        return ink if ratio >= LEAST_CONTRAST else None

    def shade_for(self, roles: tuple[Role, ...], box: Box, wanted: Sequence[str]) -> str | None:
        """Lay the weakest shade under which an ink keeps the bound, and give that ink; none where none is soft."""
        field = slope(self.sheet, box.grown(18), wide="print" not in roles)
        large = _enlarged(field, self.behind.shape)
        parts = [
            (self.behind[self.masks[role]].astype(np.float32), large[self.masks[role]][:, None])
            for role in self._set(roles)
        ]
        best: tuple[float, float, str, str] | None = None
        for ink in dict.fromkeys(wanted[-2:]):
            dark = luminance(ink) > 0.3
            tint = shade_colour(self.behind[large > _NEAR], dark=dark)
            amounts = [_least_amount(pixels, cover, tint, luminance(ink)) for pixels, cover in parts]
            found = [amount for amount in amounts if amount is not None]
            if len(found) < len(amounts) or not found:
                continue
            amount = max(found)  # fog over a dark picture shows sooner than shadow over a light one
            cost = amount * (1.0 if dark else _FOG)
            if best is None or cost < best[0]:
                best = (cost, amount, ink, tint)
        if best is None:
            return None
        cost, amount, ink, tint = best
        self.cost += cost if "title" in roles else 0.3 * cost
        shade = Shade(field, tint, amount)
        shaded(self.behind, shade)
        self.shades.append(shade)
        return ink

    def shade_for_print(self, box: Box, wanted: Sequence[str], ink: str) -> str | None:
        """A shade for the small print that leaves title and artist, in their ink, as readable as they have to be."""
        before, cost = self.behind.copy(), self.cost
        found = self.shade_for(("print",), box, wanted)
        if found is not None and min(self.contrast(role, ink) for role in ("title", "artist")) < LEAST_CONTRAST:
            self.behind, self.cost, found = before, cost, None
            self.shades.pop()
        return found

    def _set(self, roles: tuple[Role, ...]) -> list[Role]:
        """Those of the roles that have letters."""
        return [role for role in roles if self.masks[role].any()]


def _least_amount(pixels: NDArray[np.float32], cover: NDArray[np.float32], tint: str, ink: float) -> float | None:
    """The weakest shade that keeps the bound for an ink, or none that is soft. Shapes: pixels [n, 3], cover [n, 1]."""
    colour = np.array([int(tint[at : at + 2], 16) for at in (1, 3, 5)], np.float32)
    for amount in np.arange(0.06, MOST_SHADE + 0.001, 0.04):
        part = cover * np.float32(amount)
        light = luminances((pixels * (1 - part) + colour * part).astype(np.uint8))
        if against(*spread_of_light(light), ink) >= _TARGET:
            return float(amount)
    return None


def field_colours(setting: Setting, palette: Sequence[str], taste: Taste, chance: float) -> tuple[str, str]:
    """Colour of the plate or frame and the ink on it, by a chance of 0 to 1; '' where words lie on the picture."""
    if setting.window is not None and not setting.coloured:
        pair = (paper_of(palette), deep_of(palette))
        return pair if chance < 0.75 else (pair[1], pair[0])
    if setting.plate is None and setting.window is None:
        return "", ""
    pairs = plate_colours(palette, taste)
    return pairs[min(len(pairs) - 1, int(chance * chance * len(pairs)))]


def _with_fields(ground: Ground, setting: Setting, plate: str) -> NDArray[np.uint8]:
    pixels = ground.pixels.copy()
    if setting.plate is not None:
        _fill(pixels, (setting.plate,), plate, ground)
    return pixels


def _fill(pixels: NDArray[np.uint8], boxes: Sequence[Box], colour: str, ground: Ground) -> None:
    value = [int(colour[at : at + 2], 16) for at in (1, 3, 5)]
    scale = ground.scale
    for box in boxes:
        top, left = max(0, round(box.top * scale)), max(0, round(box.left * scale))
        pixels[top : round(box.low * scale), left : round(box.right * scale)] = value


def _masks(setting: Setting, sheet: Sheet, width_px: int, files: tuple[str, ...]) -> dict[Role, NDArray[np.bool_]]:
    """Where the letters of each role are, and four pixels around. Shapes: each [H, W]."""
    from scipy.ndimage import maximum_filter

    drawing = words_drawing(sheet, replace(setting, plate=None), _CHANNELS)
    scale = width_px / sheet.wide
    height_px = round(sheet.high * scale)
    masks: dict[Role, NDArray[np.bool_]] = {role: np.zeros((height_px, width_px), np.bool_) for role in _ROLES}
    boxes = [line.box.grown(30) for line in setting.lines] + list(setting.rules)
    for top, low in bands(boxes, scale, height_px):
        layer = rendered(drawing, (top, low), width_px, scale, files)
        strong = layer[..., 3] > 90
        for at, role in enumerate(_ROLES):
            letters = (strong & (layer[..., at] > 128)).astype(np.uint8)
            if letters.any():
                masks[role][top:low] |= maximum_filter(letters, 9) > 0
    return masks


def _on_plate(setting: Setting, sheet: Sheet) -> Setting:
    """The setting with a plain plate behind title and artist."""
    box = setting.box
    pad = 44.0
    low, right = min(sheet.high, box.low + pad), min(sheet.wide, box.right + pad)
    plate = Box(max(0.0, box.left - pad), max(0.0, box.top - pad), right, low)
    return replace(setting, plate=plate, plain=True)


def _around(lines: Sequence[Line]) -> Box:
    whole = lines[0].box
    for line in lines[1:]:
        whole = whole.with_(line.box)
    return whole


def _enlarged(field: NDArray[np.float32], shape: tuple[int, ...]) -> NDArray[np.float32]:
    from PIL import Image

    image = Image.fromarray(field).resize((shape[1], shape[0]), Image.Resampling.BICUBIC)
    return np.clip(np.asarray(image, np.float32), 0.0, 1.0)


def _ratio(one: str, other: str) -> float:
    brighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)
