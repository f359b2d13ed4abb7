"""Albums made for a job: in groups, stage by stage, so that a model is loaded once a worker and not once an album."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from schemas.errors import HibariError
from tasks.albums import open_album
from tasks.policies import policy_of
from tasks.production import Tally
from tasks.progress import counted_steps, usual_steps
from tasks.prospects import foresee
from tasks.review import judge_by_policy
from tasks.standing import refresh_standing
from tasks.working.telling import Teller, ToldRun

if TYPE_CHECKING:
    from collections.abc import Sequence

    from schemas.brief import Brief
    from schemas.jobs import Job, MakeRequest
    from tasks.bench import Bench
    from tasks.edits import EditPolicy
    from tasks.state import AlbumState
    from tasks.working.ledger import AlbumOutcome, Ledger
    from tasks.working.workplace import Workplace

GROUP = 8
"""Albums made together. More would load no fewer models, and be begun before a bound of the budget is seen."""

LAST_ATTEMPT = 2
"""An album whose attempts began so often and never ended is set aside."""


class AlbumMaker:
    """Makes the albums of a job. What an earlier attempt at the job finished is passed over."""

    def __init__(self, job: Job, request: MakeRequest, place: Workplace, ledger: Ledger, policy: str) -> None:
        self._job = job
        self._request = request
        self._place = place
        self._ledger = ledger
        self._policy = policy
        self._catalogue = place.bench.catalogue
        self._briefs = list({brief.album_id: brief for brief in request.briefs}.values())
        self._begun_s = job.started_at.timestamp() if job.started_at else time.time()
        self._teller = Teller(self._catalogue, job.id, [])

    def make(self) -> None:
        """Make every album, and try those of a batch that failed once more; the ledger has what came of it.

        Raises:
            ReviewError: the policy is not written; nothing has been made.
        """
        if self._policy:
            policy_of(self._policy)
        if self._request.budget.disk_mb is not None and "store_mb" not in self._ledger.result:
            self._ledger.note(store_mb=self._store_mb())
        todo = [brief for brief in self._briefs if self._ledger.state_of(brief.album_id) in (None, "making")]
        for brief in todo:
            self._teller.expect(usual_steps(brief))
        # Where the process of an earlier attempt died, albums go one at a time: so the one that kills it is found.
        size = 1 if self._job.attempts > 1 else GROUP
        for start in range(0, len(todo), size):
            self._make_group(todo[start : start + size])
        if len(self._briefs) > 1:
            self._try_again(todo)

    def _try_again(self, briefs: Sequence[Brief]) -> None:
        """Try what failed once more. An album of which nothing could be made in two tries is set aside."""
        failed = [brief for brief in briefs if self._ledger.state_of(brief.album_id) == "failed"]
        for brief in failed:
            self._make_group([brief])
            album_id = brief.album_id
            reasons = self._ledger.failures_of(album_id)
            if self._ledger.state_of(album_id) != "failed" or self._place.stopped or not self._all_failed(brief):
                continue
            reason = f"it failed twice: {next(iter(reasons.values()))}"
            self._catalogue.quarantine(album_id, reason[:1000])
            self._ledger.put(album_id, "set aside", failures=reasons | {"": reason})
            self._stand(album_id)
        self._ledger.save()

    def _make_group(self, briefs: Sequence[Brief]) -> None:
        albums: list[AlbumState] = []
        for brief in briefs:
            if self._place.stopped:
                return
            album = self._open(brief)
            if album is not None:
                albums.append(album)
        self._ledger.save()
        if not albums:
            return
        try:
            tally = self._run(albums)
        finally:
            for album in albums:  # whatever became of them, it was not their doing that this process ended
                self._catalogue.end_attempt(album.album_id)
        self._ledger.add(tally)
        for album in albums:
            self._conclude(album)
        self._ledger.save()

    def _open(self, brief: Brief) -> AlbumState | None:
        """The album, its attempt counted; None where it is passed over, which the ledger then says."""
        album_id = brief.album_id
        bound = "" if album_id in self._ledger.begun() else self._bound()
        if bound:
            self._ledger.leave(album_id, bound)
            self._teller.expect([], instead_of=usual_steps(brief))
            return None
        aside = self._catalogue.quarantined(album_id)
        if aside is None and self._catalogue.begin_attempt(album_id) > LAST_ATTEMPT:
            aside = f"the process that made it ended {LAST_ATTEMPT} times without a word (out of memory, or a crash)"
            self._catalogue.quarantine(album_id, aside)
        if aside is not None:
            self._pass_over(brief, "set aside", f"was set aside: {aside}")
            return None
        try:
            album = open_album(brief, self._place.bench)
        except HibariError as error:
            self._catalogue.end_attempt(album_id)
            self._pass_over(brief, "failed", str(error))
            return None
        self._ledger.put(album_id, "making")
        return album

    def _pass_over(self, brief: Brief, outcome: AlbumOutcome, reason: str) -> None:
        self._ledger.put(brief.album_id, outcome, failures={"": reason})
        self._teller.expect([], instead_of=usual_steps(brief))
        self._stand(brief.album_id)

    def _run(self, albums: list[AlbumState]) -> Tally:
        todo: list[str] = []
        for album in albums:
            mine = counted_steps([item for item in foresee(album, record=True) if item.action != "reuse"])
            self._teller.expect(mine, instead_of=usual_steps(album.brief))
            todo += mine
            self._stand(album.album_id)
        return run_albums(albums, self._place, self._teller, self._request.edits, anything=bool(todo))

    def _conclude(self, album: AlbumState) -> None:
        if self._place.stopped:
            self._stand(album.album_id)
            return
        if self._policy:
            judge_by_policy(album, self._policy)
        seconds = self._teller.seconds_of(album.album_id)
        aside = self._catalogue.quarantined(album.album_id)
        if aside is not None:
            reasons = album.failures | {"": f"was set aside: {aside}"}
            self._ledger.put(album.album_id, "set aside", failures=reasons, seconds=seconds)
        else:
            outcome: AlbumOutcome = "failed" if album.failures else "made"
            self._ledger.put(album.album_id, outcome, failures=album.failures, seconds=seconds)
        self._stand(album.album_id)

    def _all_failed(self, brief: Brief) -> bool:
        reasons = self._ledger.failures_of(brief.album_id)
        return "" in reasons or len(reasons) >= brief.songs

    def _bound(self) -> str:
        """Which bound of the budget is reached, in words; '' for none."""
        budget = self._request.budget
        begun = len(self._ledger.begun())
        if budget.albums is not None and begun >= budget.albums:
            return f"the budget is {budget.albums} albums, and {begun} were begun"
        minutes = (time.time() - self._begun_s) / 60
        if budget.minutes is not None and minutes >= budget.minutes:
            return f"the budget is {budget.minutes:g} minutes, and {minutes:.1f} had passed"
        if budget.disk_mb is not None:
            grown = self._store_mb() - float(self._ledger.result.get("store_mb", 0.0))
            if grown >= budget.disk_mb:
                return f"the budget is {budget.disk_mb} MB, and the store grew by {grown:.0f}"
        return ""

    def _store_mb(self) -> float:
        return round(sum(size for _, size, _ in self._place.bench.blobs.list()) / 1e6, 1)

    def _stand(self, album_id: str) -> None:
        stand(self._place.bench, album_id)


def run_albums(
    albums: list[AlbumState], place: Workplace, teller: Teller, edits: EditPolicy, *, anything: bool
) -> Tally:
    """Make what some albums still need; what that came to. Where it is nothing, no worker is started."""
    if not anything or place.stopped:
        return Tally()

    def told(album_id: str) -> None:
        stand(place.bench, album_id)

    run = ToldRun(albums, place.workers(), edits=edits, listen=teller, stand=told)
    place.run_steps(run)
    return run.tally


def stand(bench: Bench, album_id: str) -> None:
    """Write down where an album stands; one that could not even be planned stands nowhere."""
    if bench.catalogue.album(album_id) is not None:
        refresh_standing(bench, album_id)
