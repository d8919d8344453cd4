"""What goes over the wire to an engine elsewhere, and what is told of its replies, to the letter.

The engine is a small server of these tests, which answers from the small tables, or as it is told to.
``python tests/test_wired.py`` writes it anew.
"""

from __future__ import annotations

import http.client
import os
import re
import socket
import ssl
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from functools import cache, partial
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import parse_qsl

import pyoxigraph as ox
import pytest

import negograph
from engines import Loopback, listening
from negograph import Answer, KnowledgeGraph, Subgraph
from negograph.endpoint import differences, loading, publishing, put_graph
from negograph.endpoint import http as wire
from negograph.endpoint.http import Address, Reply
from negograph.errors import NegographError
from negograph.ontology import load_ontology, resource

from conftest import writer

WIRED = Path(__file__).with_name("wired.txt")
JSON = "application/sparql-results+json"
ONE = b'{"head":{"vars":["a"]},"results":{"bindings":[{"a":{"type":"literal","value":"1"}}]}}'
TWO = ONE.replace(b"]}}", b',{"a":{"type":"literal","value":"2"}}]}}')
TURTLE = b"<urn:a> <urn:b> <urn:c> . <urn:a> <urn:b> <urn:d> ."

Scripted = tuple[int, Mapping[str, str], bytes]
"""Status, headers and body of a reply that the server is told to give."""


@cache
def small() -> KnowledgeGraph:
    """The small tables, with two things of one label, two of one alias, one named as another is, and one of no kind."""
    more = [
        {"id": "tower", "kind": "Place", "label": "Tower", "aliases": "Green|Keep"},
        {"id": "moat", "kind": "Place", "label": "Moat", "aliases": "Keep"},
    ]
    with TemporaryDirectory() as base:
        kg = negograph.load(writer(Path(base), load_ontology())(entities=more))
        kg.claims()
    names = ("ngi:moat", "ngi:bare", "rdfs:label", "rdf:type", "ng:Entity")
    twin, bare, label, kind, entity = (ox.NamedNode(kg.ontology.expand(name)) for name in names)
    kg.store.add(ox.Quad(twin, label, ox.Literal("Protest", language="en")))
    kg.store.add(ox.Quad(bare, label, ox.Literal("Bare", language="en")))
    kg.store.add(ox.Quad(bare, kind, entity))
    return kg


@cache
def packaged() -> frozenset[str]:
    """The lines of all queries that are packaged, but for their titles."""
    files = [file for place in ("questions", "queries") for file in resource("graph", place).glob("*.rq")]
    lines = (line for file in files for line in file.read_text(encoding="utf-8").splitlines())
    return frozenset(line for line in lines if not line.startswith("#+ title"))


def short(query: str) -> str:
    """A query without the lines that are packaged."""
    return "\n".join(line for line in query.splitlines() if line not in packaged())


class Listener(BaseHTTPRequestHandler):
    """Writes down each request; gives the replies that were ordered, and answers queries after them."""

    server: Engine
    disable_nagle_algorithm = True  # each reply would wait for 40 ms otherwise

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.heard.append(self.asked(body))
        status, headers, reply = self.server.replies.pop(0) if self.server.replies else self.answered(body)
        if not status:
            self.server.over.wait(5)
            return
        self.send_response_only(status)
        known = {} if "Endless" in headers else {"Content-Length": str(len(reply))}
        for name, value in (known | dict(headers)).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(reply)
        if "Endless" in headers:
            self.server.over.wait(5)

    do_PUT = do_POST

    def asked(self, body: bytes) -> str:
        headers = (f"{name}: {value}" for name, value in self.headers.items() if name != "Content-Length")
        lines = [f"> {self.command} {self.path}", f"> {' | '.join(headers)}"]
        if self.headers["Content-Type"] == "application/x-www-form-urlencoded":
            lines += [f"> {name} = {short(text)}" for name, text in parse_qsl(body.decode(), keep_blank_values=True)]
        else:
            lines.append(f"> {len(body)} bytes: {body[:80].decode()}")
        return "\n".join(lines)

    def answered(self, body: bytes) -> Scripted:
        try:
            found = small().store.query(dict(parse_qsl(body.decode()))["query"])
        except SyntaxError:
            return 400, {"Content-Type": "text/plain"}, b"this is no query"
        if isinstance(found, ox.QueryTriples):
            return 200, {"Content-Type": "application/n-triples"}, bytes(found.serialize(format=ox.RdfFormat.N_TRIPLES))
        return 200, {"Content-Type": JSON}, bytes(found.serialize(format=ox.QueryResultsFormat.JSON))

    def log_message(self, format: str, *args: object) -> None:
        pass


