"""What people decide about songs: verdicts, takes, edits, retakes."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from schemas.jobs import RetakeRequest
from schemas.review import Verdict
from studio.api.answers import AlbumId, Key, SongId, answer, problems
from studio.api.asking import ask_for, decider
from studio.api.bodies import NotesBody, RetakeBody, SettleBody, TakeChoice, VerdictBody, WordsBody
from studio.auth import Producer, Reviewer, Viewer
from studio.context import studio_of
from studio.views.jobs import JobCard
from studio.views.reviewing import EditPage, NotesChange, ProspectList, TakeList, WordsChange, edit_page, take_list
from tasks.albums import album_state
from tasks.deciding import change_notes, change_words, choose_take, judge_songs, settle_edit_of
from tasks.preview import preview

router = APIRouter(tags=["reviewing"])


@router.get(
    "/albums/{album_id}/verdicts",
    operation_id="list_verdicts",
    response_model=tuple[Verdict, ...],
    responses=problems(404),
)
def list_verdicts(request: Request, _: Viewer, album_id: AlbumId) -> Response:
    """Every verdict on an album, oldest first; those on what has been made again since no longer count."""
    bench = studio_of(request).bench
    album_state(album_id, bench)
    return answer(bench.catalogue.verdicts(album_id))


@router.post(
    "/albums/{album_id}/verdicts",
    operation_id="judge",
    status_code=201,
    response_model=tuple[Verdict, ...],
    responses=problems(404, 409),
)
def judge(request: Request, visitor: Reviewer, album_id: AlbumId, body: VerdictBody) -> Response:
    """Give a verdict on songs or the cover as they are now."""
    given = judge_songs(
        studio_of(request).bench,
        album_id,
        body.songs,
        body.decision,
        decider(visitor),
        reason=body.reason,
        remarks=body.remarks,
    )
    return answer(given, 201)


@router.get("/albums/{album_id}/takes", operation_id="list_takes", response_model=TakeList, responses=problems(404))
def list_takes(
    request: Request,
    _: Viewer,
    album_id: AlbumId,
    song: Annotated[str, Query(max_length=80, pattern=r"^[a-z0-9-]*$", description="only of this song")] = "",
    step: Annotated[str, Query(max_length=40, pattern=r"^[a-z_]*$", description="only of this step")] = "",
) -> Response:
    """The takes of an album's slots, and which of them is selected."""
    return answer(take_list(studio_of(request).bench, album_id, song=song, step=step))


@router.put(
    "/albums/{album_id}/selection", operation_id="select_take", response_model=TakeChoice, responses=problems(404, 409)
)
def select_take(request: Request, visitor: Reviewer, album_id: AlbumId, body: TakeChoice) -> Response:
    """Let a take that was made before fill its slot. What follows is found again, or made by the next job."""
    bench, who = studio_of(request).bench, decider(visitor)
    choose_take(bench, album_id, body.song_id, body.step, body.part, body.number, who)
    return answer(body)


@router.get("/albums/{album_id}/edits", operation_id="list_edits", response_model=EditPage, responses=problems(404))
def list_edits(request: Request, _: Viewer, album_id: AlbumId) -> Response:
    """The edits that are active in an album, and which of them no longer fit what they were made on."""
    return answer(edit_page(studio_of(request).bench, album_id))


@router.post(
    "/albums/{album_id}/songs/{song_id}/words",
    operation_id="edit_words",
    response_model=WordsChange,
    responses=problems(404, 409),
)
def edit_words(request: Request, visitor: Reviewer, album_id: AlbumId, song_id: SongId, body: WordsBody) -> Response:
    """Change a line of a song's words. What follows from it is made again by the next job."""
    before, after = change_words(
        studio_of(request).bench,
        album_id,
        song_id,
        section=body.section,
        line=body.line,
        text=body.text,
        who=decider(visitor),
    )
    return answer(WordsChange(before=before, after=after))


@router.post(
    "/albums/{album_id}/songs/{song_id}/notes",
    operation_id="edit_notes",
    response_model=NotesChange,
    responses=problems(404, 409),
)
def edit_notes(request: Request, visitor: Reviewer, album_id: AlbumId, song_id: SongId, body: NotesBody) -> Response:
    """Change notes of a song's tune. What follows from it is made again by the next job."""
    digest = change_notes(studio_of(request).bench, album_id, song_id, body.changes, decider(visitor))
    return answer(NotesChange(artifact=digest))


@router.post(
    "/albums/{album_id}/songs/{song_id}/edits/settle",
    operation_id="settle_edit",
    status_code=204,
    responses=problems(404, 409),
)
def settle_edit(request: Request, visitor: Reviewer, album_id: AlbumId, song_id: SongId, body: SettleBody) -> Response:
    """Decide about an edit under which something was made again: keep, rebase or drop it."""
    bench, who = studio_of(request).bench, decider(visitor)
    settle_edit_of(bench, album_id, song_id, body.step, body.part, body.policy, who)
    return Response(status_code=204)


@router.post(
    "/albums/{album_id}/retakes",
    operation_id="retake",
    status_code=202,
    response_model=JobCard,
    responses=problems(404, 409),
)
def retake(request: Request, visitor: Producer, album_id: AlbumId, body: RetakeBody, key: Key = "") -> Response:
    """Make new takes of a step, with changed settings where some are given, and all that follows from it."""
    return ask_for(request, visitor, _wanted(album_id, body), key=key)[1]


@router.post(
    "/albums/{album_id}/retakes/preview",
    operation_id="preview_retake",
    response_model=ProspectList,
    responses=problems(404, 409),
)
def preview_retake(request: Request, _: Viewer, album_id: AlbumId, body: RetakeBody) -> Response:
    """What a retake would make again, and why. Nothing is written."""
    return answer({"prospects": preview(studio_of(request).bench, _wanted(album_id, body))})


def _wanted(album_id: str, body: RetakeBody) -> RetakeRequest:
    return RetakeRequest(album_id=album_id, **{name: getattr(body, name) for name in RetakeBody.model_fields})
