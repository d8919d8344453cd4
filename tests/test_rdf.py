"""Rows become triples, opinions do not become facts, and no cell is lost."""

from __future__ import annotations

import csv
import tracemalloc
from collections.abc import Iterable, Iterator
from datetime import date
from functools import partial
from io import BytesIO
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import negograph
from negograph import KnowledgeGraph, dataset, rdf, tables
from negograph.ontology import EDTF, Column, Ontology, load_ontology, resource
from negograph.tables import Row, Table, Tables
from negograph.tables.reading import hygiene

from conftest import SMALL, Writer, row_of_relations, writer
from reference import Reference


def ask(kg: KnowledgeGraph, pattern: str) -> bool:
    found = kg.query(f"ASK {{ {pattern} }}")
    assert isinstance(found, bool)
    return found


def test_a_reported_act_has_its_direct_triple_and_its_claim(small: KnowledgeGraph) -> None:
    assert ask(small, "ngi:talks ng:sidelined ngi:green")
    assert ask(small, "ngc:r0005 rdf:subject ngi:talks ; rdf:predicate ng:sidelined ; rdf:object ngi:green")
    assert ask(small, "ngi:talks ng:bypassed ngi:green"), "what holds for a kind of bypass holds for bypassing"
    assert ask(small, "ngi:red ng:partyTo ngi:talks"), "a counterpart is a party"


def test_an_opinion_has_its_claim_alone(small: KnowledgeGraph) -> None:
    assert ask(small, "ngc:r0006 rdf:predicate ng:ledTo ; ng:modality ng:assessed")
    assert not ask(small, "ngi:talks ng:ledTo ?anything")
    assert not ask(small, "?anyone ng:usedTactic ?anything")
    assert not ask(small, "?anything ng:assessedAs ?verdict")


@pytest.mark.parametrize(
    "cells",
    [
        {"polarity": "negated"},
        {"rank": "deprecated"},
        {"modality": "alleged"},
        {"modality": "predicted"},
        {"source": "", "locator": "", "evidence": "r0001"},
    ],
)
def test_only_sourced_affirmed_reported_and_current_rows_get_a_direct_triple(
    folder: Writer, cells: dict[str, str]
) -> None:
    row = {"id": "r0050", "subject": "leader", "predicate": "demanded", "object": "deal", "locator": "1"}
    plain = negograph.load(folder(relations=[row]))
    assert ask(plain, "ngi:leader ng:demanded ngi:deal")
    changed = negograph.load(folder(relations=[{**row, **cells}]))
    assert ask(changed, "ngc:r0050 rdf:predicate ng:demanded")
    assert not ask(changed, "ngi:leader ng:demanded ngi:deal")


def test_every_claim_says_who_and_where(small: KnowledgeGraph) -> None:
    assert ask(small, "ngc:r0005 prov:wasAttributedTo ngs:text ; prov:wasDerivedFrom ngp:text.p2")
    assert ask(small, "ngc:r0006 prov:wasAttributedTo ngi:green ; prov:hadPrimarySource ngs:text")
    assert not ask(small, "ngc:r0006 prov:wasAttributedTo ngs:text")
    assert ask(small, "ngc:r0006 prov:wasDerivedFrom ngp:text.p2, ngp:text.p3"), "2-3 is two passages"
    assert ask(small, "ngc:r0012 prov:wasAttributedTo <https://w3id.org/negograph/curators> ; ng:evidence ngc:r0008")
    assert not ask(small, "?claim a ng:Claim FILTER NOT EXISTS { ?claim prov:wasAttributedTo ?speaker }")


def test_general_knowledge_is_the_curators_word_and_no_texts(folder: Writer) -> None:
    kg = negograph.load(
        folder(
            sources=[{"id": "editorial", "title": "General knowledge", "paragraphs": "0"}],
            relations=[
                {"id": "r0060", "subject": "deal", "predicate": "occurredOn", "value": "2020-03", "source": "editorial"}
            ],
        )
    )
    assert ask(kg, "ngc:r0060 prov:wasAttributedTo <https://w3id.org/negograph/curators>")
    assert kg.claim("r0060")["attributed_to"] == ""


