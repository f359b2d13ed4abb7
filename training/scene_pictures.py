"""Pictures of our own scenes, to train a painter on: every motif or some, composition, hour, weather and key in turn.

`python -m training.scene_pictures --out FOLDER --count 6000 --px 64`

A picture's scene hangs on the seed, the motifs and its number alone, so a folder that was begun is filled up, and more
can be asked for later. Motifs come equally often. Pictures are drawn at twice their size and halved, so that edges are
smooth.
"""

from __future__ import annotations

import argparse
import logging
import os
from collections.abc import Callable
from pathlib import Path
from typing import get_args

import numpy as np

from media.scenes.colours import scene_colours
from media.scenes.motifs import MOTIFS
from schemas.errors import SettingsError
from schemas.plan import TONICS, Key, Mode, Mood
from schemas.scene import Scene

log = logging.getLogger(__name__)


def scene_of(number: int, seed: int, motifs: tuple[str, ...] = ()) -> Scene:
    """The scene of a number (0 or more), of any motif or of those named."""
    names = motifs or tuple(MOTIFS)
    rng = np.random.default_rng((seed, number))
    motif = MOTIFS[names[number % len(names)]]
    hour = motif.hours[int(rng.integers(len(motif.hours)))]
    key = Key(tonic=TONICS[int(rng.integers(12))], mode=str(rng.choice(get_args(Mode))))
    mood: Mood = get_args(Mood)[int(rng.integers(len(get_args(Mood))))]
    return Scene(
        motif=motif.name,
        composition=str(rng.choice(sorted(motif.compositions))),
        seed=int(rng.integers(2**31)),
        hour=hour,
        weather=motif.weathers[int(rng.integers(len(motif.weathers)))],
        energy=float(rng.random()),
        colours=scene_colours(key, mood, hour, seed=int(rng.integers(2**31))),
    )


def draw_pictures(
    out: Path,
    count: int,
    px: int,
    *,
    seed: int = 7,
    motifs: tuple[str, ...] = (),
    progress: Callable[[int, int], None] | None = None,
) -> None:
    """Fills a folder with pictures 000000.png, 000001.png, … of px by px; those that are there are left.

    Raises:
        SettingsError: count or px is out of its bounds, or there is no such motif.
    """
    from PIL.Image import Resampling

    from media.pictures.reading import encode_png, picture_of
    from media.scenes.drawing import draw_scene

    if not 1 <= count <= 200_000 or not 8 <= px <= 2048:
        raise SettingsError(f"{count} pictures of {px} px: ask for 1 to 200000 of 8 to 2048 px")
    if unknown := sorted(set(motifs) - set(MOTIFS)):
        raise SettingsError(f"there is no motif {unknown[0]!r}: there are {', '.join(MOTIFS)}")
    out.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        file = out / f"{number:06d}.png"
        if not file.exists():
            drawn = draw_scene(scene_of(number, seed, motifs), 2 * px, 2 * px).picture
            part = file.with_suffix(f".{os.getpid()}.part")
            part.write_bytes(encode_png(picture_of(drawn).resize((px, px), Resampling.BOX)))
            part.replace(file)
        if progress is not None:
            progress(number + 1, count)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--count", type=int, default=6000)
    parser.add_argument("--px", type=int, default=64)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--motifs", nargs="*", default=[], help="only these; none: all there are")
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    given = parser.parse_args()

    def tell(done: int, count: int) -> None:
        if done % 500 == 0 or done == count:
            log.info("%d of %d pictures", done, count)

    draw_pictures(given.out, given.count, given.px, seed=given.seed, motifs=tuple(given.motifs), progress=tell)


if __name__ == "__main__":
    main()
