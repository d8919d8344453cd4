from __future__ import annotations

import csv
import io
import json
from datetime import date
from decimal import Decimal

import pyoxigraph as ox
import pytest
import rdflib

import negograph
from negograph import KnowledgeGraph, QueryError, UnknownEntityError
from negograph.answers import Answer, Section, Subgraph

from conftest import Writer


def select(kg: KnowledgeGraph, sparql: str) -> Answer:
    found = kg.query(sparql)
    assert isinstance(found, Answer)
    return found


def test_rows_are_typed(small: KnowledgeGraph) -> None:
    answer = select(
        small,
        """SELECT ?thing ?claim ?source ?kind ?elsewhere ?whole ?number ?day ?yes ?text ?none ?odd {
             BIND (ngi:talks AS ?thing) BIND (ngc:r0001 AS ?claim) BIND (ngs:text AS ?source) BIND (ng:Event AS ?kind)
             BIND (wd:Q30 AS ?elsewhere) BIND (3 AS ?whole) BIND (2.50 AS ?number) BIND ("2020-02-29"^^xsd:date AS ?day)
             BIND (true AS ?yes) BIND ("a word"@en AS ?text) BIND ("2020-02-30"^^xsd:date AS ?odd) }""",
    )
    row = answer[0]
    assert row == (
        "talks",
        "r0001",
        "text",
        "Event",
        "http://www.wikidata.org/entity/Q30",
        3,
        Decimal("2.5"),
        date(2020, 2, 29),
        True,
        "a word",
        None,
        "2020-02-30",
    )
    assert row.day.year == 2020
    assert len(answer) == 1
    assert list(answer) == [row]


def test_json_is_sparql_results_json(small: KnowledgeGraph) -> None:
    text = select(small, 'SELECT ?a ?b ?c ?d { VALUES (?a ?b ?c) { (ngi:red "x"@en 5000) } }').to_json()
    assert json.loads(text) == {
        "head": {"vars": ["a", "b", "c", "d"]},
        "results": {
            "bindings": [
                {
                    "a": {"type": "uri", "value": "https://w3id.org/negograph/id/red"},
                    "b": {"type": "literal", "value": "x", "xml:lang": "en"},
                    "c": {"type": "literal", "value": "5000", "datatype": "http://www.w3.org/2001/XMLSchema#integer"},
                }
            ]
        },
    }
    parsed = ox.parse_query_results(text, format=ox.QueryResultsFormat.JSON)
    assert [str(next(iter(parsed))["c"])] == ['"5000"^^<http://www.w3.org/2001/XMLSchema#integer>']


def test_csv_keeps_every_cell_and_runs_none(small: KnowledgeGraph) -> None:
    answer = select(small, r"""SELECT ?x { VALUES ?x { "=1+1" "+a" "-a" "@a" "a,\"b\"" "a\nb" -5 } }""")
    read = [row[0] for row in csv.reader(io.StringIO(answer.to_csv(), newline=""))]
    assert read == ["x", "'=1+1", "'+a", "'-a", "'@a", 'a,"b"', "a\nb", "-5"]


def test_markdown_cannot_be_broken_by_a_cell(small: KnowledgeGraph) -> None:
    text = select(small, 'SELECT ?x { VALUES ?x { "a|b" "<script>" "[l](javascript:1)" "*b*" } }').to_markdown()
    assert "| a\\|b |" in text
    assert "\\<script\\>" in text
    assert "\\[l\\]" in text
    assert len({line.replace("\\|", "").count("|") for line in text.splitlines() if line.startswith("|")}) == 1


def test_the_frame_has_a_column_a_variable(small: KnowledgeGraph) -> None:
    frame = small.answer("bypassed-allies").to_dataframe()
    assert list(frame.columns) == list(small.answer("bypassed-allies").variables)
    assert list(frame["followed"]) == ["protest", "collapse"]
    assert frame["paragraph"].tolist() == ["2", "2"]
    assert select(small, "SELECT ?x { FILTER (false) }").to_dataframe().shape == (0, 1)


def test_the_supporting_claims_are_turtle(small: KnowledgeGraph) -> None:
    answer = small.answer("bypassed-allies")
    assert answer.claims == ("r0005", "r0007", "r0006")
    graph = rdflib.Graph().parse(data=answer.to_turtle(), format="turtle")
    subjects = {str(subject).rsplit("/", 1)[-1] for subject in graph.subjects() if "/claim/" in str(subject)}
    assert subjects == {"r0005", "r0006", "r0007"}
    assert (None, None, rdflib.Literal("Green", lang="en")) in graph


