"""Tables into triples by Morph-KGC: one mapping a column, for the columns that need no rule of ours.

Left out are lists, defaults, and what follows from a row (days, passages, direct triples): RML has no
word for them, or only by functions.
"""

from __future__ import annotations

from pathlib import Path

import morph_kgc

from negograph.ontology import EDTF, Column, Ontology

_SPACES = {"EntityCell": "ngi", "SourceCell": "ngs", "ThingCell": "ngi", "StoryCell": "ngstory"}
_SUBJECTS = {
    "entities": ("ngi", "{id}"),
    "relations": ("ngc", "{id}"),
    "sources": ("ngs", "{id}"),
    "coverage": ("ngp", "{source}.p{paragraph}"),
    "stories": ("ngstory", "{story}.{step}"),
}
_HEAD = """
@prefix rr: <http://www.w3.org/ns/r2rml#> . @prefix rml: <http://semweb.mmlab.be/ns/rml#> .
@prefix ql: <http://semweb.mmlab.be/ns/ql#> .
"""


def triples_of(folder: Path, ontology: Ontology, scratch: Path) -> set[str]:
    """The triples of the tables in ``folder``."""
    mapping = scratch / "mapping.ttl"
    mapping.write_text(_HEAD + "".join(_table(name, folder, ontology) for name in ontology.columns), encoding="utf-8")
    config = (
        f"[CONFIGURATION]\nlogging_level: ERROR\nna_values:\nmapping_partitioning: NO\n[tables]\nmappings: {mapping}\n"
    )
    found: set[str] = morph_kgc.materialize_set(config)
    return found


def _table(name: str, folder: Path, ontology: Ontology) -> str:
    prefix, template = _SUBJECTS[name]
    maps = "".join(
        f" rr:predicateObjectMap [ rr:predicate <{ontology.expand(curie)}> ;"
        f" rr:objectMap [ {_term(column, ontology)} ] ] ;"
        for column in ontology.columns[name].values()
        if not column.separator
        for curie in column.properties
    )
    return (
        f'<#{name}> rml:logicalSource [ rml:source "{folder / name}.csv" ; rml:referenceFormulation ql:CSV ] ;{maps}'
        f' rr:subjectMap [ rr:template "{ontology.expand(prefix + ":")}{template}" ] .\n'
    )


def _term(column: Column, ontology: Ontology) -> str:
    if column.cell in _SPACES:
        return f'rr:template "{ontology.expand(_SPACES[column.cell] + ":")}{{{column.name}}}"'
    if column.cell in ("KindCell", "PredicateCell", "TermCell"):
        return f'rr:template "{ontology.expand("ng:")}{{{column.name}}}"'
    suffix = {"DateCell": f" ; rr:datatype <{EDTF}>", "TextCell": ' ; rr:language "en"'}.get(column.cell, "")
    return f'rml:reference "{column.name}"{suffix}'
