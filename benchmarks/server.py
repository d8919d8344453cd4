"""The endpoint under load (R11) and under attack (R12), each answer checked.

``python -m benchmarks.server [--seconds 60] [--clients 50]`` starts a server of its own on a free port of
this machine, and prints a Markdown table.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import random
import re
import subprocess
import sys
import time
from dataclasses import dataclass, field
from datetime import date
from importlib.metadata import version
from pathlib import Path
from urllib.parse import quote

import negograph

LIMIT = 2.0
GRACE = 0.5
FOLDER = Path(__file__).parent / "queries"
BOMBS = 30


@dataclass
class Tally:
    """What came back."""

    seconds: list[float] = field(default_factory=list)
    wrong: int = 0
    errors: int = 0
    """Answers of the kind 5xx, and none at all."""

    def quantile(self, share: float) -> float:
        """Milliseconds within which this share of the answers came."""
        ordered = sorted(self.seconds) or [float("nan")]
        return 1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))]

    def times(self) -> str:
        """The median and the 99th percentile."""
        return f"{self.quantile(0.5):.0f} ms; {self.quantile(0.99):.0f} ms"


class Client:
    """One connection that is kept open."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, query: str) -> tuple[int, bytes]:
        """Status and body."""
        if self.streams is None or self.streams[1].is_closing():
            self.streams = await asyncio.open_connection("127.0.0.1", self.port, limit=2**24)
        reader, writer = self.streams
        head = f"GET /sparql?query={quote(query)} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nAccept: */*\r\n\r\n"
        writer.write(head.encode())
        lines = (await reader.readuntil(b"\r\n\r\n")).decode()
        length = re.search(r"content-length: (\d+)", lines, re.IGNORECASE)
        assert length, lines
        return int(lines.split()[1]), await reader.readexactly(int(length[1]))

    def close(self) -> None:
        """Close the connection."""
        if self.streams:
            self.streams[1].close()


def light_queries(kg: negograph.KnowledgeGraph) -> list[tuple[str, list[object]]]:
    """Queries that a client may ask all day, each with the rows that are right."""
    text = (FOLDER / "claims-of.rq").read_text(encoding="utf-8")
    queries = [text.replace("?thing", f"ngi:{name}") for name in kg.entities()[::9]]
    return [(query, rows_of(kg, query)) for query in queries]


def rows_of(kg: negograph.KnowledgeGraph, query: str) -> list[object]:
    """The rows, in an order of their own."""
    return sorted(kg.query(query).to_dict()["results"]["bindings"], key=str)  # type: ignore[union-attr]


async def ask(client: Client, tally: Tally, query: str, right: list[object]) -> None:
    """One request, checked against the rows that are right."""
    start = time.perf_counter()
    try:
        status, body = await asyncio.wait_for(client.ask(query), 30)
    except (OSError, TimeoutError, asyncio.IncompleteReadError):
        client.close()
        tally.errors += 1
        return
    tally.seconds.append(time.perf_counter() - start)
    if status >= 500:
        tally.errors += 1
    elif status != 200 or sorted(json.loads(body)["results"]["bindings"], key=str) != right:
        tally.wrong += 1


async def load(
    port: int, queries: list[tuple[str, list[object]]], clients: int, seconds: float, pause: float, *, new: bool = True
) -> Tally:
    """Clients that ask one query after the other; ``new`` ones have never been asked in the same words."""
    tally, until = Tally(), time.monotonic() + seconds

    async def one(seed: int) -> None:
        choose, client = random.Random(seed), Client(port)
        await asyncio.sleep(choose.uniform(0, 2 * pause))
        while time.monotonic() < until:
            query, right = choose.choice(queries)
            await ask(client, tally, f"{query}# {time.monotonic_ns()} {choose.random()}" if new else query, right)
            await asyncio.sleep(choose.uniform(0, 2 * pause))
        client.close()

    await asyncio.gather(*(one(seed) for seed in range(clients)))
    return tally


