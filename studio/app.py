"""The web application: the API, the pages, and what stands guard before both."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from anyio import to_thread
from fastapi import APIRouter, FastAPI

from schemas.errors import HibariError
from studio.api import (
    admin,
    albums,
    artifacts,
    blobs,
    document,
    events,
    house,
    jobs,
    releases,
    reviewing,
    schedules,
    songs,
)
from studio.api.answers import PREFIX
from studio.context import Studio
from studio.guards import Door, Faults, SafeAnswers
from studio.guards_bodies import Bodies
from studio.pages import album, album_forms, assets, log, new, queue, signing, song, wall
from studio.pages import batches as batch_pages
from studio.pages import jobs as job_pages
from studio.pages import models as model_pages
from studio.pages import schedules as schedule_pages
from studio.pages import settings as settings_pages
from studio.problems import answer_with_problems
from studio.webhooks import WebhookSender
from tasks.standing import refresh_missing

if TYPE_CHECKING:
    from flows.prefect_rest.api import PrefectApi
    from schemas.settings import Settings

API = (albums, songs, reviewing, releases, jobs, schedules, artifacts, blobs, events, house, document, admin)
"""Modules of the API; each has a `router`."""

PAGES = (
    assets,
    signing,
    wall,
    new,
    queue,
    album,
    album_forms,
    song,
    job_pages,
    batch_pages,
    schedule_pages,
    model_pages,
    log,
    settings_pages,
)
"""Modules of the pages; each has a `router`."""


THREADS = 8
"""Requests worked on at once; more would take each other's turns, and the last of them would wait the longest."""


def create_app(settings: Settings, *, prefect: PrefectApi | None = None, call_webhooks: bool = False) -> FastAPI:
    """The application for some settings.

    Args:
        settings: where the store is, and how the studio is served.
        prefect: the Prefect server; None serves everything that needs none of it.
        call_webhooks: whether webhooks are told of events, as one process of a studio must do.
    """
    studio = Studio(settings, prefect=prefect)
    sender = WebhookSender(studio.bench.catalogue, settings.studio) if call_webhooks else None

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        to_thread.current_default_thread_limiter().total_tokens = THREADS
        if sender is not None:
            sender.start()
        keeping = asyncio.create_task(_keep_house(studio))
        yield
        keeping.cancel()
        studio.streams.end()
        if sender is not None:
            await to_thread.run_sync(sender.stop)
        studio.close()

    app = FastAPI(
        title="Hibari", lifespan=lifespan, docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False
    )
    app.state.studio = studio
    answer_with_problems(app)
    api = APIRouter(prefix=PREFIX)
    for part in API:
        api.include_router(part.router)
    app.include_router(api)
    for page in PAGES:
        app.include_router(page.router)
    assets.serve_assets(app)
    _stand_guard(app, studio)
    return app


async def _keep_house(studio: Studio) -> None:
    """Now and every hour: write down where albums are that lack it, drop events that were kept long enough."""
    while True:
        before_s = time.time() - studio.settings.studio.events_days * 86_400
        with contextlib.suppress(HibariError):
            await to_thread.run_sync(refresh_missing, studio.bench)
            await to_thread.run_sync(studio.bench.catalogue.forget_events, before_s)
        await asyncio.sleep(3600)


def _stand_guard(app: FastAPI, studio: Studio) -> None:
    """Put the guards before everything; the last one added is the first to be passed."""
    served = studio.settings.studio
    app.add_middleware(Faults)
    app.add_middleware(Bodies, longest=served.body_kib * 1024, seconds=served.body_s)
    app.add_middleware(Door, studio=studio)
    app.add_middleware(SafeAnswers)
