"""What an ASS script is made of: the frame it is for, its events, and text in it that can be nothing but text."""

from __future__ import annotations

from dataclasses import dataclass

from media.film.subtitles.cues import UNSEEN
from media.film.subtitles.faces import Face, height_share, runs_of

_JOINER = "\u2060"
"""Takes no room and cannot be seen: what stands behind a backslash so that nothing is made of both."""


@dataclass(frozen=True)
class Frame:
    """A film's frame and where words may stand in it."""

    width_px: int
    height_px: int

    @property
    def em_px(self) -> float:
        """The size of sung words."""
        return 0.06 * min(self.width_px, self.height_px)

    @property
    def side_px(self) -> float:
        """What stays free at the left and the right."""
        return 0.08 * self.width_px

    @property
    def foot_px(self) -> float:
        """What stays free under the words: more in upright films, where players lay their buttons."""
        return (0.22 if self.height_px > 1.2 * self.width_px else 0.07) * self.height_px


@dataclass(frozen=True)
class Event:
    """Something that is seen from one moment of the film to another, seconds; `text` is ASS."""

    start_s: float
    end_s: float
    style: str
    text: str
    layer: int = 1


def spoken(text: str) -> str:
    """Text as ASS that shows it letter by letter: no tag, no break, no escape can come of it."""
    seen = UNSEEN.sub(" ", text)
    return seen.replace("\\", "\\" + _JOINER).replace("{", "\\{").replace("}", "\\}")


def set_text(text: str, face: Face, em_px: float) -> str:
    """Text as ASS for where `face` is chosen at a size; letters it lacks are set in another, then it is again."""
    home = in_face(face, em_px)
    runs = runs_of(text, face)
    return "".join(spoken(run) if one == face else in_face(one, em_px) + spoken(run) + home for one, run in runs)


def in_face(face: Face, em_px: float) -> str:
    """The tag that chooses a face and a size."""
    return f"{{\\fn{face.name}\\fs{height_share(face) * em_px:.2f}}}"


def ass_colour(colour: str, alpha: int = 0) -> str:
    """'#rrggbb' as ASS writes it, which is backwards; alpha 0 (full) to 255 (none)."""
    return f"&H{alpha:02X}{colour[5:7]}{colour[3:5]}{colour[1:3]}".upper()


def dialogue(event: Event) -> str:
    """The event as a row of a script."""
    times = f"{_clock(event.start_s)},{_clock(event.end_s)}"
    return f"Dialogue: {event.layer},{times},{event.style},,0,0,0,,{event.text}"


def _clock(seconds: float) -> str:
    """A moment as ASS writes it, to hundredths of a second."""
    hundredths = max(round(seconds * 100), 0)
    return f"{hundredths // 360_000}:{hundredths // 6000 % 60:02d}:{hundredths // 100 % 60:02d}.{hundredths % 100:02d}"
