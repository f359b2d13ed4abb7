import pytest
import torch

from models.music.compose import compose_lead_sheet
from models.music.given import given_of
from models.music.given_lines import divide, sung_on
from models.music.transformer import MusicTransformer, MusicTransformerConfig
from schemas.composing import GivenNote, GivenTune, MotifNote, SongMotif
from schemas.errors import StepError
from schemas.music import ChordSpan, LeadSheet
from schemas.plan import LinePlan, SectionPlan
from tests.examples import lyrics, song_plan

BAR = 1920
PLAN = song_plan()
CHORDS = (
    ChordSpan(onset_ticks=0, duration_ticks=BAR, root=2, quality="6"),
    ChordSpan(onset_ticks=BAR, duration_ticks=BAR, root=6, quality="aug"),
    ChordSpan(onset_ticks=2 * BAR, duration_ticks=960, root=8, quality="m7b5", bass=11),
    ChordSpan(onset_ticks=3 * BAR + 100, duration_ticks=700, root=9, quality="9"),
)
LINE = tuple(GivenNote(240 + 240 * index, 240, 62 + step) for index, step in enumerate((0, 2, 4, 5, 7, 9, 7)))
MOTIF = tuple(MotifNote(*each) for each in ((0, 2, 0), (2, 2, 2), (4, 4, 4), (8, 2, 3), (10, 2, 2)))


@pytest.fixture(scope="module")
def novice() -> MusicTransformer:
    torch.set_num_threads(1)
    torch.manual_seed(5)
    return MusicTransformer(MusicTransformerConfig.tiny()).eval()


def composed(novice: MusicTransformer, *tunes: GivenTune, motif: SongMotif | None = None, seed: int = 1) -> LeadSheet:
    return compose_lead_sheet(PLAN, lyrics(), novice, seed=seed, takes=2, given=given_of(PLAN, tunes, motif))


def in_section(lead: LeadSheet, index: int) -> list[tuple[int, int, int]]:
    start = lead.sections[index].first_bar * lead.bar_ticks
    notes = [n for n in lead.melody if lead.syllables[n.syllable].section == index]
    return [(n.onset_ticks - start, n.duration_ticks, n.pitch) for n in notes]


def test_given_chords_stand_in_the_song_as_they_were_written_and_others_fill_the_gaps(novice: MusicTransformer):
    lead = composed(novice, GivenTune(tune="verse", chords=CHORDS))
    start = 2 * BAR
    verse = [c.replaced(onset_ticks=c.onset_ticks - start) for c in lead.chords if start <= c.onset_ticks < 10 * BAR]
    assert set(CHORDS) <= set(verse)
    tick = 0
    for chord in lead.chords:
        assert chord.onset_ticks == tick
        tick += chord.duration_ticks
    assert tick == lead.bars * BAR


def test_an_intro_plays_the_given_chords_of_its_verse(novice: MusicTransformer):
    lead = composed(novice, GivenTune(tune="verse", chords=CHORDS))
    assert lead.chords[:2] == CHORDS[:2]


def test_given_notes_are_sung_to_the_tick_and_the_other_lines_composed(novice: MusicTransformer):
    triplets = tuple(GivenNote(2 * BAR + 160 * index, 160, 66 + index % 2) for index in range(4))
    lead = composed(novice, GivenTune(tune="verse", notes=(*LINE, *triplets)))
    verse = in_section(lead, 1)
    assert verse[:11] == [tuple(note) for note in (*LINE, *triplets)]
    assert len(verse) == 22
    assert all(onset >= 4 * BAR for onset, _, _ in verse[11:])


def test_given_notes_are_harmonised_in_sympathy(novice: MusicTransformer):
    held = tuple(GivenNote(index * 480, 480, 66) for index in range(7))
    tones = 0
    for seed in range(4):
        lead = composed(novice, GivenTune(tune="verse", notes=held), seed=seed)
        tones += sum(6 in chord.pitch_classes for chord in lead.chords if 2 * BAR <= chord.onset_ticks < 4 * BAR)
    assert tones >= 6


def test_more_notes_than_syllables_are_drawn_over_them(novice: MusicTransformer):
    slur = (*LINE, *(GivenNote(2 * BAR + index * 240, 240, 69 - index % 3) for index in range(7)))
    lead = composed(novice, GivenTune(tune="verse", notes=slur))
    drawn = [note.syllable for note in lead.melody[7:14]]
    assert drawn[0] == 7
    assert drawn[-1] == 10
    assert len(drawn) == 7
    assert all(b - a in (0, 1) for a, b in zip(drawn, drawn[1:], strict=False))


def test_a_pickup_belongs_to_the_line_it_leads_into(novice: MusicTransformer):
    notes = (
        *LINE,
        GivenNote(2 * BAR - 240, 240, 66),
        *(GivenNote(2 * BAR + 480 * index, 480, 67) for index in range(3)),
    )
    lead = composed(novice, GivenTune(tune="verse", notes=notes))
    pickup = next(note for note in lead.melody if note.onset_ticks == 4 * BAR - 240)
    assert lead.syllables[pickup.syllable].line == 1


