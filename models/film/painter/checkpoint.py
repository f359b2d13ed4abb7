"""A film painter's weights as a safetensors file, its config in the file's metadata."""

from __future__ import annotations

import json
from pathlib import Path

from models.film.painter.network import FilmPainter, FilmPainterConfig
from models.weights_file import save_weights
from schemas.errors import CheckpointError

FORMAT = "hibari film painter 1"

_MOST_BYTES = 512 * 2**20
_MOST_WIDTH = 4096


def save_film_painter(
    file: Path, network: FilmPainter, *, notes: dict[str, str] | None = None, half: bool = False
) -> None:
    """Writes weights with their config and notes: see `models.weights_file`; `half` for 16 bits each."""
    save_weights(network, network.config, file, form=FORMAT, notes=notes, bits=16 if half else 32)


def load_film_painter(path: Path, *, device: str = "cpu") -> FilmPainter:
    """The network of a file, or of the folder that holds film-painted.safetensors, ready to paint.

    Raises:
        CheckpointError: it is not there, cannot be read, or holds another network.
    """
    from safetensors import SafetensorError, safe_open

    file = path / "film-painted.safetensors" if path.is_dir() else path
    try:
        if file.stat().st_size > _MOST_BYTES:
            raise CheckpointError(f"{file.name} has {file.stat().st_size:,} bytes: at most {_MOST_BYTES:,} are read")
        with safe_open(file, framework="pt") as stored:
            metadata = stored.metadata() or {}
            if metadata.get("format") != FORMAT:
                raise CheckpointError(f"{file.name} holds no film painter: take it out of version control again")
            network = FilmPainter(_config(json.loads(metadata["config"])))
            network.load_state_dict({name: stored.get_tensor(name).float() for name in stored.keys()})  # noqa: SIM118
    except (OSError, SafetensorError, RuntimeError, KeyError, TypeError, ValueError) as error:
        raise CheckpointError(
            f"{file.name} holds no film painter ({str(error)[:200]}): take it out of version control again"
        ) from error
    return network.eval().requires_grad_(False).to(device)


def read_notes(file: Path) -> dict[str, str]:
    """What was noted beside the weights of a file, config and format left out.

    Raises:
        CheckpointError: it is not there or cannot be read.
    """
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(file, framework="pt") as stored:
            found: dict[str, str] = stored.metadata() or {}
    except (OSError, SafetensorError) as error:
        raise CheckpointError(f"{file.name} cannot be read ({str(error)[:200]}): train or restore it") from error
    return {name: value for name, value in found.items() if name not in ("config", "format")}


def _config(stored: dict[str, object]) -> FilmPainterConfig:
    """The config of a file. Its sizes are bounded, for a network is made of them before its weights are seen."""
    values = {name: tuple(value) if isinstance(value, list) else value for name, value in stored.items()}
    for name, value in values.items():
        sizes = value if isinstance(value, tuple) else (value,)
        if not all(type(size) is int and 0 < size <= _MOST_WIDTH for size in sizes):
            raise ValueError(f"{name} is {value!r}")
    if values.get("blocks", 0) > 64:  # type: ignore[operator]
        raise ValueError(f"blocks is {values['blocks']}")
    return FilmPainterConfig(**values)  # type: ignore[arg-type]
