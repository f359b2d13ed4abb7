"""Frames to H.264 as they come: a reel is a piece of film without sound that others are joined to as they are.

Frames go straight into ffmpeg's standard input, plane by plane, so that memory does not grow with length. One thread,
no dates and closed groups of pictures: the same frames give the same bytes, and reels can be joined anywhere.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np

from media.film.running import Ffmpeg, lay_text, publish, work_folder
from media.film.subtitles.fonts import FONTS_HERE, lay_out_fonts
from schemas.errors import MediaError

if TYPE_CHECKING:
    from numpy.typing import NDArray

SMALLEST_PX, LARGEST_PX = 16, 8192
HIGHEST_FPS = 240
MOST_FRAMES = 200_000
MOST_SUBTITLE_BYTES = 4 << 20
KEYFRAMES_S = 2
"""At most this many seconds lie between two pictures that can be jumped to."""

TICKS_A_FRAME = 1000
"""Ticks of a film's clock while one frame is shown."""

Preset = Literal["ultrafast", "superfast", "veryfast", "faster", "fast", "medium", "slow"]


def write_reel(
    path: Path,
    frames: Iterable[NDArray[np.uint8]],
    *,
    in_size: tuple[int, int],
    out_size: tuple[int, int],
    fps: int,
    subtitles: Path | None = None,
    first_frame: int = 0,
    preset: Preset = "veryfast",
    crf: int = 20,
) -> int:
    """Writes frames as an MP4 of H.264, whole or not at all; how many there were.

    Shapes: each frame [3, height, width], red, green and blue in sRGB.

    Args:
        path: where the reel will be; an old one is replaced.
        frames: one after the other; each is written before the next is asked for.
        in_size: width and height of the frames.
        out_size: width and height of the film, both even; frames of another size are scaled to it.
        fps: frames in a second, 1-240.
        subtitles: an ASS file to burn in, timed in the whole film's time.
        first_frame: the film's frame that this reel begins with; subtitles are shown as they are at that moment.
        preset: how hard x264 tries; slower ones make smaller files.
        crf: how coarse the picture may be, 0 (as it is) to 40.

    Raises:
        MediaError: a size, rate or frame is out of bounds, there are no frames, the folder cannot be written, the disk
            is full or ffmpeg died (its last words are in the message). Nothing is then left under the name.
    """
    _check(in_size, out_size, fps, crf, first_frame)
    with work_folder(path) as folder:
        environment = _lay_out_subtitles(subtitles, folder) if subtitles else None
        burns, clock = subtitles is not None, str(fps * TICKS_A_FRAME)
        arguments = [
            *("-f", "rawvideo", "-pix_fmt", "gbrp", "-s", "{}x{}".format(*in_size), "-framerate", str(fps)),
            *("-i", "pipe:0", "-vf", _filters(in_size, out_size, first_frame, burns=burns), "-fps_mode", "passthrough"),
            *encoding(fps, preset, crf),
            *("-f", "mp4", "-video_track_timescale", clock, "-movie_timescale", clock),
            *("-map_metadata", "-1", "-fflags", "+bitexact", "-y", "file:reel.mp4"),
        ]
        with Ffmpeg(arguments, folder, feeds=True, environment=environment) as ffmpeg:
            count = _feed(ffmpeg, frames, in_size)
            ffmpeg.finish()
        publish(folder / "reel.mp4", path)
    return count


def encoding(fps: int, preset: Preset, crf: int) -> list[str]:
    """What is said to ffmpeg of H.264: everything that must be alike in two reels for them to be joined."""
    return [
        *("-c:v", "libx264", "-preset", preset, "-crf", str(crf), "-threads", "1", "-filter_threads", "1"),
        *(
            "-g",
            str(min(KEYFRAMES_S * fps, 250)),
            "-x264-params",
            "open-gop=0:stitchable=1",
            "-flags:v",
            "+bitexact+cgop",
        ),
        *("-pix_fmt", "yuv420p", "-color_range", "tv"),
        *("-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709"),
    ]


