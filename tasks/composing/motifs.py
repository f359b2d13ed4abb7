"""An album's motif in one of its songs, told in words: what became of it, and where it is heard."""

from __future__ import annotations

from typing import TYPE_CHECKING

from models.music.motif_hearing import hear_motif

if TYPE_CHECKING:
    from schemas.composing import SongMotif
    from schemas.music import LeadSheet

_MOST_PLACES = 8


def motif_told(motif: SongMotif, lead: LeadSheet) -> str:
    """The motif in steps of the scale, what the song was to make of it, and the bars that sing it, with intervals."""
    degrees = " ".join(_step(note.degree) for note in motif.album_notes)
    lines = [f"the album's motif, steps {degrees} of the scale, here {motif.relation}:"]
    heard = hear_motif(lead, motif)
    for place in heard[:_MOST_PLACES]:
        moves = " ".join(f"{interval:+d}" for interval in place.intervals)
        count = f"{place.notes} of {place.of} notes"
        lines.append(f"  {place.section}, bar {place.bar}: {count}, {place.relation}, semitones {moves}")
    if len(heard) > _MOST_PLACES:
        lines.append(f"  and {len(heard) - _MOST_PLACES} places more")
    if not heard:
        lines.append("  it is not heard: the words or the form left no room for four of its notes")
    return "\n".join(lines)


def _step(degree: int) -> str:
    """A step of the scale as musicians number it: 1 the tonic, 1' an octave above it, 5, the fifth below it."""
    octave, step = divmod(degree, 7)
    return f"{step + 1}{chr(39) * max(0, octave)}{',' * max(0, -octave)}"
