"""compose_lead_sheet, arrange_score, engrave: from words to notes on paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

from media.arrange.styles import STYLES
from models import registry
from schemas.composing import Accompaniment, SongMotif
from schemas.errors import HibariError
from schemas.lyrics import Lyrics
from schemas.making import derive_seed
from schemas.music import LeadSheet, Score
from schemas.picture import Engraving
from schemas.plan import SongPlan
from tasks.steps.base import Made, Needs, Step

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pydantic import JsonValue

    from models.music.compose import ComposeRequest
    from models.music.transformer import MusicTransformer
    from tasks.bench import Bench
    from tasks.orders import Order
    from tasks.state import AlbumState


MOTIF_MODEL = "motif:two-bars"
PIANIST_MODEL = "band:accompanist"


def plan_digest(song: SongPlan | None) -> str:
    """Digest of a song's plan.

    Raises:
        TypeError: a step of a song was asked for without one.
    """
    if song is None:
        raise TypeError("this step is made for a song, not for an album")
    return song.digest()


def _motif_needs(state: AlbumState, song: SongPlan | None, part: str) -> Needs:
    """The album's motif follows from the album's seed alone, so that every song makes its own of the same one."""
    beats = 3 if all(one.beats_per_bar == 3 for one in state.plan.songs) else 4
    parameters: dict[str, JsonValue] = {
        "album_seed": derive_seed(state.brief.seed, "album", "shape_motif", 0),
        "beats": beats,
        "model": MOTIF_MODEL,
    }
    return Needs({"plan": plan_digest(song)}, parameters, {MOTIF_MODEL: state.model_digest(MOTIF_MODEL)})


def _shape_motif(order: Order, bench: Bench) -> Made:
    from models.music.motif_shapes import album_motif, song_motif
    from models.music.music_vae.keeping import load_music_vae

    plan, asked = bench.get(order.recipe.inputs["plan"], SongPlan), order.recipe.parameters
    path = registry.path(MOTIF_MODEL, bench.settings.models_dir)
    vae = bench.loaded(MOTIF_MODEL, lambda: load_music_vae(path))
    shared = album_motif(vae, seed=int(str(asked["album_seed"])), beats_per_bar=3 if asked["beats"] == 3 else 4)
    lines = [section for section in plan.sections if section.lines]
    room = 4 * plan.beats_per_bar * (lines[0].line_bars if lines else 2)
    return Made(song_motif(vae, shared, mode=plan.key.mode, seed=order.recipe.seed, model=MOTIF_MODEL, room=room))


def _compose_needs(state: AlbumState, song: SongPlan | None, part: str) -> Needs:
    inputs = {
        "plan": plan_digest(song),
        "lyrics": state.of("write_lyrics", song),
        "motif": state.of("shape_motif", song),
    }
    name = song.music_model if song else ""
    digest = state.model_digest(name)
    return Needs(inputs, {"model": name}, {name: digest})


def _compose(order: Order, bench: Bench) -> Made:
    (made,) = _compose_together([order], bench)
    if isinstance(made, HibariError):
        raise made
    return made


def _compose_together(orders: Sequence[Order], bench: Bench) -> list[Made | HibariError]:
    """The lead sheets of several songs and takes, those of one network in one pass."""
    from models.music.compose import compose_lead_sheets

    made: dict[int, Made | HibariError] = {}
    asked: dict[str, dict[int, ComposeRequest]] = {}
    for place, order in enumerate(orders):
        try:
            request = _asked(order, bench)
            asked.setdefault(request.plan.music_model, {})[place] = request
        except HibariError as error:
            made[place] = error
    for name, requests in asked.items():
        leads = compose_lead_sheets(list(requests.values()), _composer(name, bench))
        for place, lead in zip(requests, leads, strict=True):
            made[place] = lead if isinstance(lead, HibariError) else Made(lead)
    return [made[place] for place in range(len(orders))]


def _asked(order: Order, bench: Bench) -> ComposeRequest:
    from models.music.compose import ComposeRequest
    from models.music.given import given_of
    from tasks.planning.own_music import given_tunes

    plan = bench.get(order.recipe.inputs["plan"], SongPlan)
    lyrics = bench.get(order.recipe.inputs["lyrics"], Lyrics)
    motif = bench.get(order.recipe.inputs["motif"], SongMotif)
    return ComposeRequest(plan, lyrics, order.recipe.seed, given=given_of(plan, given_tunes(plan), motif))


def _composer(name: str, bench: Bench) -> MusicTransformer:
    from models.music.compose import load_music_model

    path = registry.path(name, bench.settings.models_dir)
    return bench.loaded(name, lambda: load_music_model(path))


def _accompanied(state: AlbumState, song: SongPlan | None) -> tuple[str, ...]:
    """One part where the genre's band has a pianist who plays what was written for the song, else none."""
    return ("",) if song is not None and STYLES[song.genre].pianist else ()


