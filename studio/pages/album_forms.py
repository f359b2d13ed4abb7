"""What is decided on the album page: verdicts, the order of songs, the cover, conflicts, pressing, stopping."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from schemas.errors import ReviewError
from schemas.jobs import EditChoice, MakeRequest, PressRequest, RetakeRequest
from schemas.review import Decision
from studio.auth import Producer, Reviewer
from studio.context import studio_of
from studio.pages.acting import decider, place, tried
from studio.pages.wording import counted
from tasks.albums import album_state
from tasks.asking import ask, cancel
from tasks.deciding import choose_take, judge_songs, order_songs, settle_edit_of
from tasks.standing import refresh_standing

router = APIRouter(include_in_schema=False, prefix="/albums/{album_id}")

Words = Annotated[str, Form(max_length=2000, pattern=r"^[^\x00]*$")]
Name = Annotated[str, Form(max_length=80)]
CoverStep = Annotated[Literal["direct_art", "paint_cover"], Form()]
Names = Annotated[list[Name], Form(max_length=40)]

_SAID: dict[Decision, str] = {"approved": "Approved", "rejected": "Rejected", "retake": "Retake wanted"}


@router.post("/verdict")
def give_verdict(
    request: Request,
    visitor: Reviewer,
    album_id: str,
    decision: Annotated[Decision, Form()],
    song: Names,
    reason: Words = "",
    then: Words = "",
) -> Response:
    """A verdict on songs, and on the cover where 'cover' is among them."""

    def act() -> str:
        bench = studio_of(request).bench
        given = judge_songs(bench, album_id, song, decision, decider(visitor), reason=reason.strip())
        what = "the cover" if song == ["cover"] else counted(len(given), "verdict")
        return f"{_SAID[decision]}: {what}."

    return tried(place(then, f"/albums/{album_id}"), act)


@router.post("/order")
def change_order(
    request: Request, visitor: Reviewer, album_id: str, song: Names, move: Annotated[str, Form(max_length=100)] = ""
) -> Response:
    """Another running order: the songs as the form has them, one of them moved up or down where `move` says so."""

    def act() -> str:
        order_songs(studio_of(request).bench, album_id, moved(song, move), decider(visitor))
        return "The running order is changed."

    return tried(f"/albums/{album_id}#songs", act)


def moved(songs: list[str], move: str) -> list[str]:
    """The songs in order, the one that 'song-2:up' or 'song-2:down' names moved by a place."""
    song, _, way = move.partition(":")
    if song not in songs:
        return songs
    at = songs.index(song)
    to = max(0, min(len(songs) - 1, at + (-1 if way == "up" else 1)))
    order = [name for name in songs if name != song]
    order.insert(to, song)
    return order


@router.post("/cover")
def retake_cover(
    request: Request,
    visitor: Producer,
    album_id: str,
    takes: Annotated[int, Form(ge=1, le=8)] = 1,
    reason: Words = "",
    step: CoverStep = "paint_cover",
) -> Response:
    """New takes of the cover: of what it shows, or of how it is drawn and lettered."""

    def act() -> str:
        wish = RetakeRequest(album_id=album_id, step=step, takes=takes, reason=reason.strip())
        ask(studio_of(request).bench, wish, decider(visitor))
        return f"{counted(takes, 'new cover is', 'new covers are')} in the queue."

    return tried(f"/albums/{album_id}", act)


@router.post("/take")
def select_cover(
    request: Request,
    visitor: Reviewer,
    album_id: str,
    number: Annotated[int, Form(ge=0, le=10_000)],
    step: CoverStep = "paint_cover",
) -> Response:
    """Another take of the cover."""

    def act() -> str:
        choose_take(studio_of(request).bench, album_id, None, step, "", number, decider(visitor))
        return f"Take {number} is the cover now."

    return tried(f"/albums/{album_id}", act)


@router.post("/settle")
def settle(
    request: Request,
    visitor: Reviewer,
    album_id: str,
    song: Name,
    step: Name,
    policy: Annotated[Literal["keep", "rebase", "drop"], Form()],
    part: Name = "",
) -> Response:
    """What becomes of an edit that no longer fits."""

    def act() -> str:
        settle_edit_of(studio_of(request).bench, album_id, song, step, part, policy, decider(visitor))
        done = {"keep": "kept", "rebase": "put into the new take", "drop": "dropped"}[policy]
        return f"The edit is {done}. 'Make what is missing' makes what follows from it."

    return tried(f"/albums/{album_id}", act)


@router.post("/make")
def make_missing(
    request: Request, visitor: Producer, album_id: str, edits: Annotated[EditChoice, Form()] = "ask"
) -> Response:
    """Make what is missing of the album, failed songs too; one that was set aside an admin lets back in first."""

    def act() -> str:
        bench, who = studio_of(request).bench, decider(visitor)
        state = album_state(album_id, bench)
        if (reason := bench.catalogue.quarantined(album_id)) is not None:
            if not visitor.may("admin"):
                raise ReviewError(f"{album_id} was set aside: only an admin lets it be tried again")
            bench.catalogue.lift_quarantine(album_id)
            bench.catalogue.note_choice(who.name, "lift_quarantine", via=who.via, album_id=album_id, why=reason)
        ask(bench, MakeRequest(briefs=(state.brief,), edits=edits), who)
        return "It is in the queue: what is there already is used again."

    return tried(f"/albums/{album_id}", act)


@router.post("/press")
def press(request: Request, visitor: Producer, album_id: str) -> Response:
    """Press the approved songs into a release."""

    def act() -> str:
        ask(studio_of(request).bench, PressRequest(album_id=album_id), decider(visitor), priority=7)
        return "Pressing is in the queue."

    return tried(f"/albums/{album_id}#release", act)


@router.post("/cancel")
def stop(request: Request, visitor: Producer, album_id: str, reason: Words = "") -> Response:
    """Stop the job that is about this album."""

    def act() -> str:
        bench = studio_of(request).bench
        job = bench.catalogue.job_of(album_id)
        if job is None:
            raise ReviewError("nothing is being made of this album now")
        ended = cancel(bench, job.id, decider(visitor), reason.strip())
        refresh_standing(bench, album_id)
        return "It is taken out of the queue." if ended.is_over else "It stops after the steps in hand."

    return tried(f"/albums/{album_id}", act)
