from __future__ import annotations

import contextlib
import io
import time
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from media.notation.bringing.midi_tune import read_midi_tune
from media.notation.bringing.reading import read_melody
from media.notation.bringing.tune import BroughtTune
from media.notation.bringing.writing import song_brief_text
from schemas.errors import MediaError
from tests.corpora import corpus_file
from tests.media.notation.bringing.tunes import ABC, ABC_PITCHES, midi_file, musicxml, xml_note

_TUNE = [(480 * beat, 480, 60 + beat) for beat in range(8)]
_CHORDS = [(1920 * bar, 1920, pitch) for bar in range(2) for pitch in (48, 52, 55)]


def heard(tune: BroughtTune) -> list[tuple[float, float, int]]:
    return [(n.onset_ticks / 480, n.duration_ticks / 480, n.pitch) for n in tune.notes]


def test_abc_is_read_with_repeats_endings_accidentals_chords_and_words():
    tune = read_melody(ABC.encode(), name="lark.abc")
    assert [note.pitch for note in tune.notes] == ABC_PITCHES
    assert (tune.title, str(tune.key), tune.tempo_bpm, tune.bars) == ("The Lark", "D major", 96, 7)
    assert heard(tune)[:6] == [(3, 1, 69), (4, 1, 74), (5, 1, 78), (6, 1, 81), (7, 1, 78), (8, 0.75, 79)]
    assert [chord.symbol for chord in tune.chords][:4] == ["D", "G", "A7", "D"]
    assert tune.words == "the lark is up in the morning light"
    assert tune.remarks == ("repeats written out: 5 bars became 7",)


def test_a_tune_of_a_book_is_found_by_number_or_title():
    book = ABC + "\nX:2\nT:The Wren\nM:3/4\nL:1/4\nK:Gm\nGAB|"
    assert read_melody(book.encode(), part="2").title == read_melody(book.encode(), part="wren").title == "The Wren"
    assert "first of 2 tunes" in read_melody(book.encode()).remarks[0]
    with pytest.raises(MediaError, match="no tune 'owl'"):
        read_melody(book.encode(), part="owl")


def test_the_melody_of_a_midi_file_is_the_part_that_is_named_so_else_the_one_most_like_a_song():
    by_name = read_melody(midi_file(("Piano", _CHORDS), ("Lead Vocal", _TUNE)))
    assert [note.pitch for note in by_name.notes] == list(range(60, 68))
    assert "'Lead Vocal' was taken, by its name" in by_name.remarks[0]
    by_shape = read_melody(midi_file(("", _CHORDS), ("", _TUNE)))
    assert by_shape.notes == by_name.notes
    assert "most like a song" in by_shape.remarks[0]
    asked = read_melody(midi_file(("Piano", _CHORDS), ("Voice", _TUNE)), part="piano")
    assert [note.pitch for note in asked.notes] == [55, 55]
    with pytest.raises(MediaError, match="name one of 'Piano', 'Voice'"):
        read_melody(midi_file(("Piano", _CHORDS), ("Voice", _TUNE)), part="flute")


def test_a_channel_with_a_release_and_no_strike_is_no_part():
    from media.notation.smf import END_OF_TRACK, META, NOTE_OFF, NOTE_ON, Event, write_midi_file

    off = Event(480, NOTE_OFF, 3, bytes((60, 64)))
    track = [Event(0, NOTE_ON, 0, bytes((60, 80))), off, off._replace(sub=0), Event(480, META, END_OF_TRACK, b"")]
    tune = read_melody(write_midi_file([track], 480))
    assert (heard(tune), tune.remarks) == ([(0, 1, 60)], ())


