from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from media.film.camera import room
from media.film.directing.cutting import LEAST_S, bar_lengths, cut_song
from media.film.directing.directing import direct_film
from media.film.directing.reeling import reels_of
from media.scenes.colours import scene_colours
from media.scenes.drawing import composition_of
from schemas.errors import MediaError
from schemas.film import Storyboard
from schemas.picture import ArtDirection, Setting
from schemas.plan import Key, SectionSpan
from schemas.scene import Scene
from tests.media.film.songs import PAINT, TREATMENT, facts

FORMS = ("V", "iVCo", "iVCVCBCo", "VPCPCIC")


def _direction(motif: str, composition: str, look: str = "own-look") -> ArtDirection:
    key = Key(tonic="D", mode="major")
    scene = Scene(
        motif=motif,
        composition=composition,
        seed=4,
        hour="dusk",
        weather="clear",
        energy=0.5,
        colours=scene_colours(key, "hopeful", "dusk", seed=4),
    )
    paint = PAINT.replaced(look=look)
    return ArtDirection(
        scene=scene,
        treatment=TREATMENT.replaced(above=paint),
        palette=("#101010", "#808080", "#f0f0f0"),
        title="Upon the Water",
        artist="The Larks",
        setting=Setting(genre="folk", mood="hopeful", seed=1),
    )


def _on_bars(board: Storyboard, bar_s: float) -> bool:
    firsts = np.array([shot.first_frame for shot in board.shots]) / board.fps
    off = np.abs(firsts - np.round(firsts / bar_s) * bar_s)
    return bool((off <= 0.5 / board.fps + 1e-6).all())


@settings(max_examples=15, deadline=None)
@given(
    form=st.sampled_from(FORMS),
    genre=st.sampled_from(("folk", "piano-ballad", "rock")),
    fps=st.sampled_from((1, 12, 24, 25, 60)),
    cut_s=st.floats(0.05, 1.0),
    seed=st.integers(0, 2**31),
    scenes=st.integers(2, 12),
)
def test_any_song_has_a_storyboard_without_gaps_cut_on_bars_and_never_out_of_the_frame(
    form, genre, fps, cut_s, seed, scenes
):
    told = facts(form, genre, fps=fps, seed=seed, most_scenes=scenes)
    told = replace(told, duration_s=told.duration_s * cut_s)
    board = direct_film(told)
    assert board.frames == told.frames
    assert sum(shot.frames for shot in board.shots) == board.frames
    assert _on_bars(board, told.bar_s)
    assert len(board.scenes) <= scenes
    for shot in board.shots:
        assert shot.frames / fps >= LEAST_S - 1.5 / fps or len(board.shots) == 1
        for view in (shot.start, shot.end):
            assert max(abs(view.x), abs(view.y)) <= room(view.zoom) + 1e-9
    for one, other in pairwise(board.shots):
        if other.transition != "cut":
            assert other.transition_frames <= 0.5 * min(one.frames, other.frames) + 1
    assert board.title_s + board.credits_s <= board.duration_s


def test_the_same_facts_give_the_same_storyboard_and_another_seed_another():
    told = facts("iVCVCBCo")
    assert direct_film(told) == direct_film(told)
    assert direct_film(told) != direct_film(replace(told, seed=6))


def test_the_film_covers_the_whole_master():
    told = facts("iVCo", duration_s=61.03)
    assert direct_film(told).frames == int(np.ceil(61.03 * 24))


def test_loud_sections_are_cut_faster_than_quiet_ones():
    board = direct_film(facts("iVCVCo", "synth-pop"))
    lengths: dict[str, list[int]] = {}
    for shot in board.shots:
        lengths.setdefault(shot.section.split()[0], []).append(shot.frames)
    assert np.mean(lengths["chorus"]) < 0.5 * np.mean(lengths["verse"])


def test_the_songs_own_scene_returns_in_every_chorus_and_its_treatment_is_the_films():
    own, front = _direction("lighthouse", "on_cliff"), _direction("river", "meander", "front-look")
    board = direct_film(facts("iVCVCo", own=own, front=front))
    assert board.scenes[0] == own.scene
    assert board.treatment == own.treatment
    assert board.scenes[board.shots[0].scene] == front.scene
    firsts = {shot.section: shot.scene for shot in reversed(board.shots)}
    assert {scene for section, scene in firsts.items() if section.startswith("chorus")} == {0}
    assert any("album's front" in reason for reason in board.reasons)


