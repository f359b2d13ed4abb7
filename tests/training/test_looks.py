import numpy as np
import pytest
from PIL import Image

from models.pictures.style.arbitrary import Stylist
from models.pictures.style.looks import FACTS, VECTORS, load_looks
from schemas.errors import MediaError
from training import looks as recipe

HEADER = "repo,commit,artist,painting,artist_died\n"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(recipe, "SCENE_PX", 96)
    rows = [
        'one,abcdef0123456789,Winslow Homer,"Camp Fire (1880)",1910',
        "two,abcdef0123456789,Caspar David Friedrich,,c1840",
        'three,abcdef0123456789,Vincent van Gogh,"Wheat Field (with Crows) (circa 1890)",unknown',
        'four,abcdef0123456789,Winslow Homer,"Camp Fire (1880)",1910',
    ]
    (tmp_path / "index.csv").write_text(HEADER + "\n".join(rows) + "\n")
    for index, name in enumerate(("one", "two", "three", "four")):
        pixels = np.random.default_rng(index).integers(0, 255, (40, 60, 3), np.uint8)
        Image.fromarray(pixels).save(tmp_path / f"{name}.jpg")
    return tmp_path


def test_looks_are_named_after_artist_and_title_and_nothing_is_guessed(folder):
    looks, vectors = recipe.make_looks(folder, Stylist.tiny())
    assert vectors.shape == (4, 6)
    facts = {look.slug: (look.painting, look.year, look.died) for look in looks}
    assert facts == {
        "friedrich-1": ("", "", "circa 1840"),
        "homer-camp-fire": ("Camp Fire", "1880", "1910"),
        "homer-camp-fire-2": ("Camp Fire", "1880", "1910"),
        "van-gogh-wheat-field": ("Wheat Field (with Crows)", "circa 1890", ""),
    }
    assert all(look.source.endswith("@abcdef012345") for look in looks)


def test_the_same_folder_gives_the_same_bytes_and_they_are_read_back(folder, tmp_path):
    written = []
    for place in (tmp_path / "a", tmp_path / "b"):
        looks, vectors = recipe.make_looks(folder, Stylist.tiny())
        recipe.save_looks(looks, vectors, place)
        written.append([(place / name).read_bytes() for name in (FACTS, VECTORS)])
    assert written[0] == written[1]
    assert list(load_looks(tmp_path / "a")) == looks


def test_a_picture_that_the_index_does_not_name_is_refused(folder):
    Image.new("RGB", (40, 40)).save(folder / "stranger.jpg")
    with pytest.raises(MediaError, match=r"no row for stranger\.jpg"):
        recipe.make_looks(folder, Stylist.tiny())


def test_the_neutral_scene_is_the_same_picture_at_any_size():
    small, large = recipe.neutral_scene(64), recipe.neutral_scene(256)
    shrunk = large.reshape(64, 4, 64, 4, 3).mean((1, 3))
    assert np.abs(small - shrunk).mean() < 0.02
    assert 0 <= small.min() <= small.max() <= 1
