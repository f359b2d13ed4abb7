"""A film by itself: any style, size and stretch of a finished song, into a file; killed, it goes on where it was.

What is finished (painted scenes, reels) is kept under `<home>/films/<key>` until the film is whole. The key is that of
everything that decides them, so that the same command finds them again and another never mixes with them.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass, replace
from math import ceil
from typing import TYPE_CHECKING

from schemas.audio import Master, Stem
from schemas.base import canonical_json, sha256_hex
from schemas.errors import MediaError, ReviewError
from schemas.lyrics import Lyrics
from schemas.music import LeadSheet, Score
from schemas.picture import ArtDirection
from tasks.filming.crew import make_pieces
from tasks.filming.directing import SongInHand, direct
from tasks.filming.easel import open_shot_painter
from tasks.filming.finishing import Window, join
from tasks.filming.pieces import pieces_of, scenes_painted
from tasks.filming.rolling import reel_frames
from tasks.filming.stills import still_pixels_of, still_size
from tasks.steps.film import models_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from schemas.film import Storyboard
    from schemas.plan import SongPlan
    from tasks.filming.performing import Portrait
    from tasks.filming.pieces import FilmOrder
    from tasks.state import AlbumState

_SHORTEST_S = 0.5
_SEAM_S = 0.75


@dataclass(frozen=True)
class Filmed:
    """A film that was made: its storyboard, the frames of it that were filmed, and what to know about it."""

    board: Storyboard
    window: Window
    out: Path


def film_alone(
    state: AlbumState,
    song: SongPlan,
    order: FilmOrder,
    out: Path,
    *,
    report: Callable[[int, int], None] | None = None,
) -> Filmed:
    """Film a finished song, or a stretch of it, into a file, whole or not at all.

    Args:
        state: its album, looked at with `foresee`.
        song: the song.
        order: what film is wanted.
        out: where it will be; an old one is replaced.
        report: told the frames that are made, and of how many, about once a second.

    Raises:
        ReviewError: the song is not finished.
        MediaError: the stretch is none of the song, a size is out of bounds, the disk is full, or ffmpeg died.
        CheckpointError: weights are not here.
        StepError: a worker process died (out of memory, or a crash).
    """
    from media.film.reels import check_film

    check_film(order.size_px, order.fps)
    in_hand = song_in_hand(state, song)
    board = direct(in_hand, fps=order.fps, seed=order.seed, bench=state.bench, look=order.look)
    if order.portrait is not None:
        board = board.replaced(credits=(*board.credits[:-1], order.portrait.credit, *board.credits[-1:]))
        order = _sung_by(order, order.portrait, state, song)
    window = window_of(board, order.from_s, order.to_s)
    folder = state.bench.settings.home / "films" / _key(state, song, board, order, window)
    folder.mkdir(parents=True, exist_ok=True)
    pieces = pieces_of(board, state.of("arrange_score", song) or "", order, window, folder)
    make_pieces(pieces, state.bench.settings, report or (lambda done, total: None))
    sound = folder / "master.flac"
    state.bench.blobs.copy_to(state.bench.get(state.of("master", song) or "", Master).audio, sound)
    join(
        board,
        [piece.path for piece in pieces if piece.kind == "reel"],
        sound,
        out,
        album=state.plan.title,
        window=window,
    )
    shutil.rmtree(folder, ignore_errors=True)
    return Filmed(board, window, out)


def _sung_by(order: FilmOrder, portrait: Portrait, state: AlbumState, song: SongPlan) -> FilmOrder:
    lead, vocal = state.of("compose_lead_sheet", song) or "", state.of("sing", song, "vocal") or ""
    return replace(order, portrait=replace(portrait, lead=lead, vocal=vocal))


def window_of(board: Storyboard, from_s: float, to_s: float | None) -> Window:
    """The frames between two moments of a storyboard.

    Raises:
        MediaError: they are no stretch of it of half a second or more.
    """
    end_s = board.duration_s if to_s is None else to_s
    if not (from_s >= 0 and from_s + _SHORTEST_S <= end_s <= board.duration_s + 0.5):
        raise MediaError(
            f"{from_s:g} to {end_s:g} s is no stretch of a song of {board.duration_s:.1f} s: film at least "
            f"{_SHORTEST_S} s of it"
        )
    return Window(round(from_s * board.fps), min(board.frames, round(end_s * board.fps)))


def _key(state: AlbumState, song: SongPlan, board: Storyboard, order: FilmOrder, window: Window) -> str:
    """Names what decides the pieces of a film."""
    weights = {name: state.bench.model_digest(name) for name in models_of(order.style)}
    facts = {
        "storyboard": board.digest(),
        "score": state.of("arrange_score", song) or "",
        "style": order.style,
        "size": list(order.size_px),
        "window": [window.first, window.end],
        "weights": dict(weights),
        "portrait": order.portrait.digest() if order.portrait else "",
        "device": state.bench.device,
    }
    return sha256_hex(canonical_json(facts))[:32]


def loop_alone(
    state: AlbumState,
    song: SongPlan,
    order: FilmOrder,
    out: Path,
    *,
    report: Callable[[int, int], None] | None = None,
) -> Filmed:
    """Film a silent clip of eight seconds that closes, without words, from `order.from_s` on, or from the chorus.

    Args:
        state: its album, looked at with `foresee`.
        song: the song.
        order: what film is wanted; `to_s` is not looked at.
        out: where it will be; an old one is replaced.
        report: told the frames that are made, and of how many.

    Raises:
        ReviewError: the song is not finished.
        MediaError: the song is too short, a size is out of bounds, the disk is full, or ffmpeg died.
        CheckpointError: weights are not here.
    """
    from media.film.reels import check_film
    from media.film.shorts import CANVAS_S, canvas_loop

    check_film(order.size_px, order.fps)
    board = direct(song_in_hand(state, song), fps=order.fps, seed=order.seed, bench=state.bench, look=order.look)
    from_s = order.from_s or _chorus_s(board)
    needed_s = CANVAS_S + _SEAM_S
    window = window_of(board, min(from_s, max(0.0, board.duration_s - needed_s)), None)
    window = Window(window.first, min(window.end, window.first + ceil(needed_s * board.fps)))
    stills = {
        scene: still_pixels_of(board.scenes[scene], board.treatment, state.bench, size_px=still_size(order.size_px))
        for scene in scenes_painted(board, order, window)
    }
    painter = open_shot_painter(order.style, board, stills, state.bench, order.size_px, order.portrait)
    score = state.bench.get(state.of("arrange_score", song) or "", Score)
    shown = (
        frame for number in range(len(board.reels)) for frame in reel_frames(board, number, score, painter, window)
    )
    canvas_loop(
        out,
        _told(shown, window.end - window.first, report),
        in_size=painter.size_px,
        out_size=order.size_px,
        fps=order.fps,
        lasts_s=CANVAS_S,
        seam_s=_SEAM_S,
    )
    return Filmed(board, window, out)


def _told(
    frames: Iterator[NDArray[np.uint8]], total: int, report: Callable[[int, int], None] | None
) -> Iterator[NDArray[np.uint8]]:
    for number, frame in enumerate(frames, start=1):
        if report is not None:
            report(number, total)
        yield frame


def _chorus_s(board: Storyboard) -> float:
    """Where the first chorus begins, seconds; the fullest shot where there is none."""
    named = [shot for shot in board.shots if shot.section.startswith("chorus")]
    fullest = max(board.shots, key=lambda shot: shot.energy)
    return (named[0] if named else fullest).first_frame / board.fps


def song_in_hand(state: AlbumState, song: SongPlan) -> SongInHand:
    """Everything of a finished song that a film needs.

    Raises:
        ReviewError: a step of it is not made yet.
    """

    def of(step: str, part: str = "") -> str:
        digest = state.of(step, song, part)
        if digest is None:
            raise ReviewError(f"{song.song_id}: {step} is not finished: run `hibari make {state.album_id}` first")
        return digest

    get = state.bench.get
    own, front = state.of("direct_art", None, song.song_id), state.of("direct_art", None)
    return SongInHand(
        plan=song,
        lyrics=get(of("write_lyrics"), Lyrics),
        lead=get(of("compose_lead_sheet"), LeadSheet),
        score=get(of("arrange_score"), Score),
        vocal=get(of("sing", "vocal"), Stem),
        duration_s=get(of("master"), Master).duration_s,
        artist=state.plan.artist,
        album=state.plan.title,
        direction=get(own, ArtDirection) if own else None,
        front=get(front, ArtDirection) if front else None,
    )
