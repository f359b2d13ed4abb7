"""All steps, in the order they are made."""

from __future__ import annotations

from tasks.steps.base import Step
from tasks.steps.directing import DIRECT_ART
from tasks.steps.film import DIRECT_FILM, FILM_REEL, FILM_STILL, FILM_VIDEO
from tasks.steps.inspecting import INSPECT
from tasks.steps.music import ACCOMPANY, ARRANGE, COMPOSE, ENGRAVE, SHAPE_MOTIF
from tasks.steps.pictures import PAINT_COVER, PAINT_PICTURES
from tasks.steps.sleeve import LAY_OUT_SLEEVE
from tasks.steps.sound import ENCODE, MASTER, MIX, RENDER, SING
from tasks.steps.words import WRITE_LYRICS

SONG_STEPS: tuple[Step, ...] = (
    WRITE_LYRICS,
    SHAPE_MOTIF,
    COMPOSE,
    ACCOMPANY,
    ARRANGE,
    ENGRAVE,
    RENDER,
    SING,
    MIX,
    MASTER,
    ENCODE,
    INSPECT,
)
"""Steps made once a song (or once a part of it), in order."""

ALBUM_STEPS: tuple[Step, ...] = (
    DIRECT_ART,
    PAINT_COVER,
    PAINT_PICTURES,
    DIRECT_FILM,
    FILM_STILL,
    FILM_REEL,
    FILM_VIDEO,
    LAY_OUT_SLEEVE,
)
"""Steps made once an album, after the song steps they follow."""

STEPS: dict[str, Step] = {step.name: step for step in (*SONG_STEPS, *ALBUM_STEPS)}
"""Every step by name."""
