"""SPARQL results as JSON, XML, CSV and TSV, row by row, so that a cut can be made and told of."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Sequence
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import pyoxigraph as ox

__all__ = ["write_boolean", "write_rows", "write_statements"]

Term = ox.NamedNode | ox.Literal | ox.BlankNode | ox.Triple | None
Rows = Sequence[Sequence[Term]]

_STRING = "http://www.w3.org/2001/XMLSchema#string"
_BOOLEANS = {
    "json": ox.QueryResultsFormat.JSON,
    "xml": ox.QueryResultsFormat.XML,
    "csv": ox.QueryResultsFormat.CSV,
    "tsv": ox.QueryResultsFormat.TSV,
}
_STATEMENTS = {
    "ttl": ox.RdfFormat.TURTLE,
    "nt": ox.RdfFormat.N_TRIPLES,
    "rdf": ox.RdfFormat.RDF_XML,
    "jsonld": ox.RdfFormat.JSON_LD,
}
_NOT_IN_XML = dict.fromkeys((*range(9), 11, 12, *range(14, 32), 65534, 65535), 65533)


def write_boolean(answer: ox.QueryBoolean, form: str) -> bytes:
    """The answer of an ASK query."""
    data = answer.serialize(format=_BOOLEANS[form])
    assert data is not None
    return data


def write_rows(variables: Sequence[str], rows: Rows, form: str, link: str = "") -> bytes:
    """The answer of a SELECT query; ``link`` names what a reader should know of it, where the format can."""
    return _WRITERS[form](variables, rows, link).encode()


def write_statements(triples: Iterable[ox.Triple], form: str, prefixes: dict[str, str], note: str = "") -> bytes:
    """The answer of a CONSTRUCT or DESCRIBE query, with a comment at its end where the format can hold one."""
    data = ox.serialize(triples, format=_STATEMENTS[form], prefixes=prefixes)
    assert data is not None
    comments = {"ttl": f"\n# {note}\n", "nt": f"# {note}\n", "rdf": f"\n<!-- {note} -->\n"}
    return data + comments.get(form, "").encode() if note else data


def _json(variables: Sequence[str], rows: Rows, link: str) -> str:
    bindings = [
        {name: _json_term(term) for name, term in zip(variables, row, strict=True) if term is not None} for row in rows
    ]
    head: dict[str, Any] = {"vars": list(variables)} | ({"link": [link]} if link else {})
    return json.dumps({"head": head, "results": {"bindings": bindings}}, ensure_ascii=False) + "\n"


def _json_term(term: Term) -> dict[str, Any]:
    if isinstance(term, ox.NamedNode):
        return {"type": "uri", "value": term.value}
    if isinstance(term, ox.BlankNode):
        return {"type": "bnode", "value": term.value}
    if isinstance(term, ox.Triple):
        parts = {"subject": term.subject, "predicate": term.predicate, "object": term.object}
        return {"type": "triple", "value": {name: _json_term(part) for name, part in parts.items()}}
    assert isinstance(term, ox.Literal)
    found = {"type": "literal", "value": term.value}
    if term.language:
        found["xml:lang"] = term.language
    elif term.datatype.value != _STRING:
        found["datatype"] = term.datatype.value
    return found


def _xml(variables: Sequence[str], rows: Rows, link: str) -> str:
    heads = "".join(f"<variable name={quoteattr(name)}/>" for name in variables)
    heads += f"<link href={quoteattr(link)}/>" if link else ""
    results = "".join(
        "<result>"
        + "".join(
            f"<binding name={quoteattr(name)}>{_xml_term(term)}</binding>"
            for name, term in zip(variables, row, strict=True)
            if term is not None
        )
        + "</result>"
        for row in rows
    )
    space = "http://www.w3.org/2005/sparql-results#"
    return f'<?xml version="1.0"?><sparql xmlns="{space}"><head>{heads}</head><results>{results}</results></sparql>\n'


def _xml_term(term: Term) -> str:
    if isinstance(term, ox.Triple):
        parts = {"subject": term.subject, "predicate": term.predicate, "object": term.object}
        return "<triple>" + "".join(f"<{key}>{_xml_term(part)}</{key}>" for key, part in parts.items()) + "</triple>"
    assert term is not None
    text = escape(term.value.translate(_NOT_IN_XML), {"\r": "&#13;"})
    if isinstance(term, ox.NamedNode):
        return f"<uri>{text}</uri>"
    if isinstance(term, ox.BlankNode):
        return f"<bnode>{text}</bnode>"
    if term.language:
        return f"<literal xml:lang={quoteattr(term.language)}>{text}</literal>"
    kind = "" if term.datatype.value == _STRING else f" datatype={quoteattr(term.datatype.value)}"
    return f"<literal{kind}>{text}</literal>"


def _csv(variables: Sequence[str], rows: Rows, _: str) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(variables)
    writer.writerows([_csv_term(term) for term in row] for row in rows)
    return out.getvalue()


def _csv_term(term: Term) -> str:
    if term is None:
        return ""
    if isinstance(term, ox.BlankNode):
        return f"_:{term.value}"
    return str(term) if isinstance(term, ox.Triple) else term.value


def _tsv(variables: Sequence[str], rows: Rows, _: str) -> str:
    lines = ["\t".join(f"?{name}" for name in variables)]
    lines += ["\t".join("" if term is None else str(term) for term in row) for row in rows]
    return "\n".join(lines) + "\n"


_WRITERS: dict[str, Callable[[Sequence[str], Rows, str], str]] = {"json": _json, "xml": _xml, "csv": _csv, "tsv": _tsv}
