import pytest
import torch

from models.music.compose import compose_lead_sheet
from models.music.music_vae.config import MusicVAEConfig
from models.music.music_vae.network import MusicVAE
from models.music.reworking.continuing import continue_song
from models.music.reworking.interpolating import interpolate
from models.music.transformer import MusicTransformer
from schemas.errors import SettingsError, StepError
from schemas.music import LeadSheet
from schemas.plan import SectionPlan
from tests.examples import lyrics, song_plan
from tests.models.music.plans import random_song

PLAN, WORDS = song_plan(), lyrics().sections[0].lines
LINES = PLAN.sections[1].lines
BRIDGE = SectionPlan(name="bridge", role="bridge", bars=8, energy=0.5, words="bridge", melody="bridge", lines=LINES)


def without(lead: LeadSheet, index: int) -> tuple[list[tuple[int, int, int]], list[tuple[int, int, str]], list[str]]:
    """Notes, chords and words of a song, a section left out and what comes after moved to its place."""
    span = lead.sections[index]
    begin, length = span.first_bar * lead.bar_ticks, span.bars * lead.bar_ticks

    def at(tick: int) -> int:
        return tick if tick < begin else tick - length

    notes = [n for n in lead.melody if lead.syllables[n.syllable].section != index]
    chords = [c for c in lead.chords if not begin <= c.onset_ticks < begin + length]
    return (
        [(at(n.onset_ticks), n.duration_ticks, n.pitch) for n in notes],
        [(at(c.onset_ticks), c.duration_ticks, c.symbol) for c in chords],
        [s.text for s in lead.syllables if s.section != index],
    )


def parts(lead: LeadSheet) -> tuple[list[tuple[int, int, int]], list[tuple[int, int, str]], list[str]]:
    """Notes, chords and words of a whole song."""
    after = lead.sections[-1].replaced(first_bar=lead.bars)
    return without(lead.replaced(sections=(*lead.sections, after)), len(lead.sections))


@pytest.mark.parametrize("at", [0, 3, 4])
def test_a_new_tune_is_composed_and_all_else_only_moves(novice: MusicTransformer, song: LeadSheet, at: int):
    made = continue_song(song, PLAN, novice, section=BRIDGE, lines=WORDS, seed=1, at=at)
    assert [span.name for span in made.sections].index("bridge") == at
    assert without(made, at) == parts(song)
    own = [n for n in made.melody if made.syllables[n.syllable].section == at]
    assert len(own) == 22
    begin = made.sections[at].first_bar * 1920
    assert all(begin <= note.onset_ticks < begin + 8 * 1920 for note in own)
    assert all(57 <= note.pitch <= 74 for note in own)
    assert {c.onset_ticks // 1920 for c in made.chords} == set(range(28))


def test_another_verse_is_sung_to_the_tune_of_the_first(novice: MusicTransformer, song: LeadSheet):
    verse = BRIDGE.replaced(name="verse 2", role="verse", melody="verse", words="verse 2")
    made = continue_song(song, PLAN, novice, section=verse, lines=lyrics().sections[1].lines, seed=1, at=3)
    notes = [
        [
            (n.onset_ticks - s.first_bar * 1920, n.duration_ticks, n.pitch)
            for n in made.melody
            if made.syllables[n.syllable].section == index
        ]
        for index, s in enumerate(made.sections)
    ]
    assert notes[3] == notes[1]
    assert [s.text for s in made.syllables if s.section == 3][:3] == ["I", "sing", "a"]
    assert without(made, 3) == parts(song)


def test_without_words_the_chords_go_on_and_end_at_home(novice: MusicTransformer, song: LeadSheet):
    interlude = SectionPlan(name="interlude", role="interlude", bars=4, energy=0.5)
    made = continue_song(song, PLAN, novice, section=interlude, seed=1)
    assert made.melody == song.melody
    assert made.chords[: len(song.chords)] == song.chords
    assert made.chords[-1].root == 2
    assert made.bars == 24
    assert continue_song(song, PLAN, novice, section=interlude, seed=1) == made


def test_a_section_that_does_not_fit_is_refused(novice: MusicTransformer, song: LeadSheet):
    with pytest.raises(StepError, match=r"lines of \[7\] syllables where \[7, 4, 7, 4\] are planned"):
        continue_song(song, PLAN, novice, section=BRIDGE, lines=WORDS[:1], seed=1)
    with pytest.raises(StepError, match="has a section 'chorus' already"):
        continue_song(song, PLAN, novice, section=BRIDGE.replaced(name="chorus"), lines=WORDS, seed=1)
    with pytest.raises(StepError, match="section 9 is not there"):
        continue_song(song, PLAN, novice, section=BRIDGE, lines=WORDS, seed=1, at=9)
    short = BRIDGE.replaced(melody="verse", bars=2, lines=LINES[:1])
    with pytest.raises(StepError, match=r"the tune 'verse' has lines of \[7\] syllables in 8 bars"):
        continue_song(song, PLAN, novice, section=short, lines=WORDS[:1], seed=1)


@pytest.fixture(scope="module")
def vae() -> MusicVAE:
    torch.manual_seed(3)
    return MusicVAE(MusicVAEConfig.tiny()).eval()


def test_a_bridge_between_two_songs_is_sung_in_the_first(novice: MusicTransformer, vae: MusicVAE, song: LeadSheet):
    plan, words = random_song(4)
    other = compose_lead_sheet(plan, words, novice, seed=4, takes=1)
    made = interpolate(song, other, PLAN, novice, vae, section=BRIDGE, lines=WORDS, seed=1, at=3)
    assert without(made, 3) == parts(song)
    own = [n for n in made.melody if made.syllables[n.syllable].section == 3]
    assert len(own) == 22
    assert all(note.pitch % 12 in PLAN.key.scale for note in own)
    assert interpolate(song, other, PLAN, novice, vae, section=BRIDGE, lines=WORDS, seed=1, at=3) == made


def test_what_cannot_be_bridged_is_refused(novice: MusicTransformer, vae: MusicVAE, song: LeadSheet):
    with pytest.raises(SettingsError, match="share 2 must be from 0 to 1"):
        interpolate(song, song, PLAN, novice, vae, section=BRIDGE, lines=WORDS, seed=1, share=2)
    with pytest.raises(StepError, match="no tune 'hook': it has chorus, verse"):
        interpolate(song, song, PLAN, novice, vae, section=BRIDGE, lines=WORDS, seed=1, tunes=("verse", "hook"))
    silent = song.replaced(syllables=(), melody=())
    with pytest.raises(StepError, match="no tune to begin from"):
        interpolate(song, silent, PLAN, novice, vae, section=BRIDGE, lines=WORDS, seed=1)
