"""What commands print: text for people, JSON for programs, progress on standard error."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tasks.orders import Delivery, Prospect

STEP_WEIGHTS: dict[str, float] = {
    "write_lyrics": 30.0,
    "compose_lead_sheet": 4.0,
    "arrange_score": 0.5,
    "engrave": 2.0,
    "render_stem": 0.5,
    "sing": 8.0,
    "mix": 6.0,
    "master": 6.0,
    "encode": 2.5,
    "inspect": 1.5,
    "paint_cover": 2.0,
}
"""Seconds a step of a one-minute song takes on one idle core, roughly: for the time left, nothing else."""


def json_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add `--json` to a command."""
    return click.option("--json", "as_json", is_flag=True, help="Print one JSON document for programs.")(command)


def quiet_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add `--quiet` to a command."""
    return click.option("-q", "--quiet", is_flag=True, help="Print nothing but errors and the result.")(command)


def say_json(value: object) -> None:
    """Print a value as one JSON document."""
    click.echo(json.dumps(value, indent=2, ensure_ascii=False, sort_keys=True, default=str))


def table(rows: Sequence[tuple[str, ...]], *, header: tuple[str, ...] = ()) -> str:
    """Rows as aligned columns, two spaces between."""
    lines = [header, *rows] if header else list(rows)
    if not lines:
        return ""
    widths = [max(len(row[column]) for row in lines) for column in range(len(lines[0]))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in lines
    )


def duration(seconds: float) -> str:
    """A time span as people write it: '8 s', '3:05'."""
    whole = max(0, round(seconds))
    return f"{whole} s" if whole < 60 else f"{whole // 60}:{whole % 60:02d}"


_USUAL_PARTS = 6


def counted_steps(prospects: Sequence[Prospect]) -> list[str]:
    """The step name of every slot that is to be made; parts that are not known yet are counted as six."""
    steps: list[str] = []
    for item in prospects:
        unknown = item.slot.step == "render_stem" and not item.slot.part
        steps += [item.slot.step] * (_USUAL_PARTS if unknown else 1)
    return steps


class Progress:
    """Songs x steps with the time left: a line on standard error for every step that is done."""

    def __init__(self, steps: list[str], *, quiet: bool) -> None:
        """Get ready to count.

        Args:
            steps: the step name of every slot that is to be made (see `counted_steps`).
            quiet: whether to print nothing.
        """
        self._left = sum(STEP_WEIGHTS.get(step, 1.0) for step in steps)
        self._total = len(steps)
        self._done = 0
        self._quiet = quiet
        self._begun = time.perf_counter()
        self._weighed = 0.0

    def __call__(self, delivery: Delivery) -> None:
        """Count a delivery and print where the run stands."""
        if delivery.outcome == "reused":
            return
        weight = STEP_WEIGHTS.get(delivery.slot.step, 1.0)
        self._left = max(0.0, self._left - weight)
        self._weighed += weight
        self._done += 1
        if self._quiet:
            return
        slot = delivery.slot
        name = f"{slot.song_id or 'album'} · {slot.step.replace('_', ' ')}{' ' + slot.part if slot.part else ''}"
        if delivery.outcome == "failed":
            click.echo(f"  ✗ {name}: {delivery.error}", err=True)
            return
        pace = (time.perf_counter() - self._begun) / self._weighed
        counted = f"{self._done}/{max(self._total, self._done)}"
        left = f"about {duration(self._left * pace)} left" if self._left else ""
        click.echo(f"  ✓ {name:<42} {delivery.seconds:6.1f} s   {counted:>7}   {left}".rstrip(), err=True)
