"""Batches from text: YAML templates, CSV tables and JSON lines, in bounds, every error with its place."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import yaml
from pydantic import ValidationError

from schemas.batch import Batch, BatchEntry
from schemas.brief import Brief
from schemas.brief_reading import PlainLoader
from schemas.errors import BriefError
from schemas.jobs import MAX_BRIEFS
from tasks.batches.expanding import Refusal
from tasks.batches.tables import Row, rows_of_table

if TYPE_CHECKING:
    from pathlib import Path

Form = Literal["yaml", "csv", "jsonl"]

FORMS: dict[str, Form] = {".yaml": "yaml", ".yml": "yaml", ".json": "yaml", ".csv": "csv", ".jsonl": "jsonl"}
"""The form of a batch file by its ending."""

MAX_BATCH_BYTES = 2 * 1024 * 1024
"""A batch longer than this is refused unread."""


@dataclass(frozen=True)
class ReadBatch:
    """A batch as it was read: where each entry stood, and the entries that were refused on the way."""

    batch: Batch
    places: tuple[str, ...]
    refused: tuple[Refusal, ...] = ()


class _BatchLoader(PlainLoader):
    what = "batch"


def read_batch_file(path: Path) -> ReadBatch:
    """The batch in a file, its form by the ending, its name by the file's where it gives none.

    Raises:
        BriefError: it cannot be read, or holds no batch; line or entry, field, value, bound and remedy are named.
    """
    form = FORMS.get(path.suffix.lower())
    if form is None:
        raise BriefError(f"{path.name} is not a batch by its ending: name it {', '.join(FORMS)}")
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BATCH_BYTES + 1)
    except OSError as error:
        raise BriefError(f"there is no batch to read at {path}: {error.strerror or error}") from error
    if len(content) > MAX_BATCH_BYTES:
        raise BriefError(f"{path.name} has more than {MAX_BATCH_BYTES} bytes: cut it into several batches")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise BriefError(f"{path.name}, line {line}: is not UTF-8 text; save it again as UTF-8") from error
    return read_batch(text, form, name=path.stem)


def read_batch(text: str, form: Form, *, name: str = "") -> ReadBatch:
    """The batch that a text describes; entries that are none are refused and the others stand.

    Args:
        text: the document.
        form: yaml (templates), csv (a header with fields of a brief, a brief a row) or jsonl (a brief a line).
        name: what the batch is called where the text does not say.

    Raises:
        BriefError: it is too long, is not readable at all, or no entry of it can be used.
    """
    size = len(text.encode(errors="replace"))
    if size > MAX_BATCH_BYTES:
        raise BriefError(f"the batch has {size} bytes; at most {MAX_BATCH_BYTES} are read: cut it into several")
    text = text.removeprefix("\ufeff")
    if form == "yaml":
        return _from_yaml(text, name)
    rows = rows_of_table(text) if form == "csv" else _rows_of_lines(text)
    if not rows:
        raise BriefError("the batch holds no brief: write at least one, with a theme")
    if len(rows) > MAX_BRIEFS:
        raise BriefError(f"the batch has {len(rows)} briefs; at most {MAX_BRIEFS}: cut it into several")
    found = [(row, BatchEntry(brief=row.fields)) for row in rows if not row.refused]
    refused = tuple(Refusal(row.place, row.refused) for row in rows if row.refused)
    return _whole({"name": name[:120]}, [entry for _, entry in found], [row.place for row, _ in found], refused)


def _whole(
    facts: dict[str, Any], entries: list[BatchEntry], places: list[str], refused: tuple[Refusal, ...]
) -> ReadBatch:
    if not entries:
        told = "\n  ".join(str(refusal) for refusal in refused[:20])
        raise BriefError(f"the batch has no entry that can be used:\n  {told}")
    try:
        batch = Batch(entries=tuple(entries), **facts)
    except ValidationError as error:
        raise BriefError("; ".join(_explained(item) for item in error.errors()[:8])) from error
    return ReadBatch(batch, tuple(places), refused)


def _rows_of_lines(text: str) -> list[Row]:
    rows = []
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        place = f"line {number}"
        try:
            fields = json.loads(line, object_pairs_hook=_once, parse_constant=_no_constant)
        except (ValueError, RecursionError) as error:
            said = f"column {error.colno}: {error.msg}" if isinstance(error, json.JSONDecodeError) else str(error)
            rows.append(Row(place, {}, f"is not a JSON object: {said[:200]}"))
            continue
        wrong = "" if isinstance(fields, dict) else f'must be an object such as {{"theme": "…"}}, not {line[:40]!r}'
        rows.append(Row(place, {} if wrong else fields, wrong or _strange(fields)))
    return rows


def _strange(fields: dict[str, Any]) -> str:
    """What is wrong with the names of some fields; '' where nothing is."""
    return next((f"{name[:40]!r}: is not a field of a brief" for name in fields if name not in Brief.model_fields), "")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise ValueError(f"{name[:40]!r} stands twice")
        found[name] = value
    return found


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is no number that a brief can hold")


def _from_yaml(text: str, name: str) -> ReadBatch:
    try:
        document, lines = _document(text)
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise BriefError(f"the batch is not readable YAML: {str(error)[:400]}. Check quotes and indentation") from error
    return _from_document(document, [f" (line {line})" for line in lines], name)


def batch_from_document(document: dict[str, Any], *, name: str = "") -> ReadBatch:
    """The batch that a parsed document describes, e.g. parameters of a run; see `read_batch`.

    Raises:
        BriefError: it is too long, or no entry of it can be used.
    """
    try:
        size = len(json.dumps(document))
    except (TypeError, ValueError, RecursionError) as error:
        raise BriefError(f"the batch holds what is no text, number, list or mapping: {error}") from error
    if size > MAX_BATCH_BYTES:
        raise BriefError(f"the batch has {size} bytes; at most {MAX_BATCH_BYTES} are read: cut it into several")
    return _from_document(dict(document), [], name)


def _from_document(document: object, lines: list[str], name: str) -> ReadBatch:
    """The batch of a mapping; `lines` says of each entry on which line it begins, as far as that is known."""
    if not isinstance(document, dict) or not isinstance(document.get("entries"), list):
        raise BriefError("the batch must be a mapping with 'entries:', a list; see briefs/nightly.yaml for one")
    if len(document["entries"]) > MAX_BRIEFS:
        raise BriefError(f"entries: has {len(document['entries'])}; at most {MAX_BRIEFS}: cut the batch into several")
    entries, places, refused = [], [], []
    for number, fields in enumerate(document["entries"], start=1):
        place = f"entry {number}{lines[number - 1] if lines else ''}"
        try:
            entries.append(BatchEntry.model_validate(fields))
        except ValidationError as error:
            refused.append(Refusal(place, "; ".join(_explained(item) for item in error.errors()[:4])))
        else:
            places.append(place)
    facts = {str(key): value for key, value in document.items() if key != "entries"}
    return _whole({"name": name[:120], **facts}, entries, places, tuple(refused))


def _document(text: str) -> tuple[object, list[int]]:
    """What a YAML text holds, and the line on which each of its entries begins."""
    loader = _BatchLoader(text)
    try:
        root = loader.get_single_node()
        return (None if root is None else loader.construct_document(root)), _entry_lines(root)
    finally:
        loader.dispose()


def _entry_lines(root: yaml.Node | None) -> list[int]:
    """The line on which each entry of a batch begins."""
    if not isinstance(root, yaml.MappingNode):
        return []
    for key, value in reversed(root.value):  # of two that are named so, YAML takes the last
        if getattr(key, "value", None) == "entries" and isinstance(value, yaml.SequenceNode):
            return [item.start_mark.line + 1 for item in value.value]
    return []


def _explained(item: Any) -> str:  # noqa: ANN401 - pydantic's ErrorDetails
    place = ".".join(str(part) for part in item["loc"] if part not in ("[key]", "str", "int")) or "entry"
    value = repr(item.get("input"))
    shown = value if len(value) <= 60 else f"{value[:50]}…"
    name = str(item["loc"][-1]) if item["loc"] else ""
    if item["type"] == "extra_forbidden":
        if name in Brief.model_fields:
            return f"{name}: is a field of a brief; write it under 'brief:', or under 'vary:' with several values"
        return f"{place}: is not known here; an entry has {', '.join(BatchEntry.model_fields)}"
    if item["type"] in ("model_type", "dict_type"):
        return f"{place}: {shown} must be a mapping such as 'brief: {{theme: the sea}}'"
    if item["type"].startswith(("json", "invalid-json")) or "JSON" in str(item["msg"]):
        return f"{place}: {shown} is no plain text or number; put it in quotes"
    return f"{place}: {shown} — {str(item['msg']).removeprefix('Value error, ')}; change it in the batch"
