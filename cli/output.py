"""What commands print: text for people, JSON for programs, progress on standard error."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from tasks.progress import Countdown

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tasks.orders import Delivery


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


class Progress:
    """Songs x steps with the time left: a line on standard error for every step that is done."""

    def __init__(self, steps: list[str], *, quiet: bool) -> None:
        """Get ready to count.

        Args:
            steps: the step name of every slot that is to be made (see `counted_steps`).
            quiet: whether to print nothing.
        """
        self._countdown = Countdown(steps)
        self._quiet = quiet

    def __call__(self, delivery: Delivery) -> None:
        """Count a delivery and print where the run stands."""
        now = self._countdown.add(delivery)
        if now is None or self._quiet:
            return
        slot = delivery.slot
        name = f"{slot.song_id or 'album'} · {slot.step.replace('_', ' ')}{' ' + slot.part if slot.part else ''}"
        if delivery.outcome == "failed":
            click.echo(f"  ✗ {name}: {delivery.error}", err=True)
            return
        left = f"about {duration(now.left_s)} left" if now.left_s else ""
        counted = f"{now.done}/{now.total}"
        click.echo(f"  ✓ {name:<42} {delivery.seconds:6.1f} s   {counted:>7}   {left}".rstrip(), err=True)
