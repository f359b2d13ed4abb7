import pytest
import torch

from models.music.compose import compose_lead_sheet
from models.music.listening import heard_dull_lines, heard_leaps, heard_lift, named, said
from models.music.takes import PARTS, compose_takes, ranked, take_seed
from models.music.transformer import MusicTransformer, MusicTransformerConfig
from schemas.errors import SettingsError
from schemas.music import LeadSheet
from tests.examples import lead_sheet, lyrics, song_plan


@pytest.fixture(scope="module")
def novice() -> MusicTransformer:
    torch.set_num_threads(1)
    torch.manual_seed(5)
    return MusicTransformer(MusicTransformerConfig.tiny()).eval()


def with_pitches(pitches: dict[int, int]) -> LeadSheet:
    lead = lead_sheet()
    return lead.replaced(melody=tuple(n.replaced(pitch=pitches.get(i, n.pitch)) for i, n in enumerate(lead.melody)))


def test_takes_come_best_first_each_made_again_by_its_seed(novice: MusicTransformer):
    takes = compose_takes(song_plan(), lyrics(), novice, seed=3, count=4, candidates=2)
    assert [take.score for take in takes] == sorted((take.score for take in takes), reverse=True)
    assert {take.seed for take in takes} == {take_seed(3, number) for number in range(4)}
    assert 3 in {take.seed for take in takes}
    again = compose_lead_sheet(song_plan(), lyrics(), novice, seed=takes[0].seed, takes=2)
    assert again.digest() == takes[0].lead_sheet.digest()
    for take in takes:
        assert set(take.parts) == {"network", *PARTS}
        assert take.score == pytest.approx(sum(take.parts.values()))


def test_a_take_is_ranked_the_same_whatever_was_composed_beside_it(novice: MusicTransformer):
    two, four = (compose_takes(song_plan(), lyrics(), novice, seed=3, count=n, candidates=2) for n in (2, 4))
    scores = {take.seed: take.score for take in four}
    assert all(scores[take.seed] == take.score for take in two)


def test_an_unresolved_leap_is_named_with_its_bar_and_interval():
    heard = [each for each in heard_leaps(with_pitches({1: 72, 2: 74})) if each.words]
    assert heard[0].words == "verse 1, bar 3, beat 1: a leap of a minor seventh up that is not resolved"
    assert heard[0].worth == -0.15
    resolved = heard_leaps(with_pitches({1: 72, 2: 71, 3: 69}))
    assert not any("minor seventh" in each.words for each in resolved)


def test_the_chorus_is_heard_above_or_below_the_verse():
    (lift,) = heard_lift(lead_sheet())
    assert lift.words == "the chorus lies 5.1 semitones above the verse"
    assert lift.worth == pytest.approx(0.4)
    (fall,) = heard_lift(with_pitches(dict.fromkeys(range(22, 44), 57)))
    assert "below the verse" in fall.words
    assert fall.worth == -0.5


def test_a_line_on_one_note_is_dull():
    assert heard_dull_lines(lead_sheet()) == []
    (dull,) = heard_dull_lines(with_pitches(dict.fromkeys(range(5), 64)))
    assert dull.words == "verse 1, bar 3, beat 1: 5 of 7 notes are the same"


def test_at_most_three_things_of_a_kind_are_said():
    many = heard_leaps(with_pitches({i: 57 + i // 4 if i % 2 else 74 for i in range(22)}))
    words = said(many)
    assert len(words) == 4
    assert words[-1].startswith("and ")


def test_intervals_have_their_names():
    assert [named(each) for each in (10, -7, 12, 15)] == ["a minor seventh", "a fifth", "an octave", "15 semitones"]


def test_the_network_prefers_what_it_learned(novice: MusicTransformer):
    plan = song_plan()
    take = ranked(lead_sheet(), novice, seed=0, voice=plan.voice_range)
    assert -8 < take.parts["network"] < -3


def test_the_number_of_takes_is_bounded(novice: MusicTransformer):
    for count in (0, 65):
        with pytest.raises(SettingsError, match=f"{count} takes are asked for: 1 to 64"):
            compose_takes(song_plan(), lyrics(), novice, seed=0, count=count)
