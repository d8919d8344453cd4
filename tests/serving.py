"""A server of our own, in a process of its own, on a free port of this machine."""

from __future__ import annotations

import asyncio
import contextlib
import http.client
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote, urlencode

T = TypeVar("T")
COMMAND = [str(Path(sys.executable).parent / "negograph"), "serve", "--port", "0"]


def finished(work: Coroutine[Any, Any, T]) -> T:
    """What a coroutine comes to, in a thread of its own: in this one a browser may keep a loop of its own running."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()


@dataclass
class Got:
    """An answer over HTTP."""

    status: int
    headers: dict[str, str]
    body: bytes
    seconds: float

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def type(self) -> str:
        return self.headers.get("content-type", "").partition(";")[0]


@dataclass
class Served:
    """A running server: where it listens, and what it says on its two streams."""

    process: subprocess.Popen[str]
    url: str = ""
    log: list[str] = field(default_factory=list)

    @property
    def port(self) -> int:
        return int(self.url.rsplit(":", 1)[1].rstrip("/"))

    def request(
        self,
        method: str,
        path: str,
        body: bytes | str | None = None,
        headers: dict[str, str] | None = None,
        timeout: float = 90,
    ) -> Got:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        start = time.monotonic()
        with contextlib.closing(connection):
            connection.request(method, path, body, headers or {})
            answer = connection.getresponse()
            data = answer.read()
        found = {name.lower(): value for name, value in answer.getheaders()}
        return Got(answer.status, found, data, time.monotonic() - start)

    def get(self, path: str, accept: str | None = None) -> Got:
        return self.request("GET", path, headers={"Accept": accept} if accept else {})

    def ask(self, query: str, accept: str | None = None, **fields: str) -> Got:
        return self.get(f"/sparql?{urlencode({'query': query, **fields}, quote_via=quote)}", accept)

    def post(self, query: str, kind: str = "application/sparql-query", path: str = "/sparql") -> Got:
        return self.request("POST", path, query.encode(), {"Content-Type": kind})

    def descendants(self) -> list[int]:
        """The processes below the server."""
        found, queue = [], [self.process.pid]
        while queue:
            pid = queue.pop()
            with contextlib.suppress(OSError):
                children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
                queue += map(int, children)
                found += map(int, children)
        return found

    def zygote(self) -> int:
        """The process that holds the graph, once it is alone: no child waits for another query."""
        until = time.monotonic() + 30  # a killed child of the lowest priority ends late on a busy machine
        while len(below := self.descendants()) > 1 and time.monotonic() < until:
            time.sleep(0.1)
        assert len(below) == 1, "the zygote alone"
        return below[0]

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=15)


@contextlib.contextmanager
def serving(*options: str) -> Iterator[Served]:
    """Start a server, wait until it listens, and end it."""
    environment = {**os.environ, "PYTHONWARNINGS": "error"}
    process = subprocess.Popen(
        [*COMMAND, *options], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    )
    server = Served(process)
    ready = threading.Event()

    def listen() -> None:
        assert process.stderr
        for line in process.stderr:
            server.log.append(line)
            if match := re.search(r"serving on (http://\S+)", line):
                server.url = match[1]
                ready.set()
        ready.set()

    reader = threading.Thread(target=listen, daemon=True)
    reader.start()
    try:
        assert ready.wait(60), "the server did not start"
        assert server.url, "".join(server.log)
        yield server
    finally:
        if process.poll() is None:
            server.stop()
        reader.join(5)
        for stream in (process.stdout, process.stderr):
            if stream:
                stream.close()
