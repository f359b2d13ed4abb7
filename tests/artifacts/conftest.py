from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from artifacts.catalogue import Catalogue


@pytest.fixture(scope="session")
def empty_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a catalogue that was migrated once, for tests to copy."""
    folder = tmp_path_factory.mktemp("empty")
    Catalogue.in_folder(folder).close()
    return folder


@pytest.fixture
def catalogue(tmp_path: Path, empty_store: Path) -> Iterator[Catalogue]:
    found = Catalogue.in_folder(Path(shutil.copytree(empty_store, tmp_path / "store")))
    yield found
    found.close()
