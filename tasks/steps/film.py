"""direct_film, film_reel, film_video: from a song and its pictures to its film.

The film of a song is made after the album's pictures, in the look of the cover: a storyboard, then reels of some ten
seconds that are filmed side by side and kept one by one, then the film, joined without being coded again. An album is
whole without its films: one that cannot be made is told of, and left out.
"""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from schemas.audio import Master, Stem
from schemas.errors import MediaError
from schemas.film import Reel, Still, Storyboard
from schemas.lyrics import Lyrics
from schemas.music import LeadSheet, Score
from schemas.picture import ArtDirection, Treatment
from schemas.plan import SongPlan
from schemas.scene import Scene
from tasks.steps.base import Made, Needs, Step
from tasks.steps.directing import PAINTING_MODELS, TYPOGRAPHIC, is_painted
from tasks.steps.music import plan_digest

if TYPE_CHECKING:
    from pydantic import JsonValue

    from schemas.base import Digest
    from schemas.brief import Brief
    from schemas.film import FilmStyle
    from tasks.bench import Bench
    from tasks.orders import Order
    from tasks.state import AlbumState

DEFAULT_STYLE: FilmStyle = "move"
"""The style of a film where the brief leaves it open."""

MODELS_OF: dict[FilmStyle, tuple[str, ...]] = {
    "move": (),
    "vid2vid": ("film:painted", "looks:paintings"),
    "few-shot": ("film:few-shot",),
    "latent": ("cover:scenes-64", "upscale:compact"),
    "performer": (),
}
"""The weights that the reels of each style are painted with."""

REFERENCES = 3
"""How many painted scenes a network that learns from a few is shown."""

_STEPS = ("direct_film", "film_still", "film_reel", "film_video")


def film_style(name: str) -> FilmStyle:
    """The style of that name.

    Raises:
        MediaError: there is none.
    """
    for style in MODELS_OF:
        if style == name:
            return style
    raise MediaError(f"{name[:40]!r} is no style of film: choose from {', '.join(MODELS_OF)}")


def gets_films(brief: Brief) -> bool:
    """Whether the songs of a brief get films."""
    return brief.film.style != "none" and (brief.film.style != "auto" or brief.models.cover != TYPOGRAPHIC)


def has_sleeve(state: AlbumState) -> bool:
    """Whether something lies beside an album's cover: pictures, or films."""
    return is_painted(state) or gets_films(state.brief)


def style_of(state: AlbumState) -> FilmStyle | None:
    """The style of an album's films; None where it gets none."""
    wanted = state.brief.film.style
    if not gets_films(state.brief) or wanted == "none":
        return None
    return DEFAULT_STYLE if wanted == "auto" else wanted


def filmed_songs(state: AlbumState) -> tuple[SongPlan, ...]:
    """The songs that get a film: all but those that failed."""
    if style_of(state) is None:
        return ()
    return tuple(song for song in state.plan.songs if state.failure(song.song_id) is None)


def films_missing(state: AlbumState) -> dict[str, str]:
    """Why songs go without their films, by song id: the first piece of each film that could not be made."""
    lacking = sorted(state.lacking.items(), key=lambda one: (_STEPS.index(one[0].step), one[0].part))
    reasons: dict[str, str] = {}
    for slot, reason in lacking:
        reasons.setdefault(slot.part.partition(".")[0], reason)
    return {song_id: why for song_id, why in reasons.items() if state.of("film_video", None, song_id) is None}


def _songs(state: AlbumState, song: SongPlan | None) -> tuple[str, ...] | None:
    return tuple(one.song_id for one in filmed_songs(state))


def _direct_needs(state: AlbumState, song: SongPlan | None, part: str) -> Needs:
    plan = state.song(part)
    for name in models_of(style_of(state) or DEFAULT_STYLE):
        state.model_digest(name)  # Weights that are not here are told of before any work, not after the songs.
    inputs: dict[str, Digest | None] = {
        "plan": plan_digest(plan),
        "lyrics": state.of("write_lyrics", plan),
        "lead_sheet": state.of("compose_lead_sheet", plan),
        "score": state.of("arrange_score", plan),
        "vocal": state.of("sing", plan, "vocal"),
        "master": state.of("master", plan),
    }
    if is_painted(state):
        inputs |= {"direction": state.of("direct_art", None, part), "front": state.of("direct_art", None)}
    facts: dict[str, JsonValue] = {
        "fps": state.brief.film.fps,
        "artist": state.plan.artist,
        "album": state.plan.title,
        "look": state.brief.art.look,
    }
    return Needs(inputs, facts, {"looks:paintings": state.model_digest("looks:paintings")})


