"""Passes of the Music Transformer for many rows at once, whose numbers do not depend on what else is in the pass.

Rows that go on from the same tokens are a lane. Its rows share the keys and values of those tokens (its prefix), which
are read once and stand at the right end of a bucket of fixed length; each row has keys and values of its own for what
it adds. All lanes of a pass have the same bucket and the same number of rows, and stand at the same step.

Why a lane's numbers are its own: attention is a batched product with one matrix a lane or a row, and its shapes follow
from the lane alone (bucket, rows, step); all other products have as many rows as the pass, always a multiple of
`ROWS_AT_ONCE`. That these do not change with their number is a trait of the library and machine, not a law: 32-bit
results of 1 to 3 or 5 to 7 rows do differ. `lanes_agree` tries it out.

Shapes: `N` lanes, `R` rows a lane, `M = N R` rows, `H` heads, `K` heads of keys and values, `G = H / K`, `D` the width
of a head, `L` new tokens of a prefix, `T` tokens attended to, `V` the vocabulary.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor, nn

from models.music.lanes import Prefix, Rows, Sight
from models.music.transformer import Layer, MusicTransformer

_READ_AT_ONCE = 256


class _Packed(NamedTuple):
    """A layer's weights, turned for `addmm`; queries are scaled already."""

    norm_1: tuple[Tensor, Tensor]
    qkv: tuple[Tensor, Tensor]
    distances: Tensor
    """[D, reach], the farthest first."""
    project: tuple[Tensor, Tensor]
    norm_2: tuple[Tensor, Tensor]
    rise: tuple[Tensor, Tensor]
    fall: tuple[Tensor, Tensor]


def _packed(layer: Layer) -> _Packed:
    attention, (rise, _, fall) = layer.attention, layer.feed_forward
    width = attention.heads * attention.head_width
    weight, bias = attention.qkv.weight.detach().clone(), attention.qkv.bias.detach().clone()
    weight[:width] /= attention.head_width**0.5
    bias[:width] /= attention.head_width**0.5
    return _Packed(
        (layer.norm_1.weight.detach(), layer.norm_1.bias.detach()),
        (bias, weight.t().contiguous()),
        attention.distances.detach().t().contiguous(),
        _turned(attention.project),
        (layer.norm_2.weight.detach(), layer.norm_2.bias.detach()),
        _turned(rise),
        _turned(fall),
    )


def _turned(linear: nn.Module) -> tuple[Tensor, Tensor]:
    return linear.bias.detach(), linear.weight.detach().t().contiguous()  # type: ignore[operator]


