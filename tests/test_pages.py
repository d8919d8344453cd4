"""The pages as files: complete, linked, the same as the server's, and harmless."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urldefrag

import pyoxigraph as ox
import pytest

import negograph
from negograph import ExportError, KnowledgeGraph
from negograph.dataset import DUMPS
from negograph.export import FORMATS
from negograph.pages import Addresses, Things, environment, files_of
from test_told import MORE

from conftest import Run, Writer, writer


class Links(HTMLParser):
    """What a page links to, and the anchors that it has."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.targets: list[str] = []
        self.anchors: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        for name, value in attributes:
            if name in ("href", "src") and value is not None:
                self.targets.append(value)
            elif name == "id" and value:
                self.anchors.add(value)


def dead_links(folder: Path, *, ignore: str = r"^$") -> Iterator[str]:
    """Every link of every page of a folder that leads to no file, or to no anchor of it."""
    pages = {file: Links(file.read_text(encoding="utf-8")) for file in sorted(folder.rglob("*.html"))}
    for file, links in pages.items():
        for target in dict.fromkeys(links.targets):
            path, fragment = urldefrag(target)
            path = path.partition("?")[0]
            if re.match(r"[a-z][a-z0-9+.-]*:", path) or re.match(ignore, target):
                continue
            end = (file.parent / unquote(path)).resolve() if path else file
            if not end.is_file():
                yield f"{file.relative_to(folder)}: {target} leads nowhere"
            elif fragment and end in pages and unquote(fragment) not in pages[end].anchors:
                yield f"{file.relative_to(folder)}: {target} has no such anchor"


@pytest.fixture
def site(small: KnowledgeGraph, tmp_path: Path) -> Path:
    many = small.pages(tmp_path / "site")
    assert many == sum(1 for file in (tmp_path / "site").rglob("*") if file.is_file())
    return tmp_path / "site"


def test_every_thing_is_a_page_in_three_forms(small: KnowledgeGraph, site: Path) -> None:
    expected = [f"id/{name}" for name in small.entities()] + [f"claim/{name}" for name in small.claims()]
    expected += ["source/text", "passage/text.p2", "story/around-green", "story/around-green.3", "ns", "ns/bypassed"]
    expected += ["ns/Modality", "ns/reported", "ns/gist", "curators", "dataset"]
    for path in expected:
        for suffix in ("html", "ttl", "jsonld"):
            assert (site / f"{path}.{suffix}").is_file(), f"{path}.{suffix}"
    assert (site / "index.html").read_bytes() == (site / "dataset.html").read_bytes()


def test_no_two_files_differ_only_in_capitals(site: Path) -> None:
    names = [str(file).casefold() for file in site.rglob("*")]
    assert len(names) == len(set(names))


def test_no_link_is_dead_and_nothing_is_asked_of_the_network(site: Path) -> None:
    assert not list(dead_links(site))
    for file in site.rglob("*.html"):
        if file.name != "explore.html":
            text = file.read_text(encoding="utf-8")
            assert "<script" not in text
            assert not re.search(r"<(?:link|img)[^>]+(?:href|src)=\"(?:https?:)?//", text)


def test_a_term_of_the_vocabulary_is_where_its_iri_points(site: Path, small: KnowledgeGraph) -> None:
    anchors = Links((site / "ns.html").read_text(encoding="utf-8")).anchors
    vocabulary = ox.parse(path=str(site / "ns.ttl"), format=ox.RdfFormat.TURTLE)
    space = small.ontology.prefixes["ng"]
    terms = {quad.subject.value[len(space) :] for quad in vocabulary if quad.subject.value.startswith(space)}
    assert {"bypassed", "Aspect", "aspect", "reported", "DateCell"} <= terms <= anchors
    columns = {f"{table}.{name}" for table, columns in small.ontology.columns.items() for name in columns}
    assert columns <= anchors


