"""What every request may reach: settings, the store and the catalogue, the Prefect server."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, cast

from fastapi import Request

from tasks.bench import Bench

if TYPE_CHECKING:
    from flows.prefect_api import PrefectApi
    from schemas.settings import Settings


class Studio:
    """One a process. `prefect` is None where the app is served without a Prefect server, as in tests."""

    def __init__(self, settings: Settings, *, prefect: PrefectApi | None = None) -> None:
        self.settings = settings
        self.bench = Bench(settings)
        self.prefect = prefect
        self.started_at_s = time.time()

    def close(self) -> None:
        """Close what is open."""
        self.bench.catalogue.close()


def studio_of(request: Request) -> Studio:
    """The studio that serves a request."""
    return cast("Studio", request.app.state.studio)
