"""Models that a user brings, taken in once under a registered name.

Each family has a taker that checks what is brought, turns it into safetensors and refuses everything else; no code that
lies in or beside a model is ever run. A brief then names the model like any other; it never holds a path or a hub id
itself.
"""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from models import registry
from models.cards.card import ModelCard, ModelFile
from models.takers.taken import Take, Taken
from schemas.errors import CheckpointError

_NAME = re.compile(r"([a-z]{1,20}):[a-z0-9][a-z0-9._-]{0,60}")


def add(name: str, source: str, models_dir: Path, *, licence: str = "as its maker says") -> Path:
    """Take a model in under a name; the folder in which it lies now.

    Args:
        name: `lyrics:…`, `cover:…`, `upscale:…`, `motif:…` or `drums:…`, and not a model's that comes with Hibari
            (`lyrics:gpt2` is free).
        source: for words a folder in Hugging Face form, or a hub id such as `openai-community/gpt2`, which is fetched;
            for covers a StyleGAN2 file, for enlarging an ESRGAN or Real-ESRGAN file, for motifs and drums a MusicVAE
            (Magenta's `.tar`).
        models_dir: where models are kept.
        licence: the model's licence, for the credits.

    Raises:
        CheckpointError: the name is taken or of no such family, the source is not what the family takes, or the disk
            refused.
    """
    take = _taker_of(name)
    target = models_dir / name.replace(":", "-")
    if target.exists():
        raise CheckpointError(f"{name} is there already, in {target}: remove that folder first, or choose another name")
    models_dir.mkdir(parents=True, exist_ok=True)
    try:
        with tempfile.TemporaryDirectory(prefix=".adding-", dir=models_dir) as work:
            finished = Path(work) / "finished"
            taken = take(source, finished, Path(work))
            card = _card(name, taken, finished, licence)
            (finished / registry.CARD_NAME).write_text(json.dumps(asdict(card), indent=1))
            finished.chmod(0o755)
            finished.rename(target)
    except OSError as error:
        raise CheckpointError(f"{name} could not be taken in: {error}; free space, or check the source") from error
    return target


def _taker_of(name: str) -> Take:
    match = _NAME.fullmatch(name)
    if match is None or match[1] not in _TAKERS:
        families = ", ".join(f"{family}:" for family in _TAKERS)
        raise CheckpointError(
            f"{name!r} is no name for a model of yours: write {families} and letters, e.g. lyrics:mine"
        )
    if any(card.name == name and card.where != "user" for card in registry.models()):
        raise CheckpointError(f"{name} comes with Hibari: choose another name")
    return _TAKERS[match[1]]()


def _language() -> Take:
    from models.takers.language import take_language_model

    return take_language_model


def _generator() -> Take:
    from models.takers.generator import take_generator

    return take_generator


def _upscaler() -> Take:
    from models.takers.upscaler import take_upscaler

    return take_upscaler


def _motif() -> Take:
    from models.takers.music_vae import take_motif_vae

    return take_motif_vae


def _drums() -> Take:
    from models.takers.music_vae import take_drum_vae

    return take_drum_vae


_TAKERS: dict[str, Callable[[], Take]] = {
    "lyrics": _language,
    "cover": _generator,
    "upscale": _upscaler,
    "motif": _motif,
    "drums": _drums,
}


def _card(name: str, taken: Taken, finished: Path, licence: str) -> ModelCard:
    files = tuple(ModelFile(path.name, size=path.stat().st_size) for path in sorted(finished.iterdir()))
    return ModelCard(
        name=name,
        summary=_plain(taken.summary)[:120],
        licence=_plain(licence)[:120],
        credit=_plain(f"{taken.verb} with {taken.source} ({licence})")[:200],
        where="user",
        folder=name.replace(":", "-"),
        files=files,
    )


def _plain(text: str) -> str:
    """Text for a card: file names may hold line feeds and worse."""
    return "".join(character if character.isprintable() else " " for character in text)
