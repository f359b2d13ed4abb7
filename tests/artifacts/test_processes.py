"""Several real processes on one store at once."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from pathlib import Path
from typing import Any

from artifacts.catalogue import Catalogue
from artifacts.gc import gc
from artifacts.verify import verify
from tests.artifacts.made import SLOT, cover, provenance, recipe, remember

SPAWN = multiprocessing.get_context("spawn")
FORK = multiprocessing.get_context("fork")
ROUNDS = 25
SHARED = [bytes([n]) * 50_000 for n in range(8)]


def gathered(context: Any, target: Any, *jobs: tuple[Any, ...]) -> list[Any]:
    """What each job answered, run at the same time in processes of their own."""
    answers = context.SimpleQueue()
    processes = [context.Process(target=answer, args=(answers, target, *job)) for job in jobs]
    for process in processes:
        process.start()
    found = [answers.get() for _ in processes]
    for process in processes:
        process.join()
    problems = [one for one in found if isinstance(one, Exception)]
    if problems:
        raise problems[0]
    return found


def answer(answers: Any, target: Any, *job: Any) -> None:
    try:
        answers.put(target(*job))
    except Exception as error:
        answers.put(error)


def race(folder: Path, worker: int, start_at: float) -> list[int]:
    """Claim the same recipes as the others, in the same order; those won."""
    catalogue = Catalogue.in_folder(folder)
    time.sleep(max(0.0, start_at - time.time()))
    return [seed for seed in range(ROUNDS) if catalogue.claim(recipe(seed), f"worker-{worker}", 600)]


def work(folder: Path, worker: int) -> int:
    """Put shared blobs, make recipes of one's own and shared ones, take them and recall them."""
    catalogue = Catalogue.in_folder(folder)
    for turn in range(ROUNDS):
        own, shared = recipe(1000 * worker + turn), recipe(turn % 5 + 100_000)
        remember(catalogue, own, SHARED[(turn + worker) % len(SHARED)])
        digest = remember(catalogue, shared, SHARED[turn % 5])
        catalogue.take(SLOT.replaced(part=f"part-{worker}"), turn, own.digest(), digest)
        assert len(catalogue.recall_many([own.digest(), shared.digest()])) == 2
        if turn % 10 == worker:
            gc(catalogue)
    catalogue.close()
    return worker


def hold(folder: Path, ready: Any) -> None:
    with Catalogue.in_folder(folder).claimed(recipe(), "the dead", lease_s=2.0):
        ready.put(os.getpid())
        time.sleep(60)


def remember_for_ever(folder: Path, ready: Any) -> None:
    catalogue = Catalogue.in_folder(folder)
    for seed in range(100_000):
        remember(catalogue, recipe(seed), b"%d" % seed * 10_000)
        if seed == 3:
            ready.put(os.getpid())


def test_first_openings_and_claims_race_and_each_claim_has_one_winner(tmp_path: Path) -> None:
    start_at = time.time() + 2.5
    won = gathered(SPAWN, race, *((tmp_path, worker, start_at) for worker in range(2)))
    assert sorted(won[0] + won[1]) == list(range(ROUNDS))


def test_four_processes_work_on_one_store_and_nothing_is_locked_or_lost(tmp_path: Path) -> None:
    assert sorted(gathered(FORK, work, *((tmp_path, worker) for worker in range(4)))) == [0, 1, 2, 3]
    catalogue = Catalogue.in_folder(tmp_path)
    report = verify(catalogue)
    assert report.ok
    assert report.blobs == len(SHARED)
    own = [recipe(1000 * worker + turn).digest() for worker in range(4) for turn in range(ROUNDS)]
    assert len(catalogue.recall_many(own)) == 4 * ROUNDS
    assert len(catalogue.album_takes(SLOT.album_id)) == 4
    catalogue.close()


def test_a_killed_holder_s_lease_lapses_and_another_takes_over(tmp_path: Path) -> None:
    catalogue = Catalogue.in_folder(tmp_path)
    ready = FORK.SimpleQueue()
    holder = FORK.Process(target=hold, args=(tmp_path, ready))
    holder.start()
    ready.get()
    time.sleep(2.3)
    assert not catalogue.claim(recipe(), "next"), "a living holder's lease lapsed"
    holder.kill()
    holder.join()
    killed_at = time.monotonic()
    with catalogue.claimed(recipe(), "next", wait_s=30) as mine:
        assert mine
    assert time.monotonic() - killed_at < 10
    catalogue.close()


def test_a_killed_writer_leaves_nothing_half_written(tmp_path: Path) -> None:
    ready = FORK.SimpleQueue()
    writer = FORK.Process(target=remember_for_ever, args=(tmp_path, ready))
    writer.start()
    os.kill(ready.get(), signal.SIGKILL)
    writer.join()
    catalogue = Catalogue.in_folder(tmp_path)
    report = verify(catalogue)
    assert report.ok
    assert report.records >= 4
    remember(catalogue, recipe(1_000_000), b"the next one goes on")
    catalogue.close()


def test_a_catalogue_can_be_used_on_both_sides_of_a_fork(tmp_path: Path) -> None:
    catalogue = Catalogue.in_folder(tmp_path)
    digest = remember(catalogue, recipe())
    made = cover(catalogue, b"in the child")
    by = recipe(1)

    def child() -> str:
        assert catalogue.recall(recipe().digest()) == digest
        return catalogue.remember(by, made, provenance(made, by))

    assert gathered(FORK, child, ()) == [made.digest()]
    assert catalogue.recall(by.digest()) == made.digest()
    assert verify(catalogue).ok
    catalogue.close()