def test_the_albums_front_stands_in_for_a_song_without_a_picture():
    front = _direction("river", "meander")
    board = direct_film(facts("VC", front=front))
    assert board.scenes[0] == front.scene
    assert board.treatment == front.treatment


def test_every_scene_can_be_drawn_at_its_hour():
    board = direct_film(facts("iVPCVPCBCo"))
    for scene in board.scenes:
        composition_of(scene)
    assert len({(scene.motif, scene.composition, scene.hour) for scene in board.scenes}) == len(board.scenes)
    assert len({scene.hour for scene in board.scenes}) > 1


def test_a_reel_lasts_six_to_fifteen_seconds_or_so_and_begins_without_a_dissolve():
    board = direct_film(facts("iVCVCBCo", "piano-ballad"))
    lengths = [sum(shot.frames for shot in board.reel(n)) / 24 for n in range(len(board.reels))]
    assert min(lengths) >= 5.9
    assert max(lengths) <= 16
    assert any(shot.transition == "dissolve" for shot in board.shots)
    assert all(board.reel(n)[0].transition != "dissolve" for n in range(len(board.reels)))


def test_the_bridge_is_entered_through_the_dark_where_it_stands_out():
    board = direct_film(facts("iVCBCo", "synth-pop"))
    dips = [shot.section for shot in board.shots[1:] if shot.transition == "dip"]
    assert dips == ["bridge 1"]


@pytest.mark.parametrize("duration_s", [0.02, 1.0])
def test_the_shortest_songs_are_one_shot(duration_s):
    board = direct_film(facts("V", duration_s=duration_s))
    assert len(board.shots) == 1
    assert board.reels == (0,)


def test_a_song_of_twenty_minutes_is_bounded():
    told = facts("VCVCVCVC", "rock")
    long = told.plan.replaced(sections=told.plan.sections)
    board = direct_film(replace(told, plan=long, duration_s=1200.0))
    assert board.frames == 28_800
    assert len(board.shots) <= 2000
    assert len(board.reels) <= 400


def test_two_hours_of_one_bar_shots_keep_their_bounds():
    sections = [SectionSpan(name=f"s{n}", role="chorus", first_bar=n * 32, bars=32, energy=1.0) for n in range(120)]
    pieces = cut_song(sections, 1.875, 7200, 1)
    assert len(pieces) <= 1300
    assert len(reels_of([p.frames / 1.0 for p in pieces], [p.place == 0 for p in pieces], [False] * len(pieces))) <= 400


def test_sections_out_of_order_or_over_each_other_still_make_a_film_without_gaps():
    told = facts("VCV")
    first, second, third = told.score.sections
    moved = (second.replaced(first_bar=3), first, third.replaced(first_bar=12))
    board = direct_film(replace(told, score=told.score.replaced(sections=moved)))
    assert sum(shot.frames for shot in board.shots) == board.frames


def test_a_score_without_sections_is_one():
    told = facts("V")
    board = direct_film(replace(told, score=told.score.replaced(sections=())))
    assert {shot.section for shot in board.shots} <= {"song", "credits"}


@given(bars=st.integers(1, 64), energy=st.floats(0, 1), bar_s=st.floats(1.0, 4.8))
def test_shots_fill_their_section(bars, energy, bar_s):
    lengths = bar_lengths(bars, energy, bar_s)
    assert sum(lengths) == bars
    assert len(lengths) == 1 or min(lengths) * bar_s >= LEAST_S - 1e-6


@pytest.mark.parametrize(
    "changes",
    [
        {"duration_s": 0.0},
        {"duration_s": -1.0},
        {"duration_s": float("nan")},
        {"duration_s": 1e9},
        {"fps": 0},
        {"fps": 241},
        {"fps": 240, "duration_s": 1200.0},
        {"treatment": None},
        {"credits": ("a line",) * 25},
        {"most_scenes": 1},
        {"seed": -1},
    ],
    ids=str,
)
def test_what_cannot_be_filmed_is_refused_with_a_reason(changes):
    with pytest.raises(MediaError, match=r"\w{3}"):
        direct_film(facts("V", **changes))
