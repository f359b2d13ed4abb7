"""Takes of a tune made in one pass: each the same as by itself, remembered by itself, failing by itself."""

from __future__ import annotations

import pytest

from schemas.errors import StepError
from tasks.bench import Bench
from tasks.orders import Order
from tasks.steps.table import STEPS
from tasks.worker import make_orders

COMPOSE = STEPS["compose_lead_sheet"]


@pytest.fixture
def orders(made) -> list[Order]:
    state, _ = made.make()
    song = state.plan.songs[0]
    slot = state.slot(COMPOSE.name, song)
    found = []
    for take in (5, 6, 7):
        recipe = COMPOSE.recipe(state, slot, take)
        assert recipe is not None
        found.append(Order(slot=slot, take=take, recipe=recipe, run="run"))
    return found


def test_takes_made_together_are_those_made_one_by_one(made, orders):
    together = make_orders(orders, made.settings)
    assert [delivery.outcome for delivery in together] == ["made"] * 3
    alone = [COMPOSE.make(order, Bench(made.settings)).artifact.digest() for order in orders]
    assert [delivery.artifact for delivery in together] == alone
    assert len(set(alone)) == 3


def test_what_was_made_together_is_remembered_one_by_one(made, orders):
    first = make_orders(orders[:2], made.settings)
    again = make_orders(orders, made.settings)
    assert [delivery.outcome for delivery in again] == ["reused", "reused", "made"]
    assert [delivery.artifact for delivery in again[:2]] == [delivery.artifact for delivery in first]


def test_one_that_cannot_be_made_keeps_no_other_from_being_made(made, orders):
    broken = orders[1].replaced(
        recipe=orders[1].recipe.replaced(inputs={**orders[1].recipe.inputs, "lyrics": "0" * 64})
    )
    outcomes = make_orders([orders[0], broken, orders[2]], made.settings)
    assert [delivery.outcome for delivery in outcomes] == ["made", "failed", "made"]
    assert outcomes[1].error


def test_a_step_that_is_not_made_together_says_so(made, orders):
    slot = orders[0].slot.replaced(step="arrange_score")
    recipe = orders[0].recipe.replaced(step="arrange_score")
    (told,) = make_orders([Order(slot=slot, take=0, recipe=recipe, run="run")], made.settings)
    assert told.outcome == "failed"
    assert "one by one" in told.error
    assert StepError.__name__ not in told.error
