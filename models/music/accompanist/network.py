"""The accompanist: a small decoder that reads its own tokens and, beside each, the state of the song.

Papers: Vaswani et al., "Attention Is All You Need" (2017), arXiv:1706.03762, the decoder alone; positions by rotation,
Su et al., "RoFormer" (2021), arXiv:2104.09864. Where we differ: layers normalise before attention and feed-forward;
GELU; embedding and output share their weights; the conditions of a token (chord, energy, meter, ...) are embedded one
by one and added to it, so that they cost no tokens.

`B` is the batch, `L` the tokens, `F` the conditions, `V` the vocabulary.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import torch
from torch import Tensor, nn

from models.music.accompanist.tokens import FEATURES, VOCABULARY
from models.weights_file import load_weights, save_weights
from schemas.errors import CheckpointError

FORMAT = "hibari-accompanist-1"


@dataclass(frozen=True)
class AccompanistConfig:
    """The sizes of an accompanist."""

    vocabulary: int = VOCABULARY
    features: tuple[int, ...] = tuple(FEATURES.values())
    """How many values each condition has."""
    layers: int = 4
    width: int = 192
    heads: int = 6
    hidden: int = 640
    context: int = 384
    """Longest sequence in tokens: about twelve bars."""
    dropout: float = 0.1

    def __post_init__(self) -> None:
        if self.heads < 1 or self.width % (2 * self.heads):
            raise CheckpointError(f"width {self.width} is not an even multiple of {self.heads} heads")
        if min(self.vocabulary, self.layers, self.width, self.hidden, self.context, *self.features) < 1:
            raise CheckpointError(f"every size of an accompanist is at least 1: {self}")

    @classmethod
    def tiny(cls) -> Self:
        """A network for tests: 2 layers of width 32, 128 tokens."""
        return cls(layers=2, width=32, heads=2, hidden=64, context=128, dropout=0.0)


class Memory:
    """Keys and values of the tokens read so far, for writing token by token."""

    def __init__(self, config: AccompanistConfig) -> None:
        shape = (config.layers, 1, config.heads, config.context, config.width // config.heads)
        self.keys, self.values = torch.zeros(shape), torch.zeros(shape)
        self.length = 0


class Attention(nn.Module):
    """Causal self-attention whose queries and keys are turned by their positions."""

    turn: Tensor

    def __init__(self, config: AccompanistConfig) -> None:
        super().__init__()
        self.heads, self.dropout = config.heads, config.dropout
        self.qkv = nn.Linear(config.width, 3 * config.width, bias=False)
        self.project = nn.Linear(config.width, config.width, bias=False)
        pairs = config.width // config.heads // 2
        angles = torch.arange(config.context)[:, None] * 1000.0 ** (-torch.arange(pairs) / pairs)
        self.register_buffer("turn", torch.stack([angles.cos(), angles.sin()]), persistent=False)

    def forward(self, x: Tensor, past: tuple[Tensor, Tensor] | None = None, at: int = 0) -> Tensor:
        """Shapes: x [B, L, width] in and out; past: keys and values [B, H, context, D], written from `at` on."""
        batch, length, width = x.shape
        q, k, v = (
            part.view(batch, length, self.heads, width // self.heads).transpose(1, 2)
            for part in self.qkv(x).chunk(3, dim=-1)
        )
        q, k = self._turned(torch.cat([q, k], dim=1), at).chunk(2, dim=1)
        if past is not None:
            past[0][:, :, at : at + length], past[1][:, :, at : at + length] = k, v
            k, v = past[0][:, :, : at + length], past[1][:, :, : at + length]
        mask = None if at == 0 else torch.ones(length, at + length, dtype=torch.bool).tril(at)
        mixed = nn.functional.scaled_dot_product_attention(
            q, k, v, attn_mask=mask, is_causal=at == 0, dropout_p=self.dropout if self.training else 0.0
        )
        result: Tensor = self.project(mixed.transpose(1, 2).reshape(batch, length, width))
        return result

    def _turned(self, x: Tensor, at: int) -> Tensor:
        """Shapes: x [B, H, L, D] in and out."""
        cos, sin = self.turn[:, at : at + x.shape[2]]
        a, b = x.chunk(2, dim=-1)
        return torch.cat([a * cos - b * sin, a * sin + b * cos], dim=-1)


class Layer(nn.Module):
    """Attention and feed-forward, each normalised before and added after."""

    def __init__(self, config: AccompanistConfig) -> None:
        super().__init__()
        self.norm_1, self.norm_2 = nn.LayerNorm(config.width), nn.LayerNorm(config.width)
        self.attention = Attention(config)
        self.feed_forward = nn.Sequential(
            nn.Linear(config.width, config.hidden), nn.GELU(), nn.Linear(config.hidden, config.width)
        )
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, x: Tensor, past: tuple[Tensor, Tensor] | None = None, at: int = 0) -> Tensor:
        """Shapes: x [B, L, width] in and out."""
        x = x + self.dropout(self.attention(self.norm_1(x), past, at))
        mixed: Tensor = x + self.dropout(self.feed_forward(self.norm_2(x)))
        return mixed


class Accompanist(nn.Module):
    """Predicts each next token of a piano part from those before it and the song's state at each."""

    offsets: Tensor

    def __init__(self, config: AccompanistConfig) -> None:
        super().__init__()
        self.config = config
        self.embedding = nn.Embedding(config.vocabulary, config.width)
        self.conditions = nn.ModuleList(nn.Embedding(size, config.width) for size in config.features)
        before = [sum(config.features[:place]) for place in range(len(config.features))]
        self.register_buffer("offsets", torch.tensor(before), persistent=False)
        self.layers = nn.ModuleList(Layer(config) for _ in range(config.layers))
        self.norm = nn.LayerNorm(config.width)
        self.dropout = nn.Dropout(config.dropout)
        nn.init.normal_(self.embedding.weight, std=config.width**-0.5)
        for table in self.conditions:
            nn.init.normal_(table.weight, std=0.3)  # type: ignore[arg-type]

    def forward(self, tokens: Tensor, conditions: Tensor) -> Tensor:
        """Shapes: tokens [B, L], conditions [B, L, F] of int64, L <= context; returns logits [B, L, V]."""
        return self._run(tokens, conditions, None)

    def step(self, tokens: Tensor, conditions: Tensor, memory: Memory) -> Tensor:
        """The logits after the last of some new tokens; the memory then holds them too.

        Shapes: tokens [1, L], conditions [1, L, F]; returns [V].

        Raises:
            ValueError: the memory and the new tokens are longer than the context together.
        """
        if memory.length + tokens.shape[1] > self.config.context:
            raise ValueError(f"{memory.length} + {tokens.shape[1]} tokens do not fit in {self.config.context}")
        logits = self._run(tokens, conditions, memory)
        memory.length += tokens.shape[1]
        return logits[0, -1]

    def _run(self, tokens: Tensor, conditions: Tensor, memory: Memory | None) -> Tensor:
        tables = torch.cat(list(self.conditions.parameters()))
        states = nn.functional.embedding(conditions + self.offsets, tables).sum(dim=-2)
        x = self.dropout(self.embedding(tokens) * self.config.width**0.5 + states)
        for index, layer in enumerate(self.layers):
            past = None if memory is None else (memory.keys[index], memory.values[index])
            x = layer(x, past, 0 if memory is None else memory.length)
        x = self.norm(x if memory is None else x[:, -1:])
        logits: Tensor = nn.functional.linear(x, self.embedding.weight)
        return logits


def save_accompanist(model: Accompanist, path: Path, notes: dict[str, str] | None = None) -> None:
    """Writes the weights as 16-bit floats, the sizes in the metadata: see `models.weights_file`."""
    save_weights(model, model.config, path, form=FORMAT, notes=notes)


def load_accompanist(path: Path) -> Accompanist:
    """The network of a file that `save_accompanist` wrote, in 32-bit floats on the CPU, ready to write.

    Raises:
        CheckpointError: the file is missing, damaged, of another architecture or of another alphabet.
    """

    def build(sizes: dict[str, Any]) -> Accompanist:
        config = AccompanistConfig(**{**sizes, "features": tuple(sizes["features"])})
        if (config.vocabulary, config.features) != (VOCABULARY, tuple(FEATURES.values())):
            raise CheckpointError(f"{path.name} knows another alphabet than this version: train it again")
        return Accompanist(config)

    return load_weights(path, form=FORMAT, build=build, missing="no accompanist's weights: see weights/accompanist.md")
