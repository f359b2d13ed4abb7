"""Words as text that players set themselves: SubRip, WebVTT, and what becomes the text stream of an MP4."""

from __future__ import annotations

import html
from collections.abc import Iterable

from media.film.subtitles.cues import Cue
from media.film.subtitles.events import Event, dialogue

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
    blocks = (
        f"\n{_clock(cue.start_s)} --> {_clock(cue.end_s)}\n{html.escape(cue.text, quote=False)}\n" for cue in cues
    )
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


def _parted(text: str) -> str:
    """Text in which no backslash does anything and nothing in braces or angles is a tag."""
    text = text.replace("\\", "\\" + _JOINER).replace("{\\", "{" + _JOINER + "\\")
    return text.replace("<", "<" + _JOINER)
