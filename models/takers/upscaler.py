"""Upscalers: ESRGAN and Real-ESRGAN as torch, safetensors or ncnn files, turned once into our safetensors."""

from __future__ import annotations

from pathlib import Path

from models.checkpoints.inspecting import CheckpointFacts, inspect_checkpoint
from models.takers.taken import Taken
from schemas.errors import CheckpointError

FILE = "model.safetensors"


def take_upscaler(source: str, finished: Path, _work: Path) -> Taken:
    """Read an upscaler without running anything in it and write it to `finished`.

    Raises:
        CheckpointError: the file is not there, of another family, incomplete, damaged or refused.
    """
    path = Path(source)
    facts = inspect_checkpoint(path)
    if facts.refusal:
        raise CheckpointError(facts.refusal)
    finished.mkdir()
    if facts.form == "ncnn network":
        _convert_ncnn(path, finished / FILE)
        return Taken(f"upscaler taken in from {path.name}", path.name, "Pictures enlarged")
    if facts.family not in ("upscale-compact", "upscale-rrdb"):
        remark = f" ({facts.remark})" if facts.remark else ""
        raise CheckpointError(f"{path.name} is {facts.title}{remark}: an upscale: model is an ESRGAN or Real-ESRGAN")
    _convert(path, facts, finished / FILE)
    scale = facts.sizes.get("scale", "")
    return Taken(f"{facts.title}, {scale} times, taken in from {path.name}", path.name, "Pictures enlarged")


def _convert(path: Path, facts: CheckpointFacts, target: Path) -> None:
    from safetensors.torch import save_file

    from models.checkpoints.weights import read_weights
    from models.pictures.upscaling.esrgan_names import usual_names
    from models.pictures.upscaling.upscaler import upscaler_from_state

    state = read_weights(path, facts.group)
    if facts.family == "upscale-rrdb":
        state = usual_names(state)
    try:
        upscaler_from_state(state)
    except CheckpointError as error:
        raise CheckpointError(f"{path.name}: {error}") from error
    save_file({name: tensor.contiguous() for name, tensor in state.items()}, target, metadata={"format": "pt"})


def _convert_ncnn(text: Path, target: Path) -> None:
    """The network of a .param and the .bin beside it."""
    from models.pictures.upscaling.convert_ncnn import convert_rrdb, convert_srvgg
    from models.pictures.upscaling.upscaler import load_upscaler

    numbers = text.with_suffix(".bin")
    if not numbers.is_file():
        raise CheckpointError(f"{text.name} has no {numbers.name} beside it, which holds its numbers: bring both")
    reasons = []
    for convert in (convert_srvgg, convert_rrdb):
        try:
            convert(text, numbers, target)
        except CheckpointError as error:
            reasons.append(str(error))
            continue
        load_upscaler(target)
        return
    raise CheckpointError(f"{text.name} is no upscaler that is known: {'; '.join(reasons)}")
