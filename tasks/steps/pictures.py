"""paint_cover: one cover an album."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemas.music import LeadSheet
from schemas.picture import CoverArt
from schemas.plan import AlbumPlan, SongPlan
from tasks.steps.base import Made, Needs, Step

if TYPE_CHECKING:
    from tasks.bench import Bench
    from tasks.orders import Order
    from tasks.state import AlbumState

COVER_PX = 1500


def _needs(state: AlbumState, song: SongPlan | None, part: str) -> Needs:
    """The album's plan and the tunes of the songs that did not fail."""
    sheets = {
        f"lead_sheet {song.song_id}": state.of("compose_lead_sheet", song)
        for song in state.plan.songs
        if state.failure(song.song_id) is None or state.of("compose_lead_sheet", song)
    }
    return Needs({"album": state.plan.digest(), **sheets}, {"model": state.plan.cover_model, "size_px": COVER_PX})


def _make(order: Order, bench: Bench) -> Made:
    from media.cover.typographic import paint_typographic_cover

    album = bench.get(order.recipe.inputs["album"], AlbumPlan)
    names = [f"lead_sheet {song.song_id}" for song in album.songs]
    sheets = tuple(bench.get(order.recipe.inputs[name], LeadSheet) for name in names if name in order.recipe.inputs)
    picture = paint_typographic_cover(album, sheets, seed=order.recipe.seed, size_px=COVER_PX)
    cover = CoverArt(
        model=album.cover_model,
        picture=bench.blobs.put(picture.png, "image/png"),
        drawing=bench.blobs.put(picture.svg, "image/svg+xml"),
        width_px=COVER_PX,
        height_px=COVER_PX,
        palette=picture.palette,
        title_contrast=round(picture.title_contrast, 2),
    )
    return Made(cover, picture.notes)


PAINT_COVER = Step(
    name="paint_cover",
    revision=1,
    after=("compose_lead_sheet",),
    needs=_needs,
    make=_make,
    packages=("resvg_py",),
    album=True,
)
