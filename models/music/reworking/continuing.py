"""One more section for a song: another verse to its tune, a new tune to new words, or chords without words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from models.music.compose import compose_lead_sheet
from models.music.given import FixedTune, Given, Guide
from models.music.given_lines import GivenLine
from models.music.reworking.chance import chance
from models.music.reworking.chords import Border, Rest, begun, choose_chords, coloured, places_between
from models.music.reworking.harmonising import section_ticks
from models.music.reworking.hearing import anchor_of, harmonies_of, harmony_at
from models.music.reworking.inserting import NewSection, inserted
from models.music.reworking.sung import sung_lines_of
from schemas.composing import GivenNote
from schemas.errors import StepError
from schemas.lyrics import LyricLine, Lyrics, LyricSection, Syllable, Word
from schemas.music import ChordSpan, LeadSheet, SungSyllable
from schemas.plan import LinePlan, SectionPlan, SongPlan

if TYPE_CHECKING:
    from models.music.transformer import MusicTransformer

_LONGEST_LINE, _MOST_LINES, _MOST_BARS = 16, 16, 32


def continue_song(
    lead: LeadSheet,
    plan: SongPlan,
    model: MusicTransformer,
    *,
    section: SectionPlan,
    lines: Sequence[LyricLine] = (),
    seed: int,
    at: int | None = None,
    guides: Sequence[Guide] = (),
) -> LeadSheet:
    """The song with one more section; all that was there stays, moved by its bars where it comes after.

    A section that names a tune of the song (`melody`) sings its words to that tune, as a third verse would. One that
    names another is composed, hearing the song: its tune keeps to the voice, to what its role asks for and to the joins
    on both sides. One without words continues the chords; nothing is sung without words, so none are made up.

    Args:
        lead: the song.
        plan: its plan, for genre and voice.
        model: the network, in evaluation mode.
        section: the section to be added; its name must be new.
        lines: its words, a line each, as many syllables as the section plans; none where it has no words.
        seed: 0 or more.
        at: the index of the section that it comes before; None: the end.
        guides: for a new tune, notes that each line follows where its words allow.

    Raises:
        StepError: the words do not fit the section or its tune, its name is taken, or there is no such place.
        SettingsError: the seed is out of bounds.
    """
    place = len(lead.sections) if at is None else at
    chance(seed)
    if not 0 <= place <= len(lead.sections):
        raise StepError(f"section {place} is not there: {lead.title!r} has {len(lead.sections)}, from 0")
    if section.name in {span.name for span in lead.sections}:
        raise StepError(f"the song has a section {section.name!r} already: name the new one otherwise")
    found, planned = [len(line.syllables) for line in lines], [line.syllables for line in section.lines]
    if found != planned:
        raise StepError(f"{section.name!r} has lines of {found} syllables where {planned} are planned: fit the words")
    if not lines:
        new = _chords_alone(lead, plan, model, section, place, seed)
    elif (known := _known_section(lead, section)) is not None:
        new = _to_known_tune(lead, section, lines, known)
    else:
        new = _to_new_tune(lead, plan, model, section, lines, seed, guides)
    return inserted(lead, place, new)


def _known_section(lead: LeadSheet, section: SectionPlan) -> int | None:
    sung = {lead.syllables[note.syllable].section for note in lead.melody}
    return next((i for i, span in enumerate(lead.sections) if span.melody == section.melody and i in sung), None)


def _to_known_tune(lead: LeadSheet, section: SectionPlan, lines: Sequence[LyricLine], known: int) -> NewSection:
    span = lead.sections[known]
    begin, end = section_ticks(lead, span)
    notes = [note for note in lead.melody if lead.syllables[note.syllable].section == known]
    first = notes[0].syllable
    syllables = syllables_of(lines)
    counts = [sum(s.section == known and s.line == number for s in lead.syllables) for number in range(len(lines))]
    wanted, longest = [len(line.syllables) for line in lines], notes[-1].syllable - first + 1
    if counts != wanted or longest != len(syllables) or section.bars != span.bars:
        raise StepError(
            f"the tune {section.melody!r} has lines of {counts} syllables in {span.bars} bars; the new words have "
            f"{wanted} in {section.bars}: fit the words, or name a new tune"
        )
    return NewSection(
        section,
        tuple(syllables),
        tuple(n.replaced(onset_ticks=n.onset_ticks - begin, syllable=n.syllable - first) for n in notes),
        _between(lead.chords, begin, end),
    )


def _to_new_tune(
    lead: LeadSheet,
    plan: SongPlan,
    model: MusicTransformer,
    section: SectionPlan,
    lines: Sequence[LyricLine],
    seed: int,
    guides: Sequence[Guide],
) -> NewSection:
    """Composes the tunes of the song, all of them given, and the new one after them."""
    sections, words, tunes = _as_given(lead)
    own = section.replaced(words=section.name, melody=section.name)
    whole = plan.replaced(
        key=lead.key,
        tempo_bpm=lead.tempo_bpm,
        beats_per_bar=lead.beats_per_bar,
        sections=(*sections, own),
        user_tunes=(),
    )
    sung = LyricSection(name=own.words, role=own.role, lines=tuple(lines))
    lyrics = Lyrics(title=lead.title, sections=(*words, sung))
    given = Given(tunes=tunes, guides={own.melody: tuple(guides)})
    made = compose_lead_sheet(whole, lyrics, model, seed=seed, given=given)
    index = len(sections)
    begin, end = section_ticks(made, made.sections[index])
    first = next(place for place, syllable in enumerate(made.syllables) if syllable.section == index)
    notes = [note for note in made.melody if note.syllable >= first]
    return NewSection(
        section,
        tuple(made.syllables[first:]),
        tuple(n.replaced(onset_ticks=n.onset_ticks - begin, syllable=n.syllable - first) for n in notes),
        _between(made.chords, begin, end),
    )


def _as_given(lead: LeadSheet) -> tuple[list[SectionPlan], list[LyricSection], Mapping[str, FixedTune]]:
    """The song's tunes as plans, words and given notes, each once; one that no plan can hold is left out."""
    sections: list[SectionPlan] = []
    words: list[LyricSection] = []
    tunes: dict[str, FixedTune] = {}
    seen: set[str] = set()
    for index, span in enumerate(lead.sections):
        lines = [line for line in sung_lines_of(lead) if line.section == index]
        counts = [len({note.syllable for note in line.notes}) for line in lines]
        name = span.melody or span.name
        bars = span.line_bars * len(lines)
        fits = lines and max(counts) <= _LONGEST_LINE and len(lines) <= _MOST_LINES and bars <= _MOST_BARS
        if name in seen or not fits or len(seen) == _MOST_LINES:
            continue
        seen.add(name)
        planned = tuple(LinePlan(syllables=count, stress="1" * count) for count in counts)
        title = f"{len(seen)} {span.role}"
        sections.append(
            SectionPlan(
                name=title,
                role=span.role,
                bars=bars,
                energy=span.energy,
                words=title,
                melody=title,
                lines=planned,
                line_bars=span.line_bars,
            )
        )
        own = [s for s in lead.syllables if s.section == index]
        text = tuple(LyricLine(words=_words([s for s in own if s.line == line.number])) for line in lines)
        words.append(LyricSection(name=title, role=span.role, lines=text))
        begin, _ = section_ticks(lead, span)
        given = []
        for number, line in enumerate(lines):
            shift = begin + number * span.line_bars * lead.bar_ticks
            first = line.notes[0].syllable
            given.append(
                GivenLine(
                    tuple(GivenNote(n.onset_ticks - shift, n.duration_ticks, n.pitch) for n in line.notes),
                    tuple(note.syllable - first for note in line.notes),
                )
            )
        tunes[title] = FixedTune(_between(lead.chords, begin, begin + bars * lead.bar_ticks), tuple(given))
    return sections, words, tunes


