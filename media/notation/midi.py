"""Score to MIDI and back. A score written here is read back whole; a file from elsewhere is read within bounds.

What MIDI has no place for (a part's role, a section's energy) goes into text events that other programs ignore.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterator
from itertools import pairwise
from typing import Literal, NamedTuple

from media.notation.parts import free_part_name, part_role
from media.notation.sections import covering_sections, facts_text, read_facts
from media.notation.smf import (
    END_OF_TRACK,
    KEY,
    LYRIC,
    MARKER,
    META,
    METER,
    NOTE_OFF,
    NOTE_ON,
    PROGRAM,
    TEMPO,
    TEXT,
    TRACK_NAME,
    Event,
    MidiFile,
    event_text,
    read_midi_file,
    text_event,
    write_midi_file,
)
from media.notation.spelling import chord_text, key_from_sharps, key_sharps, parse_chord_text
from schemas.errors import MediaError
from schemas.music import ChordSpan, LeadSheet, Part, Score, ScoreNote
from schemas.plan import TICKS_PER_QUARTER, Key, SectionSpan

MAX_DURATION_S = 1800.0
_CHORD_TRACK = "chord symbols"
_NO_CHORD = "N.C."
_DRUM_CHANNEL = 9
_MELODIC_CHANNELS = tuple(channel for channel in range(16) if channel != _DRUM_CHANNEL)
_ROLE, _SECTION = "role: ", "section: "


def score_to_midi(score: Score, lead: LeadSheet | None = None) -> bytes:
    """A format 1 MIDI file: tempo, meter, key and section markers, chord symbols as markers, and one track a part.

    With a lead sheet, its syllables are lyric events on the melody's track (or on one of their own), a hyphen after
    each that does not end its word. The same score gives the same bytes.
    """
    tracks = [_conductor_track(score)]
    if score.chords:
        tracks.append(_chord_track(score))
    lyrics = [] if lead is None else _lyric_events(lead)
    melodic = iter(_MELODIC_CHANNELS * 2)
    for part in score.parts:
        channel = _DRUM_CHANNEL if part.is_drums else next(melodic)
        sung = part.role == "melody"
        tracks.append(_part_track(part, channel, lyrics if sung else []))
        lyrics = [] if sung else lyrics
    if lyrics:
        tracks.append(_closed([text_event(0, TRACK_NAME, "lyrics"), *lyrics]))
    return write_midi_file(tracks, TICKS_PER_QUARTER)


def score_from_midi(content: bytes, *, title: str | None = None) -> Score:
    """The score of a MIDI file.

    Times are brought to 480 ticks a quarter. The tempo is the one that holds longest, rounded to a whole number;
    the key is the first signature's, C major without one; sections come from markers, laid on the nearest bar line, and
    without any the whole song is one section. Every channel of a track with notes is a part. A note struck
    again before it ended ends with the first release that follows.

    Args:
        content: the bytes of a .mid file, at most 8 MB.
        title: what to call the song; the first track's name without it.

    Raises:
        MediaError: the file is damaged, or goes beyond what a score holds (64 tracks, 200,000 notes, 30 minutes,
            16 parts, 50-180 bpm, 3/4 or 4/4): the message names value, bound and remedy.
    """
    midi = read_midi_file(content)
    scale = TICKS_PER_QUARTER / midi.ticks_per_quarter
    metas = sorted((e for track in midi.tracks for e in track if e.kind == META), key=lambda e: e.tick)
    beats = _meter(metas)
    key = _key(metas)
    parts = _parts(midi, scale)
    if not any(part.notes for part in parts):
        raise MediaError("MIDI file has no notes: export it with at least one part")
    sounding = max(n.onset_ticks + n.duration_ticks for part in parts for n in part.notes)
    last_onset = max(n.onset_ticks for part in parts for n in part.notes)
    conductor_end = round(midi.tracks[0][-1].tick * scale) if midi.tracks[0] else 0
    bar_ticks = beats * TICKS_PER_QUARTER
    bars = -(-(conductor_end if conductor_end > last_onset else sounding) // bar_ticks)
    tempo_bpm = _tempo(metas, sounding / scale)
    duration_s = max(sounding, bars * bar_ticks) * 60.0 / (tempo_bpm * TICKS_PER_QUARTER)
    if duration_s > MAX_DURATION_S:
        raise MediaError(f"MIDI file lasts {duration_s:,.0f} s, at most {MAX_DURATION_S:,.0f}: split it into songs")
    name = title or next((event_text(e) for e in midi.tracks[0] if e.kind == META and e.sub == TRACK_NAME), "")
    return Score(
        title=name.strip()[:120] or "Untitled",
        key=key,
        tempo_bpm=tempo_bpm,
        beats_per_bar=beats,
        sections=_sections(midi.tracks, scale, bar_ticks, bars),
        chords=_chords(midi.tracks, scale, bars * bar_ticks),
        parts=parts,
        end_ticks=bars * bar_ticks,
    )


def _closed(events: list[Event], end: int = 0) -> list[Event]:
    """The events with the end of the track, at `end` or at the last event."""
    return [*events, Event(max([end, *(event.tick for event in events)]), META, END_OF_TRACK, b"")]


def _conductor_track(score: Score) -> list[Event]:
    events = [
        text_event(0, TRACK_NAME, score.title),
        Event(0, META, TEMPO, round(60_000_000 / score.tempo_bpm).to_bytes(3, "big")),
        Event(0, META, METER, bytes((score.beats_per_bar, 2, 24, 8))),
        Event(0, META, KEY, bytes((key_sharps(score.key) & 0xFF, score.key.mode == "minor"))),
    ]
    bar_ticks = score.beats_per_bar * TICKS_PER_QUARTER
    for section in sorted(score.sections, key=lambda section: section.first_bar):
        tick = section.first_bar * bar_ticks
        events += [
            text_event(tick, MARKER, section.name),
            text_event(tick, TEXT, _SECTION + facts_text(section)),
        ]
    return _closed(events, score.end_ticks)


def _chord_track(score: Score) -> list[Event]:
    events = [text_event(0, TRACK_NAME, _CHORD_TRACK)]
    ordered = sorted(score.chords, key=lambda chord: chord.onset_ticks)
    for chord, after in zip(ordered, [*ordered[1:], None], strict=True):
        events.append(text_event(chord.onset_ticks, MARKER, chord_text(chord, score.key)))
        end = chord.onset_ticks + chord.duration_ticks
        if after is None or end < after.onset_ticks:
            events.append(text_event(end, MARKER, _NO_CHORD))
    return _closed(events)


def _lyric_events(lead: LeadSheet) -> list[Event]:
    events, sung = [], -1
    for note in lead.melody:
        if note.syllable != sung:
            sung = note.syllable
            syllable = lead.syllables[sung]
            text = syllable.text + ("" if syllable.ends_word else "-")
            events.append(text_event(note.onset_ticks, LYRIC, text))
    return events


def _part_track(part: Part, channel: int, lyrics: list[Event]) -> list[Event]:
    head = [
        text_event(0, TRACK_NAME, part.name),
        text_event(0, TEXT, _ROLE + part.role),
        Event(0, PROGRAM, channel, bytes((part.program,))),
    ]
    notes: list[Event] = []
    for note in sorted(part.notes, key=lambda n: (n.onset_ticks, n.pitch, n.duration_ticks, n.velocity)):
        notes.append(Event(note.onset_ticks, NOTE_ON, channel, bytes((note.pitch, note.velocity))))
        notes.append(Event(note.onset_ticks + note.duration_ticks, NOTE_OFF, channel, bytes((note.pitch, 64))))
    # A stable sort by (tick, kind): releases (0x80) come before strikes (0x90), and lyrics before both.
    body = sorted(notes + lyrics, key=lambda e: (e.tick, 0 if e.kind == META else e.kind))
    return _closed(head + body)


def _meter(metas: list[Event]) -> Literal[3, 4]:
    meters = {(e.body[0], 2 ** e.body[1]) for e in metas if e.sub == METER and len(e.body) >= 2 and e.body[1] < 8}
    meters = {(4, 4) if meter == (2, 2) else meter for meter in meters}
    if len(meters) > 1 or not meters <= {(3, 4), (4, 4)}:
        found = ", ".join(f"{top}/{bottom}" for top, bottom in sorted(meters))
        raise MediaError(f"MIDI file is in {found}: a song keeps one meter, 3/4 or 4/4; write it so")
    return 3 if (3, 4) in meters else 4


def _key(metas: list[Event]) -> Key:
    for event in metas:
        if event.sub == KEY and len(event.body) >= 2:
            sharps = (event.body[0] + 128) % 256 - 128
            return key_from_sharps(sharps, "minor" if event.body[1] else "major")
    return Key(tonic="C", mode="major")


def _tempo(metas: list[Event], end_tick: float) -> int:
    """The tempo in bpm that holds for the most ticks; 120 where none is given, as MIDI has it."""
    marks = [(0, 500_000)]
    marks += [(e.tick, int.from_bytes(e.body[:3], "big")) for e in metas if e.sub == TEMPO and len(e.body) >= 3]
    held: defaultdict[int, float] = defaultdict(float)
    for (tick, micros), after in zip(marks, [*(tick for tick, _ in marks[1:]), end_tick], strict=True):
        held[micros] += max(0.0, min(after, end_tick) - tick)
    micros = max(held, key=lambda value: held[value])
    bpm = round(60_000_000 / micros) if micros else 0
    if not 50 <= bpm <= 180:
        raise MediaError(f"MIDI tempo {bpm} bpm is outside 50-180: write it at half or double time")
    return bpm


class _Voice(NamedTuple):
    """One channel of one track: what a part is made of."""

    name: str
    role: str
    channel: int
    program: int
    notes: tuple[ScoreNote, ...]


def _parts(midi: MidiFile, scale: float) -> tuple[Part, ...]:
    voices = [voice for track in midi.tracks for voice in _voices(track, scale)]
    if len(voices) > 16:
        raise MediaError(f"MIDI file has {len(voices)} parts, at most 16: merge or remove some")
    names: list[str] = []
    parts: list[Part] = []
    for voice in voices:
        drums = voice.channel == _DRUM_CHANNEL
        name = free_part_name(voice.name or ("drums" if drums else "part"), names)
        names.append(name)
        role = part_role(voice.role, name, voice.program, is_drums=drums)
        parts.append(Part(name=name, role=role, program=voice.program, is_drums=drums, notes=voice.notes))
    return tuple(parts)


def _voices(track: list[Event], scale: float) -> Iterator[_Voice]:
    texts = [(e.sub, event_text(e)) for e in track if e.kind == META and e.sub in (TEXT, TRACK_NAME)]
    name = next((text for sub, text in texts if sub == TRACK_NAME), "")
    role = next((text.removeprefix(_ROLE) for sub, text in texts if sub == TEXT and text.startswith(_ROLE)), "")
    programs: dict[int, int] = {}
    for event in track:
        if event.kind == PROGRAM:
            programs.setdefault(event.sub, event.body[0])
    notes = _notes(track, scale)
    for channel in sorted(set(notes) | (set(programs) if role else set())):
        yield _Voice(name, role, channel, programs.get(channel, 0), tuple(sorted(notes.get(channel, []))))


def _notes(track: list[Event], scale: float) -> dict[int, list[ScoreNote]]:
    """The notes of each channel: a release ends the longest-held strike of its pitch; the track's end, all."""
    held: defaultdict[tuple[int, int], deque[tuple[int, int]]] = defaultdict(deque)
    notes: defaultdict[int, list[ScoreNote]] = defaultdict(list)

    def end(channel: int, pitch: int, tick: int) -> None:
        onset, velocity = held[channel, pitch].popleft()
        start = round(onset * scale)
        notes[channel].append(ScoreNote(start, max(1, round(tick * scale) - start), pitch, velocity))

    for event in track:
        if event.kind == NOTE_ON and event.body[1]:
            held[event.sub, event.body[0]].append((event.tick, event.body[1]))
        elif event.kind in (NOTE_OFF, NOTE_ON) and held[event.sub, event.body[0]]:
            end(event.sub, event.body[0], event.tick)
    for (channel, pitch), strikes in list(held.items()):
        while strikes:
            end(channel, pitch, track[-1].tick)
    return notes


