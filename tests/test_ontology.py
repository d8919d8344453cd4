from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from negograph.errors import OntologyError
from negograph.ontology import Class, Column, Ontology, Predicate, Term, load_ontology
from negograph.rdf.writing import is_claim
from negograph.tables import place

from conftest import ROOT

SOURCE = (ROOT / "graph" / "ontology.ttl").read_text(encoding="utf-8")


def test_every_predicate_says_what_belongs_to_it_and_what_does_not(ontology: Ontology) -> None:
    for predicate in ontology.predicates.values():
        assert predicate.comment.endswith(".")
        assert predicate.scope_note.endswith(".")
        assert predicate.group
        assert predicate.domain
        for name in (*predicate.domain, *predicate.range):
            assert name in ontology.classes, f"{predicate.name}: {name}"
        assert set(predicate.modalities) <= set(ontology.terms["Modality"])


def test_what_is_always_an_opinion_is_never_reported(ontology: Ontology) -> None:
    opinions = {
        "ledTo",
        "contributedTo",
        "prevented",
        "hasTrait",
        "assessedAs",
        "aimedAt",
        "regardedAs",
        "replaysPlaybookOf",
        "contrastsWith",
        "usedTactic",
        "counteredTactic",
        "predicts",
        "recommends",
        "heededIn",
        "ignoredIn",
    }
    assert opinions <= set(ontology.predicates)
    for name in opinions:
        assert "reported" not in ontology.predicates[name].modalities


def test_a_bypass_is_an_act(ontology: Ontology) -> None:
    for name in ("bypassed", "shutOut", "informedAfterwards", "sidelined"):
        predicate = ontology.predicates[name]
        assert ontology.predicates["bypassed"].iri in predicate.ancestors
        assert set(predicate.modalities) == {"reported", "alleged"}


def test_sub_predicates_allow_no_more_than_those_above(ontology: Ontology) -> None:
    by_iri = {predicate.iri: predicate for predicate in ontology.predicates.values()}
    for predicate in ontology.predicates.values():
        for iri in predicate.ancestors[1:]:
            above = by_iri[iri]
            for kind in predicate.range:
                assert ontology.is_a(kind, above.range)
            for kind in predicate.domain:
                assert ontology.is_a(kind, above.domain)


def test_prefixes_expand_and_compact(ontology: Ontology) -> None:
    assert ontology.expand("ngi:nato") == "https://w3id.org/negograph/id/nato"
    assert ontology.compact("https://w3id.org/negograph/ns#met") == "ng:met"
    assert ontology.expand("unknown:x") == "unknown:x"
    assert ontology.compact("urn:x") == "urn:x"


def test_columns_stand_in_their_order(ontology: Ontology) -> None:
    for columns in ontology.columns.values():
        assert [column.position for column in columns.values()] == list(range(1, len(columns) + 1))


def test_every_table_has_its_keys(ontology: Ontology) -> None:
    keys = {name: [column.name for column in ontology.keys(name)] for name in ontology.columns}
    assert keys == {
        "entities": ["id"],
        "relations": ["id"],
        "sources": ["id"],
        "coverage": ["source", "paragraph"],
        "stories": ["story", "step"],
    }
    assert all(column.required for name in ontology.columns for column in ontology.keys(name))


@pytest.mark.parametrize(
    ("old", "new", "word"),
    [
        (
            'ng:met a ng:Predicate ; ng:group ng:AtTheTable ; ng:step true ; rdfs:label "met"@en ;',
            "ng:met a ng:Predicate ; ng:group ng:AtTheTable ; ng:step true ;",
            "exactly one",
        ),
        (
            "ng:defaultModality ng:advised ; ng:allowedModality ng:advised",
            "ng:defaultModality ng:advised ; ng:allowedModality ng:assessed",
            "default modality",
        ),
        ("ng:valueRange edtf:EDTF ;", "", "rangeIncludes or valueRange"),
        (
            "ng:Group a owl:Class, ng:Kind ;",
            "ng:Group a owl:Class, ng:Kind ; rdfs:seeAlso [ a owl:Thing ] ;",
            "blank nodes",
        ),
    ],
)
def test_a_broken_ontology_is_refused(tmp_path: Path, old: str, new: str, word: str) -> None:
    assert old in SOURCE
    (tmp_path / "ontology.ttl").write_text(SOURCE.replace(old, new), encoding="utf-8")
    with pytest.raises(OntologyError, match=word):
        load_ontology(tmp_path / "ontology.ttl")


def test_a_new_predicate_is_one_block(tmp_path: Path) -> None:
    block = """
ng:toasted a ng:Predicate ; ng:group ng:Moves ; rdfs:label "toasted"@en ; ng:inverseLabel "was toasted by"@en ;
    rdfs:comment "Raised a glass to."@en ; skos:scopeNote "Not for bread."@en ;
    schema:domainIncludes ng:Actor ; schema:rangeIncludes ng:Actor ;
    ng:defaultModality ng:reported ; ng:allowedModality ng:reported .
"""
    (tmp_path / "ontology.ttl").write_text(SOURCE + block, encoding="utf-8")
    ontology = load_ontology(tmp_path / "ontology.ttl")
    assert ontology.predicates["toasted"].range == ("Actor",)

    from negograph.derived import csv_metadata

    assert "|toasted" in csv_metadata(ontology)


