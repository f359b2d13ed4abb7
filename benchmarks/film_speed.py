"""How fast a song is filmed, style by style: frames a CPU second, where they go, what warping saves, how time grows.

`python -m benchmarks.film_speed ALBUM SONG [--seconds 6] [--size 1280x720] [--styles move vid2vid …] [--whole]`

A stretch of a finished song is filmed, from the beginning of a reel on, in one process on one thread; styles and sizes
take turns, and medians of CPU seconds are printed, ffmpeg's among them where a film is written. What is done once for
a film (its storyboard, its painted scenes) or once for a reel (weights made, a walk laid) is measured apart.

- At 256 and 512 pixels the frames themselves are square: a network paints at that size, `move` looks through a still of
  that size, `latent` paints 64 pixels, enlarges them to 256 and leaves more to ffmpeg. They are made and not written.
  pix2pixHD beside them is the global generator of arXiv:1711.11585 with 64 channels and random weights, its network
  alone: no drawing, no flow. Ours are other, far smaller networks, which paint six frames of 24 and move the rest.
- Frame by frame is the same painter with every frame a key frame. Of `move` it is a still painted by the slow route.
- The film that shares are told of has as many frames, reels and scenes as this song's; it is computed from the medians.
- Stills of other sizes than the film's are made of the film's: that does not change the time of a frame.
- Memory is the most that a process held which did nothing but film one stretch, ffmpeg not with it (Linux counts it;
  `ru_maxrss` would not do: a new process inherits that of the one that started it).

`--whole` films the whole song into a file instead, as `hibari film` does, by two worker processes.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import resource
import statistics
import tempfile
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np
import torch

from benchmarks.film_generators import global_generator
from benchmarks.film_stages import STAGES, of_children, stopwatch
from benchmarks.film_stretch import FPS, Cost, Run, Song, opened, ready, taking_turns
from cli.film import Size
from schemas.film import FilmStyle
from schemas.scene import LABELS
from schemas.settings import Settings
from tasks.filming.alone import film_alone
from tasks.filming.pieces import FilmOrder
from tasks.state import AlbumState
from tasks.steps.film import MODELS_OF, film_style, stills_needed

EDGES = (256, 512)
LENGTHS_S = (3.0, 6.0, 12.0)
SIZES = ((320, 180), (640, 360), (1280, 720))
WARPED_BOUND = 2.5


def pix2pix_hd_s(edge: int, runs: int) -> float:
    """CPU seconds of a frame of pix2pixHD's global generator: the median of some, after one that is not counted."""
    torch.manual_seed(0)
    network, labels = global_generator(len(LABELS), 64, 4, 9), torch.rand(1, len(LABELS), edge, edge)
    paint: Callable[[], object] = partial(network, labels)
    found = []
    with torch.inference_mode():
        for _ in range(runs + 1):
            begun = time.process_time()
            paint()
            found.append(time.process_time() - begun)
    return statistics.median(found[1:])


def print_rates(costs: Mapping[Run, Cost], styles: list[FilmStyle], base: Run, runs: int) -> None:
    peers = {edge: pix2pix_hd_s(edge, runs) for edge in EDGES}
    head = "".join(f"{f'{edge} x {edge}':>13}{'x pix2pixHD':>13}" for edge in EDGES)
    width, height = base.size
    print(f"\nframes a CPU second\n{'style':<14}{f'{width}x{height} file':>16}{'not written':>13}{head}")
    for style in styles:
        whole = costs[base._replace(style=style)]
        row = f"{style:<14}{1 / whole.frame_s:>16.2f}{1 / whole.made_s:>13.2f}"
        for edge, peer in peers.items():
            made = costs[base._replace(style=style, size=(edge, edge), square=True)].made_s
            row += f"{1 / made:>13.2f}{peer / made:>13.1f}"
        print(row)
    print(f"{'pix2pixHD 64':<14}{'':>29}" + "".join(f"{1 / peer:>13.3f}{1:>13.1f}" for peer in peers.values()))


