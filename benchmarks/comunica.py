"""A client of others as a judge of our endpoint: Comunica asks every question of ``negograph serve``.

``npm install --prefix FOLDER @comunica/query-sparql node@22`` first, then
``python -m benchmarks.comunica FOLDER``: it starts a server of its own on a free port of this machine,
compares every row with what the embedded store says, and prints a Markdown table.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections import Counter
from datetime import date
from importlib.metadata import version
from pathlib import Path
from statistics import median

import pyoxigraph as ox

import negograph
from benchmarks.server import start

PACKAGE = "node_modules/@comunica/query-sparql/package.json"
SCRIPT = Path(__file__).with_suffix(".mjs")


def written(term: ox.NamedNode | ox.Literal | ox.BlankNode | ox.Triple) -> str:
    """A term as the script writes it."""
    if not isinstance(term, ox.Literal):
        return str(term)
    return json.dumps([term.value, term.language or "", term.datatype.value], ensure_ascii=False, separators=(",", ":"))


def rows_here(answer: negograph.Answer) -> Counter[frozenset[tuple[str, str]]]:
    """The rows of the embedded store."""
    return Counter(
        frozenset((name, written(term)) for name, term in zip(answer.variables, row, strict=True) if term is not None)
        for row in answer.solutions
    )


def asked(folder: Path, url: str, queries: list[str]) -> list[dict[str, object]]:
    """What Comunica makes of the queries, in one process of Node."""
    command = [str(folder / "node_modules/.bin/node"), str(SCRIPT), str(folder.resolve())]
    job = json.dumps({"url": url, "queries": queries})
    return list(json.loads(subprocess.run(command, input=job, capture_output=True, text=True, check=True).stdout))


def main() -> None:
    """Ask, compare, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="where npm has installed @comunica/query-sparql and node")
    folder: Path = parser.parse_args().folder
    kg = negograph.load()
    process, port = start()
    try:
        texts = [question.text for question in kg.questions.values()]
        answers = asked(folder, f"http://127.0.0.1:{port}/sparql", texts)
    finally:
        process.terminate()
        process.communicate(timeout=20)
    right, seconds = 0, []
    for name, answer in zip(kg.questions, answers, strict=True):
        here = rows_here(kg.answer(name))
        there = Counter(frozenset(row.items()) for row in answer["rows"])  # type: ignore[attr-defined]
        right += here == there
        seconds.append(answer["seconds"])
        if here != there:
            print(f"{name}: {(here - there).total()} rows missing, {(there - here).total()} too many", file=sys.stderr)
    comunica = json.loads((folder / PACKAGE).read_text(encoding="utf-8"))["version"]
    print(f"{date.today()}, negograph {version('negograph')}, @comunica/query-sparql {comunica}\n")
    print("| questions asked | the same rows | median; longest |\n|---|---|---|")
    times = f"{median(seconds) * 1000:.0f} ms; {max(seconds) * 1000:.0f} ms"
    print(f"| {len(answers)} | {right} | {times} |")
    sys.exit(right != len(answers))


if __name__ == "__main__":
    main()
