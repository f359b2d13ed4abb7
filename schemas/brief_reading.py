"""Briefs from text: one line, YAML or JSON, in bounds, with errors a musician can act on."""

from __future__ import annotations

import difflib
from typing import Any, get_args

import yaml
from pydantic import ValidationError

from schemas.brief import Brief
from schemas.errors import BriefError
from schemas.plan import Genre, Mood

MAX_BRIEF_BYTES = 256 * 1024
"""A brief longer than this is refused unread."""

_MAX_DEPTH = 8
_MAX_NUMBER = 40
"""The most characters of a number: longer ones take seconds to read, and cannot be written out again."""

_NUMBERS = ("tag:yaml.org,2002:int", "tag:yaml.org,2002:float")
_NAMES: dict[str, tuple[str, ...]] = {"genre": get_args(Genre), "mood": get_args(Mood)}


class PlainLoader(yaml.SafeLoader):
    """YAML without aliases: a few lines of them can unfold into gigabytes."""

    what = "brief"
    depth = 0

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:  # noqa: ANN401
        """The next node of the document.

        Raises:
            BriefError: it is an alias, or nests too deep.
        """
        if self.check_event(yaml.events.AliasEvent):
            raise BriefError(f"the {self.what} uses a YAML alias (*name); aliases are refused: write the value out")
        self.depth += 1
        if self.depth > _MAX_DEPTH:
            raise BriefError(f"the {self.what} nests deeper than {_MAX_DEPTH} levels: flatten it")
        node = super().compose_node(parent, index)
        self.depth -= 1
        if isinstance(node, yaml.ScalarNode) and node.tag in _NUMBERS and len(node.value) > _MAX_NUMBER:
            raise BriefError(
                f"the {self.what} holds a number of {len(node.value)} characters, {node.value[:20]!r}…: "
                f"at most {_MAX_NUMBER} are read"
            )
        return node


def brief_from_text(text: str) -> Brief:
    """The brief that a YAML or JSON document describes, or, where it is one plain line, a brief of that theme.

    Raises:
        BriefError: names the field, the value, the bound and the remedy.
    """
    size = len(text.encode(errors="replace"))
    if size > MAX_BRIEF_BYTES:
        raise BriefError(f"the brief has {size} bytes; at most {MAX_BRIEF_BYTES} are read: shorten it")
    one_line = "\n" not in text.strip()
    try:
        document = _parse(text)
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        if one_line:
            return brief_from_fields({"theme": text.strip()})
        raise BriefError(f"the brief is not readable YAML or JSON: {error}. Check quotes and indentation") from error
    if isinstance(document, dict) and all(isinstance(name, str) for name in document):
        fields = not one_line or text.lstrip().startswith("{")
        if fields or set(document) & set(Brief.model_fields):
            return brief_from_fields(document)
    if not one_line:
        raise BriefError("the brief must be one line, or a mapping such as 'theme: the sea at night'")
    return brief_from_fields({"theme": text.strip()})


def _parse(text: str) -> object:
    loader = PlainLoader(text)
    try:
        return loader.get_single_data()
    finally:
        loader.dispose()


def brief_from_fields(fields: dict[str, Any]) -> Brief:
    """The brief of these fields (keyword arguments, a parsed YAML mapping, an API body).

    Raises:
        BriefError: names the field, the value, the bound and the remedy.
    """
    if fields.get("language", "en") == "ja":
        raise BriefError(
            "language: 'ja' cannot be sung yet, because no Japanese voice is installed; use 'en' "
            "(words and titles inside an English song may not be Japanese either)"
        )
    prepared = _forgiving(dict(fields))
    try:
        return Brief.model_validate(prepared)
    except ValidationError as error:
        raise BriefError("; ".join(_explain(item, prepared) for item in error.errors()[:8])) from error


def _forgiving(fields: dict[str, Any]) -> dict[str, Any]:
    """Accept what people write: one number for a range, a pair for low and high, one key, plain text for lyrics."""
    for name in ("tempo_bpm", "length_s"):
        value = fields.get(name)
        if isinstance(value, (list, tuple)) and len(value) == 2:
            fields[name] = {"low": value[0], "high": value[1]}
        elif isinstance(value, int) and not isinstance(value, bool):
            slack = 0 if name == "tempo_bpm" else 8
            fields[name] = {"low": value - slack, "high": value + slack}
    if isinstance(fields.get("keys"), str):
        fields["keys"] = [fields["keys"]]
    words = fields.get("lyrics")
    if isinstance(words, str):
        words = [words]
    if isinstance(words, (list, tuple)):
        fields["lyrics"] = [{"text": item} if isinstance(item, str) else item for item in words]
    for name in ("genre", "mood"):
        if isinstance(fields.get(name), str):
            fields[name] = fields[name].strip().lower().replace(" ", "-").replace("_", "-")
    return fields


def _explain(item: Any, fields: dict[str, Any]) -> str:  # noqa: ANN401 - pydantic's ErrorDetails
    place = ".".join(str(part) for part in item["loc"]) or "brief"
    name = str(item["loc"][0]) if item["loc"] else ""
    value = item.get("input")
    shown = repr(value) if len(repr(value)) <= 80 else f"{repr(value)[:60]}… ({len(repr(value))} characters)"
    if item["type"] == "extra_forbidden":
        near = difflib.get_close_matches(place, list(Brief.model_fields), n=1, cutoff=0.5)
        hint = f"did you mean {near[0]!r}?" if near else f"known fields: {', '.join(_fields_for_people())}"
        return f"{place}: is not a field of a brief; {hint}"
    if name in _NAMES:
        near = difflib.get_close_matches(str(value), _NAMES[name], n=1, cutoff=0.0)
        return f"{place}: {shown} is not known; the nearest is {near[0]!r} (choose from {', '.join(_NAMES[name])})"
    if item["type"] == "missing":
        return f"{place}: is needed; write at least one line that says what the album is about"
    if name == "theme" and item["type"] == "string_too_short":
        return "theme: is empty (1 to 400 characters); write one line that says what the album is about"
    message = str(item["msg"]).removeprefix("Value error, ")
    return f"{place}: {shown} — {message}; change it in the brief"


def _fields_for_people() -> list[str]:
    return [name for name in Brief.model_fields if name not in ("kind", "schema_version")]
