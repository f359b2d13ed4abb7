"""How much of an album's motif is heard in a song, in its verse and in its chorus."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from models.music.figures import where_is
from schemas.composing import SongMotif
from schemas.music import LeadSheet, MelodyNote
from schemas.plan import TICKS_PER_QUARTER, SectionRole

_SIXTEENTH = TICKS_PER_QUARTER // 4


@dataclass(frozen=True)
class MotifHeard:
    """The longest beginning of a motif that a section sings, moved as a whole or not."""

    role: SectionRole
    notes: int
    """How many notes of it; 0 where no two follow each other as in the motif."""
    of: int
    """How many the motif has."""
    where: str
    """The first place, e.g. 'verse 1, bar 3'; '' where it is not heard."""
    semitones: tuple[int, ...]
    """The intervals that are sung."""


def motif_heard(lead: LeadSheet, motif: SongMotif) -> tuple[MotifHeard, ...]:
    """What the verses and the choruses of a song sing of its motif.

    The same rhythm counts, and the same steps of the scale, wherever they begin; intervals in semitones may differ.
    """
    found = []
    roles: tuple[SectionRole, ...] = ("verse", "chorus")
    for role in roles:
        best: list[MelodyNote] = []
        for index, span in enumerate(lead.sections):
            notes = [note for note in lead.melody if lead.syllables[note.syllable].section == index]
            for start in range(len(notes) if span.role == role else 0):
                run = _run(lead, notes[start:], motif)
                if len(run) > len(best):
                    best = run
        moves = tuple(two.pitch - one.pitch for one, two in pairwise(best))
        where = where_is(lead, best[0].onset_ticks) if best else ""
        found.append(MotifHeard(role, len(best), len(motif.notes), where, moves))
    return tuple(found)


def _run(lead: LeadSheet, notes: Sequence[MelodyNote], motif: SongMotif) -> list[MelodyNote]:
    """The notes from the first on that go as the motif begins, two at least."""
    run = list(notes[:1])
    for (here, ahead), (one, two) in zip(pairwise(motif.notes), pairwise(notes), strict=False):
        gap, steps = two.onset_ticks - one.onset_ticks, _steps(lead, one.pitch, two.pitch)
        if gap != (ahead.onset - here.onset) * _SIXTEENTH or steps != ahead.degree - here.degree:
            break
        run.append(two)
    return run if len(run) > 1 else []


def _steps(lead: LeadSheet, one: int, two: int) -> int | None:
    """Steps of the scale between two pitches; None where one of them lies outside the key."""
    ladder = [pitch for pitch in range(128) if pitch % 12 in lead.key.scale]
    return ladder.index(two) - ladder.index(one) if one in ladder and two in ladder else None
