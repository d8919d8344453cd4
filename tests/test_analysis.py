"""Cases, precedents, the analogy audit, hypotheses, paths: on tables small enough to know by heart, then on all."""

from __future__ import annotations

import csv
import io
import json
import os
import shlex
import subprocess
import sys
from collections.abc import Callable

import pyoxigraph as ox
import pytest
from scipy.stats import binomtest

import negograph
from negograph import KnowledgeGraph, QuestionError, UnknownEntityError
from negograph.analysis import case_of, cases
from negograph.analysis.cases import Case, Step
from negograph.analysis.precedents import align, counterparts, exact_interval, likeness, ranked, share_of, weights_of
from negograph.corpus import prefixed
from negograph.dates import Bounds, bounds

from conftest import Run, Writer


def second_case(*steps: tuple[str, str, str], **cells: dict[str, str]) -> dict[str, list[dict[str, str]]]:
    """Tables with later talks between others: Yellow leads, Purple is the counterpart, and each step is one claim."""
    entities = [
        {"id": "yellow", "kind": "State", "label": "Yellow"},
        {"id": "purple", "kind": "State", "label": "Purple"},
        {"id": "orange", "kind": "State", "label": "Orange"},
        {"id": "later-talks", "kind": "Negotiation", "label": "Later talks", "start": "2024"},
    ]
    relations = [
        {"id": "r0101", "subject": "yellow", "predicate": "initiated", "object": "later-talks", "locator": "1"},
        {"id": "r0102", "subject": "purple", "predicate": "counterpartIn", "object": "later-talks", "locator": "1"},
        {"id": "r0103", "subject": "yellow", "predicate": "backs", "object": "orange", "locator": "1"},
    ]
    for number, (subject, predicate, obj) in enumerate(steps, 104):
        row = {"id": f"r0{number}", "subject": subject, "predicate": predicate, "object": obj, "locator": "1"}
        relations.append({**row, **({} if subject == "later-talks" else {"context": "later-talks"})})
    return {"entities": entities, "relations": [{**row, **cells.get(row["id"], {})} for row in relations]}


SAME = (("later-talks", "sidelined", "orange"), ("yellow", "usedTactic", "bluff"))


@pytest.fixture
def two(folder: Writer) -> KnowledgeGraph:
    return negograph.load(folder(**second_case(*SAME)))


# Cases


def test_a_step_names_roles_and_never_actors(two: KnowledgeGraph) -> None:
    first, second = (case_of(two.corpus, name) for name in ("talks", "later-talks"))
    assert set(second.steps) == {"bypassed:ally", "usedTactic:bluff"}
    assert set(second.steps) < set(first.steps), "the first case has its agreement besides"
    assert first.steps["usedTactic:bluff"].claims == ("r0011",)


def test_whoever_stands_for_another_is_on_one_side(small: KnowledgeGraph) -> None:
    sides = {side.role: side.members for side in case_of(small.corpus, "talks").sides}
    assert sides["leading side"] == {"leader"}, "Blue itself is not in the case, only its president"
    assert sides["counterpart"] == {"red"}
    assert sides["bypassed side"] == {"green"}


@pytest.mark.parametrize(
    "cells", [{"polarity": "negated"}, {"rank": "deprecated"}, {"modality": "predicted"}, {"modality": "advised"}]
)
def test_what_is_denied_foretold_or_withdrawn_is_no_step(folder: Writer, cells: dict[str, str]) -> None:
    row = {"id": "r0080", "subject": "leader", "predicate": "met", "object": "red", "context": "talks", "locator": "1"}
    met = "met:counterpart>leading side"
    assert met in case_of(negograph.load(folder(relations=[row])).corpus, "talks").steps
    told = case_of(negograph.load(folder(relations=[{**row, **cells}])).corpus, "talks")
    assert met not in told.steps


def test_steps_are_ordered_by_days_and_by_claimed_sequence(folder: Writer) -> None:
    kg = negograph.load(
        folder(
            entities=[
                {
                    "id": "summit",
                    "kind": "Event",
                    "label": "S",
                    "start": "2019",
                    "subtype": "summit",
                    "part_of": "talks",
                },
                {"id": "call", "kind": "Event", "label": "C", "subtype": "call", "part_of": "talks"},
            ],
            relations=[
                {"id": "r0080", "subject": "leader", "predicate": "partyTo", "object": "summit", "locator": "1"},
                {"id": "r0081", "subject": "leader", "predicate": "partyTo", "object": "call", "locator": "1"},
                {"id": "r0082", "subject": "deal", "predicate": "followedBy", "object": "call", "locator": "1"},
            ],
        )
    )
    assert case_of(kg.corpus, "talks").placed == ("event:summit", "agreement", "event:call")


