"""The song page: heard, judged, retaken and edited in one place."""

from __future__ import annotations

import uuid
from typing import Annotated, get_args

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, JSONResponse, Response
from pydantic import TypeAdapter, ValidationError

from media.voice.voices import VOICES
from schemas.errors import HibariError, ReviewError
from schemas.jobs import EditChoice, MakeRequest
from schemas.plan import TONICS, Genre, Mood
from schemas.review import Decision, Remark
from studio.api.answers import AlbumId, DigestId, SongId, answer
from studio.api.asking import ask_for, decider
from studio.auth import Producer, Reviewer, Viewer
from studio.context import studio_of
from studio.pages.shell import go_to, render
from studio.pages.song_facts import script_facts
from studio.pages.song_forms import RetakeForm
from studio.pages.wording import step_word
from studio.views.song_outline import stem_desk
from studio.views.song_page import heard_version, song_page, version_pieces
from tasks.deciding import choose_take, judge_songs, settle_edit_of
from tasks.preview import preview
from tasks.steps.table import SONG_STEPS

router = APIRouter(include_in_schema=False, prefix="/albums/{album_id}/songs/{song_id}")

MOST_REMARKS = 200
RETAKEN = ("write_lyrics", "compose_lead_sheet", "arrange_score", "sing")
"""Steps with chance in them, so that another take is another one."""

_REMARKS = TypeAdapter(tuple[Remark, ...])
_DONE: dict[Decision, str] = {"approved": "Approved", "rejected": "Rejected", "retake": "A retake is asked for"}
_MINOR = tuple(f"{tonic} minor" for tonic in TONICS)
_MAJOR = tuple(f"{tonic} major" for tonic in TONICS)

Text = Annotated[str, Form(max_length=2000, pattern=r"^[^\x00]*$")]


@router.get("", response_class=HTMLResponse)
def show_song(request: Request, visitor: Viewer, album_id: AlbumId, song_id: SongId) -> Response:
    """The page of a song."""
    studio = studio_of(request)
    page = song_page(studio.bench, album_id, song_id)
    job = studio.bench.catalogue.job_of(album_id)
    return render(
        request,
        "song.html",
        visitor,
        song=page,
        job=job,
        facts=script_facts(page, request),
        two_people=studio.settings.studio.two_people,
        retaken=RETAKEN,
        step_names={step.name: step_word(step.name) for step in SONG_STEPS},
        keys=(*_MAJOR, *_MINOR),
        voices=tuple(VOICES),
        genres=get_args(Genre),
        moods=get_args(Mood),
        key=uuid.uuid4().hex,
    )


@router.get("/versions/{master}")
def version(request: Request, _: Viewer, album_id: AlbumId, song_id: SongId, master: DigestId) -> Response:
    """A version of the song, for the player."""
    return answer(heard_version(studio_of(request).bench, album_id, song_id, master))


@router.get("/versions/{master}/stems")
def version_stems(request: Request, _: Viewer, album_id: AlbumId, song_id: SongId, master: DigestId) -> Response:
    """A version's stems with their gains and outlines."""
    bench = studio_of(request).bench
    return answer(stem_desk(bench, version_pieces(bench, album_id, song_id, master)))


@router.post("/verdict")
def give_verdict(
    request: Request,
    visitor: Reviewer,
    album_id: AlbumId,
    song_id: SongId,
    decision: Annotated[Decision, Form()],
    reason: Text = "",
    remarks: Annotated[str, Form(max_length=300_000)] = "[]",
    master: Annotated[str, Form(max_length=64)] = "",
) -> Response:
    """Record a verdict and go on to the next song that needs one, or to the album."""
    bench = studio_of(request).bench
    here = f"/albums/{album_id}/songs/{song_id}"
    page = song_page(bench, album_id, song_id)
    if master and page.heard is not None and master != page.heard.music.master:
        return go_to(
            f"{here}#verdict",
            wrong="The song was made again since you opened it: listen to it, then give your verdict.",
        )
    try:
        said = _REMARKS.validate_json(remarks or "[]")
        if len(said) > MOST_REMARKS:
            raise ReviewError(f"{len(said)} remarks: at most {MOST_REMARKS} go with one verdict")
        judge_songs(bench, album_id, [song_id], decision, decider(visitor), reason=reason.strip(), remarks=said)
    except ValidationError:
        return go_to(f"{here}#verdict", wrong="A remark needs a moment of the song and 1 to 1,000 characters.")
    except HibariError as error:
        return go_to(f"{here}#verdict", wrong=str(error))
    following = page.next_to_judge
    told = f"{_DONE[decision]}: {page.title}."
    if decision == "retake":
        return go_to(f"{here}#retake", said=f"{told} Choose from where.")
    if following is None:
        return go_to(f"/albums/{album_id}", said=f"{told} Every finished song of this album has a verdict.")
    return go_to(f"/albums/{album_id}/songs/{following.song_id}", said=f"{told} Next: {following.title}.")


