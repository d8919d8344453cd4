"""What follows from the ontology is not stale, and does what it is for."""

from __future__ import annotations

import json
import logging
import re
import shutil
from pathlib import Path

import pytest
import rdflib

import negograph
from benchmarks.reliability import shapes as reliability
from negograph import KnowledgeGraph
from negograph.derived import codebook, csv_metadata, derived_files, main
from negograph.derived import shapes as derived_shapes
from negograph.ontology import Ontology

from conftest import ROOT, Writer


@pytest.fixture(scope="module")
def shapes() -> rdflib.Graph:
    return rdflib.Graph().parse(data=(ROOT / "graph" / "shapes.ttl").read_text(encoding="utf-8"), format="turtle")


def test_the_metadata_are_not_stale(ontology: Ontology) -> None:
    assert csv_metadata(ontology) == (ROOT / "data" / "csv-metadata.json").read_text(encoding="utf-8")


def test_the_shapes_are_not_stale(ontology: Ontology) -> None:
    text = (ROOT / "graph" / "shapes.ttl").read_text(encoding="utf-8")
    assert derived_shapes(ontology, ROOT / "graph" / "rules") == text


def test_no_committed_file_is_stale(kg: KnowledgeGraph) -> None:
    files = derived_files(kg, ROOT)
    assert len(files) == 11
    stale = [str(path.relative_to(ROOT)) for path, data in files.items() if path.read_bytes() != data]
    assert stale == [], "stale or not canonical: python -m negograph.derived"


