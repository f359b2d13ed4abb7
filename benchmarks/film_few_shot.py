"""The few-shot painter: CPU seconds to make its weights and a key frame, and what its reference is worth.

`python -m benchmarks.film_few_shot [--folder DIR]`

Seconds are those of the processor on one thread, medians of seven after two that do not count. With `--folder`, that of
a training (`training.few_shot`), held-out albums are painted with the right reference, with another album's and with
none but the drawing itself: distance to the teacher's frame in steps of 0-255, and in SqueezeNet's layers.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import torch

from media.scenes.drawing import draw_scene
from models import registry
from models.film.few_shot.keeping import load_networks
from models.film.few_shot.painter import FewShotPainter
from training.scene_pictures import scene_of

_SIZES = ((256, 256), (512, 288))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--albums", type=int, default=24)
    given = parser.parse_args()
    torch.set_num_threads(1)
    file = registry.path("film:few-shot", registry.default_models_dir())
    timed(FewShotPainter(load_networks(file)))
    if given.folder is not None:
        compared(file, given.folder, given.albums)


def timed(painter: FewShotPainter) -> None:
    """What weights and frames take."""
    drawn = [draw_scene(scene_of(number, 3), 512, 512) for number in range(4)]
    drawings = [torch.from_numpy(one.underpainting).permute(2, 0, 1)[None] for one in drawn]
    labels = [torch.from_numpy(one.labels)[None] for one in drawn]
    for count in (1, 4):
        took = seconds_of(lambda count=count: painter.weights_of(drawings[:count], labels[:count], drawings[:count]))
        print(f"weights of {count} references of 512x512   {took:6.3f} s")
    weights = painter.weights_of(drawings, labels, drawings)
    for width, height in _SIZES:
        frame = draw_scene(scene_of(5, 3), width, height)
        drawing = torch.from_numpy(frame.underpainting).permute(2, 0, 1)[None]
        shown, still = torch.from_numpy(frame.labels)[None], torch.zeros(1, 2, height, width)
        first = seconds_of(lambda s=shown, d=drawing: painter.paint(weights, s, d))
        next_ = seconds_of(lambda s=shown, d=drawing, f=still: painter.paint(weights, s, d, d, f))
        print(f"{width}x{height}: first frame {first:6.3f} s, next frames {next_:6.3f} s ({1 / next_:.1f} a second)")


def compared(file: Path, folder: Path, count: int) -> None:
    """The right reference against a wrong one."""
    from training.few_shot import features_on, sources_of
    from training.few_shot_export import measure, training_of

    source = sources_of(training_of(folder), "held-out").painted
    albums = [source.album(number) for number in range(min(count, source.count))]
    reached, steady, _ = measure(load_networks(file).eval(), albums, features_on("cpu"))
    for row in reached:
        print(f"{row.name:44} {row.apart:6.2f} apart, features {row.features:.3f}, right ones nearer {row.nearer:4.0%}")
    print(f"between two frames, after the true motion: alone {steady.alone:.2f}, laid over {steady.laid:.2f}", end="")
    print(f", the teacher's averages {steady.teacher:.2f}")


def seconds_of(work: Callable[[], object]) -> float:
    took = []
    for _ in range(9):
        began = time.process_time()
        work()
        took.append(time.process_time() - began)
    return statistics.median(took[2:])


if __name__ == "__main__":
    main()
