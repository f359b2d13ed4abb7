"""The alphabet the composer reads and writes: bars, positions, notes and chords relative to the tonic.

A song is `SONG meter mode style`, then for each bar `BAR` and its events in order of time, then `END`. An event is a
position token (a sixteenth of the bar) and what begins there: a note, a rest or a chord; a chord stands before the
note it begins with. `PHRASE` stands before the first bar or position of each phrase. A note lasts until the next note
or rest. Pitches and chord roots are counted from the tonic, so a tune has one spelling in all twelve keys.

Controls say what is wanted of what follows. They are given, never predicted, and any may be left out: after the prefix
that there are no chords and how fast the song is; `SECTION` and its length; after `PHRASE` its length, its number of
notes and the stress of each. To write the bars of a gap, `infill_context` puts what follows the gap first. A network
whose vocabulary ends at `CONTROL_0` knows none of these: see `knows_controls`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from schemas.errors import MediaError
from schemas.plan import Mode

Meter = Literal["2/4", "3/4", "4/4", "6/8", "free"]
Style = Literal["song", "chorale", "folk"]
ChordClass = Literal["maj", "min", "7", "maj7", "min7", "dim", "aug", "sus"]

BAR_SLOTS: dict[Meter, int] = {"2/4": 8, "3/4": 12, "4/4": 16, "6/8": 12, "free": 16}
"""Sixteenths in a bar; `free` is music whose bar lines are not known."""

METERS: tuple[Meter, ...] = ("2/4", "3/4", "4/4", "6/8", "free")
MODES: tuple[Mode, ...] = ("major", "minor")
STYLES: tuple[Style, ...] = ("song", "chorale", "folk")
CHORD_CLASSES: tuple[ChordClass, ...] = ("maj", "min", "7", "maj7", "min7", "dim", "aug", "sus")
CLASS_INTERVALS: dict[ChordClass, tuple[int, ...]] = {
    "maj": (0, 4, 7),
    "min": (0, 3, 7),
    "7": (0, 4, 7, 10),
    "maj7": (0, 4, 7, 11),
    "min7": (0, 3, 7, 10),
    "dim": (0, 3, 6),
    "aug": (0, 4, 8),
    "sus": (0, 5, 7),
}
"""Semitones above the root of each class of chord."""

LOWEST_PITCH, HIGHEST_PITCH = -16, 20
"""Range of note tokens in semitones from the anchor, the tonic that lies nearest below the middle of the tune."""

PAD, SONG, END, PHRASE, BAR, REST = range(6)
_METER_0 = 6
_MODE_0 = _METER_0 + len(METERS)
_STYLE_0 = _MODE_0 + len(MODES)
POSITION_0 = _STYLE_0 + 2
PITCH_0 = POSITION_0 + 16
CHORD_0 = PITCH_0 + HIGHEST_PITCH - LOWEST_PITCH + 1
CONTROL_0 = CHORD_0 + 12 * len(CHORD_CLASSES)
"""The first token of those that came later; older weights end here."""

LONGEST_SPAN = 16
"""Bars, the most that a span can say; a longer one is said to have so many."""
MOST_NOTES = 32
"""The most notes that a phrase's control can say."""
TEMPOS_BPM = (72, 104, 144)
"""Quarters a minute at which the next class of tempo begins: slow, moderate, lively, fast."""

_FOLK, UNHARMONISED = CONTROL_0, CONTROL_0 + 1
_TEMPO_0 = CONTROL_0 + 2
AFTER, BEFORE, MIDDLE, SECTION = range(_TEMPO_0 + len(TEMPOS_BPM) + 1, _TEMPO_0 + len(TEMPOS_BPM) + 5)
_SPAN_0 = SECTION + 1
_NOTES_0 = _SPAN_0 + LONGEST_SPAN
UNSTRESSED, STRESSED = _NOTES_0 + MOST_NOTES, _NOTES_0 + MOST_NOTES + 1
VOCABULARY = STRESSED + 1
"""Number of tokens."""
PREFIX_TOKENS = 4
"""`SONG`, meter, mode and style."""


def meter_token(meter: Meter) -> int:
    """The token of a meter."""
    return _METER_0 + METERS.index(meter)


def mode_token(mode: Mode) -> int:
    """The token of a mode."""
    return _MODE_0 + MODES.index(mode)


def style_token(style: Style) -> int:
    """The token of a style."""
    return _FOLK if style == "folk" else _STYLE_0 + STYLES.index(style)


def position_token(slot: int) -> int:
    """The token of a sixteenth in its bar, 0 to 15."""
    return POSITION_0 + slot


def pitch_token(semitones: int) -> int:
    """The token of a note that many semitones from the anchor, -16 to 20; farther notes are folded by octaves."""
    while semitones < LOWEST_PITCH:
        semitones += 12
    while semitones > HIGHEST_PITCH:
        semitones -= 12
    return PITCH_0 + semitones - LOWEST_PITCH