class Engine(Loopback):
    def __init__(self) -> None:
        super().__init__(Listener)
        self.heard: list[str] = []
        self.replies: list[Scripted] = []

    @property
    def url(self) -> str:
        return f"{super().url}/sparql"


def told(ask: Callable[[], object]) -> str:
    """What comes of a question: the answer, or the error and what it stems from."""
    try:
        found = ask()
    except NegographError as error:
        cause = type(error.__cause__).__name__ if error.__cause__ else "none"
        return f"{type(error).__name__}: {error} (cause: {cause})"
    if isinstance(found, Answer):
        return f"{found.title} / {found.name} / {found.command} / {found.empty} / {found.telling}\n{found.to_csv()}"
    return found.to_turtle() if isinstance(found, Subgraph) else repr(found)


def exchanged(engine: Engine, ask: Callable[[], object], *replies: Scripted) -> str:
    """What is asked of the engine, and what comes of it."""
    engine.heard.clear()
    engine.replies[:] = replies
    found = told(ask)
    left = f"\n{len(engine.replies)} replies not fetched" if engine.replies else ""
    return "\n".join([*engine.heard, found.rstrip("\n") + left, ""])


def the_queries(engine: Engine) -> Iterator[str]:
    there, named = (
        negograph.connect(engine.url),
        negograph.connect(engine.url, graph="https://example.org/g?a=b c"[:-2]),
    )
    yield repr(there)
    yield repr(named)
    for sparql in (
        "ASK { ngi:talks ng:sidelined ngi:green }",
        "ASK { ngi:talks ng:sidelined ngi:nobody }",
        "SELECT ?who { ngi:talks ng:sidelined ?who } # dcterms: in a comment",
        "SELECT ?n { VALUES ?n { 1.50 'ngs:x' <urn:prov:x> UNDEF } }",
        "SELECT ?n { ?n a ng:Nothing }",
        "PREFIX ng: <https://w3id.org/negograph/ns#>\nselect ?who { ngi:talks ng:sidelined ?who }",
        "construct { ?b ng:met ?a } where { VALUES (?a ?b) { (ngi:red ngi:blue) (ngi:red ngi:red) } }",
        "DESCRIBE ngi:bluff",
        "PREFIX ask: <urn:> CONSTRUCT { ask:a ask:b ?o } WHERE { ngi:bluff a ?o }",
        "PREFIX select: <urn:> # ASK\nASK { select:construct a ?describe }",
        "SELECT ?x {\n",
        "nonsense",
    ):
        yield exchanged(engine, lambda sparql=sparql: there.query(sparql))
    yield exchanged(engine, lambda: named.query("ASK {}"))
    yield exchanged(engine, lambda: there.query("{" * 101))


