"""Tunes made by Hypothesis, and files that hold a known tune."""

from __future__ import annotations

from hypothesis import strategies as st

from media.notation.bringing.tune import BroughtTune
from media.notation.smf import (
    END_OF_TRACK,
    META,
    METER,
    NOTE_OFF,
    NOTE_ON,
    TRACK_NAME,
    Event,
    text_event,
    write_midi_file,
)
from schemas.composing import GivenNote
from schemas.music import CHORD_INTERVALS, ChordSpan
from schemas.plan import TONICS, Key

ABC = """X:1
T:The Lark
M:4/4
L:1/8
Q:1/4=96
K:D
A2|:"D"d2 f2 a2 f2|"G"g>f e^d "A7"e2 A2|1 "D"f4 d2 A2:|2 "D"f2 e2 d4|]
w:the lark is up in the morn-ing light
"""
"""A pick-up, a repeat with two endings, broken rhythm, an accidental, chords and words."""

ABC_PITCHES = [
    69,
    74,
    78,
    81,
    78,
    79,
    78,
    76,
    75,
    76,
    69,
    78,
    74,
    69,
    74,
    78,
    81,
    78,
    79,
    78,
    76,
    75,
    76,
    69,
    78,
    76,
    74,
]


@st.composite
def tunes(draw: st.DrawFn) -> BroughtTune:
    beats = draw(st.sampled_from((3, 4)))
    notes, at = [], 0
    for _ in range(draw(st.integers(1, 30))):
        at += 120 * draw(st.sampled_from((0, 0, 0, 1, 4, 20)))
        length = 120 * draw(st.integers(1, 24))
        notes.append(GivenNote(at, length, draw(st.integers(24, 108))))
        at += length
    bars = -(-at // (beats * 480)) + draw(st.integers(0, 2))
    chords, tick = [], 0
    while tick < bars * beats * 480 and len(chords) < 12:
        tick += draw(st.sampled_from((0, 0, 480)))
        length = min(draw(st.sampled_from((240, 480, 960, 1920))), bars * beats * 480 - tick)
        if length <= 0:
            break
        root, bass = draw(st.integers(0, 11)), draw(st.none() | st.integers(0, 11))
        chord = ChordSpan(
            onset_ticks=tick,
            duration_ticks=length,
            root=root,
            quality=draw(st.sampled_from(sorted(CHORD_INTERVALS))),
            bass=None if bass == root else bass,
        )
        chords.append(chord)
        tick += length
    return BroughtTune(
        notes=tuple(notes),
        beats_per_bar=beats,
        bars=bars,
        tempo_bpm=draw(st.none() | st.integers(50, 180)),
        key=draw(st.none() | st.builds(Key, tonic=st.sampled_from(TONICS), mode=st.sampled_from(("major", "minor")))),
        chords=tuple(chords),
        title=draw(st.sampled_from(("", "The Lark", "C4: a note | in a title"))),
    )


def midi_file(*tracks: tuple[str, list[tuple[int, int, int]]], meter: tuple[int, int] | None = None) -> bytes:
    """A MIDI file of named tracks of (onset, length, pitch), 480 ticks a quarter."""
    written = []
    for number, (name, notes) in enumerate(tracks):
        head = [text_event(0, TRACK_NAME, name)] if name else []
        if meter and not number:
            head.append(Event(0, META, METER, bytes((meter[0], meter[1].bit_length() - 1, 24, 8))))
        body = [Event(on, NOTE_ON, number % 9, bytes((pitch, 80))) for on, _, pitch in notes]
        body += [Event(on + length, NOTE_OFF, number % 9, bytes((pitch, 64))) for on, length, pitch in notes]
        body.sort(key=lambda event: (event.tick, event.kind))
        last = body[-1].tick if body else 0
        written.append([*head, *body, Event(last, META, END_OF_TRACK, b"")])
    return write_midi_file(written, 480)


def musicxml(*measures: str, divisions: int = 2, meter: tuple[int, int] = (4, 4)) -> bytes:
    """A MusicXML file of one part; the first measure gets divisions and meter."""
    head = (
        f"<attributes><divisions>{divisions}</divisions><key><fifths>0</fifths></key>"
        f"<time><beats>{meter[0]}</beats><beat-type>{meter[1]}</beat-type></time></attributes>"
    )
    body = "".join(f"<measure>{head if not place else ''}{inside}</measure>" for place, inside in enumerate(measures))
    return (
        '<score-partwise><part-list><score-part id="P1"><part-name>Voice</part-name></score-part></part-list>'
        f'<part id="P1">{body}</part></score-partwise>'
    ).encode()


def xml_note(step: str, octave: int, duration: int, extra: str = "") -> str:
    pitch = f"<pitch><step>{step}</step><octave>{octave}</octave></pitch>"
    return f"<note>{pitch}<duration>{duration}</duration>{extra}</note>"
