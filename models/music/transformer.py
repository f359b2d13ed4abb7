"""Music Transformer: a decoder with relative attention, whose logits know how far apart two tokens are.

Paper: Huang et al., "Music Transformer: Generating Music with Long-Term Structure" (2018), arXiv:1809.04281. The
relative term S_rel of equation 3 is made by the paper's skewing (section 3.4.1), in O(L D) memory.

Where we differ: layers normalise before attention and feed-forward, as is now usual; one table of distance vectors
serves all heads of a layer; no absolute position is added at all; embedding and output share their weights; GELU.

Where a composer in production may differ besides, by its sizes: heads may share keys and values (`kv_heads` 1 is the
multi-query attention of Shazeer 2019, arXiv:1911.02150), since what decoding waits for in long songs is reading them;
and a token may attend only to the last `window` of them, itself among these (the sliding window of Beltagy et al. 2020,
arXiv:2004.05150), which bounds memory and time by the window. `kv_heads` 0 and `window` 0 are the paper's attention.

`B` is the batch, `L` the tokens, `T` the tokens attended to, `H` the heads, `K` the heads of keys and values, `D` the
width of a head, `V` the vocabulary.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Self

import torch
from torch import Tensor, nn

from models.music.tokens import VOCABULARY
from models.weights_file import load_weights, save_weights
from schemas.errors import CheckpointError

FORMAT = "hibari-music-transformer-1"


@dataclass(frozen=True)
class MusicTransformerConfig:
    """The sizes of a Music Transformer."""

    vocabulary: int = VOCABULARY
    layers: int = 4
    width: int = 160
    heads: int = 4
    hidden: int = 640
    context: int = 384
    """Longest sequence in tokens."""
    dropout: float = 0.2
    kv_heads: int = 0
    """Heads of keys and values, each shared by `heads / kv_heads` of queries; 0: one for each, as in the paper."""
    window: int = 0
    """How many tokens each attends to, itself and those before it; 0: all of them, as in the paper."""

    def __post_init__(self) -> None:
        if self.heads < 1 or self.width % self.heads:
            raise CheckpointError(f"width {self.width} is not a multiple of {self.heads} heads")
        if min(self.vocabulary, self.layers, self.width, self.hidden, self.context) < 1:
            raise CheckpointError(f"every size of a Music Transformer is at least 1: {self}")
        if self.kv_heads < 0 or self.heads % self.shared_heads:
            raise CheckpointError(f"{self.heads} heads cannot share {self.kv_heads} of keys and values: use a divisor")
        if not 0 <= self.window <= self.context:
            raise CheckpointError(f"a window of {self.window} tokens is not from 0 to the context, {self.context}")

    @classmethod
    def tiny(cls) -> Self:
        """A network for tests: 2 layers of width 32, 128 tokens."""
        return cls(layers=2, width=32, heads=2, hidden=64, context=128, dropout=0.0)

    @property
    def head_width(self) -> int:
        """Width of a head."""
        return self.width // self.heads

    @property
    def shared_heads(self) -> int:
        """How many heads keys and values have."""
        return self.kv_heads or self.heads

    @property
    def reach(self) -> int:
        """How many tokens each attends to at most, and the number of distances it tells apart."""
        return self.window or self.context


def skew(relative: Tensor) -> Tensor:
    """Moves distances into place: column d of row i becomes column j = i - (L - 1 - d).

    Shapes:
        relative: [B, H, L, L], query i times the vector of distance L - 1 - d in column d.
        returns: [B, H, L, L], query i times the vector of distance i - j in column j; above the diagonal undefined.
    """
    batch, heads, length, _ = relative.shape
    padded = nn.functional.pad(relative, (1, 0))
    return padded.reshape(batch, heads, length + 1, length)[:, :, 1:]


class Memory:
    """Keys and values of the tokens read so far, one pair per layer, for decoding step by step."""

    def __init__(self, config: MusicTransformerConfig, batch: int) -> None:
        shape = (config.layers, batch, config.shared_heads, config.context, config.head_width)
        self.keys = torch.zeros(shape)
        self.values = torch.zeros(shape)
        self.length = 0

    def expand(self, batch: int) -> Memory:
        """A copy of a memory of one row, repeated for `batch` rows."""
        copy = Memory.__new__(Memory)
        copy.keys = self.keys.expand(-1, batch, -1, -1, -1).clone()
        copy.values = self.values.expand(-1, batch, -1, -1, -1).clone()
        copy.length = self.length
        return copy


class RelativeAttention(nn.Module):
    """Masked self-attention with S_rel, the learned vectors of distance."""

    def __init__(self, config: MusicTransformerConfig) -> None:
        super().__init__()
        self.heads, self.kv_heads, self.reach = config.heads, config.shared_heads, config.reach
        self.head_width = config.head_width
        self.qkv = nn.Linear(config.width, config.width + 2 * self.kv_heads * self.head_width)
        self.project = nn.Linear(config.width, config.width)
        self.distances = nn.Parameter(torch.randn(config.reach, self.head_width) * 0.02)
        """Row reach - 1 - d is the vector of distance d."""
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, x: Tensor, past: tuple[Tensor, Tensor] | None = None, at: int = 0) -> Tensor:
        """Shapes: x [B, L, width] in and out; past: keys and values [B, K, context, D], written from `at` on."""
        batch, length, width = x.shape
        shared = self.kv_heads * self.head_width
        q, k, v = (
            part.view(batch, length, -1, self.head_width).transpose(1, 2)
            for part in self.qkv(x).split((width, shared, shared), dim=-1)
        )
        start = 0
        if past is not None:
            past[0][:, :, at : at + length], past[1][:, :, at : at + length] = k, v
            start = max(0, at + 1 - self.reach)
            k, v = past[0][:, :, start : at + length], past[1][:, :, start : at + length]
        scores = (self._shared(q) @ k.transpose(-1, -2)).view(batch, self.heads, length, -1)
        scores = (scores + self._relative(q, at - start)) / self.head_width**0.5
        weights = self.dropout(scores.masked_fill(self._hidden(length, at - start), float("-inf")).softmax(dim=-1))
        mixed = (self._shared(weights) @ v).view(batch, self.heads, length, self.head_width)
        projected: Tensor = self.project(mixed.transpose(1, 2).reshape(batch, length, width))
        return projected

    def _shared(self, rows: Tensor) -> Tensor:
        """The rows of all heads that share keys and values, one after another: [B, H, L, n] as [B, K, H / K * L, n]."""
        return rows.reshape(rows.shape[0], self.kv_heads, -1, rows.shape[-1])

    def _hidden(self, length: int, at: int) -> Tensor:
        """Which tokens a query at position `at` and those after it do not attend to: [L, at + L]."""
        ones = torch.ones(length, at + length, dtype=torch.bool)
        return ones.triu(at + 1) | ones.tril(at - self.reach)

    def _relative(self, q: Tensor, at: int) -> Tensor:
        """S_rel of queries that begin at position `at`: [B, H, L, at + L]; undefined where it is hidden."""
        length = q.shape[2]
        reached = min(at + length, self.reach)
        products = q @ self.distances[self.reach - reached :].t()
        if length == 1:
            return products
        products = nn.functional.pad(products, (at + length - reached, 0))
        if at == 0:
            return skew(products)
        places = torch.arange(at + length)[None, :] + torch.arange(length - 1, -1, -1)[:, None]
        return products.gather(-1, places.clamp(max=at + length - 1).expand(*products.shape[:2], -1, -1))


class Layer(nn.Module):
    """Attention and feed-forward, each normalised before and added after."""

    def __init__(self, config: MusicTransformerConfig) -> None:
        super().__init__()
        self.norm_1, self.norm_2 = nn.LayerNorm(config.width), nn.LayerNorm(config.width)
        self.attention = RelativeAttention(config)
        self.feed_forward = nn.Sequential(
            nn.Linear(config.width, config.hidden), nn.GELU(), nn.Linear(config.hidden, config.width)
        )
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, x: Tensor, past: tuple[Tensor, Tensor] | None = None, at: int = 0) -> Tensor:
        """Shapes: x [B, L, width] in and out."""
        x = x + self.dropout(self.attention(self.norm_1(x), past, at))
        mixed: Tensor = x + self.dropout(self.feed_forward(self.norm_2(x)))
        return mixed


class MusicTransformer(nn.Module):
    """Predicts each next token of a song from those before it."""

    def __init__(self, config: MusicTransformerConfig) -> None:
        super().__init__()
        self.config = config
        self.embedding = nn.Embedding(config.vocabulary, config.width)
        self.layers = nn.ModuleList(Layer(config) for _ in range(config.layers))
        self.norm = nn.LayerNorm(config.width)
        self.dropout = nn.Dropout(config.dropout)
        nn.init.normal_(self.embedding.weight, std=config.width**-0.5)

    def forward(self, tokens: Tensor) -> Tensor:
        """Shapes: tokens [B, L] of int64, L <= context; returns logits [B, L, V]."""
        return self._run(tokens, None)

    def step(self, tokens: Tensor, memory: Memory) -> Tensor:
        """The logits after the last of some new tokens; the memory then holds them too.

        Shapes: tokens [B, L]; returns [B, V].

        Raises:
            ValueError: the memory and the new tokens are longer than the context together.
        """
        if memory.length + tokens.shape[1] > self.config.context:
            raise ValueError(f"{memory.length} + {tokens.shape[1]} tokens do not fit in {self.config.context}")
        logits = self._run(tokens, memory, last=True)
        memory.length += tokens.shape[1]
        return logits[:, -1]

    def _run(self, tokens: Tensor, memory: Memory | None, last: bool = False) -> Tensor:
        x = self.dropout(self.embedding(tokens) * self.config.width**0.5)
        for index, layer in enumerate(self.layers):
            past = None if memory is None else (memory.keys[index], memory.values[index])
            x = layer(x, past, 0 if memory is None else memory.length)
        logits: Tensor = nn.functional.linear(self.norm(x[:, -1:] if last else x), self.embedding.weight)
        return logits


def save_music_transformer(model: MusicTransformer, path: Path, notes: dict[str, str] | None = None) -> None:
    """Writes the weights as 16-bit floats, the sizes in the metadata: see `models.weights_file`."""
    save_weights(model, model.config, path, form=FORMAT, notes=notes)


def load_music_transformer(path: Path) -> MusicTransformer:
    """The network of a file that `save_music_transformer` wrote, in 32-bit floats on the CPU, ready to decode.

    Raises:
        CheckpointError: the file is missing, damaged, or of another architecture.
    """
    missing = "no music weights: see weights/music-transformer.md"
    return load_weights(
        path, form=FORMAT, build=lambda sizes: MusicTransformer(MusicTransformerConfig(**sizes)), missing=missing
    )
