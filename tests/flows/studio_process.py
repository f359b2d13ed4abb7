"""`hibari studio` as a process of its own, for tests of the whole."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time

import psutil

READY = re.compile(r"ready at (http://127\.0\.0\.1:\d+)")


class StudioProcess:
    """A studio over a folder; `stop` or `kill` it."""

    def __init__(self, folder, **environment):
        self.folder = folder
        self.environment = dict(
            os.environ,
            HIBARI_HOME=str(folder / "home"),
            HIBARI_RELEASES=str(folder / "releases"),
            HIBARI_FONT="timgm6mb",
            HIBARI_DEVICE="cpu",
            HIBARI_LEASE_S="4",
            **environment,
        )
        self.process = None
        self.url = ""
        self.said = folder / "studio.log"

    def start(self, within_s=120):
        """Start it and wait until it says that it is ready."""
        before = len(self.text())
        with self.said.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "cli.main", "studio", "--port", "0"],
                env=self.environment,
                stdout=log,
                stderr=log,
            )
        try:
            found = wait_for(lambda: READY.search(self.text()[before:]) or self.process.poll() is not None, within_s)
        except AssertionError as error:
            self.stop()
            raise AssertionError(f"{error}: {self.text()[before:]}") from None
        assert self.process.poll() is None, self.text()[before:]
        self.url = found.group(1)
        return self

    def text(self):
        return self.said.read_text() if self.said.exists() else ""

    def family(self):
        root = psutil.Process(self.process.pid)
        return [root, *root.children(recursive=True)]

    def stop(self, within_s=40):
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(timeout=within_s)

    def kill(self):
        self.process.kill()
        self.process.wait()


def wait_for(found, within_s):
    """What `found` gives once it gives something."""
    limit = time.monotonic() + within_s
    while time.monotonic() < limit:
        answer = found()
        if answer:
            return answer
        time.sleep(0.2)
    raise AssertionError(f"it did not come within {within_s} s")


def all_gone(processes, within_s=20):
    """Whether processes have ended, or do within some seconds."""
    limit = time.monotonic() + within_s
    while any(_lives(process) for process in processes) and time.monotonic() < limit:
        time.sleep(0.1)
    return not [process for process in processes if _lives(process)]


def _lives(process):
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
