"""How fast our StyleGAN2 generator paints, beside two that convolve in groups and that we did not write.

`python -m benchmarks.pictures_stylegan2 [--edges 256 512 1024] [--batches 1 4] [--runs 5] [--wheel FILE]`

The peers are `stylegan2_clean_arch` and `stylegan2_bilinear_arch` of gfpgan 1.3.8, taken out of its wheel into a
temporary folder (fetched with pip unless given; its sha256 is checked). Same widths (channel multiplier 2), same
weights, same noise, one process, one thread; the programs take turns, and the medians of CPU seconds are printed.

The peers enlarge bilinearly with repeated edges before they convolve, where the paper convolves and then filters with
zeros outside: the same numbers but for the edges. So outputs are first compared with the peers' edges made zero; the
timed runs are the peers as they come. The rate of a plain 3x3 convolution in the same process says how far from the
processor's bound the generator is.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import statistics
import subprocess
import sys
import tempfile
import time
import types
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from models.pictures.stylegan2 import Generator, StyleGAN2Config

WHEEL, VERSION = "gfpgan-1.3.8-py3-none-any.whl", "1.3.8"
SHA256 = "3d8386df6320aa9dfb0dd4cd09d9f8ed12ae0bbd9b2df257c3d21aefac5d8b85"
PEERS = {"clean": "StyleGAN2GeneratorClean", "bilinear": "StyleGAN2GeneratorBilinear"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--edges", type=int, nargs="+", default=[256, 512, 1024], help="pixels")
    parser.add_argument("--batches", type=int, nargs="+", default=[1, 4])
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--wheel", type=Path, help="gfpgan's wheel, if it is already here")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(0)
    with tempfile.TemporaryDirectory() as folder:
        makers = {name: load_peer(name, arguments.wheel or fetch(Path(folder)), Path(folder)) for name in PEERS}
    print(f"torch {torch.__version__}, one thread; medians of {arguments.runs} CPU seconds, taking turns\n")
    print("  edge  batch     ours    clean  bilinear   x clean  x bilinear   GFLOP/s ours  convolution   agree within")
    with torch.inference_mode():
        for edge in arguments.edges:
            ours = random_generator(edge)
            peers = {name: copied(ours, make, clean=name == "clean") for name, make in makers.items()}
            error = max(disagreement(ours, peer) for peer in peers.values())
            for batch in arguments.batches:
                print_row(ours, peers, batch, arguments.runs, error)


def fetch(folder: Path) -> Path:
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(folder)]
    subprocess.run([*command, f"gfpgan=={VERSION}"], check=True)
    return folder / WHEEL


def load_peer(name: str, wheel: Path, folder: Path) -> Callable[..., nn.Module]:
    """The class of a peer's file, with the few names that it takes from basicsr put in their place."""
    if (found := hashlib.sha256(wheel.read_bytes()).hexdigest()) != SHA256:
        raise SystemExit(f"{wheel.name} has sha256 {found}, expected {SHA256}")
    with zipfile.ZipFile(wheel) as archive:
        source = archive.extract(f"gfpgan/archs/stylegan2_{name}_arch.py", folder)
    for module, names in stand_ins().items():
        sys.modules[module] = types.ModuleType(module)
        vars(sys.modules[module]).update(names)
    spec = importlib.util.spec_from_file_location(f"peer_{name}", source)
    assert spec is not None
    assert spec.loader is not None
    module_of_peer = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module_of_peer)
    made: Callable[..., nn.Module] = getattr(module_of_peer, PEERS[name])
    return made


def stand_ins() -> dict[str, dict[str, Any]]:
    """What the peers import of basicsr: a registry, an initialisation (weights are copied over), a fused activation."""

    def fused_leaky_relu(x: Tensor, bias: Tensor, slope: float = 0.2, scale: float = 2**0.5) -> Tensor:
        return functional.leaky_relu(x + bias.view(1, -1, *[1] * (x.ndim - 2)), slope) * scale

    class FusedLeakyReLU(nn.Module):
        def __init__(self, channels: int) -> None:
            super().__init__()
            self.bias = nn.Parameter(torch.zeros(channels))

        def forward(self, x: Tensor) -> Tensor:
            return fused_leaky_relu(x, self.bias)

    registry = types.SimpleNamespace(register=lambda: lambda made: made)
    return {
        "basicsr": {},
        "basicsr.archs": {},
        "basicsr.utils": {},
        "basicsr.ops": {},
        "basicsr.archs.arch_util": {"default_init_weights": lambda *_, **__: None},
        "basicsr.utils.registry": {"ARCH_REGISTRY": registry},
        "basicsr.ops.fused_act": {"FusedLeakyReLU": FusedLeakyReLU, "fused_leaky_relu": fused_leaky_relu},
    }


def random_generator(edge: int) -> Generator:
    widths = {4: 512, 8: 512, 16: 512, 32: 512, 64: 512, 128: 256, 256: 128, 512: 64, 1024: 32}
    generator = Generator(StyleGAN2Config(resolution=edge, channels=tuple(c for e, c in widths.items() if e <= edge)))
    for layer in generator.synthesis.layers:
        nn.init.normal_(layer.bias, std=0.1)
        if layer.noise_strength is not None:
            nn.init.constant_(layer.noise_strength, 0.1)
    return generator.eval()


