"""Generators of rosinality's stylegan2-pytorch: `g` or `g_ema` of its checkpoints, as plain tensors by name.

The file does not say the learning-rate multiplier of the mapping: that program's default, 0.01, is taken unless its
arguments (`args` of a training checkpoint) are passed on.
"""

from __future__ import annotations

from collections.abc import Mapping

from torch import Tensor

from models.pictures.stylegan2.config import StyleGAN2Config
from models.pictures.stylegan2.foreign import convert, count_layers, filters_of, separable_taps, shape_of
from models.pictures.stylegan2.generator import Generator
from schemas.errors import CheckpointError

_WHAT = "this rosinality checkpoint"
_WRAPPED = "module."


def from_rosinality(
    state: Mapping[str, Tensor], latent_avg: Tensor | None = None, *, mapping_rate: float = 0.01
) -> Generator:
    """The generator of a state dictionary; without `latent_avg`, the average of w is measured over 10,000 seeded z.

    Raises:
        CheckpointError: tensors are missing, left over or of another shape; the message names them.
    """
    if state and all(key.startswith(_WRAPPED) for key in state):
        state = {key.removeprefix(_WRAPPED): value for key, value in state.items()}
    config = _read_config(state, mapping_rate)
    average = state["input.input"].new_zeros(config.w_width) if latent_avg is None else latent_avg
    generator = convert(config, {**state, "latent_avg": average}, _names(config), _WHAT)
    if latent_avg is None:
        generator.measure_mean_w()
    return generator


def _read_config(state: Mapping[str, Tensor], mapping_rate: float) -> StyleGAN2Config:
    first = shape_of(state, "style.1.weight", 2, _WHAT)
    layers = count_layers(state, "style.{}.weight", 1)
    last = shape_of(state, f"style.{layers}.weight", 2, _WHAT)
    ups = count_layers(state, "convs.{}.conv.weight", 0)
    if ups % 2:
        raise CheckpointError(f"{_WHAT} lacks convs.{ups}.conv.weight: its {ups} convolutions do not come in pairs")
    channels = [shape_of(state, "input.input", 4, _WHAT)[1]]
    channels += [shape_of(state, f"convs.{up}.conv.weight", 5, _WHAT)[1] for up in range(0, ups, 2)]
    return StyleGAN2Config(
        resolution=4 << (ups // 2),
        z_width=first[1],
        w_width=last[0],
        channels=tuple(channels),
        mapping_layers=layers,
        mapping_width=first[0],
        mapping_rate=mapping_rate,
        image_channels=shape_of(state, "to_rgb1.bias", 4, _WHAT)[1],
        resample_taps=separable_taps(filters_of(state), _WHAT),
    )


def _names(config: StyleGAN2Config) -> dict[str, str]:
    """Our name of every weight: theirs."""
    names = {"mean_w": "latent_avg", "synthesis.const": "input.input"}
    for layer in range(config.mapping_layers):
        for part in ("weight", "bias"):
            names[f"mapping.layers.{layer}.{part}"] = f"style.{layer + 1}.{part}"
    layers = [("blocks.0.conv1", "conv1")]
    pictures = [("blocks.0.to_rgb", "to_rgb1")]
    for stage in range(1, len(config.channels)):
        layers += [(f"blocks.{stage}.conv{half}", f"convs.{2 * stage - 2 + half}") for half in (0, 1)]
        pictures.append((f"blocks.{stage}.to_rgb", f"to_rgbs.{stage - 1}"))
    for index, (ours, theirs) in enumerate(layers):
        names[f"synthesis.{ours}.bias"] = f"{theirs}.activate.bias"
        names[f"synthesis.{ours}.noise_strength"] = f"{theirs}.noise.weight"
        names[f"synthesis.{ours}.noise_const"] = f"noises.noise_{index}"
    for ours, theirs in pictures:
        names[f"synthesis.{ours}.bias"] = f"{theirs}.bias"
    for ours, theirs in (*layers, *pictures):
        names[f"synthesis.{ours}.weight"] = f"{theirs}.conv.weight"
        for part in ("weight", "bias"):
            names[f"synthesis.{ours}.affine.{part}"] = f"{theirs}.conv.modulation.{part}"
    return names
