"""Orders that are made together: who comes while others are made goes with the next; one that fails fails alone."""

from __future__ import annotations

import threading

import pytest

from schemas.errors import StepError
from schemas.making import Recipe, Slot
from tasks.gathering import MOST_TOGETHER, Gathering
from tasks.orders import Delivery, Order


def _order(number: int) -> Order:
    slot = Slot(album_id="an-album", song_id=f"song-{number}", step="compose_lead_sheet")
    return Order(slot=slot, take=0, recipe=Recipe(step="compose_lead_sheet", revision=1, seed=number), run="run")


def _delivery(order: Order) -> Delivery:
    return Delivery(slot=order.slot, artifact=None, outcome="reused")


def _asked_at_once(gathering: Gathering, orders: list[Order]) -> dict[str | None, Delivery | Exception]:
    answers: dict[str | None, Delivery | Exception] = {}

    def ask(order: Order) -> None:
        try:
            answers[order.slot.song_id] = gathering.deliver(order)
        except StepError as error:
            answers[order.slot.song_id] = error

    threads = [threading.Thread(target=ask, args=(order,)) for order in orders]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return answers


def test_orders_that_come_at_once_are_made_at_once() -> None:
    groups: list[int] = []

    def make(orders: list[Order]) -> list[Delivery | Exception]:
        groups.append(len(orders))
        return [_delivery(order) for order in orders]

    answers = _asked_at_once(Gathering(make), [_order(number) for number in range(8)])
    assert {f"song-{number}" for number in range(8)} == set(answers)
    assert sum(groups) == 8
    assert len(groups) < 8


def test_no_more_are_made_at_once_than_memory_has_room_for() -> None:
    groups: list[int] = []

    def make(orders: list[Order]) -> list[Delivery | Exception]:
        groups.append(len(orders))
        return [_delivery(order) for order in orders]

    _asked_at_once(Gathering(make), [_order(number) for number in range(2 * MOST_TOGETHER + 3)])
    assert sum(groups) == 2 * MOST_TOGETHER + 3
    assert max(groups) <= MOST_TOGETHER


def test_one_that_fails_fails_alone() -> None:
    def make(orders: list[Order]) -> list[Delivery | Exception]:
        return [StepError("no") if order.slot.song_id == "song-2" else _delivery(order) for order in orders]

    answers = _asked_at_once(Gathering(make), [_order(number) for number in range(4)])
    assert isinstance(answers["song-2"], StepError)
    assert all(isinstance(answers[f"song-{number}"], Delivery) for number in (0, 1, 3))


def test_a_maker_that_breaks_leaves_nobody_waiting_and_the_next_is_served() -> None:
    broken = threading.Event()

    def make(orders: list[Order]) -> list[Delivery | Exception]:
        if not broken.is_set():
            broken.set()
            raise StepError("the run was stopped")
        return [_delivery(order) for order in orders]

    gathering = Gathering(make)
    with pytest.raises(StepError, match="stopped"):
        gathering.deliver(_order(1))
    assert gathering.deliver(_order(2)).outcome == "reused"
