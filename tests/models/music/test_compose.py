import json
import subprocess
import sys
import time
from pathlib import Path

import pytest
import torch

from models.music.compose import ComposeRequest, compose_lead_sheet, compose_lead_sheets, load_music_model
from models.music.figures import melody_figures
from models.music.transformer import MusicTransformer, MusicTransformerConfig
from schemas.errors import SettingsError, StepError
from schemas.music import LeadSheet
from schemas.plan import LinePlan, SectionPlan, SongPlan, VoiceRange
from tests.examples import lyrics, song_plan
from tests.models.music.plans import random_song

WEIGHTS = Path(__file__).parents[3] / "weights" / "music-transformer.safetensors"
LEFT_TO_THE_WORDS = {"stresses that agree with the meter"}
"""A bound that random syllables, stressed by chance, need not keep."""


@pytest.fixture(scope="module")
def novice() -> MusicTransformer:
    """A network that has learned nothing: whatever holds, holds by construction."""
    torch.set_num_threads(1)
    torch.manual_seed(5)
    return MusicTransformer(MusicTransformerConfig.tiny()).eval()


def broken(lead: LeadSheet) -> list[str]:
    figures = [f for f in melody_figures(lead) if not f.ok and f.name not in LEFT_TO_THE_WORDS]
    return [f"{f.name}: {f.value} {f.bound} ({f.where})" for f in figures]


@pytest.mark.parametrize("seed", range(8))
def test_any_plan_is_kept_by_construction(novice: MusicTransformer, seed: int):
    plan, words = random_song(seed)
    lead = compose_lead_sheet(plan, words, novice, seed=seed, takes=4)
    assert broken(lead) == []
    assert all(plan.voice_range.low <= note.pitch <= plan.voice_range.high for note in lead.melody)
    assert all(note.onset_ticks % 60 == 0 for note in lead.melody)
    assert [span.name for span in lead.sections] == [section.name for section in plan.sections]


def test_sections_that_share_a_melody_share_every_note(novice: MusicTransformer):
    plan, words = random_song(3)
    lead = compose_lead_sheet(plan, words, novice, seed=3, takes=2)
    tunes: dict[str, list[list[tuple[int, int, int]]]] = {}
    for index, span in enumerate(lead.sections):
        start = span.first_bar * lead.bar_ticks
        notes = [
            (note.onset_ticks - start, note.duration_ticks, note.pitch)
            for note in lead.melody
            if lead.syllables[note.syllable].section == index
        ]
        if notes:
            tunes.setdefault(span.melody, []).append(notes)
    assert all(notes == same[0] for same in tunes.values() for notes in same)
    assert any(len(same) > 1 for same in tunes.values())


def test_lines_begin_at_or_after_their_bar_line_and_words_stay_in_order(novice: MusicTransformer):
    plan, words = song_plan(), lyrics()
    lead = compose_lead_sheet(plan, words, novice, seed=1, takes=2)
    for note in lead.melody:
        syllable = lead.syllables[note.syllable]
        start = (lead.sections[syllable.section].first_bar + syllable.line * 2) * lead.bar_ticks
        assert start <= note.onset_ticks < start + 2 * lead.bar_ticks
    sung = [syllable.text for syllable in lead.syllables]
    assert sung == [s.text for section in words.sections for line in section.lines for s in line.syllables]


def one_section(lines: tuple[LinePlan, ...], line_bars: int, **changes: object) -> SongPlan:
    section = SectionPlan(
        name="chorus",
        role="chorus",
        bars=line_bars * len(lines),
        energy=0.5,
        words="chorus",
        melody="chorus",
        lines=lines,
        line_bars=line_bars,
    )
    return song_plan(sections=(section,), **changes)


@pytest.mark.parametrize(
    ("counts", "line_bars", "beats", "tempo"),
    [((16, 16), 1, 3, 180), ((16, 1), 1, 4, 50), ((1, 1), 8, 4, 60), ((16,), 2, 3, 180), ((2, 16, 5), 2, 4, 100)],
)
def test_the_tightest_and_the_emptiest_lines_are_sung(
    novice: MusicTransformer, counts: tuple[int, ...], line_bars: int, beats: int, tempo: int
):
    from schemas.lyrics import LyricLine, Lyrics, LyricSection, Syllable, Word

    word = Word(text="la", syllables=(Syllable(text="la", phones=("L", "AA"), stress=1),))
    words = Lyrics(
        title="La",
        sections=(
            LyricSection(name="chorus", role="chorus", lines=tuple(LyricLine(words=(word,) * n) for n in counts)),
        ),
    )
    lines = tuple(LinePlan(syllables=n, stress="1" * n) for n in counts)
    narrow = VoiceRange(low=55, high=64)
    plan = one_section(lines, line_bars, beats_per_bar=beats, tempo_bpm=tempo, voice_range=narrow)
    lead = compose_lead_sheet(plan, words, novice, seed=2, takes=2)
    assert len(lead.melody) == sum(counts)
    rests = {figure.name: figure for figure in melody_figures(lead)}
    assert rests["shortest breath between lines"].ok
    assert rests["largest leap"].ok


