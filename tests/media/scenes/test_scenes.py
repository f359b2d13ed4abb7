"""What holds for every motif and every composition: each is drawn small, so that all of them take seconds."""

from __future__ import annotations

import time
from functools import cache

import numpy as np
import pytest
from PIL import Image

from media.scenes.drawing import draw_scene
from media.scenes.motif import HOURS, WEATHERS
from media.scenes.motifs import MOTIFS
from schemas.errors import MediaError
from schemas.scene import LABELS, Scene, SceneColours

SIDE_PX = 64
DAY = SceneColours(
    sky_high="#3f86c6",
    sky_low="#cfe6ef",
    light="#fffbe6",
    far="#9dbac4",
    near="#4f7a4a",
    water="#2f7f9a",
    accent="#d9482e",
    shade="#22303a",
)
NIGHT = SceneColours(
    sky_high="#0b1030",
    sky_low="#2c3d6b",
    light="#f4efd2",
    far="#31406a",
    near="#0d1226",
    water="#162650",
    accent="#e8b34a",
    shade="#05070f",
)
EVERY = [(motif, composition) for motif, family in MOTIFS.items() for composition in family.compositions]
every_composition = pytest.mark.parametrize(("motif", "composition"), EVERY, ids=[f"{m}-{c}" for m, c in EVERY])


def scene_of(motif, composition, *, seed=7, hour=None, weather=None, energy=0.6):
    family = MOTIFS[motif]
    hour = hour or ("dusk" if "dusk" in family.hours else family.hours[0])
    weather = weather or ("clear" if "clear" in family.weathers else family.weathers[0])
    colours = NIGHT if hour == "night" else DAY
    return Scene(
        motif=motif, composition=composition, seed=seed, hour=hour, weather=weather, energy=energy, colours=colours
    )


@cache
def drawn_once(motif, composition):
    """A composition as most tests look at it, three seconds into its scene."""
    return draw_scene(scene_of(motif, composition), SIDE_PX, SIDE_PX, t_s=3.0)


def difference(one, other):
    return float(np.abs(one.astype(np.float32) - other.astype(np.float32)).mean())


@every_composition
def test_the_same_scene_gives_the_same_bytes_and_another_seed_others(motif, composition):
    one = drawn_once(motif, composition)
    again = draw_scene(scene_of(motif, composition), SIDE_PX, SIDE_PX, t_s=3.0)
    other = draw_scene(scene_of(motif, composition, seed=8), SIDE_PX, SIDE_PX, t_s=3.0)
    assert one.picture.tobytes() == again.picture.tobytes()
    assert one.labels.tobytes() == again.labels.tobytes()
    assert difference(one.picture, other.picture) > 0.3


@every_composition
def test_masks_are_shares_that_add_up_and_every_layer_is_what_it_says(motif, composition):
    drawn = drawn_once(motif, composition)
    total = np.zeros((SIDE_PX, SIDE_PX), np.float32)
    for layer in drawn.layers:
        assert layer.label in LABELS
        assert layer.region in ("above", "below", "subject")
        assert 0 <= layer.depth <= 1
        assert layer.mask.size == 0 or (layer.mask.min() >= 0 and layer.mask.max() <= 1)
        assert np.isfinite(layer.paint).all()
        total += drawn.visible[layer.name]
    np.testing.assert_allclose(total, 1.0, atol=1e-4)
    assert len({layer.name for layer in drawn.layers}) == len(drawn.layers)
    regions = sum(drawn.region(region) for region in ("above", "below", "subject"))
    np.testing.assert_allclose(regions, 1.0, atol=1e-4)
    assert drawn.region("subject").max() > 0.5, "a picture is about something"
    assert np.isfinite(drawn.motion).all()


@every_composition
def test_another_size_shows_the_same_picture_in_bounded_time_and_memory(motif, composition):
    small = drawn_once(motif, composition).picture
    begin = time.process_time()
    drawn = draw_scene(scene_of(motif, composition), 2 * SIDE_PX, 2 * SIDE_PX, t_s=3.0)
    large = Image.fromarray(drawn.picture).reduce(2)
    assert time.process_time() - begin < 1.0
    assert len(drawn.layers) < 400
    assert sum(layer.mask.nbytes + layer.paint.nbytes for layer in drawn.layers) < drawn.picture.nbytes * 140
    grey = [np.asarray(Image.fromarray(np.asarray(picture)).convert("L"), np.float32) for picture in (small, large)]
    assert np.corrcoef(grey[0].ravel(), grey[1].ravel())[0, 1] > 0.9