def chord_token(degree: int, chord_class: ChordClass) -> int:
    """The token of a chord whose root lies `degree` semitones above the tonic, 0 to 11."""
    return CHORD_0 + (degree % 12) * len(CHORD_CLASSES) + CHORD_CLASSES.index(chord_class)


def is_position(token: int) -> bool:
    """Whether the token is a position."""
    return POSITION_0 <= token < PITCH_0


def is_pitch(token: int) -> bool:
    """Whether the token is a note."""
    return PITCH_0 <= token < CHORD_0


def is_chord(token: int) -> bool:
    """Whether the token is a chord."""
    return CHORD_0 <= token < CONTROL_0


def is_control(token: int) -> bool:
    """Whether the token says what is wanted; the marks of a gap (`AFTER`, `BEFORE`, `MIDDLE`) are not meant."""
    return token >= UNHARMONISED and token not in (AFTER, BEFORE, MIDDLE)


def knows_controls(vocabulary: int) -> bool:
    """Whether a network of that vocabulary (`model.config.vocabulary`) learned the controls and to fill gaps."""
    return vocabulary >= VOCABULARY


def pitch_of(token: int) -> int:
    """Semitones from the anchor of a note token."""
    return token - PITCH_0 + LOWEST_PITCH


def chord_of(token: int) -> tuple[int, ChordClass]:
    """Degree in semitones and class of a chord token."""
    degree, index = divmod(token - CHORD_0, len(CHORD_CLASSES))
    return degree, CHORD_CLASSES[index]


