"""Worker processes that make the pieces of a film side by side, one thread each."""

from __future__ import annotations

import multiprocessing
import os
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from typing import TYPE_CHECKING

from schemas.errors import StepError
from tasks.filming.pieces import make_piece
from tasks.worker import bench_of, prepare_worker, warm_up

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from multiprocessing.sharedctypes import Synchronized

    from schemas.settings import Settings
    from tasks.filming.pieces import Piece

_POLL_S = 1.0
_counted: list[Synchronized[int]] = []


def make_pieces(pieces: Sequence[Piece], settings: Settings, report: Callable[[int, int], None]) -> None:
    """Make the pieces that are not there yet: scenes first, then reels.

    Args:
        pieces: in the order in which they can be made.
        settings: how many workers, and where everything is.
        report: told the frames that are made, and of how many, about once a second.

    Raises:
        HibariError: a piece cannot be made; those that are finished stay.
        StepError: a worker process died.
    """
    total = sum(piece.frames for piece in pieces)
    todo = [piece for piece in pieces if not piece.is_made]
    if not todo:
        report(total, total)
        return
    context = multiprocessing.get_context("spawn")
    count = context.Value("q", total - sum(piece.frames for piece in todo))
    crew = ProcessPoolExecutor(
        max_workers=min(settings.workers, len(todo)),
        mp_context=context,
        initializer=_prepare,
        initargs=(os.getpid(), settings, count),
    )
    try:
        for kind in ("still", "reel"):
            _all_of([piece for piece in todo if piece.kind == kind], crew, settings, lambda: report(count.value, total))
    except BrokenProcessPool as error:
        raise StepError(
            "a worker process died while filming (out of memory, or a crash): free memory or film smaller, then give "
            "the same command again, which goes on where it was"
        ) from error
    finally:
        processes = list((crew._processes or {}).values())  # noqa: SLF001 - a pool cannot be ended at once otherwise
        crew.shutdown(wait=False, cancel_futures=True)
        for process in processes:
            process.kill()
    report(total, total)


def _all_of(pieces: Sequence[Piece], crew: ProcessPoolExecutor, settings: Settings, say: Callable[[], None]) -> None:
    waiting: set[Future[None]] = {crew.submit(_make, piece, settings) for piece in pieces}
    while waiting:
        done, waiting = wait(waiting, timeout=_POLL_S, return_when=FIRST_COMPLETED)
        for future in done:
            future.result()
        say()


def _prepare(parent: int, settings: Settings, count: Synchronized[int]) -> None:
    prepare_worker(parent)
    _counted[:] = [count]
    warm_up(settings)


def _make(piece: Piece, settings: Settings) -> None:
    make_piece(piece, bench_of(settings), _tick)


def _tick() -> None:
    count = _counted[0]
    with count.get_lock():
        count.value += 1
