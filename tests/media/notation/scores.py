"""Scores made by hypothesis: any that a person could write down."""

from __future__ import annotations

from hypothesis import strategies as st

from schemas.music import CHORD_INTERVALS, ChordSpan, Part, Score, ScoreNote
from schemas.plan import TONICS, Key, SectionSpan

ROLES = ("intro", "verse", "prechorus", "chorus", "bridge", "interlude", "outro")
PART_ROLES = ("melody", "bass", "chords", "pad", "counter", "lead")


@st.composite
def sections(draw: st.DrawFn) -> tuple[SectionSpan, ...]:
    spans, bar = [], 0
    for number in range(draw(st.integers(1, 4))):
        bars = draw(st.integers(1, 4))
        role = draw(st.sampled_from(ROLES))
        energy = draw(st.floats(0, 1).map(lambda value: round(value, 3)))
        words = draw(st.sampled_from(("", "verse 1", "chorus")))
        spans.append(
            SectionSpan(
                name=f"{role} {number}", role=role, first_bar=bar, bars=bars, energy=energy, words=words, melody=words
            )
        )
        bar += bars
    return tuple(spans)


@st.composite
def chords(draw: st.DrawFn, end: int) -> tuple[ChordSpan, ...]:
    spans, tick = [], 0
    while tick < end and len(spans) < 12:
        tick += draw(st.sampled_from((0, 0, 0, 480)))
        length = min(draw(st.sampled_from((480, 960, 1920))), end - tick)
        if length <= 0:
            break
        root, bass = draw(st.integers(0, 11)), draw(st.none() | st.integers(0, 11))
        quality = draw(st.sampled_from(sorted(CHORD_INTERVALS)))
        spans.append(
            ChordSpan(
                onset_ticks=tick, duration_ticks=length, root=root, quality=quality, bass=None if bass == root else bass
            )
        )
        tick += length
    return tuple(spans)


@st.composite
def notes(draw: st.DrawFn, end: int, step: int, low: int = 24, high: int = 108) -> tuple[ScoreNote, ...]:
    found, free = [], {}
    for _ in range(draw(st.integers(0, 24))):
        onset = draw(st.integers(0, end // step - 1)) * step
        pitch = draw(st.integers(low, high))
        if onset < free.get(pitch, 0) or any(n.pitch == pitch and n.onset_ticks >= onset for n in found):
            continue
        length = draw(st.integers(1, 24)) * step
        free[pitch] = onset + length
        found.append(ScoreNote(onset, length, pitch, draw(st.integers(1, 127))))
    return tuple(sorted(found))


@st.composite
def scores(draw: st.DrawFn, step: int = 1) -> Score:
    spans, beats = draw(sections()), draw(st.sampled_from((3, 4)))
    end = sum(span.bars for span in spans) * beats * 480
    parts = []
    for number in range(draw(st.integers(1, 5))):
        drums = draw(st.booleans())
        body = draw(notes(end, step, 35, 81) if drums else notes(end, step))
        role = "drums" if drums else draw(st.sampled_from(PART_ROLES))
        program = draw(st.integers(0, 127))
        parts.append(Part(name=f"part-{number}", role=role, program=program, is_drums=drums, notes=body))
    if not any(part.notes for part in parts):
        parts[0] = parts[0].replaced(notes=(ScoreNote(0, 480, 60, 90),))
    mode = draw(st.sampled_from(("major", "minor")))
    return Score(
        title=draw(st.text(min_size=1, max_size=40).filter(lambda text: text.strip() == text and "\0" not in text)),
        key=Key(tonic=draw(st.sampled_from(TONICS)), mode=mode),
        tempo_bpm=draw(st.integers(50, 180)),
        beats_per_bar=beats,
        sections=spans,
        chords=draw(chords(end)),
        parts=tuple(parts),
        end_ticks=end,
    )
