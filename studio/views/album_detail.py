"""One album as its page and the API show it: its songs in running order, its cover, its steps, its releases."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import AwareDatetime, Field

from schemas.audio import Encoding, Master
from schemas.base import BlobRef, Record
from schemas.brief import Brief
from schemas.inspection import Inspection
from schemas.lyrics import Lyrics
from schemas.picture import CoverArt
from schemas.review import Verdict
from studio.views.albums import AlbumCard, album_card
from studio.views.jobs import JobCard, job_card
from tasks.albums import album_state
from tasks.prospects import accept_failures, foresee
from tasks.review import ruling_on, verdict_on
from tasks.running_order import songs_in_order
from tasks.steps.table import STEPS

if TYPE_CHECKING:
    from schemas.plan import SongPlan
    from tasks.bench import Bench
    from tasks.orders import Prospect
    from tasks.state import AlbumState


class SongCard(Record):
    """A song of an album, in brief."""

    song_id: str
    number: int = Field(ge=1, description="its place in the running order")
    title: str
    theme: str
    genre: str
    mood: str
    key: str
    tempo_bpm: int
    beats_per_bar: int
    bars: int
    voice: str
    state: str = Field(description="review, approved, rejected, retake, open or failed")
    duration_s: float = Field(description="seconds: of the master, or of the plan while there is none")
    master: str | None = Field(description="digest of its master; None while it is not finished")
    audio: BlobRef | None = Field(description="the master's sound")
    mp3: BlobRef | None
    integrated_lufs: float | None
    true_peak_dbtp: float | None
    flags: tuple[str, ...] = Field(description="what its inspection found to look at")
    verdict: Verdict | None = Field(description="the latest on the song as it is now")
    wanted: str = Field(description="what its approval still needs; '' where it was decided")
    reason: str = Field(description="why it failed, if it did")


class CoverCard(Record):
    """An album's cover."""

    artifact: str
    picture: BlobRef
    drawing: BlobRef | None
    palette: tuple[str, ...]
    verdict: Verdict | None


class StepCard(Record):
    """A place that one artifact fills, and what making the album now would do there."""

    song_id: str | None
    step: str
    part: str
    after: tuple[str, ...] = Field(description="the steps it follows")
    action: str = Field(description="reuse, make, may be made again or conflict")
    why: str
    take: int
    takes: int = Field(description="how many takes it has")
    artifact: str | None = Field(description="what fills it now, edits put in")
    edited_by: str = Field(description="who edited it; '' for nobody")
    failure: str = Field(description="why it failed and has not succeeded since; '' where it has not")


class ReleaseCard(Record):
    """A pressed release."""

    number: int = Field(ge=1, description="the album's first release is 1")
    digest: str
    at: AwareDatetime


class AlbumDetail(Record):
    """An album."""

    album: AlbumCard
    brief: Brief
    songs: tuple[SongCard, ...]
    cover: CoverCard | None
    steps: tuple[StepCard, ...]
    releases: tuple[ReleaseCard, ...]
    jobs: tuple[JobCard, ...] = Field(description="jobs about it, newest first")
    set_aside: str | None = Field(description="why it is not tried again; None where it is")


def album_detail(bench: Bench, album_id: str) -> AlbumDetail:
    """An album; nothing is written.

    Raises:
        ArtifactError: there is none.
    """
    state = album_state(album_id, bench)
    prospects = foresee(state)
    accept_failures(state)
    return AlbumDetail(
        album=known_card(bench, album_id),
        brief=state.brief,
        songs=song_cards(state),
        cover=cover_card(state),
        steps=step_cards(state, prospects),
        releases=release_cards(bench, album_id),
        jobs=tuple(job_card(job) for job in bench.catalogue.jobs(album=album_id, limit=20)),
        set_aside=bench.catalogue.quarantined(album_id),
    )


def known_card(bench: Bench, album_id: str) -> AlbumCard:
    """Where an album is.

    Raises:
        ArtifactError: there is none.
    """
    from tasks.standing import refresh_standing

    return album_card(bench.catalogue.standing(album_id) or refresh_standing(bench, album_id))


