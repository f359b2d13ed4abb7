"""Lead sheets as music21 streams, for the analyses and exports that library has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from media.notation.musicxml import lead_sheet_to_musicxml
from schemas.inspection import Figure
from schemas.plan import TONICS, Key

if TYPE_CHECKING:
    import music21

    from schemas.music import LeadSheet


def to_music21(lead: LeadSheet) -> music21.stream.Score:
    """A lead sheet as a music21 score: melody, words and chord symbols.

    What is read is the MusicXML written here, never a file, and without music21's cache of pickles.
    """
    from music21.musicxml.xmlToM21 import MusicXMLImporter

    importer = MusicXMLImporter()
    importer.xmlText = lead_sheet_to_musicxml(lead)
    importer.parseXMLText()
    return importer.stream


def heard_key(lead: LeadSheet) -> Key:
    """The key that the melody suggests by the profiles of Krumhansl and Kessler (1982), as music21 weighs them."""
    found = to_music21(lead).parts[0].flatten().notes.stream().analyze("key.krumhanslkessler")
    return Key(tonic=TONICS[found.tonic.pitchClass], mode=found.mode)


def key_figure(lead: LeadSheet) -> Figure:
    """Whether the melody is heard in the key that was planned: 1 as planned, 0.5 its relative key, 0 another."""
    heard = heard_key(lead)
    relative = set(heard.scale) == set(lead.key.scale)
    value = 1.0 if heard == lead.key else 0.5 if relative else 0.0
    return Figure(name="key as heard by profile", value=value, where=f"heard {heard}, planned {lead.key}")
