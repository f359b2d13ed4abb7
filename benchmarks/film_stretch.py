"""Stretches of a song, filmed in turns from outside: what `benchmarks.film_speed` measures."""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np
from PIL import Image

import tasks.filming.rolling
from benchmarks.film_stages import STAGES, Stopwatch, stopwatch
from schemas.errors import HibariError
from schemas.film import FilmStyle, Storyboard
from schemas.music import Score
from schemas.settings import Settings
from tasks.albums import find_album
from tasks.bench import Bench
from tasks.filming.alone import song_in_hand
from tasks.filming.directing import direct
from tasks.filming.easel import open_shot_painter
from tasks.filming.finishing import Window
from tasks.filming.painters.keyed import KeyedPainter
from tasks.filming.rolling import ShotPainter, roll_reel
from tasks.filming.stills import still_pixels_of, still_size
from tasks.prospects import foresee
from tasks.state import AlbumState
from tasks.steps.film import stills_needed

FPS = 24


def opened(album: str, settings: Settings) -> AlbumState:
    """An album and what is finished of it."""
    state = find_album(album, Bench(settings))
    foresee(state)
    return state


class Run(NamedTuple):
    """A stretch to be filmed; `square` frames are made and not written, `every` frame may be a key frame."""

    style: FilmStyle
    size: tuple[int, int]
    seconds: float
    square: bool = False
    every: bool = False


class Cost(NamedTuple):
    """What a run took: frames, and CPU seconds by stage."""

    frames: int
    stages: Mapping[str, float]

    @property
    def frame_s(self) -> float:
        """CPU seconds of a frame in a file."""
        return sum(self.stages.get(stage, 0.0) for stage in STAGES) / self.frames

    @property
    def made_s(self) -> float:
        """CPU seconds of a frame, not written."""
        return self.frame_s - sum(self.stages.get(stage, 0.0) for stage in ("feeding", "ffmpeg")) / self.frames


class Song:
    """A finished song, its storyboard and painted scenes, and the stretch that is filmed."""

    def __init__(self, state: AlbumState, song_id: str, size: tuple[int, int]) -> None:
        song = state.song(song_id)
        self.bench, self.size = state.bench, size
        begun = time.process_time()
        self.board: Storyboard = direct(song_in_hand(state, song), fps=FPS, seed=1, bench=state.bench)
        self.storyboard_s = time.process_time() - begun
        self.score = state.bench.get(state.of("arrange_score", song) or "", Score)
        self.stills: dict[int, np.ndarray] = {}
        self.still_s: list[float] = []
        self.first_reel = min(1, len(self.board.reels) - 1)
        self.first = self.board.reel(self.first_reel)[0].first_frame

    def paint(self, styles: Iterable[FilmStyle]) -> None:
        """Paint the scenes that some styles need."""
        for number in range(max((stills_needed(style, len(self.board.scenes)) for style in styles), default=0)):
            begun = time.process_time()
            scene = self.board.scenes[number]
            self.stills[number] = still_pixels_of(
                scene, self.board.treatment, self.bench, size_px=still_size(self.size)
            )
            self.still_s.append(time.process_time() - begun)

    def scenes_of(self, style: FilmStyle, size: tuple[int, int]) -> dict[int, np.ndarray]:
        """The painted scenes that a style needs, for a film of a size."""
        needed, wanted = stills_needed(style, len(self.board.scenes)), still_size(size)
        found = {number: self.stills[number] for number in range(needed)}
        if size == self.size:
            return found
        return {number: np.array(Image.fromarray(one).resize(wanted)) for number, one in found.items()}

    def painter(self, run: Run) -> ShotPainter:
        """Who paints a run."""
        painter = open_shot_painter(run.style, self.board, self.scenes_of(run.style, run.size), self.bench, run.size)
        if not isinstance(painter, KeyedPainter):
            return painter
        keys = painter._painter  # noqa: SLF001 - the same network, asked for other sizes
        return KeyedPainter(self.board, keys, run.size if run.square else painter.size_px, warps=not run.every)

    def film(self, run: Run, watch: Stopwatch, folder: Path) -> Cost:
        """Film a run."""
        watch.seconds.clear()
        with watch.stage("opening"):
            painter = self.painter(run)
        window = Window(self.first, min(self.board.frames, self.first + round(run.seconds * FPS)))
        for number in range(self.first_reel, len(self.board.reels)):
            if self.board.reel(number)[0].first_frame >= window.end:
                break
            if run.square:
                frames = tasks.filming.rolling.reel_frames(self.board, number, self.score, painter, window)
                sum(1 for _ in frames)
                continue
            with watch.stage("feeding"):
                path = folder / "reel.mp4"
                roll_reel(self.board, number, self.score, painter, path, size_px=run.size, window=window)
        return Cost(window.end - window.first, dict(watch.seconds))


def median(costs: list[Cost]) -> Cost:
    """The median of each stage of some runs."""
    stages = {name: statistics.median(one.stages.get(name, 0.0) for one in costs) for name in costs[0].stages}
    return Cost(costs[0].frames, stages)


def ready(song: Song, styles: Iterable[FilmStyle]) -> list[FilmStyle]:
    """The styles whose weights are here; of the others it is said why they are left out."""
    found: list[FilmStyle] = []
    for style in styles:
        if style == "performer":
            print("performer is left out: it needs a portrait; see benchmarks.film_performer")
            continue
        try:
            song.painter(Run(style, (64, 36), 1.0))
        except HibariError as error:
            print(f"{style} is left out: {error}")
            continue
        found.append(style)
    return found


def taking_turns(song: Song, wanted: Iterable[Run], runs: int) -> dict[Run, Cost]:
    """The medians of some runs, each of which is filmed once before it is filmed again."""
    costs: dict[Run, list[Cost]] = {run: [] for run in wanted}
    with tempfile.TemporaryDirectory(prefix="hibari-bench-") as folder, stopwatch() as watch:
        for style in {run.style for run in costs}:
            song.film(Run(style, (320, 180), 0.5), watch, Path(folder))
        for turn in range(runs):
            for run, found in costs.items():
                found.append(song.film(run, watch, Path(folder)))
                print(f"turn {turn + 1}: {run}: {found[-1].frame_s:.3f} s a frame", file=sys.stderr, flush=True)
    return {run: median(found) for run, found in costs.items()}
