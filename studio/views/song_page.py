"""The song page's read model: one song as it is heard now, how it came to be, and what people said about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import Field

from schemas.audio import Encoding
from schemas.base import BlobRef, Digest, Record
from schemas.errors import ArtifactError
from schemas.film import Video
from schemas.inspection import Inspection
from schemas.lyrics import Lyrics
from schemas.making import Slot
from schemas.picture import Engraving
from schemas.plan import SongPlan
from schemas.review import Verdict
from studio.views.song_heard import SongMusic
from studio.views.song_making import EditView, MadeView, TakeView, creative_takes, edits_of_song, steps_made
from studio.views.song_music import song_music
from studio.views.song_neighbours import Neighbour, find_neighbours
from studio.views.song_outline import outline
from studio.views.song_pieces import SongPieces, pieces_of, walk
from tasks.albums import album_state
from tasks.orders import Prospect
from tasks.prospects import foresee_slot
from tasks.running_order import songs_in_order
from tasks.song_changes import PLAN_SONG
from tasks.steps.table import SONG_STEPS
from tasks.versions import SongVersion, song_versions

if TYPE_CHECKING:
    from schemas.base import Artifact
    from tasks.bench import Bench
    from tasks.state import AlbumState


class HeardVersion(Record):
    """A version and its outline, as the player takes it."""

    music: SongMusic
    peaks: tuple[int, ...]


class SongPage(Record):
    """Everything on a song's page."""

    album_id: str
    album_title: str
    artist: str
    song_id: str
    title: str
    number: int = Field(ge=1)
    of: int = Field(ge=1)
    plan: SongPlan
    heard: HeardVersion | None = Field(description="the newest finished version; None while there is none")
    outdated: bool = Field(description="whether changes wait that are not in the version that is heard")
    pending_lines: dict[tuple[str, int], str] = Field(description="changed words, by lyric section and line from 1")
    versions: tuple[SongVersion, ...]
    takes: tuple[TakeView, ...]
    sheet: tuple[BlobRef, ...] = Field(description="pages of the lead sheet, SVG")
    sheet_pdf: BlobRef | None
    roll: BlobRef | None = Field(description="all notes as a picture, SVG; None where the song has none yet")
    similarity: BlobRef | None = Field(description="its bars against each other, PNG")
    pictured: str = Field(description="what those two show, in words")
    mp3: BlobRef | None
    film: Video | None
    inspection: Inspection | None
    verdicts: tuple[Verdict, ...] = Field(description="on this song, newest first")
    verdict: Verdict | None = Field(description="the latest on the version that is heard")
    approvers: tuple[str, ...] = Field(description="who approves of the version that is heard")
    steps: tuple[MadeView, ...]
    edits: tuple[EditView, ...]
    prospects: tuple[Prospect, ...] = Field(description="what would be made now; empty where all is there")
    failure: str
    songs: tuple[Neighbour, ...] = Field(description="the album's songs in running order, this one too")

    @property
    def previous(self) -> Neighbour | None:
        """The song before this one."""
        return self.songs[self.number - 2] if self.number > 1 else None

    @property
    def next(self) -> Neighbour | None:
        """The song after this one."""
        return self.songs[self.number] if self.number < self.of else None

    @property
    def next_to_judge(self) -> Neighbour | None:
        """The next song, round the album, that needs a verdict."""
        around = (*self.songs[self.number :], *self.songs[: self.number - 1])
        return next((song for song in around if song.needs_verdict), None)

    @property
    def conflicts(self) -> tuple[Prospect, ...]:
        """Edits that no longer fit what they were made on."""
        return tuple(prospect for prospect in self.prospects if prospect.action == "conflict")


def song_page(bench: Bench, album_id: str, song_id: str) -> SongPage:
    """The page of a song.

    Raises:
        ArtifactError: there is no such album or song, or what it was made from is missing or damaged.
    """
    state = album_state(album_id, bench)
    songs = songs_in_order(state)
    place = next((place for place, song in enumerate(songs) if song.song_id == song_id), None)
    if place is None:
        known = ", ".join(song.song_id for song in songs)
        raise ArtifactError(f"{album_id} has no song {song_id!r}; it has {known}")
    plan = songs[place]
    prospects = _prospects(state, plan)
    verdicts = bench.catalogue.verdicts(album_id)
    versions = tuple(song_versions(bench, album_id, song_id))
    shown = next((version for version in versions if version.current), versions[-1] if versions else None)
    pieces = pieces_of(bench, shown.artifact) if shown else None
    on_song = tuple(verdict for verdict in reversed(verdicts) if verdict.song_id == song_id)
    on_heard = tuple(v for v in on_song if pieces is not None and v.subject == pieces.tree.digest)
    neighbours = find_neighbours(state, songs, verdicts)
    failures = {entry.slot.song_id: entry.reason for entry in bench.catalogue.failures(album_id)}
    return SongPage(
        album_id=album_id,
        album_title=state.plan.title,
        artist=state.plan.artist,
        song_id=song_id,
        title=pieces.lyrics.title if pieces else neighbours[place].title,
        number=place + 1,
        of=len(songs),
        plan=plan,
        heard=_heard(bench, pieces) if pieces else None,
        outdated=pieces is not None and state.of("master", plan) != pieces.tree.digest,
        pending_lines=_pending(bench, state, plan, pieces) if pieces else {},
        versions=versions,
        takes=creative_takes(bench, album_id, song_id),
        verdicts=on_song,
        verdict=on_heard[0] if on_heard else None,
        approvers=_approvers(on_heard),
        prospects=tuple(prospect for prospect in prospects if prospect.action != "reuse"),
        failure=failures.get(song_id, ""),
        songs=neighbours,
        **_papers(bench, state, plan),
        **_making(bench, state, plan, pieces),
    )


