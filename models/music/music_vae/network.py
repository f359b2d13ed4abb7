"""MusicVAE: a recurrent variational autoencoder of tunes, flat or with a conductor over its bars.

Paper: Roberts et al., "A Hierarchical Latent Vector Model for Learning Long-Term Structure in Music" (2018),
arXiv:1803.05428. A bidirectional LSTM reads a tune into mu and sigma; z, drawn from them, gives the decoder its first
state and goes into every step. In the hierarchical decoder (section 3.2) z gives its first state to a conductor, whose
output at every bar does for the bar what z does for a whole tune: no state passes from bar to bar, only the last token.

Where we differ: nothing in the network, which computes what Magenta's does (`magenta`); TensorFlow's forget bias of 1
is part of our biases.

`B` is the batch, `T` the steps, `Z` the width of z, `V` the tokens.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn

from models.music.music_vae.config import MusicVAEConfig
from models.music.music_vae.vocabulary import DRUMS, STEPS_PER_BAR

States = list[tuple[Tensor, Tensor]]
"""h and c of each layer, [B, units]."""


class Encoder(nn.Module):
    """Layers of bidirectional LSTM; their last outputs, forwards and backwards, say what the tune is."""

    def __init__(self, config: MusicVAEConfig) -> None:
        super().__init__()
        widths = [config.inputs, *(2 * size for size in config.encoder)]
        self.layers = nn.ModuleList(
            nn.LSTM(width, size, batch_first=True, bidirectional=True)
            for width, size in zip(widths, config.encoder, strict=False)
        )
        self.mu = nn.Linear(widths[-1], config.z)
        self.sigma = nn.Linear(widths[-1], config.z)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Shapes: x [B, T, inputs]; returns mu [B, Z] and sigma [B, Z], the latter above 0."""
        last = x.new_zeros(0)
        for layer in self.layers:
            x, (last, _) = layer(x)
        read = torch.cat([last[0], last[1]], dim=-1)
        return self.mu(read), nn.functional.softplus(self.sigma(read))


class Recurrence(nn.Module):
    """A stack of LSTM cells whose first state is made from a vector."""

    def __init__(self, inputs: int, sizes: tuple[int, ...], vector: int) -> None:
        super().__init__()
        self.sizes = sizes
        self.initial_state = nn.Linear(vector, 2 * sum(sizes))
        widths = [inputs, *sizes]
        self.cells = nn.ModuleList(nn.LSTMCell(width, size) for width, size in zip(widths, sizes, strict=False))

    def begin(self, vector: Tensor) -> States:
        """The first state. Shapes: vector [B, Z]."""
        widths = [size for size in self.sizes for _ in range(2)]
        parts: tuple[Tensor, ...] = torch.tanh(self.initial_state(vector)).split(widths, dim=-1)  # type: ignore[no-untyped-call]
        return [(parts[2 * index + 1], parts[2 * index]) for index in range(len(self.sizes))]

    def forward(self, x: Tensor, states: States) -> tuple[Tensor, States]:
        """One step. Shapes: x [B, inputs]; returns the last layer's output [B, units] and the new states."""
        after: States = []
        for cell, state in zip(self.cells, states, strict=True):
            h, c = cell(x, state)
            after.append((h, c))
            x = h
        return x, after


class Decoder(nn.Module):
    """Writes tokens one by one, from a vector that it sees at every step."""

    def __init__(self, config: MusicVAEConfig, vector: int) -> None:
        super().__init__()
        self.outputs = config.outputs
        self.recurrence = Recurrence(config.outputs + vector, config.decoder, vector)
        self.project = nn.Linear(config.decoder[-1], config.outputs)

    def step(self, before: Tensor, vector: Tensor, states: States) -> tuple[Tensor, States]:
        """Shapes: before [B] tokens, -1 for none; vector [B, Z]; returns logits [B, V] and the states."""
        shown = nn.functional.one_hot(before + 1, self.outputs + 1)[:, 1:].to(vector.dtype)
        h, states = self.recurrence(torch.cat([shown, vector], dim=-1), states)
        return self.project(h), states

    def forward(
        self, vector: Tensor, before: Tensor, sampling: float = 0.0, generator: torch.Generator | None = None
    ) -> Tensor:
        """The logits of every step where the true tokens are shown, or in part what it drew itself.

        Shapes: vector [B, Z]; before [B, T], the token before each step, -1 for none; returns [B, T, V].

        Args:
            vector: what to decode.
            before: tokens.
            sampling: share of the steps, 0 to 1, that see a token drawn by the decoder itself (scheduled sampling).
            generator: draws them.
        """
        states, found, drawn = self.recurrence.begin(vector), [], before[:, 0]
        for step in range(before.shape[1]):
            shown = before[:, step]
            if sampling > 0.0 and step > 0:
                own = torch.rand(shown.shape, generator=generator, device=shown.device) < sampling
                shown = torch.where(own, drawn, shown)
            logits, states = self.step(shown, vector, states)
            found.append(logits)
            if sampling > 0.0:
                drawn = draw(logits.detach(), 1.0, generator)
        return torch.stack(found, dim=1)