def test_what_is_reached_by_two_ways_stands_above_once(tmp_path: Path) -> None:
    block = """
ng:toasted a ng:Predicate ; ng:group ng:Moves ; rdfs:label "toasted"@en ; ng:inverseLabel "was toasted by"@en ;
    rdfs:subPropertyOf ng:demanded, ng:threatened ;
    rdfs:comment "Raised a glass to."@en ; skos:scopeNote "Not for bread."@en ;
    schema:domainIncludes ng:Actor ; schema:rangeIncludes ng:Actor ;
    ng:defaultModality ng:reported ; ng:allowedModality ng:reported .
ng:demanded rdfs:subPropertyOf ng:met . ng:threatened rdfs:subPropertyOf ng:met .
"""
    (tmp_path / "ontology.ttl").write_text(SOURCE + block, encoding="utf-8")
    above = load_ontology(tmp_path / "ontology.ttl").predicates["toasted"].ancestors
    assert [iri.rsplit("#", 1)[-1] for iri in above].count("met") == 1
    assert {"toasted", "demanded", "threatened", "met"} <= {iri.rsplit("#", 1)[-1] for iri in above}


DECLARED = """
ng:Feast a owl:Class, ng:Kind ; rdfs:subClassOf ng:Event ; ng:pointInTime true ;
    rdfs:label "feast"@en ; rdfs:comment "A meal."@en .
ng:toasted a ng:Predicate ; ng:group ng:Moves ; rdfs:label "toasted"@en ; ng:inverseLabel "was toasted by"@en ;
    rdfs:subPropertyOf ng:praised ; rdfs:comment "Raised a glass to."@en ; skos:scopeNote "Not for bread."@en ;
    schema:domainIncludes ng:Actor, ng:Feast ; schema:rangeIncludes ng:Person ; ng:symmetric true ; ng:step true ;
    ng:sign -1 ; ng:link "reaction"@en ; ng:linkFrom rdf:object ; ng:linkTo rdf:subject ; ng:evidenceRequired true ;
    ng:cameo "05" ; ng:plover "AGREE" ; skos:closeMatch sem:toast ; skos:exactMatch schema:toast ;
    ng:defaultModality ng:alleged ; ng:allowedModality ng:reported, ng:alleged .
ng:feastedOn a ng:Predicate ; ng:group ng:Moves ; rdfs:label "feasted on"@en ; ng:inverseLabel "was the feast of"@en ;
    rdfs:comment "Ate."@en ; skos:scopeNote "Not for drinks."@en ; schema:domainIncludes ng:Actor ;
    ng:valueRange edtf:EDTF ; ng:defaultModality ng:reported ; ng:allowedModality ng:reported .
ng:subtype-banquet a ng:Subtype ; skos:notation "banquet" ; rdfs:label "a banquet"@en ; ng:appliesTo ng:Feast, ng:Event .
ngcol:menus.price a csvw:Column ; csvw:name "price" ; ng:table "menus" ; ng:position 2 ; ng:cell ng:IntegerCell ;
    ng:property schema:price, ng:price ; csvw:default "5" ; csvw:minimum 1 ; csvw:maximum 9 ; rdfs:comment "Much."@en .
ngcol:menus.dish a csvw:Column ; csvw:name "dish" ; ng:table "menus" ; ng:position 1 ; ng:cell ng:TextCell ;
    csvw:required true ; ng:key true ; csvw:separator "|" ; csvw:format "[a-z]+" ; csvw:maxLength 20 ;
    ng:termsOf ng:Subtype ; ng:refersTo ng:Feast, ng:Person ; rdfs:comment "What."@en .
"""
NG = "https://w3id.org/negograph/ns#"


