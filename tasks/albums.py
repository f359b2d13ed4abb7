"""Albums in the catalogue: opened from a brief, found by name, planned before anything is made."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from media.voice.voices import VOICES
from models import registry
from schemas.brief import Brief
from schemas.errors import ArtifactError, BriefError, StepError
from schemas.plan import AlbumPlan
from tasks.planning.album import plan_album
from tasks.state import AlbumState

if TYPE_CHECKING:
    from tasks.bench import Bench


def open_album(brief: Brief, bench: Bench, *, record: bool = True) -> AlbumState:
    """The state of the album that a brief asks for: planned, and in the catalogue unless `record` is false.

    Raises:
        BriefError: the brief names what is not installed, or words that cannot be sung; nothing is written then.
        CheckpointError: a model is registered but its weights are not here yet.
    """
    check_models(brief, bench)
    plan = _plan(brief, bench)
    state = AlbumState(brief, plan, bench)
    if record:
        record_album(state)
    return state


def refuse_quarantined(state: AlbumState) -> None:
    """See that an album was not set aside.

    Raises:
        StepError: it was, because a worker process died at it twice.
    """
    reason = state.bench.catalogue.quarantined(state.album_id)
    if reason is not None:
        raise StepError(f"{state.album_id} was set aside: {reason}. To try once more: hibari make --unquarantine …")


def record_album(state: AlbumState) -> None:
    """Write an album and its plans into the catalogue."""
    catalogue = state.bench.catalogue
    catalogue.put(state.plan)
    for song in state.plan.songs:
        catalogue.put(song)
    catalogue.album(state.album_id, state.brief, title=state.plan.title)


def find_album(name: str, bench: Bench) -> AlbumState:
    """The album of that id, or of the only id that starts so.

    Raises:
        ArtifactError: there is none, or more than one; the nearest are named.
    """
    known = bench.catalogue.albums()
    matches = [entry for entry in known if entry.album_id == name] or [
        entry for entry in known if entry.album_id.startswith(name) and name
    ]
    if len(matches) == 1:
        return open_album(matches[0].brief, bench)
    ids = [entry.album_id for entry in known]
    near = [entry.album_id for entry in matches] or difflib.get_close_matches(name, ids, n=3, cutoff=0.2)
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


def _plan(brief: Brief, bench: Bench) -> AlbumPlan:
    plan = plan_album(brief, {name: card.range for name, card in VOICES.items()})
    if not any(song.user_lyrics for song in plan.songs):
        return plan
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
