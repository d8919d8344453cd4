"""What the server answers about the small tables, to the letter: ``python tests/test_exchanges.py`` writes it anew."""

from __future__ import annotations

import contextlib
import http.client
import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest

import negograph
from negograph import __version__
from negograph.dataset import DUMPS
from negograph.export import FORMATS
from negograph.ontology import load_ontology, resource
from negograph.server.pages import policy
from serving import Served, serving
from test_told import MORE

from conftest import writer

EXCHANGES = Path(__file__).with_name("exchanges.txt")
HOST = "negograph.example"
ROWS = 4
"""The most rows of an answer."""
SHOWN = 25
"""Lines of a long body that are written down, at its beginning and at its end."""
FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"
USUAL = """\
x-content-type-options: nosniff
referrer-policy: no-referrer
cross-origin-opener-policy: same-origin
content-security-policy: default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; \
base-uri 'none'; frame-ancestors 'none'
access-control-allow-origin: *
access-control-expose-headers: Negograph-Truncated, Link, ETag, Retry-After"""
"""What stands in nearly every head; told in one line where it does."""
CHROME = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"


@dataclass(frozen=True)
class Sent:
    """A request: its headers as ``(name, value)``, its body in pieces where it is sent without a length."""

    method: str
    path: str
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes | tuple[bytes, ...] = b""

    def __str__(self) -> str:
        body = b"".join(self.body) if isinstance(self.body, tuple) else self.body
        text = _cut(body.decode("utf-8", "backslashreplace"))
        length = " (in pieces)" if isinstance(self.body, tuple) else ""
        head = [_cut(f"{self.method} {self.path}{length}"), *(f"{name}: {value}" for name, value in self.headers)]
        return "\n".join([*head, *(["", *text.splitlines()] if text else [])])


def _cut(text: str) -> str:
    digest = sha256(text.encode()).hexdigest()[:16]
    return text if len(text) < 2_000 else f"{text[:60]} ... ({len(text)} characters: {digest})"


def get(path: str, accept: str | None = None, **headers: str) -> Sent:
    given = ({"Accept": accept} if accept is not None else {}) | {k.replace("_", "-"): v for k, v in headers.items()}
    return Sent("GET", path, tuple(given.items()))


def ask(query: str, accept: str | None = None, **fields: str) -> Sent:
    return get(f"/sparql?{urlencode({'query': query, **fields}, quote_via=quote, safe='/:?{}*()')}", accept)


def post(body: bytes | str | tuple[bytes, ...], kind: str | None = QUERY, path: str = "/sparql", **more: str) -> Sent:
    headers = ({"Content-Type": kind} if kind else {}) | {k.replace("_", "-"): v for k, v in more.items()}
    return Sent("POST", path, tuple(headers.items()), body.encode() if isinstance(body, str) else body)


SELECT = "SELECT ?who ?what { ?who ng:sidelined ?what } ORDER BY ?who ?what"
BACKED = "CONSTRUCT { ?s ng:backs ?o } WHERE { ?s ng:backs ?o }"
MANY = "SELECT ?c { ?c a ng:Claim } ORDER BY ?c"
MUCH = "CONSTRUCT { ?s a ng:Claim } WHERE { { SELECT ?s { ?s a ng:Claim } ORDER BY ?s } }"
ODD = (
    'SELECT ?a ?b ?c ?d ?e ?f { VALUES (?a ?b ?c ?d ?e ?f) { ("t\\tn\\nr\\r\\"<&\\\\,\\u0001\\u000B\\uFFFEx"@en UNDEF 1.50 '
    '<urn:x?a&b> "plain" <<( <urn:s> <urn:p> "=1"@de )>>) (UNDEF "=1" true <urn:y> "2"^^<urn:t> UNDEF) } }'
)
BLANK = 'SELECT ?b { BIND(BNODE("x") AS ?b) BIND(1 AS ?n) } # none is fixed'
DOUBLING = "SELECT ?z { BIND('xxxxxxxxxxxxxxxx' AS ?a0) "
DOUBLING += " ".join(f"BIND(CONCAT(?a{n}, ?a{n}, ?a{n}, ?a{n}) AS ?a{n + 1})" for n in range(30))
DOUBLING += " BIND(STRLEN(?a30) AS ?z) }"
TEXT = "https://w3id.org/negograph/source/text"
OTHER = "https://w3id.org/negograph/source/other"
CLAIMS = "SELECT (COUNT(?c) AS ?n) { ?c a ng:Claim }"
INSIDE = "SELECT ?g (COUNT(?c) AS ?n) { GRAPH ?g { ?c a ng:Claim } } GROUP BY ?g ORDER BY ?g"
LONGEST = 64 * 1024
FULL = "ASK {} #"
"""What a query of any length begins with."""
TABLE = ("html", "json", "csv", "md", "ttl")