def _markers(track: list[Event]) -> list[tuple[int, str]]:
    return [(e.tick, event_text(e).strip()) for e in track if e.kind == META and e.sub == MARKER]


def _is_chord_track(track: list[Event]) -> bool:
    return any(e.kind == META and e.sub == TRACK_NAME and event_text(e) == _CHORD_TRACK for e in track)


def _sections(tracks: list[list[Event]], scale: float, bar_ticks: int, bars: int) -> tuple[SectionSpan, ...]:
    marks = sorted(mark for track in tracks if not _is_chord_track(track) for mark in _markers(track))
    facts = {e.tick: event_text(e) for e in tracks[0] if e.kind == META and e.sub == TEXT}
    starts = []
    for tick, name in marks:
        note = facts.get(tick, "")
        starts.append((round(tick * scale / bar_ticks), name, read_facts(note.removeprefix(_SECTION))))
    return covering_sections(starts, bars)


def _chords(tracks: list[list[Event]], scale: float, end_ticks: int) -> tuple[ChordSpan, ...]:
    marks = [
        (round(tick * scale), text) for track in tracks if _is_chord_track(track) for tick, text in _markers(track)
    ]
    marks = [*sorted(dict(marks).items()), (end_ticks, _NO_CHORD)]
    chords = []
    for (tick, text), (after, _) in pairwise(marks):
        chord = parse_chord_text(text)
        if chord is not None and after > tick:
            root, quality, bass = chord
            chords.append(
                ChordSpan(onset_ticks=tick, duration_ticks=after - tick, root=root, quality=quality, bass=bass)
            )
    return tuple(chords)