def happening(name: str, kind: str = "Event", **cells: str) -> dict[str, str]:
    return {"id": name, "kind": kind, "label": name.title(), "part_of": "talks", **cells}


def claim(number: int, subject: str, predicate: str, obj: str, **cells: str) -> dict[str, str]:
    return {"id": f"r{number:04}", "subject": subject, "predicate": predicate, "object": obj, "locator": "1", **cells}


def test_what_comes_before_a_step_taken_once_more_need_not_come_first(folder: Writer) -> None:
    tables = {
        "entities": [
            happening("first-summit", start="2018", subtype="summit"),
            happening("second-summit", start="2020-05", subtype="summit"),
            happening("call", subtype="call"),
        ],
        "relations": [
            claim(80 + n, "leader", "partyTo", name) for n, name in enumerate(("first-summit", "second-summit", "call"))
        ],
    }
    again = [claim(90, "call", "followedBy", "second-summit")]
    kg = negograph.load(folder(entities=tables["entities"], relations=tables["relations"] + again))
    assert not case_of(kg.corpus, "talks").order.has_edge("event:call", "event:summit"), "there was one before the call"
    first = [claim(90, "call", "followedBy", "first-summit")]
    kg = negograph.load(folder(entities=tables["entities"], relations=tables["relations"] + first))
    assert case_of(kg.corpus, "talks").order.has_edge("event:call", "event:summit")


def test_what_a_move_is_about_is_not_the_move(folder: Writer) -> None:
    """A refusal of a plan answers the plan: what followed the plan did not therefore follow the refusal."""
    kg = negograph.load(
        folder(
            entities=[happening("plan", "Agreement", status="proposed"), happening("call", subtype="call")],
            relations=[
                claim(80, "leader", "partyTo", "call"),
                claim(81, "red", "refused", "plan", context="talks"),
                claim(82, "leader", "offered", "plan", context="talks"),
                claim(83, "plan", "followedBy", "call"),
                claim(84, "leader", "partyTo", "plan"),
            ],
        )
    )
    assert set(case_of(kg.corpus, "talks").order.predecessors("event:call")) == {"proposal"}


@pytest.mark.parametrize(("principal", "role"), [(False, "mediator"), (True, "leading side")])
def test_whoever_is_a_principal_is_no_mediator(folder: Writer, principal: bool, role: str) -> None:
    rows = [claim(80, "green-army", "mediatedIn", "talks"), claim(81, "green-army", "initiated", "talks")]
    rows += [claim(82, "green-army", "partyTo", "talks")] if principal else []
    bypass = {"id": "r0005", "polarity": "negated"}
    (side,) = (
        side
        for side in case_of(negograph.load(folder(relations=[bypass, *rows])).corpus, "talks").sides
        if "green-army" in side.members
    )
    assert side.role == role


@pytest.mark.parametrize(
    ("office", "same_side"),
    [({"start": "2017", "end": "2019"}, True), ({"end": "2017"}, False), ({"start": "2021"}, False), ({}, True)],
)
def test_an_office_counts_in_its_time(folder: Writer, office: dict[str, str], same_side: bool) -> None:
    rows = [
        claim(80, "envoy", "heldPost", "red", value="envoy", **office),
        claim(81, "envoy", "met", "leader", context="talks"),
    ]
    kg = negograph.load(folder(entities=[{"id": "envoy", "kind": "Person", "label": "Envoy"}], relations=rows))
    assert any({"envoy", "red"} <= side.members for side in case_of(kg.corpus, "talks").sides) is same_side


def test_a_person_is_no_case(small: KnowledgeGraph) -> None:
    for ask in (small.compare, small.brief):
        with pytest.raises(QuestionError, match=r"Red .* is no case"):
            ask("red")


# Likeness


def case_with(name: str, steps: dict[str, str]) -> Case:
    """A case whose steps have a date or none, and no sides."""
    import networkx

    order: networkx.DiGraph[str] = networkx.DiGraph()
    order.add_nodes_from(steps)
    for one, first in steps.items():
        order.add_edges_from((one, other) for other, later in steps.items() if first and later and first < later)
    made = {code: Step(code, code, (), frozenset(), frozenset(), bounds(day or "..")) for code, day in steps.items()}
    return Case(name, name, frozenset({name}), (), made, (), Bounds(None, None), order)