@router.post("/take")
def select(
    request: Request,
    visitor: Reviewer,
    album_id: AlbumId,
    song_id: SongId,
    step: Annotated[str, Form(max_length=40)],
    number: Annotated[int, Form(ge=0, le=9999)],
) -> Response:
    """Select another take of the words or of the tune."""
    here = f"/albums/{album_id}/songs/{song_id}"
    try:
        choose_take(studio_of(request).bench, album_id, song_id, step, "", number, decider(visitor))
    except HibariError as error:
        return go_to(f"{here}#versions", wrong=str(error))
    return go_to(
        f"{here}#retake", said=f"{step_word(step)}: take {number + 1} is selected. What follows is to be made."
    )


@router.get("/words/count")
def count_syllables(
    _: Viewer, album_id: AlbumId, song_id: SongId, text: Annotated[str, Query(max_length=400)] = ""
) -> Response:
    """How many syllables some words have, as the singer will sing them."""
    from models.lyrics.sounds import split_line

    words = split_line(text)
    return JSONResponse({"syllables": sum(len(word.syllables) for word in words), "words": len(words)})


@router.post("/settle")
def settle(
    request: Request,
    visitor: Reviewer,
    album_id: AlbumId,
    song_id: SongId,
    step: Annotated[str, Form(max_length=40, pattern=r"^[a-z_]+$")],
    policy: Annotated[EditChoice, Form()],
) -> Response:
    """Keep, rebase or drop an edit that no longer fits, or drop one that does."""
    here = f"/albums/{album_id}/songs/{song_id}#retake"
    try:
        settle_edit_of(studio_of(request).bench, album_id, song_id, step, "", policy, decider(visitor))
    except HibariError as error:
        return go_to(here, wrong=str(error))
    done = {"keep": "kept", "rebase": "put into the new one", "drop": "dropped"}.get(policy, policy)
    return go_to(here, said=f"The edit of the {step_word(step).lower()} is {done}.")


@router.post("/retake/preview", response_class=HTMLResponse)
def preview_retake(
    request: Request, visitor: Viewer, album_id: AlbumId, song_id: SongId, asked: Annotated[RetakeForm, Form()]
) -> Response:
    """What a retake would make again, and why; nothing is written."""
    try:
        found = preview(studio_of(request).bench, asked.request(album_id, song_id))
    except (HibariError, ValidationError) as error:
        return render(request, "song_preview.html", visitor, prospects=[], objection=_said(error), song_id=song_id)
    return render(request, "song_preview.html", visitor, prospects=found, objection="", song_id=song_id)


@router.post("/retake")
def retake(
    request: Request, visitor: Producer, album_id: AlbumId, song_id: SongId, asked: Annotated[RetakeForm, Form()]
) -> Response:
    """Put a retake into the queue."""
    here = f"/albums/{album_id}/songs/{song_id}#retake"
    try:
        job, _ = ask_for(request, visitor, asked.request(album_id, song_id), key=asked.key)
    except (HibariError, ValidationError) as error:
        return go_to(here, wrong=_said(error))
    return go_to(here, said=f"Asked for: {asked.wish()} ({job.id}).")


@router.post("/follow")
def make_what_follows(
    request: Request,
    visitor: Producer,
    album_id: AlbumId,
    song_id: SongId,
    edits: Annotated[EditChoice, Form()] = "ask",
) -> Response:
    """Make what edits and selected takes ask for."""
    here, bench = f"/albums/{album_id}/songs/{song_id}#retake", studio_of(request).bench
    try:
        entry = bench.catalogue.album(album_id)
        if entry is None:
            raise ReviewError(f"there is no album {album_id}")
        ask_for(request, visitor, MakeRequest(briefs=(entry.brief,), edits=edits))
    except HibariError as error:
        return go_to(here, wrong=str(error))
    return go_to(here, said="What follows is in the queue.")


def _said(error: HibariError | ValidationError) -> str:
    """An error in a line."""
    if isinstance(error, ValidationError):
        first = error.errors()[0]
        return f"{'.'.join(str(part) for part in first['loc'])}: {str(first.get('input'))[:60]!r}: {first['msg']}"
    return str(error)
