"""The graph in Virtuoso: a server for one measurement, loaded in bulk, and the seconds of processors that it takes."""

from __future__ import annotations

import contextlib
import http.client
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

GRAPH = "https://example.org/negograph"
_PASSWORD = "dba"  # of a database that is made new for each run, on loopback
_SETTINGS = Path(__file__).with_name("virtuoso.ini")


@dataclass(frozen=True)
class Server:
    """A running server that holds the graph."""

    url: str
    version: str
    pid: int

    def processors(self) -> float:
        """Seconds of processors that its threads have used; they live as long as it does."""
        each = Path(f"/proc/{self.pid}/task").glob("*/schedstat")
        return sum(int(file.read_text().split()[0]) for file in each) / 1e9


@contextlib.contextmanager
def holding(text: Path, folder: Path, limit: float) -> Iterator[Server]:
    """A server that has loaded ``text``, N-Triples in ``folder``, and gives up a query after ``limit`` seconds.

    Raises:
        RuntimeError: Virtuoso is not installed, did not start, or did not load.
    """
    program, client = shutil.which("virtuoso-t"), shutil.which("isql-vt")
    if not program or not client:
        raise RuntimeError("virtuoso-t and isql-vt are not installed")
    sql, port = _free_port(), _free_port()
    settings = folder / "virtuoso.ini"
    filled = _SETTINGS.read_text(encoding="utf-8").format(folder=folder, sql=sql, http=port, limit=int(limit))
    settings.write_text(filled, encoding="utf-8")
    with (folder / "output").open("wb") as output:
        process = subprocess.Popen([program, "+foreground", "+configfile", str(settings)], stdout=output, stderr=output)
        try:
            version = _started(process, port)
            load = f"ld_dir('{folder}', '{text.name}', '{GRAPH}'); rdf_loader_run(); checkpoint;"
            command = [client, f"127.0.0.1:{sql}", "dba", _PASSWORD, f"exec={load}"]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            if done.returncode or "Error" in done.stderr + done.stdout:
                raise RuntimeError((done.stderr + done.stdout).strip()[-300:])
            yield Server(f"http://127.0.0.1:{port}/sparql", version, process.pid)
        finally:
            process.kill()  # nothing of its database is kept
            process.wait()


def _free_port() -> int:
    with socket.socket() as line:
        line.bind(("127.0.0.1", 0))
        return int(line.getsockname()[1])


def _started(process: subprocess.Popen[bytes], port: int) -> str:
    """Wait for the server, a minute at most; its version, as it tells it."""
    end = time.monotonic() + 60
    while time.monotonic() < end and process.poll() is None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        with contextlib.closing(connection), contextlib.suppress(OSError):
            connection.request("HEAD", "/sparql")
            return connection.getresponse().headers["Server"].partition(" ")[0].partition("/")[2]
        time.sleep(0.1)
    raise RuntimeError("Virtuoso did not start")
