"""Albums in the catalogue: opened from a brief, found by name, planned before anything is made."""

from __future__ import annotations

import difflib
from functools import lru_cache
from typing import TYPE_CHECKING

from media.scenes.motifs import MOTIFS
from media.voice.voices import VOICES
from models import registry
from models.music.given import given_of
from schemas.brief import Brief
from schemas.errors import ArtifactError, BriefError, CheckpointError, HibariError, StepError
from schemas.plan import AlbumPlan
from tasks.planning.album import plan_album
from tasks.planning.own_music import given_tunes
from tasks.song_changes import with_changes
from tasks.state import AlbumState
from tasks.steps.directing import PAINTED, PAINTING_MODELS, TYPOGRAPHIC

if TYPE_CHECKING:
    from tasks.bench import Bench

_PLANS_REMEMBERED = 256


def open_album(brief: Brief, bench: Bench, *, record: bool = True) -> AlbumState:
    """The state of the album that a brief asks for: planned, with people's changes of its songs' settings put in.

    It is in the catalogue then, unless `record` is false.

    Raises:
        BriefError: the brief names what is not installed, or words that cannot be sung; nothing is written then.
        CheckpointError: a model is registered but its weights are not here yet.
    """
    check_models(brief, bench)
    state = _state(brief, bench)
    if record:
        record_album(state)
    return state


def album_state(album_id: str, bench: Bench) -> AlbumState:
    """The album of exactly that id, planned, people's changes of its songs' settings put in; nothing is written.

    Raises:
        ArtifactError: there is none, or its brief is missing or damaged.
        BriefError: its brief can no longer be planned.
    """
    entry = bench.catalogue.album(album_id)
    if entry is None:
        raise ArtifactError(f"album {album_id[:80]!r} is not in the catalogue; `hibari show` lists those that are")
    return _state(entry.brief, bench)


def refuse_quarantined(state: AlbumState) -> None:
    """See that an album was not set aside.

    Raises:
        StepError: it was, because a worker process died at it twice.
    """
    reason = state.bench.catalogue.quarantined(state.album_id)
    if reason is not None:
        raise StepError(f"{state.album_id} was set aside: {reason}. To try once more: hibari make --unquarantine …")


def record_album(state: AlbumState) -> None:
    """Write an album, its plans and where it stands into the catalogue."""
    from tasks.standing import refresh_standing

    catalogue = state.bench.catalogue
    catalogue.put(state.plan)
    for song in state.plan.songs:
        catalogue.put(song)
    catalogue.album(state.album_id, state.brief, title=state.plan.title)
    refresh_standing(state.bench, state.album_id)


def find_album(name: str, bench: Bench) -> AlbumState:
    """The album of that id, or of the only id that starts so.

    Raises:
        ArtifactError: there is none, or more than one; the nearest are named.
    """
    if bench.catalogue.album(name) is not None:
        return album_state(name, bench)
    ids = bench.catalogue.album_ids()
    matches = [album_id for album_id in ids if name and album_id.startswith(name)]
    if len(matches) == 1:
        return album_state(matches[0], bench)
    near = matches or difflib.get_close_matches(name, ids, n=3, cutoff=0.2)
    hint = f"did you mean {', '.join(near)}?" if near else "no album has been made yet"
    raise ArtifactError(f"album {name!r} is not {'clear' if matches else 'in the catalogue'}; {hint}")


def check_models(brief: Brief, bench: Bench) -> None:
    """See that every model a brief names is registered, of the right family, and its weights are here."""
    for family in ("lyrics", "music", "cover"):
        name = getattr(brief.models, family)
        if not name.startswith(f"{family}:"):
            raise BriefError(f"models.{family}: {name!r} is of another family; name a model such as '{family}:…'")
        registry.find(name, bench.settings.models_dir)
        if family != "cover" and not (family == "lyrics" and len(brief.lyrics) == brief.songs):
            registry.path(name, bench.settings.models_dir)
    check_art(brief, bench)


def check_art(brief: Brief, bench: Bench) -> None:
    """See that what a brief asks of its pictures can be painted here.

    Raises:
        BriefError: there is no such motif or look, or the cover is typographic and shows none; the nearest are named.
        CheckpointError: weights are not here.
    """
    name, art = brief.models.cover, brief.art
    if name == TYPOGRAPHIC:
        if art.motif or art.look:
            raise BriefError(f"art: {name} draws tunes, no motifs and no looks: choose models.cover: cover:painted")
        return
    for needed in PAINTING_MODELS if name == PAINTED else (*PAINTING_MODELS, name):
        registry.path(needed, bench.settings.models_dir)
    if art.motif and (name != PAINTED or art.motif not in MOTIFS):
        near = difflib.get_close_matches(art.motif, MOTIFS, n=3, cutoff=0.3) or sorted(MOTIFS)
        raise BriefError(
            f"art.motif: {art.motif!r} is no motif of {name}; the nearest of {PAINTED} are {', '.join(near)}"
        )
    if art.look:
        from models.pictures.style.looks import load_looks

        try:
            load_looks().find(art.look.replace("-", " "))
        except CheckpointError as error:
            raise BriefError(f"art.look: {error}") from error


def _state(brief: Brief, bench: Bench) -> AlbumState:
    planned = planned_album(brief)
    plan, conflicts = with_changes(planned, bench.catalogue.album_edits(planned.album_id))
    return AlbumState(brief, plan, bench, plan_conflicts=conflicts)


@lru_cache(maxsize=_PLANS_REMEMBERED)
def planned_album(brief: Brief) -> AlbumPlan:
    """The plan that a brief gives by itself, own words fitted; the same brief gives the same plan.

    Raises:
        BriefError: the voice is not installed, no form fits, or words cannot be sung.
    """
    plan = plan_album(brief, {name: card.range for name, card in VOICES.items()})
    if any(song.user_lyrics for song in plan.songs):
        plan = _with_own_words(plan)
    for number, song in enumerate(plan.songs):
        if song.user_tunes:
            try:
                given_of(song, given_tunes(song))
            except HibariError as error:
                raise BriefError(f"music.{number}: {error}") from error
    return plan


def _with_own_words(plan: AlbumPlan) -> AlbumPlan:
    from models.lyrics.fitting import fit_user_lyrics

    fitted = []
    for number, song in enumerate(plan.songs, start=1):
        if song.user_lyrics:
            try:
                song = fit_user_lyrics(song.user_lyrics, song)[0]
            except BriefError as error:
                raise BriefError(f"lyrics.{number}: {error}") from error
        fitted.append(song)
    return plan.replaced(songs=tuple(fitted))
