from __future__ import annotations

import contextlib
import io

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from media.notation.midi import score_from_midi, score_to_midi
from media.notation.smf import MAX_BYTES, META, Event, write_midi_file
from schemas.errors import MediaError
from schemas.music import Part, Score, ScoreNote
from tests import examples
from tests.media.notation.scores import scores


def small_score(**changes: object) -> Score:
    lead = examples.lead_sheet()
    melody = tuple(ScoreNote(n.onset_ticks, n.duration_ticks, n.pitch, 90) for n in lead.melody)
    score = Score(
        title=lead.title,
        key=lead.key,
        tempo_bpm=lead.tempo_bpm,
        sections=lead.sections,
        chords=lead.chords,
        parts=(
            Part(name="melody", role="melody", program=53, notes=melody),
            Part(name="drums", role="drums", program=0, is_drums=True, notes=(ScoreNote(0, 60, 36, 100),)),
        ),
        end_ticks=lead.bars * lead.bar_ticks,
    )
    return score.replaced(**changes)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(score=scores())
def test_a_score_comes_back_whole_from_midi(score):
    assert score_from_midi(score_to_midi(score)) == score


def test_the_same_score_gives_the_same_bytes():
    score, lead = small_score(), examples.lead_sheet()
    assert score_to_midi(score, lead) == score_to_midi(score, lead)


def test_other_readers_hear_the_same_score():
    import mido
    import pretty_midi
    import symusic

    lead = examples.lead_sheet()
    content = score_to_midi(small_score(), lead)
    heard = pretty_midi.PrettyMIDI(io.BytesIO(content))
    assert [len(i.notes) for i in heard.instruments] == [len(lead.melody), 1]
    assert heard.instruments[0].name == "melody"
    assert [lyric.text.rstrip("-") for lyric in heard.lyrics] == [s.text for s in lead.syllables]
    assert heard.get_tempo_changes()[1] == pytest.approx([96], abs=0.01)
    assert heard.key_signature_changes[0].key_number == 2
    fast = symusic.Score.from_midi(content)
    assert fast.ticks_per_quarter == 480
    assert [marker.text for marker in fast.markers[:1]] == ["intro"]
    events = mido.MidiFile(file=io.BytesIO(content))
    assert {m.text for m in events.tracks[1] if m.type == "marker"} == {"D", "G", "A", "N.C."}


def test_a_files_own_resolution_and_channels_are_brought_to_parts():
    import mido

    file = mido.MidiFile(ticks_per_beat=96, type=0)
    track = mido.MidiTrack()
    file.tracks.append(track)
    track.append(mido.MetaMessage("track_name", name="Old Tune"))
    track.append(mido.Message("program_change", channel=1, program=33))
    track += [mido.Message("note_on", channel=c, note=60 - 4 * c, velocity=70) for c in (0, 1, 9)]
    track += [mido.Message("note_on", channel=c, note=60 - 4 * c, velocity=0, time=96) for c in (0, 1, 9)]
    out = io.BytesIO()
    file.save(file=out)
    score = score_from_midi(out.getvalue())
    assert (score.title, score.tempo_bpm, score.end_ticks) == ("Old Tune", 120, 1920)
    assert [(p.name, p.role, p.notes[0].duration_ticks) for p in score.parts] == [
        ("old-tune", "chords", 480),
        ("old-tune-2", "bass", 960),
        ("old-tune-3", "drums", 1440),
    ]
    assert [section.name for section in score.sections] == ["song"]


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_a_damaged_file_raises_nothing_but_a_media_error(data):
    content = bytearray(score_to_midi(small_score(), examples.lead_sheet()))
    for _ in range(data.draw(st.integers(1, 6))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(content)))
    with contextlib.suppress(MediaError):
        score_from_midi(bytes(content[:cut] if data.draw(st.booleans()) else content))


@settings(max_examples=60, deadline=None)
@given(noise=st.binary(max_size=200))
@example(noise=b"")
def test_noise_after_a_header_raises_nothing_but_a_media_error(noise):
    head = b"MThd\0\0\0\6\0\1\0\1\1\xe0MTrk" + len(noise).to_bytes(4, "big")
    with pytest.raises(MediaError):
        score_from_midi(head + noise[:-1])
    with contextlib.suppress(MediaError):
        score_from_midi(head + noise)


def _file(*events: Event) -> bytes:
    end = Event(events[-1].tick, META, 0x2F, b"")
    return write_midi_file([[*events, end]], 480)


_NOTE = (Event(0, 0x90, 0, bytes((60, 90))), Event(480, 0x80, 0, bytes((60, 64))))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"MThd" + bytes(MAX_BYTES), "8,388,608"),
        (b"RIFF", "MThd"),
        (_file(Event(0, META, 0x58, bytes((6, 3, 24, 8))), *_NOTE), "6/8"),
        (_file(Event(0, META, 0x51, (200_000).to_bytes(3, "big")), *_NOTE), "300 bpm"),
        (_file(Event(0, META, 0x51, bytes(3)), *_NOTE), "0 bpm"),
        (_file(Event(0, META, 0x59, bytes((9, 0))), *_NOTE), "9 sharps"),
        (_file(Event(0, 0x90, 0, bytes((60, 90))), Event(2**27, 0x80, 0, bytes((60, 64)))), "1,800"),
        (_file(Event(0, META, 3, b"silence")), "no notes"),
        (write_midi_file([[*_NOTE, Event(480, META, 0x2F, b"")]] * 17, 480), "at most 16"),
        (write_midi_file([[Event(0, META, 0x2F, b"")]] * 65, 480), "64 tracks"),
        (b"MThd\0\0\0\6\0\1\0\1\xe7\x28MTrk\0\0\0\0", "division"),
        (b"MThd\0\0\0\6\0\2\0\1\1\xe0MTrk\0\0\0\0", "format 2"),
    ],
)
def test_what_goes_beyond_the_bounds_is_refused_by_name(content, words):
    with pytest.raises(MediaError, match=words):
        score_from_midi(content)


def test_too_many_notes_are_refused_before_they_are_kept():
    notes = bytes((0, 0x90, 60, 90)) + bytes((0, 60, 90)) * 200_001
    content = b"MThd\0\0\0\6\0\1\0\1\1\xe0MTrk" + len(notes).to_bytes(4, "big") + notes
    with pytest.raises(MediaError, match="200,000 notes"):
        score_from_midi(content)
