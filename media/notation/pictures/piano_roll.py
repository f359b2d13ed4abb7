"""The piano roll of a song as SVG: the melody with its words above, the band below it, drums at the foot of each row.

Pitch goes up and time to the right; every section begins a row, so that its bars can be compared with those above. The
same score gives the same bytes.
"""

from __future__ import annotations

import string
from collections.abc import Iterable, Sequence
from html import escape
from typing import NamedTuple

from media.notation.lettering import chord_symbol, font_faces, text, width
from media.notation.pictures.colours import ROLES, SECOND, style_css
from media.notation.pictures.rows import (
    LEFT,
    WIDTH,
    Row,
    bar_width,
    bars_per_row,
    rows_of,
    sung_starts,
    word_size,
)
from media.notation.spelling import chord_text
from schemas.music import LeadSheet, Part, Score, ScoreNote
from schemas.plan import TICKS_PER_QUARTER

MAX_DRAWN_NOTES = 40_000
"""Notes that are drawn; of a longer score those after are left out, and the legend says so."""

_TOP, _HEAD, _CHORDS, _WORDS, _GAP, _BOTTOM = 118.0, 26.0, 24.0, 22.0, 26.0, 34.0
_MELODY_STEP, _BAND_STEP, _DRUM_STEP = 7.0, 4.2, 10.0
_DRUM_LANES = ((35, 36), (37, 38, 39, 40), (42, 44, 46, 49, 51, 52, 53, 55, 57, 59, 54, 69, 70, 82))
_DRUM_NAMES = ("kick", "snare", "cymbals", "other")
_BLACK = (1, 3, 6, 8, 10)
_LETTERS = string.ascii_letters + string.digits + string.punctuation
"""Always carried: most songs then share their fonts, which take longer to cut than the picture to draw."""


class _Panel(NamedTuple):
    """A stretch of pitches drawn in a row: where its top lies below the row's, its lowest and highest pitch."""

    top: float
    low: int
    high: int
    step: float

    @property
    def height(self) -> float:
        return (self.high - self.low + 1) * self.step

    def y(self, pitch: int) -> float:
        """The upper edge of a pitch, below the row's top."""
        return self.top + (self.high - pitch) * self.step


class _Sheet(NamedTuple):
    """What all rows share."""

    score: Score
    lead: LeadSheet | None
    melody: list[ScoreNote]
    per_row: int
    word_size: float
    bar_ticks: int
    upper: _Panel
    lower: _Panel
    drums_top: float
    drum_lanes: tuple[int, ...]
    height: float

    def x(self, tick: float, row: Row) -> float:
        """Where a tick lies in a row."""
        return LEFT + (tick / self.bar_ticks - row.first_bar) * bar_width(self.per_row)


def piano_roll_svg(score: Score, lead: LeadSheet | None = None) -> bytes:
    """The piano roll of a score; with a lead sheet, its words stand under the melody.

    It has a light and a dark dress, which the viewer's setting chooses, carries its letters, and needs nothing else.
    """
    bars = max(1, -(-score.end_ticks // (score.beats_per_bar * TICKS_PER_QUARTER)))
    parts, left_out = _within_bound(score.parts)
    melody = _melody(score, lead)
    sung, silent = _laid_out(score, lead, melody, bars), _laid_out(score, lead, [], bars)
    drawn, y = [_heading(score, left_out)], _TOP
    for row in rows_of(score.sections, bars, sung.per_row):
        sheet = sung if any(_is_in(note, row, sung.bar_ticks) for note in melody) else silent
        drawn.append(f'<g transform="translate(0,{y:.1f})">{_row(sheet, row, parts)}</g>')
        y += sheet.height + _GAP
    whole, height = "".join(drawn), f"{y + _BOTTOM:.0f}"
    label = escape(f"Piano roll of {score.title}", quote=True)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:g} {height}" width="{WIDTH:g}"'
        f' height="{height}" role="img" aria-label="{label}"><title>{label}</title>'
        f"<style>{font_faces(_LETTERS + whole)}{style_css()}</style>"
        f'<rect class="ground" width="{WIDTH:g}" height="{height}"/>{whole}</svg>'
    ).encode()