def test_the_turtle_of_all_pages_is_the_graph(site: Path, small: KnowledgeGraph) -> None:
    found: set[ox.Triple] = set()
    for file in site.rglob("*.ttl"):
        if file.name not in ("data.ttl", "dataset.ttl"):
            found |= {quad.triple for quad in ox.parse(path=str(file), format=ox.RdfFormat.TURTLE)}
    whole = {quad.triple for quad in small.store}
    assert whole <= found
    space = small.ontology.prefixes["ng"], small.ontology.prefixes["ngcol"]
    assert all(str(triple.subject.value).startswith(space) for triple in found - whole), "besides, the columns alone"
    for name in ("id/blue", "claim/r0006", "dataset"):
        turtle, json = (
            {quad.triple for quad in ox.parse(path=str(site / f"{name}.{suffix}"), format=form)}
            for suffix, form in (("ttl", ox.RdfFormat.TURTLE), ("jsonld", ox.RdfFormat.JSON_LD))
        )
        assert turtle == json


def test_a_page_says_who_says_it(site: Path) -> None:
    page = re.sub(r"<[^>]+>", "", (site / "id" / "talks.html").read_text(encoding="utf-8"))
    assert "What r0006 says. Green · text ¶2-3 · assessed r0006" in " ".join(page.split())


def stated(file: Path) -> list[str]:
    """The names of the properties that a page states by itself, in their order."""
    return re.findall(r'<dt title="([^"]+)"', file.read_text(encoding="utf-8"))


def test_a_page_states_nothing_that_nobody_says(site: Path, small: KnowledgeGraph) -> None:
    predicates = {f"ng:{name}" for name in small.ontology.predicates}
    triples = ox.parse(path=str(site / "id" / "talks.ttl"), format=ox.RdfFormat.TURTLE)
    said = {small.ontology.compact(quad.predicate.value) for quad in triples}
    assert {"ng:sidelined", "ng:bypassed"} <= said, "the RDF has the direct triples"
    for file in [*(site / "id").glob("*.html"), *(site / "claim").glob("*.html")]:
        assert not predicates & set(stated(file)), file.name
    page = " ".join(re.sub(r"<[^>]+>", "", (site / "id" / "talks.html").read_text(encoding="utf-8")).split())
    assert "What r0005 says. own voice · text ¶2 · reported r0005" in page


def test_a_claim_reads_from_its_subject_on_and_an_entity_by_its_columns(site: Path) -> None:
    claim, deal = (stated(site / f"{path}.html") for path in ("claim/r0011", "id/deal"))
    assert claim[:5] == ["rdf:subject", "rdf:predicate", "rdf:object", "ng:context", "ng:target"]
    assert deal == ["rdf:type", "ng:start", "dcterms:isPartOf", "ng:status", "ng:earliest", "ng:latest"]


PATHS = ("id/later-talks", "id/blue", "claim/r0106", "claim/r0012", "source/text", "passage/text.p2")
STATEMENTS = ("claim/r0012", "passage/text.p2", "story/around-green", "dataset")
TOLD = Path(__file__).with_name("pages.txt")


def told(folder: Writer) -> str:
    """What pages of the tables of tests/told.txt say, line by line, with where each link leads."""
    kg = negograph.load(folder(**MORE))
    things, parts = Things(kg.corpus, environment()), []
    at = Addresses(things.places, ())
    for path in (
        *PATHS,
        "story/around-green",
        "dataset",
        "curators",
        "ns/bypassed",
        "ns/CellType",
        "ns/reported",
        "ns",
    ):
        text = things.page(path, at).replace(f"{len(kg.store)} statements", "MANY statements")
        text = re.sub(r'<a [^>]*href="([^"]*)"[^>]*>', r"[\1] ", text)
        lines = (" ".join(re.sub(r"<[^>]+>", " ", line).split()) for line in text.splitlines())
        parts.append("\n".join([f"== {path}", *filter(None, lines)]))
    return "\n".join([*parts, *(f"== {path}\n{things.text(path, 'ttl')}" for path in STATEMENTS)])


def test_pages_say_what_is_written_down(folder: Writer) -> None:
    assert told(folder) == TOLD.read_text(encoding="utf-8"), "python tests/test_pages.py writes it anew"


