"""Every question: its header, its expected row, the same rows in two engines."""

from __future__ import annotations

import keyword
from collections import Counter
from datetime import date

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
    projected = {word.strip("?)") for word in select.split() if word.startswith("?")}
    for section in question.sections:
        assert set(section.columns) <= projected, section
    for parameter in question.parameters:
        assert not keyword.iskeyword(parameter.name), "it is a keyword argument in Python"
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


@pytest.mark.parametrize("name", NAMES)
def test_people_are_shown_who_says_it(name: str) -> None:
    shown = [column for section in QUESTIONS[name].sections for column in section.columns]
    said = [column for column in shown if column.lower().endswith("saidby")]
    assert said
    assert len([column for column in shown if column.lower().endswith("gist")]) <= len(said)


@pytest.mark.parametrize("name", NAMES)
def test_columns_are_headed_by_words_that_tell_them_apart(name: str) -> None:
    for section in QUESTIONS[name].sections:
        heads, _ = section.readable([["x"] * len(section.columns)])
        assert all(head == head.lower() for head in heads), "a variable, not a word"
        assert len(heads) == len(set(heads)), section


def test_a_head_is_a_matter_of_its_own_question(kg: KnowledgeGraph) -> None:
    """The end of an office is no aim, though both are called ?end."""
    assert "| tie | of | title | start | end | said by | where |" in kg.answer("offices").to_markdown()
    assert "| aim | talks | gist |" in kg.answer("aims").to_markdown()


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


@pytest.mark.parametrize("name", NAMES)
def test_the_kinds_and_choices_of_a_header_leave_nothing_out(kg: KnowledgeGraph, name: str) -> None:
    question = QUESTIONS[name]
    for parameter in question.parameters:
        assert set(parameter.kinds) <= set(kg.ontology.classes)
        assert parameter.type != "predicate" or (
            parameter.choices and set(parameter.choices) <= set(kg.ontology.predicates)
        )
        assert parameter.type != "text" or parameter.choices
        others = [each for each in kg.entities() if parameter.kinds and not kg.corpus.is_a(each, *parameter.kinds)]
        if others and (name, parameter.name) not in PART_OF_NO_TALKS:
            found = kg.query(question.among(parameter.name, map(kg.corpus.entity, others)))
            assert isinstance(found, Answer)
            assert not found.solutions, (parameter, found.solutions[0])


PART_OF_NO_TALKS = {("aims", "negotiation"), ("reversals", "negotiation")}
"""Where a state has rows as the whole that something is part of, though it is no talks."""
CHOSEN = [  # question, parameter, column
    ("advice", "fate", "outcome"),
    ("arguments", "bearing", "way"),
    ("bypasses", "manner", "how"),
    ("bypasses", "tie", "ties"),
    ("disputed-dates", "kind", "kind"),
    ("mediators", "role", "doing"),
    ("moves", "move", "kind"),
    ("parties", "role", "place"),
    ("weak-evidence", "weakness", "weakness"),
    ("what-followed", "link", "link"),
]


def test_every_closed_list_is_known_here() -> None:
    listed = {(name, each.name) for name in NAMES for each in QUESTIONS[name].parameters if each.choices}
    assert listed == {(name, parameter) for name, parameter, _ in CHOSEN}


@pytest.mark.parametrize(("name", "parameter", "column"), CHOSEN)
def test_a_closed_list_has_every_word_that_occurs(kg: KnowledgeGraph, name: str, parameter: str, column: str) -> None:
    choices = next(each.choices for each in QUESTIONS[name].parameters if each.name == parameter)
    said = {word for row in kg.answer(name) for word in str(getattr(row, column)).split(", ") if word}
    assert said <= set(choices)
    for word in said:
        assert len(kg.answer(name, **{parameter: word.upper()})) > 0, "case does not matter"


@pytest.mark.parametrize(
    ("name", "given", "said"),
    [
        ("bypasses", {"deal": "Ukraine"}, "'Ukraine' is a State, and what is asked for is a Happening; did you mean "),
        ("bypasses", {"tie": "banana"}, "no tie 'banana'; it is one of ally, party, mediator, own institution, issue"),
        ("bypasses", {"manner": "hosted"}, "no manner 'hosted'; "),
        ("what-followed", {"link": "cause claim"}, "no link 'cause claim'; did you mean 'cause claimed'?"),
        (
            "bypassed-allies",
            {"ally": "doha-agreement"},
            "is an Agreement, and what is asked for is an Actor or an Issue",
        ),
    ],
)
def test_a_value_that_can_have_no_row_is_refused(
    kg: KnowledgeGraph, name: str, given: dict[str, str], said: str
) -> None:
    with pytest.raises(QuestionError) as caught:
        kg.answer(name, **given)
    assert said in str(caught.value)


