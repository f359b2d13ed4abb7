"""A lead sheet from MusicXML: what an editor changed is taken over, how words sound is found again.

Files do not say how words sound. A word that stands in the lead sheet the file was made from keeps its sounds; any
other is asked of `pronounce`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from difflib import SequenceMatcher
from typing import Literal, NamedTuple

from pydantic import ValidationError

from media.notation.sections import covering_sections, read_facts
from media.notation.xml_reading import ReadNote, ReadPart, ReadSong, read_musicxml
from schemas.errors import MediaError
from schemas.lyrics import Syllable
from schemas.music import LeadSheet, MelodyNote, SungSyllable
from schemas.plan import TICKS_PER_QUARTER, SectionSpan

Pronounce = Callable[[str], tuple[Syllable, ...]]
"""Syllables of a written word: their letters, ARPAbet phones and stress."""


class _Sound(NamedTuple):
    """How a syllable sounds."""

    phones: tuple[str, ...]
    stress: Literal[0, 1, 2]


class _Word(NamedTuple):
    """A word as it stands under the notes: its syllables, where each is sung, whether a line ends after it."""

    syllables: tuple[str, ...]
    onsets: tuple[int, ...]
    ends_line: bool

    @property
    def text(self) -> str:
        return "".join(self.syllables)

    @property
    def key(self) -> str:
        """What counts when words are compared: letters without case, and into how many syllables they fall."""
        return f"{_plain(self.text)}/{len(self.syllables)}"


def lead_sheet_from_musicxml(
    content: bytes, *, base: LeadSheet | None = None, pronounce: Pronounce | None = None
) -> LeadSheet:
    """The lead sheet of a partwise MusicXML file, plain or .mxl, with words under the notes of one part.

    The first part with words is the melody; of notes struck together the highest is sung. A note without a syllable
    goes on with the one before (a melisma). Lines end where the file says so, else as in `base`, else every
    `line_bars` bars. Sections keep what `base` says of a section of that name.

    Args:
        content: the bytes of the file.
        base: the lead sheet that the file was made from: words still in it keep their sounds.
        pronounce: gives the syllables of any other word.

    Raises:
        MediaError: the file is damaged or hostile; a note has no word; a word is unknown to `base` and there is no
            `pronounce`, or has another number of syllables than are written: the message names bar, word and remedy.
    """
    song = read_musicxml(content)
    sung = next((part for part in song.parts if any(note.lyric for note in part.notes)), None)
    if sung is None:
        raise MediaError("MusicXML has no words under any note: write the words under the melody")
    notes = _melody(sung)
    sections = sections_of(song, base)
    bar_ticks = song.beats_per_bar * TICKS_PER_QUARTER
    words, melody = _words(notes, bar_ticks)
    sounds, base_lines = _sounds(words, base, pronounce, bar_ticks)
    lines = _lines(words, base_lines, sections, bar_ticks)
    try:
        return LeadSheet(
            title=song.title,
            key=song.key,
            tempo_bpm=song.tempo_bpm,
            beats_per_bar=song.beats_per_bar,
            swing=song.swing,
            sections=_named(sections, lines),
            syllables=_syllables(lines, words, sounds, base),
            melody=melody,
            chords=song.chords,
        )
    except ValidationError as error:
        first = error.errors()[0]["msg"].removeprefix("Value error, ")
        raise MediaError(f"MusicXML is no lead sheet: {first[:200]}; correct it in the editor") from error


def sections_of(song: ReadSong, base: LeadSheet | None = None) -> tuple[SectionSpan, ...]:
    """The sections of a document, with what the file's remarks or a lead sheet say of them."""
    known = {section.name: section for section in base.sections} if base else {}
    starts = []
    for bar, name in song.starts:
        facts = read_facts(song.fields.get(f"section at bar {bar + 1}", ""))
        if not facts and name in known:
            facts = known[name].model_dump(include={"role", "energy", "words", "melody", "line_bars"})
        starts.append((bar, name, facts))
    return covering_sections(starts, song.bars)


