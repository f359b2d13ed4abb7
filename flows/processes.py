"""Processes by name: who holds a job, whether they still live, and how one ends with the process that started it."""

from __future__ import annotations

import os
import socket
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

if TYPE_CHECKING:
    from collections.abc import Callable

STUDIO = "HIBARI_STUDIO_PROCESS"
"""Environment variable that names, for what a studio starts, the studio's own process."""

HELD_BY = "held by "
"""How the tag of a run in Prefect begins that names the process which works on it, where no deployment started it."""

_POLL_S = 0.5
_SAME_S = 1.0


def process_name(pid: int | None = None) -> str:
    """A name that no other process ever has: host, process id and the moment it began."""
    process = psutil.Process(pid)
    return f"{socket.gethostname()}:{process.pid}:{_began_s(process):.2f}"


def is_dead(name: str) -> bool:
    """Whether a process surely ended. One on another host counts as alive: only its lease says more."""
    return name.rpartition(":")[0].rpartition(":")[0] == socket.gethostname() and process_of(name) is None


def process_of(name: str) -> psutil.Process | None:
    """The process of that name on this host; None where it ended, or is of another host."""
    parts = name.rsplit(":", 2)
    if len(parts) != 3 or parts[0] != socket.gethostname() or not parts[1].isdigit():
        return None
    try:
        process = psutil.Process(int(parts[1]))
        same = abs(_began_s(process) - float(parts[2])) < _SAME_S
        return process if same and process.status() != psutil.STATUS_ZOMBIE else None
    except (psutil.Error, ValueError):
        return None


def _began_s(process: psutil.Process) -> float:
    """When a process began: seconds since the machine did, or since the epoch where the system does not tell that.

    The former stays the same when the clock is set; the latter is reckoned from the clock, so that a step of it would
    make every living process look like another one.
    """
    try:
        stat = Path(f"/proc/{process.pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return process.create_time()
    return int(stat.rpartition(")")[2].split()[19]) / os.sysconf("SC_CLK_TCK")


def end_with_studio(first: Callable[[], None] | None = None) -> bool:
    """End this process when the studio that started it ends; False where none did.

    Args:
        first: what to do before the end, such as ending children.
    """
    studio = os.environ.get(STUDIO, "")
    if not studio:
        return False
    threading.Thread(target=_watch, args=(studio, first), daemon=True, name="studio watch").start()
    return True


def _watch(name: str, first: Callable[[], None] | None) -> None:
    while not is_dead(name):
        time.sleep(_POLL_S)
    try:
        if first is not None:
            first()
    finally:
        os._exit(1)