PAGES = (
    get("/"),
    get("/", "image/png"),
    get("/start", CHROME),
    get("/query", CHROME),
    get("/truncated", CHROME),
    get("/questions", CHROME),
    get("/questions", "application/json"),
    get("/questions", "application/json", Host="[::1]:8000"),
    get("/questions?format=JSON"),
    get("/questions?format=csv"),
    get("/questions", "text/csv"),
    *[get(f"/questions/bypassed-allies?format={form}") for form in TABLE],
    get("/questions/bypassed-allies?format=markdown"),
    get("/questions/bypassed-allies?format=turtle"),
    get("/questions/bypassed-allies?format="),
    get("/questions/bypassed-allies?format=xml"),
    get("/questions/bypassed-allies?ally=green", CHROME),
    get("/questions/bypassed-allies?ally=green&without=%20&as-of=&nothing=%20", "text/csv"),
    get("/questions/bypassed-allies?without=other&without=text&as-of=2019&as-of=2024&format=html"),
    get("/questions/bypassed-allies?without=text&format=csv"),
    get("/questions/bypassed-allies?only=text&format=csv"),
    get("/questions/what-followed?speaker=orange&format=csv"),
    get("/questions/what-followed?speaker=orange&speaker=leader&format=csv"),
    get("/questions/bypassed-allies?without=nobody&format=csv"),
    get("/questions/bypassed-allies?as-of=soon"),
    get("/questions/bypassed-allies?ally=nobody"),
    get("/questions/bypassed-allies?nonsense=1"),
    get("/questions/bypassed-allies", "image/png"),
    get("/questions/nothing"),
    get("/questions/meetings?format=csv"),
    get("/questions/meetings", CHROME),
    *[get(f"/compare?negotiation=later-talks&format={form}") for form in TABLE],
    get("/compare?negotiation=talks&other=later-talks&format=html"),
    get("/compare?negotiation=talks&other=later-talks&format=csv"),
    get("/compare?other=talks"),
    get("/compare?negotiation=talks&full=1"),
    get("/compare?negotiation=nobody"),
    get("/brief/talks", CHROME),
    *[get(f"/brief/talks?format={form}") for form in TABLE[1:]],
    get("/brief/talks?full=1&format=md"),
    get("/brief/talks?full=0&format=md"),
    get("/brief/talks?full=false&format=md"),
    get("/brief/talks?without=text&format=md"),
    get("/brief/talks?negotiation=later-talks&format=csv"),
    get("/brief/nobody"),
    get("/brief/talks?actor=x"),
    get("/audit", CHROME),
    get("/audit?format=csv"),
    get("/audit?negotiation=later-talks&format=csv"),
    get("/audit?full=yes&format=csv"),
    get("/audit?end=x"),
    get("/detect?format=csv"),
    get("/detect?actor=orange&format=csv"),
    get("/detect?actor=orange", CHROME),
    get("/path?start=leader&end=green&format=csv"),
    get("/path?start=leader&end=green", CHROME),
    get("/path?start=leader"),
    get("/id/talks", CHROME),
    get("/id/talks", "text/turtle"),
    get("/id/talks", "application/ld+json"),
    get("/id/talks?format=json"),
    get("/id/talks?format=csv"),
    get("/id/talks", "text/csv"),
    get("/id/nobody", CHROME),
    get("/id/%3Cscript%3E"),
    get("/id/a%2Fb"),
    get("/id/"),
    get("/claim/r0012", CHROME),
    get("/claim/r0012", "text/turtle"),
    get("/source/text", "text/turtle"),
    get("/passage/text.p1", "text/turtle"),
    get("/story/around-green", CHROME),
    get("/story/around-green", "text/turtle"),
    get("/ns/sidelined", CHROME),
    get("/ns/sidelined", "text/turtle"),
    get("/ns", CHROME),
    get("/ns", "text/turtle"),
    get("/dataset", CHROME),
    get("/dataset", "text/turtle"),
    get("/curators", "text/turtle"),
    *[get(f"/data.{suffix}") for suffix in DUMPS],
    get("/data.ttl", "image/png"),
    get("/data.exe"),
    *[get(f"/.well-known/void?format={form}") for form in ("ttl", "nt", "rdf", "jsonld")],
    get("/.well-known/void", "text/html"),
    get("/.well-known/void", "text/turtle", Host="!"),
    get("/openapi.json"),
    get("/openapi.json", Host="evil.example/path"),
    get("/healthz"),
    get("/favicon.ico"),
    get("/static/pages.css"),
    get("/static/query.js"),
    get("/static/query.css"),
    get("/vendor/yasgui/yasgui.min.css"),
    get("/vendor/../../kg.py"),
    get("/static/nothing"),
    get("/nowhere"),
    Sent("HEAD", "/questions/bypassed-allies?format=csv"),
    Sent("HEAD", "/sparql"),
    Sent("OPTIONS", "/sparql", (("Origin", "null"), ("Access-Control-Request-Method", "POST"))),
    Sent("OPTIONS", "/query"),
    Sent("PUT", "/sparql"),
    Sent("DELETE", "/questions"),
    Sent("POST", "/static/pages.css"),
    get("/data.ttl", If_None_Match='"another"'),
)
SPARQL = (
    get("/sparql"),
    get("/sparql", Host="[::1]:8000"),
    get("/sparql", Host="a b"),
    get("/sparql?format=n-triples"),
    get("/sparql?format=rdfxml"),
    get("/sparql", "application/ld+json"),
    get("/sparql", "image/png"),
    get("/sparql?format=png"),
    ask(SELECT),
    *[ask(SELECT, format=form) for form in ("json", "xml", "CSV", "tsv")],
    ask(SELECT, "text/csv", format="xml"),
    ask(SELECT, "text/csv", format="png"),
    ask(SELECT, "image/png", format="png"),
    ask(SELECT, "application/sparql-results+xml"),
    ask(SELECT, "text/csv;q=0.5, text/tab-separated-values"),
    ask(SELECT, CHROME),
    ask(SELECT, "text/html"),
    *[ask("ASK {}", format=form) for form in ("json", "xml", "csv", "tsv")],
    *[ask(BACKED, format=form) for form in ("ttl", "nt", "rdf", "jsonld")],
    ask(BACKED, "text/csv"),
    ask("DESCRIBE ngi:green", "application/n-triples"),
    *[ask(ODD, format=form) for form in ("json", "xml", "csv", "tsv")],
    ask("SELECT ?a ?b { VALUES (?a ?b) { (UNDEF UNDEF) } }", format="tsv"),
    ask("SELECT ?a { FILTER(false) BIND(1 AS ?a) }", format="json"),
    *[ask(MANY, format=form) for form in ("json", "xml", "csv", "tsv")],
    *[ask(MUCH, format=form) for form in ("ttl", "nt", "rdf", "jsonld")],
    get(f"/sparql?query={quote(MANY)}&format=json", Host="a b"),
    ask(f"{MANY} LIMIT {ROWS}", format="csv"),
    ask(f"CONSTRUCT {{ ngi:red a ?k }} WHERE {{ VALUES ?k {{ {'ng:A ng:B ng:C ng:D ' * 2} }} }}", format="nt"),
    ask("CONSTRUCT { ?s ?p ?o } WHERE { VALUES (?s ?p ?o) { (<x:b> <x:b> 2) (<x:b> <x:b> 1) (<x:a> <x:b> 1) } }"),
    ask("CONSTRUCT { ?s ?p ?o } WHERE { VALUES (?s ?p ?o) { (<x:a> <x:b> 2) (<x:a> <x:a> 3) (<x:a> <x:b> 1) } }"),
    ask(CLAIMS, format="csv"),
    ask(INSIDE, format="csv"),
    ask(CLAIMS, format="csv", **{"default-graph-uri": TEXT}),
    ask(CLAIMS, format="csv", **{"named-graph-uri": TEXT}),
    ask(INSIDE, format="csv", **{"named-graph-uri": OTHER}),
    ask(INSIDE, format="csv", **{"default-graph-uri": OTHER}),
    get(f"/sparql?query={quote(CLAIMS)}&format=csv&default-graph-uri={TEXT}&default-graph-uri={OTHER}"),
    ask(CLAIMS.replace(" {", f" FROM <{OTHER}> {{"), format="csv"),
    ask(CLAIMS.replace(" {", f" FROM <{OTHER}> {{"), format="csv", **{"named-graph-uri": TEXT}),
    ask(CLAIMS.replace(" {", " FROM ngs:other {"), format="csv"),
    ask("ASK {}", **{"default-graph-uri": "file:///etc/passwd"}),
    ask("ASK {}", **{"named-graph-uri": "http://127.0.0.1:9/"}),
    ask("ASK {}", **{"named-graph-uri": "no iri"}),
    ask("SELECT * FROM <file:///etc/passwd> { ?s ?p ?o }"),
    ask("SELECT * { SERVICE <http://127.0.0.1:9/> {} }"),
    ask("SELECT (RAND() < 2 AS ?x) {}", format="csv"),
    ask("SELECT (1/0 AS ?x) {}", format="csv"),
    ask("SELECT ?x {\n  ?x a a b\n}"),
    ask("SELECT ?x FROM <x:y> {\n  ?x a a b\n}"),
    ask("SELECT ?x { ?x a service:" + "y" * 400 + " a }"),
    ask("SELECT * { ?s ?p nothing:at }"),
    ask("SELECT * FROM nothing:at { ?s ?p ?o }"),
    ask("ASK " + "{" * 200 + "}" * 200),
    ask(""),
    ask("nonsense"),
    ask("INSERT DATA { <x:y> <x:y> 1 }"),
    ask("INSERT DATA { ngi:red a ng:State }"),
    ask("SELECT ?x FROM ng:x {\n  ?x a a b\n}"),
    ask(DOUBLING),
    ask("LOAD <http://127.0.0.1:9/>"),
    ask("ASK { FILTER(<urn:function>(1)) }"),
    get("/sparql?query=ASK%7B%7D&query=ASK%7B%7D"),
    get("/sparql?query=%FF"),
    get("/sparql?query=ASK%7B%7D&empty&named-graph-uri=" + "&x=1" * 197),
    get("/sparql?query=ASK%7B%7D" + "&x=1" * 199),
    get("/sparql?query=ASK%7B%7D" + "&x=1" * 200),
    get("/sparql?update=CLEAR+ALL"),
    get("/sparql?query=ASK%7B%7D&update="),
    get("/sparql?query=" + quote(FULL) + "x" * (LONGEST - len(FULL))),
    get("/sparql?query=" + quote(FULL) + "x" * (LONGEST - len(FULL) + 1)),
    post(SELECT),
    post(SELECT, path="/sparql?format=csv"),
    post(CLAIMS, path=f"/sparql?format=csv&default-graph-uri={OTHER}"),
    post(SELECT, f"{QUERY}; charset=UTF-8", Accept="text/csv"),
    post(SELECT, f"{QUERY} ;charset = utf8".replace(" = ", "="), Accept="text/csv"),
    post("ASK {}", f'{QUERY};x=y; charset="us-ascii"', Accept="text/csv"),
    post("ASK {}", f"{QUERY}; charset=latin-1"),
    post("ASK {}", QUERY.upper(), Accept="text/csv"),
    post("ASK {}", Accept="text/csv", Content_Encoding="identity"),
    post("ASK {}", Content_Encoding="gzip"),
    post("ASK {}", "text/plain"),
    post("ASK {}", None),
    post("SELECT ?ä { VALUES ?ä { 'ö' } }", Accept="text/csv"),
    post(b"ASK {} # \xff"),
    post("CLEAR ALL"),
    post("CLEAR ALL", "application/sparql-update"),
    post("update=CLEAR+ALL", FORM),
    post("query=ASK+%7B%7D&format=csv", FORM),
    post("query=ASK+%7B%7D", FORM, path="/sparql?format=xml"),
    post(f"query={quote(CLAIMS)}&format=csv", FORM, path=f"/sparql?default-graph-uri={OTHER}"),
    post("query=ASK+%7B%7D", FORM, path="/sparql?query=ASK%7B%7D"),
    post("query=ä", FORM),
    post("query=%FF", FORM),
    post("", FORM),
    post("", FORM, path="/sparql?format=csv"),
    post(""),
    post(FULL + "x" * (LONGEST - len(FULL)), Accept="text/csv"),
    post(FULL + "x" * (LONGEST - len(FULL) + 1)),
    post((b"ASK {}", b" # in pieces"), Accept="text/csv"),
    post((FULL.encode(), b"x" * (LONGEST - len(FULL))), Accept="text/csv"),
    post((FULL.encode(), b"x" * (LONGEST - len(FULL) + 1))),
    post("format=csv&query=" + quote(FULL) + "%20" * (LONGEST - len(FULL) - 10), FORM),
    post("query=" + quote(FULL) + "x" * (LONGEST - len(FULL) + 1), FORM),
    post("query=" + quote(FULL) + "%20" * (LONGEST + 1), FORM),
)
SENT = {str(each): each for each in (*PAGES, *SPARQL)}


