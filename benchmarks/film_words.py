r"""Whether the words of a film turn when they are sung, measured in the sound that is decoded out of a finished film.

`python -m benchmarks.film_words ALBUM SONG [SONG …]`

What is measured: the moments at which burned karaoke begins to fill each syllable are read out of the ASS script that
reels are given (`\k` and `\kf`, summed in the film's time). A film of tiny frames is written in two reels, joined as
every film is, and its sound decoded from its first picture on. In a full band nobody can tell where a vowel begins, so
the sound of that film is the song's vocal stem; two listeners look for the beginnings of voicing in it, and neither is
told what is sung:

- `ours`, `media.voice.onsets`: voicing begins, or the band of vowels grows while it goes on;
- `Praat`, its autocorrelation pitch, which shares no code with ours: voicing begins after 30 ms or more without.

An error is the beginning nearest to a syllable, less the syllable; a syllable with none within a quarter of a second
counts as not heard and is left out of the median (a vowel that flows out of the one before has no beginning: Praat's
share is small for that). The nearest of many is near by chance too, so beside it stands the same measure of the same
syllables moved in time, the mean of forty moves by 0.37 to 5 seconds to either side.

`as shown` is what an eye is given: letters change with frames, so a syllable is seen at the first frame that is not
before it.

The film people get has the master as its sound. Its delay against the stem is measured apart, in a second film whose
sound is the master: where their correlation is largest within half a second. Plainness is that peak against the largest
that is 10 ms or more away; near 1 nothing is known. What a listener of the finished film hears is the first table's
errors and that delay together.
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import parselmouth
from numpy.typing import NDArray

from cli.choosing import open_album
from media.film.joining import join_reels
from media.film.probing import sound_of
from media.film.reels import write_reel
from media.voice.onsets import voicing_onsets
from schemas.audio import Master, Stem
from schemas.film import Storyboard
from tasks.filming.alone import song_in_hand
from tasks.filming.directing import direct
from tasks.filming.lettering import letters_of
from tasks.state import AlbumState

FRAME_PX, FILM_PX = (64, 36), (1280, 720)
FPS = 24
BOUND_MS = 60.0
MATCH_S = 0.25
GAP_S = 0.03
MOVES_S = np.linspace(0.37, 5.0, 20)
WORDS = re.compile(r"Dialogue: \d+,(\d+):(\d\d):(\d\d\.\d\d),[^,]*,Words,,0,0,0,,(.*)")
TAG = re.compile(r"\\(kf?)(\d+)")

Seconds = NDArray[np.float64]


def turning_moments(script: str) -> Seconds:
    """When each piece of the karaoke of an ASS script begins to fill, in order."""
    found = []
    for hours, minutes, seconds, text in WORDS.findall(script):
        now = round(100 * (3600 * int(hours) + 60 * int(minutes) + float(seconds)))
        for kind, lasts in TAG.findall(text):
            if kind == "kf":
                found.append(now / 100)
            now += int(lasts)
    return np.array(sorted(found))


def film_sound(board: Storyboard, sound: Path, folder: Path) -> tuple[Seconds, int]:
    """What is heard of a film of this length with that sound: one channel, from its first picture on, and its rate."""
    half = board.frames // 2
    reels = [folder / "0.mp4", folder / "1.mp4"]
    for path, count in zip(reels, (half, board.frames - half), strict=True):
        write_reel(path, _grey(count), in_size=FRAME_PX, out_size=FRAME_PX, fps=FPS)
    join_reels(reels, folder / "film.mp4", audio=sound, duration_s=board.duration_s)
    heard, rate = sound_of(folder / "film.mp4")
    return heard.astype(np.float64).mean(axis=1), rate


def _grey(count: int) -> Iterator[NDArray[np.uint8]]:
    return (np.full((3, FRAME_PX[1], FRAME_PX[0]), 90, np.uint8) for _ in range(count))


def by_praat(voice: Seconds, rate: int) -> Seconds:
    """When voicing begins after a gap, by Praat."""
    pitch = parselmouth.Sound(voice, rate).to_pitch_ac(time_step=0.005, pitch_floor=75.0, pitch_ceiling=1000.0)
    times, voiced = pitch.xs(), pitch.selected_array["frequency"] > 0
    begins = np.flatnonzero(voiced & ~np.roll(voiced, 1))
    ends = np.flatnonzero(voiced & ~np.roll(voiced, -1))
    return np.array([times[at] for at in begins if times[at] - times[ends[ends < at]].max(initial=0) >= GAP_S])


def errors_s(moments: Seconds, heard: Seconds) -> Seconds:
    """Of each moment with a beginning within a quarter of a second: how much later that is."""
    nearest = heard[np.abs(heard - moments[:, None]).argmin(axis=1)] - moments
    return nearest[np.abs(nearest) <= MATCH_S]


def row(moments: Seconds, heard: Seconds) -> str:
    """Median, 90th percentile, share within the bound, signed median, share heard; first and third by chance."""
    found = 1000 * errors_s(moments, heard)
    moved = [1000 * np.abs(errors_s(moments + by, heard)) for by in (*MOVES_S, *-MOVES_S)]
    chance = np.mean([[np.median(one), (one <= BOUND_MS).mean()] for one in moved if len(one)], axis=0)
    size = np.abs(found)
    return (
        f"{np.median(size):>9.1f}{np.percentile(size, 90):>9.1f}{(size <= BOUND_MS).mean():>9.1%}"
        f"{np.median(found):>+9.1f}{len(found) / len(moments):>9.1%}{chance[0]:>12.1f}{chance[1]:>9.1%}"
    )


def lag_of(voice: Seconds, whole: Seconds, rate: int) -> tuple[float, float]:
    """How much later, in seconds, a voice is heard in a sound that holds it, and how plainly."""
    length = min(len(voice), len(whole))
    spectra = [np.fft.rfft(sound[:length], 2 * length) for sound in (whole, voice)]
    likeness = np.fft.irfft(spectra[0] * np.conj(spectra[1]))
    reach = rate // 2
    near = np.abs(np.concatenate((likeness[-reach:], likeness[: reach + 1])))
    best = int(near.argmax())
    apart = np.abs(np.arange(len(near)) - best) > rate // 100
    return (best - reach) / rate, float(near[best] / near[apart].max())


def measure(state: AlbumState, song_id: str, folder: Path) -> bool:
    """Print a song's figures; whether every median is within the bound."""
    song = state.song(song_id)
    board = direct(song_in_hand(state, song), fps=FPS, seed=1, bench=state.bench)
    moments = turning_moments(letters_of(board, FILM_PX))
    sung = sum(len(line.syllables) for line in board.lines)
    if len(moments) != sung:
        raise SystemExit(f"{song_id}: the script turns {len(moments)} pieces, and {sung} syllables are sung")

    stem, master = folder / "vocal.flac", folder / "master.flac"
    state.bench.blobs.copy_to(state.bench.get(state.of("sing", song, "vocal") or "", Stem).audio, stem)
    state.bench.blobs.copy_to(state.bench.get(state.of("master", song) or "", Master).audio, master)
    voice, rate = film_sound(board, stem, folder)
    shown = np.ceil(moments * FPS - 1e-6) / FPS
    print(f"\n{board.title}: {sung} syllables in {board.duration_s:.1f} s, {rate} Hz")
    print(f"{'listener':<22}{'median':>9}{'90 %':>9}{'<= 60':>9}{'signed':>9}{'heard':>9}{'by chance':>12}{'<= 60':>9}")
    medians = []
    for name, heard in (("ours", voicing_onsets(voice, rate)), ("Praat", by_praat(voice, rate))):
        for told, at in ((name, moments), (f"{name}, as shown", shown)):
            print(f"{told:<22}{row(at, heard)}")
            medians.append(1000 * float(np.median(np.abs(errors_s(at, heard)))))
    whole, _ = film_sound(board, master, folder)
    lag_s, plainness = lag_of(voice, whole, rate)
    print(f"the voice in the film with the master: {1000 * lag_s:+.2f} ms against the stem, plainness {plainness:.1f}")
    return max(medians) <= BOUND_MS


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("album")
    parser.add_argument("songs", nargs="+", metavar="song")
    arguments = parser.parse_args()
    state = open_album(arguments.album)
    print(f"milliseconds from a syllable's turn to the nearest beginning of voicing; a median may be {BOUND_MS:.0f}")
    kept = True
    with tempfile.TemporaryDirectory(prefix="hibari-bench-") as folder:
        for song in arguments.songs:
            kept &= measure(state, song, Path(folder))
    return int(not kept)


if __name__ == "__main__":
    sys.exit(main())