def test_a_song_without_words_has_chords_in_every_bar(novice: MusicTransformer):
    plan = song_plan(sections=(SectionPlan(name="intro", role="intro", bars=7, energy=0.2),))
    lead = compose_lead_sheet(plan, lyrics(), novice, seed=4, takes=2)
    assert lead.melody == ()
    assert {chord.onset_ticks // lead.bar_ticks for chord in lead.chords} == set(range(7))
    assert melody_figures(lead) == ()


def test_chords_fill_the_song_without_gaps_and_end_at_home(novice: MusicTransformer):
    plan = song_plan()
    lead = compose_lead_sheet(plan, lyrics(), novice, seed=6, takes=2)
    tick = 0
    for chord in lead.chords:
        assert chord.onset_ticks == tick
        tick += chord.duration_ticks
    assert tick == plan.bars * plan.bar_ticks
    assert lead.chords[-1].root == plan.key.pitch_class


def test_verse_and_chorus_have_chords_of_their_own(novice: MusicTransformer):
    lead = compose_lead_sheet(song_plan(), lyrics(), novice, seed=8, takes=2)
    by_section = [
        [c.root for c in lead.chords if s.first_bar <= c.onset_ticks // lead.bar_ticks < s.first_bar + s.bars]
        for s in lead.sections
    ]
    assert by_section[1] != by_section[2]


def test_the_same_seed_gives_the_same_song_whatever_was_composed_before(novice: MusicTransformer):
    first = compose_lead_sheet(song_plan(), lyrics(), novice, seed=9, takes=3)
    compose_lead_sheet(*random_song(1), novice, seed=1, takes=2)
    torch.manual_seed(77)
    again = compose_lead_sheet(song_plan(), lyrics(), novice, seed=9, takes=3)
    assert again.digest() == first.digest()
    assert compose_lead_sheet(song_plan(), lyrics(), novice, seed=10, takes=3).digest() != first.digest()


def test_another_process_composes_the_same_song(novice: MusicTransformer):
    code = (
        "import torch; torch.set_num_threads(1); torch.manual_seed(5)\n"
        "from models.music.compose import compose_lead_sheet\n"
        "from models.music.transformer import MusicTransformer, MusicTransformerConfig\n"
        "from tests.examples import lyrics, song_plan\n"
        "model = MusicTransformer(MusicTransformerConfig.tiny()).eval()\n"
        "print(compose_lead_sheet(song_plan(), lyrics(), model, seed=9, takes=3).digest())\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[3],
        env={"PYTHONHASHSEED": "4", "PATH": ""},
    )
    here = compose_lead_sheet(song_plan(), lyrics(), novice, seed=9, takes=3).digest()
    assert done.stdout.strip() == here


def test_a_song_has_the_same_bytes_alone_and_beside_others_in_any_order(novice: MusicTransformer):
    requests = [ComposeRequest(*random_song(seed), seed=seed, takes=3) for seed in (1, 4, 6)]
    alone = [compose_lead_sheet(each.plan, each.lyrics, novice, seed=each.seed, takes=3).digest() for each in requests]
    for order in ((0, 1, 2), (2, 0, 1), (1, 2)):
        together = compose_lead_sheets([requests[number] for number in order], novice)
        assert [each.digest() for each in together if isinstance(each, LeadSheet)] == [alone[i] for i in order]


def test_a_song_that_cannot_be_written_fails_alone(novice: MusicTransformer):
    plan, words = random_song(1)
    other = plan.replaced(sections=(plan.sections[1].replaced(words="verse 9"),))
    good, bad = ComposeRequest(plan, words, seed=1, takes=2), ComposeRequest(other, words, seed=1, takes=2)
    made = compose_lead_sheets([bad, good, ComposeRequest(plan, words, seed=-1)], novice)
    assert isinstance(made[0], StepError)
    assert isinstance(made[1], LeadSheet)
    assert isinstance(made[2], SettingsError)
    assert compose_lead_sheets([], novice) == []


def test_words_that_do_not_fit_the_plan_are_refused(novice: MusicTransformer):
    plan = song_plan()
    section = plan.sections[1].replaced(lines=tuple(LinePlan(syllables=5, stress="01010") for _ in range(4)))
    with pytest.raises(StepError, match="fit the words first"):
        compose_lead_sheet(plan.replaced(sections=(section,)), lyrics(), novice, seed=0)
    other = plan.sections[1].replaced(words="verse 9")
    with pytest.raises(StepError, match="no such section"):
        compose_lead_sheet(plan.replaced(sections=(other,)), lyrics(), novice, seed=0)


def test_seeds_and_takes_out_of_bounds_are_refused(novice: MusicTransformer):
    with pytest.raises(SettingsError, match="takes 0"):
        compose_lead_sheet(song_plan(), lyrics(), novice, seed=0, takes=0)
    with pytest.raises(SettingsError, match="seed -1"):
        compose_lead_sheet(song_plan(), lyrics(), novice, seed=-1)


def test_the_trained_network_writes_a_song_that_keeps_every_bound():
    torch.set_num_threads(1)
    model = load_music_model(WEIGHTS)
    start = time.process_time()
    lead = compose_lead_sheet(song_plan(), lyrics(), model, seed=1)
    assert time.process_time() - start < 5
    assert [figure.name for figure in melody_figures(lead) if not figure.ok] == []
    assert LeadSheet.model_validate(json.loads(lead.canonical())) == lead
