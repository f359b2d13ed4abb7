from __future__ import annotations

from media.notation.analysis import heard_key, key_figure, to_music21
from tests import examples


def test_a_lead_sheet_becomes_a_music21_score_with_its_notes_and_words():
    lead = examples.lead_sheet()
    notes = [note for note in to_music21(lead).flatten().notes if note.isNote]
    assert [note.pitch.midi for note in notes] == [note.pitch for note in lead.melody]
    assert [note.lyric for note in notes] == [syllable.text for syllable in lead.syllables]


def test_a_tune_in_d_is_heard_in_d_and_said_to_be():
    lead = examples.lead_sheet()
    assert set(heard_key(lead).scale) & set(lead.key.scale)
    figure = key_figure(lead)
    assert figure.value in (0.0, 0.5, 1.0)
    assert "planned D major" in figure.where
