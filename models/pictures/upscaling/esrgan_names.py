"""The names that ESRGAN's weights have had over the years, brought to Real-ESRGAN's.

| file | looks like |
|---|---|
| ESRGAN of 2018 (`RRDB_ESRGAN_x4_old_arch.pth`) | `model.1.sub.0.RDB1.conv1.0.weight`, `model.3.weight` |
| ESRGAN of 2019 (`RRDB_ESRGAN_x4.pth`) | `RRDB_trunk.0.RDB1.conv1.weight`, `upconv1.weight` |
| BasicSR and Real-ESRGAN | `body.0.rdb1.conv1.weight`, `conv_up1.weight`, perhaps inside `params_ema` or `params` |
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from torch import Tensor

from schemas.errors import CheckpointError

_MIDDLE_AGED = (
    (re.compile(r"^RRDB_trunk\.(\d+)\.RDB([123])\."), r"body.\1.rdb\2."),
    (re.compile(r"^trunk_conv\."), "conv_body."),
    (re.compile(r"^upconv([123])\."), r"conv_up\1."),
    (re.compile(r"^HRconv\."), "conv_hr."),
)
_OLD_DENSE = re.compile(r"^model\.1\.sub\.(\d+)\.RDB([123])\.conv([1-5])\.0\.(weight|bias)$")
_OLD_TRUNK_END = re.compile(r"^model\.1\.sub\.(\d+)\.(weight|bias)$")
_OLD_PLAIN = re.compile(r"^model\.(\d+)\.(weight|bias)$")


def unwrapped(checkpoint: Mapping[str, Any]) -> Mapping[str, Tensor]:
    """The weights themselves, out of `params_ema` or `params` where a file wraps them.

    Raises:
        CheckpointError: there are no tensors in it.
    """
    for key in ("params_ema", "params"):
        inner = checkpoint.get(key)
        if isinstance(inner, Mapping):
            checkpoint = inner
            break
    strange = [str(name)[:40] for name, value in checkpoint.items() if not isinstance(value, Tensor)]
    if strange or not checkpoint:
        held = ", ".join(strange[:3]) or "none"
        raise CheckpointError(f"an upscaler's file is a dictionary of tensors; this one holds {held}")
    return checkpoint


def usual_names(state: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Weights of an RRDB network under Real-ESRGAN's names, whichever they came under.

    Raises:
        CheckpointError: an old file holds a weight at a place that no such network has.
    """
    if any(name.startswith("model.") for name in state):
        return _from_old(state)
    return {_modern(name): value for name, value in state.items()}


def _modern(name: str) -> str:
    for pattern, replacement in _MIDDLE_AGED:
        name = pattern.sub(replacement, name)
    return name


def _from_old(state: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Names by position: the last two plain layers are `conv_hr` and `conv_last`, those before them double the size."""
    matches = {name: _OLD_PLAIN.match(name) for name in state}
    places = sorted({int(match[1]) for match in matches.values() if match})
    if len(places) < 3 or places[0] != 0:
        raise CheckpointError("an old ESRGAN file has the layers model.0, model.1.sub and at least two after them")
    tail = [f"conv_up{index + 1}" for index in range(len(places) - 3)] + ["conv_hr", "conv_last"]
    plain = dict(zip(places, ["conv_first", *tail], strict=True))
    named: dict[str, Tensor] = {}
    for name, value in state.items():
        if match := matches[name]:
            named[f"{plain[int(match[1])]}.{match[2]}"] = value
        elif match := _OLD_DENSE.match(name):
            named[f"body.{match[1]}.rdb{match[2]}.conv{match[3]}.{match[4]}"] = value
        elif match := _OLD_TRUNK_END.match(name):
            named[f"conv_body.{match[2]}"] = value
        else:
            raise CheckpointError(f"{name[:60]} has no place in an old ESRGAN file: it is another network")
    return named
