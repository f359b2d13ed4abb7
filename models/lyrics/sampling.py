"""Sampling shared by the engines: nucleus sampling with numbers drawn beforehand, one for each row and step.

Because each row owns its numbers, what a row draws does not hang on which other rows have ended.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor

from models.lyrics.engine import Candidate, Guide, Vocabulary

TOP_K = 64
"""At most this many tokens are considered at a step, nearly always more than the nucleus holds."""


@dataclass
class _Row:
    number: int
    places: list[int] = field(default_factory=list)
    log_probs: list[float] = field(default_factory=list)


Advance = Callable[[Tensor, Tensor], Tensor]
"""Takes the kept rows' indices [B'] and their new tokens [B'], returns the next log-probabilities [B', V]."""


def pick(log_probs: Tensor, uniform: Tensor, temperature: float, top_p: float) -> Tensor:
    """The place each row's number falls on in its nucleus.

    Shapes: log_probs (guide added): [B, V]; uniform: [B] in [0, 1); returns [B].
    """
    top, places = torch.topk(log_probs, min(TOP_K, log_probs.shape[-1]), dim=-1)
    shares = torch.softmax(top / temperature, dim=-1)
    before = shares.cumsum(-1) - shares
    shares = torch.where(before < top_p, shares, 0.0)
    edges = shares.cumsum(-1)
    chosen = torch.searchsorted(edges, uniform.unsqueeze(-1) * edges[:, -1:], right=True).clamp_(
        max=edges.shape[-1] - 1
    )
    return places.gather(-1, chosen).squeeze(-1)


def run(
    first: Tensor,
    advance: Advance,
    *,
    n: int,
    max_new: int,
    seed: int,
    temperature: float,
    top_p: float,
    stops: Sequence[int],
    vocabulary: Vocabulary,
    guide: Guide | None,
) -> tuple[list[_Row], int]:
    """Samples `n` rows to their ends; returns them with the number of tokens sampled.

    Shapes: first: [1, V] log-probabilities after the prefix, the same for every row.
    """
    uniforms = torch.rand(n, max_new, generator=torch.Generator().manual_seed(seed)).to(first.device)
    ids = vocabulary.ids.to(first.device)
    stop_ids = torch.tensor(list(stops), dtype=torch.long, device=first.device)
    rows = [_Row(number) for number in range(n)]
    alive, log_probs, sampled = rows, first.expand(n, -1), 0
    for step in range(max_new):
        steered = log_probs
        if guide is not None:
            steered = log_probs + guide.bias([row.places for row in alive], log_probs)
        going = steered.amax(-1) > -torch.inf
        kept = going.nonzero().squeeze(-1)
        if len(kept) < len(alive):
            alive, steered, log_probs = [alive[i] for i in kept.tolist()], steered[kept], log_probs[kept]
        if not alive:
            break
        numbers = torch.tensor([row.number for row in alive], device=first.device)
        places = pick(steered, uniforms[numbers, step], temperature, top_p)
        sampled += len(alive)
        ends = torch.isin(ids[places], stop_ids).tolist()
        own = log_probs.gather(-1, places.unsqueeze(-1)).squeeze(-1).tolist()
        for row, place, log_prob, ended in zip(alive, places.tolist(), own, ends, strict=True):
            row.log_probs.append(log_prob)
            if not ended:
                row.places.append(place)
        stay = [i for i, ended in enumerate(ends) if not ended]
        if not stay or step == max_new - 1:
            break
        still = torch.tensor(stay, device=first.device)
        log_probs = advance(kept[still], ids[places[still]])
        alive = [alive[i] for i in stay]
    return rows, sampled


def candidates(rows: Sequence[_Row], vocabulary: Vocabulary, decode: Callable[[list[int]], str]) -> list[Candidate]:
    """The rows as candidates, in the order of their numbers; the stop's log-probability counts in the mean."""
    ids = vocabulary.ids.tolist()
    made = []
    for row in rows:
        tokens = tuple(ids[place] for place in row.places)
        mean = sum(row.log_probs) / len(row.log_probs) if row.log_probs else 0.0
        made.append(Candidate(tokens=tokens, text=decode(list(tokens)), mean_logprob=mean))
    return made


def means(logits: Tensor, tokens: Tensor, lengths: Sequence[int], vocabulary: Vocabulary) -> list[float]:
    """Mean log-probability of each row's first `length` tokens; -inf where one is outside the vocabulary.

    Shapes: logits: [B, T, V]; tokens: [B, T] token ids.
    """
    ids = vocabulary.ids.to(tokens.device)
    order = ids.argsort()
    spot = torch.searchsorted(ids[order], tokens).clamp_(max=len(ids) - 1)
    places = order[spot]
    known = ids[places] == tokens
    picked = logits.gather(-1, places.unsqueeze(-1)).squeeze(-1) - logits.logsumexp(-1)
    picked = torch.where(known, picked, -torch.inf)
    return [float(row[:length].mean()) if length else 0.0 for row, length in zip(picked, lengths, strict=True)]


def padded(continuations: Sequence[Sequence[int]], longest: int) -> Tensor:
    """Token ids [B, longest], padded with 0 on the right (what follows a token does not reach back to it)."""
    tokens = torch.zeros(len(continuations), longest, dtype=torch.long)
    for row, continuation in enumerate(continuations):
        tokens[row, : len(continuation)] = torch.tensor(list(continuation), dtype=torch.long)
    return tokens
