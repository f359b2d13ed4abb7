"""Lead sheets and scores as MusicXML, both ways, so that any notation editor can change a song and give it back."""

from __future__ import annotations

from itertools import groupby

from media.notation.lead_reading import lead_sheet_from_musicxml, sections_of
from media.notation.lettering import curled
from media.notation.parts import free_part_name, part_role
from media.notation.staff import Lyric, StaffNote
from media.notation.xml_reading import read_musicxml
from media.notation.xml_writing import Engraving, Song, Staff, musicxml_bytes
from schemas.music import ChordSpan, LeadSheet, Part, Score, ScoreNote
from schemas.plan import TICKS_PER_QUARTER

__all__ = [
    "lead_sheet_for_engraving",
    "lead_sheet_from_musicxml",
    "lead_sheet_to_musicxml",
    "score_from_musicxml",
    "score_to_musicxml",
]


def lead_sheet_to_musicxml(lead: LeadSheet) -> bytes:
    """The lead sheet on one staff: notes and ties, words, chord symbols, section names, key, meter and tempo.

    Line ends are MusicXML's `end-line`; pitches are named by key and chord. The same sheet gives the same bytes.
    """
    return musicxml_bytes(_song(lead), [Staff("voice", sung_notes(lead), 53)])


def lead_sheet_for_engraving(lead: LeadSheet, new_systems: frozenset[int]) -> bytes:
    """The lead sheet as an engraver wants it: systems broken at the bars given, no titles, slashes where nobody sings.

    Repeated chord symbols are left out within a system.
    """
    silent = [section for section in lead.sections if not section.words]
    slashes = frozenset(bar for s in silent for bar in range(s.first_bar, s.first_bar + s.bars))
    sung = {note.onset_ticks // lead.bar_ticks for note in lead.melody}
    song = _song(lead)._replace(
        chords=_changes(lead, new_systems), for_engraving=Engraving(new_systems, slashes - sung)
    )
    # The engraver takes a straight apostrophe for nothing and sets the next word too close.
    notes = (
        note._replace(lyric=note.lyric._replace(text=curled(note.lyric.text))) if note.lyric else note
        for note in sung_notes(lead)
    )
    return musicxml_bytes(song, [Staff("voice", tuple(notes), 53)])


def _song(lead: LeadSheet) -> Song:
    return Song(
        title=lead.title,
        key=lead.key,
        tempo_bpm=lead.tempo_bpm,
        beats_per_bar=lead.beats_per_bar,
        bars=lead.bars,
        sections=lead.sections,
        chords=lead.chords,
        swing=lead.swing,
    )


def _changes(lead: LeadSheet, new_systems: frozenset[int]) -> tuple[ChordSpan, ...]:
    """The chords, those that go on unchanged joined to the one before, except where a system begins."""
    joined: list[ChordSpan] = []
    starts = {bar * lead.bar_ticks for bar in new_systems}
    for chord in lead.chords:
        last = joined[-1] if joined else None
        if (
            last is not None
            and chord.onset_ticks not in starts
            and chord.onset_ticks == last.onset_ticks + last.duration_ticks
            and (chord.root, chord.quality, chord.bass) == (last.root, last.quality, last.bass)
        ):
            joined[-1] = last.replaced(duration_ticks=last.duration_ticks + chord.duration_ticks)
        else:
            joined.append(chord)
    return tuple(joined)


def score_to_musicxml(score: Score, lead: LeadSheet | None = None) -> bytes:
    """All parts, one staff each; with a lead sheet its words stand under the part with role `melody`.

    Played times that are off the written grid are kept in MusicXML's `attack` and `release`, loudness in `dynamics`.
    """
    bar_ticks = score.beats_per_bar * TICKS_PER_QUARTER
    last = max((note.onset_ticks for part in score.parts for note in part.notes), default=0)
    song = Song(
        title=score.title,
        key=score.key,
        tempo_bpm=score.tempo_bpm,
        beats_per_bar=score.beats_per_bar,
        bars=max(-(-score.end_ticks // bar_ticks), last // bar_ticks + 1),
        sections=score.sections,
        chords=score.chords,
        part_roles={part.name: part.role for part in score.parts},
    )
    return musicxml_bytes(song, [_staff(part, lead) for part in score.parts])


def score_from_musicxml(content: bytes, *, title: str | None = None) -> Score:
    """The score of a partwise MusicXML file, plain or .mxl.

    A note without loudness gets velocity 80. Grace notes and cues are left out; the key is the first
    one. Words are not part of a score: see `lead_sheet_from_musicxml`.

    Raises:
        MediaError: the file is damaged, hostile, or goes beyond what a score holds: the message names the bar, the
            value and the remedy.
    """
    song = read_musicxml(content)
    names: list[str] = []
    parts = []
    for part in song.parts:
        name = free_part_name(part.name, names)
        names.append(name)
        notes = tuple(ScoreNote(n.onset_ticks, n.duration_ticks, n.pitch, n.velocity or 80) for n in part.notes)
        role = part_role(song.fields.get(f"role of {part.name}", ""), name, part.program, is_drums=part.is_drums)
        parts.append(Part(name=name, role=role, program=part.program, is_drums=part.is_drums, notes=notes))
    return Score(
        title=title or song.title,
        key=song.key,
        tempo_bpm=song.tempo_bpm,
        beats_per_bar=song.beats_per_bar,
        sections=sections_of(song),
        chords=song.chords,
        parts=tuple(parts),
        end_ticks=song.bars * song.beats_per_bar * TICKS_PER_QUARTER,
    )


def sung_notes(lead: LeadSheet) -> tuple[StaffNote, ...]:
    """The melody with its words: each syllable under its first note, a slur over a melisma."""
    notes = []
    for index, melisma in groupby(lead.melody, key=lambda note: note.syllable):
        syllable, members = lead.syllables[index], list(melisma)
        begins = index == 0 or lead.syllables[index - 1].ends_word
        after = lead.syllables[index + 1] if index + 1 < len(lead.syllables) else None
        ends_line = after is None or (after.section, after.line) != (syllable.section, syllable.line)
        kind = {(True, True): "single", (True, False): "begin", (False, True): "end", (False, False): "middle"}
        lyric = Lyric(syllable.text, kind[begins, syllable.ends_word], ends_line, len(members) > 1)
        for place, note in enumerate(members):
            slur = "" if len(members) == 1 else "start" if place == 0 else "stop" if place == len(members) - 1 else ""
            notes.append(
                StaffNote(note.onset_ticks, note.duration_ticks, note.pitch, 0, None if place else lyric, slur)
            )
    return tuple(notes)


def _staff(part: Part, lead: LeadSheet | None) -> Staff:
    lyrics = {}
    if lead is not None and part.role == "melody":
        lyrics = {note.onset_ticks: (note.lyric, note.slur) for note in sung_notes(lead)}
    notes = tuple(
        StaffNote(n.onset_ticks, n.duration_ticks, n.pitch, n.velocity, *lyrics.get(n.onset_ticks, (None, "")))
        for n in part.notes
    )
    return Staff(part.name, notes, part.program, part.is_drums)
