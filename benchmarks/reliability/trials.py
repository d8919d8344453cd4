"""What the proofs share: how one is described and counted, the small tables, processes of their own."""

from __future__ import annotations

import csv
import io
import os
import sys
import tempfile
import time
import warnings
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import IO

from negograph.ontology import Ontology, load_ontology

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tests"))
from conftest import SMALL, row_of_relations  # noqa: E402  the small tables are those of the tests

Rows = dict[str, list[dict[str, str]]]


@dataclass
class Trial:
    """One run of one proof: what was counted, and every failure in words."""

    promise: str
    what: str
    seed: int
    done: int = 0
    failures: list[str] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0

    def expect(self, truth: object, failure: str) -> bool:
        """Note a failure where ``truth`` is false."""
        if not truth:
            self.failures.append(failure)
        return bool(truth)

    @property
    def result(self) -> str:
        """The result in a few words."""
        counted = ", ".join(f"{number:,} {name}" for name, number in sorted(self.counts.items()))
        return f"**{len(self.failures)} failures**" + (f"; {counted}" if counted else "")


Proof = Callable[[float, int], Trial]


_SAID = os.dup(2)  # forked processes have their own stderr taken away


def say(text: str) -> None:
    """A line of progress on this program's stderr, from whatever process."""
    os.write(_SAID, f"{text}\n".encode())


def small_rows() -> Rows:
    """A copy of the small tables that the tests work with."""
    rows = {name: [dict(row) for row in each] for name, each in SMALL.items()}
    rows["relations"] = [row_of_relations(row) for row in rows["relations"]]
    return rows


def as_csv(columns: Iterable[str], rows: Iterable[Mapping[str, str]]) -> bytes:
    """Rows as CSV by the standard library alone."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, list(columns), restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode("utf-8", errors="surrogatepass")


def write_folder(directory: Path, rows: Rows, ontology: Ontology | None = None) -> Path:
    """Write tables into ``directory``."""
    directory.mkdir(parents=True, exist_ok=True)
    for name, columns in (ontology or load_ontology()).columns.items():
        (directory / f"{name}.csv").write_bytes(as_csv(columns, rows[name]))
    return directory


@contextmanager
def scratch() -> Iterator[Path]:
    """A folder that goes away."""
    with tempfile.TemporaryDirectory(prefix="negograph-") as name:
        yield Path(name)


@dataclass(frozen=True)
class Finished:
    """How a process ended: its exit code (negative: the signal), and what it said."""

    code: int
    out: str
    err: str


@dataclass
class _Child:
    process: int
    out: IO[bytes]
    err: IO[bytes]

    def ended(self, limit: float) -> Finished:
        code = _ended(self.process, limit)
        texts = []
        for stream in (self.out, self.err):
            stream.seek(0)
            texts.append(stream.read().decode("utf-8", errors="surrogateescape"))
            stream.close()
        return Finished(code, *texts)


def fork() -> int:
    """``os.fork``, without the warning that threads of libraries do not come along."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        return os.fork()


def _start(work: Callable[[], object]) -> _Child:
    out, err = tempfile.TemporaryFile(), tempfile.TemporaryFile()  # noqa: SIM115  closed where the child is waited for
    sys.stdout.flush()
    sys.stderr.flush()
    child = fork()
    if child == 0:
        _in_child(work, out.fileno(), err.fileno())
    return _Child(child, out, err)


def forked(work: Callable[[], object], limit: float = 120.0) -> Finished:
    """Run ``work`` in a process of its own, forked from this one; a traceback comes back in ``err``."""
    return _start(work).ended(limit)


def _in_child(work: Callable[[], object], out: int, err: int) -> None:
    import traceback

    code = 70
    try:
        os.dup2(out, 1)
        os.dup2(err, 2)
        sys.stdout = os.fdopen(1, "w", encoding="utf-8", closefd=False)
        sys.stderr = os.fdopen(2, "w", encoding="utf-8", closefd=False)
        try:
            work()
            code = 0
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 1
        except BaseException:
            traceback.print_exc()
        sys.stdout.flush()
        sys.stderr.flush()
    finally:
        os._exit(code)


def _ended(child: int, limit: float) -> int:
    deadline = time.monotonic() + limit
    pause = 0.001
    while True:
        found, status = os.waitpid(child, os.WNOHANG)
        if found:
            return os.waitstatus_to_exitcode(status)
        if time.monotonic() > deadline:
            os.kill(child, 9)
            os.waitpid(child, 0)
            return -9
        time.sleep(pause)
        pause = min(pause * 1.5, 0.02)


def command_line(*arguments: str | Path, limit: float = 120.0) -> Finished:
    """Run the command line in a process of its own."""
    from negograph.cli import main

    words = [str(each) for each in arguments]
    return forked(lambda: main(words, prog_name="negograph"), limit)


def os_cores() -> int:
    """How many processes run at once: ``WORKERS`` in the environment, or one a core."""
    return int(os.environ.get("WORKERS", os.cpu_count() or 1))


def in_parts(work: Callable[[int], object], parts: int) -> list[Finished]:
    """Run ``work(part)`` for each part at once, in processes of their own."""
    children = [_start(partial(work, part)) for part in range(parts)]
    return [child.ended(limit=7200) for child in children]
