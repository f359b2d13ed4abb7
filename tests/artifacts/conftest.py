from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from artifacts.catalogue import Catalogue


@pytest.fixture
def catalogue(tmp_path: Path) -> Iterator[Catalogue]:
    found = Catalogue.in_folder(tmp_path / "store")
    yield found
    found.close()
