"""The log of choices: who, when, what and why. Nothing in it ever changes."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from studio.auth import Viewer
from studio.context import studio_of
from studio.pages.shell import render
from studio.pages.wording import CHOICES

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

CHOICES_A_PAGE = 60
_MOST = 2**63 - 1


@router.get("/log")
def log_page(
    request: Request,
    visitor: Viewer,
    album: Annotated[str, Query(max_length=80)] = "",
    who: Annotated[str, Query(max_length=120)] = "",
    what: Annotated[str, Query(max_length=40)] = "",
    before: Annotated[int | None, Query(ge=1, le=_MOST)] = None,
) -> HTMLResponse:
    """Choices, newest first: all, or those about an album, of a person, of a sort."""
    catalogue = studio_of(request).bench.catalogue
    found = catalogue.choices(
        album_id=album.strip(), who=who.strip(), what=what, before=before, limit=CHOICES_A_PAGE + 1
    )
    return render(
        request,
        "log.html",
        visitor,
        choices=found[:CHOICES_A_PAGE],
        more=found[CHOICES_A_PAGE - 1].seq if len(found) > CHOICES_A_PAGE else None,
        asked={"album": album, "who": who, "what": what},
        kinds=CHOICES,
        people=sorted({item.who for item in catalogue.choices(limit=500)}),
    )