def test_the_alignment_tells_shared_new_missing_and_moved_steps() -> None:
    here = case_with("here", {"a": "2019", "b": "2020", "c": "2021", "d": "2022", "x": "", "n": "2023"})
    there = case_with("there", {"a": "1919", "c": "1920", "d": "1921", "b": "1922", "x": "", "m": "1923"})
    found = align(here, there)
    assert {code: verdict.split(":")[0] for code, verdict in found.items()} == {
        "a": "in both, same order",
        "b": "in both, other order",
        "c": "in both, same order",
        "d": "in both, same order",
        "x": "in both",
        "n": "new",
        "m": "missing",
    }
    assert found["m"] == "missing: the precedent's, after a shared step"
    there.order.remove_node("m")
    there.order.add_node("m")
    assert align(here, there)["m"] == "missing: only in the precedent"


def test_one_shared_step_alone_has_no_order() -> None:
    assert (
        align(case_with("a", {"x": "2019", "y": "2020"}), case_with("b", {"x": "2019", "z": "2020"}))["x"] == "in both"
    )


def test_two_steps_in_the_other_order_are_both_out_of_order() -> None:
    here, there = case_with("here", {"a": "2019", "b": "2020"}), case_with("there", {"a": "2020", "b": "2019"})
    assert align(here, there) == {"a": "in both, other order", "b": "in both, other order"}


def test_an_order_that_is_not_known_in_both_is_no_order() -> None:
    """Each of the shared steps has a place in either case, but not relative to one another in both."""
    here = case_with("here", {"a": "2019", "b": "2020", "n": "2021"})
    there = case_with("there", {"a": "", "b": "", "m": "", "n": ""})
    there.order.add_edges_from([("a", "m"), ("m", "n"), ("b", "n")])
    found = align(here, there)
    assert (found["a"], found["b"], found["n"]) == ("in both, same order",) * 3
    there.order.remove_edges_from([("m", "n"), ("b", "n")])
    there.order.add_edge("b", "m")
    assert {align(here, there)[code] for code in ("a", "b", "n")} == {"in both"}


def test_rare_steps_weigh_more_than_common_ones() -> None:
    rare, common = case_with("r", {"a": "", "rare": ""}), case_with("c", {"a": "", "b": ""})
    present = case_with("p", {"a": "", "b": "", "rare": ""})
    known = [rare, common, case_with("d", {"b": "", "e": ""}), present]
    weights = weights_of(known)
    assert weights["rare"] > weights["b"]
    assert likeness(present, rare, weights).index > likeness(present, common, weights).index
    assert likeness(present, rare, weights).shared == ("a", "rare")
    assert likeness(present, present, weights).index == pytest.approx(1)


def test_order_is_compared_only_where_both_cases_know_it() -> None:
    here = case_with("here", {"a": "2019", "b": "2020", "c": "2021", "x": ""})
    there = case_with("there", {"b": "2019", "a": "2020", "c": "2021", "x": ""})
    like = likeness(here, there, {})
    assert (like.same_order, like.ordered) == (2, 3)


@pytest.mark.parametrize(("hits", "trials"), [(0, 1), (1, 1), (0, 7), (3, 10), (11, 53), (22, 22), (7, 5000)])
def test_the_interval_is_the_exact_one(hits: int, trials: int) -> None:
    theirs = binomtest(hits, trials).proportion_ci(0.95, method="exact")
    assert exact_interval(hits, trials) == pytest.approx((theirs.low, theirs.high), abs=1e-9)


def test_a_small_share_is_never_a_bare_percentage() -> None:
    assert share_of(3, 10) == "3 of 10 (7-65 %)"
    assert share_of(0, 0) == "none to count"


def test_who_plays_whose_part(two: KnowledgeGraph) -> None:
    pairs = counterparts(case_of(two.corpus, "later-talks"), case_of(two.corpus, "talks"))
    played = {(one.name, other.name) for one, other, _ in pairs}
    assert played == {("yellow", "leader"), ("purple", "red"), ("orange", "green")}
    features = {one.name: shared for one, _, shared in pairs}
    assert features["orange"] == ("was gone around, as ally",)