def _plain(word: str) -> str:
    return word.strip('.,;:!?…"“”‘()[]-–—').replace("’", "'").lower()


def _melody(part: ReadPart) -> list[ReadNote]:
    """One note at a time: the highest of those struck together, with the syllable of any of them."""
    found: dict[int, ReadNote] = {}
    for note in part.notes:
        other = found.get(note.onset_ticks)
        lyric = note.lyric or (other.lyric if other else None)
        higher = note if other is None or note.pitch > other.pitch else other
        found[note.onset_ticks] = higher._replace(lyric=lyric)
    return [found[tick] for tick in sorted(found)]


def _words(notes: Sequence[ReadNote], bar_ticks: int) -> tuple[list[_Word], tuple[MelodyNote, ...]]:
    words: list[_Word] = []
    melody: list[MelodyNote] = []
    syllables: list[str] = []
    onsets: list[int] = []
    count = -1

    def close(ends_line: bool) -> None:
        if syllables:
            words.append(_Word(tuple(syllables), tuple(onsets), ends_line))
            syllables.clear()
            onsets.clear()

    for note in notes:
        if note.lyric is not None:
            if note.lyric.syllabic in ("single", "begin"):
                close(False)
            count += 1
            syllables.append(note.lyric.text)
            onsets.append(note.onset_ticks)
            if note.lyric.syllabic in ("single", "end"):
                close(note.lyric.ends_line)
        elif count < 0:
            raise MediaError(
                f"bar {note.onset_ticks // bar_ticks + 1} has a note without a syllable: write one under it"
            )
        if not 24 <= note.pitch <= 108:
            raise MediaError(
                f"bar {note.onset_ticks // bar_ticks + 1} has the pitch {note.pitch}, outside 24-108: move it"
            )
        melody.append(
            MelodyNote(
                onset_ticks=note.onset_ticks, duration_ticks=note.duration_ticks, pitch=note.pitch, syllable=count
            )
        )
    close(True)
    return words, tuple(melody)


class _BaseWord(NamedTuple):
    """A word of the lead sheet that a file was made from."""

    syllables: tuple[SungSyllable, ...]

    @property
    def key(self) -> str:
        return f"{_plain(''.join(s.text for s in self.syllables))}/{len(self.syllables)}"


def _base_words(base: LeadSheet | None) -> list[_BaseWord]:
    words: list[_BaseWord] = []
    run: list[SungSyllable] = []
    for syllable in base.syllables if base else ():
        run.append(syllable)
        if syllable.ends_word:
            words.append(_BaseWord(tuple(run)))
            run = []
    return words


