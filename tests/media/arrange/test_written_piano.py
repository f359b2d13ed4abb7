from __future__ import annotations

import pytest

from media.arrange.arrange import arrange_score
from media.arrange.critique import beyond_reach, critique, parallels
from media.arrange.figures import arrangement_figures
from media.arrange.styles import STYLES
from schemas.composing import Accompaniment
from schemas.music import ChordSpan, LeadSheet, Part, Score, ScoreNote
from tests.media.arrange.songs import GENRES, lead_of, plan_of

PIANISTS = [genre for genre in GENRES if STYLES[genre].pianist]


def written_for(lead: LeadSheet) -> Accompaniment:
    """Bass and octave on each chord, its tones in eighths after it, a sixteenth before each bar line."""
    notes: list[ScoreNote] = []
    for chord in lead.chords:
        for step, pitch_class in enumerate((chord.root, *chord.pitch_classes)):
            tick = chord.onset_ticks + 240 * step
            notes.append(ScoreNote(tick, 240, (48 if step else 36) + pitch_class, 74))
            if step:
                notes.append(ScoreNote(tick, 240, 72 + pitch_class, 62))
        notes.append(ScoreNote(chord.onset_ticks + chord.duration_ticks - 120, 120, 60 + chord.root, 86))
    return Accompaniment(notes=tuple(sorted(notes)), model="band:accompanist")


def test_a_ballad_and_lo_fi_have_a_pianist():
    assert set(PIANISTS) == {"piano-ballad", "lo-fi"}


@pytest.mark.parametrize("genre", PIANISTS)
def test_a_written_piano_takes_the_place_of_the_pattern_in_the_verse(genre):
    plan = plan_of("iVCVCo", genre)
    lead = lead_of(plan)
    written = written_for(lead)
    score = arrange_score(lead, plan, seed=3, accompaniment=written)
    verse = next(section for section in lead.sections if section.role == "verse")
    start, end = verse.first_bar * lead.bar_ticks, (verse.first_bar + verse.bars) * lead.bar_ticks
    asked = {(n.onset_ticks // 240, n.pitch) for n in written.notes if start <= n.onset_ticks < end - 240}
    played = {(round(n.onset_ticks / 240), n.pitch) for n in score.part("chords").notes}
    assert len(asked & played) > 0.7 * len(asked)
    others = {part.name: part for part in arrange_score(lead, plan, seed=3).parts}
    assert all(part == others[part.name] for part in score.parts if part.name != "chords")
    assert [figure for figure in arrangement_figures(score) if not figure.ok and "chords" not in figure.name] == []


@pytest.mark.parametrize("genre", [genre for genre in GENRES if genre not in PIANISTS])
def test_a_band_without_a_pianist_plays_its_own_patterns(genre):
    plan = plan_of("VC", genre)
    lead = lead_of(plan)
    assert arrange_score(lead, plan, seed=3, accompaniment=written_for(lead)) == arrange_score(lead, plan, seed=3)


def test_the_left_hand_goes_on_alone_while_the_right_plays_the_hook():
    plan = plan_of("iVCo", "piano-ballad")
    lead = lead_of(plan)
    notes = arrange_score(lead, plan, seed=3, accompaniment=written_for(lead)).part("chords").notes
    intro = [note for note in notes if note.onset_ticks < lead.bar_ticks - 60]
    assert any(note.pitch < 55 for note in intro)
    assert not beyond_reach(Part(name="chords", role="chords", program=0, notes=tuple(intro))).hits


def test_a_loud_section_is_filled_by_octaves_in_the_bass():
    plan = plan_of("VC", "piano-ballad")
    lead = lead_of(plan)
    score = arrange_score(lead, plan, seed=3, accompaniment=written_for(lead))
    chorus = next(section for section in lead.sections if section.role == "chorus").first_bar * lead.bar_ticks
    lowest = min(note.pitch for note in score.part("chords").notes if note.onset_ticks < chorus - 60)
    assert min(note.pitch for note in score.part("chords").notes if note.onset_ticks >= chorus) < lowest


def test_notes_after_the_end_and_out_of_the_range_do_no_harm():
    plan = plan_of("V", "lo-fi")
    lead = lead_of(plan)
    end = lead.bars * lead.bar_ticks
    odd = (ScoreNote(0, 9 * end, 12, 1), ScoreNote(480, 10, 120, 127), ScoreNote(end + 5, 10, 60, 90))
    score = arrange_score(lead, plan, seed=0, accompaniment=Accompaniment(notes=odd, model="mine"))
    player = STYLES["lo-fi"].comps[0].player
    assert all(player.low <= note.pitch <= player.high for note in score.part("chords").notes)


def test_no_written_pattern_is_wider_than_two_hands():
    for genre in GENRES:
        plan = plan_of("iVCVCBCo", genre)
        counts = critique(arrange_score(lead_of(plan), plan, seed=2))
        assert all(count.hits == 0 for name, count in counts.items() if "hands cannot reach" in name), genre


def test_pads_go_hardly_ever_in_parallel():
    for genre in GENRES:
        plan = plan_of("iVCVCBCo", genre)
        score = arrange_score(lead_of(plan), plan, seed=2)
        assert parallels(score, score.part("pad"), every_pair=True).share <= 0.06, genre


def test_a_parallel_fifth_is_counted_and_contrary_motion_is_not():
    plan = plan_of("V", "folk")
    lead = lead_of(plan)
    chords = tuple(ChordSpan(onset_ticks=1920 * n, duration_ticks=1920, root=2 * n) for n in range(3))

    def heard(*pairs: tuple[int, int]) -> float:
        notes = tuple(ScoreNote(1920 * n, 900, pitch, 80) for n, pair in enumerate(pairs) for pitch in pair)
        part = Part(name="pad", role="pad", program=48, notes=notes)
        score = Score(
            title="x", key=lead.key, tempo_bpm=90, sections=lead.sections, chords=chords, parts=(part,), end_ticks=5760
        )
        return parallels(score, part, every_pair=False).hits

    assert heard((60, 67), (62, 69), (64, 71)) == 2
    assert heard((60, 67), (62, 70), (64, 71)) == 0
    assert heard((60, 72), (62, 74), (60, 79)) == 1