def _laid_out(score: Score, lead: LeadSheet | None, melody: list[ScoreNote], bars: int) -> _Sheet:
    """How rows are laid out, those with the melody or, where none is given, those without."""
    sung = [note.pitch for note in melody]
    played = [n.pitch for part in score.parts if not part.is_drums and part.role != "melody" for n in part.notes]
    upper = _Panel(_HEAD + _CHORDS, min(sung, default=1) - 1, max(sung, default=-2) + 1, _MELODY_STEP)
    under = upper.top + (upper.height + (_WORDS if lead else 0) + 8 if sung else 0)
    lanes = tuple(sorted({_lane(n.pitch) for part in score.parts if part.is_drums for n in part.notes}))
    lower = _Panel(under, min(played, default=1) - 1, max(played, default=-2) + 1, _BAND_STEP)
    drums_top = lower.top + lower.height + (8 if lanes else 0)
    per_row = bars_per_row(lead, bars)
    return _Sheet(
        score=score,
        lead=lead,
        melody=melody,
        per_row=per_row,
        word_size=word_size(lead, per_row) if lead and sung else 0,
        bar_ticks=score.beats_per_bar * TICKS_PER_QUARTER,
        upper=upper,
        lower=lower,
        drums_top=drums_top,
        drum_lanes=lanes,
        height=drums_top + len(lanes) * _DRUM_STEP,
    )


def _is_in(note: ScoreNote, row: Row, bar_ticks: int) -> bool:
    start, end = row.first_bar * bar_ticks, (row.first_bar + row.bars) * bar_ticks
    return note.onset_ticks < end and note.onset_ticks + note.duration_ticks > start


def _melody(score: Score, lead: LeadSheet | None) -> list[ScoreNote]:
    part = next((part for part in score.parts if part.role == "melody" and part.notes), None)
    if part is not None:
        return list(part.notes)
    return [ScoreNote(n.onset_ticks, n.duration_ticks, n.pitch, 90) for n in lead.melody] if lead else []


def _lane(pitch: int) -> int:
    return next((lane for lane, pitches in enumerate(_DRUM_LANES) if pitch in pitches), len(_DRUM_LANES))


def _within_bound(parts: Sequence[Part]) -> tuple[list[Part], int]:
    kept, room, left_out = [], MAX_DRAWN_NOTES, 0
    for part in sorted(parts, key=lambda part: part.role != "melody"):
        notes = part.notes[:room]
        left_out += len(part.notes) - len(notes)
        room -= len(notes)
        kept.append(part.replaced(notes=notes) if len(notes) < len(part.notes) else part)
    return kept, left_out


def _heading(score: Score, left_out: int) -> str:
    size = min(34.0, 34.0 * 900 / max(1.0, width(score.title, "serif", 34)))
    facts = f"{score.key} · {score.tempo_bpm} bpm · {score.beats_per_bar}/4"
    facts += f" · {left_out:,} notes at the end not drawn" if left_out else ""
    return (
        f'<g class="ink">{text(score.title, LEFT, 50, "serif", size)}</g>'
        f'<g class="soft">{text(facts, WIDTH - 24, 50, "italic", 18, anchor="end")}</g>' + _legend(score)
    )


def _legend(score: Score) -> str:
    x, drawn = LEFT, []
    order = list(ROLES)
    for part in sorted((p for p in score.parts if p.notes), key=lambda part: order.index(part.role)):
        opacity = _opacity(score.parts, part)
        drawn.append(
            f'<rect class="{part.role}" x="{x:.1f}" y="74" width="22" height="9" rx="2.5" opacity="{opacity:g}"/>'
            f'<g class="soft">{text(part.name, x + 30, 84, "chord", 14)}</g>'
        )
        x += 54 + width(part.name, "chord", 14)
        if x > WIDTH - 200:
            break
    return "".join(drawn)


def _opacity(parts: Iterable[Part], part: Part) -> float:
    """Full for the first part of a role, less for any further one."""
    first = next(each for each in parts if each.role == part.role)
    return 1.0 if first.name == part.name else SECOND


