"""Every question of an engine elsewhere, narrowed by many values: the same rows as here, and how long it takes.

``python -m benchmarks.engines URL [--graph IRI] [--values 30]`` asks an engine that holds the packaged graph
(``negograph publish``), prints what differs as it finds it, and then a Markdown table.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from statistics import geometric_mean, median

import pyoxigraph as ox

import negograph
from negograph.errors import NegographError
from negograph.questions import Question

SPACES = {"entity": "ngi", "source": "ngs", "predicate": "ng"}


@dataclass
class Tally:
    """What was asked: seconds there and here, and what came back otherwise."""

    there: list[float] = field(default_factory=list)
    here: list[float] = field(default_factory=list)
    wrong: int = 0


def values_of(kg: negograph.KnowledgeGraph, question: Question, number: int) -> Iterator[tuple[str, str]]:
    """Parameters, each with things of the question's own rows: as many as asked for, drawn at random."""
    rows = kg.answer(question.name).solutions
    for parameter in question.parameters:
        if space := SPACES.get(parameter.type):
            base = kg.ontology.prefixes[space]
            found = {term for row in rows for term in row if isinstance(term, ox.NamedNode)}
            names = {term.value.removeprefix(base) for term in found if term.value.startswith(base)}
            known = sorted(names & {*kg.entities(), *kg.corpus.sources, *kg.ontology.predicates})
            for name in random.Random(question.name).sample(known, min(number, len(known))):
                yield parameter.name, name


def timed(ask: Callable[..., negograph.Answer], name: str, given: dict[str, str]) -> tuple[Counter[object], float]:
    """The rows, and the seconds that they took."""
    start = time.perf_counter()
    answer = ask(name, **given)
    return Counter(answer.solutions), time.perf_counter() - start


def compare(kg: negograph.KnowledgeGraph, there: negograph.Endpoint, tally: Tally, name: str, **given: str) -> None:
    """Ask here and there."""
    what = " ".join([name, *(f"--{key} {value}" for key, value in given.items())])
    here, seconds = timed(kg.answer, name, given)
    tally.here.append(seconds)
    try:
        found, seconds = timed(there.answer, name, given)
    except NegographError as error:
        tally.wrong += 1
        print(f"{what}: {error}", file=sys.stderr)
        return
    tally.there.append(seconds)
    if found != here:
        tally.wrong += 1
        gone, more = (here - found).total(), (found - here).total()
        print(f"{what}: {gone} rows missing, {more} too many", file=sys.stderr)


def main() -> None:
    """Ask, compare, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url")
    parser.add_argument("--graph", default="")
    parser.add_argument("--values", type=int, default=30, help="how many values of each parameter")
    given = parser.parse_args()
    kg, there = negograph.load(), negograph.connect(given.url, graph=given.graph)
    plain, narrowed = Tally(), Tally()
    for question in kg.questions.values():
        for _ in range(3):
            compare(kg, there, plain, question.name)
        for parameter, value in values_of(kg, question, given.values):
            compare(kg, there, narrowed, question.name, **{parameter: value})
    print(f"{date.today()}, {len(kg.store):,} statements\n")
    print("| asked | queries | not the same rows | median there; longest | geometric mean, there to here |")
    print("|---|---|---|---|---|")
    for what, tally in (("each question, three times", plain), ("each question, narrowed", narrowed)):
        times = f"{median(tally.there) * 1000:.0f} ms; {max(tally.there):.2f} s"
        ratio = geometric_mean(tally.there) / geometric_mean(tally.here)
        print(f"| {what} | {len(tally.here):,} | {tally.wrong} | {times} | {ratio:.1f} |")
    sys.exit(bool(plain.wrong + narrowed.wrong))


if __name__ == "__main__":
    main()
