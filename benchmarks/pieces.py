"""The pieces that are measured, each in a process of its own: ``python -m benchmarks.pieces NAME FOLDER``.

A piece prints one line of JSON: seconds of the work itself (imports and the start of Python left
out, unless the piece is a whole command), by the clock and of processors (all threads and children,
user and system), the highest memory of its process in MB, and what it found, so that pieces that
should agree can be compared.
"""

from __future__ import annotations

import csv
import gc
import json
import os
import re
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from compileall import compile_dir
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

from negograph.ontology import load_ontology
from negograph.ontology import resource as packaged
from negograph.questions import read_questions

if TYPE_CHECKING:
    from negograph import KnowledgeGraph

Facts = dict[str, Any]
LIMIT = float(os.environ.get("NEGOGRAPH_BENCHMARK_LIMIT", "20"))
"""Seconds of processors that one question may take."""
FLOOR = Path(__file__).parent / "floor"
"""The plainest joins, by which the questions are judged."""


class Watch:
    """Measures the seconds of the work, and no more than that."""

    seconds = 0.0
    """By the clock."""
    cpu = 0.0
    """Of processors."""

    @contextmanager
    def __call__(self) -> Iterator[None]:
        """Measure what stands in the block."""
        start, used = time.perf_counter(), processors()
        try:
            yield
        finally:
            self.seconds += time.perf_counter() - start
            self.cpu += processors() - used


def processors() -> float:
    """Seconds of processors that this process and its children have used."""
    own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


Piece = Callable[[Path, Path, Watch], Facts]
Ask = Callable[[str, str], int]
"""Asks a question by its name and its text, and returns the number of rows."""


def peak() -> float:
    """The highest memory of this process, in MB; not that of the one it was forked from."""
    found = re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())
    assert found
    return int(found[1]) / 1024


# Tables to N-Triples


def text_ours(folder: Path, scratch: Path, watch: Watch) -> Facts:
    """The row function from CSV to a file of N-Triples."""
    from negograph.rdf import lines

    ontology, size = load_ontology(), 0
    target = scratch / "ours.nt"
    with watch(), target.open("w", encoding="utf-8") as out:
        for name in ontology.columns:
            with (folder / f"{name}.csv").open(newline="", encoding="utf-8") as stream:
                reader = csv.reader(stream, strict=True)
                out.writelines(lines(name, next(reader), reader, ontology))
    with target.open("rb") as stream:
        size = sum(1 for _ in stream)
    return {"lines": size, "bytes": target.stat().st_size}


def text_rdflib(folder: Path, scratch: Path, watch: Watch) -> Facts:
    """A loop over the rows into an rdflib graph, and its N-Triples."""
    return _by_rdflib(folder, scratch / "rdflib.nt", "nt", watch)


def _by_rdflib(folder: Path, target: Path, form: str, watch: Watch) -> Facts:
    from benchmarks.peers.by_rdflib import graph_of

    ontology = load_ontology()
    with watch():
        graph = graph_of(folder, ontology)
        graph.serialize(target, format=form, encoding="utf-8")
    return {"triples": len(graph)}


def text_maplib(folder: Path, scratch: Path, watch: Watch) -> Facts:
    """Polars and maplib, and its N-Triples."""
    from benchmarks.peers.by_maplib import model_of

    ontology = load_ontology()
    with watch():
        model = model_of(folder, ontology)
        model.write(str(scratch / "maplib.nt"), format="ntriples")
    return {"triples": model.size()}


def text_morph(folder: Path, scratch: Path, watch: Watch) -> Facts:
    """Morph-KGC on those columns that need no rule of ours (fewer triples: quote its rate alone)."""
    from benchmarks.peers.by_morph import measured

    return measured(folder, load_ontology(), scratch)


# Tables to a store that answers


