"""What came of a job so far: kept in the catalogue as it grows, so that a job gone on with knows what was begun."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from artifacts.catalogue import Catalogue
    from schemas.jobs import Job
    from tasks.production import Tally

AlbumOutcome = Literal["making", "made", "failed", "set aside"]

WAITING = "waiting"
"""Member of a queued job's result: the process that waits for the job's turn."""


class Ledger:
    """The result of a job in the making.

    `albums` holds for each album begun its state, the reasons of what failed ('' is the album itself), and the seconds
    of work; `left` the albums that were not begun, and why; then counts over the whole job, earlier attempts included.
    """

    def __init__(self, catalogue: Catalogue, job: Job) -> None:
        self._catalogue = catalogue
        self._job_id = job.id
        self._result: dict[str, Any] = {
            "albums": {},
            "left": {},
            "made": 0,
            "reused": 0,
            "failed": 0,
            "cpu_s": 0.0,
            "model_loads": {},
            "load_cpu_s": 0.0,
            "seconds_by_step": {},
        }
        self._result |= {key: value for key, value in copy.deepcopy(dict(job.result)).items() if key != WAITING}

    @property
    def result(self) -> dict[str, Any]:
        """What came of the job so far, as JSON."""
        return self._result

    def note(self, **more: Any) -> None:  # noqa: ANN401 - members of a JSON object
        """Add members of one kind of job, and keep them."""
        self._result |= more
        self.save()

    def begun(self) -> list[str]:
        """The albums that were begun, those passed over not counted."""
        return [album for album, found in self._result["albums"].items() if found["state"] != "set aside"]

    def state_of(self, album_id: str) -> AlbumOutcome | None:
        """What came of an album; None where it was not begun."""
        found = self._result["albums"].get(album_id)
        return None if found is None else found["state"]

    def failures_of(self, album_id: str) -> dict[str, str]:
        """Why songs of an album failed, by song id; '' is the album itself."""
        return dict(self._result["albums"].get(album_id, {}).get("failures", {}))

    def put(
        self, album_id: str, state: AlbumOutcome, *, failures: dict[str, str] | None = None, seconds: float = 0.0
    ) -> None:
        """Write down what came of an album."""
        before = self._result["albums"].get(album_id, {})
        worked = round(before.get("seconds", 0.0) + seconds, 2)
        self._result["left"].pop(album_id, None)
        self._result["albums"][album_id] = {"state": state, "failures": failures or {}, "seconds": worked}

    def leave(self, album_id: str, why: str) -> None:
        """Write down that an album was not begun."""
        self._result["left"][album_id] = why

    def add(self, tally: Tally) -> None:
        """Add what a run did."""
        for name in ("made", "reused", "failed"):
            self._result[name] += getattr(tally, name)
        self._result["cpu_s"] = round(self._result["cpu_s"] + tally.cpu_s, 2)
        self._result["load_cpu_s"] = round(self._result["load_cpu_s"] + tally.load_cpu_s, 2)
        _add_up(self._result["model_loads"], tally.loads)
        _add_up(self._result["seconds_by_step"], tally.seconds_by_step)

    def save(self) -> None:
        """Keep it in the catalogue."""
        self._catalogue.note_result(self._job_id, self._result)


def _add_up(into: dict[str, Any], more: dict[str, int] | dict[str, float]) -> None:
    for name, value in more.items():
        into[name] = round(into.get(name, 0) + value, 2)
