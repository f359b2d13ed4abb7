"""What a director is told of a song."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, isfinite

from media.film.pulse import MOST_FRAMES
from schemas.audio import SyllableTime
from schemas.errors import MediaError
from schemas.music import LeadSheet, Score
from schemas.picture import ArtDirection, Treatment
from schemas.plan import SectionSpan, SongPlan

LONGEST_S = 7200.0
_MOST_CREDITS = 24
_MOST_BARS = 20_000


@dataclass(frozen=True)
class FilmFacts:
    """A song, and how its album looks.

    Attributes:
        plan: mood, genre and theme.
        score: bars, sections and notes.
        lead: the words, by section.
        syllables: when each is heard; empty where nobody sings.
        duration_s: length of the master, silence and reverberation included; up to two hours.
        fps: frames a second, 1 to 240.
        title: of the song.
        artist: of the album.
        seed: chooses among what fits.
        credits: lines of the end credits, the disclosure last; at most 24.
        own: the direction of the song's own picture, None where it has none.
        front: the direction of the album's front, None where it was not painted.
        treatment: how the film is painted where neither direction says it.
        most_scenes: how many scenes it may show, 2 to 40; each is painted, which takes time.
    """

    plan: SongPlan
    score: Score
    lead: LeadSheet
    syllables: Sequence[SyllableTime]
    duration_s: float
    fps: int
    title: str
    artist: str
    seed: int
    credits: tuple[str, ...] = ()
    own: ArtDirection | None = None
    front: ArtDirection | None = None
    treatment: Treatment | None = None
    most_scenes: int = 10

    @property
    def frames(self) -> int:
        """Frames of the whole film: none of the sound is left without a picture."""
        return ceil(self.duration_s * self.fps - 1e-6)

    @property
    def bar_s(self) -> float:
        """Length of a bar in seconds."""
        return self.score.beats_per_bar * 60.0 / self.score.tempo_bpm

    @property
    def sections(self) -> tuple[SectionSpan, ...]:
        """The song's sections; a song without any is one."""
        if self.score.sections:
            return self.score.sections
        bars = max(1, ceil(self.score.end_ticks * self.score.seconds_per_tick / self.bar_s - 1e-6))
        return (SectionSpan(name="song", role="verse", first_bar=0, bars=bars, energy=0.5),)

    def words_of(self, section: int) -> str:
        """The words sung in a section, by its place in the song."""
        sung = [one for one in self.lead.syllables if one.section == section and one.ends_word]
        return " ".join(one.word_text for one in sung)

    def checked(self) -> FilmFacts:
        """The same facts, once their bounds hold.

        Raises:
            MediaError: one does not.
        """
        if not (isfinite(self.duration_s) and 0 < self.duration_s <= LONGEST_S):
            raise MediaError(f"a song of {self.duration_s} s cannot be filmed: more than 0 and at most {LONGEST_S:.0f}")
        if not 1 <= self.fps <= 240:
            raise MediaError(f"{self.fps} frames a second: give 1 to 240")
        if self.frames > MOST_FRAMES:
            most = int(MOST_FRAMES / self.duration_s)
            raise MediaError(f"{self.frames} frames: a film has {MOST_FRAMES} at most; give at most {most} a second")
        if len(self.credits) > _MOST_CREDITS:
            raise MediaError(f"{len(self.credits)} lines of credits: give {_MOST_CREDITS} at most")
        if not 2 <= self.most_scenes <= 40:
            raise MediaError(f"{self.most_scenes} scenes: a film shows 2 to 40")
        if not 0 <= self.seed < 2**63:
            raise MediaError(f"seed {self.seed}: give a whole number from 0 to 2**63 - 1")
        if sum(one.bars for one in self.sections) > _MOST_BARS:
            raise MediaError(f"a song of more than {_MOST_BARS} bars cannot be filmed: shorten its sections")
        if self.painted is None:
            raise MediaError("nothing says how the film is to be painted: paint a cover first, or give a treatment")
        return self

    @property
    def painted(self) -> Treatment | None:
        """How the film is painted: as the song's own picture is, else as the front, else as was asked."""
        told = self.own or self.front
        return told.treatment if told else self.treatment
