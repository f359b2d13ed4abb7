"""Rows of a CSV table as fields of briefs. A cell is text, whatever it looks like: nothing in it is worked out."""

from __future__ import annotations

import csv
import difflib
import io
import re
from dataclasses import dataclass
from typing import Any

from schemas.brief import Art, Brief, Models
from schemas.errors import BriefError

MAX_COLUMNS = 40
"""A table with more columns is refused."""

_COLUMNS = (
    *(name for name in Brief.model_fields if name not in ("kind", "schema_version", "models", "art")),
    *(f"models.{name}" for name in Models.model_fields),
    *(f"art.{name}" for name in Art.model_fields),
)
_NUMBERS = ("songs", "seed", "takes")
_RANGES = ("tempo_bpm", "length_s")
_WHOLE = re.compile(r"-?\d{1,16}")
_RANGE = re.compile(r"(\d{1,6})\s*(?:\.\.|-|–)\s*(\d{1,6})")


@dataclass(frozen=True)
class Row:
    """A row: where it stands, the fields it gives, and why it cannot be used ('' where it can)."""

    place: str
    fields: dict[str, Any]
    refused: str = ""


def rows_of_table(text: str) -> list[Row]:
    """The rows of a table whose first row names fields of a brief; empty cells leave a field as it is by itself.

    Several keys in a cell are parted by ';', ranges are written '80..120'. Where the header has semicolons and no
    commas, as some spreadsheets write it, semicolons part the cells.

    Raises:
        BriefError: there is no such header, or quotes are not closed.
    """
    first = text.split("\n", 1)[0]
    delimiter = ";" if ";" in first and "," not in first else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    header: list[str] | None = None
    rows: list[Row] = []
    begins = 1
    try:
        for cells in reader:
            at, begins = begins, reader.line_num + 1
            if not any(cell.strip() for cell in cells):
                continue
            if header is None:
                header = _header(cells, at)
            else:
                rows.append(_row(header, cells, f"line {at}"))
    except csv.Error as error:
        said = "a quote is not closed" if "unexpected end" in str(error) else str(error)
        raise BriefError(
            f'line {begins}: {said}; put text with quotes or line breaks in "…", quotes doubled'
        ) from error
    if header is None:
        raise BriefError("the table is empty: write a header such as 'theme,genre,songs', and a brief a row")
    return rows


def _header(cells: list[str], line: int) -> list[str]:
    if len(cells) > MAX_COLUMNS:
        raise BriefError(f"line {line}: the table has {len(cells)} columns; at most {MAX_COLUMNS}: drop some")
    names = [cell.strip().lower().replace(" ", "_") for cell in cells]
    for name in names:
        if name not in _COLUMNS:
            near = difflib.get_close_matches(name, _COLUMNS, n=1, cutoff=0.5)
            hint = f"did you mean {near[0]!r}?" if near else f"columns are {', '.join(_COLUMNS)}"
            raise BriefError(f"line {line}: column {name[:40]!r} is not a field of a brief; {hint}")
        if names.count(name) > 1:
            raise BriefError(f"line {line}: column {name!r} stands twice: drop one")
    if "theme" not in names:
        raise BriefError(f"line {line}: the header names no 'theme', which every brief needs: add that column")
    return names


def _row(header: list[str], cells: list[str], place: str) -> Row:
    if len(cells) > len(header):
        return Row(place, {}, f"has {len(cells)} cells, the header has {len(header)}: put text with commas in quotes")
    fields: dict[str, Any] = {}
    nested: dict[str, dict[str, str]] = {}
    for name, cell in zip(header, cells, strict=False):
        value = cell.strip()
        if not value:
            continue
        group, _, inner = name.partition(".")
        if inner:
            nested.setdefault(group, {})[inner] = value
        else:
            fields[name] = _value(name, value)
    return Row(place, fields | nested)


def _value(name: str, text: str) -> object:
    if name in _NUMBERS and _WHOLE.fullmatch(text):
        return int(text)
    if name in _RANGES:
        pair = _RANGE.fullmatch(text)
        return [int(pair[1]), int(pair[2])] if pair else int(text) if _WHOLE.fullmatch(text) else text
    if name == "keys":
        return [key.strip() for key in text.split(";") if key.strip()]
    if name == "lyrics":
        return [text.replace("\r\n", "\n")]
    return text
