"""What a pass of many rows keeps: keys and values of the tokens that a lane shares, and of those that each row added.

Shapes: `N` lanes, `R` rows a lane, `M = N R` rows, `K` heads of keys and values, `D` the width of a head, `C` the
bucket, `S` what a row can add.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import gcd

import torch
from torch import Tensor

from models.music.transformer import MusicTransformerConfig

ROWS_AT_ONCE = 4
"""Products over the rows of a pass have a multiple of so many."""
BUCKETS = (0, 32, 64, 128)
"""Lengths that prefixes are padded to; above the last, its multiples."""


def bucket_of(length: int) -> int:
    """The least bucket that holds so many tokens."""
    return next((size for size in BUCKETS if length <= size), -(-length // BUCKETS[-1]) * BUCKETS[-1])


@dataclass
class Prefix:
    """What the rows of a lane go on from."""

    keys: Tensor
    """[layers, K, context, D]."""
    values: Tensor
    tokens: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Sight:
    """What a step attends to: the same for all rows and layers."""

    rows: int
    """How many rows take part."""
    lanes: int
    near: slice
    """Which of the tokens that rows added."""
    far: int
    """The first place of the bucket."""
    prefixed: int
    """How many places of the bucket."""
    reached: int
    """How many tokens in all."""
    mask: Tensor | None
    """[N K, 1, prefixed]: 0, or -inf where the bucket is empty; None where no prefix is attended to."""


class Rows:
    """The rows of a pass: what each has added, and the prefixes that they share by lanes."""

    def __init__(
        self, config: MusicTransformerConfig, prefixes: Sequence[Prefix | None], rows: int, steps: int
    ) -> None:
        """Nothing is added yet.

        Args:
            config: the network's sizes.
            prefixes: one a lane, all of one bucket; None where rows begin at nothing.
            rows: rows a lane.
            steps: how many tokens will be added at most.
        """
        self.rows, self.reach, self.heads = rows, config.reach, config.shared_heads
        self.step = 0
        """Tokens that each row has added."""
        self.held = 0
        """How many of them are kept: those out of reach are let go now and then."""
        self._least = ROWS_AT_ONCE // gcd(rows, ROWS_AT_ONCE)
        lanes = self.lanes_for(len(prefixes))
        own = (2, lanes * rows, self.heads, min(steps, 2 * config.reach), config.head_width)
        self.own = [torch.zeros(own) for _ in range(config.layers)]
        """By layer, keys and values: [2, M, K, S, D]."""
        lengths = [0 if each is None else min(len(each.tokens), config.reach - 1) for each in prefixes]
        self.bucket = bucket_of(max(lengths))
        shared = (config.layers, 2, lanes, self.heads, self.bucket, config.head_width)
        self.shared = torch.zeros(shared)
        """Keys and values at the bucket's right end: [layers, 2, N, K, C, D]."""
        self._mask = torch.zeros(lanes, self.heads, 1, self.bucket)
        for lane, (prefix, length) in enumerate(zip(prefixes, lengths, strict=True)):
            self._mask[lane, ..., : self.bucket - length] = float("-inf")
            if prefix is not None and length:
                kept = slice(len(prefix.tokens) - length, len(prefix.tokens))
                self.shared[:, 0, lane, :, self.bucket - length :] = prefix.keys[:, :, kept]
                self.shared[:, 1, lane, :, self.bucket - length :] = prefix.values[:, :, kept]

    def lanes_for(self, active: int) -> int:
        """How many lanes a step takes for the first `active` of them."""
        return -(-active // self._least) * self._least

    def sight(self, rows: int) -> Sight:
        """What the next token of the first so many rows attends to, itself among it; makes room for it."""
        if self.held == self.own[0].shape[3]:
            for own in self.own:
                kept = own[:, :, :, self.held - self.reach + 1 :].clone()
                own[:, :, :, : kept.shape[3]] = kept
            self.held = self.reach - 1
        near = slice(max(0, self.held + 1 - self.reach), self.held + 1)
        far = max(0, min(self.bucket, self.step + self.bucket + 1 - self.reach))
        prefixed, lanes = self.bucket - far, rows // self.rows
        mask = self._mask[:lanes, :, :, far:].flatten(0, 1) if prefixed else None
        return Sight(rows, lanes, near, far, prefixed, prefixed + near.stop - near.start, mask)

    def add(self, layer: int, new: Tensor) -> None:
        """Puts a token's keys and values into their place. Shapes: new [M, 2, K, D]."""
        self.own[layer][:, : len(new), :, self.held] = new.transpose(0, 1)

    def near(self, layer: int, sight: Sight) -> tuple[Tensor, Tensor]:
        """Keys and values that the rows added, those in sight: two of [M K, near, D]."""
        keys, values = self.own[layer].flatten(1, 2)[:, : sight.rows * self.heads, sight.near]
        return keys, values

    def far(self, layer: int, sight: Sight) -> tuple[Tensor, Tensor]:
        """Keys and values that the lanes share, those in sight: two of [N K, prefixed, D]."""
        keys, values = self.shared[layer].flatten(1, 2)[:, : sight.lanes * self.heads, sight.far :]
        return keys, values
