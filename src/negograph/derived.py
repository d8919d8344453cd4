"""Whatever follows from the ontology and the tables, and is committed all the same.

``python -m negograph.derived`` writes it all; ``--check`` only says what is stale.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator, Mapping
from itertools import groupby
from pathlib import Path

from negograph import dataset, export, rdf
from negograph.errors import NegographError
from negograph.kg import KnowledgeGraph, load
from negograph.ontology import Class, Column, Ontology, Predicate
from negograph.rdf import serialize

__all__ = ["codebook", "csv_metadata", "derived_files", "shapes", "statistics"]

_DATATYPES = {"IntegerCell": "integer", "IriCell": "anyURI"}
_REFERS = {"EntityCell": "entities", "ClaimCell": "relations", "SourceCell": "sources"}
_CLASSES = {"PredicateCell": "Predicate", "ClaimCell": "Claim", "SourceCell": "Source", "StoryCell": "Story"}
_SPEAKERS = ("Source", "Curators")
"""Who speaks, beside the actors that a claim is attributed to: the source itself, or the curators."""
_TARGETS = {
    "Entity": "entities",
    "Claim": "relations",
    "Source": "sources",
    "Passage": "coverage",
    "StoryStep": "stories",
}
"""Class to the table whose rows its shape is about."""
_SHAPE_SPACE = "https://w3id.org/negograph/shapes#"
_XSD = "http://www.w3.org/2001/XMLSchema#"


def derived_files(kg: KnowledgeGraph, root: Path) -> dict[Path, bytes]:
    """Path to content of every file that follows from others; the CSVs in canonical form are among them."""
    ontology = kg.ontology
    tables = export.folder(kg.store, ontology)
    return {
        **{root / "data" / name: data for name, data in tables.items()},
        root / "data" / "csv-metadata.json": csv_metadata(ontology).encode(),
        root / "graph" / "shapes.ttl": shapes(ontology, root / "graph" / "rules").encode(),
        root / "graph" / "negograph.ttl": export.FORMATS["ttl"][1](kg.store, ontology),
        root / "graph" / "void.ttl": statistics(kg).encode(),
        root / "docs" / "codebook.md": codebook(kg).encode(),
    }


def statistics(kg: KnowledgeGraph) -> str:
    """The data set in DCAT and VoID, with its counts and the addresses of its files."""
    store = rdf.with_named_graphs(kg.store, kg.ontology)
    return serialize(dataset.void(store, kg.ontology, "https://w3id.org/negograph"), "ttl", kg.ontology.prefixes)


# CSVW


def csv_metadata(ontology: Ontology) -> str:
    """The tables as CSV on the Web describes them (W3C Recommendation, 2015)."""
    document = {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
        "dc:title": "negograph",
        "dc:license": {"@id": "https://creativecommons.org/licenses/by/4.0/"},
        "dialect": {"encoding": "utf-8", "header": True, "delimiter": ",", "quoteChar": '"', "doubleQuote": True},
        "tables": [
            {"url": f"{name}.csv", "tableSchema": _schema(list(columns.values()), ontology)}
            for name, columns in ontology.columns.items()
        ],
    }
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def _schema(columns: list[Column], ontology: Ontology) -> dict[str, object]:
    return {
        "columns": [_csvw_column(column, ontology) for column in columns],
        "primaryKey": [column.name for column in columns if column.key],
        "foreignKeys": [
            {
                "columnReference": column.name,
                "reference": {"resource": f"{_REFERS[column.cell]}.csv", "columnReference": "id"},
            }
            for column in columns
            if column.cell in _REFERS
        ],
    }


def _csvw_column(column: Column, ontology: Ontology) -> dict[str, object]:
    found: dict[str, object] = {"name": column.name, "titles": column.name, "dc:description": column.comment}
    datatype: dict[str, object] = {"base": _DATATYPES.get(column.cell, "string")}
    words = _words(column, ontology)
    if words:
        datatype["format"] = "|".join(re.escape(word) for word in words)
    elif column.pattern:
        datatype["format"] = column.pattern
    for key, value in (("maxLength", column.max_length), ("minimum", column.minimum), ("maximum", column.maximum)):
        if value is not None:
            datatype[key] = value
    found["datatype"] = datatype
    if column.separator:
        found["separator"] = column.separator
    if column.required:
        found["required"] = True
    if column.properties:
        found["propertyUrl"] = ontology.expand(column.properties[0])
    return found


def _words(column: Column, ontology: Ontology) -> list[str]:
    """The words that a cell of this column may hold, where they are a closed list."""
    closed = {"KindCell": ontology.kinds, "PredicateCell": tuple(ontology.predicates)}
    if column.terms:
        return list(ontology.terms[column.terms])
    return list(closed.get(column.cell, ()))


# SHACL


def shapes(ontology: Ontology, rules: Path) -> str:
    """The shapes: what each table's columns ask for, and the rules of ``graph/rules``."""
    prefixes = ("ng", "ngi", "dcterms", "edtf", "prov", "rdf", "rdfs", "schema", "skos", "xsd")
    lines = [
        "# Written by python -m negograph.derived; the sources are ontology.ttl and rules/*.rq.",
        f"@prefix ngsh: <{_SHAPE_SPACE}> .",
        "@prefix sh: <http://www.w3.org/ns/shacl#> .",
        *(f"@prefix {name}: <{ontology.prefixes[name]}> ." for name in prefixes),
        "",
        "ngsh:prefixes sh:declare " + ", ".join(f"ngsh:prefix-{name}" for name in prefixes) + " .",
        *(
            f'ngsh:prefix-{name} sh:prefix "{name}" ; sh:namespace "{ontology.prefixes[name]}"^^xsd:anyURI .'
            for name in prefixes
        ),
    ]
    found = [_rule(file) for file in sorted(rules.glob("*.rq"))]
    for target in _TARGETS:
        lines += [
            "",
            *_node_shape(target, ontology, [rule["name"] for rule in found if target in rule["target"].split()]),
        ]
    lines += ["", *_class_shapes(ontology), "", *map(_sparql_constraint, found)]
    return "\n".join(lines) + "\n"


