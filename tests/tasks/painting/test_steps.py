"""The steps of an album's pictures, made with the real networks where they are here."""

from __future__ import annotations

import pytest

from models import registry
from schemas.brief_reading import brief_from_fields
from schemas.picture import ArtDirection, ArtPicture, CoverArt, Sleeve
from schemas.settings import Settings
from tasks.bench import Bench
from tasks.prospects import foresee
from tasks.retakes import begin_retake
from tasks.review import cover_step, judge, ruling_on, subject_of
from tasks.steps.directing import PAINTING_MODELS
from tests.tasks.conftest import WORDS, Workshop

STEPS = ("direct_art", "paint_cover", "paint_pictures", "lay_out_sleeve")


@pytest.fixture(scope="module")
def painted(tmp_path_factory):
    """An album of one song with its words, its tune and all its pictures, and nothing that sounds."""
    models = registry.default_models_dir()
    for name in PAINTING_MODELS:
        if not registry.is_present(name, models):
            pytest.skip(f"{name} is not here: `hibari models pull {name}`")
    folder = tmp_path_factory.mktemp("painted")
    fields = {
        "theme": "a boat in the harbour",
        "songs": 1,
        "genre": "folk",
        "length_s": [20, 40],
        "seed": 5,
        "film": {"style": "none"},
    }
    brief = brief_from_fields({**fields, "lyrics": [{"title": "Harbour", "text": WORDS}]})
    settings = Settings(home=folder / "home", releases=folder / "releases", models=models, device="cpu")
    shop = Workshop(settings, brief, Bench(settings))
    state = pictures_of(shop)
    assert state.failures == {}
    yield shop
    shop.bench.catalogue.close()


def pictures_of(shop):
    from tasks.production import ProductionRun
    from tests.tasks.conftest import InlinePool

    state = shop.open()
    foresee(state, record=True)
    run = ProductionRun([state], InlinePool(shop.settings))
    for step in ("write_lyrics", "shape_motif", "compose_lead_sheet"):
        run.make_step(state, state.plan.songs[0], step)
    for step in STEPS:
        run.make_step(state, None, step)
    return state


def foreseen(shop):
    state = shop.open()
    return {(one.slot.step, one.slot.part): one.action for one in foresee(state) if one.slot.step in STEPS}


def test_an_album_gets_a_cover_a_picture_a_song_and_its_formats(painted):
    state = painted.open()
    foresee(state)
    get = painted.bench.get
    sleeve = get(state.of("lay_out_sleeve", None), Sleeve)
    assert [one.name for one in sleeve.pictures] == ["song-1", "banner", "portrait", "landscape"]
    pictures = {one.name: get(one.artifact, ArtPicture) for one in sleeve.pictures}
    sizes = {name: (one.width_px, one.height_px) for name, one in pictures.items()}
    assert sizes == {
        "song-1": (1500, 1500),
        "banner": (1500, 500),
        "portrait": (1080, 1920),
        "landscape": (1920, 1080),
    }
    assert len({one.picture.sha256 for one in pictures.values()}) == 4
    assert all(one.title_contrast >= 4.5 for one in pictures.values())


def test_the_cover_is_of_the_size_that_shops_ask_for_and_its_title_is_read(painted):
    from media.pictures.headers import picture_head

    state = painted.open()
    foresee(state)
    cover = painted.bench.get(state.of("paint_cover", None), CoverArt)
    head = picture_head(painted.bench.blobs.read(cover.shop))
    assert (head.width_px, head.height_px) == (3000, 3000)
    assert cover.title_contrast >= 4.5
    assert all(figure.ok for figure in cover.figures)


def test_the_theme_is_what_the_cover_shows_and_the_song_shows_another_view(painted):
    state = painted.open()
    foresee(state)
    front = painted.bench.get(state.of("direct_art", None), ArtDirection)
    song = painted.bench.get(state.of("direct_art", None, "song-1"), ArtDirection)
    assert front.scene.motif == "harbour"
    assert song.treatment == front.treatment
    assert (song.scene.motif, song.scene.composition) != (front.scene.motif, front.scene.composition)


def test_what_is_judged_is_the_whole_sleeve(painted):
    state = painted.open()
    foresee(state)
    assert cover_step(state) == "lay_out_sleeve"
    judge(state, [None], "approved", by="Ada")
    assert ruling_on(state, None).approved
    assert ruling_on(state, None).verdicts[0].subject == subject_of(state, None) == state.of("lay_out_sleeve", None)


def test_another_lettering_leaves_the_pictures_alone(painted):
    before = foreseen(painted)
    assert set(before.values()) == {"reuse"}
    retake = begin_retake(painted.open(), None, "paint_cover", part="", takes=1)
    after = foreseen(painted)
    painted.bench.catalogue.select(retake.slot, 0)
    assert {place for place, action in after.items() if action != "reuse"} == {
        ("paint_cover", ""),
        ("lay_out_sleeve", ""),
    }


def test_another_picture_of_the_album_is_followed_by_all_of_them(painted):
    retake = begin_retake(painted.open(), None, "direct_art", part="", takes=1)
    after = foreseen(painted)
    painted.bench.catalogue.select(retake.slot, 0)
    assert "reuse" not in after.values()
