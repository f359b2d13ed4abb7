"""How fast a portrait sings, and whether its mouth goes with its voice.

`python -m benchmarks.film_performer --portrait FILE --face FILE [--sizes 512x288 1280x720 1920x1080 1080x1920]`

A small song is sung by our voice. Printed are frames a CPU second on one thread, medians of runs over sung frames; and
the correlation between how far the lips are apart and the level of the voice, frame by frame at 24 a second, for the
mouth as it is and moved by some frames: it should be highest at 0.
"""

from __future__ import annotations

import argparse
import statistics
import time
from pathlib import Path

import numpy as np

from media.film.performer.face import read_face
from media.film.performer.framing import read_portrait
from media.film.performer.performance import perform
from media.film.performer.portrait import Performer
from media.voice.sing import sing
from schemas.audio import SAMPLE_RATE_HZ
from tests.examples import lead_sheet

FPS = 24


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--portrait", type=Path, required=True)
    parser.add_argument("--face", type=Path, required=True, help="its key points")
    parser.add_argument("--sizes", nargs="+", default=["512x288", "1280x720", "1920x1080", "1080x1920"])
    parser.add_argument("--runs", type=int, default=5)
    arguments = parser.parse_args()
    pixels = read_portrait(arguments.portrait)
    face = read_face(arguments.face, pixels.shape[1], pixels.shape[0])
    lead = lead_sheet()
    sung = sing(lead, seed=1)
    frames = int(len(sung.audio) / SAMPLE_RATE_HZ * FPS)
    played = perform(lead, sung.syllables, frames=frames, fps=FPS, seed=1)
    first = round(sung.syllables[0].onset_s * FPS)
    print("      size   frames a CPU second")
    for size in arguments.sizes:
        width, height = (int(side) for side in size.split("x"))
        performer = Performer(pixels, face, played, width_px=width, height_px=height)
        rates = []
        for run in range(arguments.runs):
            began = time.process_time()
            for _ in performer.frames(first + 24 * run, 24):
                pass
            rates.append(24 / (time.process_time() - began))
        print(f"{size:>10s}   {statistics.median(rates):10.1f}", flush=True)
    level = loudness(sung.audio, frames)
    lips = played.mouth[:, 0] * (1 - played.mouth[:, 3])
    print("\nlips later by (frames): correlation with the level of the voice")
    for later in (-6, -4, -2, -1, 0, 1, 2, 4, 6):
        print(f"{later:6d}: {np.corrcoef(np.roll(lips, later), level)[0, 1]:.3f}")


def loudness(audio: np.ndarray, frames: int) -> np.ndarray:
    """The level of every frame, on a logarithmic scale."""
    places = np.arange(frames) * SAMPLE_RATE_HZ // FPS
    power = [float(np.mean(np.square(audio[place : place + SAMPLE_RATE_HZ // FPS]))) for place in places]
    return np.log10(np.sqrt(power) + 1e-3)


if __name__ == "__main__":
    main()
