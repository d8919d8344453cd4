"""Every question: its header, its expected row, the same rows in two engines."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib

import negograph
from negograph import KnowledgeGraph, QuestionError, UnknownEntityError
from negograph.answers import Answer
from negograph.ontology import resource
from negograph.questions import read_questions

from conftest import Writer

QUESTIONS = read_questions(resource("graph", "questions"))
NAMES = sorted(QUESTIONS)


@pytest.fixture(scope="module")
def in_rdflib(kg: KnowledgeGraph) -> rdflib.Graph:
    return kg.to_rdflib()


@pytest.mark.parametrize("name", NAMES)
def test_the_packaged_data_yield_the_expected_row(kg: KnowledgeGraph, name: str) -> None:
    expect = dict(QUESTIONS[name].expect)
    assert expect, "a question without an expected row is not tested"
    rows = kg.answer(name)
    assert any(all(str(getattr(row, key)) == value for key, value in expect.items()) for row in rows)


@pytest.mark.parametrize("name", NAMES)
def test_the_header_fits_the_query(name: str) -> None:
    question = QUESTIONS[name]
    assert question.title.endswith("?")
    assert question.summary
    select = question.text[question.text.index("SELECT") : question.text.index("WHERE {")]
    projected = {word.removeprefix("?") for word in select.split() if word.startswith("?")}
    for section in question.sections:
        assert set(section.columns) <= projected, section
    for parameter in question.parameters:
        assert f"?{parameter.name}" in question.text[question.text.index("WHERE {") :], parameter
    assert "PREFIX" in question.text, "it runs as it stands, in any tool"


@pytest.mark.parametrize("name", NAMES)
def test_every_row_rests_on_a_claim_with_speaker_and_source(kg: KnowledgeGraph, name: str) -> None:
    answer = kg.answer(name)
    assert answer.claims
    assert len(answer.to_subgraph()) > len(answer.claims)
    speakers = [column for column in answer.variables if column.lower().endswith("saidby")]
    assert speakers
    first = speakers[0]
    assert all(getattr(row, first) for row in answer)


def multiset(rows: list[tuple[str, ...]]) -> Counter[tuple[str, ...]]:
    return Counter(rows)


@pytest.mark.parametrize("name", NAMES)
def test_two_engines_give_the_same_rows(kg: KnowledgeGraph, in_rdflib: rdflib.Graph, name: str) -> None:
    question = QUESTIONS[name]
    ours = kg.answer(name)
    theirs = in_rdflib.query(question.text)
    assert [str(variable) for variable in theirs.vars or []] == list(ours.variables)
    plain = [tuple("" if term is None else term.value for term in row) for row in ours.solutions]
    other = [tuple("" if term is None else str(term) for term in row) for row in theirs]
    assert multiset(plain) == multiset(other)


@pytest.mark.parametrize("name", NAMES)
def test_each_parameter_narrows_in_both_engines(kg: KnowledgeGraph, small: KnowledgeGraph, name: str) -> None:
    """Bound to something that is nowhere, a parameter leaves nothing; it never leaves everything."""
    graph = small.to_rdflib()
    nowhere = ox.NamedNode("https://w3id.org/negograph/id/nowhere-at-all")
    for parameter in QUESTIONS[name].parameters:
        text = QUESTIONS[name].bound({parameter.name: nowhere})
        assert kg.query(text).solutions == ()
        assert list(graph.query(text)) == []


def rows_of(answer: Answer, *columns: str) -> set[tuple[object, ...]]:
    return {tuple(getattr(row, column) for column in columns) for row in answer}


# The flagship, on tables small enough to know by heart


def test_a_bypass_comes_with_manner_tie_and_sequel(small: KnowledgeGraph) -> None:
    answer = small.answer("bypassed-allies")
    assert rows_of(answer, "deal", "bypassed", "manner", "tie", "saidBy", "source", "paragraph") == {
        ("talks", "green", "sidelined", "ally", "text", "text", "2")
    }
    assert rows_of(answer, "followed", "link", "linkSaidBy", "linkParagraph") == {
        ("collapse", "cause claimed", "green", "2-3"),
        ("protest", "reaction", "text", "3"),
    }
    assert [row.followed for row in answer] == ["protest", "collapse"], "in the order of time"


def test_a_deal_without_a_sequel_still_appears(folder: Writer) -> None:
    kg = negograph.load(
        folder(
            entities=[{"id": "other-talks", "kind": "Negotiation", "label": "Other talks"}],
            relations=[
                {"id": "r0080", "subject": "other-talks", "predicate": "shutOut", "object": "blue", "locator": "1"}
            ],
        )
    )
    rows = [row for row in kg.answer("bypassed-allies") if row.deal == "other-talks"]
    assert [(row.bypassed, row.followed, row.tie) for row in rows] == [("blue", None, "")]


@pytest.mark.parametrize(
    "cells",
    [
        {"predicate": "assessedAs", "object": "failure"},
        {"predicate": "sidelined", "object": "red", "polarity": "negated"},
        {"predicate": "sidelined", "object": "red", "rank": "deprecated"},
    ],
)
def test_a_judgement_a_denial_and_a_withdrawn_claim_are_no_bypass(folder: Writer, cells: dict[str, str]) -> None:
    kg = negograph.load(folder(relations=[{"id": "r0081", "subject": "deal", "locator": "1", **cells}]))
    assert {row.deal for row in kg.answer("bypassed-allies")} == {"talks"}


def test_a_risk_or_a_habit_cannot_be_written_as_a_bypass(folder: Writer) -> None:
    for modality in ("predicted", "advised", "assessed"):
        row = {
            "id": "r0082",
            "subject": "deal",
            "predicate": "bypassed",
            "object": "red",
            "locator": "1",
            "modality": modality,
        }
        with pytest.raises(negograph.DataError, match="never"):
            negograph.load(folder(relations=[row]))


def test_every_tie_is_found(folder: Writer) -> None:
    kg = negograph.load(
        folder(
            entities=[
                {"id": "blue-army", "kind": "GovernmentBody", "label": "Blue army", "part_of": "blue"},
                {"id": "go-between", "kind": "State", "label": "Go-between"},
                {"id": "ceasefire", "kind": "Issue", "label": "ceasefire"},
                {"id": "friend", "kind": "State", "label": "Friend"},
            ],
            relations=[
                {"id": f"r009{place}", "subject": "talks", "predicate": "bypassed", "object": who, "locator": "1"}
                for place, who in enumerate(["blue-army", "go-between", "ceasefire", "friend", "green-army"])
            ]
            + [
                {"id": "r0086", "subject": "go-between", "predicate": "mediatedIn", "object": "talks", "locator": "1"},
                {"id": "r0087", "subject": "blue", "predicate": "alliedWith", "object": "friend", "locator": "1"},
                {"id": "r0088", "subject": "green", "predicate": "partyTo", "object": "war", "locator": "1"},
            ],
        )
    )
    assert dict(rows_of(kg.answer("bypassed-allies"), "bypassed", "tie")) == {
        "blue-army": "own institution",
        "go-between": "mediator",
        "ceasefire": "issue",
        "friend": "ally",
        "green": "ally, party",
        "green-army": "party",
    }


def test_the_flagship_narrows_by_ally_and_initiator(small: KnowledgeGraph) -> None:
    for name in ("green", "Green", "GREEN"):
        assert len(small.answer("bypassed-allies", ally=name)) == 2
    assert len(small.answer("bypassed-allies", ally="red")) == 0
    assert len(small.answer("bypassed-allies", initiator="leader")) == 2
    assert len(small.answer("bypassed-allies", initiator="red")) == 0
    assert len(small.answer("bypassed-allies", initiator="leader", ally="red")) == 0


def test_links_are_told_apart(folder: Writer) -> None:
    base = {"subject": "deal", "object": "protest", "locator": "1"}
    kg = negograph.load(
        folder(
            relations=[
                {"id": "r0101", **base, "predicate": "followedBy"},
                {"id": "r0102", **base, "predicate": "contributedTo"},
                {"id": "r0103", **base, "predicate": "prevented"},
                {"id": "r0104", **base, "predicate": "ledTo", "modality": "predicted"},
                {"id": "r0105", **base, "predicate": "ledTo", "polarity": "negated"},
                {"id": "r0106", **base, "predicate": "ledTo", "rank": "deprecated"},
            ]
        )
    )
    found = {row.claim: row.link for row in kg.answer("what-followed", negotiation="talks")}
    assert found == {
        "r0006": "cause claimed",
        "r0007": "reaction",
        "r0101": "merely after",
        "r0102": "part of the cause claimed",
        "r0103": "prevention claimed",
        "r0104": "foretold",
        "r0105": "denied: cause claimed",
    }
    del found["r0104"]  # what is only foretold has not followed
    assert {row.linkClaim: row.link for row in kg.answer("bypassed-allies")} == found


def test_the_steps_that_led_to_a_deal_did_not_follow_it(folder: Writer) -> None:
    earlier = {"id": "offer", "kind": "Event", "label": "Offer", "part_of": "talks"}
    kg = negograph.load(
        folder(
            entities=[earlier],
            relations=[
                {"id": "r0083", "subject": "deal", "predicate": "shutOut", "object": "green", "locator": "1"},
                {"id": "r0084", "subject": "offer", "predicate": "ledTo", "object": "deal", "locator": "1"},
                {"id": "r0085", "subject": "offer", "predicate": "followedBy", "object": "protest", "locator": "1"},
            ],
        )
    )
    sequels = {(row.deal, row.linkClaim) for row in kg.answer("bypassed-allies")}
    assert {("talks", "r0084"), ("talks", "r0085"), ("deal", "r0006"), ("deal", "r0007")} <= sequels
    assert not {("deal", "r0084"), ("deal", "r0085")} & sequels


def test_whoever_mediates_elsewhere_in_the_conflict_is_a_mediator(folder: Writer) -> None:
    kg = negograph.load(
        folder(
            entities=[
                {"id": "other-track", "kind": "Negotiation", "label": "Other track", "part_of": "war"},
                {"id": "go-between", "kind": "State", "label": "Go-between"},
            ],
            relations=[
                {
                    "id": "r0086",
                    "subject": "go-between",
                    "predicate": "mediatedIn",
                    "object": "other-track",
                    "locator": "1",
                },
                {"id": "r0087", "subject": "talks", "predicate": "sidelined", "object": "go-between", "locator": "1"},
            ],
        )
    )
    assert ("go-between", "mediator") in rows_of(kg.answer("bypassed-allies"), "bypassed", "tie")


def test_what_followed_a_move_in_the_talks_followed_the_talks(folder: Writer) -> None:
    row = {"id": "r0107", "subject": "r0011", "predicate": "ledTo", "object": "protest", "locator": "1"}
    kg = negograph.load(folder(relations=[row]))
    assert "r0107" in {found.linkClaim for found in kg.answer("bypassed-allies")}


# The others


def test_disagreements_are_found_by_the_graph(folder: Writer) -> None:
    kg = negograph.load(
        folder(
            relations=[
                {"id": "r0110", "subject": "deal", "predicate": "occurredOn", "value": "2020-05", "locator": "1"},
                {"id": "r0111", "subject": "deal", "predicate": "occurredOn", "value": "2020", "locator": "1"},
                {
                    "id": "r0112",
                    "subject": "talks",
                    "predicate": "ledTo",
                    "object": "collapse",
                    "polarity": "negated",
                    "locator": "1",
                },
                {
                    "id": "r0113",
                    "subject": "blue",
                    "predicate": "promised",
                    "object": "deal",
                    "value": "14",
                    "locator": "1",
                },
                {
                    "id": "r0114",
                    "subject": "blue",
                    "predicate": "promised",
                    "object": "deal",
                    "value": "12",
                    "locator": "2",
                },
            ]
        )
    )
    found = {(row.kind, row.one, row.other) for row in kg.answer("disagreements")}
    assert found == {
        ("opposed verdicts", "r0008", "r0009"),
        ("dates that exclude each other", "r0010", "r0110"),
        ("affirmed and denied", "r0006", "r0112"),
        ("amounts that differ", "r0114", "r0113"),
        ("disputed", "r0008", "r0009"),
    }
    assert {row.one for row in kg.answer("disagreements", about="deal")} == {"r0010", "r0114"}


def test_a_denied_failure_is_no_failure(folder: Writer) -> None:
    kg = negograph.load(
        folder(relations=[{"id": "r0009", "polarity": "negated"}, {"id": "r0012", "predicate": "supports"}])
    )
    assert len(kg.answer("disagreements")) == 0
    assert {row.claim: (row.valence, row.stance) for row in kg.answer("judgements")} == {
        "r0008": (2, "for"),
        "r0009": (2, "for"),
    }


def test_the_same_words_in_other_talks_are_no_contradiction(folder: Writer) -> None:
    base = {"subject": "blue", "predicate": "offered", "object": "deal", "locator": "1"}
    kg = negograph.load(
        folder(
            relations=[
                {"id": "r0120", **base, "context": "talks"},
                {"id": "r0121", **base, "context": "war", "polarity": "negated"},
                {"id": "r0012", "predicate": "supports"},
            ]
        )
    )
    assert {row.kind for row in kg.answer("disagreements")} == {"opposed verdicts"}


def test_tactics_narrow_by_each_of_four(small: KnowledgeGraph) -> None:
    for parameters in (
        {"negotiation": "talks"},
        {"negotiation": "war"},
        {"user": "leader"},
        {"target": "red"},
        {"tactic": "bluff"},
    ):
        assert [row.claim for row in small.answer("tactics", **parameters)] == ["r0011"], parameters
    for parameters in ({"negotiation": "deal"}, {"user": "red"}, {"target": "blue"}):
        assert len(small.answer("tactics", **parameters)) == 0, parameters


def test_the_record_shows_every_part(small: KnowledgeGraph) -> None:
    assert rows_of(small.answer("record", entity="green"), "part", "claim") == {
        ("object", "r0004"), ("object", "r0005"), ("speaker", "r0006"),
    }  # fmt: skip
    assert ("third party", "r0011") in rows_of(small.answer("record", entity="red"), "part", "claim")


# Errors


def test_misspelt_names_get_a_suggestion(kg: KnowledgeGraph) -> None:
    with pytest.raises(QuestionError, match="did you mean 'bypassed-allies'"):
        kg.answer("bypased-alies")
    with pytest.raises(QuestionError, match="it takes ally, initiator"):
        kg.answer("bypassed-allies", aly="nato")
    with pytest.raises(UnknownEntityError, match="taliban"):
        kg.answer("bypassed-allies", ally="talliban")


def test_sources_predicates_and_text_narrow_too(kg: KnowledgeGraph) -> None:
    assert {row.document for row in kg.answer("speaker", source="dubois")} == {"dubois"}
    assert {row.kind for row in kg.answer("moves", move="threatened")} == {"threatened"}
    assert {row.outcome for row in kg.answer("advice", fate="heeded")} == {"heeded"}
    with pytest.raises(QuestionError, match="did you mean 'dubois'"):
        kg.answer("speaker", source="duboi")
    with pytest.raises(QuestionError, match="did you mean 'threatened'"):
        kg.answer("moves", move="threatned")


def test_advice_without_evidence_stays_without(kg: KnowledgeGraph) -> None:
    rows = kg.answer("advice", fate="no evidence")
    assert len(rows) > 0
    assert all(row.where is None and row.fateClaim is None for row in rows)
    for row in kg.answer("advice"):
        if row.fateClaim:
            claim = kg.claim(row.fateClaim)
            assert claim["evidence"]
            assert (claim["source"], claim["attributed_to"]) == ("", "")


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("#+ title: One?\n#+ colour: red\nSELECT ?x\nWHERE {\n ?x ?y ?z }\n", "header line"),
        ("#+title: One?\nSELECT ?x\nWHERE {\n ?x ?y ?z }\n", "header line"),
        ("SELECT ?x\nWHERE {\n ?x ?y ?z }\n", "needs one"),
        ("#+ title: One?\nSELECT ?x WHERE { ?x ?y ?z }\n", "WHERE"),
        ("#+ title: One?\n#+ parameter: x thing\nSELECT ?x\nWHERE {\n ?x ?y ?z }\n", "parameter"),
    ],
)
def test_a_broken_header_names_its_place(tmp_path: Path, text: str, word: str) -> None:
    (tmp_path / "broken.rq").write_text(text, encoding="utf-8")
    with pytest.raises(QuestionError, match=word):
        read_questions(tmp_path)


def test_a_new_question_is_one_file(tmp_path: Path, small: KnowledgeGraph) -> None:
    (tmp_path / "who-signed.rq").write_text(
        "#+ title: Who holds what?\n#+ summary: A post.\n#+ parameter: who entity whoever holds it\n"
        "PREFIX ng: <https://w3id.org/negograph/ns#>\nSELECT ?who ?what\nWHERE {\n  ?who ng:heldPost ?what }\n",
        encoding="utf-8",
    )
    kg = KnowledgeGraph(small.store, small.ontology, read_questions(tmp_path))
    assert [tuple(row) for row in kg.answer("who-signed")] == [("leader", "blue")]
    assert [tuple(row) for row in kg.answer("who-signed", who="The Leader")] == [("leader", "blue")]
    assert len(kg.answer("who-signed", who="green")) == 0