def test_dates_have_their_days(small: KnowledgeGraph) -> None:
    assert ask(
        small,
        'ngi:deal ng:start "2020-02"^^edtf:EDTF ; ng:earliest "2020-02-01"^^xsd:date ; ng:latest "2020-02-29"^^xsd:date',
    )
    assert ask(small, 'ngi:talks ng:earliest "2018-01-01"^^xsd:date ; ng:latest "2020-12-31"^^xsd:date')
    assert ask(small, 'ngc:r0010 rdf:object "2020-02-29"^^edtf:EDTF ; ng:earliest "2020-02-29"^^xsd:date')
    assert not ask(
        small,
        "?s ?p ?o FILTER (DATATYPE(?o) = xsd:gYear || DATATYPE(?o) = xsd:gYearMonth || DATATYPE(?o) = xsd:double)",
    )


def test_a_negotiation_without_an_end_is_open(folder: Writer) -> None:
    kg = negograph.load(folder(entities=[{"id": "talks", "end": ".."}]))
    assert ask(kg, "ngi:talks ng:earliest ?day")
    assert not ask(kg, "ngi:talks ng:latest ?day")


def test_no_blank_nodes(kg: KnowledgeGraph) -> None:
    assert not any(isinstance(term, ox.BlankNode) for quad in kg.store for term in (quad.subject, quad.object))


def test_types_hold_upwards(small: KnowledgeGraph) -> None:
    assert ask(small, "ngi:talks a ng:Negotiation, ng:Happening, ng:Entity")
    assert ask(small, "ngi:red a ng:Actor")


def test_the_graph_gives_back_the_rows(folder: Writer, ontology: Ontology) -> None:
    directory = folder()
    before = tables.read(directory)
    after = rdf.rows_of(rdf.build(before, ontology), ontology)
    for name, table in before.items():
        assert [{column: row[column] for column in ontology.columns[name]} for row in table.rows] == sorted(
            after[name], key=lambda row: [row.get("id") for row in SMALL[name]].index(row.get("id"))
        ) or name == "entities"
    blue = next(row for row in after["entities"] if row["id"] == "blue")
    assert blue["aliases"] == "Azure|Bleu"


