import pytest
import torch

from models.music.chorales.choir import choir_of
from models.music.chorales.network import ChoraleConfig, ChoraleNetwork
from schemas.errors import MediaError
from schemas.music import ChordSpan, LeadSheet, MelodyNote, SungSyllable
from schemas.plan import Key, SectionSpan

BAR = 1920


def network() -> ChoraleNetwork:
    torch.set_num_threads(1)
    torch.manual_seed(2)
    return ChoraleNetwork(ChoraleConfig.tiny()).eval()


def song(pitches=(72, 71, 67, 72)) -> LeadSheet:
    """An intro of a bar and two verses of one: half a bar is sung, then there is a rest of half a bar."""
    melody = tuple(
        MelodyNote(onset_ticks=bar * BAR + 240 * n, duration_ticks=240, pitch=pitch, syllable=4 * (bar - 1) + n)
        for bar in (1, 2)
        for n, pitch in enumerate(pitches)
    )
    syllables = tuple(
        SungSyllable(text="la", phones=("L", "AA"), stress=1, section=1, line=0, word=n, word_text="la", ends_word=True)
        for n in range(8)
    )
    names = ("intro", "verse", "verse")
    return LeadSheet(
        title="la",
        key=Key(tonic="C", mode="major"),
        tempo_bpm=90,
        sections=tuple(
            SectionSpan(name=f"{n} {i}", role=n, first_bar=i, bars=1, energy=0.5) for i, n in enumerate(names)
        ),
        syllables=syllables,
        melody=melody,
        chords=tuple(ChordSpan(onset_ticks=bar * BAR, duration_ticks=BAR, root=0) for bar in range(3)),
    )


def test_a_choir_sings_chord_notes_under_the_melody_and_rests_with_it():
    part = choir_of(song(), network(), seed=1)
    assert part.role == "pad"
    assert {note.pitch % 12 for note in part.notes} <= {0, 4, 7}
    assert all(note.onset_ticks >= BAR for note in part.notes)
    for start in (BAR, 2 * BAR):
        sounding = [note for note in part.notes if start <= note.onset_ticks < start + BAR]
        assert sum(note.duration_ticks for note in sounding) == 3 * BAR // 2
        assert max(note.onset_ticks + note.duration_ticks for note in sounding) == start + BAR // 2


def test_sections_of_one_melody_are_sung_alike():
    part = choir_of(song(), network(), seed=1)
    bars = [
        sorted((note.onset_ticks % BAR, note.pitch) for note in part.notes if note.onset_ticks // BAR == bar)
        for bar in (1, 2)
    ]
    assert bars[0] == bars[1]


def test_a_melody_of_more_than_two_octaves_is_refused_in_words():
    with pytest.raises(MediaError, match="no octave brings it"):
        choir_of(song((50, 60, 70, 80)), network(), seed=0)