def store_ours(folder: Path, scratch: Path, watch: Watch) -> Facts:
    """The row function, and its text into an Oxigraph store in memory."""
    import pyoxigraph as ox

    from negograph.rdf import lines

    ontology = load_ontology()
    target = scratch / "store.nt"
    with watch():
        with target.open("w", encoding="utf-8") as out:
            for name in ontology.columns:
                with (folder / f"{name}.csv").open(newline="", encoding="utf-8") as stream:
                    reader = csv.reader(stream, strict=True)
                    out.writelines(lines(name, next(reader), reader, ontology))
        store = ox.Store()
        store.load(path=str(target), format=ox.RdfFormat.N_TRIPLES, lenient=True)
        found = _first(store.query(_SMALL))
    return {"triples": len(store), "answer": found}


def store_checked(folder: Path, scratch: Path, watch: Watch) -> Facts:
    """``negograph.load``: the same with every check."""
    import negograph

    with watch():
        kg = negograph.load(folder)
        found = _first(kg.store.query(_SMALL))
    return {"triples": len(kg.store), "answer": found}


def store_rdflib(folder: Path, scratch: Path, watch: Watch) -> Facts:
    """A loop over the rows into an rdflib graph."""
    from benchmarks.peers.by_rdflib import graph_of

    ontology = load_ontology()
    with watch():
        graph = graph_of(folder, ontology)
        found = str(next(iter(graph.query(_SMALL)))[0])
    return {"triples": len(graph), "answer": found}


def store_maplib(folder: Path, scratch: Path, watch: Watch) -> Facts:
    """Polars and maplib."""
    from benchmarks.peers.by_maplib import model_of

    ontology = load_ontology()
    with watch():
        model = model_of(folder, ontology)
        found = str(model.query(_SMALL)["n"][0])
    return {"triples": model.size(), "answer": found}


_SMALL = "SELECT (COUNT(*) AS ?n) { ?claim <https://w3id.org/negograph/ns#gist> ?gist }"


def _first(rows: Any) -> str:
    return str(next(iter(rows))[0].value)


# Canonical Turtle


def turtle_ours(folder: Path, scratch: Path, watch: Watch) -> Facts:
    """The row function, its lines sorted, and Turtle written of them."""
    from negograph import rdf

    ontology, target = load_ontology(), scratch / "ours.ttl"
    with watch(), target.open("wb") as out:
        found = rdf.Sorted(ontology.prefixes)
        for name in ontology.columns:
            with (folder / f"{name}.csv").open(newline="", encoding="utf-8") as stream:
                reader = csv.reader(stream, strict=True)
                for chunk in rdf.chunks(rdf.lines(name, next(reader), reader, ontology)):
                    found.write(chunk)
        rdf.write({None: found}, "ttl", out)
    return {"bytes": target.stat().st_size}


def turtle_checked(folder: Path, scratch: Path, watch: Watch) -> Facts:
    """``negograph.load`` and ``export``: every check, a store that answers, and the same Turtle."""
    import negograph

    with watch():
        negograph.load(folder).export(scratch / "ours.ttl")
    return {"bytes": (scratch / "ours.ttl").stat().st_size}


def turtle_rdflib(folder: Path, scratch: Path, watch: Watch) -> Facts:
    """The loop, and rdflib's Turtle."""
    return _by_rdflib(folder, scratch / "rdflib.ttl", "turtle", watch)


# Questions


def questions_ours(folder: Path, scratch: Path, watch: Watch) -> Facts:
    """Every question through ``kg.answer`` on a graph in memory, each in a fork."""
    return _asked(folder, watch)


def questions_kept(folder: Path, scratch: Path, watch: Watch) -> Facts:
    """The same on the store on disk that is kept for large tables."""
    import negograph

    os.environ["NEGOGRAPH_CACHE"] = str(scratch / "cache")
    negograph.load(folder)
    return _asked(folder, watch)


def _asked(folder: Path, watch: Watch) -> Facts:
    import negograph

    with watch():
        kg = negograph.load(folder)
    return _each_question(
        lambda name, text: len(kg.answer(name).solutions),
        3,
        lambda name, text: len(kg.query(text).solutions),  # type: ignore[union-attr]
    )


def questions_rdflib(folder: Path, scratch: Path, watch: Watch) -> Facts:
    """Every question in rdflib, on the same graph."""
    import rdflib

    graph = rdflib.Graph(bind_namespaces="none")
    with watch():
        graph.parse(_whole(folder, scratch), format="nt")
    ask: Ask = lambda name, text: len(list(graph.query(text)))  # noqa: E731
    return _each_question(ask, 1, ask, interruptible=True)


