"""Takes and edits of an album as lists show them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import AwareDatetime, Field

from schemas.base import Record
from tasks.albums import album_state
from tasks.edits import conflict_of
from tasks.orders import Prospect

if TYPE_CHECKING:
    from tasks.bench import Bench


class TakeCard(Record):
    """A take of a slot."""

    song_id: str | None
    step: str
    part: str
    number: int
    artifact: str
    selected: bool


class TakeList(Record):
    """Takes, by song, step, part and number."""

    takes: tuple[TakeCard, ...]


class EditCard(Record):
    """A person's edit that is active."""

    song_id: str | None
    step: str
    part: str
    person: str
    made_at: AwareDatetime
    base: str = Field(description="the artifact it was made on")
    result: str
    conflict: str = Field(description="why it no longer fits; '' where it does")


class EditPage(Record):
    """Edits, by song, step and part."""

    edits: tuple[EditCard, ...]


class WordsChange(Record):
    """A line before and after an edit."""

    before: str
    after: str


class NotesChange(Record):
    """What an edit of notes gave."""

    artifact: str = Field(description="digest of the edited lead sheet")


class ProspectList(Record):
    """What would be made, and why, slot by slot."""

    prospects: tuple[Prospect, ...]


def take_list(bench: Bench, album_id: str, *, song: str = "", step: str = "") -> TakeList:
    """The takes of an album, or of one song or step of it.

    Raises:
        ArtifactError: there is no such album.
    """
    album_state(album_id, bench)
    selections = bench.catalogue.selections(album_id)
    found = [
        TakeCard(
            song_id=slot.song_id,
            step=slot.step,
            part=slot.part,
            number=take.number,
            artifact=take.artifact,
            selected=selections.get(slot, 0) == take.number,
        )
        for slot, takes in bench.catalogue.album_takes(album_id).items()
        if song in ("", slot.song_id) and step in ("", slot.step)
        for take in takes
    ]
    return TakeList(takes=tuple(found))


def edit_page(bench: Bench, album_id: str) -> EditPage:
    """The active edits of an album.

    Raises:
        ArtifactError: there is no such album.
    """
    album_state(album_id, bench)
    catalogue = bench.catalogue
    found = []
    for slot, edit in catalogue.album_edits(album_id).items():
        take = catalogue.selected(slot)
        conflict = conflict_of(catalogue, slot, take.artifact) if take else ""
        found.append(
            EditCard(
                song_id=slot.song_id,
                step=slot.step,
                part=slot.part,
                person=edit.person,
                made_at=edit.made_at,
                base=edit.base,
                result=edit.result,
                conflict=conflict,
            )
        )
    return EditPage(edits=tuple(found))
