"""What the benchmarks of the studio share: a large catalogue made from one real album, a studio, and a plain client.

The client speaks HTTP/1.1 over kept-alive sockets and does nothing else, so that it takes little of the processor it
shares with the server.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
from sqlalchemy import insert

from artifacts import tables
from artifacts.standings import StandingFacts
from schemas.base import canonical_json, sha256_hex
from schemas.brief_reading import brief_from_fields
from schemas.reading import read_artifact
from schemas.settings import Settings
from tasks.bench import Bench

WORDS = "[verse]\nThe light upon the water\nIt calls to me\n[chorus]\nI sing a song for morning\nI sing for you\n"
REAL = {
    "theme": "a light upon the water",
    "title": "Upon the Water",
    "songs": 1,
    "genre": "folk",
    "length_s": [20, 40],
    "lyrics": [{"title": "Upon the Water", "text": WORDS}],
    "seed": 5,
}
"""The real album that the others are copied from: short, with words of its own."""

STATES = ("review", "review", "approved", "pressed", "rejected", "failed", "open")
_VARIED = {
    "song_plan": "theme", "lyrics": "title", "lead_sheet": "title", "score": "title", "part_score": "end_ticks",
    "stem": "frames", "mix": "frames", "master": "frames", "encoding": "bitrate_bps", "inspection": "song_id",
}  # fmt: skip
"""By kind the field in which a copy differs."""


def environment(home: Path) -> dict[str, str]:
    return dict(
        os.environ,
        HIBARI_HOME=str(home),
        HIBARI_RELEASES=str(home / "releases"),
        HIBARI_MODELS=str(Settings().models_dir),
        HIBARI_STUDIO__REQUESTS_A_MINUTE="1000000",
    )


def hibari(home: Path, *arguments: str) -> None:
    subprocess.run(
        [sys.executable, "-m", "cli.main", *arguments], env=environment(home), check=True, stdout=subprocess.DEVNULL
    )


def prepare(home: Path, *, albums: int, artifacts: int) -> tuple[str, list[str]]:
    """A home with one real album and copies of its records under other names; the real album's id, some digests."""
    home.mkdir(parents=True, exist_ok=True)
    file = home / "brief.json"
    file.write_text(json.dumps(REAL))
    hibari(home, "setup")
    hibari(home, "make", str(file), "--quiet")
    bench = Bench(Settings(home=home))
    real = brief_from_fields(dict(REAL)).album_id
    digests = _copy(bench, real, albums=albums, artifacts=artifacts)
    bench.catalogue.close()
    return real, digests


def _copy(bench: Bench, real: str, *, albums: int, artifacts: int) -> list[str]:
    catalogue, chance = bench.catalogue, random.Random(1)
    taken = [(slot, takes[0]) for slot, takes in catalogue.album_takes(real).items()]
    originals = [(slot, json.loads(catalogue.get(take.artifact).canonical())) for slot, take in taken]
    originals = [(slot, record) for slot, record in originals if record["kind"] in _VARIED]
    covers = [catalogue.get(take.artifact) for slot, take in taken if slot.step == "paint_cover"]
    wanted = artifacts // albums
    found: list[str] = []
    for number in range(albums):
        brief = brief_from_fields({**REAL, "seed": 100 + number, "title": f"{chance.choice(_NAMES)} {number}"})
        catalogue.album(brief.album_id, brief, title=brief.title)
        rows, takes = [], []
        for place in range(wanted):
            slot, record = originals[place % len(originals)]
            name = _VARIED[record["kind"]]
            turn = number * wanted + place
            value = record[name]
            varied = {**record, name: value + 1 + turn if isinstance(value, int) else f"{value} {turn}"[-120:]}
            varied |= {"inspection": {name: f"song-{turn}"}, "encoding": {name: 64_000 + turn}}.get(record["kind"], {})
            if number == albums - 1:
                read_artifact(canonical_json(varied))  # the largest numbers too make artifacts that can be read
            body = canonical_json(varied)
            digest = sha256_hex(body)
            found.append(digest)
            rows.append(_record(digest, record["kind"], record["schema_version"], body))
            song = f"song-{1 + place // len(originals)}"
            takes.append(
                {
                    "album": brief.album_id, "song": song, "step": slot.step, "part": slot.part, "number": 7 + place,
                    "recipe": digest, "artifact": digest, "taken_at": time.time(),
                }
            )  # fmt: skip
        with catalogue.database.write() as connection:
            connection.execute(insert(tables.records), rows)
            connection.execute(insert(tables.takes), takes)
        catalogue.set_standing(brief.album_id, _standing(brief.title, covers[0].picture.sha256, chance))
    return found


