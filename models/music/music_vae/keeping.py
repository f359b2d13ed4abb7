"""A MusicVAE on disk: safetensors, its sizes in the metadata."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Literal

from models.music.music_vae.config import MusicVAEConfig
from models.music.music_vae.network import MusicVAE
from schemas.errors import CheckpointError

FORMAT = "hibari-music-vae-1"


def save_music_vae(
    model: MusicVAE, path: Path, notes: dict[str, str] | None = None, *, bits: Literal[16, 32] = 16
) -> None:
    """Writes the weights as floats of so many bits, the sizes in the metadata, by way of a temporary name.

    Raises:
        CheckpointError: a weight is not finite, or too large for its bits.
    """
    import torch
    from safetensors.torch import save_file

    dtype = torch.float16 if bits == 16 else torch.float32
    tensors = {name: value.detach().to("cpu", dtype).contiguous() for name, value in model.state_dict().items()}
    damaged = [name for name, value in tensors.items() if not value.isfinite().all()]
    if damaged:
        raise CheckpointError(f"{damaged[0]} is not finite in {bits} bits: {path.name} is not written")
    metadata = {"format": FORMAT, "config": json.dumps(asdict(model.config), sort_keys=True), **(notes or {})}
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    save_file(tensors, part, metadata=metadata)
    part.replace(path)


def load_music_vae(path: Path, *, device: str = "cpu") -> MusicVAE:
    """The network of a file that `save_music_vae` wrote, in 32-bit floats, ready to use.

    Raises:
        CheckpointError: the file is missing, damaged, or of another architecture.
    """
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, framework="pt") as file:
            metadata = file.metadata() or {}
            if metadata.get("format") != FORMAT:
                raise CheckpointError(f"{path.name} is {metadata.get('format')!r}, not {FORMAT!r}")
            model = MusicVAE(MusicVAEConfig.of_text(metadata["config"]))
            model.load_state_dict({name: file.get_tensor(name).float() for name in file.keys()})  # noqa: SIM118
    except FileNotFoundError as error:
        raise CheckpointError(f"no MusicVAE at {path}: weights/ holds motif-two-bars.safetensors and others") from error
    except (SafetensorError, KeyError, TypeError, ValueError, RuntimeError) as error:
        raise CheckpointError(f"{path.name} is damaged or of another architecture: {error}") from error
    return model.to(device).eval()
