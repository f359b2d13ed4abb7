from __future__ import annotations

import pytest

from media.notation.abc_writing import lead_sheet_to_abc
from media.notation.bringing.reading import read_melody
from tests import examples
from tests.media.notation.sheets import hard_lead_sheet


@pytest.mark.parametrize(
    ("tonic", "mode", "beats"), [("A", "major", 4), ("Eb", "minor", 4), ("F#", "major", 3), ("Db", "minor", 4)]
)
def test_a_lead_sheet_in_abc_is_read_back_to_the_same_notes_and_chords(tonic, mode, beats):
    lead = hard_lead_sheet(tonic=tonic, mode=mode, beats=beats)
    read = read_melody(lead_sheet_to_abc(lead).encode(), bars=(1, lead.bars))
    assert [tuple(note) for note in read.notes] == [(n.onset_ticks, n.duration_ticks, n.pitch) for n in lead.melody]
    assert (read.key, read.tempo_bpm, read.beats_per_bar, read.title) == (lead.key, lead.tempo_bpm, beats, lead.title)
    for tick in range(0, lead.bars * lead.bar_ticks, 120):
        ours = next(c.symbol for c in read.chords if c.onset_ticks <= tick < c.onset_ticks + c.duration_ticks)
        assert ours == lead.chord_at(tick).symbol


def test_the_words_stand_under_the_notes_line_by_line():
    text = lead_sheet_to_abc(examples.lead_sheet())
    assert "w: the light up- on the wa- ter" in text
    assert read_melody(text.encode()).words.startswith("the light upon the water")


def test_other_readers_understand_the_abc():
    from music21 import abcFormat
    from music21.abcFormat.translate import abcToStreamScore

    lead = examples.lead_sheet()
    handler = abcFormat.ABCHandler()
    handler.process(lead_sheet_to_abc(lead))
    score = abcToStreamScore(handler)
    assert [note.pitch.midi for note in score.flatten().getElementsByClass("Note")] == [n.pitch for n in lead.melody]
