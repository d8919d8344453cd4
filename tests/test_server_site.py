"""The web application by itself: what it asks the pool for, what it keeps, and how the web server is set up."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import re
import signal
import socket
import subprocess
import tempfile
import threading
from collections import deque
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from starlette.exceptions import HTTPException

from negograph import KnowledgeGraph, load
from negograph.errors import DateError, NegographError, QuestionError, ServerError, UnknownEntityError
from negograph.ontology import load_ontology
from negograph.server import Settings, media, protocol, running, serve
from negograph.server.app import _refusal, application
from negograph.server.headers import Heads
from negograph.server.keeping import Kept
from negograph.server.openapi import document
from negograph.server.pages import Pages, policy
from negograph.server.querying import Endpoint, _plain
from negograph.server.replies import Reply, problem, read_exactly
from negograph.server.results import write_boolean, write_rows, write_statements
from negograph.server.workshop import Workshop
from serving import COMMAND, Served, finished, serving
from test_told import MORE

from conftest import Writer, writer

WARMED = Path(__file__).with_name("warmed.txt")
BASE = "http://negograph.example"


class Asked:
    """In the place of a pool: notes what it is asked for, and answers."""

    def __init__(self, *replies: Reply) -> None:
        self.jobs: list[tuple[dict[str, Any], float]] = []
        self.replies = replies or (Reply(b"body", "text/csv"),)
        self.lost, self.waiting = asyncio.Event(), deque[None]([None, None])
        self.steps: list[str] = []

    async def run(self, job: dict[str, Any], limit: float) -> Reply:
        self.jobs.append((job, limit))
        return self.replies[min(len(self.jobs), len(self.replies)) - 1]

    def open(self) -> None:
        self.steps.append("open")

    def close(self) -> None:
        self.steps.append("close")


def sent(
    app: Any,
    path: str,
    *,
    method: str = "GET",
    body: Sequence[bytes] = (b"",),
    pause: float = 0,
    **headers: str,
) -> tuple[int, dict[str, str], bytes]:
    """What an application answers to a request, without a server: status, headers and body."""
    found: list[dict[str, Any]] = []
    pieces = list(body)

    async def receive() -> dict[str, Any]:
        await asyncio.sleep(pause)
        piece = pieces.pop(0)
        return {"type": "http.request", "body": piece, "more_body": bool(pieces)}

    async def send(message: Any) -> None:
        found.append(message)

    where, _, query = path.partition("?")
    given = {} if "Host" in headers else {"host": "negograph.example"}
    given |= {name.replace("_", "-").lower(): value for name, value in headers.items() if value}
    scope = {
        "type": "http",
        "http_version": "1.1",
        "scheme": "http",
        "method": method,
        "path": where,
        "query_string": query.encode(),
        "headers": [(name.encode(), value.encode()) for name, value in given.items()],
    }
    finished(app(scope, receive, send))
    start, *rest = found
    heads = {name.decode().lower(): value.decode() for name, value in start["headers"]}
    return start["status"], heads, b"".join(each.get("body", b"") for each in rest)


def site(kg: KnowledgeGraph, pool: Asked, **settings: Any) -> Any:
    return application(kg, pool, Settings(**settings))  # type: ignore[arg-type]


# What the pool is asked for, for how long, and how often


@pytest.mark.parametrize(("limit", "patience"), [(2.0, 60.0), (12.0, 60.0), (20.0, 100.0)])
def test_a_query_has_the_limit_and_anything_else_a_minute_or_more(small, limit: float, patience: float) -> None:
    pool = Asked()
    app = site(small, pool, time_limit=limit)
    sent(app, "/sparql?query=ASK%7B%7D&format=csv", Accept="text/csv")
    sent(app, "/questions/tactics?without=text&as-of=2020&negotiation=talks", Accept="text/csv")
    sent(app, "/brief/talks?full=1&only=text&format=md")
    sent(app, "/ns")
    sent(app, "/id/a b", Accept="text/turtle")
    common = {"base": BASE}
    query = {"op": "query", "query": "ASK{}", "default": [], "named": [], "accept": "text/csv", "format": "csv"}
    form = {"form": "csv", "type": "text/csv; charset=utf-8", **common}
    asked = {"op": "question", "name": "tactics", "parameters": {"negotiation": "talks"}}
    told = {"op": "report", "kind": "brief", "parameters": {"full": "1", "negotiation": "talks"}}
    html = {"form": "html", "type": "text/html; charset=utf-8", **common}
    turtle = {"form": "ttl", "type": "text/turtle; charset=utf-8", **common}
    assert pool.jobs == [
        (query | common, limit),
        (asked | form | {"slices": {"without": ["text"], "as-of": ["2020"]}}, patience),
        (
            told | common | {"form": "md", "type": "text/markdown; charset=utf-8", "slices": {"only": ["text"]}},
            patience,
        ),
        ({"op": "thing", "path": "ns"} | html, patience),
        ({"op": "thing", "path": "id/a%20b"} | turtle, patience),
    ]


def test_an_answer_is_asked_for_once_unless_it_is_new_each_time_or_a_refusal(small) -> None:
    for path, times in (
        ("/sparql?query=ASK%7B%7D", 1),
        ("/sparql?query=SELECT%20(RAND()%20AS%20?x)%20%7B%7D", 2),
        ("/questions/tactics", 1),
    ):
        pool = Asked()
        app = site(small, pool)
        assert [sent(app, path)[2] for _ in range(2)] == [b"body"] * 2
        assert len(pool.jobs) == times, path
    for path in ("/sparql?query=ASK%7B%7D", "/questions/tactics"):
        pool = Asked(problem(503, "busy", Retry_After="1"), Reply(b"body"))
        app = site(small, pool)
        status, heads, body = sent(app, path)
        assert (status, heads["retry-after"], body, heads["vary"]) == (503, "1", b"busy\n", "Accept")
        assert "etag" not in heads
        assert "cache-control" not in heads
        assert sent(app, path)[2] == b"body"


def test_what_a_client_has_is_not_sent_again(small) -> None:
    app = site(small, Asked())
    tag = sent(app, "/questions/tactics")[1]["etag"]
    assert tag == '"230d8358dc8e8890b4c58deeb62912ee"'
    for known in (tag, f'"x", W/{tag}'):
        status, heads, body = sent(app, "/questions/tactics", If_None_Match=known)
        assert (status, body, heads["etag"], heads["vary"]) == (304, b"", tag, "Accept")
        assert "content-type" not in heads


def test_a_client_that_names_no_host(small) -> None:
    pool = Asked()
    sent(site(small, pool), "/ns", Host="")
    assert pool.jobs[0][0]["base"] == ""


def test_health(small) -> None:
    pool = Asked()
    status, heads, body = sent(site(small, pool), "/healthz")
    assert (status, body) == (200, b'{"status": "ok", "claims": 12, "waiting": 2}')
    assert heads["content-type"] == "application/json"
    pool.lost.set()
    assert sent(site(small, pool), "/healthz")[::2] == (503, b'{"status": "lost", "claims": 12, "waiting": 2}')


def test_a_mistake_of_ours_goes_to_the_log_and_not_to_the_client(small, caplog) -> None:
    failed = problem(500, "something went wrong", X_Traceback="Traceback: 100%")
    with caplog.at_level(logging.ERROR, logger="negograph.server"):
        status, heads, body = sent(site(small, Asked(failed)), "/questions/tactics")
    assert (status, body) == (500, b"something went wrong\n")
    assert "x-traceback" not in heads
    assert [record.getMessage() for record in caplog.records] == ["Traceback: 100%"]


def test_a_refusal_of_the_framework_keeps_its_words_and_headers() -> None:
    refused = finished(_refusal(None, HTTPException(418, "a teapot", {"X-Kind-Of": "pot"})))  # type: ignore[arg-type]
    assert (refused.status_code, refused.body, refused.headers["x-kind-of"]) == (418, b"a teapot\n", "pot")


def test_the_pool_is_open_as_long_as_the_application(small) -> None:
    pool = Asked()
    app = site(small, pool)
    told: list[str] = []

    async def live() -> None:
        messages = iter(("lifespan.startup", "lifespan.shutdown"))

        async def receive() -> dict[str, Any]:
            told.extend(pool.steps)
            return {"type": next(messages)}

        async def send(message: Any) -> None:
            told.append(message["type"])

        await app({"type": "lifespan", "state": {}}, receive, send)

    finished(live())
    assert told == ["lifespan.startup.complete", "open", "lifespan.shutdown.complete"]
    assert pool.steps == ["open", "close"]


# Heads


def test_what_an_answer_says_of_itself_is_not_said_twice_and_others_may_be_kept_out() -> None:
    async def inner(scope: Any, receive: Any, send: Any) -> None:
        headers = {} if scope["path"] == "/bare" else {"headers": [(b"Referrer-Policy", b"origin")]}
        await send({"type": "http.response.start", "status": 200, **headers})
        await send({"type": "http.response.body", "body": b"x"})

    always = {"x-content-type-options": "nosniff", "cross-origin-opener-policy": "same-origin"}
    page = "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; "
    always["content-security-policy"] = page + "frame-ancestors 'none'"
    closed = Heads(inner, cors=False)
    assert sent(closed, "/x") == (200, always | {"referrer-policy": "origin"}, b"x")
    assert sent(closed, "/bare") == (200, always | {"referrer-policy": "no-referrer"}, b"x")
    asked = always | {"referrer-policy": "no-referrer", "allow": "GET, HEAD, POST, OPTIONS"}
    assert sent(closed, "/x", method="OPTIONS") == (204, asked, b"")
    shared = sent(Heads(inner, cors=True), "/bare")[1]
    assert shared.keys() - always.keys() == {
        "referrer-policy",
        "access-control-allow-origin",
        "access-control-expose-headers",
    }


# What is kept


def test_answers_are_kept_up_to_so_many_bytes_and_those_wanted_last() -> None:
    kept = Kept(8 * 1024)
    body = Reply(b"x" * 1024)  # it counts for 2048 with what it takes besides
    for name in "abcd":
        kept.keep({"op": name}, body)
    kept.keep({"op": "d"}, Reply(b"another"))
    assert (kept.size, kept.get({"op": "d"})) == (8 * 1024, body)
    assert kept.get({"op": "a"}) is body, "it was wanted after the others"
    kept.keep({"op": "e"}, body)
    assert [name for name in "abcde" if kept.get({"op": name})] == ["a", "c", "d", "e"]
    assert kept.size == 8 * 1024
    kept.keep({"op": "f"}, Reply(b"x" * 1025))
    kept.keep({"op": "g"}, problem(404, "no"))
    assert (kept.get({"op": "f"}), kept.get({"op": "g"}), kept.size) == (None, None, 8 * 1024)
    kept.keep({"op": "h"}, Reply(b""))
    assert kept.size == 7 * 1024, "as much as had to go"
    kept.keep({"a": 1, "b": 2}, body)
    assert kept.get({"b": 2, "a": 1}) is body


# What a client likes


LIKED = [
    # what it accepts, of which forms, what it names, what it gets
    (None, media.ROWS, None, "json"),
    (" ", media.ROWS, None, "json"),
    ("", media.STATEMENTS, None, "ttl"),
    ("*/*", media.PAGES, None, "html"),
    ("text/*", media.ROWS, None, "csv"),
    ("text/*;q=0.5, text/tab-separated-values;q=0.4", media.ROWS, None, "csv"),
    ("text/*;q=0.4, text/tab-separated-values;q=0.5", media.ROWS, None, "tsv"),
    ("text/*, text/tab-separated-values", media.ROWS, None, "tsv"),
    ("*/*, text/*", media.ROWS, None, "csv"),
    ("application/*;q=0.5, */*;q=0.5", media.STATEMENTS, None, "nt"),
    ("text/csv;q=0.9, text/tab-separated-values;q=0.9", media.ROWS, None, "csv"),
    ("TEXT/CSV ; Q=0.9 , application/json;q=0.8", media.ROWS, None, "csv"),
    ("text/csv;q=7, application/json", media.ROWS, None, "json"),
    ("text/csv;q=-1, application/json;q=0.001", media.ROWS, None, "json"),
    ("text/csv;q=x, application/json;q=0.1", media.ROWS, None, "json"),
    ("text/csv;q=0", media.ROWS, None, None),
    ("text/csv;q", media.ROWS, None, None),
    ("text/csv;level=1;q=0.2, application/json;q=0.1", media.ROWS, None, "csv"),
    ("application/json", media.ROWS, None, "json"),
    ("text/json", media.ROWS, None, "json"),
    ("application/xml", media.ROWS, None, "xml"),
    ("text/xml", media.ROWS, None, "xml"),
    ("application/xml", media.STATEMENTS, None, "rdf"),
    ("text/plain", media.STATEMENTS, None, "nt"),
    ("application/json", media.STATEMENTS, None, "jsonld"),
    ("application/x-turtle", media.STATEMENTS, None, "ttl"),
    ("text/markdown", media.TABLES, None, "md"),
    ("application/xhtml+xml", media.ASKED, None, "html"),
    ("image/png", media.ROWS, None, None),
    (",".join(["image/png"] * 49 + ["text/csv"]), media.ROWS, None, "csv"),
    (",".join(["image/png"] * 50 + ["text/csv"]), media.ROWS, None, None),
    ("text/csv", media.ROWS, "XML", "xml"),
    ("text/csv", media.ROWS, "", None),
    (None, media.STATEMENTS, "ntriples", "nt"),
    (None, media.STATEMENTS, "xml", "rdf"),
    (None, media.TABLES, "markdown", "md"),
    (None, media.TABLES, "tsv", None),
]


@pytest.mark.parametrize(("accept", "forms", "asked", "got"), LIKED)
def test_what_a_client_gets(accept: str | None, forms: Any, asked: str | None, got: str | None) -> None:
    chosen = media.choose(accept, forms, asked)
    assert (chosen.name if chosen else None) == got


# The protocol


def test_a_body_that_does_not_come_is_not_waited_for_for_ever(small, monkeypatch) -> None:
    monkeypatch.setattr(protocol, "_SECONDS", 0.05)
    kind = {"Content_Type": "application/sparql-query"}
    late = sent(site(small, Asked()), "/sparql", method="POST", pause=5, **kind)
    assert late[::2] == (408, b"the query did not come within 0.05 seconds\n")
    assert sent(site(small, Asked()), "/sparql", method="POST", body=[b"ASK", b"{}"], **kind)[0] == 200


@pytest.mark.parametrize(
    ("kind", "most"), [("application/sparql-query", 2**16), ("application/x-www-form-urlencoded", 3 * 2**16)]
)
def test_a_body_that_says_that_it_is_too_long_is_not_read(small, kind: str, most: int) -> None:
    app = site(small, Asked())
    for length, body, status in ((most + 1, (), 413), (most, [b"query=ASK{}"], 200)):
        found = sent(app, "/sparql", method="POST", body=body, Content_Type=kind, Content_Length=str(length))
        assert found[0] == status, "where nothing can be received"
        assert status == 200 or found[2] == b"a query may be 64 kB long\n"


# Replies between processes


def test_a_reply_comes_through_whole_or_not_at_all() -> None:
    reply = Reply("ä".encode(), "text/x", 418, {"A-B": "c"})
    data = reply.packed()
    assert Reply.unpacked(data) == Reply.unpacked(memoryview(data)) == reply
    assert data.endswith("}ä".encode())
    for part in (b"", data[:11], data[:12], data[:-1], data + b"x"):
        assert Reply.unpacked(part) is None
    bare = Reply.unpacked(Reply(b"").packed())
    assert bare == Reply(b"", "text/plain; charset=utf-8", 200, {})
    assert problem(503, "no", Retry_After="1", A="b_c") == Reply(
        b"no\n", status=503, headers={"Retry-After": "1", "A": "b_c"}
    )


def test_so_many_bytes_are_read_from_a_socket_and_no_more() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(b"abcdef")
        assert (read_exactly(ours, 2), read_exactly(ours, 0), read_exactly(ours, 3)) == (b"ab", b"", b"cde")
        theirs.close()
        with pytest.raises(EOFError):
            read_exactly(ours, 2)


# Results


def test_every_kind_of_term_in_every_format() -> None:
    node, blank = ox.NamedNode("urn:x&"), ox.BlankNode("b")
    text, typed = ox.Literal('a\t"<\r\n\x08\x0b\ufffe'), ox.Literal("1", datatype=ox.NamedNode("urn:t&"))
    spoken = ox.Literal("x", language="en")
    triple = ox.Triple(node, ox.NamedNode("urn:p"), blank)
    rows = [(node, blank, None), (text, typed, spoken), (triple, None, None)]
    uri, bnode = {"type": "uri", "value": "urn:x&"}, {"type": "bnode", "value": "b"}
    parts = {"subject": uri, "predicate": {"type": "uri", "value": "urn:p"}, "object": bnode}
    literal = {"type": "literal", "value": 'a\t"<\r\n\x08\x0b\ufffe'}
    second = {"type": "literal", "value": "1", "datatype": "urn:t&"}
    third = {"type": "literal", "value": "x", "xml:lang": "en"}
    bindings = [{"a": uri, "b": bnode}, {"a": literal, "b": second, "c": third}]
    bindings += [{"a": {"type": "triple", "value": parts}}]
    names = ["a", "b", "c"]
    written = write_rows(names, rows, "json").decode()
    assert (
        written == json.dumps({"head": {"vars": names}, "results": {"bindings": bindings}}, ensure_ascii=False) + "\n"
    )
    linked = json.loads(write_rows(names, rows, "json", "http://x"))
    assert linked["head"] == {"vars": names, "link": ["http://x"]}
    xml = (
        '<?xml version="1.0"?><sparql xmlns="http://www.w3.org/2005/sparql-results#">'
        '<head><variable name="a"/><variable name="b"/><variable name="c"/><link href="http://x"/></head><results>'
        '<result><binding name="a"><uri>urn:x&amp;</uri></binding>'
        '<binding name="b"><bnode>b</bnode></binding></result>'
        '<result><binding name="a"><literal>a\t"&lt;&#13;\n\ufffd\ufffd\ufffd</literal></binding>'
        '<binding name="b"><literal datatype="urn:t&amp;">1</literal></binding>'
        '<binding name="c"><literal xml:lang="en">x</literal></binding></result>'
        '<result><binding name="a"><triple><subject><uri>urn:x&amp;</uri></subject>'
        "<predicate><uri>urn:p</uri></predicate><object><bnode>b</bnode></object></triple></binding></result>"
        "</results></sparql>\n"
    )
    assert write_rows(names, rows, "xml", "http://x").decode() == xml
    assert write_rows(names, rows, "csv").decode() == (
        'a,b,c\r\nurn:x&,_:b,\r\n"a\t""<\r\n\x08\x0b\ufffe",1,x\r\n' + f"{triple},,\r\n"
    )
    assert write_rows(names, rows, "tsv").decode() == (
        f'?a\t?b\t?c\n<urn:x&>\t_:b\t\n{text!s}\t"1"^^<urn:t&>\t"x"@en\n{triple}\t\t\n'
    ).replace('"a\t', '"a\\t')


@pytest.mark.parametrize("form", ["json", "xml"])
def test_a_row_that_lacks_a_column_is_a_mistake(form: str) -> None:
    with pytest.raises(ValueError, match="shorter"):
        write_rows(["a", "b"], [(None,)], form)


def test_a_note_stands_behind_statements_where_the_format_can_hold_it() -> None:
    triples = [ox.Triple(ox.NamedNode("http://x/s"), ox.NamedNode("http://x/p"), ox.Literal("o"))]
    plain = {form: write_statements(triples, form, {}) for form in ("ttl", "nt", "rdf", "jsonld")}
    noted = {form: write_statements(triples, form, {}, "a note") for form in plain}
    added = {form: noted[form].removeprefix(data) for form, data in plain.items()}
    assert added == {"ttl": b"\n# a note\n", "nt": b"# a note\n", "rdf": b"\n<!-- a note -->\n", "jsonld": b""}
    answer = ox.Store().query("ASK {}")
    assert isinstance(answer, ox.QueryBoolean)
    assert write_boolean(answer, "csv") == b"true"


def test_what_the_engine_says_is_one_line_and_not_too_long() -> None:
    assert _plain("error at 3:14: expected\n  this") == "line 3, column 14: expected this"
    assert _plain("no  place\nin it") == "no place in it"
    assert _plain("x" * 299) == "x" * 299
    assert _plain("x" * 300) == "x" * 300 + " ..."
    assert _plain("error at 1:2: " + "x" * 301) == "line 1, column 2: " + "x" * 300 + " ..."


def test_what_is_new_each_time_gets_a_thread_of_its_own(small) -> None:
    endpoint, seen = Workshop(small, 10).endpoint, list[bool]()

    class Watched(Endpoint):
        def _answer(self, job: dict[str, Any]) -> Reply:
            seen.append(threading.current_thread() is threading.main_thread())
            return super()._answer(job)

    watched = Watched(endpoint.store, endpoint.prefixes, endpoint.graphs, endpoint.rows)
    for query in ("ASK {}", "SELECT (RAND() AS ?x) {}", "SELECT (struuid() AS ?x) {}"):
        job = {"query": query, "default": [], "named": [], "accept": "text/csv", "format": None, "base": ""}
        assert watched.answer(job).status == 200
    assert seen == [True, False, False], "the engine seeds its random numbers once a thread"


# Pages


def test_what_is_not_ascii_is_written_as_it_is(small, monkeypatch) -> None:
    pages = Pages(small)
    question = replace(small.questions["tactics"], name="é", title="Ä", summary="ö", text="# ü\nASK {}")
    monkeypatch.setattr(small, "questions", {"é": question})
    openapi = sent(site(small, Asked()), "/openapi.json")[2].decode()
    assert '"/questions/é"' in openapi
    assert '"summary": "Ä"' in openapi
    listed = pages.questions({"form": "json", "type": "application/json", "base": BASE}).body.decode()
    assert f'"name": "é",\n  "href": "{BASE}/questions/é",\n  "title": "Ä",\n  "summary": "ö"' in listed
    assert '{"name": "é", "title": "Ä", "query": "# ü\\nASK {}\\n"}' in pages.page({"name": "query"}).body.decode()


def test_a_page_lists_a_thousand_claims_and_counts_the_rest(small) -> None:
    pages, seen = Pages(small), dict[str, Any]()
    pages.render = lambda template, **values: seen.update(values) or Reply(b"")  # type: ignore[method-assign]
    answer = small.answer("tactics")
    job = {"parameters": {}, "slices": {}}
    claims = small.claims()
    for number, listed, more in ((999, 999, 0), (1000, 1000, 0), (1001, 1000, 1)):
        found = replace(answer)
        found.__dict__["claims"] = (*(claims[place % len(claims)] for place in range(number)), "unknown")
        pages.answer(found, job, ())
        assert (len(seen["claims"]), seen["more"]) == (listed, more)


def test_what_a_child_says_of_its_answer(small) -> None:
    shop = Workshop(small, 2)
    home = shop.do({"op": "page", "name": "home"})
    assert home.headers == {"Content-Security-Policy": policy(small.explore().html)}
    assert home.type == "text/html; charset=utf-8"
    common = {"form": "html", "type": "text/html", "slices": {}, "base": BASE}
    brief = shop.do({"op": "report", "kind": "brief", "parameters": {"negotiation": "talks"}, **common})
    assert brief == Reply(brief.body, "text/html", 200, {"Content-Security-Policy": policy(brief.body.decode())})
    query = {"op": "query", "default": [], "named": [], "accept": None, "format": None, "base": BASE}
    cut = {"Negograph-Truncated": "2"}
    rows = shop.do({**query, "query": "SELECT * { ?s ?p ?o }"})
    assert rows.headers == cut | {"Link": f'<{BASE}/truncated>; rel="describedby"'}
    assert shop.do({**query, "query": "CONSTRUCT WHERE { ?s ?p ?o }"}).headers == cut
    assert shop.do({**query, "query": "ASK {}"}).headers == {}


def test_a_page_may_run_its_own_scripts_and_nothing_else() -> None:
    end = "style-src 'unsafe-inline'; img-src data: blob:; font-src data:; base-uri 'none'; form-action 'none'; "
    end += "frame-ancestors 'none'"
    one = "'sha256-a4ayc/80/OGda4BO/1o/V0etpOqiLx1JwB5S3beHW0s='"
    empty = "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"
    start = "default-src 'none'; script-src"
    assert policy("<p>no script</p><style>1</style>") == f"{start} 'none'; {end}"
    assert policy("<Script type='x'>1</script ><style>2</style><script></SCRIPT>") == f"{start} {one} {empty}; {end}"


def test_the_openapi_document_names_its_server_where_that_is_known(small) -> None:
    assert document({}, "")["servers"] == []
    assert document({}, "http://x")["servers"] == [{"url": "http://x"}]


# What children do


def test_everything_that_children_need_is_made_ready(folder: Writer) -> None:
    assert warmed(load(folder(**MORE))) == WARMED.read_text(encoding="utf-8"), (
        "python tests/test_server_site.py writes it anew"
    )


@pytest.mark.parametrize("left", [0, 1])
def test_a_graph_with_few_negotiations_is_made_ready_too(folder: Writer, left: int) -> None:
    kg = load(folder())
    for name, row in list(kg.corpus.entities.items()):
        if row["kind"] == "Negotiation" and not left:
            kg.corpus.entities[name] = {**row, "kind": "Event"}
    told = [json.loads(line.partition(" ")[2]) for line in warmed(kg).splitlines()]
    talks = {each["parameters"]["negotiation"] for each in told if each.get("kind") == "compare"}
    assert talks == ({"talks"} if left else {kg.entities()[0]})
    assert not [each for each in told if each.get("kind") == "compare" and "other" in each["parameters"]]


def warmed(kg: KnowledgeGraph) -> str:
    """The jobs that are done before the first fork, each with the status of its reply."""
    done: list[str] = []

    class Noting(Workshop):
        def do(self, job: dict[str, Any]) -> Reply:
            reply = super().do(job)
            done.append(f"{reply.status} {json.dumps(job, sort_keys=True)}\n")
            return reply

    Noting(kg, 10)
    return "".join(done)


@pytest.mark.parametrize(
    ("op", "error", "status"),
    [
        ("thing", UnknownEntityError("no such thing"), 404),
        ("question", UnknownEntityError("no such thing"), 400),
        ("question", QuestionError("no such question"), 400),
        ("report", DateError("no date"), 400),
        ("data", NegographError("a mistake"), 500),
    ],
)
def test_what_is_wrong_with_a_job_is_told(small, op: str, error: Exception, status: int) -> None:
    def fail(job: dict[str, Any]) -> Reply:
        raise error

    shop = Workshop(small, 10)
    shop._kinds[op] = fail
    reply = shop.do({"op": op})
    assert (reply.status, reply.body) == (status, f"{error}\n".encode())


# Starting and ending


def test_how_the_web_server_is_set_up() -> None:
    config = running._config(lambda: None, Settings(time_limit=7.9))
    names = {
        "http": "h11",
        "ws": "none",
        "lifespan": "on",
        "server_header": False,
        "h11_max_incomplete_event_size": 262_144,
        "timeout_keep_alive": 15,
        "timeout_graceful_shutdown": 9,
        "limit_concurrency": 1000,
        "backlog": 512,
    }
    assert {name: getattr(config, name) for name in names} == names
    assert config.log_config is running._LOGGING


def test_where_it_listens(monkeypatch) -> None:
    with running._listening(Settings(port=0)) as four:
        port = four.getsockname()[1]
        assert (four.family, four.getsockname()[0]) == (socket.AF_INET, "127.0.0.1")
        assert running._url(Settings(port=0), four) == f"http://127.0.0.1:{port}/"
        with pytest.raises(ServerError) as taken:
            running._listening(Settings(port=port))
        sentence = f"cannot listen on 127.0.0.1:{port}: Address already in use; take another with --port"
        assert str(taken.value) == sentence
    with running._listening(Settings(host="::1", port=0)) as six:
        assert six.family == socket.AF_INET6
        assert running._url(Settings(host="::1"), six) == f"http://[::1]:{six.getsockname()[1]}/"
    monkeypatch.setattr("sys.platform", "win32")
    with pytest.raises(ServerError) as elsewhere:
        serve(None)  # type: ignore[arg-type]
    assert str(elsewhere.value) == "the server needs Linux: its limits on queries are those of Linux processes"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_says_where_it_is_and_what_was_asked_and_a_signal_ends_it(folder: Writer, number: signal.Signals) -> None:
    with serving("--data", str(folder())) as server:
        server.get("/healthz")
        server.ask("ASK {}")
        server.process.send_signal(number)
        assert server.process.wait(15) == 0
    assert told(server) == [
        "SERVING",
        'TIME CLIENT - "GET /healthz HTTP/1.1" 200',
        'TIME CLIENT - "GET QUERY HTTP/1.1" 200',
    ]


def test_it_ends_with_its_zygote(folder: Writer) -> None:
    with serving("--data", str(folder())) as server:
        os.kill(server.zygote(), signal.SIGKILL)
        assert server.process.wait(15) == 1
    assert told(server) == ["SERVING", "negograph: the process that answers queries is gone; the server has ended"]


def test_a_missing_extra_is_one_sentence(tmp_path) -> None:
    (tmp_path / "uvicorn.py").write_text("raise ImportError('no')\n")
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    done = subprocess.run(COMMAND, capture_output=True, text=True, timeout=30, env=environment)
    assert done.returncode == 1
    assert done.stderr == "negograph: the server needs more packages: in a checkout, pip install '.[server]'\n"


def told(server: Served) -> list[str]:
    """What a server that has ended had said on stderr, with words for what differs from run to run."""
    text = "".join(server.log).replace(f"negograph: serving on {server.url} (Ctrl-C ends it)", "SERVING")
    text = re.sub(r"(?m)^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} 127\.0\.0\.1:\d+ ", "TIME CLIENT ", text)
    return text.replace("/sparql?query=ASK%20%7B%7D", "QUERY").splitlines()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as base:
        WARMED.write_text(warmed(load(writer(Path(base), load_ontology())(**MORE))), encoding="utf-8")
