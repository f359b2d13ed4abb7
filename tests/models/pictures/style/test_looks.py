import json
import subprocess
import sys

import numpy as np
import pytest

from models.pictures.style.looks import FACTS, GOOD_SCORE, load_looks
from schemas.errors import CheckpointError


@pytest.fixture(scope="module")
def looks():
    return load_looks()


def test_the_library_holds_314_looks_in_order_of_their_names(looks):
    slugs = [look.slug for look in looks]
    assert len(looks) == len(set(slugs)) == 314
    assert slugs == sorted(slugs)
    assert all(
        slug.isascii() and len(slug) <= 80 and set(slug) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
        for slug in slugs
    )


def test_every_look_has_a_vector_facts_and_no_invented_year(looks):
    for look in looks:
        vector = looks.vector(look.slug)
        assert vector.shape == (100,)
        assert vector.dtype == np.float32
        assert 0.2 < vector.std() < 1.5
        assert 0 <= look.score <= 1
        assert not look.year or look.painting
        for facts in (look.facts, look.painted):
            assert 0 < facts.lightness < 1
            assert 0 <= facts.hue_deg < 360
            assert 1 <= len(facts.palette) <= 5


def test_a_known_painting_says_whose_it_is(looks):
    look = looks.named("homer-camp-fire")
    assert (look.artist, look.painting, look.year, look.died) == ("Winslow Homer", "Camp Fire", "1880", "1910")
    assert look.credit == "Winslow Homer, Camp Fire (1880)"
    assert looks.named("friedrich-1").credit == "Caspar David Friedrich"


def test_looks_are_found_by_words_of_artist_and_title(looks):
    assert {look.slug for look in looks.search("Camp homer")} == {"homer-camp-fire"}
    assert looks.find("čiurlionis").slug == "ciurlionis-andante"
    assert looks.find("munch monte").slug == "munch-gamblers-in-monte-carlo"
    assert len(looks.search("")) == 314
    good = looks.search("monet", good_only=True)
    assert good
    assert all(look.score >= GOOD_SCORE for look in good)
    assert [look.score for look in good] == sorted((look.score for look in good), reverse=True)


@pytest.mark.parametrize(
    ("asked", "near"), [("homr", "homer-"), ("homer-campfire", "homer-camp-fire"), ("gogh 2", "van-gogh-")]
)
def test_a_look_that_is_not_there_names_the_nearest(looks, asked, near):
    for ask in (looks.find, looks.named, looks.vector):
        with pytest.raises(CheckpointError, match=near):
            ask(asked)


def test_nothing_like_it_leads_to_the_list(looks):
    for asked in ("zzzz", "", "💥" * 300):
        with pytest.raises(CheckpointError, match="lists all 314"):
            looks.find(asked)


def test_the_nearest_by_measures_have_those_measures(looks):
    warm, cold = looks.nearest(10, warmth=0.06), looks.nearest(10, warmth=-0.04)
    assert min(look.painted.warmth for look in warm) > max(look.painted.warmth for look in cold)
    dark = looks.nearest(3, lightness=0.2, good_only=False)
    assert all(look.painted.lightness < 0.4 for look in dark)
    palette = looks.named("monet-la-gare-de-saint-lazare").painted.palette
    assert looks.nearest(1, colours=palette, good_only=False)[0].slug == "monet-la-gare-de-saint-lazare"
    with pytest.raises(CheckpointError, match="only by lightness"):
        looks.nearest(brightness=1.0)


@pytest.mark.parametrize("damage", ["missing", "torn", "fewer"])
def test_a_damaged_library_says_how_to_get_it_back(tmp_path, damage):
    from models.pictures.style import looks as module

    source = module.CHECKOUT / "weights" / "looks"
    (tmp_path / module.VECTORS).write_bytes((source / module.VECTORS).read_bytes())
    text = (source / FACTS).read_text()
    if damage == "torn":
        (tmp_path / FACTS).write_text(text[:1000])
    elif damage == "fewer":
        facts = json.loads(text)
        (tmp_path / FACTS).write_text(json.dumps({"looks": facts["looks"][:-1]}))
    with pytest.raises(CheckpointError, match="missing or damaged"):
        load_looks(tmp_path)


def test_the_library_needs_no_torch():
    code = "import sys; from models.pictures.style.looks import load_looks; load_looks(); print('torch' in sys.modules)"
    ran = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert ran.stdout.strip() == "False"
