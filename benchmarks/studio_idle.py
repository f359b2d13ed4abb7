"""What a studio costs that nobody uses: seconds until it is ready, memory of all its processes, processor at rest.

Memory is the proportional share (PSS), so that pages which processes share count once. The home is fresh and prepared
by `hibari setup`, as an installation is.

    python -m benchmarks.studio_idle [--starts 3] [--rest 20]
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from pathlib import Path

import psutil

from benchmarks.studio_parts import hibari, studio

READY_S, IDLE_MIB = 40, 700


def family(pid: int) -> list[psutil.Process]:
    root = psutil.Process(pid)
    return [root, *root.children(recursive=True)]


def name_of(process: psutil.Process) -> str:
    """What a process is for, by its command."""
    words = " ".join(process.cmdline())
    known = {
        "flows.serving": "Prefect server",
        "flows.upkeep.runner": "runner",
        "cli.main studio": "studio and web pages",
    }
    return next((name for part, name in known.items() if part in words), words[:40])


def cpu_s(processes: list[psutil.Process]) -> float:
    return sum(process.cpu_times().user + process.cpu_times().system for process in processes)


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--starts", type=int, default=3)
    parser.add_argument("--rest", type=float, default=20.0)
    options = parser.parse_args()
    ready, totals, parts = [], [], {}
    busy = 0.0
    with tempfile.TemporaryDirectory(prefix="hibari-bench-") as folder:
        home = Path(folder) / "home"
        hibari(home, "setup")
        for _ in range(options.starts):
            with studio(home) as running:
                ready.append(running.ready_s)
                time.sleep(options.rest)
                processes = family(running.process.pid)
                before = cpu_s(processes)
                sizes = [(name_of(each), each.memory_full_info().pss / 2**20) for each in processes]
                totals.append(sum(size for _, size in sizes))
                for name, size in sizes:
                    parts.setdefault(name, []).append(size)
                time.sleep(options.rest)
                busy = (cpu_s(processes) - before) / options.rest
    print(f"ready after {statistics.median(ready):.1f} s (<= {READY_S}), median of {len(ready)} starts")
    print(f"idle memory of all processes {statistics.median(totals):.0f} MiB (<= {IDLE_MIB})")
    for name, sizes in parts.items():
        print(f"  {name:24} {statistics.median(sizes):6.0f} MiB")
    print(f"processor at rest: {100 * busy:.1f} % of one core")


if __name__ == "__main__":
    main()