async def attack(port: int, queries: list[tuple[str, list[object]]], at_once: int) -> tuple[Tally, Tally, int]:
    """Bombs beside a prober: their times, the prober's, and how many ended late or without a reason."""
    bombs = [path.read_text(encoding="utf-8") for path in sorted(FOLDER.glob("bomb-*.rq"))]
    bombs += ["SELECT * {" + "{" * 5000 + "}" * 5001, "ASK { FILTER(" + "!" * 20_000 + "true) }"]
    prober, thrown, places, bad = Tally(), Tally(), asyncio.Semaphore(at_once), 0
    over = asyncio.Event()

    async def probe() -> None:
        client = Client(port)
        while not over.is_set():
            query, right = random.choice(queries)
            await ask(client, prober, f"{query}# {random.random()}", right)
            await asyncio.sleep(0.01)
        client.close()

    async def throw(bomb: str) -> None:
        nonlocal bad
        async with places:
            client, start = Client(port), time.perf_counter()
            status, body = await client.ask(bomb)
            client.close()
            took = time.perf_counter() - start
            thrown.seconds.append(took)
            bad += took > LIMIT + GRACE or status not in (400, 503) or not body.strip()

    probing = asyncio.ensure_future(probe())
    await asyncio.gather(*(throw(bombs[number % len(bombs)]) for number in range(BOMBS)))
    over.set()
    await probing
    return prober, thrown, bad


def start() -> tuple[subprocess.Popen[str], int]:
    """A server on a free port."""
    command = [sys.executable, "-c", "from negograph.cli import main; main()", "serve", "--port", "0"]
    process = subprocess.Popen([*command, "--time-limit", str(LIMIT)], stderr=subprocess.PIPE, text=True)
    assert process.stderr
    for line in process.stderr:
        if match := re.search(r"serving on http://127.0.0.1:(\d+)", line):
            return process, int(match[1])
    raise SystemExit("the server did not start")


def memory(pid: int) -> float:
    """MB that the server, its zygote and the children that wait hold."""
    pids = [pid]
    for each in pids:
        pids += map(int, Path(f"/proc/{each}/task/{each}/children").read_text().split())
    found = (re.search(r"^Pss:\s+(\d+)", _text(f"/proc/{each}/smaps_rollup"), re.MULTILINE) for each in pids)
    return sum(int(match[1]) for match in found if match) / 1024


def _text(path: str) -> str:
    """What stands in a file, or nothing where its process has ended."""
    try:
        return Path(path).read_text()
    except OSError:
        return ""


async def measure(port: int, pid: int, seconds: float, clients: int) -> list[tuple[str, str, str]]:
    """Rows of the table: what, promised, measured."""
    queries = light_queries(negograph.load())
    cold = await load(port, queries, clients, 2, 0)
    before = memory(pid)
    paced = await load(port, queries, clients, seconds, 2)
    full = await load(port, queries, clients, seconds, 0)
    again = await load(port, queries, clients, seconds, 0, new=False)
    after = memory(pid)
    rows = []
    for name, tally in (
        ("a cold start, all at once", cold),
        ("new queries, 2 s between them", paced),
        ("new queries without a pause", full),
        ("the same queries without a pause", again),
    ):
        found = f"{len(tally.seconds):,}; {tally.wrong}; {tally.errors}; {tally.times()}"
        rows.append((f"{clients} clients, {name}: answers; wrong; 5xx; p50; p99", "0; 0; p99 ≤ 250 ms", found))
    what = "memory of server, zygote and children, before and after"
    rows.append((what, "+10 % at most", f"{before:.0f} MB → {after:.0f} MB"))
    for at_once in (5, BOMBS):
        prober, thrown, bad = await attack(port, queries, at_once)
        what = f"{BOMBS} bombs, {at_once} at once: longest; late or without a reason"
        rows.append((what, f"≤ {LIMIT + GRACE} s; 0", f"{max(thrown.seconds):.2f} s; {bad}"))
        found = f"{len(prober.seconds)}; {prober.wrong + prober.errors}; {prober.times()}"
        rows.append(("a prober beside them: answers; wrong or 5xx; p50; p99", "0; p99 ≤ 500 ms", found))
    return rows


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--clients", type=int, default=50)
    given = parser.parse_args()
    process, port = start()
    try:
        rows = asyncio.run(_with_log_read(process, port, given.seconds, given.clients))
    finally:
        process.terminate()
        process.wait(20)
    names = ("negograph", "pyoxigraph", "starlette", "uvicorn")
    print(f"{date.today()}, Python {platform.python_version()}, {os.cpu_count()} cores; ", end="")
    print(", ".join(f"{name} {version(name)}" for name in names) + "\n")
    print("| what | promised | measured |\n|---|---|---|")
    for row in rows:
        print(f"| {' | '.join(row)} |")


async def _with_log_read(
    process: subprocess.Popen[str], port: int, seconds: float, clients: int
) -> list[tuple[str, str, str]]:
    """Measure while the log is read away, so that it does not fill its pipe."""
    assert process.stderr
    draining = asyncio.ensure_future(asyncio.to_thread(process.stderr.read))
    rows = await measure(port, process.pid, seconds, clients)
    process.terminate()
    await draining
    return rows


if __name__ == "__main__":
    main()
