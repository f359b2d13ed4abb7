"""How quick the studio is with a large catalogue, idle and while it makes an album: API and pages.

The catalogue holds 1,000 albums and 100,000 artifacts, copied in the database from one real album. The studio is
`hibari studio` as a process of its own; the client runs beside it on the same machine and takes part of its processor.
The ceiling is the same bytes answered by one bare route of Starlette on the same server, without token, database or
JSON: what no application in this language on this machine can pass.

    python -m benchmarks.studio_api [--albums 1000] [--artifacts 100000] [--seconds 5] [--no-pages]
"""

from __future__ import annotations

import argparse
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import httpx

from benchmarks.studio_parts import Load, RunningStudio, free_port, load, prepare, studio, wait_until

CONNECTIONS = (1, 8, 32)
BOUNDS = {"list of 50": (100.0, 300.0), "artifact": (0.0, 150.0)}
"""By row: requests a second at least, and p99 in ms at most, while an album is made."""

_BARE = """
import sys
import uvicorn
from pathlib import Path
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route

body = Path(sys.argv[2]).read_bytes()

async def answer(request):
    return Response(body, media_type="application/json")

uvicorn.run(Starlette(routes=[Route("/", answer)]), port=int(sys.argv[1]), log_level="error", access_log=False)
"""


def ceiling(folder: Path, body: bytes, *, seconds: float) -> list[tuple[int, Load]]:
    """A bare route that answers with a body, asked as the studio is."""
    file, port = folder / "body", free_port()
    file.write_bytes(body)
    process = subprocess.Popen([sys.executable, "-c", _BARE, str(port), str(file)])
    try:
        wait_until(lambda: _answers(f"http://127.0.0.1:{port}/"), within_s=60)
        return [(count, load(port, ["/"], {}, connections=count, seconds=seconds)) for count in CONNECTIONS]
    finally:
        process.terminate()
        process.wait()


def _answers(url: str) -> bool:
    try:
        return httpx.get(url, timeout=2).status_code == 200
    except httpx.HTTPError:
        return False


def measure(
    running: RunningStudio, digests: list[str], *, albums: int, seconds: float
) -> dict[str, list[tuple[int, Load]]]:
    """Lists of 50 at places of their own, and artifacts drawn from all, over several numbers of connections."""
    chance = random.Random(2)
    lists = [f"/api/v1/albums?limit=50&offset={offset}" for offset in range(0, max(50, albums - 50), 50)]
    reads = [f"/api/v1/artifacts/{digest}" for digest in chance.sample(digests, min(2000, len(digests)))]
    return {
        name: [
            (count, load(running.port, paths, running.headers, connections=count, seconds=seconds))
            for count in CONNECTIONS
        ]
        for name, paths in (("list of 50", lists), ("artifact", reads))
    }


def begin_album(running: RunningStudio) -> str:
    """Ask the studio for an album whose words a model writes, and wait until its workers are at it; the job."""
    brief = {"theme": "a lighthouse keeper who collects storms", "songs": 12, "seed": int(time.time())}
    asked = httpx.post(f"{running.url}/api/v1/albums", json=brief, headers=running.headers, timeout=60)
    asked.raise_for_status()
    job = asked.json()["id"]
    begun = time.monotonic()
    wait_until(lambda: _has_made(running, job), within_s=240)
    print(f"  an album is being made, its first step after {time.monotonic() - begun:.0f} s", file=sys.stderr)
    return job


def _has_made(running: RunningStudio, job: str) -> bool:
    found = httpx.get(f"{running.url}/api/v1/jobs/{job}", headers=running.headers, timeout=60).json()["job"]
    if found["state"] in ("failed", "cancelled", "done"):
        raise SystemExit(f"the job is {found['state']}: {found.get('reason', '')}")
    told = httpx.get(f"{running.url}/api/v1/events/list?job={job}", headers=running.headers, timeout=60)
    return "step.made" in told.text


def still_made(running: RunningStudio, job: str) -> bool:
    found = httpx.get(f"{running.url}/api/v1/jobs/{job}", headers=running.headers, timeout=60).json()["job"]
    return bool(found["state"] == "running")


def page_loads(
    running: RunningStudio, pages: dict[str, str], *, times: int = 5
) -> dict[str, tuple[float, float, float]]:
    """By page the median, in ms, of: first byte, largest contentful paint, load event; in Chromium, its cache cold."""
    from playwright.sync_api import sync_playwright

    from benchmarks.studio_pages import timings

    with sync_playwright() as playwright:
        return {
            name: timings(playwright, running.url, running.session, path, times=times) for name, path in pages.items()
        }


def tell(when: str, found: dict[str, list[tuple[int, Load]]], ceilings: dict[str, list[tuple[int, Load]]]) -> None:
    for name, rows in found.items():
        for (count, got), (_, bare) in zip(rows, ceilings[name], strict=True):
            figures = f"{got.a_second:8.0f} {got.median_ms:10.1f} {got.percentile_ms(99):10.1f}"
            share = got.a_second / bare.a_second
            print(f"{when:10} {name:12} {count:6} {figures} {bare.a_second:10.0f} {share:8.2f}")


def tell_pages(when: str, loads: dict[str, tuple[float, float, float]]) -> None:
    for page, (first, largest, loaded) in loads.items():
        times = f"first byte {first:.0f} ms, largest paint {largest:.0f} ms, load {loaded:.0f} ms"
        print(f"{when:10} page {page:8} {times} (<= 1000)")


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--albums", type=int, default=1000)
    parser.add_argument("--artifacts", type=int, default=100_000)
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--no-pages", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="hibari-bench-") as name:
        folder = Path(name)
        real, digests = prepare(folder / "home", albums=options.albums, artifacts=options.artifacts)
        pages = {"wall": "/", "album": f"/albums/{real}"}
        with studio(folder / "home") as running:
            bodies = {
                "list of 50": httpx.get(
                    f"{running.url}/api/v1/albums?limit=50", headers=running.headers, timeout=60
                ).content,
                "artifact": httpx.get(
                    f"{running.url}/api/v1/artifacts/{digests[0]}", headers=running.headers, timeout=60
                ).content,
            }
            ceilings = {row: ceiling(folder, body, seconds=options.seconds / 2) for row, body in bodies.items()}
            idle = measure(running, digests, albums=options.albums, seconds=options.seconds)
            idle_pages = {} if options.no_pages else page_loads(running, pages)
            job = begin_album(running)
            busy = measure(running, digests, albums=options.albums, seconds=options.seconds)
            busy_pages = {} if options.no_pages else page_loads(running, pages)
            if not still_made(running, job):
                raise SystemExit("the album was whole before the measuring was: ask for more songs")
    print(f"{options.albums} albums, {len(digests)} artifacts; list {len(bodies['list of 50'])} bytes")
    print(f"{'':23} {'conns':>6} {'a second':>8} {'median ms':>10} {'p99 ms':>10} {'ceiling':>10} {'share':>8}")
    tell("idle", idle, ceilings)
    tell("making", busy, ceilings)
    for row, (at_least, p99_ms) in BOUNDS.items():
        best = max(got.a_second for _, got in busy[row])
        worst = max(got.percentile_ms(99) for _, got in busy[row])
        print(f"while made, {row}: {best:.0f}/s (>= {at_least:.0f}), p99 {worst:.0f} ms (<= {p99_ms:.0f})")
    tell_pages("idle", idle_pages)
    tell_pages("making", busy_pages)


if __name__ == "__main__":
    main()
