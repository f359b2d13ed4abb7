"""A line on standard error now and then, with the time left, for work that is counted."""

from __future__ import annotations

import time

import click

from cli.output import duration

_EVERY_S = 2.0


class Counted:
    """Tells how much is done and how long the rest will take, at most every two seconds."""

    def __init__(self, what: str, *, quiet: bool = False) -> None:
        """Get ready; `what` is counted, such as 'tiles'."""
        self._what, self._quiet = what, quiet
        self._begun = self._said = time.monotonic()
        self._first: float | None = None

    def __call__(self, done: float, total: float, note: str = "") -> None:
        """Say that so much of all is done."""
        now = time.monotonic()
        if self._first is None:
            # work that an earlier run did tells nothing about the pace of this one
            self._first, self._begun = done, now
            return
        if self._quiet or now - self._said < _EVERY_S or done <= self._first:
            return
        self._said = now
        left_s = (now - self._begun) / (done - self._first) * (total - done)
        share = f"{note or f'{done:.0f}/{total:.0f} {self._what}'}"
        click.echo(f"  {share:<28} {100 * done / total:3.0f} %   about {duration(left_s)} left", err=True)
