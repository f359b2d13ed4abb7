"""paint_cover: one cover an album; paint_pictures: a picture of each song, and the cover in other formats."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from schemas.music import LeadSheet
from schemas.picture import ArtDirection, CoverArt
from schemas.plan import AlbumPlan, SongPlan
from tasks.steps.base import Made, Needs, Step
from tasks.steps.directing import PAINTED, PAINTING_MODELS, is_painted, pictured_songs

if TYPE_CHECKING:
    from pydantic import JsonValue

    from schemas.base import Digest
    from tasks.bench import Bench
    from tasks.orders import Order
    from tasks.state import AlbumState

DRAWN_PX = 1500
SHOP_PX = 3000
FORMATS = ("banner", "portrait", "landscape")
"""The other formats of a cover, as parts of paint_pictures."""


def _needs(state: AlbumState, song: SongPlan | None, part: str) -> Needs:
    """A painted cover follows its direction; a drawn one the plan and the tunes of the songs that did not fail."""
    if is_painted(state):
        return _painted_needs(state, "", SHOP_PX)
    sheets = {
        f"lead_sheet {song.song_id}": state.of("compose_lead_sheet", song)
        for song in state.plan.songs
        if state.failure(song.song_id) is None or state.of("compose_lead_sheet", song)
    }
    return Needs({"album": state.plan.digest(), **sheets}, {"model": state.plan.cover_model, "size_px": DRAWN_PX})


def _painted_needs(state: AlbumState, part: str, size_px: int) -> Needs:
    models: tuple[str, ...] = PAINTING_MODELS
    if state.plan.cover_model != PAINTED and not part:
        models = (*models, state.plan.cover_model)
    checkpoints: dict[str, Digest] = {name: state.model_digest(name) for name in models}
    device = state.bench.device.split(":")[0]
    facts: dict[str, JsonValue] = {"model": state.plan.cover_model, "size_px": size_px, "device": device}
    return Needs({"direction": state.of("direct_art", None, part)}, facts, checkpoints)


def _make(order: Order, bench: Bench) -> Made:
    if "direction" in order.recipe.inputs:
        from tasks.painting.cover import paint_cover

        direction = bench.get(order.recipe.inputs["direction"], ArtDirection)
        model = str(order.recipe.parameters["model"])
        return paint_cover(direction, model, bench, seed=order.recipe.seed, first=order.take == 0)
    return _draw(order, bench)


def _draw(order: Order, bench: Bench) -> Made:
    from media.cover.typographic import paint_typographic_cover

    album = bench.get(order.recipe.inputs["album"], AlbumPlan)
    names = [f"lead_sheet {song.song_id}" for song in album.songs]
    sheets = tuple(bench.get(order.recipe.inputs[name], LeadSheet) for name in names if name in order.recipe.inputs)
    picture = paint_typographic_cover(album, sheets, seed=order.recipe.seed, size_px=DRAWN_PX)
    cover = CoverArt(
        model=album.cover_model,
        picture=bench.blobs.put(picture.png, "image/png"),
        drawing=bench.blobs.put(picture.svg, "image/svg+xml"),
        width_px=DRAWN_PX,
        height_px=DRAWN_PX,
        palette=picture.palette,
        title_contrast=round(picture.title_contrast, 2),
    )
    return Made(cover, picture.notes)


def _picture_parts(state: AlbumState, song: SongPlan | None) -> tuple[str, ...] | None:
    return (*(one.song_id for one in pictured_songs(state)), *FORMATS) if is_painted(state) else ()


def _picture_needs(state: AlbumState, song: SongPlan | None, part: str) -> Needs:
    purpose = part if part in FORMATS else "song"
    needs = _painted_needs(state, "" if part in FORMATS else part, DRAWN_PX)
    return replace(needs, parameters={**needs.parameters, "purpose": purpose})


def _paint_picture(order: Order, bench: Bench) -> Made:
    from tasks.painting.cover import paint_picture

    direction = bench.get(order.recipe.inputs["direction"], ArtDirection)
    model = str(order.recipe.parameters["model"])
    return paint_picture(direction, model, str(order.recipe.parameters["purpose"]), bench)


PAINT_COVER = Step(
    name="paint_cover",
    revision=1,
    after=("compose_lead_sheet", "direct_art"),
    needs=_needs,
    make=_make,
    packages=("resvg_py",),
    album=True,
)

PAINT_PICTURES = Step(
    name="paint_pictures",
    revision=1,
    after=("direct_art",),
    needs=_picture_needs,
    make=_paint_picture,
    parts=_picture_parts,
    seeded=False,
    packages=("torch", "numpy", "pillow", "resvg_py"),
    album=True,
)
