"""How soon 200 listeners hear of an event: from its writing into the catalogue to its arrival over the socket.

The studio is `hibari studio` as a process of its own, on a fresh home. Events are written by this process
at ten a second, each with the moment it was written; the listeners are 200 open streams of this same process, whose own
work (200 lines an event) is part of the delay.

    python -m benchmarks.studio_sse [--listeners 200] [--events 100]
"""

from __future__ import annotations

import argparse
import asyncio
import json
import tempfile
import time
from pathlib import Path

from benchmarks.studio_parts import Load, RunningStudio, hibari, studio
from schemas.settings import Settings
from tasks.bench import Bench

KIND = "benchmark.event"
BETWEEN_S = 0.1
BOUND_MS = 1000


async def listen(running: RunningStudio, wanted: int, ready: asyncio.Event, delays: list[float]) -> int:
    """Hear so many events on a stream of its own; how many came before it ended."""
    reader, writer = await asyncio.open_connection("127.0.0.1", running.port)
    heard = 0
    told = "".join(f"{name}: {value}\r\n" for name, value in running.headers.items())
    writer.write(f"GET /api/v1/events HTTP/1.1\r\nHost: 127.0.0.1:{running.port}\r\n{told}\r\n".encode())
    head = await reader.readuntil(b"\r\n\r\n")
    if not head.startswith(b"HTTP/1.1 200"):
        raise SystemExit(f"a listener was answered {head.splitlines()[0].decode()}")
    ready.set()
    try:
        async with asyncio.timeout(60 + wanted * BETWEEN_S):
            while heard < wanted:
                line = await reader.readline()
                if not line:
                    return heard
                if line.startswith(b"data:") and KIND.encode() in line:
                    delays.append(time.time() - float(json.loads(line[5:])["body"]["sent"]))
                    heard += 1
    except TimeoutError:
        return heard
    finally:
        writer.close()
    return heard


async def write(home: Path, events: int) -> None:
    catalogue = Bench(Settings(home=home)).catalogue
    for _ in range(events):
        await asyncio.to_thread(lambda: catalogue.add_event(KIND, body={"sent": time.time()}))
        await asyncio.sleep(BETWEEN_S)
    catalogue.close()


async def measure(running: RunningStudio, home: Path, listeners: int, events: int) -> tuple[Load, float, int]:
    """The delays, how long it took to connect everyone, and how many events did not arrive."""
    delays: list[float] = []
    ready = [asyncio.Event() for _ in range(listeners)]
    begun = time.perf_counter()
    tasks = [asyncio.create_task(listen(running, events, each, delays)) for each in ready]
    await asyncio.gather(*(each.wait() for each in ready))
    connected_s = time.perf_counter() - begun
    await asyncio.sleep(2)
    begun = time.perf_counter()
    await write(home, events)
    heard = await asyncio.gather(*tasks)
    return Load(tuple(delays), time.perf_counter() - begun), connected_s, listeners * events - sum(heard)


def main() -> None:
    """Print the distribution."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--listeners", type=int, default=200)
    parser.add_argument("--events", type=int, default=100)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="hibari-bench-") as name:
        home = Path(name) / "home"
        hibari(home, "setup")
        with studio(home) as running:
            found, connected_s, lost = asyncio.run(measure(running, home, options.listeners, options.events))
    print(f"{options.listeners} listeners connected in {connected_s:.1f} s; {options.events} events, ten a second")
    print(f"median {found.median_ms:.0f} ms, p90 {found.percentile_ms(90):.0f}, p99 {found.percentile_ms(99):.0f}")
    print(
        f"slowest {found.percentile_ms(100):.0f} ms (<= {BOUND_MS}); {lost} of {len(found.delays_s) + lost} not heard"
    )


if __name__ == "__main__":
    main()
