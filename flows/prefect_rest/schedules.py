"""Schedules on a Prefect server: listed, added, paused and removed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import available_timezones

from flows.prefect_rest.runs import PrefectRuns
from schemas.errors import ArtifactError, BriefError, SettingsError

_PAGE = 200


@dataclass(frozen=True)
class ScheduleEntry:
    """When a deployment runs by itself.

    Attributes:
        id: its id.
        deployment: name of the deployment it starts.
        name: its own name; '' where it has none.
        cron: five fields: minute, hour, day, month, weekday; 'every N s' for one made elsewhere with an interval.
        timezone: in which the fields are meant, e.g. 'Europe/Berlin'.
        active: whether it starts anything now.
        parameters: what it starts the deployment with, over the deployment's own.
        next_at: when it starts a run next; None while it is paused, or no run is planned yet.
    """

    id: str
    deployment: str
    name: str
    cron: str
    timezone: str
    active: bool
    parameters: dict[str, Any]
    next_at: datetime | None


class PrefectSchedules(PrefectRuns):
    """Schedules of Hibari's deployments."""

    def schedules(self) -> list[ScheduleEntry]:
        """Every schedule of a deployment of ours, by deployment and name."""
        body = {"deployments": {"tags": {"all_": ["hibari"]}}, "limit": _PAGE}
        deployments = self.ask("POST", "/deployments/filter", body)
        upcoming = self.runs(["SCHEDULED"], deployments=[entry["id"] for entry in deployments])
        planned: dict[str, datetime | None] = {}
        for run in upcoming:
            planned.setdefault(run.schedule, run.expected_at)
        found = [
            _schedule(entry["name"], schedule, planned.get(schedule["id"]))
            for entry in deployments
            for schedule in entry.get("schedules", [])
        ]
        return sorted(found, key=lambda entry: (entry.deployment, entry.name, entry.id))

    def schedule(self, schedule_id: str) -> ScheduleEntry:
        """The schedule of that id.

        Raises:
            ArtifactError: there is none.
        """
        for entry in self.schedules():
            if entry.id == schedule_id:
                return entry
        raise ArtifactError(f"there is no schedule {schedule_id!r}: list them again")

    def add_schedule(
        self,
        deployment: str,
        *,
        name: str,
        cron: str,
        timezone: str = "UTC",
        parameters: dict[str, Any] | None = None,
        active: bool = True,
    ) -> ScheduleEntry:
        """Add a schedule to a deployment.

        Args:
            deployment: its name.
            name: the schedule's own name: letters, digits and hyphens; no other of the deployment has it.
            cron: five fields: minute, hour, day, month, weekday.
            timezone: in which they are meant.
            parameters: what to start the deployment with, over its own.
            active: whether it starts runs from now on.

        Raises:
            BriefError: the name is taken, or name, cron or time zone are none.
            SettingsError: there is no such deployment.
        """
        _check(name, cron, timezone)
        ids = self.deployment_ids()
        if deployment not in ids:
            raise SettingsError(
                f"there is no deployment {deployment!r}; choose from {', '.join(sorted(ids)) or 'none'}"
            )
        if any(entry.deployment == deployment and entry.name == name for entry in self.schedules()):
            raise BriefError(f"{deployment} has a schedule {name!r} already: choose another name")
        fields = {
            "active": active,
            "schedule": {"cron": cron, "timezone": timezone},
            "parameters": parameters or {},
            "slug": name,
        }
        made = self.ask("POST", f"/deployments/{ids[deployment]}/schedules", [fields])
        return _schedule(deployment, made[0], None)

    def set_schedule(self, schedule_id: str, active: bool) -> ScheduleEntry:
        """Pause a schedule, or let it go on; runs that it had planned are dropped.

        Raises:
            ArtifactError: there is no such schedule.
        """
        entry = self.schedule(schedule_id)
        path = f"/deployments/{self.deployment_ids()[entry.deployment]}/schedules/{schedule_id}"
        self.ask("PATCH", path, {"active": active, "parameters": entry.parameters, "slug": entry.name or None})
        return self.schedule(schedule_id)

    def remove_schedule(self, schedule_id: str) -> None:
        """Remove a schedule and the runs it had planned.

        Raises:
            ArtifactError: there is no such schedule.
        """
        entry = self.schedule(schedule_id)
        self.ask("DELETE", f"/deployments/{self.deployment_ids()[entry.deployment]}/schedules/{schedule_id}")


def _check(name: str, cron: str, timezone: str) -> None:
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9-]{0,59}", name):
        raise BriefError(f"schedule name {name[:60]!r}: give 1 to 60 letters, digits and hyphens, e.g. 'weeknights'")
    if len(cron.split()) != 5 or len(cron) > 100:
        raise BriefError(
            f"cron {cron[:100]!r}: give five fields, minute hour day month weekday, e.g. '0 2 * * *' for two at night"
        )
    if timezone not in available_timezones():
        raise BriefError(f"time zone {timezone[:60]!r} is not known: give one such as 'Europe/Berlin' or 'UTC'")


def _schedule(deployment: str, found: dict[str, Any], next_at: datetime | None) -> ScheduleEntry:
    when = found["schedule"]
    every = f"every {when['interval']:g} s" if "interval" in when else str(when.get("rrule", ""))
    return ScheduleEntry(
        id=found["id"],
        deployment=deployment,
        name=found.get("slug") or "",
        cron=when.get("cron") or every,
        timezone=when.get("timezone") or "UTC",
        active=bool(found["active"]),
        parameters=found.get("parameters") or {},
        next_at=next_at if found["active"] else None,
    )