def test_musicxml_is_read_with_repeats_ties_words_and_chords():
    lyric = "<lyric><syllabic>{}</syllabic><text>{}</text></lyric>"
    harmony = "<harmony><root><root-step>A</root-step></root><kind>minor</kind></harmony>"
    content = musicxml(
        harmony + xml_note("A", 4, 4, lyric.format("begin", "mor")) + xml_note("B", 4, 4, lyric.format("end", "ning")),
        '<barline location="left"><ending number="1" type="start"/></barline>'
        + xml_note("C", 5, 8)
        + '<barline location="right"><ending number="1" type="stop"/><repeat direction="backward"/></barline>',
        '<barline location="left"><ending number="2" type="start"/></barline>'
        + xml_note("D", 5, 8, '<tie type="start"/>')
        + '<barline location="right"><ending number="2" type="stop"/></barline>',
        xml_note("D", 5, 8, '<tie type="stop"/>'),
    )
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("score.xml", content)
    tune = read_melody(packed.getvalue())
    assert heard(tune) == [(0, 2, 69), (2, 2, 71), (4, 4, 72), (8, 2, 69), (10, 2, 71), (12, 8, 74)]
    assert [chord.symbol for chord in tune.chords] == ["Am", "Am"]
    assert tune.words == "morning morning"
    assert "4 bars became 5" in tune.remarks[0]


@pytest.mark.parametrize(
    ("meter", "beats", "said"),
    [
        ((2, 4), 4, "two bars"),
        ((6, 8), 3, "as long"),
        ((12, 8), 3, "makes two"),
        ((2, 2), 4, ""),
        ((1, 4), 4, "4/4 is assumed"),
    ],
)
def test_meters_that_a_song_lacks_are_read_as_one_that_it_has(meter, beats, said):
    tune = read_melody(midi_file(("", _TUNE), meter=meter))
    assert tune.beats_per_bar == beats
    assert said in " ".join(tune.remarks)


@pytest.mark.parametrize("meter", [(7, 8), (13, 16), (5, 4), (9, 8)])
def test_meters_that_no_song_can_have_are_refused_by_name_in_every_kind_of_file(meter):
    named = f"{meter[0]}/{meter[1]}"
    bar = "c" * meter[0]
    for content in (
        midi_file(("", _TUNE), meter=meter),
        musicxml(xml_note("C", 4, 1), meter=meter),
        f"X:1\nM:{named}\nL:1/{meter[1]}\nK:C\n{bar}|".encode(),
        f"meter: {named}\nC4 1".encode(),
    ):
        with pytest.raises(MediaError, match=f"song.mid: .*{named}.*write it so"):
            read_melody(content, name="song.mid")


def test_a_pick_up_before_joined_bars_leaves_the_downbeat_on_a_bar_line():
    tune = read_melody(b"X:1\nM:2/4\nL:1/8\nK:C\nG|cd ef|g4|")
    assert heard(tune)[:2] == [(3.5, 0.5, 67), (4, 0.5, 72)]


def test_a_melody_is_cut_to_the_bars_wanted_and_moved_into_a_voice():
    tune = read_melody(midi_file(("", [(480 * b, 480, 84 + b % 3) for b in range(64)])), bars=(5, 8))
    assert (tune.bars, len(tune.notes), tune.notes[0].onset_ticks) == (4, 16, 0)
    low = tune.within_voice(55, 72)
    assert {note.pitch for note in low.notes} == {60, 61, 62}
    assert low.remarks[-1] == "moved 2 octaves down into the voice"
    with pytest.raises(MediaError, match="in no octave of it"):
        tune.within_voice(60, 61)
    with pytest.raises(MediaError, match="do not lie in the tune's 16"):
        read_melody(midi_file(("", [(480 * b, 480, 84) for b in range(64)])), bars=(15, 18))


