"""From a lead sheet to what an accompaniment is written over: chords on sixteenths, settings of bars, the voice."""

from __future__ import annotations

from models.music.accompanist.tokens import ENERGIES, BarSetting, Ground, Span
from schemas.music import LeadSheet
from schemas.plan import TICKS_PER_QUARTER, SectionRole

SLOT_TICKS = TICKS_PER_QUARTER // 4
"""A sixteenth."""
_FULLNESS: dict[SectionRole, float] = {
    "intro": 0.25,
    "verse": 0.35,
    "prechorus": 0.55,
    "chorus": 0.85,
    "bridge": 0.55,
    "interlude": 0.55,
    "outro": 0.3,
}
"""How full a role is by itself; a section's energy counts as much."""


def ground_of(lead: LeadSheet) -> Ground:
    """The ground of a lead sheet; the tonic where it has no chord, the chord before where there is a gap."""
    bars: list[BarSetting] = []
    size = lead.bar_ticks
    sung = {tick // size for note in lead.melody for tick in (note.onset_ticks, note.onset_ticks + size // 4)}
    for section in lead.sections:
        fullness = 0.5 * section.energy + 0.5 * _FULLNESS[section.role]
        energy = min(ENERGIES - 1, int(fullness * ENERGIES))
        bars += [BarSetting(energy, len(bars) + place in sung, place % 4) for place in range(section.bars)]
    return Ground(lead.key, lead.beats_per_bar, _spans(lead), tuple(bars))


def sung_pitches(lead: LeadSheet) -> list[int]:
    """The pitch that is sung at each sixteenth of the song, 0 where the voice rests."""
    found = [0] * (lead.bars * lead.bar_ticks // SLOT_TICKS)
    for note in lead.melody:
        first = note.onset_ticks // SLOT_TICKS
        last = -(-(note.onset_ticks + note.duration_ticks) // SLOT_TICKS)
        found[first:last] = [note.pitch] * (min(last, len(found)) - first)
    return found


def _spans(lead: LeadSheet) -> tuple[Span, ...]:
    end = lead.bars * lead.bar_ticks // SLOT_TICKS
    starts: dict[int, Span] = {}
    for chord in sorted(lead.chords, key=lambda chord: chord.onset_ticks):
        start = round(chord.onset_ticks / SLOT_TICKS)
        if start < end:
            bass = None if chord.bass == chord.root else chord.bass
            starts[start] = Span(start, end, chord.root, chord.quality, bass)
    if not starts:
        starts[0] = Span(0, end, lead.key.pitch_class, "maj" if lead.key.mode == "major" else "min", None)
    ordered = [starts[start] for start in sorted(starts)]
    ordered[0] = ordered[0]._replace(start=0)
    ends = [span.start for span in ordered[1:]] + [end]
    return tuple(span._replace(end=stop) for span, stop in zip(ordered, ends, strict=True))
