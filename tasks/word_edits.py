"""Changing a line of words by hand: counted, spelled out in sounds, and recorded as a person's edit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemas.errors import ReviewError
from schemas.lyrics import LyricLine, Lyrics
from schemas.review import Change
from tasks.edits import add_to_edit, base_of

if TYPE_CHECKING:
    from schemas.lyrics import Word
    from schemas.plan import SongPlan
    from tasks.state import AlbumState


def edit_line(state: AlbumState, song: SongPlan, *, section: str, line: int, text: str, person: str) -> tuple[str, str]:
    """Change a line of a song's words; the line before and after.

    Args:
        state: the album.
        song: the song.
        section: name of the lyric section.
        line: number of the line, from 1.
        text: the new words, as many syllables as the line has now.
        person: who changes it.

    Raises:
        ReviewError: the words are not written yet, the line is not there, or the syllables do not match.
    """
    from models.lyrics.sounds import split_line

    slot = state.slot("write_lyrics", song)
    base, filled = base_of(state, slot)
    lyrics = state.bench.get(filled, Lyrics)
    names = [part.name for part in lyrics.sections]
    if section not in names:
        raise ReviewError(f"{song.song_id} has no section {section!r}: choose from {', '.join(names)}")
    index = names.index(section)
    lines = lyrics.sections[index].lines
    if line > len(lines):
        raise ReviewError(f"{section} has {len(lines)} lines, so there is no line {line}")
    old = lines[line - 1]
    words = split_line(text)
    if not words:
        raise ReviewError(f"{text!r} holds no words: give the whole new line")
    new = LyricLine(words=words, rhyme=old.rhyme, rhymes=_rhymes(words, line - 1, lines))
    if len(new.syllables) != len(old.syllables):
        raise ReviewError(
            f"{text!r} has {len(new.syllables)} syllables, the tune has notes for {len(old.syllables)}: "
            "change the words until they fit"
        )
    change = Change(
        path=("sections", index, "lines", line - 1),
        before=old.model_dump(mode="json"),
        after=new.model_dump(mode="json"),
    )
    changes: tuple[Change, ...] = (change,)
    if lyrics.written_by == "model":
        changes += (Change(path=("written_by",), before=lyrics.written_by, after="model and person"),)
    add_to_edit(state.bench.catalogue, slot, base, changes, person)
    return old.text, new.text


def _rhymes(words: tuple[Word, ...], place: int, lines: tuple[LyricLine, ...]) -> bool:
    """Whether a new line rhymes with a line of its group; true where it has no group or no partner."""
    from models.lyrics.rhyme import rhyme_kind
    from models.lyrics.sounds import clean

    group = lines[place].rhyme
    partners = [line.words[-1].text for i, line in enumerate(lines) if i != place and group and line.rhyme == group]
    end = clean(words[-1].text)
    return not partners or any(rhyme_kind(clean(partner), end) != "none" for partner in partners)
