"""Artifacts: their records, what they came from, and what came from them."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from studio.api.answers import DigestId, answer, problems
from studio.auth import Viewer
from studio.context import studio_of
from studio.views.artifacts import ArtifactView, Dependants, LineageView, artifact_json, lineage_view
from tasks.origins import Origin, origins_of

router = APIRouter(tags=["artifacts"])

_KEPT = {"Cache-Control": "private, max-age=31536000, immutable"}


@router.get(
    "/artifacts/{digest}",
    operation_id="get_artifact",
    response_model=ArtifactView,
    responses={304: {"description": "you have it already"}, **problems(404)},
)
def get_artifact(request: Request, _: Viewer, digest: DigestId) -> Response:
    """An artifact's record, its own hash checked. It never changes: the ETag is its digest."""
    headers = {**_KEPT, "ETag": f'"{digest}"'}
    if f'"{digest}"' in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    content = studio_of(request).bench.catalogue.content(digest)
    return Response(artifact_json(digest, content), headers=headers, media_type="application/json")


@router.get(
    "/artifacts/{digest}/lineage", operation_id="get_lineage", response_model=LineageView, responses=problems(404)
)
def get_lineage(request: Request, _: Viewer, digest: DigestId) -> Response:
    """What an artifact was made from, down to what was made from nothing."""
    return answer(lineage_view(studio_of(request).bench.catalogue, digest))


@router.get("/artifacts/{digest}/origins", operation_id="get_origins", response_model=Origin, responses=problems(404))
def get_origins(request: Request, _: Viewer, digest: DigestId) -> Response:
    """Who made or edited an artifact, and how: recipe, seed, take, weights, software, machine, inputs, edits."""
    return answer(origins_of(studio_of(request).bench, digest))


@router.get(
    "/artifacts/{digest}/dependants", operation_id="list_dependants", response_model=Dependants, responses=problems(404)
)
def list_dependants(request: Request, _: Viewer, digest: DigestId) -> Response:
    """What was made from an artifact, directly or through others."""
    catalogue = studio_of(request).bench.catalogue
    catalogue.get(digest)
    return answer({"digest": digest, "dependants": catalogue.dependants(digest)})
