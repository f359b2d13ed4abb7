"""A new album: the brief form, the plan it would give, and the asking."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from anyio import to_thread
from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, Response

from schemas.errors import BriefError, HibariError
from schemas.jobs import MakeRequest
from studio.api.asking import ask_for
from studio.auth import Producer
from studio.context import studio_of
from studio.pages.arc import Arc, album_arc
from studio.pages.brief_form import (
    BriefForm,
    brief_from_document,
    brief_from_form,
    choices,
    document_in,
    empty_form,
    form_from,
    form_of,
    guessed_s,
    wrongs_of,
)
from studio.pages.shell import go_to, render
from tasks.albums import check_models, planned_album

if TYPE_CHECKING:
    from schemas.plan import AlbumPlan
    from studio.auth import Visitor
    from tasks.bench import Bench

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)


@dataclass(frozen=True)
class Preview:
    """The album that a brief would give."""

    album_id: str
    plan: AlbumPlan
    arc: Arc
    guessed_s: float
    exists: bool


@router.get("/new")
def brief_page(request: Request, visitor: Producer, theme: Annotated[str, Query(max_length=400)] = "") -> HTMLResponse:
    """The form, with its plan below where a theme is there already."""
    form = empty_form(theme.strip())
    preview = None
    if theme.strip():
        preview = _previewed(studio_of(request).bench, form)
    return _page(request, visitor, form, preview)


@router.post("/new")
async def send_brief(request: Request, visitor: Producer) -> Response:
    """Show the plan again, or put the album into the queue where the form's button says 'ask'."""
    async with request.form() as sent:
        form, asks = form_from(sent), sent.get("deed") == "ask"
        try:
            document = await document_in(sent)
        except BriefError as error:
            form.wrongs["document"] = str(error)
            return _page(request, visitor, form, None, status=422)
    return await to_thread.run_sync(lambda: _answer(request, visitor, form, document, asks=asks and not document))


def _answer(request: Request, visitor: Visitor, form: BriefForm, document: str, *, asks: bool) -> Response:
    bench = studio_of(request).bench
    if document:
        try:
            brief = brief_from_document(form, document)
        except BriefError:
            return _page(request, visitor, form, None, status=422)
        read = form_of(brief)
        read.fields |= {name: form.text(name) for name in ("policy", "priority", "key")}
        return _page(request, visitor, read, _previewed(bench, read))
    if not asks:
        preview = _previewed(bench, form)
        # While someone types, what does not fit yet is no failed request.
        typing = "hx-request" in request.headers
        return _page(request, visitor, form, preview, status=422 if form.wrongs and not typing else 200)
    try:
        brief = brief_from_form(form)
        wish = MakeRequest(briefs=(brief,), policy=form.text("policy"))
        ask_for(request, visitor, wish, priority=_priority(form), key=form.text("key")[:100])
    except HibariError as error:
        if not form.wrongs:
            form.wrongs |= wrongs_of(error) if isinstance(error, BriefError) else {"": str(error)}
        return _page(request, visitor, form, None, status=422)
    return go_to(f"/albums/{brief.album_id}", said="It is in the queue. This page shows how far it is.")


def _previewed(bench: Bench, form: BriefForm) -> Preview | None:
    """The plan of what stands in the form; None where it is refused, with the reason in `form.wrongs`."""
    try:
        brief = brief_from_form(form)
        check_models(brief, bench)
        plan = planned_album(brief)
    except BriefError as error:
        if not form.wrongs:
            form.wrongs |= wrongs_of(error)
        return None
    except HibariError as error:
        form.wrongs[""] = str(error)
        return None
    return Preview(
        album_id=plan.album_id,
        plan=plan,
        arc=album_arc([(song, None) for song in plan.songs]),
        guessed_s=guessed_s(brief, bench.settings.workers),
        exists=bench.catalogue.album(plan.album_id) is not None,
    )


def _page(
    request: Request, visitor: Visitor, form: BriefForm, preview: Preview | None, *, status: int = 200
) -> HTMLResponse:
    form.fields.setdefault("key", "")
    form.fields["key"] = form.text("key") or f"page-{secrets.token_urlsafe(12)}"
    return render(
        request,
        "new.html",
        visitor,
        status=status,
        form=form,
        wrongs=form.wrongs,
        preview=preview,
        **choices(studio_of(request).bench.settings.models_dir),
    )


def _priority(form: BriefForm) -> int:
    """The priority that was chosen; 5 where none of ours was."""
    given = form.text("priority")
    return int(given) if given in tuple("0123456789") else 5