def test_empty_bars_overlaps_zero_lengths_and_extreme_pitches_are_repaired_with_a_remark():
    notes = [(7680, 960, 60), (8160, 480, 62), (9120, 480, 3), (9120, 480, 2), (9600, 130, 67)]
    tune = read_melody(midi_file(("", notes)))
    assert heard(tune) == [(0, 1, 60), (1, 1, 62), (3, 1, 27), (4, 0.25, 67)]
    assert tune.remarks == (
        "2 of 5 notes moved by octaves into MIDI pitches 24-108",
        "1 of 5 notes left out: they last no time, or begin with a higher one",
        "1 of 5 notes cut short where the next begins",
        "4 empty bars before the first note left out",
    )


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "no notes"),
        (b"ID3\x04", "MP3 sound"),
        (b"RIFF\0\0\0\0WAVE", "WAV sound"),
        (b"\x89PNG\r\n\x1a\n\0", "no file of music"),
        (bytes(3_000_000), "2,097,152"),
        (b"<a>" * 1_000, "depth"),
        (b"<score-timewise/>", "score-partwise"),
        (b'<!DOCTYPE a [<!ENTITY b "c">]><score-partwise/>', "entities"),
        (b"PK\x03\x04" + b"x" * 99, "cannot be unpacked"),
        (midi_file(*[("", [(0, 480, 60)])] * 128), "64 tracks"),
        (midi_file(("", [(480 * beat, 480, 60) for beat in range(21_600)])), "5,400 bars, at most 512"),
        (midi_file(("", [(480, 0, 60)])), "lasts no time"),
        (musicxml(xml_note("C", 4, 1), meter=(4, 64)), "more than fit"),
        (b"X:1\nK:C\nM:4/4\nL:1/4\ncdefg|", "bar 1 of the tune holds 5 quarters"),
        (b"X:1\nK:Q\nc|", "no key"),
        (b"X:1\nM:x\nK:C\nc|", "no meter"),
        (b"X:1\nM:4/4\nK:C\nc8|[M:3/4]c6|", "changes its meter"),
    ],
)
def test_what_cannot_be_read_says_why_and_what_to_do(content, words):
    with pytest.raises(MediaError, match=words):
        read_melody(content)


def test_hostile_files_take_less_than_two_seconds():
    from media.notation.smf import END_OF_TRACK, META, NOTE_ON, Event, write_midi_file

    held = [Event(0, NOTE_ON, 0, bytes((place % 128, 64))) for place in range(40_000)]
    divisions = "".join(
        f"<attributes><divisions>{7 * place + 1}.{place:011d}</divisions></attributes>" + xml_note("C", 4, 1)
        for place in range(3_000)
    )
    for content in (
        write_midi_file([[*held, Event(0, META, END_OF_TRACK, b"")]], 480),
        musicxml(divisions, divisions=10**6),
        *(b"X:1\nK:C\n" + unit * (60_000 // len(unit)) for unit in (b"[", b"{", b'"', b"+A", b"+^", b"c,", b"|:c8:|")),
    ):
        start = time.process_time()
        with contextlib.suppress(MediaError):
            read_melody(content)
        assert time.process_time() - start < 2


@settings(max_examples=100, deadline=None)
@given(data=st.data())
def test_a_damaged_file_is_a_tune_or_a_media_error(data):
    whole = data.draw(
        st.sampled_from(
            (
                midi_file(("Voice", _TUNE), ("Piano", _CHORDS), meter=(3, 4)),
                musicxml(xml_note("C", 4, 8), xml_note("D", 4, 4) + xml_note("E", 4, 4)),
                ABC.encode(),
            )
        )
    )
    content = bytearray(whole)
    for _ in range(data.draw(st.integers(1, 5))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(content)))
    with contextlib.suppress(MediaError):
        tune = read_melody(bytes(content[:cut] if data.draw(st.booleans()) else content))
        assert read_melody(song_brief_text(tune).encode()).notes == tune.notes


def test_the_melodies_of_pop_songs_are_found_without_their_names():
    import tarfile

    found = songs = 0
    with tarfile.open(corpus_file("pop909.tar.xz")) as archive:
        for member in archive:
            if songs == 12:
                break
            if member.isfile() and member.name.endswith(".mid") and "versions" not in member.name:
                content = archive.extractfile(member).read()
                songs += 1
                blind = content.replace(b"MELODY", b"PART 1").replace(b"BRIDGE", b"PART 2").replace(b"PIANO", b"PART3")
                found += read_midi_tune(blind).notes == read_midi_tune(content, part="MELODY").notes
    assert found >= songs - 1
