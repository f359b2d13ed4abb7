"""Our own file of a StyleGAN2 generator: safetensors, with its sizes and where it comes from in the metadata."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch

from models.pictures.stylegan2.config import StyleGAN2Config
from models.pictures.stylegan2.generator import Generator
from models.pictures.stylegan2.resampling import filter_taps
from schemas.errors import CheckpointError

if TYPE_CHECKING:
    from torch import Tensor

FORMAT = "hibari-stylegan2-1"
_LARGEST_BYTES = 2 << 30
_NOTES_CHARACTERS = 100_000


def save_stylegan2(path: Path, generator: Generator, *, notes: Mapping[str, str] | None = None) -> None:
    """Writes a generator as 32-bit floats with its sizes, by way of a temporary name.

    `notes` go into the metadata: where the weights come from, under which licence, how they were trained.

    Raises:
        CheckpointError: the notes hold a reserved name or are longer than 100,000 characters.
    """
    from safetensors.torch import save

    notes = dict(notes or {})
    if {"format", "config"} & notes.keys() or sum(map(len, (*notes, *notes.values()))) > _NOTES_CHARACTERS:
        raise CheckpointError(
            f"notes name neither 'format' nor 'config' and have at most {_NOTES_CHARACTERS} characters: {sorted(notes)}"
        )
    tensors = {
        name: value.detach().to("cpu", torch.float32).contiguous() for name, value in generator.state_dict().items()
    }
    metadata = {"format": FORMAT, "config": json.dumps(asdict(generator.config), sort_keys=True), **notes}
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    part.write_bytes(_with_metadata(save(tensors), metadata))
    part.replace(path)


def _with_metadata(content: bytes, metadata: Mapping[str, str]) -> bytes:
    """A safetensors file with metadata in the order of their names; the library writes them in a random order."""
    size = int.from_bytes(content[:8], "little")
    facts = {"__metadata__": dict(sorted(metadata.items())), **json.loads(content[8 : 8 + size])}
    header = json.dumps(facts, separators=(",", ":")).encode()
    header += b" " * (-len(header) % 8)
    return len(header).to_bytes(8, "little") + header + content[8 + size :]


def load_stylegan2(path: Path, *, device: str = "cpu") -> Generator:
    """The generator of a file that `save_stylegan2` wrote, ready to paint.

    Raises:
        CheckpointError: the file is missing, too large, damaged, or of another architecture.
    """
    from safetensors import SafetensorError, safe_open

    try:
        if path.stat().st_size > _LARGEST_BYTES:
            raise CheckpointError(f"{path.name} is larger than {_LARGEST_BYTES >> 30} GiB, the largest StyleGAN2 read")
        with safe_open(path, framework="pt") as file:
            config = _read_config(file.metadata() or {}, path.name)
            found = {name: tuple(file.get_slice(name).get_shape()) for name in file.keys()}  # noqa: SIM118
            check_shapes(found, config, path.name)
            generator = assemble(config, {name: file.get_tensor(name) for name in found}, path.name)
    except (FileNotFoundError, IsADirectoryError) as error:
        raise CheckpointError(f"no StyleGAN2 at {path}: name a .safetensors file") from error
    except (SafetensorError, OSError) as error:
        raise CheckpointError(f"{path.name} is damaged or no safetensors file: {error}") from error
    return generator.to(device)


def _read_config(metadata: Mapping[str, str], name: str) -> StyleGAN2Config:
    if metadata.get("format") != FORMAT:
        raise CheckpointError(
            f"{name} is {metadata.get('format')!r}, not {FORMAT!r}: foreign checkpoints are converted first"
        )
    try:
        facts: dict[str, Any] = json.loads(metadata["config"])
        for key in ("channels", "resample_taps"):
            facts[key] = tuple(facts[key])
        for field in fields(StyleGAN2Config):
            _check_kind(field.name, facts.get(field.name, field.default), field.default)
        return StyleGAN2Config(**facts)
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
        raise CheckpointError(f"{name} does not say its sizes as this version writes them: {error}") from error


def _check_kind(name: str, value: object, like: object) -> None:
    """Refuses a value of another kind than the default's, so that no size is a text or a fraction."""
    if isinstance(value, tuple):
        kind = int if name == "channels" else float
        fits = isinstance(like, tuple) and all(type(entry) in {kind, int} for entry in value)
    else:
        fits = type(value) is type(like) or (type(like) is float and type(value) is int)
    if not fits:
        raise TypeError(f"{name} is {value!r}")


def generator_shapes(config: StyleGAN2Config) -> dict[str, tuple[int, ...]]:
    """The shape of every weight of a generator, by name, without making any."""
    with torch.device("meta"):
        return {key: tuple(value.shape) for key, value in Generator(config).state_dict().items()}


def assemble(config: StyleGAN2Config, tensors: Mapping[str, Tensor], what: str) -> Generator:
    """A generator of those weights, as 32-bit floats on the CPU, ready to paint; `what` names them in messages.

    Raises:
        CheckpointError: tensors are missing, too many, or of another shape.
    """
    check_shapes({key: tuple(value.shape) for key, value in tensors.items()}, config, what)
    with torch.device("meta"):
        generator = Generator(config)
    weights = {key: value.detach().to("cpu", torch.float32, copy=True) for key, value in tensors.items()}
    generator.load_state_dict(weights, assign=True)
    generator.synthesis.taps = filter_taps(config.resample_taps)
    return generator.eval()


def check_shapes(
    found: Mapping[str, tuple[int, ...]],
    config: StyleGAN2Config,
    what: str,
    names: Mapping[str, str] | None = None,
    left: Iterable[str] = (),
) -> None:
    """Refuses tensors that are not those of a generator of those sizes.

    For messages, `what` says what they come from, `names` what each is called there; `left` are more names from there
    that no weight has.

    Raises:
        CheckpointError: some are missing, too many, or of another shape; the message names up to five of each.
    """
    wanted, names = generator_shapes(config), names or {}
    both = wanted.keys() & found.keys()
    wrong = [f"{names.get(key, key)} {found[key]} for {wanted[key]}" for key in both if found[key] != wanted[key]]
    faults = {
        "lacks": [names.get(key, key) for key in wanted.keys() - found.keys()],
        "has besides": [*(found.keys() - wanted.keys()), *left],
        "has of another shape": wrong,
    }
    if any(faults.values()):
        told = [f"{fault} {len(keys)}: {', '.join(sorted(keys)[:5])}" for fault, keys in faults.items() if keys]
        raise CheckpointError(
            f"{what} is no StyleGAN2 of {config.resolution} px and the sizes it shows: it {'; '.join(told)}"
        )