def questions_virtuoso(folder: Path, scratch: Path, watch: Watch) -> Facts:
    """Every question in Virtuoso, over HTTP: the seconds of the server, and of the client, who reads JSON."""
    import negograph
    from benchmarks.peers.by_virtuoso import GRAPH, holding
    from negograph.errors import EndpointError

    with holding(_whole(folder, scratch), scratch, LIMIT) as server:
        there = negograph.connect(server.url, graph=GRAPH, time_limit=LIMIT + 10)
        there.answer("parallels")  # asks who it is

        def asked(name: str) -> Facts:
            took: list[tuple[float, float, float]] = []
            rows = 0
            try:
                for _ in range(3):
                    start, here, elsewhere = time.perf_counter(), processors(), server.processors()
                    rows = len(there.answer(name).solutions)
                    elsewhere = server.processors() - elsewhere
                    took.append((time.perf_counter() - start, processors() - here + elsewhere, elsewhere))
                    if sum(clock for clock, *_ in took) > LIMIT / 3:
                        break
            except EndpointError as error:
                return {"limit": LIMIT} if time.perf_counter() - start > LIMIT - 1 else {"error": f"{error}"[:200]}
            seconds, cpu, alone = (median(each) for each in zip(*(took[1:] or took), strict=True))
            return {"seconds": seconds, "cpu": cpu, "server": alone, "rounds": len(took), "rows": rows}

        with watch():
            found = {name: asked(name) for name in _wanted()}
        return {"questions": found, "limit": LIMIT, "version": server.version}


def _whole(folder: Path, scratch: Path) -> Path:
    """The graph of a folder with the vocabulary, as N-Triples."""
    from negograph.rdf import vocabulary

    text_ours(folder, scratch, Watch())
    with (scratch / "ours.nt").open("a", encoding="utf-8") as out:
        out.write(vocabulary(load_ontology()))
    return scratch / "ours.nt"


def _each_question(ask: Ask, rounds: int, plain: Ask | None = None, *, interruptible: bool = False) -> Facts:
    """Name to seconds and number of rows, or to why there are none; ``plain`` asks the joins to judge them by."""
    timed = _interrupted if interruptible else _limited
    gc.collect()
    gc.freeze()
    found = {"questions": {name: timed(ask, name, text, rounds) for name, text in _wanted().items()}}
    if plain:
        joins = read_questions(FLOOR)
        found["floor"] = {name: timed(plain, name, each.text, rounds) for name, each in joins.items()}
    return {**found, "limit": LIMIT}


def _wanted() -> dict[str, str]:
    """The questions that are asked, and their texts: all, or those that the environment names."""
    wanted = os.environ.get("NEGOGRAPH_BENCHMARK_QUESTIONS", "").split()
    known = read_questions(packaged("graph", "questions"))
    return {name: each.text for name, each in known.items() if name in wanted or not wanted}


def _limited(ask: Ask, name: str, text: str, rounds: int) -> Facts:
    """One question in a fork, so that one that runs too long, or crashes, ends alone.

    Whoever is forked copies each page of memory that it touches, and engines count references in
    all that they visit. That is the price of the fork: the first round, which pays it, counts only
    where the limit leaves time for no other. Where copies could fill the memory, nothing is forked,
    and nothing is stopped.
    """
    if peak() > _memory() / 4:
        return _asked_again(ask, name, text, rounds)
    read, write = os.pipe()
    pid = os.fork()
    if not pid:
        os.close(read)
        resource.setrlimit(resource.RLIMIT_CPU, (int(processors() + LIMIT) + 1,) * 2)
        try:
            told = _asked_again(ask, name, text, rounds)
        except BaseException as error:
            told = {"error": f"{type(error).__name__}: {error}"[:200]}
        os.write(write, json.dumps(told).encode())
        os._exit(0)
    os.close(write)
    ended, status, used, deadline = 0, 0, None, time.monotonic() + max(60, 10 * LIMIT)
    while not ended and time.monotonic() < deadline:
        time.sleep(0.002)
        ended, status, used = os.wait4(pid, os.WNOHANG)
    if not ended or used is None:
        os.kill(pid, signal.SIGKILL)
        _, status, used = os.wait4(pid, 0)
    told = json.loads(os.read(read, 4096) or b"{}")
    os.close(read)
    stopped = os.WIFSIGNALED(status) and os.WTERMSIG(status) in (signal.SIGXCPU, signal.SIGKILL)
    limit = min(LIMIT, used.ru_utime + used.ru_stime)  # less, where the clock stopped it
    return told or ({"limit": limit} if stopped else {"error": f"ended by signal {os.WTERMSIG(status)}"})


