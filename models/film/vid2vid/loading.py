"""vid2vid's files of 2018: `latest_net_G0.pth`, `latest_net_G1.pth`, ..., one for each scale, the coarsest first.

A file is a dictionary of tensors that says nothing of its sizes: all are read off names and shapes. It is read as
inert numbers; nothing that it names is imported or run.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import torch
from torch import Tensor

from models.checkpoints.weights import read_weights
from models.film.vid2vid.generator import Generator, ScaleConfig, build, by_frame
from models.film.vid2vid.layers import Norm
from models.film.vid2vid.pyramid import Vid2Vid
from schemas.errors import CheckpointError

MOST_SCALES = 6
_NAME = re.compile(r"(?P<run>.*?)net_G(?P<scale>\d{1,3})\.(?:pth|pt|safetensors)")
_MOST_WIDTH = 8192
_MOST_HALVINGS = 8
_MOST_BLOCKS = 128
_COUNTER = ".num_batches_tracked"


def load_vid2vid(where: Path | Sequence[Path], *, device: str = "cpu", each_frame_by_itself: bool = False) -> Vid2Vid:
    """The network of a folder of `…net_G0.pth`, `…net_G1.pth`, ..., of one file (the coarsest scale), or of several.

    `each_frame_by_itself` normalises as the authors' test program did, which never left training mode: by the
    statistics of the frame. Otherwise those that the files keep are used, if they keep any.

    Raises:
        CheckpointError: a file is missing, damaged, of another architecture, or does not belong with the others.
    """
    scales: list[Generator] = []
    for index, path in enumerate(_in_order(where)):
        network = _load_scale(path, index)
        if scales:
            _check_pair(scales[-1].config, network.config, path.name)
        scales.append(network)
    for network in scales:
        network.eval().requires_grad_(False)
        if each_frame_by_itself:
            by_frame(network)
    return Vid2Vid(scales).eval().to(device)


def read_config(shapes: Mapping[str, Sequence[int]], scale: int, what: str) -> ScaleConfig:
    """The sizes of the generator of a scale (0: the coarsest) whose tensors have these shapes.

    Raises:
        CheckpointError: a tensor that tells a size is missing, or tells one that no vid2vid has.
    """
    seg, film, picture = (
        _shape(shapes, f"{stem}.1.weight", what) for stem in ("model_down_seg", "model_down_img", "model_final_img")
    )
    before = film[1] // picture[0]
    if film[1] % picture[0] or seg[1] % (before + 1):
        raise CheckpointError(
            f"{what}: {film[1]} channels of frames before and {seg[1]} of label maps do not fit frames of {picture[0]}"
        )
    halvings = _count(shapes, "model_down_seg.{}.weight", 4, 3)
    around = _count(shapes, "model_down_seg.{}.conv_block.1.weight", 4 + 3 * halvings, 1)
    blocks = around + _count(shapes, "model_res_img.{}.conv_block.1.weight", 0, 1)
    if scale:
        blocks = _count(shapes, "model_up_img.{}.conv_block.1.weight", 0, 1)
    own = _shape(shapes, "indv_down.1.weight", what)[0] if "indv_down.1.weight" in shapes else 0
    config = ScaleConfig(
        labels=seg[1] // (before + 1),
        image_channels=picture[0],
        frames=before + 1,
        width=seg[0],
        downsamplings=halvings,
        blocks=blocks,
        norm=_norm(shapes),
        flow=any(name.startswith("model_final_flow.") for name in shapes),
        foreground_width=own,
        scale=scale,
    )
    if max(config.width, own, seg[1]) > _MOST_WIDTH or halvings > _MOST_HALVINGS or blocks > _MOST_BLOCKS:
        raise CheckpointError(
            f"{what} has {config.width} channels, {halvings} halvings and {blocks} blocks: "
            f"at most {_MOST_WIDTH:,}, {_MOST_HALVINGS} and {_MOST_BLOCKS} are read"
        )
    return config


def _load_scale(path: Path, scale: int) -> Generator:
    try:
        tensors = read_weights(path)
    except OSError as error:
        raise CheckpointError(f"{path} cannot be read ({error}): check the path") from error
    _check_kind(tensors, scale, path.name)
    config = read_config({name: tuple(tensor.shape) for name, tensor in tensors.items()}, scale, path.name)
    with torch.device("meta"):
        network = build(config)
    wanted = network.state_dict()
    _check_names(tensors, {name: tuple(value.shape) for name, value in wanted.items()}, path.name)
    found = {name: _number(tensors, name, value, path.name) for name, value in wanted.items()}
    network.load_state_dict(found, assign=True)
    return network


def _check_kind(tensors: Mapping[str, Tensor], scale: int, what: str) -> None:
    """Whether it looks like a generator of the coarsest scale (0) or of a finer one."""
    if "model_down_seg.1.weight" not in tensors or "model_final_img.1.weight" not in tensors:
        raise CheckpointError(f"{what} holds no generator of vid2vid (composite or compositeLocal): name …net_G0.pth")
    finer = "model_up_img.0.conv_block.1.weight" in tensors
    coarsest = any(name.startswith("model_res_img.") for name in tensors) or "model_down_seg.7.weight" in tensors
    if scale == 0 and finer:
        raise CheckpointError(f"{what} refines a coarser scale: give …net_G0.pth before it, or the folder of both")
    if scale and coarsest:
        raise CheckpointError(f"{what} is a coarsest scale, and it is given as scale {scale}: give one of them")


def _check_names(tensors: Mapping[str, Tensor], wanted: Mapping[str, tuple[int, ...]], what: str) -> None:
    missing = [name for name in wanted if name not in tensors and not name.endswith(_COUNTER)]
    foreign = [name for name in tensors if name not in wanted]
    if missing or foreign:
        told = [f"lacks {_some(missing)}"] if missing else []
        told += [f"holds {_some(foreign)} besides"] if foreign else []
        raise CheckpointError(f"{what} {' and '.join(told)}: it is cut short, or of another architecture")
    for name, shape in wanted.items():
        if name in tensors and tuple(tensors[name].shape) != shape:
            raise CheckpointError(f"{what}: {name} has the shape {list(tensors[name].shape)[:8]}, not {list(shape)}")


def _number(tensors: Mapping[str, Tensor], name: str, wanted: Tensor, what: str) -> Tensor:
    """A tensor in 32-bit floats, finite; counters, which older files lack and nothing reads, are 0."""
    if name.endswith(_COUNTER):
        return torch.zeros(wanted.shape, dtype=wanted.dtype)
    if not tensors[name].is_floating_point():
        raise CheckpointError(f"{what}: {name} holds {tensors[name].dtype}, not floating-point numbers")
    found = tensors[name].to(torch.float32).contiguous()
    if not torch.isfinite(found).all() or (name.endswith(".running_var") and (found < 0).any()):
        raise CheckpointError(f"{what}: {name} holds numbers that are not finite or below 0: get the file again")
    return found


def _check_pair(coarse: ScaleConfig, fine: ScaleConfig, what: str) -> None:
    pairs = {
        "channels of label maps": (coarse.labels, fine.labels),
        "frames": (coarse.frames, fine.frames),
        "channels of pictures": (coarse.image_channels, fine.image_channels),
        "channels at the coarser scale": (coarse.width, 2 * fine.width),
        "heads for flow": (coarse.flow, fine.flow),
        "channels of the foreground at the coarser scale": (coarse.foreground_width, 2 * fine.foreground_width),
    }
    for told, (theirs, ours) in pairs.items():
        if theirs != ours:
            raise CheckpointError(f"{what} does not refine the scale before it: its {told} are {ours}, not {theirs}")


def _in_order(where: Path | Sequence[Path]) -> list[Path]:
    """The files of all scales, the coarsest first."""
    if isinstance(where, Path) and where.is_dir():
        return _of_folder(where)
    paths = [where] if isinstance(where, Path) else list(where)
    if not 0 < len(paths) <= MOST_SCALES:
        raise CheckpointError(f"{len(paths)} files of a vid2vid: give 1 to {MOST_SCALES}, one for each scale")
    told = [_NAME.fullmatch(path.name) for path in paths]
    numbers = [int(match["scale"]) for match in told if match]
    if len(numbers) == len(paths) and len(set(numbers)) == len(paths):
        paths = [path for _, path in sorted(zip(numbers, paths, strict=True))]
    return paths


def _of_folder(folder: Path) -> list[Path]:
    runs: dict[str, dict[int, Path]] = {}
    for path in sorted(folder.iterdir()):
        if match := _NAME.fullmatch(path.name):
            runs.setdefault(match["run"], {})[int(match["scale"])] = path
    latest = [run for run in runs if run.endswith("latest_")]
    chosen = list(runs) if len(runs) == 1 else latest
    if len(chosen) != 1:
        names = ", ".join(f"{run}net_G0.pth" for run in list(runs)[:4]) or "none named …net_G0.pth"
        raise CheckpointError(f"{folder} holds {len(runs)} networks of vid2vid ({names}): name the files of one")
    scales = runs[chosen[0]]
    if sorted(scales) != list(range(len(scales))) or len(scales) > MOST_SCALES:
        raise CheckpointError(f"{folder} holds the scales {sorted(scales)} of {chosen[0]}net: they go 0, 1, 2, ...")
    return [scales[number] for number in sorted(scales)]


def _norm(shapes: Mapping[str, Sequence[int]]) -> Norm:
    if "model_down_seg.2.weight" in shapes:
        return "batch"
    return "tracked" if "model_down_seg.2.running_mean" in shapes else "instance"


def _shape(shapes: Mapping[str, Sequence[int]], name: str, what: str) -> tuple[int, ...]:
    found = tuple(shapes.get(name, ()))
    if len(found) != 4 or 0 in found:
        raise CheckpointError(f"{what}: {name} is missing or has the shape {list(found)[:8]}, where four sizes belong")
    return found


def _count(shapes: Mapping[str, Sequence[int]], pattern: str, first: int, step: int) -> int:
    count = 0
    while pattern.format(first + step * count) in shapes:
        count += 1
    return count


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return ", ".join(name[:80] for name in names[:3]) + more