def _words(syllables: Sequence[SungSyllable]) -> tuple[Word, ...]:
    """The words of a line, from its syllables."""
    words: list[list[SungSyllable]] = []
    for index, syllable in enumerate(syllables):
        if index and syllables[index - 1].word == syllable.word:
            words[-1].append(syllable)
        else:
            words.append([syllable])
    return tuple(
        Word(
            text=each[0].word_text,
            syllables=tuple(Syllable(text=s.text, phones=s.phones, stress=s.stress) for s in each),
        )
        for each in words
    )


def syllables_of(lines: Sequence[LyricLine]) -> list[SungSyllable]:
    """The syllables of some lines as they are sung in section 0."""
    return [
        SungSyllable(
            text=syllable.text,
            phones=syllable.phones,
            stress=syllable.stress,
            section=0,
            line=number,
            word=place,
            word_text=word.text,
            ends_word=part == len(word.syllables) - 1,
        )
        for number, line in enumerate(lines)
        for place, word in enumerate(line.words)
        for part, syllable in enumerate(word.syllables)
    ]


def _chords_alone(
    lead: LeadSheet, plan: SongPlan, model: MusicTransformer, section: SectionPlan, place: int, seed: int
) -> NewSection:
    """New chords that lead on from those before, and into those after or home."""
    edge = lead.sections[place].first_bar * lead.bar_ticks if place < len(lead.sections) else lead.bars * lead.bar_ticks
    kept = harmonies_of(lead)
    heard = [each for each in kept if each[0] < edge]
    span = lead.sections[-1].replaced(name=section.name, role=section.role, first_bar=0, bars=section.bars)
    alone = lead.replaced(sections=(span,), syllables=(), melody=(), chords=())
    length = section.bars * lead.bar_ticks
    rests = [] if place < len(lead.sections) else [Rest(length - lead.bar_ticks, length, "full")]
    border = Border(harmony_at(heard, edge) if heard else None, next((c for tick, c in kept if tick >= edge), None))
    places = places_between(alone, 0, length, rests)
    rng = chance(seed, "continue", section.name)
    base = anchor_of(lead, plan.voice_range)
    chosen = choose_chords(alone, model, places, melody=(), genre=plan.genre, base=base, rng=rng, border=border)
    spans = coloured(alone, begun(places, chosen), length, melody=(), genre=plan.genre, rng=rng, following=border.after)
    return NewSection(section, (), (), spans)


def _between(chords: Sequence[ChordSpan], begin: int, end: int) -> tuple[ChordSpan, ...]:
    """The chords that sound between two ticks, from the first of these on, cut at the edges."""
    found = []
    for chord in chords:
        onset, over = max(chord.onset_ticks, begin), min(chord.onset_ticks + chord.duration_ticks, end)
        if onset < over:
            found.append(chord.replaced(onset_ticks=onset - begin, duration_ticks=over - onset))
    return tuple(found)