def print_stages(song: Song, costs: Mapping[Run, Cost], styles: list[FilmStyle], base: Run) -> None:
    """Milliseconds of a frame by stage, and the shares of a film of the whole song."""
    board = song.board
    print(f"\nwhere they go: CPU ms a frame (s once, s a reel), and share of a film of {board.frames} frames")
    print(f"{'':<26}" + "".join(f"{style:>18}" for style in styles))
    once: dict[str, dict[str, float]] = {}
    for style in styles:
        cost = costs[base._replace(style=style)]
        once[style] = {
            "storyboard, s": song.storyboard_s,
            "painted scenes, s": sum(song.still_s[: stills_needed(style, len(board.scenes))]),
            "opening, s a reel": cost.stages.get("opening", 0.0),
        }
    shares: dict[str, dict[str, float]] = {}
    for style in styles:
        cost = costs[base._replace(style=style)]
        spent = once[style] | {stage: cost.stages.get(stage, 0.0) / cost.frames * board.frames for stage in STAGES}
        spent["opening, s a reel"] *= len(board.reels)
        shares[style] = {name: seconds / sum(spent.values()) for name, seconds in spent.items()}
    for name in (*once[styles[0]], *STAGES):
        row = f"{name:<26}"
        for style in styles:
            cost = costs[base._replace(style=style)]
            value = once[style].get(name, 1000 * cost.stages.get(name, 0.0) / cost.frames)
            row += f"{value:>10.2f}{shares[style][name]:>8.1%}"
        print(row)


def print_warping(song: Song, costs: Mapping[Run, Cost], styles: list[FilmStyle], base: Run) -> None:
    print(f"\nkey frames warped against every frame painted (bound {WARPED_BOUND} x), CPU ms a frame")
    print(f"{'style':<14}{'warped':>9}{'painted':>9}{'x':>7}{'warped file':>13}{'painted file':>14}{'x':>7}")
    for style in styles:
        own = costs[base._replace(style=style)]
        every = costs.get(base._replace(style=style, every=True))
        if style == "move":
            still_s = statistics.mean(song.still_s)
            print(f"{style:<14}{1000 * own.made_s:>9.1f}{1000 * still_s:>9.0f}{still_s / own.made_s:>7.0f}")
        elif every is not None:
            row = f"{style:<14}{1000 * own.made_s:>9.1f}{1000 * every.made_s:>9.1f}{every.made_s / own.made_s:>7.2f}"
            row += f"{1000 * own.frame_s:>13.1f}{1000 * every.frame_s:>14.1f}{every.frame_s / own.frame_s:>7.2f}"
            print(row)


def print_growth(title: str, costs: Mapping[Run, Cost], styles: list[FilmStyle], columns: Mapping[str, Run]) -> None:
    print(f"\n{title}: CPU ms a frame in a file\n{'style':<14}" + "".join(f"{name:>12}" for name in columns))
    for style in styles:
        found = [costs[run._replace(style=style)] for run in columns.values()]
        print(f"{style:<14}" + "".join(f"{1000 * one.frame_s:>12.1f}" for one in found))


def peak_of(run: Run, settings: Settings, arguments: argparse.Namespace, stills: dict[int, np.ndarray]) -> float:
    """MiB that a process of its own needs to film a run."""
    torch.set_num_threads(1)
    song = Song(opened(arguments.album, settings), arguments.song, arguments.size)
    song.stills = stills
    with tempfile.TemporaryDirectory(prefix="hibari-bench-") as folder, stopwatch() as watch:
        song.film(run, watch, Path(folder))
    rows = Path("/proc/self/status").read_text().splitlines()
    return next(int(row.split()[1]) for row in rows if row.startswith("VmHWM")) / 1024


def print_memory(
    song: Song, styles: list[FilmStyle], columns: Mapping[str, Run], arguments: argparse.Namespace
) -> None:
    print(f"\npeak MiB of a process that films\n{'style':<14}" + "".join(f"{name:>20}" for name in columns))
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context, max_tasks_per_child=1) as fresh:
        for style in styles:
            stills = {number: song.stills[number] for number in range(stills_needed(style, len(song.board.scenes)))}
            runs = [run._replace(style=style) for run in columns.values()]
            found = [fresh.submit(peak_of, run, song.bench.settings, arguments, stills).result() for run in runs]
            print(f"{style:<14}" + "".join(f"{one:>20.0f}" for one in found), flush=True)


