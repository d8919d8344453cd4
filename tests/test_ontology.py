from __future__ import annotations

from pathlib import Path

import pytest

from negograph.errors import OntologyError
from negograph.ontology import Ontology, load_ontology

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
