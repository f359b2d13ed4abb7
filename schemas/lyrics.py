"""The words of a song, down to the syllable and its sounds."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from schemas.base import Artifact, Record
from schemas.plan import SectionRole


class Syllable(Record):
    """One sung syllable: how it is written and how it sounds."""

    text: str = Field(
        min_length=1, max_length=40, description="the letters of this syllable, e.g. 'light' of 'lighthouse'"
    )
    phones: tuple[str, ...] = Field(min_length=1, max_length=12, description="ARPAbet phones without stress digits")
    stress: Literal[0, 1, 2] = Field(description="CMUdict stress of the vowel: 0 none, 1 primary, 2 secondary")


class Word(Record):
    """A word and its syllables; `text` keeps capitals and apostrophes, `trail` the punctuation that follows."""

    text: str = Field(min_length=1, max_length=60)
    trail: str = Field(default="", max_length=8, description="punctuation after the word, e.g. ','")
    syllables: tuple[Syllable, ...] = Field(min_length=1, max_length=12)


class LyricLine(Record):
    """A line of words."""

    words: tuple[Word, ...] = Field(min_length=1, max_length=32)
    rhyme: str = Field(default="", max_length=1, description="rhyme group asked for; '' for none")
    rhymes: bool = Field(default=True, description="false where the rhyme asked for was not found")

    @property
    def text(self) -> str:
        """The line as it is written."""
        return " ".join(word.text + word.trail for word in self.words)

    @property
    def syllables(self) -> tuple[Syllable, ...]:
        """All syllables of the line, in order."""
        return tuple(syllable for word in self.words for syllable in word.syllables)


class LyricSection(Record):
    """Lines that belong together, named as the song plan's `words` names them."""

    name: str = Field(min_length=1, max_length=40, description="e.g. 'verse 1', 'chorus'")
    role: SectionRole
    lines: tuple[LyricLine, ...] = Field(min_length=1, max_length=16)


class Lyrics(Artifact):
    """All the words of a song; a chorus is here once, however often it is sung."""

    kind: Literal["lyrics"] = "lyrics"
    title: str = Field(min_length=1, max_length=120)
    language: Literal["en"] = "en"
    sections: tuple[LyricSection, ...] = Field(min_length=1, max_length=24)
    notes: tuple[str, ...] = Field(
        default=(), description="what a reviewer should know, e.g. a line whose rhyme was not found"
    )
    written_by: Literal["model", "user", "model and person"] = "model"

    def section(self, name: str) -> LyricSection:
        """The section of that name.

        Raises:
            KeyError: there is none.
        """
        for section in self.sections:
            if section.name == name:
                return section
        raise KeyError(name)

    @model_validator(mode="after")
    def _names_differ(self) -> Self:
        names = [section.name for section in self.sections]
        if len(set(names)) != len(names):
            raise ValueError(f"lyric section names repeat: {names}")
        return self
