from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from media.scenes.choosing import _MOOD_MOTIFS, images_named, propose
from media.scenes.motifs import MOTIFS
from schemas.errors import CheckpointError, MediaError
from tasks.painting.directing import Asked, direct
from tasks.painting.painter import Commission, drawn_ground, paint


def test_the_words_choose_what_is_shown_and_when(asked, easel):
    found = direct(asked, easel)
    scene = found.direction.scene
    assert scene.hour == "night"
    assert found.direction.title == "Salt"
    assert scene.motif == "sea"
    assert "sea: the theme says 'salt'" in found.direction.reasons
    assert found.sheet.startswith(b"\xff\xd8\xff")


def test_the_same_asking_gives_the_same_direction_and_another_seed_another(asked, easel):
    one, again = direct(asked, easel), direct(asked, easel)
    assert one.direction == again.direction
    assert one.sheet == again.sheet
    other = direct(dataclasses.replace(asked, seed=8), easel)
    assert other.direction.scene.seed != one.direction.scene.seed


def test_a_song_keeps_the_albums_looks_and_shows_something_else(asked, easel):
    front = direct(asked, easel).direction
    song = direct(dataclasses.replace(asked, theme="rain on the road", images={}, kin=front, small_print=()), easel)
    assert song.direction.treatment == front.treatment
    pair = (song.direction.scene.motif, song.direction.scene.composition)
    assert pair != (front.scene.motif, front.scene.composition)


def test_songs_with_the_same_words_show_different_things(asked, easel):
    front = direct(asked, easel).direction
    shown = set()
    for place in range(3):
        song = dataclasses.replace(asked, theme="rain", images={}, kin=front, seed=place, place=place, places=3)
        scene = direct(song, easel).direction.scene
        shown.add((scene.motif, scene.composition))
    assert len(shown) == 3


def test_a_mother_is_no_moth():
    assert "moth" not in images_named("what my mother planted")


def test_an_asked_motif_is_shown_and_an_asked_look_is_painted_in(asked, easel):
    found = direct(dataclasses.replace(asked, motif="forest", look="look-3"), easel).direction
    assert found.scene.motif == "forest"
    assert {found.treatment.above.look, found.treatment.below.look, found.treatment.subject.look} == {"look-3"}


def test_a_look_that_nobody_knows_is_refused(asked, easel):
    with pytest.raises(CheckpointError, match="no look"):
        direct(dataclasses.replace(asked, look="nobody-at-all"), easel)


def test_every_mood_has_motifs_that_exist():
    assert {name for names in _MOOD_MOTIFS.values() for name in names} <= set(MOTIFS)


def test_every_motif_is_called_by_each_of_its_own_words():
    for name, motif in MOTIFS.items():
        for word in motif.words:
            assert name in images_named(f"a {word} here"), (name, word)


@pytest.mark.parametrize("theme", ["the sea", "xyzzy", "雪の夜", "a" * 500, "<b>&amp;", "night night night"])
def test_any_theme_gets_proposals_that_differ(theme):
    found = propose(theme, {}, "calm", seed=3, count=6)
    assert 3 <= len(found) <= 6
    assert len({(one.motif, one.composition) for one in found}) == len(found)
    for one in found:
        motif = MOTIFS[one.motif]
        assert one.hour in motif.hours
        assert one.weather in motif.weathers


def test_a_song_is_asked_about_with_its_albums_artist(asked, easel):
    front = direct(asked, easel).direction
    facts = {"title": "Rain", "theme": "rain", "mood": "calm", "key": "A minor", "energy": 0.2, "images": {}}
    song = Asked.of(facts, front, 3)
    assert (song.artist, song.genre, song.small_print) == ("Ada", "folk", ())


def test_a_direction_is_painted_at_any_shape_and_the_same_again(asked, easel):
    direction = direct(asked, easel).direction
    wide = paint(Commission.of(direction), easel, width_px=768, height_px=256)
    assert wide.shape == (256, 768, 3)
    assert np.array_equal(wide, paint(Commission.of(direction), easel, width_px=768, height_px=256))


@pytest.mark.parametrize("size", [(255, 300), (300, 3001), (0, 0)])
def test_a_size_out_of_bounds_is_refused(asked, easel, size):
    direction = direct(asked, easel).direction
    with pytest.raises(MediaError, match="256 to 3000"):
        paint(Commission.of(direction), easel, width_px=size[0], height_px=size[1])


def test_regions_of_a_ground_add_up_to_the_whole_picture(asked, easel):
    ground = drawn_ground(Commission.of(direct(asked, easel).direction))
    total = sum(ground.masks.values())
    assert np.allclose(total, 1.0, atol=1e-3)
