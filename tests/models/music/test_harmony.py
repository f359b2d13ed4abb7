import numpy as np
import pytest

from models.music.harmony import Harmony, Slot, chord_weights, menu, voiced_bass, written
from schemas.music import ChordSpan
from schemas.plan import Key

D_MAJOR = Key(tonic="D", mode="major")
TONIC, FOURTH, FIFTH = (
    Harmony(0, "major", "tonic"),
    Harmony(5, "major", "subdominant"),
    Harmony(7, "dominant", "dominant"),
)
NOTHING: frozenset[int] = frozenset()


@pytest.mark.parametrize("mode", ["major", "minor"])
def test_a_full_cadence_is_the_tonic_and_a_half_cadence_leads_on(mode):
    full = chord_weights(mode, "folk", Slot(cadence="full", final=True), None)
    assert np.isfinite(full).sum() == 1
    assert menu(mode)[int(np.argmax(full))].degree == 0
    half = chord_weights(mode, "folk", Slot(cadence="half", final=True), None)
    assert menu(mode)[int(np.argmax(half))].function == "dominant"


def test_a_chord_to_be_avoided_is_never_taken():
    weights = chord_weights("major", "rock", Slot(opens=True, avoided=TONIC), None)
    assert weights[menu("major").index(TONIC)] == -np.inf


def test_genres_colour_their_chords():
    assert written(TONIC, D_MAJOR, "folk", NOTHING, FOURTH, 0.9) == (2, "maj")
    assert written(TONIC, D_MAJOR, "lo-fi", NOTHING, FOURTH, 0.1) == (2, "maj7")
    assert written(FIFTH, D_MAJOR, "bossa", NOTHING, TONIC, 0.1) == (9, "9")
    assert written(FIFTH, D_MAJOR, "piano-ballad", NOTHING, TONIC, 0.1) == (9, "7")
    assert written(FIFTH, Key(tonic="D", mode="minor"), "bossa", NOTHING, None, 0.9)[1] == "7"


def test_a_colour_never_rubs_against_what_is_sung():
    assert written(TONIC, D_MAJOR, "lo-fi", frozenset({2}), FOURTH, 0.1)[1] != "maj7"
    assert written(TONIC, D_MAJOR, "rock", frozenset({6}), FOURTH, 0.1)[1] == "maj"


def test_a_bass_walks_where_it_can():
    spans = [ChordSpan(onset_ticks=i * 4, duration_ticks=4, root=root) for i, root in enumerate((0, 7, 9))]
    spans[2] = spans[2].replaced(quality="min")
    assert [span.symbol for span in voiced_bass(spans)] == ["C", "G/B", "Am"]
