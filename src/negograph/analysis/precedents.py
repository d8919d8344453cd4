"""Playbook replay: which earlier talks a case resembles, step by step and part by part.

How alike two cases are is a weighted Jaccard index of their steps: the weight of the steps that they
share over the weight of all the steps of both. A step weighs as much as it is rare, log2((N + 1) / n)
for a step that n of N cases have (Spärck Jones, "A statistical interpretation of term specificity",
Journal of Documentation 28, 1972). A share is stated as a count with its exact interval (Clopper
and Pearson, Biometrika 26, 1934), because the counts are small.

The order of the steps that two cases share is compared pair by pair, among the pairs whose order both
cases know: the longest common subsequence of two orders that may be partial. Who plays whose part is the
matching of the two cases' sides that shares the most weight of features (maximum weight matching).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations, zip_longest
from math import exp, fsum, lgamma, log, log1p, log2

from negograph.analysis.cases import Case, Side, case_of, cases
from negograph.answers import NOTHING, Answer, Section
from negograph.corpus import PROVENANCE, Cell, Corpus, prefixed
from negograph.errors import QuestionError
from negograph.reports import Report

__all__ = ["Likeness", "Weights", "align", "compare", "counterparts", "exact_interval", "kin_of", "likeness", "ranked"]

Weights = Mapping[str, float]

_NOTHING: dict[str, Cell] = {}
_SAID = frozenset({"saidBy"})
IN_ORDER, OUT_OF_ORDER, NO_ORDER = "in both, same order", "in both, other order", "in both"
ONLY_HERE, ONLY_THERE = "new: not in the precedent", "missing: only in the precedent"
NEXT = "missing: the precedent's, after a shared step"

NOTES = (
    "A step is shared where the claims tell of the same tactic, the same kind of event, or the same move between "
    "the same roles. What nobody wrote down counts as absent: a thinly told case has few steps to share.",
    "Counts come with the exact 95 % interval of the share. The steps are not a random sample; the interval only "
    "says how little a share of so few steps can carry.",
    "Likeness is no forecast: what followed the precedent need not follow here.",
)


@dataclass(frozen=True)
class Likeness:
    """How much of a case another one has."""

    shared: tuple[str, ...]
    steps: int
    """How many steps the case has."""
    other_steps: int
    index: float
    """Weight of the shared steps over the weight of all steps of both, from 0 to 1."""
    same_order: int
    ordered: int
    """Pairs of shared steps whose order is known in both, and how many of them are in the same order."""


def exact_interval(hits: int, trials: int, level: float = 0.95) -> tuple[float, float]:
    """The Clopper-Pearson interval of a share, by bisection of the binomial tails.

    >>> [round(bound, 3) for bound in exact_interval(4, 10)]
    [0.122, 0.738]
    """
    tail = (1 - level) / 2

    def chance(of: range, share: float) -> float:
        odds = log(share) - log1p(-share)  # by logarithms: no number is too large
        ways = (lgamma(trials + 1) - lgamma(k + 1) - lgamma(trials - k + 1) + k * odds for k in of)
        return sum(exp(each + trials * log1p(-share)) for each in ways)

    low = 0.0 if hits == 0 else _root(lambda share: chance(range(hits, trials + 1), share) - tail)
    high = 1.0 if hits == trials else _root(lambda share: tail - chance(range(hits + 1), share))
    return low, high


def _root(rising: Callable[[float], float]) -> float:
    """Where a rising function between 0 and 1 crosses nought."""
    low, high = 0.0, 1.0
    while low < (middle := (low + high) / 2) < high:  # until no number lies between the two
        low, high = (middle, high) if rising(middle) < 0 else (low, middle)
    return middle


def share_of(hits: int, trials: int) -> str:
    """A share as people should read it when it is small: counts, and the exact interval.

    >>> share_of(4, 10)
    '4 of 10 (12-74 %)'
    """
    if not trials:
        return "none to count"
    low, high = exact_interval(hits, trials)
    return f"{hits} of {trials} ({low * 100:.0f}-{high * 100:.0f} %)"


def weights_of(known: Iterable[Case]) -> Weights:
    """What each step weighs, by its code: the rarer among the known cases, the more."""
    listed = list(known)
    count = Counter(code for case in listed for code in case.steps)
    return {code: log2((len(listed) + 1) / n) for code, n in count.items()}


def likeness(case: Case, other: Case, weights: Weights) -> Likeness:
    """How much of ``case`` the ``other`` one has."""
    shared = sorted(case.steps.keys() & other.steps.keys())
    everything = case.steps.keys() | other.steps.keys()
    rarest = max(weights.values(), default=1.0)
    total = fsum(weights.get(code, rarest) for code in everything)  # exact, so that no order of the codes matters
    index = fsum(weights.get(code, rarest) for code in shared) / total if total else 0.0
    known = _orders(case, other)
    return Likeness(tuple(shared), len(case.steps), len(other.steps), index, sum(known.values()), len(known))


def _orders(case: Case, other: Case) -> dict[tuple[str, str], bool]:
    """Pairs of shared steps whose order both cases know, and whether it is the same."""
    found = {}
    for one, two in combinations(sorted(case.steps.keys() & other.steps.keys()), 2):
        here, there = (_before(one, two, each) for each in (case, other))
        if here is not None and there is not None:
            found[one, two] = here == there
    return found


def _before(one: str, two: str, case: Case) -> bool | None:
    import networkx

    if networkx.has_path(case.order, one, two):
        return True
    return False if networkx.has_path(case.order, two, one) else None


def align(case: Case, other: Case) -> dict[str, str]:
    """Each step of either case, by its code, and whether both have it, and in the same order.

    Steps in the same order are the most that can be kept together so that no pair is known to be
    turned round: a longest common subsequence, of orders that may be partial. A step whose order
    relative to every other shared one is unknown has no order.
    """
    import networkx

    shared = case.steps.keys() & other.steps.keys()
    orders = _orders(case, other)
    here = sorted({code for pair in orders for code in pair})
    agreeing: networkx.Graph[str] = networkx.Graph()
    agreeing.add_nodes_from(here)
    agreeing.add_edges_from(pair for pair in combinations(here, 2) if orders.get(pair, True))
    kept = {*networkx.max_weight_clique(agreeing, weight=None)[0]}
    in_order = {code for pair, same in orders.items() if same and kept.issuperset(pair) for code in pair}
    found = {}
    for code in [*case.placed, *sorted(case.steps), *other.placed, *sorted(other.steps)]:
        if code not in other.steps:
            found[code] = ONLY_HERE
        elif code not in case.steps:
            found[code] = NEXT if any(_before(one, code, other) for one in shared) else ONLY_THERE
        elif code not in here:
            found[code] = NO_ORDER
        else:
            found[code] = IN_ORDER if code in in_order else OUT_OF_ORDER
    return found


def counterparts(case: Case, other: Case) -> tuple[tuple[Side, Side, tuple[str, ...]], ...]:
    """Who plays whose part: pairs of sides with the features that they share, the closest pair first."""
    import networkx

    ours, theirs = ([side for side in each.sides if side.features] for each in (case, other))
    count = Counter(feature for side in [*ours, *theirs] for feature in side.features)
    weight = {feature: log2((len(ours) + len(theirs) + 1) / n) for feature, n in count.items()}
    graph: networkx.Graph[tuple[int, int]] = networkx.Graph()
    for i, one in enumerate(ours):
        for j, two in enumerate(theirs):
            shared = one.features.keys() & two.features.keys()
            if shared:
                total = fsum(weight[each] for each in one.features.keys() | two.features.keys())
                graph.add_edge((0, i), (1, j), weight=fsum(weight[each] for each in shared) / total)
    pairs = []
    for ends in networkx.max_weight_matching(graph):
        (_, i), (_, j) = sorted(ends)
        shared_features = tuple(sorted(ours[i].features.keys() & theirs[j].features.keys()))
        pairs.append((graph[0, i][1, j]["weight"], ours[i], theirs[j], shared_features))
    pairs.sort(key=lambda pair: (-pair[0], pair[1].name))
    return tuple(pair[1:] for pair in pairs)


def ranked(corpus: Corpus, case: Case, known: Mapping[str, Case]) -> list[tuple[Case, Likeness]]:
    """The other cases that share a step with ``case``, the likest first; its own parts and wholes left out."""
    kin = kin_of(corpus, case)
    weights = weights_of(known.values())
    found = [(other, likeness(case, other, weights)) for name, other in known.items() if name not in kin]
    found = [(other, like) for other, like in found if like.shared]
    return sorted(found, key=lambda pair: (-pair[1].index, pair[0].id))


def kin_of(corpus: Corpus, case: Case) -> set[str]:
    """The case itself, its parts and its wholes: no precedents of it."""
    return {*case.scope, *corpus.wholes(case.id)}


# Reports


def compare(corpus: Corpus, negotiation: str, other: str | None = None) -> Report:
    """Set a case beside one precedent, or beside all of them.

    Without ``other``: the precedents in the order of their likeness, with the steps shared. With it:
    the steps of both in order, who plays whose part, and what the precedent led to.

    Raises:
        QuestionError: one of them is no case, or they are the same, or one is part of the other.
    """
    if negotiation == other:
        raise QuestionError(f"{corpus.label(negotiation)} is both cases; name two")
    known, case = cases(corpus), case_of(corpus, negotiation)
    if other is None:
        title = f"Which earlier talks does this resemble: {case.label}?"
        return Report(title, (precedents(corpus, case, known),), corpus.store, corpus.ontology.prefixes, notes=NOTES)
    precedent = case_of(corpus, other)
    if other in kin_of(corpus, case):
        raise QuestionError(f"of {case.label} and {precedent.label} one is part of the other; they share their claims")
    like = likeness(case, precedent, weights_of(known.values()))
    sequels = corpus.ask("what-followed", negotiation=other)
    parts = (
        _measure(corpus, case, precedent, like),
        _steps(corpus, case, precedent),
        _parts_played(corpus, case, precedent),
        corpus.titled("parallels", "What speakers say of the two", _between(corpus, case, precedent)),
        corpus.titled("what-followed", f"What followed: {precedent.label}", sequels),
    )
    title = f"{case.label}, beside {precedent.label}"
    return Report(title, parts, corpus.store, corpus.ontology.prefixes, notes=NOTES)


def precedents(corpus: Corpus, case: Case, known: Mapping[str, Case]) -> Answer:
    """The precedents of a case, the likest first; a row is one claim that tells of a shared step."""
    rows: list[Mapping[str, Cell]] = []
    for place, (other, like) in enumerate(ranked(corpus, case, known), 1):
        summary: dict[str, Cell] = {
            "place": place,
            "precedent": corpus.entity(other.id),
            "when": str(other.began.earliest.year) if other.began.earliest else None,
            "earlier": _earlier(other, case),
            "share": f"has {share_of(len(like.shared), like.steps)} of the steps",
            "likeness": f"likeness {like.index:.2f}",
            "steps": "; ".join(other.steps[code].label for code in like.shared),
            "order": f"{like.same_order} of {like.ordered} pairs in the same order" if like.ordered else None,
        }
        for code in like.shared:
            for claim in other.steps[code].claims:
                step = other.steps[code].label
                rows += [{**summary, "step": step, **cells} for cells in corpus.provenance(claim)]
    return corpus.answer(
        "precedents",
        "Precedents, the likest first",
        "place precedent when earlier likeness share order steps step gist saidBy source paragraph claim",
        rows,
        Section("", ("place", "precedent", "when", "earlier", "likeness", "share", "order")),
        Section("shared steps, and where the precedent's are told", ("step", "saidBy", "source", "paragraph"), _SAID),
    )


def _earlier(other: Case, case: Case) -> str:
    """Whether the other case began before this one, as far as the dates of their parts allow to say."""
    here, there = case.began, other.began
    if here.earliest and there.latest and there.latest < here.earliest:
        return "earlier"
    if here.latest and there.earliest and here.latest <= there.earliest:
        return "not earlier"
    return "not known whether earlier"


def _measure(corpus: Corpus, case: Case, other: Case, like: Likeness) -> Answer:
    rows: list[Mapping[str, Cell]] = [
        {"measure": "steps of the case that the precedent has", "value": share_of(len(like.shared), like.steps)},
        {"measure": "steps of the precedent that the case has", "value": share_of(len(like.shared), like.other_steps)},
        {"measure": "pairs of shared steps in the same order", "value": share_of(like.same_order, like.ordered)},
        {"measure": "likeness by rarity of steps, 0 to 1", "value": f"{like.index:.2f}"},
        {"measure": "status of the precedent, as entities.csv has it", "value": _status(corpus, other)},
    ]
    return corpus.answer("measure", "How alike", "measure value", rows)


def _status(corpus: Corpus, case: Case) -> str:
    row = corpus.entities[case.id]
    return ", ".join(filter(None, (row["status"], row["end"] and f"until {row['end']}"))) or NOTHING


def _steps(corpus: Corpus, case: Case, other: Case) -> Answer:
    rows: list[Mapping[str, Cell]] = []
    for code, verdict in align(case, other).items():
        here, there = (_told(corpus, each, code, name) for each, name in ((case, "here"), (other, "there")))
        label = (case.steps.get(code) or other.steps[code]).label
        both = zip_longest(here, there, fillvalue=_NOTHING)
        rows += [{"found": verdict, "step": label, **one, **two} for one, two in both]
    rows.sort(key=lambda row: [IN_ORDER, OUT_OF_ORDER, NO_ORDER, ONLY_HERE, NEXT, ONLY_THERE].index(str(row["found"])))
    told = [prefixed(side, name) for side in ("here", "there") for name in PROVENANCE]
    ours, theirs = (tuple(prefixed(side, name) for name in PROVENANCE[:-1]) for side in ("here", "there"))
    return corpus.answer(
        "steps",
        "Step by step",
        f"found step {' '.join(told)}",
        rows,
        Section("", ("step", "found")),
        Section(case.label, ours, frozenset({"hereSaidBy"}), optional=True),
        Section(other.label, theirs, frozenset({"thereSaidBy"}), optional=True),
    )


def _told(corpus: Corpus, case: Case, code: str, name: str) -> Iterator[dict[str, Cell]]:
    if code in case.steps:
        for claim in case.steps[code].claims:
            yield from corpus.provenance(claim, name)


def _parts_played(corpus: Corpus, case: Case, other: Case) -> Answer:
    rows: list[Mapping[str, Cell]] = []
    for one, two, shared in counterparts(case, other):
        both = {"actor": corpus.entity(one.name), "plays": corpus.entity(two.name)}
        breaks = sorted(one.features.keys() ^ two.features.keys())
        for feature in shared:
            for claim in sorted(one.features[feature] | two.features[feature]):
                rows += [{**both, "shared": feature, **cells} for cells in corpus.provenance(claim)]
        for feature in breaks:
            who, where = (one, case) if feature in one.features else (two, other)
            for claim in sorted(who.features[feature]):
                differs = {"only": f"{corpus.label(who.name)} in {where.label}", "differs": feature}
                rows += [{**both, **differs, **cells} for cells in corpus.provenance(claim)]
    return corpus.answer(
        "roles",
        "Who plays whose part",
        "actor plays shared only differs gist saidBy source paragraph claim",
        rows,
        Section("", ("actor", "plays")),
        Section("alike in", ("shared",)),
        Section("only one of them", ("only", "differs"), frozenset({"differs"})),
    )


def _between(corpus: Corpus, case: Case, other: Case) -> Answer:
    """The parallels and contrasts that speakers draw between the two cases or parts of them."""
    answer = corpus.ask("parallels")
    pairs = [(case.scope, other.scope), (other.scope, case.scope)]
    return answer.where(lambda row: any(row.later in one and row.earlier in two for one, two in pairs))
