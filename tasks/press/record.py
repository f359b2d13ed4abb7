"""What a release says of itself: songs, steps, credits, notes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from media.voice.voices import VOICES
from models import registry
from schemas.audio import Master, Stem
from schemas.errors import ReviewError
from schemas.inspection import Inspection
from schemas.lyrics import Lyrics
from schemas.making import Slot
from schemas.music import LeadSheet
from schemas.picture import ArtDirection
from schemas.release import ChangedPlan, MadeStep, MissingSong, ReleasedSong
from tasks.albums import planned_album
from tasks.review import ruling_on, subject_of, verdict_on
from tasks.running_order import songs_in_order
from tasks.steps.table import ALBUM_STEPS, SONG_STEPS

if TYPE_CHECKING:
    from schemas.plan import SongPlan
    from schemas.review import Verdict
    from tasks.review import Ruling
    from tasks.state import AlbumState


@dataclass(frozen=True)
class ApprovedSong:
    """A song that may be pressed, with everything the folder needs."""

    number: int
    plan: SongPlan
    lyrics: Lyrics
    lead: LeadSheet
    master: Master
    vocal: Stem
    inspection: Inspection
    verdicts: tuple[Verdict, ...]

    @property
    def title(self) -> str:
        """The song's title."""
        return self.lyrics.title


def approved_songs(
    state: AlbumState, *, two_people: bool | None = None
) -> tuple[tuple[ApprovedSong, ...], tuple[MissingSong, ...]]:
    """The songs that are finished and approved, numbered in running order, and the others with the reason.

    Args:
        state: the album.
        two_people: whether it takes the approval of two people; None takes that of the settings.

    Raises:
        ReviewError: no song is approved, or the cover is not.
    """
    given = state.bench.catalogue.verdicts(state.album_id)
    rulings = {song.song_id: ruling_on(state, song, two_people=two_people, given=given) for song in state.plan.songs}
    missing = tuple(
        MissingSong(song_id=song.song_id, reason=why[:2000])
        for song in state.plan.songs
        if (why := _why_not(state, song, rulings[song.song_id]))
    )
    left_out = {song.song_id for song in missing}
    wanted = [song for song in songs_in_order(state) if song.song_id not in left_out]
    if not wanted:
        reasons = "; ".join(f"{song.song_id}: {song.reason}" for song in missing)
        raise ReviewError(f"no song of {state.album_id} may be pressed ({reasons})")
    cover_verdicts(state, two_people=two_people)
    songs = [
        _approved(state, plan, rulings[plan.song_id].verdicts, number) for number, plan in enumerate(wanted, start=1)
    ]
    return tuple(songs), missing


def cover_verdicts(state: AlbumState, *, two_people: bool | None = None) -> tuple[Verdict, ...]:
    """The verdicts that let the cover be pressed.

    Raises:
        ReviewError: there is no cover yet, it is not judged as it is now, or it was not approved.
    """
    if subject_of(state, None) is None:
        why = f" ({state.failure(None)})" if state.failure(None) else " yet"
        raise ReviewError(f"{state.album_id} has no cover{why}: run `hibari make` first")
    ruling = ruling_on(state, None, two_people=two_people)
    if ruling.approved:
        return ruling.verdicts
    if ruling.verdicts:
        last = ruling.verdicts[-1]
        raise ReviewError(f"the cover of {state.album_id} was {last.decision} by {last.by}: {last.reason}")
    if verdict_on(state, None) is None:
        raise ReviewError(
            f"the cover of {state.album_id} has no verdict as it is now: hibari approve {state.album_id} cover --by …"
        )
    raise ReviewError(f"the cover of {state.album_id} {ruling.wanted}")


def _why_not(state: AlbumState, plan: SongPlan, ruling: Ruling) -> str:
    if state.failure(plan.song_id):
        return f"could not be made: {state.failure(plan.song_id)}"
    if state.of("inspect", plan) is None:
        failures = {f.slot.song_id: f.reason for f in state.bench.catalogue.failures(state.album_id)}
        return f"is not finished: {failures.get(plan.song_id, 'run `hibari make` first')}"
    if ruling.approved:
        return ""
    if ruling.verdicts:
        last = ruling.verdicts[-1]
        return f"{last.decision} by {last.by}: {last.reason}"
    return ruling.wanted


def _approved(state: AlbumState, plan: SongPlan, verdicts: tuple[Verdict, ...], number: int) -> ApprovedSong:
    def of(step: str, part: str = "") -> str:
        digest = state.of(step, plan, part)
        if digest is None:
            raise ReviewError(f"{plan.song_id}: {step} is not finished: run `hibari make` first")
        return digest

    get = state.bench.get
    return ApprovedSong(
        number=number,
        plan=plan,
        lyrics=get(of("write_lyrics"), Lyrics),
        lead=get(of("compose_lead_sheet"), LeadSheet),
        master=get(of("master"), Master),
        vocal=get(of("sing", "vocal"), Stem),
        inspection=get(of("inspect"), Inspection),
        verdicts=verdicts,
    )