TEXT = st.text(st.characters(blacklist_categories=("Cs", "Cc")), min_size=1, max_size=30).filter(
    lambda text: hygiene(text) is None and "|" not in text and text[0] not in "=+-@"
)
NUMBER = (
    st.decimals(-(10**9), 10**9, places=3)
    .map(lambda number: f"{number.normalize():f}")
    .filter(lambda text: text != "-0")
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    labels=st.lists(TEXT, min_size=2, max_size=4, unique_by=str.casefold),
    aliases=st.lists(TEXT, max_size=3, unique=True),
    gist=TEXT,
    note=TEXT,
    value=st.one_of(NUMBER, TEXT),
)
def test_any_text_survives_the_journey(
    ontology: Ontology, tmp_path: Path, labels: list[str], aliases: list[str], gist: str, note: str, value: str
) -> None:
    """CSV to graph to CSV: the same cells, whatever the characters (R2)."""
    entities = [
        {"id": f"e{place}", "kind": "Group", "label": label, "aliases": "|".join(sorted(aliases))}
        for place, label in enumerate(labels)
    ]
    relation = row_of_relations(
        {
            "id": "r0001",
            "subject": "e0",
            "predicate": "met",
            "object": "e1",
            "locator": "1",
            "gist": gist,
            "note": note,
            "value": value,
        }
    )
    sources = [{"id": "text", "title": gist, "paragraphs": "1", "authors": "|".join(sorted(aliases))}]
    step = {"story": "s", "title": gist, "header": note, "text": labels[0], "entities": "e0|e1", "claims": "r0001"}
    stories = [{**step, "step": str(number)} for number in range(1, 12)]
    rows = {"entities": entities, "relations": [relation], "sources": sources, "coverage": [], "stories": stories}
    for name, each in rows.items():
        with (tmp_path / f"{name}.csv").open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, list(ontology.columns[name]))
            writer.writeheader()
            writer.writerows(each)
    problems = tables.check(tmp_path)
    if problems:  # a text that looks like a number has a form of its own
        assert {each.code for each in problems} <= {"number", "formula"}
        return
    kg = negograph.load(tmp_path)
    kg.export(f"{tmp_path}/out/")
    for name, each in rows.items():
        with (tmp_path / "out" / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
            back = list(csv.DictReader(stream))
        assert [{key: text for key, text in row.items() if text} for row in back] == [
            {key: text for key, text in row.items() if text} for row in each
        ]


def test_decimals_keep_every_digit(folder: Writer) -> None:
    kg = negograph.load(folder(relations=[{"id": "r0004", "value": "400000000.01"}]))
    assert ask(kg, "ngc:r0004 ng:value 400000000.01")
    assert kg.claim("r0004")["value"] == "400000000.01"


def test_each_source_is_a_graph_of_its_own(small: KnowledgeGraph) -> None:
    quads = set(rdf.named_graphs(small.store, small.ontology))
    assert {quad.triple for quad in quads} == {quad.triple for quad in small.store}
    homes = {str(quad.graph_name) for quad in quads}
    assert homes == {"DEFAULT", "<https://w3id.org/negograph/source/text>", "<https://w3id.org/negograph/curators>"}
    expand = small.ontology.expand
    triple = ox.Triple(*(ox.NamedNode(expand(name)) for name in ("ngi:talks", "ng:bypassed", "ngi:green")))
    assert [str(quad.graph_name) for quad in quads if quad.triple == triple] == [
        "<https://w3id.org/negograph/source/text>"
    ]
    assert all(
        str(quad.graph_name) == "<https://w3id.org/negograph/curators>"
        for quad in quads
        if quad.subject.value.endswith("r0012")
    )


def test_a_direct_triple_of_two_sources_stands_in_both_graphs(folder: Writer) -> None:
    kg = negograph.load(
        folder(
            sources=[{"id": "second", "title": "Second", "paragraphs": "0"}],
            relations=[
                {"id": "r0070", "subject": "talks", "predicate": "sidelined", "object": "green", "source": "second"}
            ],
        )
    )
    homes = [
        quad.graph_name.value
        for quad in rdf.named_graphs(kg.store, kg.ontology)
        if quad.predicate.value.endswith("#sidelined")
    ]
    assert sorted(home.rsplit("/", 1)[-1] for home in homes if "source" in home) == ["second", "text"]


def test_reified_claims_say_the_same(small: KnowledgeGraph) -> None:
    quads = list(rdf.reified(iter(small.store)))
    reifies = [quad for quad in quads if quad.predicate.value.endswith("#reifies")]
    assert len(reifies) == len(small)
    assert not any(quad.predicate.value.endswith("22-rdf-syntax-ns#subject") for quad in quads)
    assert all(isinstance(quad.object, ox.Triple) for quad in reifies)


def test_what_begins_on_the_day_is_there(small: KnowledgeGraph) -> None:
    assert "collapse" in small.as_of(date(2021, 8, 15))[0].entities()
    assert "collapse" not in small.as_of(date(2021, 8, 14))[0].entities()


def test_as_of_leaves_out_what_begins_later(small: KnowledgeGraph) -> None:
    then, gone = small.as_of(date(2020, 12, 31))
    assert "collapse" not in then.entities()
    assert {"protest", "deal", "talks"} <= set(then.entities())
    assert "r0006" not in then.claims(), "a claim about what is gone goes too"
    assert (gone["entities"], gone["relations"]) == (1, 1)
    earlier, _ = small.as_of(date(2017, 12, 31))
    assert "talks" not in earlier.entities()
    assert not {"r0005", "r0008", "r0012"} & set(earlier.claims()), "claims about claims that are gone go too"
    assert {"blue", "red"} <= set(earlier.entities()), "what bears no date stays"
    assert small.as_of(date(2030, 1, 1))[1] == {
        "entities": 0,
        "relations": 0,
        "sources": 0,
        "coverage": 3,  # an account of the whole, which a slice is not
        "stories": 0,
    }


def test_a_step_loses_what_is_gone(small: KnowledgeGraph) -> None:
    then, gone = small.as_of(date(2020, 12, 31))
    steps = then.to_dataframes()["stories"]
    assert gone["stories"] == 1
    assert list(steps["step"]) == ["1", "2"]
    assert list(steps["claims"]) == ["r0005", "r0008"]
    assert list(steps["entities"]) == ["green|talks", "leader|talks"]
    nothing, _ = small.as_of(date(2017, 12, 31))
    assert len(nothing.to_dataframes()["stories"]) == 0
    assert not ask(nothing, "?story a ng:Story")


def test_a_story_has_steps_that_rest_on_claims(small: KnowledgeGraph) -> None:
    assert ask(small, 'ngstory:around-green a ng:Story ; rdfs:label "Around Green"@en')
    assert ask(small, "ngstory:around-green prov:wasAttributedTo <https://w3id.org/negograph/curators>")
    step = "<https://w3id.org/negograph/story/around-green.2>"
    assert ask(small, f"{step} a ng:StoryStep ; dcterms:isPartOf ngstory:around-green ; schema:position 2")
    assert ask(small, f'{step} rdfs:label "What came of it"@en ; ng:restsOn ngc:r0006, ngc:r0008')
    assert ask(small, f"{step} schema:mentions ngi:collapse, ngi:leader, ngi:talks")
    assert not ask(small, "?step a ng:StoryStep FILTER NOT EXISTS { ?step ng:restsOn/a ng:Claim }")


def test_stories_are_the_curators_telling(small: KnowledgeGraph) -> None:
    homes = {
        str(quad.graph_name)
        for quad in rdf.named_graphs(small.store, small.ontology)
        if "/story/" in quad.subject.value
    }
    assert homes == {"<https://w3id.org/negograph/curators>"}


def test_shuffled_rows_make_the_same_graph(folder: Writer, ontology: Ontology) -> None:
    read: Tables = tables.read(folder())
    turned: Tables = {
        name: Table(name, tuple(Row(row.line, row.cells) for row in reversed(table.rows)))
        for name, table in read.items()
    }
    assert set(rdf.build(read, ontology)) == set(rdf.build(turned, ontology))


# One function from rows to text


def said(tables: Tables, ontology: Ontology, *, graphs: bool) -> set[ox.Quad]:
    text = "".join(row for table in tables.values() for row in rdf.table_lines(table, ontology, graphs=graphs))
    return set(ox.parse(text.encode(), format=ox.RdfFormat.N_QUADS))


def expected(tables: Tables, ontology: Ontology, *, graphs: bool) -> set[ox.Quad]:
    text = "".join(
        f"{subject} {predicate} {target} {graph if graphs else ''} .\n"
        for subject, predicate, target, graph in Reference(ontology).statements(tables)
    )
    return set(ox.parse(text.encode(), format=ox.RdfFormat.N_QUADS))


@pytest.mark.parametrize("graphs", [False, True])
def test_rows_say_what_the_plain_reading_says(folder: Writer, ontology: Ontology, graphs: bool) -> None:
    for data in (resource("data"), folder()):
        read = tables.read(data)
        assert said(read, ontology, graphs=graphs) == expected(read, ontology, graphs=graphs)


def test_the_store_holds_what_the_plain_reading_says(ontology: Ontology) -> None:
    read = tables.read(resource("data"))
    words = set(ox.parse(rdf.vocabulary(ontology).encode(), format=ox.RdfFormat.N_TRIPLES))
    assert set(rdf.build(read, ontology)) == expected(read, ontology, graphs=False) | words


ANY_TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0\r\n"), max_size=12)
SLUG = st.sampled_from(["blue", "r-and-d", "r1", "rio-2016", "r123", "green-army"])
CLAIM = st.sampled_from(["r0001", "r12345"])
DATE = st.sampled_from(["", "2019", "2019-02", "2019-02-28", "2019-21", "2019-24~", "2020?", "0001"])


def any_cell(column: Column, ontology: Ontology) -> st.SearchStrategy[str]:
    """Cells of the right form, whether or not a row of them makes sense."""
    forms = {
        "KindCell": st.sampled_from(ontology.kinds),
        "PredicateCell": st.sampled_from(list(ontology.predicates)),
        "TermCell": st.sampled_from(["", *ontology.terms.get(column.terms or "", {})]),
        "EntityCell": SLUG,
        "ClaimCell": CLAIM,
        "ThingCell": st.one_of(SLUG, CLAIM),
        "Identifier": CLAIM if column.table == "relations" else SLUG,
        "SourceCell": st.sampled_from(["text", "editorial", ""]),
        "StoryCell": SLUG,
        "DateCell": st.one_of(DATE, st.just("..")) if column.name == "end" else DATE,
        "IntegerCell": st.integers(-2, 30).map(str),
        "WikidataCell": st.sampled_from(["", "Q1"]),
        "IriCell": st.sampled_from(["https://example.org/x#y", "wd:Q7", "pax:12"]),
        "LocatorCell": st.sampled_from(["", "1", "2-4", "1|3-5|9"]),
        "ValueCell": st.one_of(ANY_TEXT, NUMBER, st.sampled_from(["-0", "007", "1e5", "0.25"])),
    }
    item = forms.get(column.cell, ANY_TEXT)
    if not column.separator or column.cell == "LocatorCell":
        return item
    return st.lists(item.filter(lambda text: text and "|" not in text), max_size=3, unique=True).map("|".join)


def dated(ontology: Ontology, row: dict[str, str]) -> dict[str, str]:
    """The row with a date as its value where its predicate wants one."""
    predicate = ontology.predicates.get(row.get("predicate", ""))
    span = ["2019", "2019/2020-03", "2020/..", "../2021"][len(row.get("value", "")) % 4]
    return row | {"value": span} if predicate and predicate.value_range == EDTF else row


ROWS = {
    name: st.fixed_dictionaries({column.name: any_cell(column, load_ontology()) for column in columns.values()}).map(
        partial(dated, load_ontology())
    )
    for name, columns in load_ontology().columns.items()
}


@pytest.mark.parametrize("name", ROWS)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.data())
def test_any_row_says_what_the_plain_reading_says(ontology: Ontology, name: str, data: st.DataObject) -> None:
    rows = data.draw(st.lists(ROWS[name], min_size=1, max_size=3))
    table = Table(name, tuple(Row(number, row) for number, row in enumerate(rows)))
    for graphs in (False, True):
        assert said({name: table}, ontology, graphs=graphs) == expected({name: table}, ontology, graphs=graphs)


