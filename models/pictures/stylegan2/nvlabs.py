"""Generators of NVlabs' stylegan2-ada-pytorch, and of the StyleGAN2 classes in its stylegan3 repository.

Tensors come by the name they have in `G_ema.state_dict()`, with the keyword arguments that the generator was made
with and, where the reader has them, the plain attributes of its layers. What tensors cannot show is read from those:
the learning-rate multiplier of the mapping and the bound on activations (`conv_clamp`). An attribute wins over an
argument. Without either the multiplier is 0.01, and the bound the default of the repository: none in the first, whose
arguments lie in `synthesis_kwargs`, and 256 in the second, where they lie flat.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from torch import Tensor

from models.pictures.stylegan2.config import Architecture, StyleGAN2Config
from models.pictures.stylegan2.foreign import convert, count_layers, filters_of, separable_taps, shape_of
from models.pictures.stylegan2.generator import Generator
from schemas.errors import CheckpointError

_WHAT = "this NVlabs checkpoint"
_ALIAS_FREE = re.compile(r"synthesis\.(input\.|L\d+_\d+_\d+\.)")
_BLOCK = re.compile(r"synthesis\.b(\d{1,5})\.")
_FLAT = frozenset({"channel_base", "channel_max", "num_fp16_res", "conv_clamp", "fused_modconv_default"})
_DEFAULT_CLAMP_OF_SECOND = 256.0
_FIRST_LINEAR, _FIRST_CONVOLUTION = "mapping.fc0", "synthesis.b4.conv1"


def from_nvlabs(
    state: Mapping[str, Tensor],
    init_kwargs: Mapping[str, Any] | None = None,
    options: Mapping[str, Any] | None = None,
) -> Generator:
    """The generator of a state dictionary; without `mapping.w_avg`, the average of w is measured over 10,000 seeded z.

    `options` are attributes by dotted name, such as 'synthesis.b4.conv1.conv_clamp'.

    Raises:
        CheckpointError: it is an alias-free StyleGAN3 or uses what our StyleGAN2 does not do, or tensors are missing,
            left over or of another shape; the message names them.
    """
    if any(_ALIAS_FREE.match(key) for key in state):
        raise CheckpointError(
            "this is an alias-free StyleGAN3, another architecture than StyleGAN2: bring a StyleGAN2 or StyleGAN2-ADA"
        )
    config = _read_config(state, *_read_arguments(init_kwargs or {}, options or {}))
    averaged = "mapping.w_avg" in state
    if not averaged:
        state = {**state, "mapping.w_avg": next(iter(state.values())).new_zeros(config.w_width)}
    generator = convert(config, state, _names(config), _WHAT)
    if not averaged:
        generator.measure_mean_w()
    return generator


def _read_config(state: Mapping[str, Tensor], rate: float, clamp: float) -> StyleGAN2Config:
    edges = sorted({int(match[1]) for key in state if (match := _BLOCK.match(key))})
    if not edges or edges != [4 << stage for stage in range(len(edges))]:
        raise CheckpointError(f"{_WHAT} has blocks of {edges} px, a StyleGAN2's are 4, 8, 16 and so on without a gap")
    last = f"synthesis.b{edges[-1]}"
    layers = count_layers(state, "mapping.fc{}.weight", 0)
    hidden, inputs = shape_of(state, "mapping.fc0.weight", 2, _WHAT)
    label_width, labels = (0, 0)
    if "mapping.embed.weight" in state:
        label_width, labels = shape_of(state, "mapping.embed.weight", 2, _WHAT)
    return StyleGAN2Config(
        resolution=edges[-1],
        z_width=inputs - label_width,
        w_width=shape_of(state, f"mapping.fc{layers - 1}.weight", 2, _WHAT)[0],
        channels=tuple(shape_of(state, f"synthesis.b{edge}.conv1.weight", 4, _WHAT)[0] for edge in edges),
        mapping_layers=layers,
        mapping_width=hidden,
        mapping_rate=rate,
        labels=labels,
        label_width=label_width,
        image_channels=shape_of(state, f"{last}.torgb.weight", 4, _WHAT)[0],
        resample_taps=separable_taps(filters_of(state), _WHAT),
        demodulates_raw_weights=True,
        architecture=_read_architecture(state, edges),
        noise="synthesis.b4.conv1.noise_strength" in state,
        clamp=clamp,
    )


def _read_architecture(state: Mapping[str, Tensor], edges: list[int]) -> Architecture:
    if any(f"synthesis.b{edge}.skip.weight" in state for edge in edges):
        return "resnet"
    paints_early = any(f"synthesis.b{edge}.torgb.weight" in state for edge in edges[:-1])
    return "skip" if paints_early or len(edges) == 1 else "orig"


def _read_arguments(init_kwargs: Mapping[str, Any], options: Mapping[str, Any]) -> tuple[float, float]:
    """The learning-rate multiplier of the mapping and the bound on activations (0: none)."""
    mapping = _section(init_kwargs, "mapping_kwargs")
    nested = "synthesis_kwargs" in init_kwargs or not _FLAT & init_kwargs.keys()
    synthesis = _section(init_kwargs, "synthesis_kwargs") if nested else init_kwargs
    activations = {mapping.get("activation", "lrelu"), synthesis.get("activation", "lrelu")}
    activations |= {options.get(f"{layer}.activation", "lrelu") for layer in (_FIRST_LINEAR, _FIRST_CONVOLUTION)}
    if activations != {"lrelu"}:
        raise CheckpointError(f"{_WHAT} uses the activations {sorted(map(str, activations))}: ours uses 'lrelu' alone")
    rate = options.get(f"{_FIRST_LINEAR}.bias_gain", mapping.get("lr_multiplier", 0.01))
    clamp = synthesis.get("conv_clamp", None if nested else _DEFAULT_CLAMP_OF_SECOND)
    clamp = options.get(f"{_FIRST_CONVOLUTION}.conv_clamp", clamp)
    return _number(rate, "lr_multiplier"), _number(0 if clamp is None else clamp, "conv_clamp")


def _section(init_kwargs: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    section = init_kwargs.get(key) or {}
    if not isinstance(section, Mapping):
        raise CheckpointError(f"{key} of {_WHAT} is no dictionary: {str(section)[:100]}")
    return section


def _number(value: object, name: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise CheckpointError(f"{name} of {_WHAT} is no number: {str(value)[:100]}")
    return float(value)


def _names(config: StyleGAN2Config) -> dict[str, str]:
    """Our name of every weight: theirs."""
    names = {"mean_w": "mapping.w_avg", "synthesis.const": "synthesis.b4.const"}
    linear = [(f"mapping.layers.{layer}", f"mapping.fc{layer}") for layer in range(config.mapping_layers)]
    if config.labels:
        linear.append(("mapping.embed", "mapping.embed"))
    for stage, edge in enumerate(config.edges_px):
        block, theirs = f"synthesis.blocks.{stage}", f"synthesis.b{edge}"
        for half in ("conv0", "conv1") if stage else ("conv1",):
            linear.append((f"{block}.{half}.affine", f"{theirs}.{half}.affine"))
            parts = ("weight", "bias", "noise_strength", "noise_const") if config.noise else ("weight", "bias")
            names |= {f"{block}.{half}.{part}": f"{theirs}.{half}.{part}" for part in parts}
        if config.architecture == "skip" or edge == config.resolution:
            linear.append((f"{block}.to_rgb.affine", f"{theirs}.torgb.affine"))
            names |= {f"{block}.to_rgb.{part}": f"{theirs}.torgb.{part}" for part in ("weight", "bias")}
        if config.architecture == "resnet" and stage:
            names[f"{block}.skip.weight"] = f"{theirs}.skip.weight"
    for ours, their in linear:
        names |= {f"{ours}.{part}": f"{their}.{part}" for part in ("weight", "bias")}
    return names