def anchor(tonic: int, centre: float) -> int:
    """The MIDI number of the tonic from which notes are counted.

    Args:
        tonic: pitch class of the tonic, 0 to 11.
        centre: mean MIDI pitch of the tune, or the middle of the range it is to have.

    Returns:
        The tonic that has `centre` 3 semitones below it to 9 above.
    """
    return tonic + 12 * int((centre - tonic + 3) // 12)


class Event(NamedTuple):
    """Something that begins at a sixteenth, counted from the start of the song."""

    slot: int
    token: int


@dataclass(frozen=True)
class Piece:
    """A tune with chords, ready to be spelled."""

    meter: Meter
    mode: Mode
    style: Style
    events: tuple[Event, ...]
    phrases: frozenset[int]
    """Sixteenths at which a phrase's first note begins."""


def prefix(meter: Meter, mode: Mode, style: Style = "song") -> list[int]:
    """The four tokens that every song begins with; `folk` is for networks that know controls."""
    return [SONG, meter_token(meter), mode_token(mode), style_token(style)]


def spell(piece: Piece) -> list[int]:
    """The tokens of a piece, bars without events included."""
    tokens = prefix(piece.meter, piece.mode, piece.style)
    bar_slots = BAR_SLOTS[piece.meter]
    bar, marked = -1, -1
    for event in sorted(piece.events, key=_reading_order):
        here, slot = divmod(event.slot, bar_slots)
        if here > bar:
            opening = _first_note(piece, here)
            opens = bar < 0 or opening in piece.phrases
            marked = opening if opens else marked
            tokens += [BAR] * (here - bar - 1)
            tokens += [PHRASE, BAR] if opens else [BAR]
            bar = here
        if is_pitch(event.token) and event.slot in piece.phrases and event.slot != marked:
            tokens.append(PHRASE)
        tokens += [position_token(slot), event.token]
    return [*tokens, END]


def read_piece(tokens: Sequence[int]) -> Piece:
    """The piece that tokens spell: the inverse of `spell`; controls are passed over.

    Raises:
        MediaError: they do not begin with a prefix, or an event has no bar, position or meaning.
    """
    meter, mode, style = _read_prefix(tokens)
    events: list[Event] = []
    phrases: set[int] = set()
    bar, slot, reach = -1, -1, 0
    for token in tokens[PREFIX_TOKENS:]:
        if token == PHRASE:
            reach = 2  # it marks the first note after it, at most one bar line away
        elif token == BAR:
            bar, slot, reach = bar + 1, -1, max(reach - 1, 0)
        elif is_position(token) and bar >= 0 and token - POSITION_0 < BAR_SLOTS[meter]:
            slot = bar * BAR_SLOTS[meter] + token - POSITION_0
        elif (is_pitch(token) or is_chord(token) or token == REST) and slot >= 0:
            events.append(Event(slot, token))
            if is_pitch(token) and reach:
                phrases.add(slot)
                reach = 0
        elif token not in (END, PAD) and not is_control(token):
            raise MediaError(f"token {token} has no meaning after {len(events)} events, in bar {bar + 1}")
    return Piece(meter, mode, style, tuple(events), frozenset(phrases))


def _read_prefix(tokens: Sequence[int]) -> tuple[Meter, Mode, Style]:
    meters = {meter_token(meter): meter for meter in METERS}
    modes = {mode_token(mode): mode for mode in MODES}
    styles = {style_token(style): style for style in STYLES}
    head = tuple(tokens[:PREFIX_TOKENS])
    if len(head) < PREFIX_TOKENS or head[0] != SONG or head[1] not in meters or head[2] not in modes:
        raise MediaError(f"tokens {list(head)} are no song, meter, mode and style")
    if head[3] not in styles:
        raise MediaError(f"token {head[3]} is no style")
    return meters[head[1]], modes[head[2]], styles[head[3]]


def song_controls(*, tempo_bpm: float | None = None, harmonised: bool = True) -> list[int]:
    """The controls after a prefix.

    Args:
        tempo_bpm: quarters a minute (dotted quarters in 6/8); None: not said.
        harmonised: False where the song has no chord tokens.
    """
    tokens = [] if harmonised else [UNHARMONISED]
    if tempo_bpm is not None:
        tokens.append(_TEMPO_0 + sum(tempo_bpm >= bound for bound in TEMPOS_BPM))
    return tokens


def controls(*, bars: int | None = None, notes: int | None = None, stress: Sequence[bool] = ()) -> list[int]:
    """The controls that follow a `PHRASE` token.

    Args:
        bars: length of the phrase to the next one, more than 16 are said to be 16; None: not said.
        notes: how many it has, 1 to 32; None or more: not said.
        stress: of each note of the phrase, whether its syllable is stressed; empty or more than 32: not said.
    """
    tokens = [] if bars is None else [span_token(bars)]
    if notes is not None and 1 <= notes <= MOST_NOTES:
        tokens.append(_NOTES_0 + notes - 1)
    if len(stress) <= MOST_NOTES:
        tokens += [STRESSED if mark else UNSTRESSED for mark in stress]
    return tokens


def section_controls(bars: int) -> list[int]:
    """The two tokens that stand before the first `PHRASE` of a section of so many bars."""
    return [SECTION, span_token(bars)]


def span_token(bars: int) -> int:
    """The token of a length in bars, 1 to 16; others are taken to the nearest of these."""
    return _SPAN_0 + min(max(bars, 1), LONGEST_SPAN) - 1


def infill_context(
    before: Sequence[int], after: Sequence[int], *, bars: int | None = None, limit: int | None = None
) -> list[int]:
    """What to read before writing the bars of a gap; `AFTER` once more says that they end.

    The music after the gap is read first, so that the music before it runs on into the gap as in any other song.

    Args:
        before: the song up to the gap, prefix and song's controls first, and up to a bar's end.
        after: the song from the gap's end on, a `BAR` (or its `PHRASE` or `SECTION`) first; `END` where the song ends.
        bars: the length of the gap; None: not said.
        limit: the most tokens to return; what lies farthest from the gap is left out, whole bars before it.

    Returns:
        Prefix, controls, `AFTER` and what follows, `BEFORE` and what precedes, `MIDDLE` and the gap's length.
    """
    head = PREFIX_TOKENS
    while head < len(before) and UNHARMONISED <= before[head] < AFTER:
        head += 1
    gap = [MIDDLE] if bars is None else [MIDDLE, span_token(bars)]
    past, coming = list(before[head:]), list(after)
    if limit is not None:
        room = max(limit - head - len(gap) - 2, 0)
        coming = coming[: max(room // 3, room - len(past))]
        kept = room - len(coming)
        past = past[next((cut for cut in bar_openings(past) if len(past) - cut <= kept), len(past)) :]
    return [*before[:head], AFTER, *coming, BEFORE, *past, *gap]


def bar_openings(tokens: Sequence[int]) -> list[int]:
    """The index at which each bar begins, that of its `SECTION` or `PHRASE` where these stand before it."""
    openings = []
    for start in bar_starts(tokens):
        while start > 0 and (tokens[start - 1] == PHRASE or (is_control(tokens[start - 1]) and _opens(tokens, start))):
            start -= 1
        openings.append(start)
    return openings


def _opens(tokens: Sequence[int], start: int) -> bool:
    """Whether the controls before an index are those of a bar's phrase or section, and not of the song."""
    while start > 0 and is_control(tokens[start - 1]) and tokens[start - 1] != SECTION:
        start -= 1
    return start > 0 and tokens[start - 1] in (PHRASE, SECTION)


def bar_starts(tokens: Iterable[int]) -> list[int]:
    """The indices of the `BAR` tokens."""
    return [index for index, token in enumerate(tokens) if token == BAR]


def _reading_order(event: Event) -> tuple[int, int]:
    return event.slot, 0 if is_chord(event.token) else 1


def _first_note(piece: Piece, bar: int) -> int:
    """The sixteenth of a bar's first note, -1 where it has none."""
    slots = BAR_SLOTS[piece.meter]
    return min((e.slot for e in piece.events if e.slot // slots == bar and is_pitch(e.token)), default=-1)
