"""lay_out_sleeve: the cover, every picture beside it and the films, as a reviewer judges and a release holds them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemas.picture import ArtPicture, CoverArt, Sleeve, SleevePicture
from tasks.steps.base import Made, Needs, Step
from tasks.steps.film import FILM_VIDEO, films_missing, has_sleeve
from tasks.steps.pictures import PAINT_PICTURES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from schemas.base import Digest
    from schemas.plan import SongPlan
    from tasks.bench import Bench
    from tasks.orders import Order
    from tasks.state import AlbumState


def _parts(state: AlbumState, song: SongPlan | None) -> tuple[str, ...] | None:
    return ("",) if has_sleeve(state) else ()


def _needs(state: AlbumState, song: SongPlan | None, part: str) -> Needs:
    pictures = PAINT_PICTURES.parts(state, None) or ()
    inputs: dict[str, Digest | None] = {f"picture {name}": state.of("paint_pictures", None, name) for name in pictures}
    missing = films_missing(state)
    for name in FILM_VIDEO.parts(state, None) or ():
        if name not in missing:
            inputs[f"film {name}"] = state.of("film_video", None, name)
    return Needs({"cover": state.of("paint_cover", None), **inputs})


def _make(order: Order, bench: Bench) -> Made:
    from media.sleeve.contact import ContactPicture, sleeve_sheet

    inputs = order.recipe.inputs
    cover = bench.get(inputs["cover"], CoverArt)
    pictures, films = _named(inputs, "picture "), _named(inputs, "film ")
    read = bench.blobs.read
    shown = [ContactPicture("cover", read(cover.picture))]
    shown += [ContactPicture(one.name, read(bench.get(one.artifact, ArtPicture).picture)) for one in pictures]
    sheet = bench.blobs.put(sleeve_sheet(shown), "image/jpeg")
    return Made(Sleeve(cover=inputs["cover"], pictures=pictures, films=films, sheet=sheet))


def _named(inputs: Mapping[str, Digest], kind: str) -> tuple[SleevePicture, ...]:
    return tuple(
        SleevePicture(name=name.removeprefix(kind), artifact=digest)
        for name, digest in inputs.items()
        if name.startswith(kind)
    )


LAY_OUT_SLEEVE = Step(
    name="lay_out_sleeve",
    revision=1,
    after=("paint_cover", "paint_pictures", "film_video"),
    needs=_needs,
    make=_make,
    parts=_parts,
    packages=("pillow",),
    album=True,
    seeded=False,
)