def _row(sheet: _Sheet, row: Row, parts: Sequence[Part]) -> str:
    drawn = [_keys(sheet, row, panel) for panel in (sheet.upper, sheet.lower)]
    drawn += [_bars(sheet, row), _labels(sheet, row), _chords(sheet, row)]
    if sheet.drum_lanes:
        drawn.append(_drum_names(sheet))
    for part in parts:
        here = [note for note in part.notes if _is_in(note, row, sheet.bar_ticks)]
        if not here or part.role == "melody":
            continue
        path = _hits(sheet, row, here) if part.is_drums else _strokes(sheet, row, here)
        step = _DRUM_STEP - 4 if part.is_drums else _BAND_STEP - 0.5
        opacity = _opacity(sheet.score.parts, part) * (0.9 if part.is_drums else 0.85)
        drawn.append(f'<path class="{part.role}s" stroke-width="{step:g}" opacity="{opacity:.2g}" d="{path}"/>')
    drawn.append(_sung(sheet, row))
    return "".join(drawn)


def _keys(sheet: _Sheet, row: Row, panel: _Panel) -> str:
    """The rows of black keys, and the name of each C."""
    if panel.high < panel.low:
        return ""
    right = LEFT + row.bars * bar_width(sheet.per_row)
    black = "".join(
        f"M{LEFT:g} {panel.y(pitch):.1f}H{right:.1f}v{panel.step:g}H{LEFT:g}z"
        for pitch in range(panel.low, panel.high + 1)
        if pitch % 12 in _BLACK
    )
    lines = "".join(
        f"M{LEFT:g} {panel.y(pitch) + panel.step:.1f}H{right:.1f}"
        for pitch in range(panel.low, panel.high + 1)
        if pitch % 12 == 0
    )
    names = "".join(
        text(f"C{pitch // 12 - 1}", LEFT - 8, panel.y(pitch) + panel.step / 2 + 4.2, "chord", 12, anchor="end")
        for pitch in range(panel.low, panel.high + 1)
        if pitch % 12 == 0
    )
    return f'<path class="black" d="{black}"/><path class="line" d="{lines}"/><g class="soft">{names}</g>'


def _bars(sheet: _Sheet, row: Row) -> str:
    """Bar lines, fainter beats between them, and the number of each bar."""
    wide = bar_width(sheet.per_row)
    top, foot = _HEAD + _CHORDS, sheet.height
    bars = "".join(f"M{LEFT + place * wide:.1f} {top:g}V{foot:.1f}" for place in range(row.bars + 1))
    beats = "".join(
        f"M{LEFT + (place + beat / sheet.score.beats_per_bar) * wide:.1f} {top:g}V{foot:.1f}"
        for place in range(row.bars)
        for beat in range(1, sheet.score.beats_per_bar)
    )
    every = 1 if sheet.per_row <= 8 else 4
    numbers = "".join(
        text(str(row.first_bar + place + 1), LEFT + place * wide + 1, _HEAD - 6, "italic", 13)
        for place in range(0, row.bars, every)
    )
    return (
        f'<path class="line" d="{beats}" stroke-width=".8" opacity=".7"/>'
        f'<path class="bar" d="{bars}" stroke-width="1.1" opacity=".8"/><g class="soft">{numbers}</g>'
    )


def _labels(sheet: _Sheet, row: Row) -> str:
    """The name of a section before its first row, and its energy as a stroke under it."""
    section = row.section
    if section is None or section.first_bar != row.first_bar:
        return ""
    name = section.name.upper()
    size = min(13.0, 13.0 * (LEFT - 14) / max(1.0, width(name, "chord", 13) + len(name)))
    energy = section.energy * (LEFT - 24)
    return (
        f'<g class="ink">{text(name, LEFT - 10, _HEAD - 6, "chord", size, anchor="end", spacing=0.6)}</g>'
        f'<path class="line" d="M14 {_HEAD + 2.5:g}H{LEFT - 10:g}" stroke-width="3"/>'
        f'<path class="bar" d="M{LEFT - 10 - energy:.1f} {_HEAD + 2.5:g}H{LEFT - 10:g}" stroke-width="3"/>'
    )