def test_columns_may_stand_in_any_order_and_be_missing(ontology: Ontology) -> None:
    row = {"id": "deal", "kind": "Agreement", "label": "Deal", "start": "2020-02", "aliases": "a|b"}
    plain = list(rdf.table_lines(Table("entities", (Row(1, row),), tuple(row)), ontology))
    turned = dict(reversed(row.items()))
    assert list(rdf.lines("entities", list(turned), [list(turned.values())], ontology)) == plain
    full = [row.get(column, "") for column in ontology.columns["entities"]]
    assert list(rdf.lines("entities", list(ontology.columns["entities"]), iter([full]), ontology)) == plain


def test_rows_are_written_as_they_come_in_constant_memory(ontology: Ontology) -> None:
    header = list(ontology.columns["relations"])

    def rows() -> Iterator[list[str]]:
        for number in range(1, 20_001):
            cells = {"id": f"r{number:04}", "subject": f"s{number}", "predicate": "met", "object": f"o{number}"}
            cells |= {"source": f"source-{number}", "locator": str(number % 97 + 1), "gist": f"gist {number}"}
            cells |= {"start": f"{number % 2000 + 1:04}-01", "attributed_to": f"s{number}"}
            yield [cells.get(column, "") for column in header]

    tracemalloc.start()
    try:
        written = sum(len(text) for text in rdf.lines("relations", header, rows(), ontology))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert written > 20e6
    assert peak < 8e6


