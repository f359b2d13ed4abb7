"""What a person fixes of a song's music: its form, chords and melodies, read and worked into the song's plan."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Literal

from media.notation.bringing.chord_text import read_chord_chart
from media.notation.bringing.form_text import read_form
from media.notation.bringing.reading import read_melody
from models.music.key_finding import find_key
from schemas.composing import GivenTune
from schemas.errors import BriefError, MediaError
from schemas.music import CHORD_INTERVALS, ChordSpan
from schemas.plan import TICKS_PER_QUARTER, TONICS, Key, LinePlan, SongPlan, UserTune
from tasks.planning.forms import sections_of_form

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np

    from media.notation.bringing.tune import BroughtTune
    from schemas.brief import OwnMusic
    from schemas.composing import GivenNote
    from schemas.plan import SectionPlan

_CLASSES: dict[int, Literal["maj", "min", "sus"]] = {4: "maj", 3: "min", 2: "sus", 5: "sus"}
TUNES = ("verse", "chorus", "bridge")
_LINE_BARS = (2, 4, 1)
_MOST_SYLLABLES, _MOST_LINES = 16, 16


def user_tunes(own: OwnMusic) -> tuple[UserTune, ...]:
    """The tunes of which something is fixed."""
    given = {name: getattr(own, name) for name in TUNES}
    return tuple(
        UserTune(tune=name, chords=tune.chords, melody=tune.melody)
        for name, tune in given.items()
        if tune.chords.strip() or tune.melody.strip()
    )


def asked_sections(form: str, *, bar_s: float, energy: float, rng: np.random.Generator) -> tuple[SectionPlan, ...]:
    """The sections of a form in words, e.g. 'intro 2, verse 8, chorus 8'.

    Raises:
        BriefError: it cannot be read.
    """
    try:
        requests = read_form(form)
    except MediaError as error:
        raise BriefError(str(error)) from error
    return sections_of_form(requests, bar_s=bar_s, energy=energy, rng=rng)


def own_key(own: OwnMusic, melodies: dict[str, BroughtTune]) -> Key | None:
    """The key that the user's music is in: as a melody says, else as notes and chords sound; None without either."""
    named = next((tune.key for tune in melodies.values() if tune.key is not None), None)
    notes: list[tuple[int, int, int]] = [note for tune in melodies.values() for note in tune.notes]
    chords = [chord for tune in user_tunes(own) for chord in _chords_in(tune.chords)]
    chords += [chord for tune in melodies.values() for chord in tune.chords]
    if named is not None or not (notes or chords):
        return named
    if not notes:
        notes = [(0, chord.duration_ticks, chord.root) for chord in (*chords[1:], chords[0])]
    heard = [(chord.root, _CLASSES[CHORD_INTERVALS[chord.quality][1]]) for chord in chords]
    tonic, mode = find_key(notes, heard)
    return Key(tonic=TONICS[tonic], mode=mode)


def _chords_in(text: str) -> tuple[ChordSpan, ...]:
    """Chords by name, for finding the key; none where they are written as steps of a key or cannot be read."""
    if not text.strip() or not re.search(r"(?<![A-Za-z])[A-G]", text):
        return ()
    try:
        return read_chord_chart(text, beats_per_bar=4, key=Key(tonic="C", mode="major")).chords
    except MediaError:
        return ()


def brought_melodies(own: OwnMusic, key: Key) -> dict[str, BroughtTune]:
    """The melodies that are fixed, by tune.

    Args:
        own: what is fixed of a song.
        key: what steps of the scale count from, where a text names no key.

    Raises:
        BriefError: one cannot be read, or they are in different meters.
    """
    found: dict[str, BroughtTune] = {}
    for tune in user_tunes(own):
        if tune.melody.strip():
            try:
                found[tune.tune] = _melody(tune.melody, key)
            except MediaError as error:
                raise BriefError(f"{tune.tune}.melody: {error}") from error
    if len({tune.beats_per_bar for tune in found.values()}) > 1:
        told = ", ".join(f"{name} {tune.beats_per_bar}/4" for name, tune in found.items())
        raise BriefError(f"melodies are in different meters ({told}): a song keeps one")
    return found


def fit_melodies(sections: Sequence[SectionPlan], melodies: dict[str, BroughtTune]) -> tuple[SectionPlan, ...]:
    """Sections whose tune is fixed get its bars, and lines of as many syllables as it has notes.

    Raises:
        BriefError: a melody is for a tune that the form does not have, or cannot be parted into lines.
    """
    sung = {section.melody for section in sections if section.melody}
    for name in melodies:
        if name not in sung:
            raise BriefError(f"{name}.melody: the form has no {name}; it has {', '.join(sorted(sung)) or 'no tune'}")
    shapes = {name: _lines(name, tune) for name, tune in melodies.items()}
    return tuple(
        section.replaced(bars=len(lines) * line_bars, lines=_rhymed(lines, section.lines), line_bars=line_bars)
        if (shape := shapes.get(section.melody)) and (line_bars := shape[0]) and (lines := shape[1])
        else section
        for section in sections
    )


