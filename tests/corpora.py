"""Files that are used in training and by some tests, and are no part of the project: tests without them are skipped."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

_FOLDER = Path(os.environ.get("HIBARI_TEST_DATA") or Path(__file__).resolve().parents[2] / "shared" / "data")


def corpus_file(name: str) -> Path:
    """A file such as 'parity/rosinality_stylegan2_64.pt'; the test is skipped where it is not here."""
    path = _FOLDER / name
    if not path.is_file():
        pytest.skip(f"{name} is not here: HIBARI_TEST_DATA names the folder that holds it")
    return path
