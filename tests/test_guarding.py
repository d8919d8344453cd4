"""Whatever somebody's own query does, it does to its own process, and somebody is told."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import negograph
from negograph import QueryError
from negograph.scanning import DEEPEST

from conftest import Run

COMMAND = [str(Path(sys.executable).parent / "negograph"), "query"]
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER (?a != ?d && ?d != ?g) }"


def asked(*words: str, text: str | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*COMMAND, *words], input=text, capture_output=True, text=True, timeout=60)


def test_deep_nesting_is_refused_everywhere(run: Run, kg: negograph.KnowledgeGraph) -> None:
    deep = "SELECT * WHERE " + "{" * 5000 + "?s ?p ?o" + "}" * 5000
    for done in (asked("-", text=deep), run("query", "-e", deep)):
        assert "brackets are nested more than 100 deep" in done.stderr
    with pytest.raises(QueryError, match="nested"):
        kg.query(deep)
    assert kg.query("ASK {" + "{" * (DEEPEST - 1) + "}" * DEEPEST) is True


def test_a_crash_of_the_engine_is_told() -> None:
    done = asked("-", text="ASK { FILTER(" + "!" * 200_000 + "true) }")
    assert done.returncode == 1
    assert "the engine died of this query (SIG" in done.stderr


def test_the_time_limit_ends_a_query() -> None:
    start = time.monotonic()
    done = asked("--time-limit", "1", "-e", ENDLESS)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "negograph: the query took longer than 1 seconds and was ended\n"
    assert time.monotonic() - start < 10


@pytest.mark.parametrize(("name", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, -signal.SIGTERM)])
def test_whoever_stops_the_command_stops_the_query(name: signal.Signals, code: int) -> None:
    command = [*COMMAND, "-e", ENDLESS]
    heard = signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background job ignores it
    try:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True)
    finally:
        signal.signal(signal.SIGINT, heard)
    with process:
        try:
            time.sleep(2)
            process.send_signal(name)
            out, _ = process.communicate(timeout=20)  # the pipe is closed only when the query is gone as well
        finally:
            process.kill()
        assert (process.returncode, out) == (code, b"")


def test_answers_errors_and_usage_come_through() -> None:
    done = asked(
        "--time-limit", "60", "-e", "SELECT ?who { ngi:us-taliban-talks ng:sidelined ?who }", "--format", "csv"
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "who\nafghan-government\n", "")
    assert asked("-e", "SELECT ?who {").returncode == 1
    assert asked("-e", "ASK {}", "--as-of", "nonsense").returncode == 2
    assert asked("-e", "ASK {}", "--data", "/nowhere").returncode == 1
    assert asked("-e", "ASK {}", "--time-limit", "0").returncode == 2


SCRIPT = """\
import io, os, signal, sys, time
import click
from negograph.cli.guarding import guarded
from negograph.errors import QueryError

def work():
    {work}

{first}
sys.stdout.write("before ")
sys.stderr.write("before ")
guarded(work, {limit})
print("after")
"""


def script(work: str, limit: float | None, first: str = "") -> list[str]:
    """The command that has some work done behind the guard."""
    return [sys.executable, "-c", SCRIPT.format(work=work, limit=limit, first=first)]


DIED = "negograph: the engine died of this query ({}): ask for less, or more simply\n"


@pytest.mark.parametrize(
    ("work", "limit", "code", "out", "err"),
    [
        ("print('x')", None, 0, "x\nafter\n", ""),
        ("print('x')", 60, 0, "x\nafter\n", ""),
        ("print(os.getppid() == os.getpgid(0), signal.getsignal(2))", 60, 0, "True 0\nafter\n", ""),
        ("raise QueryError('no')", 60, 1, "", "negograph: no\n"),
        ("raise QueryError('no')", None, 1, "", "negograph: no\n"),
        ("raise click.UsageError('bad')", 60, 2, "", "Error: bad\n"),
        ("sys.exit(7)", 60, 7, "", ""),
        ("sys.exit(1)", None, 1, "", ""),
        ("sys.exit()", 60, 0, "after\n", ""),
        ("raise BrokenPipeError", 60, 0, "after\n", ""),
        ("1 / 0", 60, 1, "", "ZeroDivisionError: division by zero\n"),
        ("sys.stderr.write('x'); os.abort()", 60, 1, "", DIED.format("SIGABRT")),
        ("os.kill(os.getpid(), signal.SIGSEGV)", None, 1, "", DIED.format("SIGSEGV")),
        ("time.sleep(60)", 0.25, 1, "", "negograph: the query took longer than 0.25 seconds and was ended\n"),
        ("time.sleep(60)", 1.0, 1, "", "negograph: the query took longer than 1 seconds and was ended\n"),
    ],
)
def test_how_work_ends_is_told_once(work: str, limit: float | None, code: int, out: str, err: str) -> None:
    done = subprocess.run(
        script(work, limit), capture_output=True, text=True, timeout=60, start_new_session=True, check=False
    )
    assert (done.returncode, done.stdout) == (code, f"before {out}")
    assert done.stderr.startswith("before ")
    assert done.stderr.endswith(err)
    assert done.stderr.count("before") == 1
    if "Error" not in err and "x" not in work:
        assert done.stderr == f"before {err}"


@pytest.mark.parametrize("library", ["object()", "os.stat('/nowhere')"])
def test_a_system_that_does_not_end_children_with_their_parents_will_do(library: str) -> None:
    first = f"import ctypes; ctypes.CDLL = lambda _: {library}"
    done = subprocess.run(script("print('x')", 60, first), capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "before x\nafter\n", "before ")


@pytest.mark.parametrize(
    "first",
    [
        "del os.fork",
        "sys.stdout = io.StringIO()",
        "sys.stderr = io.StringIO()",
        "sys.stdout = sys.stderr",
        "sys.stderr = sys.stdout",
        "sys.stdout = type('', (), {'write': len, 'flush': len})",
    ],
)
def test_where_nothing_can_be_shared_the_work_is_done_here(first: str) -> None:
    work = "os.write(1, str(os.getpid() == here).encode()); os._exit(5)"
    command = script(work, 0.001, f"here = os.getpid(); {first}")
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout[-4:]) == (5, "True")


@pytest.mark.parametrize(
    ("number", "code", "err"),
    [(signal.SIGINT, 130, "negograph: interrupted\n"), (signal.SIGKILL, -signal.SIGKILL, "")],
)
@pytest.mark.parametrize("limit", [None, 60])
def test_the_work_ends_with_whoever_waits_for_it(
    limit: float | None, number: signal.Signals, code: int, err: str
) -> None:
    heard = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        process = subprocess.Popen(
            script("os.write(1, b'begun'); time.sleep(60)", limit),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
    finally:
        signal.signal(signal.SIGINT, heard)
    with process:
        try:
            assert process.stdout
            assert process.stdout.read(12) == "before begun"
            process.send_signal(number)
            out, told = process.communicate(timeout=20)  # the pipe is closed only when the work has ended as well
        finally:
            process.kill()
        assert (process.returncode, out, told) == (code, "", f"before {err}")