def _sounds(
    words: Sequence[_Word], base: LeadSheet | None, pronounce: Pronounce | None, bar_ticks: int
) -> tuple[list[tuple[_Sound, ...]], list[_BaseWord | None]]:
    """How each word sounds, and the word of the base that it is, where it is one."""
    olds = _base_words(base)
    same: list[_BaseWord | None] = [None] * len(words)
    matcher = SequenceMatcher(None, [old.key for old in olds], [word.key for word in words], autojunk=False)
    for old_start, new_start, size in matcher.get_matching_blocks():
        same[new_start : new_start + size] = olds[old_start : old_start + size]
    anywhere = {old.key: old for old in reversed(olds)}
    sounds = []
    for word, old in zip(words, same, strict=True):
        known = old or anywhere.get(word.key)
        if known is not None:
            sounds.append(tuple(_Sound(s.phones, s.stress) for s in known.syllables))
        else:
            sounds.append(_pronounced(word, pronounce, word.onsets[0] // bar_ticks + 1))
    return sounds, same


def _pronounced(word: _Word, pronounce: Pronounce | None, bar: int) -> tuple[_Sound, ...]:
    if pronounce is None:
        raise MediaError(
            f"bar {bar}: how {word.text[:60]!r} sounds is not known: give a pronouncer or the old lead sheet"
        )
    found = pronounce(_plain(word.text))
    if len(found) != len(word.syllables):
        raise MediaError(
            f"bar {bar}: {word.text[:60]!r} stands under {len(word.syllables)} syllables but has {len(found)}: "
            "split or join it, or draw a slur where one syllable takes several notes"
        )
    return tuple(_Sound(syllable.phones, syllable.stress) for syllable in found)


def _lines(
    words: Sequence[_Word], same: Sequence[_BaseWord | None], sections: Sequence[SectionSpan], bar_ticks: int
) -> list[tuple[int, int, list[int]]]:
    """Section, line in it and word numbers of each sung line. A line belongs where most of it is sung."""
    marked = any(word.ends_line for word in words[:-1])
    groups: list[list[int]] = []
    open_line = False
    for number, word in enumerate(words):
        if not open_line:
            groups.append([])
        groups[-1].append(number)
        after = words[number + 1] if number + 1 < len(words) else None
        if marked or after is None:
            open_line = not word.ends_line
        else:
            open_line = not _parts_here(word, after, same[number], same[number + 1], sections, bar_ticks)
    lines: list[tuple[int, int, list[int]]] = []
    counts: dict[int, int] = {}
    for group in groups:
        onsets = sorted(onset for number in group for onset in words[number].onsets)
        section = _section_at(onsets[len(onsets) // 2], sections, bar_ticks)
        section = max(section, lines[-1][0] if lines else 0)
        lines.append((section, counts.get(section, 0), group))
        counts[section] = counts.get(section, 0) + 1
    return lines


def _parts_here(
    word: _Word,
    after: _Word,
    old: _BaseWord | None,
    old_after: _BaseWord | None,
    sections: Sequence[SectionSpan],
    bar_ticks: int,
) -> bool:
    """Whether a line ends between two words of a file that marks no lines."""
    if old is not None and old_after is not None:
        ours, theirs = old.syllables[-1], old_after.syllables[0]
        return (ours.section, ours.line) != (theirs.section, theirs.line)
    return _window(word.onsets[0], sections, bar_ticks) != _window(after.onsets[0], sections, bar_ticks)


def _section_at(tick: int, sections: Sequence[SectionSpan], bar_ticks: int) -> int:
    return max((i for i, section in enumerate(sections) if section.first_bar * bar_ticks <= tick), default=0)


def _window(tick: int, sections: Sequence[SectionSpan], bar_ticks: int) -> tuple[int, int]:
    section = _section_at(tick, sections, bar_ticks)
    span = sections[section]
    return section, (tick // bar_ticks - span.first_bar) // span.line_bars


def _named(sections: Sequence[SectionSpan], lines: Sequence[tuple[int, int, list[int]]]) -> tuple[SectionSpan, ...]:
    """Sections that are sung name their words and tune; a new one is named after itself."""
    sung = {section for section, _, _ in lines}
    return tuple(
        span.replaced(words=span.words or span.name, melody=span.melody or span.name)
        if number in sung
        else span.replaced(words="", melody="")
        for number, span in enumerate(sections)
    )


def _syllables(
    lines: Sequence[tuple[int, int, list[int]]],
    words: Sequence[_Word],
    sounds: Sequence[tuple[_Sound, ...]],
    base: LeadSheet | None,
) -> tuple[SungSyllable, ...]:
    spelled = {"".join(s.text for s in old.syllables): old.syllables[0].word_text for old in _base_words(base)}
    return tuple(
        SungSyllable(
            text=text,
            phones=sound.phones,
            stress=sound.stress,
            section=section,
            line=line,
            word=place,
            word_text=spelled.get(words[number].text, words[number].text)[:60],
            ends_word=index == len(words[number].syllables) - 1,
        )
        for section, line, group in lines
        for place, number in enumerate(group)
        for index, (text, sound) in enumerate(zip(words[number].syllables, sounds[number], strict=True))
    )
