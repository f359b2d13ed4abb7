"""Which of several takes is kept: by the figures of the inspection too, then by what a musician would hear."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemas.errors import ReviewError
from schemas.lyrics import Lyrics
from schemas.music import LeadSheet
from schemas.plan import SongPlan

if TYPE_CHECKING:
    from schemas.base import Digest
    from schemas.inspection import Figure
    from schemas.making import Slot
    from tasks.bench import Bench


def best_take(bench: Bench, slot: Slot, numbers: tuple[int, ...]) -> int:
    """Of some takes of a slot, the number of the one whose figures miss the fewest bounds.

    Of equals, that whose tune sounds best (see `models.music.listening`), and of those the first.

    Raises:
        ReviewError: the slot has none of them.
    """
    takes = [take for take in bench.catalogue.takes(slot) if take.number in numbers]
    scored = [
        (score_take(bench, take.artifact, take.recipe), _worth(bench, take.artifact), -take.number) for take in takes
    ]
    if not scored:
        raise ReviewError(f"{slot} has no takes to choose from")
    return -max(scored)[2]


def score_take(bench: Bench, artifact: Digest, recipe: Digest) -> float:
    """Share of the bounded figures of a take that keep their bound, 0 to 1."""
    bounded = [figure for figure in figures_of(bench, artifact, recipe) if figure.bound]
    return sum(figure.ok for figure in bounded) / len(bounded) if bounded else 0.0


def reasons_of(bench: Bench, artifact: Digest) -> tuple[str, ...]:
    """What speaks for a tune and against it, in a musician's words with the bars; nothing of other artifacts."""
    made = bench.catalogue.get(artifact)
    if not isinstance(made, LeadSheet):
        return ()
    from models.music.listening import said
    from models.music.takes import PARTS

    return tuple(words for listen in PARTS.values() for words in said(listen(made)))


def _worth(bench: Bench, artifact: Digest) -> float:
    made = bench.catalogue.get(artifact)
    if not isinstance(made, LeadSheet):
        return 0.0
    from models.music.takes import PARTS

    return sum(heard.worth for listen in PARTS.values() for heard in listen(made))


def figures_of(bench: Bench, artifact: Digest, recipe: Digest) -> tuple[Figure, ...]:
    """The figures of a take of the words or the tune, as the inspection would report them; none of other steps."""
    made = bench.catalogue.get(artifact)
    if isinstance(made, LeadSheet):
        from models.music.figures import melody_figures

        return melody_figures(made)
    followed = bench.catalogue.recipe(recipe)
    if isinstance(made, Lyrics) and followed is not None:
        from models.lyrics.figures import lyric_figures

        return lyric_figures(made, bench.get(followed.inputs["plan"], SongPlan))
    return ()
