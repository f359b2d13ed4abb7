"""Speech from eSpeak NG at one steady pitch, with the place of every phoneme in it.

The library keeps its state in globals and answers differently the second time, so each utterance is spoken by a
library loaded afresh from a copy of its file made for it (5 ms): the same request gives the same bytes whatever was
spoken before, in this thread or another, by us or by anyone else in the process.
"""

from __future__ import annotations

import _ctypes
import ctypes
import shutil
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from schemas.errors import MediaError

_SYNCHRONOUS = 2
_PHONEME_EVENTS_AND_NEVER_EXIT = 0x8001
_UTF8_WITH_PHONEMES = 0x0101
_RATE, _WORD_GAP = 1, 7
_PHONEME_EVENT = 7
_LONGEST_DATA_PATH = 150

_lock = threading.Lock()


class _EventId(ctypes.Union):
    _fields_ = [("number", ctypes.c_int), ("name", ctypes.c_char_p), ("string", ctypes.c_char * 8)]


class _Event(ctypes.Structure):
    _fields_ = [
        ("type", ctypes.c_int),
        ("unique_identifier", ctypes.c_uint),
        ("text_position", ctypes.c_int),
        ("length", ctypes.c_int),
        ("audio_position", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p),
        ("id", _EventId),
    ]


_Callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(_Event))


@dataclass(frozen=True)
class Phoneme:
    """A phoneme that was spoken: its mnemonic and the seconds at which it starts and ends."""

    mnemonic: str
    start_s: float
    end_s: float


@dataclass(frozen=True)
class Speech:
    """An utterance: mono samples (float64, full scale 1.0), their rate, and its phonemes in order."""

    audio: npt.NDArray[np.float64]
    rate_hz: int
    phonemes: tuple[Phoneme, ...]


def speak(text: str, *, variant: str, pitch_hz: float, words_per_minute: int = 130) -> Speech:
    """Say `text` (plain words, or phonemes in `[[ ]]`) in a voice such as 'en-us+f2', at one steady pitch.

    Args:
        text: at most 4,000 characters.
        variant: eSpeak's name of the voice.
        pitch_hz: 60 to 400; every voiced period has this length.
        words_per_minute: 80 to 300.

    Raises:
        MediaError: the text is too long, the library is missing, or it does not know the voice.
    """
    if len(text) > 4000:
        raise MediaError(f"a line of {len(text)} characters is too long to sing (at most 4000): break it into lines")
    chunks: list[npt.NDArray[np.int16]] = []
    marks: list[tuple[int, str]] = []

    def heard(samples: ctypes._Pointer[ctypes.c_short], count: int, events: ctypes._Pointer[_Event]) -> int:
        if samples and count > 0:
            chunks.append(np.ctypeslib.as_array(samples, (count,)).copy())
        place = 0
        while events[place].type:
            event = events[place]
            if event.type == _PHONEME_EVENT:
                marks.append((int(event.sample), bytes(event.id.string).decode("utf-8", "replace")))
            place += 1
        return 0

    callback = _Callback(heard)
    encoded = text.encode()
    with _lock, _fresh_library() as (library, rate_hz):
        library.espeak_SetSynthCallback(callback)
        if library.espeak_SetVoiceByName(variant.encode()):
            raise MediaError(f"eSpeak NG has no voice {variant!r}: use one of its English voices, e.g. 'en-us'")
        library.espeak_SetParameter(_RATE, words_per_minute, 0)
        library.espeak_SetParameter(_WORD_GAP, 0, 0)
        library.espeak_ng_SetConstF0(round(pitch_hz))
        library.espeak_ng_SetRandSeed(ctypes.c_long(1))
        failed = library.espeak_Synth(
            encoded, ctypes.c_size_t(len(encoded) + 1), 0, 1, 0, _UTF8_WITH_PHONEMES, None, None
        )
    if failed or not chunks:
        raise MediaError(f"eSpeak NG could not say {text[:60]!r} (status {failed}): check the line's words")
    audio = np.concatenate(chunks).astype(np.float64) / 32768.0
    return Speech(audio=audio, rate_hz=rate_hz, phonemes=_phonemes(marks, len(audio), rate_hz))


def _phonemes(marks: list[tuple[int, str]], frames: int, rate_hz: int) -> tuple[Phoneme, ...]:
    ends = [sample for sample, _ in marks[1:]] + [frames]
    return tuple(
        Phoneme(mnemonic, sample / rate_hz, max(sample, end) / rate_hz)
        for (sample, mnemonic), end in zip(marks, ends, strict=True)
        if not mnemonic.startswith("_")
    )


@contextmanager
def _fresh_library() -> Iterator[tuple[ctypes.CDLL, int]]:
    import espeakng_loader

    with tempfile.TemporaryDirectory(prefix="hibari-") as folder:
        data = _reachable(Path(espeakng_loader.get_data_path()), Path(folder))
        try:
            library = ctypes.CDLL(shutil.copy(espeakng_loader.get_library_path(), folder))
        except OSError as error:
            raise MediaError(f"eSpeak NG could not be loaded ({error}): install espeakng-loader again") from error
        try:
            rate_hz = library.espeak_Initialize(_SYNCHRONOUS, 0, str(data).encode(), _PHONEME_EVENTS_AND_NEVER_EXIT)
            if rate_hz <= 0:
                raise MediaError(f"eSpeak NG did not find its data in {data}: install espeakng-loader again")
            yield library, rate_hz
            library.espeak_Terminate()
        finally:
            _ctypes.dlclose(library._handle)


def _reachable(data: Path, folder: Path) -> Path:
    """The data under a path short enough for the library's 160 characters: itself, or a link to it in `folder`."""
    if len(str(data)) <= _LONGEST_DATA_PATH:
        return data
    link = folder / data.name
    link.symlink_to(data, target_is_directory=True)
    return link
