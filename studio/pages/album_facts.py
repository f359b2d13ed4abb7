"""What the album page shows: songs with their figures and verdicts, the making, what is wrong, what pressing needs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from schemas.audio import Encoding, Master
from schemas.errors import ArtifactError
from schemas.film import Video
from schemas.inspection import Inspection
from schemas.lyrics import Lyrics
from schemas.picture import ArtDirection, ArtPicture, CoverArt
from studio.pages.arc import album_arc
from studio.pages.making_grid import making_grid
from tasks.albums import album_state
from tasks.prospects import accept_failures, foresee
from tasks.review import Ruling, ruling_on, subject_of
from tasks.running_order import songs_in_order
from tasks.steps.directing import is_painted
from tasks.steps.pictures import PAINT_PICTURES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from artifacts.entries import FailureEntry
    from schemas.base import BlobRef
    from schemas.brief import Brief
    from schemas.inspection import Disclosure
    from schemas.making import Slot
    from schemas.plan import AlbumPlan, SongPlan
    from schemas.review import Verdict
    from studio.pages.arc import Arc
    from studio.pages.making_grid import Grid
    from tasks.bench import Bench
    from tasks.orders import Prospect
    from tasks.state import AlbumState


@dataclass(frozen=True)
class SongFacts:
    """A song as the album page shows it. `master`, `audio` and `film` are None while there are none."""

    number: int
    plan: SongPlan
    title: str
    master: Master | None
    audio: BlobRef | None
    film: Video | None
    ruling: Ruling
    flags: tuple[str, ...]
    disclosure: Disclosure | None
    failure: str

    @property
    def song_id(self) -> str:
        """The song's id in its album."""
        return self.plan.song_id

    @property
    def standing(self) -> str:
        """Where it stands, as chips name it: failed, open, review, or what the verdicts on it come to."""
        if self.master is None:
            return "failed" if self.failure else "open"
        return self.ruling.decision or "review"


@dataclass(frozen=True)
class CoverFacts:
    """The cover, its takes and what the verdicts on it come to.

    `step` is the step whose takes they are: the direction of a painted cover, or the drawing of a drawn one.
    """

    art: CoverArt
    step: str
    digest: str
    ruling: Ruling
    takes: tuple[tuple[int, str], ...]
    selected: int


@dataclass(frozen=True)
class PictureFacts:
    """A picture beside the cover, and what it is of."""

    name: str
    sha256: str


@dataclass(frozen=True)
class ArtFacts:
    """Why the pictures look as they do: the direction they follow, the drafts it was chosen from, and all of them."""

    direction: ArtDirection
    pictures: tuple[PictureFacts, ...]


@dataclass(frozen=True)
class Trouble:
    """Something that stops an album: a failed step, or an edit that no longer fits."""

    kind: str
    song_id: str
    where: str
    step: str
    part: str
    text: str
    at: datetime | None = None


@dataclass(frozen=True)
class AlbumFacts:
    """An album as its page shows it."""

    album_id: str
    brief: Brief
    plan: AlbumPlan
    songs: tuple[SongFacts, ...]
    cover: CoverFacts | None
    art: ArtFacts | None
    grid: Grid
    arc: Arc
    troubles: tuple[Trouble, ...]
    quarantined: str

    @property
    def duration_s(self) -> float:
        """Seconds of music in the finished songs."""
        return sum(song.master.duration_s for song in self.songs if song.master)

    @property
    def waiting(self) -> tuple[str, ...]:
        """What waits for a verdict: song ids, and 'cover'."""
        songs = [song.song_id for song in self.songs if song.standing == "review"]
        cover = ["cover"] if self.cover and not self.cover.ruling.decision else []
        return (*songs, *cover)

    @property
    def lacking(self) -> tuple[str, ...]:
        """What pressing lacks, in words; empty where the album can be pressed now."""
        found = []
        if not any(song.standing == "approved" for song in self.songs):
            found.append("no song is approved")
        if self.cover is None:
            found.append("the cover is not made yet")
        elif not self.cover.ruling.approved:
            found.append(f"the cover {self.cover.ruling.wanted or 'was not approved'}")
        return tuple(found)

    @property
    def left_out(self) -> tuple[str, ...]:
        """Titles of the songs that a release pressed now would leave out."""
        return tuple(song.title for song in self.songs if song.standing != "approved")


