"""The melody of a lead sheet as letters, for a terminal."""

from __future__ import annotations

from media.notation.pictures.rows import rows_of
from media.notation.spelling import chord_text, spell_pitch
from schemas.music import LeadSheet

_SLOTS_A_BEAT = (4, 2, 1)
_NARROWEST = 40
_GUTTER = 5


def piano_roll_text(lead: LeadSheet, width: int = 100) -> str:
    """The melody in rows of bars: a line a pitch, `█` where a note begins and `▬` where it is held, chords above.

    Args:
        lead: the song.
        width: columns to fill, 40 at least.
    """
    room = max(_NARROWEST, width) - _GUTTER
    slots, per_row = _fitting(lead, room)
    pitches = [note.pitch for note in lead.melody]
    facts = f"{lead.title} · {lead.key} · {lead.tempo_bpm} bpm · {lead.beats_per_bar}/4"
    blocks = [facts[: room + _GUTTER]]
    for row in rows_of(lead.sections, lead.bars, per_row):
        bar_slots = lead.beats_per_bar * slots
        start = row.first_bar * lead.bar_ticks
        name = row.section.name.upper() if row.section and row.section.first_bar == row.first_bar else ""
        block = [f"{'':{_GUTTER}}{name}".rstrip(), _chord_line(lead, start, row.bars, bar_slots)]
        here = [n for n in lead.melody if start <= n.onset_ticks < start + row.bars * lead.bar_ticks]
        if here and pitches:
            block += _note_lines(lead, start, row.bars, slots)
        blocks.append("\n".join(line for line in block if line.strip()))
    return "\n\n".join(blocks) + "\n"


def _fitting(lead: LeadSheet, room: int) -> tuple[int, int]:
    """Columns a beat and bars a row: the finest grid on which two bars fit, and as many bars as fit, 8 at most."""
    for slots in _SLOTS_A_BEAT:
        bars = room // (lead.beats_per_bar * slots + 1)
        if bars >= 2:
            return slots, next(count for count in (8, 4, 2) if count <= bars)
    return 1, 2


def _chord_line(lead: LeadSheet, start: int, bars: int, bar_slots: int) -> str:
    cells = [" "] * (bars * (bar_slots + 1) + 1)
    free, last = 0, ""
    end = start + bars * lead.bar_ticks
    for chord in lead.chords:
        if chord.onset_ticks + chord.duration_ticks <= start or chord.onset_ticks >= end:
            continue
        symbol = chord_text(chord, lead.key)
        bar, within = divmod(max(chord.onset_ticks, start) - start, lead.bar_ticks)
        place = bar * (bar_slots + 1) + 1 + within * bar_slots // lead.bar_ticks
        if symbol != last and place >= free:
            cells[place : place + len(symbol)] = symbol
            free = place + len(symbol) + 1
        last = symbol
    return (" " * _GUTTER + "".join(cells))[: bars * (bar_slots + 1) + 1 + _GUTTER].rstrip()


def _note_lines(lead: LeadSheet, start: int, bars: int, slots: int) -> list[str]:
    bar_slots = lead.beats_per_bar * slots
    slot_ticks = lead.bar_ticks // bar_slots
    here = [
        n
        for n in lead.melody
        if n.onset_ticks < start + bars * lead.bar_ticks and n.onset_ticks + n.duration_ticks > start
    ]
    high, low = max(n.pitch for n in here), min(n.pitch for n in here)
    lines = []
    for pitch in range(high, low - 1, -1):
        cells = ["·" if pitch % 12 in lead.key.scale else " "] * (bars * bar_slots)
        for note in here:
            if note.pitch == pitch:
                first = (note.onset_ticks - start) // slot_ticks
                stop = max(first + 1, -(-(note.onset_ticks + note.duration_ticks - start) // slot_ticks))
                for place in range(max(0, first), min(stop, len(cells))):
                    cells[place] = "█" if place == first else "▬"
        name = spell_pitch(pitch, lead.key)
        label = f"{name.name}{name.octave}" if pitch % 12 in lead.key.scale else ""
        rows = ("".join(cells[place : place + bar_slots]) for place in range(0, len(cells), bar_slots))
        lines.append(f"{label:>{_GUTTER - 1}} |" + "|".join(rows) + "|")
    numbers = "".join(f"{start // lead.bar_ticks + place + 1:<{bar_slots + 1}}" for place in range(bars))
    return [*lines, " " * (_GUTTER + 1) + numbers.rstrip()]
