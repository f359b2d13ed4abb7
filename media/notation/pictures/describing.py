"""What the pictures of a song show, in words: for those who do not see them, and for those in a hurry."""

from __future__ import annotations

import numpy as np

from media.notation.pictures.similarity import bar_likeness
from media.notation.spelling import chord_text, spell_pitch
from schemas.music import LeadSheet, Score

MAX_CHARACTERS = 4_000
_ALIKE = 0.9


def describe_music(score: Score, lead: LeadSheet) -> str:
    """The song in words: its form with energies, the range of the melody, its chords, its parts, what returns where."""
    sentences = [_form(lead), _range(lead), _chords(lead), _parts(score), *_returns(lead)]
    return "\n".join(sentence for sentence in sentences if sentence)[:MAX_CHARACTERS]


def _form(lead: LeadSheet) -> str:
    seconds = lead.bars * lead.bar_ticks * lead.seconds_per_tick
    sections = ", ".join(
        f"{section.name} (bars {section.first_bar + 1}-{section.first_bar + section.bars}, energy {section.energy:.1f})"
        for section in lead.sections
    )
    return (
        f"{lead.title}: {lead.bars} bars of {lead.beats_per_bar}/4 in {lead.key} at {lead.tempo_bpm} bpm, "
        f"{int(seconds // 60)}:{int(seconds % 60):02d}. Form: {sections}."
    )


def _range(lead: LeadSheet) -> str:
    if not lead.melody:
        return "Nobody sings."
    low, high = min(lead.melody, key=lambda n: n.pitch), max(lead.melody, key=lambda n: n.pitch)
    names = [spell_pitch(note.pitch, lead.key) for note in (low, high)]
    bars = [note.onset_ticks // lead.bar_ticks + 1 for note in (low, high)]
    steps = [abs(b.pitch - a.pitch) for a, b in zip(lead.melody, lead.melody[1:], strict=False)]
    small = sum(step <= 2 for step in steps) / max(1, len(steps))
    return (
        f"Melody: {len(lead.melody)} notes from {names[0].name}{names[0].octave} (bar {bars[0]}) to "
        f"{names[1].name}{names[1].octave} (first in bar {bars[1]}); {small:.0%} of its steps are seconds or repeats, "
        f"the widest leap is {max(steps, default=0)} semitones."
    )


def _chords(lead: LeadSheet) -> str:
    if not lead.chords:
        return "No chords are written."
    rows = []
    seen: dict[str, str] = {}
    for section in lead.sections:
        start, end = section.first_bar * lead.bar_ticks, (section.first_bar + section.bars) * lead.bar_ticks
        names = [chord_text(chord, lead.key) for chord in lead.chords if start <= chord.onset_ticks < end]
        played = " ".join(name for place, name in enumerate(names) if place == 0 or name != names[place - 1])
        if not played:
            continue
        rows.append(f"{section.name}: as {seen[played]}" if played in seen else f"{section.name}: {played}")
        seen.setdefault(played, section.name)
    return "Chords. " + "; ".join(rows) + "."


def _parts(score: Score) -> str:
    parts = [
        f"{part.name} ({len(part.notes)} notes"
        + ("" if part.is_drums else f", MIDI {min(n.pitch for n in part.notes)}-{max(n.pitch for n in part.notes)}")
        + ")"
        for part in score.parts
        if part.notes
    ]
    return f"Parts: {', '.join(parts)}."


def _returns(lead: LeadSheet) -> list[str]:
    """Which sections come again, and which bars repeat the tune of others within their own section."""
    melody, harmony = bar_likeness(lead)
    told: list[str] = []
    sung = [section for section in lead.sections if section.words]
    for place, section in enumerate(sung):
        for other in sung[:place]:
            bars = min(section.bars, other.bars)
            here, there = (
                np.arange(section.first_bar, section.first_bar + bars),
                np.arange(other.first_bar, other.first_bar + bars),
            )
            tune, chords = float(melody[here, there].mean()), float(harmony[here, there].mean())
            if tune >= _ALIKE or chords >= _ALIKE:
                what = (
                    "tune and chords" if min(tune, chords) >= _ALIKE else "the tune" if tune >= _ALIKE else "the chords"
                )
                told.append(f"{section.name} brings {what} of {other.name} again")
                break
    within = []
    for section in sung:
        end = section.first_bar + section.bars
        pairs = [
            f"{later + 1} as {bar + 1}"
            for later in range(section.first_bar + 1, end)
            for bar in [next((b for b in range(section.first_bar, later) if melody[b, later] >= _ALIKE), -1)]
            if bar >= 0
        ]
        if pairs and section.melody not in {s.melody for s in sung[: sung.index(section)]}:
            within.append(f"in {section.name}, bar {', '.join(pairs[:6])}")
    if within:
        told.append(f"Tunes return {'; '.join(within)}")
    return [f"{sentence}." for sentence in told]