def the_questions(engine: Engine) -> Iterator[str]:
    there, named = negograph.connect(engine.url), negograph.connect(engine.url, graph="urn:g")
    yield exchanged(engine, lambda: there.answer("bypasses"))
    yield exchanged(engine, lambda: there.answer("meetings", actor="Azure"))
    yield exchanged(engine, lambda: named.answer("bypasses", deal="Talks", tie="ALLY"))
    virtuoso = (200, {"Content-Type": JSON, "Server": "Virtuoso/07.20"}, b'{"head":{},"boolean":true}')
    yield exchanged(engine, lambda: negograph.connect(engine.url).answer("meetings"), virtuoso)
    for name, given in (
        ("no-such", {}),
        ("tactics", {"colour": "red"}),
        ("coverage", {"source": "text"}),
        ("coverage", {"source": "nothing"}),
        ("coverage", {"source": "A text"}),
        ("bypasses", {"deal": "red"}),
        ("bypasses", {"deal": "bluff"}),
        ("bypasses", {"deal": "Bare"}),
        ("bypasses", {"manner": "met"}),
        ("disagreements", {"about": "red"}),
        ("bypasses", {"bypassed": "Green"}),
    ):
        yield exchanged(engine, lambda name=name, given=given: there.answer(name, **given))


def the_names(engine: Engine) -> Iterator[str]:
    there = negograph.connect(engine.url)
    for name in (
        "blue",
        "BLUE",
        "Azure",
        "Green Army",
        "green_army",
        "keep",
        "protest",
        "PROTEST",
        "Green",
        "gree",
        "The Leadr",
        "outcome of the long talks, and protest of all",
        "outcome of the long talks, protest, collapse and success",
        "an",
        "-red",
        "x y",
        "Тест",
        '"red',
    ):
        yield f"{name}: {exchanged(engine, lambda name=name: there.resolve(name))}"


def the_statements(engine: Engine) -> Iterator[str]:
    there, kg = negograph.connect(engine.url), small()
    few = {name: there.questions[name] for name in ("bypasses", "judgements", "meetings")}
    there = replace(there, questions=few)
    answer = there.answer("judgements")
    yield exchanged(engine, lambda: answer.to_subgraph())
    many = [f"r{number:04}" for number in range(1, 103)]
    yield exchanged(engine, lambda: len(list(there.statements(many))))
    yield exchanged(engine, lambda: list(there.statements([])))
    yield f"{list(differences(kg.answer, there))}\n"
    twice = Answer(answer.variables, (*kg.answer("judgements").solutions, answer.solutions[0]), {}, None)  # type: ignore[arg-type]
    less = Answer(answer.variables, answer.solutions[1:], {}, None)  # type: ignore[arg-type]
    for ours in (twice, less):
        found = differences(lambda name, ours=ours: ours if name == "judgements" else kg.answer(name), there)
        yield f"{[each for each in found if each[1:] != (0, 0)]}\n"


