"""The library of looks: the styles of public-domain paintings as numbers, found by name, words or measures.

Each look is the style vector of one painting under `style:arbitrary`, with what is known of the painting and what was
measured of it and of a neutral scene painted in it. `python -m training.looks` makes the library. No torch is needed.
"""

from __future__ import annotations

import difflib
import json
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from models.pictures.style.facts import PictureFacts, oklab
from models.registry import CHECKOUT
from schemas.errors import CheckpointError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

VECTORS = "paintings.safetensors"
FACTS = "paintings.json"
GOOD_SCORE = 0.78
"""From this score on a look is chosen by default; the worse ones must be asked for by name."""

_MEASURES = ("lightness", "chroma", "warmth", "contrast", "roughness")


@dataclass(frozen=True)
class Look:
    """One painting's way of painting."""

    slug: str
    artist: str
    painting: str
    """Its title; '' where the corpus does not say it."""
    year: str
    """As the corpus writes it, such as '1880' or 'circa 1650'; '' where it does not."""
    died: str
    """The artist's year of death, such as '1910' or 'circa 1683'; '' where the corpus does not say it."""
    source: str
    """Where in the corpus the picture came from."""
    facts: PictureFacts
    """Of the painting, its short side at 512 pixels."""
    painted: PictureFacts
    """Of a neutral scene painted in it."""
    structure: float
    """How well the painted scene keeps the edges of the drawn one: their correlation, 0 to 1."""
    plaster: float
    """Fine detail in what was drawn flat, against the contrast of the whole painted scene."""
    score: float
    """How good scenes look in it, 0 to 1."""

    @property
    def credit(self) -> str:
        """Artist, painting and year, as far as they are known."""
        named = f"{self.artist}, {self.painting}" if self.painting else self.artist
        return f"{named} ({self.year})" if self.year else named

    @property
    def is_good(self) -> bool:
        """Whether the default choice may take it."""
        return self.score >= GOOD_SCORE


class Looks:
    """The looks in a fixed order (by slug), with their style vectors."""

    def __init__(self, looks: Sequence[Look], vectors: NDArray[np.float32]) -> None:
        self._looks = {look.slug: look for look in looks}
        self._vectors: dict[str, NDArray[np.float32]] = {
            look.slug: vector for look, vector in zip(looks, vectors, strict=True)
        }
        self._words = {look.slug: _folded(f"{look.slug} {look.artist} {look.painting} {look.year}") for look in looks}

    def __len__(self) -> int:
        return len(self._looks)

    def __iter__(self) -> Iterator[Look]:
        return iter(self._looks.values())

    def named(self, slug: str) -> Look:
        """The look of that slug.

        Raises:
            CheckpointError: there is none; the message names the nearest.
        """
        if slug not in self._looks:
            raise CheckpointError(f"no look is called {slug[:80]!r}: {self._nearest_names(slug)}")
        return self._looks[slug]

    def vector(self, slug: str) -> NDArray[np.float32]:
        """The style vector of a look. Shapes: [100].

        Raises:
            CheckpointError: there is no such look; the message names the nearest.
        """
        return self._vectors[self.named(slug).slug]

    def search(self, words: str, *, good_only: bool = False) -> tuple[Look, ...]:
        """The looks whose artist, title, year or slug hold every word (letters alone count), the best first.

        Nothing is found where no look holds them; '' finds all.
        """
        wanted = _folded(words).split()
        found = [
            look
            for look in self
            if all(any(held.startswith(word) for held in self._words[look.slug].split()) for word in wanted)
            and (look.is_good or not good_only)
        ]
        return tuple(sorted(found, key=lambda look: (-look.score, look.slug)))

    def find(self, words: str) -> Look:
        """The best look whose artist, title or slug holds every word.

        Raises:
            CheckpointError: no look holds them; the message names the nearest.
        """
        found = self.search(words) if _folded(words) else ()
        if not found:
            raise CheckpointError(f"no look answers to {words[:80]!r}: {self._nearest_names(words)}")
        return found[0]

    def nearest(
        self, count: int = 1, *, colours: Sequence[str] = (), good_only: bool = True, **wanted: float
    ) -> tuple[Look, ...]:
        """The looks whose painted scene comes nearest to measures that are wanted, the nearest first.

        Args:
            count: how many.
            colours: #rrggbb, which the palette should come near to.
            good_only: leave the looks out that score low.
            wanted: `lightness`, `chroma`, `warmth`, `contrast` or `roughness`, as in `PictureFacts`.

        Raises:
            CheckpointError: a measure is not one of those.
        """
        import numpy as np

        unknown = sorted(set(wanted) - set(_MEASURES))
        if unknown:
            raise CheckpointError(f"looks are not measured by {unknown[0]!r}: only by {', '.join(_MEASURES)}")
        chosen = [look for look in self if look.is_good or not good_only]
        distances = np.zeros(len(chosen))
        for measure, value in wanted.items():
            held = np.array([getattr(look.painted, measure) for look in chosen])
            distances += ((held - value) / max(float(held.std()), 1e-6)) ** 2
        if colours:
            target = oklab(_rgb(colours))
            for index, look in enumerate(chosen):
                gaps = np.linalg.norm(target[:, None] - oklab(_rgb(look.painted.palette))[None], axis=2)
                distances[index] += (float(gaps.min(1).mean()) / 0.05) ** 2
        order = sorted(range(len(chosen)), key=lambda index: (float(distances[index]), chosen[index].slug))
        return tuple(chosen[index] for index in order[:count])

    def _nearest_names(self, words: str) -> str:
        """Whose looks or which looks come nearest to words that were not found."""
        wanted = _folded(words)
        held = sorted({word for text in self._words.values() for word in text.split() if len(word) > 2})
        close = [near for word in wanted.split() for near in difflib.get_close_matches(word, held, n=2, cutoff=0.75)]
        near = [look.slug for word in close for look in self.search(word)]
        near += difflib.get_close_matches(wanted.replace(" ", "-"), list(self._looks), n=5, cutoff=0.6)
        names = list(dict.fromkeys(near))[:5]
        if not names:
            return f"`hibari cover looks` lists all {len(self)}"
        return f"the nearest are {', '.join(names)}; `hibari cover looks` lists all {len(self)}"


def load_looks(folder: Path | None = None) -> Looks:
    """The library of looks in `weights/looks` of the checkout, or in another folder.

    Raises:
        CheckpointError: it is not there, or damaged.
    """
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    place = folder or CHECKOUT / "weights" / "looks"
    try:
        facts = json.loads((place / FACTS).read_text(encoding="utf-8"))
        looks = [
            Look(**{**entry, "facts": _facts(entry["facts"]), "painted": _facts(entry["painted"])})
            for entry in facts["looks"]
        ]
        vectors: NDArray[np.float32] = load_file(place / VECTORS)["vectors"].astype("float32")
        return Looks(looks, vectors)
    except (OSError, ValueError, KeyError, TypeError, SafetensorError) as error:
        raise CheckpointError(
            f"the library of looks in {place} is missing or damaged ({str(error)[:200]}): take weights/looks out of "
            "version control again"
        ) from error


def _facts(entry: dict[str, object]) -> PictureFacts:
    return PictureFacts(**{**entry, "palette": tuple(entry["palette"])})  # type: ignore[arg-type]


def _folded(words: str) -> str:
    """Lower-case words of letters and digits without accents."""
    bare = unicodedata.normalize("NFKD", words[:200]).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", " ", bare).strip()


def _rgb(colours: Sequence[str]) -> NDArray[np.float32]:
    import numpy as np

    return np.array([[int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)] for colour in colours], np.float32)
