"""Settings: tokens and webhooks to make and take back, how the studio is set up, and whether it is well."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, Response

from artifacts.people import ROLES, Role
from schemas.errors import ArtifactError, HibariError, ReviewError
from studio.auth import Admin, Viewer
from studio.context import studio_of
from studio.health import readiness
from studio.pages.acting import decider, tried
from studio.pages.shell import render
from studio.problems import Problem
from studio.views.settings import settings_view
from studio.views.stats import stats
from studio.webhook_addresses import check_url, place_of
from tasks.choices import Decider

if TYPE_CHECKING:
    from artifacts.hooks import WebhookEntry
    from artifacts.people import TokenEntry
    from studio.visitors import Visitor

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

KINDS = (
    "job.queued", "job.started", "job.finished", "job.cancelled", "step.made", "step.failed", "album.changed",
    "verdict.given", "take.selected", "edit.made", "release.pressed", "schedule.changed",
)  # fmt: skip
"""Events that a webhook may ask for."""

ROLES_TOLD: dict[Role, str] = {
    "viewer": "looks and listens",
    "reviewer": "gives verdicts, selects takes, edits words and notes",
    "producer": "asks for albums, retakes, releases and schedules",
    "admin": "makes tokens and webhooks too",
}
_CALLS_SHOWN = 12
_DAY_S = 86_400.0


@router.get("/settings")
def settings_page(request: Request, visitor: Viewer) -> HTMLResponse:
    """What a visitor may see of the settings: an admin all of it, others whether the studio is well."""
    return _page(request, visitor)


@router.post("/settings/tokens")
def add_token(
    request: Request,
    visitor: Admin,
    name: Annotated[str, Form(max_length=200)],
    role: Annotated[Role, Form()],
    days: Annotated[str, Form(max_length=6)] = "",
) -> Response:
    """Make a token; the page that answers shows its secret, this once."""
    catalogue = studio_of(request).bench.catalogue
    try:
        named = Decider(name, "page").name
        if days.strip() and not (days.strip().isdecimal() and 1 <= int(days) <= 3650):
            raise ReviewError(f"{days[:20]!r} is no number of days from 1 to 3650")
    except HibariError as error:
        return _page(request, visitor, wrong={"token": str(error)}, status=422)
    lasts_s = int(days) * _DAY_S if days.strip() else None
    entry, secret = catalogue.add_token(named, role, lasts_s=lasts_s)
    _note(request, visitor, "add_token", entry.id, {"name": named, "role": role})
    return _page(request, visitor, fresh={"token": entry, "secret": secret})


@router.post("/settings/tokens/{token_id}/revoke")
def revoke_token(request: Request, visitor: Admin, token_id: str) -> Response:
    """Let a token, and the sessions it began, open nothing from now on."""

    def act() -> str:
        studio = studio_of(request)
        found: list[TokenEntry] = studio.bench.catalogue.tokens(token_id)
        if not found or not studio.bench.catalogue.revoke_token(token_id):
            raise ArtifactError(f"there is no valid token {token_id[:40]!r}")
        studio.credentials.forget()
        _note(request, visitor, "revoke_token", token_id, {"name": found[0].name})
        return f"The token of {found[0].name} opens nothing any more."

    return tried("/settings", act)


@router.post("/settings/webhooks")
def add_webhook(
    request: Request,
    visitor: Admin,
    url: Annotated[str, Form(max_length=2000)],
    kind: Annotated[list[str] | None, Form(max_length=32)] = None,
) -> Response:
    """Tell an address of events from now on; the page that answers shows the secret its calls are signed with."""
    studio = studio_of(request)
    kinds = tuple(name for name in kind or () if name in KINDS)
    try:
        check_url(url.strip(), private=studio.settings.studio.webhook_private)
    except (HibariError, Problem) as error:
        told = str(error.detail) if isinstance(error, Problem) else str(error)
        return _page(request, visitor, wrong={"webhook": told, "url": url}, status=422)
    catalogue = studio.bench.catalogue
    hook = catalogue.add_webhook(url.strip(), kinds, by=visitor.name, seen=catalogue.last_event())
    _note(request, visitor, "add_webhook", hook.id, {"url": place_of(hook.url), "events": list(kinds)})
    return _page(request, visitor, fresh={"webhook": hook, "secret": hook.secret})


@router.post("/settings/webhooks/{hook_id}/remove")
def remove_webhook(request: Request, visitor: Admin, hook_id: str) -> Response:
    """Tell an address of nothing any more."""

    def act() -> str:
        found: list[WebhookEntry] = studio_of(request).bench.catalogue.webhooks(hook_id)
        if not found or not studio_of(request).bench.catalogue.remove_webhook(hook_id):
            raise ArtifactError(f"there is no webhook {hook_id[:40]!r}")
        _note(request, visitor, "remove_webhook", hook_id, {"url": place_of(found[0].url)})
        return f"{found[0].url} is told of nothing any more."

    return tried("/settings", act)


def _page(
    request: Request,
    visitor: Visitor,
    *,
    fresh: dict[str, Any] | None = None,
    wrong: dict[str, str] | None = None,
    status: int = 200,
) -> HTMLResponse:
    studio = studio_of(request)
    catalogue = studio.bench.catalogue
    is_admin = visitor.may("admin")
    hooks = catalogue.webhooks() if is_admin else []
    return render(
        request,
        "settings.html",
        visitor,
        status=status,
        health=readiness(studio, told=is_admin),
        figures=stats(studio),
        tokens=catalogue.tokens()[::-1] if is_admin else [],
        hooks=[(hook, catalogue.calls(hook.id, limit=_CALLS_SHOWN)) for hook in hooks],
        shown=settings_view(studio.settings).settings if is_admin else {},
        fresh=fresh or {},
        wrong=wrong or {},
        roles=[(role, ROLES_TOLD[role]) for role in ROLES],
        kinds=KINDS,
    )


def _note(request: Request, visitor: Visitor, what: str, subject: str, body: dict[str, Any]) -> None:
    who = decider(visitor)
    studio_of(request).bench.catalogue.note_choice(who.name, what, via=who.via, subject=subject, body=body)