class _OutOfTimeError(BaseException):
    """No ``Exception``, which an engine might take for one of its own."""


def _interrupted(ask: Ask, name: str, text: str, rounds: int) -> Facts:
    """One question of an engine in Python, which can be interrupted where it stands: no fork, and no copies."""

    def stop(number: int, frame: object) -> None:
        raise _OutOfTimeError

    before = signal.signal(signal.SIGPROF, stop)
    try:
        signal.setitimer(signal.ITIMER_PROF, LIMIT, 1)  # and again, where something catches everything
        return _asked_again(ask, name, text, rounds)
    except _OutOfTimeError:
        return {"limit": LIMIT}
    except Exception as error:
        return {"error": f"{type(error).__name__}: {error}"[:200]}
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def _asked_again(ask: Ask, name: str, text: str, rounds: int) -> Facts:
    """Ask once, and then as often as wanted, if there is time; the median of all rounds after the first."""
    clock, cpu, rows = [], [], 0
    for _ in range(rounds + 1):
        start, used = time.perf_counter(), processors()
        rows = ask(name, text)
        clock.append(time.perf_counter() - start)
        cpu.append(processors() - used)
        if sum(cpu) + max(cpu) > LIMIT / 2:
            break
    first, *again = zip(clock, cpu, strict=True)
    seconds, used = (median(each) for each in zip(*(again or [first]), strict=True))
    return {"seconds": seconds, "cpu": used, "first": cpu[0], "rounds": len(cpu), "rows": rows}


def _memory() -> float:
    """The memory of this machine, in MB."""
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**20


# A chain


def chain_ours(folder: Path, scratch: Path, watch: Watch) -> Facts:
    """Every question, and a path from one end to the other, on a chain of claims."""
    import negograph

    with watch():
        kg = negograph.load(folder)
    found = _each_question(lambda name, text: len(kg.answer(name).solutions), 1)
    last = len(kg)
    walk = f"SELECT ?last {{ ngi:event-0 ng:followedBy+ ?last FILTER (?last = ngi:event-{last}) }}"
    more: dict[str, Ask] = {
        "followedBy+ from one end": lambda name, text: len(kg.query(walk).solutions),  # type: ignore[union-attr]
        "negograph path": lambda name, text: _path(kg, "event-0", f"event-{last}"),
        "to_networkx": lambda name, text: len(kg.to_networkx()),
    }
    found["questions"] |= {name: _limited(ask, name, "", 1) for name, ask in more.items()}
    return found


def _path(kg: KnowledgeGraph, start: str, end: str) -> int:
    """The number of claims on the paths, none where the question is refused."""
    from negograph import QuestionError

    try:
        return len(kg.path(start, end).claims)
    except QuestionError:
        return 0


# Hypotheses


def detect_ours(folder: Path, scratch: Path, watch: Watch) -> Facts:
    """``kg.detect()``: who may have been left out, of all talks and deals."""
    import negograph

    kg = negograph.load(folder)
    with watch():
        rows = kg.detect()["hypotheses"]
    return {"rows": len(rows)}


# Checks


def check_ours(folder: Path, scratch: Path, watch: Watch) -> Facts:
    """``negograph check`` without its command line."""
    from negograph.tables import check

    ontology = load_ontology()
    with watch():
        problems = check(folder, ontology)
    return {"problems": len(problems)}