def test_canonical_tables_are_what_the_graph_gives_back(folder: Writer, ontology: Ontology) -> None:
    more = {
        "entities": [
            {"id": "zed", "kind": "Agreement", "label": "Zed", "aliases": "b|a", "same_as": "https://example.org/z"},
        ],
        "relations": [
            {
                "id": "r0099",
                "subject": "zed",
                "predicate": "about",
                "object": "war",
                "modality": "reported",
                "locator": "1",
            },
            {
                "id": "r0098",
                "subject": "blue",
                "predicate": "signed",
                "object": "zed",
                "polarity": "affirmed",
                "locator": "2",
            },
        ],
    }
    for data in (resource("data"), folder(**more)):
        read = tables.read(data)
        assert tables.canonical(read, ontology) == rdf.rows_of(rdf.build(read, ontology), ontology)


def test_a_source_that_only_alleges_or_denies_does_not_get_the_direct_triple(folder: Writer) -> None:
    row = {"subject": "talks", "predicate": "sidelined", "object": "green", "source": "second"}
    kg = negograph.load(
        folder(
            sources=[{"id": "second", "title": "Second", "paragraphs": "0"}],
            relations=[{**row, "id": "r0070", "polarity": "negated"}, {**row, "id": "r0071", "modality": "alleged"}],
        )
    )
    homes = [
        quad.graph_name.value
        for quad in rdf.named_graphs(kg.store, kg.ontology)
        if quad.predicate.value.endswith("#sidelined")
    ]
    assert [home.rsplit("/", 1)[-1] for home in homes] == ["text"]


