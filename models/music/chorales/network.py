"""Three networks of one size that predict the next note of a serialised chorale.

`relative`: the Music Transformer of `models.music.transformer` (Huang et al. 2018, arXiv:1809.04281), relative
attention by skewing. `absolute`: the same layers without the relative term; the sinusoids of Vaswani et al. 2017
(arXiv:1706.03762) are added to the embedding instead. `lstm`: stacked LSTM layers (Hochreiter and Schmidhuber 1997).

Where we differ: all three are told, by learned vectors added to the embedding, which voice and which sixteenth of its
beat the token to be predicted is (two rows of the paper's table are told the like), and which note that voice has just
had, so that minutes of training need not go into finding out that most notes are held. The vector of that note is the
one that the output is compared with. Layers normalise first. The LSTM begins each stretch without memory.

`B` is the batch, `L` the tokens, `V` the 48 symbols.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Self

import torch
from torch import Tensor, nn

from models.music.chorales.grid import PLACES, START, SYMBOLS, VOICES
from models.music.transformer import Layer, Memory, MusicTransformerConfig
from models.weights_file import load_weights, save_weights
from schemas.errors import CheckpointError

FORMAT = "hibari-chorales-1"
Kind = Literal["relative", "absolute", "lstm"]
KINDS: tuple[Kind, ...] = ("relative", "absolute", "lstm")


@dataclass(frozen=True)
class ChoraleConfig:
    """The sizes of a network of chorales."""

    kind: Kind = "relative"
    layers: int = 3
    width: int = 128
    heads: int = 4
    hidden: int = 512
    context: int = 384
    """Longest stretch in tokens, 4 a sixteenth."""
    dropout: float = 0.1

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise CheckpointError(f"a network of chorales is one of {', '.join(KINDS)}, not {self.kind!r}")
        if min(self.layers, self.width, self.heads, self.hidden, self.context) < 1 or self.width % 2:
            raise CheckpointError(f"every size of a network of chorales is at least 1, its width even: {self}")
        self.attention()

    @classmethod
    def tiny(cls, kind: Kind = "relative") -> Self:
        """A network for tests: 2 layers of width 32, 64 tokens (16 sixteenths)."""
        return cls(kind=kind, layers=2, width=32, heads=2, hidden=64, context=64, dropout=0.0)

    def attention(self) -> MusicTransformerConfig:
        """The sizes as those of a Music Transformer."""
        return MusicTransformerConfig(
            vocabulary=SYMBOLS,
            layers=self.layers,
            width=self.width,
            heads=self.heads,
            hidden=self.hidden,
            context=self.context,
            dropout=self.dropout,
        )


class AbsoluteAttention(nn.Module):
    """Masked self-attention that knows positions by what was added to its input alone."""

    def __init__(self, config: ChoraleConfig) -> None:
        super().__init__()
        self.heads, self.rate = config.heads, config.dropout
        self.qkv = nn.Linear(config.width, 3 * config.width)
        self.project = nn.Linear(config.width, config.width)

    def forward(self, x: Tensor) -> Tensor:
        """Shapes: x [B, L, width] in and out."""
        batch, length, width = x.shape
        q, k, v = (
            part.view(batch, length, self.heads, width // self.heads).transpose(1, 2)
            for part in self.qkv(x).chunk(3, dim=-1)
        )
        scores = q @ k.transpose(-1, -2) / (width // self.heads) ** 0.5
        future = torch.ones(length, length, dtype=torch.bool).triu(1)
        weights = scores.masked_fill(future, float("-inf")).softmax(dim=-1)
        weights = nn.functional.dropout(weights, self.rate, self.training)
        mixed: Tensor = self.project((weights @ v).transpose(1, 2).reshape(batch, length, width))
        return mixed


class AbsoluteLayer(nn.Module):
    """Attention and feed-forward, each normalised before and added after."""

    def __init__(self, config: ChoraleConfig) -> None:
        super().__init__()
        self.norm_1, self.norm_2 = nn.LayerNorm(config.width), nn.LayerNorm(config.width)
        self.attention = AbsoluteAttention(config)
        self.feed_forward = nn.Sequential(
            nn.Linear(config.width, config.hidden), nn.GELU(), nn.Linear(config.hidden, config.width)
        )
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, x: Tensor) -> Tensor:
        """Shapes: x [B, L, width] in and out."""
        x = x + self.dropout(self.attention(self.norm_1(x)))
        mixed: Tensor = x + self.dropout(self.feed_forward(self.norm_2(x)))
        return mixed


class Heard:
    """What a network of kind `relative` or `lstm` keeps of the tokens it has read, a row a singer.

    Raises:
        ValueError: the kind is `absolute`, whose positions do not go on beyond a stretch.
    """

    def __init__(self, config: ChoraleConfig, rows: int) -> None:
        if config.kind == "absolute":
            raise ValueError("a network of kind 'absolute' does not read step by step: use 'relative' or 'lstm'")
        self.length, self.context = 0, config.context
        self.memory = Memory(config.attention(), rows) if config.kind == "relative" else None
        self.states: tuple[Tensor, Tensor] | None = None

    @property
    def room(self) -> float:
        """How many more tokens fit; an LSTM has room for all."""
        return float("inf") if self.memory is None else self.context - self.length

    def draw(self, rows: Tensor) -> None:
        """Keeps the rows of these numbers, in this order, as many as there are."""
        if self.memory is not None:
            for kept in (self.memory.keys, self.memory.values):
                kept[:, :, :, : self.length] = kept[:, rows, :, : self.length]
        if self.states is not None:
            self.states = self.states[0][:, rows], self.states[1][:, rows]


class ChoraleNetwork(nn.Module):
    """Predicts each next note of a chorale from those before it."""

    def __init__(self, config: ChoraleConfig) -> None:
        super().__init__()
        self.config = config
        self.embedding = nn.Embedding(SYMBOLS, config.width)
        self.notes = nn.Embedding(SYMBOLS, config.width)
        """Vectors of the note before in the same voice, and of the notes that may come."""
        self.places = nn.Embedding(PLACES, config.width)
        self.layers: nn.ModuleList | nn.LSTM
        if config.kind == "lstm":
            dropout = config.dropout if config.layers > 1 else 0.0
            self.widen = nn.Linear(config.width, config.hidden)
            self.layers = nn.LSTM(config.hidden, config.hidden, config.layers, batch_first=True, dropout=dropout)
            self.narrow = nn.Linear(config.hidden, config.width)
        else:
            sizes = config.attention()
            relative = config.kind == "relative"
            self.layers = nn.ModuleList(
                Layer(sizes) if relative else AbsoluteLayer(config) for _ in range(config.layers)
            )
        self.norm = nn.LayerNorm(config.width)
        self.dropout = nn.Dropout(config.dropout)
        for table in (self.embedding, self.notes, self.places):
            nn.init.normal_(table.weight, std=config.width**-0.5)

    def forward(self, tokens: Tensor, places: Tensor) -> Tensor:
        """The logits of the token after each.

        Shapes: tokens [B, L] of int64, L <= context; places [B, L], voice + 4 x sixteenth of the beat of each token
        to be predicted; returns [B, L, V].
        """
        x = self._embedded(tokens, held(tokens), places)
        if isinstance(self.layers, nn.LSTM):
            x = self.narrow(self.dropout(self.layers(self.widen(x))[0]))
        else:
            if self.config.kind == "absolute":
                x = x + sinusoids(x.shape[1], self.config.width)
            for layer in self.layers:
                x = layer(x)
        return self._logits(x)

    def step(self, tokens: Tensor, before: Tensor, places: Tensor, heard: Heard) -> Tensor:
        """The logits after the last of some new tokens, [B, V]; `heard` then holds them too.

        Shapes: tokens, places [B, L] as in `forward`; before [B, L], the note that the voice to be predicted had.

        Raises:
            ValueError: the tokens heard and the new ones are longer than the context together.
        """
        if tokens.shape[1] > heard.room:
            raise ValueError(f"{heard.length} + {tokens.shape[1]} tokens do not fit in {self.config.context}")
        x = self._embedded(tokens, before, places)
        if isinstance(self.layers, nn.LSTM):
            x, heard.states = self.layers(self.widen(x), heard.states)
            x = self.narrow(x)
        elif heard.memory is not None:
            for index, layer in enumerate(self.layers):
                x = layer(x, (heard.memory.keys[index], heard.memory.values[index]), heard.length)
        heard.length += tokens.shape[1]
        return self._logits(x[:, -1:])[:, 0]

    def _embedded(self, tokens: Tensor, before: Tensor, places: Tensor) -> Tensor:
        mixed = self.embedding(tokens) + self.notes(before) + self.places(places)
        embedded: Tensor = self.dropout(mixed * self.config.width**0.5)
        return embedded

    def _logits(self, x: Tensor) -> Tensor:
        logits: Tensor = nn.functional.linear(self.norm(x), self.notes.weight)
        return logits


def held(tokens: Tensor) -> Tensor:
    """The note that the voice to be predicted after each token had a sixteenth before; `START` where that is unknown.

    Shapes: [B, L] in and out.
    """
    return nn.functional.pad(tokens[:, : -(VOICES - 1)], (VOICES - 1, 0), value=START)[:, : tokens.shape[1]]


def sinusoids(length: int, width: int) -> Tensor:
    """The positions of Vaswani et al. 2017, section 3.5: [length, width], sines in the first half, cosines after."""
    rates = torch.exp(torch.arange(width // 2) * (-2 * math.log(10_000.0) / width))
    angles = torch.arange(length)[:, None] * rates[None, :]
    return torch.cat([angles.sin(), angles.cos()], dim=-1)


def parameters(model: nn.Module) -> int:
    """How many numbers a network has learned."""
    return sum(value.numel() for value in model.parameters())


def save_chorale_network(model: ChoraleNetwork, path: Path, notes: dict[str, str] | None = None) -> None:
    """Writes the weights as 16-bit floats, the sizes in the metadata: see `models.weights_file`."""
    save_weights(model, model.config, path, form=FORMAT, notes=notes)


def load_chorale_network(path: Path) -> ChoraleNetwork:
    """The network of a file that `save_chorale_network` wrote, in 32-bit floats on the CPU, ready to decode.

    Raises:
        CheckpointError: the file is missing, damaged, or of another architecture.
    """
    missing = "no weights of chorales: see weights/chorales.md"
    return load_weights(path, form=FORMAT, build=lambda sizes: ChoraleNetwork(ChoraleConfig(**sizes)), missing=missing)