@every_composition
def test_every_hour_and_weather_of_a_motif_draws(motif, composition):
    """Each composition draws a third of them, so that those of a motif together draw all."""
    family = MOTIFS[motif]
    assert set(family.hours) <= set(HOURS)
    assert set(family.weathers) <= set(WEATHERS)
    first = list(family.compositions).index(composition) % 3
    for index in range(first, max(len(family.hours), len(family.weathers)), 3):
        scene = scene_of(
            motif,
            composition,
            seed=index,
            hour=family.hours[index % len(family.hours)],
            weather=family.weathers[index % len(family.weathers)],
            energy=(0.0, 1.0)[index % 2],
        )
        assert draw_scene(scene, 32, 32).picture.std() > 2


@every_composition
def test_things_move_with_time_and_never_jump(motif, composition):
    scene = scene_of(motif, composition)
    start = drawn_once(motif, composition).picture
    soon, later = (draw_scene(scene, SIDE_PX, SIDE_PX, t_s=t_s).picture for t_s in (3.04, 8.0))
    assert difference(start, later) > 0.02
    assert difference(start, soon) < 4.0
    assert difference(start, soon) < difference(start, later) + 1.0


@every_composition
def test_wide_and_tall_frames_are_filled_and_a_banner_shows_the_cover_with_more_at_its_sides(motif, composition):
    scene = scene_of(motif, composition)
    banner, tall = (draw_scene(scene, width_px, height_px) for width_px, height_px in ((120, 40), (36, 64)))
    for drawn in (banner, tall):
        assert sum(drawn.visible.values()).min() > 0.999
        picture = drawn.picture
        for strip in (picture[:4], picture[-4:], picture[:, :4], picture[:, -4:]):
            assert strip.max() > 0, "no edge of the frame is left black"
    if MOTIFS[motif].drawn:
        cover, middle = draw_scene(scene, 40, 40).picture, banner.picture[:, 40:80]
        assert np.corrcoef(cover.ravel().astype(float), middle.ravel().astype(float))[0, 1] > 0.9


@pytest.mark.parametrize("motif", MOTIFS)
def test_a_motif_says_what_calls_for_it_and_where_words_may_stand(motif):
    family = MOTIFS[motif]
    assert family.name == motif
    assert len(family.compositions) >= 3
    assert all(word == word.lower() and word.strip() == word for word in family.words)
    assert not family.drawn or 10 <= len(family.words) <= 25
    assert len(set(family.words)) == len(family.words)
    for composition in family.compositions.values():
        assert composition.calm
        assert set(composition.calm) <= {"top", "bottom", "left", "right", "middle"}


@pytest.mark.parametrize(("width_px", "height_px", "t_s"), [(8, 64, 0.0), (64, 9000, 0.0), (64, 64, -1.0)])
def test_a_size_or_time_out_of_bounds_is_refused_with_its_bounds(width_px, height_px, t_s):
    with pytest.raises(MediaError, match="to"):
        draw_scene(scene_of("sea", "great_wave"), width_px, height_px, t_s=t_s)


def test_a_motif_or_composition_that_is_not_there_is_refused_with_what_is():
    with pytest.raises(MediaError, match="nearest is 'sea'"):
        draw_scene(scene_of("sea", "great_wave").model_copy(update={"motif": "seas"}), 64, 64)
    with pytest.raises(MediaError, match="great_wave"):
        draw_scene(scene_of("sea", "great_wave").model_copy(update={"composition": "puddle"}), 64, 64)


@every_composition
def test_details_over_what_was_painted_give_the_picture_so_nothing_shines_through_what_hides_it(motif, composition):
    drawn = drawn_once(motif, composition)
    unpainted = np.asarray(np.clip(drawn.underpainting * 255 + 0.5, 0, 255), np.uint8)
    assert difference(drawn.with_details(unpainted), drawn.picture) < 1.5


def test_details_are_laid_over_a_painting_and_nothing_else_is():
    drawn = draw_scene(scene_of("city", "skyline", hour="night"), SIDE_PX, SIDE_PX)
    painted = np.full((SIDE_PX, SIDE_PX, 3), 40, np.uint8)
    detailed = drawn.with_details(painted)
    lit = np.max([layer.alpha for layer in drawn.layers if layer.after], axis=0)
    assert (detailed[lit == 0] == 40).all()
    assert detailed[lit > 0.9].max() > 150
