"""A lead sheet with all that is hard to write: pick-ups, syncopation, ties over bar lines, melismas, accidentals."""

from __future__ import annotations

from schemas.music import ChordSpan, LeadSheet, MelodyNote, SungSyllable
from schemas.plan import Key, SectionSpan

_WORDS = {
    "verse 1": (
        "Se-ven lan-terns on the wa-ter",
        "and the har-bour will not sleep",
        "ev-ery morn-ing I grow ol-der",
        "with the sto-ries that I keep",
    ),
    "chorus": (
        "So let the light come ho-o-ome",
        "o-ver the qui-et foam",
        "I will be wait-ing all the same",
        "un-til the o-cean learns my name",
    ),
}
_RHYTHM = ((0, 2), (2, 2), (4, 3), (7, 1), (8, 2), (10, 2), (12, 6), (18, 2), (20, 4), (24, 1), (25, 2), (27, 1))
_TUNE = (0, 2, 4, 5, 4, 2, 1, 0, 3, 2, 1, -1)


def hard_lead_sheet(*, tonic: str = "A", mode: str = "major", beats: int = 4, choruses: int = 2) -> LeadSheet:
    """Intro, then verse and chorus `choruses` times, then an outro; lines of two bars, some with a pick-up."""
    key = Key(tonic=tonic, mode=mode)
    sections, bar = [], 0
    plan = (
        [("intro", "intro", 4)] + [("verse", "verse", 8), ("chorus", "chorus", 8)] * choruses + [("outro", "outro", 2)]
    )
    for number, (name, role, bars) in enumerate(plan):
        words = "" if role in ("intro", "outro") else "verse 1" if role == "verse" else "chorus"
        label = f"{name} {(number + 1) // 2}" if role == "verse" else name
        sections.append(
            SectionSpan(
                name=label, role=role, first_bar=bar, bars=bars, energy=0.5, words=words, melody=words, line_bars=2
            )
        )
        bar += bars
    syllables: list[SungSyllable] = []
    melody: list[MelodyNote] = []
    for index, section in enumerate(sections):
        for line, text in enumerate(_WORDS.get(section.words, ())):
            start = (section.first_bar + 2 * line) * beats * 480
            _sing(text, index, line, start, key, beats, syllables, melody)
    roots = [key.scale[step] for step in (0, 4, 5, 3)]
    kinds = ("maj", "7", "min7", "maj") if mode == "major" else ("min", "7", "maj7", "min")
    half = beats * 480 // 2
    chords = [
        ChordSpan(
            onset_ticks=number * half,
            duration_ticks=half,
            root=roots[number % 4],
            quality=kinds[number % 4],
        )
        for number in range(2 * bar)
    ]
    chords[3] = chords[3].replaced(bass=key.scale[1])
    return LeadSheet(
        title="Seven Lanterns on the Water",
        key=key,
        tempo_bpm=84,
        beats_per_bar=beats,
        sections=tuple(sections),
        syllables=tuple(syllables),
        melody=tuple(melody),
        chords=tuple(chords),
    )


def _sing(
    text: str,
    section: int,
    line: int,
    start: int,
    key: Key,
    beats: int,
    syllables: list[SungSyllable],
    melody: list[MelodyNote],
) -> None:
    place = 0
    lift = -2 if line % 2 else 0
    for word_index, word in enumerate(text.split()):
        parts = word.split("-")
        sung = [part for part in parts if part not in ("o", "ome")]
        for number, part in enumerate(sung):
            syllables.append(
                SungSyllable(
                    text="home" if part == "ho" and "ome" in parts else part,
                    phones=("AH",),
                    stress=int(number == 0),
                    section=section,
                    line=line,
                    word=word_index,
                    word_text="home" if "ome" in parts else word.replace("-", ""),
                    ends_word=number == len(sung) - 1,
                )
            )
            for _ in range(3 if "ome" in parts else 1):
                onset, length = _RHYTHM[place % len(_RHYTHM)]
                onset = (onset + lift) * 120 * beats // 4 // 120 * 120
                step = _TUNE[place % len(_TUNE)] + (2 if line == 2 else 0)
                pitch = 60 + key.scale[0] % 12 - (12 if key.scale[0] > 6 else 0)
                pitch += 12 * (step // 7) + (key.scale[step % 7] - key.scale[0]) % 12 + (1 if place == 8 else 0)
                tick = max(start + onset, melody[-1].onset_ticks + 120 if melody else 0)
                if melody and melody[-1].onset_ticks + melody[-1].duration_ticks > tick:
                    melody[-1] = melody[-1].replaced(duration_ticks=tick - melody[-1].onset_ticks)
                melody.append(
                    MelodyNote(onset_ticks=tick, duration_ticks=length * 120, pitch=pitch, syllable=len(syllables) - 1)
                )
                place += 1
