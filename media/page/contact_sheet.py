"""One picture of an album: the cover, and for every song its outline, its melody and its facts."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from typing import NamedTuple

from media.cover.colour import hue_chroma, luminance, mix, oklch, readable_on
from media.cover.lettering import GARAMOND, GARAMOND_ITALIC, JOST, JOST_BOLD, JOST_CAPITALS, Face, drawable, fit
from media.cover.raster import render
from media.cover.svg import Drawing
from schemas.errors import MediaError

_WIDTH, _PAD, _COVER, _ROW, _CAPTION = 1800.0, 72.0, 560.0, 176.0, 92.0
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
    height = max(_PAD + _COVER + _CAPTION + _PAD, 2 * _PAD + _ROW * len(songs))
    inks = _inks(palette)
    sheet = Drawing(_WIDTH, height)
    sheet.rect(0, 0, _WIDTH, height, fill=inks.ground)
    picture = base64.b64encode(cover_png).decode()
    sheet.image(_PAD, _PAD, _COVER, _COVER, f"data:image/png;base64,{picture}")
    names = drawable(title, instead="Untitled"), drawable(artist, instead="Hibari")
    files = [file for name in names for file in name.font_files]
    _caption(sheet, names[0].text, names[1].text, songs, inks)
    room = (height - 2 * _PAD + 44) / len(songs)
    for index, song in enumerate(songs):
        shown = drawable(song.title, instead=f"Song {index + 1}")
        files.extend(shown.font_files)
        tall = min(room, 280.0)
        _row(sheet, _PAD - 34 + index * room + (room - tall) / 2, tall, index + 1, song, shown.text, inks)
    return render(sheet.to_svg(), int(_WIDTH), tuple(dict.fromkeys(files)))


def _inks(palette: tuple[str, ...]) -> _Inks:
    """A pale sheet for a dark cover and a dark one for a pale cover, so that the cover stands out."""
    hue, chroma = hue_chroma(palette[0])
    pale = luminance(palette[0]) < 0.18
    lightness, tint = (0.965, 0.012) if pale else (0.19, 0.025)
    ground = oklch(lightness, tint * min(1.0, chroma / 0.03), hue)
    ink = oklch(0.22 if pale else 0.965, 0.012, hue)
    return _Inks(
        ground,
        ink,
        readable_on(ground, mix(ink, ground, 0.35), 4.5),
        readable_on(ground, palette[-2], 3.0),
        readable_on(ground, palette[len(palette) // 2], 2.2),
        mix(ground, ink, 0.16 if pale else 0.05),
    )


def _words(
    sheet: Drawing, text: str, x: float, y: float, face: Face, size_px: float, fill: str, align: str = "start"
) -> None:
    shown = text.upper() if face.capitals else text
    sheet.text(shown, x, y, fill=fill, text_anchor=align, **face.svg_style(size_px))


def _caption(sheet: Drawing, title: str, artist: str, songs: tuple[ContactSong, ...], inks: _Inks) -> None:
    """Album, artist and length under the cover."""
    length = _clock(sum(song.duration_s for song in songs))
    facts = f"{len(songs)} song{'s' if len(songs) > 1 else ''} · {length}"
    words = fit(title, GARAMOND, _COVER, 60, largest_px=42, most_lines=1)
    name = fit(artist, GARAMOND_ITALIC, _COVER - 160, 40, largest_px=29, most_lines=1)
    y = _PAD + _COVER + 58
    _words(sheet, words.lines[0], _PAD, y, GARAMOND, words.size_px, inks.ink)
    _words(sheet, name.lines[0], _PAD, y + 44, GARAMOND_ITALIC, name.size_px, inks.soft)
    _words(sheet, facts, _PAD + _COVER, y + 44, JOST, 21, inks.soft, "end")


def _clock(seconds: float) -> str:
    return f"{round(seconds) // 60}:{round(seconds) % 60:02d}"


def _row(sheet: Drawing, top: float, tall: float, number: int, song: ContactSong, title: str, inks: _Inks) -> None:
    left, right = _PAD + _COVER + 72, _WIDTH - _PAD
    if number > 1:
        sheet.line(left, top - 1, right, top - 1, stroke=inks.line, stroke_width=1.5)
    base = top + 28
    facts = f"{song.key} · {round(song.tempo_bpm)} bpm · {_clock(song.duration_s)}"
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
