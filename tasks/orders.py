"""What goes to a worker and what comes back: small, typed, picklable, no bytes of sound or picture."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from schemas.base import Digest, Record
from schemas.making import Recipe, Slot


class Order(Record):
    """One thing to make: the slot it fills, the take and the recipe."""

    slot: Slot
    take: int = Field(ge=0)
    recipe: Recipe
    run: str = Field(max_length=80)


class Delivery(Record):
    """What a worker answers: the artifact's digest, or why there is none."""

    slot: Slot
    artifact: Digest | None
    outcome: Literal["made", "reused", "failed"]
    seconds: float = Field(ge=0, default=0.0)
    cpu_s: float = Field(ge=0, default=0.0)
    error: str = Field(default="", max_length=4000)
    transient: bool = Field(default=False, description="whether trying again may help (I/O, memory)")
    notes: tuple[str, ...] = ()
    loads: tuple[str, ...] = Field(default=(), description="models that the worker had to load for it, by name")
    load_cpu_s: float = Field(ge=0, default=0.0, description="how much of `cpu_s` was their loading")


class Prospect(Record):
    """What would happen to a slot if the album were made now."""

    slot: Slot
    action: Literal["reuse", "make", "may be made again", "conflict"]
    take: int = Field(ge=0)
    why: str = Field(default="", max_length=400)
