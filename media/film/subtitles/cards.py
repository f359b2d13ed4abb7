"""The title over a film's first seconds and the credits over its last, as ASS."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from media.film.subtitles.cues import visible
from media.film.subtitles.events import Event, Frame, in_face, set_text
from media.film.subtitles.faces import Face
from media.film.subtitles.fitting import Rows, fit_rows
from schemas.errors import MediaError

MOST_CREDITS = 24
_LONGEST_TEXT = 300
_FADES_IN_MS, _FADES_OUT_MS = 700, 900
_SHADE_SHARE = 0.55


@dataclass(frozen=True)
class TitleCard:
    """What a film is called and whose it is, and when that is seen, seconds of the film."""

    title: str
    artist: str
    start_s: float
    end_s: float


@dataclass(frozen=True)
class CreditsCard:
    """The closing lines, and when they are seen, seconds of the film."""

    lines: tuple[str, ...]
    start_s: float
    end_s: float


def title_events(card: TitleCard, frame: Frame, face: Face) -> list[Event]:
    """The title in the middle of the frame with the artist under it, clear of the sung words."""
    side = min(frame.width_px, frame.height_px)
    width = frame.width_px - 2 * frame.side_px
    title = _fitted(card.title, face, 0.13 * side, (width, 0.34 * frame.height_px))
    artist = _fitted(card.artist, face, 0.05 * side, (width, 0.1 * frame.height_px))
    blocks = [_written(text, rows, face) for text, rows in (title, artist) if rows is not None]
    return [_event(card.start_s, card.end_s, "Title", "\\N".join(blocks), frame, 0.45)] if blocks else []


def credits_events(card: CreditsCard, frame: Frame, face: Face) -> list[Event]:
    """The credits in the middle, small enough that all of them fit, over a picture that is darkened.

    Raises:
        MediaError: there are more than 24 lines.
    """
    if len(card.lines) > MOST_CREDITS:
        raise MediaError(f"{len(card.lines)} lines of credits: a film shows at most {MOST_CREDITS}")
    width, height = frame.width_px - 2 * frame.side_px, 0.7 * frame.height_px
    em = 0.042 * min(frame.width_px, frame.height_px)
    while True:
        blocks = [(text, rows) for text, rows in _all(card.lines, face, em, width) if rows is not None]
        if sum(rows.height_px for _, rows in blocks) <= height or em < 4:
            break
        em *= 0.93
    if not blocks:
        return []
    smallest = min(rows.em_px for _, rows in blocks)
    text = "\\N".join(_written(text, _at(rows, smallest), face) for text, rows in blocks)
    return [_shade(card, frame), _event(card.start_s, card.end_s, "Credits", text, frame, 0.45)]


def _all(lines: Sequence[str], face: Face, em_px: float, width_px: float) -> list[tuple[str, Rows | None]]:
    return [_fitted(line, face, em_px, (width_px, 1e9), most=12) for line in lines]


def _fitted(text: str, face: Face, em_px: float, box_px: tuple[float, float], most: int = 2) -> tuple[str, Rows | None]:
    shown = visible(text)[:_LONGEST_TEXT]
    words = _words(shown)
    return shown, fit_rows(words, [True] * len(words), face, em_px=em_px, box_px=box_px, most=most) if words else None


def _words(text: str) -> list[str]:
    """The words of a text with the spaces behind them; endless ones in pieces."""
    pieces = [word[at : at + 30] for word in text.split() for at in range(0, len(word), 30)]
    ends = [at + 30 >= len(word) for word in text.split() for at in range(0, len(word), 30)]
    return [piece + " " if last else piece for piece, last in zip(pieces, ends, strict=True)]


def _at(rows: Rows, em_px: float) -> Rows:
    return Rows(rows.rows, em_px, rows.height_px)


def _written(text: str, rows: Rows, face: Face) -> str:
    words = _words(text)
    set_rows = (set_text("".join(words[n] for n in row).rstrip(), face, rows.em_px) for row in rows.rows)
    return in_face(face, rows.em_px) + "\\N".join(set_rows)


def _event(start_s: float, end_s: float, style: str, text: str, frame: Frame, height: float) -> Event:
    """Text whose middle is at a share of the frame's height, coming and going slowly."""
    place = f"{{\\an5\\pos({frame.width_px / 2:.1f},{height * frame.height_px:.1f}){_fade(start_s, end_s)}}}"
    return Event(start_s, end_s, style, place + text, layer=2)


def _fade(start_s: float, end_s: float) -> str:
    """Fades that leave at least a third of the time for reading."""
    third = max(int((end_s - start_s) * 1000 / 3), 0)
    return f"\\fad({min(_FADES_IN_MS, third)},{min(_FADES_OUT_MS, third)})"


def _shade(card: CreditsCard, frame: Frame) -> Event:
    width, height = frame.width_px, frame.height_px
    alpha = round(255 * (1 - _SHADE_SHARE))
    body = f"\\an7\\pos(0,0)\\1a&H{alpha:02X}&{_fade(card.start_s, card.end_s)}\\p1"
    drawn = f"m 0 0 l {width} 0 l {width} {height} l 0 {height}"
    return Event(card.start_s, card.end_s, "Shade", f"{{{body}}}{drawn}{{\\p0}}", layer=0)
