"""Claims: who is making a recipe just now. A claim is a lease; a dead holder's lapses and another takes over."""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from collections.abc import Iterable, Iterator, Sequence

from sqlalchemy import Connection, delete, select, update

from artifacts import tables
from artifacts.rows import Part, batches, insert, moment, packed
from schemas.base import Digest
from schemas.errors import ArtifactError
from schemas.making import Claim, Recipe

BEATS_A_LEASE = 3
"""How often a claim is renewed while its lease runs."""

_log = logging.getLogger(__name__)


class Claims(Part):
    """Leases on recipes. A holder is one worker: a name that no other worker or thread goes by, e.g. host and task."""

    def claim(self, recipe: Recipe | Digest, holder: str, lease_s: float = 30.0) -> bool:
        """Claim a recipe; False when a live claim is on it, be it of the same holder.

        With a whole `Recipe`, not its digest alone, `gc` also keeps its inputs while it is claimed.
        """
        with self._database.write() as connection:
            return _claim(connection, recipe, holder, lease_s)

    def renew(self, recipe_digest: Digest, holder: str, lease_s: float = 30.0) -> bool:
        """Let a claim run on from now; False when it was lost to another holder or released."""
        with self._database.write() as connection:
            return bool(_renew(connection, [recipe_digest], holder, lease_s))

    def release_claim(self, recipe_digest: Digest, holder: str) -> bool:
        """Give up a claim; False when the holder does not have it."""
        with self._database.write() as connection:
            return bool(_release(connection, [recipe_digest], holder))

    def claims(self) -> list[Claim]:
        """The live claims."""
        claims = tables.claims
        query = select(claims).where(claims.c.expires_at > time.time()).order_by(claims.c.recipe)
        with self._database.read() as connection:
            return [
                Claim(recipe=row.recipe, holder=row.holder, expires_at=moment(row.expires_at))
                for row in connection.execute(query)
            ]

    @contextlib.contextmanager
    def claimed(
        self, recipe: Recipe | Digest, holder: str, lease_s: float = 30.0, *, wait_s: float = 0.0
    ) -> Iterator[bool]:
        """Hold a claim while the block runs, renewed all along; the block gets whether it has it.

        Args:
            recipe: the recipe, or its digest; see `claim`.
            holder: the worker's name.
            lease_s: how long after this process's death others wait.
            wait_s: how long to wait for another holder to finish. Recall the recipe after that: it may be made.
        """
        deadline = time.monotonic() + wait_s
        pause_s = 0.05
        while not (mine := self.claim(recipe, holder, lease_s)) and time.monotonic() < deadline:
            time.sleep(max(0.0, min(pause_s, deadline - time.monotonic())))
            pause_s = min(pause_s * 1.5, 1.0)
        with self._kept_alive([_key(recipe)] if mine else [], holder, lease_s):
            yield mine

    @contextlib.contextmanager
    def claimed_many(
        self, recipes: Iterable[Recipe | Digest], holder: str, lease_s: float = 30.0
    ) -> Iterator[frozenset[Digest]]:
        """Hold claims on those recipes that no one else makes while the block runs; the block gets their digests."""
        with self._database.write() as connection:
            mine = [_key(recipe) for recipe in recipes if _claim(connection, recipe, holder, lease_s)]
        with self._kept_alive(mine, holder, lease_s):
            yield frozenset(mine)

    @contextlib.contextmanager
    def _kept_alive(self, recipes: Sequence[Digest], holder: str, lease_s: float) -> Iterator[None]:
        if not recipes:
            yield
            return
        done = threading.Event()
        heart = threading.Thread(target=self._beat, args=(recipes, holder, lease_s, done), name="claims", daemon=True)
        heart.start()
        try:
            yield
        finally:
            done.set()
            heart.join()
            with self._database.write() as connection:
                _release(connection, recipes, holder)

    def _beat(self, recipes: Sequence[Digest], holder: str, lease_s: float, done: threading.Event) -> None:
        while not done.wait(lease_s / BEATS_A_LEASE):
            try:
                with self._database.write() as connection:
                    kept = _renew(connection, recipes, holder, lease_s)
            except ArtifactError as error:
                _log.warning("claims of %s could not be renewed, trying again: %s", holder, error)
            else:
                if kept < len(recipes):
                    _log.warning("%s lost %d of %d claims to another holder", holder, len(recipes) - kept, len(recipes))


def _key(recipe: Recipe | Digest) -> Digest:
    return recipe.digest() if isinstance(recipe, Recipe) else recipe


def _claim(connection: Connection, recipe: Recipe | Digest, holder: str, lease_s: float) -> bool:
    now = time.time()
    needs = recipe.inputs.values() if isinstance(recipe, Recipe) else ()
    statement = insert(connection, tables.claims).values(
        recipe=_key(recipe), holder=holder, expires_at=now + lease_s, needs=packed(needs)
    )
    again = {name: statement.excluded[name] for name in ("holder", "expires_at", "needs")}
    lapsed = tables.claims.c.expires_at <= now
    taken = statement.on_conflict_do_update(index_elements=["recipe"], set_=again, where=lapsed)
    # The row comes back only where it was written: not every driver counts the rows of an insert.
    return connection.execute(taken.returning(tables.claims.c.recipe)).scalar() is not None


def _renew(connection: Connection, recipes: Sequence[Digest], holder: str, lease_s: float) -> int:
    claims, kept = tables.claims, 0
    for batch in batches(recipes):
        mine = update(claims).where(claims.c.recipe.in_(batch), claims.c.holder == holder)
        kept += connection.execute(mine.values(expires_at=time.time() + lease_s)).rowcount
    return kept


def _release(connection: Connection, recipes: Sequence[Digest], holder: str) -> int:
    claims, released = tables.claims, 0
    for batch in batches(recipes):
        mine = delete(claims).where(claims.c.recipe.in_(batch), claims.c.holder == holder)
        released += connection.execute(mine).rowcount
    return released
