"""State dictionaries of the families, in the shapes of their originals but small; the numbers are zeros."""

from __future__ import annotations

import torch


def zeros(shapes):
    return {name: torch.zeros(shape) for name, shape in shapes.items()}


def named(names):
    """A dictionary in which only names count."""
    return {name: torch.zeros(2, 2) for name in names.split()}


def nvlabs(edge=16, width=8, maps=6, labels=0):
    shapes = {"synthesis.b4.const": (maps, 4, 4), "mapping.w_avg": (width,)}
    shapes |= {"mapping.fc0.weight": (width, 2 * width if labels else width), "mapping.fc0.bias": (width,)}
    shapes |= {"mapping.fc1.weight": (width, width), "mapping.fc1.bias": (width,)}
    if labels:
        shapes |= {"mapping.embed.weight": (width, labels), "mapping.embed.bias": (width,)}
    for stage in range(edge.bit_length() - 2):
        block = f"synthesis.b{4 << stage}"
        for layer in ("conv1", "torgb") if stage == 0 else ("conv0", "conv1", "torgb"):
            rows = 3 if layer == "torgb" else maps
            shapes |= {f"{block}.{layer}.weight": (rows, maps, 3, 3), f"{block}.{layer}.bias": (rows,)}
            shapes |= {f"{block}.{layer}.affine.weight": (maps, width), f"{block}.{layer}.affine.bias": (maps,)}
            shapes |= {f"{block}.{layer}.noise_const": (4, 4)} if layer != "torgb" else {}
        shapes |= {f"{block}.resample_filter": (4, 4)}
    return zeros(shapes)


def rosinality(edge=16, width=8, layers=3):
    stages = edge.bit_length() - 3
    shapes = {"input.input": (1, width, 4, 4)}
    for layer in range(1, layers + 1):
        shapes |= {f"style.{layer}.weight": (width, width), f"style.{layer}.bias": (width,)}
    convolutions = ["conv1", *(f"convs.{index}" for index in range(2 * stages))]
    for name in convolutions:
        shapes |= {f"{name}.conv.weight": (1, width, width, 3, 3), f"{name}.noise.weight": (1,)}
        shapes |= {f"{name}.conv.modulation.weight": (width, width), f"{name}.conv.modulation.bias": (width,)}
        shapes |= {f"{name}.activate.bias": (width,)}
    for name in ["to_rgb1", *(f"to_rgbs.{index}" for index in range(stages))]:
        shapes |= {f"{name}.conv.weight": (1, 3, width, 1, 1), f"{name}.bias": (1, 3, 1, 1)}
        shapes |= {f"{name}.conv.modulation.weight": (width, width), f"{name}.conv.modulation.bias": (width,)}
    shapes |= {f"convs.{index}.conv.blur.kernel": (4, 4) for index in range(0, 2 * stages, 2)}
    shapes |= {f"to_rgbs.{index}.upsample.kernel": (4, 4) for index in range(stages)}
    shapes |= {f"noises.noise_{index}": (1, 1, 4, 4) for index in range(2 * stages + 1)}
    return zeros(shapes)


def rrdb(style, blocks=2, features=4):
    trunk, dense, end, up, large = {
        "new": ("body", "rdb", "conv_body", "conv_up", "conv_hr"),
        "2019": ("RRDB_trunk", "RDB", "trunk_conv", "upconv", "HRconv"),
        "2018": ("model.1.sub", "RDB", f"model.1.sub.{blocks}", "", ""),
    }[style]
    last = ".0" if style == "2018" else ""
    stems = [
        f"{trunk}.{block}.{dense}{part}.conv{index}{last}"
        for block in range(blocks)
        for part in (1, 2, 3)
        for index in range(1, 6)
    ]
    if style == "2018":
        stems += [end, "model.0", "model.3", "model.6", "model.8", "model.10"]
    else:
        stems += [end, f"{up}1", f"{up}2", large, "conv_first", "conv_last"]
    found = {}
    for stem in stems:
        rows = 3 if stem in ("conv_last", "model.10") else features
        growing = 4 if ".conv" in stem and stem.rstrip(".0")[-1] != "5" else features
        found[f"{stem}.weight"] = torch.zeros(
            growing if "DB" in stem or "rdb" in stem else rows, _inputs(stem, features), 3, 3
        )
        found[f"{stem}.bias"] = torch.zeros(found[f"{stem}.weight"].shape[0])
    return found


