"""A reworked lead sheet kept: as a person's edit of an album's song, or as a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemas.errors import ReviewError, SettingsError
from schemas.music import LeadSheet
from schemas.review import Change
from tasks.edits import add_to_edit, base_of

if TYPE_CHECKING:
    from pathlib import Path

    from models.music.chorales.network import ChoraleNetwork
    from schemas.base import Digest
    from schemas.plan import SongPlan
    from tasks.state import AlbumState

FORMATS = (".musicxml", ".mid", ".pdf", ".svg")
"""Endings of the files that a lead sheet is written as: notation, the whole band, paper, all notes as a picture."""

_MOST_NOTES = 120


def keep_sheet(state: AlbumState, song: SongPlan, lead: LeadSheet, *, person: str) -> Digest:
    """Put a reworked lead sheet in the place of a song's; what fills its slot then. Changes add to those made before.

    Raises:
        ReviewError: the song is not made as it would be made now, the words or the form differ, or nothing does.
    """
    slot = state.slot("compose_lead_sheet", song)
    base, filled = base_of(state, slot)
    sheet = state.bench.get(filled, LeadSheet)
    if (lead.sections, lead.syllables, lead.key, lead.beats_per_bar) != (
        sheet.sections,
        sheet.syllables,
        sheet.key,
        sheet.beats_per_bar,
    ):
        raise ReviewError(f"{song.song_id}: only notes and chords can be kept, and the words or the form differ")
    changes = (*_notes(sheet, lead), *_chords(sheet, lead))
    if not changes:
        raise ReviewError(f"{song.song_id}: nothing differs from what is there; give another seed, or go farther")
    return add_to_edit(state.bench.catalogue, slot, base, changes, person)


def check_target(path: Path) -> None:
    """Refuse a file that no lead sheet can be written to, before any work.

    Raises:
        SettingsError: its ending is none of `FORMATS`, or its folder is not there.
    """
    if path.suffix.lower() not in FORMATS:
        raise SettingsError(f"{path.name!r} has to end in {', '.join(FORMATS)}")
    if not path.parent.is_dir():
        raise SettingsError(f"there is no folder {str(path.parent)!r}: make it first")


def write_sheet(
    lead: LeadSheet, plan: SongPlan, path: Path, *, seed: int = 1, choir: ChoraleNetwork | None = None
) -> None:
    """Write a lead sheet as its file's ending says, by way of a temporary name.

    Args:
        lead: the lead sheet.
        plan: whose genre names the band of a .mid or .svg.
        path: ends in one of `FORMATS`.
        seed: of the band's ornaments.
        choir: sings three voices under the melody of a .mid or .svg; None: no choir.
    """
    part = path.with_name(f".{path.name}.part")
    part.write_bytes(_bytes(lead, plan, path.suffix.lower(), seed, choir))
    part.replace(path)


def _bytes(lead: LeadSheet, plan: SongPlan, ending: str, seed: int, choir: ChoraleNetwork | None) -> bytes:
    from media.arrange.arrange import arrange_score
    from media.notation.engrave import engrave_lead_sheet
    from media.notation.midi import score_to_midi
    from media.notation.musicxml import lead_sheet_to_musicxml
    from media.notation.pictures import piano_roll_svg

    if ending == ".musicxml":
        return lead_sheet_to_musicxml(lead)
    if ending == ".pdf":
        return engrave_lead_sheet(lead, artist="").pdf
    score = arrange_score(lead, plan, seed=seed)
    if choir is not None:
        from models.music.chorales.choir import choir_of

        score = score.replaced(parts=(*score.parts, choir_of(lead, choir, seed=seed)))
    return score_to_midi(score, lead) if ending == ".mid" else piano_roll_svg(score, lead)


def _notes(before: LeadSheet, after: LeadSheet) -> tuple[Change, ...]:
    """One change a note where few notes differ and none came or went, so that it can be moved to another take."""
    pairs = list(zip(before.melody, after.melody, strict=False))
    differing = [place for place, (one, other) in enumerate(pairs) if one != other]
    if len(before.melody) != len(after.melody) or len(differing) > _MOST_NOTES:
        old, new = ([note.model_dump(mode="json") for note in sheet.melody] for sheet in (before, after))
        return (Change(path=("melody",), before=old, after=new),)
    return tuple(
        Change(
            path=("melody", place),
            before=pairs[place][0].model_dump(mode="json"),
            after=pairs[place][1].model_dump(mode="json"),
        )
        for place in differing
    )


def _chords(before: LeadSheet, after: LeadSheet) -> tuple[Change, ...]:
    if before.chords == after.chords:
        return ()
    old, new = ([chord.model_dump(mode="json") for chord in sheet.chords] for sheet in (before, after))
    return (Change(path=("chords",), before=old, after=new),)
