"""Small films for the tests of films: coloured frames that tell their number, a sound, sung lines."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import soundfile

from media.film.reels import write_reel
from media.sound.lrc import TimedLine

SIZE = (64, 48)


def frames(count, size=SIZE):
    """Frames whose brightness rises and falls, with a moving edge."""
    for number in range(count):
        frame = np.full((3, size[1], size[0]), 40 + number * 7 % 160, np.uint8)
        frame[0, :, : (number * 3) % size[0] + 1] = 220
        yield frame


def reel(path, count, *, fps=24, size=SIZE, **more):
    write_reel(path, frames(count, size), in_size=size, out_size=size, fps=fps, **more)
    return path


def master(path, seconds=3.0, rate=44_100):
    time = np.arange(round(seconds * rate)) / rate
    soundfile.write(path, 0.3 * np.stack([np.sin(1400 * time), np.sin(1500 * time)], 1), rate, subtype="PCM_24")
    return path


def sung(start_s, *words, syllable_s=0.25):
    """A line whose words are given in syllables: sung(1.0, ('wa', 'ter'), ('falls',))."""
    now, starts, syllables = start_s, [], []
    for parts in words:
        starts.append((now, "".join(parts)))
        for number, part in enumerate(parts):
            syllables.append((now, now + syllable_s, part, number == len(parts) - 1))
            now += syllable_s
    return TimedLine(start_s, now, tuple(starts), tuple(syllables))


def left_in(folder: Path):
    """Names of all that lies in a folder."""
    return sorted(path.name for path in folder.iterdir())