def heard_version(bench: Bench, album_id: str, song_id: str, master: Digest) -> HeardVersion:
    """A version of a song, for the player.

    Raises:
        ArtifactError: the song never had it, or it is gone from the store.
    """
    return _heard(bench, version_pieces(bench, album_id, song_id, master))


def version_pieces(bench: Bench, album_id: str, song_id: str, master: Digest) -> SongPieces:
    """What a version of a song was made from.

    Raises:
        ArtifactError: the song never had it, or it is gone from the store.
    """
    slot = Slot(album_id=album_id, song_id=song_id, step="master")
    if master not in {entry.artifact for entry in bench.catalogue.fills(slot)}:
        raise ArtifactError(f"{album_id}/{song_id} never had a version {master[:12]}: open the song's page again")
    return pieces_of(bench, master)


def _heard(bench: Bench, pieces: SongPieces) -> HeardVersion:
    return HeardVersion(music=song_music(pieces), peaks=outline(bench, pieces.master.audio).peaks)


def _prospects(state: AlbumState, plan: SongPlan) -> list[Prospect]:
    """What would happen to each slot of the song; the state is filled on the way."""
    found: list[Prospect] = []
    why = state.plan_conflicts.get(plan.song_id, "")
    if why:
        found.append(Prospect(slot=state.slot(PLAN_SONG, plan), action="conflict", take=0, why=why[:400]))
    with state.surveyed():
        for step in SONG_STEPS:
            parts = step.parts(state, plan)
            if parts is None:
                slot = state.slot(step.name, plan)
                why = "its parts are known once the score is"
                found.append(Prospect(slot=slot, action="may be made again", take=0, why=why))
            else:
                found += [foresee_slot(state, step, state.slot(step.name, plan, part)) for part in parts]
    return found


def _pending(bench: Bench, state: AlbumState, plan: SongPlan, pieces: SongPieces) -> dict[tuple[str, int], str]:
    """Lines of words that read differently now than in the version that is heard."""
    digest = state.of("write_lyrics", plan)
    if digest is None or digest == pieces.lyrics.digest():
        return {}
    heard = {section.name: section.lines for section in pieces.lyrics.sections}
    return {
        (section.name, number): line.text
        for section in bench.get(digest, Lyrics).sections
        for number, line in enumerate(section.lines, start=1)
        if number > len(heard.get(section.name, ())) or heard[section.name][number - 1].text != line.text
    }


def _approvers(verdicts: tuple[Verdict, ...]) -> tuple[str, ...]:
    """Whose latest word is yes, in the order they said it. `verdicts` are newest first."""
    latest: dict[str, Verdict] = {}
    for verdict in verdicts:
        latest.setdefault(verdict.by, verdict)
    return tuple(name for name, verdict in reversed(latest.items()) if verdict.decision == "approved")


def _latest(state: AlbumState, plan: SongPlan, step: str) -> Artifact | None:
    """What fills a step now, or, where that is to be made again, what filled it last and is still here."""
    catalogue = state.bench.catalogue
    digest = state.of(step, plan)
    if digest is None:
        fills = catalogue.fills(state.slot(step, plan))
        digest = fills[-1].artifact if fills else None
    if digest is None or catalogue.kind(digest) is None:
        return None
    return catalogue.get(digest)


def _film(state: AlbumState, plan: SongPlan) -> Video | None:
    """The song's film, which is made with the album's pictures."""
    take = state.bench.catalogue.selected(state.slot("film_video", None, plan.song_id))
    return state.bench.get(take.artifact, Video) if take else None


def _papers(bench: Bench, state: AlbumState, plan: SongPlan) -> dict[str, object]:
    """The lead sheet, the film, the MP3 and the inspection of a song, as far as they are made."""
    engraving = _latest(state, plan, "engrave")
    encoding = _latest(state, plan, "encode")
    inspection = _latest(state, plan, "inspect")
    return {
        "sheet": engraving.pages if isinstance(engraving, Engraving) else (),
        "sheet_pdf": engraving.pdf if isinstance(engraving, Engraving) else None,
        "roll": engraving.piano_roll if isinstance(engraving, Engraving) else None,
        "similarity": engraving.similarity if isinstance(engraving, Engraving) else None,
        "pictured": engraving.pictured if isinstance(engraving, Engraving) else "",
        "mp3": encoding.audio if isinstance(encoding, Encoding) else None,
        "film": _film(state, plan),
        "inspection": inspection if isinstance(inspection, Inspection) else None,
    }


def _making(bench: Bench, state: AlbumState, plan: SongPlan, pieces: SongPieces | None) -> dict[str, object]:
    tree = pieces.tree if pieces else None
    beside = [digest for step in ("engrave", "encode", "inspect") if (digest := state.of(step, plan)) is not None]
    heard = {node.digest for node in walk(tree)} if tree else set()
    return {
        "steps": steps_made(bench, state.album_id, plan.song_id, tree, beside),
        "edits": edits_of_song(bench, state.album_id, plan.song_id, heard),
    }
