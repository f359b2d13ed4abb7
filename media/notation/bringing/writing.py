"""A tune or a chart written as the text that is read back to it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from media.notation.bringing.note_words import length_text
from media.notation.bringing.tune import BroughtTune
from media.notation.spelling import chord_text, spell_pitch
from schemas.music import ChordSpan
from schemas.plan import Key

_BARS_A_LINE = 4


def song_brief_text(tune: BroughtTune) -> str:
    """The tune as text that `read_notes` reads back to the same notes and chords: for the brief of a song.

    Title, key, meter, tempo and chords stand before the notes where they are known; then four bars a line. The words
    are left out: they are a song's lyrics.
    """
    key = tune.key or Key(tonic="C", mode="major")
    chords = chart_text(tune.chords, key=key, bars=tune.bars, bar_ticks=tune.bar_ticks) if tune.chords else ""
    head = [
        ("title", tune.title),
        ("key", str(tune.key or "")),
        ("meter", f"{tune.beats_per_bar}/4"),
        ("tempo", str(tune.tempo_bpm or "")),
        ("chords", chords),
    ]
    bars = _note_bars(tune, key)
    rows = [bars[place : place + _BARS_A_LINE] for place in range(0, len(bars), _BARS_A_LINE)]
    lines = [f"{name}: {value}" for name, value in head if value]
    return "\n".join([*lines, " |\n".join(" | ".join(row) for row in rows)]) + "\n"


def chart_text(chords: Sequence[ChordSpan], *, key: Key, bars: int, bar_ticks: int) -> str:
    """Chords as the text of a chart, `C | G:3 Am:1 | %`, one entry a bar, silence written N.C."""
    cells: list[list[tuple[str, int]]] = [[] for _ in range(bars)]
    at = 0
    silence = "N.C."
    ends = [(c.onset_ticks, c.duration_ticks, chord_text(c, key)) for c in chords]
    for onset, length, name in [*ends, (bars * bar_ticks, 0, silence)]:
        for start, ticks in _in_bars(at, onset, bar_ticks):
            cells[start // bar_ticks].append((silence, ticks))
        for start, ticks in _in_bars(onset, onset + length, bar_ticks):
            cells[start // bar_ticks].append((name, ticks))
        at = onset + length
    return " | ".join(
        cell[0][0] if len(cell) == 1 else " ".join(f"{name}:{length_text(ticks)}" for name, ticks in cell)
        for cell in cells
    )


def _note_bars(tune: BroughtTune, key: Key) -> list[str]:
    """The words of each bar; a length is written where it differs from the one before."""
    bars: list[list[str]] = [[] for _ in range(tune.bars)]
    said = at = 0
    rest_to_end = (tune.bars * tune.bar_ticks, 0, 0)
    for onset, length, pitch in [*tune.notes, rest_to_end]:
        spelled = spell_pitch(pitch, key)
        pieces = [("r", start, ticks, "") for start, ticks in _in_bars(at, onset, tune.bar_ticks)]
        for start, ticks in _in_bars(onset, onset + length, tune.bar_ticks):
            tie = "~" if start + ticks < onset + length else ""
            pieces.append((f"{spelled.name}{spelled.octave}", start, ticks, tie))
        for name, start, ticks, tie in pieces:
            length_word = f" {length_text(ticks)}" if ticks != said else ""
            bars[start // tune.bar_ticks].append(name + length_word + tie)
            said = ticks
        at = onset + length
    return [" ".join(words) for words in bars]


def _in_bars(start: int, end: int, bar_ticks: int) -> Iterator[tuple[int, int]]:
    """Start and length of each piece of a stretch, cut at the bar lines."""
    while start < end:
        stop = min(end, (start // bar_ticks + 1) * bar_ticks)
        yield start, stop - start
        start = stop
