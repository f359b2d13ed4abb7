"""Cards of the models that draw, paint and enlarge pictures."""

from __future__ import annotations

from models.cards.card import ModelCard

CARDS: tuple[ModelCard, ...] = (
    ModelCard(
        name="cover:typographic",
        summary="a designed cover drawn from the album's own melodies, key and mood",
        licence="Apache-2.0",
        credit="",
        where="code",
    ),
)
