"""Small films beside the large one: upright for phones, and a silent one that goes round without a seam."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np

from media.film.joining import AUDIO_RATE, join_reels
from media.film.probing import film_facts
from media.film.reels import TICKS_A_FRAME, Preset, check_film, encoding, write_reel
from media.film.running import lay_link, publish, run, work_folder
from schemas.errors import MediaError

if TYPE_CHECKING:
    from numpy.typing import NDArray

UPRIGHT_PX = (1080, 1920)
CANVAS_S = 8
MOST_SEAM_BYTES = 512 << 20

Filling = Literal["blurred", "crop"]


def vertical(
    film: Path,
    out: Path,
    *,
    size: tuple[int, int] = UPRIGHT_PX,
    filling: Filling = "blurred",
    from_s: float = 0.0,
    to_s: float | None = None,
    preset: Preset = "veryfast",
    crf: int = 21,
) -> int:
    """Writes an upright film of another, whole or not at all; how many frames it has. The sound is kept.

    Args:
        film: an MP4 of ours.
        out: where the upright film will be; an old one is replaced.
        size: its width and height, both even.
        filling: 'blurred' lays the whole picture over a large, dark, blurred one; 'crop' shows its middle alone.
        from_s: the moment of the film it begins with.
        to_s: the moment it ends with; the film's end where None.
        preset: as for `write_reel`.
        crf: as for `write_reel`.

    Raises:
        MediaError: the film is damaged, a value is out of bounds, the folder cannot be written, the disk is full or
            ffmpeg died. Nothing is then left under the name.
    """
    facts = film_facts(film)
    fps = round(facts.fps)
    check_film(size, fps)
    first = round(from_s * fps)
    frames = (facts.frames if to_s is None else min(round(to_s * fps), facts.frames)) - first
    if first < 0 or frames < 1:
        raise MediaError(f"{film.name} lasts {facts.duration_s:.2f} s: nothing of it lies from {from_s} s to {to_s} s")
    begins_s, lasts_s, clock = first / fps, frames / fps, str(fps * TICKS_A_FRAME)
    chain = f"[0:v]trim=start_frame={first}:end_frame={first + frames},setpts=PTS-STARTPTS,{_upright(size, filling)}[v]"
    sound = f"atrim=start={begins_s:.6f}:duration={lasts_s:.6f},asetpts=PTS-STARTPTS"
    with work_folder(out) as folder:
        lay_link(folder / "film", film)
        arguments = [
            *("-threads", "1", "-f", "mp4", "-i", "file:film", "-filter_complex_threads", "1"),
            *("-filter_complex", chain, "-map", "[v]", "-map", "0:a:0?", "-fps_mode", "passthrough"),
            *encoding(fps, preset, crf),
            *("-af", sound, "-c:a", "aac", "-b:a", AUDIO_RATE, "-flags:a", "+bitexact", "-map_chapters", "-1"),
            *("-f", "mp4", "-movflags", "+faststart", "-video_track_timescale", clock, "-movie_timescale", clock),
            *("-fflags", "+bitexact", "-y", "file:upright.mp4"),
        ]
        run(arguments, folder)
        if (made := film_facts(folder / "upright.mp4").frames) != frames:
            raise MediaError(f"ffmpeg made {made} of {frames} frames of {film.name}: film it again")
        publish(folder / "upright.mp4", out)
    return frames


def _upright(size: tuple[int, int], filling: Filling) -> str:
    """The filter that makes a lying picture stand: all blurring is done small, where it costs nothing."""
    width, height = size
    tags = "format=yuv420p,setparams=range=tv:colorspace=bt709:color_primaries=bt709:color_trc=bt709"
    cover = "scale={w}:{h}:force_original_aspect_ratio=increase:flags={how}+bitexact,crop={w}:{h}"
    if filling == "crop":
        return f"{cover.format(w=width, h=height, how='lanczos')},setsar=1,{tags}"
    small = cover.format(w=max(width // 8 // 2 * 2, 2), h=max(height // 8 // 2 * 2, 2), how="bilinear")
    return (
        f"split[far][near];[far]{small},gblur=sigma=4,eq=brightness=-0.12:saturation=0.9,"
        f"scale={width}:{height}:flags=bicubic+bitexact,setsar=1[ground];"
        f"[near]scale={width}:{height}:force_original_aspect_ratio=decrease:force_divisible_by=2:flags=lanczos+bitexact,"
        f"setsar=1[middle];[ground][middle]overlay=(W-w)/2:(H-h)/2,{tags}"
    )


def canvas_loop(
    path: Path,
    frames: Iterable[NDArray[np.uint8]],
    *,
    in_size: tuple[int, int],
    out_size: tuple[int, int],
    fps: int,
    lasts_s: float = CANVAS_S,
    seam_s: float = 0.75,
    preset: Preset = "veryfast",
    crf: int = 20,
) -> int:
    """Writes a silent film that goes round without a seam, whole or not at all; how many frames it has.

    Its last frames pass over into the given ones from before its first, so that its end runs into its beginning.

    Args:
        path: where the film will be; an old one is replaced.
        frames: at least (lasts_s + seam_s) * fps frames, as for `write_reel`; what comes after is not asked for.
        in_size: width and height of the frames.
        out_size: width and height of the film.
        fps: frames in a second.
        lasts_s: how long it takes to go round.
        seam_s: how long the passing over takes, 0 for frames that close by themselves.
        preset: as for `write_reel`.
        crf: as for `write_reel`.

    Raises:
        MediaError: there are too few frames, a value is out of bounds, the folder cannot be written, the disk is full
            or ffmpeg died. Nothing is then left under the name.
    """
    check_film(out_size, fps)
    count, seam = round(lasts_s * fps), round(seam_s * fps)
    if not 1 <= count <= 60 * fps or not 0 <= seam <= count:
        raise MediaError(
            f"a loop of {lasts_s} s with a seam of {seam_s} s: one frame to 60 s, its seam no longer than it"
        )
    if seam * 3 * in_size[0] * in_size[1] > MOST_SEAM_BYTES:
        raise MediaError(f"a seam of {seam} frames of {in_size[0]} x {in_size[1]} px is too large to hold: shorten it")
    with work_folder(path) as folder:
        reel = folder / "loop.mp4"
        closed = _closed(iter(frames), count, seam)
        write_reel(reel, closed, in_size=in_size, out_size=out_size, fps=fps, preset=preset, crf=crf)
        join_reels([reel], path)
    return count


def _closed(frames: Iterator[NDArray[np.uint8]], count: int, seam: int) -> Iterator[NDArray[np.uint8]]:
    """Frames from number `seam` on, the last `seam` of them passing over into numbers 0 to `seam` - 1."""
    before: list[NDArray[np.uint8]] = []
    for number in range(count + seam):
        frame = next(frames, None)
        if frame is None:
            raise MediaError(f"a loop of {count} frames and a seam of {seam} were given {number} frames: give all")
        if number < seam:
            before.append(frame.copy())
        elif number < count:
            yield frame
        else:
            share = (number - count + 1) / (seam + 1)
            mixed = frame.astype(np.float32) * (1 - share) + before[number - count].astype(np.float32) * share
            yield np.rint(mixed).astype(np.uint8)
