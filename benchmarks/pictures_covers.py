"""Twelve covers of twelve different briefs on one sheet, and how alike the two most alike of them are.

`python -m benchmarks.pictures_covers OUT.jpg [MODEL]`. Distances are bits of 64 in which perceptual hashes differ, and
one less the intersection of colour histograms.
"""

from __future__ import annotations

import itertools
import os
import resource
import sys
import time
from pathlib import Path
from typing import Any

from media.pictures.hashing import hamming, perceptual_hash
from media.pictures.measures import histogram_distance
from media.pictures.reading import encode_png, picture_of
from media.pictures.writing import write_file
from media.sleeve.contact import ContactPicture, takes_sheet
from schemas.brief_reading import brief_from_fields
from schemas.settings import Settings
from tasks.bench import Bench
from tasks.painting.alone import paint_alone

BRIEFS: tuple[dict[str, Any], ...] = (
    {"theme": "a lighthouse keeper who collects other people's storms", "title": "Other People's Storms", "seed": 7},
    {"theme": "letters from a night train", "genre": "lo-fi", "artist": "Kanda", "seed": 3},
    {"theme": "my grandmother's garden in june", "mood": "tender", "artist": "June Park", "seed": 4},
    {"theme": "leaving the city at four in the morning", "mood": "restless", "genre": "synth-pop", "seed": 5},
    {"theme": "snow on the day we said goodbye", "mood": "melancholy", "genre": "piano-ballad", "seed": 6},
    {"theme": "a mountain nobody has named", "mood": "triumphant", "artist": "The Larks", "seed": 8},
    {"theme": "paper lanterns on the river", "mood": "nostalgic", "genre": "bossa", "seed": 9},
    {"theme": "what the whales said", "mood": "calm", "artist": "Ouro", "seed": 10},
    {"theme": "dancing by myself", "mood": "joyful", "genre": "synth-pop", "seed": 11},
    {"theme": "two chairs and an unfinished conversation", "mood": "melancholy", "genre": "folk", "seed": 12},
    {"theme": "the last piano in the desert", "mood": "nostalgic", "seed": 13},
    {"theme": "birds over a burning field", "mood": "restless", "genre": "rock", "artist": "Ash", "seed": 14},
)


def main() -> None:
    """Write the sheet and print the table."""
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    out = Path(sys.argv[1] if len(sys.argv) > 1 else "twelve-covers.jpg")
    model = sys.argv[2] if len(sys.argv) > 2 else "cover:painted"
    bench = Bench(Settings())
    made, pixels = [], []
    for fields in BRIEFS:
        began = time.perf_counter()
        cover = paint_alone(brief_from_fields({**fields, "models": {"cover": model}}), bench, size_px=1500)
        seconds = time.perf_counter() - began
        scene = cover.direction.scene
        what = f"{scene.motif}, {scene.composition}, {scene.hour}, {scene.weather}" if scene else model
        print(f"{cover.direction.title:44} {what:44} {cover.front.lettered.treatment:14} {seconds:5.1f} s")
        pixels.append(cover.front.lettered.pixels)
        made.append(ContactPicture(cover.direction.title, encode_png(picture_of(pixels[-1]))))
    write_file(takes_sheet(made), out)
    hashes = [perceptual_hash(one) for one in pixels]
    pairs = list(itertools.combinations(range(len(pixels)), 2))
    bits = min((hamming(hashes[a], hashes[b]), a, b) for a, b in pairs)
    colour = min((round(histogram_distance(pixels[a], pixels[b]), 3), a, b) for a, b in pairs)
    for name, (value, a, b) in (("perceptual hash, bits of 64", bits), ("colour histograms, 0-1", colour)):
        print(f"most alike by {name}: {value}, {BRIEFS[a]['theme']!r} and {BRIEFS[b]['theme']!r}")
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB; {out}")


if __name__ == "__main__":
    main()
