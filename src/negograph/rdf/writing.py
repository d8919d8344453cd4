"""Rows into statements: one function that every size of data and every engine goes through.

What goes into the graph for a column is said by the ontology (``ng:property``, ``ng:cell``). Added
to that are the things that follow from a row: the classes above its kind, the days that bound its
dates, the passages that a locator names, and, for an act that is reported and affirmed, the direct
triple.

A row becomes text, and nothing is kept of it. The statements about one subject differ only in what
comes behind the subject, which is called a tail here. What the cells of closed lists (kinds,
predicates, modalities ...) have to say is the same for many rows, and is made once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, islice
from operator import itemgetter
from typing import Any

import pyoxigraph as ox

from negograph.dates import bounds
from negograph.ontology import CURATORS, EDITORIAL, EDTF, Class, Column, Ontology, Predicate, Term
from negograph.tables import Table, Tables
from negograph.tables.scope import is_number, paragraphs

OWN_SPACE = {"entities": "ngi", "relations": "ngc", "sources": "ngs"}
"""Prefix of the IRIs that the ids of a table become."""

_XSD = "http://www.w3.org/2001/XMLSchema#"
_END = " .\n"
_REMEMBERED = 2**13
"""Dates of which the days are kept, however many rows there are."""
_TOGETHER = 500
"""Rows that are handed to the engine at once."""

_Cells = Sequence[str]
_Write = Callable[[_Cells], str]


def lines(
    name: str, header: Sequence[str], rows: Iterable[_Cells], ontology: Ontology, *, graphs: bool = False
) -> Iterator[str]:
    """Yield the statements of each row of the table ``name`` as lines of N-Triples, one text a row.

    Rows are written as they come, in constant memory. The same line may come more than once (a
    passage that two rows cite). The vocabulary is not among them: see :func:`vocabulary`.

    Args:
        name: of the table (entities, relations, sources, coverage, stories).
        header: the columns in the order of the cells; one that is missing is empty everywhere.
        rows: the cells of each row, empty ones as ``""``, as ``csv.reader`` or the tuples of any
            engine have them. They are not checked again: give it what ``negograph check`` passed.
        ontology: says what each column becomes.
        graphs: write N-Quads instead: claims and the direct triples that they carry in the graph
            of their source, inferences and stories in that of the curators, the rest in no graph.

    Raises:
        KeyError: a kind, a predicate or a word of a closed list is not in the ontology.

    >>> from negograph.ontology import load_ontology
    >>> row = next(lines("entities", ["id", "kind", "label"], [["un", "Organisation", "UN"]], load_ontology()))
    >>> print(row.splitlines()[-1])
    <https://w3id.org/negograph/id/un> <http://www.w3.org/2000/01/rdf-schema#label> "UN"@en .
    """
    columns = ontology.columns[name]
    place = {column: position for position, column in enumerate(header)}
    order = [place.get(column, len(header)) for column in columns]
    if order != list(range(len(header))):
        pick = itemgetter(*order)
        rows = (pick((*row, "")) for row in rows)
    return map(_WRITERS[name](_Form(name, ontology), graphs), rows)


def vocabulary(ontology: Ontology) -> str:
    """The statements of the ontology itself as lines of N-Triples; they belong into every graph."""
    return "".join(f"{triple}{_END}" for triple in ontology.triples)


def is_claim(identifier: str) -> bool:
    """Whether an id of the tables is that of a claim: r and digits, as no slug of an entity is."""
    return identifier[:1] == "r" and len(identifier) > 4 and identifier[1:].isdecimal()


# What all tables share


@dataclass(frozen=True, slots=True)
class _Around:
    """What stands around an item of a cell in a tail; ``encode`` makes the term where that is not enough."""

    before: str
    after: str = ""
    encode: Callable[[str], str] | None = None


class _Form:
    """How the cells of one table become tails, made from the ontology before the first row."""

    def __init__(self, name: str, ontology: Ontology) -> None:
        self.ontology = ontology
        self.at = {column: position for position, column in enumerate(ontology.columns[name])}
        self._closed: list[tuple[int, str, str, dict[str, str]]] = []
        self._plain: list[tuple[int, str, str]] = []
        self._open: list[tuple[int, str | None, str, str, Callable[[str], str]]] = []
        for column in ontology.columns[name].values():
            position, words = self.at[column.name], self._words(column)
            for curie in column.properties:
                before = f" <{ontology.expand(curie)}> "
                if words:
                    self._closed.append((position, column.default, before, words))
                    continue
                around = self._around(column)
                if column.separator or around.encode:
                    encode = around.encode or str
                    self._open.append((position, column.separator, before + around.before, around.after, encode))
                else:
                    self._plain.append((position, before + around.before, around.after))
        self.closed = itemgetter(*(position for position, *_ in self._closed), *(0,) * (len(self._closed) < 2))

    def iri(self, curie: str) -> str:
        """The term of a CURIE or an IRI."""
        return f"<{self.ontology.expand(curie)}>"

    def space(self, prefix: str) -> str:
        """What a term begins with whose IRI is in the namespace of ``prefix``."""
        return f"<{self.ontology.prefixes[prefix]}"

    def tail(self, predicate: str, term: str) -> str:
        """The tail that says ``term``, a CURIE or an IRI."""
        return f" {self.iri(predicate)} {self.iri(term)}"

    def closed_tails(self, cells: _Cells) -> list[str]:
        """What the cells of closed lists say."""
        said = ((before, words, cells[position] or default) for position, default, before, words in self._closed)
        return [before + words[text] for before, words, text in said if text]

    def open_tails(self, cells: _Cells) -> list[str]:
        """What all other cells say."""
        tails = [before + text + after for position, before, after in self._plain if (text := cells[position])]
        for position, separator, before, after, encode in self._open:
            if text := cells[position]:
                if separator and separator in text:
                    tails += [before + encode(item) + after for item in text.split(separator)]
                else:
                    tails.append(before + encode(text) + after)
        return tails

    def _words(self, column: Column) -> dict[str, str]:
        """The items of a closed list and their terms; empty for any other column."""
        lists: dict[str, Mapping[str, Class | Predicate | Term]] = {
            "KindCell": self.ontology.classes,
            "PredicateCell": self.ontology.predicates,
            "TermCell": self.ontology.terms.get(column.terms or "", {}),
        }
        return {word: f"<{each.iri}>" for word, each in lists.get(column.cell, {}).items()}

    def _around(self, column: Column) -> _Around:
        claim, entity = self.space("ngc"), self.space("ngi")
        forms = {
            "EntityCell": _Around(entity, ">"),
            "ClaimCell": _Around(claim, ">"),
            "ThingCell": _Around("", ">", lambda item: (claim if is_claim(item) else entity) + item),
            "SourceCell": _Around(self.space("ngs"), ">"),
            "StoryCell": _Around(self.space("ngstory"), ">"),
            "WikidataCell": _Around(self.space("wd"), ">"),
            "IriCell": _Around("", "", self.iri),
            "DateCell": _Around('"', f'"^^<{EDTF}>'),
            "IntegerCell": _Around('"', f'"^^<{_XSD}integer>'),
            "ValueCell": _Around("", "", _value),
            "LocatorCell": _Around('"', '"', _escaped),
            "CodeCell": _Around('"', '"', _escaped),
            "TextCell": _Around('"', '"@en', _escaped),
        }
        return forms[column.cell]


def _escaped(text: str) -> str:
    if "\\" in text or '"' in text or "\n" in text or "\r" in text:
        return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r")
    return text


def _text(value: str) -> str:
    return f'"{_escaped(value)}"@en'


def _value(value: str) -> str:
    return f'"{value}"^^<{_XSD}decimal>' if is_number(value) else _text(value)


def _said(subject: str, tails: Iterable[str], end: str = _END) -> str:
    """The lines that say ``tails`` of ``subject``."""
    return subject + (end + subject).join(tails) + end


class _Days:
    """The tails of the first day that one date allows, and of the last that another does."""

    def __init__(self, form: _Form) -> None:
        before, after = f" {form.iri('ng:earliest')} ", f" {form.iri('ng:latest')} "

        @lru_cache(_REMEMBERED)
        def tails(start: str, end: str) -> tuple[str, ...]:
            first = bounds(start, interval=True).earliest if start else None
            last = bounds(end, interval=True).latest if end else None
            pairs = ((before, first), (after, last))
            return tuple(f'{predicate}"{day.isoformat()}"^^<{_XSD}date>' for predicate, day in pairs if day)

        self.tails = tails


# Table by table


def _of_entities(form: _Form, graphs: bool) -> _Write:
    space, days, classes = form.space("ngi"), _Days(form).tails, form.ontology.classes
    kind, start, end = (form.at[name] for name in ("kind", "start", "end"))
    known: dict[object, tuple[list[str], bool]] = {}

    def constant(cells: _Cells) -> tuple[list[str], bool]:
        own = classes[cells[kind]]
        above = sorted(own.ancestors & classes.keys() - {own.name})
        tails = form.closed_tails(cells) + [form.tail("rdf:type", classes[each].iri) for each in above]
        return tails, own.point_in_time

    def write(cells: _Cells) -> str:
        key = form.closed(cells)
        tails, at_once = known.get(key) or known.setdefault(key, constant(cells))
        tails = tails + form.open_tails(cells)
        if first := cells[start]:
            tails += days(first, cells[end] or (first if at_once else ""))
        elif last := cells[end]:
            tails += days("", last)
        return _said(f"{space}{cells[0]}>", tails)

    return write


def _of_sources(form: _Form, graphs: bool) -> _Write:
    space, days, published = form.space("ngs"), _Days(form).tails, form.at["published"]
    constant = form.tail("rdf:type", "ng:Source")

    def write(cells: _Cells) -> str:
        tails = [constant, *form.closed_tails(cells), *form.open_tails(cells)]
        return _said(f"{space}{cells[0]}>", [*tails, *days(cells[published], cells[published])])

    return write


def _of_coverage(form: _Form, graphs: bool) -> _Write:
    space, source, paragraph = form.space("ngp"), form.at["source"], form.at["paragraph"]
    constant = form.tail("rdf:type", "ng:Passage")

    def write(cells: _Cells) -> str:
        tails = [constant, *form.closed_tails(cells), *form.open_tails(cells)]
        return _said(f"{space}{cells[source]}.p{int(cells[paragraph])}>", tails)

    return write


def _of_stories(form: _Form, graphs: bool) -> _Write:
    space, (story, step, title) = form.space("ngstory"), (form.at[name] for name in ("story", "step", "title"))
    end = f" <{CURATORS}>{_END}" if graphs else _END
    constant = form.tail("rdf:type", "ng:StoryStep")
    whole = [form.tail("rdf:type", "ng:Story"), form.tail("prov:wasAttributedTo", CURATORS)]
    label = f" {form.iri('rdfs:label')} "

    def write(cells: _Cells) -> str:
        tails = [constant, *form.closed_tails(cells), *form.open_tails(cells)]
        own = _said(f"{space}{cells[story]}.{cells[step]}>", tails, end)
        return own + _said(f"{space}{cells[story]}>", [*whole, label + _text(cells[title])], end)

    return write


@dataclass(frozen=True, slots=True)
class _Claim:
    """What the closed cells of a claim decide."""

    tails: list[str]
    direct: list[str]
    """Predicates of its direct triples, if it has a source."""
    value: Callable[[str], str] | None
    """Makes the object where that is a value."""
    dated: bool


def _of_relations(form: _Form, graphs: bool) -> _Write:
    claims, entities, sources = form.space("ngc"), form.space("ngi"), form.space("ngs")
    names = ("subject", "object", "value", "start", "end", "source", "locator", "attributed_to")
    subject, target, value, start, end, source, locator, voices = (form.at[name] for name in names)
    days, passages = _Days(form).tails, _passages(form)
    spoken, thing = f" {form.iri('prov:wasAttributedTo')} ", f" {form.iri('rdf:object')} "
    known: dict[object, _Claim] = {}

    def write(cells: _Cells) -> str:
        key = form.closed(cells)
        claim = known.get(key) or known.setdefault(key, _claim(form, cells))
        tails = claim.tails + form.open_tails(cells)
        text, own, place = "", cells[source], cells[locator]
        if not cells[voices]:
            tails.append(spoken + (f"{sources}{own}>" if own and own != EDITORIAL else f"<{CURATORS}>"))
        if place:
            cited, text = passages(own, place)
            tails += cited
        if claim.value:
            what = claim.value(cells[value])
            tails.append(thing + what)
        else:
            what = f"{claims if is_claim(cells[target]) else entities}{cells[target]}>"
        if claim.dated:
            tails += days(cells[value], cells[value])
        if cells[start] or cells[end]:
            tails += days(cells[start], cells[end])
        close = (f" {sources}{own}>{_END}" if own else f" <{CURATORS}>{_END}") if graphs else _END
        if own and claim.direct:
            who = f"{claims if is_claim(cells[subject]) else entities}{cells[subject]}>"
            for each in claim.direct:
                text += f"{who}{each}{what}{close}"
        return _said(f"{claims}{cells[0]}>", tails, close) + text

    return write


def _claim(form: _Form, cells: _Cells) -> _Claim:
    ontology, at = form.ontology, form.at
    predicate = ontology.predicates[cells[at["predicate"]]]
    modality = cells[at["modality"]] or predicate.default_modality
    tails = [form.tail("rdf:type", "ng:Claim"), *form.closed_tails(cells)]
    if not cells[at["modality"]]:
        tails.append(form.tail("ng:modality", ontology.terms["Modality"][modality].iri))
    stands = modality == "reported" and cells[at["polarity"]] != "negated" and cells[at["rank"]] != "deprecated"
    direct = [f" <{iri}> " for iri in predicate.ancestors] if stands else []
    dated = predicate.value_range == EDTF
    value = (lambda text: f'"{text}"^^<{EDTF}>') if dated else _text
    return _Claim(tails, direct, value if predicate.value_range else None, dated)


def _passages(form: _Form) -> Callable[[str, str], tuple[list[str], str]]:
    """For a source and a locator: the tails of a claim that cites it, and the lines about the passages."""
    passage, sources = form.space("ngp"), form.space("ngs")
    derived, type_ = f" {form.iri('prov:wasDerivedFrom')} ", form.tail("rdf:type", "ng:Passage")
    whole, number = f" {form.iri('dcterms:isPartOf')} ", f" {form.iri('ng:paragraph')} "
    integer = f"^^<{_XSD}integer>"

    def made(source: str, locator: str) -> tuple[list[str], str]:
        home = f"{whole}{sources}{source}>"
        cited, about = [], ""
        for each in (locator,) if locator.isdecimal() else paragraphs(locator):
            term = f"{passage}{source}.p{each}>"
            cited.append(derived + term)
            about += f'{term}{type_}{_END}{term}{home}{_END}{term}{number}"{each}"{integer}{_END}'
        return cited, about

    return made


_WRITERS: dict[str, Callable[[_Form, bool], _Write]] = {
    "entities": _of_entities,
    "relations": _of_relations,
    "sources": _of_sources,
    "coverage": _of_coverage,
    "stories": _of_stories,
}


def table_lines(table: Table, ontology: Ontology, *, graphs: bool = False) -> Iterator[str]:
    """The lines of a table that has been read."""
    if table.header:
        header, pick = table.header, itemgetter(*table.header)
        return lines(table.name, header, (pick(row.cells) for row in table.rows), ontology, graphs=graphs)
    return row_lines(table.name, (row.cells for row in table.rows), ontology, graphs=graphs)


def row_lines(
    name: str, rows: Iterable[Mapping[str, str]], ontology: Ontology, *, graphs: bool = False
) -> Iterator[str]:
    """The lines of rows that name their cells, in whatever order; a cell that is not there is empty."""
    columns = tuple(ontology.columns[name])
    return lines(name, columns, ([row.get(column, "") for column in columns] for row in rows), ontology, graphs=graphs)


class Stream:
    """Chunks as one stream that is never there as a whole: what the engine reads statements from."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = iter(chunks)
        self._chunk, self._place = b"", 0

    def read(self, size: int) -> bytes:
        """At most ``size`` bytes, none at the end."""
        if self._place >= len(self._chunk):
            self._chunk, self._place = next(self._chunks, b""), 0
        self._place += size
        return self._chunk[self._place - size : self._place]


def chunks(texts: Iterable[str]) -> Iterator[bytes]:
    """The texts of rows as bytes, some hundreds of rows at a time."""
    each = iter(texts)
    while chunk := list(islice(each, _TOGETHER)):
        yield "".join(chunk).encode()


def build(tables: Tables, ontology: Ontology, about: Iterable[ox.Triple] = ()) -> ox.Store:
    """Return a store in memory that holds the vocabulary, the graph of ``tables``, and what is said ``about`` them."""
    store = ox.Store()
    rows = (line for table in tables.values() for line in table_lines(table, ontology))
    text: Any = Stream(chunks(chain((vocabulary(ontology),), rows)))
    store.load(text, format=ox.RdfFormat.N_TRIPLES, lenient=True)  # in memory this beats bulk_load, which holds more
    store.extend(ox.Quad(*triple) for triple in about)
    return store
