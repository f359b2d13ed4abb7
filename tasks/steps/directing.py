"""direct_art: what the cover and every song's picture are to show, and how they are painted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import JsonValue

from schemas.lyrics import Lyrics
from schemas.picture import ArtDirection
from tasks.steps.base import Made, Needs, Step

if TYPE_CHECKING:
    from schemas.base import Digest
    from schemas.brief import Brief
    from schemas.plan import AlbumPlan, SongPlan
    from tasks.bench import Bench
    from tasks.orders import Order
    from tasks.state import AlbumState

TYPOGRAPHIC = "cover:typographic"
"""The model that draws its cover from the tunes alone: it takes no direction, and no pictures lie beside the cover."""

PAINTED = "cover:painted"
"""The model that draws scenes and paints them."""

STYLE_MODELS = ("style:arbitrary", "looks:paintings")
"""What painting in a look takes."""

PAINTING_MODELS = (*STYLE_MODELS, "upscale:compact")
"""What painting a picture at its size takes."""


def is_painted(state: AlbumState) -> bool:
    """Whether an album's pictures are painted: whatever is not typographic is."""
    return state.plan.cover_model != TYPOGRAPHIC


def pictured_songs(state: AlbumState) -> tuple[SongPlan, ...]:
    """The songs that get a picture: all but those that failed before they had words."""
    return tuple(
        song
        for song in state.plan.songs
        if state.failure(song.song_id) is None or state.of("write_lyrics", song) is not None
    )


def _parts(state: AlbumState, song: SongPlan | None) -> tuple[str, ...] | None:
    """'' is the album's own picture, then every song's: a song's follows the album's."""
    if not is_painted(state):
        return ()
    return ("", *(one.song_id for one in pictured_songs(state)))


def _needs(state: AlbumState, song: SongPlan | None, part: str) -> Needs:
    checkpoints = {name: state.model_digest(name) for name in STYLE_MODELS}
    device = state.bench.device.split(":")[0]
    if part:
        return _needs_of_song(state, state.song(part), {"device": device}, checkpoints)
    images = _images(state, pictured_songs(state))
    if images is None:
        return Needs({"lyrics": None})
    model = state.plan.cover_model
    if model != PAINTED:
        checkpoints[model] = state.model_digest(model)
    return Needs({}, {**album_facts(state.brief, state.plan, images), "device": device}, checkpoints)


def album_facts(brief: Brief, plan: AlbumPlan, images: dict[str, int]) -> dict[str, JsonValue]:
    """What the direction of an album's cover follows, by name.

    Args:
        brief: what it asks of the pictures.
        plan: the album.
        images: how often its lyrics name each motif.
    """
    named: dict[str, JsonValue] = {**images}
    return {
        "model": plan.cover_model,
        "title": plan.title,
        "artist": plan.artist,
        "theme": plan.theme,
        "genre": plan.genre,
        "mood": plan.mood,
        "key": str(plan.songs[0].key),
        "bpm": round(sum(one.tempo_bpm for one in plan.songs) / len(plan.songs)),
        "energy": _energy(plan.songs),
        "songs": len(plan.songs),
        "images": named,
        "motif": brief.art.motif,
        "look": brief.art.look,
    }


def _needs_of_song(state: AlbumState, song: SongPlan, facts: dict[str, Any], checkpoints: dict[str, Digest]) -> Needs:
    lyrics = state.of("write_lyrics", song)
    front = state.of("direct_art", None)
    if lyrics is None or front is None:
        return Needs({"lyrics": lyrics, "front": front})
    title = state.bench.derived("title", lyrics, lambda: state.bench.get(lyrics, Lyrics).title)
    facts |= {
        "title": title,
        "theme": song.theme,
        "mood": song.mood,
        "key": str(song.key),
        "energy": _energy((song,)),
        "images": _images(state, (song,)) or {},
        "place": [one.song_id for one in state.plan.songs].index(song.song_id),
        "places": len(state.plan.songs),
    }
    return Needs({"front": front}, facts, checkpoints)


def _images(state: AlbumState, songs: tuple[SongPlan, ...]) -> dict[str, int] | None:
    """How often the songs' words name each motif; None while some are not written."""
    from media.scenes.choosing import images_named

    total: dict[str, int] = {}
    for song in songs:
        digest = state.of("write_lyrics", song)
        if digest is None:
            return None
        found = state.bench.derived(
            "images",
            digest,
            lambda digest=digest: images_named(_text(state.bench.get(digest, Lyrics))),  # type: ignore[misc]
        )
        for name, count in found.items():
            total[name] = min(9, total.get(name, 0) + count)
    return total


def _text(lyrics: Lyrics) -> str:
    return "\n".join([lyrics.title, *(line.text for section in lyrics.sections for line in section.lines)])


def _energy(songs: tuple[SongPlan, ...]) -> float:
    """Mean energy of the songs' sections, weighed by bars, to two places."""
    weighed = sum(section.energy * section.bars for song in songs for section in song.sections)
    return round(weighed / sum(song.bars for song in songs), 2)


def _make(order: Order, bench: Bench) -> Made:
    from tasks.painting.directing import Asked, direct
    from tasks.painting.easel import open_composer, open_easel

    facts: dict[str, Any] = dict(order.recipe.parameters)
    front = order.recipe.inputs.get("front")
    easel = open_easel(bench)
    kin = bench.get(front, ArtDirection) if front else None
    directed = direct(Asked.of(facts, kin, order.recipe.seed), easel, open_composer(bench, str(facts.get("model", ""))))
    sheet = bench.blobs.put(directed.sheet, "image/jpeg")
    return Made(directed.direction.replaced(candidates=sheet), directed.notes)


DIRECT_ART = Step(
    name="direct_art",
    revision=1,
    after=("write_lyrics",),
    needs=_needs,
    make=_make,
    parts=_parts,
    packages=("torch", "numpy", "pillow"),
    album=True,
    creative=True,
)