def _chords(sheet: _Sheet, row: Row) -> str:
    start, end = row.first_bar * sheet.bar_ticks, (row.first_bar + row.bars) * sheet.bar_ticks
    drawn, last, free = [], "", 0.0
    size = 16.0 if sheet.per_row <= 8 else 11.0
    for chord in sorted(sheet.score.chords, key=lambda chord: chord.onset_ticks):
        if chord.onset_ticks + chord.duration_ticks <= start or chord.onset_ticks >= end:
            continue
        symbol = chord_text(chord, sheet.score.key)
        x = max(LEFT, sheet.x(chord.onset_ticks, row)) + 3
        if symbol != last and x >= free:
            printed = symbol.replace("#", "♯").replace("b", "♭") if "dim" not in symbol else symbol.replace("#", "♯")
            drawn.append(chord_symbol(printed, x, _HEAD + _CHORDS - 7, size))
            free = x + width(symbol, "chord", size) + 3
        last = symbol
    return f'<g class="ink">{"".join(drawn)}</g>'


def _clipped(sheet: _Sheet, row: Row, note: ScoreNote) -> tuple[float, float]:
    """Left edge and width of a note within a row."""
    right = LEFT + row.bars * bar_width(sheet.per_row)
    left = max(LEFT, sheet.x(note.onset_ticks, row))
    stop = min(right, sheet.x(note.onset_ticks + note.duration_ticks, row))
    # A hair is left free at the end, so that a note struck again is seen to be.
    return left, max(1.2, stop - left - 1.2)


def _strokes(sheet: _Sheet, row: Row, notes: Iterable[ScoreNote]) -> str:
    band = sheet.lower
    found = set()
    for note in notes:
        left, wide = _clipped(sheet, row, note)
        found.add(f"M{left:.1f} {band.y(note.pitch) + band.step / 2:.1f}h{wide:.1f}")
    return "".join(sorted(found))


def _hits(sheet: _Sheet, row: Row, notes: Iterable[ScoreNote]) -> str:
    found = set()
    for note in notes:
        if note.onset_ticks >= row.first_bar * sheet.bar_ticks:
            lane = sheet.drum_lanes.index(_lane(note.pitch))
            y = sheet.drums_top + (len(sheet.drum_lanes) - 1 - lane + 0.5) * _DRUM_STEP
            found.add(f"M{sheet.x(note.onset_ticks, row):.1f} {y:.1f}h2.6")
    return "".join(sorted(found))


def _drum_names(sheet: _Sheet) -> str:
    count = len(sheet.drum_lanes)
    names = "".join(
        text(
            _DRUM_NAMES[lane],
            LEFT - 8,
            sheet.drums_top + (count - place) * _DRUM_STEP - 0.5,
            "italic",
            10,
            anchor="end",
        )
        for place, lane in enumerate(sheet.drum_lanes)
    )
    return f'<g class="soft">{names}</g>'


def _sung(sheet: _Sheet, row: Row) -> str:
    """The melody's notes, each its own, and the words under them."""
    drawn = []
    for note in sheet.melody:
        if _is_in(note, row, sheet.bar_ticks):
            left, wide = _clipped(sheet, row, note)
            y = sheet.upper.y(note.pitch) + 0.5
            drawn.append(
                f'<rect x="{left:.1f}" y="{y:.1f}" width="{wide:.1f}" height="{_MELODY_STEP - 1:g}" rx="2.4"/>'
            )
    return f'<g class="melody">{"".join(drawn)}</g>' + _words(sheet, row)


def _words(sheet: _Sheet, row: Row) -> str:
    if sheet.lead is None or not sheet.melody or sheet.per_row > 8:
        return ""
    start, end = row.first_bar * sheet.bar_ticks, (row.first_bar + row.bars) * sheet.bar_ticks
    y, free = sheet.upper.top + sheet.upper.height + 15, 0.0
    drawn = []
    for tick, word in sung_starts(sheet.lead):
        if start <= tick < end:
            x = max(free, sheet.x(tick, row) + 1)
            drawn.append(text(word, x, y, "serif", sheet.word_size))
            free = x + width(word, "serif", sheet.word_size) + (1 if word.endswith("-") else 3)
    return f'<g class="ink">{"".join(drawn)}</g>'
