"""Building, asking and checking, side by side with other tools: ``python -m benchmarks``.

Each piece runs in a process of its own, and the pieces of a group in turn, round by round, so that
a machine that slows down slows them all. What was found is kept in benchmarks/results, a file a
piece and size, so that groups and sizes can be measured apart; the table of docs/performance.md is
written anew from all of it. Tools that are not installed are left out, and the table says so.

The endpoint, the explorer and the promises of reliability have commands of their own:
``python -m benchmarks.server``, ``benchmarks.explorer`` and ``benchmarks.reliability``.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from benchmarks import goals, tables

ROOT = Path(__file__).parents[1]
RESULTS = Path(__file__).parent / "results"
REPORT = ROOT / "docs" / "performance.md"
SIZES = (1_000, 10_000, 100_000, 1_000_000)
TOOLS = ("negograph", "rdflib", "pyoxigraph", "maplib", "polars", "pandas", "networkx", "pyshacl", "pyspark")


@dataclass(frozen=True)
class Group:
    """Pieces that are measured in turn, each with the largest number of rows that it is given."""

    pieces: tuple[tuple[str, int], ...]
    smallest: int = 1_000


GROUPS = {
    "text": Group((("text-ours", 10**6), ("text-rdflib", 10**5), ("text-maplib", 10**6), ("text-morph", 10**6))),
    "store": Group(
        (("store-ours", 10**6), ("store-checked", 10**6), ("store-rdflib", 10**5), ("store-maplib", 10**6))
    ),
    "build": Group((("build-ours", 10**6),)),
    "turtle": Group((("turtle-ours", 10**6), ("turtle-checked", 10**6), ("turtle-rdflib", 10**5))),
    "questions": Group(
        (
            ("questions-ours", 10**6),
            ("questions-kept", 10**6),
            ("questions-rdflib", 10**5),
            ("questions-virtuoso", 10**5),
        ),
        10_000,
    ),
    "detect": Group((("detect-ours", 10**6),)),
    "chain": Group((("chain-ours", 10_000),), 10_000),
    "check": Group((("check-ours", 10**6), ("check-pyshacl", 10**4))),
    "cold": Group(
        tuple((f"cold-{name}", 0) for name in ("python", "pyoxigraph", "help", "ask", "rdflib")), 0
    ),
    "warm": Group((("warm-ours", 10**6),)),
    "spark": Group((("spark-build", 10**6), ("spark-check", 10**6)), 10_000),
    "network": Group((("network-ours", 10**6), ("network-pandas", 10**6))),
}  # fmt: skip
"""``cold`` runs on the packaged data, ``chain`` on a chain of so many claims."""


def measure(names: Iterable[str], sizes: Sequence[int], rounds: int, folder: Path, results: Path) -> None:
    """Measure groups at the sizes that they can be given, and keep what was found in ``results``."""
    for name in names:
        group = _group(name)
        for size in sizes if group.smallest else (0,):
            pieces = [piece for piece, most in group.pieces if group.smallest <= size <= most or not group.smallest]
            found: dict[str, list[dict[str, Any]]] = {piece: [] for piece in pieces}
            for _ in range(rounds if pieces else 0):
                for piece in pieces:
                    found[piece].append(run(piece, data_of(name, size, folder)))
                    print(f"{piece} at {size:,}: {_short(found[piece][-1])}", file=sys.stderr)
            for piece, each in found.items():
                keep(results, piece, size, each)


def _group(name: str) -> Group:
    """A group, or a single piece of one."""
    if name in GROUPS:
        return GROUPS[name]
    group = GROUPS[name.partition("-")[0]]
    return Group(tuple(each for each in group.pieces if each[0] == name), group.smallest)


def data_of(name: str, size: int, folder: Path) -> Path:
    """The tables that a group works on, generated where they are not there yet."""
    group = name.partition("-")[0]
    if group == "cold":
        return ROOT / "data"
    target = folder / (f"chain-{size}" if group == "chain" else f"rows-{size}")
    if not (target / "relations.csv").exists():
        if group == "chain":
            tables.write_chain(target, size)
        else:
            tables.write(target, size)
    return target


def run(piece: str, folder: Path) -> dict[str, Any]:
    """A piece in a process of its own: what it printed, or why it could not."""
    command = [sys.executable, "-m", "benchmarks.pieces", piece, str(folder)]
    around = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=ROOT, env=around, capture_output=True, text=True, check=False)
    if done.returncode:
        last = (done.stderr.strip().splitlines() or [f"ended with {done.returncode}"])[-1]
        return {"error": last[:200]}
    found: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


def _short(found: dict[str, Any]) -> str:
    return found.get("error") or f"{found['seconds']:.3f} s, {found['cpu']:.3f} s of processors, {found['peak']:.0f} MB"


def keep(results: Path, piece: str, size: int, rounds: list[dict[str, Any]]) -> None:
    """Write what was found to a file of its own; questions that were asked apart join those of before."""
    results.mkdir(parents=True, exist_ok=True)
    file = results / f"{piece}-{size}.json"
    if os.environ.get("NEGOGRAPH_BENCHMARK_QUESTIONS") and file.exists():
        before = json.loads(file.read_bytes())["rounds"][0]["questions"]
        rounds = [{**each, "questions": {**before, **each["questions"]}} for each in rounds]
    kept = {"piece": piece, "rows": size, "date": f"{date.today()}", "versions": versions(), "rounds": rounds}
    file.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")


def versions() -> dict[str, str]:
    """The versions of what took part."""
    found = {"Python": platform.python_version(), "cores": str(os.cpu_count())}
    for tool in TOOLS:
        try:
            found[tool] = version(tool)
        except PackageNotFoundError:
            continue
    return found


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, and write the table."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", default=",".join(GROUPS), help=f"of {', '.join(GROUPS)}; or pieces: text-ours,...")
    parser.add_argument("--rows", default=",".join(map(str, SIZES)), help="sizes of the tables: 1000,1e5")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--quick", action="store_true", help="a smoke test: the smallest tables, one round")
    parser.add_argument("--tables", type=Path, help="where to keep the generated tables (default: a scratch folder)")
    parser.add_argument("--results", type=Path, default=RESULTS)
    parser.add_argument("--report", type=Path, default=REPORT, help="the page whose table is written anew")
    given = parser.parse_args(arguments)
    names = [name for name in given.only.split(",") if name]
    if unknown := set(names) - {each for key, group in GROUPS.items() for each in (key, *dict(group.pieces))}:
        parser.error(f"no group or piece {', '.join(sorted(unknown))}; the groups are {', '.join(GROUPS)}")
    sizes = (1_000,) if given.quick else tuple(int(float(each)) for each in given.rows.split(","))
    with tempfile.TemporaryDirectory(prefix="negograph-") as scratch:
        measure(names, sizes, 1 if given.quick else given.rounds, given.tables or Path(scratch), given.results)
    goals.write(given.report, goals.Results.read(given.results))
    print(f"wrote {given.report}", file=sys.stderr)


if __name__ == "__main__":
    main()
