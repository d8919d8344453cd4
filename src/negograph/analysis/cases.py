"""A case: one course of talks (or a deal, an event, a conflict) as steps in their order, and sides with roles.

A *step* is something that can happen again elsewhere: a tactic in use, a move of one side towards
another, a kind of event, an agreement, a bypass. What makes two steps the same is their ``code``;
it names the roles and never the actors, so that talks between other people can have it in common.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

from negograph.corpus import Corpus, Row
from negograph.dates import Bounds, bounds
from negograph.errors import QuestionError

if TYPE_CHECKING:
    import networkx

__all__ = ["FEWEST_STEPS", "Case", "Side", "Step", "case_of", "cases"]

BYPASSED, COUNTERPART, MEDIATOR, LEADING, THIRD = (
    "bypassed side",
    "counterpart",
    "mediator",
    "leading side",
    "third side",
)
_ROLES = (BYPASSED, COUNTERPART, MEDIATOR, LEADING, THIRD)
_GIVES = {
    "bypassed": BYPASSED,
    "counterpartIn": COUNTERPART,
    "partyTo": LEADING,
    "mediatedIn": MEDIATOR,
    "initiated": LEADING,
}
"""Predicate to the role that it gives, what counts first in front: whoever takes part as a principal is no mediator."""
FEWEST_STEPS = 3
"""Talks with fewer distinct steps than these are too thinly told to be set beside others."""


@dataclass(frozen=True)
class Step:
    """A step of a case, with the claims that tell of it."""

    code: str
    label: str
    claims: tuple[str, ...]
    things: frozenset[str]
    """The events, agreements and claims that this step is: what a link between two things can name."""
    first: frozenset[str]
    """Those of them by which it was taken first: what comes before another one need not come before the step."""
    when: Bounds
    """The days between which it was first taken, as far as anyone says."""


@dataclass(frozen=True)
class Side:
    """Actors who stand for one another in a case: a person, the state whose office he holds, its delegates."""

    name: str
    """The member of whom most is said."""
    members: frozenset[str]
    role: str
    features: Mapping[str, frozenset[str]]
    """What it did and what was done to it, in terms of roles, to the ids of the claims that say so."""


@dataclass(frozen=True)
class Case:
    """A case: its steps by code, in the order of time as far as it is known."""

    id: str
    label: str
    scope: frozenset[str]
    claims: tuple[str, ...]
    steps: Mapping[str, Step]
    sides: tuple[Side, ...]
    began: Bounds
    """The days between which the first thing in it that bears a date began."""
    order: networkx.DiGraph[str]
    """An edge where one step is known to come before another, by their days or by a claim."""

    @cached_property
    def placed(self) -> tuple[str, ...]:
        """Codes of the steps whose place is known relative to another's, in a fixed order that fits."""
        import networkx

        linked = self.order.subgraph(code for code in self.order if self.order.degree(code))
        first = {code: self.steps[code].when.earliest or date.max for code in linked}
        order = networkx.lexicographical_topological_sort(linked, key=lambda code: (first[code], code))
        return tuple(order)


def cases(corpus: Corpus) -> dict[str, Case]:
    """Every negotiation that is told in at least three distinct steps, by id."""
    names = [row["id"] for row in corpus.entities.values() if row["kind"] == "Negotiation"]
    found = {name: case_of(corpus, name) for name in names}
    return {name: case for name, case in found.items() if len(case.steps) >= FEWEST_STEPS}


def case_of(corpus: Corpus, identifier: str) -> Case:
    """The case of a happening: what is part of it, and every accepted claim that is set in it.

    Raises:
        QuestionError: it is no happening.
    """
    if not corpus.is_a(identifier, "Happening"):
        kind = corpus.ontology.classes[corpus.entities[identifier]["kind"]].label
        raise QuestionError(
            f"{corpus.label(identifier)} ({kind}) is no case; name talks, a deal, an event or a conflict"
        )
    scope = frozenset(each for each in corpus.within(identifier) if corpus.is_a(each, "Happening"))
    rows = [row for row in corpus.accepted if not scope.isdisjoint((row["subject"], row["object"], row["context"]))]
    sides = _sides(corpus, identifier, scope, rows)
    role_of = {member: side.role for side in sides for member in side.members}
    steps = _merged([*_acts(corpus, rows, role_of), *_happenings(corpus, scope - {identifier}, rows)])
    return Case(
        id=identifier,
        label=corpus.label(identifier),
        scope=scope,
        claims=tuple(row["id"] for row in rows),
        steps=steps,
        sides=_with_features(corpus, rows, sides, role_of),
        began=_began(corpus, scope),
        order=_order(corpus, steps),
    )


def _began(corpus: Corpus, scope: Iterable[str]) -> Bounds:
    starts = [bounds(start, interval=True) for each in scope if (start := corpus.entities[each]["start"])]
    first = min((each.earliest for each in starts if each.earliest), default=None)
    last = min((each.latest for each in starts if each.latest), default=None)
    return Bounds(first, last)


