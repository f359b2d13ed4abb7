import pytest

from models.music.figures import melody_figures, where_is
from schemas.inspection import Figure
from schemas.music import LeadSheet
from tests.examples import lead_sheet


def figure(lead: LeadSheet, name: str) -> Figure:
    return next(each for each in melody_figures(lead) if each.name == name)


def with_pitch(lead: LeadSheet, index: int, pitch: int) -> LeadSheet:
    notes = list(lead.melody)
    notes[index] = notes[index].replaced(pitch=pitch)
    return lead.replaced(melody=tuple(notes))


def test_a_note_out_of_the_key_is_found_and_its_bar_named():
    lead = lead_sheet()
    for index in range(len(lead.melody)):
        lead = with_pitch(lead, index, 66 if index % 2 else 69)
    assert figure(lead, "notes in the key").value == 1.0
    lead = with_pitch(lead, 8, 63)
    found = figure(lead, "notes in the key")
    assert found.value == pytest.approx(1 - 1 / len(lead.melody), abs=1e-3)
    assert found.where == where_is(lead, lead.melody[8].onset_ticks)


def test_a_leap_beyond_the_octave_fails():
    lead = with_pitch(lead_sheet(), 3, 90)
    assert not figure(lead, "largest leap").ok


def test_a_pitch_struck_four_times_fails():
    lead = lead_sheet()
    for index in range(4):
        lead = with_pitch(lead, index, 66)
    assert not figure(lead, "same pitch in a row").ok


def test_a_chorus_below_the_verse_fails():
    lead = lead_sheet()
    chorus = [
        i for i, n in enumerate(lead.melody) if lead.sections[lead.syllables[n.syllable].section].role == "chorus"
    ]
    for index in chorus:
        lead = with_pitch(lead, index, lead.melody[index].pitch - 8)
    assert not figure(lead, "chorus peak above the verse's").ok
    assert not figure(lead, "chorus mean above the verse's").ok


def test_a_line_without_a_breath_fails():
    lead = lead_sheet()
    notes = list(lead.melody)
    notes[6] = notes[6].replaced(duration_ticks=notes[7].onset_ticks - notes[6].onset_ticks)
    found = figure(lead.replaced(melody=tuple(notes)), "shortest breath between lines")
    assert not found.ok
    assert found.value == 0.0


def test_an_answer_with_other_onsets_fails():
    lead = lead_sheet()
    notes = list(lead.melody)
    line = [i for i, n in enumerate(notes) if (s := lead.syllables[n.syllable]).section == 1 and s.line == 2]
    for index in line:
        notes[index] = notes[index].replaced(onset_ticks=notes[index].onset_ticks + 120, duration_ticks=240)
    found = figure(lead.replaced(melody=tuple(notes)), "onsets kept by answering phrases")
    assert not found.ok
    assert found.value == 0.0
    assert found.where.startswith("verse 1")


def test_names_and_bounds_of_the_figures_are_stable():
    names = [each.name for each in melody_figures(lead_sheet())]
    assert len(set(names)) == len(names)
    assert {"syllables with one note", "chord tones on strong beats", "longest motif in verse and chorus"} <= set(names)
