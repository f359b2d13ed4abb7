"""What is wrong, told without where things lie on this machine: who reads it needs names, not paths."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from schemas.settings import CHECKOUT

if TYPE_CHECKING:
    from pathlib import Path

    from schemas.settings import Settings

_DATABASE = re.compile(r"\b(postgresql|mysql|sqlite)[a-z+]*://[^\s;]*[^\s;:]")


def without_places(text: str, settings: Settings) -> str:
    """The text with folders of the settings by their names, e.g. 'HIBARI_HOME/blobs', and databases by none."""
    named: dict[str, Path] = {
        "HIBARI_MODELS": settings.models_dir,
        "HIBARI_RELEASES": settings.releases,
        "HIBARI_HOME": settings.home,
        "the checkout": CHECKOUT,
    }
    places = {str(form): name for name, folder in named.items() for form in (folder, folder.resolve())}
    told = _DATABASE.sub("of the settings", text)
    for place in sorted(places, key=len, reverse=True):
        if len(place) > 1:
            told = told.replace(place, places[place])
    return told
