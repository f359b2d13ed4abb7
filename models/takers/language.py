"""Causal language models: a folder in Hugging Face form, or a hub id, which is fetched.

Only configuration, tokenizer and safetensors are taken. Nothing is unpickled and no code that lies beside a model is
ever run.
"""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

from models.takers.taken import Taken
from schemas.errors import CheckpointError

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


def take_language_model(source: str, finished: Path, work: Path) -> Taken:
    """Copy what is wanted of a model's folder, or of what a hub id gives, to `finished`.

    Raises:
        CheckpointError: the source is neither folder nor hub id, cannot be fetched, or holds no safetensors.
    """
    folder = Path(source)
    if folder.is_file():
        raise CheckpointError(
            f"{folder.name} is a file: a language model is a folder with config.json, tokenizer.json and safetensors"
        )
    fetched = folder if folder.is_dir() else _fetch(source, work / "fetched")
    _copy(fetched, finished)
    called = folder.name if folder.is_dir() else source
    return Taken(f"{_model_type(finished, called)} model taken in from {called}", called, "Words written")


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


def _copy(source: Path, finished: Path) -> None:
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


def _model_type(finished: Path, source: str) -> str:
    try:
        config = json.loads((finished / "config.json").read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as error:
        raise CheckpointError(f"config.json of {source} is no JSON ({error}): get the model again") from error
    if not isinstance(config, dict) or not isinstance(config.get("model_type"), str):
        raise CheckpointError("config.json names no model_type: it is not a model's configuration")
    return str(config["model_type"])
