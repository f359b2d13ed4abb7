"""A song's storyboard: what is known of the song and its pictures, brought to the director."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from media.film.directing.directing import direct_film
from media.film.directing.facts import FilmFacts
from media.scenes.colours import palette_from, scene_colours
from media.sound.lrc import timed_lines
from media.voice.voices import VOICES
from schemas.film import Storyboard, SungLine, SungText
from tasks.painting.treatments import choose_treatment

if TYPE_CHECKING:
    from media.sound.lrc import TimedLine
    from schemas.audio import Stem
    from schemas.lyrics import Lyrics
    from schemas.music import LeadSheet, Score
    from schemas.picture import ArtDirection, Treatment
    from schemas.plan import SongPlan
    from tasks.bench import Bench

MOST_SCENES = 5
"""Scenes of a film: each is painted, which takes some seconds."""

_WRITERS = {"model": "an AI", "user": "their author", "model and person": "an AI and a person"}
_DISCLOSURE = "Made by AI with Hibari. No person sings, plays or was filmed here."


@dataclass(frozen=True)
class SongInHand:
    """A finished song, and the directions of its pictures where they are painted.

    `duration_s` is its master's length; `direction` the song's own, `front` that of the album's cover.
    """

    plan: SongPlan
    lyrics: Lyrics
    lead: LeadSheet
    score: Score
    vocal: Stem
    duration_s: float
    artist: str
    album: str
    direction: ArtDirection | None = None
    front: ArtDirection | None = None


def direct(song: SongInHand, *, fps: int, seed: int, bench: Bench, look: str = "") -> Storyboard:
    """The storyboard of a song's film, its words and credits in it.

    Args:
        song: what it is about.
        fps: frames a second, 1 to 240.
        seed: another seed gives another storyboard.
        bench: where the looks are, for a song whose pictures are not painted.
        look: the look such a film is painted in; '' to choose.

    Raises:
        MediaError: the song has no length, or the rate is out of bounds.
        CheckpointError: there is no such look.
    """
    known = song.direction or song.front
    treatment = known.treatment if known else _treatment(song, seed, bench, look)
    board = direct_film(
        FilmFacts(
            plan=song.plan,
            score=song.score,
            lead=song.lead,
            syllables=song.vocal.syllables,
            duration_s=song.duration_s,
            fps=fps,
            title=song.lyrics.title,
            artist=song.artist,
            seed=seed,
            credits=_credits(song, treatment),
            own=song.direction,
            front=song.front,
            treatment=treatment,
            most_scenes=MOST_SCENES,
        )
    )
    return board.replaced(lines=tuple(map(_sung, timed_lines(song.lead, song.vocal.syllables))))


def _treatment(song: SongInHand, seed: int, bench: Bench, look: str) -> Treatment:
    from models.pictures.style.looks import load_looks

    looks = bench.loaded("looks:paintings", load_looks)
    palette = palette_from(scene_colours(song.plan.key, song.plan.mood, "dusk", seed=seed))
    return choose_treatment(looks, palette, song.plan.mood, seed=seed, wanted=look)[0]


def _credits(song: SongInHand, treatment: Treatment) -> tuple[str, ...]:
    """Lines of the end credits; what an AI made stands last."""
    voice = VOICES.get(song.plan.voice)
    return (
        f"from {song.album}" if song.album != song.lyrics.title else song.artist,
        f"Words by {_WRITERS[song.lyrics.written_by]}, tune by {song.plan.music_model}",
        *([voice.credit] if voice else []),
        *(f"Pictures in the look of {credit}" for credit in treatment.credits),
        _DISCLOSURE,
    )


def _sung(line: TimedLine) -> SungLine:
    return SungLine(
        text=line.text,
        start_s=round(line.start_s, 3),
        end_s=round(line.end_s, 3),
        syllables=tuple(
            SungText(start_s=round(start, 3), end_s=round(end, 3), text=text, ends_word=ends)
            for start, end, text, ends in line.syllables
        ),
    )
