"""What is reworked: the lead sheet of an album's song, or of a file, and the plan it is reworked under."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from media.notation.bringing.reading import read_melody
from media.notation.lead_reading import lead_sheet_from_musicxml
from schemas.errors import BriefError, MediaError
from schemas.music import LeadSheet, MelodyNote, SungSyllable
from schemas.plan import Genre, Key, Mood, SectionPlan, SectionSpan, SongPlan, VoiceRange
from tasks.edits import base_of

if TYPE_CHECKING:
    from pathlib import Path

    from media.notation.bringing.tune import BroughtTune
    from tasks.state import AlbumState

MAX_FILE_BYTES = 4 << 20
"""The largest file of notes that is read."""

_LINE_BARS = 2
_NOTATION = (".musicxml", ".xml", ".mxl")
_LOWEST, _HIGHEST = 36, 96
_NARROWEST = 12


@dataclass(frozen=True)
class Sheet:
    """A lead sheet to be reworked.

    Attributes:
        lead: the lead sheet.
        plan: genre, voice and form that it is reworked under.
        remarks: what was left out or assumed when it was read.
    """

    lead: LeadSheet
    plan: SongPlan
    remarks: tuple[str, ...] = ()


def sheet_of_song(state: AlbumState, song: SongPlan) -> Sheet:
    """The lead sheet of an album's song as it stands, edits put in.

    Raises:
        ReviewError: it is not made as it would be made now.
    """
    _, filled = base_of(state, state.slot("compose_lead_sheet", song))
    return Sheet(state.bench.get(filled, LeadSheet), song)


def sheet_of_file(path: Path, *, genre: Genre) -> Sheet:
    """The lead sheet in a file: MusicXML with words, or any melody (MIDI, MusicXML, ABC, notes as text), sung on "la".

    Raises:
        BriefError: the file is not there or too large.
        MediaError: it holds no melody that can be sung.
    """
    content = read_bounded(path)
    if path.suffix.lower() in _NOTATION:
        from models.lyrics.sounds import syllabify

        try:
            lead = lead_sheet_from_musicxml(content, pronounce=syllabify)
        except MediaError as error:
            if "has no words" not in str(error):
                raise
        else:
            return Sheet(lead, plan_of(lead, genre))
    tune = read_melody(content, name=path.name)
    lead = sung_on_la(tune, title=tune.title or path.stem)
    return Sheet(
        lead, plan_of(lead, genre), (*tune.remarks, 'the melody has no words that are read: it is sung on "la"')
    )


def read_bounded(path: Path) -> bytes:
    """The bytes of a file of notes.

    Raises:
        BriefError: it is not there, no file, or larger than 4 MiB.
    """
    try:
        with path.open("rb") as file:
            content = file.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        raise BriefError(
            f"{path.name}: cannot be read ({error.strerror}): give a MusicXML, MIDI or ABC file"
        ) from error
    if len(content) > MAX_FILE_BYTES:
        raise BriefError(f"{path.name}: more than {MAX_FILE_BYTES >> 20} MiB: give the melody alone")
    return content


def sung_on_la(tune: BroughtTune, *, title: str) -> LeadSheet:
    """A brought melody as a lead sheet, every note a syllable "la", in lines of two bars."""
    bar_ticks = tune.bar_ticks
    lines = [note.onset_ticks // (_LINE_BARS * bar_ticks) for note in tune.notes]
    kept = sorted(set(lines))
    syllables = tuple(
        SungSyllable(
            text="la",
            phones=("L", "AA"),
            stress=1 if note.onset_ticks % bar_ticks == 0 else 0,
            section=0,
            line=kept.index(line),
            word=sum(1 for other in lines[:place] if other == line),
            word_text="la",
            ends_word=True,
        )
        for place, (note, line) in enumerate(zip(tune.notes, lines, strict=True))
    )
    melody = tuple(
        MelodyNote(onset_ticks=note.onset_ticks, duration_ticks=note.duration_ticks, pitch=note.pitch, syllable=place)
        for place, note in enumerate(tune.notes)
    )
    bars = math.ceil(tune.bars / _LINE_BARS) * _LINE_BARS
    span = SectionSpan(
        name="verse",
        role="verse",
        first_bar=0,
        bars=bars,
        energy=0.5,
        words="verse",
        melody="verse",
        line_bars=_LINE_BARS,
    )
    return LeadSheet(
        title=title[:120] or "Untitled",
        key=tune.key or Key(tonic="C", mode="major"),
        tempo_bpm=tune.tempo_bpm or 100,
        beats_per_bar=tune.beats_per_bar,
        sections=(span,),
        syllables=syllables,
        melody=melody,
        chords=tune.chords,
    )


def plan_of(lead: LeadSheet, genre: Genre, *, mood: Mood = "calm") -> SongPlan:
    """A plan that a lead sheet could have been made under: its form and key, a voice a little wider than its tune."""
    pitches = [note.pitch for note in lead.melody] or [60, 72]
    low, high = max(_LOWEST, min(pitches) - 2), min(_HIGHEST, max(pitches) + 2)
    spare = max(0, _NARROWEST - (high - low))
    sections = [
        SectionPlan(
            name=span.name if part == 0 else f"{span.name} ({part + 1})"[:40],
            role=span.role,
            bars=min(32, span.bars - 32 * part),
            energy=span.energy,
        )
        for span in lead.sections
        for part in range(math.ceil(span.bars / 32))
    ]
    return SongPlan(
        song_id="song-1",
        theme=lead.title,
        title=lead.title,
        genre=genre,
        mood=mood,
        key=lead.key,
        tempo_bpm=lead.tempo_bpm,
        beats_per_bar=lead.beats_per_bar,
        swing=lead.swing,
        voice_range=VoiceRange(
            low=max(_LOWEST, min(84, low - spare // 2)), high=min(_HIGHEST, high + spare - spare // 2)
        ),
        sections=tuple(sections[:24]),
    )
