"""What a query cannot do: reach anything but the graph, take more than its share, or hurt others."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pyoxigraph as ox
import pytest
from click.testing import Result

from negograph import KnowledgeGraph, QueryError
from negograph.server import media
from negograph.server.zygote import _confine
from serving import Served, serving

from conftest import needs

LIMIT = 1.0
GRACE = 0.5
LIGHT = "SELECT ?who { ngi:us-taliban-talks ng:sidelined ?who }"


@pytest.fixture(scope="module")
def server() -> Iterator[Served]:
    with serving("--time-limit", str(LIMIT), "--memory-limit", "768M", "--queue", "64") as running:
        yield running


# Nothing but the graph


class Listener:
    """Counts who connects."""

    def __init__(self) -> None:
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.socket.settimeout(0.2)
        self.port = self.socket.getsockname()[1]
        self.connections = 0
        self.open = True
        self.thread = threading.Thread(target=self._listen)
        self.thread.start()

    def _listen(self) -> None:
        while self.open:
            try:
                connection, _ = self.socket.accept()
            except TimeoutError:
                continue
            self.connections += 1
            connection.close()

    def close(self) -> None:
        self.open = False
        self.thread.join()
        self.socket.close()


REACHING = [
    "SELECT * {{ SERVICE <{url}> {{ ?s ?p ?o }} }}",
    "SELECT * {{ SERVICE SILENT <{url}> {{ ?s ?p ?o }} }}",
    "ASK {{ {{ SERVICE <{url}> {{ ?s ?p ?o }} }} UNION {{ ?s ?p ?o }} }}",
    "ASK {{ FILTER EXISTS {{ SERVICE <{url}> {{ ?s ?p ?o }} }} }}",
    "SELECT * {{ {{ SELECT * {{ SERVICE <{url}> {{ ?s ?p ?o }} }} }} }}",
    "CONSTRUCT {{ ?s ?p ?o }} WHERE {{ SERVICE <{url}> {{ ?s ?p ?o }} }}",
    "SELECT * {{ BIND(<{url}> AS ?u) SERVICE ?u {{ ?s ?p ?o }} }}",
    "PREFIX e: <{url}> SELECT * {{ SERVICEe:x {{ ?s ?p ?o }} }}",  # the engine needs no blank there
    "PREFIX e: <{url}> SELECT*{{sErViCe e:x{{?s ?p ?o}}}}",
    "SELECT * {{ ?s ?p '\\u0022 . #' . SERVICE <{url}> {{}} }}",
    'SELECT * {{ ?s ?p "\\u0022 . #" . SERVICE <{url}> {{}} }}',
    "SELECT * {{ ?s ?p ?o # \r SERVICE <{url}> {{ ?a ?b ?c }}\n }}",
    "SELECT * {{ ?s ?p '''a' # ''' . SERVICE <{url}> {{ ?a ?b ?c }}\n }}",
    "SELECT * {{ ?s ?p ?o FILTER(1<2) SERVICE <{url}> {{ ?a ?b ?c FILTER(3>2) }} }}",
    "SELECT * {{ ?s ?p\\u003F SERVICE <{url}> {{}} }}",
    "SELECT * {{ LATERAL {{ SERVICE <{url}> {{ ?s ?p ?o }} }} }}",
    "SELECT * FROM <{url}> {{ ?s ?p ?o }}",
    "SELECT * FROM NAMED <{url}> {{ GRAPH ?g {{ ?s ?p ?o }} }}",
    "PREFIX e: <{url}> SELECT*FROMe:x{{?s ?p ?o}}",
    "BASE <{url}> SELECT * FROM <x> {{ ?s ?p ?o }}",
    "LOAD <{url}>",
    "LOAD SILENT <{url}> INTO GRAPH <x:y>",
    "INSERT DATA {{ <x:s> <x:p> 1 }} ; LOAD <{url}>",
    "DESCRIBE <{url}>",
    "SELECT * {{ GRAPH <{url}> {{ ?s ?p ?o }} }}",
    "ASK {{}} ; LOAD <{url}>",
]


def test_a_query_reaches_nothing_but_the_graph(server: Served, tmp_path) -> None:
    canary = tmp_path / "canary.ttl"
    canary.write_text("<x:canary> <x:canary> 'a canary that nobody may hear' .\n")
    listener = Listener()
    try:
        for target in (f"http://127.0.0.1:{listener.port}/x", f"http://localhost:{listener.port}/", canary.as_uri()):
            for query in REACHING:
                text = query.format(url=target)
                got = server.post(text)
                harmless = text.startswith(("DESCRIBE", "SELECT * { GRAPH"))
                assert got.status == 200 if harmless else got.status in (400, 403), (text, got.status, got.text)
                assert "may hear" not in got.text
            for name in ("default-graph-uri", "named-graph-uri"):
                assert server.ask("SELECT * { ?s ?p ?o }", **{name: target}).status == 403
        assert listener.connections == 0
    finally:
        listener.close()


def test_a_query_in_python_or_on_the_command_line_reaches_nothing_either(
    small: KnowledgeGraph, run: Callable[..., Result]
) -> None:
    listener = Listener()
    try:
        url = f"http://127.0.0.1:{listener.port}/x"
        for query in REACHING:
            text = query.format(url=url)
            if "SERVICE" in text.upper() or "LOAD" in text:
                with pytest.raises(QueryError):
                    small.query(text)
            else:
                small.query(text)
        found = run("query", "-e", REACHING[0].format(url=url))
        assert (found.exit_code, found.stdout) == (1, "")
        assert found.stderr == "negograph: SERVICE is not allowed: no other engine is asked from here\n"
        assert listener.connections == 0
    finally:
        listener.close()
    assert small.query("SELECT ?service { BIND ('SERVICE <x:y> {}' AS ?service) } # SERVICE").solutions


def test_no_file_is_opened_and_no_socket(server: Served, tmp_path) -> None:
    """The kernel's own record of what the children ask for."""
    strace = shutil.which("strace")
    needs(strace, "strace")
    zygote = server.zygote()
    record = tmp_path / "trace"
    words = [str(strace), "-f", "-e", "trace=open,openat,connect,socket", "-o", str(record), "-p", str(zygote)]
    tracer = subprocess.Popen(words, stderr=subprocess.PIPE, text=True)
    try:
        assert tracer.stderr
        if "attached" not in tracer.stderr.readline():
            needs(None, "permission to trace a process")
        for query in REACHING:
            server.post(query.format(url=f"file://{tmp_path}/canary.ttl"))
            server.post(query.format(url="http://127.0.0.1:9/"))
    finally:
        tracer.terminate()
        tracer.communicate(timeout=10)
    text = record.read_text()
    assert "canary" not in text
    reached = [line for line in text.splitlines() if re.search(r"(open|openat|connect|socket)\(", line)]
    known = ("/proc/self/oom_score_adj", "/statm", "/schedstat", "EMFILE")
    assert not [line for line in reached if not any(word in line for word in known)], reached[:10]


