"""Files of named arrays that inspection reads: compressed, without pickles, the same bytes for the same arrays."""

from __future__ import annotations

import json
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from schemas.errors import CheckpointError


def write_arrays(path: Path, facts: dict[str, list[str]], **arrays: NDArray[Any]) -> None:
    """Writes arrays and, as JSON beside them, lists of texts."""
    text = np.frombuffer(json.dumps(facts, ensure_ascii=False).encode(), np.uint8)
    everything: dict[str, Any] = {**arrays, "facts": text}
    with path.open("wb") as file:
        np.savez_compressed(file, **everything)


def read_arrays(path: Path, names: Sequence[str]) -> tuple[dict[str, list[str]], list[NDArray[Any]]]:
    """The lists of texts and the named arrays of a file.

    Raises:
        CheckpointError: the file is missing, damaged, or holds something else.
    """
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            facts: dict[str, list[str]] = json.loads(arrays["facts"].tobytes())
            return facts, [arrays[name] for name in names]
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        raise CheckpointError(
            f"originality index {path.name} cannot be read ({error}): build it with python -m training.originality"
        ) from error
