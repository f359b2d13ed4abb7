"""One picture of an album: the cover, and for every song its outline, its melody and its facts."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from typing import NamedTuple

from media.cover.colour import mix, readable_on
from media.cover.lettering import GARAMOND, GARAMOND_ITALIC, JOST, JOST_BOLD, JOST_CAPITALS, Face, drawable, fit
from media.cover.raster import render
from media.cover.svg import Drawing
from schemas.errors import MediaError

_WIDTH, _PAD, _COVER, _ROW = 1800.0, 72.0, 560.0, 176.0
_LEAST_HEIGHT = _COVER + 2 * _PAD
_MOST_SONGS = 40


class ContactNote(NamedTuple):
    """A note of the melody: seconds from the start, seconds long, MIDI pitch."""

    start_s: float
    length_s: float
    pitch: int


class ContactSection(NamedTuple):
    """A section of the song in seconds."""

    name: str
    start_s: float
    end_s: float


@dataclass(frozen=True)
class ContactSong:
    """What a row shows: facts, the waveform's outline (0-255), the melody and the sections."""

    title: str
    key: str
    tempo_bpm: float
    duration_s: float
    peaks: tuple[int, ...] = ()
    melody: tuple[ContactNote, ...] = ()
    sections: tuple[ContactSection, ...] = ()


@dataclass(frozen=True)
class _Inks:
    ground: str
    ink: str
    soft: str
    accent: str
    wave: str
    line: str


def contact_sheet(
    cover_png: bytes, songs: tuple[ContactSong, ...], *, title: str, artist: str, palette: tuple[str, ...]
) -> bytes:
    """The picture as PNG bytes, 1800 pixels wide and as tall as the songs need.

    Args:
        cover_png: the cover.
        songs: the songs in running order, 1 to 40.
        title: name of the album.
        artist: who it is by.
        palette: the cover's colours, background first, as `CoverPicture.palette` lists them.

    Raises:
        MediaError: the cover is no PNG, there are no songs or too many, or a colour is not '#rrggbb'.
    """
    if not cover_png.startswith(b"\x89PNG"):
        raise MediaError(f"the cover of {title!r} is not a PNG ({len(cover_png)} bytes): give PNG bytes")
    if not 1 <= len(songs) <= _MOST_SONGS:
        raise MediaError(f"{len(songs)} songs do not fit a contact sheet: give 1 to {_MOST_SONGS}")
    if len(palette) < 3 or not all(re.fullmatch(r"#[0-9a-f]{6}", colour) for colour in palette):
        raise MediaError(f"palette {palette!r} is not three or more colours '#rrggbb': give the cover's palette")
    height = max(_LEAST_HEIGHT, 2 * _PAD + _ROW * len(songs))
    inks = _inks(palette)
    sheet = Drawing(_WIDTH, height)
    sheet.rect(0, 0, _WIDTH, height, fill=inks.ground)
    picture = base64.b64encode(cover_png).decode()
    sheet.image(_PAD, _PAD, _COVER, _COVER, f"data:image/png;base64,{picture}")
    names = drawable(title, instead="Untitled"), drawable(artist, instead="Hibari")
    files = [file for name in names for file in name.font_files]
    if height > _LEAST_HEIGHT + 150:
        _heading(sheet, names[0].text, names[1].text, inks)
    for index, song in enumerate(songs):
        shown = drawable(song.title, instead=f"Song {index + 1}")
        files.extend(shown.font_files)
        rows = (height - 2 * _PAD) / len(songs)
        _row(sheet, _PAD + index * rows, min(rows, 230.0), index + 1, song, shown.text, inks)
    return render(sheet.to_svg(), int(_WIDTH), tuple(dict.fromkeys(files)))