def _direct(order: Order, bench: Bench) -> Made:
    from tasks.filming.directing import SongInHand, direct

    inputs, get = order.recipe.inputs, bench.get
    facts: dict[str, Any] = dict(order.recipe.parameters)
    in_hand = SongInHand(
        plan=get(inputs["plan"], SongPlan),
        lyrics=get(inputs["lyrics"], Lyrics),
        lead=get(inputs["lead_sheet"], LeadSheet),
        score=get(inputs["score"], Score),
        vocal=get(inputs["vocal"], Stem),
        duration_s=get(inputs["master"], Master).duration_s,
        artist=facts["artist"],
        album=facts["album"],
        direction=get(inputs["direction"], ArtDirection) if "direction" in inputs else None,
        front=get(inputs["front"], ArtDirection) if "front" in inputs else None,
    )
    return Made(direct(in_hand, fps=facts["fps"], seed=order.recipe.seed, bench=bench, look=facts["look"]))


def _still_parts(state: AlbumState, song: SongPlan | None) -> tuple[str, ...] | None:
    return tuple(part for one in filmed_songs(state) for part in still_parts(state, one.song_id))


def still_parts(state: AlbumState, song_id: str) -> tuple[str, ...]:
    """The parts of `film_still` that are a song's painted scenes, in order; none while its storyboard is not known."""
    digest, style = state.of("direct_film", None, song_id), style_of(state)
    if digest is None or style is None:
        return ()
    scenes = state.bench.derived("scenes", digest, lambda: len(state.bench.get(digest, Storyboard).scenes))
    return tuple(f"{song_id}.{number:02d}" for number in range(stills_needed(style, scenes)))


def models_of(style: FilmStyle) -> tuple[str, ...]:
    """The weights that a film of a style takes, those of its painted scenes among them."""
    return (*MODELS_OF[style], *(PAINTING_MODELS if stills_needed(style, 1) else ()))


def stills_needed(style: FilmStyle, scenes: int) -> int:
    """How many of a storyboard's scenes are painted before a film of a style: all, the first few, or none."""
    return {"move": scenes, "few-shot": min(scenes, REFERENCES)}.get(style, 0)


def _still_needs(state: AlbumState, song: SongPlan | None, part: str) -> Needs:
    """A still is decided by its scene and how it is painted, so that songs which share a scene share its still."""
    from tasks.filming.stills import still_size

    song_id, _, number = part.rpartition(".")
    digest = state.of("direct_film", None, song_id)
    if digest is None:
        return Needs({"storyboard": None})
    board = state.bench.derived("storyboard", digest, lambda: state.bench.get(digest, Storyboard))
    film = state.brief.film
    width_px, height_px = still_size((film.width_px, film.height_px))
    facts: dict[str, JsonValue] = {
        "scene": board.scenes[int(number)].model_dump(mode="json"),
        "treatment": board.treatment.model_dump(mode="json"),
        "width_px": width_px,
        "height_px": height_px,
        "device": state.bench.device.split(":")[0],
    }
    return Needs({}, facts, {name: state.model_digest(name) for name in PAINTING_MODELS})


def _paint_still(order: Order, bench: Bench) -> Made:
    from tasks.filming.stills import paint_still

    facts: dict[str, Any] = dict(order.recipe.parameters)
    scene, treatment = Scene.model_validate(facts["scene"]), Treatment.model_validate(facts["treatment"])
    return Made(paint_still(scene, treatment, bench, size_px=(facts["width_px"], facts["height_px"])))


def _reel_parts(state: AlbumState, song: SongPlan | None) -> tuple[str, ...] | None:
    return tuple(part for one in filmed_songs(state) for part in reel_parts(state, one.song_id))


def reel_parts(state: AlbumState, song_id: str) -> tuple[str, ...]:
    """The parts of `film_reel` that are a song's reels, in order; none while its storyboard is not known."""
    digest = state.of("direct_film", None, song_id)
    if digest is None:
        return ()
    reels = state.bench.derived("reels", digest, lambda: len(state.bench.get(digest, Storyboard).reels))
    return tuple(f"{song_id}.{number:03d}" for number in range(reels))