def the_replies(engine: Engine) -> Iterator[str]:
    there = negograph.connect(engine.url)
    known = negograph.connect(engine.url.replace("//", "//me:secret@"))
    page = b"<HTML><head><title>No</title><style>b {}</style></head><body><h1>Bad\n &amp; worse</h1></body></HTML>"
    plain = {"Content-Type": "text/plain; charset=utf-8"}
    replies: Sequence[Scripted] = (
        (200, {"Content-Type": JSON}, ONE),
        (299, {"Content-Type": " Application/JSON ; charset=utf-8"}, ONE),
        (200, {"Content-Type": "text/html"}, page),
        (200, {"Content-Type": "application/xhtml+xml"}, page),
        (200, {"Content-Type": "application/xml"}, ONE),
        (200, {}, ONE),
        (200, {"Content-Type": JSON}, ONE[:50]),
        (200, {"Content-Type": JSON}, b""),
        (200, {"Content-Type": JSON}, b'{"head":{},"boolean":true'),
        (200, {"Content-Type": JSON, "Content-Length": "500"}, ONE),
        (200, {"Content-Type": JSON, "X-SQL-State": "S1TAT"}, ONE),
        (200, {"Content-Type": JSON, "X-SQL-State": "S1TAT", "X-SQL-Message": "Anytime  query"}, ONE),
        (200, {"Content-Type": JSON, "X-SPARQL-MaxRows": "2"}, ONE),
        (200, {"Content-Type": JSON, "X-SPARQL-MaxRows": "2"}, TWO),
        (200, {"Content-Type": JSON, "X-SPARQL-MaxRows": "1"}, TWO),
        (200, {"Content-Type": JSON, "X-SPARQL-MaxRows": "many"}, TWO),
        (200, {"Content-Type": JSON, "Negograph-Truncated": "2"}, TWO),
        (300, {"Content-Type": JSON}, ONE),
        (199, {"Content-Type": JSON}, ONE),
        (204, {}, b""),
        (400, plain, b"\n  Error at   line 2: no such thing \nmore\n"),
        (400, plain, b"error at 2:7: expected one of a, b and very many other things that nobody ever wants to read"),
        (500, {"Content-Type": "application/problem+json"}, b'{"error": 1}'),
        (500, {}, b"Error: " + b"x" * 600),
        (500, {"Content-Type": "text/html"}, page),
        (400, plain, b""),
        (400, {"Content-Type": "text/html"}, page.replace(b"HTML", b"html") + b"<p>" + b"y" * 300),
        (404, plain, b"Not here"),
        (503, {}, b""),
        (401, {"WWW-Authenticate": 'Basic realm="x"'}, b""),
        (403, plain, b"No"),
        (500, plain, b"\xff\xfe broken"),
    )
    for reply in replies:
        yield f"< {reply[0]} {dict(reply[1])} {reply[2][:60]!r}\n{exchanged(engine, lambda: there.query('SELECT'), reply)}"
    for reply in ((401, {}, b""), (403, {}, b"")):
        yield exchanged(engine, lambda: known.query("SELECT"), reply)
    for reply in (
        (200, {"Content-Type": "text/turtle"}, TURTLE),
        (200, {"Content-Type": "text/turtle"}, TURTLE[:-9]),
        (200, {"Content-Type": "text/turtle"}, TURTLE.replace(b"<urn:b>", b"<no iri>")),
        (200, {"Content-Type": "text/turtle", "X-SPARQL-MaxRows": "2"}, TURTLE),
        (200, {"Content-Type": "application/n-triples", "X-SQL-State": "S1TAT"}, b""),
        (200, {"Content-Type": "text/html"}, page),
        (200, {"Content-Type": JSON}, ONE),
    ):
        yield f"< {reply[0]} {dict(reply[1])}\n{exchanged(engine, lambda: there.query('CONSTRUCT'), reply)}"


