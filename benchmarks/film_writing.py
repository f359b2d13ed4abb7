"""What it costs to get frames into a file: our pipe, imageio's own ffmpeg writer, and PNG files, side by side.

`python -m benchmarks.film_writing [FRAMES]`: the same moving picture is written three ways with the same x264 settings
(veryfast, crf 20, one thread, yuv420p), each way five times in turn, and CPU seconds of this process and of ffmpeg
compared. Frames are planar, as a network gives them; a writer that wants them otherwise has to turn them.
"""

from __future__ import annotations

import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import imageio_ffmpeg
import numpy as np
from numpy.typing import NDArray

from media.film.reels import write_reel
from media.film.running import run
from media.pictures.reading import encode_png, picture_of

FPS = 24
TURNS = 5
X264 = ["-preset", "veryfast", "-crf", "20", "-threads", "1", "-filter_threads", "1", "-g", "48"]
LARGE, SMALL = (1280, 720), (512, 288)


def moving_picture(size: tuple[int, int], count: int) -> Iterator[NDArray[np.uint8]]:
    """Soft hills of colour with a little grain, moving to the right by two pixels a frame."""
    rng = np.random.default_rng(7)
    rows, columns = np.mgrid[: size[1], : size[0]]
    waves = [np.sin(columns / (40 + 17 * n) + rows / (90 - 20 * n)) for n in range(3)]
    still = np.stack([127 + 90 * wave + rng.normal(0, 3, wave.shape) for wave in waves]).clip(0, 255).astype(np.uint8)
    for number in range(count):
        yield np.roll(still, 2 * number, 2)


def by_our_pipe(folder: Path, frames: list[NDArray[np.uint8]], size: tuple[int, int]) -> None:
    in_size = (frames[0].shape[2], frames[0].shape[1])
    write_reel(folder / "ours.mp4", frames, in_size=in_size, out_size=size, fps=FPS)


def by_imageio(folder: Path, frames: list[NDArray[np.uint8]], size: tuple[int, int]) -> None:
    in_size = (frames[0].shape[2], frames[0].shape[1])
    scaled = ["-vf", f"scale={size[0]}:{size[1]}:flags=lanczos"] if size != in_size else []
    writer = imageio_ffmpeg.write_frames(
        str(folder / "imageio.mp4"), in_size, fps=FPS, codec="libx264", quality=None, output_params=[*X264, *scaled]
    )
    writer.send(None)
    for frame in frames:
        writer.send(np.ascontiguousarray(frame.transpose(1, 2, 0)))
    writer.close()


def by_png_files(folder: Path, frames: list[NDArray[np.uint8]], size: tuple[int, int]) -> None:
    for number, frame in enumerate(frames):
        (folder / f"{number:05d}.png").write_bytes(encode_png(picture_of(frame.transpose(1, 2, 0))))
    scale = ["-vf", f"scale={size[0]}:{size[1]}:flags=lanczos", "-pix_fmt", "yuv420p"]
    run(["-framerate", str(FPS), "-i", "%05d.png", *scale, "-c:v", "libx264", *X264, "-y", "png.mp4"], folder)


WAYS: dict[str, Callable[[Path, list[NDArray[np.uint8]], tuple[int, int]], None]] = {
    "our pipe": by_our_pipe,
    "imageio_ffmpeg.write_frames": by_imageio,
    "PNG files, then ffmpeg": by_png_files,
}


def spent() -> float:
    """CPU seconds of this process and of the children it has waited for."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def main() -> None:
    """Print the table."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 72
    for in_size, out_size in ((LARGE, LARGE), (SMALL, LARGE)):
        frames = list(moving_picture(in_size, count))
        cpu: dict[str, list[float]] = {name: [] for name in WAYS}
        wall: dict[str, list[float]] = {name: [] for name in WAYS}
        with tempfile.TemporaryDirectory() as name:
            for _ in range(TURNS):
                for way, write in WAYS.items():
                    begun, begun_s = spent(), time.perf_counter()
                    write(Path(name), frames, out_size)
                    cpu[way].append(spent() - begun)
                    wall[way].append(time.perf_counter() - begun_s)
            sizes = {path.stem: path.stat().st_size for path in Path(name).glob("*.mp4")}
        print(f"{count} frames of {in_size[0]} x {in_size[1]} to {out_size[0]} x {out_size[1]}; bytes {sizes}")
        ours = statistics.median(cpu["our pipe"])
        for way in WAYS:
            median = statistics.median(cpu[way])
            print(
                f"  {way:28s} {1000 * median / count:6.1f} ms CPU a frame, {median / ours:4.2f} of ours; "
                f"{count / statistics.median(wall[way]):6.1f} frames a second on the clock"
            )


if __name__ == "__main__":
    main()