def song_cards(state: AlbumState) -> tuple[SongCard, ...]:
    """The songs of an album, whose state was foreseen, in running order."""
    failures = {item.slot.song_id or "": item.reason for item in state.bench.catalogue.failures(state.album_id)}
    given = state.bench.catalogue.verdicts(state.album_id)
    return tuple(
        song_card(state, song, number, failures.get(song.song_id, ""), given)
        for number, song in enumerate(songs_in_order(state), start=1)
    )


def song_card(state: AlbumState, song: SongPlan, number: int, failure: str, given: list[Verdict]) -> SongCard:
    """A song of an album whose state was foreseen.

    Args:
        state: the album.
        song: the song.
        number: its place in the running order.
        failure: why it failed; '' where it did not.
        given: all verdicts on the album.
    """
    get = state.bench.get
    words, made, coded = (state.of(step, song) for step in ("write_lyrics", "master", "encode"))
    inspected = state.of("inspect", song)
    master = get(made, Master) if made else None
    inspection = get(inspected, Inspection) if inspected else None
    ruling = ruling_on(state, song, given=given)
    whole = inspection is not None
    return SongCard(
        song_id=song.song_id,
        number=number,
        title=get(words, Lyrics).title if words else song.title or song.song_id,
        theme=song.theme,
        genre=song.genre,
        mood=song.mood,
        key=str(song.key),
        tempo_bpm=song.tempo_bpm,
        beats_per_bar=song.beats_per_bar,
        bars=song.bars,
        voice=song.voice,
        state=(ruling.decision or "review") if whole else "failed" if failure else "open",
        duration_s=master.duration_s if master else song.duration_s,
        master=made,
        audio=master.audio if master else None,
        mp3=get(coded, Encoding).audio if coded else None,
        integrated_lufs=master.integrated_lufs if master else None,
        true_peak_dbtp=master.true_peak_dbtp if master else None,
        flags=flags_of(inspection) if inspection else (),
        verdict=verdict_on(state, song),
        wanted=ruling.wanted if whole else "",
        reason="" if whole else failure,
    )


def flags_of(inspection: Inspection) -> tuple[str, ...]:
    """What an inspection found that a person should look at, in words."""
    shared = (
        f"shares {run.length} {run.of} with {run.where or run.corpus}" for run in inspection.shared if run.flagged
    )
    missed = (
        f"{figure.name}: {figure.value:g} {figure.unit}".strip() + f" (wanted {figure.bound})"
        for figure in inspection.figures
        if not figure.ok
    )
    return (*shared, *missed)


def cover_card(state: AlbumState) -> CoverCard | None:
    """The cover of an album whose state was foreseen; None while there is none."""
    digest = state.of("paint_cover", None)
    if digest is None:
        return None
    cover = state.bench.get(digest, CoverArt)
    return CoverCard(
        artifact=digest,
        picture=cover.picture,
        drawing=cover.drawing,
        palette=cover.palette,
        verdict=verdict_on(state, None),
    )


def step_cards(state: AlbumState, prospects: list[Prospect]) -> tuple[StepCard, ...]:
    """Every slot of an album, in the order in which they are made."""
    catalogue = state.bench.catalogue
    takes = catalogue.album_takes(state.album_id)
    failures = {item.slot: item.reason for item in catalogue.failures(state.album_id)}
    edits = catalogue.album_edits(state.album_id)
    return tuple(
        StepCard(
            song_id=item.slot.song_id,
            step=item.slot.step,
            part=item.slot.part,
            after=STEPS[item.slot.step].after if item.slot.step in STEPS else (),
            action=item.action,
            why=item.why,
            take=item.take,
            takes=len(takes.get(item.slot, ())),
            artifact=state.digest(item.slot),
            edited_by=edits[item.slot].person if item.slot in edits else "",
            failure=failures.get(item.slot, ""),
        )
        for item in prospects
    )


def release_cards(bench: Bench, album_id: str) -> tuple[ReleaseCard, ...]:
    """The releases of an album, oldest first."""
    entries = bench.catalogue.releases(album_id)
    return tuple(ReleaseCard(number=i, digest=entry.digest, at=entry.at) for i, entry in enumerate(entries, start=1))