def copied(ours: Generator, make: Callable[..., nn.Module], *, clean: bool) -> Any:  # noqa: ANN401 - the peer's class
    """The peer with our weights; the clean one keeps no scales, so they are multiplied in."""
    config, theirs = ours.config, make(ours.config.resolution, channel_multiplier=2).eval()
    gain = 2**0.5 if clean else 1.0
    targets = [layer for layer in theirs.style_mlp if hasattr(layer, "weight")]
    for layer, target in zip(ours.mapping.layers, targets, strict=True):
        target.weight.copy_(layer.weight * (layer.scale * gain if clean else 1.0))
        target.bias.copy_(layer.bias * (layer.rate * gain if clean else 1.0))
    theirs.constant_input.weight.copy_(ours.synthesis.const[None])
    convolutions = [theirs.style_conv1, *theirs.style_convs]
    for index, (layer, target) in enumerate(zip(ours.synthesis.layers, convolutions, strict=True)):
        weight = layer.weight.flip(2, 3) if layer.up else layer.weight
        copy_modulated(target.modulated_conv, weight, layer, clean=clean)
        target.weight.copy_(layer.noise_strength * gain)
        bias = target.bias if clean else target.activate.bias
        bias.copy_((layer.bias * gain).view_as(bias))
        getattr(theirs.noises, f"noise{index}").copy_(layer.noise_const)
    for block, target in zip(ours.synthesis.blocks, [theirs.to_rgb1, *theirs.to_rgbs], strict=True):
        copy_modulated(target.modulated_conv, block.to_rgb.weight[:, :, None, None], block.to_rgb, clean=clean)
        target.bias.copy_(block.to_rgb.bias.view_as(target.bias))
    assert config.num_ws == theirs.num_latent
    return theirs


def copy_modulated(target: Any, weight: Tensor, ours: Any, *, clean: bool) -> None:  # noqa: ANN401
    target.weight.copy_(weight[None] * (ours.scale if clean else 1.0))
    target.modulation.weight.copy_(ours.affine.weight * (ours.affine.scale if clean else 1.0))
    target.modulation.bias.copy_(ours.affine.bias)


def disagreement(ours: Generator, peer: Any) -> float:  # noqa: ANN401
    """The largest difference, over the largest value, once the peer enlarges with zeros outside as the paper does."""

    def enlarge(x: Tensor, margin: int = 0, **_: object) -> Tensor:
        grown = functional.interpolate(functional.pad(x, (1, 1, 1, 1)), scale_factor=2, mode="bilinear")
        crop = 2 - margin
        return grown[..., crop:-crop, crop:-crop]

    ups = [conv.modulated_conv for conv in peer.style_convs[::2]]
    hooks = [up.register_forward_pre_hook(lambda _, given: (enlarge(given[0], 1), given[1])) for up in ups]
    for up in ups:
        up.sample_mode, up.padding = None, 0
    names = type(peer).forward.__globals__
    kept = names["F"]
    names["F"] = types.SimpleNamespace(interpolate=enlarge, conv2d=functional.conv2d, linear=functional.linear)
    z = torch.randn(2, ours.config.z_width)
    theirs, mine = peer([z], randomize_noise=False)[0], ours(z, noise="const")
    names["F"] = kept
    for hook, up in zip(hooks, ups, strict=True):
        hook.remove()
        up.sample_mode, up.padding = "upsample", 1
    return float((theirs - mine).abs().max() / theirs.abs().max())


def print_row(ours: Generator, peers: dict[str, Any], batch: int, runs: int, error: float) -> None:
    z = torch.randn(batch, ours.config.z_width)
    programs: dict[str, Callable[[], object]] = {"ours": lambda: ours(z, noise="const")}
    for name, peer in peers.items():
        programs[name] = lambda peer=peer: peer([z], randomize_noise=False)
    x = torch.randn(1, 256, 64, 64).contiguous(memory_format=torch.channels_last)
    weight = torch.randn(256, 256, 3, 3)
    programs["convolution"] = lambda: functional.conv2d(x, weight, padding=1)
    times: dict[str, list[float]] = {name: [] for name in programs}
    for run in range(runs + 1):
        for name, program in programs.items():
            start = time.process_time()
            program()
            if run:
                times[name].append(time.process_time() - start)
    took = {name: statistics.median(found) for name, found in times.items()}
    rate = batch * work(ours.config) / took["ours"] / 1e9
    bound = 2 * 9 * 256 * 256 * 64 * 64 / took["convolution"] / 1e9
    edge = ours.config.resolution
    print(
        f"{edge:6d} {batch:6d} {took['ours']:8.3f} {took['clean']:8.3f} {took['bilinear']:9.3f} "
        f"{took['clean'] / took['ours']:9.2f} {took['bilinear'] / took['ours']:11.2f} "
        f"{rate:14.1f} {bound:12.1f} {error:14.1e}",
        flush=True,
    )


def work(config: StyleGAN2Config) -> float:
    """Multiplications and additions of the convolutions for one picture, transposed ones at their smaller edge."""
    total = 0.0
    for stage, (edge, channels) in enumerate(zip(config.edges_px, config.channels, strict=True)):
        total += 18.0 * edge**2 * channels**2 + 2.0 * edge**2 * channels * config.image_channels
        if stage:
            total += 18.0 * (edge // 2) ** 2 * channels * config.channels[stage - 1]
    return total


if __name__ == "__main__":
    main()
