"""Schedules whose times passed while no studio ran: each is made up for once, not once for every time."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flows.prefect_rest.api import PrefectApi

MISSED = timedelta(minutes=10)
"""How late a run is when its time was missed, and not only waited for."""


def drop_missed(prefect: PrefectApi, deployments: Sequence[str], now: datetime) -> list[str]:
    """Cancel what schedules missed, but the latest run of each; what was done, a line a schedule.

    Args:
        prefect: the server.
        deployments: ids of the deployments that are looked at.
        now: the moment, with a time zone.
    """
    scheduled = prefect.runs(("SCHEDULED",), deployments=deployments)
    missed = [run for run in scheduled if run.schedule and run.expected_at and run.expected_at < now - MISSED]
    missed.sort(key=lambda run: run.expected_at or now)
    latest = {run.schedule: run for run in missed}
    dropped: dict[str, int] = {}
    for run in missed:
        if run is not latest[run.schedule]:
            prefect.end_run(
                run.id, "CANCELLED", "its time passed while no studio ran; a later one is made in its place"
            )
            dropped[run.schedule] = dropped.get(run.schedule, 0) + 1
    return [
        f"schedule {latest[name].schedule_name or name} missed {count + 1} times while no studio ran; it runs once"
        for name, count in dropped.items()
    ]
