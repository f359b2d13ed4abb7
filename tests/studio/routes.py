"""Every route of the app, as tests try them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts

_FILLED = {
    "album_id": "x-1",
    "song_id": "song-1",
    "job_id": "job-0123456789ab",
    "sha256": "0" * 64,
    "digest": "0" * 64,
    "token_id": "tok-0123456789ab",
    "hook_id": "hook-0123456789ab",
    "schedule_id": "00000000-0000-0000-0000-000000000000",
    "number": "1",
}


@dataclass(frozen=True)
class Asked:
    """A method and an address with something in every place."""

    method: str
    path: str
    template: str

    @property
    def changes(self) -> bool:
        return self.method not in ("GET", "HEAD", "OPTIONS")

    def __str__(self) -> str:
        return f"{self.method} {self.template}"


def routes_of(app: FastAPI) -> list[Asked]:
    """Every route with every method; mounted folders are left out."""
    found = []
    for context in iter_route_contexts(app.routes):
        template = context.path
        for method in sorted(context.methods or ()):
            path = re.sub(r"\{(\w+)(:\w+)?\}", lambda place: _FILLED.get(place[1], "x"), template)
            found.append(Asked(method, path, template))
    return found