def _reel_needs(state: AlbumState, song: SongPlan | None, part: str) -> Needs:
    song_id, _, number = part.rpartition(".")
    style = style_of(state) or DEFAULT_STYLE
    inputs = {
        "storyboard": state.of("direct_film", None, song_id),
        "score": state.of("arrange_score", state.song(song_id)),
    }
    for still in still_parts(state, song_id):
        inputs[f"still {still.rpartition('.')[2]}"] = state.of("film_still", None, still)
    film = state.brief.film
    facts: dict[str, JsonValue] = {
        "reel": int(number),
        "style": style,
        "width_px": film.width_px,
        "height_px": film.height_px,
        "device": state.bench.device.split(":")[0],
    }
    return Needs(inputs, facts, {name: state.model_digest(name) for name in MODELS_OF[style]})


def _roll(order: Order, bench: Bench) -> Made:
    from tasks.filming.easel import open_shot_painter
    from tasks.filming.rolling import roll_reel
    from tasks.filming.stills import still_pixels

    inputs = order.recipe.inputs
    facts: dict[str, Any] = dict(order.recipe.parameters)
    board, score = bench.get(inputs["storyboard"], Storyboard), bench.get(inputs["score"], Score)
    size_px = (facts["width_px"], facts["height_px"])
    stills = {
        int(name.removeprefix("still ")): still_pixels(bench.get(digest, Still), bench)
        for name, digest in inputs.items()
        if name.startswith("still ")
    }
    painter = open_shot_painter(facts["style"], board, stills, bench, size_px)
    with TemporaryDirectory(prefix="hibari-") as folder:
        path = Path(folder) / "reel.mp4"
        rolled = roll_reel(board, facts["reel"], score, painter, path, size_px=size_px)
        film = bench.blobs.put_file(path, "video/mp4")
    reel = Reel(
        style=facts["style"],
        number=facts["reel"],
        film=film,
        width_px=size_px[0],
        height_px=size_px[1],
        fps=board.fps,
        frames=rolled.frames,
    )
    return Made(reel)


def _finish_needs(state: AlbumState, song: SongPlan | None, part: str) -> Needs:
    inputs: dict[str, Digest | None] = {
        "storyboard": state.of("direct_film", None, part),
        "master": state.of("master", state.song(part)),
    }
    for name in reel_parts(state, part):
        inputs[f"reel {name.rpartition('.')[2]}"] = state.of("film_reel", None, name)
    facts: dict[str, JsonValue] = {"album": state.plan.title}
    return Needs(inputs, facts)


def _finish(order: Order, bench: Bench) -> Made:
    from tasks.filming.finishing import finish_film

    inputs = order.recipe.inputs
    board = bench.get(inputs["storyboard"], Storyboard)
    reels = [bench.get(inputs[name], Reel) for name in sorted(inputs) if name.startswith("reel ")]
    master = bench.get(inputs["master"], Master)
    film = finish_film(board, reels, master, bench, album=str(order.recipe.parameters["album"]))
    return Made(film)


DIRECT_FILM = Step(
    name="direct_film",
    revision=1,
    after=("direct_art",),
    needs=_direct_needs,
    make=_direct,
    parts=_songs,
    packages=("numpy",),
    album=True,
    side_by_side=True,
    dispensable=True,
)

FILM_STILL = Step(
    name="film_still",
    revision=1,
    after=("direct_film", "paint_cover", "paint_pictures"),
    needs=_still_needs,
    make=_paint_still,
    parts=_still_parts,
    packages=("torch", "numpy", "pillow"),
    album=True,
    seeded=False,
    side_by_side=True,
    dispensable=True,
)

FILM_REEL = Step(
    name="film_reel",
    revision=1,
    after=("film_still",),
    needs=_reel_needs,
    make=_roll,
    parts=_reel_parts,
    packages=("torch", "numpy", "imageio-ffmpeg"),
    album=True,
    seeded=False,
    side_by_side=True,
    dispensable=True,
)

FILM_VIDEO = Step(
    name="film_video",
    revision=1,
    after=("film_reel",),
    needs=_finish_needs,
    make=_finish,
    parts=_songs,
    packages=("imageio-ffmpeg",),
    album=True,
    seeded=False,
    side_by_side=True,
    dispensable=True,
)
