"""Cards of what accompanies, and of what makes motifs and drum patterns."""

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
    ModelCard(
        name="motif:two-bars",
        summary="a small MusicVAE trained here; writes the motif that an album's songs share, and varies tunes",
        licence="Apache-2.0 (learned from OpenEWLD, MIT, and from Nottingham's files, GPL-3.0)",
        credit="Motif by Hibari's MusicVAE, which learned from OpenEWLD (MIT) and the Nottingham database (GPL-3.0)",
        where="checkout",
        files=(ModelFile("motif-two-bars.safetensors"),),
    ),
    ModelCard(
        name="drums:two-bars",
        summary="a small MusicVAE trained here on the project's own drum patterns; varies and mixes them",
        licence="Apache-2.0",
        credit="Drum patterns by Hibari's MusicVAE",
        where="checkout",
        files=(ModelFile("drums-two-bars.safetensors"),),
    ),
    ModelCard(
        name="choir:chorales",
        summary="a small LSTM trained here on Bach's chorales; sings three voices under a melody",
        licence="Apache-2.0",
        credit="Choir voices by Hibari's LSTM, which learned from the chorales of Johann Sebastian Bach",
        where="checkout",
        files=(ModelFile("chorales.safetensors"),),
        optional=True,
    ),
)