def test_sections_group_and_join(small: KnowledgeGraph) -> None:
    found = select(
        small,
        """SELECT ?deal ?dealLabel ?who ?says { VALUES (?deal ?dealLabel ?who ?says) {
             (ngi:talks "Talks" "Ann" "yes") (ngi:talks "Talks" "Bob" "yes") (ngi:talks "Talks" "Ann" "no") (ngi:deal "Deal" UNDEF UNDEF) } }""",
    )
    sections = (Section("", ("deal",)), Section("said", ("who", "says"), frozenset({"who"})))
    answer = Answer(found.variables, found.solutions, found.prefixes, small.store, "Who?", sections)
    assert list(answer.groups()) == [
        ("Talks", [(sections[1], [("Ann, Bob", "yes"), ("Ann", "no")])]),
        ("Deal", [(sections[1], [])]),
    ]
    assert "*none recorded in the sources*" in answer.to_markdown()
    single = Answer(found.variables, found.solutions, found.prefixes, small.store, "Who?", (sections[1],))
    assert list(single.groups()) == [("", [(sections[1], [("Ann, Bob", "yes"), ("Ann", "no")])])]


def test_heads_are_the_same_words_in_every_form(kg: KnowledgeGraph, capsys: pytest.CaptureFixture[str]) -> None:
    from negograph.terminal import print_rows

    answer = kg.answer("disagreements", about="hanoi-summit")
    assert "| says | said by | where |" in answer.to_markdown()
    html = answer._repr_html_()
    assert all(f">{head}</th>" in html for head in ("says", "said by", "where"))
    assert "oneSays" not in html + answer.to_markdown()
    assert "oneSays" in answer.to_csv()
    assert "oneSays" in answer.to_json()
    print_rows(kg.answer("bypasses", deal="us-taliban-talks"))
    assert "startedBy" not in capsys.readouterr().out


def test_the_columns_of_a_query_keep_their_names(small: KnowledgeGraph) -> None:
    text = select(small, 'SELECT ?saidBy ?source ?paragraph ?none { BIND ("a" AS ?saidBy) }').to_markdown()
    assert text.startswith("| saidBy | source | paragraph | none |")


def printed(answer: Answer, capsys: pytest.CaptureFixture[str]) -> list[str]:
    from negograph.terminal import print_answer

    print_answer(answer)
    return [answer.to_markdown(), answer._repr_html_(), capsys.readouterr().out]


def test_nothing_is_said_once_and_for_what_it_is(small: KnowledgeGraph, capsys: pytest.CaptureFixture[str]) -> None:
    cases = {
        "no rows": select(small, "SELECT ?x { FILTER (false) }"),
        "none recorded in the sources": small.answer("meetings"),
        "none in what is left": small.heard(without=["text"])[0].answer("bypassed-allies"),
        "no change": small.diff(small)["relations"],
    }
    for words, answer in cases.items():
        assert len(answer) == 0
        for text in printed(answer, capsys):
            assert text.count(words) == 1, text
            assert sum(text.count(other) for other in cases) == 1, text


def test_a_report_on_a_slice_says_that_it_is_one(small: KnowledgeGraph) -> None:
    left = small.heard(without=["text"])[0]
    assert "none in what is left" in left.audit().to_markdown()
    assert {chapter.empty for chapter in left.brief("talks").chapters} == {"none in what is left"}
    assert {chapter.empty for chapter in small.brief("talks").chapters} == {"none recorded in the sources"}


def test_an_answer_says_which_readings_are_in_doubt(
    kg: KnowledgeGraph, small: KnowledgeGraph, capsys: pytest.CaptureFixture[str]
) -> None:
    from negograph.terminal import print_rows

    answer = kg.answer("bypassed-allies", ally="nato-allies")
    unsure = [claim for claim in answer.claims if kg.claim(claim)["confidence"] == "medium"]
    assert "r0471" in unsure
    assert (
        f"{len(answer.claims)} claims; the confidence of the reading is medium in {len(unsure)} ({', '.join(unsure[:3])}, ...)"
        in answer.doubts
    )
    print_rows(answer)
    for text in (answer.to_markdown(), answer._repr_html_(), capsys.readouterr().out):
        assert "confidence of the reading" in text
    assert small.answer("bypassed-allies").doubts == ""
    assert "confidence of the reading" not in small.answer("bypassed-allies").to_markdown()


def test_the_repr_tells_what_there_is(small: KnowledgeGraph) -> None:
    answer = small.answer("bypassed-allies")
    assert repr(answer).startswith("<Answer bypassed-allies: 2 rows; columns deal, ")
    assert "Label" not in repr(answer)
    assert repr(select(small, "SELECT ?x { FILTER (false) }")) == "<Answer: 0 rows; columns x>"
    assert repr(small.diff(small)).startswith("<Report 'What changed between the two?': entities (0 rows), ")
    assert repr(small.brief("talks")).startswith("<Brief 'Briefing: Talks': parties (")