def _accompany_needs(state: AlbumState, song: SongPlan | None, part: str) -> Needs:
    inputs = {"plan": plan_digest(song), "lead_sheet": state.of("compose_lead_sheet", song)}
    return Needs(inputs, {"model": PIANIST_MODEL}, {PIANIST_MODEL: state.model_digest(PIANIST_MODEL)})


def _accompany(order: Order, bench: Bench) -> Made:
    from models.music.accompanist.network import load_accompanist
    from models.music.accompanist.writing import write_accompaniment

    plan = bench.get(order.recipe.inputs["plan"], SongPlan)
    lead = bench.get(order.recipe.inputs["lead_sheet"], LeadSheet)
    path = registry.path(PIANIST_MODEL, bench.settings.models_dir)
    model = bench.loaded(PIANIST_MODEL, lambda: load_accompanist(path))
    return Made(write_accompaniment(model, lead, plan, seed=order.recipe.seed))


def _arrange_needs(state: AlbumState, song: SongPlan | None, part: str) -> Needs:
    inputs = {"plan": plan_digest(song), "lead_sheet": state.of("compose_lead_sheet", song)}
    if _accompanied(state, song):
        inputs["accompaniment"] = state.of("accompany", song)
    return Needs(inputs)


def _arrange(order: Order, bench: Bench) -> Made:
    from media.arrange.arrange import arrange_score

    plan = bench.get(order.recipe.inputs["plan"], SongPlan)
    lead = bench.get(order.recipe.inputs["lead_sheet"], LeadSheet)
    written = order.recipe.inputs.get("accompaniment")
    piano = bench.get(written, Accompaniment) if written else None
    return Made(arrange_score(lead, plan, seed=order.recipe.seed, accompaniment=piano))


def _engrave_needs(state: AlbumState, song: SongPlan | None, part: str) -> Needs:
    return Needs(
        {"lead_sheet": state.of("compose_lead_sheet", song), "score": state.of("arrange_score", song)},
        {"artist": state.plan.artist},
    )


def _engrave(order: Order, bench: Bench) -> Made:
    from media.notation.engrave import engrave_lead_sheet
    from media.notation.midi import score_to_midi
    from media.notation.musicxml import lead_sheet_to_musicxml, score_to_musicxml
    from media.notation.pictures import song_pictures

    lead = bench.get(order.recipe.inputs["lead_sheet"], LeadSheet)
    score = bench.get(order.recipe.inputs["score"], Score)
    sheet = engrave_lead_sheet(lead, artist=str(order.recipe.parameters["artist"]))
    roll, similarity, pictured = song_pictures(score, lead)
    put = bench.blobs.put
    notation = "application/vnd.recordare.musicxml+xml"
    engraving = Engraving(
        pages=tuple(put(page, "image/svg+xml") for page in sheet.pages),
        pdf=put(sheet.pdf, "application/pdf"),
        musicxml=put(lead_sheet_to_musicxml(lead), notation),
        midi=put(score_to_midi(score, lead), "audio/midi"),
        score_musicxml=put(score_to_musicxml(score, lead), notation),
        piano_roll=put(roll, "image/svg+xml"),
        similarity=put(similarity, "image/png"),
        pictured=pictured,
    )
    return Made(engraving)


SHAPE_MOTIF = Step(
    name="shape_motif",
    revision=1,
    after=(),
    needs=_motif_needs,
    make=_shape_motif,
    packages=("torch",),
)
COMPOSE = Step(
    name="compose_lead_sheet",
    revision=2,
    after=("write_lyrics", "shape_motif"),
    needs=_compose_needs,
    make=_compose,
    make_together=_compose_together,
    packages=("torch",),
    creative=True,
)
ACCOMPANY = Step(
    name="accompany",
    revision=1,
    after=("compose_lead_sheet",),
    needs=_accompany_needs,
    make=_accompany,
    parts=_accompanied,
    packages=("torch",),
)
ARRANGE = Step(name="arrange_score", revision=2, after=("accompany",), needs=_arrange_needs, make=_arrange)
ENGRAVE = Step(
    name="engrave",
    revision=3,
    after=("arrange_score",),
    needs=_engrave_needs,
    make=_engrave,
    packages=("verovio", "typst", "symusic"),
    seeded=False,
)
