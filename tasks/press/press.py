"""Press a release: only what has a verdict, whole or not at all."""

from __future__ import annotations

import os
import shutil
from datetime import UTC, datetime
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING

import psutil

from schemas.errors import ArtifactError, MediaError, ReviewError
from schemas.release import Release
from tasks.press.folder import list_files, publish, write_cover, write_json, write_song, write_text
from tasks.press.pages import credits_page, write_pages
from tasks.press.record import (
    approved_songs,
    changed_plans,
    cover_verdicts,
    credits_of,
    made_steps,
    notes_of,
    released_song,
    slot_of,
)
from tasks.press.sleeve import write_sleeve
from tasks.review import approval_line
from tasks.song_changes import plan_slot

if TYPE_CHECKING:
    from schemas.review import Verdict
    from tasks.press.record import ApprovedSong
    from tasks.state import AlbumState


def press_album(state: AlbumState, releases: Path, *, two_people: bool | None = None) -> tuple[Release, Path]:
    """Press an album's approved songs, in running order, into `releases/<album id>`; the record and the folder.

    The folder is written beside its final name and moved there in one step, so that a stop at any moment leaves the
    release of before, or none, and never half of one.

    Args:
        state: the album, looked at with `foresee`.
        releases: the folder of releases.
        two_people: whether it takes the approval of two people; None takes that of the settings.

    Raises:
        ReviewError: no song is approved.
        MediaError: the folder cannot be written.
    """
    two_people = state.bench.settings.studio.two_people if two_people is None else two_people
    songs, missing = approved_songs(state, two_people=two_people)
    cover_given = cover_verdicts(state, two_people=two_people)
    steps = made_steps(state, songs)
    credit_lines = credits_of(state, songs, steps)
    try:
        releases.mkdir(parents=True, exist_ok=True)
        _sweep(releases, state.album_id)
        folder = Path(mkdtemp(prefix=f".{state.album_id}.{os.getpid()}.", dir=releases))
    except OSError as error:
        raise MediaError(
            f"cannot write into {releases}: {error.strerror}; free space or set HIBARI_RELEASES"
        ) from error
    try:
        folder.chmod(0o755)
        lines = [write_song(state, song, folder, total=len(songs), credit="; ".join(credit_lines)) for song in songs]
        cover = write_cover(state, folder)
        art_notes = write_sleeve(state, songs, credit_lines, folder)
        release = Release(
            album_id=state.album_id,
            title=state.plan.title,
            artist=state.plan.artist,
            theme=state.plan.theme,
            brief=state.brief.digest(),
            machine=state.bench.machine,
            approval=approval_line([*_given(songs), *cover_given], two_people=two_people),
            two_people=two_people,
            cover_approvers=tuple(dict.fromkeys(verdict.by for verdict in cover_given)),
            ai_generated=any(song.inspection.disclosure.ai_generated for song in songs),
            songs=tuple(released_song(song) for song in songs),
            missing=missing,
            cover=cover.digest(),
            plans=changed_plans(state),
            steps=steps,
            credits=credit_lines,
            notes=(*notes_of(state, songs, steps), *art_notes),
            files=(),
        )
        write_text(folder / "credits.md", credits_page(release))
        write_pages(state, release, songs, lines, cover, folder)
        release = release.replaced(files=list_files(folder))
        write_json(folder / "release.json", _document(state, release))
        final = releases / state.album_id
        publish(folder, final)
    except OSError as error:
        raise MediaError(f"pressing stopped: {error}; free space, then press again") from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    state.bench.catalogue.add_release(release, state.album_id, final)
    return release, final


def press_once(state: AlbumState, releases: Path) -> tuple[Release, Path, bool]:
    """The album's release, its folder, and whether it is news; one that lies there already is kept.

    Raises:
        ReviewError: no song is approved.
        MediaError: the disk is full.
    """
    there = already_pressed(state, releases)
    if there is None:
        return *press_album(state, releases), True
    folder = releases / state.album_id
    known = state.bench.catalogue.releases(state.album_id)
    if known and known[-1].digest == there.digest():
        return there, folder, False
    state.bench.catalogue.add_release(there, state.album_id, folder)  # a press that was killed at its very end
    return there, folder, True


def already_pressed(state: AlbumState, releases: Path) -> Release | None:
    """The release that already holds exactly what would be pressed now; None where pressing is needed."""
    from tasks.press.reading import read_release

    folder = releases / state.album_id
    try:
        release = read_release(folder).release
        songs, missing = approved_songs(state)
    except (ArtifactError, ReviewError, OSError):
        return None
    same = release.steps == made_steps(state, songs) and release.missing == missing
    same = same and release.songs == tuple(released_song(song) for song in songs)
    two_people = state.bench.settings.studio.two_people
    approval = approval_line([*_given(songs), *cover_verdicts(state)], two_people=two_people)
    whole = all(_is_there(folder / file.path, file.size) for file in release.files)
    return release if same and whole and release.approval == approval else None


def _given(songs: tuple[ApprovedSong, ...]) -> list[Verdict]:
    return [verdict for song in songs for verdict in song.verdicts]


def _is_there(path: Path, size: int) -> bool:
    return path.is_file() and path.stat().st_size == size


def _sweep(releases: Path, album_id: str) -> None:
    """Remove what presses of this album left when they were killed; a press that is still running keeps its folder."""
    for left in releases.glob(f".{album_id}.*"):
        owner = left.name.removeprefix(f".{album_id}.").split(".")[0]
        if owner.isdigit() and not psutil.pid_exists(int(owner)):
            shutil.rmtree(left, ignore_errors=True)


def _document(state: AlbumState, release: Release) -> dict[str, object]:
    """What release.json holds: the record, and beside it what has a date and so enters no digest."""
    verdicts = [
        verdict.model_dump(mode="json")
        for verdict in state.bench.catalogue.verdicts(state.album_id)
        if verdict.song_id is None or any(verdict.song_id == song.song_id for song in release.songs)
    ]
    made_by = state.bench.catalogue.provenance
    provenance = {
        step.artifact: [made.model_dump(mode="json", exclude={"recipe"}) for made in made_by(step.artifact)]
        for step in release.steps
    }
    edits = [
        edit.model_dump(mode="json")
        for step in release.steps
        if step.edited and (edit := state.bench.catalogue.edit_of(slot_of(state.album_id, step))) is not None
    ]
    edits += [
        edit.model_dump(mode="json")
        for plan in release.plans
        if (edit := state.bench.catalogue.edit_of(plan_slot(state.album_id, plan.song_id))) is not None
    ]
    return {
        "hibari_release": 1,
        "digest": release.digest(),
        "pressed_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "release": release.model_dump(mode="json"),
        "brief": state.brief.model_dump(mode="json"),
        "verdicts": verdicts,
        "edits": edits,
        "provenance": provenance,
    }