def test_a_second_wall_stands_where_the_first_is_fooled() -> None:
    """Without any screening, the engine in a confined process gets neither a socket nor a file."""
    listener = Listener()
    ask = f"SELECT * {{ SERVICE <http://127.0.0.1:{listener.port}/> {{ ?s ?p ?o }} }}"
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            _confine(2**30)
            list(ox.Store().query(ask))
        except OSError:
            code = 0
        finally:
            os._exit(code)
    _, status = os.waitpid(pid, 0)
    listener.close()
    assert (os.waitstatus_to_exitcode(status), listener.connections) == (0, 0)


@pytest.mark.parametrize(
    "text", ["CLEAR ALL", "DROP ALL", "DELETE WHERE { ?s ?p ?o }", "CREATE GRAPH <x:y>", "ADD <x:a> TO <x:b>"]
)
def test_updates_are_forbidden(server: Served, text: str) -> None:
    assert server.post(text).status == 403
    assert server.post(f"update={text.replace(' ', '+')}", "application/x-www-form-urlencoded").status == 403
    assert server.post(text, "application/sparql-update").status == 403


# Screening by itself


def test_what_a_client_likes() -> None:
    chrome = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"
    chosen = [media.choose(chrome, forms) for forms in (media.ROWS, media.STATEMENTS, media.PAGES)]
    assert [form.name for form in chosen if form] == ["xml", "rdf", "html"]
    assert media.choose("text/turtle;q=0, */*", media.STATEMENTS) == media.STATEMENTS[1]
    assert media.choose("text/*;q=nan, ;;,,q", media.ROWS) is None


# Bombs


