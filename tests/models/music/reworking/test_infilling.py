import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from models.music.compose import compose_lead_sheet
from models.music.reworking.infilling import InfillPart, infill
from models.music.tokens import CONTROL_0, VOCABULARY
from models.music.transformer import MusicTransformer, MusicTransformerConfig
from schemas.errors import SettingsError, StepError
from schemas.music import ChordSpan, LeadSheet, MelodyNote
from tests.examples import lead_sheet, song_plan
from tests.models.music.plans import random_song

PLAN = song_plan()


def outside(lead: LeadSheet, first: int, last: int) -> tuple[list[MelodyNote], list[ChordSpan]]:
    """What begins before some bars, or sounds or begins after them."""
    begin, end = first * lead.bar_ticks, (last + 1) * lead.bar_ticks

    def stays(each: MelodyNote | ChordSpan) -> bool:
        return each.onset_ticks < begin or each.onset_ticks + each.duration_ticks > end

    return [note for note in lead.melody if stays(note)], [chord for chord in lead.chords if stays(chord)]


def small(vocabulary: int) -> MusicTransformer:
    torch.set_num_threads(1)
    torch.manual_seed(5)
    sizes = MusicTransformerConfig(
        vocabulary=vocabulary, layers=1, width=16, heads=1, hidden=16, context=192, dropout=0
    )
    return MusicTransformer(sizes).eval()


NETWORKS = {"old": small(CONTROL_0), "that fills gaps": small(VOCABULARY)}


@settings(max_examples=8, deadline=None)
@given(
    seed=st.integers(0, 400),
    bars=st.tuples(st.floats(0, 1), st.integers(1, 6)),
    part=st.sampled_from(("melody", "chords", "both")),
    network=st.sampled_from(sorted(NETWORKS)),
)
def test_everything_outside_the_bars_stays_to_the_byte(
    seed: int, bars: tuple[float, int], part: InfillPart, network: str
):
    plan, words = random_song(seed)
    lead = compose_lead_sheet(plan, words, NETWORKS[network], seed=seed, takes=1)
    first = int(bars[0] * (lead.bars - 1))
    last = min(lead.bars - 1, first + bars[1] - 1)
    begin, end = first * lead.bar_ticks, (last + 1) * lead.bar_ticks
    own = any(begin <= n.onset_ticks and n.onset_ticks + n.duration_ticks <= end for n in lead.melody)
    if part == "melody" and not own:
        return
    made = infill(lead, plan, NETWORKS[network], first_bar=first, last_bar=last, part=part, seed=seed, rows=2)
    assert outside(made, first, last) == outside(lead, first, last)
    assert [note.syllable for note in made.melody] == [note.syllable for note in lead.melody]
    assert made.replaced(melody=lead.melody, chords=lead.chords) == lead
    if part == "melody":
        assert made.chords == lead.chords
    if part == "chords":
        assert made.melody == lead.melody
    assert all(plan.voice_range.low <= note.pitch <= plan.voice_range.high for note in made.melody)
    ends = [0, *(chord.onset_ticks + chord.duration_ticks for chord in made.chords)]
    assert [*(chord.onset_ticks for chord in made.chords), lead.bars * lead.bar_ticks] == ends


def test_the_bars_get_something_new_and_each_seed_its_own(novice: MusicTransformer, song: LeadSheet):
    def filled(part: InfillPart, seed: int) -> LeadSheet:
        return infill(song, PLAN, novice, first_bar=4, last_bar=7, part=part, seed=seed)

    assert filled("melody", 1).melody != song.melody
    assert filled("chords", 1).chords != song.chords
    assert filled("both", 1) == filled("both", 1)
    assert len({filled("melody", seed).digest() for seed in range(3)}) == 3


def test_new_notes_lead_into_what_stays(novice: MusicTransformer, song: LeadSheet):
    for seed in range(3):
        made = infill(song, PLAN, novice, first_bar=4, last_bar=5, part="melody", seed=seed, rows=1)
        moves = [abs(b.pitch - a.pitch) for a, b in zip(made.melody, made.melody[1:], strict=False)]
        assert max(moves) <= 12


