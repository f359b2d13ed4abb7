"""Small, hand-made records for tests: a plan, its words and its lead sheet that fit together."""

from __future__ import annotations

from schemas.lyrics import LyricLine, Lyrics, LyricSection, Syllable, Word
from schemas.music import ChordSpan, LeadSheet, MelodyNote, SungSyllable
from schemas.plan import Key, LinePlan, SectionPlan, SongPlan, VoiceRange

_WORDS: dict[str, list[tuple[str, tuple[str, ...], int]]] = {
    "the": [("the", ("DH", "AH"), 0)],
    "light": [("light", ("L", "AY", "T"), 1)],
    "upon": [("up", ("AH",), 0), ("on", ("P", "AA", "N"), 1)],
    "water": [("wa", ("W", "AO"), 1), ("ter", ("T", "ER"), 0)],
    "sea": [("sea", ("S", "IY"), 1)],
    "it": [("it", ("IH", "T"), 0)],
    "calls": [("calls", ("K", "AO", "L", "Z"), 1)],
    "back": [("back", ("B", "AE", "K"), 1)],
    "to": [("to", ("T", "UW"), 0)],
    "me": [("me", ("M", "IY"), 1)],
    "in": [("in", ("IH", "N"), 0)],
    "morning": [("mor", ("M", "AO", "R"), 1), ("ning", ("N", "IH", "NG"), 0)],
    "when": [("when", ("W", "EH", "N"), 0)],
    "wind": [("wind", ("W", "IH", "N", "D"), 1)],
    "is": [("is", ("IH", "Z"), 0)],
    "new": [("new", ("N", "UW"), 1)],
    "i": [("I", ("AY",), 0)],
    "sing": [("sing", ("S", "IH", "NG"), 1)],
    "a": [("a", ("AH",), 0)],
    "song": [("song", ("S", "AO", "NG"), 1)],
    "for": [("for", ("F", "AO", "R"), 0)],
    "you": [("you", ("Y", "UW"), 1)],
}

_LINES = {
    "verse 1": ["the light upon the water", "it calls to me", "in morning when the wind is", "it calls to me"],
    "chorus": ["i sing a song for water", "the sea is new", "i sing a song for morning", "i sing for you"],
}


def _line(text: str, rhyme: str) -> LyricLine:
    words = tuple(
        Word(text=word, syllables=tuple(Syllable(text=t, phones=p, stress=s) for t, p, s in _WORDS[word]))  # type: ignore[arg-type]
        for word in text.split()
    )
    return LyricLine(words=words, rhyme=rhyme)


def song_plan(**changes: object) -> SongPlan:
    """A 20-bar song: intro, verse, chorus, verse, outro; lines of 7 and 4 syllables, two bars each, rhyming ABCB."""
    lines = tuple(
        LinePlan(syllables=n, stress=("01" * 8)[:n], rhyme=rhyme) for n, rhyme in ((7, ""), (4, "A"), (7, ""), (4, "A"))
    )
    sections = (
        SectionPlan(name="intro", role="intro", bars=2, energy=0.2),
        SectionPlan(name="verse 1", role="verse", bars=8, energy=0.4, words="verse 1", melody="verse", lines=lines),
        SectionPlan(name="chorus", role="chorus", bars=8, energy=0.9, words="chorus", melody="chorus", lines=lines),
        SectionPlan(name="outro", role="outro", bars=2, energy=0.3),
    )
    plan = SongPlan(
        song_id="song-1",
        theme="a light upon the water",
        genre="folk",
        mood="hopeful",
        key=Key(tonic="D", mode="major"),
        tempo_bpm=96,
        voice_range=VoiceRange(low=57, high=74),
        sections=sections,
    )
    return plan.replaced(**changes) if changes else plan


def lyrics() -> Lyrics:
    """Words that fit `song_plan`."""
    sections = tuple(
        LyricSection(
            name=name,
            role="chorus" if name == "chorus" else "verse",
            lines=tuple(_line(text, "" if i % 2 == 0 else "A") for i, text in enumerate(lines)),
        )
        for name, lines in _LINES.items()
    )
    return Lyrics(title="Upon the Water", sections=sections)


def lead_sheet() -> LeadSheet:
    """`lyrics` sung to a plain tune in D major, one note a syllable, a chord a bar."""
    plan, words = song_plan(), lyrics()
    syllables: list[SungSyllable] = []
    melody: list[MelodyNote] = []
    for index, (section, start) in enumerate(zip(plan.sections, plan.section_starts(), strict=True)):
        for number, line in enumerate(words.section(section.words).lines if section.words else ()):
            tick = (start + number * section.line_bars) * plan.bar_ticks
            for word_index, word in enumerate(line.words):
                for place, syllable in enumerate(word.syllables):
                    last = place == len(word.syllables) - 1
                    pitch = (62, 64, 66, 67, 69, 67, 66)[len(melody) % 7] + (5 if section.role == "chorus" else 0)
                    melody.append(
                        MelodyNote(onset_ticks=tick, duration_ticks=480, pitch=pitch, syllable=len(syllables))
                    )
                    syllables.append(
                        SungSyllable(
                            text=syllable.text,
                            phones=syllable.phones,
                            stress=syllable.stress,
                            section=index,
                            line=number,
                            word=word_index,
                            word_text=word.text,
                            ends_word=last,
                        )
                    )
                    tick += 480
    roots = (2, 7, 9, 2)
    chords = tuple(
        ChordSpan(onset_ticks=bar * plan.bar_ticks, duration_ticks=plan.bar_ticks, root=roots[bar % 4])
        for bar in range(plan.bars)
    )
    return LeadSheet(
        title=words.title,
        key=plan.key,
        tempo_bpm=plan.tempo_bpm,
        sections=plan.spans(),
        syllables=tuple(syllables),
        melody=tuple(melody),
        chords=chords,
    )
