"""The fonts that letters of a film are set in: ours, and those of the machine only for letters that ours lack."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from pathlib import Path

from media.film.running import lay_link, lay_text
from media.fonts import FONT_FOLDER
from schemas.errors import MediaError

FONTS_HERE = "fonts"
"""Name of the folder, inside ffmpeg's own, where the font files lie."""

_OURS_ALONE = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir prefix="cwd">fonts</dir><cachedir>fonts-found</cachedir></fontconfig>
"""


def lay_out_fonts(folder: Path, text: str) -> dict[str, str]:
    """Puts the bundled fonts into `folder` for ffmpeg to work in; what to add to its environment.

    Where the bundled fonts have every letter of `text`, no other font can be chosen, so that the picture is the same
    on every machine; else fonts of the machine stand in for what ours lack.

    Raises:
        MediaError: the folder cannot be written.
    """
    here = folder / FONTS_HERE
    try:
        here.mkdir()
    except OSError as error:
        raise MediaError(f"{here} cannot be made: {error.strerror}; name another folder, or free space") from error
    for file in _files():
        lay_link(here / file.name, file)
    if any(ord(letter) not in bundled_letters() and unicodedata.category(letter)[0] != "C" for letter in set(text)):
        return {}
    lay_text(folder / "fonts.conf", _OURS_ALONE)
    return {"FONTCONFIG_FILE": str(folder.resolve() / "fonts.conf")}


def _files() -> list[Path]:
    return sorted(FONT_FOLDER.glob("*.ttf"))


@lru_cache(maxsize=1)
def bundled_letters() -> frozenset[int]:
    """Every code point that some bundled font has a picture of."""
    from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

    found: set[int] = set()
    for file in _files():
        with TTFont(file, lazy=True) as font:
            found.update(font.getBestCmap())
    return frozenset(found)
