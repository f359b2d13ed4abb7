"""A Prefect server seen through its REST API: runs started, watched and ended, schedules kept.

Plain HTTP, because the studio's web process has no other need of Prefect's client, which takes seconds to import.
"""

from __future__ import annotations

from flows.prefect_rest.runs import RunEntry
from flows.prefect_rest.schedules import PrefectSchedules, ScheduleEntry

__all__ = ["PrefectApi", "RunEntry", "ScheduleEntry"]


class PrefectApi(PrefectSchedules):
    """A Prefect server, ours or the user's own."""
