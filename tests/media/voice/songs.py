"""Small lead sheets for the singer, made from notes and syllables written by hand."""

from __future__ import annotations

from collections.abc import Sequence

from schemas.music import LeadSheet, MelodyNote, SungSyllable
from schemas.plan import Key, SectionRole, SectionSpan

LA = ("L", "AA")


def song(
    notes: Sequence[tuple[int, int, int, int]],
    phones: Sequence[tuple[str, ...]],
    *,
    tempo_bpm: int = 120,
    bars: int = 4,
    role: SectionRole = "verse",
    swing: float = 0.0,
) -> LeadSheet:
    """One section sung on `notes` (onset, duration, pitch, syllable), every syllable a word of one line."""
    return LeadSheet(
        title="Tune",
        key=Key(tonic="C", mode="major"),
        tempo_bpm=tempo_bpm,
        swing=swing,
        sections=(SectionSpan(name=role, role=role, first_bar=0, bars=bars, energy=0.6),),
        syllables=tuple(
            SungSyllable(text="la", phones=sounds, stress=1, section=0, line=0, word=n, word_text="la", ends_word=True)
            for n, sounds in enumerate(phones)
        ),
        melody=tuple(MelodyNote(onset_ticks=o, duration_ticks=d, pitch=p, syllable=s) for o, d, p, s in notes),
        chords=(),
    )
