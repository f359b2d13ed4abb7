"""Llama (Touvron et al. 2023, arXiv:2302.13971), for writing many short continuations of one prefix on a CPU.

Where we differ: the keys and values of the prefix are kept once and shared by every row instead of being copied to
each; the prefix is processed in blocks of 32 tokens at fixed shapes, so a block kept from an earlier request has
the very bytes it would get anew; linear layers may be 8-bit (a scale for each output row, one for each token),
whose integer sums do not hang on the batch; the head is computed for the vocabulary in use only. Words: H heads, G
key-value heads, R = H / G, D width of a head.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn import functional as F

from models.lyrics import sampling
from models.lyrics.engine import Candidate, Guide, Vocabulary, one_thread
from models.lyrics.linear import FloatLinear, Int8Linear, Linear
from models.lyrics.llama_weights import LlamaWeights, read_llama
from schemas.errors import CheckpointError

BLOCK = 32
"""Tokens of a prefix that are processed and kept together."""
_KEPT_BLOCKS = 48


@dataclass
class _Cache:
    """Keys and values of a run: the prefix's, shared [G, P, D], and the rows' own [B, G, room, D], `used` of them
    filled.
    """

    prefix: list[tuple[Tensor, Tensor]]
    own: list[tuple[Tensor, Tensor]]
    used: int = 0

    def keep(self, rows: Tensor) -> None:
        """Drops the rows not named."""
        self.own = [(keys[rows], values[rows]) for keys, values in self.own]


class LlamaModel:
    """A Llama that samples and scores; see `models.lyrics.engine.LanguageModel`."""

    def __init__(self, weights: LlamaWeights, tokenizer: Tokenizer, *, int8: bool) -> None:
        self.config, self.tokenizer = weights.config, tokenizer
        self.tokens_sampled = self.tokens_scored = 0
        self._embedding, self._layers = weights.embedding, weights.layers
        self._norm, self._head_weight = weights.norm, weights.head
        self._linear: type[Int8Linear] | type[FloatLinear] = Int8Linear if int8 else FloatLinear
        self._device = weights.embedding.device
        self._blocks: OrderedDict[tuple[int, ...], list[tuple[Tensor, Tensor]]] = OrderedDict()
        self._heads: OrderedDict[int, tuple[Vocabulary, Linear]] = OrderedDict()
        self._everything = Vocabulary(torch.arange(self.config.vocab_size))
        width = self.config.head_width
        turns = self.config.rope_theta ** -(torch.arange(0, width, 2, dtype=torch.float32) / width)
        angles = torch.outer(torch.arange(self.config.max_position_embeddings).float(), turns)
        self._cos, self._sin = angles.cos().to(self._device), angles.sin().to(self._device)

    @classmethod
    def load(cls, folder: Path, *, device: str = "cpu", int8: bool = True) -> LlamaModel:
        """The Llama in a folder in Hugging Face form.

        Raises:
            CheckpointError: a tensor is missing or of another shape than the config says.
        """
        tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        with one_thread(device == "cpu"):
            weights = read_llama(folder, device=device, int8=int8)
        return cls(weights, tokenizer, int8=int8)

    def embeddings(self, tokens: Sequence[int]) -> Tensor:
        """The input embeddings of some tokens, float32 [T, width]."""
        return self._embedding[torch.tensor(list(tokens), dtype=torch.long, device=self._device)].float()

    def sample(
        self,
        prefix: Sequence[int],
        *,
        n: int,
        max_new: int,
        seed: int,
        temperature: float = 1.0,
        top_p: float = 1.0,
        stops: Sequence[int] = (),
        vocabulary: Vocabulary | None = None,
        guide: Guide | None = None,
    ) -> list[Candidate]:
        """`n` continuations of the prefix; see `LanguageModel.sample`."""
        self._check(prefix, max_new)
        used = vocabulary or self._everything
        with one_thread(self._device.type == "cpu"):
            head = self._head(used)
            keys_values, last = self._prefix(prefix)
            cache = _Cache(keys_values, self._room(n, max_new))
            first = head(last).float().log_softmax(-1)

            def advance(rows: Tensor, tokens: Tensor) -> Tensor:
                if len(rows) < len(cache.own[0][0]):
                    cache.keep(rows)
                return head(self._forward(tokens.unsqueeze(-1), cache)[:, -1]).float().log_softmax(-1)

            rows, sampled = sampling.run(
                first,
                advance,
                n=n,
                max_new=max_new,
                seed=seed,
                temperature=temperature,
                top_p=top_p,
                stops=stops,
                vocabulary=used,
                guide=guide,
            )
        self.tokens_sampled += sampled
        return sampling.candidates(rows, used, self.tokenizer.decode)

    def score(
        self, prefix: Sequence[int], continuations: Sequence[Sequence[int]], *, vocabulary: Vocabulary | None = None
    ) -> list[float]:
        """The mean log-probability of each continuation; see `LanguageModel.score`."""
        longest = max((len(continuation) for continuation in continuations), default=0)
        if not continuations or not longest:
            return [0.0] * len(continuations)
        self._check(prefix, longest)
        used = vocabulary or self._everything
        tokens = sampling.padded(continuations, longest).to(self._device)
        with one_thread(self._device.type == "cpu"):
            head = self._head(used)
            keys_values, last = self._prefix(prefix)
            hidden = last.unsqueeze(0).expand(len(tokens), 1, -1)
            if longest > 1:
                cache = _Cache(keys_values, self._room(len(tokens), longest - 1))
                hidden = torch.cat([hidden, self._forward(tokens[:, :-1], cache)], dim=1)
            means = sampling.means(head(hidden).float(), tokens, [len(c) for c in continuations], used)
        self.tokens_scored += sum(len(continuation) for continuation in continuations)
        return means

    def logits(self, tokens: Sequence[int]) -> Tensor:
        """The logits after every token, float32 [T, vocab_size]: the same path as sampling takes, all positions
        kept.
        """
        with one_thread(self._device.type == "cpu"):
            cache = _Cache([], self._room(1, len(tokens)))
            hidden = self._forward(torch.tensor([list(tokens)], device=self._device), cache)[0]
            return self._head(self._everything)(hidden).float()

    def _check(self, prefix: Sequence[int], max_new: int) -> None:
        limit = self.config.max_position_embeddings
        if not prefix or len(prefix) + max_new > limit:
            raise CheckpointError(
                f"a prefix of {len(prefix)} tokens and {max_new} new ones: the model takes 1 to {limit}"
            )

    def _head(self, vocabulary: Vocabulary) -> Linear:
        """The output layer of a vocabulary: a linear layer of its rows, kept for the last few vocabularies."""
        known = self._heads.get(id(vocabulary))
        if known is None:
            rows = self._head_weight[vocabulary.ids.to(self._device)].float()
            known = self._heads[id(vocabulary)] = (vocabulary, self._linear(rows))
            if len(self._heads) > 3:
                self._heads.popitem(last=False)
        return known[1]

    def _room(self, rows: int, length: int) -> list[tuple[Tensor, Tensor]]:
        shape = (rows, self.config.num_key_value_heads, length, self.config.head_width)
        return [
            (torch.empty(shape, device=self._device), torch.empty(shape, device=self._device)) for _ in self._layers
        ]

    def _prefix(self, tokens: Sequence[int]) -> tuple[list[tuple[Tensor, Tensor]], Tensor]:
        """Keys and values [G, P, D] of every layer after the prefix, and the last hidden state [1, width]."""
        whole = (len(tokens) - 1) // BLOCK * BLOCK
        past: list[tuple[Tensor, Tensor]] = []
        for start in range(0, whole, BLOCK):
            name = tuple(tokens[: start + BLOCK])
            block = self._blocks.get(name)
            if block is None:
                block = self._blocks[name] = self._block(tokens[start : start + BLOCK], past)[0]
                if len(self._blocks) > _KEPT_BLOCKS:
                    self._blocks.popitem(last=False)
            self._blocks.move_to_end(name)
            past = _joined(past, block)
        rest, last = self._block(tokens[whole:], past)
        return _joined(past, rest), last

    def _block(
        self, tokens: Sequence[int], past: list[tuple[Tensor, Tensor]]
    ) -> tuple[list[tuple[Tensor, Tensor]], Tensor]:
        cache = _Cache(past, self._room(1, len(tokens)))
        hidden = self._forward(torch.tensor([list(tokens)], device=self._device), cache)
        return [(keys[0], values[0]) for keys, values in cache.own], hidden[:, -1]

    def _forward(self, tokens: Tensor, cache: _Cache) -> Tensor:
        """Hidden states after new tokens, which are added to the cache. Shapes: tokens: [B, T]; returns [B, T,
        width].
        """
        config, length = self.config, tokens.shape[1]
        start = (cache.prefix[0][0].shape[1] if cache.prefix else 0) + cache.used
        cos, sin = self._cos[start : start + length], self._sin[start : start + length]
        x = self._embedding[tokens].float()
        for number, layer in enumerate(self._layers):
            mixed = layer.qkv(_rms(x, layer.norm_1, config.rms_norm_eps))
            attended = self._attend(mixed, number, cache, cos, sin)
            x = x + layer.out(attended)
            gate, up = layer.gate_up(_rms(x, layer.norm_2, config.rms_norm_eps)).chunk(2, dim=-1)
            x = x + layer.down(F.silu(gate) * up)
        cache.used += length
        return _rms(x, self._norm, config.rms_norm_eps)

    def _attend(self, mixed: Tensor, number: int, cache: _Cache, cos: Tensor, sin: Tensor) -> Tensor:
        """Attention of the new tokens to the shared prefix and the row's own past. Shapes: mixed: [B, T, (H + 2G)
        D].
        """
        rows, length, _ = mixed.shape
        heads, groups, width = self.config.num_attention_heads, self.config.num_key_value_heads, self.config.head_width
        mixed = mixed.view(rows, length, heads + 2 * groups, width).transpose(1, 2)
        turned = _rotate(mixed[:, : heads + groups], cos, sin)
        keys, values = cache.own[number]
        end = cache.used + length
        keys[:, :, cache.used : end] = turned[:, heads:]
        values[:, :, cache.used : end] = mixed[:, heads + groups :]
        # queries of a group side by side: [B, G, R T, D]
        query = turned[:, :heads].reshape(rows, groups, -1, width) * width**-0.5
        own = query @ keys[:, :, :end].transpose(-1, -2)
        if length > 1:
            late = torch.ones(length, end, dtype=torch.bool, device=own.device).triu_(cache.used + 1)
            own = own.view(rows, groups, -1, length, end).masked_fill(late, -torch.inf).view_as(own)
        if not cache.prefix:
            found = own.softmax(-1) @ values[:, :, :end]
        else:
            past_keys, past_values = cache.prefix[number]
            # one matrix product a group for all rows: [G, B R T, D] x [G, D, P]
            together = query.transpose(0, 1).reshape(groups, -1, width)
            past = (together @ past_keys.transpose(-1, -2)).view(groups, rows, -1, past_keys.shape[1]).transpose(0, 1)
            shares = torch.cat([past, own], dim=-1).softmax(-1)
            shares_past, shares_own = shares[..., : past_keys.shape[1]], shares[..., past_keys.shape[1] :]
            from_past = shares_past.transpose(0, 1).reshape(groups, -1, past_keys.shape[1]) @ past_values
            found = from_past.view(groups, rows, -1, width).transpose(0, 1) + shares_own @ values[:, :, :end]
        merged: Tensor = found.reshape(rows, heads, length, width).transpose(1, 2)
        return merged.reshape(rows, length, heads * width)


def _joined(past: list[tuple[Tensor, Tensor]], block: list[tuple[Tensor, Tensor]]) -> list[tuple[Tensor, Tensor]]:
    if not past:
        return block
    return [
        (torch.cat([k, new_k], dim=1), torch.cat([v, new_v], dim=1))
        for (k, v), (new_k, new_v) in zip(past, block, strict=True)
    ]


def _rms(x: Tensor, weight: Tensor, eps: float) -> Tensor:
    return F.rms_norm(x, (x.shape[-1],), weight, eps)


def _rotate(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    """Rotary positions on halves. Shapes: x: [B, heads, T, D]; cos, sin: [T, D / 2]."""
    first, second = x.chunk(2, dim=-1)
    return torch.cat([first * cos - second * sin, second * cos + first * sin], dim=-1)
