"""ESRGAN's RRDB networks under their three styles of names, and Real-ESRGAN's compact network."""

from __future__ import annotations

import re

from models.checkpoints.families.finding import Finding, indices, rank_of, rows_of, with_ends
from models.checkpoints.outline import Outline, Tensors

_USE = "enlarging pictures"
_TAKE_IN = "hibari models add upscale:NAME FILE"
_GROUPS = ("params_ema", "params")
_OLD_PLAIN = re.compile(r"model\.(\d+)\.weight")


def compact(outline: Outline) -> Finding | None:
    """Real-ESRGAN's SRVGG: convolutions and slopes in turns, then pixels are shuffled."""
    group = next((name for name in _GROUPS if name in outline.groups), "")
    tensors = outline.tensors(*_GROUPS)
    places = indices(tensors, "body.")
    if len(places) < 3 or rank_of(tensors, "body.0.weight") != 4:
        return None
    last = places[-1] - places[-1] % 2
    convolutions = [f"body.{place}" for place in range(0, last + 1, 2)]
    slopes = frozenset(f"body.{place}.weight" for place in range(1, last, 2))
    scale = round((rows_of(tensors, f"body.{last}.weight") / 3) ** 0.5)
    return Finding(
        family="upscale-compact",
        title="compact upscaler of Real-ESRGAN (SRVGG)",
        use=f"{_USE} {scale} times, in seconds",
        command=_TAKE_IN,
        group=group,
        sizes={
            "scale": str(scale),
            "features": str(rows_of(tensors, "body.0.weight")),
            "convolutions": str(len(convolutions)),
        },
        wanted=with_ends(convolutions) | slopes,
    )


def rrdb(outline: Outline) -> Finding | None:
    """ESRGAN's network by the names of 2019 (RRDB_trunk) and of BasicSR and Real-ESRGAN (body, conv_body)."""
    group = next((name for name in _GROUPS if name in outline.groups), "")
    tensors = outline.tensors(*_GROUPS)
    styles = {
        "BasicSR and Real-ESRGAN": ("body", "rdb", "conv_body", "conv_up", "conv_hr"),
        "ESRGAN of 2019": ("RRDB_trunk", "RDB", "trunk_conv", "upconv", "HRconv"),
    }
    for style, (trunk, dense, end, up, large) in styles.items():
        if f"{trunk}.0.{dense}1.conv1.weight" not in tensors:
            continue
        blocks = len(indices(tensors, f"{trunk}."))
        doublings = len(indices(tensors, up))
        stems = [
            f"{trunk}.{block}.{dense}{part}.conv{index}"
            for block in range(blocks)
            for part in (1, 2, 3)
            for index in range(1, 6)
        ]
        ends = ["conv_first", end, large, "conv_last", *(f"{up}{index + 1}" for index in range(max(1, doublings)))]
        packed = max(1, round((rows_of(tensors, "conv_first.weight", 1) / 3) ** 0.5))
        return _rrdb_finding(
            group,
            style,
            (1 << doublings) // packed,
            rows_of(tensors, "conv_first.weight"),
            blocks,
            with_ends([*stems, *ends]),
        )
    return None


def rrdb_of_2018(outline: Outline) -> Finding | None:
    """ESRGAN's network by the names of 2018, where layers are counted."""
    tensors = outline.tensors("")
    if "model.1.sub.0.RDB1.conv1.0.weight" not in tensors:
        return None
    subs = indices(tensors, "model.1.sub.")
    blocks = max(1, len(subs) - 1)
    plain = sorted(int(match[1]) for name in tensors if (match := _OLD_PLAIN.fullmatch(name)))
    stems = [
        f"model.1.sub.{block}.RDB{part}.conv{index}.0"
        for block in range(blocks)
        for part in (1, 2, 3)
        for index in range(1, 6)
    ]
    wanted = with_ends([*stems, f"model.1.sub.{blocks}", *(f"model.{place}" for place in plain)])
    doublings = max(0, len(plain) - 3)
    return _rrdb_finding("", "ESRGAN of 2018", 1 << doublings, rows_of(tensors, "model.0.weight"), blocks, wanted)


def _rrdb_finding(group: str, style: str, scale: int, features: int, blocks: int, wanted: frozenset[str]) -> Finding:
    return Finding(
        family="upscale-rrdb",
        title=f"RRDB upscaler, named as by {style}",
        use=f"{_USE} {scale} times, in minutes on a CPU",
        command=_TAKE_IN,
        group=group,
        sizes={"scale": str(scale), "features": str(features), "blocks": str(blocks)},
        wanted=wanted,
    )


def discriminator(outline: Outline) -> Finding | None:
    """A critic that judged an upscaler while it was trained."""
    tensors: Tensors = outline.tensors(*_GROUPS)
    if "conv0.weight" in tensors and "conv9.weight" in tensors and "conv8.weight_orig" in tensors:
        return Finding(
            "upscale-critic",
            "discriminator of Real-ESRGAN",
            remark="it judged pictures in training; bring the generator",
        )
    return None
