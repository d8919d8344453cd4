"""What a query must not hold is seen before an engine sees it, whoever asks."""

from __future__ import annotations

import pytest
from rdflib.plugins.sparql import parser

from negograph import QueryError
from negograph.scanning import DEEPEST
from negograph.screening import Dataset, ForbiddenError, MalformedError, is_update, refuse_service, screen

PLAIN = "where SERVICE or FROM stands, only plain SPARQL 1.1 is read"
DEEP = "ASK " + "{" * (DEEPEST + 1)


def test_a_query_names_its_graphs() -> None:
    text = "PREFIX a: <http://x/#> SELECT * FROM a:b FROM c:d FROM NAMED <x:e> { ?s ?p 'FROM <x:f>' } # FROM <x:g>"
    assert screen(text, {"c": "http://y/", "d": "http://z/"}) == Dataset(("http://x/#b", "http://y/d"), ("x:e",))
    assert screen(text.lower(), {"c": "http://y/"}) == Dataset(("http://x/#b", "http://y/d"), ("x:e",))
    assert screen("SELECT ?from { ?s ?p ?from }", {}) == Dataset((), ())
    assert screen("SELECT nonsense", {}) == Dataset((), ())  # the engine says what is wrong with it


@pytest.mark.parametrize(("dataset", "any_"), [((), False), (("x:a",), True)])
def test_graphs_are_named_or_not(dataset: tuple[str, ...], any_: bool) -> None:
    assert bool(Dataset(dataset, ())) == bool(Dataset((), dataset)) == any_


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { SERVICE <http://x/> { ?s ?p ?o } }",
        "ASK { service silent ?x {} }",
        "DESCRIBE ?s { ?s ?p ?o . SERVICE x:y { ?s ?p ?o } }",
        "SELECT * { GRAPH ?g { SERVICE x:y { ?s ?p ?o } } }",
        "SELECT * { ?s ?p ?o FILTER (COALESCE(EXISTS { SERVICE x:y { ?s ?p ?o } }, 1)) }",
        "SELECT * { ?s ?p ?o FILTER (?s IN (1, EXISTS { SERVICE x:y { ?s ?p ?o } })) }",
        "SELECT * { ?s ?p ?o FILTER (1 = 2 || !EXISTS { SERVICE x:y { ?s ?p ?o } }) }",
        "SELECT * { ?s ?p ?o FILTER (x:f(-(1 + 2 * EXISTS { SERVICE x:y { ?s ?p ?o } }))) }",
        "SELECT * { ?s ?p ?o } ORDER BY (EXISTS { SERVICE x:y { ?s ?p ?o } })",
        "SELECT (COUNT(EXISTS { SERVICE x:y { ?s ?p ?o } }) AS ?n) { ?s ?p ?o } GROUP BY (?s AS ?t)",
        "SELECT * { BIND (EXISTS { SERVICE x:y { ?s ?p ?o } } AS ?there) }",
        "SELECT * { OPTIONAL { { SELECT ?s { ?s a ?x . SERVICE x:y { ?s ?p ?o } } } } }",
        "SELECT * { ?s ?p ?o FILTER NOT EXISTS { ?s ?q ?r . SERVICE x:y { ?s ?p ?o } } }",
        "SELECT * FROM x:g { ?s ?p ?o MINUS { SERVICE x:y { ?s ?p ?o } } }",
        "CONSTRUCT { ?s ?p ?o } { { ?s ?p ?o } UNION { SERVICE x:y { ?s ?p ?o } } }",
        "SELECT ?s (EXISTS { SERVICE x:y { ?s ?p ?o } } AS ?there) { ?s a ?c }",
        "SELECT ?s { ?s a ?c } GROUP BY ?s HAVING (EXISTS { SERVICE x:y { ?s ?p ?o } })",
    ],
)
def test_no_other_engine_is_asked(query: str) -> None:
    for refuse in (screen, refuse_service):
        with pytest.raises(ForbiddenError) as refused:
            refuse(query, {"x": "http://x/"})
        assert str(refused.value) == "SERVICE is not allowed: no other engine is asked from here"


def test_nesting_is_counted_as_the_engine_reads() -> None:
    for text in ("{ #}\n" * 200, "{ '}' " * 200, '{ """}""" ' * 200, "( ?x\\) " * 200, "[" * 200):
        with pytest.raises(MalformedError, match="nested"):
            screen(text, {})
    with pytest.raises(MalformedError):
        screen("ASK { FILTER(1<" + "(" * 200 + "1>2) }", {})
    deep = "ASK {" + "{" * (DEEPEST - 1) + "}" * DEEPEST
    assert not screen(deep, {})
    assert not screen("ASK { FILTER(?x = '((((' ) } #" + "{" * 300, {})
    assert not screen("ASK {" + "{ ?s ?p '{' } " * 300 + "}", {})


def test_a_word_alone_is_no_service() -> None:
    prefixes = {"service": "http://x/"}
    for text in (
        "ASK { ?service service:service 'SERVICE <x:y> {}' }",
        "ASK {} # SERVICE <x:y> {}",
        "ASK FROM <x:y> {}",
    ):
        refuse_service(text, prefixes)
    refuse_service("SELECT FROM nothing", {})  # the engine says what is wrong with it


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("SELECT * { SERVICE }", PLAIN),
        ("SELECT * { SERVICE unknown:x {} }", f"{PLAIN}: Unknown namespace prefix : unknown"),
        (DEEP, f"line 1: brackets are nested more than {DEEPEST} deep"),
    ],
)
def test_what_cannot_be_read_is_refused(query: str, told: str) -> None:
    for refuse in (screen, refuse_service):
        with pytest.raises(MalformedError) as refused:
            refuse(query, {})
        assert str(refused.value).startswith(told)
        assert isinstance(refused.value, QueryError)


@pytest.mark.parametrize("error", [RecursionError, MemoryError])
def test_what_no_machine_has_room_for_is_not_called_malformed(
    error: type[BaseException], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(text: str) -> None:
        raise error

    monkeypatch.setattr(parser, "parseQuery", fail)
    with pytest.raises(error):
        screen("SELECT * { SERVICE <x:y> {} }", {})


@pytest.mark.parametrize(
    ("text", "update"),
    [
        ("LOAD <x:y>", True),
        ("INSERT DATA { x:a x:b 'c' }", True),
        ("DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }", True),
        ("DROP ALL # }", True),
        ("SELECT * {}", False),
        ("SELECT", False),
        ("", False),
        ("DELETE { unknown:a ?p ?o } WHERE { ?s ?p ?o }", True),
        (DEEP, False),
    ],
)
def test_updates_are_known(text: str, update: bool) -> None:
    assert is_update(text, {"x": "http://x/"}) is update


@pytest.mark.parametrize("error", [RecursionError, ValueError])
def test_what_cannot_be_parsed_is_no_update(error: type[Exception], monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(text: str) -> None:
        raise error

    monkeypatch.setattr(parser, "parseUpdate", fail)
    assert not is_update("LOAD <x:y>", {})