def _node_shape(target: str, ontology: Ontology, rules: list[str]) -> Iterator[str]:
    """The shape of the rows of one table: their own IRIs, a property shape a column, the rules about them."""
    columns = list(ontology.columns[_TARGETS[target]].values())
    found = [line for column in columns if column.properties for line in _property_shapes(target, column, ontology)]
    names = ", ".join(line.partition(" ")[0] for line in found)
    parts = [f"ngsh:{target} a sh:NodeShape ; sh:targetClass ng:{target}", f"sh:property {names}"]
    if space := rdf.OWN_SPACE.get(_TARGETS[target]):
        form = next(column.pattern for column in columns if column.name == "id")
        parts.append(f'sh:nodeKind sh:IRI ; sh:pattern "^{_turtle(ontology.prefixes[space])}({_turtle(form or "")})$"')
    if rules:
        parts.append("sh:sparql " + ", ".join(f"ngsh:{name}" for name in rules))
    yield " ;\n    ".join(parts) + " ."
    yield from found


def _turtle(text: str) -> str:
    """Text as it stands between the quotation marks of a Turtle literal."""
    return text.replace("\\", "\\\\").replace('"', '\\"')


def _property_shapes(target: str, column: Column, ontology: Ontology) -> Iterator[str]:
    """One property shape a property; the properties that two columns share get no counts."""
    for iri in column.properties:
        path = ontology.compact(iri)
        parts = [f"ngsh:{target}-{column.name}", f"a sh:PropertyShape ; sh:path {path}"]
        always = bool(column.required or column.default or column.name in ("modality", "object"))
        if target == "Passage":  # one that a claim cites needs no row of coverage.csv: the table may be missing
            always = column.key
        if always:
            parts.append("sh:minCount 1")
        if column.separator is None and path not in ("rdf:type", "schema:sameAs"):
            parts.append("sh:maxCount 1")
        parts.extend(_value_shape(column, ontology))
        yield " ; ".join([" ".join(parts[:2]), *parts[2:]]) + " ."


