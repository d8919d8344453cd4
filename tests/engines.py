"""Engines started for the tests on loopback, and a server that does everything wrong."""

from __future__ import annotations

import contextlib
import shutil
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import NamedTuple, TypeVar

import pytest

from serving import serving

from conftest import needs

S = TypeVar("S", bound="Loopback")
GRAPH = "https://example.org/negograph"
PASSWORD = "dba"  # of a database that is made new for each run, on loopback

VIRTUOSO = """
[Database]
DatabaseFile = {folder}/virtuoso.db
ErrorLogFile = {folder}/virtuoso.log
LockFile = {folder}/virtuoso.lck
TransactionFile = {folder}/virtuoso.trx
xa_persistent_file = {folder}/virtuoso.pxa
FileExtend = 200
MaxCheckpointRemap = 2000
TempStorage = TempDatabase
[TempDatabase]
DatabaseFile = {folder}/temporary.db
TransactionFile = {folder}/temporary.trx
MaxCheckpointRemap = 2000
[Parameters]
ServerPort = 127.0.0.1:{sql}
DisableUnixSocket = 1
ServerThreads = 20
CheckpointInterval = 0
NumberOfBuffers = 10000
MaxDirtyBuffers = 6000
CaseMode = 2
DirsAllowed = {folder}
SchedulerInterval = 10
VectorSize = 10000
ThreadsPerQuery = 2
[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerRoot = {folder}
ServerThreads = 10
[SPARQL]
ResultSetMaxRows = {rows}
"""


class Engine(NamedTuple):
    """Where an engine answers queries, and where it takes graphs, if it does."""

    name: str
    query: str
    store: str
    graph: str


def program(name: str) -> str:
    """The path of a program that is installed on the machine, or beside this Python."""
    found = shutil.which(name) or shutil.which(name, path=str(Path(sys.executable).parent))
    needs(found, f"the engine {name}")
    assert found
    return found


def free_port() -> int:
    with socket.socket() as line:
        line.bind(("127.0.0.1", 0))
        return int(line.getsockname()[1])


@contextlib.contextmanager
def running(command: list[str], url: str, folder: Path) -> Iterator[None]:
    """Run a server until the block ends; it has a minute to answer at ``url``."""
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, cwd=folder)
        try:
            end = time.monotonic() + 60
            while not answers(url):
                if process.poll() is not None or time.monotonic() > end:
                    pytest.fail(f"{command[0]} did not start: {(folder / 'log').read_text()[-2000:]}")
                time.sleep(0.1)
            yield
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(20)


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5):
            return True
    except urllib.error.HTTPError as error:
        error.close()
        return True
    except OSError:
        return False


@contextlib.contextmanager
def virtuoso(folder: Path, rows: int = 100_000) -> Iterator[Engine]:
    ports = {"sql": free_port(), "http": free_port()}
    (folder / "virtuoso.ini").write_text(VIRTUOSO.format(folder=folder, rows=rows, **ports))
    base = f"http://127.0.0.1:{ports['http']}"
    command = [program("virtuoso-t"), "+foreground", "+configfile", str(folder / "virtuoso.ini")]
    with running(command, f"{base}/sparql", folder):
        store = base.replace("//", f"//dba:{PASSWORD}@") + "/sparql-graph-crud-auth"
        yield Engine("virtuoso", f"{base}/sparql", store, GRAPH)


@contextlib.contextmanager
def oxigraph(folder: Path) -> Iterator[Engine]:
    place = f"127.0.0.1:{free_port()}"
    with running([program("oxigraph"), "serve", "--bind", place], f"http://{place}/", folder):
        yield Engine("oxigraph", f"http://{place}/query", f"http://{place}/store", "")


@contextlib.contextmanager
def negograph(folder: Path) -> Iterator[Engine]:
    """Our own server, which holds the packaged graph and changes for nobody."""
    with serving("--time-limit", "60") as server:
        yield Engine("negograph", server.url + "sparql", "", "")


# A server that does everything wrong

