"""Songs and facts for these tests: a score with its syllables in time, and what a director is told of it."""

from __future__ import annotations

from functools import lru_cache

from media.arrange.arrange import arrange_score
from media.film.directing.facts import FilmFacts
from schemas.audio import SyllableTime
from schemas.music import LeadSheet, Score
from schemas.picture import Paint, Treatment
from schemas.plan import Genre, SongPlan
from tests.media.arrange.songs import lead_of, plan_of

PAINT = Paint(look="harbour-study", credit="a study of a harbour")
TREATMENT = Treatment(above=PAINT, below=PAINT, subject=PAINT, strength=0.5)


@lru_cache(maxsize=8)
def song(form: str = "iVCo", genre: Genre = "folk") -> tuple[SongPlan, LeadSheet, Score, tuple[SyllableTime, ...]]:
    """A song of a form like 'iVCVCo', arranged, and when its syllables are heard."""
    plan = plan_of(form, genre)
    lead = lead_of(plan)
    scale = lead.seconds_per_tick
    times = tuple(
        SyllableTime(
            syllable=note.syllable,
            onset_s=note.onset_ticks * scale,
            end_s=(note.onset_ticks + note.duration_ticks) * scale,
        )
        for note in lead.melody
    )
    return plan, lead, arrange_score(lead, plan, seed=3), times


def facts(form: str = "iVCo", genre: Genre = "folk", **changes: object) -> FilmFacts:
    """What a director is told: two seconds of reverberation after the last bar, no picture, a treatment given."""
    plan, lead, score, times = song(form, genre)
    told: dict[str, object] = {
        "plan": plan,
        "score": score,
        "lead": lead,
        "syllables": times,
        "duration_s": score.end_ticks * score.seconds_per_tick + 2.7,
        "fps": 24,
        "title": "Upon the Water",
        "artist": "The Larks",
        "seed": 5,
        "credits": ("Words and music by Hibari", "Made with AI"),
        "treatment": TREATMENT,
    }
    return FilmFacts(**(told | changes))  # type: ignore[arg-type]
