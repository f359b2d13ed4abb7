"""Look up 10,000 recipes in the catalogue, side by side with diskcache on the same work.

The work: for each of N recipe digests, say which result is stored and whether its bytes are all there (presence and
size, not the hash). Both hold the same bytes, one file a result, in fresh folders on the same disk; both are warm; the
best of several rounds counts. diskcache answers one key a call, which is all that it offers; `in` is its quicker
look-up, which does not notice a file that is gone.

    python -m benchmarks.catalogue [--recipes 10000] [--rounds 7]
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import diskcache

from artifacts.catalogue import Catalogue
from schemas.base import Digest
from schemas.making import Provenance, Recipe, Slot
from schemas.picture import CoverArt

BLOB_BYTES = 4096


def content(number: int) -> bytes:
    return number.to_bytes(8, "big") * (BLOB_BYTES // 8)


def fill_catalogue(catalogue: Catalogue, count: int) -> dict[Digest, Digest]:
    """Results by recipe digest, remembered 500 at a time as a batch stage does."""
    slot = Slot(album_id="benchmark", step="paint_cover")
    with ThreadPoolExecutor(32) as pool:  # Threads only wait here, for the disk to have each file.
        pictures = list(pool.map(lambda number: catalogue.blobs.put(content(number), "image/png"), range(count)))
    made: list[tuple[Recipe, CoverArt, Provenance]] = []
    for number, picture in enumerate(pictures):
        recipe = Recipe(step="paint_cover", revision=1, inputs={"plan": f"{number:064x}"}, seed=number)
        cover = CoverArt(model="cover:none", picture=picture, width_px=64, height_px=64, title_contrast=7)
        told = Provenance(
            artifact=cover.digest(),
            recipe=recipe,
            slot=slot,
            run="benchmark",
            author="hibari",
            device="none",
            started_at=datetime.now(UTC),
            seconds=0,
        )
        made.append((recipe, cover, told))
    found: dict[Digest, Digest] = {}
    for start in range(0, count, 500):
        batch = made[start : start + 500]
        digests = catalogue.remember_many(batch)
        found |= {recipe.digest(): digest for (recipe, _, _), digest in zip(batch, digests, strict=True)}
    return found


def fill_diskcache(cache: diskcache.Cache, keys: list[Digest]) -> None:
    with cache.transact():
        for number, key in enumerate(keys):
            cache.set(key, content(number))


def diskcache_present(cache: diskcache.Cache, keys: list[Digest]) -> int:
    """How many keys have a value whose file is there with the right size."""
    present = 0
    with cache.transact():
        for key in keys:
            file = cache.get(key, read=True)
            if file is not None:
                with file:
                    present += os.fstat(file.fileno()).st_size == BLOB_BYTES
    return present


class Cost(NamedTuple):
    """Seconds on the clock, and of processor time."""

    wall_s: float
    cpu_s: float


def cost(action: Callable[[], int], expected: int, rounds: int) -> Cost:
    """The least of several rounds; each must find everything."""
    costs = []
    for _ in range(rounds):
        wall, cpu = time.perf_counter(), time.process_time()
        found = action()
        costs.append((time.perf_counter() - wall, time.process_time() - cpu))
        if found != expected:
            raise SystemExit(f"found {found} of {expected}: the look-up is wrong, its time says nothing")
    return Cost(*(min(column) for column in zip(*costs, strict=True)))


def measure(root: Path, recipes: int, rounds: int) -> dict[str, Cost]:
    """What each way of looking up costs, by its name; ours in one call is first."""
    filling = Catalogue.in_folder(root / "store")
    expected = fill_catalogue(filling, recipes)
    filling.close()
    keys, few = list(expected), list(expected)[:500]
    costs: dict[str, Cost] = {}
    catalogue = Catalogue.in_folder(root / "store")
    with diskcache.Cache(str(root / "diskcache"), disk_min_file_size=0) as cache:
        fill_diskcache(cache, keys)
        costs["catalogue.recall_many"] = cost(lambda: len(catalogue.recall_many(keys)), len(keys), rounds)
        one = cost(lambda: sum(catalogue.recall(key) is not None for key in few), len(few), rounds)
        costs["catalogue.recall, one by one"] = Cost(*(part * len(keys) / len(few) for part in one))
        costs["diskcache.get(read=True), size checked"] = cost(
            lambda: diskcache_present(cache, keys), len(keys), rounds
        )
        costs["key in diskcache, files not looked at"] = cost(
            lambda: sum(key in cache for key in keys), len(keys), rounds
        )
    if catalogue.recall_many(keys) != expected:
        raise SystemExit("the catalogue answered something else than was remembered")
    catalogue.close()
    return costs


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--recipes", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=7)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        costs = measure(Path(folder), asked.recipes, asked.rounds)
    ours = costs["catalogue.recall_many"]
    print(f"{asked.recipes} recipes, one blob of {BLOB_BYTES} bytes each; least of {asked.rounds} rounds")
    print(f"{'':40s} {'wall':>8s} {'cpu':>8s}   of ours (wall, cpu)")
    for name, one in costs.items():
        ratio = f"{one.wall_s / ours.wall_s:5.2f} x  {one.cpu_s / ours.cpu_s:5.2f} x"
        print(f"{name:40s} {one.wall_s:6.3f} s {one.cpu_s:6.3f} s   {ratio}")
    if ours.wall_s > asked.recipes / 10_000:
        raise SystemExit(f"over the bound of 1 s for 10,000 recipes: {ours.wall_s:.3f} s")


if __name__ == "__main__":
    main()