def test_the_stale_check_can_fail(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--check"]) == 0
    assert capsys.readouterr() == ("", "")
    import negograph.derived

    monkeypatch.setattr(negograph.derived, "csv_metadata", lambda ontology: "{}")
    monkeypatch.setattr(negograph.derived, "codebook", lambda kg: "")
    assert main(["--check"]) == 2
    assert capsys.readouterr() == ("stale data/csv-metadata.json\nstale docs/codebook.md\n", "")
    assert (ROOT / "docs" / "codebook.md").stat().st_size > 0


def test_what_cannot_be_read_is_said_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    import negograph.derived

    monkeypatch.setattr(negograph.derived, "__file__", str(tmp_path / "src" / "negograph" / "derived.py"))
    assert main([]) == 1
    message = "this is no checkout: run it from an editable install: pip install -e ."
    assert capsys.readouterr() == ("", f"negograph.derived: {message}\n")
    shutil.copytree(ROOT / "graph", tmp_path / "graph")
    assert main([]) == 1
    assert f"{tmp_path / 'data'}:0:0: missing: no such directory" in capsys.readouterr().err


def violations(kg: KnowledgeGraph, shapes: rdflib.Graph, *more: str) -> str:
    graph = kg.to_rdflib()
    for triple in more:
        graph.update(f"INSERT DATA {{ {triple} }}")
    return reliability.violations(graph, shapes)


def test_the_packaged_graph_conforms(kg: KnowledgeGraph, shapes: rdflib.Graph) -> None:
    assert violations(kg, shapes) == ""


@pytest.mark.parametrize(
    ("planted", "word"),
    [
        ("ngi:talks ng:ledTo ngi:collapse", "direct triple"),
        ("ngi:leader ng:usedTactic ngi:bluff", "direct triple"),
        ("ngi:talks ng:shutOut ngi:red", "direct triple"),
        ("ngc:r0005 ng:modality ng:assessed", "MaxCount"),
        ("ngc:r0099 a ng:Claim ; rdf:subject ngi:red ; rdf:predicate ng:met ; rdf:object ngi:blue", "names its source"),
        ("ngi:new a ng:Entity, ng:Verdict ; rdfs:label 'new'@en", "valence"),
        ("ngi:new a ng:Entity, ng:Group", "MinCount"),
        ("ngi:new a ng:Entity, ng:Group ; rdfs:label 'new'", "rdf:langString"),
        ("<https://w3id.org/negograph/story/around-green.4> a ng:StoryStep", "MinCount"),
        ("<https://w3id.org/negograph/story/around-green.1> ng:restsOn ngi:green", "Class"),
        ("<https://w3id.org/negograph/story/around-green.1> schema:position 0", "MinInclusive"),
        ("ngi:talks dcterms:isPartOf ngi:deal", "leads back"),
        ("ngi:green-army dcterms:isPartOf ngi:nowhere", "Class"),
        ("ngi:blue skos:broader ngi:bluff", "same kind"),
        ("ngi:blue ng:status <https://w3id.org/negograph/ns#status-signed>", "fits the kind"),
        ("ngc:r0011 prov:wasAttributedTo ngi:war", "Or"),
        ("ngc:r0012 prov:wasAttributedTo ngi:leader", "names its source"),
        ("<https://w3id.org/negograph/passage/text.p1> ng:coverage ng:nothingToCode", "A coded paragraph"),
        ("<https://w3id.org/negograph/source/text> ng:paragraphs 4", "accounted for"),
        (
            "ngi:blue schema:sameAs <http://www.wikidata.org/entity/Q1>, <http://www.wikidata.org/entity/Q2>",
            "Qualified",
        ),
        ("ngi:Blue a ng:Entity, ng:State ; rdfs:label 'blue'@en", "Pattern"),
    ],
)
def test_the_shapes_refuse_what_is_planted(
    small: KnowledgeGraph, shapes: rdflib.Graph, planted: str, word: str
) -> None:
    assert violations(small, shapes) == ""
    assert word in violations(small, shapes, planted)


@pytest.mark.parametrize(
    ("cells", "word"),
    [
        ({"predicate": "ledTo", "subject": "talks", "object": "collapse", "modality": "reported"}, "never reported"),
        ({"predicate": "met", "subject": "talks", "object": "red"}, "subject of a claim"),
        ({"predicate": "met", "subject": "red", "object": "talks"}, "object of a claim"),
        ({"predicate": "met", "subject": "red", "object": "blue", "locator": "7"}, "paragraphs"),
        ({"predicate": "ignoredIn", "subject": "red", "object": "talks"}, "names its source"),
        ({"predicate": "met", "subject": "red", "object": "blue", "context": "green"}, "Class"),
        ({"predicate": "met", "subject": "red", "object": "blue", "via": "nobody"}, "Class"),
        ({"predicate": "met", "subject": "red", "object": "blue", "start": "2020", "end": "2019"}, "before it begins"),
        ({"predicate": "initiated", "subject": "leader", "object": "talks", "modality": "reported"}, "say the same"),
    ],
)
def test_checker_and_shapes_refuse_the_same_rows(
    folder: Writer, shapes: rdflib.Graph, ontology: Ontology, cells: dict[str, str], word: str
) -> None:
    from negograph import rdf, tables
    from negograph.tables import Row, Table

    planted = {"id": "r0090", "locator": "1", **cells}
    assert tables.check(folder(relations=[planted]))
    sound = tables.read(folder("sound"))
    row = Row(99, {**dict.fromkeys(ontology.columns["relations"], ""), "source": "text", "gist": "x", **planted})
    broken = {**sound, "relations": Table("relations", (*sound["relations"].rows, row))}
    kg = KnowledgeGraph(rdf.build(broken, ontology), ontology, {})
    assert word in violations(kg, shapes)


def test_the_metadata_describes_the_very_columns(ontology: Ontology) -> None:
    document = json.loads(csv_metadata(ontology))
    assert [table["url"] for table in document["tables"]] == [f"{name}.csv" for name in ontology.columns]
    for table, (name, columns) in zip(document["tables"], ontology.columns.items(), strict=True):
        assert [column["name"] for column in table["tableSchema"]["columns"]] == list(columns)
        header = (ROOT / "data" / f"{name}.csv").read_text(encoding="utf-8").splitlines()[0]
        assert header.split(",") == list(columns)
    relations = document["tables"][1]["tableSchema"]
    assert {
        "columnReference": "source",
        "reference": {"resource": "sources.csv", "columnReference": "id"},
    } in relations["foreignKeys"]
    keys = {table["url"]: table["tableSchema"]["primaryKey"] for table in document["tables"]}
    assert keys["relations.csv"] == ["id"]
    assert keys["coverage.csv"] == ["source", "paragraph"]
    assert keys["stories.csv"] == ["story", "step"]


def test_another_reader_finds_the_tables_as_the_metadata_say(
    kg: KnowledgeGraph, caplog: pytest.LogCaptureFixture
) -> None:
    """The csvw package reads every cell by its datatype, and follows every key."""
    import csvw

    group = csvw.TableGroup.from_file(ROOT / "data" / "csv-metadata.json")
    log = logging.getLogger("csvw")
    counts = {}
    for table in group.tables:
        rows = list(table.iterdicts(log=log))
        counts[table.local_name.removesuffix(".csv")] = len(rows)
        assert table.check_primary_key(log=log)
    assert group.check_referential_integrity(log=log)
    assert caplog.records == []
    assert counts == {name: len(frame) for name, frame in kg.to_dataframes().items()}


def test_formats_of_the_metadata_hold_for_the_data(ontology: Ontology, kg: KnowledgeGraph) -> None:
    document = json.loads(csv_metadata(ontology))
    for table, frame in zip(document["tables"], kg.to_dataframes().values(), strict=True):
        rows = frame.reset_index() if frame.index.name else frame
        for column in table["tableSchema"]["columns"]:
            form = column["datatype"].get("format")
            cells = [
                item
                for text in rows[column["name"]]
                for item in (text.split(column["separator"]) if "separator" in column else [text])
                if item
            ]
            assert not column.get("required") or all(rows[column["name"]])
            if form:
                assert all(re.fullmatch(form, cell) for cell in cells), column["name"]


def test_the_codebook_names_every_term(ontology: Ontology) -> None:
    text = (ROOT / "docs" / "codebook.md").read_text(encoding="utf-8")
    for name in (*ontology.kinds, *ontology.predicates):
        assert re.search(rf"\b{name}\b", text), name
    for predicate in ontology.predicates.values():
        assert predicate.comment in text
        assert predicate.scope_note in text


def test_the_codebook_takes_its_examples_from_the_data(folder: Writer) -> None:
    """What it says of the small tables, where that is other than what it says of the packaged ones."""
    packaged = (ROOT / "docs" / "codebook.md").read_text(encoding="utf-8")
    claim = {"id": "r0013", "subject": "blue", "predicate": "met", "object": "red", "source": "known", "locator": ""}
    text = codebook(
        negograph.load(folder(relations=[claim], sources=[{"id": "known", "title": "Known", "paragraphs": "0"}]))
    )
    examples = r"(?m)^- Example: .*\n| Example: .*"
    assert re.sub(examples, "", text) == re.sub(examples, "", packaged)
    found = re.findall(examples, text)
    assert (len(found), len(set(found))) == (23, 23)
    for line in (
        " Example: The Leader (`leader`).",
        " Example: Blue (`blue`).",
        "- Example: `red` counterpartIn `talks`: What r0002 says. (r0002, text ¶1)\n",
        "- Example: `deal` occurredOn `2020-02-29`: What r0010 says. (r0010, text ¶3)\n",
        "- Example: `leader` usedTactic `bluff`: What r0011 says. (r0011, text ¶1|3)\n",
        "- Example: `r0008` disputes `r0009`: What r0012 says. (r0012, inferred)\n",
        "- Example: `blue` met `red`: What r0013 says. (r0013, known)\n",
    ):
        assert line in found


def test_what_is_stale_or_missing_is_written(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    import negograph.derived

    for name in ("data", "graph", "docs"):
        shutil.copytree(ROOT / name, tmp_path / name)
    monkeypatch.setattr(negograph.derived, "__file__", str(tmp_path / "src" / "negograph" / "derived.py"))
    (tmp_path / "data" / "csv-metadata.json").unlink()
    (tmp_path / "docs" / "codebook.md").write_text("stale")
    assert main([]) == 0
    assert capsys.readouterr() == ("wrote data/csv-metadata.json\nwrote docs/codebook.md\n", "")
    for name in ("data/csv-metadata.json", "docs/codebook.md"):
        assert (tmp_path / name).read_bytes() == (ROOT / name).read_bytes()

    (tmp_path / "graph" / "rules" / "new.rq").write_text("#+ title: New\n#+ target: Claim\nSELECT $this { }\n")
    header, *rows = (tmp_path / "data" / "sources.csv").read_text(encoding="utf-8").splitlines()
    rows = [row.replace(",", ",Newly found: ", 1) if row.startswith("re-russia,") else row for row in reversed(rows)]
    (tmp_path / "data" / "sources.csv").write_text("\n".join([header, *rows]), encoding="utf-8")
    assert main([]) == 0
    written = ["data/sources.csv", "graph/shapes.ttl", "graph/negograph.ttl"]
    assert capsys.readouterr() == ("".join(f"wrote {name}\n" for name in written), "")
    assert "Newly found: " in (tmp_path / "graph" / "negograph.ttl").read_text(encoding="utf-8")
    assert main(["--check"]) == 0


def test_a_table_without_rules_has_a_shape_without_them(ontology: Ontology, tmp_path: Path) -> None:
    text = derived_shapes(ontology, tmp_path)
    assert "sh:sparql" not in text
    graph = rdflib.Graph().parse(data=text, format="turtle")
    target = rdflib.URIRef("http://www.w3.org/ns/shacl#targetClass")
    assert (None, target, rdflib.URIRef(ontology.expand("ng:Claim"))) in graph
