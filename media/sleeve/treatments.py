"""Ways of setting a front, as sleeve designers have: each offers places for words, or none where it does not suit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Literal

from media.sleeve.blocks import Manner, Words, block, places
from media.sleeve.faces import (
    BODONI,
    BODONI_CAPITALS,
    FRAUNCES,
    GARAMOND,
    GARAMOND_CAPITALS,
    GARAMOND_ITALIC,
    GROTESQUE,
    JOST_CAPITALS,
    JOST_MEDIUM,
    MONO,
    SYNE,
    is_right_to_left,
)
from media.sleeve.plates import banded, cartouched, framed, obi
from media.sleeve.posters import across, edged, headed, spread
from media.sleeve.sheet import Box, Calm, Setting, Sheet
from schemas.plan import Genre, Mood

Taste = Literal["quiet", "loud"]
"""Whether inks stay with paper and near-black, or may be a strong colour of the picture."""


@dataclass(frozen=True)
class Treatment:
    """A way of setting a front.

    Attributes:
        name: e.g. 'classical'.
        settle: settings it offers on a sheet, none where the words do not suit it.
        taste: how bold its inks may be.
        genres: music that it is most at home with.
        moods: moods that it is most at home with.
        kin: name of the treatment nearest to it in letters, for shapes and words that it does not suit.
    """

    name: str
    settle: Callable[[Words, Sheet], list[Setting]]
    taste: Taste = "quiet"
    genres: tuple[Genre, ...] = ()
    moods: tuple[Mood, ...] = ()
    kin: str = "quiet_serif"


def _blocks(manner: Manner, where: tuple[Calm, ...], deep: float, words: Words, sheet: Sheet) -> list[Setting]:
    found = []
    for place in where:
        box, anchor = places(sheet, deep=deep)[place]
        if place in ("top", "bottom") and manner.align == "start" and sheet.wide > 1.4 * sheet.high:
            box = Box(box.left, box.top, box.left + 0.6 * box.wide, box.low)
        setting = block(words, box, place, anchor, manner)
        if setting is not None:
            found.append(setting)
    return found


def _corners(manner: Manner, words: Words, sheet: Sheet) -> list[Setting]:
    body = sheet.body
    wide = min(body.wide, 0.62 * sheet.wide if sheet.wide <= sheet.high else 0.4 * sheet.wide)
    high = 0.3 * sheet.high
    right_first = is_right_to_left(words.title)
    left, right = (body.left, body.left + wide), (body.right - wide, body.right)
    found = []
    ends: tuple[tuple[Literal["top", "bottom"], float], ...] = (("top", body.top), ("bottom", body.low - high))
    for near in (right, left) if right_first else (left, right):
        turned = manner if near is (right if right_first else left) else _mirrored(manner)
        for end, top in ends:
            setting = block(words, Box(near[0], top, near[1], top + high), end, end, turned)
            if setting is not None:
                found.append(setting)
    return found


def _mirrored(manner: Manner) -> Manner:
    return replace(manner, align="end" if manner.align == "start" else "start")


_ALL: tuple[Calm, ...] = ("top", "bottom", "left", "right")
_ENDS: tuple[Calm, ...] = ("top", "bottom")

_QUIET = Manner(GARAMOND, 184, artist_size=40)
_ITALIC = Manner(GARAMOND_ITALIC, 196, align="middle", artist_size=38)
_DIDONE = Manner(BODONI, 172, align="middle", artist_size=36)
_TIGHT = Manner(GROTESQUE, 214, artist_size=42, smallest=84)
_SOFT = Manner(FRAUNCES, 208, artist_size=44, smallest=84)
_WIDE = Manner(SYNE, 150, artist_face=JOST_MEDIUM, artist_size=44, smallest=72)
_CLASSICAL = Manner(GARAMOND_CAPITALS, 96, align="middle", artist_face=GARAMOND_ITALIC, artist_size=54, rule=132)
_CORNER = Manner(JOST_MEDIUM, 62, most_lines=4, artist_face=JOST_CAPITALS, artist_size=29)
_TYPED = Manner(MONO, 60, most_lines=5, artist_face=MONO, artist_size=34, rule=54)

TREATMENTS: dict[str, Treatment] = {
    each.name: each
    for each in (
        Treatment(
            "quiet_serif",
            partial(_blocks, _QUIET, _ALL, 0.42),
            genres=("folk", "piano-ballad"),
            moods=("calm", "melancholy", "hopeful"),
        ),
        Treatment(
            "italic",
            partial(_blocks, _ITALIC, (*_ENDS, "middle"), 0.42),
            genres=("piano-ballad", "bossa"),
            moods=("tender", "nostalgic"),
        ),
        Treatment(
            "didone",
            partial(_blocks, _DIDONE, (*_ENDS, "middle"), 0.42),
            genres=("bossa", "piano-ballad", "synth-pop"),
            moods=("tender", "triumphant"),
        ),
        Treatment(
            "grotesque", partial(_blocks, _TIGHT, _ENDS, 0.5), "loud", ("rock", "synth-pop"), ("restless", "triumphant")
        ),
        Treatment("soft_black", partial(_blocks, _SOFT, _ENDS, 0.5), "loud", ("folk", "bossa"), ("joyful", "hopeful")),
        Treatment("wide", partial(_blocks, _WIDE, _ENDS, 0.46), "loud", ("synth-pop", "lo-fi"), ("restless", "joyful")),
        Treatment(
            "classical",
            partial(_blocks, _CLASSICAL, (*_ENDS, "middle"), 0.44),
            genres=("piano-ballad", "folk"),
            moods=("melancholy", "calm", "triumphant"),
        ),
        Treatment(
            "corner", partial(_corners, _CORNER), genres=("lo-fi", "synth-pop", "bossa"), moods=("calm", "nostalgic")
        ),
        Treatment("typed", partial(_corners, _TYPED), genres=("lo-fi",), moods=("nostalgic", "melancholy")),
        Treatment("edge", edged, "loud", ("rock", "lo-fi"), ("restless", "melancholy"), "across"),
        Treatment("across", across, "loud", ("rock", "folk"), ("triumphant", "restless", "joyful"), "grotesque"),
        Treatment("header", headed, genres=("bossa", "lo-fi", "piano-ballad"), moods=("calm", "hopeful"), kin="corner"),
        Treatment(
            "spread",
            spread,
            genres=("synth-pop", "piano-ballad"),
            moods=("calm", "melancholy", "hopeful"),
            kin="corner",
        ),
        Treatment(
            "band",
            partial(banded, FRAUNCES),
            "loud",
            ("bossa", "rock", "folk"),
            ("joyful", "nostalgic", "hopeful"),
            "soft_black",
        ),
        Treatment(
            "cartouche",
            partial(cartouched, BODONI_CAPITALS),
            genres=("piano-ballad", "bossa"),
            moods=("nostalgic", "triumphant", "tender"),
            kin="classical",
        ),
        Treatment(
            "frame",
            partial(framed, GARAMOND),
            genres=("folk", "lo-fi", "piano-ballad"),
            moods=("tender", "nostalgic", "hopeful"),
        ),
        Treatment("obi", obi, "loud", ("synth-pop", "lo-fi", "rock"), ("nostalgic", "restless", "joyful"), "edge"),
    )
}
"""Treatments by name."""
