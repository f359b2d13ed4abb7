"""Where an album is: found from its slots, jobs and verdicts, and written into the row that lists are made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from artifacts.standings import StandingFacts
from schemas.audio import Master
from schemas.errors import ArtifactError, HibariError
from schemas.inspection import Inspection
from schemas.picture import CoverArt
from schemas.release import Release
from tasks.albums import album_state
from tasks.prospects import accept_failures, foresee
from tasks.review import cover_step, ruling_on, subject_of
from tasks.running_order import songs_in_order

if TYPE_CHECKING:
    from artifacts.standings import Standing, StandingEntry
    from schemas.jobs import Job
    from schemas.plan import SongPlan
    from tasks.bench import Bench
    from tasks.orders import Prospect
    from tasks.review import Ruling
    from tasks.state import AlbumState


def refresh_standing(bench: Bench, album_id: str) -> StandingEntry:
    """Where an album is now, written down; an event `album.changed` tells of it where it is not what stood there.

    An album that cannot be opened is written down as failed, with the reason.

    Raises:
        ArtifactError: there is no such album.
    """
    catalogue = bench.catalogue
    facts = _facts(bench, album_id)
    if catalogue.set_standing(album_id, facts):
        body = {"state": facts.state, "finished": facts.finished, "songs": facts.songs}
        catalogue.add_event("album.changed", album_id=album_id, body=body)
    entry = catalogue.standing(album_id)
    if entry is None:
        raise ArtifactError(f"album {album_id[:80]!r} is not in the catalogue; `hibari show` lists those that are")
    return entry


def refresh_missing(bench: Bench) -> int:
    """Write down where those albums are of which nothing true is written; how many there were.

    That is those that an older Hibari made, and those at work by what is written though no job is about them: its
    process was killed between its end and writing down where they are then.
    """
    catalogue = bench.catalogue
    ids = catalogue.album_ids()
    known = {entry.album_id: entry.state for entry in catalogue.standings(limit=len(ids) + 1)[0]}
    missing = [album_id for album_id in ids if album_id not in known]
    missing += [
        album_id
        for album_id, state in known.items()
        if state in ("queued", "making") and catalogue.job_of(album_id) is None
    ]
    for album_id in missing:
        refresh_standing(bench, album_id)
    return len(missing)


@dataclass(frozen=True)
class _Songs:
    """What the songs of an album come to."""

    finished: int
    approved: int
    rejected: int
    flagged: int
    duration_s: float


def _facts(bench: Bench, album_id: str) -> StandingFacts:
    if bench.catalogue.album(album_id) is None:
        raise ArtifactError(f"album {album_id[:80]!r} is not in the catalogue; `hibari show` lists those that are")
    try:
        state = album_state(album_id, bench)
    except HibariError as error:
        return _unreadable(bench, album_id, str(error))
    try:
        prospects = foresee(state)
        accept_failures(state)
        return _looked_at(state, prospects)
    except HibariError as error:
        nothing = _Songs(0, 0, 0, 0, 0.0)
        return _written(state, nothing, _set_aside(bench, album_id) or ("failed", str(error)))


def _unreadable(bench: Bench, album_id: str, reason: str) -> StandingFacts:
    state, why = _set_aside(bench, album_id) or ("failed", reason)
    return StandingFacts(
        state=state,
        artist="",
        theme="",
        genre="",
        mood="",
        songs=0,
        finished=0,
        approved=0,
        rejected=0,
        flagged=0,
        duration_s=0.0,
        cover="",
        reason=why[:2000],
    )


def _set_aside(bench: Bench, album_id: str) -> tuple[Standing, str] | None:
    reason = bench.catalogue.quarantined(album_id)
    return None if reason is None else ("set aside", reason)


def _looked_at(state: AlbumState, prospects: list[Prospect]) -> StandingFacts:
    given = state.bench.catalogue.verdicts(state.album_id)
    rulings = {song.song_id: ruling_on(state, song, given=given) for song in state.plan.songs}
    songs = _songs(state, rulings)
    standing = _set_aside(state.bench, state.album_id) or _under_way(state, prospects)
    if standing is None:
        standing = _decided(state, songs, rulings, ruling_on(state, None, given=given), _reason(state, prospects))
    return _written(state, songs, standing)


def _songs(state: AlbumState, rulings: dict[str, Ruling]) -> _Songs:
    finished = [song for song in state.plan.songs if _is_finished(state, song)]
    decisions = [rulings[song.song_id].decision for song in finished]
    masters = [state.bench.get(state.of("master", song) or "", Master) for song in finished]
    inspections = [state.bench.get(state.of("inspect", song) or "", Inspection) for song in finished]
    return _Songs(
        finished=len(finished),
        approved=decisions.count("approved"),
        rejected=len(decisions) - decisions.count("approved") - decisions.count(""),
        flagged=sum(is_flagged(inspection) for inspection in inspections),
        duration_s=round(sum(master.duration_s for master in masters), 3),
    )


def is_flagged(inspection: Inspection) -> bool:
    """Whether a person should look twice: a figure misses its bound, or a run is shared that is long enough to name."""
    return any(not figure.ok for figure in inspection.figures) or any(run.flagged for run in inspection.shared)


def _is_finished(state: AlbumState, song: SongPlan) -> bool:
    return all(state.of(step, song) is not None for step in ("master", "encode", "engrave", "inspect"))


def _under_way(state: AlbumState, prospects: list[Prospect]) -> tuple[Standing, str] | None:
    """Queued or making, where a job is about the album and there is still something for it to do."""
    job = state.bench.catalogue.job_of(state.album_id)
    if job is None or job.request.kind == "press":
        return None
    if job.state == "queued":
        return "queued", ""
    whole = all(prospect.action == "reuse" for prospect in prospects)
    return None if _is_batch(job) and whole else ("making", "")


def _is_batch(job: Job) -> bool:
    return len(job.albums) > 1


def _reason(state: AlbumState, prospects: list[Prospect]) -> str:
    """What is wrong with an album: a conflict, or the first failure; '' where nothing is."""
    conflict = next((prospect for prospect in prospects if prospect.action == "conflict"), None)
    if conflict is not None:
        return f"{conflict.slot.song_id or 'album'}, {conflict.slot.step}: {conflict.why}"
    failures = state.bench.catalogue.failures(state.album_id)
    return f"{failures[0].slot.song_id or 'album'}, {failures[0].slot.step}: {failures[0].reason}" if failures else ""


def _decided(
    state: AlbumState, songs: _Songs, rulings: dict[str, Ruling], cover: Ruling, reason: str
) -> tuple[Standing, str]:
    """Where an album is that nothing is being done to."""
    waits = [song for song in state.plan.songs if not _is_finished(state, song) and not state.failure(song.song_id)]
    if waits or subject_of(state, None) is None or not songs.finished:
        failed = bool(state.bench.catalogue.failures(state.album_id))
        return "failed" if failed else "open", reason
    ruled = [*(ruling for song_id, ruling in rulings.items() if not state.failure(song_id)), cover]
    if any(not ruling.decision for ruling in ruled):
        return "review", reason
    if _is_pressed(state, rulings, cover):
        return "pressed", reason
    return ("approved" if all(ruling.approved for ruling in ruled) else "rejected"), reason


def _is_pressed(state: AlbumState, rulings: dict[str, Ruling], cover: Ruling) -> bool:
    """Whether the latest release holds exactly what would be pressed now, in the order it would be pressed in."""
    releases = state.bench.catalogue.releases(state.album_id)
    if not releases or not cover.approved:
        return False
    try:
        release = state.bench.get(releases[-1].digest, Release)
    except ArtifactError:
        return False
    masters = {step.song_id: step.artifact for step in release.steps if step.step == "master"}
    sleeve = {step.step: step.artifact for step in release.steps if step.song_id is None and not step.part}
    wanted = [song for song in songs_in_order(state) if rulings[song.song_id].approved]
    pressed = [(song.song_id, masters.get(song.song_id)) for song in release.songs]
    return sleeve.get(cover_step(state)) == subject_of(state, None) and pressed == [
        (song.song_id, state.of("master", song)) for song in wanted
    ]


def _written(state: AlbumState, songs: _Songs, standing: tuple[Standing, str]) -> StandingFacts:
    name, reason = standing
    return StandingFacts(
        state=name,
        artist=state.plan.artist,
        theme=state.plan.theme,
        genre=state.plan.genre,
        mood=state.plan.mood,
        songs=len(state.plan.songs),
        finished=songs.finished,
        approved=songs.approved,
        rejected=songs.rejected,
        flagged=songs.flagged,
        duration_s=songs.duration_s,
        cover=_cover(state),
        reason=reason[:2000],
    )


def _cover(state: AlbumState) -> str:
    """sha256 of the cover's picture, or of the one before while a new one is to be made; '' where there is none."""
    digest = state.of("paint_cover", None)
    if digest is None:
        take = state.bench.catalogue.selected(state.slot("paint_cover", None))
        digest = take.artifact if take else None
    try:
        return state.bench.get(digest, CoverArt).picture.sha256 if digest else ""
    except ArtifactError:
        return ""
