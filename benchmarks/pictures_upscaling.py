"""What enlarging costs and gives: the upscalers beside bicubic, on paintings made four times smaller.

`python -m benchmarks.pictures_upscaling [FOLDER] [--models upscale:compact,upscale:x4plus-anime] [--pictures 12]`

FOLDER holds pictures that no model was trained on (the paintings of the test data). From the middle of each a square of
384 px is taken, made 96 px by an averaging filter, or that and a JPEG of quality 60, and enlarged again. PSNR in
decibels (higher is nearer to the pixels) and the perceptual distance of `features:vgg16` (lower looks more alike) are
means over the pictures. Then processor seconds on one thread and the peak memory of 384 to 1536 and 768 to 3072 px.
"""

from __future__ import annotations

import argparse
import io
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from PIL.Image import Image
    from torch import Tensor

LARGE_PX, SMALL_PX = 384, 96
SIZES = (384, 768)
Enlarge = Callable[["Tensor"], "Tensor"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--models", default="upscale:compact,upscale:x4plus-anime")
    parser.add_argument("--pictures", type=int, default=12)
    parser.add_argument("--time", metavar="MODEL:SIDE", help="only time one model at one size, in a process of its own")
    arguments = parser.parse_args()
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    import torch

    torch.set_num_threads(1)
    if arguments.time:
        model, _, side = arguments.time.rpartition(":")
        print_cost(model, int(side))
        return
    names = arguments.models.split(",")
    if arguments.folder is None:
        print("no FOLDER of paintings was given: likeness is not measured\n")
    else:
        print_likeness(arguments.folder, names, arguments.pictures)
    print("model                  from    to      CPU s   peak MB")
    for side in SIZES:
        command = [sys.executable, "-m", "benchmarks.pictures_upscaling", "--time", f"upscale:compact:{side}"]
        subprocess.run(command, check=True)


def print_likeness(folder: Path, names: list[str], count: int) -> None:
    from media.pictures.folder import read_folder

    squares = []
    for found in read_folder(folder, longest_px=1024, shortest_px=LARGE_PX):
        if found.picture is not None:
            squares.append(middle(found.picture))
        if len(squares) == count:
            break
    ways: dict[str, Enlarge] = {"bicubic": bicubic, **{name: upscaler(name) for name in names}}
    look = perceptual()
    print(f"{len(squares)} squares of {LARGE_PX} px, made {SMALL_PX} px and enlarged four times")
    print("                       small          small, JPEG 60")
    print("                       PSNR  looks    PSNR  looks    CPU s a picture")
    for name, enlarge in ways.items():
        figures, spent = [], 0.0
        for jpeg in (None, 60):
            rows = []
            for square in squares:
                begun = time.process_time()
                made = enlarge(tensor(smaller(square, jpeg)))
                spent += time.process_time() - begun
                rows.append((psnr(made, tensor(square)), look(made, tensor(square))))
            figures += [f"{sum(row[index] for row in rows) / len(rows):6.3f}" for index in (0, 1)]
        cells = f"{float(figures[0]):5.2f}  {figures[1]}   {float(figures[2]):5.2f}  {figures[3]}"
        print(f"{name:22s} {cells}   {spent / len(squares) / 2:6.2f}", flush=True)
    print()


def print_cost(model: str, side: int) -> None:
    import torch

    enlarge = upscaler(model)
    enlarge(torch.zeros(1, 3, 32, 32))
    picture = torch.rand(1, 3, side, side, generator=torch.Generator().manual_seed(0))
    begun = time.process_time()
    made = enlarge(picture)
    seconds = time.process_time() - begun
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{model:22s} {side:4d}    {made.shape[-1]:4d}   {seconds:6.2f}   {peak:6.0f}", flush=True)


def upscaler(name: str) -> Enlarge:
    from schemas.settings import Settings
    from tasks.enlarging import open_upscaler

    return open_upscaler(name, Settings().models_dir)


def perceptual() -> Callable[[Tensor, Tensor], float]:
    from models import registry
    from models.pictures.style.vgg import load_vgg16, perceptual_distance
    from schemas.settings import Settings

    network = load_vgg16(registry.path("features:vgg16", Settings().models_dir))
    return lambda one, other: float(perceptual_distance(network, one, other))


def bicubic(picture: Tensor) -> Tensor:
    from torch.nn import functional

    return functional.interpolate(picture, scale_factor=4, mode="bicubic", align_corners=False).clamp(0, 1)


def middle(image: Image) -> Image:
    left, top = (image.width - LARGE_PX) // 2, (image.height - LARGE_PX) // 2
    return image.crop((left, top, left + LARGE_PX, top + LARGE_PX))


def smaller(image: Image, jpeg: int | None) -> Image:
    from PIL import Image as Pillow

    small = image.resize((SMALL_PX, SMALL_PX), Pillow.Resampling.BOX)
    if jpeg is None:
        return small
    stream = io.BytesIO()
    small.save(stream, "JPEG", quality=jpeg)
    return Pillow.open(stream).convert("RGB")


def tensor(image: Image) -> Tensor:
    import torch

    return torch.from_numpy(np.array(image, np.float32) / 255).permute(2, 0, 1)[None]


def psnr(one: Tensor, other: Tensor) -> float:
    return float(-10 * (one - other).square().mean().log10())


if __name__ == "__main__":
    main()
