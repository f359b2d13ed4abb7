from __future__ import annotations

from functools import lru_cache
from itertools import groupby

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from models.music.accompanist.ground import ground_of, sung_pitches
from models.music.accompanist.hands import FINGERS, SPAN, split_hands
from models.music.accompanist.network import Accompanist, AccompanistConfig
from models.music.accompanist.player import Player
from models.music.accompanist.tokens import BAR, HOLD_0, NOTE_0, VOCABULARY, kind_of
from models.music.accompanist.writing import write_accompaniment
from schemas.music import CHORD_INTERVALS, ChordSpan
from schemas.plan import Key
from tests.media.arrange.songs import lead_of, plan_of


@lru_cache(maxsize=2)
def network(context: int = 128) -> Accompanist:
    torch.set_num_threads(1)
    torch.manual_seed(1)
    config = AccompanistConfig(layers=1, width=16, heads=2, hidden=16, context=context, dropout=0.0)
    return Accompanist(config).eval()


@lru_cache(maxsize=8)
def written(form: str = "VC", beats: int = 4, mode: str = "minor", tempo: int = 90):
    plan = plan_of(form, "piano-ballad", beats=beats, tempo=tempo, key=Key(tonic="G", mode=mode))  # type: ignore[arg-type]
    lead = lead_of(plan)
    return lead, write_accompaniment(network(), lead, plan, seed=3)


@pytest.mark.parametrize("beats", [3, 4])
def test_every_chord_is_struck_with_its_bass_below(beats):
    lead, accompaniment = written(beats=beats)
    for chord in lead.chords:
        struck = [note.pitch for note in accompaniment.notes if note.onset_ticks == chord.onset_ticks]
        assert min(struck) % 12 == (chord.root if chord.bass is None else chord.bass)


@pytest.mark.parametrize("beats", [3, 4])
def test_every_note_is_in_the_harmony_and_none_rings_into_a_chord_it_does_not_belong_to(beats):
    lead, accompaniment = written(beats=beats)
    ground = ground_of(lead)
    for note in accompaniment.notes:
        slot, end = note.onset_ticks // 120, (note.onset_ticks + note.duration_ticks) // 120
        assert ground.ladder_at(slot).place(note.pitch, lowest=True) is not None
        first = ground.index_at(slot)
        for chord in ground.chords[first + 1 :]:
            if chord.start < end:
                ladder = ground.ladder_at(chord.start)
                assert note.pitch % 12 in {ladder.pitch(step, 1) % 12 for step in ladder.own}


def test_two_hands_can_play_it_and_no_key_is_struck_while_it_is_held():
    _, accompaniment = written("iVCo")
    ends: dict[int, int] = {}
    for _, group in groupby(accompaniment.notes, key=lambda note: note.onset_ticks):
        notes = list(group)
        pitches = [note.pitch for note in notes]
        assert any(
            all(
                not hand or (len(hand) <= FINGERS and hand[-1] - hand[0] <= SPAN) for hand in (pitches[:k], pitches[k:])
            )
            for k in range(len(pitches) + 1)
        )
        for note in notes:
            assert ends.get(note.pitch, 0) <= note.onset_ticks
            ends[note.pitch] = note.onset_ticks + note.duration_ticks
            assert 28 <= note.pitch <= 93
            assert 1 <= note.velocity <= 127


def test_the_last_bar_is_struck_at_its_chords_alone():
    lead, accompaniment = written("iVCo")
    last = (lead.bars - 1) * lead.bar_ticks
    chords = {max(last, chord.onset_ticks) for chord in lead.chords if chord.onset_ticks + chord.duration_ticks > last}
    assert {note.onset_ticks for note in accompaniment.notes if note.onset_ticks >= last} <= chords
    assert all(note.onset_ticks + note.duration_ticks <= lead.bars * lead.bar_ticks for note in accompaniment.notes)


def test_quick_songs_have_no_sixteenths():
    _, accompaniment = written("VC", tempo=160)
    assert all(note.onset_ticks % 240 == 0 for note in accompaniment.notes)


def test_the_same_seed_gives_the_same_part_and_another_seed_another():
    plan = plan_of("V", "lo-fi")
    lead = lead_of(plan)
    first = write_accompaniment(network(), lead, plan, seed=5)
    assert first == write_accompaniment(network(), lead, plan, seed=5)
    assert first != write_accompaniment(network(), lead, plan, seed=-5)


def test_a_song_longer_than_the_memory_is_written_to_its_end():
    plan = plan_of("VCV", "lo-fi")
    lead = lead_of(plan)
    accompaniment = write_accompaniment(network(48), lead, plan, seed=5)
    assert {note.onset_ticks // lead.bar_ticks for note in accompaniment.notes} >= set(range(0, lead.bars, 2))


@st.composite
def grounds(draw):
    beats = draw(st.sampled_from([3, 4]))
    plan = plan_of("B", "folk", beats=beats, line_bars=1, lines=2, edge_bars=1, key=Key(tonic="F#", mode="minor"))
    chords, tick = [], draw(st.sampled_from([0, 0, 480]))
    while tick < plan.bars * plan.bar_ticks and draw(st.booleans()):
        length = draw(st.sampled_from([120, 480, 700, plan.bar_ticks]))
        chords.append(
            ChordSpan(
                onset_ticks=tick,
                duration_ticks=length,
                root=draw(st.integers(0, 11)),
                quality=draw(st.sampled_from(sorted(CHORD_INTERVALS))),
                bass=draw(st.none() | st.integers(0, 11)),
            )
        )
        tick += length
    lead = lead_of(plan, chords=tuple(chords))
    return ground_of(lead), sung_pitches(lead)


@settings(max_examples=60, deadline=None)
@given(grounds(), st.integers(0, 2**31), st.booleans(), st.booleans())
def test_a_player_that_chooses_blindly_never_meets_a_dead_end(setting, seed, calm, final):
    ground, sung = setting
    dice = np.random.default_rng(seed)
    for bar in range(len(ground.bars)):
        player = Player(ground, bar, sung, calm=calm, final=final)
        for _ in range(400):
            open_tokens = np.flatnonzero(np.isfinite(player.weights()))
            assert len(open_tokens)
            assert open_tokens.max() < VOCABULARY
            token = int(dice.choice(open_tokens))
            if player.take(token):
                break
        else:
            pytest.fail("the bar was never closed")
        struck = {(hit.slot - player.start, hit.pitches[0] % 12) for hit in player.struck if hit.hand == 0}
        for change in player.changes:
            ladder = ground.ladder_at(player.start + change)
            assert (change, ladder.bass) in struck


def test_a_wide_chord_is_divided_between_two_hands():
    hands = split_hands([(0, 36), (0, 43), (0, 60), (0, 64), (0, 67), (4, 48), (4, 72)])
    assert [hands[0, pitch] for pitch in (36, 43, 60, 64, 67)] == [0, 0, 1, 1, 1]
    assert (hands[4, 48], hands[4, 72]) == (0, 1)


def test_tokens_tell_their_kind():
    assert [kind_of(token) for token in (BAR, 3, HOLD_0, NOTE_0, VOCABULARY - 1)] == [
        "bar",
        "onset",
        "hand",
        "note",
        "note",
    ]
