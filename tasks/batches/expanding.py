"""From a batch to its briefs: every combination once, in an order that the text and the date alone decide."""

from __future__ import annotations

import difflib
import hashlib
import math
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from schemas.batch import MAX_VALUES, PLACED, day_seed, put_in
from schemas.brief import Brief
from schemas.brief_reading import brief_from_fields
from schemas.errors import BriefError
from schemas.jobs import MAX_BRIEFS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from schemas.batch import Batch, BatchEntry

MAX_TOLD = 20
"""How many refusals an error lists."""

_MAX_COMBINATIONS = 1_000_000_000
_RANGE = re.compile(r"\s*(\d{1,16})\s*\.\.\s*(\d{1,16})\s*")


@dataclass(frozen=True)
class Refusal:
    """What cannot be made: where it stands in the batch, why, and how many briefs it is about."""

    place: str
    reason: str
    briefs: int = 1

    def __str__(self) -> str:
        several = f" ({self.briefs} briefs)" if self.briefs > 1 else ""
        return f"{self.place}{several}: {self.reason}"


@dataclass(frozen=True)
class Expansion:
    """The briefs of a batch, where each of them stands in it, and what was refused."""

    briefs: tuple[Brief, ...]
    places: tuple[str, ...]
    refused: tuple[Refusal, ...] = ()


def expand(batch: Batch, *, on: date, places: Sequence[str] = ()) -> Expansion:
    """The briefs that a batch asks for on a day; what cannot be one is refused and the others stand.

    Args:
        batch: the batch.
        on: the day that `{date}` means.
        places: where each entry stands, for people ('line 3'); its number where nothing is given.

    Raises:
        BriefError: it would make more than `MAX_BRIEFS` briefs; nothing is unfolded then.
    """
    names = [places[at] if at < len(places) else f"entry {at + 1}" for at in range(len(batch.entries))]
    ready: list[tuple[str, BatchEntry, dict[str, list[Any]]]] = []
    refused: list[Refusal] = []
    total = 0
    for name, entry in zip(names, batch.entries, strict=True):
        try:
            values = _values(entry)
            total += _size(entry, values) * entry.repeat
        except ValueError as error:
            refused.append(Refusal(name, str(error)))
        else:
            ready.append((name, entry, values))
    if total > MAX_BRIEFS:
        raise BriefError(
            f"the batch makes {total} briefs; at most {MAX_BRIEFS}: vary less, or say 'how: sample' with a count"
        )
    return _unfold(ready, on, refused)


def refuse(refused: Sequence[Refusal]) -> None:
    """See that nothing was refused.

    Raises:
        BriefError: something was; up to `MAX_TOLD` refusals are listed.
    """
    if not refused:
        return
    told = [str(refusal) for refusal in refused[:MAX_TOLD]]
    if len(refused) > MAX_TOLD:
        told.append(f"and {len(refused) - MAX_TOLD} more")
    count = sum(refusal.briefs for refusal in refused)
    head = f"{count} brief{'s' if count > 1 else ''} of the batch cannot be made; nothing has been begun"
    raise BriefError("\n  ".join([f"{head}:", *told]))


def _unfold(ready: list[tuple[str, BatchEntry, dict[str, list[Any]]]], on: date, refused: list[Refusal]) -> Expansion:
    known: dict[str, str] = {}
    briefs: list[Brief] = []
    places: list[str] = []
    number = 0
    for name, entry, values in ready:
        several = _size(entry, values) * entry.repeat > 1
        for at, fields in enumerate(_combined(entry, values, on), start=1):
            number += 1
            try:
                brief = brief_from_fields(_placed(fields, on, number))
            except (BriefError, ValueError) as error:
                refused.append(Refusal(name, str(error)))
                continue
            place = f"{name}, brief {at}" if several else name
            if brief.digest() in known:
                same = known[brief.digest()]
                refused.append(Refusal(place, f"asks for the same album as {same}: change its seed or its theme"))
                continue
            known[brief.digest()] = place
            briefs.append(brief)
            places.append(place)
    return Expansion(tuple(briefs), tuple(places), tuple(_merged(refused)))


def _values(entry: BatchEntry) -> dict[str, list[Any]]:
    """The values of each varied field.

    Raises:
        ValueError: a field is not one of a brief, stands twice, or its values are not a list or a range.
    """
    found = {}
    for name, given in entry.vary.items():
        if name not in Brief.model_fields:
            near = difflib.get_close_matches(name, list(Brief.model_fields), n=1, cutoff=0.5)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            raise ValueError(f"vary.{name}: is not a field of a brief{hint}")
        if name in entry.brief:
            raise ValueError(f"{name}: stands under brief and under vary: leave it in one of them")
        values = _range(name, given) if isinstance(given, str) else list(given)
        if not 1 <= len(values) <= MAX_VALUES:
            raise ValueError(f"vary.{name}: has {len(values)} values; give 1 to {MAX_VALUES}")
        found[name] = values
    if entry.repeat > 1 and "seed" in found:
        raise ValueError(f"repeat {entry.repeat} counts on from the seed, which is varied too: use one of them")
    return found


