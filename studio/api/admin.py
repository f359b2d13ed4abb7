"""What only an admin does: tokens, and webhooks with their calls."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import AwareDatetime

from artifacts.people import Role
from schemas.base import Record
from studio.api.answers import answer, problems
from studio.api.bodies import TokenBody, WebhookBody
from studio.auth import Admin
from studio.context import studio_of
from studio.problems import Problem
from studio.webhook_addresses import check_url, place_of
from tasks.deciding import Decider

router = APIRouter(tags=["admin"])

TokenId = Annotated[str, Path(pattern=r"^tok-[0-9a-f]{12}$", examples=["tok-0123456789ab"])]
HookId = Annotated[str, Path(pattern=r"^hook-[0-9a-f]{12}$", examples=["hook-0123456789ab"])]


class TokenView(Record):
    """A token without its secret."""

    id: str
    name: str
    role: Role
    created_at: AwareDatetime
    expires_at: AwareDatetime | None
    revoked_at: AwareDatetime | None


class NewToken(Record):
    """A token, with the secret that is shown this once."""

    token: TokenView
    secret: str


class WebhookView(Record):
    """A webhook without its secret."""

    id: str
    url: str
    events: tuple[str, ...]
    active: bool
    by: str
    created_at: AwareDatetime


class NewWebhook(Record):
    """A webhook, with the secret its calls are signed with, which is shown this once."""

    webhook: WebhookView
    secret: str


class Delivery(Record):
    """A call of a webhook about an event."""

    seq: int
    event: int
    state: str
    attempts: int
    next_at: AwareDatetime
    status: int | None
    error: str
    changed_at: AwareDatetime


@router.get("/tokens", operation_id="list_tokens", response_model=tuple[TokenView, ...], responses=problems())
def list_tokens(request: Request, _: Admin) -> Response:
    """Every token there ever was, without secrets."""
    return answer(studio_of(request).bench.catalogue.tokens())


@router.post("/tokens", operation_id="add_token", status_code=201, response_model=NewToken, responses=problems(409))
def add_token(request: Request, visitor: Admin, body: TokenBody) -> Response:
    """Make a token for a person or a program. Its secret is shown now and never again."""
    name = Decider(body.name, "api").name
    catalogue = studio_of(request).bench.catalogue
    lasts_s = None if body.days is None else body.days * 86_400
    entry, secret = catalogue.add_token(name, body.role, lasts_s=lasts_s)
    told = {"name": name, "role": body.role}
    catalogue.note_choice(visitor.name, "add_token", via=visitor.via, subject=entry.id, body=told)
    return answer({"token": entry, "secret": secret}, 201)


@router.delete("/tokens/{token_id}", operation_id="revoke_token", status_code=204, responses=problems(404))
def revoke_token(request: Request, visitor: Admin, token_id: TokenId) -> Response:
    """Revoke a token: it, and the sessions it began, open nothing within a second."""
    studio = studio_of(request)
    if not studio.bench.catalogue.revoke_token(token_id):
        raise Problem(404, f"there is no valid token {token_id}")
    studio.credentials.forget()
    studio.bench.catalogue.note_choice(visitor.name, "revoke_token", via=visitor.via, subject=token_id)
    return Response(status_code=204)


@router.get("/webhooks", operation_id="list_webhooks", response_model=tuple[WebhookView, ...], responses=problems())
def list_webhooks(request: Request, _: Admin) -> Response:
    """Every webhook, without secrets."""
    hooks = studio_of(request).bench.catalogue.webhooks()
    return answer([{name: getattr(hook, name) for name in WebhookView.model_fields} for hook in hooks])


@router.post(
    "/webhooks", operation_id="add_webhook", status_code=201, response_model=NewWebhook, responses=problems(409)
)
def add_webhook(request: Request, visitor: Admin, body: WebhookBody) -> Response:
    """Tell an address of events from now on. The secret its calls are signed with is shown now and never again."""
    studio = studio_of(request)
    check_url(body.url, private=studio.settings.studio.webhook_private)
    catalogue = studio.bench.catalogue
    hook = catalogue.add_webhook(body.url, body.events, by=visitor.name, seen=catalogue.last_event())
    told = {"url": place_of(body.url), "events": list(body.events)}
    catalogue.note_choice(visitor.name, "add_webhook", via=visitor.via, subject=hook.id, body=told)
    view = {name: getattr(hook, name) for name in WebhookView.model_fields}
    return answer({"webhook": view, "secret": hook.secret}, 201)


@router.delete("/webhooks/{hook_id}", operation_id="remove_webhook", status_code=204, responses=problems(404))
def remove_webhook(request: Request, visitor: Admin, hook_id: HookId) -> Response:
    """Tell an address of nothing any more; its log of calls goes too."""
    catalogue = studio_of(request).bench.catalogue
    if not catalogue.remove_webhook(hook_id):
        raise Problem(404, f"there is no webhook {hook_id}")
    catalogue.note_choice(visitor.name, "remove_webhook", via=visitor.via, subject=hook_id)
    return Response(status_code=204)


@router.get(
    "/webhooks/{hook_id}/deliveries",
    operation_id="list_deliveries",
    response_model=tuple[Delivery, ...],
    responses=problems(404),
)
def list_deliveries(
    request: Request, _: Admin, hook_id: HookId, limit: Annotated[int, Query(ge=1, le=500)] = 100
) -> Response:
    """The calls of a webhook, newest first: waiting, delivered or failed, and what came back."""
    catalogue = studio_of(request).bench.catalogue
    if not catalogue.webhooks(hook_id):
        raise Problem(404, f"there is no webhook {hook_id}")
    calls = catalogue.calls(hook_id, limit=limit)
    return answer([{name: getattr(call, name) for name in Delivery.model_fields} for call in calls])
