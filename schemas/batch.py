"""A batch: brief templates with variations, unfolded into briefs in a way that a date and the text alone decide."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, JsonValue, StringConstraints, field_validator

from schemas.base import Record
from schemas.brief import Text
from schemas.jobs import MAX_BRIEFS, Budget

MAX_VALUES = 500
"""The most values one varied field takes."""

MAX_VARIED = 8
"""The most fields one entry varies."""

PLACED = ("theme", "title")
"""Fields in which `{date}` and `{n}` are put in."""

FieldName = Annotated[str, StringConstraints(pattern=r"^[a-z_]+$", max_length=40)]


class BatchEntry(Record):
    """A brief, or a template of several: the fields in `brief`, and the values that `vary` puts into them in turn."""

    brief: dict[FieldName, JsonValue] = Field(
        default_factory=dict, max_length=24, description="fields of a brief; the same in every brief of the entry"
    )
    vary: dict[FieldName, tuple[JsonValue, ...] | str] = Field(
        default_factory=dict,
        max_length=MAX_VARIED,
        description="fields of a brief and the values each takes: a list, or whole numbers as '1..4'",
    )
    how: Literal["all", "zip", "sample"] = Field(
        default="all",
        description="all: every combination; zip: first with first, second with second; sample: some combinations",
    )
    count: int | None = Field(default=None, ge=1, le=MAX_BRIEFS, description="how many combinations a sample draws")
    draw: int | Literal["{date}"] = Field(default=0, description="seed of the sample; '{date}' draws others every day")
    repeat: int = Field(default=1, ge=1, le=100, description="how often each is made, the seed one higher every time")

    @field_validator("draw")
    @classmethod
    def _bounded(cls, value: int | str) -> int | str:
        if isinstance(value, int) and not 0 <= value < 2**53:
            raise ValueError(f"draw {value} is not a seed: give 0 to 2**53 - 1, or '{{date}}'")
        return value


class Batch(Record):
    """What a batch file holds."""

    name: Text = Field(default="", max_length=120, description="what it is called in lists and in the report")
    priority: int = Field(default=3, ge=0, le=9, description="9 first; single albums come with 5")
    policy: str = Field(default="", max_length=40, description="written policy that judges what is made; '' leaves it")
    budget: Budget = Field(default=Budget(), description="where the batch stops by itself")
    entries: tuple[BatchEntry, ...] = Field(min_length=1, max_length=MAX_BRIEFS)

    @field_validator("name")
    @classmethod
    def _one_line(cls, value: str) -> str:
        if any(ord(character) < 32 or ord(character) == 127 for character in value):
            raise ValueError("holds a control character: write one plain line")
        return value


def day_seed(on: date) -> int:
    """The seed that '{date}' stands for: year, month, day and three noughts, so that repeats of two days differ."""
    return (on.year * 10_000 + on.month * 100 + on.day) * 1000


def put_in(text: str, on: date, number: int) -> str:
    """The text with `{date}` as 2025-01-31 and `{n}` as the brief's number; `{{` and `}}` stand for plain braces.

    Nothing else is looked up: this is no format string.

    Raises:
        ValueError: another brace stands there.
    """
    made, at = [], 0
    places = {"{date}": on.isoformat(), "{n}": str(number), "{{": "{", "}}": "}"}
    while at < len(text):
        found = next((name for name in places if text.startswith(name, at)), None)
        if found is not None:
            made.append(places[found])
            at += len(found)
            continue
        if text[at] in "{}":
            raise ValueError(
                f"{text[at : at + 20]!r}: only {{date}} and {{n}} are put in; write {{{{ or }}}} for a plain brace"
            )
        made.append(text[at])
        at += 1
    return "".join(made)
