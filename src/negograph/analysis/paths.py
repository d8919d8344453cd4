"""How two things hang together: paths of claims, with a toll on hubs, each hop explained.

A path through an actor whom everything touches says nothing. So passing through a node costs the
binary logarithm of the number of its neighbours, and the shortest paths are those that cost least
(Yen's algorithm, Management Science 17, 1971, as networkx has it).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from itertools import islice, pairwise
from math import log2
from typing import TYPE_CHECKING

from negograph.answers import Section
from negograph.corpus import Cell, Corpus, Row
from negograph.errors import QuestionError
from negograph.reports import Report

if TYPE_CHECKING:
    import networkx

__all__ = ["network", "path"]

LONGEST = 20
"""Hops from which on a path explains nothing, and takes long to find."""

NOTES = (
    "Paths run over acts, ties, products and sequels; judgements, traits, tactics and advice join too much to explain "
    "anything. Passing through a thing that many claims touch makes a path longer.",
)


def path(corpus: Corpus, start: str, end: str, *, limit: int = 3, avoid: Collection[str] = ()) -> Report:
    """The ``limit`` shortest explained paths between two entities that touch none of ``avoid``, a row a claim.

    Raises:
        QuestionError: both are the same or to be avoided, or no path joins them, or only a very long one.
    """
    import networkx

    if start == end:
        raise QuestionError(f"{corpus.label(start)} is both ends; name two")
    if shut := {start, end} & {*avoid}:
        raise QuestionError(f"{corpus.label(min(shut))} is an end of the path; no path goes around it")
    graph = network(corpus, {start, end})
    graph.remove_nodes_from(avoid)
    if start not in graph or end not in graph or not networkx.has_path(graph, start, end):
        raise QuestionError(f"no path joins {corpus.label(start)} and {corpus.label(end)}")
    if (hops := networkx.shortest_path_length(graph, start, end)) > LONGEST:
        raise QuestionError(
            f"{corpus.label(start)} and {corpus.label(end)} are {hops} hops apart; "
            f"a path of more than {LONGEST} explains nothing"
        )

    def toll(one: str, other: str, _: object) -> float:
        return 1 + sum(log2(graph.degree(node)) / 2 for node in (one, other) if node not in (start, end))

    rows: list[Mapping[str, Cell]] = []
    for number, nodes in enumerate(islice(networkx.shortest_simple_paths(graph, start, end, weight=toll), limit), 1):
        way = " – ".join(corpus.label(node) for node in nodes)
        for hop, (one, other) in enumerate(pairwise(nodes), 1):
            found: dict[str, Cell] = {
                "path": number,
                "way": way,
                "hop": hop,
                "one": corpus.entity(one),
                "other": corpus.entity(other),
            }
            rows += [{**found, **cells} for cells in _explained(corpus, graph, one, other)]
    part = corpus.answer(
        "paths",
        "",
        "path way hop one link other gist saidBy source paragraph claim",
        rows,
        Section("", ("path", "way")),
        Section("", ("hop", "link", "gist", "saidBy", "source", "paragraph"), frozenset({"saidBy"})),
    )
    title = f"How do {corpus.label(start)} and {corpus.label(end)} hang together?"
    return Report(title, (part,), corpus.store, corpus.ontology.prefixes, notes=NOTES)


def network(corpus: Corpus, ends: set[str]) -> networkx.Graph[str]:
    """The undirected network that paths run over; an edge holds the ids of its claims."""
    import networkx

    graph: networkx.Graph[str] = networkx.Graph()
    for row in corpus.accepted:
        for one, other in _pairs(corpus, row, ends):
            if not graph.has_edge(one, other):
                graph.add_edge(one, other, claims=[])
            graph[one][other]["claims"].append(row["id"])
    for entity in corpus.entities.values():
        for whole in filter(None, entity["part_of"].split("|")):
            if not graph.has_edge(entity["id"], whole):
                graph.add_edge(entity["id"], whole, claims=[])
    return graph


def _pairs(corpus: Corpus, row: Row, ends: set[str]) -> Iterator[tuple[str, str]]:
    """The two ends of a claim, and the two actors of one that is aimed at somebody."""
    if corpus.predicate(row).group in ("judgement", "advice"):
        return
    one, other = row["subject"], row["object"]
    if all(_explains(corpus, each, ends) for each in (one, other)):
        yield one, other
    if corpus.is_a(one, "Actor") and corpus.is_a(row["target"], "Actor") and row["target"] not in (one, other):
        yield one, row["target"]


def _explains(corpus: Corpus, identifier: str, ends: set[str]) -> bool:
    is_abstract = corpus.is_a(identifier, "Concept", "Advice")
    return identifier in corpus.entities and (identifier in ends or not is_abstract)


def _explained(corpus: Corpus, graph: networkx.Graph[str], one: str, other: str) -> Iterator[dict[str, Cell]]:
    """Each claim of a hop; a hop that only identity makes (a part and its whole) says so."""
    for claim in graph[one][other]["claims"]:
        row = corpus.claims[claim]
        predicate = corpus.predicate(row)
        for cells in corpus.provenance(claim):
            yield {"link": predicate.label if row["subject"] == one else predicate.inverse_label, **cells}
    if not graph[one][other]["claims"]:
        part = corpus.wholes(one)
        yield {"link": "is part of" if other in part else "has as part"}
