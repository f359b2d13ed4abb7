"""What an album costs: the first make, the same command again, and a retake of one song's words.

Run it on an idle machine: `python -m benchmarks.album [BRIEF]`. Everything happens in a store of its own.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import psutil

from schemas.settings import Settings

BRIEF = "briefs/first-light.yaml"


def main() -> None:
    """Print the table."""
    brief = sys.argv[1] if len(sys.argv) > 1 else BRIEF
    with tempfile.TemporaryDirectory(prefix="hibari-bench-") as folder:
        environment = dict(
            os.environ,
            HIBARI_HOME=folder,
            HIBARI_RELEASES=str(Path(folder) / "releases"),
            HIBARI_MODELS=str(Settings().models_dir),
        )
        hibari(environment, "setup")
        help_s = min(hibari(environment, "--help")[1] for _ in range(5))
        first, wall_s, peak_mib = hibari(environment, "make", brief, "--press", "--policy", "demo", "--json")
        again, again_s, _ = hibari(environment, "make", brief, "--press", "--policy", "demo", "--json")
        album = first["album"]
        retaken, retake_s, _ = hibari(environment, "retake", album, "song-2", "write_lyrics", "--json")
    run = first["run"]
    beside = run["orchestration_cpu_s"] / (run["steps_cpu_s"] + run["orchestration_cpu_s"])
    rows = [
        ("hibari --help, best of 5", f"{help_s:.2f} s", "<= 0.4 s"),
        ("make and press, wall", f"{wall_s:.1f} s", "<= 240 s"),
        ("peak memory, all processes", f"{peak_mib / 1024:.2f} GiB", "<= 3 GiB"),
        ("words, seconds in both workers", f"{run['seconds_by_step']['write_lyrics']:.1f} s", ""),
        ("steps, CPU", f"{run['steps_cpu_s']:.1f} s", ""),
        ("orchestration, CPU", f"{run['orchestration_cpu_s']:.1f} s ({beside:.1%})", "<= 5 %"),
        ("Prefect server's start", f"{run['server_start_s']:.1f} s, {run['server_start_cpu_s']:.1f} CPU s", "apart"),
        ("the same command again", f"{again_s:.2f} s, {again.get('run', {}).get('made', 0)} steps made", "<= 3 s, 0"),
        ("retake of song-2's words", f"{retake_s:.1f} s, {retaken['made']} steps made", ""),
    ]
    for name, value, bound in rows:
        print(f"{name:36} {value:24} {bound}")
    print("seconds by step:", json.dumps(run["seconds_by_step"], indent=1))


def hibari(environment: dict[str, str], *arguments: str) -> tuple[dict, float, float]:
    """Run a command; its JSON, its wall seconds, and the peak memory of its processes in MiB."""
    begun = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "cli.main", *arguments], env=environment, stdout=subprocess.PIPE, text=True
    )
    peak = [0.0]
    watcher = threading.Thread(target=watch, args=(process, peak), daemon=True)
    watcher.start()
    printed, _ = process.communicate()
    seconds = time.perf_counter() - begun
    if process.returncode:
        raise SystemExit(f"hibari {' '.join(arguments)} ended with {process.returncode}")
    return (json.loads(printed) if "--json" in arguments else {}), seconds, peak[0]


def watch(process: subprocess.Popen, peak: list[float]) -> None:
    """Keep the largest sum of proportional memory of a process and its children, in MiB."""
    while process.poll() is None:
        try:
            root = psutil.Process(process.pid)
            family = [root, *root.children(recursive=True)]
            total = sum(member.memory_full_info().pss for member in family)
            peak[0] = max(peak[0], total / 2**20)
        except psutil.Error:
            pass
        time.sleep(0.5)


if __name__ == "__main__":
    main()
