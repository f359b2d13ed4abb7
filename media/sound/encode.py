"""Sound to bytes and back: FLAC through libsndfile, MP3 through ffmpeg; the same sound gives the same bytes."""

from __future__ import annotations

import io
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np

from schemas.audio import SAMPLE_RATE_HZ
from schemas.errors import MediaError

if TYPE_CHECKING:
    from numpy.typing import NDArray

LONGEST_FRAMES = 3600 * SAMPLE_RATE_HZ
"""One hour: the longest sound that is read or written."""

_LONGEST_MESSAGE = 400


def write_flac(audio: NDArray[np.floating], bits: Literal[16, 24] = 24) -> bytes:
    """The sound [frames] or [frames, 1 or 2] as FLAC at 44,100 Hz.

    Raises:
        MediaError: an unfit shape, values that are not finite, or a peak above full scale (which FLAC cannot hold).
    """
    import soundfile

    if audio.ndim not in (1, 2) or (audio.ndim == 2 and audio.shape[1] not in (1, 2)):
        raise MediaError(f"a sound of shape {audio.shape} cannot be written: give [frames, 1 or 2]")
    if not 0 < audio.shape[0] <= LONGEST_FRAMES:
        raise MediaError(f"a sound of {audio.shape[0]} frames cannot be written: 1 to {LONGEST_FRAMES}")
    if not np.isfinite(audio).all():
        raise MediaError("the sound holds values that are not finite: make it again")
    peak = float(np.abs(audio).max())
    if peak > 1.0:
        raise MediaError(f"the peak {peak:.3f} is above full scale (1.0): turn the sound down before writing it")
    buffer = io.BytesIO()
    soundfile.write(buffer, audio, SAMPLE_RATE_HZ, format="FLAC", subtype=f"PCM_{bits}")
    return buffer.getvalue()


def read_flac(content: bytes) -> NDArray[np.float32]:
    """The sound in some FLAC bytes: float32 [frames, channels].

    Raises:
        MediaError: the bytes are no FLAC, are damaged, or hold another sample rate, more than 2 channels or an hour.
    """
    import soundfile

    try:
        with soundfile.SoundFile(io.BytesIO(content)) as file:
            if file.format != "FLAC":
                raise MediaError(f"the sound is {file.format}, not FLAC: convert it first")
            if file.samplerate != SAMPLE_RATE_HZ:
                raise MediaError(f"the sound has {file.samplerate} Hz: convert it to {SAMPLE_RATE_HZ}")
            if file.channels > 2 or not 0 < file.frames <= LONGEST_FRAMES:
                raise MediaError(
                    f"the sound has {file.channels} channels and {file.frames} frames: "
                    f"at most 2, and 1 to {LONGEST_FRAMES}"
                )
            frames = file.frames
            sound = np.asarray(file.read(dtype="float32", always_2d=True))
    except soundfile.LibsndfileError as error:
        raise MediaError(f"the sound cannot be read as FLAC: {error}") from error
    if sound.shape[0] != frames:
        raise MediaError(f"the FLAC ends after {sound.shape[0]} of {frames} frames: it was cut short; fetch it again")
    return sound


def encode_mp3(source: Path, target: Path, *, quality: Literal["256k", "320k", "V0"] = "256k") -> None:
    """Writes a sound file as MP3, whole or not at all.

    The header says how much the encoder put before and after the sound, so players that know it start on the first
    sample and times of words hold. No tags are written. One thread and no dates: the same file gives the same bytes.

    Args:
        source: a FLAC or WAV file.
        target: where the MP3 will be; an old one is replaced.
        quality: constant '256k' or '320k', or variable 'V0'.

    Raises:
        MediaError: ffmpeg could not read or write; its own words are in the message.
    """
    import ffmpeg

    rate = {"q:a": 0} if quality == "V0" else {"audio_bitrate": quality}
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=".mp3-", suffix=".mp3")
    os.close(handle)
    draft = Path(name)
    graph = (
        ffmpeg.input(f"file:{source.resolve()}", protocol_whitelist="file,pipe")
        .audio.output(
            f"file:{draft.resolve()}",
            format="mp3",
            acodec="libmp3lame",
            map_metadata=-1,
            write_id3v2=0,
            write_xing=1,
            threads=1,
            fflags="+bitexact",
            **{"flags:a": "+bitexact"},
            **rate,
        )
        .global_args("-nostdin", "-hide_banner", "-loglevel", "error", "-protocol_whitelist", "file,pipe")
        .overwrite_output()
    )
    try:
        run_ffmpeg(graph)
        draft.chmod(0o644)
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)


def run_ffmpeg(graph: object) -> str:
    """Runs an ffmpeg-python graph with the ffmpeg inside imageio-ffmpeg; what it wrote to stderr.

    Raises:
        MediaError: it failed; the message holds its last words.
    """
    import ffmpeg
    import imageio_ffmpeg

    try:
        _, said = ffmpeg.run(graph, cmd=imageio_ffmpeg.get_ffmpeg_exe(), capture_stdout=True, capture_stderr=True)
    except ffmpeg.Error as error:
        words = (error.stderr or b"").decode("utf-8", "replace").strip()[-_LONGEST_MESSAGE:]
        raise MediaError(f"ffmpeg could not encode the sound: {words}") from error
    return str(said.decode("utf-8", "replace"))
