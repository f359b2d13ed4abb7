"""ncnn's files of Real-ESRGAN turned once into safetensors, named as the published `.pth` files name them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from models.pictures.upscaling.ncnn import NcnnConvolution, NcnnLayer, NcnnSlopes, read_layers, read_weights
from schemas.errors import CheckpointError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_LEAKY_SLOPE = 0.2
_PER_BLOCK = 15
_RRDB_ENDS = ("conv_body", "conv_up1", "conv_up2", "conv_hr", "conv_last")
_RRDB_KINDS = frozenset({"Input", "Split", "Convolution", "Concat", "Eltwise", "BinaryOp", "Interp"})


def convert_srvgg(text_file: Path, numbers_file: Path, target: Path) -> None:
    """Writes the compact network of a `.param` and `.bin` to `target`: float16 weights, float32 biases and slopes.

    Raises:
        CheckpointError: the text describes another network, or the numbers are not its own.
    """
    layers = read_layers(text_file)
    shown = [layer.kind for layer in layers if layer.kind != "Split"]
    pairs = shown.count("PReLU")
    if shown != ["Input", *["Convolution", "PReLU"] * pairs, "Convolution", "PixelShuffle", "Interp", "BinaryOp"]:
        raise CheckpointError(f"{text_file.name} does not describe a compact upscaler (SRVGG)")
    tensors: dict[str, NDArray[np.floating]] = {}
    for index, part in enumerate(read_weights(layers, numbers_file)):
        if isinstance(part, NcnnSlopes):
            tensors[f"body.{index}.weight"] = part.slopes
        else:
            tensors |= {f"body.{index}.weight": part.weight, f"body.{index}.bias": part.bias}
    _write(tensors, target)


def convert_rrdb(text_file: Path, numbers_file: Path, target: Path) -> None:
    """Writes the RRDB network of a `.param` and `.bin` to `target`: float16 weights, float32 biases.

    Raises:
        CheckpointError: the text describes another network, or the numbers are not its own.
    """
    layers = read_layers(text_file)
    parts = [part for part in read_weights(layers, numbers_file) if isinstance(part, NcnnConvolution)]
    blocks, rest = divmod(len(parts) - 1 - len(_RRDB_ENDS), _PER_BLOCK)
    names = ["conv_first", *_block_names(blocks), *_RRDB_ENDS]
    if rest or blocks < 1 or not _is_rrdb(layers, parts, names):
        raise CheckpointError(f"{text_file.name} does not describe an RRDB upscaler (ESRGAN)")
    tensors: dict[str, NDArray[np.floating]] = {}
    for name, part in zip(names, parts, strict=True):
        tensors |= {f"{name}.weight": part.weight, f"{name}.bias": part.bias}
    _write(tensors, target)


def _block_names(blocks: int) -> list[str]:
    return [
        f"body.{block}.rdb{dense}.conv{index}"
        for block in range(blocks)
        for dense in (1, 2, 3)
        for index in (1, 2, 3, 4, 5)
    ]


def _is_rrdb(layers: Sequence[NcnnLayer], parts: Sequence[NcnnConvolution], names: Sequence[str]) -> bool:
    """Whether layers are of the kinds of an RRDB network, with its leaky slopes where it has them and nowhere else."""
    plain = ("conv_first", "conv_body", "conv_last")
    slopes = [None if name in plain or name.endswith("conv5") else _LEAKY_SLOPE for name in names]
    return {layer.kind for layer in layers} == _RRDB_KINDS and [part.leaky for part in parts] == slopes


def _write(tensors: dict[str, NDArray[np.floating]], target: Path) -> None:
    from safetensors.numpy import save_file

    save_file(tensors, target, metadata={"format": "pt"})