class Seen:
    """A server of the small tables, and what its answers are made of."""

    def __init__(self, server: Served, directory: Path) -> None:
        self.server, self.kg, self.directory = server, negograph.load(directory), str(directory)
        explorer = self.kg.explore().html
        self.policy = policy(explorer)
        folders = (resource("server", "static"), resource("server", "vendor"), resource("pages", "static"))
        files = [(folder.parent.parent, file) for folder in folders for file in folder.rglob("*") if file.is_file()]
        self.whole = {file.read_bytes(): str(file.relative_to(home)) for home, file in files}
        self.whole[explorer.encode()] = "the explorer"

    def exchange(self, sent: Sent) -> str:
        """What the server answers, to the letter but for what is told otherwise."""
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=60)
        with contextlib.closing(connection):
            connection.putrequest(sent.method, sent.path, skip_host=True, skip_accept_encoding=True)
            for name, value in ({"Host": HOST} | dict(sent.headers)).items():
                connection.putheader(name, value)
            pieces = isinstance(sent.body, tuple)
            if pieces:
                connection.putheader("Transfer-Encoding", "chunked")
            elif sent.method == "POST":
                connection.putheader("Content-Length", str(len(sent.body)))
            connection.endheaders(sent.body if sent.body else None, encode_chunked=pieces)
            answer = connection.getresponse()
            body = answer.read()
        lines = [f"HTTP/{answer.version / 10} {answer.status}"]
        lines += [f"{name}: {self._told(name, value, body)}" for name, value in answer.getheaders() if name != "date"]
        head = "\n".join(lines).replace(USUAL, "(and the usual)")
        return f"{head}\n\n{self._body(sent, body)}" if body else head

    def _told(self, name: str, value: str, body: bytes) -> str:
        """The value of a header, or what it must be where that follows from the body or the file."""
        known = {
            "content-length": (str(len(body)), "(that of the body)"),
            "etag": (f'"{sha256(body).hexdigest()[:32]}"', "(the digest of the body)"),
            "content-security-policy": (self.policy, "(the digests of the explorer's scripts)"),
        }
        if name == "allow":
            return ", ".join(sorted(value.split(", ")))
        if name == "last-modified":
            return "(that of the file)"
        if name == "etag" and re.fullmatch('"[0-9a-f]{32}"', value) and body in self.whole:
            return "(that of the file)"
        return known[name][1] if name in known and value == known[name][0] else value

    def _body(self, sent: Sent, body: bytes) -> str:
        """The body of an answer; its name where it is a file or an export, and only the ends of a long one."""
        suffix = sent.path.removeprefix("/data.")
        if suffix in DUMPS:
            self.whole[FORMATS[suffix][1](self.kg.store, self.kg.ontology)] = f"the export {suffix}"
        if body in self.whole:
            return f"({self.whole[body]})"
        text = body.decode().replace(f'"version": "{__version__}"', '"version": "(this one)"')
        text = text.replace(self.directory, "DATA")
        lines = text.replace("\r", "\\r").split("\n")
        if len(lines) > 3 * SHOWN:
            between = "\n".join(lines[SHOWN:-SHOWN]).encode()
            digest = f"({len(lines) - 2 * SHOWN} lines: {sha256(between).hexdigest()[:16]})"
            lines = [*lines[:SHOWN], digest, *lines[-SHOWN:]]
        return "\n".join(_cut(line) for line in lines)


@cache
def written_before() -> dict[str, str]:
    found = EXCHANGES.read_text(encoding="utf-8").split("\n>>> ")
    return {sent: answer.removesuffix("\n") for sent, _, answer in (each.partition("\n<<< ") for each in found[1:])}


@contextlib.contextmanager
def seen(base: Path) -> Iterator[Seen]:
    directory = writer(base, load_ontology())(**MORE)
    with serving(
        "--data", str(directory), "--row-limit", str(ROWS), "--time-limit", "30", "--memory-limit", "768M"
    ) as server:
        yield Seen(server, directory)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seen]:
    with seen(tmp_path_factory.mktemp("exchanges")) as found:
        yield found


@pytest.mark.parametrize("sent", SENT, ids=lambda sent: sent.partition("\n")[0][:80])
def test_an_answer_is_what_is_written_down(running: Seen, sent: str) -> None:
    assert running.exchange(SENT[sent]) == written_before()[sent], "python tests/test_exchanges.py writes it anew"


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name, seen(Path(name)) as found:
        texts = [f"\n>>> {sent}\n<<< {found.exchange(SENT[sent])}\n" for sent in SENT]
    EXCHANGES.write_text("".join(texts), encoding="utf-8")
