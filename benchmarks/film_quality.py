"""How steady painted film is: the film painter against every frame by itself, its own parts, and its teacher.

`python -m benchmarks.film_quality --shots FOLDER [--alone FILE]`: FOLDER holds held-out shots (motifs and looks that
the network never saw), as made by

    python -m training.film_sequences --out FOLDER --part held-out --shots 12 --width 512 --height 288 --frames 10 \
        --most-zoom 1.3 --still-share 0.34 --seed 11

FILE holds weights of the same network trained without any frame before (`--without-previous`): pix2pix of the same
size. Warping error, shimmer and flicker are mean absolute differences in steps of 1/255: see `training.film_measures`.
Where nothing moves at all, a network that sees one frame alone is given the same twice: its flicker is next to nothing
by nature, and shimmer and warping error tell how it looks once the camera moves. A film can be steady by being blurred,
so sharpness stands beside them: 1 is as sharp as what the teacher's frames average to.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from models import registry
from models.film.painter.checkpoint import load_film_painter
from models.pictures.style.feature_stacks import squeezenet_stack
from training.film_clips import read_shots, whole
from training.film_measures import likeness, paint_whole, recoloured, steadiness
from training.film_sequences import FilmShot
from training.painter_checks import squeezenet

Way = Callable[[FilmShot], Tensor]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shots", type=Path, required=True)
    parser.add_argument("--weights", type=Path, help="of a film painter; film:painted where it is left out")
    parser.add_argument("--most", type=int, default=100, help="shots to take")
    parser.add_argument("--alone", type=Path, help="weights trained without any frame before")
    given = parser.parse_args()
    torch.set_num_threads(1)
    network = load_film_painter(given.weights or registry.path("film:painted", registry.default_models_dir()))
    ways: dict[str, Way] = {
        "film painter": lambda shot: paint_whole(network, whole(shot)),
        "frame by frame, same weights": lambda shot: paint_whole(network, whole(shot), "alone"),
        "mask and warp switched off": lambda shot: paint_whole(network, whole(shot), "unblended"),
        "teacher, frame by frame": lambda shot: _floats(shot.painted),
        "teacher, averaged (what is learnt)": lambda shot: _floats(shot.wanted),
        "drawing, not painted": lambda shot: _floats(shot.drawing),
        "drawing, told the answer's colours": lambda shot: recoloured(_floats(shot.drawing), _floats(shot.wanted)),
    }
    if given.alone is not None:
        other = load_film_painter(given.alone)
        ways["frame by frame, trained so"] = lambda shot: paint_whole(other, whole(shot), "alone")
    report(read_shots(given.shots, "held-out")[: given.most], ways)


def report(shots: list[FilmShot], ways: dict[str, Way]) -> None:
    features = squeezenet_stack(squeezenet())
    frames, _, height, width = shots[0].drawing.shape
    print(f"{len(shots)} held-out shots of {frames} frames, {width}x{height} px; means over shots, in steps of 1/255")
    print(f"{'':36}{'warping':>9}{'shimmer':>9}{'flicker':>9}{'L1':>8}{'PSNR dB':>9}{'features':>10}{'sharpness':>11}")
    found: dict[str, tuple[float, ...]] = {}
    for name, way in ways.items():
        rows = []
        for shot in shots:
            painted, clip = way(shot), whole(shot)
            steady, like = steadiness(painted, clip), likeness(painted, clip.wanted[0], features)
            rows.append(
                (
                    steady.warping,
                    steady.shimmer,
                    steady.flicker,
                    like.colours,
                    like.psnr_db,
                    like.features,
                    like.sharpness,
                )
            )
        means = [float(np.nanmean(column)) for column in zip(*rows, strict=True)]
        found[name] = tuple(means[:3])
        print(
            f"{name:36}{means[0]:9.3f}{means[1]:9.3f}{means[2]:9.3f}"
            f"{means[3]:8.2f}{means[4]:9.2f}{means[5]:10.4f}{means[6]:11.3f}",
            flush=True,
        )
    ours = found["film painter"]
    print(f"\n{'less than …':36}{'warping':>8}{'shimmer':>10}{'flicker':>10}")
    for name, other in found.items():
        if name.startswith(("frame", "mask", "teacher, frame")):
            shares = [100 * (1 - mine / theirs) for mine, theirs in zip(ours, other, strict=True)]
            print(f"{name:36}{shares[0]:6.1f} %{shares[1]:8.1f} %{shares[2]:8.1f} %")


def _floats(values: np.ndarray) -> Tensor:
    return torch.from_numpy(values.astype(np.float32) / 255)


if __name__ == "__main__":
    main()
