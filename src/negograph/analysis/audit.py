"""The analogy audit: each parallel that a speaker draws, beside what the graph's own measure says.

The measure is that of :mod:`negograph.analysis.precedents`. It is taken twice: on all claims, and
without the claims of the source that draws the parallel, since a source that likens two cases also
picks what it tells of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from negograph.analysis.cases import FEWEST_STEPS, Case, case_of, cases
from negograph.analysis.precedents import Weights, kin_of, likeness, ranked, share_of, weights_of
from negograph.answers import Section
from negograph.corpus import Cell, Corpus
from negograph.reports import Report

__all__ = ["audit"]

_FEW = "Of the steps that only one of two cases has, their number and the first three stand here; --full shows all."
NOTES = (
    "The measure agrees with a parallel where the earlier case is among the two likest of all cases. It knows only "
    "the steps that somebody told; a contrast on one aspect can hold between cases that are alike in their steps.",
    "'Without the source' leaves out every claim of the source that draws the parallel: what is left is what the "
    "others tell, often too little to say anything.",
    "A case of fewer than three steps, and a case beside a part of itself, are not measured.",
)
_BETWEEN = " · "
_TOP = 2
_FIRST = 3
"""How many of the steps that only one case has are shown, unless all are asked for."""


def audit(
    corpus: Corpus, without: Callable[[str], Corpus], negotiation: str | None = None, *, full: bool = False
) -> Report:
    """Audit the parallels and contrasts between happenings.

    Args:
        corpus: the material.
        without: gives the same material without the claims of a source.
        negotiation: only the parallels that this is one side of.
        full: show all the steps that only one of two cases has, and not their number and the first few.
    """
    answer = corpus.ask("parallels", **({"negotiation": negotiation} if negotiation else {}))
    rows: list[Mapping[str, Cell]] = []
    measures = _Measures(corpus)
    others: dict[str, _Measures] = {}
    for row in answer:
        if not (corpus.is_a(row.later, "Happening") and corpus.is_a(row.earlier, "Happening")):
            continue
        source = str(row.source or "")
        if source not in others:
            others[source] = _Measures(without(source)) if source else measures
        found = measures.of(row.later, row.earlier)
        rows += [
            {
                "later": corpus.entity(row.later),
                "link": row.link,
                "earlier": corpus.entity(row.earlier),
                "aspect": corpus.thing(row.shared) if row.shared else None,
                "inBoth": measures.holds(row.later, row.earlier, row.shared),
                "shares": found.shares,
                "rank": found.rank,
                "agrees": found.verdict(
                    likens=(row.relation == "replaysPlaybookOf") == (not row.link.startswith("not: "))
                ),
                "sharesWithout": others[source].of(row.later, row.earlier).shares,
                "rankWithout": others[source].of(row.later, row.earlier).rank,
                "sharedSteps": _BETWEEN.join(found.shared) or None,
                "onlyLater": _BETWEEN.join(found.only_later) or None,
                "someLater": _some(found.only_later),
                "onlyEarlier": _BETWEEN.join(found.only_earlier) or None,
                "someEarlier": _some(found.only_earlier),
                **cells,
            }
            for cells in corpus.provenance(row.claim)
            if cells["saidByLabel"] == row.saidByLabel
        ]
    later, earlier = ("onlyLater", "onlyEarlier") if full else ("someLater", "someEarlier")
    part = corpus.answer(
        "parallels",
        "",
        "later link earlier aspect inBoth shares rank agrees sharesWithout rankWithout "
        "sharedSteps onlyLater someLater onlyEarlier someEarlier gist saidBy source paragraph claim",
        rows,
        Section("", ("later", "link", "earlier")),
        Section("who draws it", ("aspect", "inBoth", "gist", "saidBy", "source", "paragraph"), frozenset({"saidBy"})),
        Section("our measure", ("shares", "rank", "agrees"), heads={"agrees": "verdict of the measure"}),
        Section(
            "without the source that draws it",
            ("sharesWithout", "rankWithout"),
            heads={"sharesWithout": "shares", "rankWithout": "rank"},
        ),
        Section("steps in both", ("sharedSteps",), heads={"sharedSteps": "steps"}),
        Section("only in the later case", (later,), heads={later: "steps"}),
        Section("only in the earlier case", (earlier,), heads={earlier: "steps"}),
    )
    title = "Do the parallels that speakers draw hold by the steps that are told?"
    notes = NOTES if full else (*NOTES, _FEW)
    return Report(title, (part,), corpus.store, corpus.ontology.prefixes, notes=notes)


def _some(steps: Sequence[str]) -> str | None:
    """How many steps there are, and the first few."""
    if len(steps) <= _FIRST:
        return _BETWEEN.join(steps) or None
    return f"{len(steps)} steps: {_BETWEEN.join(steps[:_FIRST])} · ..."


class _Measure:
    """What the measure says of one pair of cases."""

    def __init__(self, later: Case, earlier: Case, place: int, others: int, weights: Weights) -> None:
        like = likeness(later, earlier, weights)
        self.place = place
        self.shares = f"{share_of(len(like.shared), like.steps)} of its steps" if like.steps else "no steps told"
        self.rank = f"place {place} of {others}" if place else "no step in common"
        self.shared = [later.steps[code].label for code in like.shared]
        self.only_later = [step.label for code, step in later.steps.items() if code not in earlier.steps]
        self.only_earlier = [step.label for code, step in earlier.steps.items() if code not in later.steps]
        self.measurable = min(len(later.steps), len(earlier.steps)) >= FEWEST_STEPS
        self.kin = later.id in earlier.scope or earlier.id in later.scope
        if self.kin:
            self.rank = "part of the other"

    def verdict(self, *, likens: bool) -> str:
        """Whether the measure agrees with a parallel, or with a contrast."""
        if self.kin:
            return "cannot say: one is part of the other"
        if not self.measurable:
            return "cannot say: too little is told"
        alike = 0 < self.place <= _TOP
        if likens:
            return "agrees" if alike else "does not agree"
        return "a contrast between cases that are alike in steps" if alike else "agrees"


class _Measures:
    """The measure over one body of claims, each pair reckoned once."""

    def __init__(self, corpus: Corpus) -> None:
        self.corpus = corpus
        self.known = cases(corpus)
        self._cases: dict[str, Case] = dict(self.known)
        self._found: dict[tuple[str, str], _Measure] = {}

    def case(self, name: str) -> Case:
        if name not in self._cases:
            self._cases[name] = case_of(self.corpus, name)
        return self._cases[name]

    def of(self, later: str, earlier: str) -> _Measure:
        if (later, earlier) not in self._found:
            case, other = self.case(later), self.case(earlier)
            known = {**self.known, earlier: other}
            order = [each.id for each, _ in ranked(self.corpus, case, known)]
            place = order.index(earlier) + 1 if earlier in order else 0
            others = len(known.keys() - kin_of(self.corpus, case))
            self._found[later, earlier] = _Measure(case, other, place, others, weights_of(known.values()))
        return self._found[later, earlier]

    def holds(self, later: str, earlier: str, aspect: str | None) -> str | None:
        """Whether a shared tactic is told of both cases; ``None`` where the aspect is no tactic."""
        if not aspect or not self.corpus.is_a(aspect, "Tactic"):
            return None
        code = f"usedTactic:{aspect}"
        told = [code in self.case(name).steps for name in (later, earlier)]
        return {0: "told of neither", 1: "told of one only", 2: "told of both"}[sum(told)]
