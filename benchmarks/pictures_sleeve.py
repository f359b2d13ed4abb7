"""What a whole cover set costs: seconds of each picture and of all, and the peak memory of the process.

`python -m benchmarks.pictures_sleeve [FOLDER]`: makes the sets of three albums whose words are ready, one after
the other in one process on one thread, and writes each album's sheet into FOLDER. Only pictures are timed.
"""

from __future__ import annotations

import os
import resource
import sys
import tempfile
import time
from pathlib import Path

from media.pictures.writing import write_file
from models import registry
from schemas.brief_reading import brief_from_fields
from schemas.picture import Sleeve
from schemas.settings import Settings
from tasks.albums import open_album
from tasks.bench import Bench
from tasks.orders import Delivery, Order
from tasks.production import ProductionRun
from tasks.prospects import foresee
from tasks.worker import make_order

CHORUS = "[chorus]\nCome home before the morning\nCome home\n"
WORDS = (
    f"[verse]\nThe lamp is turning on the sea\nIt throws its light to me\n{CHORUS}",
    f"[verse]\nA train is passing in the night\nThe window is alight\n{CHORUS}",
    f"[verse]\nThe garden sleeps beneath the snow\nThe birds have had to go\n{CHORUS}",
)
THEMES = (
    {"theme": "a lighthouse in a storm", "genre": "folk", "seed": 7},
    {"theme": "the city at night", "genre": "synth-pop", "mood": "restless", "seed": 3},
    {"theme": "what my mother planted", "genre": "piano-ballad", "mood": "tender", "seed": 5},
)


class _Inline:
    """Makes orders in this process, and keeps how long each took."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.seconds: list[tuple[str, str, float]] = []

    def deliver(self, order: Order) -> Delivery:
        delivery = make_order(order, self._settings)
        self.seconds.append((order.slot.step, order.slot.part, delivery.seconds))
        return delivery

    def close(self, *, cancel: bool = False) -> None:
        """Nothing is open."""


def main() -> None:
    """Make the sets and print the table."""
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    import torch

    torch.set_num_threads(1)
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    with tempfile.TemporaryDirectory(prefix="hibari-bench-") as home:
        settings = Settings(home=Path(home), models=registry.default_models_dir(), device="cpu")
        for fields in THEMES:
            _one(fields, settings, folder)
    print(
        f"peak memory of the process {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB (bound 3072)"
    )


def _one(fields: dict[str, object], settings: Settings, folder: Path | None) -> None:
    lyrics = [{"title": "", "text": text} for text in WORDS]
    brief = brief_from_fields({**fields, "songs": 3, "length_s": [20, 40], "lyrics": lyrics})
    bench, pool = Bench(settings), _Inline(settings)
    state = open_album(brief, bench)
    foresee(state, record=True)
    run = ProductionRun([state], pool)
    for song in state.plan.songs:
        for step in ("write_lyrics", "compose_lead_sheet"):
            run.make_step(state, song, step)
    pool.seconds.clear()
    began = time.perf_counter()
    for step in ("direct_art", "paint_cover", "paint_pictures", "lay_out_sleeve"):
        run.make_step(state, None, step)
    total = time.perf_counter() - began
    print(f"\n{brief.theme}: {total:.1f} s on one thread")
    for step, part, seconds in pool.seconds:
        print(f"  {step:16} {part:12} {seconds:6.1f} s")
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
        sleeve = bench.get(state.of("lay_out_sleeve", None) or "", Sleeve)
        write_file(bench.blobs.read(sleeve.sheet), folder / f"{state.album_id}.jpg")


if __name__ == "__main__":
    main()