def the_ways(engine: Engine) -> Iterator[str]:
    """Redirects, challenges, limits."""
    good = (200, {"Content-Type": JSON}, ONE)
    there = negograph.connect(engine.url + "?x=1#part")
    known = negograph.connect(engine.url.replace("//", "//me:p%40ss%3A@"))
    for status in (301, 302, 303, 307, 308):
        yield exchanged(engine, lambda: there.query("SELECT"), (status, {"Location": f"/there?{status}#x"}, b""), good)
    port = engine.server_port
    for location in (
        "next",
        f"//user:secret@127.0.0.1:{port}/b",
        f"http://127.0.0.1:{port}",
        f"http://127.0.0.1:{port + 1}/a",
        "https://127.0.0.1:8443/a",
        "ftp://127.0.0.1/a",
        "http://me:secret@localhost/a" + "b" * 200,
        "//127.0.0.1:x/",
        "http://[",
    ):
        yield exchanged(engine, lambda: there.query("SELECT"), (307, {"Location": location}, b""), good)
    yield exchanged(engine, lambda: there.query("SELECT"), (307, {}, b"nowhere"))
    yield exchanged(engine, lambda: there.query("SELECT"), (304, {"Location": "/b"}, b""))
    on = (307, {"Location": "/on"}, b"")
    yield exchanged(engine, lambda: there.query("SELECT"), on, on, on, on, good)
    yield exchanged(engine, lambda: there.query("SELECT"), on, on, on, on, on, good)
    basic = (401, {"WWW-Authenticate": ' basic realm="x"'}, b"")
    digest = (401, {"WWW-Authenticate": 'Digest realm="x", nonce="y", opaque="z"'}, b"")
    yield exchanged(engine, lambda: known.query("SELECT"), basic, good)
    yield exchanged(engine, lambda: known.query("SELECT"), basic, basic, good)
    yield exchanged(engine, lambda: known.query("SELECT"), on, basic, on, basic, good)
    yield exchanged(engine, lambda: known.query("SELECT"), digest, good)
    yield exchanged(engine, lambda: there.query("SELECT"), basic, good)
    for challenge in ({}, {"WWW-Authenticate": "Negotiate"}, {"WWW-Authenticate": "x" * 50}):
        yield exchanged(engine, lambda: known.query("SELECT"), (401, challenge, b""), good)
    for more in ("algorithm=NONE-SUCH", 'qop="other"'):
        strange = (401, {"WWW-Authenticate": f'Digest realm="x", nonce="y", {more}'}, b"")
        yield exchanged(engine, lambda: known.query("SELECT"), strange, good)
    yield exchanged(engine, lambda: negograph.connect(engine.url.removesuffix("/sparql")).query("SELECT"), good)
    secure = exchanged(engine, lambda: negograph.connect(engine.url.replace("http:", "https:")).query("SELECT"))
    yield re.sub(r"connection \([A-Z_]+\)", "connection (WHY)", secure)


def the_addresses(engine: Engine) -> Iterator[str]:
    def read(url: str) -> str:
        found = Address.read(url)
        return f"{found} {found.user} {found.password} {found!r}"

    for url in (
        "http://example.org",
        "HTTPS://Me:a%3Ab@Example.org:8443/x?y#z",
        "http://me@example.org/",
        "http://:pw@example.org/",
        "http://@example.org/",
        "http://example.org:0/",
        "http://example.org/ä",
        "http://example.org/~a",
        "http://example.org/a b",
        "http:///x",
        "ftp://example.org/",
        "http://x:y/",
        "http://[::1]:3030/a",
        "http://[::1/",
        "",
    ):
        yield f"{url}: {told(lambda url=url: read(url))}\n"
    with pytest.MonkeyPatch.context() as patch:
        for given in ("me:a:b", "me", ""):
            patch.setenv("NEGOGRAPH_AUTH", given)
            yield f"{given}: {read('http://example.org/')} / {read('http://you:pw@example.org/')}\n"
    for graph in ("not an iri", "urn:x", ""):
        yield f"{graph}: {told(lambda graph=graph: negograph.connect(engine.url, graph=graph).graph)}\n"
    yield f"{told(lambda: negograph.connect('sparql'))}\n"
    here = Address("http://h.example:80/a/b?c", "me", "pw")
    for address in (here, Address("https://h.example/a"), Address("http://h.example:8080/a")):
        for location in (
            "https://h.example/x",
            "https://h.example:444/",
            "http://h.example/x",
            "http://h.example:8080/",
            "/",
        ):
            found = told(lambda address=address, location=location: wire._redirected(address, location))
            yield f"{address} to {location}: {found}\n"
    assert wire._redirected(here, "/") == Address("http://h.example:80/", "me", "pw")


