"""The deployments of prefect.yaml, made known to a Prefect server that has no work pool to run them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from schemas.errors import SettingsError
from schemas.settings import CHECKOUT

if TYPE_CHECKING:
    from flows.prefect_rest.api import PrefectApi

FILE = CHECKOUT / "prefect.yaml"
TAG = "hibari"
"""On every deployment of ours, so that no one else's is touched on a server that is shared."""


def declared(file: Path = FILE) -> list[dict[str, Any]]:
    """The deployments that a prefect.yaml declares.

    Raises:
        SettingsError: it cannot be read.
    """
    import yaml

    try:
        found = yaml.safe_load(file.read_text())["deployments"]
    except (OSError, yaml.YAMLError, KeyError, TypeError) as error:
        raise SettingsError(f"{file}: the deployments cannot be read ({error}); restore the file") from error
    return list(found)


def register(prefect: PrefectApi, file: Path = FILE) -> dict[str, str]:
    """Make every declared deployment known; their ids by name. Schedules of one already known stay as people set them.

    Flows are named by module, not by file, so that a run imports the checkout's own code and copies nothing.

    Raises:
        SettingsError: the server does not answer, or the file cannot be read.
    """
    return {entry["name"]: _register(prefect, entry) for entry in declared(file)}


def module_of(entrypoint: str) -> tuple[str, str]:
    """Module and function of an entrypoint, e.g. ('flows.produce', 'produce_albums')."""
    path, _, function = entrypoint.partition(":")
    return path.removesuffix(".py").replace("/", "."), function


def _register(prefect: PrefectApi, entry: dict[str, Any]) -> str:
    module, function = module_of(entry["entrypoint"])
    schedules = [
        {
            "active": schedule.get("active", True),
            "schedule": {"cron": schedule["cron"], "timezone": schedule.get("timezone", "UTC")},
            "parameters": schedule.get("parameters", {}),
            "slug": schedule.get("slug", entry["name"]),
        }
        for schedule in entry.get("schedules", [])
    ]
    fields = {
        "name": entry["name"],
        "description": entry.get("description", ""),
        "entrypoint": f"{module}.{function}",
        "path": str(CHECKOUT),
        "parameters": entry.get("parameters", {}),
        "enforce_parameter_schema": False,  # the flow checks what it is given, in words that a musician reads
        "tags": sorted({TAG, *entry.get("tags", [])}),
    }
    return prefect.put_deployment(fields, flow=function.replace("_", "-"), schedules=schedules)
