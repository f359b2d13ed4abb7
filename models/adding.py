"""Models that a user brings: a folder in Hugging Face form, or a hub id, taken in once under a registered name.

Only configuration, tokenizer and safetensors are taken. Nothing is unpickled and no code that lies beside a model is
ever run. A brief then names the model like any other; it never holds a path or a hub id itself.
"""

from __future__ import annotations

import json
import re
import shutil
import tempfile
from dataclasses import asdict
from pathlib import Path

from models import registry
from models.cards.card import ModelCard, ModelFile
from schemas.errors import CheckpointError

_NAME = re.compile(r"lyrics:[a-z0-9][a-z0-9._-]{0,60}")
_HUB_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,95}(/[A-Za-z0-9][A-Za-z0-9._-]{0,95})?")
_WANTED = (
    "config.json",
    "generation_config.json",
    "tokenizer.json",
    "tokenizer_config.json",
    "special_tokens_map.json",
)
_NEEDED = ("config.json", "tokenizer.json")
_LARGEST_JSON_BYTES = 64 << 20


def add(name: str, source: str, models_dir: Path, *, licence: str = "as its maker says") -> Path:
    """Take a causal language model in under a name; where it lies now.

    Args:
        name: `lyrics:…`, not the name of a model that comes with Hibari (`lyrics:gpt2` is free to be brought).
        source: a folder in Hugging Face form, or a hub id such as `openai-community/gpt2`, which is fetched.
        models_dir: where models are kept.
        licence: the model's licence, for the credits.

    Raises:
        CheckpointError: the name is taken or of another family, the source is neither, it holds no safetensors, or
            the disk refused.
    """
    _check_name(name)
    target = models_dir / name.replace(":", "-")
    if target.exists():
        raise CheckpointError(f"{name} is there already, in {target}: remove that folder first, or choose another name")
    models_dir.mkdir(parents=True, exist_ok=True)
    try:
        with tempfile.TemporaryDirectory(prefix=".adding-", dir=models_dir) as work:
            folder = Path(source)
            fetched = folder if folder.is_dir() else _fetch(source, Path(work) / "fetched")
            finished = Path(work) / "finished"
            _take(fetched, finished)
            card = _card(name, source if not folder.is_dir() else folder.name, finished, licence)
            (finished / registry.CARD_NAME).write_text(json.dumps(asdict(card), indent=1))
            finished.chmod(0o755)
            finished.rename(target)
    except OSError as error:
        raise CheckpointError(f"{name} could not be taken in: {error}; free space, or check the source") from error
    return target


def _check_name(name: str) -> None:
    if not _NAME.fullmatch(name):
        raise CheckpointError(
            f"{name!r} is not a name for a language model: write lyrics: and letters, e.g. lyrics:mine"
        )
    if any(card.name == name and card.where != "user" for card in registry.models()):
        raise CheckpointError(f"{name} comes with Hibari: choose another name")


def _fetch(source: str, folder: Path) -> Path:
    """Download a hub id's safetensors, configuration and tokenizer."""
    if not _HUB_ID.fullmatch(source):
        raise CheckpointError(f"{source!r} is neither a folder nor a hub id such as 'openai-community/gpt2'")
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError

    try:
        snapshot_download(source, local_dir=folder, allow_patterns=[*_WANTED, "*.safetensors"])
    except (HfHubHTTPError, HFValidationError, OSError) as error:
        raise CheckpointError(
            f"{source} could not be fetched from the hub ({type(error).__name__}): check the id and the network, or "
            "give a folder"
        ) from error
    return folder


def _take(source: Path, finished: Path) -> None:
    """Copy what is wanted of a model's folder; everything else stays behind, and so do links that lead elsewhere."""
    files = sorted(path for path in source.iterdir() if path.is_file() and _may_be_read(path))
    names = {path.name for path in files}
    weights = [path for path in files if path.suffix == ".safetensors"]
    missing = [name for name in _NEEDED if name not in names]
    if missing:
        raise CheckpointError(f"{source.name} holds no {missing[0]}: give a folder in Hugging Face form")
    if not weights:
        raise CheckpointError(
            f"{source.name} holds no .safetensors file: convert the model first; pickles are not read"
        )
    finished.mkdir()
    for path in files:
        index = path.name.endswith(".safetensors.index.json")
        if path.name in _WANTED or index:
            if path.stat().st_size > _LARGEST_JSON_BYTES:
                raise CheckpointError(
                    f"{path.name} has {path.stat().st_size} bytes; at most {_LARGEST_JSON_BYTES} are read"
                )
            shutil.copyfile(path, finished / path.name)
        elif path in weights:
            shutil.copyfile(path, finished / path.name)


def _may_be_read(path: Path) -> bool:
    """Whether a file is a plain one, or a link into the `blobs` of its own hub cache."""
    if not path.is_symlink():
        return True
    cache = path.parent.resolve().parent.parent
    return path.resolve().parent == cache / "blobs"


def _card(name: str, source: str, finished: Path, licence: str) -> ModelCard:
    try:
        config = json.loads((finished / "config.json").read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as error:
        raise CheckpointError(f"config.json of {source} is no JSON ({error}): get the model again") from error
    if not isinstance(config, dict) or not isinstance(config.get("model_type"), str):
        raise CheckpointError("config.json names no model_type: it is not a model's configuration")
    files = tuple(ModelFile(path.name, size=path.stat().st_size) for path in sorted(finished.iterdir()))
    return ModelCard(
        name=name,
        summary=f"{config['model_type']} model taken in from {source}"[:120],
        licence=licence[:120],
        credit=f"Words written with {source} ({licence})"[:200],
        where="user",
        folder=name.replace(":", "-"),
        files=files,
    )