def _inks(palette: tuple[str, ...]) -> _Inks:
    ground = palette[0]
    ink = readable_on(ground, palette[-1], 7.0)
    accent = readable_on(ground, palette[-2], 3.0)
    tone = palette[len(palette) // 2]
    return _Inks(
        ground,
        ink,
        readable_on(ground, mix(ink, ground, 0.3), 4.5),
        accent,
        readable_on(ground, tone, 2.0),
        mix(ground, ink, 0.18),
    )


def _words(
    sheet: Drawing, text: str, x: float, y: float, face: Face, size_px: float, fill: str, align: str = "start"
) -> None:
    shown = text.upper() if face.capitals else text
    sheet.text(shown, x, y, fill=fill, text_anchor=align, **face.svg_style(size_px))


def _heading(sheet: Drawing, title: str, artist: str, inks: _Inks) -> None:
    """Album and artist under the cover, where the songs make the sheet tall enough."""
    words = fit(title, GARAMOND, _COVER, 130, largest_px=56, most_lines=2)
    y = _PAD + _COVER + 34 + 0.72 * words.size_px
    for index, line in enumerate(words.lines):
        _words(sheet, line, _PAD, y + index * words.leading_px, GARAMOND, words.size_px, inks.ink)
    name = fit(artist, GARAMOND_ITALIC, _COVER, 40, largest_px=32, most_lines=1)
    under = y + (len(words.lines) - 1) * words.leading_px + 46
    _words(sheet, name.lines[0], _PAD, under, GARAMOND_ITALIC, name.size_px, inks.soft)


def _row(sheet: Drawing, top: float, tall: float, number: int, song: ContactSong, title: str, inks: _Inks) -> None:
    left, right = _PAD + _COVER + 72, _WIDTH - _PAD
    if number > 1:
        sheet.line(left, top - 1, right, top - 1, stroke=inks.line, stroke_width=1.5)
    base = top + (26 if number > 1 else 6)
    facts = f"{song.key}   {round(song.tempo_bpm)} bpm   {int(song.duration_s) // 60}:{int(song.duration_s) % 60:02d}"
    name = fit(title, JOST_BOLD, right - left - 400, 40, largest_px=30, most_lines=1)
    _words(sheet, str(number), left, base + 22, JOST, 26, inks.accent)
    _words(sheet, name.lines[0], left + 38, base + 22, JOST_BOLD, name.size_px, inks.ink)
    _words(sheet, facts, right, base + 22, JOST, 22, inks.soft, "end")
    x, y, wide, high = left + 38, base + 42, right - left - 38, tall - 86
    _outline(sheet, (x, y, wide, high * 0.42), song, inks)
    _melody(sheet, (x, y + high * 0.46, wide, high * 0.40), song, inks)
    for section in song.sections:
        at = x + wide * section.start_s / song.duration_s
        room = wide * (section.end_s - section.start_s) / song.duration_s
        sheet.line(at, y, at, y + high, stroke=inks.line, stroke_width=1.5)
        label = section.name if len(section.name) * 10.5 < room else section.name[: max(0, int(room / 11) - 1)]
        _words(sheet, label, at + 6, y + high + 2, JOST_CAPITALS, 12.5, inks.soft)


def _outline(sheet: Drawing, box: tuple[float, float, float, float], song: ContactSong, inks: _Inks) -> None:
    x, y, wide, high = box
    bars = int(wide / 5)
    drawn = sheet.group(fill=inks.wave)
    for bar in range(bars if song.peaks else 0):
        first = bar * len(song.peaks) // bars
        peak = max(song.peaks[first : max(first + 1, (bar + 1) * len(song.peaks) // bars)])
        size = max(1.5, high * peak / 255)
        drawn.rect(x + bar * 5, y + (high - size) / 2, 3.2, size)


def _melody(sheet: Drawing, box: tuple[float, float, float, float], song: ContactSong, inks: _Inks) -> None:
    x, y, wide, high = box
    if not song.melody:
        return
    low, top = min(note.pitch for note in song.melody), max(note.pitch for note in song.melody)
    drawn = sheet.group(fill=inks.accent)
    for note in song.melody:
        rise = (note.pitch - low) / max(1, top - low)
        width = max(3.0, wide * note.length_s / song.duration_s - 1.5)
        drawn.rect(x + wide * note.start_s / song.duration_s, y + (high - 6) * (1 - rise), width, 6, rx=3)