def test_what_is_declared_is_read_in_full(tmp_path: Path) -> None:
    (tmp_path / "ontology.ttl").write_text(SOURCE + DECLARED, encoding="utf-8")
    read = load_ontology(tmp_path / "ontology.ttl")
    above = frozenset({"Feast", "Event", "Happening", "Entity"})
    assert read.classes["Feast"] == Class(f"{NG}Feast", "Feast", "feast", "A meal.", True, True, above)
    assert (read.classes["Entity"].is_kind, read.classes["Conflict"].point_in_time) == (False, False)
    assert "Feast" in read.kinds
    assert "Entity" not in read.kinds
    assert read.predicates["toasted"] == Predicate(
        iri=f"{NG}toasted",
        name="toasted",
        label="toasted",
        inverse_label="was toasted by",
        comment="Raised a glass to.",
        scope_note="Not for bread.",
        group="moves",
        domain=("Actor", "Feast"),
        range=("Person",),
        value_range=None,
        default_modality="alleged",
        modalities=("reported", "alleged"),
        evidence_required=True,
        ancestors=(f"{NG}toasted", f"{NG}praised"),
        symmetric=True,
        step=True,
        link="reaction",
        link_forward=False,
        codes={"cameo": "05", "plover": "AGREE"},
        mappings=(
            ("exactMatch", "https://schema.org/toast"),
            ("closeMatch", "http://semanticweb.cs.vu.nl/2009/11/sem/toast"),
        ),
    )
    assert read.predicates["feastedOn"] == Predicate(
        iri=f"{NG}feastedOn",
        name="feastedOn",
        label="feasted on",
        inverse_label="was the feast of",
        comment="Ate.",
        scope_note="Not for drinks.",
        group="moves",
        domain=("Actor",),
        range=(),
        value_range="http://id.loc.gov/datatypes/edtf/EDTF",
        default_modality="reported",
        modalities=("reported",),
        evidence_required=False,
        ancestors=(f"{NG}feastedOn",),
        codes={"cameo": "", "plover": ""},
    )
    assert read.terms["Subtype"]["banquet"] == Term(f"{NG}subtype-banquet", "banquet", "a banquet", ("Feast", "Event"))
    properties = ("https://schema.org/price", f"{NG}price")
    price = Column("menus", "price", 2, "IntegerCell", properties, "Much.", default="5", minimum=1, maximum=9)
    dish = Column(
        "menus",
        "dish",
        1,
        "TextCell",
        (),
        "What.",
        required=True,
        key=True,
        separator="|",
        pattern="[a-z]+",
        terms="Subtype",
        refers_to=("Feast", "Person"),
        max_length=20,
    )
    assert list(read.columns["menus"].items()) == [("dish", dish), ("price", price)]
    assert read.keys("menus") == (dish,)
    assert list(read.prefixes) == sorted(read.prefixes)


def test_the_vocabulary_of_a_graph_says_nothing_about_tables(tmp_path: Path) -> None:
    (tmp_path / "ontology.ttl").write_text(SOURCE + DECLARED, encoding="utf-8")
    read = load_ontology(tmp_path / "ontology.ttl")
    subjects = {triple.subject.value for triple in read.triples}
    assert f"{NG}toasted" in subjects
    assert f"{NG}TextCell" not in subjects
    assert not [each for each in subjects if each.startswith("https://w3id.org/negograph/column/")]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            'rdfs:label "toasted"@en ;',
            "",
            f"<{NG}toasted> needs exactly one <http://www.w3.org/2000/01/rdf-schema#label>, and has 0",
        ),
        (
            'rdfs:label "toasted"@en ;',
            'rdfs:label "toasted"@en, "cheered"@en ;',
            f"<{NG}toasted> needs exactly one <http://www.w3.org/2000/01/rdf-schema#label>, and has 2",
        ),
        (
            "ng:allowedModality ng:reported, ng:alleged .",
            "ng:allowedModality ng:reported .",
            "toasted: its default modality is not among those allowed",
        ),
        ("schema:rangeIncludes ng:Person ;", "", "toasted: give it either rangeIncludes or valueRange"),
        (
            "ng:valueRange edtf:EDTF ;",
            "ng:valueRange edtf:EDTF ; schema:rangeIncludes ng:Person ;",
            "feastedOn: give it either rangeIncludes or valueRange",
        ),
    ],
)
def test_what_is_wrong_with_a_declaration_is_said(tmp_path: Path, old: str, new: str, message: str) -> None:
    assert old in DECLARED
    (tmp_path / "ontology.ttl").write_text(SOURCE + DECLARED.replace(old, new), encoding="utf-8")
    with pytest.raises(OntologyError) as caught:
        load_ontology(tmp_path / "ontology.ttl")
    assert str(caught.value) == message


def test_the_longest_prefix_that_fits_is_taken(ontology: Ontology) -> None:
    read = replace(ontology, prefixes={"a": "urn:x", "b": "urn:x:y:", "c": "urn:x:"})
    assert read.compact("urn:x:y:z") == "b:z"
    assert read.compact("urn:x:z") == "c:z"
    assert read.compact("urn:xz") == "a:z"
    assert read.expand("b:z:z") == "urn:x:y:z:z"
    assert read.expand("b") == "b"


IDS = [
    "r0001",
    "r001",
    "r12345",
    "r2000901001",
    "x0001",
    "R0001",
    "r00a1",
    "r0001a",
    "r-0001",
    "0001",
    "r",
    "",
    "rr0001",
]


def test_the_form_of_a_claims_id_is_the_same_wherever_it_is_known(ontology: Ontology) -> None:
    """Three places know it by themselves, for speed or in another language; the column says what it is."""
    pattern = ontology.columns["relations"]["id"].pattern or ""
    assert {each for each in IDS if is_claim(each)} == {each for each in IDS if re.fullmatch(pattern, each)}
    script = (ROOT / "src/negograph/explorer/page/turtle.js").read_text(encoding="utf-8")
    (known,) = re.findall(r"/\^(.+?)\$/\.test\(id\)", script)
    assert known.replace(r"\d", "[0-9]") == pattern
    assert re.fullmatch(r"[a-z]\[0-9\]\{\d+,\}", pattern), "a letter and a number, by which place() sorts"
    assert place("relations", ontology, {"id": "r0012"}) < place("relations", ontology, {"id": "r00101"})
