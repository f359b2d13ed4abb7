from __future__ import annotations

import pytest

from artifacts.catalogue import Catalogue
from artifacts.entries import Lineage
from schemas.errors import ArtifactError
from tests.artifacts.made import SLOT, cover, recipe, remember
from tests.artifacts.test_slots import edited


def test_lineage_goes_up_and_dependants_go_down(catalogue: Catalogue) -> None:
    plan = remember(catalogue, recipe(0), b"plan")
    words = remember(catalogue, recipe(1, plan=plan), b"words")
    tune = remember(catalogue, recipe(2, plan=plan, words=words), b"tune")
    leaf = Lineage(digest=plan, kind="cover_art", recipe=recipe(0), inputs={})
    up = catalogue.lineage(tune)
    assert up.inputs["plan"] == leaf
    assert up.inputs["words"].inputs == {"plan": leaf}
    assert up.recipe == recipe(2, plan=plan, words=words)
    assert catalogue.dependants(plan) == sorted([words, tune])
    assert catalogue.dependants(words) == [tune]
    assert catalogue.dependants(tune) == []


def test_an_artifact_with_two_origins_names_both(catalogue: Catalogue) -> None:
    one, two = remember(catalogue, recipe(0), b"one"), remember(catalogue, recipe(1), b"two")
    made = remember(catalogue, recipe(2, plan=one))
    assert remember(catalogue, recipe(2, plan=two)) == made
    assert {branch.digest for branch in catalogue.lineage(made).inputs.values()} == {one, two}


def test_an_input_that_is_no_longer_recorded_is_a_leaf_without_kind(catalogue: Catalogue) -> None:
    made = remember(catalogue, recipe(0, plan="0" * 64))
    assert catalogue.lineage(made).inputs["plan"] == Lineage(digest="0" * 64, kind="", recipe=None, inputs={})
    with pytest.raises(ArtifactError, match="no record"):
        catalogue.lineage("0" * 64)


def test_an_edit_that_undoes_an_edit_makes_no_endless_circle(catalogue: Catalogue) -> None:
    base = remember(catalogue, recipe())
    edit, result = edited(catalogue, base)
    catalogue.edit(SLOT, edit, result)
    undo = edit.replaced(base=result.digest(), result=base)
    catalogue.edit(SLOT, undo, cover(catalogue))
    assert catalogue.dependants(base) == [result.digest()]
    assert catalogue.lineage(base).inputs["base"].digest == result.digest()
    assert catalogue.lineage(base).inputs["base"].inputs == {}