_NAMES = ("Harbour", "Frost", "Letters", "Windfall", "Salt", "Foxes", "Embers", "Ferry", "Long Light", "Attic")


def _record(digest: str, kind: str, version: int, body: bytes) -> dict[str, object]:
    return {
        "digest": digest, "kind": kind, "schema_version": version, "damaged": False, "used_at": time.time(),
        "body": body.decode(),
    }  # fmt: skip


def _standing(title: str, cover: str, chance: random.Random) -> StandingFacts:
    return StandingFacts(
        state=chance.choice(STATES),
        artist="Hibari",
        theme=f"what {title.lower()} is about, in a line of the usual length",
        genre="folk",
        mood="calm",
        songs=3,
        finished=3,
        approved=chance.randrange(4),
        rejected=0,
        flagged=chance.randrange(2),
        duration_s=180.0,
        cover=cover,
        reason="",
    )


@dataclass
class RunningStudio:
    """A studio that serves a home: its process, address and a secret, and how long it took to be ready."""

    process: subprocess.Popen[bytes]
    port: int
    secret: str
    session: str
    ready_s: float

    @property
    def url(self) -> str:
        """Where it serves."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def headers(self) -> dict[str, str]:
        """What a program sends along."""
        return {"Authorization": f"Bearer {self.secret}"}


@contextmanager
def studio(home: Path) -> Iterator[RunningStudio]:
    """`hibari studio` on a home while the block runs."""
    bench = Bench(Settings(home=home))
    token, secret = bench.catalogue.add_token("benchmark", "admin")
    session, _ = bench.catalogue.add_session(token.id, lasts_s=7200)
    bench.catalogue.close()
    port = free_port()
    begun = time.perf_counter()
    with (home / "studio.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "cli.main", "studio", "--port", str(port)],
            env=environment(home), stdout=log, stderr=log,
        )  # fmt: skip
    try:
        wait_until(lambda: _ready(port, process), within_s=180)
        yield RunningStudio(process, port, secret, session, time.perf_counter() - begun)
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until(true: Callable[[], bool], *, within_s: float) -> None:
    limit = time.monotonic() + within_s
    while not true():
        if time.monotonic() > limit:
            raise SystemExit(f"nothing came within {within_s:.0f} s")
        time.sleep(0.2)


def _ready(port: int, process: subprocess.Popen[bytes]) -> bool:
    if process.poll() is not None:
        raise SystemExit(f"the studio ended with {process.returncode}; see studio.log in its home")
    try:
        return httpx.get(f"http://127.0.0.1:{port}/api/v1/ready", timeout=5).status_code == 200
    except httpx.HTTPError:
        return False


@dataclass(frozen=True)
class Load:
    """Requests answered, over how long, and how long each took, in seconds."""

    delays_s: tuple[float, ...]
    seconds: float

    @property
    def a_second(self) -> float:
        """Requests a second."""
        return len(self.delays_s) / self.seconds

    def percentile_ms(self, percent: float) -> float:
        """The delay that so many in a hundred kept, in milliseconds."""
        ordered = sorted(self.delays_s)
        return 1000 * ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]

    @property
    def median_ms(self) -> float:
        """The delay in the middle, in milliseconds."""
        return 1000 * statistics.median(self.delays_s)


def load(port: int, paths: list[str], headers: dict[str, str], *, connections: int, seconds: float) -> Load:
    """Ask for paths in turn over so many connections, each asking again as soon as it is answered."""
    return asyncio.run(_load(port, paths, headers, connections, seconds))


async def _load(port: int, paths: list[str], headers: dict[str, str], connections: int, seconds: float) -> Load:
    delays: list[float] = []
    begun = time.perf_counter()
    limit = begun + seconds
    told = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    await asyncio.gather(*(_ask(port, paths, place, told, limit, delays) for place in range(connections)))
    return Load(tuple(delays), time.perf_counter() - begun)


async def _ask(port: int, paths: list[str], turn: int, told: str, limit: float, delays: list[float]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=2**22)
    try:
        while time.perf_counter() < limit:
            path = paths[turn % len(paths)]
            turn += 37
            begun = time.perf_counter()
            writer.write(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n{told}\r\n".encode())
            head = await reader.readuntil(b"\r\n\r\n")
            if not head.startswith(b"HTTP/1.1 200"):
                raise SystemExit(f"{path}: {head.splitlines()[0].decode()}")
            length = next(
                int(line.split(b":")[1]) for line in head.lower().splitlines() if line.startswith(b"content-l")
            )
            await reader.readexactly(length)
            delays.append(time.perf_counter() - begun)
    finally:
        writer.close()
