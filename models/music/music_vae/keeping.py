"""A MusicVAE on disk: safetensors, its sizes in the metadata."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from models.music.music_vae.config import MusicVAEConfig
from models.music.music_vae.network import MusicVAE
from models.weights_file import load_weights, save_weights

FORMAT = "hibari-music-vae-1"
_MOST_BYTES = 4 << 30
"""Magenta's largest, in 32 bits, has a fifth of it."""


def save_music_vae(
    model: MusicVAE, path: Path, notes: dict[str, str] | None = None, *, bits: Literal[16, 32] = 16
) -> None:
    """Writes the weights as floats of so many bits, the sizes in the metadata: see `models.weights_file`.

    Raises:
        CheckpointError: a weight is not finite, or too large for its bits.
    """
    save_weights(model, model.config, path, form=FORMAT, notes=notes, bits=bits)


def load_music_vae(path: Path, *, device: str = "cpu") -> MusicVAE:
    """The network of a file that `save_music_vae` wrote, in 32-bit floats, ready to use.

    Raises:
        CheckpointError: the file is missing, damaged, or of another architecture.
    """
    model = load_weights(
        path,
        form=FORMAT,
        build=lambda sizes: MusicVAE(MusicVAEConfig.of_facts(sizes)),
        missing="no MusicVAE: weights/ holds motif-two-bars.safetensors and others",
        most_bytes=_MOST_BYTES,
    )
    return model.to(device)
