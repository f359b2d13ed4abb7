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
    edited = [slot.step for slot in slots if state.bench.catalogue.edit_of(slot) is not None]
    checkpoints = {f"originality:{path.name}": state.bench.file_digest(path) for path in sorted(INDEX_FOLDER.glob("*.npz"))}
    return Needs(inputs, {"edited": [*edited]}, checkpoints)


def _make(order: Order, bench: Bench) -> Made:
    from media.inspect.disclosure import disclose
    from media.inspect.originality import longest_shared_melody, longest_shared_words
    from models.lyrics.figures import lyric_figures

    from media.arrange.figures import arrangement_figures
    from media.sound.figures import sound_figures
    from models.music.figures import melody_figures

    inputs = order.recipe.inputs
    plan = bench.get(inputs["plan"], SongPlan)
    lyrics = bench.get(inputs["lyrics"], Lyrics)
    lead = bench.get(inputs["lead_sheet"], LeadSheet)
    score = bench.get(inputs["score"], Score)
    master = bench.get(inputs["master"], Master)
    edited = order.recipe.parameters["edited"]
    figures = (
        *lyric_figures(lyrics, plan),
        *melody_figures(lead),
        *arrangement_figures(score),
        *sound_figures(master, plan.spans()),
    )
    inspection = Inspection(
        song_id=plan.song_id,
        figures=figures,
        shared=(longest_shared_words(lyrics), longest_shared_melody(lead)),
        disclosure=disclose(lyrics, edited=tuple(str(step) for step in edited) if isinstance(edited, list) else ()),
        unmeasured=("intelligibility of the sung words: no recogniser is part of the install",),
    )
    return Made(inspection)


INSPECT = Step(
    name="inspect",
    revision=1,
    after=("write_lyrics", "arrange_score", "master"),
    needs=_needs,
    make=_make,
    seeded=False,
)