def test_a_name_of_two_is_that_of_the_kind_that_is_asked_for(folder: Writer) -> None:
    twins = [
        {"id": "north", "kind": "State", "label": "Twin"},
        {"id": "north-talks", "kind": "Negotiation", "label": "Twin"},
    ]
    kg = negograph.load(folder(entities=twins))
    assert kg.answer("bypasses", deal="twin").command.split()[-3:-2] == ["north-talks"]
    with pytest.raises(UnknownEntityError, match="may be north or north-talks"):
        kg.resolve("twin")
    with pytest.raises(QuestionError, match="is a State, and what is asked for is a Happening"):
        kg.detect(deal="north")


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


def test_a_verdict_that_is_foretold_is_told_as_that(folder: Writer) -> None:
    kg = negograph.load(folder(relations=[{"id": "r0009", "modality": "predicted"}]))
    assert {row.claim: (row.stance, row.modalityLabel) for row in kg.answer("judgements")} == {
        "r0008": ("for", "assessed"),
        "r0009": ("against", "predicted"),
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


# Who was bypassed, and who was there


def row(id: str, subject: str, predicate: str, object: str, **cells: str) -> dict[str, str]:
    return {"id": id, "subject": subject, "predicate": predicate, "object": object, "locator": "1", **cells}


def claims(answer: Answer) -> set[str]:
    return {found.claim for found in answer}


DENIED = {"polarity": "negated"}
WITHDRAWN = {"rank": "deprecated"}
FORETOLD = {"modality": "predicted"}


def test_bypasses_narrow_by_each_of_five(folder: Writer) -> None:
    kg = negograph.load(
        folder(
            relations=[
                row("r0200", "deal", "shutOut", "green-army", modality="alleged"),
                row("r0201", "deal", "shutOut", "red", **DENIED),
                row("r0202", "deal", "shutOut", "red", **WITHDRAWN),
                row("r0203", "green", "partyTo", "war"),
                row("r0204", "red", "initiated", "talks", modality="assessed"),
            ]
        )
    )
    rows = kg.answer("bypasses")
    assert rows_of(rows, "claim", "how", "ties", "startedBy", "modalityLabel") == {
        ("r0005", "sidelined", "ally, party", "leader", "reported"),
        ("r0200", "shutOut", "party", "leader", "alleged"),
    }
    assert claims(kg.answer("bypasses", manner="bypassed")) == {"r0005", "r0200"}, "sub-properties count"
    assert claims(kg.answer("bypasses", manner="shutOut")) == {"r0200"}
    assert claims(kg.answer("bypasses", tie="ally")) == {"r0005"}
    assert claims(kg.answer("bypasses", tie="party")) == {"r0005", "r0200"}
    with pytest.raises(QuestionError, match="did you mean 'party'"):
        kg.answer("bypasses", tie="part")
    assert claims(kg.answer("bypasses", initiator="red")) == set(), "that red began it is only an opinion"
    assert claims(kg.answer("bypasses", bypassed="green")) == {"r0005"}
    assert claims(kg.answer("bypasses", deal="deal")) == {"r0200"}
    assert claims(kg.answer("bypasses", deal="war")) == {"r0005", "r0200"}


def test_the_ties_of_both_bypass_questions_agree(kg: KnowledgeGraph) -> None:
    flagship = rows_of(kg.answer("bypassed-allies"), "claim", "tie")
    assert rows_of(kg.answer("bypasses"), "claim", "ties") == flagship


def test_parties_are_there_or_not(folder: Writer) -> None:
    kg = negograph.load(
        folder(
            entities=[
                {"id": "summit", "kind": "Event", "label": "Summit", "subtype": "summit", "part_of": "talks"},
                {"id": "speech", "kind": "Event", "label": "Speech", "subtype": "statement", "part_of": "talks"},
            ],
            relations=[
                row("r0210", "leader", "represented", "blue", context="talks"),
                row("r0211", "green", "pressuredIn", "deal", target="leader"),
                row("r0212", "green", "joined", "deal", **DENIED),
                row("r0213", "red", "partyTo", "summit", **FORETOLD),
                row("r0214", "leader", "initiated", "speech"),
                row("r0215", "red", "signed", "deal", **WITHDRAWN),
                row("r0216", "green", "mediatedIn", "talks", modality="alleged", **DENIED),
                row("r0217", "green", "partyTo", "talks", modality="advised"),
                row("r0218", "blue", "consultedIn", "talks"),
            ],
        )
    )
    found = {
        found.claim: (found.talks, found.side, found.part, found.who, found.thirdLabel)
        for found in kg.answer("parties")
    }
    assert found == {
        "r0001": ("talks", "set it in motion", "initiated", "leader", None),
        "r0002": ("talks", "at the table", "was the counterpart in", "red", None),
        "r0005": ("talks", "not at the table", "sidelined", "green", None),
        "r0210": ("talks", "at the table", "acted for", "leader", "for Blue"),
        "r0211": ("deal", "put under pressure", "was pressured in", "green", "by The Leader"),
        "r0212": ("deal", "at the table", "not: joined", "green", None),
        "r0213": ("summit", "at the table", "foretold: was party to", "red", None),
        "r0216": ("talks", "at the table", "alleged: not: mediated in", "green", None),
        "r0217": ("talks", "at the table", "advised: was party to", "green", None),
        "r0218": ("talks", "asked or told beforehand", "was consulted in", "blue", None),
    }
    assert claims(kg.answer("parties", role="partyTo")) == {"r0002", "r0213", "r0217"}
    assert claims(kg.answer("parties", actor="green", negotiation="deal")) == {"r0211", "r0212"}


def test_meetings_are_told_or_shared(folder: Writer) -> None:
    event = {"kind": "Event", "part_of": "talks"}
    kg = negograph.load(
        folder(
            entities=[
                {"id": "summit", "label": "Summit", "subtype": "summit", "start": "2019-05", **event},
                {"id": "raid", "label": "Raid", "subtype": "attack", **event},
            ],
            relations=[
                row("r0220", "leader", "met", "red", context="summit"),
                row("r0221", "leader", "called", "green", **DENIED),
                row("r0222", "leader", "partyTo", "summit"),
                row("r0223", "red", "counterpartIn", "summit", **FORETOLD),
                row("r0224", "green", "partyTo", "summit", **WITHDRAWN),
                row("r0225", "blue", "partyTo", "raid"),
                row("r0226", "red", "partyTo", "raid"),
            ],
        )
    )
    assert rows_of(kg.answer("meetings"), "claim", "second", "one", "how", "two", "occasion", "modality") == {
        ("r0220", None, "leader", "met", "red", "summit", "reported"),
        ("r0221", None, "leader", "not: telephoned", "green", None, "reported"),
        ("r0222", "r0223", "leader", "was there with", "red", "summit", "predicted"),
    }
    assert claims(kg.answer("meetings", actor="red", other="leader")) == {"r0220", "r0222"}
    assert claims(kg.answer("meetings", actor="red", other="green")) == set()
    assert claims(kg.answer("meetings", within="war")) == {"r0220", "r0222"}


def test_mediators_come_with_the_parties_that_others_name(folder: Writer) -> None:
    kg = negograph.load(
        folder(
            relations=[
                row("r0230", "green", "mediatedIn", "talks"),
                row("r0231", "green", "hosted", "talks", **DENIED),
                row("r0232", "leader", "represented", "blue", context="talks", modality="assessed"),
                row("r0233", "leader", "represented", "blue"),
                row("r0234", "blue", "mediatedIn", "talks", **WITHDRAWN),
            ]
        )
    )
    assert rows_of(kg.answer("mediators"), "claim", "agent", "how", "whom", "party", "partyClaim", "modality") == {
        ("r0230", "green", "mediated in", None, "red", "r0002", "reported"),
        ("r0231", "green", "not: hosted", None, "red", "r0002", "reported"),
        ("r0232", "leader", "acted for", "blue", "red", "r0002", "assessed"),
    }
    assert claims(kg.answer("mediators", role="mediatedIn")) == {"r0230"}
    assert claims(kg.answer("mediators", principal="blue")) == {"r0232"}
    assert claims(kg.answer("mediators", actor="green", negotiation="war")) == {"r0230", "r0231"}


# What followed, and why

DAYS = ["1904-02-29", "1999-12-31", "2000-02-28", "2000-03-01", "2019-12-31", "2020-02-29", "2021-01-01", "2100-03-01"]


def test_the_lag_is_a_number_of_days(folder: Writer) -> None:
    pairs = [(one, other) for place, one in enumerate(DAYS) for other in DAYS[place:]]
    kg = negograph.load(
        folder(
            entities=[
                {"id": f"{end}-{place}", "kind": "Event", "label": f"{end} {place}", "start": day}
                for place, pair in enumerate(pairs)
                for end, day in zip(("first", "then"), pair, strict=True)
            ],
            relations=[
                row(f"r{1000 + place}", f"first-{place}", "followedBy", f"then-{place}") for place in range(len(pairs))
            ],
        )
    )
    lags = {found.claim: found.lag for found in kg.answer("what-followed")}
    for place, (one, other) in enumerate(pairs):
        assert lags[f"r{1000 + place}"] == (date.fromisoformat(other) - date.fromisoformat(one)).days, (one, other)


@pytest.mark.parametrize(
    ("start", "end", "followed", "lag"),
    [
        ("2020-02", "", "2020-03", 1),  # from the last day of February
        ("2019-21", "", "2019-06-01", 1),  # spring is over by the end of May
        ("2018", "2019-03", "2019-04-30", 30),
        ("2020", "", "2020-03", None),  # which came first cannot be told
        ("2018", "..", "2020-03", None),  # goes on
        ("2020-02-01", "", "", None),
    ],
)
def test_the_lag_is_what_the_dates_allow_at_least(
    folder: Writer, start: str, end: str, followed: str, lag: int | None
) -> None:
    kg = negograph.load(
        folder(
            entities=[
                {"id": "step", "kind": "Event", "label": "Step", "start": start, "end": end},
                {"id": "next", "kind": "Event", "label": "Next", "start": followed},
            ],
            relations=[row("r0240", "step", "followedBy", "next")],
        )
    )
    found = next(found for found in kg.answer("what-followed") if found.claim == "r0240")
    assert found.lag == lag
    assert found.later == (None if lag is None else f"at least {lag} day{'s' * (lag != 1)}")


def test_what_followed_narrows_by_link(small: KnowledgeGraph) -> None:
    assert claims(small.answer("what-followed", link="reaction")) == {"r0007"}
    assert claims(small.answer("what-followed", link="cause claimed", negotiation="war")) == {"r0006"}
    with pytest.raises(QuestionError, match="did you mean 'cause claimed'"):
        small.answer("what-followed", link="cause")


def test_causes_are_read_from_the_outcome(folder: Writer) -> None:
    kg = negograph.load(
        folder(
            relations=[
                row("r0250", "r0011", "contributedTo", "collapse", attributed_to="red"),
                row("r0251", "bluff", "prevented", "protest"),
                row("r0252", "deal", "followedBy", "collapse"),
                row("r0253", "deal", "ledTo", "collapse", **DENIED),
                row("r0254", "deal", "ledTo", "collapse", **FORETOLD),
                row("r0255", "deal", "ledTo", "collapse", **WITHDRAWN),
            ]
        )
    )
    assert rows_of(kg.answer("causes"), "claim", "effect", "link", "reason") == {
        ("r0006", "collapse", "cause claimed", "talks"),
        ("r0250", "collapse", "part of the cause claimed", "r0011"),
        ("r0251", "protest", "prevention claimed", "bluff"),
        ("r0253", "collapse", "denied: cause claimed", "deal"),
        ("r0254", "collapse", "foretold: cause claimed", "deal"),
    }
    assert claims(kg.answer("causes", outcome="protest")) == {"r0251"}
    assert claims(kg.answer("causes", cause="bluff")) == {"r0250", "r0251"}
    assert claims(kg.answer("causes", by="red")) == {"r0250"}


def test_effects_of_a_tactic_and_of_its_uses(folder: Writer) -> None:
    kg = negograph.load(
        folder(
            entities=[{"id": "double-bluff", "kind": "Tactic", "label": "Double bluff", "broader": "bluff"}],
            relations=[
                row("r0260", "r0011", "ledTo", "collapse"),
                row("r0261", "double-bluff", "contributedTo", "protest", **FORETOLD),
                row("r0262", "bluff", "ledTo", "protest", **DENIED),
                row("r0263", "red", "counteredTactic", "bluff"),
                row("r0264", "r0263", "ledTo", "protest"),
                row("r0265", "bluff", "ledTo", "protest", **WITHDRAWN),
            ],
        )
    )
    assert rows_of(kg.answer("tactic-effects"), "claim", "means", "link", "result", "actor") == {
        ("r0260", "bluff", "cause claimed", "collapse", "leader"),
        ("r0261", "double-bluff", "foretold", "protest", None),
        ("r0262", "bluff", "denied: cause claimed", "protest", None),
    }, "what a counter-move brought about is no effect of the tactic, and a cause is no tactic"
    assert claims(kg.answer("tactic-effects", tactic="bluff")) == {"r0260", "r0261", "r0262"}
    assert claims(kg.answer("tactic-effects", tactic="double-bluff")) == {"r0261"}
    assert claims(kg.answer("tactic-effects", user="leader")) == {"r0260"}
    assert claims(kg.answer("tactic-effects", effect="protest")) == {"r0261", "r0262"}


def test_reversals(folder: Writer) -> None:
    kg = negograph.load(
        folder(
            entities=[
                {"id": "truce", "kind": "Agreement", "label": "Truce", "part_of": "talks", "status": "lapsed"},
                {"id": "new-deal", "kind": "Agreement", "label": "New deal"},
            ],
            relations=[
                row("r0270", "leader", "withdrewFrom", "deal"),
                row("r0271", "new-deal", "replaces", "deal"),
                row("r0272", "leader", "reversed", "protest", **FORETOLD),
                row("r0273", "red", "withdrewFrom", "deal", **DENIED),
                row("r0274", "truce", "followedBy", "collapse"),
                row("r0275", "deal", "followedBy", "collapse"),
                row("r0276", "red", "withdrewFrom", "talks", **WITHDRAWN),
            ],
        )
    )
    assert rows_of(kg.answer("reversals"), "claim", "undone", "standing", "how", "agent", "modality") == {
        ("r0270", "deal", "signed", "was left by", "leader", "reported"),
        ("r0271", "deal", "signed", "was replaced by", "new-deal", "reported"),
        ("r0272", "protest", None, "was reversed by", "leader", "predicted"),
        ("r0273", "deal", "signed", "not: was left by", "red", "reported"),
        ("r0274", "truce", "lapsed", "was followed by", "collapse", "reported"),
    }
    assert claims(kg.answer("reversals", by="leader")) == {"r0270", "r0272"}
    assert claims(kg.answer("reversals", what="talks")) == {"r0270", "r0271", "r0273", "r0274"}


# What is dated, agreed, left undone


def test_disputed_dates_are_told_apart(folder: Writer) -> None:
    def dated(id: str, thing: str, value: str, **cells: str) -> dict[str, str]:
        return {"id": id, "subject": thing, "predicate": "occurredOn", "value": value, "locator": "1", **cells}

    kg = negograph.load(
        folder(
            relations=[
                dated("r0280", "deal", "2020-05"),
                dated("r0281", "deal", "2020-02"),
                dated("r0282", "deal", "2020-02-29"),
                dated("r0283", "deal", "2021", **DENIED),
                dated("r0284", "deal", "2022", **WITHDRAWN),
                dated("r0285", "talks", "2018/2020"),
                dated("r0286", "talks", "2019/.."),
                dated("r0287", "talks", "2018/.."),
            ]
        )
    )
    assert rows_of(kg.answer("disputed-dates"), "thing", "one", "other", "kind") == {
        ("deal", "r0010", "r0280", "exclude each other"),
        ("deal", "r0281", "r0010", "more or less precise"),
        ("deal", "r0281", "r0280", "exclude each other"),
        ("deal", "r0281", "r0282", "more or less precise"),
        ("deal", "r0282", "r0280", "exclude each other"),
        ("talks", "r0285", "r0286", "overlap"),
        ("talks", "r0285", "r0287", "more or less precise"),
        ("talks", "r0287", "r0286", "more or less precise"),
    }, "each pair once, the earlier first; two that say the same are none"
    assert rows_of(kg.answer("disputed-dates", kind="overlap"), "one") == {("r0285",)}
    assert rows_of(kg.answer("disputed-dates", about="deal", kind="exclude each other"), "other") == {("r0280",)}


def test_provisions(folder: Writer) -> None:
    kg = negograph.load(
        folder(
            entities=[
                {"id": "truce", "kind": "Issue", "label": "truce"},
                {"id": "old-deal", "kind": "Agreement", "label": "Old deal"},
            ],
            relations=[
                row("r0290", "deal", "stipulates", "truce", value="3 weeks"),
                row("r0291", "deal", "stipulates", "collapse", **DENIED),
                row("r0292", "talks", "about", "truce"),
                row("r0293", "talks", "resultedIn", "deal"),
                row("r0294", "deal", "replaces", "old-deal"),
                row("r0295", "talks", "resultedIn", "protest"),
                row("r0296", "old-deal", "stipulates", "truce", **WITHDRAWN),
            ],
        )
    )
    assert rows_of(kg.answer("provisions"), "claim", "deal", "standing", "how", "what", "amount") == {
        ("r0290", "deal", "signed", "stipulates", "truce", "3 weeks"),
        ("r0291", "deal", "signed", "not: stipulates", "collapse", None),
        ("r0293", "deal", "signed", "was the result of", "talks", None),
        ("r0294", "deal", "signed", "replaces", "old-deal", None),
    }, "what talks are about is no provision"
    assert claims(kg.answer("provisions", agreement="war", provision="truce")) == {"r0290"}


def test_half_done_is_an_unfavourable_verdict_or_a_denied_result(folder: Writer) -> None:
    aspects = [{"id": name, "kind": "Aspect", "label": name} for name in ("completeness", "durability", "substance")]
    kg = negograph.load(
        folder(
            entities=aspects,
            relations=[
                row("r0300", "deal", "assessedAs", "failure", aspect="completeness"),
                row("r0301", "deal", "assessedAs", "success", aspect="durability"),
                row("r0302", "deal", "assessedAs", "failure", aspect="substance"),
                row("r0303", "deal", "assessedAs", "failure", aspect="durability", **DENIED),
                row("r0304", "bluff", "assessedAs", "failure", aspect="durability"),
                row("r0305", "talks", "resultedIn", "deal"),
                row("r0306", "talks", "resultedIn", "collapse", **DENIED),
                row("r0307", "red", "signed", "deal", **DENIED),
                row("r0308", "red", "joined", "deal", **DENIED, **WITHDRAWN),
                row("r0309", "deal", "assessedAs", "failure", aspect="durability", **FORETOLD),
            ],
        )
    )
    assert rows_of(kg.answer("half-done"), "claim", "thing", "verdict", "what", "modality") == {
        ("r0300", "deal", "failure", None, "assessed"),
        ("r0306", "talks", "not: resulted in", "collapse", "reported"),
        ("r0307", "deal", "not: was signed by", "red", "reported"),
        ("r0309", "deal", "failure", None, "predicted"),
    }
    assert claims(kg.answer("half-done", negotiation="deal")) == {"r0300", "r0307", "r0309"}


# Who says what of whom


def test_aims_and_traits_keep_denials_and_eyes_apart(folder: Writer) -> None:
    kg = negograph.load(
        folder(
            entities=[{"id": "patience", "kind": "Trait", "label": "patience"}],
            relations=[
                row("r0310", "leader", "aimedAt", "deal", context="talks", attributed_to="red"),
                row("r0311", "red", "aimedAt", "deal", modality="alleged", **DENIED),
                row("r0312", "red", "aimedAt", "protest", **WITHDRAWN),
                row("r0313", "leader", "hasTrait", "patience", **DENIED),
                row("r0314", "red", "regardedAs", "failure", target="leader", attributed_to="green"),
                row("r0315", "red", "regardedAs", "failure", target="deal"),
                row("r0316", "red", "hasTrait", "patience", **WITHDRAWN),
            ],
        )
    )
    assert rows_of(kg.answer("aims"), "claim", "who", "endLabel", "modality", "saidBy") == {
        ("r0310", "leader", "Deal", "assessed", "red"),
        ("r0311", "red", "not: Deal", "alleged", "text"),
    }
    assert claims(kg.answer("aims", actor="red")) == {"r0311"}
    assert claims(kg.answer("aims", negotiation="war")) == {"r0310"}
    assert claims(kg.answer("aims", aim="deal", by="red")) == {"r0310"}
    assert rows_of(kg.answer("traits"), "claim", "bearer", "qualityLabel", "eyes", "saidBy") == {
        ("r0313", "leader", "not: patience", None, "text"),
        ("r0314", "leader", "failure", "red", "green"),
    }, "what somebody thinks of a deal is no trait"
    assert claims(kg.answer("traits", by="red")) == claims(kg.answer("traits", by="green")) == {"r0314"}
    assert claims(kg.answer("traits", of="leader", trait="patience")) == {"r0313"}


def test_arguments_say_whose_they_are(folder: Writer) -> None:
    kg = negograph.load(
        folder(
            relations=[
                row("r0320", "r0011", "supports", "r0009"),
                row("r0321", "r0006", "supports", "r0009", **WITHDRAWN),
                row("r0322", "talks", "ledTo", "protest", **WITHDRAWN),
                row("r0323", "r0322", "disputes", "r0006"),
            ]
        )
    )
    assert rows_of(kg.answer("arguments"), "claim", "one", "oneSaidBy", "how", "other", "otherSaidBy") == {
        ("r0012", "r0008", "leader", "disputes (inferred)", "r0009", "text"),
        ("r0320", "r0011", "text", "supports", "r0009", "text"),
    }
    assert claims(kg.answer("arguments", bearing="supports")) == {"r0320"}
    assert claims(kg.answer("arguments", by="leader")) == {"r0012"}
    assert claims(kg.answer("arguments", about="bluff")) == {"r0320"}


def test_a_tactic_is_contested_when_verdicts_differ_in_sign(folder: Writer) -> None:
    base = [
        row("r0330", "bluff", "assessedAs", "success", aspect="outcome-of-talks"),
        row("r0331", "r0011", "assessedAs", "success", aspect="outcome-of-talks", **DENIED),
        row("r0332", "red", "regardedAs", "success", target="bluff"),
    ]
    alone = {"id": "mute", "kind": "Tactic", "label": "Mute"}
    kg = negograph.load(
        folder(
            entities=[alone],
            relations=[*base, row("r0333", "mute", "assessedAs", "failure", aspect="outcome-of-talks")],
        )
    )
    assert rows_of(kg.answer("contested-tactics"), "claim", "means", "stance", "valence", "eyes") == {
        ("r0330", "bluff", "for", 2, None),
        ("r0331", "bluff", "against", -2, None),
        ("r0332", "bluff", "for", 2, "red"),
    }
    assert claims(kg.answer("contested-tactics", by="red")) == {"r0332"}
    withdrawn = negograph.load(folder("other", relations=[base[0], base[1] | WITHDRAWN, base[2]]))
    assert len(withdrawn.answer("contested-tactics")) == 0


def test_coverage_counts_the_claims_of_each_source(folder: Writer) -> None:
    second = {"id": "essay", "title": "An essay", "paragraphs": "1"}
    kg = negograph.load(
        folder(
            sources=[second],
            coverage=[{"source": "essay", "paragraph": "1", "status": "coded"}],
            relations=[
                row("r0340", "talks", "ledTo", "protest", source="essay"),
                row("r0341", "deal", "ledTo", "protest", source="essay"),
                row("r0342", "deal", "ledTo", "collapse", source="essay", **WITHDRAWN),
                row("r0343", "red", "attacked", "green", source="essay"),
            ],
        )
    )
    assert rows_of(kg.answer("coverage", source="essay"), "talks", "document", "claims", "claim") == {
        ("talks", "essay", "2 claims", "r0340"),
        ("talks", "essay", "2 claims", "r0341"),
    }
    assert claims(kg.answer("coverage", negotiation="talks", source="text")) == {
        "r0001", "r0002", "r0005", "r0006", "r0007", "r0008", "r0009", "r0010", "r0011",
    }  # fmt: skip


def test_a_single_source_is_weak_where_it_matters(folder: Writer) -> None:
    second = {"id": "essay", "title": "An essay", "paragraphs": "1"}
    kg = negograph.load(
        folder(
            sources=[second],
            coverage=[{"source": "essay", "paragraph": "1", "status": "coded"}],
            relations=[
                row("r0350", "talks", "shutOut", "green", source="essay"),  # another manner, the same bypass
                row("r0351", "talks", "ledTo", "collapse", source="essay", **WITHDRAWN),
                row("r0352", "talks", "ledTo", "protest", **FORETOLD),
                row("r0353", "talks", "ledTo", "protest", **DENIED),
            ],
        )
    )
    assert claims(kg.answer("weak-evidence", weakness="single source")) == {"r0006", "r0007"}
    assert claims(kg.answer("weak-evidence", weakness="low confidence")) == {"r0011"}
    assert claims(kg.answer("weak-evidence", weakness="single source", about="deal")) == {"r0007"}


def test_advice_narrows_by_case(folder: Writer) -> None:
    fate = {"source": "", "locator": "", "evidence": "r0005"}
    kg = negograph.load(
        folder(
            entities=[{"id": name, "kind": "Advice", "label": name} for name in ("ask-green", "wait")],
            relations=[
                row("r0360", "green", "recommends", "ask-green", target="leader"),
                row("r0361", "green", "recommends", "wait", **DENIED),
                row("r0362", "red", "recommends", "wait"),
                row("r0363", "ask-green", "ignoredIn", "deal", **fate),
                row("r0364", "ask-green", "heededIn", "war", **fate, **WITHDRAWN),
            ],
        )
    )
    assert rows_of(kg.answer("advice"), "claim", "outcome", "where") == {
        ("r0360", "ignored", "deal"),
        ("r0362", "no evidence", None),
    }
    assert claims(kg.answer("advice", case="talks")) == {"r0360"}
    assert claims(kg.answer("advice", case="collapse")) == set()
    assert claims(kg.answer("advice", by="red")) == {"r0362"}
    assert claims(kg.answer("advice", addressee="leader", fate="ignored")) == {"r0360"}


@pytest.mark.parametrize(
    ("name", "parameter", "value"),
    [
        ("advice", "case", "us-russia-talks-2025"),
        ("advice", "fate", "heeded"),
        ("bypasses", "tie", "own institution"),
        ("coverage", "negotiation", "us-taliban-talks"),
        ("disputed-dates", "kind", "exclude each other"),
        ("meetings", "within", "us-russia-talks-2025"),
        ("weak-evidence", "weakness", "single source"),
        ("what-followed", "link", "foretold"),
    ],
)
def test_a_parameter_narrows_alike_in_two_engines(
    kg: KnowledgeGraph, in_rdflib: rdflib.Graph, name: str, parameter: str, value: str
) -> None:
    types = {each.name: each.type for each in QUESTIONS[name].parameters}
    term = ox.Literal(value) if types[parameter] == "text" else ox.NamedNode(f"https://w3id.org/negograph/id/{value}")
    rows = kg.answer(name, **{parameter: value})
    assert 0 < len(rows) < len(kg.answer(name))
    assert len(list(in_rdflib.query(QUESTIONS[name].bound({parameter: term})))) == len(rows)


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


# The signed network


def test_ties_have_a_sign_and_a_pair_may_have_both(folder: Writer) -> None:
    rows = [
        {"id": "r0080", "subject": "leader", "predicate": "praised", "object": "red", "locator": "1"},
        {"id": "r0081", "subject": "leader", "predicate": "discredited", "object": "red", "locator": "1"},
        {
            "id": "r0082",
            "subject": "leader",
            "predicate": "attacked",
            "object": "green",
            "polarity": "negated",
            "locator": "1",
        },
        {
            "id": "r0083",
            "subject": "leader",
            "predicate": "attacked",
            "object": "red",
            "modality": "predicted",
            "locator": "1",
        },
    ]
    answer = negograph.load(folder(relations=rows)).answer("signed-ties")
    assert rows_of(answer, "sign", "one", "tie", "other") == {
        ("friendly", "blue", "backs", "green"),
        ("friendly", "leader", "praised", "red"),
        ("hostile", "leader", "discredited", "red"),
    }


@pytest.mark.parametrize(
    ("ties", "pattern"),
    [
        ([("green", "atWarWith", "red")], "a friend was gone around to deal with its foe"),
        ([], "a friend was gone around"),
        ([("green-army", "atWarWith", "red")], "a friend was gone around"),
    ],
)
def test_a_triad_names_friend_and_foe(folder: Writer, ties: list[tuple[str, str, str]], pattern: str) -> None:
    rows = [
        {"id": f"r009{n}", "subject": one, "predicate": tie, "object": other, "locator": "1"}
        for n, (one, tie, other) in enumerate(ties)
    ]
    (row,) = negograph.load(folder(relations=rows)).answer("bypass-triads")
    assert (row.lead, row.dealtWith, row.left, row.pattern) == ("leader", "red", "green", pattern)


def test_a_broker_sits_with_both_of_two_foes(folder: Writer) -> None:
    kg = negograph.load(
        folder(
            entities=[
                {"id": "broker", "kind": "State", "label": "Broker"},
                {"id": "side-talks", "kind": "Negotiation", "label": "Side talks"},
            ],
            relations=[
                {"id": "r0080", "subject": "green", "predicate": "atWarWith", "object": "red", "locator": "1"},
                {"id": "r0081", "subject": "broker", "predicate": "mediatedIn", "object": "talks", "locator": "1"},
                {"id": "r0082", "subject": "green", "predicate": "partyTo", "object": "side-talks", "locator": "1"},
                {"id": "r0083", "subject": "broker", "predicate": "hosted", "object": "side-talks", "locator": "1"},
            ],
        )
    )
    assert rows_of(kg.answer("brokers"), "middle", "one", "other", "oneOccasion", "otherOccasion") == {
        ("broker", "green", "red", "side-talks", "talks")
    }
