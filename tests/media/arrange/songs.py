"""Songs for these tests: plans of any form and lead sheets with a plain, singable tune."""

from __future__ import annotations

from schemas.music import ChordQuality, ChordSpan, LeadSheet, MelodyNote, SungSyllable
from schemas.plan import Genre, Key, LinePlan, SectionPlan, SectionRole, SectionSpan, SongPlan, VoiceRange

LETTERS: dict[str, tuple[SectionRole, float]] = {
    "i": ("intro", 0.2),
    "V": ("verse", 0.3),
    "P": ("prechorus", 0.55),
    "C": ("chorus", 0.88),
    "B": ("bridge", 0.5),
    "I": ("interlude", 0.5),
    "o": ("outro", 0.25),
}
GENRES: tuple[Genre, ...] = ("piano-ballad", "folk", "synth-pop", "rock", "lo-fi", "bossa")
TEMPOS: dict[Genre, int] = {
    "piano-ballad": 72,
    "folk": 100,
    "synth-pop": 112,
    "rock": 126,
    "lo-fi": 80,
    "bossa": 122,
}
_CHORDS = {
    "major": {"V": (0, 5, 7, 0), "C": (9, 5, 0, 7), "B": (2, 7, 9, 5)},
    "minor": {"V": (0, 8, 10, 0), "C": (0, 8, 3, 10), "B": (5, 0, 8, 7)},
}
_MINORS = {"major": {2, 4, 9}, "minor": {0, 5}}


def plan_of(
    form: str,
    genre: Genre,
    *,
    key: Key | None = None,
    beats: int = 4,
    tempo: int | None = None,
    swing: float = 0.0,
    line_bars: int = 2,
    lines: int = 4,
    edge_bars: int = 2,
    syllables: int = 7,
) -> SongPlan:
    """A plan of a form like 'iVCVCo' (see LETTERS)."""
    words = LinePlan(syllables=syllables, stress=("10" * syllables)[:syllables])
    sections: list[SectionPlan] = []
    for number, letter in enumerate(form):
        role, energy = LETTERS[letter]
        visit = form[:number].count(letter)
        sung = letter in "VPCB"
        sections.append(
            SectionPlan(
                name=f"{role} {visit + 1}",
                role=role,
                bars=line_bars * lines if sung else 4 if letter == "I" else edge_bars,
                energy=min(1.0, energy + 0.06 * visit),
                words=f"{role} {visit + 1}" if sung else "",
                melody=role if sung else "",
                lines=(words,) * lines if sung else (),
                line_bars=line_bars,
            )
        )
    return SongPlan(
        song_id="song-1",
        theme="a light",
        genre=genre,
        mood="hopeful",
        key=key or Key(tonic="D", mode="major"),
        tempo_bpm=tempo or TEMPOS[genre],
        beats_per_bar=beats,  # type: ignore[arg-type]
        swing=swing,
        voice_range=VoiceRange(low=57, high=74),
        sections=tuple(sections),
    )


def lead_of(plan: SongPlan, *, chords: tuple[ChordSpan, ...] | None = None) -> LeadSheet:
    """A tune in eighths that rests at the end of each line, over four-chord turns."""
    spans, syllables, melody = [], [], []
    for index, (section, start) in enumerate(zip(plan.sections, plan.section_starts(), strict=True)):
        spans.append(
            SectionSpan(
                name=section.name,
                role=section.role,
                first_bar=start,
                bars=section.bars,
                energy=section.energy,
                words=section.words,
                melody=section.melody,
                line_bars=section.line_bars,
            )
        )
        for number, line in enumerate(section.lines):
            tick = (start + number * section.line_bars) * plan.bar_ticks
            room = section.line_bars * plan.bar_ticks - 480
            step = max(60, min(480, room // (line.syllables + 1) // 60 * 60))
            for place in range(line.syllables):
                last = place == line.syllables - 1
                degree = (2, 3, 4, 4, 2, 1, 0, 1, 2)[(place + number) % 9] + (2 if section.role == "chorus" else 0)
                octave, degree = divmod(degree, 7)
                steps = [(tone - plan.key.pitch_class) % 12 for tone in plan.key.scale]
                pitch = 57 + (plan.key.pitch_class - 57) % 12 + steps[degree] + 12 * octave
                melody.append(
                    MelodyNote(
                        onset_ticks=tick,
                        duration_ticks=step * 2 if last else step,
                        pitch=pitch,
                        syllable=len(syllables),
                    )
                )
                syllables.append(
                    SungSyllable(
                        text="la",
                        phones=("L", "AA"),
                        stress=1,
                        section=index,
                        line=number,
                        word=place,
                        word_text="la",
                        ends_word=True,
                    )
                )
                tick += step
    return LeadSheet(
        title="A light",
        key=plan.key,
        tempo_bpm=plan.tempo_bpm,
        beats_per_bar=plan.beats_per_bar,
        swing=plan.swing,
        sections=tuple(spans),
        syllables=tuple(syllables),
        melody=tuple(melody),
        chords=_chords(plan) if chords is None else chords,
    )


def _chords(plan: SongPlan) -> tuple[ChordSpan, ...]:
    turns = _CHORDS[plan.key.mode]
    found = []
    for section, start in zip(plan.sections, plan.section_starts(), strict=True):
        turn = turns["C" if section.role == "chorus" else "B" if section.role == "bridge" else "V"]
        for bar in range(section.bars):
            final = start + bar == plan.bars - 1
            offset = 0 if final else turn[bar % 4]
            quality: ChordQuality = "min" if offset in _MINORS[plan.key.mode] else "maj"
            found.append(
                ChordSpan(
                    onset_ticks=(start + bar) * plan.bar_ticks,
                    duration_ticks=plan.bar_ticks,
                    root=(plan.key.pitch_class + offset) % 12,
                    quality=quality,
                )
            )
    return tuple(found)
