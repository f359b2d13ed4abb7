"""Runs on a Prefect server: deployments made known, runs started, watched and ended."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flows.prefect_rest.connection import PrefectHttp
from schemas.errors import SettingsError

OPEN = ("SCHEDULED", "PENDING", "RUNNING", "CANCELLING", "PAUSED")
"""Types of state that a run may leave again."""

ACTIVE = ("PENDING", "RUNNING", "CANCELLING")
"""Types of state of a run that a process works on, or is about to."""

_NAMES = {"CANCELLED": "Cancelled", "CRASHED": "Crashed", "FAILED": "Failed", "COMPLETED": "Completed"}
_PAGE = 200


@dataclass(frozen=True)
class RunEntry:
    """A run in Prefect.

    Attributes:
        id: its id.
        state: type of its state, e.g. 'RUNNING'.
        since: when it came into that state.
        deployment: id of its deployment; '' for none.
        parameters: what it was started with.
        tags: its tags.
        schedule: id of the schedule that started it; '' for none.
        schedule_name: the name of that schedule; '' where it has none.
        expected_at: when it was, or is, to start.
    """

    id: str
    state: str
    since: datetime | None
    deployment: str
    parameters: dict[str, Any]
    tags: tuple[str, ...]
    schedule: str
    schedule_name: str
    expected_at: datetime | None


class PrefectRuns(PrefectHttp):
    """Deployments and runs."""

    def deployment_ids(self) -> dict[str, str]:
        """The id of every deployment of ours by name: those tagged 'hibari'."""
        body = {"deployments": {"tags": {"all_": ["hibari"]}}, "limit": _PAGE}
        return {entry["name"]: entry["id"] for entry in self.ask("POST", "/deployments/filter", body)}

    def put_deployment(self, fields: dict[str, Any], *, flow: str, schedules: Sequence[dict[str, Any]] = ()) -> str:
        """Make a deployment known, or bring it up to date; its id.

        The schedules are added where the deployment is new; those it has are left as people set them.

        Args:
            fields: name, entrypoint, path, parameters, tags and the like.
            flow: name of its flow.
            schedules: what to begin with.
        """
        known = self.deployment_ids().get(fields["name"])
        if known is not None:
            self.ask("PATCH", f"/deployments/{known}", {key: fields[key] for key in fields if key != "name"})
            return known
        flow_id = self.ask("POST", "/flows/", {"name": flow})["id"]
        made = self.ask("POST", "/deployments/", {**fields, "flow_id": flow_id, "schedules": list(schedules)})
        return str(made["id"])

    def start_run(self, deployment: str, parameters: dict[str, Any], *, key: str, tags: Sequence[str] = ()) -> str:
        """Start a run of a deployment by its name; the run's id. The same key gives the run that is there already.

        Raises:
            SettingsError: there is no such deployment.
            BriefError: the parameters are refused.
        """
        ids = self.deployment_ids()
        if deployment not in ids:
            raise SettingsError(
                f"the Prefect server has no deployment {deployment!r} of Hibari's: start `hibari studio`, "
                "or run `prefect deploy --all`"
            )
        body = {"parameters": parameters, "idempotency_key": key, "tags": list(tags)}
        return str(self.ask("POST", f"/deployments/{ids[deployment]}/create_flow_run", body)["id"])

    def run_states(self, ids: Iterable[str]) -> dict[str, str]:
        """The type of state of each run that is there, e.g. 'RUNNING'."""
        wanted = list(dict.fromkeys(ids))
        found: dict[str, str] = {}
        for start in range(0, len(wanted), _PAGE):
            body = {"flow_runs": {"id": {"any_": wanted[start : start + _PAGE]}}, "limit": _PAGE}
            found |= {run["id"]: str(run["state_type"]) for run in self.ask("POST", "/flow_runs/filter", body)}
        return found

    def run(self, run_id: str) -> RunEntry:
        """One run.

        Raises:
            ArtifactError: it is not there.
        """
        return _run(self.ask("GET", f"/flow_runs/{run_id}"))

    def runs(
        self,
        states: Sequence[str],
        *,
        deployments: Sequence[str] | None = None,
        within: Sequence[str] | None = None,
        tags: Sequence[str] = (),
    ) -> list[RunEntry]:
        """The runs in some types of state, the one expected first first; at most 200.

        Args:
            states: types of state.
            deployments: only those of these deployments, by id; None for any.
            within: only those that these runs, by id, started as parts of themselves; None for any.
            tags: only those that have all of these tags.
        """
        chosen: dict[str, Any] = {"state": {"type": {"any_": list(states)}}}
        if deployments is not None:
            chosen["deployment_id"] = {"any_": list(deployments)}
        if within is not None:
            chosen["parent_flow_run_id"] = {"any_": list(within)}
        if tags:
            chosen["tags"] = {"all_": list(tags)}
        body = {"flow_runs": chosen, "limit": _PAGE, "sort": "EXPECTED_START_TIME_ASC"}
        return [_run(found) for found in self.ask("POST", "/flow_runs/filter", body)]

    def end_run(self, run_id: str, state: str, message: str = "") -> None:
        """End a run, the runs within it and their tasks, whatever they say of themselves; those that ended stay so.

        Args:
            run_id: the run.
            state: 'CANCELLED', 'CRASHED', 'FAILED' or 'COMPLETED'.
            message: why.
        """
        for inner in self.runs(OPEN, within=[run_id]):
            self.end_run(inner.id, state, message)
        body = {"flow_runs": {"id": {"any_": [run_id]}}, "task_runs": {"state": {"type": {"any_": list(OPEN)}}}}
        for task in self.ask("POST", "/task_runs/filter", {**body, "limit": _PAGE}):
            self.ask("POST", f"/task_runs/{task['id']}/set_state", _forced(state, message))
        if self.run_states([run_id]).get(run_id) in OPEN:
            self.ask("POST", f"/flow_runs/{run_id}/set_state", _forced(state, message))

    def free_slots(self, names: Sequence[str]) -> list[str]:
        """Give back every slot of some global concurrency limits; the names of those that held any."""
        found = self.ask("POST", "/v2/concurrency_limits/filter", {"limit": _PAGE})
        held = [limit["name"] for limit in found if limit["name"] in names and limit["active_slots"]]
        for name in held:
            self.ask("PATCH", f"/v2/concurrency_limits/{name}", {"active_slots": 0})
        return held


def _forced(state: str, message: str) -> dict[str, Any]:
    return {"state": {"type": state, "name": _NAMES[state], "message": message[:400]}, "force": True}


def moment_of(text: str | None) -> datetime | None:
    """A moment as Prefect writes it; None for none."""
    return None if text is None else datetime.fromisoformat(text.replace("Z", "+00:00"))


def _run(found: dict[str, Any]) -> RunEntry:
    by = found.get("created_by") or {}
    scheduled = by.get("type") == "SCHEDULE"
    return RunEntry(
        id=found["id"],
        state=str(found["state_type"]),
        since=moment_of((found.get("state") or {}).get("timestamp")),
        deployment=found.get("deployment_id") or "",
        parameters=found.get("parameters") or {},
        tags=tuple(found.get("tags") or ()),
        schedule=str(by.get("id") or "") if scheduled else "",
        schedule_name=str(by.get("display_value") or "") if scheduled else "",
        expected_at=moment_of(found.get("expected_start_time")),
    )
