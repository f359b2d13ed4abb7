"""How routes ask for work: who decides, idempotency keys, and the answer that names the job."""

from __future__ import annotations

from typing import TYPE_CHECKING

from studio.api.answers import PREFIX, answer
from studio.context import studio_of
from studio.problems import Problem
from studio.views.jobs import job_card
from tasks.asking import ask
from tasks.deciding import Decider

if TYPE_CHECKING:
    from fastapi import Request, Response

    from schemas.jobs import Job, JobRequest
    from studio.visitors import Visitor


def decider(visitor: Visitor) -> Decider:
    """Who decides, as records name them."""
    return Decider(visitor.name, visitor.via)


def ask_for(
    request: Request, visitor: Visitor, wanted: JobRequest, *, priority: int = 5, key: str = ""
) -> tuple[Job, Response]:
    """Put a request into the queue: the job, and the answer 202 that says where it is.

    Keys of two tokens never meet: each has its own.
    """
    own_key = f"{visitor.token_id}:{key}" if key else ""
    job = ask(studio_of(request).bench, wanted, decider(visitor), priority=priority, key=own_key)
    return job, answer(job_card(job), 202, headers={"Location": f"{PREFIX}/jobs/{job.id}"})


async def text_of(request: Request) -> str:
    """The body as text.

    Raises:
        Problem: 400, it is not UTF-8.
    """
    try:
        return (await request.body()).decode()
    except UnicodeDecodeError as error:
        raise Problem(400, f"the body is not UTF-8 (byte {error.start}): send it so") from error