def check_film(size: tuple[int, int], fps: int) -> None:
    """Refuse a size or rate that no film of ours has.

    Raises:
        MediaError: a side is odd, below 16 or above 8192 pixels, or the rate is not 1-240 frames in a second.
    """
    for side, name in zip(size, ("width", "height"), strict=True):
        if not SMALLEST_PX <= side <= LARGEST_PX:
            raise MediaError(f"a film of {name} {side} px was asked for: {SMALLEST_PX} to {LARGEST_PX}")
        if side % 2:
            raise MediaError(
                f"a film of {name} {side} px was asked for: H.264 keeps colour for each 2 x 2 pixels, so sides must be "
                f"even; ask for {side - 1} or {min(side + 1, LARGEST_PX)}"
            )
    if not 1 <= fps <= HIGHEST_FPS:
        raise MediaError(f"a film of {fps} frames in a second was asked for: 1 to {HIGHEST_FPS}")


def _check(in_size: tuple[int, int], out_size: tuple[int, int], fps: int, crf: int, first_frame: int) -> None:
    check_film(out_size, fps)
    if any(not SMALLEST_PX <= side <= LARGEST_PX for side in in_size):
        raise MediaError(f"frames of {in_size[0]} x {in_size[1]} px: sides of {SMALLEST_PX} to {LARGEST_PX}")
    if not 0 <= crf <= 40:
        raise MediaError(f"a coarseness (crf) of {crf} was asked for: 0 to 40; 18 to 24 is usual")
    if not 0 <= first_frame < MOST_FRAMES:
        raise MediaError(f"a reel that begins with frame {first_frame} was asked for: 0 to {MOST_FRAMES - 1}")


def _filters(in_size: tuple[int, int], out_size: tuple[int, int], first_frame: int, *, burns: bool) -> str:
    """Scaling and colours in one pass (full RGB to the narrow range of BT.709), then letters, at the film's size."""
    width, height = out_size
    chain = [
        f"scale={width}:{height}:flags=lanczos+accurate_rnd+full_chroma_inp+bitexact"
        ":out_color_matrix=bt709:out_range=tv",
        "format=yuv420p,setparams=range=tv:colorspace=bt709:color_primaries=bt709:color_trc=bt709",
    ]
    if burns:
        chain += [f"setpts=PTS+{first_frame}", f"ass=words.ass:fontsdir={FONTS_HERE}", f"setpts=PTS-{first_frame}"]
    return ",".join(chain)


def _lay_out_subtitles(subtitles: Path, folder: Path) -> dict[str, str]:
    """The subtitles and their fonts under plain names in the folder; what ffmpeg's environment says of fonts."""
    try:
        if (size := subtitles.stat().st_size) > MOST_SUBTITLE_BYTES:
            raise MediaError(f"{subtitles} has {size:,} bytes: subtitles have at most {MOST_SUBTITLE_BYTES:,}")
        text = subtitles.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise MediaError(f"{subtitles} cannot be read as subtitles: {error}; write them again") from error
    lay_text(folder / "words.ass", text)
    return lay_out_fonts(folder, text)


def _feed(ffmpeg: Ffmpeg, frames: Iterable[NDArray[np.uint8]], size: tuple[int, int]) -> int:
    shape, count = (3, size[1], size[0]), 0
    for frame in frames:
        if frame.shape != shape or frame.dtype != np.uint8:
            raise MediaError(f"frame {count} is {frame.dtype} of shape {frame.shape}: it must be uint8 of {shape}")
        if count == MOST_FRAMES:
            raise MediaError(f"a reel of more than {MOST_FRAMES} frames: make it in pieces")
        red, green, blue = (np.ascontiguousarray(plane) for plane in frame)
        ffmpeg.feed(green.data, blue.data, red.data)
        count += 1
    if count == 0:
        raise MediaError("a reel without frames was to be written: it needs at least one")
    return count