def test_a_line_composed_between_given_ones_leaves_them_their_time(novice: MusicTransformer):
    late = GivenNote(LINE[-1].onset_ticks + 240, 2 * BAR - 1680, 62)
    early = (GivenNote(4 * BAR - 480, 480, 62), *(GivenNote(4 * BAR + 480 * i, 480, 64) for i in range(6)))
    lead = composed(novice, GivenTune(tune="verse", notes=(*LINE[:6], late, *early)))
    between = [n for n in in_section(lead, 1) if 2 * BAR <= n[0] < 4 * BAR - 480]
    assert len(between) == 4
    assert all(onset >= 2 * BAR + 240 and onset + held <= 4 * BAR - 480 for onset, held, _ in between)


def test_missing_notes_are_named_by_line_and_number():
    with pytest.raises(StepError, match=r"line 1 \(bars 1 to 2\): 5 given notes for 7 syllables: 2 are missing"):
        given_of(PLAN, [GivenTune(tune="verse", notes=LINE[:5])])
    crowd = tuple(GivenNote(index * 30, 30, 62) for index in range(100))
    with pytest.raises(StepError, match=r"100 given notes for 7 syllables: 44 are too many"):
        given_of(PLAN, [GivenTune(tune="verse", notes=crowd)])


def test_what_does_not_fit_the_plan_is_refused_with_its_bar():
    with pytest.raises(StepError, match=r"F5 of 'verse' in bar 1 lies 3 semitones above the voice, A3 to D5"):
        given_of(PLAN, [GivenTune(tune="verse", notes=(GivenNote(0, 480, 77),))])
    with pytest.raises(StepError, match="no tune 'bridge' to fix: its tunes are verse, chorus"):
        given_of(PLAN, [GivenTune(tune="bridge", chords=CHORDS)])
    late = ChordSpan(onset_ticks=7 * BAR, duration_ticks=2 * BAR, root=0)
    with pytest.raises(StepError, match="the chord C of 'verse' in bar 8 ends after the tune's last bar, 8"):
        given_of(PLAN, [GivenTune(tune="verse", chords=(late,))])
    with pytest.raises(StepError, match="fixed twice"):
        given_of(PLAN, [GivenTune(tune="verse", chords=CHORDS)] * 2)
    with pytest.raises(StepError, match="motif is in minor and the song in D major"):
        given_of(PLAN, [], song_motif().replaced(mode="minor"))
    with pytest.raises(StepError, match="seed -1 for the tune 'verse'"):
        given_of(PLAN, [], seeds={"verse": -1})


def song_motif() -> SongMotif:
    return SongMotif(album_notes=MOTIF, notes=MOTIF, mode="major", relation="as it is", model="motif:test")


@pytest.mark.parametrize("seed", range(3))
def test_the_motif_opens_the_first_tune_and_returns_in_the_chorus(novice: MusicTransformer, seed: int):
    lead = composed(novice, motif=song_motif(), seed=seed)
    verse, chorus = in_section(lead, 1), in_section(lead, 2)
    assert [b[2] - a[2] for a, b in zip(verse[:5], verse[1:5], strict=False)] == [4, 3, -2, -1]
    assert [b[0] - a[0] for a, b in zip(verse[:5], verse[1:5], strict=False)] == [240, 240, 480, 240]
    moves = [(b[2] - a[2], b[0] - a[0]) for a, b in zip(chorus, chorus[1:], strict=False)]
    wanted = [(4, 240), (3, 240), (-2, 480)]
    assert any(moves[at : at + 3] == wanted for at in range(len(moves)))


def test_a_tune_with_a_seed_of_its_own_is_composed_again_alone(novice: MusicTransformer):
    def with_seeds(**seeds: int) -> LeadSheet:
        given = given_of(PLAN, [], seeds=seeds)
        return compose_lead_sheet(PLAN, lyrics(), novice, seed=1, takes=2, given=given)

    assert in_section(with_seeds(chorus=9), 1) == in_section(with_seeds(), 1)
    assert in_section(with_seeds(chorus=9), 2) != in_section(with_seeds(), 2)
    assert with_seeds(verse=1).digest() == with_seeds().digest()


def test_syllables_begin_after_rests_and_on_beats():
    plan = LinePlan(syllables=3, stress="101")
    notes = tuple(GivenNote(at, 240, pitch) for at, pitch in ((0, 60), (240, 62), (480, 60), (960, 64), (1200, 62)))
    assert sung_on(notes, plan, BAR) == (0, 0, 1, 2, 2)


def test_lines_without_notes_are_left_to_the_composer():
    section = PLAN.sections[1]
    second = tuple(GivenNote(2 * BAR + 480 * index, 480, 64) for index in range(4))
    lines = divide(second, section, tune="verse", bar_ticks=BAR)
    assert [line is None for line in lines] == [True, False, True, True]
    assert isinstance(section, SectionPlan)