class MusicVAE(nn.Module):
    """Tunes to latent vectors and back."""

    def __init__(self, config: MusicVAEConfig) -> None:
        super().__init__()
        self.config = config
        self.encoder = Encoder(config)
        self.conductor = Recurrence(1, config.conductor, config.z) if config.conductor else None
        self.decoder = Decoder(config, config.conductor[-1] if config.conductor else config.z)

    def forward(self, tokens: Tensor) -> Tensor:
        """The logits of a tune read and written again from mu, the true tokens shown.

        Shapes: tokens [B, T] of int64; returns [B, T, V].
        """
        return self.reconstruct(self.encode(tokens)[0], tokens)

    def encode(self, tokens: Tensor) -> tuple[Tensor, Tensor]:
        """Where a tune lies and how sharply. Shapes: tokens [B, T] of int64; returns mu and sigma [B, Z]."""
        mu_sigma: tuple[Tensor, Tensor] = self.encoder(self.shown(tokens))
        return mu_sigma

    def shown(self, tokens: Tensor) -> Tensor:
        """What the encoder reads: one of `V` for melody, the nine drums and silence for drums.

        Shapes: tokens [B, T]; returns [B, T, inputs].
        """
        dtype = self.encoder.mu.weight.dtype
        if self.config.kind == "melody":
            return nn.functional.one_hot(tokens, self.config.outputs).to(dtype)
        kinds = torch.arange(len(DRUMS), device=tokens.device)
        return torch.cat([tokens[..., None] >> kinds & 1, tokens[..., None] == 0], dim=-1).to(dtype)

    def reconstruct(
        self, z: Tensor, tokens: Tensor, sampling: float = 0.0, generator: torch.Generator | None = None
    ) -> Tensor:
        """The logits of every step, true tokens shown (see `Decoder.forward`).

        Shapes: z [B, Z]; tokens [B, T]; returns [B, T, V]. With a conductor all bars are decoded side by side, each
        shown the true last token of the bar before it.
        """
        before = nn.functional.pad(tokens[:, :-1], (1, 0), value=-1)
        if self.conductor is None:
            flat: Tensor = self.decoder(z, before, sampling, generator)
            return flat
        vectors = torch.stack(self.conduct(z), dim=1).flatten(0, 1)
        bars: Tensor = self.decoder(vectors, before.reshape(-1, STEPS_PER_BAR), sampling, generator)
        return bars.reshape(*tokens.shape, -1)

    def conduct(self, z: Tensor) -> list[Tensor]:
        """A vector for every bar; z itself where there is no conductor. Shapes: z [B, Z]; each [B, units]."""
        if self.conductor is None:
            return [z]
        states, vectors = self.conductor.begin(z), []
        for _ in range(self.config.bars):
            vector, states = self.conductor(z.new_zeros(len(z), 1), states)
            vectors.append(vector)
        return vectors

    @torch.inference_mode()
    def decode(
        self,
        z: Tensor,
        temperature: float = 1.0,
        generator: torch.Generator | None = None,
        allow: Callable[[list[Tensor]], Tensor] | None = None,
    ) -> Tensor:
        """Tokens written from latent vectors. Shapes: z [B, Z]; returns [B, T] of int64.

        Args:
            z: latent vectors.
            temperature: 0 takes the likeliest token at every step; 1 draws as was learned.
            generator: draws.
            allow: given the tokens written so far, each [B], which may come next: booleans [B, V], one true a row.
        """
        written: list[Tensor] = []
        steps = self.config.steps if self.conductor is None else STEPS_PER_BAR
        token = torch.full((len(z),), -1, dtype=torch.int64, device=z.device)
        for vector in self.conduct(z):
            states = self.decoder.recurrence.begin(vector)
            for _ in range(steps):
                logits, states = self.decoder.step(token, vector, states)
                if allow is not None:
                    logits = logits.masked_fill(~allow(written), float("-inf"))
                token = draw(logits, temperature, generator)
                written.append(token)
        return torch.stack(written, dim=1)


def draw(logits: Tensor, temperature: float, generator: torch.Generator | None) -> Tensor:
    """One token a row. Shapes: logits [B, V]; returns [B]."""
    if temperature <= 0.0:
        return logits.argmax(dim=-1)
    chances = (logits.double() / temperature).softmax(dim=-1)
    return torch.multinomial(chances, 1, generator=generator)[:, 0]