def _range(name: str, given: str) -> list[int]:
    match = _RANGE.fullmatch(given)
    if match is None:
        raise ValueError(f"vary.{name}: {given[:40]!r} is one value; write a list such as [a, b], or a range '1..4'")
    low, high = int(match[1]), int(match[2])
    if not 0 <= high - low < MAX_VALUES:
        raise ValueError(f"vary.{name}: {given[:40]!r} has {high - low + 1} values; give 1 to {MAX_VALUES}, low first")
    return list(range(low, high + 1))


def _size(entry: BatchEntry, values: dict[str, list[Any]]) -> int:
    """How many combinations an entry makes.

    Raises:
        ValueError: its lists do not fit together, or count and how contradict each other.
    """
    sizes = {name: len(found) for name, found in values.items()}
    if entry.how != "sample" and entry.count is not None:
        raise ValueError(f"count {entry.count} belongs to 'how: sample', not 'how: {entry.how}': change one of them")
    if entry.how == "zip":
        if len(set(sizes.values())) > 1:
            told = ", ".join(f"{name} {size}" for name, size in sizes.items())
            raise ValueError(f"how: zip needs lists of one length ({told}): even them out, or say 'how: all'")
        return next(iter(sizes.values()), 1)
    product = math.prod(sizes.values())
    if entry.how == "all":
        return product
    if entry.count is None:
        raise ValueError("how: sample needs a count: say how many combinations are drawn, e.g. 'count: 4'")
    if product > _MAX_COMBINATIONS:
        raise ValueError(f"vary has {product} combinations; at most {_MAX_COMBINATIONS}: shorten a list")
    if entry.count > product:
        raise ValueError(f"count {entry.count} is more than the {product} combinations of vary: lower it")
    return entry.count


def _combined(entry: BatchEntry, values: dict[str, list[Any]], on: date) -> Iterator[dict[str, Any]]:
    """The fields of each brief of an entry, the seed not counted on yet where it is not given."""
    for chosen in _chosen(entry, values, on):
        fields = {**entry.brief, **chosen}
        if fields.get("seed") == "{date}":
            fields["seed"] = day_seed(on)
        if entry.repeat == 1:
            yield fields
            continue
        seed = fields.get("seed", Brief.model_fields["seed"].default)
        for again in range(entry.repeat):
            yield {**fields, "seed": seed + again if isinstance(seed, int) else seed}


def _chosen(entry: BatchEntry, values: dict[str, list[Any]], on: date) -> Iterator[dict[str, Any]]:
    names = list(values)
    if entry.how == "zip":
        for together in zip(*values.values(), strict=True) if names else [()]:
            yield dict(zip(names, together, strict=True))
        return
    product = math.prod(len(found) for found in values.values())
    drawn = range(product) if entry.how == "all" else _drawn(entry, product, on)
    for index in drawn:
        chosen, rest = {}, index
        for name in reversed(names):
            rest, place = divmod(rest, len(values[name]))
            chosen[name] = values[name][place]
        yield {name: chosen[name] for name in names}


def _drawn(entry: BatchEntry, product: int, on: date) -> list[int]:
    """The combinations of a sample, in order: drawn by hashes, so that every Python draws the same."""
    draw = day_seed(on) if isinstance(entry.draw, str) else entry.draw
    found: set[int] = set()
    tries = 0
    while len(found) < (entry.count or 0):
        digest = hashlib.sha256(f"{draw}\x1f{tries}".encode()).digest()
        found.add(int.from_bytes(digest[:16], "big") % product)
        tries += 1
    return sorted(found)


def _placed(fields: dict[str, Any], on: date, number: int) -> dict[str, Any]:
    """The fields with `{date}` and `{n}` put in where they may stand.

    Raises:
        ValueError: another brace stands there.
    """
    made = dict(fields)
    for name in PLACED:
        if isinstance(made.get(name), str):
            try:
                made[name] = put_in(made[name], on, number)
            except ValueError as error:
                raise ValueError(f"{name}: {error}") from error
    return made


def _merged(refused: list[Refusal]) -> Iterator[Refusal]:
    """One refusal where several briefs of an entry are refused for one reason."""
    merged: dict[tuple[str, str], Refusal] = {}
    for refusal in refused:
        key = (refusal.place, refusal.reason)
        known = merged.get(key)
        merged[key] = refusal if known is None else replace(known, briefs=known.briefs + refusal.briefs)
    yield from merged.values()