def _inputs(stem, features):
    if stem in ("conv_first", "model.0"):
        return 3
    index = stem.removesuffix(".0")[-1]
    return features + 4 * (int(index) - 1) if "DB" in stem or "rdb" in stem else features


def compact(convolutions=2, features=4, scale=2):
    found = {"body.0.weight": torch.zeros(features, 3, 3, 3), "body.0.bias": torch.zeros(features)}
    found["body.1.weight"] = torch.zeros(features)
    for index in range(1, convolutions + 1):
        found[f"body.{2 * index}.weight"] = torch.zeros(features, features, 3, 3)
        found[f"body.{2 * index}.bias"] = torch.zeros(features)
        found[f"body.{2 * index + 1}.weight"] = torch.zeros(features)
    last = 2 * convolutions + 2
    found[f"body.{last}.weight"] = torch.zeros(3 * scale * scale, features, 3, 3)
    found[f"body.{last}.bias"] = torch.zeros(3 * scale * scale)
    return found


def dcgan():
    found = {}
    widths = [16, 32, 16, 8, 4, 3]
    for index, (before, after) in enumerate(zip(widths, widths[1:], strict=False)):
        found[f"main.{3 * index}.weight"] = torch.zeros(before, after, 4, 4)
        if after != 3:
            found[f"main.{3 * index + 1}.weight"] = torch.zeros(after)
            found[f"main.{3 * index + 1}.bias"] = torch.zeros(after)
    return found


def vgg16():
    widths = {
        0: 64,
        2: 64,
        5: 128,
        7: 128,
        10: 256,
        12: 256,
        14: 256,
        17: 512,
        19: 512,
        21: 512,
        24: 512,
        26: 512,
        28: 512,
    }
    found, before = {}, 3
    for place, width in widths.items():
        found[f"features.{place}.weight"] = torch.zeros(1).expand(width, before, 3, 3)
        found[f"features.{place}.bias"] = torch.zeros(width)
        before = width
    return found


def gpt2():
    return zeros(
        {
            "wte.weight": (50, 8),
            "wpe.weight": (16, 8),
            "h.0.attn.c_attn.weight": (8, 24),
            "h.1.attn.c_attn.weight": (8, 24),
        }
    )


def vid2vid(coarse):
    shapes = {"model_down_seg.1.weight": (4, 24, 7, 7), "model_down_img.1.weight": (4, 6, 7, 7)}
    shapes |= {"model_final_img.1.weight": (3, 4, 7, 7), "model_final_flow.1.weight": (2, 4, 7, 7)}
    return zeros(shapes | ({"model_res_img.0.conv_block.1.weight": (4, 4, 3, 3)} if coarse else {}))


def few_shot_vid2vid():
    names = (
        "weight_generator.ref_img_first.layers.conv.weight_orig",
        "weight_generator.ref_img_down_0.layers.conv.weight_orig",
        "weight_generator.ref_img_down_1.layers.conv.weight_orig",
        "weight_generator.fc_spade_0_0.0.layers.conv.weight_orig",
        "flow_network_temp.conv_flow.layers.conv.weight_orig",
        "up_0.conv_block_0.layers.conv.weight_orig",
        "conv_img.layers.conv.weight_orig",
    )
    return named(" ".join(f"module.{name}" for name in names))


def stylegan3():
    return zeros(
        {"synthesis.input.weight": (8, 8), "synthesis.L0_36_512.weight": (8, 8, 3, 3), "mapping.fc0.weight": (8, 8)}
    )
