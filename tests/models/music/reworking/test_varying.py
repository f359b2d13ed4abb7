import numpy as np
import pytest

from models.music.compose import compose_lead_sheet
from models.music.reworking.varying import shared_notes, vary
from models.music.transformer import MusicTransformer
from schemas.errors import SettingsError
from schemas.music import LeadSheet
from tests.examples import lead_sheet, song_plan
from tests.models.music.plans import random_song

PLAN = song_plan()


def changed(one: LeadSheet, other: LeadSheet) -> float:
    return float(np.mean([a != b for a, b in zip(one.melody, other.melody, strict=True)]))


def test_no_amount_changes_nothing_and_words_form_and_chords_always_stay(novice: MusicTransformer, song: LeadSheet):
    assert vary(song, PLAN, novice, amount=0, seed=1) is song
    for amount in (0.3, 1.0):
        made = vary(song, PLAN, novice, amount=amount, seed=1, rows=2)
        assert made.replaced(melody=song.melody) == song
        assert [note.syllable for note in made.melody] == [note.syllable for note in song.melody]


def test_the_greater_the_amount_the_farther_on_average(novice: MusicTransformer, song: LeadSheet):
    means = []
    for amount in (0.1, 0.3, 0.6, 1.0):
        far = [changed(song, vary(song, PLAN, novice, amount=amount, seed=seed, rows=1)) for seed in range(3)]
        means.append(float(np.mean(far)))
    assert means == sorted(means)
    assert 0 < means[0] < 0.25
    assert means[-1] > 0.6


def test_sections_that_share_a_tune_go_on_sharing_it(novice: MusicTransformer):
    plan, words = random_song(3)
    lead = compose_lead_sheet(plan, words, novice, seed=3, takes=1)
    made = vary(lead, plan, novice, amount=0.7, seed=2, rows=1)
    tunes: dict[str, set[tuple[tuple[int, int, int], ...]]] = {}
    for index, span in enumerate(made.sections):
        start = span.first_bar * made.bar_ticks
        notes = [n for n in made.melody if made.syllables[n.syllable].section == index]
        if notes:
            tune = tuple((n.onset_ticks - start, n.duration_ticks, n.pitch) for n in notes)
            tunes.setdefault(span.melody, set()).add(tune)
    assert all(len(each) == 1 for each in tunes.values())


def test_new_notes_stay_in_the_voice_and_do_not_leap_beyond_an_octave(novice: MusicTransformer):
    for seed in range(2):
        plan, words = random_song(seed)
        lead = compose_lead_sheet(plan, words, novice, seed=seed, takes=1)
        made = vary(lead, plan, novice, amount=0.8, seed=seed, rows=1)
        assert all(plan.voice_range.low <= note.pitch <= plan.voice_range.high for note in made.melody)
        assert max(abs(b.pitch - a.pitch) for a, b in zip(made.melody, made.melody[1:], strict=False)) <= 12


def test_the_motif_that_tunes_share_is_the_last_to_go(novice: MusicTransformer):
    song = lead_sheet()
    shared = shared_notes(song)
    assert 8 <= len(shared) < len(song.melody)
    gone, others = [], []
    for seed in range(3):
        made = vary(song, PLAN, novice, amount=0.4, seed=seed, rows=1)
        for index, (one, other) in enumerate(zip(song.melody, made.melody, strict=True)):
            (gone if index in shared else others).append(one.pitch != other.pitch)
    assert np.mean(gone) < np.mean(others)


def test_the_same_seed_gives_the_same_variation(novice: MusicTransformer, song: LeadSheet):
    once, again = (vary(song, PLAN, novice, amount=0.5, seed=3, rows=2) for _ in range(2))
    assert once.digest() == again.digest()
    assert once.digest() != vary(song, PLAN, novice, amount=0.5, seed=4, rows=2).digest()


def test_a_tune_with_rests_and_notes_off_the_grid_is_varied(novice: MusicTransformer):
    lead = lead_sheet()
    late = tuple(n.replaced(onset_ticks=n.onset_ticks + 53, duration_ticks=160) for n in lead.melody)
    odd = lead.replaced(melody=late)
    made = vary(odd, PLAN, novice, amount=0.5, seed=1, rows=2)
    assert made.melody != odd.melody


def test_amounts_out_of_bounds_are_refused(novice: MusicTransformer, song: LeadSheet):
    for amount in (-0.1, 1.1, float("nan")):
        with pytest.raises(SettingsError, match="must be from 0 to 1"):
            vary(song, PLAN, novice, amount=amount, seed=1)