def test_compare_puts_two_cases_side_by_side(two: KnowledgeGraph) -> None:
    report = two.compare("Later talks", "Talks")
    assert [part.name for part in report] == ["measure", "steps", "roles", "parallels", "what-followed"]
    assert report["measure"][0].value == "2 of 2 (16-100 %)"
    assert report["measure"][-1].value == "until 2020", "how the precedent ended, as far as it is dated"
    shared = {(row.step, row.hereClaim, row.thereClaim) for row in report["steps"] if row.found.startswith("in both")}
    assert shared == {("Bluff", "r0105", "r0011"), ("went around: ally", "r0104", "r0005")}
    assert {row.followed for row in report["what-followed"]} == {"collapse", "protest"}
    assert report.command == "negograph compare later-talks talks --data " + two.options[1]


def test_precedents_leave_out_parts_and_wholes(kg: KnowledgeGraph) -> None:
    known = cases(kg.corpus)
    names = [case.id for case, _ in ranked(kg.corpus, known["us-russia-talks-2025"], known)]
    assert "ukraine-talks-2025" not in names
    assert names[0] == "trump-kim-talks"


@pytest.mark.parametrize(
    ("other", "words"),
    [
        ({"start": "2016", "end": "2019"}, "earlier"),
        ({"start": "2024"}, "not known whether earlier"),
        ({"start": "2024-07"}, "not earlier"),
        ({}, "not known whether earlier"),
    ],
)
def test_a_vague_date_makes_nothing_earlier(folder: Writer, other: dict[str, str], words: str) -> None:
    tables = second_case(*SAME, ("yellow", "met", "purple"))
    tables["entities"][-1]["start"] = "2024-06"
    talks = {"id": "talks", "start": "", "end": "", **other}
    kg = negograph.load(
        folder(entities=[*tables["entities"], talks, {"id": "deal", "start": ""}], relations=tables["relations"])
    )
    assert {row.earlier for row in kg.compare("later-talks")["precedents"]} == {words}


def test_a_place_is_told_of_each_shared_step(kg: KnowledgeGraph) -> None:
    """A paragraph never stands beside the source of another one."""
    for _, parts in kg.compare("us-russia-talks-2025")["precedents"].groups():
        for section, rows in parts:
            assert "source" in section.columns
            sources = {row[section.columns.index("source")] for row in rows}
            assert sources <= kg.corpus.sources.keys()


@pytest.mark.parametrize(
    ("other", "message"), [("us-taliban-talks", "both cases"), ("doha-agreement", "part of the other")]
)
def test_a_case_is_not_compared_with_itself(kg: KnowledgeGraph, other: str, message: str) -> None:
    with pytest.raises(QuestionError, match=message):
        kg.compare("us-taliban-talks", other)


def test_the_packaged_cases_play_the_parts_that_the_sources_see(kg: KnowledgeGraph) -> None:
    roles = kg.compare("ukraine-talks-2025", "us-taliban-talks")["roles"]
    assert {("russia", "taliban"), ("nato-allies", "nato-allies")} <= {(row.actor, row.plays) for row in roles}
    assert any(row.only == "Donald Trump in US-Taliban talks" for row in roles), "which of the two Trumps"
    bypassed = {row.plays for row in roles if row.actorLabel in ("Volodymyr Zelensky", "Ukraine")}
    assert bypassed == {"afghan-government"}


# The audit


def parallel(number: int, later: str, earlier: str, **cells: str) -> dict[str, str]:
    row = {"id": f"r0{number}", "subject": later, "predicate": "replaysPlaybookOf", "object": earlier, "locator": "1"}
    return {**row, **cells}


def test_the_audit_measures_with_and_without_the_source_that_draws_the_parallel(folder: Writer) -> None:
    tables = second_case(*SAME, ("yellow", "met", "purple"), ("yellow", "demanded", "issue"))
    tables["entities"].append({"id": "issue", "kind": "Issue", "label": "Issue"})
    tables["relations"] += [
        parallel(190, "later-talks", "talks", aspect="bluff", source="other"),
        {
            "id": "r0191",
            "subject": "leader",
            "predicate": "met",
            "object": "red",
            "context": "talks",
            "source": "other",
            "locator": "1",
        },
    ]
    tables["sources"] = [{"id": "other", "title": "Another text", "paragraphs": "1"}]
    tables["coverage"] = [{"source": "other", "paragraph": "1", "status": "coded"}]
    kg = negograph.load(folder(**tables))
    (row,) = kg.audit()["parallels"]
    assert (row.later, row.earlier, row.source) == ("later-talks", "talks", "other")
    assert row.inBoth == "told of both"
    assert row.shares.startswith("3 of 4")
    assert row.sharesWithout.startswith("2 of 4"), "that the leaders met is told by the other text alone"
    assert row.agrees == "agrees"


