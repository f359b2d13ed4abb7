"""The process that runs what is scheduled: `python -m flows.upkeep.runner`, started by `flows.upkeep.supervise`.

It serves every deployment of prefect.yaml with Prefect's own runner: each run is a process of its own. Deployments are
made known by the studio beforehand, and looked up here, so that what people set on them stays.
"""

from __future__ import annotations

import asyncio
import os
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast
from uuid import UUID

from flows.deployments import declared
from flows.prefect_rest.api import PrefectApi
from flows.prefect_safety import set_defaults
from flows.processes import end_with_studio
from schemas.errors import SettingsError

if TYPE_CHECKING:
    from prefect.deployments.runner import RunnerDeployment

_QUERY_S = 2.0
_AT_ONCE = 6
"""Runs at a time: one makes things, others press, or ask and leave again. None waits long (`flows.jobs`)."""


@dataclass(frozen=True)
class KnownDeployment:
    """A deployment that the server knows already: what Prefect's runner needs of one."""

    name: str
    id: UUID
    storage: None = None

    async def aapply(self) -> UUID:
        """Its id; nothing on the server is changed."""
        return self.id


def known_deployments(prefect: PrefectApi) -> list[KnownDeployment]:
    """The deployments of prefect.yaml that the server knows.

    Raises:
        SettingsError: it knows none of them, or does not answer.
    """
    ids = prefect.deployment_ids()
    names = [entry["name"] for entry in declared()]
    found = [KnownDeployment(name, UUID(ids[name])) for name in names if name in ids]
    if not found:
        raise SettingsError(f"the Prefect server knows none of {', '.join(names)}: start `hibari studio` again")
    return found


async def run_deployments(deployments: list[KnownDeployment]) -> None:
    """Start what is scheduled until this process is ended."""
    from prefect.runner import Runner

    runner = Runner(name="hibari", limit=_AT_ONCE, query_seconds=_QUERY_S, pause_on_shutdown=False, webserver=False)
    for deployment in deployments:
        await runner.aadd_deployment(cast("RunnerDeployment", deployment))
    await runner.start()


def main() -> None:
    """Serve the deployments of the server that the environment names."""
    end_with_studio()
    set_defaults()
    prefect = PrefectApi(os.environ["PREFECT_API_URL"], os.environ.get("PREFECT_API_AUTH_STRING", ""))
    try:
        deployments = known_deployments(prefect)
    except SettingsError as error:
        sys.exit(str(error))
    finally:
        prefect.close()
    asyncio.run(run_deployments(deployments))


if __name__ == "__main__":
    main()