def test_named_graphs_are_what_the_rows_say(ontology: Ontology) -> None:
    read = tables.read(resource("data"))
    words = set(ox.parse(rdf.vocabulary(ontology).encode(), format=ox.RdfFormat.N_TRIPLES))
    assert set(rdf.named_graphs(rdf.build(read, ontology), ontology)) == expected(read, ontology, graphs=True) | words


STATEMENTS = Path(__file__).with_name("small.nq")
"""What the small tables become, to the letter: ``python tests/test_rdf.py`` writes it anew."""
EVERY_CELL: dict[str, list[dict[str, str]]] = {
    "entities": [
        {
            "id": "summit",
            "kind": "Event",
            "label": "The “summit”",
            "aliases": "Höhe|Peak",
            "description": "A \\ and a tab's worth",
            "start": "2019-21~",
            "end": "2019-06-12",
            "part_of": "talks|war",
            "broader": "protest",
            "subtype": "summit",
            "wikidata": "Q42",
            "same_as": "https://example.org/summit|pax:7",
        }
    ],
    "relations": [
        {
            "id": "r0020",
            "subject": "leader",
            "predicate": "usedTactic",
            "object": "bluff",
            "value": "12.5",
            "context": "summit",
            "target": "red",
            "aspect": "outcome-of-talks",
            "start": "2019",
            "end": "2019-06-12",
            "modality": "alleged",
            "polarity": "negated",
            "rank": "preferred",
            "source": "text",
            "locator": "1|2-3",
            "attributed_to": "green|blue",
            "via": "red",
            "gist": "He did not bluff.",
            "evidence": "r0001|r0002",
            "confidence": "medium",
            "note": "our label",
        },
        {"id": "r0021", "subject": "deal", "predicate": "bypassed", "object": "green", "source": "editorial"},
    ],
    "sources": [
        {
            "id": "text",
            "file": "text.md",
            "authors": "A. Nobody",
            "publisher": "Nobody",
            "published": "2021-05",
            "language": "en",
            "sha256": "0" * 64,
            "note": "read twice",
        },
        {"id": "editorial", "title": "Ours", "paragraphs": "0"},
    ],
    "coverage": [],
}


def statements(folder: Writer) -> list[str]:
    """The graph of every cell, each source in a graph of its own, as sorted lines; the vocabulary is left out."""
    directory = folder(**EVERY_CELL)
    kg = negograph.load(directory)
    told = set(kg.ontology.triples)
    lines = [f"{quad} .\n" for quad in rdf.named_graphs(kg.store, kg.ontology) if quad.triple not in told]
    return sorted(lines)


def test_each_cell_becomes_the_statements_that_are_written_down(folder: Writer) -> None:
    assert statements(folder) == STATEMENTS.read_text(encoding="utf-8").splitlines(keepends=True)


