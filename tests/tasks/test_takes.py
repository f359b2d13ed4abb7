from __future__ import annotations

import pytest

from schemas.brief_reading import brief_from_fields
from tasks.production import ProductionRun
from tasks.prospects import foresee
from tasks.ranking import best_take
from tasks.steps.table import STEPS
from tests.tasks.conftest import WORDS, InlinePool, workshop_in


class KilledAfter(InlinePool):
    """A pool whose process is killed once it has made so many orders."""

    def __init__(self, settings, orders):
        super().__init__(settings)
        self._orders_left = orders

    def deliver(self, order):
        if not self._orders_left:
            raise KeyboardInterrupt
        self._orders_left -= 1
        return super().deliver(order)


@pytest.fixture
def several(tmp_path):
    shop = workshop_in(tmp_path)
    fields = {
        "theme": "the sea",
        "songs": 1,
        "models": {"cover": "cover:typographic"},
        "length_s": [20, 40],
        "lyrics": [WORDS],
        "seed": 3,
        "takes": 3,
    }
    shop.brief = brief_from_fields(fields)
    yield shop
    shop.bench.catalogue.close()


def _compose(shop, pool=None):
    state = shop.open()
    foresee(state, record=True)
    run = ProductionRun([state], pool or InlinePool(shop.settings))
    for step in ("write_lyrics", "shape_motif", "compose_lead_sheet"):
        run.make_step(state, state.plan.songs[0], step)
    return state, state.slot("compose_lead_sheet", state.plan.songs[0])


def test_a_run_killed_among_several_takes_still_makes_all_and_keeps_the_best(several):
    with pytest.raises(KeyboardInterrupt):
        _compose(several, KilledAfter(several.settings, 3 + 1 + 1))
    state, slot = _compose(several)
    catalogue = several.bench.catalogue
    assert [take.number for take in catalogue.takes(slot)] == [0, 1, 2]
    assert catalogue.selected_number(slot) == best_take(several.bench, slot, (0, 1, 2))
    assert foresee(several.open())[2].action == "reuse"


def test_a_first_take_that_another_album_made_does_not_stand_for_all_of_them(several):
    asked = several.brief
    several.brief = asked.replaced(takes=1)
    _, one = _compose(several)
    several.brief = asked
    assert foresee(several.open())[0].action == "make"
    _, slot = _compose(several)
    catalogue = several.bench.catalogue
    assert catalogue.takes(one)[0].artifact == catalogue.takes(slot)[0].artifact
    assert len(catalogue.takes(slot)) == 3


def test_a_take_that_a_person_or_a_replay_selected_is_the_only_one_made(several):
    state = several.open()
    slot = state.slot("compose_lead_sheet", state.plan.songs[0])
    several.bench.catalogue.select(state.slot("write_lyrics", state.plan.songs[0]), 0)
    several.bench.catalogue.select(slot, 0)
    _compose(several)
    assert [take.number for take in several.bench.catalogue.takes(slot)] == [0]


def test_an_error_of_any_kind_is_kept_as_the_songs_reason(several, monkeypatch):
    def broken(state, song, part):
        raise RuntimeError("the record is torn")

    step = STEPS["compose_lead_sheet"]
    monkeypatch.setitem(STEPS, step.name, step.__class__(**{**step.__dict__, "needs": broken}))
    state = several.open()
    run = ProductionRun([state], InlinePool(several.settings))
    run.make_step(state, state.plan.songs[0], "write_lyrics")
    with pytest.raises(RuntimeError):
        run.make_step(state, state.plan.songs[0], "compose_lead_sheet")
    assert state.failures == {"song-1": "compose_lead_sheet: the record is torn"}


def test_what_was_left_unmade_without_a_reason_counts_as_failed(several):
    state, _ = _compose(several)
    ProductionRun([state], InlinePool(several.settings)).note_unfinished()
    assert "left unmade" in state.failures["song-1"]
    assert "left unmade" in state.failures[""]


def test_a_cover_made_without_a_failed_song_is_known_when_the_album_is_pressed_later(tmp_path):
    from tasks.prospects import accept_failures

    shop = workshop_in(tmp_path)
    fields = {"theme": "the sea", "songs": 2, "length_s": [20, 40], "lyrics": [WORDS, WORDS], "seed": 3}
    fields["models"] = {"cover": "cover:typographic"}
    shop.brief = brief_from_fields(fields)
    state, slot = _compose(shop)
    lost = state.slot("compose_lead_sheet", state.plan.songs[1])
    state.fail(lost, "no tune was found")
    shop.bench.catalogue.fail(lost, "no tune was found")
    ProductionRun([state], InlinePool(shop.settings)).make_step(state, None, "paint_cover")
    later = shop.open()
    foresee(later)
    assert later.of("paint_cover", None) is None
    accept_failures(later)
    assert later.of("paint_cover", None) == state.of("paint_cover", None)
    assert later.failures == {"song-2": "compose_lead_sheet: no tune was found"}
    shop.bench.catalogue.close()
