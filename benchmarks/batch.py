"""What a batch saves: EPs made as one batch, side by side with one `hibari make` each. Same briefs, same machine.

Either side has a fresh home that `hibari setup` prepared, so no side pays for migrations, and both read the same pulled
models. Processor seconds are those of the command and everything it started, as the kernel counts them when they end;
loading is measured around each load inside the workers; what is neither step, orchestration of steps nor loading is the
start and end of commands, workers and servers. At the end every artifact of both sides is compared by digest.

    python -m benchmarks.batch [--albums 8] [--songs 2]
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from schemas.settings import Settings
from tasks.bench import Bench

THEMES = (
    "ice going out on a river",
    "a field that never gets dark",
    "apples nobody picked",
    "a road salted at four in the morning",
    "the last tram and who is on it",
    "letters sorted on a night train",
    "a baker who hears the town wake up",
    "foxes in the gardens of a sleeping street",
)
GENRES = ("folk", "bossa", "piano-ballad", "lo-fi")


@dataclass
class Cost:
    """What one side took."""

    wall_s: float = 0.0
    cpu_s: float = 0.0
    steps_cpu_s: float = 0.0
    orchestration_cpu_s: float = 0.0
    load_cpu_s: float = 0.0
    loads: dict[str, int] = field(default_factory=dict)
    commands: list[float] = field(default_factory=list)

    @property
    def start_cpu_s(self) -> float:
        """Start and end of commands, workers and servers."""
        return self.cpu_s - self.steps_cpu_s - self.orchestration_cpu_s

    @property
    def making_cpu_s(self) -> float:
        """The steps without loading, and their orchestration."""
        return self.steps_cpu_s - self.load_cpu_s + self.orchestration_cpu_s


def briefs(albums: int, songs: int) -> list[dict]:
    return [
        {
            "theme": THEMES[number % len(THEMES)],
            "genre": GENRES[number % len(GENRES)],
            "songs": songs,
            "seed": 1 + number,
            "length_s": [45, 75],
        }
        for number in range(albums)
    ]


def hibari(home: Path, *arguments: str) -> tuple[dict, float, float]:
    """Run a command; its JSON, its wall seconds, and the processor seconds of it and all it started."""
    environment = dict(
        os.environ,
        HIBARI_HOME=str(home),
        HIBARI_RELEASES=str(home / "releases"),
        HIBARI_MODELS=str(Settings().models_dir),
    )
    begun = time.perf_counter()
    with tempfile.TemporaryFile("w+") as printed:
        process = subprocess.Popen([sys.executable, "-m", "cli.main", *arguments], env=environment, stdout=printed)
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        seconds = time.perf_counter() - begun
        if process.returncode:
            raise SystemExit(f"hibari {' '.join(arguments)} ended with {process.returncode}")
        printed.seek(0)
        document = json.load(printed) if "--json" in arguments else {}
    return document, seconds, used.ru_utime + used.ru_stime


def add(cost: Cost, run: dict, wall_s: float, cpu_s: float) -> None:
    cost.wall_s += wall_s
    cost.cpu_s += cpu_s
    cost.commands.append(wall_s)
    cost.steps_cpu_s += run["steps_cpu_s"]
    cost.orchestration_cpu_s += run["orchestration_cpu_s"]
    cost.load_cpu_s += run["load_cpu_s"]
    for model, count in run["model_loads"].items():
        cost.loads[model] = cost.loads.get(model, 0) + count


def make_singly(folder: Path, asked: list[dict]) -> Cost:
    cost = Cost()
    home = folder / "singly"
    hibari(home, "setup")
    for number, fields in enumerate(asked):
        file = folder / f"{number}.json"
        file.write_text(json.dumps(fields))
        document, wall_s, cpu_s = hibari(home, "make", str(file), "--quiet", "--json")
        if document["failures"]:
            raise SystemExit(f"songs failed: {document['failures']}")
        add(cost, document["run"], wall_s, cpu_s)
        print(f"  make {number + 1} of {len(asked)}: {wall_s:.0f} s, {cpu_s:.0f} CPU s", file=sys.stderr)
    return cost


def make_batch(folder: Path, asked: list[dict]) -> Cost:
    cost = Cost()
    home = folder / "batch"
    hibari(home, "setup")
    file = folder / "batch.jsonl"
    file.write_text("".join(json.dumps(fields) + "\n" for fields in asked))
    document, wall_s, cpu_s = hibari(home, "batch", str(file), "--quiet", "--json")
    result = document["result"]
    run = {
        "steps_cpu_s": result["cpu_s"],
        "orchestration_cpu_s": document["run"]["orchestration_cpu_s"],
        "load_cpu_s": result["load_cpu_s"],
        "model_loads": result["model_loads"],
    }
    add(cost, run, wall_s, cpu_s)
    return cost


def digests(home: Path) -> dict[str, str]:
    """The artifact that fills every slot of every album of a home."""
    catalogue = Bench(Settings(home=home)).catalogue
    found = {}
    for entry in catalogue.albums():
        for slot in catalogue.album_takes(entry.album_id):
            take = catalogue.selected(slot)
            found[str(slot)] = take.artifact if take else ""
    catalogue.close()
    return found


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--albums", type=int, default=8)
    parser.add_argument("--songs", type=int, default=2)
    options = parser.parse_args()
    asked = briefs(options.albums, options.songs)
    with tempfile.TemporaryDirectory(prefix="hibari-bench-") as name:
        folder = Path(name)
        batch = make_batch(folder, asked)
        print(f"  batch: {batch.wall_s:.0f} s, {batch.cpu_s:.0f} CPU s", file=sys.stderr)
        singly = make_singly(folder, asked)
        one, other = digests(folder / "singly"), digests(folder / "batch")
    rows = [
        ("CPU s in all", singly.cpu_s, batch.cpu_s),
        ("  starting and ending", singly.start_cpu_s, batch.start_cpu_s),
        ("  loading models", singly.load_cpu_s, batch.load_cpu_s),
        ("  making", singly.making_cpu_s, batch.making_cpu_s),
        ("wall s", singly.wall_s, batch.wall_s),
        *(
            (f"loads of {model}", singly.loads.get(model, 0), batch.loads.get(model, 0))
            for model in sorted(singly.loads | batch.loads)
        ),
    ]
    print(f"{options.albums} EPs of {options.songs} songs, {Settings().workers} workers")
    print(f"{'':36}{f'{options.albums} x make':>12}{'one batch':>12}{'ratio':>8}")
    for label, before, after in rows:
        ratio = f"{before / after:.2f}x" if after else "-"
        print(f"{label:36}{before:12.1f}{after:12.1f}{ratio:>8}")
    print(f"median wall of one make: {statistics.median(singly.commands):.1f} s")
    saved = singly.cpu_s - batch.cpu_s
    parts = (
        ("starting and ending", singly.start_cpu_s - batch.start_cpu_s),
        ("loading", singly.load_cpu_s - batch.load_cpu_s),
        ("making", singly.making_cpu_s - batch.making_cpu_s),
    )
    print(f"saved {saved:.1f} CPU s: " + ", ".join(f"{part} {seconds:.1f}" for part, seconds in parts))
    print(f"{len(one)} artifacts, digests equal: {one == other}")
    if one != other:
        raise SystemExit("a request did not get the same bytes in a batch")


if __name__ == "__main__":
    main()
