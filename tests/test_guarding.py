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