def test_the_server_shows_the_same(small: KnowledgeGraph) -> None:
    things = Things(small.corpus, environment())
    served, filed = Addresses(things.places, ()), Addresses(things.places, (), root="../", files=True)
    for path in ("id/talks", "claim/r0006", "ns/bypassed"):
        texts = [re.sub(r"<[^>]+>", " ", things.page(path, at)).split() for at in (served, filed)]
        left = [word for word in texts[0] if word not in texts[1]]
        assert set(left) <= {"record", "disagreements"}, "questions that only a server answers"


def test_pages_need_no_server(folder: Writer, tmp_path: Path) -> None:
    code = (
        "import sys; sys.modules['starlette'] = sys.modules['uvicorn'] = None; from negograph.cli import main; main()"
    )
    command = [sys.executable, "-c", code, "pages", "-o", str(tmp_path / "site"), "--data", str(folder())]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    assert (tmp_path / "site" / "explore.html").is_file()


def test_the_same_data_give_the_same_bytes(folder: Writer) -> None:
    one, two = (dict(files_of(negograph.load(folder(name)).corpus)) for name in ("one", "two"))
    assert one == two


def test_the_data_as_a_whole_are_what_export_writes(site: Path, small: KnowledgeGraph) -> None:
    for suffix in DUMPS:
        assert (site / f"data.{suffix}").read_bytes() == FORMATS[suffix][1](small.store, small.ontology), suffix


def test_the_claims_of_a_page_stand_in_their_order(small: KnowledgeGraph) -> None:
    things = Things(small.corpus, environment())
    claims = [small.claim(name) for name in small.claims()]
    expected = {
        "id/talks": [row["id"] for row in claims if "talks" in (row["subject"], row["object"], row["context"])],
        "claim/r0008": ["r0012"],
        "source/text": [row["id"] for row in claims if row["source"] == "text"],
    }
    for path, about in expected.items():
        page = things.page(path, Addresses(things.places, ()))
        assert re.findall(r'href="/claim/(r\d+)">r\d+</a></li>', page) == about


def test_a_folder_of_somebody_elses_is_left_alone(
    small: KnowledgeGraph, run: Run, folder: Writer, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "thesis.txt").write_text("years of work")
    with pytest.raises(ExportError, match="something else"):
        small.pages(other)
    refused = run("pages", "-o", other, "--data", folder())
    assert refused.exit_code == 1
    assert "something else" in refused.stderr
    with pytest.raises(ExportError):
        small.pages(other / "thesis.txt")
    assert [file.name for file in other.iterdir()] == ["thesis.txt"]


def test_an_older_version_is_replaced_whole(site: Path, folder: Writer) -> None:
    (site / "id" / "gone.html").write_text("an entity that was there once")
    negograph.load(folder(entities=[{"id": "blue", "label": "Indigo"}])).pages(site)
    assert not (site / "id" / "gone.html").exists()
    assert "Indigo" in (site / "id" / "blue.html").read_text(encoding="utf-8")
    assert [file.name for file in site.parent.iterdir() if file.name.startswith(".site")] == []


def test_a_run_that_fails_leaves_the_older_version(site: Path, small: KnowledgeGraph, monkeypatch) -> None:
    before = {file: file.read_bytes() for file in site.rglob("*") if file.is_file()}

    def broken(*_: object, **__: object) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Things, "graph", broken)
    with pytest.raises(ExportError, match="No space left"):
        small.pages(site)
    assert {file: file.read_bytes() for file in site.rglob("*") if file.is_file()} == before


def test_hostile_text_stays_text(folder: Writer, tmp_path: Path) -> None:
    attack = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'{{7*7}}"
    data = folder(
        entities=[{"id": "blue", "label": attack, "description": attack, "aliases": attack}],
        relations=[{"id": "r0005", "gist": f"What {attack}", "note": attack}],
        sources=[{"id": "text", "title": attack}],
    )
    negograph.load(data).pages(tmp_path / "site")
    for file in (tmp_path / "site").rglob("*.html"):
        if file.name != "explore.html":
            assert not re.search(r"<script|<img|7\*7=|49", file.read_text(encoding="utf-8").replace("{{7*7}}", "")), (
                file
            )


if __name__ == "__main__":
    import tempfile

    from negograph.ontology import load_ontology

    with tempfile.TemporaryDirectory() as name:
        TOLD.write_text(told(writer(Path(name), load_ontology())), encoding="utf-8")
