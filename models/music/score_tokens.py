"""A full score as tokens: for networks that read or write all parts of a song.

A score is `score`, its controls (meter, tonic, mode, tempo, then genre and mood where they are known), one `role` and
`program` for each part, then its bars and `end`. Before the `bar` at which a section begins stand `section`, `energy`,
`bars`, the letter of its `tune`, and the syllables of its lines. A bar holds positions in order of time; at each, the
chord that begins (with `bass` where that is not the root, and `duration`), then for each part `part` and its notes:
`pitch` or `drum`, `duration`, `velocity`.

What lies on the grids of `models.music.score_alphabet` comes back as it was; the rest comes back on the nearest point.
The score's end moves to the end of a bar, no earlier than the last note, chord or section begins. Names are not music
and are not kept: parts and sections are named after their roles, tunes by letters in order of appearance, the first
eight; words, lines a section and a drum kit's program number are left out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from models.music.score_alphabet import (
    DRUM_KIT,
    GENRES,
    MODES,
    MOODS,
    MOST_SECTION_BARS,
    PART_ROLES,
    QUALITIES,
    SECTION_ROLES,
    STEP_TICKS,
    STEPS_PER_QUARTER,
    TUNES,
    nearest_length,
    nearest_step,
    token,
    token_name,
)
from schemas.errors import MediaError
from schemas.music import ChordSpan, Score
from schemas.plan import Genre, Mood

MOST_BARS = 2_000
MOST_NOTES = 200_000
MOST_LINES = 16
MOST_SYLLABLES = 16


@dataclass(frozen=True)
class ScoreControls:
    """What is known of a song beside its score."""

    genre: Genre | None = None
    mood: Mood | None = None
    syllables: tuple[tuple[str, ...], ...] = ()
    """For each section its lines, a character a syllable: 1 stressed, 0 light. Empty: not known of any section."""


def score_tokens(score: Score, controls: ScoreControls | None = None) -> list[int]:
    """The tokens of a score. Notes of a part come in order of onset, pitch, length and velocity.

    Raises:
        MediaError: the score has more than 2,000 bars, 200,000 notes or 64 bars in a section; or the controls do not
            fit it: as many entries of `syllables` as sections, at most 16 lines of 1 to 16 marks 0 or 1.
    """
    controls = controls or ScoreControls()
    _check(score, controls)
    tokens = _heading(score, controls)
    bar_steps = score.beats_per_bar * STEPS_PER_QUARTER
    events = _events(score)
    sections = _section_tokens(score, controls)
    for bar in range(_bars(score, events, sections)):
        tokens += [*sections.get(bar, ()), token("bar")]
        for position in range(bar_steps):
            here = events.get(bar * bar_steps + position)
            if here:
                tokens += [token("position", position), *here]
    return [*tokens, token("end")]


def tokens_as_text(tokens: Sequence[int]) -> str:
    """The names of tokens, a bar a line: for people."""
    words = [("\n" if number == token("bar") else " ") + token_name(number) for number in tokens]
    return "".join(words).strip()


def _check(score: Score, controls: ScoreControls) -> None:
    notes = sum(len(part.notes) for part in score.parts)
    if notes > MOST_NOTES:
        raise MediaError(f"the score has {notes:,} notes: at most {MOST_NOTES:,}; take a shorter stretch")
    for section in score.sections:
        if section.bars > MOST_SECTION_BARS:
            raise MediaError(
                f"section {section.name!r} has {section.bars} bars: at most {MOST_SECTION_BARS}; divide it in two"
            )
    if controls.syllables and len(controls.syllables) != len(score.sections):
        raise MediaError(f"syllables for {len(controls.syllables)} sections, but the score has {len(score.sections)}")
    for lines in controls.syllables:
        if len(lines) > MOST_LINES:
            raise MediaError(f"a section has {len(lines)} lines: at most {MOST_LINES}")
        for line in lines:
            if not 1 <= len(line) <= MOST_SYLLABLES or set(line) - {"0", "1"}:
                raise MediaError(f"line {line[:20]!r}: 1 to {MOST_SYLLABLES} syllables, each 0 or 1")


def _heading(score: Score, controls: ScoreControls) -> list[int]:
    tokens = [
        token("score"),
        token("meter", score.beats_per_bar - 3),
        token("tonic", score.key.pitch_class),
        token("mode", MODES.index(score.key.mode)),
        token("tempo", (score.tempo_bpm - 48) // 5),
    ]
    if controls.genre is not None:
        tokens.append(token("genre", GENRES.index(controls.genre)))
    if controls.mood is not None:
        tokens.append(token("mood", MOODS.index(controls.mood)))
    for part in score.parts:
        tokens.append(token("role", PART_ROLES.index(part.role)))
        tokens.append(token("program", DRUM_KIT if part.is_drums else part.program))
    return tokens


def _events(score: Score) -> dict[int, list[int]]:
    """What begins at each step, spelled: the chord, then the parts in order."""
    events: defaultdict[int, list[int]] = defaultdict(list)
    for chord in sorted(score.chords, key=_chord_order):
        events[nearest_step(chord.onset_ticks)] += _chord_tokens(chord)
    for number, part in enumerate(score.parts):
        starts: defaultdict[int, list[tuple[int, int, int]]] = defaultdict(list)
        for note in part.notes:
            length = nearest_length(nearest_step(note.duration_ticks))
            starts[nearest_step(note.onset_ticks)].append((note.pitch, length, note.velocity // 8))
        for step, notes in starts.items():
            events[step].append(token("part", number))
            for pitch, length, velocity in sorted(notes):
                named = token("drum" if part.is_drums else "pitch", pitch)
                events[step] += [named, token("duration", length), token("velocity", velocity)]
    return dict(events)


def _chord_order(chord: ChordSpan) -> tuple[int, int, int, int]:
    """By quantised onset, then by what the chord is, so that two that fall together come in one order."""
    length = nearest_length(nearest_step(chord.duration_ticks))
    return nearest_step(chord.onset_ticks), chord.root, QUALITIES.index(chord.quality), length


def _chord_tokens(chord: ChordSpan) -> list[int]:
    tokens = [token("chord", chord.root * len(QUALITIES) + QUALITIES.index(chord.quality))]
    if chord.bass is not None and chord.bass != chord.root:
        tokens.append(token("bass", chord.bass))
    return [*tokens, token("duration", nearest_length(nearest_step(chord.duration_ticks)))]


def _section_tokens(score: Score, controls: ScoreControls) -> dict[int, list[int]]:
    """What stands before each bar at which a section begins."""
    found: defaultdict[int, list[int]] = defaultdict(list)
    letters: dict[str, int] = {}
    syllables = controls.syllables or ((),) * len(score.sections)
    for section, lines in sorted(zip(score.sections, syllables, strict=True), key=lambda pair: pair[0].first_bar):
        tokens = found[section.first_bar]
        tokens.append(token("section", SECTION_ROLES.index(section.role)))
        tokens.append(token("energy", round(section.energy * 10)))
        tokens.append(token("bars", section.bars - 1))
        if section.melody and letters.setdefault(section.melody, len(letters)) < TUNES:
            tokens.append(token("tune", letters[section.melody]))
        for line in lines:
            tokens += [token("line"), *(token("syllable", int(mark)) for mark in line)]
    return dict(found)


def _bars(score: Score, events: dict[int, list[int]], sections: dict[int, list[int]]) -> int:
    """How many bars the score has, those in which a last note, chord or section begins included."""
    bar_steps = score.beats_per_bar * STEPS_PER_QUARTER
    written = -(-score.end_ticks // (bar_steps * STEP_TICKS))
    bars = max(written, 1 + max(events, default=0) // bar_steps, 1 + max(sections, default=0))
    if bars > MOST_BARS:
        raise MediaError(f"the score has {bars:,} bars: at most {MOST_BARS:,}; take a shorter stretch")
    return bars
