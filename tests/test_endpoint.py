"""The questions on engines of other makers, and whatever can go wrong on the way there."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import pyoxigraph as ox
import pytest
from click.testing import Result

import engines
import negograph
from engines import BrokenServer, Engine
from negograph import Answer, EndpointError, KnowledgeGraph, QueryError, QuestionError, Subgraph, UnknownEntityError
from negograph.answers import markdown_text, to_value
from negograph.endpoint import differences, put_graph
from negograph.endpoint.http import Address
from negograph.ontology import resource
from negograph.questions import Parameter, Question, read_questions

QUESTIONS = read_questions(resource("graph", "questions"))
NAMES = sorted(QUESTIONS)
NARROWED = [(name, parameter.name) for name in NAMES for parameter in QUESTIONS[name].parameters]
Run = Callable[..., Result]


@pytest.fixture(scope="module", params=["virtuoso", "oxigraph", "negograph"])
def engine(
    request: pytest.FixtureRequest, kg: KnowledgeGraph, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Engine]:
    """A real engine over real HTTP, with the packaged graph published on it."""
    with getattr(engines, request.param)(tmp_path_factory.mktemp(request.param)) as started:
        if started.store:
            put_graph(kg.store, started.store, graph=started.graph)
        yield started


writable = pytest.mark.parametrize("engine", ["virtuoso", "oxigraph"], indirect=True)


@pytest.fixture
def there(engine: Engine) -> negograph.Endpoint:
    return negograph.connect(engine.query, graph=engine.graph)


@pytest.fixture(scope="module")
def server() -> Iterator[BrokenServer]:
    with engines.broken() as started:
        yield started


@cache
def value_for(name: str, parameter: Parameter) -> tuple[ox.NamedNode | ox.Literal, int]:
    """A value that leaves some rows, fewer than all where that is possible, and how many."""
    kg = negograph.load()
    rows = kg.answer(name).solutions
    space = {"entity": "ngi", "source": "ngs", "predicate": "ng"}.get(parameter.type)
    seen: Counter[ox.NamedNode | ox.Literal] = Counter()
    for term in (term for row in rows for term in row):
        if space and isinstance(term, ox.NamedNode) and term.value.startswith(kg.ontology.prefixes[space]):
            seen[term] += 1
        elif not space and isinstance(term, ox.Literal) and len(term.value) < 60:
            seen[ox.Literal(term.value)] += 1
    named = Counter(cell for claim in map(kg.claim, kg.claims()) for cell in (claim["subject"], claim["object"]))
    fit = [each for each in kg.entities() if not parameter.kinds or kg.corpus.is_a(each, *parameter.kinds)]
    if space == "ngi":
        seen = Counter({term: count for term, count in seen.items() if to_value(term, kg.ontology.prefixes) in fit})
    entities = sorted(fit, key=lambda each: -named[each]) if space == "ngi" else []
    more = [ox.NamedNode(kg.ontology.expand("ngi:" + each)) for each in entities]
    kept = None
    for number, term in enumerate(dict.fromkeys([*(term for term, _ in seen.most_common()), *more])):
        if kept and number > 20:
            break
        found = kg.query(QUESTIONS[name].bound({parameter.name: term}))
        assert isinstance(found, Answer)
        if 0 < len(found) < len(rows):
            return term, len(found)
        kept = kept or ((term, len(found)) if len(found) else None)
    assert kept, "no value leaves a row"
    return kept


def parameter_of(question: Question, name: str) -> Parameter:
    return next(each for each in question.parameters if each.name == name)


# Every question


@pytest.mark.parametrize("name", NAMES)
def test_every_question_gives_the_same_rows_in_the_same_order(
    kg: KnowledgeGraph, there: negograph.Endpoint, name: str
) -> None:
    ours, theirs = kg.answer(name), there.answer(name)
    assert theirs.variables == ours.variables
    assert theirs.solutions == ours.solutions
    assert theirs.rows == ours.rows
    assert theirs.sections == ours.sections


@pytest.mark.parametrize(("name", "parameter"), NARROWED)
def test_every_parameter_narrows_alike(
    kg: KnowledgeGraph, there: negograph.Endpoint, name: str, parameter: str
) -> None:
    term, _ = value_for(name, parameter_of(QUESTIONS[name], parameter))
    given = {parameter: str(to_value(term, kg.ontology.prefixes))}
    assert Counter(there.answer(name, **given).solutions) == Counter(kg.answer(name, **given).solutions)


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("meetings", {"actor": "european-leaders"}),
        ("meetings", {"other": "volodymyr-zelensky"}),
        ("disagreements", {"about": "trump-kim-talks"}),
        ("disagreements", {"about": "us-russia-talks-2025"}),
        ("tactic-effects", {"tactic": "anchoring"}),
        ("tactics", {"user": "donald-trump", "negotiation": "us-taliban-talks"}),
        ("bypassed-allies", {"ally": "nato-allies", "initiator": "donald-trump"}),
    ],
)
def test_where_virtuoso_once_answered_wrongly(
    kg: KnowledgeGraph, there: negograph.Endpoint, name: str, given: dict[str, str]
) -> None:
    assert len(kg.answer(name, **given)) > 1
    assert there.answer(name, **given).solutions == kg.answer(name, **given).solutions


@pytest.mark.parametrize("given", [{"deal": "ukraine"}, {"tie": "banana"}])
def test_a_value_that_can_have_no_row_is_refused_there_too(there: negograph.Endpoint, given: dict[str, str]) -> None:
    with pytest.raises(QuestionError, match=r"'ukraine' is a State|no tie 'banana'"):
        there.answer("bypasses", **given)
    assert len(there.answer("bypasses", tie="ALLY", deal="US-Taliban-Talks")) > 0


@pytest.mark.parametrize(("name", "parameter"), NARROWED)
def test_a_term_in_place_means_what_a_values_block_means(kg: KnowledgeGraph, name: str, parameter: str) -> None:
    question = QUESTIONS[name]
    term, count = value_for(name, parameter_of(question, parameter))
    found = kg.query(question.among(parameter, [term]))
    assert isinstance(found, Answer)
    assert len(found) == count
    placed = kg.query(question.bound({parameter: term}))
    assert isinstance(placed, Answer)
    assert placed.solutions == found.solutions


def test_check_asks_every_question(kg: KnowledgeGraph, engine: Engine, run: Run) -> None:
    graph = ["--graph", engine.graph] if engine.graph else []
    result = run("publish", "--check", engine.query, *graph)
    assert (result.exit_code, result.stdout) == (0, "")
    assert f"{len(NAMES)} of {len(NAMES)} questions give the same rows" in result.stderr


# Answers


def test_an_answer_from_there_writes_itself_as_one_from_here(kg: KnowledgeGraph, there: negograph.Endpoint) -> None:
    ours, theirs = (each.answer("bypassed-allies", ally="NATO ALLIES") for each in (kg, there))
    assert theirs.to_turtle() == ours.to_turtle()
    assert theirs.to_csv() == ours.to_csv()
    assert theirs.to_dataframe().equals(ours.to_dataframe())
    assert "--endpoint http://127.0.0.1:" in theirs.command
    signed = replace(theirs, command=ours.command)
    assert signed.to_json() == ours.to_json()
    assert (bool(ours.doubts), theirs.doubts) == (True, ""), "to tell them would be one more request"
    assert signed.to_markdown() == ours.to_markdown().replace(f"{markdown_text(ours.doubts)}\n\n", "")


def test_many_claims_are_fetched_in_several_turns(kg: KnowledgeGraph, there: negograph.Endpoint) -> None:
    ours, theirs = (each.answer("judgements") for each in (kg, there))
    assert len(ours.claims) > 100
    assert theirs.to_subgraph() == ours.to_subgraph()


@pytest.mark.parametrize("name", ["nato-allies", "NATO allies of the United States", "nato ALLIES"])
def test_names_are_resolved_there(there: negograph.Endpoint, name: str) -> None:
    assert there.resolve(name) == "nato-allies"


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("nobody at all", "nothing is called 'nobody at all' at http"),
        ("Allies of the United", "did you mean"),
        ('"} . ?x ?y ?z', "nothing is called"),
        ("nato-allies> <x", "nothing is called"),
    ],
)
def test_unknown_names_are_told(there: negograph.Endpoint, name: str, message: str) -> None:
    with pytest.raises(UnknownEntityError, match=message):
        there.answer("bypassed-allies", ally=name)


def test_what_does_not_exist_is_told(there: negograph.Endpoint) -> None:
    for arguments in (("no-such",), ("tactics", "colour"), ("coverage", "source"), ("bypasses", "manner")):
        with pytest.raises(QuestionError, match="no "):
            there.answer(arguments[0], **dict.fromkeys(arguments[1:], "unheard-of"))
    assert len(there.answer("coverage", source="re-russia")) > 0
    assert len(there.answer("bypasses", manner="sidelined")) > 0


@writable
def test_two_things_of_one_name_need_the_id(engine: Engine, small: KnowledgeGraph, run: Run) -> None:
    twin = ox.NamedNode(small.ontology.expand("ngi:another-blue"))
    store = small.store  # made anew for each test
    for predicate, value in (
        ("rdf:type", ox.NamedNode(small.ontology.expand("ng:Entity"))),
        ("rdfs:label", ox.Literal("Blue", language="en")),
    ):
        store.add(ox.Quad(twin, ox.NamedNode(small.ontology.expand(predicate)), value))
    put_graph(store, engine.store, graph="https://example.org/twins")
    there = negograph.connect(engine.query, graph="https://example.org/twins")
    with pytest.raises(UnknownEntityError, match="may be"):
        there.resolve("Blue")
    assert there.resolve("Bleu") == "blue"
    assert there.query("PREFIX ask: <http://x/> SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")[0].n == len(store)  # type: ignore[index]
    made = there.query("PREFIX ask: <http://x/> CONSTRUCT { ?s ask:b ?o } WHERE { ?s a ?o } # SELECT")
    assert isinstance(made, Subgraph)
    assert len(made)


# Queries of one's own


def test_the_forms_of_queries(there: negograph.Endpoint) -> None:
    assert there.query("ASK { ngi:us-taliban-talks ng:bypassed ngi:nato-allies }") is True
    assert there.query("ASK { ngi:us-taliban-talks ng:bypassed ngi:nobody }") is False
    made = there.query("# SELECT?\nCONSTRUCT WHERE { ngi:us-taliban-talks ng:sidelined ?who }")
    assert isinstance(made, Subgraph)
    assert "ngi:us-taliban-talks ng:sidelined ngi:afghan-government ." in made.to_turtle()
    assert isinstance(there.query("DESCRIBE ngi:doha-agreement"), Subgraph)
    rows = there.query(
        'PREFIX ng: <https://w3id.org/negograph/ns#>\nSELECT ?l { ngi:nato-allies rdfs:label ?l FILTER (?l != "a ?x ngs: # b") }'
    )
    assert isinstance(rows, Answer)
    assert [row.l for row in rows] == ["NATO allies of the United States"]


def test_a_malformed_query_comes_back_with_the_engines_message(there: negograph.Endpoint) -> None:
    with pytest.raises(QueryError, match=r"refuses the query: .*line 2") as caught:
        there.query("SELECT ?x WHERE { ngi:nato ng:memberOf ?x .\n ?x ?y }")
    assert "\n" not in str(caught.value)


def test_on_the_command_line(engine: Engine, run: Run) -> None:
    graph = ["--graph", engine.graph] if engine.graph else []
    there = ["--endpoint", engine.query, *graph]
    for form in ("table", "json", "csv", "md", "ttl"):
        ours = run("ask", "offices", "--who", "Mike Pompeo", "--format", form)
        theirs = run("ask", "offices", "--who", "Mike Pompeo", "--format", form, *there)
        assert theirs.exit_code == 0
        assert theirs.stdout.replace(" " + " ".join(there), "") == ours.stdout
    asked = run("query", "-e", "SELECT ?w { ngi:us-taliban-talks ng:sidelined ?w }", "--format", "csv", *there)
    assert asked.stdout == "w\nafghan-government\n"
    wrong = run("query", "-e", "SELECT {", *there)
    assert (wrong.exit_code, wrong.stdout) == (1, "")
    assert wrong.stderr.startswith("negograph: http://127.0.0.1:")


@pytest.mark.parametrize(
    "option",
    [("--as-of", "2020"), ("--without", "re-russia"), ("--only", "dubois"), ("--speaker", "dubois"), ("--data", ".")],
)
def test_slices_stay_here(run: Run, option: tuple[str, str]) -> None:
    for command in (("ask", "tactics"), ("query", "-e", "ASK {}")):
        result = run(*command, *option, "--endpoint", "http://127.0.0.1:1/sparql")
        assert result.exit_code == 2
        assert "cannot go with --endpoint" in result.stderr


def test_options_of_an_endpoint_need_one(run: Run) -> None:
    for option in (("--graph", "urn:x"), ("--time-limit", "5")):
        result = run("ask", "tactics", *option)
        assert result.exit_code == 2
        assert "needs --endpoint" in result.stderr


def test_analyses_have_no_such_option(run: Run) -> None:
    for command in ("brief", "compare", "audit", "detect", "path", "show", "export"):
        assert "--endpoint" not in run(command, "--help").stdout


# Publishing


@writable
def test_publishing_replaces_the_graph(
    engine: Engine, small: KnowledgeGraph, folder: Callable[..., Path], run: Run
) -> None:
    graph = "https://example.org/small"
    for _ in range(2):
        result = run("--data", folder(), "publish", "--endpoint", engine.store, "--graph", graph)
        assert (result.exit_code, result.stdout) == (0, "")
        assert f"published {len(small.store)} statements" in result.stderr
        there = negograph.connect(engine.query, graph=graph)
        assert there.query("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")[0].n == len(small.store)  # type: ignore[index]
    compared = run("--data", folder(), "publish", "--check", engine.query, "--graph", graph)
    assert (compared.exit_code, compared.stdout) == (0, "")


@writable
def test_check_finds_what_differs(
    engine: Engine, kg: KnowledgeGraph, small: KnowledgeGraph, folder: Callable[..., Path], run: Run
) -> None:
    put_graph(small.store, engine.store, graph="https://example.org/other")
    result = run("publish", "--check", engine.query, "--graph", "https://example.org/other")
    assert result.exit_code == 1
    assert "tactics: 128 rows missing there, 1 too many" in result.stdout
    there = negograph.connect(engine.query, graph="https://example.org/other")
    assert [name for name, missing, surplus in differences(small.answer, there) if missing or surplus] == []


def test_a_file_and_how_engines_load_it(tmp_path: Path, kg: KnowledgeGraph, run: Run) -> None:
    target = tmp_path / "all.nt"
    result = run("publish", "--protocol", "file", "-o", target, "--graph", "https://example.org/g")
    assert result.exit_code == 0
    assert len(target.read_bytes().splitlines()) == len(kg.store)
    for engine in ("Virtuoso", "Fuseki", "Oxigraph", "GraphDB", "QLever", "Neptune"):
        assert engine in result.stdout
    assert str(target) in result.stdout
    assert "https://example.org/g" in result.stdout
    assert "$" not in result.stdout


@pytest.mark.parametrize(
    "arguments",
    [(), ("--protocol", "file"), ("-o", "x.nt"), ("--protocol", "file", "-o", "x.nt", "--endpoint", "http://x")],
)
def test_publish_says_what_it_needs(run: Run, arguments: tuple[str, ...]) -> None:
    result = run("publish", *arguments)
    assert result.exit_code == 2
    assert "give -o FILE" in result.stderr or "--protocol file" in result.stderr


@pytest.mark.parametrize("engine", ["virtuoso"], indirect=True)
def test_a_wrong_password_is_told_without_the_password(
    engine: Engine, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    bare = engine.store.replace(f"dba:{engines.PASSWORD}@", "")
    nobody = run("publish", "--endpoint", bare, "--graph", engine.graph)
    assert "asks for a user and a password" in nobody.stderr
    monkeypatch.setenv("NEGOGRAPH_AUTH", "dba:not-the-secret")
    wrong = run("publish", "--endpoint", bare, "--graph", engine.graph)
    assert wrong.exit_code == 1
    assert "refuses this user and password" in wrong.stderr
    assert "not-the-secret" not in wrong.output
    assert "HTTP 403" in run("publish", "--endpoint", bare.removesuffix("-auth"), "--graph", engine.graph).stderr
    monkeypatch.setenv("NEGOGRAPH_AUTH", f"dba:{engines.PASSWORD}")
    assert run("publish", "--endpoint", bare, "--graph", "https://example.org/by-variable").exit_code == 0


# What can go wrong


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("/gateway", "HTTP 502: Bad Gateway"),
        ("/page", "answers with a web page and not with SPARQL results"),
        ("/untyped", "something without a type"),
        ("/xml", r"sparql-results\+xml and not with SPARQL results"),
        ("/cut", "broken or cut short"),
        ("/short", "broke off in the middle"),
        ("/empty", "broken or cut short"),
        ("/no-iri", "broken or cut short"),
        ("/half", "gave up half-way, so the rows are not all: Anytime query"),
        ("/capped", "gives 1 rows at most"),
        ("/to-file", "redirects to file:///etc/passwd, which is not followed"),
        ("/elsewhere", r"redirects to http://localhost.invalid/sparql, which is not followed"),
        ("/other-port", "which is not followed"),
        ("/circle", "around in a circle"),
        ("/login", "asks for a user and a password"),
        ("/strange-login", "asks for a user and a password"),
        ("/nothing", "hung up"),
    ],
)
def test_each_failure_is_one_sentence(server: BrokenServer, run: Run, path: str, message: str) -> None:
    with pytest.raises(EndpointError, match=message) as caught:
        negograph.connect(server.url + path).query("SELECT * { ?s ?p ?o }")
    assert "\n" not in str(caught.value)
    result = run("query", "-e", "SELECT * { ?s ?p ?o }", "--endpoint", server.url + path)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == f"negograph: {caught.value}\n"


@pytest.mark.parametrize("path", ["/hang", "/drip"])
def test_a_server_that_never_ends_is_left_in_time(server: BrokenServer, path: str) -> None:
    start = time.monotonic()
    with pytest.raises(EndpointError, match=r"has not answered within 0\.5 seconds; --time-limit"):
        negograph.connect(server.url + path, time_limit=0.5).query("ASK {}")
    assert time.monotonic() - start < 5


def test_an_engine_that_is_not_there(run: Run) -> None:
    closed = f"http://127.0.0.1:{engines.free_port()}/sparql"
    with pytest.raises(EndpointError, match="cannot be reached: Connection refused"):
        negograph.connect(closed).answer("tactics")
    with pytest.raises(EndpointError, match="no host of that name"):
        negograph.connect("http://nowhere.invalid/sparql").query("ASK {}")
    with (
        pytest.raises(EndpointError, match=r"no secure connection|hung up|cannot be reached"),
        engines.broken() as server,
    ):
        negograph.connect(server.url.replace("http:", "https:")).query("ASK {}")


@pytest.mark.parametrize(
    "url",
    [
        "",
        "sparql",
        "file:///etc/passwd",
        "ftp://x/y",
        "http://",
        "http://x:y/",
        "http://x/a b",
        "http://x/\n",
        "http://[::1/",
    ],
)
def test_what_is_no_address_is_refused(run: Run, url: str) -> None:
    with pytest.raises(EndpointError, match="an http or https URL"):
        negograph.connect(url)
    with pytest.raises(EndpointError, match="no name of a graph"):
        negograph.connect("http://localhost/sparql", graph="not an iri")


def test_a_refused_query_is_no_broken_engine(server: BrokenServer) -> None:
    with pytest.raises(QueryError, match=r"refuses the query: Error at line 2, column 7: no such thing$"):
        negograph.connect(server.url + "/refused").query("SELECT")


def test_statements_cut_short(server: BrokenServer) -> None:
    with pytest.raises(EndpointError, match="broken or cut short"):
        negograph.connect(server.url + "/statements-cut").query("DESCRIBE <urn:a>")
    with pytest.raises(EndpointError, match="and not with statements"):
        negograph.connect(server.url + "/good").query("CONSTRUCT WHERE { ?s ?p ?o }")


def test_a_redirect_on_the_same_host_is_followed(server: BrokenServer) -> None:
    assert len(negograph.connect(server.url + "/moved").query("SELECT * { ?s ?p ?o }")) == 1


def test_a_password_goes_out_only_when_it_is_asked_for(server: BrokenServer, monkeypatch: pytest.MonkeyPatch) -> None:
    server.seen.clear()
    with_password = server.url.replace("//", "//me:p%40ss@")
    there = negograph.connect(with_password + "/good")
    there.query("SELECT * { ?s ?p ?o }")
    assert server.seen == [("/good", "")]
    assert "p@ss" not in repr(there) + str(there.address)
    assert "me" not in str(there.address)
    negograph.connect(with_password + "/basic").query("SELECT * { ?s ?p ?o }")
    assert server.seen[1:] == [("/basic", ""), ("/basic", "Basic bWU6cEBzcw==")]
    with pytest.raises(EndpointError, match="refuses this user and password") as caught:
        negograph.connect(with_password + "/login").query("SELECT * { ?s ?p ?o }")
    assert "p@ss" not in str(caught.value)
    for path in ("/strange-login", "/strange-digest"):
        with pytest.raises(EndpointError, match=r"in a way that is not known here: (Negotiate|Digest)$"):
            negograph.connect(with_password + path).query("SELECT * { ?s ?p ?o }")
    monkeypatch.setenv("NEGOGRAPH_AUTH", "me:p:ss")
    assert Address.read("http://example.org/") == Address("http://example.org/", "me", "p:ss")


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("/put-fails", "nothing is published: .*HTTP 500: Bad Gateway"),
        ("/nothing", "hung up.*the graph there may be missing or cut short: publish it again"),
        (
            "/refused",
            "Error at line 2, column 7: no such thing; the address of the Graph Store Protocol is often another",
        ),
        ("/to-file", "not followed"),
    ],
)
def test_a_failed_put_is_told(server: BrokenServer, small: KnowledgeGraph, path: str, message: str) -> None:
    with pytest.raises(EndpointError, match=message):
        put_graph(small.store, server.url + path)


def test_a_put_names_the_graph_and_tells_how_far_it_is(server: BrokenServer, kg: KnowledgeGraph) -> None:
    server.seen.clear()
    told: list[tuple[int, int]] = []
    put_graph(kg.store, server.url + "/good?graph=old&x=1", graph="urn:a b", progress=lambda *pair: told.append(pair))
    put_graph(kg.store, server.url + "/good?x=1")
    assert [path for path, _ in server.seen] == ["/good?x=1&graph=urn%3Aa+b", "/good?x=1&default"]
    assert [sent for sent, _ in told] == sorted(sent for sent, _ in told)
    assert told[-1][0] == told[-1][1] > 1_000_000


def test_rows_that_an_engine_caps_are_not_taken_for_all(kg: KnowledgeGraph, tmp_path: Path) -> None:
    with engines.virtuoso(tmp_path, rows=100) as engine:
        put_graph(kg.store, engine.store, graph=engine.graph)
        there = negograph.connect(engine.query, graph=engine.graph)
        assert len(there.answer("brokers")) == 23
        with pytest.raises(EndpointError, match="gives 100 rows at most"):
            there.answer("tactics")


@pytest.mark.parametrize("engine", ["negograph"], indirect=True)
def test_our_own_server_keeps_its_graph_and_says_where_it_cut(engine: Engine, there: negograph.Endpoint) -> None:
    with pytest.raises(EndpointError, match=r"nothing is published: .* answers HTTP 40[35]"):
        put_graph(ox.Store(), engine.query)
    with pytest.raises(EndpointError, match="gives 10000 rows at most"):
        there.query("SELECT * { ?s ?p ?o }")
    with pytest.raises(EndpointError, match="gives 10000 statements at most"):
        there.query("CONSTRUCT WHERE { ?s ?p ?o }")


def test_json_of_an_answer_names_the_endpoint(server: BrokenServer) -> None:
    answer = negograph.connect(server.url + "/good").query("SELECT ?a { ?a ?b ?c }")
    assert isinstance(answer, Answer)
    assert json.loads(answer.to_json())["results"]["bindings"] == [{"a": {"type": "literal", "value": "1"}}]
