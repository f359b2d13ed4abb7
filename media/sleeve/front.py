"""Fronts: title, artist and small print on a picture, as a sleeve designer would set them."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from media.cover.colour import luminance
from media.cover.lettering import drawable
from media.cover.svg import Drawing
from media.sleeve.blocks import Manner, Words, block, places
from media.sleeve.faces import GARAMOND
from media.sleeve.ground import Ground, measured
from media.sleeve.ink import LEAST_CONTRAST, against, deep_of, paper_of
from media.sleeve.layer import editable_svg, laid_on, words_drawing
from media.sleeve.lettered import Help, Inked, field_colours, inked
from media.sleeve.shade import shaded
from media.sleeve.sheet import Calm, Setting, Sheet
from media.sleeve.small_print import small_print_lines
from media.sleeve.treatments import TREATMENTS, Treatment
from media.sleeve.window import best_cut, fitted_to, windowed
from schemas.errors import MediaError
from schemas.plan import Genre, Mood

LONGEST_TEXT = 300
"""Longer titles and names are cut to this many characters."""
_SIDES_PX = (64, 8192)
_TRIED = 5
_UNSEEN = 0.12
"""A setting whose help costs less than this is taken without looking further."""
_FIELD_COST = 0.3
"""What a field of its own for the words costs: it is always legible, and takes from the picture."""


@dataclass(frozen=True)
class LetteredPicture:
    """A picture with its words.

    Attributes:
        pixels: the front. Shapes: [H, W, 3].
        treatment: name of the way it is set.
        place: part of the picture the title stands in.
        help: 'none', 'shade' (a soft graduated shade lies behind words) or 'plate'.
        title_contrast: least WCAG contrast of the title and what lies behind and around it.
        least_contrast: the same of all words.
        busyness: behind title and artist, 0 (flat) to 1.
        inked: lines, inks and fields, for measures.
        sheet: the sheet in units.
        notes: what a person should know: letters left out, words cut, help given.
    """

    pixels: NDArray[np.uint8]
    treatment: str
    place: Calm
    help: Help
    title_contrast: float
    least_contrast: float
    busyness: float
    inked: Inked
    sheet: Sheet
    notes: tuple[str, ...] = ()

    @cached_property
    def words_svg(self) -> bytes:
        """The words and plates alone, transparent elsewhere, with their letters inside: to be edited."""
        return editable_svg(_drawing(self.inked, self.sheet), self.inked.setting.lines).encode()


def letter_front(
    picture: NDArray[np.uint8],
    *,
    title: str,
    artist: str,
    small_print: tuple[str, ...] = (),
    calm: tuple[Calm, ...] = ("top", "bottom"),
    palette: tuple[str, ...] = (),
    seed: int = 0,
    size_px: int = 3000,
    genre: Genre | None = None,
    mood: Mood | None = None,
    treatment: str = "",
    untitled: str = "Untitled",
) -> LetteredPicture:
    """The front of an album: its picture, scaled to a square of `size_px`, with words.

    Args:
        picture: a square picture. Shapes: [H, W, 3].
        title: of the album; `untitled` is shown where nothing of it can be drawn.
        artist: name under the title; '' for none.
        small_print: very small lines; the last stands at the right. The AI disclosure belongs here.
        calm: parts of the picture that are quiet, best first; the picture itself is measured too.
        palette: '#rrggbb' colours of the picture that inks may take up; may be empty.
        seed: chooses among treatments that suit; the same seed gives the same bytes.
        size_px: width and height, 64 to 8192.
        genre: of the album; leans the choice of treatment.
        mood: of the album; leans the choice of treatment.
        treatment: asks for one of `TREATMENTS` by name; another is taken where it cannot hold the words.
        untitled: what to call a front without a title.

    Raises:
        MediaError: the picture is not square or not RGB, a size is out of bounds, or there is no such treatment.
    """
    if picture.ndim != 3 or picture.shape[2] != 3 or picture.shape[0] != picture.shape[1]:
        raise MediaError(f"a front is set on a square RGB picture, not on one of shape {picture.shape}: crop it first")
    return letter_picture(
        picture,
        (size_px, size_px),
        title=title,
        artist=artist,
        small_print=small_print,
        calm=calm,
        palette=palette,
        seed=seed,
        genre=genre,
        mood=mood,
        treatment=treatment,
        untitled=untitled,
    )


def letter_picture(
    picture: NDArray[np.uint8],
    size_px: tuple[int, int],
    *,
    title: str,
    artist: str,
    small_print: tuple[str, ...] = (),
    calm: tuple[Calm, ...] = ("top", "bottom"),
    palette: tuple[str, ...] = (),
    seed: int = 0,
    genre: Genre | None = None,
    mood: Mood | None = None,
    treatment: str = "",
    untitled: str = "Untitled",
) -> LetteredPicture:
    """A picture of any shape with words. It is cropped about its middle to the shape, and scaled.

    Args:
        picture: Shapes: [H, W, 3].
        size_px: width and height wanted, each 64 to 8192.
        title: as in `letter_front`.
        artist: as in `letter_front`.
        small_print: as in `letter_front`.
        calm: as in `letter_front`.
        palette: as in `letter_front`.
        seed: as in `letter_front`.
        genre: as in `letter_front`.
        mood: as in `letter_front`.
        treatment: as in `letter_front`; give a song the treatment of its album's front.
        untitled: as in `letter_front`.

    Raises:
        MediaError: a size is out of bounds, or there is no such treatment.
    """
    low, high = _SIDES_PX
    if not all(low <= side <= high for side in size_px):
        raise MediaError(f"a picture of {size_px[0]}x{size_px[1]} px cannot be lettered: ask for {low} to {high} px")
    if treatment and treatment not in TREATMENTS:
        raise MediaError(f"there is no treatment {treatment!r}: choose from {', '.join(TREATMENTS)}")
    words, files, notes = _words(title, artist, small_print, untitled)
    full = fitted_to(picture, size_px)
    ground = measured(full)
    rng = np.random.default_rng(seed)
    liking = {name: _liking(each, genre, mood, float(rng.random())) for name, each in TREATMENTS.items()}
    chance = float(rng.random())
    chosen, result = _chosen(words, ground, palette, calm, liking, treatment, chance, files)
    if treatment and chosen != treatment:
        notes.append(f"{treatment!r} cannot hold the words on this picture; {chosen!r} was taken")
    if result.help == "shade":
        strongest = max(shade.amount for shade in result.shades)
        notes.append(f"a soft shade of {strongest:.0%} lies behind words, for no ink stood out enough without")
    if result.help == "plate":
        notes.append("words stand on a plate, for no ink stood out enough on the picture")
    return _painted(full, chosen, result, ground, files, tuple(notes), seed)


def _words(
    title: str, artist: str, small_print: tuple[str, ...], untitled: str
) -> tuple[Words, tuple[str, ...], list[str]]:
    notes: list[str] = []
    shown = []
    for text, name in ((title, "title"), (artist, "name")):
        if len(text) > LONGEST_TEXT:
            notes.append(f"the {name} of {len(text)} characters is cut to {LONGEST_TEXT}")
        shown.append(text[:LONGEST_TEXT])
    found = drawable(shown[0], instead=untitled or "Untitled")
    if not shown[0].strip():
        notes.append(f"there is no title; the front says {found.text!r}")
    named = drawable(shown[1], instead="") if shown[1].strip() else None
    prints = tuple(drawable(text[:120], instead="").text for text in small_print if text.strip())
    files = (*found.font_files, *(named.font_files if named else ()))
    notes += [*found.notes, *(named.notes if named else ())]
    words = Words(found.text, named.text if named else "", tuple(text for text in prints if text))
    return words, tuple(dict.fromkeys(files)), list(dict.fromkeys(notes))


def _liking(treatment: Treatment, genre: Genre | None, mood: Mood | None, chance: float) -> float:
    """How much a treatment is wanted before the picture has its say."""
    return 0.18 * (genre in treatment.genres) + 0.1 * (mood in treatment.moods) + 0.6 * chance


def _chosen(
    words: Words,
    ground: Ground,
    palette: Sequence[str],
    calm: tuple[Calm, ...],
    liking: dict[str, float],
    asked: str,
    chance: float,
    files: tuple[str, ...],
) -> tuple[str, Inked]:
    """The setting to take: of the few that promise most the first that needs no help, else a shade, else a plate."""
    offers: list[tuple[float, str, Setting]] = []
    for names in _asked(asked):
        offers = [
            (liking[name] + _promise(setting, ground, palette, calm), name, setting)
            for name in names
            for setting in TREATMENTS[name].settle(words, ground.sheet)
            if setting.within(ground.sheet)
        ]
        if offers:
            break
    if not offers:
        offers = [(0.0, "quiet_serif", _last_resort(words, ground.sheet))]
    offers.sort(key=lambda offer: -offer[0])
    best: tuple[str, Inked] | None = None
    for _, name, setting in _varied(offers):
        colours = field_colours(setting, palette, TREATMENTS[name].taste, chance)
        shown = _shown(ground, setting, colours[0])
        prints = small_print_lines(words.small_print, setting, shown, (paper_of(palette), deep_of(palette)))
        whole = replace(setting, lines=(*setting.lines, *prints))
        result = inked(whole, shown, palette, TREATMENTS[name].taste, colours, files)
        if best is None or result.cost < best[1].cost:
            best = (name, result)
        if result.cost < _UNSEEN:
            break
    if best is None:
        raise MediaError("no setting was offered: give a title of at least one letter")
    return best


def _shown(ground: Ground, setting: Setting, around: str) -> Ground:
    """The ground as it is once the picture stands in its window."""
    if setting.window is None:
        return ground
    return measured(windowed(ground.pixels, setting.window, around, ground.sheet, best_cut(ground, setting.window)))


def _asked(name: str) -> list[tuple[str, ...]]:
    """Treatments to look among, in order: the one asked for, its kin, and then any."""
    kin: list[tuple[str, ...]] = []
    while name and (name,) not in kin:
        kin.append((name,))
        name = TREATMENTS[name].kin
    return [*kin, tuple(TREATMENTS)]


def _varied(offers: list[tuple[float, str, Setting]]) -> Iterator[tuple[float, str, Setting]]:
    """The best offers; those far behind the best are not tried, however little help they need."""
    for offer in offers[:_TRIED]:
        if offer[0] >= offers[0][0] - 0.35:
            yield offer


def _promise(setting: Setting, ground: Ground, palette: Sequence[str], calm: tuple[Calm, ...]) -> float:
    """How well a setting suits the picture, judged by the rectangles of its lines."""
    ranks = {place: 0.3 - 0.1 * index for index, place in enumerate(calm)}
    worth = ranks.get(setting.place, -0.35 if setting.place == "middle" else -0.12)
    lines = [line for line in setting.lines if line.role != "print"]
    size = max(line.size for line in lines if line.role == "title")
    worth += 0.13 * math.log2(max(size, 40.0) / 90.0)
    if setting.window is not None:
        return worth - _FIELD_COST
    if setting.plate is not None:
        return worth - _FIELD_COST - 1.1 * ground.busyness(setting.plate)
    areas = [line.wide * line.size for line in lines]
    spots = [ground.busyness(line.box) for line in lines]
    busy = sum(spot * area for spot, area in zip(spots, areas, strict=True)) / sum(areas) + 0.25 * max(spots)
    spans = [ground.lights(line.box) for line in lines]
    low, high = min(span[0] for span in spans), max(span[1] for span in spans)
    ratio = max(against(low, high, luminance(ink)) for ink in (paper_of(palette), deep_of(palette)))
    return worth - 1.3 * busy - 0.5 * max(0.0, math.log2(LEAST_CONTRAST * 1.1 / ratio))


def _last_resort(words: Words, sheet: Sheet) -> Setting:
    """The title as large as it fits in many lines; no treatment could hold it."""
    box = places(sheet, deep=0.6)["top"][0]
    for smallest in (24.0, 12.0, 4.0):
        manner = Manner(GARAMOND, 120, most_lines=12, artist_size=30, smallest=smallest)
        setting = block(words, box, "top", "top", manner)
        if setting is not None:
            return setting
    raise MediaError(f"the title {words.title[:40]!r} fits at no size: shorten it")


def _painted(
    full: NDArray[np.uint8],
    name: str,
    result: Inked,
    ground: Ground,
    files: tuple[str, ...],
    notes: tuple[str, ...],
    seed: int,
) -> LetteredPicture:
    setting, sheet = result.setting, ground.sheet
    pixels = full
    if setting.window is not None:
        pixels = windowed(full, setting.window, result.plate, ground.sheet, best_cut(ground, setting.window))
    for shade in result.shades:
        shaded(pixels, shade, seed=seed)
    drawing = _drawing(result, sheet)
    boxes = [line.box for line in setting.lines] + list(setting.rules) + list(result.print_plates)
    if setting.plate is not None:
        boxes.append(setting.plate)
    laid_on(pixels, drawing, boxes, files)
    contrasts = result.contrasts
    return LetteredPicture(
        pixels=pixels,
        treatment=name,
        place=setting.place,
        help=result.help,
        title_contrast=round(contrasts["title"], 2),
        least_contrast=round(min(contrasts.values()), 2),
        busyness=round(result.busyness, 3),
        inked=result,
        sheet=sheet,
        notes=notes,
    )


def _drawing(result: Inked, sheet: Sheet) -> Drawing:
    return words_drawing(sheet, result.setting, result.inks, result.plate, result.print_plates)
