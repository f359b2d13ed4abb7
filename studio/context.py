"""What every request may reach: settings, the store and the catalogue, the Prefect server, who is known and listens."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, cast

from fastapi import Request

from studio.blobs import BlobDesk
from studio.credentials import Credentials
from studio.health import Pulse
from studio.rates import Rates
from studio.streams import Streams
from tasks.bench import Bench

if TYPE_CHECKING:
    from collections.abc import Callable

    from flows.prefect_rest.api import PrefectApi
    from flows.upkeep.health import StudioHealth
    from schemas.settings import Settings

FAILURES_A_MINUTE = 30
"""How often a minute one address may come with a token, or a cookie, that opens nothing."""


class Studio:
    """One a process. `prefect` is None where the app is served without a Prefect server, as in tests."""

    def __init__(self, settings: Settings, *, prefect: PrefectApi | None = None) -> None:
        self.settings = settings
        self.bench = Bench(settings)
        self.prefect = prefect
        self.supervised: Callable[[], StudioHealth] | None = None
        """What the other processes say of themselves; None where the app is served alone."""
        self.started_at_s = time.time()
        self.credentials = Credentials(self.bench.catalogue)
        self.rates = Rates(settings.studio.requests_a_minute)
        self.failures = Rates(FAILURES_A_MINUTE)
        self.blobs = BlobDesk(self.bench.catalogue)
        self.pulse = Pulse()
        self.streams = Streams(self.bench.catalogue, self.credentials, most=settings.studio.listeners)

    def close(self) -> None:
        """Close what is open."""
        self.bench.catalogue.close()


def studio_of(request: Request) -> Studio:
    """The studio that serves a request."""
    return cast("Studio", request.app.state.studio)
