"""The web application: the API, the pages, and what stands guard before both."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from fastapi import FastAPI

from studio.context import Studio
from studio.problems import answer_with_problems

if TYPE_CHECKING:
    from flows.prefect_api import PrefectApi
    from schemas.settings import Settings


def create_app(settings: Settings, *, prefect: PrefectApi | None = None) -> FastAPI:
    """The application for some settings.

    Args:
        settings: where the store is, and how the studio is served.
        prefect: the Prefect server; None serves everything that needs none of it.
    """
    studio = Studio(settings, prefect=prefect)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        studio.close()

    app = FastAPI(title="Hibari", lifespan=lifespan, docs_url=None, redoc_url=None, openapi_url=None)
    app.state.studio = studio
    answer_with_problems(app)
    return app