def check_pyshacl(folder: Path, scratch: Path, watch: Watch) -> Facts:
    """The same rules as shapes, by pySHACL on a graph that rdflib has loaded already."""
    import rdflib
    from pyshacl import validate

    data, shapes = rdflib.Graph(bind_namespaces="none"), rdflib.Graph()
    data.parse(_whole(folder, scratch), format="nt")
    shapes.parse(packaged("graph", "shapes.ttl"), format="turtle")

    def too_long(*_: object) -> None:
        raise TimeoutError

    patience = float(os.environ.get("NEGOGRAPH_BENCHMARK_PATIENCE", "240"))
    signal.signal(signal.SIGPROF, too_long)
    signal.setitimer(signal.ITIMER_PROF, patience)
    try:
        with watch():
            conforms = validate(data, shacl_graph=shapes, advanced=True, inplace=True)[0]
    except TimeoutError:
        return {"limit": patience}
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
    return {"problems": 0 if conforms else 1}


# networkx


def network_ours(folder: Path, scratch: Path, watch: Watch) -> Facts:
    """``network_of``, from rows in memory."""
    from negograph.network import network_of

    rows = {name: list(_rows(folder / f"{name}.csv")) for name in ("entities", "relations")}
    import networkx  # noqa: F401  not what is measured

    with watch():
        network = network_of(rows)
    return {"nodes": len(network), "edges": network.number_of_edges()}


def network_pandas(folder: Path, scratch: Path, watch: Watch) -> Facts:
    """``from_pandas_edgelist``, from a DataFrame in memory, and the attributes of the nodes."""
    import networkx
    import pandas

    entities = pandas.DataFrame(_rows(folder / "entities.csv")).set_index("id")
    claims = pandas.DataFrame(_rows(folder / "relations.csv"))
    claims["object"] = claims["object"].where(claims["object"] != "", claims["id"] + ":value")
    with watch():
        network = networkx.from_pandas_edgelist(
            claims, "subject", "object", edge_attr=True, edge_key="id", create_using=networkx.MultiDiGraph
        )
        network.add_nodes_from(entities.to_dict("index").items())
    return {"nodes": len(network), "edges": network.number_of_edges()}


def _rows(file: Path) -> Iterator[dict[str, str]]:
    with file.open(newline="", encoding="utf-8") as stream:
        yield from csv.DictReader(stream)


# Spark, on the cores of this machine


def spark_build(folder: Path, scratch: Path, watch: Watch) -> Facts:
    """The same lines in parts, without checks; the start of Spark is left out."""
    from negograph.spark import build

    with _spark() as running:
        before = _with_descendants(os.getpid())
        with watch():
            build(running, str(folder), str(scratch / "parts"), checked=False)
        cpu = _with_descendants(os.getpid()) - before
        parts = list((scratch / "parts").glob("part-*"))
    return {"parts": len(parts), "bytes": sum(part.stat().st_size for part in parts), "cpu": cpu}


def spark_check(folder: Path, scratch: Path, watch: Watch) -> Facts:
    """Every check over parts."""
    from negograph.spark import check

    with _spark() as running:
        before = _with_descendants(os.getpid())
        with watch():
            found = check(running, str(folder))
        cpu = _with_descendants(os.getpid()) - before
    return {"problems": len(found.problems), "cpu": cpu}