# Sides and roles


def _sides(corpus: Corpus, case: str, scope: frozenset[str], rows: Iterable[Row]) -> tuple[Side, ...]:
    """The actors of a case, joined where one stands for the other."""
    import networkx

    roles: dict[str, set[str]] = defaultdict(set)
    mentions: Counter[str] = Counter()
    for row in rows:
        mentions.update(each for each in (row["subject"], row["object"], row["target"]) if corpus.is_a(each, "Actor"))
        above = _above(corpus, row)
        for predicate in _GIVES:
            if f"ng:{predicate}" in above:
                roles[row["object" if predicate == "bypassed" else "subject"]].add(predicate)
    own = {row["object"] for row in rows if "own institution" in corpus.ties.get(row["id"], ())}
    together: networkx.Graph[str] = networkx.Graph()
    together.add_nodes_from(mentions)
    together.add_edges_from((one, other) for one, other in _stands_for(corpus, case, scope) if not {one, other} & own)
    sides = []
    for members in networkx.connected_components(together):
        involved = frozenset(members & mentions.keys())
        if involved:
            held = {predicate for member in involved for predicate in roles[member]}
            role = next((role for predicate, role in _GIVES.items() if predicate in held), THIRD)
            name = max(sorted(involved), key=lambda member: mentions[member])
            sides.append(Side(name, involved, role, {}))
    return tuple(sorted(sides, key=lambda side: (_ROLES.index(side.role), side.name)))


def _stands_for(corpus: Corpus, case: str, scope: frozenset[str]) -> Iterator[tuple[str, str]]:
    """Pairs of actors of whom one stands for the other: an office, a mandate in these talks, a part of a state."""
    days = corpus.days(case)
    for row in corpus.accepted:
        office = row["predicate"] == "heldPost" and _may_overlap(days, _term(row))
        mandate = row["predicate"] == "represented" and row["context"] in scope
        if office or mandate:
            yield row["subject"], row["object"]
    for entity in corpus.entities.values():
        if entity["kind"] == "GovernmentBody":
            yield from ((entity["id"], whole) for whole in entity["part_of"].split("|") if corpus.is_a(whole, "State"))


def _term(row: Row) -> Bounds:
    """The first and the last day of an office, as far as anyone says."""
    return Bounds(
        bounds(row["start"]).earliest if row["start"] else None, bounds(row["end"]).latest if row["end"] else None
    )


def _may_overlap(one: Bounds, other: Bounds) -> bool:
    """Whether nothing that is known of two spans of time keeps them apart."""
    return not any(a.latest and b.earliest and a.latest < b.earliest for a, b in ((one, other), (other, one)))


def _with_features(
    corpus: Corpus, rows: Iterable[Row], sides: Iterable[Side], role_of: Mapping[str, str]
) -> tuple[Side, ...]:
    """The sides, each with what it did and what was done to it."""
    found: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for row in rows:
        for actor, feature in _features(corpus, row, role_of):
            found[actor][feature].add(row["id"])
    described = []
    for side in sides:
        merged: dict[str, set[str]] = defaultdict(set)
        for member in side.members:
            for feature, claims in found[member].items():
                merged[feature] |= claims
        described.append(replace(side, features={key: frozenset(merged[key]) for key in sorted(merged)}))
    return tuple(described)


