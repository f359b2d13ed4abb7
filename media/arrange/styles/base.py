"""What a style is: its players, their instruments and the one-bar patterns they draw on. Data only.

A pattern row has one character a sixteenth, 16 in a bar of 4/4; `rows.py` reads it. In 3/4 the third beat is left out,
so that kick-snare-kick-snare becomes boom-chick-chick. `-` holds the note before, `.` is silence. By player:

- drums: `X` accent, `x` plain, `o` soft, `g` ghost stroke
- bass: `R`/`r` root (or slash bass), `5` fifth, `o` octave, `3` third, `p` passing tone, `a` approach to what follows
- right hand: `C`/`c` chord, `8` chord and its top an octave up as well, `h`/`l` the upper/lower two voices,
  `t` top voice, `0`-`3` one voice from below, `D`/`U` strum down/up, `m` muted stroke,
  `P`/`p` power chord, `q` the same damped
- left hand: `r` root, `f` fifth, `o` octave, `O` root and octave together
- pad body and top voice: `c` the chord without its top, `t` the top, `n` the scale step above it
"""

from __future__ import annotations

from dataclasses import dataclass

from schemas.music import PartRole
from schemas.plan import Genre


@dataclass(frozen=True)
class Player:
    """An instrument and how it is played."""

    name: str
    role: PartRole
    program: int  # General MIDI, 0-127
    enters: float  # section intensity, 0-1, from which it plays
    low: int  # playable range, MIDI pitch
    high: int
    quiet: int  # velocity at intensity 0
    loud: int  # velocity at intensity 1
    loose_ticks: int = 8  # largest deviation from the grid


@dataclass(frozen=True)
class Hands:
    """One bar of comping: the right hand and, for keyboards and finger-picking, the left."""

    right: str
    left: str = ""


@dataclass(frozen=True)
class Comp:
    """A chord player: four levels of density, each with at least two patterns (statement and answer)."""

    player: Player
    levels: tuple[tuple[Hands, ...], ...]
    voices: int = 4
    low: int = 55  # lowest and highest note of a right-hand voicing
    high: int = 76
    left_low: int = 36  # lowest note of the left hand
    strum_ticks: int = 0  # between strings
    colour: bool = False  # adds the diatonic seventh to plain triads


@dataclass(frozen=True)
class Pad:
    """A sustaining section: voices led as a choir. Rows are (body, top) pairs by level."""

    player: Player
    levels: tuple[tuple[tuple[str, str], ...], ...]
    voices: int = 4
    low: int = 55
    high: int = 79
    colour: bool = False


@dataclass(frozen=True)
class Bass:
    """A bass player: rows by level, and the rows that lead into a new section."""

    player: Player
    levels: tuple[tuple[str, ...], ...]
    pickups: tuple[str, ...]


@dataclass(frozen=True)
class Drums:
    """A drummer. A groove is rows by drum name (see `drums.DRUMS`); `fills` are whole bars whose end is used."""

    player: Player
    levels: tuple[tuple[dict[str, str], ...], ...]
    fills: tuple[dict[str, str], ...]
    ornaments: tuple[tuple[str, int, str], ...]  # drum, step, stroke: what may be added to a bar
    crash: str = "crash"  # cymbal on the first beat of a chorus and on the last chord


@dataclass(frozen=True)
class Counter:
    """A melody instrument that answers the voice. Cells are rhythms in eighths, long notes last."""

    player: Player
    cells: tuple[tuple[int, ...], ...]
    hook: bool = True  # plays the chorus motif in the intro, interludes and outro


@dataclass(frozen=True)
class Style:
    """A band and its way of playing."""

    genre: Genre
    drums: Drums
    bass: Bass
    comps: tuple[Comp, ...]
    pad: Pad
    counter: Counter
    intro: tuple[str, ...]  # players in the order in which they come in
    rolled_end: bool = False  # the last chord is spread from below
    two_bar: bool = False  # the groove is a two-bar clave: statement and answer alternate
    keys_hook: bool = False  # the first chord player plays the motif, not the counter
    pianist: bool = False  # the first chord player can play a keyboard part that was written for the song

    @property
    def players(self) -> tuple[Player, ...]:
        """Everyone in the band, drums first."""
        return (
            self.drums.player,
            self.bass.player,
            *(comp.player for comp in self.comps),
            self.pad.player,
            self.counter.player,
        )