def test_the_audit_cannot_say_where_too_little_is_told(folder: Writer) -> None:
    kg = negograph.load(folder(relations=[parallel(190, "deal", "protest")]))
    assert [row.agrees for row in kg.audit()["parallels"]] == ["cannot say: too little is told"]


def audited(folder: Writer, later: str, earlier: str, **cells: str) -> list[tuple[str, str]]:
    tables = second_case(*SAME, ("yellow", "met", "purple"))
    tables["relations"] += [
        claim(180, "leader", "met", "red", context="talks"),
        claim(181, "leader", "usedTactic", "bluff", context="deal"),
        {**parallel(190, later, earlier), **cells},
    ]
    return [(row.rank, row.agrees) for row in negograph.load(folder(**tables)).audit()["parallels"]]


def test_the_audit_counts_the_cases_that_can_take_a_place(folder: Writer) -> None:
    assert audited(folder, "later-talks", "talks") == [("place 1 of 1", "agrees")]


def test_a_case_beside_a_part_of_itself_is_not_measured(folder: Writer) -> None:
    assert audited(folder, "deal", "talks") == [("part of the other", "cannot say: one is part of the other")]


@pytest.mark.parametrize(
    ("cells", "verdict"),
    [
        ({}, "agrees"),
        ({"polarity": "negated"}, "a contrast between cases that are alike in steps"),
        ({"predicate": "contrastsWith"}, "a contrast between cases that are alike in steps"),
        ({"predicate": "contrastsWith", "polarity": "negated"}, "agrees"),
    ],
)
def test_a_denied_parallel_is_a_contrast_and_a_denied_contrast_a_parallel(
    folder: Writer, cells: dict[str, str], verdict: str
) -> None:
    assert audited(folder, "later-talks", "talks", **cells) == [("place 1 of 1", verdict)]


def test_the_audit_counts_the_steps_of_one_case_unless_asked_for_all(kg: KnowledgeGraph) -> None:
    short, full = (kg.audit("us-russia-talks-2025", full=each) for each in (False, True))
    assert full.command == "negograph audit us-russia-talks-2025 --full"
    assert list(short["parallels"]) == list(full["parallels"]), "the rows hold all of it either way"
    row = next(row for row in full["parallels"] if row.earlier == "trump-kim-talks")
    steps = row.onlyLater.split(" · ")
    assert row.someLater == f"{len(steps)} steps: {' · '.join(steps[:3])} · ..."
    assert any("," in step for step in row.onlyEarlier.split(" · ")), "a comma belongs to a label"
    assert len(short.to_markdown()) < len(full.to_markdown())
    assert row.onlyLater in full.to_markdown()
    assert row.onlyLater not in short.to_markdown()
    assert any("--full" in note for note in short.notes)
    assert not any("--full" in note for note in full.notes)


def test_the_audit_narrows_to_one_side(kg: KnowledgeGraph) -> None:
    rows = kg.audit("us-russia-talks-2025")["parallels"]
    assert rows
    assert all("us-russia-talks-2025" in (row.later, row.earlier) for row in rows)


# Hypotheses


def stake(**more: list[dict[str, str]]) -> dict[str, list[dict[str, str]]]:
    """Orange fights in the war that the talks are part of, and nobody says that it was at the table."""
    rows = [
        {"id": "r0080", "subject": "orange", "predicate": "partyTo", "object": "war", "locator": "1"},
        *more.get("relations", []),
    ]
    return {
        "entities": [{"id": "orange", "kind": "State", "label": "Orange"}, *more.get("entities", [])],
        "relations": rows,
    }


def left_out(kg: KnowledgeGraph) -> set[tuple[str, str, str]]:
    return {(row.deal, row.leftOut, row.ground) for row in kg.detect()["hypotheses"]}