def the_failures(engine: Engine) -> Iterator[str]:
    address = Address("http://example.org/", "me", "pw")
    insecure, unnamed = ssl.SSLError(1, "[X] certificate"), ssl.SSLError(1, "[X] certificate")
    insecure.reason, unnamed.reason = "CERTIFICATE_UNKNOWN", ""
    errors = (
        http.client.IncompleteRead(b"x"),
        http.client.BadStatusLine("x"),
        ConnectionResetError(104, "reset"),
        insecure,
        unnamed,
        socket.gaierror(-2, "Name or service not known"),
        ConnectionRefusedError(111, "Connection refused"),
        OSError("odd"),
        OSError(),
    )
    for error in errors:
        yield f"{error!r}: {wire._why(address, error, False, 2.5)}\n"
    yield f"{wire._why(address, None, True, 2.5)}\n{wire._why(address, OSError(), True, 60.0)}\n"
    bodies = (
        b"",
        b"\n \n a  b \nc",
        b"<p>a</p>",
        b"<HTML><SCRIPT>x</script>a<br>b &lt;c",
        b" " * 19999 + b"ab",
        b"\xe4",
    )
    for body in bodies:
        yield f"{Reply(500, {}, body).said!r}\n"
    for kind in ({}, {"content-type": " Text/HTML; x"}, {"content-type": ""}):
        yield f"{Reply(500, kind, b'').type!r}\n"
    yield f"{Reply(500, {'a': 'b'}, b'secret')!r}\n"


def the_puts(engine: Engine) -> Iterator[str]:
    store, url = ox.Store(), engine.url.replace("/sparql", "/store")
    lines = (f'<urn:a> <urn:b> "{number} – {"long" * 10}" .\n' for number in range(600))
    store.load("".join(lines).encode(), format=ox.RdfFormat.N_TRIPLES)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(wire, "_PIECE", 1 << 14)
        sent: list[tuple[int, int]] = []
        put = partial(put_graph, store, url, progress=lambda *each: sent.append(each))
        yield exchanged(engine, put, (201, {}, b""))
        yield f"{sent}\n"
    for target, graph in (
        ("?graph=old&x=&y=1", "urn:a b&c"),
        ("?default&x=1", ""),
        ("?graph=old", ""),
        ("", "https://example.org/g#x"),
    ):
        put = partial(put_graph, store, url + target, graph=graph)
        yield exchanged(engine, put, (204, {}, b""))
    for status in (200, 299, 300, 199, 400, 401, 403, 404, 405, 409, 415, 500, 501):
        reply = (status, {"Content-Type": "text/plain"}, b"because")
        yield told_of_put(engine, lambda: put_graph(store, url, graph="urn:g"), reply)
    named = url.replace("//", "//me:secret@")
    yield told_of_put(
        engine, lambda: put_graph(store, named), (401, {"WWW-Authenticate": "Basic"}, b""), (201, {}, b"")
    )
    yield told_of_put(engine, lambda: put_graph(store, named), (403, {}, b""))
    yield told_of_put(engine, lambda: put_graph(store, url), (307, {"Location": "http://elsewhere.invalid/"}, b""))
    yield f"{told(lambda: put_graph(store, 'sparql'))}\n"


def told_of_put(engine: Engine, ask: Callable[[], object], *replies: Scripted) -> str:
    """The same without the headers and the body, which are always these."""
    lines = exchanged(engine, ask, *replies).splitlines()
    kept = [line for line in lines if not line.startswith("> ") or " /" in line[:7] or "Authorization" in line]
    return f"< {[reply[0] for reply in replies]}\n" + "\n".join([*kept, ""])


def the_files(engine: Engine) -> Iterator[str]:
    for name, graph in (("a.nt", ""), ("b.ttl", "urn:g"), ("c.rdf", "")):
        yield loading(Path("/folder") / name, graph)
    yield f"{told(lambda: loading(Path('/folder/d.jsonld'), ''))}\n"


SECTIONS: dict[str, Callable[[Engine], Iterator[str]]] = {
    "queries": the_queries,
    "questions": the_questions,
    "names": the_names,
    "statements": the_statements,
    "replies": the_replies,
    "ways": the_ways,
    "addresses": the_addresses,
    "failures": the_failures,
    "puts": the_puts,
    "files": the_files,
}


