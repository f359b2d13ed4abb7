"""The workbench of one process: the store, the catalogue, the models it has loaded."""

from __future__ import annotations

import os
import platform
import time
from dataclasses import dataclass
from functools import cached_property
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar, cast

from artifacts.blobs import BlobStore
from artifacts.catalogue import Catalogue
from artifacts.checkpoints import checkpoint_digest
from models import registry
from schemas.base import Artifact, Digest
from schemas.errors import ArtifactError
from schemas.music import PartRole, PartScore, Score

if TYPE_CHECKING:
    from collections.abc import Callable

    from schemas.settings import Settings

A = TypeVar("A", bound=Artifact)
M = TypeVar("M")

_DERIVED_REMEMBERED = 4096


@dataclass(frozen=True)
class ScorePart:
    """A part of a score: what it plays, and the digest of what its stem is rendered from."""

    role: PartRole
    digest: Digest


class Bench:
    """Everything a step may reach. One a process; closed at the end."""

    def __init__(self, settings: Settings) -> None:
        settings.home.mkdir(parents=True, exist_ok=True)
        self.settings = settings
        self.blobs = BlobStore(settings.blobs)
        self.catalogue = Catalogue(settings.catalogue, self.blobs)
        self._loaded: dict[str, object] = {}
        self._derived: dict[tuple[str, Digest], object] = {}
        self.loads: list[str] = []
        """Every model this process loaded, by name, in order: a model loaded twice stands there twice."""
        self.load_cpu_s = 0.0
        """Processor seconds that loading them took."""

    def get(self, digest: Digest, kind: type[A]) -> A:
        """The artifact of that digest.

        Raises:
            ArtifactError: it is missing, damaged or of another kind.
        """
        artifact = self.catalogue.get(digest)
        if not isinstance(artifact, kind):
            raise ArtifactError(f"artifact {digest[:12]} is a {artifact.kind}, not a {kind.__name__}: verify the store")
        return artifact

    def loaded(self, name: str, load: Callable[[], M]) -> M:
        """A model by name, loaded once a process; the model loaded before it is let go to keep memory small."""
        if name not in self._loaded:
            family = name.split(":")[0]
            for other in [key for key in self._loaded if key.split(":")[0] == family]:
                del self._loaded[other]
            before = time.process_time()
            self._loaded[name] = load()
            self.load_cpu_s += time.process_time() - before
            self.loads.append(name)
        return cast("M", self._loaded[name])

    def derived(self, name: str, digest: Digest, derive: Callable[[], M]) -> M:
        """What follows from an artifact, by name, remembered: what a digest stands for never changes."""
        if (name, digest) not in self._derived:
            if len(self._derived) >= _DERIVED_REMEMBERED:
                self._derived.clear()
            self._derived[name, digest] = derive()
        return cast("M", self._derived[name, digest])

    def score_parts(self, score: Digest) -> dict[str, ScorePart]:
        """The parts of a score by name.

        Raises:
            ArtifactError: the score is missing or damaged.
        """

        def parts() -> dict[str, ScorePart]:
            found = self.get(score, Score)
            return {part.name: ScorePart(part.role, PartScore.of(found, part.name).digest()) for part in found.parts}

        return self.derived("score parts", score, parts)

    def file_digest(self, path: Path) -> Digest:
        """sha256 of a weight file or font, remembered by path, size and modification time."""
        return checkpoint_digest(path, cache=self.settings.home / "checkpoints.json")

    def model_digest(self, name: str) -> Digest:
        """One sha256 over the files of a registered model.

        Raises:
            CheckpointError: it is unknown, or its weights are not here.
        """
        return registry.digest(name, self.settings.models_dir, hash_file=self.file_digest)

    @cached_property
    def device(self) -> str:
        """The device networks run on: the setting, or a GPU where 'auto' finds one."""
        if self.settings.device != "auto":
            return self.settings.device
        if not _may_have_gpu():
            return "cpu"
        import torch

        return "cuda:0" if torch.cuda.is_available() else "cpu"

    @cached_property
    def machine(self) -> str:
        """The machine class: digests are promised, and compared, only within one."""
        return f"{platform.machine()}-{_vector_unit()}/{self.device.split(':')[0]}"


def software_versions(*names: str) -> dict[str, str]:
    """Installed versions of packages that took part, and of Python."""
    return {"python": platform.python_version(), **{name: metadata.version(name) for name in names}}


def _may_have_gpu() -> bool:
    return os.name == "nt" or Path("/dev/nvidiactl").exists() or Path("/dev/kfd").exists()


def _vector_unit() -> str:
    try:
        flags = Path("/proc/cpuinfo").read_text(errors="replace")
    except OSError:
        return platform.system().lower()
    words = set(flags.split())
    width = next((flag for flag in ("avx512f", "avx2", "asimd") if flag in words), "baseline")
    return f"{width}-vnni" if words & {"avx512_vnni", "avx_vnni"} else width
