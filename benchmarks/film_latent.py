"""How fast a latent film is painted, and how well its motion keeps time with the music.

`python -m benchmarks.film_latent [--edges 64 256 512 1024] [--weights FILE ...] [--seconds 24] [--fps 24]`

Speed: networks with random weights at the paper's widths (32768 / edge, at most 512), frames of the middle of a film,
median CPU seconds a frame on one thread; and how long the walk itself takes, without painting.

Time: a synthetic rhythm (a pattern of onsets of three strengths, repeated, with a louder middle) moves a network of
random weights, 64 px and 64 channels. Printed is the correlation between the motion energy of every frame (mean
absolute difference to the frame before) and the onsets, each smoothed over a tenth of a second; the same for 200 songs
whose onsets are shuffled; and for a film of the same walk that hears no onsets. `--weights` adds trained networks.
"""

from __future__ import annotations

import argparse
import statistics
import time
from pathlib import Path

import numpy as np
import torch

from models.film.latent import LatentFilm
from models.film.latent_motion import Heard
from models.pictures.stylegan2 import Generator, StyleGAN2Config
from models.pictures.stylegan2.opening import open_stylegan2

PATTERN = (1.0, 0.0, 0.5, 0.0, 0.9, 0.0, 0.5, 0.5)
STEP_S = 0.25


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--edges", type=int, nargs="+", default=[64, 256, 512, 1024], help="pixels")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--weights", type=Path, nargs="*", default=[Path("weights/cover-scenes-64.safetensors")])
    parser.add_argument("--seconds", type=float, default=24.0)
    parser.add_argument("--fps", type=float, default=24.0)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    print(f"torch {torch.__version__}, one thread; medians of {arguments.runs} frames\n")
    print("  edge   CPU s a frame   frames/s   CPU ms of the walk a frame")
    for edge in arguments.edges:
        print_speed(edge, arguments.runs)
    print("\nnetwork                        correlation   shuffled: mean  95 of 100  highest   without onsets")
    print_beat("random weights, 64 px", random_generator(64, (64,) * 5), arguments.seconds, arguments.fps)
    for weights in arguments.weights:
        print_beat(weights.stem, open_stylegan2(weights), arguments.seconds, arguments.fps)


def random_generator(edge: int, channels: tuple[int, ...] = ()) -> Generator:
    torch.manual_seed(0)
    generator = Generator(StyleGAN2Config(resolution=edge, channels=channels)).eval()
    generator.measure_mean_w(count=1000)
    return generator


def rhythm(seconds: float, fps: float) -> Heard:
    """Two sections in turn, the pattern repeated, louder towards the middle."""
    frames = round(seconds * fps)
    times = np.arange(frames) / fps
    onset = np.zeros(frames)
    for number in range(int(seconds / STEP_S)):
        onset[min(frames - 1, round(number * STEP_S * fps))] = PATTERN[number % len(PATTERN)]
    return Heard(0.6 - 0.3 * np.cos(2 * np.pi * times / seconds), onset, (times // 8).astype(int) % 2, fps)


def print_speed(edge: int, runs: int) -> None:
    film = LatentFilm(random_generator(edge), rhythm(24.0, 24.0), seed=1)
    list(film.frames(100, 1))
    taken = []
    for number in range(runs):
        began = time.process_time()
        list(film.frames(101 + number, 1))
        taken.append(time.process_time() - began)
    began = time.process_time()
    film.ws(0, 500)
    walk = (time.process_time() - began) / 500
    median = statistics.median(taken)
    print(f"  {edge:4d}   {median:13.3f}   {1 / median:8.2f}   {1000 * walk:10.2f}")


def print_beat(name: str, generator: Generator, seconds: float, fps: float) -> None:
    heard = rhythm(seconds, fps)
    onset = np.asarray(heard.onset)
    moved = motion_energy(generator, heard)
    unheard = motion_energy(generator, Heard(heard.energy, np.zeros(len(onset)), heard.section, fps))
    draw = np.random.default_rng(0)
    shuffled = [in_time(moved, shuffle(onset, draw), fps) for _ in range(200)]
    found = (in_time(moved, onset, fps), float(np.mean(shuffled)), *np.percentile(shuffled, [95, 100]))
    told = f"{found[0]:11.2f}   {found[1]:14.2f}  {found[2]:9.2f}  {found[3]:7.2f}"
    print(f"{name:30s} {told}   {in_time(unheard, onset, fps):14.2f}", flush=True)


def motion_energy(generator: Generator, heard: Heard) -> np.ndarray:
    before, moved = None, []
    for frame in LatentFilm(generator, heard, seed=1).frames():
        now = frame.astype(np.int16)
        moved.append(0.0 if before is None else float(np.abs(now - before).mean()))
        before = now
    return np.array(moved)


def shuffle(onset: np.ndarray, draw: np.random.Generator) -> np.ndarray:
    """The same onsets at other times."""
    return draw.permutation(onset)


def in_time(moved: np.ndarray, onset: np.ndarray, fps: float) -> float:
    window = np.hanning(2 * round(0.1 * fps) + 1)
    smooth = [np.convolve(curve, window / window.sum(), mode="same") for curve in (moved, onset)]
    return float(np.corrcoef(smooth)[0, 1])


if __name__ == "__main__":
    main()
