"""MusicVAEs: Magenta's checkpoints as TensorFlow keeps them, or one of ours, turned once into our safetensors."""

from __future__ import annotations

from pathlib import Path

from models.checkpoints.inspecting import inspect_checkpoint
from models.takers.taken import Taken
from schemas.errors import CheckpointError

FILE = "model.safetensors"


def take_motif_vae(source: str, finished: Path, _work: Path) -> Taken:
    """Read a MusicVAE of melodies without TensorFlow and write it to `finished`.

    Raises:
        CheckpointError: the file is not there, of another family, incomplete, damaged or refused.
    """
    return _take(Path(source), finished, "melody", "Motifs composed")


def take_drum_vae(source: str, finished: Path, _work: Path) -> Taken:
    """Read a MusicVAE of drums without TensorFlow and write it to `finished`.

    Raises:
        CheckpointError: the file is not there, of another family, incomplete, damaged or refused.
    """
    return _take(Path(source), finished, "drums", "Drum patterns composed")


def _take(path: Path, finished: Path, kind: str, verb: str) -> Taken:
    from models.music.music_vae.keeping import load_music_vae, save_music_vae
    from models.music.music_vae.magenta import load_magenta

    facts = inspect_checkpoint(path)
    if facts.refusal:
        raise CheckpointError(facts.refusal)
    if facts.family not in ("music-vae-magenta", "music-vae-hibari") or not facts.command:
        remark = f" ({facts.remark})" if facts.remark else ""
        raise CheckpointError(f"{path.name} is {facts.title}{remark}: motif: and drums: models are MusicVAEs")
    model = load_magenta(path) if facts.family == "music-vae-magenta" else load_music_vae(path)
    if model.config.kind != kind:
        raise CheckpointError(f"{path.name} is of {model.config.kind}: it goes by the other name, motif: or drums:")
    save_music_vae(model, finished / FILE, {"source": path.name[:200]}, bits=32)
    bars = f"{model.config.bars} bars"
    return Taken(f"{facts.title}, {bars} of {kind}, taken in from {path.name}", path.name, verb)
