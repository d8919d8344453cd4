"""The server speaks the protocol, and real clients understand it."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import warnings
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from xml.etree import ElementTree

import pyoxigraph as ox
import pytest
import rdflib

from negograph.kg import KnowledgeGraph
from serving import COMMAND, Served, serving

from conftest import needs

SOURCE = "https://w3id.org/negograph/source/re-russia"
SELECT = "SELECT ?who { ngi:us-taliban-talks ng:sidelined ?who }"
ASK = "ASK { ngi:us-taliban-talks ng:bypassed ngi:afghan-government }"
CONSTRUCT = "CONSTRUCT WHERE { ngi:us-taliban-talks ng:sidelined ?who }"
GHANIS = "https://w3id.org/negograph/id/afghan-government"


@pytest.fixture(scope="module")
def server() -> Iterator[Served]:
    with serving("--row-limit", "1000") as running:
        yield running


# The protocol


@pytest.mark.parametrize("kind", ["GET", "form", "direct"])
def test_a_query_may_come_in_three_ways(server: Served, kind: str) -> None:
    if kind == "GET":
        got = server.ask(SELECT)
    elif kind == "form":
        got = server.post("query=" + SELECT.replace(" ", "+").replace("?", "%3F"), "application/x-www-form-urlencoded")
    else:
        got = server.post(SELECT, "application/sparql-query; charset=utf-8")
    assert got.status == 200, got.text
    assert [row["who"]["value"] for row in json.loads(got.body)["results"]["bindings"]] == [GHANIS]


FORM = "application/x-www-form-urlencoded"
REFUSALS = [
    # method, path, body, content type, accept, status
    ("POST", "/sparql", "", FORM, None, 400),
    ("POST", "/sparql", "query=SELECT", FORM, None, 400),
    ("POST", "/sparql", "query=ASK{}&query=ASK{}", FORM, None, 400),
    ("POST", "/sparql", "query=%FF", FORM, None, 400),
    ("POST", "/sparql", b"ASK {} # \xff", "application/sparql-query", None, 400),
    ("GET", "/sparql?query=ASK%7B%7D&query=ASK%7B%7D", None, None, None, 400),
    ("GET", "/sparql?query=%FF", None, None, None, 400),
    ("GET", "/sparql?query=", None, None, None, 400),
    ("POST", "/sparql", "update=CLEAR+ALL", FORM, None, 403),
    ("POST", "/sparql", "CLEAR ALL", "application/sparql-update", None, 403),
    ("POST", "/sparql", "INSERT DATA { <a:b> <a:b> 1 }", "application/sparql-query", None, 403),
    ("POST", "/sparql", "LOAD <http://127.0.0.1:9/>", "application/sparql-query", None, 403),
    ("POST", "/sparql", "SELECT * { SERVICE <http://127.0.0.1:9/> {} }", "application/sparql-query", None, 403),
    ("POST", "/sparql", "SELECT * FROM <file:///etc/passwd> { ?s ?p ?o }", "application/sparql-query", None, 403),
    ("GET", "/sparql?query=ASK%7B%7D&default-graph-uri=file:///etc/passwd", None, None, None, 403),
    ("GET", "/sparql?query=ASK%7B%7D&named-graph-uri=http://127.0.0.1:9/", None, None, None, 403),
    ("GET", "/sparql?update=CLEAR+ALL", None, None, None, 403),
    ("GET", "/nowhere", None, None, None, 404),
    ("GET", "/id/nobody-at-all", None, None, None, 404),
    ("GET", "/claim/r9999", None, None, None, 404),
    ("GET", "/id/%3Cscript%3E", None, None, None, 404),
    ("GET", "/questions/nothing", None, None, None, 404),
    ("GET", "/data.exe", None, None, None, 404),
    ("GET", "/vendor/../../kg.py", None, None, None, 404),
    ("PUT", "/sparql", "ASK {}", "application/sparql-query", None, 405),
    ("DELETE", "/sparql", None, None, None, 405),
    ("POST", "/questions", "", FORM, None, 405),
    ("GET", "/sparql?query=ASK%7B%7D", None, None, "image/png", 406),
    ("GET", "/sparql?query=CONSTRUCT+WHERE%7B?s+?p+1%7D", None, None, "text/csv", 406),
    ("GET", "/sparql", None, None, "image/png", 406),
    ("GET", "/questions/tactics", None, None, "image/png", 406),
    ("POST", "/sparql", "ASK {} #" + "x" * 70_000, "application/sparql-query", None, 413),
    ("POST", "/sparql", "query=ASK{}" + "%20" * 70_000, FORM, None, 413),
    ("GET", "/sparql?query=ASK%7B%7D%23" + "x" * 70_000, None, None, None, 414),
    ("POST", "/sparql", "ASK {}", "text/plain", None, 415),
    ("POST", "/sparql", "ASK {}", "application/sparql-query; charset=latin-1", None, 415),
    ("POST", "/sparql", "ASK {}", None, None, 415),
    ("GET", "/questions/tactics?nonsense=1", None, None, None, 400),
    ("GET", "/questions/tactics?negotiation=nothing-of-the-kind", None, None, None, 400),
    ("GET", "/questions/tactics?format=docx", None, None, None, 400),
    ("GET", "/questions/tactics?as-of=soon", None, None, None, 400),
    ("GET", "/compare", None, None, None, 400),
]


@pytest.mark.parametrize(("method", "path", "body", "kind", "accept", "status"), REFUSALS)
def test_what_is_refused(server: Served, method, path, body, kind, accept, status) -> None:
    headers = {name: value for name, value in (("Content-Type", kind), ("Accept", accept)) if value}
    got = server.request(method, path, body, headers)
    assert (got.status, got.type) == (status, "text/plain"), got.text
    assert got.text.strip()
    assert "Traceback" not in got.text


@pytest.mark.parametrize("text", ["SELECT ?x {\n  ?x a a b\n}", "SELECT ?x FROM <x:y> {\n  ?x a a b\n}"])
def test_a_malformed_query_gets_line_and_column(server: Served, text: str) -> None:
    got = server.post(text)
    assert got.status == 400
    assert got.text.startswith("line 2, column ")


@pytest.mark.parametrize(
    ("query", "accept", "kind"),
    [
        (SELECT, None, "application/sparql-results+json"),
        (SELECT, "application/json", "application/sparql-results+json"),
        (SELECT, "application/sparql-results+xml", "application/sparql-results+xml"),
        (SELECT, "text/csv;q=0.5, text/tab-separated-values", "text/tab-separated-values"),
        (SELECT, "text/csv, */*;q=0.1", "text/csv"),
        (ASK, "application/sparql-results+xml", "application/sparql-results+xml"),
        (ASK, "text/csv", "text/csv"),
        (CONSTRUCT, None, "text/turtle"),
        (CONSTRUCT, "application/n-triples", "application/n-triples"),
        (CONSTRUCT, "application/rdf+xml", "application/rdf+xml"),
        (CONSTRUCT, "application/ld+json", "application/ld+json"),
        ("DESCRIBE ngi:doha-agreement", "text/turtle", "text/turtle"),
    ],
)
def test_a_client_gets_the_format_that_it_likes(server: Served, query: str, accept: str | None, kind: str) -> None:
    got = server.ask(query, accept)
    assert (got.status, got.type) == (200, kind)
    assert got.headers["vary"] == "Accept"


def test_the_four_formats_of_rows_say_the_same(server: Served, kg: KnowledgeGraph) -> None:
    query = "SELECT ?s ?l ?n { ?s a ng:Negotiation ; rdfs:label ?l . OPTIONAL { ?s ng:start ?n } } ORDER BY ?s"
    expected = [tuple(row) for row in kg.store.query(query, prefixes=dict(kg.ontology.prefixes))]
    for form, parser in (("json", ox.QueryResultsFormat.JSON), ("xml", ox.QueryResultsFormat.XML)):
        parsed = ox.parse_query_results(server.ask(query, format=form).body, parser)
        assert [tuple(row) for row in parsed] == expected, form
    tsv = ox.parse_query_results(server.ask(query, format="tsv").body, ox.QueryResultsFormat.TSV)
    assert [tuple(row) for row in tsv] == expected
    rows = list(csv.reader(io.StringIO(server.ask(query, format="csv").text)))
    assert rows[1:] == [["" if term is None else term.value for term in row] for row in expected]


ODD = 'SELECT ?a ?b ?c ?d { VALUES (?a ?b ?c ?d) { ("t\\tn\\nr\\r\\"<&\\\\,"@en UNDEF 1.50 <urn:x>) } }'


@pytest.mark.parametrize("form", ["JSON", "XML", "TSV"])
def test_odd_literals_come_through(server: Served, form: str) -> None:
    parsed = ox.parse_query_results(server.ask(ODD, format=form.lower()).body, getattr(ox.QueryResultsFormat, form))
    (row,) = parsed
    assert row["a"] == ox.Literal('t\tn\nr\r"<&\\,', language="en")
    assert row["b"] is None
    assert row["c"].value == "1.5", "the engine writes numbers its own way"
    assert row["d"] == ox.NamedNode("urn:x")


def test_a_graph_for_each_source(server: Served, kg: KnowledgeGraph) -> None:
    counted = server.ask("SELECT ?g (COUNT(?c) AS ?n) { GRAPH ?g { ?c a ng:Claim } } GROUP BY ?g", format="csv")
    numbers = dict(list(csv.reader(io.StringIO(counted.text)))[1:])
    assert sum(map(int, numbers.values())) == len(kg)
    own = sum(kg.claim(claim)["source"] == "re-russia" for claim in kg.claims())
    assert int(numbers[SOURCE]) == own
    count = "SELECT (COUNT(?c) AS ?n) { ?c a ng:Claim }"
    for fields in (
        {"query": count, "default-graph-uri": SOURCE},
        {"query": count.replace(" {", f" FROM <{SOURCE}> {{")},
    ):
        got = server.ask(fields.pop("query"), format="csv", **fields)
        assert got.text.split() == ["n", str(own)]
    inside = "SELECT (COUNT(?c) AS ?n) { GRAPH ?g { ?c a ng:Claim } }"
    assert server.ask(inside, format="csv", **{"named-graph-uri": SOURCE}).text.split() == ["n", str(own)]
    assert server.ask(count, format="csv", **{"named-graph-uri": SOURCE}).text.split() == ["n", "0"]
    both = server.ask(count.replace(" {", f" FROM <{SOURCE}> {{"), format="csv", **{"named-graph-uri": SOURCE})
    assert both.text.split() == ["n", "0"], "the dataset of the request goes before that of the query"


def test_variables_and_strings_are_no_clauses(server: Served) -> None:
    got = server.ask(
        "SELECT ?from ?service { BIND('FROM <file:///x>' AS ?from) BIND('SERVICE' AS ?service) } # SERVICE"
    )
    assert got.status == 200
    assert server.ask("PREFIX service: <urn:x> SELECT * { ?s ?p service:y }").status == 200


@pytest.mark.parametrize("form", ["json", "xml", "csv", "tsv", "ttl", "nt", "rdf", "jsonld"])
def test_a_cut_answer_says_so(server: Served, form: str) -> None:
    rows = form in ("json", "xml", "csv", "tsv")
    got = server.ask("SELECT * { ?s ?p ?o }" if rows else "CONSTRUCT WHERE { ?s ?p ?o }", format=form)
    assert got.status == 200
    assert got.headers["negograph-truncated"] == "1000"
    if form == "json":
        document = json.loads(got.body)
        assert len(document["results"]["bindings"]) == 1000
        assert document["head"]["link"] == [server.url + "truncated"]
        assert server.get("/truncated").status == 200
    elif form == "xml":
        (link,) = ElementTree.fromstring(got.body).iter("{http://www.w3.org/2005/sparql-results#}link")
        assert link.get("href") == server.url + "truncated"
    elif form in ("csv", "tsv"):
        assert len(got.text.splitlines()) == 1001
    else:
        assert form == "jsonld" or "truncated" in got.text[-200:]
        names = {"ttl": "turtle", "nt": "nt", "rdf": "xml", "jsonld": "json-ld"}
        assert len(rdflib.Graph().parse(data=got.body, format=names[form])) == 1000
    assert "negograph-truncated" not in server.ask("SELECT * { ?s ?p ?o } LIMIT 1000").headers


def test_the_service_description(server: Served) -> None:
    graph = rdflib.Graph().parse(data=server.get("/sparql", "text/turtle").body, format="turtle")
    sd = rdflib.Namespace("http://www.w3.org/ns/sparql-service-description#")
    service = rdflib.URIRef(server.url + "sparql")
    assert (service, sd.supportedLanguage, sd.SPARQL11Query) in graph
    names = set(graph.objects(None, sd.name))
    assert rdflib.URIRef(SOURCE) in names
    assert len(set(graph.objects(service, sd.resultFormat))) == 8


def test_heads(server: Served) -> None:
    for path in ("/", "/questions", "/query", "/sparql", "/nowhere", "/data.ttl"):
        got = server.request("GET", path, headers={"Origin": "https://evil.example", "Cookie": "a=b"})
        assert got.headers["access-control-allow-origin"] == "*"
        assert "access-control-allow-credentials" not in got.headers
        assert got.headers["x-content-type-options"] == "nosniff"
        assert got.headers["referrer-policy"] == "no-referrer"
        assert "default-src 'none'" in got.headers["content-security-policy"]
        assert "server" not in got.headers
    asked = server.request("OPTIONS", "/sparql", headers={"Origin": "null", "Access-Control-Request-Method": "POST"})
    assert asked.status == 204
    assert "POST" in asked.headers["access-control-allow-methods"]
    allowed = server.request("PUT", "/sparql", b"")
    assert {"GET", "POST"} <= set(allowed.headers["allow"].replace(" ", "").split(","))
    head = server.request("HEAD", "/questions/tactics")
    assert (head.status, head.body) == (200, b"")


# Questions, reports, pages, files


def test_every_question_in_every_format(server: Served, kg: KnowledgeGraph) -> None:
    for name in kg.questions:
        for form in ("html", "json", "csv", "md", "ttl"):
            got = server.get(f"/questions/{name}?format={form}")
            assert got.status == 200, (name, form, got.text[:500])
            if form == "csv":
                assert got.text == kg.answer(name).to_csv(), name


def test_a_question_with_parameters_and_slices(server: Served, kg: KnowledgeGraph) -> None:
    got = server.get("/questions/bypassed-allies?ally=Afghan+government&format=json")
    assert got.text == kg.answer("bypassed-allies", ally="Afghan government").to_json()
    got = server.get("/questions/tactics?without=re-russia&without=dubois&as-of=2020&format=csv")
    heard, _ = kg.as_of(date(2020, 12, 31))
    assert got.text == heard.heard(without=["re-russia", "dubois"])[0].answer("tactics").to_csv()
    page = server.get("/questions/bypassed-allies?ally=nato-allies", "text/html").text
    assert "NATO allies of the United States" in page
    assert 'name="ally"' in page
    assert "<script" not in page
    listed = json.loads(server.get("/questions", "application/json").body)
    assert [each["name"] for each in listed] == list(kg.questions)


def test_an_answer_that_has_not_changed_is_not_sent_again(server: Served) -> None:
    tag = server.get("/questions/tactics?format=csv").headers["etag"]
    again = server.request("GET", "/questions/tactics?format=csv", headers={"If-None-Match": tag})
    assert (again.status, again.body) == (304, b"")


@pytest.mark.parametrize(
    "path",
    [
        "/compare?negotiation=ukraine-talks-2025",
        "/compare?negotiation=ukraine-talks-2025&other=us-taliban-talks",
        "/brief/us-taliban-talks",
        "/brief/doha-agreement?full=1&without=dubois",
        "/audit",
        "/detect?actor=Israel",
        "/path?start=ashraf-ghani&end=nato-allies",
    ],
)
def test_reports(server: Served, path: str) -> None:
    for form in ("html", "json", "csv", "md", "ttl"):
        got = server.get(f"{path}{'&' if '?' in path else '?'}format={form}")
        assert got.status == 200, (form, got.text[:500])
        if form == "json":
            assert json.loads(got.body)["parts"]


@pytest.mark.parametrize(
    "path", ["/id/doha-agreement", "/claim/r0470", "/source/re-russia", "/passage/re-russia.p1", "/id/donald-trump"]
)
def test_a_page_for_each_thing(server: Served, kg: KnowledgeGraph, path: str) -> None:
    page = server.get(path, "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8")
    assert (page.status, page.type) == (200, "text/html")
    iri = rdflib.URIRef("https://w3id.org/negograph" + path)
    assert str(iri) in page.text
    for accept, name in (("text/turtle", "turtle"), ("application/ld+json", "json-ld")):
        graph = rdflib.Graph().parse(data=server.get(path, accept).body, format=name)
        assert {(s, p, o) for s, p, o in kg.to_rdflib() if s == iri} <= set(graph)


def test_every_link_of_a_page_leads_somewhere(server: Served) -> None:
    for start in ("/", "/claim/r0470", "/questions/disputed-dates"):
        for link in sorted(set(re.findall(r'(?:href|src)="(/[^"]*)"', server.get(start, "text/html").text)))[:60]:
            assert server.get(link.replace("&amp;", "&"), "text/html, */*;q=0.5").status == 200, link


def test_the_whole_graph_as_files(server: Served, kg: KnowledgeGraph, tmp_path) -> None:
    for suffix in ("ttl", "nt", "nq", "trig", "jsonld", "rdf", "graphml", "gexf", "csv"):
        got = server.get(f"/data.{suffix}")
        assert got.status == 200, suffix
        kg.export(tmp_path / f"x.{suffix}")
        assert got.body == (tmp_path / f"x.{suffix}").read_bytes(), suffix


def test_the_dataset_describes_itself(server: Served, kg: KnowledgeGraph) -> None:
    graph = rdflib.Graph().parse(data=server.get("/.well-known/void").body, format="turtle")
    void = rdflib.Namespace("http://rdfs.org/ns/void#")
    dataset = rdflib.URIRef("https://w3id.org/negograph/dataset")
    assert int(graph.value(dataset, void.triples)) == len(kg.store)
    assert len(list(graph.objects(dataset, void.dataDump))) == 9
    assert graph.value(dataset, void.sparqlEndpoint) == rdflib.URIRef(server.url + "sparql")


def test_the_openapi_document(server: Served, kg: KnowledgeGraph) -> None:
    document = json.loads(server.get("/openapi.json").body)
    assert document["openapi"].startswith("3.1")
    for name, question in kg.questions.items():
        names = {each["name"] for each in document["paths"][f"/questions/{name}"]["get"]["parameters"]}
        listed = document["paths"][f"/questions/{name}"]["get"]["parameters"]
        enums = {each["name"]: tuple(each["schema"]["enum"]) for each in listed if "enum" in each["schema"]}
        assert {each.name: each.choices for each in question.parameters if each.choices}.items() <= enums.items()
        assert {each.name for each in question.parameters} | {"without", "only", "speaker", "as-of", "format"} == names


def test_an_answer_is_kept_unless_it_is_new_each_time(server: Served) -> None:
    for draw in ("RAND()", "STRUUID()", "UUID()"):  # children of one process, and yet no two draw the same
        drawn = {server.ask(f"SELECT ({draw} AS ?x) {{}}", format="csv").text for _ in range(4)}
        assert len(drawn) == 4, draw
    first, second = (server.ask(SELECT + " # the same") for _ in range(2))
    assert first.body == second.body
    csv_of_it = server.ask(SELECT + " # the same", "text/csv")
    assert csv_of_it.type == "text/csv", "kept by format"


def test_the_overview(server: Served, kg: KnowledgeGraph) -> None:
    text = server.get("/start", "text/html").text
    assert all(f'href="/questions/{name}"' in text for name in kg.questions)


def test_health(server: Served, kg: KnowledgeGraph) -> None:
    assert json.loads(server.get("/healthz").body)["claims"] == len(kg)


# Real clients


def test_sparqlwrapper(server: Served) -> None:
    from SPARQLWrapper import CSV, JSON, POST, POSTDIRECTLY, TURTLE, XML, SPARQLWrapper

    client = SPARQLWrapper(server.url + "sparql")
    client.setQuery("PREFIX ng: <https://w3id.org/negograph/ns#> " + SELECT)
    for method in ("GET", POST):
        client.setMethod(method)
        client.setReturnFormat(JSON)
        assert client.queryAndConvert()["results"]["bindings"][0]["who"]["value"] == GHANIS
    client.setRequestMethod(POSTDIRECTLY)
    client.setReturnFormat(XML)
    assert GHANIS in client.queryAndConvert().toxml()
    client.setReturnFormat(CSV)
    assert GHANIS.encode() in client.queryAndConvert()
    client.setQuery(CONSTRUCT)
    client.setReturnFormat(TURTLE)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert b"sidelined" in client.queryAndConvert()


@pytest.mark.parametrize("method", ["GET", "POST", "POST_FORM"])
def test_rdflib_as_a_client(server: Served, method: str) -> None:
    from rdflib.plugins.stores.sparqlstore import SPARQLStore

    for form in ("xml", "json", "csv"):
        graph = rdflib.Graph(SPARQLStore(server.url + "sparql", method=method, returnFormat=form))
        query = "SELECT ?who { <https://w3id.org/negograph/id/us-taliban-talks> <https://w3id.org/negograph/ns#sidelined> ?who }"
        assert [str(row[0]) for row in graph.query(query)] == [GHANIS]


def test_pandas_reads_over_http(server: Served) -> None:
    import pandas

    frame = pandas.read_csv(server.url + "questions/offices?format=csv")
    assert len(frame) > 10
    frame = pandas.read_csv(server.url + "sparql?format=csv&query=SELECT%20%3Fs%20%7B%3Fs%20a%20ng%3ATactic%7D")
    assert list(frame) == ["s"]


def test_curl(server: Served) -> None:
    curl = shutil.which("curl")
    needs(curl, "curl")
    words = ["--data-urlencode", f"query={SELECT}", "-H", "Accept: text/csv", server.url + "sparql"]
    for more in ([], ["--get"]):
        done = subprocess.run(
            [str(curl), "-sSf", *more, *words], capture_output=True, text=True, timeout=20, check=True
        )
        assert done.stdout.split() == ["who", GHANIS]


# Starting and ending


def test_a_port_in_use_is_one_sentence(server: Served) -> None:
    words = [*COMMAND[:-1], str(server.port)]
    done = subprocess.run(words, capture_output=True, text=True, timeout=30)
    assert done.returncode == 1
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1
    assert "Address already in use" in done.stderr


def test_a_signal_ends_it_and_leaves_nothing() -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        with serving() as running:
            assert running.get("/healthz").status == 200
            below = running.descendants()
            assert below
            running.process.send_signal(number)
            assert running.process.wait(10) == 0
            assert not [pid for pid in below if _alive(pid)]
            assert running.process.stdout.read() == "", "the log is on stderr"
            assert any("/healthz" in line for line in running.log)
            with pytest.raises(OSError, match="refused"):
                socket.create_connection(("127.0.0.1", running.port), timeout=2)


def test_a_server_without_its_zygote_ends() -> None:
    with serving() as running:
        os.kill(running.zygote(), signal.SIGKILL)
        assert running.process.wait(15) == 1
    assert any("is gone" in line for line in running.log)


def _alive(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()
