"""A question is a file: what its header says, what is wrong with it, and how a query becomes an answer."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest

from negograph import KnowledgeGraph, QueryError, QuestionError
from negograph.answers import Answer, Section, Subgraph
from negograph.ontology import Ontology
from negograph.questions import Parameter, Question, evaluate, named, plain, read_questions, terms

TEXT = """\
#+ title: Who holds what?
#+ summary: A row is one post,
#+ summary:  as a source tells it.
#+ parameter: who entity:Actor|Place whoever holds it, or held it
#+ parameter: word text a word
#+ choices: word own institution | ally
#+ section: what
#+ section: held by | who said+=told_by where
#+ answer: who what
#+ expect: who=leader
#+ expect: what=a=b
# no header
PREFIX ng: <https://w3id.org/negograph/ns#>
SELECT ?who ?what
WHERE {
  ?who ng:heldPost ?what . FILTER EXISTS {
WHERE {
  ?a ?b ?c } }
}
"""
KEYS = "title, summary, parameter, choices, section, answer, expect"


def test_a_header_is_read_in_full(tmp_path: Path) -> None:
    (tmp_path / "posts.rq").write_text(TEXT, encoding="utf-8")
    (tmp_path / "another.rq").write_text(TEXT.replace("#+", "# ").replace("#  title", "#+ title"), encoding="utf-8")
    (tmp_path / "notes.txt").write_text("no question", encoding="utf-8")
    read = read_questions(tmp_path)
    assert list(read) == ["another", "posts"]
    assert read["posts"] == Question(
        name="posts",
        title="Who holds what?",
        summary="A row is one post, as a source tells it.",
        parameters=(
            Parameter("who", "entity", "whoever holds it, or held it", ("Actor", "Place")),
            Parameter("word", "text", "a word: own institution, ally", (), ("own institution", "ally")),
        ),
        sections=(
            Section("", ("what",), frozenset()),
            Section("held by", ("who", "said", "where"), frozenset({"said"}), heads={"said": "told by"}),
        ),
        expect=(("who", "leader"), ("what", "a=b")),
        text=TEXT,
        answer=("who", "what"),
    )
    assert read["another"].parameters == read["another"].sections == read["another"].expect == ()
    assert read["another"].summary == ""


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("summary: A", "colour: A", f":2:1: header: a header line is '#+ KEY: value' with KEY {KEYS}"),
        ("#+ title", "#+title", f":1:1: header: a header line is '#+ KEY: value' with KEY {KEYS}"),
        ("#+ title: Who holds what?\n", "", ": a question needs one '#+ title:' and a line 'WHERE {'"),
        ("#+ summary: A", "#+ title: A", ": a question needs one '#+ title:' and a line 'WHERE {'"),
        ("WHERE {", "where {", ": a question needs one '#+ title:' and a line 'WHERE {'"),
        (
            "word text a word",
            "word text",
            ": a parameter is 'NAME TYPE help' with TYPE entity, source, predicate, text or entity:CLASS, not 'word text'",
        ),
        (
            "word text a word",
            "word thing a word",
            ": a parameter is 'NAME TYPE help' with TYPE entity, source, predicate, text or entity:CLASS, not 'word thing a word'",
        ),
        (
            "word text a word",
            "word",
            ": a parameter is 'NAME TYPE help' with TYPE entity, source, predicate, text or entity:CLASS, not 'word'",
        ),
    ],
)
def test_what_is_wrong_with_a_header_is_said(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in TEXT
    (tmp_path / "posts.rq").write_text(TEXT.replace(old, new), encoding="utf-8")
    with pytest.raises(QuestionError) as caught:
        read_questions(tmp_path)
    assert str(caught.value) == f"{tmp_path / 'posts.rq'}{said}"


def test_choices_are_of_a_parameter_that_can_have_them(tmp_path: Path) -> None:
    (tmp_path / "posts.rq").write_text(TEXT.replace("choices: word", "choices: who"), encoding="utf-8")
    with pytest.raises(QuestionError, match="a parameter that is a text or a predicate, and 'who' is none"):
        read_questions(tmp_path)


def test_a_column_is_bound_once_at_the_head_of_the_pattern_and_all_else_where_it_stands(tmp_path: Path) -> None:
    text = TEXT.replace("?a ?b ?c }", "?a ?b ?word . FILTER (!BOUND(?word) || ?words = ?word) }")
    (tmp_path / "posts.rq").write_text(text, encoding="utf-8")
    question = read_questions(tmp_path)["posts"]
    terms = {"who": ox.NamedNode("x:y"), "word": ox.Literal('a\\1"b')}
    word = '"a\\\\1\\"b"'
    placed = text.replace(
        "?b ?word . FILTER (!BOUND(?word) || ?words = ?word)", f"?b {word} . FILTER (!true || ?words = {word})"
    )
    assert placed != text
    assert question.bound(terms) == placed.replace("WHERE {\n", "WHERE { VALUES ?who { <x:y> }\n", 1)
    assert question.bound({}) == text
    with pytest.raises(QuestionError) as caught:
        question.bound({"whom": ox.NamedNode("x:y")})
    assert str(caught.value) == "the question 'posts' has no parameter 'whom'; it takes who, word"
    with pytest.raises(QuestionError) as caught:
        Question("none", "t", "", (), (), (), TEXT).bound({"whom": ox.NamedNode("x:y")})
    assert str(caught.value) == "the question 'none' has no parameter 'whom'; it takes none"


def test_a_name_that_is_not_there_is_told_with_the_nearest(tmp_path: Path) -> None:
    (tmp_path / "posts.rq").write_text(TEXT, encoding="utf-8")
    (tmp_path / "another.rq").write_text(TEXT, encoding="utf-8")
    read = read_questions(tmp_path)
    assert named(read, "posts") is read["posts"]
    for name, hint in (("post", "did you mean 'posts'?"), ("zzz", "there are another, posts")):
        with pytest.raises(QuestionError) as caught:
            named(read, name)
        assert str(caught.value) == f"no question '{name}'; {hint}"


def test_a_query_becomes_what_its_form_says(small: KnowledgeGraph) -> None:
    answer = evaluate(small.store, small.ontology, "SELECT ?x ?y { BIND (1 AS ?x) }")
    assert isinstance(answer, Answer)
    assert answer.variables == ("x", "y")
    assert answer.solutions == ((ox.Literal(1), None),)
    assert (answer.prefixes, answer.store) == (small.ontology.prefixes, small.store)
    assert evaluate(small.store, small.ontology, "ASK { ngi:talks a ng:Negotiation }") is True
    assert evaluate(small.store, small.ontology, "ASK { ngi:talks a ng:Event }") is False
    twice = "CONSTRUCT { ?a ng:met ng:b } WHERE { VALUES (?a ?n) { (ngi:b 1) (ngi:b 2) (ngi:a 1) } }"
    made = evaluate(small.store, small.ontology, twice)
    assert isinstance(made, Subgraph)
    assert [triple.subject.value[-1] for triple in made.triples] == ["a", "b"]
    assert made.prefixes == small.ontology.prefixes


@pytest.mark.parametrize(
    ("sparql", "said"),
    [
        ("SELECT ?x { ?x ", "line 1, column 16: the query cannot go on like this"),
        ("SELECT ?x\n{ ?x ?y ?z ] }", "line 2, column 15: expected [_]"),
        ("SELECT ?x { ?x a nowhere:x }", "line 1, column 27: the prefix nowhere: is not declared"),
    ],
)
def test_what_is_wrong_with_a_query_is_said_in_a_line(small: KnowledgeGraph, sparql: str, said: str) -> None:
    with pytest.raises(QueryError) as caught:
        evaluate(small.store, small.ontology, sparql)
    assert str(caught.value) == said


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


def test_without_a_list_of_its_own_a_parameter_takes_any_predicate(tmp_path: Path, ontology: Ontology) -> None:
    text = TEXT.replace("word text", "how predicate").replace("#+ choices: word own institution | ally\n", "")
    (tmp_path / "posts.rq").write_text(text, encoding="utf-8")
    question = read_questions(tmp_path)["posts"]

    def given(how: str) -> dict[str, ox.NamedNode | ox.Literal]:
        return terms(question, {"how": how}, ontology, lambda text, kinds: text, lambda text: text)

    assert given("shutOut") == {"how": ox.NamedNode("https://w3id.org/negograph/ns#shutOut")}
    with pytest.raises(QuestionError) as caught:
        given("shutout")
    assert str(caught.value) == "no predicate 'shutout'; did you mean 'shutOut'?"
    with pytest.raises(QuestionError) as caught:
        given("x")
    assert str(caught.value) == "no predicate 'x'; docs/codebook.md has them all"


@pytest.mark.parametrize("sparql", ["", "ASK { }", "ASK {\n}", "ASK { ?a ?b ?c }  # c:d"])
def test_no_prefix_is_made_up(sparql: str) -> None:
    told = plain("error at 1:5: expected Prefix not found", sparql)
    assert told == "line 1, column 5: expected Prefix not found"
    assert plain("error at 9:1: expected Prefix not found", sparql) == "line 9, column 1: expected Prefix not found"