def measure(state: AlbumState, arguments: argparse.Namespace) -> None:
    """Film stretches and print every table."""
    song = Song(state, arguments.song, arguments.size)
    song.paint(arguments.styles)
    styles = ready(song, arguments.styles)
    if not styles:
        raise SystemExit("no style is ready")
    growing = [style for style in styles if style in (arguments.growth or styles)]
    base = Run(styles[0], arguments.size, arguments.seconds)
    lengths = {f"{length:g} s": base._replace(seconds=length) for length in LENGTHS_S}
    sizes = {f"{width}x{height}": base._replace(size=(width, height)) for width, height in SIZES}
    edges = [base._replace(size=(edge, edge), square=True) for edge in EDGES]
    wanted = [
        *(run._replace(style=style) for style in styles for run in (base, *edges)),
        *(base._replace(style=style, every=True) for style in styles if style in ("vid2vid", "few-shot")),
        *(run._replace(style=style) for style in growing for run in (*lengths.values(), *sizes.values())),
    ]
    print_heading(song, arguments)
    costs = taking_turns(song, dict.fromkeys(wanted), arguments.runs)
    print_rates(costs, styles, base, arguments.runs)
    print_stages(song, costs, styles, base)
    print_warping(song, costs, styles, base)
    print_growth("growth with length", costs, growing, lengths)
    print_growth("growth with size", costs, growing, sizes)
    small = base._replace(size=SIZES[0], seconds=LENGTHS_S[0])
    alone = {f"{run.seconds:g} s {run.size[0]}x{run.size[1]}": run for run in (small, *lengths.values())}
    print_memory(song, styles, alone, arguments)


def print_heading(song: Song, arguments: argparse.Namespace) -> None:
    board, first, end = song.board, song.first, song.first + arguments.seconds * FPS
    shown = {
        board.scenes[shot.scene].motif for shot in board.shots if shot.first_frame < end and shot.end_frame > first
    }
    print(
        f"{board.title!r}, {board.duration_s:.1f} s, {len(board.scenes)} scenes, {len(board.reels)} reels; filmed from "
        f"{first / FPS:.1f} s ({', '.join(sorted(shown))}) for {arguments.seconds:g} s at {FPS} fps\n"
        f"torch {torch.__version__}, one thread; medians of {arguments.runs} CPU seconds, taking turns",
        flush=True,
    )


def film_whole(state: AlbumState, arguments: argparse.Namespace) -> None:
    """Film the whole song in each style and print what it took."""
    song = state.song(arguments.song)
    print(f"the whole song by {state.bench.settings.workers} workers (bound: 90 s a minute of song, 2560 MiB)")
    print("the largest process is that of this style or of one before it")
    print(
        f"{'style':<12}{'song s':>8}{'wall s':>8}{'a minute':>10}{'CPU s':>8}{'largest MiB':>13}{'others at work':>16}"
    )
    for style in arguments.styles:
        if style == "performer":
            continue
        others = os.getloadavg()[0]
        begun, begun_cpu = time.perf_counter(), of_children() + time.process_time()
        with tempfile.TemporaryDirectory(prefix="hibari-bench-") as folder:
            made = film_alone(state, song, FilmOrder(style, arguments.size, FPS), Path(folder) / "film.mp4")
        wall = time.perf_counter() - begun
        for process in multiprocessing.active_children():
            process.join(30)
        cpu = of_children() + time.process_time() - begun_cpu
        largest = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        length = made.board.duration_s
        print(
            f"{style:<12}{length:>8.1f}{wall:>8.1f}{wall / length * 60:>10.1f}{cpu:>8.1f}{largest:>13.0f}"
            f"{others:>16.1f}",
            flush=True,
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("album")
    parser.add_argument("song")
    parser.add_argument("--seconds", type=float, default=6.0)
    parser.add_argument("--size", type=lambda text: Size().convert(text, None, None), default=(1280, 720))
    parser.add_argument("--styles", type=film_style, nargs="+", default=list(MODELS_OF), metavar="STYLE")
    parser.add_argument("--growth", type=film_style, nargs="+", metavar="STYLE", help="whose growth; all if left out")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--whole", action="store_true", help="film the whole song by two workers instead")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    kept = Settings(device="cpu", workers=2)
    with tempfile.TemporaryDirectory(prefix="hibari-bench-") as home:
        # Albums are read where they are; pieces of films are kept elsewhere, so that none from before are found.
        settings = kept.model_copy(
            update={
                "home": Path(home),
                "models": kept.models_dir,
                "blobs_url": kept.blobs,
                "catalogue_url": kept.catalogue,
            }
        )
        (film_whole if arguments.whole else measure)(opened(arguments.album, settings), arguments)


if __name__ == "__main__":
    main()
