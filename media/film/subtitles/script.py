"""ASS scripts: words that fill with colour as they are sung, the title before them and the credits behind.

All is timed in the film's own time, also in a script that is cut to a reel, so that a line that is sung across the end
of one reel goes on in the next where it was (`write_reel` is told which frame it begins with).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from math import inf

from media.film.subtitles.cards import CreditsCard, TitleCard, credits_events, title_events
from media.film.subtitles.cues import Cue
from media.film.subtitles.events import Event, Frame, ass_colour, dialogue, in_face, set_text, spoken
from media.film.subtitles.faces import JOST, Face, height_share, runs_of, turns_left
from media.film.subtitles.fitting import fit_rows
from media.film.subtitles.syllables import Sung, karaoke_spans, sung_pieces
from schemas.errors import MediaError

_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_FADE_MS = 140
_MOST_ROWS = 2


@dataclass(frozen=True)
class Lettering:
    """How words look. Colours are '#rrggbb'."""

    face: Face = JOST
    title_face: Face = JOST
    sung: str = "#ffd36b"
    waiting: str = "#ffffff"
    edge: str = "#0b0d14"


def write_ass(
    size: tuple[int, int],
    *,
    words: Sequence[Cue] = (),
    title: TitleCard | None = None,
    credits: CreditsCard | None = None,
    lettering: Lettering | None = None,
    from_s: float = 0.0,
    to_s: float = inf,
) -> str:
    """An ASS script for films of a size, in film time, with what is seen between two moments and nothing else.

    Nothing in words, titles or credits can become a tag: all of it is seen as it is written, on lines of its own.

    Args:
        size: width and height of the film in pixels.
        words: sung lines, no two at once, as `cues_of` gives them.
        title: title and artist, in the middle.
        credits: the closing lines, on a darkened picture.
        lettering: faces and colours.
        from_s: the first moment the script is for, a reel's start.
        to_s: the moment it is no longer for, a reel's end.

    Raises:
        MediaError: a colour is none, or the frame is too small to set words in.
    """
    look = lettering or Lettering()
    frame = Frame(*size)
    if min(size) < 16 or max(size) > 8192:
        raise MediaError(f"words on a film of {size[0]} x {size[1]} px: its sides must have 16 to 8192")
    for colour in (look.sung, look.waiting, look.edge):
        if not _COLOUR.fullmatch(colour):
            raise MediaError(f"the colour {colour!r} of words is none: write '#rrggbb'")
    events = [_line(cue, frame, look.face) for cue in words if cue.text]
    events += title_events(title, frame, look.title_face) if title is not None else []
    events += credits_events(credits, frame, look.face) if credits is not None else []
    seen = [event for event in events if event.start_s < to_s and event.end_s > from_s]
    return "\n".join([*_head(frame, look), *(dialogue(event) for event in seen)]) + "\n"


def _line(cue: Cue, frame: Frame, face: Face) -> Event:
    """A sung line at the foot of the frame. Its start is rounded first, so that its syllables agree with it.

    What is written from right to left is laid out whole, and turns at once when it begins to be sung.
    """
    pieces, start_s = sung_pieces(cue.line), round(cue.start_s * 100) / 100
    whole = turns_left(cue.text)
    if whole:
        face = next(one for one, run in runs_of(cue.text, face) if turns_left(run))
    fitted = fit_rows(
        [piece.text for piece in pieces],
        [piece.may_break for piece in pieces],
        face,
        em_px=frame.em_px,
        box_px=(frame.width_px - 2 * frame.side_px, 0.6 * frame.height_px),
        most=_MOST_ROWS,
    )
    head = f"{{\\fad({_FADE_MS},{_FADE_MS})}}" + in_face(face, fitted.em_px)
    if whole:
        turns = max(round(cue.line.start_s * 100) - round(start_s * 100), 0)
        head += f"{{\\k{turns}\\kf0}}"
        rows = [spoken("".join(pieces[n].text for n in row).rstrip()) for row in fitted.rows]
    else:
        spans = karaoke_spans(pieces, start_s)
        rows = [
            "".join(_piece(pieces[n], spans[n], face, fitted.em_px, last=n == row[-1]) for n in row)
            for row in fitted.rows
        ]
    return Event(start_s, cue.end_s, "Words", head + "\\N".join(rows))


def _piece(piece: Sung, span: tuple[int, int], face: Face, em_px: float, *, last: bool) -> str:
    """A piece that fills while it is sung; the space behind it takes no time, so its last letter is full in time."""
    rest, lasts = span
    tags = (f"\\k{rest}" if rest else "") + f"\\kf{lasts}"
    space = "" if last or not piece.text.endswith(" ") else "{\\k0} "
    return f"{{{tags}}}" + set_text(piece.text.rstrip(), face, em_px) + space


def _head(frame: Frame, look: Lettering) -> list[str]:
    """The script's head: pixels of the film, and one style each for words, titles, credits and shade."""
    em = frame.em_px
    edge, shadow = max(1.2, 0.065 * em), 0.035 * em
    styles = (
        ("Words", look.face, em, look.sung, look.waiting, edge, 2, frame.side_px, frame.foot_px),
        ("Title", look.title_face, em, look.waiting, look.waiting, edge, 5, frame.side_px, 0.0),
        ("Credits", look.face, em, look.waiting, look.waiting, edge / 2, 5, frame.side_px, 0.0),
        ("Shade", look.face, em, look.edge, look.edge, 0.0, 7, 0.0, 0.0),
    )
    return [
        "[Script Info]",
        "ScriptType: v4.00+",
        f"PlayResX: {frame.width_px}",
        f"PlayResY: {frame.height_px}",
        f"LayoutResX: {frame.width_px}",
        f"LayoutResY: {frame.height_px}",
        "WrapStyle: 2",
        "ScaledBorderAndShadow: yes",
        "YCbCr Matrix: TV.709",
        "",
        "[V4+ Styles]",
        "Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, Italic, "
        "Underline, StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, MarginL, "
        "MarginR, MarginV, Encoding",
        *(
            f"Style: {name},{face.name},{height_share(face) * size:.2f},{ass_colour(full)},{ass_colour(waiting)},"
            f"{ass_colour(look.edge)},{ass_colour(look.edge, 0x60)},0,0,0,0,100,100,0,0,1,{line:.2f},"
            f"{shadow if line else 0.0:.2f},{place},{side:.0f},{side:.0f},{foot:.0f},-1"
            for name, face, size, full, waiting, line, place, side, foot in styles
        ),
        "",
        "[Events]",
        "Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text",
    ]