BOMBS = {
    "cartesian": "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
    "sort": "SELECT * { ?a ?b ?c . ?d ?e ?f } ORDER BY ?f ?c LIMIT 5",
    "distinct": "SELECT DISTINCT ?a ?d ?g { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } OFFSET 2000000000",
    "memory": "SELECT (GROUP_CONCAT(?c) AS ?x) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
    "doubling": "SELECT ?z { BIND('xxxxxxxxxxxxxxxx' AS ?a0) "
    + " ".join(f"BIND(CONCAT(?a{n}, ?a{n}, ?a{n}, ?a{n}) AS ?a{n + 1})" for n in range(30))
    + " BIND(STRLEN(?a30) AS ?z) }",
    "braces": "SELECT * {" + "{" * 5000 + "}" * 5001,
    "bangs": "ASK { FILTER(" + "!" * 60_000 + "true) }",
    "sum": "ASK { FILTER(1=1" + "+1" * 30_000 + ") }",
    "path": "ASK { ?s <x:y>" + "/<x:y>" * 8_000 + " ?o }",
    "closure": "SELECT (COUNT(*) AS ?n) { ?a (!<x:y>)* ?b . ?b (!<x:y>)* ?c . ?c (!<x:y>)* ?d }",
    "regex": "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f FILTER REGEX(CONCAT(STR(?c), STR(?f)), '(a*)*(b*)*(c*)*x{999}$') }",
    "replace": "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f FILTER(STRLEN(REPLACE(STR(?f), '(.)', '$1$1$1$1$1$1')) > 9) }",
}


class Prober:
    """Asks something light, again and again, and checks each answer."""

    def __init__(self, server: Served) -> None:
        self.server, self.seconds, self.wrong = server, list[float](), list[str]()
        self.open = True
        self.thread = threading.Thread(target=self._probe)
        self.thread.start()

    def _probe(self) -> None:
        while self.open:
            got = self.server.ask(f"{LIGHT} # {len(self.seconds)}", format="csv")
            self.seconds.append(got.seconds)
            if got.status != 200 or got.text.split()[1:] != ["https://w3id.org/negograph/id/afghan-government"]:
                self.wrong.append(f"{got.status} {got.text}")
            time.sleep(0.02)

    def close(self) -> None:
        self.open = False
        self.thread.join()


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_ends_in_time_with_a_reason(server: Served, name: str) -> None:
    busy = max(server.ask(f"{LIGHT} # {name} {turn}").seconds for turn in range(3))  # the machine may have other work
    got = server.post(BOMBS[name])
    assert got.seconds <= LIMIT + GRACE + 2 * busy, (got.seconds, busy)
    assert got.status in (400, 503), got.text[:200]
    assert re.search(r"stopped|nested|too deeply|memory", got.text), got.text


def test_bombs_do_not_hurt_others(server: Served) -> None:
    busy = max(server.ask(f"{LIGHT} # {turn}").seconds for turn in range(3))
    prober = Prober(server)
    try:
        with ThreadPoolExecutor(12) as crowd:
            ended = list(crowd.map(lambda name: server.post(BOMBS[name]), list(BOMBS)))
    finally:
        prober.close()
    assert not prober.wrong
    assert max(each.seconds for each in ended) <= LIMIT + 2 * GRACE + 5 * busy
    assert all(each.status in (400, 503) for each in ended)
    assert sorted(prober.seconds)[len(prober.seconds) // 2] < 0.5 + 5 * busy
    assert server.get("/healthz").status == 200


def test_a_full_queue_says_when_to_come_back() -> None:
    with serving("--time-limit", "1", "--workers", "1", "--queue", "0") as running, ThreadPoolExecutor(40) as crowd:
        ended = list(crowd.map(lambda _: running.post(BOMBS["cartesian"]), range(40)))
        refused = [each for each in ended if "busy" in each.text]
        assert refused
        assert all(each.status == 503 and int(each.headers["retry-after"]) > 0 for each in refused)
        assert min(each.seconds for each in refused) < 1
        assert running.ask(LIGHT).status == 200


def test_a_client_that_goes_away_leaves_nothing(server: Served) -> None:
    for _ in range(5):
        with socket.create_connection(("127.0.0.1", server.port)) as stream:
            body = BOMBS["cartesian"].encode()
            head = f"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\nContent-Length: {len(body)}"
            stream.sendall(f"{head}\r\n\r\n".encode() + body)
    assert server.zygote()
    assert server.ask(LIGHT).status == 200


def test_a_signal_ends_it_while_bombs_run() -> None:
    with serving("--time-limit", "2") as running:
        crowd = ThreadPoolExecutor(4)
        asked = [crowd.submit(running.post, BOMBS["cartesian"]) for _ in range(4)]
        time.sleep(0.5)
        below = running.descendants()
        assert len(below) > 1
        start = time.monotonic()
        assert running.stop() == 0
        assert time.monotonic() - start < 12
        crowd.shutdown()
        assert len(asked) == 4
        assert not running.descendants()
