"""The sizes of a MusicVAE, and those of Magenta's published ones by their names."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Literal, Self

from models.music.music_vae.vocabulary import DRUM_INPUTS, DRUM_TOKENS, MELODY_TOKENS, STEPS_PER_BAR
from schemas.errors import CheckpointError

Kind = Literal["melody", "drums"]
_MOST_BARS, _WIDEST, _MOST_LAYERS = 64, 8192, 8


@dataclass(frozen=True)
class MusicVAEConfig:
    """The sizes of a MusicVAE."""

    kind: Kind = "melody"
    bars: int = 2
    """Bars of sixteen sixteenths."""
    z: int = 96
    """Numbers in a latent vector."""
    encoder: tuple[int, ...] = (256,)
    """Units a direction in each layer of the bidirectional encoder."""
    decoder: tuple[int, ...] = (256, 256)
    """Units in each layer of the decoder of notes."""
    conductor: tuple[int, ...] = ()
    """Units in each layer of the conductor, which makes a vector for every bar; empty in a flat decoder."""

    def __post_init__(self) -> None:
        sizes = (*self.encoder, *self.decoder, *self.conductor, self.z)
        if self.kind not in ("melody", "drums") or not 1 <= self.bars <= _MOST_BARS:
            raise CheckpointError(f"a MusicVAE is of melody or drums and of 1 to {_MOST_BARS} bars: {self}")
        if not all(type(size) is int and 1 <= size <= _WIDEST for size in sizes):
            raise CheckpointError(f"every size of a MusicVAE is a whole number from 1 to {_WIDEST}: {self}")
        layers = (len(self.encoder), len(self.decoder))
        if min(layers) < 1 or max(*layers, len(self.conductor)) > _MOST_LAYERS:
            raise CheckpointError(f"encoder and decoder have 1 to {_MOST_LAYERS} layers: {self}")

    @property
    def steps(self) -> int:
        """Length in sixteenths."""
        return self.bars * STEPS_PER_BAR

    @property
    def inputs(self) -> int:
        """Width of what the encoder reads at a step."""
        return MELODY_TOKENS if self.kind == "melody" else DRUM_INPUTS

    @property
    def outputs(self) -> int:
        """How many tokens the decoder chooses among."""
        return MELODY_TOKENS if self.kind == "melody" else DRUM_TOKENS

    @property
    def is_hierarchical(self) -> bool:
        """Whether a conductor makes a vector for every bar."""
        return bool(self.conductor)

    @classmethod
    def of_text(cls, text: str) -> Self:
        """The sizes that a file's metadata say.

        Raises:
            CheckpointError: they say none, or sizes out of bounds.
        """
        try:
            return cls.of_facts(json.loads(text))
        except (AttributeError, TypeError, ValueError) as error:
            raise CheckpointError(f"its sizes are damaged ({error}): get it again") from error

    @classmethod
    def of_facts(cls, facts: dict[str, Any]) -> Self:
        """The sizes of what JSON made of some, lists taken for tuples.

        Raises:
            CheckpointError: a size is out of bounds.
            TypeError: one has no such name.
        """
        sizes: dict[str, Any] = {name: tuple(fact) if isinstance(fact, list) else fact for name, fact in facts.items()}
        return cls(**sizes)

    @classmethod
    def tiny(cls, kind: Kind = "melody", *, bars: int = 2, hierarchical: bool = False) -> Self:
        """A network for tests: 12 to 24 units."""
        return cls(kind, bars, z=8, encoder=(12,), decoder=(24, 16), conductor=(20, 16) if hierarchical else ())


MAGENTA: dict[str, MusicVAEConfig] = {
    "cat-mel_2bar_small": MusicVAEConfig("melody", 2, 256, (512,), (256, 256)),
    "cat-mel_2bar_big": MusicVAEConfig("melody", 2, 512, (2048,), (2048, 2048, 2048)),
    "hierdec-mel_16bar": MusicVAEConfig("melody", 16, 512, (2048, 2048), (1024, 1024), (1024, 1024)),
    "flat-mel_16bar": MusicVAEConfig("melody", 16, 512, (2048, 2048), (2048, 2048, 2048)),
    "cat-drums_2bar_small": MusicVAEConfig("drums", 2, 256, (512,), (256, 256)),
    "cat-drums_2bar_big": MusicVAEConfig("drums", 2, 512, (2048,), (2048, 2048, 2048)),
}
"""Magenta's configs that have a network of ours, by the names under which their checkpoints are published."""
