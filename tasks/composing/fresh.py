"""A song composed by itself, without an album: its plan from a brief, its words, and several takes of its tune."""

from __future__ import annotations

from typing import TYPE_CHECKING

from models import registry
from models.music.given import given_of
from schemas.making import derive_seed
from tasks.albums import planned_album
from tasks.composing.reworks import composer
from tasks.planning.own_music import given_tunes

if TYPE_CHECKING:
    from models.music.takes import RankedTake
    from schemas.brief import Brief
    from schemas.lyrics import Lyrics
    from schemas.plan import SongPlan
    from tasks.bench import Bench


def compose_fresh(brief: Brief, bench: Bench, *, count: int) -> tuple[SongPlan, list[RankedTake]]:
    """The first song of a brief: its plan, and takes of its tune, the best first, all on the same words.

    Args:
        brief: what is asked; own words and own music are kept to.
        bench: where networks are.
        count: how many takes, 1 to 64.

    Raises:
        BriefError: something in the brief does not fit.
        CheckpointError: weights are not here.
        StepError: words, melody and form do not fit each other.
    """
    from models.music.takes import compose_takes

    (plan, *_) = planned_album(brief).songs
    given = given_of(plan, given_tunes(plan))
    lyrics = _words(plan, bench, brief.seed)
    model = composer(bench, plan.music_model)
    seed = derive_seed(brief.seed, plan.song_id, "compose_lead_sheet", 0)
    return plan, compose_takes(plan, lyrics, model, seed=seed, count=count, given=given)


def _words(plan: SongPlan, bench: Bench, seed: int) -> Lyrics:
    if plan.user_lyrics:
        from models.lyrics.fitting import fit_user_lyrics

        return fit_user_lyrics(plan.user_lyrics, plan)[1]
    from models.lyrics.engine import load_language_model
    from models.lyrics.writer import write_lyrics

    folder = registry.path(plan.lyrics_model, bench.settings.models_dir)
    model = bench.loaded(plan.lyrics_model, lambda: load_language_model(folder, device=bench.device))
    return write_lyrics(plan, model, seed=derive_seed(seed, plan.song_id, "write_lyrics", 0))
