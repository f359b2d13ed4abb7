"""What a step is: a name, a revision, the recipe it follows and the work it does."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from schemas.making import Recipe, Slot, derive_seed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from pydantic import JsonValue

    from schemas.base import Artifact, Digest
    from schemas.errors import HibariError
    from schemas.plan import SongPlan
    from tasks.bench import Bench
    from tasks.orders import Order
    from tasks.state import AlbumState


@dataclass(frozen=True)
class Made:
    """What a step made, and what a reader of its record should know."""

    artifact: Artifact
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Needs:
    """What decides a step's result, besides its name, revision and seed."""

    inputs: Mapping[str, Digest | None]
    parameters: Mapping[str, JsonValue] = field(default_factory=dict)
    checkpoints: Mapping[str, Digest] = field(default_factory=dict)


def _one_part(state: AlbumState, song: SongPlan | None) -> tuple[str, ...] | None:
    return ("",)


@dataclass(frozen=True)
class Step:
    """A step of the making.

    Attributes:
        name: as it stands in slots and recipes.
        revision: raised when the code makes something else from the same inputs.
        after: the steps that must be finished first.
        needs: what decides the result for one part; an input that is None is not known yet.
        make: the work, done in a worker process.
        parts: the parts made for a song, each with a recipe of its own; None while they are not known.
        packages: the packages whose versions belong in the record.
        album: whether it is made once an album instead of once a song.
        seeded: whether chance takes part; where it does not, every take has the same recipe.
        creative: whether several takes are worth making when the brief asks for more than one.
        side_by_side: whether its parts are handed to several workers at once.
        dispensable: whether an album is whole without it: what cannot be made of it is told, and left out.
        make_together: the work for several orders in one pass, where that is faster: an answer or a reason for each,
            the same as `make` gives for it alone.
    """

    name: str
    revision: int
    after: tuple[str, ...]
    needs: Callable[[AlbumState, SongPlan | None, str], Needs]
    make: Callable[[Order, Bench], Made]
    parts: Callable[[AlbumState, SongPlan | None], tuple[str, ...] | None] = _one_part
    packages: tuple[str, ...] = ()
    album: bool = False
    seeded: bool = True
    creative: bool = False
    side_by_side: bool = False
    dispensable: bool = False
    make_together: Callable[[Sequence[Order], Bench], Sequence[Made | HibariError]] | None = None

    def recipe(self, state: AlbumState, slot: Slot, take: int) -> Recipe | None:
        """The recipe of a take of a slot; None while an input is not known."""
        song = next((song for song in state.plan.songs if song.song_id == slot.song_id), None)
        needs = self.needs(state, song, slot.part)
        known = {name: digest for name, digest in needs.inputs.items() if digest is not None}
        if len(known) < len(needs.inputs):
            return None
        return Recipe(
            step=self.name,
            revision=self.revision,
            inputs=known,
            parameters=dict(needs.parameters),
            checkpoints=dict(needs.checkpoints),
            seed=derive_seed(state.brief.seed, slot.song_id or "album", self.name, take, slot.part)
            if self.seeded
            else 0,
        )