def _features(corpus: Corpus, row: Row, role_of: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Pairs of an actor and a feature that a claim gives it."""
    predicate = corpus.predicate(row)
    for tie in corpus.ties.get(row["id"]) or (("someone",) if "ng:bypassed" in _above(corpus, row) else ()):
        yield row["object"], f"was gone around, as {tie}"
    if predicate.group == "at the table" and row["object"] in corpus.entities and not predicate.step:
        yield row["subject"], predicate.label
    if not predicate.step or "ng:bypassed" in _above(corpus, row):
        return
    actor, target = _ends(corpus, row)
    what = f": {corpus.label(row['object'])}" if corpus.is_a(row["object"], "Tactic") else ""
    verb = (predicate.inverse_label if actor == row["target"] else predicate.label) + what
    if actor:
        yield actor, f"{verb} → {role_of[target]}" if target in role_of else verb
    if target in role_of:
        yield target, f"{verb} ← {role_of.get(actor, 'someone')}"


# Steps


def _acts(corpus: Corpus, rows: Iterable[Row], role_of: Mapping[str, str]) -> Iterator[Step]:
    """The steps that claims with the ontology's step predicates tell of."""
    for row in rows:
        predicate = corpus.predicate(row)
        if predicate.step:
            for code, label in _codes(corpus, row, role_of):
                yield _step(code, label, row["id"], (row["id"],), _when(corpus, row))


def _codes(corpus: Corpus, row: Row, role_of: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Code and label of the step that a claim tells of; a bypass is one step for each tie that it cut."""
    predicate = corpus.predicate(row)
    if "ng:bypassed" in _above(corpus, row):
        for tie in corpus.ties.get(row["id"]) or ("someone with a stake",):
            yield f"bypassed:{tie}", f"went around: {tie}"
    elif corpus.is_a(row["object"], "Tactic"):
        name = corpus.label(row["object"])
        yield f"{row['predicate']}:{row['object']}", name if row["predicate"] == "usedTactic" else f"{name}, countered"
    else:
        actor, target = _ends(corpus, row)
        roles = [role_of.get(actor, ""), role_of.get(target, "")]
        if predicate.symmetric:
            roles.sort()
        words = " → ".join(filter(None, roles))
        verb = predicate.inverse_label if actor == row["target"] else predicate.label
        yield f"{row['predicate']}:{'>'.join(roles)}", f"{verb} ({words})" if words else verb


def _ends(corpus: Corpus, row: Row) -> tuple[str, str]:
    """Who acted and on whom; pressure is told from the side of the one who bears it."""
    if row["predicate"] == "pressuredIn":
        return row["target"], row["subject"]
    target = row["object"] if corpus.is_a(row["object"], "Actor") else row["target"]
    return row["subject"], target


def _above(corpus: Corpus, row: Row) -> frozenset[str]:
    """The predicate of a claim and those above it, as CURIEs."""
    return frozenset(corpus.ontology.compact(iri) for iri in corpus.predicate(row).ancestors)


def _happenings(corpus: Corpus, scope: Iterable[str], rows: Iterable[Row]) -> Iterator[Step]:
    """The steps that the events and agreements of a case are, by subtype."""
    touching: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        told_elsewhere = corpus.predicate(row).step or row["predicate"] == "about"
        if corpus.modality(row) == "reported" and not told_elsewhere:
            touching[row["subject"]].append(row["id"])
            touching[row["object"]].append(row["id"])
    for name in sorted(scope):
        entity = corpus.entities[name]
        subtype = corpus.ontology.terms["Subtype"].get(entity["subtype"])
        if entity["kind"] == "Agreement":
            proposed = entity["status"] == "proposed"
            code, label = ("proposal", "agreement proposed") if proposed else ("agreement", "agreement")
        elif entity["kind"] == "Event" and subtype and subtype.notation != "other":
            code, label = f"event:{subtype.notation}", f"event: {subtype.label}"
        else:
            continue
        if touching[name]:
            yield _step(code, label, name, tuple(touching[name]), corpus.days(name))


def _step(code: str, label: str, thing: str, claims: tuple[str, ...], when: Bounds) -> Step:
    return Step(code, label, claims, frozenset({thing}), frozenset({thing}), when)


def _when(corpus: Corpus, row: Row) -> Bounds:
    """When an act took place: by its own dates, or by those of the event that it belongs to."""
    if row["start"]:
        return Bounds(bounds(row["start"]).earliest, bounds(row["end"] or row["start"]).latest)
    for each in (row["context"], row["object"]):
        if corpus.is_a(each, "Event", "Agreement") and (days := corpus.days(each)).earliest:
            return days
    return Bounds(None, None)


def _merged(steps: Iterable[Step]) -> dict[str, Step]:
    """Steps of one code as one: every claim of all of them, the days of the first that is dated.

    Where none is dated, nobody knows which of several was the first.
    """
    found: dict[str, Step] = {}
    for step in sorted(steps, key=lambda each: (each.code, each.when.earliest or date.max, each.claims)):
        known = found.get(step.code)
        if known is None:
            found[step.code] = step
        else:
            claims = tuple(dict.fromkeys([*known.claims, *step.claims]))
            first = known.first if known.when.earliest else frozenset[str]()
            found[step.code] = replace(known, claims=claims, things=known.things | step.things, first=first)
    return found


def _order(corpus: Corpus, steps: Mapping[str, Step]) -> networkx.DiGraph[str]:
    """Which step is known to come before which: by days that cannot overlap, or by a claimed sequence.

    A claimed sequence that would contradict the days, or one taken before it, is left out, and so is
    one whose later end is not the first time that the step was taken.
    """
    import networkx

    order: networkx.DiGraph[str] = networkx.DiGraph()
    order.add_nodes_from(steps)
    for one in steps.values():
        for other in steps.values():
            if one.when.latest and other.when.earliest and one.when.latest < other.when.earliest:
                order.add_edge(one.code, other.code)
    codes_of: dict[str, list[str]] = defaultdict(list)
    for step in steps.values():
        for thing in step.things:
            codes_of[thing].append(step.code)
    for row in corpus.accepted:
        predicate = corpus.predicate(row)
        if predicate.link:
            before, after = row["subject"], row["object"]
            if not predicate.link_forward:
                before, after = after, before
            for first in codes_of.get(before, ()):
                for second in codes_of.get(after, ()):
                    opens = after in steps[second].first
                    if opens and first != second and not networkx.has_path(order, second, first):
                        order.add_edge(first, second)
    return order
