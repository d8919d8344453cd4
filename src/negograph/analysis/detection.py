"""Bypasses that no source names: hypotheses of a rule, apart from everything that somebody claims."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from negograph.answers import Section, Subgraph, Term, to_value
from negograph.corpus import Cell, Corpus
from negograph.questions import Question, evaluate
from negograph.reports import Report

__all__ = ["detect"]

NOTES = (
    "These are hypotheses of a rule, not claims: no source says that anyone here was bypassed. The rule knows only who "
    "is told to have been at the table; somebody of whom the sources are silent looks absent.",
    "The claims below each are its grounds. They say that the absent one had a stake, and nothing more.",
)


def detect(corpus: Corpus, rule: Question, **parameters: str) -> Report:
    """Run the rule, a CONSTRUCT query that makes hypotheses, and lay out what it proposes.

    Args:
        corpus: the material.
        rule: the rule.
        parameters: entity ids that narrow it (``deal``, ``actor``).
    """
    terms = {name: corpus.entity(value) for name, value in parameters.items()}
    made = evaluate(corpus.store, corpus.ontology, rule.bound(terms))
    assert isinstance(made, Subgraph)
    rows: list[Mapping[str, Cell]] = []
    for hypothesis, found in _by_subject(made, corpus).items():
        (deal,), (actor,) = found["rdf:subject"], found["rdf:object"]
        for claim in sorted(found["ng:evidence"]):
            rows += [
                {
                    "hypothesis": hypothesis,
                    "deal": corpus.entity(deal),
                    "leftOut": corpus.entity(actor),
                    "ground": ", ".join(sorted(found["ng:ground"])),
                    **cells,
                }
                for cells in corpus.provenance(claim)
            ]
    part = corpus.answer(
        "hypotheses",
        "",
        "hypothesis deal leftOut ground gist saidBy source paragraph claim",
        rows,
        Section("", ("deal", "leftOut")),
        Section("may have been left out, with this stake", ("ground",)),
        Section("which rests on", ("gist", "saidBy", "source", "paragraph"), frozenset({"saidBy"})),
    )
    return Report(rule.title, (part,), corpus.store, corpus.ontology.prefixes, notes=NOTES, made=made.triples)


def _by_subject(made: Subgraph, corpus: Corpus) -> dict[Term, dict[str, set[str]]]:
    """Hypotheses, each with the ids and texts that it holds by predicate, in the order of their IRIs."""
    found: dict[Term, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for triple in made:
        predicate = corpus.ontology.compact(triple.predicate.value)
        found[triple.subject][predicate].add(str(to_value(triple.object, corpus.ontology.prefixes)))
    return found