def whole(name: str) -> str:
    """A section, with words for what differs from run to run."""
    with listening(Engine()) as engine:
        text = "\n".join(SECTIONS[name](engine))
    text = text.replace(f"127.0.0.1:{engine.server_port}", "HOST").replace(
        f"127.0.0.1:{engine.server_port + 1}", "OTHER"
    )
    text = re.sub(r"\(Parser error .*\) \(", "(WHAT THE PARSER SAYS) (", text.replace(wire._AGENT, "AGENT"))
    return "\n".join(line.rstrip() for line in text.splitlines()).strip("\n") + "\n"


def told_before() -> dict[str, str]:
    found = WIRED.read_text(encoding="utf-8").split("\n===== ")
    return {name: text for name, _, text in (each.partition("\n") for each in found[1:])}


@pytest.mark.parametrize("name", SECTIONS)
def test_what_is_sent_and_told_is_what_is_written_down(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NEGOGRAPH_AUTH", raising=False)
    assert whole(name) == told_before()[name], "python tests/test_wired.py writes it anew"


@pytest.mark.parametrize("error", [BrokenPipeError, ConnectionResetError])
def test_who_refuses_before_all_is_sent_is_heard(monkeypatch: pytest.MonkeyPatch, error: type[OSError]) -> None:
    request = http.client.HTTPConnection.request

    def broken(*words: Any, **more: Any) -> None:
        request(*words, **more)
        raise error

    monkeypatch.setattr(http.client.HTTPConnection, "request", broken)
    with listening(Engine()) as engine:
        assert negograph.connect(engine.url).query("ASK {}") is True


@pytest.mark.parametrize("reply", [(0, {}, b""), (200, {"Content-Type": JSON, "Endless": "yes"}, ONE)])
def test_a_reply_that_does_not_end_is_given_up_in_time(reply: Scripted) -> None:
    late = "HOST has not answered within 0.25 seconds; --time-limit gives it longer"
    asked: Sequence[Callable[[str], object]] = (
        lambda url: negograph.connect(url, time_limit=0.25).query("SELECT"),
        lambda url: put_graph(ox.Store(), url, time_limit=0.25),
    )
    for ask, more in zip(asked, ("", "; the graph there may be missing or cut short: publish it again"), strict=True):
        with listening(Engine()) as engine:
            engine.replies.append(reply)
            found = told(lambda ask=ask, url=engine.url: ask(url))
            place = f"{engine.url}?default" if more else engine.url
        assert found.replace(place, "HOST").startswith(f"EndpointError: {late}{more} (cause: ")


def test_who_takes_no_more_callers_is_left_in_time() -> None:
    with socket.socket() as busy, ExitStack() as callers:
        busy.bind(("127.0.0.1", 0))
        busy.listen(0)
        for _ in range(4):
            caller = callers.enter_context(socket.socket())
            caller.setblocking(False)
            caller.connect_ex(busy.getsockname())
        there = negograph.connect(f"http://127.0.0.1:{busy.getsockname()[1]}/", time_limit=0.25)
        before = time.monotonic()
        assert "has not answered within 0.25 seconds" in told(lambda: there.query("ASK {}"))
        assert time.monotonic() - before < 20


def test_publishing_has_ten_minutes(monkeypatch: pytest.MonkeyPatch) -> None:
    limits: list[float] = []

    def sent(*_: object, limit: float, **__: object) -> Reply:
        limits.append(limit)
        return Reply(200, {}, b"")

    monkeypatch.setattr(publishing, "send", sent)
    put_graph(ox.Store(), "http://localhost/")
    put_graph(ox.Store(), "http://localhost/", time_limit=5)
    assert limits == [600, 5]


def test_it_says_who_it_is() -> None:
    assert re.fullmatch(rf"negograph/{re.escape(negograph.__version__)} \(Python 3\.\d+\)", wire._AGENT)


if __name__ == "__main__":
    os.environ.pop("NEGOGRAPH_AUTH", None)
    os.environ["NEGOGRAPH_CACHE"] = "off"
    WIRED.write_text("".join(f"\n===== {name}\n{whole(name)}" for name in SECTIONS), encoding="utf-8")
