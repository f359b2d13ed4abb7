"""Art direction: from an album's facts to the picture it gets, by a written, seeded rule.

1. Proposals: scenes that the theme, the words' images and the mood call for (`media.scenes.choosing`), or latents of a
   network; colours by key, mood and hour (`media.scenes.colours`); looks that suit them (`tasks.painting.treatments`).
2. Each proposal is painted as a draft of 256 pixels and measured (`tasks.painting.drafts`); those that fail a bound are
   set aside, the best of the rest is chosen, and all are kept on a sheet for the reviewer. Words are set on the chosen
   one, which decides the typographic treatment of the whole set.
3. A song's picture keeps the album's looks and harmony and shows what its own words name: one identity, many pictures.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from media.scenes.choosing import Proposal, images_named, propose
from media.scenes.colours import palette_from, scene_colours
from media.sleeve.legibility import legibility_figures
from schemas.brief import parse_key
from schemas.picture import ArtDirection, Latent, Setting
from schemas.scene import Scene
from tasks.painting.drafts import paint_drafts, sheet_of
from tasks.painting.lettering import letter
from tasks.painting.treatments import choose_treatment

if TYPE_CHECKING:
    from collections.abc import Mapping

    from schemas.plan import Genre, Key, Mood
    from tasks.painting.easel import Composer
    from tasks.painting.painter import Easel

CANDIDATES = 6
"""Drafts that a picture is chosen from."""

_TRUNCATION = 0.8
_LETTERED_PX = 600


@dataclass(frozen=True)
class Asked:
    """What is known of an album or a song when its picture is directed.

    `place` of `places` is a song's among its album's: songs with the same words share the proposals out among them.
    """

    title: str
    artist: str
    theme: str
    genre: Genre
    mood: Mood
    key: Key
    energy: float
    images: Mapping[str, int]
    small_print: tuple[str, ...]
    motif: str
    look: str
    kin: ArtDirection | None
    seed: int
    place: int = 0
    places: int = 1

    @classmethod
    def of(cls, facts: Mapping[str, Any], kin: ArtDirection | None, seed: int) -> Self:
        """From the parameters of a recipe; `kin` is the album's own direction where the picture is a song's."""
        songs, bpm = facts.get("songs", 0), facts.get("bpm", 0)
        album = f"{facts['key']}  ·  {bpm} bpm  ·  {songs} song{'s' if songs > 1 else ''}".upper()
        return cls(
            title=facts["title"],
            artist=kin.artist if kin else facts["artist"],
            theme=facts["theme"],
            genre=kin.setting.genre if kin else facts["genre"],
            mood=facts["mood"],
            key=parse_key(facts["key"]),
            energy=facts["energy"],
            images=facts["images"],
            small_print=() if kin else (album, "AI-GENERATED"),
            motif=facts.get("motif", ""),
            look=facts.get("look", ""),
            kin=kin,
            seed=seed,
            place=facts.get("place", 0),
            places=facts.get("places", 1),
        )


@dataclass(frozen=True)
class Directed:
    """A direction, the sheet of drafts it was chosen from as JPEG, and what a reader of its record should know."""

    direction: ArtDirection
    sheet: bytes
    notes: tuple[str, ...]


def direct(asked: Asked, easel: Easel, composer: Composer | None = None) -> Directed:
    """The direction of a picture, chosen among drafts.

    Args:
        asked: what is known.
        easel: networks and looks.
        composer: the network that gives compositions; None draws scenes.

    Raises:
        MediaError: there is no such motif.
        CheckpointError: there is no such look.
    """
    proposals = _latents(asked, easel, composer) if composer else _scenes(asked, easel)
    drafts = paint_drafts(proposals, easel, composer, asked.kin)
    best = drafts[0]
    notes = () if best.passes else ("no draft kept every bound: the best of them was painted",)
    direction, figures = best.direction, best.figures
    if asked.kin is None:
        lettered = letter(best.pixels, direction, seed=direction.setting.seed, size_px=(_LETTERED_PX, _LETTERED_PX))
        direction = direction.replaced(setting=direction.setting.replaced(treatment=lettered.treatment))
        figures += legibility_figures(lettered)
    return Directed(direction.replaced(figures=figures), sheet_of(drafts), notes)


def _scenes(asked: Asked, easel: Easel) -> list[ArtDirection]:
    """Directions of drawn scenes."""
    kin_scene = asked.kin.scene if asked.kin else None
    taken = [(kin_scene.motif, kin_scene.composition)] if kin_scene else []
    chosen = propose(
        _said(asked),
        asked.images,
        asked.mood,
        seed=asked.kin.setting.seed if asked.kin else asked.seed,
        count=CANDIDATES * asked.places,
        motif=asked.motif,
        avoid=taken,
    )
    share = chosen[asked.place % len(chosen) :: asked.places][: CANDIDATES // (2 if asked.kin else 1)]
    return [_scene_direction(asked, easel, one, index) for index, one in enumerate(share)]


def _said(asked: Asked) -> str:
    """The words that decide what is shown: title and theme; of a song, what it says beyond its album's theme.

    A song's theme is its album's and, after a colon, the side of it that is the song's.
    """
    own = f"{asked.title} {asked.theme.rpartition(': ')[2]}"
    if asked.kin is not None and (asked.images or images_named(own)):
        return own
    return f"{asked.title} {asked.theme}"


def _scene_direction(asked: Asked, easel: Easel, chosen: Proposal, index: int) -> ArtDirection:
    seed = _seed(asked.seed, index)
    colours = scene_colours(asked.key, asked.mood, chosen.hour, seed=seed)
    scene = Scene(
        motif=chosen.motif,
        composition=chosen.composition,
        seed=seed,
        hour=chosen.hour,
        weather=chosen.weather,
        energy=asked.energy,
        colours=colours,
    )
    return _direction(asked, easel, palette_from(colours), chosen.reasons, seed, scene=scene)


def _latents(asked: Asked, easel: Easel, composer: Composer | None) -> list[ArtDirection]:
    """Directions of a network's pictures, whose palette is the key's and the mood's."""
    name = composer.name if composer else ""
    found = []
    for index in range(CANDIDATES):
        seed = _seed(asked.seed, index)
        palette = palette_from(scene_colours(asked.key, asked.mood, "dusk", seed=seed))
        latent = Latent(model=name, seed=seed, truncation=_TRUNCATION)
        found.append(_direction(asked, easel, palette, (f"a picture of {name}, by chance",), seed, latent=latent))
    return found


def _direction(
    asked: Asked,
    easel: Easel,
    palette: tuple[str, ...],
    reasons: tuple[str, ...],
    seed: int,
    *,
    scene: Scene | None = None,
    latent: Latent | None = None,
) -> ArtDirection:
    treatment, why = (
        (asked.kin.treatment, "painted as the album's cover is")
        if asked.kin
        else choose_treatment(easel.looks, palette, asked.mood, seed=seed, wanted=asked.look)
    )
    return ArtDirection(
        scene=scene,
        latent=latent,
        treatment=treatment,
        palette=palette,
        title=asked.title,
        artist=asked.artist,
        small_print=asked.small_print,
        setting=asked.kin.setting if asked.kin else Setting(genre=asked.genre, mood=asked.mood, seed=asked.seed),
        reasons=(*reasons, why),
    )


def _seed(seed: int, index: int) -> int:
    return int(np.random.default_rng([seed, index]).integers(2**62))
