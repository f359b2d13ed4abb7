"""What `kill -9` in the middle of words, of singing and of pressing costs: what is made again, what comes out.

`python -m benchmarks.kill_and_resume [BRIEF]`. One album is made undisturbed; then, for each moment, another store is
filled up to it, the process is killed, and the same command goes on.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from schemas.settings import Settings
from tasks.bench import Bench

BRIEF = "briefs/first-light.yaml"
MOMENTS = ("words", "singing", "pressing")


def main() -> None:
    """Print a line a moment; exit code 1 where a finished step was made again or a digest differs."""
    brief = sys.argv[1] if len(sys.argv) > 1 else BRIEF
    command = [sys.executable, "-m", "cli.main", "make", brief, "--press", "--policy", "demo", "--json"]
    with tempfile.TemporaryDirectory(prefix="hibari-kill-") as folder:
        undisturbed = environment(Path(folder) / "undisturbed")
        release = json.loads(
            subprocess.run(command, env=undisturbed, check=True, capture_output=True, text=True).stdout
        )
        album, expected = release["album"], digests(undisturbed, release["album"])
        print(f"undisturbed: {len(expected)} steps, release {release['release']['digest'][:16]}")
        good = True
        for moment in MOMENTS:
            home = environment(Path(folder) / moment)
            before = kill_at(moment, command, home, album)
            done = json.loads(subprocess.run(command, env=home, check=True, capture_output=True, text=True).stdout)
            made = done.get("run", {}).get("made", 0)
            after = digests(home, album)
            remade = max(0, made - (len(after) - len(before)))
            same = after == expected and done["release"]["digest"] == release["release"]["digest"]
            good = good and same and remade == 0
            print(
                f"killed in {moment:9}: {len(before):2} steps were finished, {made:2} made by the next run, "
                f"{remade} made twice; digests and release {'equal' if same else 'DIFFER'}"
            )
    sys.exit(0 if good else 1)


def environment(home: Path) -> dict[str, str]:
    """The environment of a store of its own."""
    return dict(
        os.environ,
        HIBARI_HOME=str(home),
        HIBARI_RELEASES=str(home / "releases"),
        HIBARI_MODELS=str(Settings().models_dir),
        HIBARI_LEASE_S="5",
    )


def digests(home: dict[str, str], album: str) -> dict[str, str]:
    """The artifact of every take of an album, by slot."""
    bench = Bench(Settings(home=Path(home["HIBARI_HOME"]), models=Path(home["HIBARI_MODELS"])))
    takes = bench.catalogue.album_takes(album)
    bench.catalogue.close()
    return {str(slot): made[0].artifact for slot, made in takes.items()}


def kill_at(moment: str, command: list[str], home: dict[str, str], album: str) -> dict[str, str]:
    """Start the command, kill its process at a moment, and wait for its children to end; what was finished then."""
    process = subprocess.Popen(command, env=home, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while process.poll() is None and not reached(moment, home, album):
        time.sleep(0.05)
    if process.poll() is not None:
        raise SystemExit(f"the run ended before it was killed in {moment}")
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    time.sleep(3)
    return digests(home, album)


def reached(moment: str, home: dict[str, str], album: str) -> bool:
    """Whether a run is in the middle of words (one song is written), singing (one voice is sung) or pressing."""
    if moment == "pressing":
        return any(Path(home["HIBARI_RELEASES"]).glob(f".{album}.*"))
    if not (Path(home["HIBARI_HOME"]) / "catalogue.sqlite").exists():
        return False
    step = "/write_lyrics" if moment == "words" else "/sing/"
    return any(step in slot for slot in digests(home, album))


if __name__ == "__main__":
    main()
