"""Words as text that players set themselves: SubRip, WebVTT, and what becomes the text stream of an MP4."""

from __future__ import annotations

import html
from collections.abc import Iterable

from media.film.subtitles.cues import Cue
from media.film.subtitles.events import Event, dialogue
from media.film.subtitles.syllables import sung_pieces

_JOINER = "\u2060"
"""Takes no room and cannot be seen; parts signs that would mean something together."""


def write_srt(cues: Iterable[Cue]) -> str:
    """The cues as SubRip. Signs that some players would take for tags are parted by a joiner that cannot be seen."""
    blocks = (
        f"{number}\n{_clock(cue.start_s, ',')} --> {_clock(cue.end_s, ',')}\n{_parted(cue.text)}\n"
        for number, cue in enumerate(cues, 1)
    )
    return "\n".join(blocks)


def write_vtt(cues: Iterable[Cue], *, language: str = "") -> str:
    """The cues as WebVTT, with a time at each word that begins later than its line, as karaoke players read it."""
    head = f"WEBVTT\nLanguage: {language}\n" if language.isalpha() else "WEBVTT\n"
    blocks = (f"\n{_clock(cue.start_s)} --> {_clock(cue.end_s)}\n{_timed(cue)}\n" for cue in cues)
    return head + "".join(blocks)


def write_plain_ass(cues: Iterable[Cue]) -> str:
    """The cues as an ASS script without style, of which ffmpeg makes the text stream of an MP4, letter by letter."""
    rows = [
        "[Script Info]\nScriptType: v4.00+\n\n[Events]",
        "Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text",
    ]
    rows += [dialogue(Event(cue.start_s, cue.end_s, "Default", _parted(cue.text))) for cue in cues]
    return "\n".join(rows) + "\n"


def _clock(seconds: float, point: str = ".") -> str:
    ms = max(round(seconds * 1000), 0)
    return f"{ms // 3_600_000:02d}:{ms // 60_000 % 60:02d}:{ms // 1000 % 60:02d}{point}{ms % 1000:03d}"


def _timed(cue: Cue) -> str:
    """The cue's words with the time of each that begins while the cue is shown, later than the one before it."""
    pieces = sung_pieces(cue.line)
    if "".join(piece.text for piece in pieces) != cue.text:
        return html.escape(cue.text, quote=False)
    written, now, begins_word = [], cue.start_s, True
    for piece in pieces:
        if begins_word and now + 0.001 < piece.start_s < cue.end_s:
            now = piece.start_s
            written.append(f"<{_clock(now)}>")
        written.append(html.escape(piece.text, quote=False))
        begins_word = piece.text.endswith(" ")
    return "".join(written)


def _parted(text: str) -> str:
    """Text in which no backslash does anything and nothing in braces or angles is a tag."""
    text = text.replace("\\", "\\" + _JOINER).replace("{\\", "{" + _JOINER + "\\")
    return text.replace("<", "<" + _JOINER).replace("-->", "--" + _JOINER + ">")
