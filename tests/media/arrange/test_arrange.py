from __future__ import annotations

from functools import lru_cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from media.arrange.arrange import arrange_score
from media.arrange.figures import arrangement_figures
from media.arrange.humanise import swing_tick
from schemas.music import CHORD_INTERVALS, ChordSpan, Part, Score
from schemas.plan import TONICS, Genre, Key
from tests.media.arrange.songs import GENRES, lead_of, plan_of

_ROLES = {"melody", "drums", "bass", "chords", "pad", "counter"}


@lru_cache(maxsize=64)
def song(genre: Genre, form: str = "iVCVCo", mode: str = "major", beats: int = 4, swing: float = 0.0) -> Score:
    plan = plan_of(form, genre, beats=beats, swing=swing, key=Key(tonic="A", mode=mode))  # type: ignore[arg-type]
    return arrange_score(lead_of(plan), plan, seed=11)


def notes_in(score: Score, part: Part, section: str, slack: int = 60) -> list[tuple[int, int, int, int]]:
    span = next(s for s in score.sections if s.name == section)
    size = score.beats_per_bar * 480
    low, high = span.first_bar * size - slack, (span.first_bar + span.bars) * size - slack
    return [tuple(note) for note in part.notes if low <= note.onset_ticks < high]  # type: ignore[misc]


def playing(score: Score, section: str) -> set[str]:
    return {p.name for p in score.parts if p.role != "melody" and notes_in(score, p, section)}


@pytest.mark.parametrize("genre", GENRES)
def test_a_band_has_four_to_six_stems_and_the_sung_melody(genre):
    score = song(genre)
    stems = [part for part in score.parts if part.role != "melody"]
    assert 4 <= len(stems) <= 6
    assert score.part("melody").role == "melody"
    assert {part.role for part in score.parts} <= _ROLES
    assert all(part.notes for part in score.parts)


@pytest.mark.parametrize("genre", GENRES)
@pytest.mark.parametrize(("mode", "beats"), [("major", 4), ("minor", 3)])
def test_every_figure_of_an_arrangement_keeps_its_bound(genre, mode, beats):
    score = song(genre, "iVCVCBCo", mode, beats)
    assert [f for f in arrangement_figures(score) if not f.ok] == []


@pytest.mark.parametrize("genre", GENRES)
def test_the_chorus_has_more_players_and_higher_velocities_than_the_verse(genre):
    score = song(genre)
    assert len(playing(score, "chorus 1")) > len(playing(score, "verse 1"))
    for name in playing(score, "chorus 1") & playing(score, "verse 1"):
        part = score.part(name)
        loud = np.percentile([n[3] for n in notes_in(score, part, "chorus 1")], 95)
        soft = np.percentile([n[3] for n in notes_in(score, part, "verse 1")], 95)
        assert loud > soft * 1.06, name


@pytest.mark.parametrize("genre", GENRES)
def test_the_intro_states_the_hook_with_few_players(genre):
    score = song(genre, "iVCVCo")
    assert 0 < len(playing(score, "intro 1")) < len(playing(score, "chorus 1"))
    first_bar = {p.name for p in score.parts if any(n.onset_ticks < 1800 for n in p.notes) and p.role != "melody"}
    assert len(first_bar) <= 3


@pytest.mark.parametrize("genre", GENRES)
def test_the_second_verse_adds_something_to_the_first(genre):
    score = song(genre)
    first, second = playing(score, "verse 1"), playing(score, "verse 2")
    new = second - first
    changed = [
        part.name
        for part in score.parts
        if part.name in first & second
        and len(notes_in(score, part, "verse 1")) != len(notes_in(score, part, "verse 2"))
    ]
    assert new or changed
    assert len(new) + len(changed) >= 2


@pytest.mark.parametrize("genre", GENRES)
@pytest.mark.parametrize("beats", [3, 4])
def test_the_last_bar_is_a_held_chord_that_rings_past_the_end(genre, beats):
    score = song(genre, "VCo", beats=beats)
    last = score.end_ticks - beats * 480
    ringing = [p.name for p in score.parts if any(n.onset_ticks + n.duration_ticks > score.end_ticks for n in p.notes)]
    assert "chords" in ringing
    for part in score.parts:
        late = [n for n in part.notes if n.onset_ticks > last + 300]
        assert not late, part.name


