import numpy as np
import pytest
from PIL import Image

from models.pictures.style.arbitrary import Stylist
from models.pictures.style.looks import Looks, load_looks
from schemas.errors import CheckpointError, MediaError
from tasks.restyling import Brush, gatys_settings, named_look, open_layer, restyle_fast, sheet_of_looks


@pytest.fixture(scope="module")
def brush():
    some = [look for look in load_looks() if look.slug.startswith(("homer", "munch"))]
    vectors = np.random.default_rng(0).normal(size=(len(some), 6)).astype(np.float32)
    return Brush(Stylist.tiny(), Looks(some, vectors))


@pytest.fixture
def picture():
    return Image.linear_gradient("L").resize((80, 60)).convert("RGB")


def test_a_look_is_named_by_its_slug_or_by_words(brush):
    assert named_look(brush.looks, "homer-camp-fire").painting == "Camp Fire"
    assert named_look(brush.looks, "fog warning").slug == "homer-the-fog-warning"
    with pytest.raises(CheckpointError, match="no look answers"):
        named_look(brush.looks, "caravaggio")


def test_a_picture_is_painted_at_the_size_asked_for(brush, picture):
    assert restyle_fast(picture, brush, "homer-camp-fire").shape == (60, 80, 3)
    made = restyle_fast(picture, brush, "homer-camp-fire", size_px=120)
    assert made.shape == (90, 120, 3)
    assert np.array_equal(made, restyle_fast(picture, brush, "camp fire", size_px=120))


def test_another_picture_gives_the_style_too(brush, picture):
    style = Image.fromarray(np.random.default_rng(1).integers(0, 255, (50, 50, 3), np.uint8))
    assert not np.array_equal(restyle_fast(picture, brush, style), restyle_fast(picture, brush, picture))


def test_a_strength_out_of_bounds_is_refused(brush, picture):
    for strength in (-0.1, 1.1):
        with pytest.raises(MediaError, match="out of bounds"):
            restyle_fast(picture, brush, "homer-camp-fire", strength=strength)


def test_a_sheet_shows_every_look_and_counts_them(brush, picture):
    told = []
    looks = tuple(brush.looks)[:5]
    sheet = sheet_of_looks(
        picture, brush, looks, painted_px=64, tile_px=48, columns=3, progress=lambda *now: told.append(now)
    )
    assert sheet.shape == (2 * 64, 3 * 48, 3)
    assert told[-1] == (5, 5)
    with pytest.raises(MediaError, match="do not go on a sheet"):
        sheet_of_looks(picture, brush, ())


def test_the_slow_method_gets_iterations_by_size_and_content_by_strength():
    fine, small = gatys_settings(512, 0.5, 200), gatys_settings(128, 1.0, 50)
    assert fine.iterations == (120, 60, 20)
    assert fine.content_weight == pytest.approx(0.05)
    assert (small.iterations, small.content_weight) == ((50,), 0)
    for wrong in ((512, 0.0, 200), (512, 0.5, 2), (4096, 0.5, 200)):
        with pytest.raises(MediaError):
            gatys_settings(*wrong)


def test_a_layer_that_no_network_has_names_those_there_are(tmp_path):
    with pytest.raises(MediaError, match=r"fire8.*conv5_3"):
        open_layer("pool5", tmp_path)
    with pytest.raises(CheckpointError, match="models pull features:vgg16"):
        open_layer("conv1_1", tmp_path)
