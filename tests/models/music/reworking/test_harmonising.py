import numpy as np

from models.music.reworking.harmonising import harmonise
from models.music.transformer import MusicTransformer
from schemas.music import LeadSheet
from schemas.plan import SectionSpan
from tests.examples import lead_sheet, song_plan

PLAN = song_plan()


def test_the_melody_stays_and_every_bar_has_a_chord_or_two(novice: MusicTransformer, song: LeadSheet):
    made = harmonise(song, PLAN, novice, seed=1, genre="bossa")
    assert made.replaced(chords=song.chords) == song
    tick, bars = 0, []
    for chord in made.chords:
        assert chord.onset_ticks == tick
        tick += chord.duration_ticks
        bars.append(chord.onset_ticks // made.bar_ticks)
    assert tick == made.bars * made.bar_ticks
    assert all(1 <= bars.count(bar) <= 2 for bar in range(made.bars))


def test_chords_go_with_the_notes(novice: MusicTransformer):
    lead = lead_sheet()
    made = harmonise(lead, PLAN, novice, seed=1)

    def share(sheet: LeadSheet) -> float:
        strong = [n for n in sheet.melody if n.onset_ticks % 960 == 0]
        chords = [sheet.chord_at(note.onset_ticks) for note in strong]
        found = [c is not None and n.pitch % 12 in c.pitch_classes for n, c in zip(strong, chords, strict=True)]
        return float(np.mean(found))

    assert share(made) >= 0.7
    assert share(made) > share(lead)


def test_a_section_that_ends_on_the_tonic_comes_home(novice: MusicTransformer, song: LeadSheet):
    home = [*song.melody[:-1], song.melody[-1].replaced(pitch=62)]
    made = harmonise(song.replaced(melody=tuple(home)), PLAN, novice, seed=2)
    final = made.chord_at(home[-1].onset_ticks)
    assert final is not None
    assert final.root == 2
    assert made.chords[-1].root == 2


def test_sections_of_the_same_notes_get_the_same_chords_and_seeds_and_genres_differ(novice: MusicTransformer):
    lead = lead_sheet()
    verse = [note.pitch for note in lead.melody[:22]] * 2
    same = lead.replaced(melody=tuple(n.replaced(pitch=p) for n, p in zip(lead.melody, verse, strict=True)))
    made = harmonise(same, PLAN, novice, seed=1)
    starts = (2 * 1920, 10 * 1920)
    first, second = ([c.symbol for c in made.chords if a <= c.onset_ticks < a + 8 * 1920] for a in starts)
    assert first == second
    assert harmonise(same, PLAN, novice, seed=1) == made
    others = {tuple(c.symbol for c in harmonise(same, PLAN, novice, seed=seed).chords) for seed in range(4)}
    assert len(others) > 1
    assert harmonise(same, PLAN, novice, seed=1, genre="lo-fi").chords != made.chords


def test_a_song_without_words_or_chords_gets_chords_that_end_at_home(novice: MusicTransformer):
    span = SectionSpan(name="intro", role="intro", first_bar=0, bars=7, energy=0.2)
    bare = lead_sheet().replaced(sections=(span,), syllables=(), melody=(), chords=())
    made = harmonise(bare, PLAN, novice, seed=1)
    assert {chord.onset_ticks // 1920 for chord in made.chords} == set(range(7))
    assert made.chords[-1].root == 2
