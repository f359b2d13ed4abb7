from __future__ import annotations

import numpy as np
import pytest

from models.music.measured_tune import MeasuredTune, TuneChord, TuneNote, tune_of_lead_sheet, tune_of_piece
from models.music.statistics import (
    HISTOGRAMS,
    PROFILES,
    VALUES,
    alike,
    chord_tone_share,
    groove_consistency,
    in_scale_share,
    lag_profile,
    note_lengths,
    pitch_class_entropy,
    returning_bars,
    turns,
)
from models.music.tokens import REST, Event, Piece, chord_token, pitch_token
from tests.examples import lead_sheet


def tune(*bars: tuple[int, ...], chords: tuple[TuneChord, ...] = ()) -> MeasuredTune:
    """Bars of four beats, a quarter each."""
    notes = [TuneNote(16 * bar + 4 * at, 4, degree) for bar, row in enumerate(bars) for at, degree in enumerate(row)]
    return MeasuredTune(16, "major", tuple(notes), chords, (0.0,))


def test_one_pitch_has_no_entropy_and_four_have_two_bits():
    assert pitch_class_entropy(tune((0, 0, 0, 0)), 1) == 0
    assert pitch_class_entropy(tune((0, 2, 4, 5)), 1) == pytest.approx(2)
    assert pitch_class_entropy(tune((0, 0, 0, 0), (2, 2, 2, 2)), 1) == 0
    assert pitch_class_entropy(tune((0, 0, 0, 0), (2, 2, 2, 2)), 4) == pytest.approx(1)


def test_notes_outside_the_scale_and_the_chord_are_counted():
    assert in_scale_share(tune((0, 1, 4, 6))) == 0.5
    home = (TuneChord(0, frozenset({0, 4, 7})),)
    assert chord_tone_share(tune((0, 2, 2, 2), chords=home)) == 0.5
    assert np.isnan(chord_tone_share(tune((0, 2, 2, 2))))


def test_bars_return_exactly_in_rhythm_or_moved_by_steps():
    made = tune((0, 2, 4, 5), (0, 2, 4, 5), (2, 4, 5, 7), (7, 0, 7, 0), (0,))
    first, again, moved, other, short = made.bars
    assert alike(made, first, again, "exactly")
    assert alike(made, first, moved, "moved")
    assert not alike(made, first, again, "moved")
    assert not alike(made, first, moved, "exactly")
    assert alike(made, first, other, "in rhythm")
    assert not alike(made, first, short, "in rhythm")
    assert returning_bars(made, "exactly") == 0.25
    assert returning_bars(made, "in rhythm") == 0.75
    assert lag_profile(made, "exactly")[0] == 0.25
    assert np.isnan(lag_profile(made, "exactly")[4:]).all()


def test_bars_with_one_rhythm_groove_alike_and_zigzag_turns():
    assert groove_consistency(tune((0, 2, 4, 5), (5, 4, 2, 0))) == 1
    assert groove_consistency(tune((0, 2, 4, 5), (0,))) == pytest.approx(1 - 3 / 16)
    assert turns(tune((0, 2, 4, 5), (7, 9, 11, 12))) == 0
    assert turns(tune((0, 2, 0, 2))) == 1


def test_a_lead_sheet_is_read_with_each_tune_once():
    lead = lead_sheet()
    read = tune_of_lead_sheet(lead)
    assert read is not None
    assert len(read.bars) == 15
    assert len(read.phrases) == 8
    assert read.notes[0] == TuneNote(0, 4, 60)
    assert all(read.triad_at(note.onset) for note in read.notes)


def test_a_lead_sheet_that_nobody_sings_is_no_tune():
    assert tune_of_lead_sheet(lead_sheet().replaced(melody=(), syllables=())) is None


def test_a_piece_is_read_with_its_rests():
    events = (Event(0, chord_token(0, "7")), Event(0, pitch_token(4)), Event(4, REST), Event(8, pitch_token(-1)))
    read = tune_of_piece(Piece("4/4", "major", "song", events, frozenset({0})))
    assert read is not None
    assert read.notes == (TuneNote(0, 4, 4), TuneNote(8, 8, -1))
    assert read.triad_at(3) == {0, 4, 7}
    assert tune_of_piece(Piece("4/4", "major", "song", events[:1], frozenset())) is None


def test_a_note_is_held_through_a_rest_shorter_than_an_eighth():
    lead = lead_sheet()
    notes = list(lead.melody)
    notes[0] = notes[0].replaced(duration_ticks=300)
    notes[1] = notes[1].replaced(duration_ticks=240)
    read = tune_of_lead_sheet(lead.replaced(melody=tuple(notes)))
    assert read is not None
    assert [note.length for note in read.notes[:2]] == [4, 2]
    assert note_lengths(read)[2] == 1


def test_every_statistic_is_taken_of_a_tune_of_one_note():
    made = tune((0,))
    for of in (*VALUES.values(), *HISTOGRAMS.values(), *PROFILES.values()):
        assert np.shape(of(made)) in ((), (12,), (16,), (17,), (25,), (33,))
