"""compose_lead_sheet, arrange_score, engrave: from words to notes on paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

from models import registry
from schemas.lyrics import Lyrics
from schemas.music import LeadSheet, Score
from schemas.picture import Engraving
from schemas.plan import SongPlan
from tasks.steps.base import Made, Needs, Step

if TYPE_CHECKING:
    from tasks.bench import Bench
    from tasks.orders import Order
    from tasks.state import AlbumState


def plan_digest(song: SongPlan | None) -> str:
    """Digest of a song's plan.

    Raises:
        TypeError: a step of a song was asked for without one.
    """
    if song is None:
        raise TypeError("this step is made for a song, not for an album")
    return song.digest()


def _compose_needs(state: AlbumState, song: SongPlan | None, part: str) -> Needs:
    inputs = {"plan": plan_digest(song), "lyrics": state.of("write_lyrics", song)}
    name = song.music_model if song else ""
    digest = state.model_digest(name)
    return Needs(inputs, {"model": name}, {name: digest})


def _compose(order: Order, bench: Bench) -> Made:
    from models.music.compose import compose_lead_sheet, load_music_model

    plan = bench.get(order.recipe.inputs["plan"], SongPlan)
    lyrics = bench.get(order.recipe.inputs["lyrics"], Lyrics)
    path = registry.path(plan.music_model, bench.settings.models_dir)
    model = bench.loaded(plan.music_model, lambda: load_music_model(path))
    return Made(compose_lead_sheet(plan, lyrics, model, seed=order.recipe.seed))


def _arrange_needs(state: AlbumState, song: SongPlan | None, part: str) -> Needs:
    return Needs({"plan": plan_digest(song), "lead_sheet": state.of("compose_lead_sheet", song)})


def _arrange(order: Order, bench: Bench) -> Made:
    from media.arrange.arrange import arrange_score

    plan = bench.get(order.recipe.inputs["plan"], SongPlan)
    lead = bench.get(order.recipe.inputs["lead_sheet"], LeadSheet)
    return Made(arrange_score(lead, plan, seed=order.recipe.seed))


def _engrave_needs(state: AlbumState, song: SongPlan | None, part: str) -> Needs:
    return Needs(
        {"lead_sheet": state.of("compose_lead_sheet", song), "score": state.of("arrange_score", song)},
        {"artist": state.plan.artist},
    )


def _engrave(order: Order, bench: Bench) -> Made:
    from media.notation.engrave import engrave_lead_sheet
    from media.notation.midi import score_to_midi
    from media.notation.musicxml import lead_sheet_to_musicxml, score_to_musicxml

    lead = bench.get(order.recipe.inputs["lead_sheet"], LeadSheet)
    score = bench.get(order.recipe.inputs["score"], Score)
    sheet = engrave_lead_sheet(lead, artist=str(order.recipe.parameters["artist"]))
    put = bench.blobs.put
    notation = "application/vnd.recordare.musicxml+xml"
    engraving = Engraving(
        pages=tuple(put(page, "image/svg+xml") for page in sheet.pages),
        pdf=put(sheet.pdf, "application/pdf"),
        musicxml=put(lead_sheet_to_musicxml(lead), notation),
        midi=put(score_to_midi(score, lead), "audio/midi"),
        score_musicxml=put(score_to_musicxml(score, lead), notation),
    )
    return Made(engraving)


COMPOSE = Step(
    name="compose_lead_sheet",
    revision=1,
    after=("write_lyrics",),
    needs=_compose_needs,
    make=_compose,
    packages=("torch",),
    creative=True,
)
ARRANGE = Step(name="arrange_score", revision=1, after=("compose_lead_sheet",), needs=_arrange_needs, make=_arrange)
ENGRAVE = Step(
    name="engrave",
    revision=2,
    after=("arrange_score",),
    needs=_engrave_needs,
    make=_engrave,
    packages=("verovio", "typst", "symusic"),
    seeded=False,
)