def test_each_cell_comes_back(folder: Writer, ontology: Ontology) -> None:
    found = rdf.rows_of(negograph.load(folder(**EVERY_CELL)).store, ontology)
    for name, rows in EVERY_CELL.items():
        there = {row["id"]: row for row in found[name] if "id" in row}
        for row in rows:
            lists = {each.name for each in ontology.columns[name].values() if each.separator}
            for column, cell in row.items():
                back = there[row["id"]][column]
                assert (sorted(back.split("|")) if column in lists else back) == (
                    sorted(cell.split("|")) if column in lists else cell
                ), column


if __name__ == "__main__":
    import tempfile

    from negograph.ontology import load_ontology

    with tempfile.TemporaryDirectory() as name:
        STATEMENTS.write_text("".join(statements(writer(Path(name), load_ontology()))), encoding="utf-8")


# Sorted


def plainly_sorted(statements: Iterable[ox.Triple]) -> list[str]:
    """The order as it is meant: by the line, the type of a thing before all else that is said of it."""
    type_ = "> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> "
    return sorted({str(each) for each in statements}, key=lambda line: line.replace(type_, "> \0" + type_[2:]))


def lines_of(found: rdf.Sorted) -> list[str]:
    return b"".join(found.chunks()).decode().removesuffix(" .\n").split(" .\n")


@pytest.mark.parametrize("held", [3_000, 2**21])
def test_lines_are_sorted_each_once_whatever_memory_there_is(
    kg: KnowledgeGraph, monkeypatch: pytest.MonkeyPatch, held: int
) -> None:
    monkeypatch.setattr(rdf.sorting, "_HELD", held)
    monkeypatch.setattr(rdf.sorting, "_AT_ONCE", 40_000)
    triples = [quad.triple for quad in kg.store][:20_000]
    text = "".join(f"{each} .\n" for each in [*triples, *triples[::3]]).encode()
    found = rdf.Sorted(kg.ontology.prefixes)
    for place in range(0, len(text), 9_973):  # cut anywhere
        found.write(text[place : place + 9_973])
    assert lines_of(found) == plainly_sorted(triples)
    assert (len(found._runs) > 3) == (held == 3_000)


def test_rows_sorted_without_a_store_are_the_export(ontology: Ontology) -> None:
    found, out = rdf.Sorted(ontology.prefixes), BytesIO()
    read = tables.read(resource("data"), ontology)
    about = "".join(f"{each} .\n" for each in dataset.read_description([resource("data")]))
    texts = (line for table in read.values() for line in rdf.table_lines(table, ontology))
    for chunk in rdf.chunks([rdf.vocabulary(ontology), about, *texts]):
        found.write(chunk)
    rdf.write({None: found}, "ttl", out)
    assert out.getvalue() == resource("graph", "negograph.ttl").read_bytes()


def test_a_statement_about_types_in_a_text_stays_what_it_was() -> None:
    thing, type_ = ox.NamedNode("http://e/a"), "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
    quoted = f"<http://e/b> <{type_}> <http://e/c>"
    triples = [
        ox.Triple(thing, ox.NamedNode("http://e/!"), ox.Literal(quoted)),
        ox.Triple(thing, ox.NamedNode(type_), ox.NamedNode("http://e/c")),
    ]
    text = rdf.serialize(triples, "nt", {})
    assert text == "".join(f"{each} .\n" for each in reversed(triples))


@pytest.mark.parametrize(
    ("iri", "declared"),
    [
        ("http://e/a", True),
        ("http://e/a/b", False),
        ("http://e/a#b", False),
        ("http://e/", True),
        ("http://e", False),
        ("http://else/http://e/a", False),
    ],
)
def test_a_prefix_is_declared_where_an_iri_is_it_and_a_name(iri: str, declared: bool) -> None:
    triple = ox.Triple(ox.NamedNode(iri), ox.NamedNode("urn:p"), ox.Literal("http://e/a"))
    text = rdf.serialize([triple], "ttl", {"e": "http://e/", "unused": "http://unused/"})
    assert ("@prefix e:" in text) == declared
    assert "unused" not in text


def test_no_statements_are_an_empty_file() -> None:
    for suffix in ("ttl", "nt", "nq", "trig"):
        assert rdf.serialize([], suffix, {"e": "http://e/"}) == ""
