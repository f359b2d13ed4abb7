"""Cards of what accompanies."""

from __future__ import annotations

from models.cards.card import ModelCard, ModelFile

CARDS: tuple[ModelCard, ...] = (
    ModelCard(
        name="band:accompanist",
        summary="a small decoder trained here; writes a piano part over the chords of a song",
        licence="Apache-2.0",
        credit="Piano part by Hibari's accompanist, which learned from the piano of POP909 (Wang et al. 2020, MIT)",
        where="checkout",
        files=(ModelFile("accompanist.safetensors"),),
    ),
)
