"""The pictures of a folder, in a fixed order and within bounds; what cannot be read is told, not fatal."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from media.pictures.reading import MOST_PX, read_picture
from schemas.errors import MediaError

if TYPE_CHECKING:
    from PIL.Image import Image

SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".jpe", ".webp", ".gif", ".bmp"})
"""Endings, in lower case, of the files that are taken for pictures."""
_MOST_DEPTH = 16
_MOST_ENTRIES = 1_000_000


@dataclass(frozen=True)
class FolderPicture:
    """A picture of a folder: its place, and the RGB picture or why there is none."""

    path: Path
    picture: Image | None
    problem: str = ""


def picture_files(folder: Path, *, most: int = 200_000) -> tuple[Path, ...]:
    """The picture files in a folder and the folders in it, sorted by their path below it.

    Hidden files are passed over; so are links that lead to a file outside the folder, and every link to a folder.

    Raises:
        MediaError: it is no folder, holds no picture, more than `most` of them, or more entries than are looked at.
    """
    if not folder.is_dir():
        raise MediaError(f"{folder} is not a folder: name one that holds pictures")
    try:
        root = folder.resolve()
        found = sorted(_walk(folder, root, most), key=lambda path: path.relative_to(folder).as_posix())
    except OSError as error:
        raise MediaError(f"{folder} cannot be listed: {error}") from error
    if not found:
        raise MediaError(f"{folder} holds no pictures: put {', '.join(sorted(SUFFIXES))} files into it")
    return tuple(found)


def read_folder(
    folder: Path, *, longest_px: int = 8192, shortest_px: int = 1, most_px: int = MOST_PX, most: int = 200_000
) -> Iterator[FolderPicture]:
    """Each picture of a folder in turn, one in memory at a time; one that cannot be read comes with its reason.

    Raises:
        MediaError: as `picture_files`; or not one of its pictures could be read, which is known at the end.
    """
    files = picture_files(folder, most=most)
    first_problem, any_read = "", False
    for path in files:
        try:
            picture = read_picture(path, longest_px=longest_px, shortest_px=shortest_px, most_px=most_px)
        except MediaError as error:
            first_problem = first_problem or str(error)
            yield FolderPicture(path, None, str(error))
            continue
        any_read = True
        yield FolderPicture(path, picture)
    if not any_read:
        raise MediaError(f"none of the {len(files)} pictures in {folder} could be read, first: {first_problem}")


def _walk(folder: Path, root: Path, most: int) -> Iterator[Path]:
    entries, pictures = 0, 0
    for place, folders, names in os.walk(folder, followlinks=False):
        here = Path(place)
        entries += len(folders) + len(names)
        if entries > _MOST_ENTRIES:
            raise MediaError(f"{folder} holds more than {_MOST_ENTRIES:,} entries: name a smaller folder")
        too_deep = len(here.relative_to(folder).parts) >= _MOST_DEPTH
        folders[:] = [] if too_deep else sorted(name for name in folders if not name.startswith("."))
        for name in names:
            path = here / name
            if name.startswith(".") or path.suffix.lower() not in SUFFIXES or not _lies_within(path, root):
                continue
            pictures += 1
            if pictures > most:
                raise MediaError(f"{folder} holds more than {most:,} pictures: name a smaller folder")
            yield path


def _lies_within(path: Path, root: Path) -> bool:
    return path.is_file() and (not path.is_symlink() or path.resolve().is_relative_to(root))
