"""Whether a film's pictures, sound and words keep time, measured in what a player decodes of finished files.

`python -m benchmarks.film_sync`: for 24, 30 and 60 frames a second a film of flashes on clicks is written in reels,
joined and decoded, and the difference between each flash and its click printed; then a sung line is burned in, and each
frame compared with the moment that the colour of its words tells.
"""

from __future__ import annotations

import re
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import imageio_ffmpeg
import numpy as np
import soundfile
from numpy.typing import NDArray

from media.film.joining import join_reels
from media.film.probing import read_frames, sound_of
from media.film.reels import write_reel
from media.film.subtitles.cues import Cue
from media.film.subtitles.faces import JOST, width_of
from media.film.subtitles.script import Lettering, write_ass
from media.sound.lrc import TimedLine
from schemas.audio import SAMPLE_RATE_HZ

SIZE = (320, 180)
LASTS_S = 12
REEL_FRAMES = 77
"""No multiple of anything, so that reels end in the middle of groups of pictures."""
WORDS = "____ ___ __ _____ ___ ____ ___"
"""Words that are bars without gaps, so that in every frame it is plain how far their colour has come."""
SPACE_LETTERS = width_of(" ", JOST) / width_of("_", JOST)
LIGHT = Lettering(sung="#ffffff", waiting="#000000", edge="#606060")
FROM_S = 2.5


def flashes(first: int, count: int, every: int) -> Iterator[NDArray[np.uint8]]:
    for number in range(first, first + count):
        yield np.full((3, SIZE[1], SIZE[0]), 255 if number % every == every // 2 else 16, np.uint8)


def shown_at(film: Path) -> tuple[list[float], float]:
    """When ffmpeg shows the bright frames, and when it plays the first sound, by its own clock."""
    frames = re.findall(r"showinfo.* pts_time:(\S+).* mean:\[(\d+)", _told(film, "-vf", "showinfo"))
    sound = re.findall(r"ashowinfo.* pts_time:(\S+)", _told(film, "-af", "ashowinfo"))
    return [float(at) for at, light in frames if int(light) > 128], float(sound[0])


def _told(film: Path, *arguments: str) -> str:
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-hide_banner", "-nostats", "-i", str(film), *arguments]
    return subprocess.run([*command, "-f", "null", "-"], capture_output=True, text=True, check=True).stderr


def flash_and_click(folder: Path, fps: int) -> NDArray[np.float64]:
    """For each flash, how much later it comes than its click, in milliseconds."""
    every, frames = fps + 1, LASTS_S * fps
    click = np.zeros((round((LASTS_S + FROM_S) * SAMPLE_RATE_HZ), 2))
    times = np.arange(every // 2, frames, every) / fps
    for at in times:
        start = round((FROM_S + at) * SAMPLE_RATE_HZ)
        click[start : start + 60] = 0.9 * np.hanning(120)[60:, None]
    soundfile.write(folder / "clicks.flac", click, SAMPLE_RATE_HZ, subtype="PCM_24")
    reels = []
    for first in range(0, frames, REEL_FRAMES):
        reels.append(folder / f"{fps}-{first}.mp4")
        lasting = min(REEL_FRAMES, frames - first)
        write_reel(reels[-1], flashes(first, lasting, every), in_size=SIZE, out_size=SIZE, fps=fps)
    film = folder / f"{fps}.mp4"
    join_reels(reels, film, audio=folder / "clicks.flac", audio_from_s=FROM_S)
    seen, begins_s = shown_at(film)
    heard, rate = sound_of(film)
    loud = np.abs(heard).max(1)
    clicks = [at for at in np.nonzero(loud > 0.3)[0] if loud[max(at - 400, 0) : at].max(initial=0) <= 0.3]
    if len(seen) != len(times) or len(clicks) != len(times):
        raise SystemExit(f"{fps}: {len(seen)} flashes and {len(clicks)} clicks of {len(times)} were found")
    return 1000 * (np.array(seen) - begins_s - np.array(clicks) / rate)


def line(syllable_s: list[tuple[float, float]]) -> TimedLine:
    words = WORDS.split()
    starts = tuple((start, word) for (start, _), word in zip(syllable_s, words, strict=True))
    syllables = tuple((start, end, word, True) for (start, end), word in zip(syllable_s, words, strict=True))
    return TimedLine(syllable_s[0][0], syllable_s[-1][1], starts, syllables)


def frontiers(folder: Path, sung: TimedLine, fps: int) -> NDArray[np.int64]:
    """The last column that is as light as sung words, of each frame; -1 where none is."""
    size, count = (1280, 720), round((sung.end_s + 1) * fps)
    (folder / "words.ass").write_text(write_ass(size, words=[Cue(0.0, sung.end_s + 1, sung)], lettering=LIGHT))
    grey = np.full((3, 90, 160), 60, np.uint8)
    reel = folder / "words.mp4"
    frames = (grey for _ in range(count))
    write_reel(reel, frames, in_size=(160, 90), out_size=size, fps=fps, crf=4, subtitles=folder / "words.ass")
    full = (frame.min(0) > 190 for frame in read_frames(reel))
    return np.array([columns.max() if len(columns := np.nonzero(one.any(0))[0]) else -1 for one in full])


def karaoke(folder: Path, fps: int) -> NDArray[np.float64]:
    """For each frame in which a syllable fills, how much later it is than its colour says, in milliseconds."""
    rng, count = np.random.default_rng(fps), len(WORDS.split())
    ruler = frontiers(folder, line([(1 + n, 1.01 + n) for n in range(count)]), 2)
    ends_px = [int(ruler[3 + 2 * n]) for n in range(count)]
    lengths, rests = rng.uniform(0.17, 0.9, count), rng.uniform(0.0, 0.3, count)
    starts = 1.0 + np.cumsum(lengths + rests) - lengths
    spans = [(float(a), float(a + b)) for a, b in zip(starts, lengths, strict=True)]
    moving = frontiers(folder, line(spans), fps)
    letter_px = (ends_px[-1] - ends_px[-2]) / (len(WORDS.split()[-1]) + SPACE_LETTERS)
    apart = []
    for (start, end), end_px, word in zip(spans, ends_px, WORDS.split(), strict=True):
        begin_px = end_px - letter_px * len(word)
        for number in range(int(np.ceil(start * fps)), int(end * fps) + 1):
            if begin_px + 1 < moving[number] < end_px - 1:
                filled = (moving[number] + 1 - begin_px) / (end_px + 1 - begin_px)
                apart.append(number / fps - (start + filled * (end - start)))
    return 1000 * np.array(apart)


def main() -> None:
    """Print both tables."""
    print("flash against click, milliseconds later than the click (half a frame is the bound)")
    with tempfile.TemporaryDirectory() as name:
        for fps in (24, 30, 60):
            apart = flash_and_click(Path(name), fps)
            print(
                f"{fps:3d} fps  {len(apart)} flashes  median {np.median(apart):+.2f}  "
                f"worst {apart[np.argmax(np.abs(apart))]:+.2f}  half a frame {500 / fps:.2f}"
            )
        print("frames against how far the colour of words has come in them, milliseconds")
        for fps in (24, 30, 60):
            late = karaoke(Path(name), fps)
            print(
                f"{fps:3d} fps  {len(late)} frames  median {np.median(late):+.1f}  half of them within "
                f"{np.median(np.abs(late)):.1f}  worst {np.abs(late).max():.1f}  a frame {1000 / fps:.1f}"
            )


if __name__ == "__main__":
    main()
