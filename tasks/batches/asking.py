"""A batch asked for: every brief tried at the edge, one job for all, under a key that the same batch has again."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

from schemas.base import canonical_json, sha256_hex
from schemas.brief import Brief
from schemas.errors import CheckpointError, HibariError
from schemas.jobs import Budget, MakeRequest
from tasks.albums import open_album
from tasks.asking import ask
from tasks.batches.expanding import Expansion, Refusal, expand, refuse

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from schemas.jobs import Job
    from tasks.batches.reading import ReadBatch
    from tasks.bench import Bench
    from tasks.choices import Decider

_MOST_REASON = 500


@dataclass(frozen=True)
class Overrides:
    """What was said with the command, over what the batch itself says; None leaves that as it is."""

    priority: int | None = None
    policy: str | None = None
    albums: int | None = None
    minutes: float | None = None
    disk_mb: int | None = None

    def budget(self, of_the_batch: Budget) -> Budget:
        """The bounds that hold."""
        given = {"albums": self.albums, "minutes": self.minutes, "disk_mb": self.disk_mb}
        return of_the_batch.replaced(**{name: value for name, value in given.items() if value is not None})


@dataclass(frozen=True)
class AskedBatch:
    """A batch that can be made: its request, its priority, and where each brief stands in what was read."""

    request: MakeRequest
    priority: int
    places: tuple[str, ...]
    refused: tuple[Refusal, ...]


def ask_batch(
    bench: Bench, read: ReadBatch, *, on: date, skip_refused: bool = False, overrides: Overrides | None = None
) -> AskedBatch:
    """The request that a batch comes to on a day; nothing is written.

    Args:
        bench: where models and voices are looked up.
        read: the batch as it was read.
        on: the day that `{date}` means.
        skip_refused: whether briefs that cannot be made are left out, and told of, instead of refusing the batch.
        overrides: what was said besides.

    Raises:
        BriefError: briefs are refused and `skip_refused` is false, or none is left; up to 20 reasons are told.
        CheckpointError: every brief needs weights that are not here.
        ReviewError: the policy is not written.
    """
    given, batch = overrides or Overrides(), read.batch
    policy = batch.policy if given.policy is None else given.policy
    if policy:
        from tasks.policies import policy_of

        policy_of(policy)
    expansion = try_briefs(bench, expand(batch, on=on, places=read.places))
    refused = (*read.refused, *expansion.refused)
    if not skip_refused or not expansion.briefs:
        refuse(refused)
    request = MakeRequest(
        name=batch.name,
        briefs=expansion.briefs,
        budget=given.budget(batch.budget),
        policy=policy,
        refused=tuple(str(refusal)[:600] for refusal in refused),
    )
    return AskedBatch(
        request, batch.priority if given.priority is None else given.priority, expansion.places, tuple(refused)
    )


def try_briefs(bench: Bench, expansion: Expansion) -> Expansion:
    """The briefs that can be planned with the models and voices that are here; the others join the refused.

    Raises:
        CheckpointError: not one can, for want of the same weights.
    """
    briefs: list[Brief] = []
    places: list[str] = []
    failed: dict[str, tuple[HibariError, list[str]]] = {}
    for brief, place in zip(expansion.briefs, expansion.places, strict=True):
        try:
            open_album(brief, bench, record=False)
        except HibariError as error:
            failed.setdefault(str(error), (error, []))[1].append(place)
        else:
            briefs.append(brief)
            places.append(place)
    only = next(iter(failed.values()))[0] if len(failed) == 1 else None
    if isinstance(only, CheckpointError) and not briefs and not expansion.refused:
        raise only
    refused = [Refusal(_all_of(where), reason[:_MOST_REASON], len(where)) for reason, (_, where) in failed.items()]
    return Expansion(tuple(briefs), tuple(places), (*expansion.refused, *refused))


def queue_batch(bench: Bench, asked: AskedBatch, who: Decider) -> Job:
    """The job of a batch: the one that waits or runs already, or a new one.

    Its key is the digest of what is asked, so that the same batch on the same day is one job however often it is
    asked for, and a killed command goes on. Where that job is over a new one is added: it finds what is made already,
    and makes the rest, as `make` does.

    Args:
        bench: where the catalogue is.
        asked: the batch.
        who: who asks.
    """
    key = batch_key(asked.request)
    jobs = (ask(bench, asked.request, who, priority=asked.priority, key=f"{key}:{n}") for n in itertools.count())
    return next(job for job in jobs if not job.is_over)


def batch_key(request: MakeRequest) -> str:
    """The idempotency key of a batch: a digest of all that is asked."""
    return "batch:" + sha256_hex(canonical_json(request.model_dump(mode="json")))


def _all_of(places: Sequence[str]) -> str:
    if len(places) <= 3:
        return ", ".join(places)
    return f"{', '.join(places[:2])} and {len(places) - 2} more"