def _value_shape(column: Column, ontology: Ontology) -> Iterator[str]:
    datatypes = {
        "TextCell": "rdf:langString",
        "CodeCell": "xsd:string",
        "LocatorCell": "xsd:string",
        "IntegerCell": "xsd:integer",
        "DateCell": "<http://id.loc.gov/datatypes/edtf/EDTF>",
    }
    if column.cell in datatypes:
        yield f"sh:datatype {datatypes[column.cell]}"
        if column.pattern:
            yield f'sh:pattern "^({_turtle(column.pattern)})$"'
    if column.terms:
        terms = " ".join(f"<{term.iri}>" for term in ontology.terms[column.terms].values())
        yield f"sh:in ( {terms} )"
    if column.cell in ("EntityCell", "WikidataCell", "IriCell", "ThingCell") and column.name != "object":
        yield "sh:nodeKind sh:IRI"
    if column.cell == "WikidataCell":  # same_as has the same property
        yield "sh:qualifiedValueShape ngsh:is-item ; sh:qualifiedMaxCount 1"
    classes = _classes_of(column)
    if len(classes) == 1:
        yield f"sh:class ng:{classes[0]}"
    elif classes:
        yield f"sh:or ( {' '.join(f'ngsh:is-{name}' for name in classes)} )"
    if column.max_length and column.cell != "StoryCell":  # an IRI is longer than its tail
        yield f"sh:maxLength {column.max_length}"
    if column.minimum is not None:
        yield f"sh:minInclusive {column.minimum}"
    if column.maximum is not None:
        yield f"sh:maxInclusive {column.maximum}"


def _classes_of(column: Column) -> tuple[str, ...]:
    """The classes of which a column's things are: any one will do. Those of a claim's ends, its predicate says."""
    if column.cell in _CLASSES:
        return (_CLASSES[column.cell],)
    return (*column.refers_to, *_SPEAKERS) if column.name == "attributed_to" else column.refers_to


def _class_shapes(ontology: Ontology) -> Iterator[str]:
    """A shape for each class that is one of several which a column allows, and one for the items of Wikidata."""
    several = [_classes_of(column) for table in _TARGETS.values() for column in ontology.columns[table].values()]
    for name in dict.fromkeys(name for classes in several if len(classes) > 1 for name in classes):
        yield f"ngsh:is-{name} a sh:NodeShape ; sh:class ng:{name} ."
    yield f'ngsh:is-item a sh:NodeShape ; sh:pattern "^{_turtle(ontology.prefixes["wd"])}" .'


def _rule(file: Path) -> dict[str, str]:
    text = file.read_text(encoding="utf-8")
    header = dict(re.findall(r"^#\+ ([a-z]+): (.+)$", text, re.MULTILINE))
    return {**header, "name": file.stem, "select": text[text.index("SELECT") :].strip()}


def _sparql_constraint(rule: Mapping[str, str]) -> str:
    return (
        f"ngsh:{rule['name']} a sh:SPARQLConstraint ; sh:prefixes ngsh:prefixes ;\n"
        f'    sh:message "{rule["title"]}"@en ;\n    sh:select """{rule["select"]}""" .'
    )


# Codebook