def _with_descendants(pid: int) -> float:
    """Seconds of processors of a process and of all that came from it: Spark's Java, and its Pythons."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        children = [
            each for task in Path(f"/proc/{pid}/task").iterdir() for each in (task / "children").read_text().split()
        ]
    except OSError:
        return 0.0  # it has ended, and whoever waited for it counts it
    ticks = sum(map(int, fields[11:15]))
    return ticks / os.sysconf("SC_CLK_TCK") + sum(_with_descendants(int(each)) for each in children)


@contextmanager
def _spark() -> Iterator[Any]:
    from negograph.spark import session

    cores = os.cpu_count() or 1
    settings = {"spark.ui.enabled": "false", "spark.sql.files.maxPartitionBytes": "16m"}
    settings["spark.sql.shuffle.partitions"] = str(4 * cores)
    running = session(f"local[{cores}]", settings)
    running.sparkContext.parallelize(range(cores), cores).map(abs).count()  # the workers are up
    yield running
    running.stop()


# Whole commands, from a cold start


def _command(*words: str, **environment: str) -> Callable[[Path, Path, Watch], Facts]:
    """A command of its own, from its start to its end; FOLDER and SCRATCH in it are named."""

    def run(folder: Path, scratch: Path, watch: Watch) -> Facts:
        given = [word.replace("FOLDER", str(folder)).replace("SCRATCH", str(scratch)) for word in words]
        around = {**os.environ, **{key: value.replace("SCRATCH", str(scratch)) for key, value in environment.items()}}
        compile_dir(packaged("questions.py").parent, quiet=1)  # as an installer leaves it
        with watch():
            done = subprocess.run([sys.executable, *given], env=around, capture_output=True, check=False)
        if done.returncode:
            raise RuntimeError(done.stderr.decode()[-2000:])
        return {"bytes": len(done.stdout)}

    return run


_ASK_RDFLIB = (
    "import sys, rdflib; g = rdflib.Graph(bind_namespaces='none'); g.parse(sys.argv[1], format='turtle'); "
    "print(len(list(g.query(open(sys.argv[2]).read()))))"
)
_CLI = ("-c", "from negograph.cli import main; main(prog_name='negograph')")


def warm(folder: Path, scratch: Path, watch: Watch) -> Facts:
    """Two ``ask`` in a row with an empty cache before: the first and the second."""
    cached = {"XDG_CACHE_HOME": "SCRATCH/cache", "NEGOGRAPH_CACHE": "SCRATCH/cache"}
    ask = _command(*_CLI, "ask", "parallels", "--format", "csv", "--data", "FOLDER", **cached)
    first, second = Watch(), Watch()
    before = ask(folder, scratch, first)["bytes"]
    with watch():
        after = ask(folder, scratch, second)["bytes"]
    return {"first": first.cpu, "second": second.cpu, "bytes": after, "same": before == after}


def build_ours(folder: Path, scratch: Path, watch: Watch) -> Facts:
    """``negograph build``: the whole command, checks and store on disk."""
    return _command(*_CLI, "build", "--data", "FOLDER", "-o", "SCRATCH/built")(folder, scratch, watch)


PIECES: dict[str, Piece] = {
    "text-ours": text_ours,
    "text-rdflib": text_rdflib,
    "text-maplib": text_maplib,
    "text-morph": text_morph,
    "store-ours": store_ours,
    "store-checked": store_checked,
    "store-rdflib": store_rdflib,
    "store-maplib": store_maplib,
    "turtle-ours": turtle_ours,
    "turtle-checked": turtle_checked,
    "turtle-rdflib": turtle_rdflib,
    "questions-ours": questions_ours,
    "questions-kept": questions_kept,
    "questions-rdflib": questions_rdflib,
    "questions-virtuoso": questions_virtuoso,
    "detect-ours": detect_ours,
    "chain-ours": chain_ours,
    "check-ours": check_ours,
    "check-pyshacl": check_pyshacl,
    "network-ours": network_ours,
    "network-pandas": network_pandas,
    "spark-build": spark_build,
    "spark-check": spark_check,
    "cold-python": _command("-c", "pass"),
    "cold-pyoxigraph": _command("-c", "import pyoxigraph"),
    "cold-help": _command(*_CLI, "--help"),
    "cold-ask": _command(*_CLI, "ask", "bypassed-allies"),
    "cold-rdflib": _command(
        "-c",
        _ASK_RDFLIB,
        str(packaged("graph", "negograph.ttl")),
        str(packaged("graph", "questions", "bypassed-allies.rq")),
    ),
    "warm-ours": warm,
    "build-ours": build_ours,
}


def run(name: str, folder: Path) -> Facts:
    """Run a piece in this process; nothing of it is left in anybody's cache."""
    os.environ["NEGOGRAPH_CACHE"] = "off"
    watch = Watch()
    with tempfile.TemporaryDirectory(prefix="negograph-") as scratch:
        facts = PIECES[name](folder, Path(scratch), watch)
    return {"seconds": watch.seconds, "cpu": watch.cpu, "peak": peak(), **facts}


if __name__ == "__main__":
    print(json.dumps(run(sys.argv[1], Path(sys.argv[2]))))
