"""Small lead sheets, written for tests."""

from __future__ import annotations

import zipfile
from pathlib import Path

NOTE = (
    "<note><pitch><step>{step}</step><octave>4</octave></pitch><duration>{duration}</duration>"
    "{tie}<lyric><text>{text}</text></lyric></note>"
)


def note(step: str, duration: int, text: str = "la", tie: str = "") -> str:
    """A note in quarters of a quarter."""
    return NOTE.format(step=step, duration=duration, text=text, tie=f'<tie type="{tie}"/>' if tie else "")


def chord(step: str, kind: str = "major") -> str:
    """A chord symbol."""
    return f"<harmony><root><root-step>{step}</root-step></root><kind>{kind}</kind></harmony>"


def write_mxl(path: Path, measures: list[str], *, beats: int = 4, prologue: str = "") -> Path:
    """A lead sheet in C with those measures."""
    head = (
        "<attributes><divisions>4</divisions><key><fifths>0</fifths></key>"
        f"<time><beats>{beats}</beats><beat-type>4</beat-type></time></attributes>"
    )
    body = "".join(f"<measure>{head if not index else ''}{content}</measure>" for index, content in enumerate(measures))
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("META-INF/container.xml", "<container/>")
        archive.writestr("song.xml", f'{prologue}<score-partwise><part id="P1">{body}</part></score-partwise>')
    return path
