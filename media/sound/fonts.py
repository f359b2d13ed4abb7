"""Sound fonts: where instruments' recordings come from, and how they must be credited."""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass
from pathlib import Path

from schemas.errors import MediaError

FLUID_R3 = Path("/usr/share/sounds/sf2/FluidR3_GM.sf2")
"""Where Debian's fluid-soundfont-gm puts its font."""

LARGEST_FONT_BYTES = 2 * 1024**3


@dataclass(frozen=True)
class Font:
    """A sound font on disk.

    `key` is what `find_font` takes to find it again; `note` is not empty where it stands in for a better one.
    """

    key: str
    name: str
    path: Path
    licence: str
    credit: str
    note: str = ""


def _bundled() -> Path:
    """TimGM6mb.sf2 inside pretty_midi, found without importing it (which costs 0.5 s)."""
    spec = importlib.util.find_spec("pretty_midi")
    if spec is None or spec.origin is None:
        raise MediaError("the font TimGM6mb.sf2 comes inside pretty_midi, which is not installed: install it")
    return Path(spec.origin).parent / "TimGM6mb.sf2"


def _fluid() -> Font:
    return Font(
        key="fluidr3",
        name="FluidR3_GM",
        path=FLUID_R3,
        licence="MIT",
        credit="FluidR3 GM sound font by Frank Wen and others",
    )


def _tim(note: str = "") -> Font:
    return Font(
        key="timgm6mb",
        name="TimGM6mb",
        path=_bundled(),
        licence="GPL-2.0",
        credit="TimGM6mb sound font by Tim Brechbill",
        note=note,
    )


def _own(path: Path) -> Font:
    """A user's own font: a RIFF file of type sfbk."""
    if not path.is_file():
        raise MediaError(f"sound font {str(path)!r} is not a file: give 'auto', 'fluidr3', 'timgm6mb' or a .sf2 path")
    size = path.stat().st_size
    if size > LARGEST_FONT_BYTES:
        raise MediaError(f"sound font {path.name!r} has {size} bytes, the limit is {LARGEST_FONT_BYTES}: use a smaller")
    with path.open("rb") as file:
        head = file.read(12)
    if head[:4] != b"RIFF" or head[8:] != b"sfbk":
        raise MediaError(f"{path.name!r} does not begin as a sound font (RIFF … sfbk): give an uncompressed .sf2 file")
    return Font(
        key=str(path),
        name=path.stem,
        path=path,
        licence="unknown",
        credit=f"sound font {path.stem}, brought by the user",
    )


def find_font(preferred: str = "auto") -> Font:
    """The sound font to render with.

    Args:
        preferred: 'auto' (FluidR3 where it is installed, TimGM6mb otherwise), 'fluidr3', 'timgm6mb', or the path
            of an uncompressed .sf2 file. The font decides the bytes of every stem: its digest belongs in the recipe.

    Raises:
        MediaError: the font asked for is not there or is not a sound font.
    """
    if preferred == "auto":
        if FLUID_R3.is_file():
            return _fluid()
        return _tim("FluidR3 is not installed, TimGM6mb stands in: install fluid-soundfont-gm for a better sound")
    if preferred == "fluidr3":
        if not FLUID_R3.is_file():
            raise MediaError(f"FluidR3 is not at {FLUID_R3}: install fluid-soundfont-gm, or ask for 'auto'")
        return _fluid()
    if preferred == "timgm6mb":
        return _tim()
    return _own(Path(preferred))
