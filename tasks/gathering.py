"""Orders of one step that are made together: a network decodes many songs in little more than the time of one."""

from __future__ import annotations

import time
from concurrent.futures import Future
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from tasks.orders import Delivery, Order

MOST_TOGETHER = 16
"""How many orders are made at once, at most."""

_PATIENCE_S = 0.05


class Gathering:
    """Takes orders from many threads and hands on, at once, all that came while the ones before were made.

    Nobody waits for company: what is alone is made alone. An order's result does not depend on who is made with it,
    which is the maker's promise.
    """

    def __init__(self, make: Callable[[list[Order]], list[Delivery | Exception]]) -> None:
        """Get ready.

        Args:
            make: answers several orders at once, in their order; an exception is that order's alone.
        """
        self._make = make
        self._lock = Lock()
        self._waiting: list[tuple[Order, Future[Delivery]]] = []
        self._led = False

    def deliver(self, order: Order) -> Delivery:
        """The answer to an order; waits for it. The first thread that comes hands on what the others bring."""
        answer: Future[Delivery] = Future()
        with self._lock:
            self._waiting.append((order, answer))
            leads, self._led = not self._led, True
        if leads:
            self._lead()
        return answer.result()

    def _lead(self) -> None:
        time.sleep(_PATIENCE_S)  # songs of one stage are handed over within milliseconds of each other
        while True:
            with self._lock:
                group, self._waiting = self._waiting[:MOST_TOGETHER], self._waiting[MOST_TOGETHER:]
                if not group:
                    self._led = False
                    return
            _answer(group, self._make)


def _answer(
    group: list[tuple[Order, Future[Delivery]]], make: Callable[[list[Order]], list[Delivery | Exception]]
) -> None:
    try:
        deliveries = make([order for order, _ in group])
    except BaseException as error:  # noqa: BLE001 - whoever waits for an answer is told
        for _, answer in group:
            answer.set_exception(error)
        return
    for (_, answer), delivery in zip(group, deliveries, strict=True):
        if isinstance(delivery, Exception):
            answer.set_exception(delivery)
        else:
            answer.set_result(delivery)
