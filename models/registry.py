"""Every model Hibari knows by name: what it is, whose it is, and the files that must be there to use it.

A name is `family:name`. A card is data alone; `models.pulling` fetches what a card names, and the families' own loaders
read it. Nothing here touches the network.
"""

from __future__ import annotations

import difflib
import hashlib
import json
import os
from collections.abc import Callable
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from models.cards import CARDS
from models.cards.card import ModelCard, ModelFile
from schemas.base import canonical_json, sha256_hex
from schemas.errors import CheckpointError

CHECKOUT = Path(__file__).resolve().parent.parent
"""The folder of the checkout, where `weights/` lies."""

CARD_NAME = "hibari-card.json"
"""The file that describes a model which a user took in, inside its folder."""


def models(models_dir: Path | None = None) -> tuple[ModelCard, ...]:
    """Every card in a fixed order: those that come with Hibari, then those a user took into a folder."""
    taken_in = _taken_in(models_dir) if models_dir is not None else ()
    names = {card.name for card in taken_in}
    return (*(card for card in CARDS if card.name not in names), *taken_in)


def find(name: str, models_dir: Path | None = None) -> ModelCard:
    """The card of that name, among those that come with Hibari and those a user took into a folder.

    Raises:
        CheckpointError: there is none; the message names the nearest.
    """
    cards = models(models_dir)
    for card in cards:
        if card.name == name:
            return card
    names = [card.name for card in cards]
    near = difflib.get_close_matches(name, names, n=3, cutoff=0.4) or names
    raise CheckpointError(f"no model is called {name!r}: the nearest names are {', '.join(near)}")


def default_models_dir() -> Path:
    """Where pulled models are kept: `$HIBARI_HOME/models`, or `.hibari/models` in the checkout."""
    home = os.environ.get("HIBARI_HOME")
    return (Path(home) if home else CHECKOUT / ".hibari") / "models"


def path(name: str, models_dir: Path) -> Path:
    """Where a model is on this machine: its one file, or its folder where it has several.

    Raises:
        CheckpointError: it is unknown, or not here; the message says how to get it.
    """
    card = find(name, models_dir)
    if card.where == "code":
        raise CheckpointError(f"{name} has no weights: it is code alone")
    folder = _folder(card, models_dir)
    missing = [file.name for file in card.files if not _is_whole(folder, file)]
    if missing:
        raise CheckpointError(f"{name} is not here ({missing[0]} is missing or cut short): {_remedy(card, folder)}")
    return folder / card.files[0].name if len(card.files) == 1 else folder


def is_present(name: str, models_dir: Path) -> bool:
    """Whether the model can be used without fetching anything."""
    card = find(name, models_dir)
    return card.where == "code" or all(_is_whole(_folder(card, models_dir), file) for file in card.files)


def remedy(name: str, models_dir: Path) -> str:
    """How to get a model that is not here.

    Raises:
        CheckpointError: it is unknown.
    """
    card = find(name, models_dir)
    return _remedy(card, _folder(card, models_dir))


def digest(name: str, models_dir: Path, *, hash_file: Callable[[Path], str] | None = None) -> str:
    """One sha256 over the model's files (names and contents), 64 hexadecimal characters; that of the card for code.

    `hash_file` answers the sha256 of a file, for callers that keep a longer memory of hashes than one process.

    Raises:
        CheckpointError: it is unknown or not here.
    """
    card = find(name, models_dir)
    if card.where == "code":
        return sha256_hex(card.name.encode())
    path(name, models_dir)
    folder = _folder(card, models_dir)
    facts: dict[str, str] = {}
    for file in card.files:
        target = folder / file.name
        members = sorted(member for member in target.rglob("*") if member.is_file()) if target.is_dir() else [target]
        for member in members:
            facts[member.relative_to(folder).as_posix()] = (hash_file or _hash_file)(member)
    return sha256_hex(canonical_json(facts))


def _taken_in(models_dir: Path) -> tuple[ModelCard, ...]:
    """Cards of the models that `models.adding` took in; a folder whose card cannot be read is passed over."""
    found = []
    for place in sorted(models_dir.glob(f"*/{CARD_NAME}")):
        try:
            facts = json.loads(place.read_text())
            files = tuple(ModelFile(**file) for file in facts.pop("files"))
            card = ModelCard(**{**facts, "files": files})
        except (OSError, ValueError, TypeError, KeyError):
            continue
        safe = all(Path(file.name).name == file.name for file in card.files)
        if card.where == "user" and card.folder == place.parent.name == card.name.replace(":", "-") and safe:
            found.append(card)
    return tuple(found)


def _is_whole(folder: Path, file: ModelFile) -> bool:
    """Whether a file is there and of the size its card says; its hash is checked when it is pulled."""
    target = folder / file.name
    return target.exists() and (not file.size or target.stat().st_size == file.size)


def _folder(card: ModelCard, models_dir: Path) -> Path:
    if card.where == "checkout":
        return CHECKOUT / "weights"
    if card.where == "package":
        spec = find_spec(card.folder)
        return Path(spec.origin).parent if spec and spec.origin else models_dir / card.folder
    return Path(card.folder) if card.where == "system" else models_dir / card.folder


def _remedy(card: ModelCard, folder: Path) -> str:
    if card.where == "pulled":
        return f"run `hibari models pull {card.name}`"
    if card.where == "user":
        source = "FOLDER-OR-HUB-ID" if card.family == "lyrics" else "FILE"
        return f"run `hibari models add {card.name} {source}`"
    if card.where == "checkout":
        return "take it out of version control again: it lies in weights/"
    return f"install what holds {card.files[0].name}, looked for in {folder}"


def _hash_file(path: Path) -> str:
    stat = path.stat()
    return _file_sha256(str(path), stat.st_size, stat.st_mtime_ns)


@lru_cache(maxsize=256)
def _file_sha256(name: str, size: int, mtime_ns: int) -> str:
    """The sha256 of a file, remembered by path, size and time of change (which the arguments carry)."""
    hashed = hashlib.sha256()
    with Path(name).open("rb") as stream:
        while block := stream.read(1 << 20):
            hashed.update(block)
    return hashed.hexdigest()
