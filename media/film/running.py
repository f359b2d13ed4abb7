"""ffmpeg at work in a private folder: plain names inside it, last words kept, nothing left behind."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Thread
from types import TracebackType
from typing import IO, TYPE_CHECKING, Self

from schemas.errors import MediaError

if TYPE_CHECKING:
    from typing_extensions import Buffer

LONGEST_S = 1800.0
"""An ffmpeg that takes longer for a whole film than this is taken to hang."""
_MOST_WORDS = 400
_MOST_HEARD = 8192
_PIPE_BYTES = 1 << 20
_GOING_S = 5.0
_ADDRESS = re.compile(r" @ 0x[0-9a-f]+")
_FULL = "No space left on device"

QUIET = ("-nostdin", "-hide_banner", "-loglevel", "error", "-protocol_whitelist", "file,pipe")
"""Said to every ffmpeg: nothing is asked, only errors are told, nothing is fetched."""


@contextmanager
def work_folder(target: Path) -> Iterator[Path]:
    """A new folder beside a file that is to be made, gone afterwards with all that is left in it.

    What is finished in it can be renamed to the target in one step. ffmpeg works inside, so that the names it is given
    are plain ones whatever the folders above are called.

    Raises:
        MediaError: the target's folder is missing or cannot be written.
    """
    try:
        folder = Path(tempfile.mkdtemp(dir=target.resolve().parent, prefix=".film-"))
    except OSError as error:
        raise MediaError(f"{target} cannot be written: {error.strerror}; name another folder") from error
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def publish(draft: Path, target: Path) -> None:
    """Give a finished draft its name, over whatever bears it, with the rights a new file has here.

    Raises:
        MediaError: it cannot be renamed.
    """
    mask = os.umask(0)
    os.umask(mask)
    try:
        draft.chmod(0o666 & ~mask)
        draft.replace(target)
    except OSError as error:
        raise MediaError(f"{target} cannot be written: {error.strerror}; name another folder, or free space") from error


def lay_text(path: Path, text: str) -> None:
    """Write a text for ffmpeg to read.

    Raises:
        MediaError: it cannot be written.
    """
    try:
        path.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise MediaError(f"{path} cannot be written: {error.strerror}; free space on the disk") from error


def lay_link(path: Path, source: Path) -> None:
    """Give a file from elsewhere a plain name, so that no folder's name is read as something else.

    Raises:
        MediaError: the file is not there, or links cannot be made.
    """
    if not source.is_file():
        raise MediaError(f"{source} is not a file that can be read: check the path")
    try:
        path.symlink_to(source.resolve())
    except OSError as error:
        raise MediaError(f"{path} cannot be written: {error.strerror}; name another folder") from error


class Ffmpeg:
    """An ffmpeg that runs in a folder; as a context manager it has ended when the block is left, whatever happens.

    Its standard error is read all the time, so that it never waits for a reader, and its last words are kept.
    """

    def __init__(
        self,
        arguments: Sequence[str],
        folder: Path,
        *,
        feeds: bool = False,
        reads: bool = False,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        import imageio_ffmpeg

        try:
            self._process = subprocess.Popen(
                [imageio_ffmpeg.get_ffmpeg_exe(), *QUIET, *arguments],
                cwd=folder,
                env={**os.environ, **(environment or {})},
                stdin=subprocess.PIPE if feeds else subprocess.DEVNULL,
                stdout=subprocess.PIPE if reads else subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                pipesize=_PIPE_BYTES if feeds or reads else -1,
            )
        except (OSError, RuntimeError) as error:
            raise MediaError(f"ffmpeg cannot be started: {error}; install the package imageio-ffmpeg again") from error
        self._said = bytearray()
        self._listener = Thread(target=self._listen, args=(self._process.stderr,), daemon=True)
        self._listener.start()

    def _listen(self, voice: IO[bytes]) -> None:
        while words := voice.readline(4096):
            self._said += words
            del self._said[:-_MOST_HEARD]

    def feed(self, *parts: Buffer) -> None:
        """Write bytes to its standard input, waiting while it works.

        Raises:
            MediaError: it ended before its time.
        """
        if self._process.stdin is None:
            raise ValueError("this ffmpeg was started without an input")
        try:
            for part in parts:
                self._process.stdin.write(part)
        except OSError as error:
            raise self._failure() from error

    def read(self, count: int) -> bytes:
        """The next bytes of its standard output: as many as asked for, fewer only at the end."""
        if self._process.stdout is None:
            raise ValueError("this ffmpeg was started without an output")
        return self._process.stdout.read(count)

    def finish(self, limit_s: float = LONGEST_S) -> str:
        """Wait for its end, after its input was closed; what it said.

        Raises:
            MediaError: it failed, or took longer than `limit_s` seconds.
        """
        try:
            if self._process.stdin is not None:
                self._process.stdin.close()
            code = self._process.wait(limit_s)
        except OSError as error:
            raise self._failure() from error
        except subprocess.TimeoutExpired as error:
            raise MediaError(
                f"ffmpeg was not done after {limit_s:.0f} s: the machine is too busy; try again"
            ) from error
        if code != 0:
            raise self._failure()
        self._listener.join(_GOING_S)
        return self._words()

    def _words(self) -> str:
        lines = [_ADDRESS.sub("", line) for line in self._said.decode("utf-8", "replace").splitlines()]
        while len(lines) > 1 and sum(map(len, lines)) > _MOST_WORDS:
            lines.pop(0)
        return "; ".join(lines)[-_MOST_WORDS:].strip()

    def _failure(self) -> MediaError:
        """What to say of an ffmpeg that died, once it is dead and has said all."""
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(_GOING_S)
        self._listener.join(_GOING_S)
        code = self._process.poll()
        how = f"was killed by signal {-code}" if code is not None and code < 0 else f"ended with code {code}"
        words = self._words() or "it said nothing; look for free space on the disk and free memory"
        remedy = ". The disk is full: free some space and film it again" if _FULL in words else ""
        return MediaError(f"ffmpeg could not make the film and {how}: {words}{remedy}")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        self._listener.join(_GOING_S)
        for pipe in (self._process.stdin, self._process.stdout, self._process.stderr):
            with suppress(OSError):
                if pipe is not None:
                    pipe.close()


def run(arguments: Sequence[str], folder: Path, *, limit_s: float = LONGEST_S) -> str:
    """What an ffmpeg said that ran to its end in a folder.

    Raises:
        MediaError: it failed or took too long; its last words are in the message.
    """
    with Ffmpeg(arguments, folder) as ffmpeg:
        return ffmpeg.finish(limit_s)