def test_a_party_to_the_conflict_that_is_absent_is_proposed(folder: Writer) -> None:
    kg = negograph.load(folder(**stake()))
    assert ("talks", "orange", "party to the conflict") in left_out(kg)
    assert {row.claim for row in kg.detect(actor="orange")["hypotheses"]} == {"r0080"}


AT_THE_TABLE = [
    {"id": "r0081", "subject": "orange", "predicate": "mediatedIn", "object": "talks", "locator": "1"},
    {"id": "r0081", "subject": "envoy", "predicate": "partyTo", "object": "deal", "locator": "1"},
    {"id": "r0081", "subject": "talks", "predicate": "sidelined", "object": "orange", "locator": "1"},
    {
        "id": "r0080",
        "subject": "orange",
        "predicate": "partyTo",
        "object": "war",
        "locator": "1",
        "polarity": "negated",
    },
    {
        "id": "r0080",
        "subject": "orange",
        "predicate": "partyTo",
        "object": "war",
        "locator": "1",
        "modality": "predicted",
    },
]


@pytest.mark.parametrize("row", AT_THE_TABLE, ids=["mediates", "envoy", "bypass named", "denied", "foretold"])
def test_whoever_was_there_or_is_named_is_not_proposed(folder: Writer, row: dict[str, str]) -> None:
    envoy = {"id": "envoy", "kind": "Person", "label": "Envoy"}
    post = {"id": "r0082", "subject": "envoy", "predicate": "heldPost", "object": "orange", "locator": "1"}
    tables = stake(entities=[envoy], relations=[post, row])
    tables["relations"] = list({each["id"]: each for each in tables["relations"]}.values())
    assert not {found for found in left_out(negograph.load(folder(**tables))) if found[1] == "orange"}


def test_a_backer_and_a_mediator_elsewhere_are_proposed(folder: Writer) -> None:
    tables = stake(
        entities=[
            {"id": "other-talks", "kind": "Negotiation", "label": "Other talks", "part_of": "war"},
            {"id": "broker", "kind": "State", "label": "Broker"},
        ],
        relations=[
            {"id": "r0081", "subject": "broker", "predicate": "mediatedIn", "object": "other-talks", "locator": "1"},
            {"id": "r0082", "subject": "blue", "predicate": "backs", "object": "orange", "locator": "1"},
            {
                "id": "r0083",
                "subject": "orange",
                "predicate": "atWarWith",
                "object": "red",
                "context": "war",
                "locator": "1",
            },
        ],
    )
    grounds = {(name, ground) for deal, name, ground in left_out(negograph.load(folder(**tables))) if deal == "talks"}
    assert ("broker", "mediator in other talks of the conflict") in grounds
    assert ("orange", "party to the conflict") in grounds
    assert not {name for name, _ in grounds if name == "blue"}, "its president was at the table"


def test_an_actor_that_was_gone_before_the_talks_is_not_proposed(folder: Writer) -> None:
    tables = stake()
    tables["entities"][0]["end"] = "1999"
    assert not {found for found in left_out(negograph.load(folder(**tables))) if found[1] == "orange"}


def test_nobody_is_absent_from_a_table_of_which_nothing_is_told(folder: Writer) -> None:
    tables = stake(entities=[{"id": "untold", "kind": "Negotiation", "label": "Untold", "part_of": "war"}])
    assert not {deal for deal, _, _ in left_out(negograph.load(folder(**tables))) if deal == "untold"}


def test_hypotheses_never_enter_the_graph(kg: KnowledgeGraph) -> None:
    report = kg.detect(deal="us-hamas-talks")
    assert ("us-hamas-talks", "israel") in {(row.deal, row.leftOut) for row in report["hypotheses"]}
    assert "a ng:Hypothesis" in report.to_turtle()
    assert kg.query("ASK { ?any a ng:Hypothesis }") is False
    assert kg.query("ASK { ngi:us-hamas-talks ng:bypassed ngi:israel }") is False


def test_the_rule_finds_most_bypasses_that_sources_name_when_they_are_hidden_from_it(kg: KnowledgeGraph) -> None:
    """The rule's own test: take away what the sources say of bypasses, and see what it proposes."""
    from negograph.rdf import store_of

    rows = {name: list(each) for name, each in kg._tables.items()}
    manners = {"bypassed", "shutOut", "informedAfterwards", "sidelined"}
    named = {(r["subject"], r["object"]) for r in rows["relations"] if r["predicate"] in manners}
    named = {(deal, who) for deal, who in named if kg.corpus.is_a(who, "Actor")}
    rows["relations"] = [row for row in rows["relations"] if row["predicate"] not in manners]
    blind = KnowledgeGraph(store_of(rows, kg.ontology), kg.ontology, kg.questions, kg.rules)
    found = {(deal, who) for deal, who, _ in left_out(blind)}
    assert len(named) >= 7
    assert len(named & found) >= 4, "docs/analysis.md states the count"