def slot_of(album_id: str, step: MadeStep) -> Slot:
    """The slot that a step of a release filled."""
    return Slot(album_id=album_id, song_id=step.song_id, step=step.step, part=step.part)


def released_song(song: ApprovedSong) -> ReleasedSong:
    """A song as the release's record shows it."""
    return ReleasedSong(
        number=song.number,
        song_id=song.plan.song_id,
        title=song.title,
        duration_s=round(song.master.duration_s, 3),
        key=str(song.plan.key),
        tempo_bpm=song.plan.tempo_bpm,
        integrated_lufs=song.master.integrated_lufs,
        true_peak_dbtp=song.master.true_peak_dbtp,
        approved_by=song.verdicts[-1].by,
        approvers=tuple(dict.fromkeys(verdict.by for verdict in song.verdicts)),
        disclosure=song.inspection.disclosure,
        figures=song.inspection.figures,
        shared=song.inspection.shared,
        unmeasured=song.inspection.unmeasured,
    )


def made_steps(state: AlbumState, songs: tuple[ApprovedSong, ...]) -> tuple[MadeStep, ...]:
    """Every step behind the release: slot, take, recipe, artifact, edit. Enough to make all of it again.

    Of songs that are left out, it names words and tune where the cover was drawn from their tune too. What an album
    goes without is not among them.
    """
    found: list[MadeStep] = []
    for song in (*(song.plan for song in songs), None):
        for step in ALBUM_STEPS if song is None else SONG_STEPS:
            slots = [state.slot(step.name, song, part) for part in step.parts(state, song) or ()]
            found += [_made_step(state, slot) for slot in slots if not step.dispensable or state.digest(slot)]
    pressed = {song.plan.song_id for song in songs}
    drawn = {name.removeprefix("lead_sheet ") for step in found for name in step.recipe.inputs}
    for song in state.plan.songs:
        if song.song_id in drawn - pressed:
            found += [_made_step(state, state.slot(name, song)) for name in ("write_lyrics", "compose_lead_sheet")]
    return tuple(found)


def changed_plans(state: AlbumState) -> tuple[ChangedPlan, ...]:
    """The songs whose settings a person changed, left out songs too: the cover is drawn from the whole plan."""
    planned = {song.song_id: song.digest() for song in planned_album(state.brief).songs}
    return tuple(
        ChangedPlan(song_id=song.song_id, planned=planned[song.song_id], changed=song.digest())
        for song in state.plan.songs
        if song.digest() != planned[song.song_id]
    )


def _made_step(state: AlbumState, slot: Slot) -> MadeStep:
    take = state.bench.catalogue.selected(slot)
    recipe = state.bench.catalogue.recipe(take.recipe) if take else None
    if take is None or recipe is None:
        raise ReviewError(f"{slot}: its record is gone: run `hibari make` again")
    filled = state.digest(slot)
    return MadeStep(
        song_id=slot.song_id,
        step=slot.step,
        part=slot.part,
        take=take.number,
        recipe=recipe,
        artifact=take.artifact,
        edited=filled if filled != take.artifact else None,
    )


def credits_of(state: AlbumState, songs: tuple[ApprovedSong, ...], steps: tuple[MadeStep, ...]) -> tuple[str, ...]:
    """The credit lines that the models, voices and fonts that took part require."""
    names = {name for step in steps for name in step.recipe.checkpoints if not name.startswith("originality:")}
    lines = {registry.find(name, state.bench.settings.models_dir).credit for name in names}
    lines |= {VOICES[song.plan.voice].credit for song in songs}
    lines |= {f"Painted in the look of {credit}" for credit in _looks(state)}
    return tuple(sorted(line for line in lines if line))


def _looks(state: AlbumState) -> tuple[str, ...]:
    """The paintings whose looks the pictures are painted in."""
    direction = state.of("direct_art", None)
    return state.bench.get(direction, ArtDirection).treatment.credits if direction else ()


def notes_of(state: AlbumState, songs: tuple[ApprovedSong, ...], steps: tuple[MadeStep, ...]) -> tuple[str, ...]:
    """What stood in for something better, and what else a reader should know: from the makers' own notes."""
    notes: list[str] = []
    pressed = {None, *(song.plan.song_id for song in songs)}
    for step in [step for step in steps if step.song_id in pressed]:
        made = state.bench.catalogue.provenance(step.artifact)
        for provenance in [one for one in made if one.recipe == step.recipe][:1]:
            where = f"{step.song_id}: " if step.song_id and step.step != "render_stem" else ""
            notes += [f"{where}{note}" for note in provenance.notes]
    return tuple(dict.fromkeys(notes))
