"""A look at all of an album at once: what the catalogue answers slot by slot, read in a few queries and kept.

A survey has the names of the catalogue's own methods, so that a step asks either in the same words. It writes nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from pathlib import Path

    from schemas.base import Artifact, Digest
    from schemas.making import Recipe, Slot, Take
    from schemas.review import Edit
    from tasks.bench import Bench


class Reading(Protocol):
    """What is asked about slots and recipes: answered by the catalogue, or by a survey of one album."""

    def selected_number(self, slot: Slot) -> int:
        """The number of the selected take; 0 where none was ever selected."""

    def is_selected(self, slot: Slot) -> bool:
        """Whether a take was ever selected."""

    def selected(self, slot: Slot) -> Take | None:
        """The selected take; None where it is not made yet."""

    def takes(self, slot: Slot) -> list[Take]:
        """Every take of a slot, by number."""

    def edit_of(self, slot: Slot) -> Edit | None:
        """The slot's active edit."""

    def recall(self, recipe_digest: Digest) -> Digest | None:
        """The artifact that a recipe made and that is whole; None where it is to be made."""

    def recipe(self, recipe_digest: Digest) -> Recipe | None:
        """The recipe of that digest."""

    def get(self, digest: Digest) -> Artifact:
        """The artifact of that digest."""


class Survey:
    """An album's takes, selections, edits and finished recipes as they were when it was taken."""

    def __init__(self, bench: Bench, album_id: str, *, refresh: bool = False) -> None:
        """Read them.

        Args:
            bench: where the catalogue is.
            album_id: the album.
            refresh: whether what is found counts as new for `gc`, as it must where it is about to be used again.
        """
        catalogue = bench.catalogue
        self._bench = bench
        self._takes = catalogue.album_takes(album_id)
        self._selections = catalogue.selections(album_id)
        self._edits = catalogue.album_edits(album_id)
        self._asked = {take.recipe for takes in self._takes.values() for take in takes}
        self._made = catalogue.recall_many(self._asked, refresh=refresh)
        self._models: dict[str, Digest] = {}
        self._files: dict[Path, Digest] = {}

    def selected_number(self, slot: Slot) -> int:
        """The number of the selected take; 0 where none was ever selected."""
        return self._selections.get(slot, 0)

    def is_selected(self, slot: Slot) -> bool:
        """Whether a take was ever selected, be it take 0."""
        return slot in self._selections

    def selected(self, slot: Slot) -> Take | None:
        """The take of the selected number; None where it is not made yet."""
        number = self.selected_number(slot)
        return next((take for take in self._takes.get(slot, ()) if take.number == number), None)

    def takes(self, slot: Slot) -> list[Take]:
        """Every take of a slot, by number."""
        return list(self._takes.get(slot, ()))

    def edit_of(self, slot: Slot) -> Edit | None:
        """The slot's active edit."""
        return self._edits.get(slot)

    def recall(self, recipe_digest: Digest) -> Digest | None:
        """The artifact that a recipe made; None where its record or any of its blobs is missing or damaged."""
        if recipe_digest in self._asked:
            return self._made.get(recipe_digest)
        return self._bench.catalogue.recall(recipe_digest)  # another album may have made it

    def recipe(self, recipe_digest: Digest) -> Recipe | None:
        """The recipe of that digest, where the memo holds it."""
        return self._bench.catalogue.recipe(recipe_digest)

    def get(self, digest: Digest) -> Artifact:
        """The artifact of that digest."""
        return self._bench.catalogue.get(digest)

    def model_digest(self, name: str) -> Digest:
        """One sha256 over the files of a registered model, looked up once."""
        if name not in self._models:
            self._models[name] = self._bench.model_digest(name)
        return self._models[name]

    def file_digest(self, path: Path) -> Digest:
        """sha256 of a weight file or font, looked up once."""
        if path not in self._files:
            self._files[path] = self._bench.file_digest(path)
        return self._files[path]
