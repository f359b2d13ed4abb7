"""A cover by itself, from a brief alone: nothing is sung and nothing is kept in the catalogue."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from schemas.errors import BriefError
from schemas.making import derive_seed
from tasks.albums import check_art, planned_album
from tasks.painting.cover import Front, paint_front
from tasks.painting.directing import Asked, direct
from tasks.painting.easel import open_composer, open_easel
from tasks.steps.directing import TYPOGRAPHIC, album_facts

if TYPE_CHECKING:
    from collections.abc import Callable

    from schemas.brief import Brief
    from schemas.picture import ArtDirection
    from tasks.bench import Bench


@dataclass(frozen=True)
class CoverAlone:
    """A cover: its direction, the drafts it was chosen from as JPEG, and the front itself."""

    direction: ArtDirection
    drafts: bytes
    front: Front


def paint_alone(
    brief: Brief, bench: Bench, *, size_px: int = 1500, say: Callable[[str], None] = lambda _: None
) -> CoverAlone:
    """The cover that an album of this brief would get, its lyrics not known.

    Args:
        brief: theme, title, artist, seed, models and art.
        bench: where the models are.
        size_px: width and height, 256 to 3000.
        say: told what is being done.

    Raises:
        BriefError: the cover is typographic (it is drawn from tunes), or there is no such motif or look.
        CheckpointError: weights are not here.
        MediaError: the size is out of its bounds.
    """
    if brief.models.cover == TYPOGRAPHIC:
        raise BriefError(
            f"models.cover: {TYPOGRAPHIC} is drawn from an album's tunes: make the album, or paint a cover"
        )
    check_art(brief, bench)
    plan = planned_album(brief)
    seed = derive_seed(brief.seed, "album", "direct_art", 0)
    say("drafts")
    easel, composer = open_easel(bench), open_composer(bench, plan.cover_model)
    directed = direct(Asked.of(album_facts(brief, plan, {}), None, seed), easel, composer)
    say("painting")
    setting = directed.direction.setting
    front = paint_front(
        directed.direction, plan.cover_model, bench, seed=setting.seed, treatment=setting.treatment, size_px=size_px
    )
    return CoverAlone(directed.direction, directed.sheet, front)
