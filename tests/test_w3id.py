"""From an IRI to its page: the rules for w3id.org, as a real Apache applies them, and the files that they lead to."""

from __future__ import annotations

import contextlib
import http.client
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import rdflib

import negograph

from conftest import ROOT, needs

APACHE = shutil.which("apache2") or shutil.which("apache2", path="/usr/sbin")
MODULES = Path("/usr/lib/apache2/modules")
CONFIGURATION = """
ServerRoot "{root}"
ServerName 127.0.0.1
PidFile apache.pid
ErrorLog error.log
Listen 127.0.0.1:{port}
LoadModule mpm_event_module {modules}/mod_mpm_event.so
LoadModule authz_core_module {modules}/mod_authz_core.so
LoadModule rewrite_module {modules}/mod_rewrite.so
LoadModule mime_module {modules}/mod_mime.so
LoadModule dir_module {modules}/mod_dir.so
{user}
TypesConfig /dev/null
AddType text/html .html
AddType text/turtle .ttl
AddType application/ld+json .jsonld
DocumentRoot "{root}/www"
DirectoryIndex index.html
<Directory "{root}/www">
  AllowOverride All
  Require all granted
</Directory>
"""
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"
RDFLIB = "application/rdf+xml,text/rdf+n3;q=0.9,application/xhtml+xml;q=0.5, */*;q=0.1"


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """An Apache of our own on a free port: /negograph/ is w3id.org, /site/ is where the pages are."""
    needs(APACHE, "apache2")
    with tempfile.TemporaryDirectory() as folder:  # pytest's folders are closed to other users, as Apache is for root
        Path(folder).chmod(0o755)
        yield from apache(Path(folder))


def apache(root: Path) -> Iterator[int]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        number = int(free.getsockname()[1])
    part, _ = negograph.load().heard(only=["dubois"])
    part.pages(root / "www" / "site")
    (root / "www" / "negograph").mkdir()
    rules = (ROOT / "graph" / "w3id" / ".htaccess").read_text(encoding="utf-8")
    place = "https://example.org/negograph"
    assert rules.count(place) == 1, "one line changes when the pages move"
    rules = rules.replace(place, f"http://127.0.0.1:{number}/site")
    (root / "www" / "negograph" / ".htaccess").write_text(rules, encoding="utf-8")
    user = "User nobody\nGroup nogroup" if os.getuid() == 0 else ""
    text = CONFIGURATION.format(root=root, port=number, modules=MODULES, user=user)
    (root / "apache.conf").write_text(text, encoding="utf-8")
    process = subprocess.Popen([str(APACHE), "-f", str(root / "apache.conf"), "-DFOREGROUND"])
    try:
        for _ in range(200):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", number), 1):
                break
            assert process.poll() is None, (root / "error.log").read_text()
            time.sleep(0.05)
        yield number
    finally:
        process.terminate()
        process.wait(20)


def get(port: int, path: str, accept: str | None = None) -> tuple[int, str, str]:
    """Status, Location (its path) and Content-Type."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    with contextlib.closing(connection):
        connection.request("GET", path, headers={"Accept": accept} if accept else {})
        answer = connection.getresponse()
        answer.read()
        place = (answer.getheader("Location") or "").removeprefix(f"http://127.0.0.1:{port}/site/")
        return answer.status, place, (answer.getheader("Content-Type") or "").partition(";")[0]


@pytest.mark.parametrize(
    ("path", "accept", "place"),
    [
        ("id/doha-agreement", BROWSER, "id/doha-agreement.html"),
        ("id/doha-agreement", None, "id/doha-agreement.html"),
        ("id/doha-agreement", "*/*", "id/doha-agreement.html"),
        ("id/doha-agreement", "text/turtle", "id/doha-agreement.ttl"),
        ("id/doha-agreement", "application/x-turtle", "id/doha-agreement.ttl"),
        ("id/doha-agreement", RDFLIB, "id/doha-agreement.ttl"),
        ("id/doha-agreement", "text/turtle, text/html;q=0.5", "id/doha-agreement.ttl"),
        ("id/doha-agreement", "text/html, text/turtle;q=0.5", "id/doha-agreement.html"),
        ("id/doha-agreement", "application/ld+json, text/turtle;q=0.9", "id/doha-agreement.jsonld"),
        ("id/doha-agreement", "application/json", "id/doha-agreement.jsonld"),
        ("id/doha-agreement", "image/png", "id/doha-agreement.html"),
        ("id/doha-agreement.ttl", BROWSER, "id/doha-agreement.ttl"),
        ("claim/r0001", "text/turtle", "claim/r0001.ttl"),
        ("passage/dubois.p1", BROWSER, "passage/dubois.p1.html"),
        ("passage/dubois.p1", "text/turtle", "passage/dubois.p1.ttl"),
        ("story/alaska-and-after.1", BROWSER, "story/alaska-and-after.1.html"),
        ("source/dubois", "application/ld+json", "source/dubois.jsonld"),
        ("ns", BROWSER, "ns.html"),
        ("ns", "text/turtle", "ns.ttl"),
        ("ns/bypassed", BROWSER, "ns/bypassed.html"),
        ("column/relations.gist", BROWSER, "ns.html"),
        ("curators", BROWSER, "curators.html"),
        ("dataset", BROWSER, "dataset.html"),
        ("dataset", "text/turtle", "dataset.ttl"),
        ("", BROWSER, "dataset.html"),
        (".well-known/void", "text/turtle", "dataset.ttl"),
        ("data.ttl", BROWSER, "data.ttl"),
        ("data.nq", None, "data.nq"),
    ],
)  # fmt: skip
def test_an_iri_leads_to_the_page_that_the_client_likes(port: int, path: str, accept: str | None, place: str) -> None:
    assert get(port, f"/negograph/{path}", accept)[:2] == (303, place)


@pytest.mark.parametrize("path", ["nonsense", "id/", "id/a/b", "id/..%2f..%2fetc", "id/a%0d%0aSet-Cookie:x", "claim"])
def test_what_is_no_iri_of_ours_leads_nowhere(port: int, path: str) -> None:
    status, place, _ = get(port, f"/negograph/{path}", BROWSER)
    assert status in (400, 403, 404)
    assert not place


def test_every_iri_of_the_graph_leads_to_a_page_that_is_there(port: int) -> None:
    part, _ = negograph.load().heard(only=["dubois"])
    own = "https://w3id.org/negograph/"
    iris = {term.value for quad in part.store for term in (quad.subject, quad.predicate) if term.value.startswith(own)}
    by_space: dict[str, list[str]] = {}
    for iri in sorted(iris):
        by_space.setdefault(iri[len(own) :].partition("#")[0].partition("/")[0], []).append(iri)
    assert set(by_space) == {"claim", "curators", "id", "ns", "passage", "source", "story"}
    for each in by_space.values():
        for iri in each[:: max(1, len(each) // 4)]:  # some of each sort: all have the same form
            for accept, kind in ((BROWSER, "text/html"), ("text/turtle", "text/turtle")):
                status, place, _ = get(port, "/negograph/" + iri[len(own) :].partition("#")[0], accept)
                assert status == 303
                assert get(port, f"/site/{place}") == (200, "", kind), iri


def test_a_client_that_knows_nothing_of_us_gets_the_statements(port: int) -> None:
    graph = rdflib.Graph().parse(f"http://127.0.0.1:{port}/negograph/id/donald-trump")
    assert (rdflib.URIRef("https://w3id.org/negograph/id/donald-trump"), rdflib.RDFS.label, None) in graph
