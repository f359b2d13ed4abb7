"""Several takes of one song, composed side by side and ranked, with the reasons in words."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from models.music.compose import TAKES, ComposeRequest, compose_lead_sheets
from models.music.given import NOTHING, Given
from models.music.listening import (
    Heard,
    heard_chord_tones,
    heard_dull_lines,
    heard_ends,
    heard_leaps,
    heard_lift,
    heard_rules,
    heard_steps,
    said,
)
from models.music.reworking.hearing import anchor_of, harmonies_of, mean_surprise, piece_of
from schemas.errors import HibariError, SettingsError
from schemas.lyrics import Lyrics
from schemas.music import LeadSheet
from schemas.plan import SongPlan, VoiceRange

if TYPE_CHECKING:
    from models.music.transformer import MusicTransformer

MOST_TAKES = 64
PARTS: Mapping[str, Callable[[LeadSheet], list[Heard]]] = {
    "rules": heard_rules,
    "chord tones": heard_chord_tones,
    "lift": heard_lift,
    "leaps": heard_leaps,
    "steps": heard_steps,
    "ends": heard_ends,
    "dull lines": heard_dull_lines,
}
"""The parts of a score beside the network's; each says in its docstring what it weighs."""


@dataclass(frozen=True)
class RankedTake:
    """A take and what is to be said of it."""

    lead_sheet: LeadSheet
    seed: int
    """`compose_lead_sheet` makes the same take with it."""
    score: float
    """The sum of the parts; only to be compared among takes of one song."""
    parts: Mapping[str, float]
    reasons: tuple[str, ...]
    """In a musician's words, what weighs most first in each part."""


def compose_takes(
    plan: SongPlan,
    lyrics: Lyrics,
    model: MusicTransformer,
    *,
    seed: int,
    count: int,
    given: Given = NOTHING,
    candidates: int = TAKES,
) -> list[RankedTake]:
    """That many takes of a song, the best first; the first of the seeds is `seed` itself.

    The score is the network's mean log-probability of a token of the song (nats, about -1.5) and the parts of `PARTS`.

    Args:
        plan: the song's plan.
        lyrics: words that fit it.
        model: the network, in evaluation mode.
        seed: 0 or more.
        count: how many takes, 1 to 64.
        given: what is fixed in all of them.
        candidates: candidates for each line of a take, 1 to 64.

    Raises:
        StepError: the words or what is given do not fit the plan.
        SettingsError: `seed`, `count` or `candidates` is out of bounds.
    """
    if not 1 <= count <= MOST_TAKES:
        raise SettingsError(f"{count} takes are asked for: 1 to {MOST_TAKES}")
    seeds = [take_seed(seed, number) for number in range(count)]
    made = compose_lead_sheets([ComposeRequest(plan, lyrics, each, candidates, given) for each in seeds], model)
    takes = []
    for own, lead in zip(seeds, made, strict=True):
        if isinstance(lead, HibariError):
            raise lead
        takes.append(ranked(lead, model, seed=own, voice=plan.voice_range))
    return sorted(takes, key=lambda take: -take.score)


def take_seed(seed: int, number: int) -> int:
    """The seed of a take: the song's own for the first, one derived from it for the others."""
    if number == 0:
        return seed
    return int.from_bytes(hashlib.sha256(f"{seed}/take/{number}".encode()).digest()[:7], "big")


def ranked(lead: LeadSheet, model: MusicTransformer, *, seed: int, voice: VoiceRange) -> RankedTake:
    """A lead sheet with its score and the reasons.

    Args:
        lead: the song.
        model: the network, in evaluation mode.
        seed: what it was made with.
        voice: the voice it is for.
    """
    piece = piece_of(lead, lead.melody, harmonies_of(lead), anchor_of(lead, voice))
    parts = {"network": -mean_surprise(model, piece)}
    reasons: list[str] = []
    for name, listen in PARTS.items():
        heard = listen(lead)
        parts[name] = sum(each.worth for each in heard)
        reasons += said(heard)
    return RankedTake(lead, seed, sum(parts.values()), parts, tuple(reasons))
