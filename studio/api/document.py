"""The OpenAPI document: every route of the API, its bodies with examples, its errors, and who may call it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request, Response
from fastapi.openapi.utils import get_openapi
from pydantic.json_schema import models_json_schema
from starlette.routing import BaseRoute

from schemas.brief import Brief
from studio.api.answers import PREFIX, Problem, answer, declared, problems
from studio.auth import Viewer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fastapi import FastAPI

router = APIRouter(tags=["studio"])

VERSION = "1"
_ABOUT = """Albums are asked for with a brief, made by jobs, reviewed by people and pressed into releases.

Every request but `health` and `ready` carries a token: `Authorization: Bearer hib_…`. Roles: a viewer reads; a reviewer
also judges, selects takes and edits; a producer also asks for albums, retakes and releases; an admin also keeps
tokens and webhooks. Errors are problem documents (RFC 9457).
"""
_TAGS = {
    "albums": "asked for, listed, looked at, put in order, pressed",
    "songs": "in an album, one by one, and every version there was",
    "reviewing": "verdicts, takes, edits and retakes",
    "releases": "pressed albums and their files",
    "jobs": "the queue, batches",
    "schedules": "when a deployment runs by itself",
    "artifacts": "records, lineage and bytes",
    "events": "what happens, as it happens",
    "studio": "models, figures, choices, settings",
    "admin": "tokens and webhooks",
    "open": "needs no token",
}


_OF_BODIES = {str(status): declared(status) for status in (400, 408, 413)}


@router.get("/openapi.json", operation_id="get_openapi", responses=problems())
async def get_document(request: Request, _: Viewer) -> Response:
    """The document you read."""
    return answer(document(request.app))


def document(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI document of an application, made once."""
    if not app.openapi_schema:
        app.openapi_schema = _made(app.routes)
    return app.openapi_schema


def _made(routes: Sequence[BaseRoute]) -> dict[str, Any]:
    made = get_openapi(
        title="Hibari",
        version=VERSION,
        description=_ABOUT,
        routes=routes,
        tags=[{"name": name, "description": text} for name, text in _TAGS.items()],
    )
    _, shared = models_json_schema(
        [(Problem, "serialization"), (Brief, "validation")], ref_template="#/components/schemas/{model}"
    )
    components = made.setdefault("components", {})
    components["schemas"] = {**shared["$defs"], **components.get("schemas", {})}
    components["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer", "bearerFormat": "hib_…"}}
    made["paths"] = {path: operations for path, operations in made["paths"].items() if path.startswith(PREFIX)}
    for path in made["paths"].values():
        for operation in path.values():
            if "requestBody" in operation:
                operation["responses"] = {**_OF_BODIES, **operation["responses"]}
            operation["security"] = [] if "open" in operation.get("tags", ()) else [{"token": []}]
    return made