# Paths


def test_a_path_explains_each_hop(small: KnowledgeGraph) -> None:
    rows = list(small.path("Azure", "Red", limit=1)["paths"])
    assert [(row.link, row.claim) for row in rows if row.hop == 1] == [("had as office-holder", "r0003")]
    assert {row.other for row in rows if row.hop == 1} == {"leader"}
    assert rows[-1].other == "red"


def test_a_hop_from_a_part_to_its_whole_says_so(small: KnowledgeGraph) -> None:
    up, down = (list(small.path(*ends, limit=1)["paths"]) for ends in (("deal", "war"), ("war", "deal")))
    assert [(row.hop, row.link, row.claim) for row in up] == [(1, "is part of", None), (2, "is part of", None)]
    assert {row.link for row in down} == {"has as part"}


def test_a_path_can_go_around_somebody(small: KnowledgeGraph) -> None:
    assert {row.way for row in small.path("blue", "red", avoid=["leader"])["paths"]} == {"Blue – Green – Talks – Red"}


def test_an_end_cannot_be_avoided(small: KnowledgeGraph) -> None:
    with pytest.raises(QuestionError, match="Red is an end"):
        small.path("blue", "red", avoid=["red"])


@pytest.mark.parametrize(
    ("ends", "message"), [(("red", "red"), "both ends"), (("red", "success"), "no path"), (("red", "bluff"), "no path")]
)
def test_no_path_is_an_answer_too(small: KnowledgeGraph, ends: tuple[str, str], message: str) -> None:
    with pytest.raises(QuestionError, match=message):
        small.path(*ends, avoid=["leader"])


def test_a_path_of_many_hops_is_refused(folder: Writer) -> None:
    count = 22
    events = [{"id": f"e{number}", "kind": "Event", "label": f"event {number}"} for number in range(count)]
    chain = [
        {
            "id": f"r{100 + number:04}",
            "subject": f"e{number}",
            "predicate": "ledTo",
            "object": f"e{number + 1}",
            "locator": "1",
        }
        for number in range(count - 1)
    ]
    kg = negograph.load(folder(entities=events, relations=chain))
    assert len({row.hop for row in kg.path("e0", "e20", limit=1)["paths"]}) == 20
    with pytest.raises(QuestionError, match="event 0 and event 21 are 21 hops apart; a path of more than 20"):
        kg.path("e0", "e21")


def test_a_hub_makes_a_path_longer(folder: Writer) -> None:
    people = [{"id": f"p{n}", "kind": "Person", "label": f"P{n}"} for n in range(40)]
    extra = [{"id": name, "kind": "Organisation", "label": name} for name in ("hub", "club", "society")]
    rows = [
        {"id": f"r1{n:03}", "subject": f"p{n}", "predicate": "memberOf", "object": "hub", "locator": "1"}
        for n in range(40)
    ]
    rows += [
        {"id": "r2000", "subject": "p0", "predicate": "memberOf", "object": "club", "locator": "1"},
        {"id": "r2001", "subject": "club", "predicate": "memberOf", "object": "society", "locator": "1"},
        {"id": "r2002", "subject": "p1", "predicate": "memberOf", "object": "society", "locator": "1"},
    ]
    kg = negograph.load(folder(entities=people + extra, relations=rows))
    ways = list(dict.fromkeys(row.way for row in kg.path("p0", "p1", limit=2)["paths"]))
    assert ways == ["P0 – club – society – P1", "P0 – hub – P1"]


# Everything at once


REPORTS: dict[str, Callable[[KnowledgeGraph], negograph.Report]] = {
    "compare one": lambda kg: kg.compare("ukraine-talks-2025"),
    "compare two": lambda kg: kg.compare("ukraine-talks-2025", "us-taliban-talks"),
    "audit": lambda kg: kg.audit(),
    "detect": lambda kg: kg.detect(),
    "path": lambda kg: kg.path("taliban", "vladimir-putin"),
    "brief": lambda kg: kg.brief("us-taliban-talks"),
    "sensitivity": lambda kg: kg.sensitivity("repeated-bypasses"),
}


