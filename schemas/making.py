"""How things are made: slots, takes, recipes, provenance and claims."""

from __future__ import annotations

import hashlib
from typing import Literal

from pydantic import AwareDatetime, Field, JsonValue

from schemas.base import Digest, Record, Slug, canonical_json, sha256_hex


class Slot(Record):
    """A place in an album that one artifact fills: a step of a song, or of the album itself."""

    album_id: Slug
    song_id: Slug | None = Field(default=None, description="None for a step of the whole album")
    step: str = Field(max_length=40, pattern=r"^[a-z_]+$", description="e.g. 'write_lyrics'")
    part: str = Field(default="", max_length=40, description="the part, for steps made once a part")

    def __str__(self) -> str:
        words = [self.album_id, self.song_id or "album", self.step]
        return "/".join([*words, self.part] if self.part else words)


class Recipe(Record):
    """Everything that decides what a step makes. Kept by component, so that a plan can say which one changed."""

    step: str = Field(max_length=40)
    revision: int = Field(ge=1, description="raised when the step's code makes something else from the same inputs")
    inputs: dict[str, Digest] = Field(default_factory=dict, description="digest of each input artifact, by name")
    parameters: dict[str, JsonValue] = Field(
        default_factory=dict, description="engine, precision, encoder settings and the like"
    )
    checkpoints: dict[str, Digest] = Field(
        default_factory=dict, description="digest of each weight file, font or voice"
    )
    seed: int = Field(ge=0, lt=2**63)

    def digest(self) -> str:
        """The recipe digest, 64 hexadecimal characters: the key of the memo."""
        return sha256_hex(canonical_json(self.model_dump(mode="json")))

    def differences(self, other: Recipe) -> tuple[str, ...]:
        """The components in which another recipe differs, e.g. ('input lyrics', 'seed')."""
        found = [name for name in ("step", "revision", "seed") if getattr(self, name) != getattr(other, name)]
        for label, ours, theirs in (
            ("input", self.inputs, other.inputs),
            ("parameter", self.parameters, other.parameters),
            ("checkpoint", self.checkpoints, other.checkpoints),
        ):
            names = sorted(set(ours) | set(theirs))
            found += [f"{label} {name}" for name in names if ours.get(name) != theirs.get(name)]
        return tuple(found)


class Take(Record):
    """One seeded attempt at a slot."""

    slot: Slot
    number: int = Field(ge=0, description="0 is the first attempt")
    recipe: Digest
    artifact: Digest


class Provenance(Record):
    """How an artifact came to be. Enters no digest; several may belong to one artifact."""

    artifact: Digest
    recipe: Recipe
    slot: Slot
    run: str = Field(max_length=80, description="identifier of the run that made it")
    author: str = Field(max_length=120, description="'hibari', or the person for an edit")
    device: str = Field(max_length=80, description="machine class and device, e.g. 'x86_64-avx2/cpu'")
    software: dict[str, str] = Field(default_factory=dict, description="package versions that took part")
    notes: tuple[str, ...] = Field(default=(), description="e.g. which sound font stood in for a better one")
    started_at: AwareDatetime
    seconds: float = Field(ge=0, description="wall time")
    cpu_s: float = Field(default=0.0, ge=0, description="processor time")


class Claim(Record):
    """A lease on a recipe that is being made."""

    recipe: Digest
    holder: str = Field(max_length=120, description="host, process and worker")
    expires_at: AwareDatetime


Outcome = Literal["made", "reused", "failed"]


def derive_seed(album_seed: int, song_id: str, step: str, take: int, part: str = "") -> int:
    """The seed of one take of a step, 0 to 2**63 - 1, from names alone and never from position."""
    text = f"{album_seed}\x1f{song_id}\x1f{step}\x1f{part}\x1f{take}".encode()
    return int.from_bytes(hashlib.sha256(text).digest()[:8], "big") >> 1
