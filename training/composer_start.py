"""A new composer that begins with what an older one knows.

Embedding rows are copied (new tokens begin at random); keys and values of several heads are averaged where the new
network shares them (Ainslie et al. 2023, arXiv:2305.13245); distances beyond the old reach repeat its farthest; layers
that the old network lacks are copies of its last ones that add nothing at first.
"""

from __future__ import annotations

import re
from pathlib import Path

import torch
from torch import Tensor

from models.music.transformer import MusicTransformer, MusicTransformerConfig, load_music_transformer
from schemas.errors import CheckpointError


def grown(path: Path, config: MusicTransformerConfig) -> MusicTransformer:
    """A network of new sizes that begins with the weights of an older one.

    Raises:
        CheckpointError: the file cannot be read, or width, heads or hidden width differ, or the new one has fewer
            layers or tokens.
    """
    old = load_music_transformer(path)
    for name in ("width", "heads", "hidden"):
        if getattr(old.config, name) != getattr(config, name):
            raise CheckpointError(
                f"{path.name} has {name} {getattr(old.config, name)}, not {getattr(config, name)}: start anew instead"
            )
    if old.config.layers > config.layers or old.config.vocabulary > config.vocabulary:
        raise CheckpointError(f"{path.name} has more layers or tokens than the network that is to start from it")
    model = MusicTransformer(config)
    weights = model.state_dict()
    known = old.state_dict()
    for name, value in weights.items():
        source, added = _source(name, old.config.layers)
        if source == "embedding.weight":
            value[: old.config.vocabulary] = known[source]
        elif source.endswith("distances"):
            value.copy_(_distances(known[source], len(value)))
        elif ".attention.qkv." in source:
            value.copy_(_shared(known[source], old.config, config))
        elif added and (".attention.project." in source or ".feed_forward.2." in source):
            value.zero_()
        else:
            value.copy_(known[source])
    model.load_state_dict(weights)
    return model


def _source(name: str, layers: int) -> tuple[str, bool]:
    """The old tensor that a new one begins with, and whether its layer is new."""
    found = re.match(r"layers\.(\d+)\.(.*)", name)
    if not found or int(found[1]) < layers:
        return name, False
    return f"layers.{layers - 1 - (int(found[1]) - layers) % layers}.{found[2]}", True


def _distances(old: Tensor, reach: int) -> Tensor:
    """Vectors of distance [reach, D], nearest last."""
    farther = old[:1].expand(max(reach - len(old), 0), -1)
    return torch.cat([farther, old])[-reach:]


def _shared(old: Tensor, before: MusicTransformerConfig, now: MusicTransformerConfig) -> Tensor:
    """Rows of queries, keys and values; those of keys and values are means over the heads that come to share them."""
    shared = before.shared_heads * before.head_width
    queries, *others = torch.split(old, [before.width, shared, shared])
    heads = [part.view(before.shared_heads, before.head_width, *part.shape[1:]) for part in others]
    if before.shared_heads % now.shared_heads:
        raise CheckpointError(f"{before.shared_heads} heads of keys cannot become {now.shared_heads}: use a divisor")
    grouped = [part.view(now.shared_heads, -1, *part.shape[1:]).mean(1).flatten(0, 1) for part in heads]
    return torch.cat([queries, *grouped])
