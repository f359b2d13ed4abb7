"""One studio a home: a lock that ends with the process that holds it."""

from __future__ import annotations

import json
import os
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING

from schemas.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NAME = "studio.lock"


@contextmanager
def only_studio(home: Path, url: str) -> Iterator[None]:
    """Be the only studio of a home while the block runs.

    Raises:
        SettingsError: another one is; its address is named.
    """
    home.mkdir(parents=True, exist_ok=True)
    with (home / NAME).open("a+") as file:
        if not _taken(file):
            raise SettingsError(f"a studio of {home} runs already{_where(file)}: open that one, or stop it first")
        _write(file, {"pid": os.getpid(), "url": url})
        try:
            yield
        finally:
            _write(file, {})


def running_studio(home: Path) -> dict[str, object] | None:
    """Process id and URL of the studio of a home; None where none runs."""
    try:
        with (home / NAME).open("a+") as file:
            return None if _taken(file) else dict(json.loads(_read(file) or "{}"))
    except (OSError, ValueError):
        return None


def _taken(file: IO[str]) -> bool:
    """Whether this process got the lock; it is given back when the file is closed."""
    try:
        import fcntl
    except ImportError:  # Windows: no such lock, and the port is refused to a second studio anyway
        return True
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _where(file: IO[str]) -> str:
    try:
        found = json.loads(_read(file) or "{}")
    except ValueError:
        return ""
    return f" at {found['url']} (process {found['pid']})" if "url" in found else ""


def _read(file: IO[str]) -> str:
    file.seek(0)
    return file.read()


def _write(file: IO[str], value: dict[str, object]) -> None:
    file.seek(0)
    file.truncate()
    json.dump(value, file)
    file.flush()