def test_ask_construct_and_describe(small: KnowledgeGraph) -> None:
    assert small.query("ASK { ngi:talks a ng:Negotiation }") is True
    assert small.query("ASK { ngi:talks a ng:Event }") is False
    made = small.query("CONSTRUCT { ?a ng:met ?b } WHERE { VALUES (?a ?b) { (ngi:red ngi:blue) (ngi:blue ngi:red) } }")
    assert isinstance(made, Subgraph)
    assert [triple.subject.value.rsplit("/", 1)[-1] for triple in made] == ["blue", "red"]
    assert "ngi:blue ng:met ngi:red" in made.to_turtle()
    for suffix in ("nt", "rdf", "jsonld"):
        assert "blue" in made.to_text(suffix)
    described = small.query("DESCRIBE ngi:deal")
    assert isinstance(described, Subgraph)
    assert len(described) > 3


@pytest.mark.parametrize(
    ("sparql", "word"),
    [
        ("SELECT ?x { ?x ", "line 1, column"),
        ("SELECT ?x\n{ ?x ?y }", "line 2, column"),
        ("", "line 1"),
        ("SELECT ?x { ?x nowhere:thing ?y }", "line 1"),
        ("DROP ALL", "read-only"),
    ],
)
def test_a_broken_query_is_one_line(small: KnowledgeGraph, sparql: str, word: str) -> None:
    with pytest.raises(QueryError) as caught:
        small.query(sparql)
    assert word in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_notebook_shows_an_answer_with_every_text_escaped(folder: Writer) -> None:
    hostile = "<img src=x onerror=alert(1)>"
    kg = negograph.load(folder(entities=[{"id": "green", "label": hostile}]))
    shown = [kg.answer("bypassed-allies"), kg, kg.entity("green"), kg.brief("talks")]
    for each in shown:
        html = each._repr_html_()
        assert html.startswith("<div")
        assert "<img" not in html
    assert "&lt;img" in shown[0]._repr_html_()
    assert "none recorded" in kg.answer("meetings")._repr_html_()


@pytest.mark.parametrize(
    ("text", "code"), [("a b", "`a b`"), ("a`b", "`` a`b ``"), ("``", "``` `` ```"), ("a\nb", "`a b`")]
)
def test_a_code_span_cannot_be_closed_by_its_text(text: str, code: str) -> None:
    from negograph.answers import markdown_code

    assert markdown_code(text) == code


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "＝", "＋", "－", "＠"])
def test_text_that_a_spreadsheet_runs_gets_an_apostrophe(sign: str) -> None:
    from negograph.answers import write_csv

    assert write_csv(["x"], [[f"{sign}1"], [-1], ["a=1"]]) == f"x\n'{sign}1\n-1\na=1\n"


def test_a_blank_node_is_one_in_json_too(small: KnowledgeGraph) -> None:
    text = select(small, "SELECT ?x { VALUES ?y { 1 } BIND(BNODE() AS ?x) }").to_json()
    (row,) = json.loads(text)["results"]["bindings"]
    assert row["x"]["type"] == "bnode"
    assert row["x"]["value"]


def test_what_there_is_not_is_told_by_its_name(small: KnowledgeGraph) -> None:
    with pytest.raises(UnknownEntityError) as caught:
        small.claim("r9999")
    assert str(caught.value) == "no claim 'r9999'; they run from r0001"
    assert repr(small) == "<KnowledgeGraph: 14 entities, 12 claims>"


def test_what_the_engine_cannot_do_is_one_line(small: KnowledgeGraph) -> None:
    with pytest.raises(QueryError) as caught:
        small.query("SELECT * FROM <http://example.org/nowhere> { SERVICE <x:y> { ?a ?b ?c } }")
    assert str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("The Leadr", "nothing is called 'The Leadr'; did you mean leader?"),
        ("Gren army", "nothing is called 'Gren army'; did you mean green-army?"),
        ("qqq", "nothing is called 'qqq'; no name is near it"),
    ],
)
def test_a_name_that_nothing_bears_is_told_with_the_nearest_ids(small: KnowledgeGraph, name: str, said: str) -> None:
    with pytest.raises(UnknownEntityError) as caught:
        small.resolve(name)
    assert str(caught.value) == said


def test_parts_and_wholes_are_walked_nearest_first(folder: Writer) -> None:
    summit = {"id": "summit", "kind": "Event", "label": "Summit", "part_of": "deal|war"}
    corpus = negograph.load(folder(entities=[summit])).corpus
    assert corpus.wholes("summit") == ("summit", "deal", "war", "talks")
    assert corpus.within("war") == ("war", "summit", "talks", "deal")
