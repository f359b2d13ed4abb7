"""How much each bar of a song is like each other bar: its melody above the diagonal, its harmony below."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from media.fonts import FONT_FOLDER
from media.notation.pictures.colours import GROUND, INK, LINE, RAISED, ROLES, SOFT
from schemas.music import LeadSheet, Score
from schemas.plan import TICKS_PER_QUARTER

if TYPE_CHECKING:
    from PIL import ImageDraw, ImageFont

Floats = NDArray[np.float64]

_SLOTS_A_BEAT = 4
_LEFT, _TOP, _RIGHT, _BOTTOM = 150, 96, 40, 84
_SIDE, _SMALLEST_CELL, _LARGEST_CELL = 900, 1, 30


def bar_likeness(song: LeadSheet | Score) -> tuple[Floats, Floats]:
    """How alike the bars of a song are, by melody and by harmony: [bars, bars] of 0 (unlike) to 1 (the same).

    Melodies are compared sixteenth by sixteenth, note by note, and a tone lower or higher counts a little; two bars of
    rest are alike, a rest and a tune are not. Harmonies are compared beat by beat, by the tones of the chords.
    """
    melody, harmony = _melody_rows(song), _harmony_rows(song)
    return _cosine(melody), _cosine(harmony)


def _melody_rows(song: LeadSheet | Score) -> Floats:
    """[bars, slots x 128]: what sounds in each sixteenth, a struck note more than a held one."""
    notes: list[tuple[int, int, int]]
    if isinstance(song, LeadSheet):
        notes = [(n.onset_ticks, n.duration_ticks, n.pitch) for n in song.melody]
    else:
        part = next((p for p in song.parts if p.role == "melody" and p.notes), None)
        notes = [(n.onset_ticks, n.duration_ticks, n.pitch) for n in part.notes] if part else []
    bars, slots = _bars(song), song.beats_per_bar * _SLOTS_A_BEAT
    grid = np.zeros((bars * slots, 128))
    tick = TICKS_PER_QUARTER // _SLOTS_A_BEAT
    for onset, length, pitch in notes:
        first, stop = round(onset / tick), max(round(onset / tick) + 1, round((onset + length) / tick))
        grid[first:stop, pitch] = 0.5
        grid[first : first + 1, pitch] = 1.0
    near = grid.copy()
    for step, weight in ((1, 0.3), (2, 0.3)):
        near[:, step:] += weight * grid[:, :-step]
        near[:, :-step] += weight * grid[:, step:]
    return near.reshape(bars, slots * 128)


def _harmony_rows(song: LeadSheet | Score) -> Floats:
    """[bars, beats x 12]: the tones of the chord on each beat, its bass counted twice."""
    bars = _bars(song)
    grid = np.zeros((bars * song.beats_per_bar, 12))
    for chord in song.chords:
        first = round(chord.onset_ticks / TICKS_PER_QUARTER)
        stop = max(first + 1, round((chord.onset_ticks + chord.duration_ticks) / TICKS_PER_QUARTER))
        grid[first:stop] = 0
        for pitch_class in chord.pitch_classes:
            grid[first:stop, pitch_class] = 1.0
        grid[first:stop, chord.root if chord.bass is None else chord.bass] += 1.0
    return grid.reshape(bars, song.beats_per_bar * 12)


def _bars(song: LeadSheet | Score) -> int:
    if isinstance(song, LeadSheet):
        return song.bars
    return max(1, -(-song.end_ticks // (song.beats_per_bar * TICKS_PER_QUARTER)))


def _cosine(rows: Floats) -> Floats:
    lengths = np.sqrt((rows * rows).sum(axis=1))
    silent = lengths == 0
    unit = rows / np.where(silent, 1.0, lengths)[:, None]
    alike: Floats = np.clip(unit @ unit.T, 0.0, 1.0)
    alike[np.ix_(silent, silent)] = 1.0
    return alike


def similarity_png(song: LeadSheet | Score) -> bytes:
    """The likeness of a song's bars as PNG, about 1,100 pixels a side: bar 1 at the top left, sections marked.

    Above the diagonal stands the melody, below it the harmony; the darker, the more alike.
    """
    from PIL import Image, ImageDraw

    melody, harmony = bar_likeness(song)
    bars = len(melody)
    cell = max(_SMALLEST_CELL, min(_LARGEST_CELL, _SIDE // bars))
    side = bars * cell
    picture = Image.new("RGB", (_LEFT + side + _RIGHT, _TOP + side + _BOTTOM), GROUND)
    upper = _coloured(melody, ROLES["melody"][0])
    silent = ~_melody_rows(song).any(axis=1)
    # Bars of rest are alike, but no tune comes back there.
    upper[np.ix_(silent, silent)] = _rgb(RAISED)
    lower = _coloured(harmony, ROLES["chords"][0])
    place = np.arange(bars)
    mixed = np.where((place[:, None] < place[None, :])[..., None], upper, lower)
    mixed[place, place] = _rgb(INK)
    matrix = Image.fromarray(mixed.astype(np.uint8)).resize((side, side), Image.Resampling.NEAREST)
    picture.paste(matrix, (_LEFT, _TOP))
    pen = ImageDraw.Draw(picture)
    _mark(pen, song, bars, cell)
    out = io.BytesIO()
    picture.save(out, "PNG", optimize=False)
    return out.getvalue()


def _rgb(colour: str) -> Floats:
    return np.array([int(colour[place : place + 2], 16) for place in (1, 3, 5)], dtype=np.float64)


def _coloured(alike: Floats, colour: str) -> Floats:
    """From the ground to the colour; likeness is squared, for half alike is not much."""
    share = (alike**2)[..., None]
    mixed: Floats = _rgb(GROUND) * (1 - share) + _rgb(colour) * share
    return mixed


def _font(size: int, file: str = "Jost-SemiBold.ttf") -> ImageFont.FreeTypeFont:
    from PIL import ImageFont

    return ImageFont.truetype(str(FONT_FOLDER / file), size)


def _mark(pen: ImageDraw.ImageDraw, song: LeadSheet | Score, bars: int, cell: int) -> None:
    """Title, section lines and names, bar numbers, and what the two halves show."""
    side = bars * cell
    small = _font(15)
    free = -99
    for section in sorted(song.sections, key=lambda span: span.first_bar):
        at = section.first_bar * cell
        pen.line((_LEFT + at, _TOP, _LEFT + at, _TOP + side), fill=SOFT)
        pen.line((_LEFT, _TOP + at, _LEFT + side, _TOP + at), fill=SOFT)
        if at - free >= 17:
            pen.text((_LEFT - 12, _TOP + at), f"{section.name[:16]}", fill=INK, font=small, anchor="ra")
            pen.text((_LEFT + at + 2, _TOP - 6), str(section.first_bar + 1), fill=SOFT, font=small, anchor="ls")
            free = at
    pen.rectangle((_LEFT, _TOP, _LEFT + side, _TOP + side), outline=LINE)
    title = _font(26, "EBGaramond-Medium.ttf")
    pen.text((_LEFT, 40), song.title[:60], fill=INK, font=title, anchor="ls")
    foot = _TOP + side + 30
    halves = ((ROLES["melody"], "above: melodies alike"), (ROLES["chords"], "below: chords alike"))
    for place, (colours, words) in enumerate(halves):
        x = _LEFT + place * 230
        pen.rectangle((x, foot - 11, x + 20, foot), fill=colours[0])
        pen.text((x + 28, foot), words, fill=SOFT, font=small, anchor="ls")