JSON = "application/sparql-results+json"
ONE_ROW = b'{"head":{"vars":["a"]},"results":{"bindings":[{"a":{"type":"literal","value":"1"}}]}}'
PAGE = b"<!DOCTYPE html><html><head><title>502</title></head><body><h1>Bad Gateway</h1></body></html>"
BEHAVIOUR: dict[str, tuple[int, dict[str, str], bytes]] = {
    "/good": (200, {"Content-Type": JSON}, ONE_ROW),
    "/gateway": (502, {"Content-Type": "text/html"}, PAGE),
    "/page": (200, {"Content-Type": "text/html"}, PAGE),
    "/untyped": (200, {}, ONE_ROW),
    "/xml": (200, {"Content-Type": "application/sparql-results+xml"}, b"<sparql/>"),
    "/cut": (200, {"Content-Type": JSON}, ONE_ROW[:50]),
    "/short": (200, {"Content-Type": JSON, "Content-Length": "500"}, ONE_ROW),
    "/empty": (200, {"Content-Type": JSON}, b""),
    "/no-iri": (200, {"Content-Type": JSON}, ONE_ROW.replace(b'literal","value":"1', b'uri","value":"not an iri')),
    "/half": (200, {"Content-Type": JSON, "X-SQL-State": "S1TAT", "X-SQL-Message": "Anytime query"}, ONE_ROW),
    "/capped": (200, {"Content-Type": JSON, "X-SPARQL-MaxRows": "1"}, ONE_ROW),
    "/to-file": (302, {"Location": "file:///etc/passwd"}, b""),
    "/elsewhere": (307, {"Location": "http://user:secret@localhost.invalid/sparql"}, b""),
    "/other-port": (307, {"Location": "http://127.0.0.1:1/sparql"}, b""),
    "/circle": (307, {"Location": "/circle"}, b""),
    "/moved": (307, {"Location": "/good"}, b""),
    "/login": (401, {"WWW-Authenticate": 'Basic realm="x"'}, b""),
    "/strange-login": (401, {"WWW-Authenticate": "Negotiate"}, b""),
    "/strange-digest": (401, {"WWW-Authenticate": 'Digest realm="x", nonce="y", algorithm=NONE-SUCH, qop="auth"'}, b""),
    "/refused": (400, {"Content-Type": "text/plain"}, b"\n Error at line 2, column 7: no such thing\nmore\n"),
    "/statements-cut": (200, {"Content-Type": "text/turtle"}, b"<urn:a> <urn:b> "),
    "/put-fails": (500, {"Content-Type": "text/html"}, PAGE),
}


class Broken(BaseHTTPRequestHandler):
    """One behaviour a path; ``/hang`` and ``/drip`` never end by themselves."""

    server: BrokenServer

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.seen.append((self.path, self.headers.get("Authorization", "")))
        path = self.path.partition("?")[0]
        if path in ("/hang", "/drip"):
            self.linger(path)
            return
        if path == "/nothing":
            return
        if path == "/basic" and self.headers.get("Authorization"):
            path = "/good"
        status, headers, body = BEHAVIOUR["/login" if path == "/basic" else path]
        self.send_response(status)
        for name, value in ({"Content-Length": str(len(body))} | headers).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    do_PUT = do_POST

    def linger(self, path: str) -> None:
        with contextlib.suppress(OSError):
            if path == "/drip":
                self.wfile.write(b"HTTP/1.1 200 OK\r\n")
            while not self.server.over.wait(0.05):
                if path == "/drip":
                    self.wfile.write(b"X-More: 1\r\n")

    def log_message(self, format: str, *args: object) -> None:
        pass


class Loopback(ThreadingHTTPServer):
    """A server in a thread of this process."""

    def __init__(self, handler: type[BaseHTTPRequestHandler]) -> None:
        super().__init__(("127.0.0.1", 0), handler)
        self.over = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def handle_error(self, request: object, address: object) -> None:
        """Whoever hangs up on this server is in the right."""


@contextlib.contextmanager
def listening(server: S) -> Iterator[S]:
    with server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.over.set()
            server.shutdown()
            thread.join(10)


class BrokenServer(Loopback):
    def __init__(self) -> None:
        super().__init__(Broken)
        self.seen: list[tuple[str, str]] = []


def broken() -> contextlib.AbstractContextManager[BrokenServer]:
    return listening(BrokenServer())