def given_tunes(plan: SongPlan) -> tuple[GivenTune, ...]:
    """What is fixed of each tune of a song, in ticks; chords that are shorter than their tune are played again.

    Raises:
        BriefError: something cannot be read, or is longer than its tune.
    """
    shapes = {section.melody: section.bars for section in plan.sections if section.melody}
    found = []
    for tune in plan.user_tunes:
        bars = shapes.get(tune.tune)
        if bars is None:
            raise BriefError(f"{tune.tune}: the song has no such tune; it has {', '.join(sorted(shapes))}")
        notes: tuple[GivenNote, ...] = ()
        chords: tuple[ChordSpan, ...] = ()
        length = bars
        try:
            if tune.melody.strip():
                brought = _melody(tune.melody, plan.key)
                notes, chords, length = brought.notes, brought.chords, brought.bars
            if tune.chords.strip():
                chart = read_chord_chart(tune.chords, beats_per_bar=plan.beats_per_bar, key=plan.key)
                chords, length = chart.chords, chart.bars
        except MediaError as error:
            raise BriefError(f"{tune.tune}: {error}") from error
        if length > bars:
            raise BriefError(f"{tune.tune}: {length} bars are fixed, but the {tune.tune} has {bars}: shorten it")
        found.append(GivenTune(tune=tune.tune, chords=_over(chords, length, bars, plan), notes=notes))
    return _in_range(found, plan)


def _melody(text: str, key: Key) -> BroughtTune:
    """A melody, in the key it names; in the song's where its notes are steps of a key it does not name."""
    plain, counted = read_melody(text.encode()), read_melody(text.encode(), key=key)
    return plain if plain.notes == counted.notes else counted


def _in_range(tunes: Sequence[GivenTune], plan: SongPlan) -> tuple[GivenTune, ...]:
    """All tunes moved by the fewest octaves that bring every note into the voice's range."""
    pitches = [note.pitch for tune in tunes for note in tune.notes]
    low, high = plan.voice_range.low, plan.voice_range.high
    fitting = [octaves for octaves in (0, -1, 1, -2, 2, -3, 3) if all(low <= p + 12 * octaves <= high for p in pitches)]
    if not fitting:
        raise BriefError(
            f"the melodies go from {min(pitches)} to {max(pitches)} (60 is middle C), the voice {plan.voice!r} from "
            f"{low} to {high}: narrow them, or write them in another key"
        )
    move = 12 * fitting[0]
    return tuple(
        tune.replaced(notes=tuple(note._replace(pitch=note.pitch + move) for note in tune.notes)) for tune in tunes
    )


def _over(chords: Sequence[ChordSpan], length: int, bars: int, plan: SongPlan) -> tuple[ChordSpan, ...]:
    """Chords of `length` bars laid over a tune of `bars`, again and again."""
    whole = bars * plan.bar_ticks
    laid = []
    for start in range(0, whole, length * plan.bar_ticks):
        for chord in chords:
            onset = start + chord.onset_ticks
            if onset < whole:
                laid.append(chord.replaced(onset_ticks=onset, duration_ticks=min(chord.duration_ticks, whole - onset)))
    return tuple(laid)


def _lines(name: str, tune: BroughtTune) -> tuple[int, tuple[LinePlan, ...]]:
    """Bars a line, and the lines, of a melody: two bars each where that gives every line 1 to 16 notes."""
    bar_ticks = tune.bar_ticks
    for line_bars in _LINE_BARS:
        count = max(1, math.ceil(tune.bars / line_bars))
        lines = [
            [note for note in tune.notes if number == note.onset_ticks // (line_bars * bar_ticks)]
            for number in range(count)
        ]
        if count <= _MOST_LINES and all(1 <= len(line) <= _MOST_SYLLABLES for line in lines):
            return line_bars, tuple(_line(line, bar_ticks) for line in lines)
    raise BriefError(
        f"{name}.melody: {len(tune.notes)} notes in {tune.bars} bars do not part into lines of 1, 2 or 4 bars with "
        f"1 to {_MOST_SYLLABLES} notes each, {_MOST_LINES} lines at most: leave no line empty, or shorten it"
    )


def _line(notes: Sequence[GivenNote], bar_ticks: int) -> LinePlan:
    """A line to be written to notes: stressed where a beat is strong or a note is long."""
    strong = 2 * TICKS_PER_QUARTER if bar_ticks == 4 * TICKS_PER_QUARTER else bar_ticks
    marks = [
        note.onset_ticks % strong == 0
        or (note.onset_ticks % TICKS_PER_QUARTER == 0 and note.duration_ticks >= TICKS_PER_QUARTER)
        for note in notes
    ]
    if not any(marks):
        marks[max(range(len(notes)), key=lambda place: (notes[place].duration_ticks, place))] = True
    return LinePlan(syllables=len(notes), stress="".join("1" if mark else "0" for mark in marks))


def _rhymed(lines: Sequence[LinePlan], planned: Sequence[LinePlan]) -> tuple[LinePlan, ...]:
    """Lines with the rhymes that were planned; the lines beyond those rhyme in pairs."""
    pairs = [line.rhyme for line in planned] + [chr(ord("E") + place // 2) for place in range(len(lines))]
    if len(lines) % 2 and len(lines) > len(planned):
        pairs[len(lines) - 1] = ""
    return tuple(line.replaced(rhyme=rhyme) for line, rhyme in zip(lines, pairs, strict=False))
