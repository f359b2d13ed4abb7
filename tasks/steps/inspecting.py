"""inspect: how well a song is made, how original it is, and what a machine made of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemas.audio import Master
from schemas.inspection import Inspection
from schemas.lyrics import Lyrics
from schemas.music import LeadSheet, Score
from schemas.plan import SongPlan
from tasks.steps.base import Made, Needs, Step
from tasks.steps.music import plan_digest

if TYPE_CHECKING:
    from tasks.bench import Bench
    from tasks.orders import Order
    from tasks.state import AlbumState


def _needs(state: AlbumState, song: SongPlan | None, part: str) -> Needs:
    from media.inspect.originality import INDEX_FOLDER

    inputs = {
        "plan": plan_digest(song),
        "lyrics": state.of("write_lyrics", song),
        "lead_sheet": state.of("compose_lead_sheet", song),
        "score": state.of("arrange_score", song),
        "master": state.of("master", song),
    }
    slots = [state.slot(step, song) for step in ("write_lyrics", "compose_lead_sheet", "arrange_score")]
    edited = [slot.step for slot in slots if state.reading.edit_of(slot) is not None]
    indices = sorted(INDEX_FOLDER.glob("*.npz"))
    checkpoints = {f"originality:{path.name}": state.file_digest(path) for path in indices}
    return Needs(inputs, {"edited": [*edited], "cover_model": state.plan.cover_model}, checkpoints)


def _make(order: Order, bench: Bench) -> Made:
    from media.arrange.figures import arrangement_figures
    from media.inspect.disclosure import disclose
    from media.inspect.originality import longest_shared_melody, longest_shared_words
    from media.notation.analysis import key_figure
    from media.sound.figures import sound_figures
    from models.lyrics.figures import lyric_figures
    from models.music.figures import melody_figures

    inputs = order.recipe.inputs
    plan = bench.get(inputs["plan"], SongPlan)
    lyrics = bench.get(inputs["lyrics"], Lyrics)
    lead = bench.get(inputs["lead_sheet"], LeadSheet)
    score = bench.get(inputs["score"], Score)
    master = bench.get(inputs["master"], Master)
    figures = (
        *lyric_figures(lyrics, plan),
        *melody_figures(lead),
        key_figure(lead),
        *arrangement_figures(score),
        *sound_figures(master, plan.spans()),
    )
    inspection = Inspection(
        song_id=plan.song_id,
        figures=figures,
        shared=(longest_shared_words(lyrics), longest_shared_melody(lead)),
        disclosure=disclose(lyrics, engines=_engines(plan, order), edited_steps=_edited(order)),
        unmeasured=("intelligibility of the sung words: no recogniser is part of the install",),
    )
    return Made(inspection)


def _engines(plan: SongPlan, order: Order) -> dict[str, str]:
    """What made each part: a registered model, 'rules' for code without learned weights, 'person'."""
    return {
        "write_lyrics": "person" if plan.user_lyrics else plan.lyrics_model,
        "compose_lead_sheet": plan.music_model,
        "arrange_score": "rules",
        "sing": f"voice:{plan.voice}",
        "mix": "rules",
        "paint_cover": str(order.recipe.parameters["cover_model"]),
    }


def _edited(order: Order) -> tuple[str, ...]:
    steps = order.recipe.parameters["edited"]
    return tuple(str(step) for step in steps) if isinstance(steps, list) else ()


INSPECT = Step(
    name="inspect",
    revision=2,
    after=("write_lyrics", "arrange_score", "master"),
    needs=_needs,
    make=_make,
    packages=("music21",),
    seeded=False,
)
