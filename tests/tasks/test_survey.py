from __future__ import annotations

from artifacts.database import Database
from tasks.albums import album_state
from tasks.prospects import foresee
from tasks.retakes import wanting
from tasks.steps.table import SONG_STEPS
from tasks.survey import Survey


def _counted(monkeypatch):
    """Names of the transactions that are begun from now on."""
    begun = []
    for name in ("read", "write"):
        kept = getattr(Database, name)

        def counting(self, *arguments, _kept=kept, _name=name, **named):
            begun.append(_name)
            return _kept(self, *arguments, **named)

        monkeypatch.setattr(Database, name, counting)
    return begun


def test_a_whole_album_is_looked_at_in_a_few_reads_and_no_write(made, monkeypatch):
    made.make()
    foresee(album_state(made.brief.album_id, made.bench))
    begun = _counted(monkeypatch)
    state = album_state(made.brief.album_id, made.bench)
    assert {item.action for item in foresee(state)} == {"reuse"}
    assert "write" not in begun
    assert len(begun) <= 8


def test_nothing_is_written_for_an_album_that_is_only_looked_at(made, monkeypatch):
    state = album_state(made.brief.album_id, made.bench)
    slot = state.slot("arrange_score", state.plan.songs[0])
    begun = _counted(monkeypatch)
    foresee(wanting(state, slot, 1))
    assert "write" not in begun


def test_a_survey_answers_what_the_catalogue_answers(made):
    state, _ = made.make()
    song, catalogue = state.plan.songs[0], made.bench.catalogue
    survey = Survey(made.bench, state.album_id)
    slots = [state.slot(step.name, song, part) for step in (*SONG_STEPS,) for part in step.parts(state, song) or ()]
    for slot in slots:
        assert survey.selected(slot) == catalogue.selected(slot)
        assert survey.selected_number(slot) == catalogue.selected_number(slot)
        assert survey.is_selected(slot) == catalogue.is_selected(slot)
        assert survey.takes(slot) == catalogue.takes(slot)
        assert survey.edit_of(slot) == catalogue.edit_of(slot)
        recipe = survey.selected(slot).recipe
        assert survey.recall(recipe) == catalogue.recall(recipe)


def test_what_another_album_made_by_the_same_recipe_is_found(made):
    state, _ = made.make()
    song = state.plan.songs[0]
    slot = state.slot("encode", song)
    take = made.bench.catalogue.selected(slot)
    empty = Survey(made.bench, "another-album")
    assert empty.takes(slot) == []
    assert empty.recall(take.recipe) == take.artifact