def album_facts(album_id: str, bench: Bench) -> AlbumFacts:
    """An album as it is now; nothing is written.

    Raises:
        ArtifactError: there is no such album, or a record of it is damaged.
    """
    state = album_state(album_id, bench)
    prospects = foresee(state)
    accept_failures(state)
    failures = bench.catalogue.failures(album_id)
    given = bench.catalogue.verdicts(album_id)
    order = songs_in_order(state)
    songs = tuple(_song(state, number, plan, given, failures) for number, plan in enumerate(order, start=1))
    titles = [(song.song_id, song.title) for song in songs]
    return AlbumFacts(
        album_id=album_id,
        brief=state.brief,
        plan=state.plan,
        songs=songs,
        cover=_cover(state, given),
        art=_art(state, dict(titles)),
        grid=making_grid(titles, prospects, failures),
        arc=album_arc([(song.plan, song.master) for song in songs]),
        troubles=_troubles(dict(titles), prospects, failures),
        quarantined=bench.catalogue.quarantined(album_id) or "",
    )


def _song(
    state: AlbumState,
    number: int,
    plan: SongPlan,
    given: Sequence[Verdict],
    failures: Sequence[FailureEntry],
) -> SongFacts:
    bench = state.bench
    words, mastered = state.of("write_lyrics", plan), state.of("master", plan)
    encoded, inspected = state.of("encode", plan), state.of("inspect", plan)
    master = bench.get(mastered, Master) if mastered else None
    inspection = bench.get(inspected, Inspection) if inspected else None
    audio = bench.get(encoded, Encoding).audio if encoded else master.audio if master else None
    return SongFacts(
        number=number,
        plan=plan,
        title=(bench.get(words, Lyrics).title if words else plan.title) or f"Song {number}",
        master=master,
        audio=audio,
        film=_film(state, plan),
        ruling=ruling_on(state, plan, given=given),
        flags=_flags(inspection),
        disclosure=inspection.disclosure if inspection else None,
        failure=next((item.reason for item in failures if item.slot.song_id == plan.song_id), ""),
    )


def _film(state: AlbumState, plan: SongPlan) -> Video | None:
    """The song's film, where one was made."""
    take = state.bench.catalogue.selected(state.slot("film_video", None, plan.song_id))
    return state.bench.get(take.artifact, Video) if take else None


def _flags(inspection: Inspection | None) -> tuple[str, ...]:
    """What the inspection asks a person to look at, in words."""
    if inspection is None:
        return ()
    runs = [
        f"shares {run.length} {run.of} in a row with {run.where or run.corpus}"
        for run in inspection.shared
        if run.flagged
    ]
    figures = [
        f"{figure.name}: {figure.value:g} {figure.unit} (bound {figure.bound})".replace("  ", " ")
        for figure in inspection.figures
        if not figure.ok
    ]
    return (*runs, *figures)


def _cover(state: AlbumState, given: Sequence[Verdict]) -> CoverFacts | None:
    digest, art = subject_of(state, None), state.of("paint_cover", None)
    if digest is None or art is None:
        return None
    step = "direct_art" if is_painted(state) else "paint_cover"
    slot = state.slot(step, None)
    takes = [(take.number, _picture(state.bench, take.artifact)) for take in state.bench.catalogue.takes(slot)]
    return CoverFacts(
        art=state.bench.get(art, CoverArt),
        step=step,
        digest=digest,
        ruling=ruling_on(state, None, given=given),
        takes=tuple((number, picture) for number, picture in takes if picture),
        selected=state.bench.catalogue.selected_number(slot),
    )


def _picture(bench: Bench, digest: str) -> str:
    """The sha256 of what shows a take: the cover, or the drafts of a direction; '' where its record is gone."""
    try:
        made = bench.catalogue.get(digest)
    except ArtifactError:
        return ""
    if isinstance(made, ArtDirection):
        return made.candidates.sha256 if made.candidates else ""
    return made.picture.sha256 if isinstance(made, CoverArt) else ""


def _art(state: AlbumState, titles: Mapping[str, str]) -> ArtFacts | None:
    digest = state.of("direct_art", None)
    if digest is None:
        return None
    made = [(name, state.of("paint_pictures", None, name)) for name in PAINT_PICTURES.parts(state, None) or ()]
    return ArtFacts(
        state.bench.get(digest, ArtDirection),
        tuple(
            PictureFacts(titles.get(name, name), state.bench.get(picture, ArtPicture).picture.sha256)
            for name, picture in made
            if picture is not None
        ),
    )


def _troubles(
    titles: Mapping[str, str], prospects: Sequence[Prospect], failures: Sequence[FailureEntry]
) -> tuple[Trouble, ...]:
    def name(slot: Slot) -> str:
        return titles.get(slot.song_id or "", "The album")

    failed = [_trouble("failed", item.slot, name(item.slot), item.reason, item.at) for item in failures]
    conflicts = [item for item in prospects if item.action == "conflict"]
    return (*failed, *(_trouble("conflict", item.slot, name(item.slot), item.why) for item in conflicts))


def _trouble(kind: str, slot: Slot, where: str, text: str, at: datetime | None = None) -> Trouble:
    return Trouble(kind, slot.song_id or "", where, slot.step, slot.part, text, at)