class Decoder:
    """A Music Transformer's weights, arranged for decoding."""

    def __init__(self, model: MusicTransformer) -> None:
        self.config = model.config
        shared = model.config.shared_heads * model.config.head_width
        self._split = [model.config.width, 2 * shared]
        self.embedding = model.embedding.weight.detach() * model.config.width**0.5
        self.layers = [_packed(layer) for layer in model.layers]  # type: ignore[arg-type]
        self.norm = model.norm.weight.detach(), model.norm.bias.detach()
        self.output = model.embedding.weight.detach().t().contiguous()

    def blank(self) -> Prefix:
        """A prefix of no tokens."""
        config = self.config
        shape = (config.layers, config.shared_heads, config.context, config.head_width)
        return Prefix(torch.zeros(shape), torch.zeros(shape))

    def read(self, tokens: Sequence[int], prefix: Prefix) -> None:
        """Makes `tokens` the prefix; what it has in common with them from the start is not read again.

        Raises:
            ValueError: there are more tokens than the context holds.
        """
        wanted = tuple(tokens)
        if len(wanted) > self.config.context:
            raise ValueError(f"{len(wanted)} tokens do not fit in {self.config.context}")
        pairs = enumerate(zip(wanted, prefix.tokens, strict=False))
        same = next((place for place, (one, other) in pairs if one != other), min(len(wanted), len(prefix.tokens)))
        for at in range(same, len(wanted), _READ_AT_ONCE):
            self._read(torch.tensor(wanted[at : at + _READ_AT_ONCE]), prefix, at)
        prefix.tokens = wanted

    def _read(self, tokens: Tensor, prefix: Prefix, at: int) -> None:
        """Adds keys and values of `tokens` [L] from position `at` on."""
        config, length = self.config, len(tokens)
        x = self.embedding[tokens]
        shared, width = config.shared_heads, config.width
        start = max(0, at + 1 - config.reach)
        hidden = _hidden(length, at - start, config.reach)
        for index, layer in enumerate(self.layers):
            qkv = torch.addmm(layer.qkv[0], _normed(x, layer.norm_1), layer.qkv[1])
            kv = qkv[:, width:].view(length, 2, shared, -1).permute(1, 2, 0, 3)
            prefix.keys[index, :, at : at + length] = kv[0]
            prefix.values[index, :, at : at + length] = kv[1]
            if index == config.layers - 1:
                return
            q = qkv[:, :width].view(length, config.heads, -1).transpose(0, 1)
            k, v = (each[index, :, start : at + length] for each in (prefix.keys, prefix.values))
            scores = (q.reshape(shared, -1, config.head_width) @ k.transpose(1, 2)).view(config.heads, length, -1)
            scores = (scores + _skewed(q, layer.distances, scores.shape[-1])).masked_fill_(hidden, float("-inf"))
            weights = scores.softmax(-1).view(shared, -1, scores.shape[-1])
            mixed = (weights @ v).view(config.heads, length, -1).transpose(0, 1).reshape(length, width)
            x = _finished(layer, x, mixed)

    def step(self, tokens: Tensor, rows: Rows) -> Tensor:
        """Adds a token to each row and returns the logits of what may follow it.

        Shapes: tokens [M], M at most the rows there are and a multiple of `ROWS_AT_ONCE`: the first so many take part
        and the others are left behind; returns [M, V].
        """
        sight = rows.sight(len(tokens))
        x = self.embedding[tokens]
        for index, layer in enumerate(self.layers):
            qkv = torch.addmm(layer.qkv[0], _normed(x, layer.norm_1), layer.qkv[1])
            q, new = torch.split(qkv, self._split, dim=1)
            rows.add(index, new.view(sight.rows, 2, self.config.shared_heads, -1))
            x = _finished(layer, x, self._attended(q.contiguous(), layer, rows, index, sight))
        rows.held, rows.step = rows.held + 1, rows.step + 1
        return _normed(x, self.norm) @ self.output

    def _attended(self, q: Tensor, layer: _Packed, rows: Rows, index: int, sight: Sight) -> Tensor:
        """What each row's token finds. Shapes: q [M, width]; returns [M, width]."""
        config = self.config
        shared, group, each = config.shared_heads, config.heads // config.shared_heads, config.head_width
        keys, values = rows.near(index, sight)
        distances = layer.distances[:, config.reach - sight.reached :]
        scores = torch.mm(q.view(-1, each), distances).view(-1, group, sight.reached)
        asked = q.view(-1, group, each)
        if sight.mask is None:
            weights = torch.baddbmm(scores, asked, keys.transpose(1, 2)).softmax(-1)
            return torch.bmm(weights, values).view(sight.rows, config.width)
        scores[..., sight.prefixed :].add_(torch.bmm(asked, keys.transpose(1, 2)))
        lane_keys, lane_values = rows.far(index, sight)
        by_lane = (sight.lanes, rows.rows, shared, group)
        folded = (sight.lanes * shared, rows.rows * group)
        asked = q.view(*by_lane, each).transpose(1, 2).reshape(*folded, each)
        found = torch.baddbmm(sight.mask, asked, lane_keys.transpose(1, 2))
        found = found.view(sight.lanes, shared, rows.rows, group, sight.prefixed).transpose(1, 2)
        scores.view(*by_lane, sight.reached)[..., : sight.prefixed].add_(found)
        weights = scores.softmax(-1)
        mixed = torch.bmm(weights[..., sight.prefixed :], values).view(*by_lane, each)
        before = weights.view(*by_lane, sight.reached)[..., : sight.prefixed].transpose(1, 2)
        heard = torch.bmm(before.reshape(*folded, sight.prefixed), lane_values)
        mixed += heard.view(sight.lanes, shared, rows.rows, group, each).transpose(1, 2)
        return mixed.view(sight.rows, config.width)


def _finished(layer: _Packed, x: Tensor, mixed: Tensor) -> Tensor:
    """What leaves a layer: attention and feed-forward added. Shapes: x, mixed [M, width] in and out."""
    x = torch.addmm(layer.project[0], mixed, layer.project[1]).add_(x)
    risen = nn.functional.gelu(torch.addmm(layer.rise[0], _normed(x, layer.norm_2), layer.rise[1]))
    return torch.addmm(layer.fall[0], risen, layer.fall[1]).add_(x)


def _normed(x: Tensor, norm: tuple[Tensor, Tensor]) -> Tensor:
    return torch.layer_norm(x, norm[0].shape, norm[0], norm[1])


def _hidden(length: int, at: int, reach: int) -> Tensor:
    """Which of `at + length` tokens the last `length` do not attend to: [L, at + L]."""
    ones = torch.ones(length, at + length, dtype=torch.bool)
    return ones.triu(at + 1) | ones.tril(at - reach)


def _skewed(q: Tensor, distances: Tensor, reached: int) -> Tensor:
    """S_rel of the last L of `reached` tokens: q [H, L, D] and distances [D, reach] to [H, L, reached].

    The paper's skewing, as a view: one column less a row puts every distance in its place.
    """
    heads, length, _ = q.shape
    known = min(reached, distances.shape[1])
    products = nn.functional.pad(q @ distances[:, distances.shape[1] - known :], (reached - known, 0))
    return products.as_strided((heads, length, reached), (length * reached, reached - 1, 1), length - 1)


def lanes_agree(decoder: Decoder, rows: int, lanes: int) -> bool:
    """Whether passes of 1, 2, 3 and `lanes` lanes give a lane the same bytes, by trying it out.

    Args:
        decoder: the network.
        rows: rows a lane.
        lanes: the most lanes of a pass.
    """
    prefix = decoder.blank()
    decoder.read(range(min(24, decoder.config.context // 2)), prefix)
    found: set[bytes] = set()
    for count in {1, min(2, lanes), min(3, lanes), lanes}:
        batch = Rows(decoder.config, [prefix] * count, rows, steps=2)
        tokens = torch.arange(rows).repeat(batch.lanes_for(count)) % decoder.config.vocabulary
        for _ in range(2):
            logits = decoder.step(tokens, batch)
        found |= {lane.numpy().tobytes() for lane in logits[: count * rows].view(count, rows, -1)}
    return len(found) == 1
