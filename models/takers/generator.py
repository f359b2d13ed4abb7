"""Generators of cover art: StyleGAN2 of NVIDIA, of rosinality or of our own, turned once into our safetensors."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from models.checkpoints.inspecting import CheckpointFacts, inspect_checkpoint
from models.takers.taken import Taken
from schemas.errors import CheckpointError

if TYPE_CHECKING:
    from models.pictures.stylegan2 import Generator

FILE = "model.safetensors"


def take_generator(source: str, finished: Path, _work: Path) -> Taken:
    """Read a StyleGAN2 without running anything in it and write it to `finished`.

    Raises:
        CheckpointError: the file is not there, of another family, incomplete, damaged or refused.
    """
    path = Path(source)
    facts = inspect_checkpoint(path)
    if facts.refusal:
        raise CheckpointError(facts.refusal)
    if not facts.family.startswith("stylegan2-"):
        remark = f" ({facts.remark})" if facts.remark else ""
        raise CheckpointError(f"{path.name} is {facts.title}{remark}: a cover: model is a StyleGAN2")
    if facts.missing:
        raise CheckpointError(
            f"{path.name} lacks {len(facts.missing)} tensors of {facts.title}, {', '.join(facts.missing[:3])} among "
            "them: get the whole file"
        )
    _write(_generator(path, facts), finished / FILE, path.name)
    edge = f"{facts.resolution_px} px" if facts.resolution_px else ""
    return Taken(f"StyleGAN2 of {edge} taken in from {path.name}", path.name, "Pictures composed")


def _generator(path: Path, facts: CheckpointFacts) -> Generator:
    from models.checkpoints.nvlabs import nvlabs_generator
    from models.checkpoints.weights import read_weights
    from models.pictures.stylegan2 import from_nvlabs, from_rosinality, load_stylegan2

    if facts.family == "stylegan2-hibari":
        return load_stylegan2(path)
    if facts.family == "stylegan2-nvlabs" and facts.is_pickled:
        state, arguments, _ = nvlabs_generator(path)
        return from_nvlabs(state, arguments)
    state = read_weights(path, facts.group)
    if facts.family == "stylegan2-nvlabs":
        return from_nvlabs(state)
    average = state.pop("latent_avg", None)
    if average is None and facts.group and "latent_avg" in (top := read_weights(path)):
        average = top["latent_avg"]
    return from_rosinality(state, average)


def _write(generator: Generator, target: Path, source: str) -> None:
    from models.pictures.stylegan2 import save_stylegan2

    damaged = [name for name, tensor in generator.state_dict().items() if not tensor.isfinite().all()]
    if damaged:
        raise CheckpointError(f"{source} holds numbers that are not finite, in {damaged[0]} first: get it again")
    save_stylegan2(target, generator, notes={"source": source[:200]})