@pytest.mark.parametrize("name", REPORTS)
def test_every_claim_of_a_report_comes_with_its_speaker_source_and_paragraph(kg: KnowledgeGraph, name: str) -> None:
    report = REPORTS[name](kg)
    seen = 0
    for part in report:
        for prefix in ("", "here", "there"):
            names = [prefixed(prefix, word) for word in ("claim", "saidBy", "source", "paragraph")]
            if not set(names) <= set(part.variables):
                continue
            for claim, speaker, source, paragraph in ([getattr(row, each) for each in names] for row in part):
                if claim:
                    cells = kg.claim(claim)
                    seen += 1
                    assert speaker
                    assert (source or "", paragraph or "") == (cells["source"], cells["locator"])
    assert seen >= len(report.claims) > 0


COMMANDS = (
    ("compare", "ukraine-talks-2025", "us-taliban-talks"),
    ("audit", "us-russia-talks-2025"),
    ("detect", "--deal", "us-hamas-talks"),
    ("path", "taliban", "vladimir-putin"),
)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
def test_every_form_of_a_report_holds_the_same_rows(run: Run, command: tuple[str, ...]) -> None:
    forms = {form: run(*command, "--format", form) for form in ("table", "json", "csv", "md", "ttl")}
    assert {found.exit_code for found in forms.values()} == {0}
    document = json.loads(forms["json"].stdout)
    rows = [row for part in document["parts"].values() for row in part["results"]["bindings"]]
    assert rows
    assert len(list(csv.DictReader(io.StringIO(forms["csv"].stdout)))) == len(rows)
    claims = {term["value"] for row in rows for name, term in row.items() if name.lower().endswith("claim")}
    triples = {str(triple.subject.value) for triple in ox.parse(forms["ttl"].stdout, format=ox.RdfFormat.TURTLE)}
    assert claims <= triples
    assert document["command"] in forms["md"].stdout
    lines = forms["table"].stdout.splitlines()
    assert lines[-1] == f"again: {document['command']}"
    assert max(map(len, lines[:-1])) <= 80
    for part in document["parts"].values():
        assert "command" not in part or run(*shlex.split(part["command"])[1:]).exit_code == 0


def test_no_hash_seed_decides_anything() -> None:
    script = (
        "import negograph; kg = negograph.load();"
        "print(kg.compare('ukraine-talks-2025').to_csv(), kg.compare('us-russia-talks-2025', 'trump-kim-talks').to_csv(),"
        "kg.path('taliban', 'vladimir-putin', limit=8).to_csv(), kg.detect().to_turtle())"
    )
    printed = {
        subprocess.run(
            [sys.executable, "-c", script],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(printed) == 1


def test_a_report_names_its_parts(small: KnowledgeGraph) -> None:
    report = small.compare("talks")
    assert len(report) == 1
    with pytest.raises(QuestionError, match="did you mean 'precedents'"):
        report["precedent"]


def test_an_unknown_name_is_met_with_the_nearest(kg: KnowledgeGraph) -> None:
    with pytest.raises(UnknownEntityError, match="us-taliban-talks"):
        kg.compare("us-talibn-talks")


def test_pressure_that_nobody_is_named_for_is_told_of_whom_it_met(folder: Writer) -> None:
    row = {"id": "r0050", "subject": "green", "predicate": "pressuredIn", "object": "talks", "locator": "1"}
    case = case_of(negograph.load(folder(relations=[row])).corpus, "talks")
    green = next(side for side in case.sides if "green" in side.members)
    assert {label: claims for label, claims in green.features.items() if "r0050" in claims} == {
        "put pressure on ← someone": {"r0050"}
    }


def test_a_step_has_the_days_of_its_claim_before_those_of_its_event(folder: Writer) -> None:
    row = {"id": "r0050", "subject": "red", "predicate": "met", "object": "blue", "context": "deal", "locator": "1"}
    own = {**row, "start": "2019-01", "end": "2019-02"}
    for given, days in ((row, ("2020-02-01", "2020-02-29")), (own, ("2019-01-01", "2019-02-28"))):
        steps = case_of(negograph.load(folder(relations=[given])).corpus, "talks").steps
        (step,) = (each for each in steps.values() if "r0050" in each.claims)
        assert (str(step.when.earliest), str(step.when.latest)) == days