@pytest.mark.parametrize("genre", GENRES)
def test_the_bass_has_the_root_on_every_chord_change(genre):
    score = song(genre)
    bass = score.part("bass")
    first = min(n.onset_ticks for n in bass.notes)
    size = 4 * 480
    played = {(n.onset_ticks + 60) // size for n in bass.notes}
    for chord in score.chords:
        if chord.onset_ticks >= first and chord.onset_ticks // size in played:
            near = [n.pitch % 12 for n in bass.notes if abs(n.onset_ticks - chord.onset_ticks) <= 24]
            assert chord.root in near, chord


def test_a_slash_chord_has_its_bass_note_below():
    plan = plan_of("C", "folk")
    chords = tuple(ChordSpan(onset_ticks=bar * 1920, duration_ticks=1920, root=2, bass=6) for bar in range(plan.bars))
    score = arrange_score(lead_of(plan, chords=chords), plan, seed=1)
    starts = [n.pitch % 12 for n in score.part("bass").notes if n.onset_ticks % 1920 < 24]
    assert starts
    assert set(starts) == {6}


@pytest.mark.parametrize("genre", GENRES)
def test_no_third_sounds_below_c3_in_a_chord_part(genre):
    score = song(genre)
    for part in score.parts:
        if part.role not in ("chords", "pad"):
            continue
        for note in part.notes:
            if note.pitch >= 48:
                continue
            close = [
                other.pitch
                for other in part.notes
                if abs(other.onset_ticks - note.onset_ticks) < 50 and 0 < other.pitch - note.pitch < 5
            ]
            assert not close, (part.name, note)


@pytest.mark.parametrize("genre", GENRES)
def test_the_counter_line_keeps_off_the_note_that_is_sung(genre):
    score = song(genre)
    sung = score.part("melody").notes
    counter = score.part("counter").notes
    near = 0
    for note in counter:
        for voice in sung:
            shared = min(note.onset_ticks + note.duration_ticks, voice.onset_ticks + voice.duration_ticks) - max(
                note.onset_ticks, voice.onset_ticks
            )
            near += shared > 120 and abs(note.pitch - voice.pitch) in (1, 2)
    assert near <= 0.12 * len(counter)


def test_the_crash_falls_on_the_chorus_and_a_fill_leads_into_it():
    score = song("rock")
    drums = score.part("drums").notes
    start = next(s for s in score.sections if s.name == "chorus 1").first_bar * 1920
    assert any(n.pitch == 49 and abs(n.onset_ticks - start) < 24 for n in drums)
    fill = {n.pitch for n in drums if start - 960 <= n.onset_ticks < start - 24}
    assert fill & {38, 43, 45, 47, 50}


def test_the_sung_part_is_the_lead_sheet_in_swing():
    plan = plan_of("V", "lo-fi", swing=0.3)
    lead = lead_of(plan)
    melody = arrange_score(lead, plan, seed=4).part("melody").notes
    assert [n.onset_ticks for n in melody] == [swing_tick(n.onset_ticks, 0.3) for n in lead.melody]
    assert [n.pitch for n in melody] == [n.pitch for n in lead.melody]


def test_swing_delays_the_off_beat_and_keeps_the_beat_and_the_order():
    assert swing_tick(480, 0.3) == 480
    assert swing_tick(240, 0.25) == 300
    moved = [swing_tick(tick, 0.34) for tick in range(0, 961, 20)]
    assert moved == sorted(moved)
    assert swing_tick(333, 0.0) == 333


def test_the_same_seed_gives_the_same_score_and_another_seed_another():
    plan = plan_of("iVCo", "folk")
    lead = lead_of(plan)
    assert arrange_score(lead, plan, seed=5) == arrange_score(lead, plan, seed=5)
    assert arrange_score(lead, plan, seed=5).digest() != arrange_score(lead, plan, seed=6).digest()


_FORMS = st.text(alphabet="iVPCBIo", min_size=1, max_size=5)
_QUALITIES = sorted(CHORD_INTERVALS)


@st.composite
def _chords(draw, bars: int, size: int):
    spans, tick = [], 0
    while tick < bars * size:
        tick += draw(st.sampled_from([0, 0, 0, 480, size]))
        length = draw(st.sampled_from([480, 960, size, 2 * size, 700]))
        spans.append(
            ChordSpan(
                onset_ticks=tick,
                duration_ticks=length,
                root=draw(st.integers(0, 11)),
                quality=draw(st.sampled_from(_QUALITIES)),
                bass=draw(st.none() | st.integers(0, 11)),
            )
        )
        tick += length
    return tuple(spans[draw(st.integers(0, 1)) :])


@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_any_song_can_be_arranged(data):
    plan = plan_of(
        data.draw(_FORMS),
        data.draw(st.sampled_from(GENRES)),
        key=Key(tonic=data.draw(st.sampled_from(TONICS)), mode=data.draw(st.sampled_from(["major", "minor"]))),
        beats=data.draw(st.sampled_from([3, 4])),
        tempo=data.draw(st.integers(50, 180)),
        swing=data.draw(st.sampled_from([0.0, 0.2, 0.34])),
        line_bars=data.draw(st.integers(1, 2)),
        lines=data.draw(st.integers(1, 4)),
        edge_bars=data.draw(st.integers(1, 4)),
        syllables=data.draw(st.integers(1, 9)),
    )
    size = plan.bar_ticks
    chords = data.draw(st.none() | st.just(()) | _chords(plan.bars, size))
    lead = lead_of(plan, chords=chords)
    score = arrange_score(lead, plan, seed=data.draw(st.integers(-(2**40), 2**63)))
    assert score.end_ticks == plan.bars * size
    for part in score.parts:
        ends: dict[int, int] = {}
        for note in sorted(part.notes):
            assert note.onset_ticks + note.duration_ticks <= score.end_ticks + 2 * size
            assert note.onset_ticks < score.end_ticks
            assert 21 <= note.pitch <= 108
            assert ends.get(note.pitch, 0) <= note.onset_ticks
            ends[note.pitch] = note.onset_ticks + note.duration_ticks
    arrangement_figures(score)


def test_a_chord_just_before_the_end_is_not_strummed_past_it():
    plan = plan_of("B", "piano-ballad", beats=3, tempo=50, line_bars=1, lines=4, edge_bars=1, syllables=1)
    end = plan.bars * plan.bar_ticks
    chords = (
        ChordSpan(onset_ticks=0, duration_ticks=480, root=0, quality="6"),
        ChordSpan(onset_ticks=end - 40, duration_ticks=480, root=0, quality="6"),
    )
    for seed in range(40):
        score = arrange_score(lead_of(plan, chords=chords), plan, seed=seed)
        assert all(note.onset_ticks < end for part in score.parts for note in part.notes)