def codebook(kg: KnowledgeGraph) -> str:
    """Every class, predicate, term and column, with what belongs to it and what doesn't."""
    ontology = kg.ontology
    lines = ["# Codebook", "", "<!-- written by python -m negograph.derived from graph/ontology.ttl -->", ""]
    lines += ["## Kinds of entities", ""]
    lines += [_class_line(ontology.classes[name], kg) for name in ontology.kinds]
    for group, predicates in groupby(ontology.predicates.values(), lambda predicate: predicate.group):
        lines += ["", f"## Predicates: {group}"]
        for predicate in predicates:
            lines += ["", *_predicate_lines(predicate, kg)]
    lines += ["", "## Closed lists", ""]
    for name, terms in ontology.terms.items():
        words = ", ".join(f"`{word}`" for word in terms)
        lines.append(f"- **{name}**: {words}")
    for table, columns in ontology.columns.items():
        lines += [
            "",
            f"## Columns of {table}.csv",
            "",
            "| column | required | list | what it holds |",
            "|---|---|---|---|",
        ]
        for column in columns.values():
            separator = f"`\\{column.separator}`" if column.separator else ""
            lines.append(f"| `{column.name}` | {'yes' if column.required else ''} | {separator} | {column.comment} |")
    return "\n".join(lines) + "\n"


def _class_line(each: Class, kg: KnowledgeGraph) -> str:
    example = next((entity for entity in map(kg.entity, kg.entities()) if entity.kind == each.name), None)
    return f"- **{each.name}**: {each.comment}" + (f" Example: {example.label} (`{example.id}`)." if example else "")


def _predicate_lines(predicate: Predicate, kg: KnowledgeGraph) -> Iterator[str]:
    takes = " or ".join(predicate.range) or ("a date" if "edtf" in str(predicate.value_range) else "text in `value`")
    yield f"### {predicate.name}"
    yield ""
    yield f"{' or '.join(predicate.domain)} → {takes}; modality {predicate.default_modality} by default,"
    yield f"allowed: {', '.join(predicate.modalities)}."
    yield ""
    yield f"- Include: {predicate.comment}"
    yield f"- Leave out: {predicate.scope_note}"
    if len(predicate.ancestors) > 1:
        yield f"- A kind of: {kg.ontology.compact(predicate.ancestors[1])}"
    codes = [f"{name.upper()} {code}" for name, code in predicate.codes.items() if code]
    mappings = [f"{match} {kg.ontology.compact(iri)}" for match, iri in predicate.mappings]
    yield f"- Elsewhere: {'; '.join([*mappings, *codes]) or 'no counterpart known'}"
    example = next((row for row in map(kg.claim, kg.claims()) if row["predicate"] == predicate.name), None)
    if example:
        place = f"{example['source']} ¶{example['locator']}" if example["locator"] else example["source"] or "inferred"
        end = example["object"] or example["value"]
        statement = f"`{example['subject']}` {predicate.name} `{end}`"
        yield f"- Example: {statement}: {example['gist']} ({example['id']}, {place})"


def main(arguments: list[str]) -> int:
    """Write the derived files, or with ``--check`` list the stale ones.

    Returns the number of stale files, or 1 where something could not be read or written.
    """
    try:
        return _bring_up_to_date(Path(__file__).parents[2], arguments)
    except NegographError as error:
        print(f"negograph.derived: {error}", file=sys.stderr)
        return 1


def _bring_up_to_date(root: Path, arguments: list[str]) -> int:
    if not (root / "graph").is_dir():  # an installed package has no docs, and is not the checkout
        raise NegographError("this is no checkout: run it from an editable install: pip install -e .")
    files = derived_files(load(root / "data"), root)
    stale = [path for path, data in files.items() if not path.exists() or path.read_bytes() != data]
    for path in stale:
        print(f"{'stale' if '--check' in arguments else 'wrote'} {path.relative_to(root)}")
        if "--check" not in arguments:
            with export.write_atomically(path) as stream:
                stream.write(files[path])
    return len(stale) if "--check" in arguments else 0


if __name__ == "__main__":
    sys.exit(min(main(sys.argv[1:]), 1))
