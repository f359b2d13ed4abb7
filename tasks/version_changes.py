"""What one version of a song changed of another, in words: read from the recipes that led to each."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING

from schemas.errors import ArtifactError
from schemas.making import derive_seed
from schemas.plan import SongPlan
from tasks.song_changes import PLAN_SONG, described
from tasks.steps.table import STEPS

if TYPE_CHECKING:
    from datetime import datetime

    from artifacts.history import FillEntry
    from schemas.base import Digest
    from schemas.making import Recipe
    from schemas.review import Edit
    from tasks.state import AlbumState

_NOUNS = {
    "write_lyrics": "the words",
    "compose_lead_sheet": "the tune",
    "arrange_score": "the arrangement",
    "mix": "the mix",
    "master": "the mastering",
}
_PARTS = {"vocal": "the singing", "vocal-double": "the second voice"}
_OF_THE_PLAN = frozenset({"voice", "preset"})
_MOST_TAKES = 1000


@dataclass(frozen=True)
class _Making:
    """How an artifact came to be: its recipe, and the edit put on top of what that made."""

    recipe: Recipe | None
    part: str
    edit: Edit | None


@dataclass(frozen=True)
class _Seen:
    """An artifact as it was known at a moment."""

    digest: Digest
    at: datetime


class Changes:
    """Compares versions of one song; what was looked up is kept."""

    def __init__(self, state: AlbumState, song: SongPlan) -> None:
        self._state = state
        self._song = song
        self._known: dict[_Seen, _Making] = {}

    def between(self, before: FillEntry, after: FillEntry) -> tuple[str, ...]:
        """What the later version changed, what lies furthest back first.

        Where the recipes are the same and the bytes are not, that is said.
        """
        old, new = _Seen(before.artifact, before.at), _Seen(after.artifact, after.at)
        said = dict.fromkeys(self._settings(old, new))
        said |= dict.fromkeys(self._differences(old, new))
        said |= dict.fromkeys(self._arrangement(before, after))
        return tuple(said) or ("the same recipe gave other bytes",)

    def _settings(self, before: _Seen, after: _Seen) -> tuple[str, ...]:
        plans = [making.recipe.inputs.get("plan") for making in map(self._making, (before, after)) if making.recipe]
        if len(plans) < 2 or plans[0] == plans[1]:
            return ()
        try:
            old, new = (self._state.bench.get(digest or "", SongPlan) for digest in plans)
        except ArtifactError:
            return ("other settings, of which no record is left",)
        return described(old, new) or ("another plan by newer planning code",)

    def _differences(self, before: _Seen, after: _Seen) -> list[str]:
        if before.digest == after.digest:
            return []
        old, new = self._making(before), self._making(after)
        said: list[str] = []
        if old.recipe is not None and new.recipe is not None:
            earlier, later = old.recipe.inputs, new.recipe.inputs
            for name in later:
                if name in earlier and name != "plan":
                    said += self._differences(_Seen(earlier[name], before.at), _Seen(later[name], after.at))
            said += [f"with {name.removeprefix('stem ')}" for name in later if name not in earlier]
            said += [f"without {name.removeprefix('stem ')}" for name in earlier if name not in later]
            said += self._steps(old.recipe, new.recipe, new.part)
        return said + _edits(old.edit, new.edit)

    def _steps(self, old: Recipe, new: Recipe, part: str) -> list[str]:
        """What differs in a step itself: its take, its code, its parameters, its weights."""
        noun = _noun(new.step, part)
        said = []
        if old.seed != new.seed:
            take = self._take(new, part)
            said.append(f"another take of {noun}" + (f" ({take})" if take is not None else ""))
        if old.revision != new.revision:
            said.append(f"{noun} by newer code")
        said += [
            f"{noun}: {name} {old.parameters.get(name)} → {new.parameters.get(name)}"
            for name in sorted(old.parameters.keys() | new.parameters.keys())
            if name not in _OF_THE_PLAN and old.parameters.get(name) != new.parameters.get(name)
        ]
        said += [
            f"{noun} with another {name}"
            for name in sorted(old.checkpoints.keys() | new.checkpoints.keys())
            if old.checkpoints.get(name) != new.checkpoints.get(name)
        ]
        return said

    def _take(self, recipe: Recipe, part: str) -> int | None:
        """The number of the take that a recipe's seed belongs to."""
        step = STEPS.get(recipe.step)
        if step is None or not step.seeded:
            return None
        seed, song_id = self._state.brief.seed, self._song.song_id
        for number in count():
            if number > _MOST_TAKES:
                return None
            if derive_seed(seed, song_id, recipe.step, number, part) == recipe.seed:
                return number
        return None

    def _arrangement(self, before: FillEntry, after: FillEntry) -> list[str]:
        """Another take of the arrangement. Stems name their part of the score alone, so it is found by time."""
        fills = self._state.bench.catalogue.fills(self._state.slot("arrange_score", self._song))
        old, new = ([fill for fill in fills if fill.at <= version.at] for version in (before, after))
        if not old or not new or old[-1].number == new[-1].number:
            return []
        return [f"another take of the arrangement ({new[-1].number})"]

    def _making(self, seen: _Seen) -> _Making:
        if seen not in self._known:
            self._known[seen] = self._found(seen)
        return self._known[seen]

    def _found(self, seen: _Seen) -> _Making:
        """How it was last made before the moment: the same bytes may have been made again since from something else."""
        catalogue = self._state.bench.catalogue
        told = catalogue.provenance(seen.digest)
        ours = [one for one in told if one.slot.album_id == self._state.album_id] or told
        made = [one for one in ours if one.started_at <= seen.at] or ours[:1]
        if made:
            return _Making(made[-1].recipe, made[-1].slot.part, None)
        edits = [edit for slot, edit in catalogue.edits_giving(seen.digest) if slot.step != PLAN_SONG]
        edits = [edit for edit in edits if edit.made_at <= seen.at] or edits[:1]
        if not edits:
            return _Making(None, "", None)
        base = self._making(_Seen(edits[-1].base, seen.at))
        return _Making(base.recipe, base.part, edits[-1])


def _noun(step: str, part: str) -> str:
    return _PARTS.get(part) or _NOUNS.get(step) or (f"the {part}" if part else step.replace("_", " "))


def _edits(old: Edit | None, new: Edit | None) -> list[str]:
    if new is not None and (old is None or old.result != new.result):
        return [f"{_noun(new.step, '')} edited by {new.person}"]
    if old is not None and new is None:
        return [f"{_noun(old.step, '')} without {old.person}'s changes"]
    return []
