"""StyleGAN2 of rosinality, NVIDIA and our own; StyleGAN3 and the TensorFlow files of 2019, which are told apart."""

from __future__ import annotations

import json
import re

from models.checkpoints.families.finding import Finding, described, indices, rows_of, with_ends
from models.checkpoints.outline import Outline, Tensors

_USE = "cover art: it composes pictures that are then painted"
_TAKE_IN = "hibari models add cover:NAME FILE"
_ALIAS_FREE = re.compile(r"synthesis\.(input\.|L\d+_\d+_\d+\.)")
_BLOCK = re.compile(r"synthesis\.b(\d{1,4})\.")
_MODULATED = ("weight", "modulation.weight", "modulation.bias")


def rosinality(outline: Outline) -> Finding | None:
    """The files of stylegan2-pytorch by rosinality: `g_ema` or `g`, or the generator's tensors at the top."""
    group = next((name for name in ("g_ema", "g") if name in outline.groups), "")
    tensors = _unwrapped(outline.tensors(group))
    if "input.input" not in tensors and "convs.0.conv.weight" not in tensors:
        return None
    if "style.1.weight" not in tensors:
        return None
    # the colour layers count too: a file that lacks a convolution is then told to lack it
    stages = max(len(indices(tensors, "to_rgbs.")), (len(indices(tensors, "convs.")) + 1) // 2)
    layers = len(indices(tensors, "style."))
    channels = [rows_of(tensors, "input.input", 1)]
    channels += [rows_of(tensors, f"convs.{2 * stage}.conv.weight", 1) for stage in range(stages)]
    remark = "" if "latent_avg" in outline.groups.get("", {}) else "it has no latent_avg: that is measured once instead"
    return Finding(
        family="stylegan2-rosinality",
        title="StyleGAN2 by rosinality's stylegan2-pytorch",
        use=_USE,
        command=_TAKE_IN,
        group=group,
        resolution_px=4 << stages if stages < 12 else None,
        sizes={
            "z": str(rows_of(tensors, "style.1.weight", 1)),
            "w": str(rows_of(tensors, f"style.{layers}.weight")),
            "mapping layers": str(layers),
            "feature maps": described(channels),
        },
        wanted=_rosinality_names(stages, layers),
        ignored=("noises.", "convs.*.conv.blur.kernel", "to_rgbs.*.upsample.kernel"),
        remark=remark,
    )


def _rosinality_names(stages: int, layers: int) -> frozenset[str]:
    convolutions = ["conv1", *(f"convs.{index}" for index in range(2 * stages))]
    pictures = ["to_rgb1", *(f"to_rgbs.{index}" for index in range(stages))]
    return (
        frozenset({"input.input"})
        | with_ends(f"style.{index}" for index in range(1, layers + 1))
        | with_ends((f"{name}.conv" for name in (*convolutions, *pictures)), _MODULATED)
        | with_ends(convolutions, ("noise.weight", "activate.bias"))
        | with_ends(pictures, ("bias",))
    )


def _unwrapped(tensors: Tensors) -> Tensors:
    """The names without the 'module.' that training on several devices puts before each."""
    if tensors and all(name.startswith("module.") for name in tensors):
        return {name.removeprefix("module."): tensor for name, tensor in tensors.items()}
    return tensors


def nvlabs(outline: Outline) -> Finding | None:
    """NVIDIA's stylegan2-ada-pytorch, and the StyleGAN2 classes of its stylegan3 repository."""
    group = next((name for name in ("G_ema", "G") if name in outline.groups), "")
    tensors = outline.tensors(group)
    edges = sorted({int(match[1]) for name in tensors if (match := _BLOCK.match(name))})
    if not edges or "mapping.fc0.weight" not in tensors:
        return None
    layers = len({name.split(".")[1] for name in tensors if name.startswith("mapping.fc")})
    label = rows_of(tensors, "mapping.embed.weight")
    return Finding(
        family="stylegan2-nvlabs",
        title="StyleGAN2 by NVIDIA (stylegan2-ada-pytorch or stylegan3)",
        use=_USE,
        command=_TAKE_IN,
        group=group,
        resolution_px=edges[-1],
        sizes={
            "z": str(rows_of(tensors, "mapping.fc0.weight", 1) - label),
            "w": str(rows_of(tensors, f"mapping.fc{layers - 1}.weight")),
            "mapping layers": str(layers),
            "labels": str(rows_of(tensors, "mapping.embed.weight", 1)),
            "feature maps": described(rows_of(tensors, f"synthesis.b{edge}.conv1.weight") for edge in edges),
        },
        wanted=_nvlabs_names(tensors, edges[-1], layers),
        ignored=("*.resample_filter", "*.noise_const", "*.noise_strength", "*.skip.weight", "*.torgb.*", "*.w_avg"),
        remark="its stored source is left alone: nothing in it is run" if outline.classes else "",
    )


def _nvlabs_names(tensors: Tensors, largest: int, layers: int) -> frozenset[str]:
    edges = [4 << stage for stage in range(9) if 4 << stage <= largest]
    convolutions = ["synthesis.b4.conv1"]
    convolutions += [f"synthesis.b{edge}.conv{index}" for edge in edges[1:] for index in (0, 1)]
    last = f"synthesis.b{largest}.torgb"
    labelled = frozenset({"mapping.embed.weight", "mapping.embed.bias"})
    return (
        frozenset({"synthesis.b4.const", "mapping.w_avg"})
        | with_ends(f"mapping.fc{index}" for index in range(layers))
        | with_ends((*convolutions, last), ("weight", "bias", "affine.weight", "affine.bias"))
        | (labelled if labelled & tensors.keys() else frozenset())
    )


def alias_free(outline: Outline) -> Finding | None:
    """NVIDIA's StyleGAN3, whose synthesis has layers named by size and width."""
    for group in ("G_ema", "G", ""):
        tensors = outline.groups.get(group, {})
        if any(_ALIAS_FREE.match(name) for name in tensors):
            edge = outline.arguments.get("img_resolution")
            return Finding(
                family="stylegan3",
                title="StyleGAN3 (alias-free) by NVIDIA",
                group=group,
                resolution_px=edge if type(edge) is int else None,
                remark="another architecture than StyleGAN2, which is not built here: bring a StyleGAN2 or -ADA file",
            )
    return None


def ours(outline: Outline) -> Finding | None:
    """A StyleGAN2 that Hibari wrote."""
    if outline.metadata.get("format") != "hibari-stylegan2-1":
        return None
    try:
        config = json.loads(outline.metadata.get("config", ""))
        edge, channels = int(config["resolution"]), [int(width) for width in config["channels"]]
        sizes = {
            "z": str(int(config["z_width"])),
            "w": str(int(config["w_width"])),
            "mapping layers": str(int(config["mapping_layers"])),
            "feature maps": described(channels),
        }
    except (ValueError, TypeError, KeyError, RecursionError):
        return Finding("stylegan2-hibari", "StyleGAN2 by Hibari", remark="its sizes are damaged: train or add it again")
    notes = {name: text for name, text in outline.metadata.items() if name not in ("format", "config")}
    return Finding(
        family="stylegan2-hibari",
        title="StyleGAN2 by Hibari",
        use=_USE,
        command=_TAKE_IN,
        resolution_px=edge,
        sizes=sizes,
        remark="; ".join(f"{name}: {text[:160]}" for name, text in sorted(notes.items())[:6]),
    )


def tensorflow(outline: Outline) -> Finding | None:
    """The pickles of StyleGAN and StyleGAN2 of 2019, which hold TensorFlow 1 networks with their source."""
    if not any(name.startswith("dnnlib.tflib.network.") for name in outline.names):
        return None
    return Finding(
        family="stylegan-tensorflow",
        title="StyleGAN or StyleGAN2 of 2019, for TensorFlow 1",
        remark="it needs TensorFlow 1 and the source stored in it, neither of which is run here: convert it to PyTorch "
        "elsewhere (legacy.py of stylegan2-ada-pytorch), or bring a StyleGAN2-ADA file",
    )
