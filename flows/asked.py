"""Who started the run that this is: a schedule, a person or program by way of Prefect, or a plain call."""

from __future__ import annotations

from dataclasses import dataclass

BY_NIGHT = 3
"""Priority of what a schedule asks for: what a person waits for comes first."""

_USUAL = 5


@dataclass(frozen=True)
class Asked:
    """Who started a run.

    Attributes:
        by: 'schedule:NAME', 'deployment:NAME' or 'flow'.
        via: 'schedule', 'deployment' or 'flow'.
        priority: of a job that the run puts into the queue.
        run: id of the run in Prefect; '' outside of one.
    """

    by: str
    via: str
    priority: int
    run: str

    def was_cancelled(self) -> bool:
        """Whether someone cancelled the run in Prefect."""
        from prefect.client.orchestration import get_client
        from prefect.client.schemas.objects import StateType

        if not self.run:
            return False
        with get_client(sync_client=True) as client:
            state = client.read_flow_run(self.run).state  # type: ignore[arg-type]
        return state is not None and state.type is StateType.CANCELLING


def who_asked() -> Asked:
    """Who started the flow run that calls this."""
    from prefect.context import FlowRunContext

    context = FlowRunContext.get()
    run = context.flow_run if context else None
    if run is None:
        return Asked("flow", "flow", _USUAL, "")
    by = run.created_by
    if by is not None and by.type == "SCHEDULE":
        return Asked(f"schedule:{by.display_value or 'unnamed'}", "schedule", BY_NIGHT, str(run.id))
    if run.deployment_id is None:
        return Asked("flow", "flow", _USUAL, str(run.id))
    from prefect.runtime import deployment

    return Asked(f"deployment:{deployment.name}", "deployment", _USUAL, str(run.id))
