"""How often someone may ask: a bucket of tries that fills again, one for each token, session or address."""

from __future__ import annotations

import math
import time
from collections import OrderedDict

_MOST = 10_000
"""Buckets kept; the one that was not used for longest goes first."""


class Rates:
    """Buckets by name. A bucket holds a minute's worth of tries and fills evenly."""

    def __init__(self, a_minute: int) -> None:
        """Get ready.

        Args:
            a_minute: how many tries a minute one name has.
        """
        self._most = float(a_minute)
        self._a_second = a_minute / 60.0
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait_s(self, name: str) -> int:
        """Take one try: 0, or after how many whole seconds there is one again."""
        now = time.monotonic()
        left, since = self._buckets.get(name, (self._most, now))
        left = min(self._most, left + (now - since) * self._a_second)
        wait_s = 0 if left >= 1.0 else math.ceil((1.0 - left) / self._a_second)
        self._buckets[name] = (left - 1.0 if left >= 1.0 else left, now)
        self._buckets.move_to_end(name)
        if len(self._buckets) > _MOST:
            self._buckets.popitem(last=False)
        return wait_s