def test_a_note_over_the_bar_line_belongs_to_both_bars(novice: MusicTransformer, song: LeadSheet):
    tied = list(song.melody)
    index = next(i for i, n in enumerate(tied) if n.onset_ticks >= 3 * 1920) - 1
    tied[index] = tied[index].replaced(duration_ticks=tied[index + 1].onset_ticks - tied[index].onset_ticks)
    tied[index + 1] = tied[index + 1].replaced(onset_ticks=tied[index + 1].onset_ticks)
    over = song.replaced(melody=tuple(tied))
    made = infill(over, PLAN, novice, first_bar=2, last_bar=2, part="melody", seed=1)
    assert outside(made, 2, 2) == outside(over, 2, 2)


def test_a_melisma_off_the_grid_and_chords_of_any_kind_are_reworked(novice: MusicTransformer):
    lead = lead_sheet()
    odd = [n.replaced(onset_ticks=n.onset_ticks + 7 * (i % 3), duration_ticks=400) for i, n in enumerate(lead.melody)]
    slur = odd[3].replaced(onset_ticks=odd[3].onset_ticks + 200, duration_ticks=190)
    odd[3] = odd[3].replaced(duration_ticks=190)
    chords = tuple(c.replaced(root=(c.root + 6 * (i % 2)) % 12, quality="aug") for i, c in enumerate(lead.chords))
    brought = lead.replaced(melody=(*odd[:4], slur, *odd[4:]), chords=chords)
    for part in ("melody", "chords", "both"):
        made = infill(brought, PLAN, novice, first_bar=2, last_bar=2, part=part, seed=1)  # type: ignore[arg-type]
        assert outside(made, 2, 2) == outside(brought, 2, 2)
        assert [note.syllable for note in made.melody][:6] == [0, 1, 2, 3, 3, 4]


@pytest.mark.parametrize("shift", [-30, 30])
def test_new_notes_for_a_melody_outside_the_voice_lie_inside_it(novice: MusicTransformer, song: LeadSheet, shift: int):
    far = song.replaced(melody=tuple(n.replaced(pitch=n.pitch + shift) for n in song.melody))
    made = infill(far, PLAN, novice, first_bar=4, last_bar=5, part="melody", seed=1, rows=2)
    new = [one for one, two in zip(made.melody, far.melody, strict=True) if one != two]
    assert new
    assert all(57 <= note.pitch <= 74 for note in new)


def test_a_song_without_chords_gets_notes_all_the_same(novice: MusicTransformer, song: LeadSheet):
    bare = song.replaced(chords=())
    made = infill(bare, PLAN, novice, first_bar=4, last_bar=7, part="melody", seed=1)
    assert made.chords == ()
    assert made.melody != song.melody


def test_what_cannot_be_filled_is_refused_with_its_bars(novice: MusicTransformer, song: LeadSheet):
    with pytest.raises(StepError, match="bars 19 to 21 are asked for: 'Upon the Water' has bars 1 to 20"):
        infill(song, PLAN, novice, first_bar=18, last_bar=20, part="melody", seed=1)
    with pytest.raises(StepError, match="bars 1 to 2 hold no note of their own"):
        infill(song, PLAN, novice, first_bar=0, last_bar=1, part="melody", seed=1)
    with pytest.raises(StepError, match="part 'bass' must be melody, chords or both"):
        infill(song, PLAN, novice, first_bar=4, last_bar=5, part="bass", seed=1)  # type: ignore[arg-type]
    with pytest.raises(SettingsError, match="seed -1"):
        infill(song, PLAN, novice, first_bar=4, last_bar=5, part="melody", seed=-1)
    long = song.replaced(chords=(ChordSpan(onset_ticks=0, duration_ticks=20 * 1920, root=2),))
    with pytest.raises(StepError, match="the chord that begins before bars 5 to 6 sounds through all of it"):
        infill(long, PLAN, novice, first_bar=4, last_bar=5, part="chords", seed=1)
