"""Answers to queries: typed rows that know how to show themselves.

An :class:`Answer` is the result of a SELECT query, a :class:`Subgraph` that of a CONSTRUCT or
DESCRIBE query.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections import namedtuple
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

import pyoxigraph as ox

from negograph.rdf import order, serialize

if TYPE_CHECKING:
    import pandas

__all__ = [
    "Answer",
    "ClaimStore",
    "Section",
    "Subgraph",
    "Term",
    "Value",
    "as_html",
    "head_of",
    "markdown_code",
    "markdown_text",
    "place_of",
    "subgraph_of",
    "to_value",
    "write_csv",
]

Value = str | int | Decimal | date | bool | None
"""What stands in a typed row: ids for things of the graph, full IRIs for others."""

FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
"""A cell that begins with one of these is run by some spreadsheet."""
NOTHING = "none recorded in the sources"
_PREFIX = re.compile("(link|one|other|here|there)(?=(SaidBy|Source|Paragraph|Gist|Says)$)")
"""A side of a row, where it goes before who says it and where: ``hereSource``, ``oneSays``."""

_XSD = "http://www.w3.org/2001/XMLSchema#"
_PYTHON: dict[str, Callable[[str], Value]] = {
    _XSD + "integer": int,
    _XSD + "decimal": Decimal,
    _XSD + "date": date.fromisoformat,
    _XSD + "boolean": lambda text: text in ("true", "1"),
}
_FEW = 3
"""How many claims are named of which the reading is in doubt."""
_MOST_GROUPS = 12
"""How many groups of an answer a notebook shows."""
_OWN_SPACES = ("ngi", "ngc", "ngs", "ng")


def head_of(variable: str) -> str:
    """What people read above the column of a variable.

    >>> head_of("inBoth"), head_of("oneSaidBy"), head_of("paragraph")
    ('in both', 'said by', '¶')
    """
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", _PREFIX.sub("", variable)).lower()
    return "¶" if words == "paragraph" else words


@dataclass(frozen=True)
class Section:
    """A part of an answer that is shown together: a title and the names of its columns.

    Rows that differ only in the ``joined`` columns are shown as one (several speakers of one claim).
    """

    title: str
    columns: tuple[str, ...]
    joined: frozenset[str] = frozenset()
    optional: bool = False
    """Whether it is left out where it holds nothing, instead of saying that there is nothing."""
    heads: Mapping[str, str] = field(default_factory=dict)
    """What people read above a column, where its variable says it badly."""
    raw: bool = False
    """Whether the columns are those of somebody's own query: they keep their names, and none is left out."""

    def readable(self, rows: Sequence[Sequence[str]]) -> tuple[list[str], list[list[str]]]:
        """Its rows under the heads that people read: a place in one column, and no column that holds nothing.

        >>> Section("", ("saidBy", "source", "paragraph", "tie")).readable([["own voice", "re-russia", "1|28", ""]])
        (['said by', 'where'], [['own voice', 're-russia ¶1, 28']])
        """
        if self.raw:
            return list(self.columns), [list(row) for row in rows]
        heads, lines = _with_places([self.heads.get(name) or head_of(name) for name in self.columns], rows)
        kept = [index for index in range(len(heads)) if any(line[index] for line in lines)]
        return [heads[index] for index in kept], [[line[index] for index in kept] for line in lines]


def place_of(source: str, paragraph: str | None, between: str = ", ") -> str:
    """Where something is said, as people read it.

    >>> place_of("re-russia", "1|28"), place_of("re-russia", None)
    ('re-russia ¶1, 28', 're-russia')
    """
    return f"{source} ¶{paragraph.replace('|', between)}" if paragraph else source


def _with_places(heads: list[str], rows: Sequence[Sequence[str]]) -> tuple[list[str], list[list[str]]]:
    """A source and the paragraph beside it as one column: re-russia ¶28."""
    lines = [list(row) for row in rows]
    for index in reversed(range(len(heads) - 1)):
        if heads[index : index + 2] == ["source", "¶"]:
            heads[index : index + 2] = ["where"]
            for line in lines:
                line[index : index + 2] = [place_of(*line[index : index + 2])]
    return heads, lines


def to_value(term: ox.NamedNode | ox.Literal | ox.BlankNode | ox.Triple | None, prefixes: Mapping[str, str]) -> Value:
    """Python value of a term: the id of a thing of this graph, a number, a date, or text."""
    if isinstance(term, ox.NamedNode):
        for space in _OWN_SPACES:
            if term.value.startswith(prefixes[space]):
                return term.value[len(prefixes[space]) :]
        return term.value
    if isinstance(term, ox.Literal):
        convert = _PYTHON.get(term.datatype.value, str)
        try:
            return convert(term.value)
        except (ValueError, ArithmeticError):  # an ill-typed literal stays what was written
            return term.value
    return None if term is None else str(term)


@dataclass(frozen=True)
class Subgraph:
    """The statements that a CONSTRUCT or DESCRIBE query made, in a fixed order."""

    triples: tuple[ox.Triple, ...]
    prefixes: Mapping[str, str] = field(repr=False)

    def __len__(self) -> int:
        return len(self.triples)

    def __iter__(self) -> Iterator[ox.Triple]:
        return iter(self.triples)

    def to_text(self, suffix: str = "ttl") -> str:
        """The statements as ttl, nt, rdf or jsonld."""
        return serialize(self.triples, suffix, self.prefixes)

    def to_turtle(self) -> str:
        """The statements as Turtle."""
        return self.to_text("ttl")


class ClaimStore(Protocol):
    """Where claims are kept that are not in a store of this process: an engine elsewhere."""

    def statements(self, claims: Iterable[str]) -> Iterable[ox.Triple]:
        """Everything that is said of these claims, and the names of what they name."""
        ...


def subgraph_of(claims: Iterable[str], store: ox.Store | ClaimStore, prefixes: Mapping[str, str]) -> Subgraph:
    """Everything that the graph says of these claims, and the names of what they name."""
    if not isinstance(store, ox.Store):
        return Subgraph(tuple(sorted(set(store.statements(claims)), key=order)), prefixes)
    statements: set[ox.Triple] = set()
    for claim in claims:
        statements |= {
            quad.triple for quad in store.quads_for_pattern(ox.NamedNode(prefixes["ngc"] + claim), None, None)
        }
    label = ox.NamedNode(prefixes["rdfs"] + "label")
    for thing in {each.object for each in statements if isinstance(each.object, ox.NamedNode)}:
        statements.update(quad.triple for quad in store.quads_for_pattern(thing, label, None))
    return Subgraph(tuple(sorted(statements, key=order)), prefixes)


Term = ox.NamedNode | ox.Literal | ox.BlankNode | ox.Triple


@dataclass(frozen=True)
class Answer:
    """The result of a SELECT query or of a question: an iterable of typed rows.

    Each row is a named tuple with a field for each variable: ids (``us-taliban-talks``, ``r0012``)
    for things of the graph, numbers, dates, text, ``None`` where a variable is unbound.
    """

    variables: tuple[str, ...]
    solutions: tuple[tuple[Term | None, ...], ...] = field(repr=False)
    prefixes: Mapping[str, str] = field(repr=False)
    store: ox.Store | ClaimStore = field(repr=False, compare=False)
    """Where the claims can be looked up that the answer rests on: the store that it was asked of, or the endpoint."""
    title: str = ""
    sections: tuple[Section, ...] = field(default=(), repr=False)
    name: str = ""
    """The question, or the part of a report, that it answers."""
    command: str = ""
    """The command that gives the same answer again."""
    empty: str = NOTHING
    """What people read where there are no rows."""
    telling: tuple[str, ...] = field(default=(), repr=False)
    """The variables that make up what a row says, whoever says it; none where the shown columns do."""

    def __repr__(self) -> str:
        labels = {f"{name}Label" for name in self.variables}
        columns = ", ".join(name for name in self.variables if name not in labels)
        return f"<{' '.join(filter(None, ('Answer', self.name)))}: {len(self)} rows; columns {columns}>"

    @cached_property
    def rows(self) -> tuple[Any, ...]:
        """The rows as named tuples."""
        row = namedtuple("Row", self.variables, rename=True)  # type: ignore[misc]
        return tuple(row(*(to_value(term, self.prefixes) for term in solution)) for solution in self.solutions)

    def __iter__(self) -> Iterator[Any]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.solutions)

    def __getitem__(self, index: int) -> Any:
        return self.rows[index]

    def where(self, keep: Callable[[Any], bool]) -> Answer:
        """The answer with only those rows that ``keep`` says true of; no command gives these."""
        kept = (solution for solution, row in zip(self.solutions, self.rows, strict=True) if keep(row))
        return replace(self, solutions=tuple(kept), command="")

    @cached_property
    def claims(self) -> tuple[str, ...]:
        """Ids of the claims that the answer rests on, each once, in the order of the rows."""
        space = self.prefixes["ngc"]
        found = (term.value for row in self.solutions for term in row if isinstance(term, ox.NamedNode))
        return tuple(dict.fromkeys(iri[len(space) :] for iri in found if iri.startswith(space)))

    @cached_property
    def doubts(self) -> str:
        """Which of its claims the curators are not sure to have read rightly, in a sentence; empty where none.

        Empty for an answer of an engine elsewhere too: it would be one more request.
        """
        if not isinstance(self.store, ox.Store):
            return ""
        found: dict[str, list[str]] = {"medium": [], "low": []}
        says = ox.NamedNode(self.prefixes["ng"] + "confidence")
        for claim in self.claims:
            for quad in self.store.quads_for_pattern(ox.NamedNode(self.prefixes["ngc"] + claim), says, None):
                degree = str(to_value(quad.object, self.prefixes)).removesuffix("Confidence")
                found.get(degree, []).append(claim)
        told = [
            f"{degree} in {len(claims)} ({', '.join(claims[:_FEW])}{', ...' if len(claims) > _FEW else ''})"
            for degree, claims in found.items()
            if claims
        ]
        if not told:
            return ""
        many = f"{len(self.claims)} claims" if len(self.claims) > 1 else "1 claim"
        return f"{many}; the confidence of the reading is {', '.join(told)}: negograph show ID has the note"

    def to_dataframe(self) -> pandas.DataFrame:
        """The rows as a DataFrame with one column a variable; unbound is None."""
        import pandas

        return pandas.DataFrame(list(self.rows), columns=list(self.variables), dtype=object).infer_objects()

    def to_subgraph(self) -> Subgraph:
        """Everything that the graph says of the claims in this answer, and the names of what they name."""
        return subgraph_of(self.claims, self.store, self.prefixes)

    def to_turtle(self) -> str:
        """The claims that the answer rests on, as Turtle."""
        return self.to_subgraph().to_turtle()

    def to_dict(self) -> dict[str, Any]:
        """The document that :meth:`to_json` writes."""
        bindings = [
            {name: _json_term(term) for name, term in zip(self.variables, row, strict=True) if term is not None}
            for row in self.solutions
        ]
        document: dict[str, Any] = {"head": {"vars": list(self.variables)}, "results": {"bindings": bindings}}
        return document | ({"command": self.command} if self.command else {})

    def to_json(self) -> str:
        """SPARQL 1.1 Query Results JSON, with the command beside it that gives the same answer again."""
        return json.dumps(self.to_dict(), ensure_ascii=False, indent=1) + "\n"

    def to_csv(self) -> str:
        """The typed rows as CSV, with an apostrophe before text that a spreadsheet would run."""
        return write_csv(self.variables, self.rows)

    def to_markdown(self) -> str:
        """The answer as Markdown: a heading and a table for each part of each group, doubts, then the command."""
        foot = [f"{markdown_code(self.command)}\n"] if self.command else []
        doubts = [f"{markdown_text(self.doubts)}\n"] if self.name and self.doubts else []
        return "\n".join([*self.markdown_lines("#"), *doubts, *foot])

    def markdown_lines(self, level: str) -> Iterator[str]:
        """The parts of :meth:`to_markdown`, under headings that begin with ``level``."""
        if self.title:
            yield f"{level} {markdown_text(self.title)}\n"
        if not self.solutions:
            yield f"*{self.empty}*\n"
            return
        for heading, parts in self.groups():
            if heading:
                yield f"{level}# {markdown_text(heading)}\n"
            for section, rows in parts:
                if section.title:
                    yield f"**{markdown_text(section.title)}**\n"
                yield _markdown_table(*section.readable(rows)) if rows else f"*{self.empty}*\n"

    def _repr_html_(self) -> str:
        doubts = [self.doubts] if self.name and self.doubts else []
        return as_html(answers=[self], notes=doubts, command=self.command)

    def groups(self) -> Iterator[tuple[str, list[tuple[Section, list[tuple[str, ...]]]]]]:
        """The answer as people read it: (heading, parts), each part with its distinct rows of text.

        The first of several sections makes the headings; a row of any other that holds nothing is left
        out. A single section is one table in the order of the rows.
        A variable ``x`` is shown by its ``xLabel`` where there is one.
        """
        if not self.sections:
            labels = {f"{name}Label" for name in self.variables}
            shown = tuple(name for name in self.variables if name not in labels)
            yield "", [(Section("", shown, raw=not self.name), [self._texts(row, shown) for row in self.rows])]
            return
        first, *others = self.sections
        if not others:
            yield "", [(first, _joined((self._texts(row, first.columns) for row in self.rows), first))]
            return
        grouped: dict[tuple[str, ...], list[Any]] = {}
        for row in self.rows:
            grouped.setdefault(self._texts(row, first.columns), []).append(row)
        for heading, rows in grouped.items():
            parts = []
            for section in others:
                texts = _joined((self._texts(row, section.columns) for row in rows), section)
                if texts or not section.optional:
                    parts.append((section, texts))
            yield " · ".join(filter(None, heading)), parts

    def _texts(self, row: Any, columns: Sequence[str]) -> tuple[str, ...]:
        values = dict(zip(self.variables, row, strict=True))
        return tuple(_text(values.get(f"{name}Label") or values[name]) for name in columns)


def as_html(**parts: Any) -> str:
    """A fragment of HTML for notebooks: title, facts (pairs), answers, notes, command; every text escaped."""
    from jinja2 import Environment, PackageLoader

    loader = PackageLoader("negograph", "templates")
    environment = Environment(loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True)
    return environment.get_template("answer.html").render(most=_MOST_GROUPS, **parts)


def _joined(rows: Iterable[tuple[str, ...]], section: Section) -> list[tuple[str, ...]]:
    """The distinct rows that hold anything, those alike but for joined columns made into one."""
    found: dict[tuple[str, ...], list[dict[str, None]]] = {}
    for row in filter(any, rows):
        key = tuple("" if name in section.joined else text for name, text in zip(section.columns, row, strict=True))
        items = found.setdefault(key, [{} for _ in row])
        for each, text in zip(items, row, strict=True):
            each[text] = None
    return [tuple(", ".join(filter(None, each)) for each in items) for items in found.values()]


def _text(value: Value) -> str:
    return "" if value is None else str(value)


def _json_term(term: Term) -> dict[str, str]:
    if isinstance(term, ox.NamedNode):
        return {"type": "uri", "value": term.value}
    if isinstance(term, ox.Literal):
        found = {"type": "literal", "value": term.value}
        if term.language:
            found["xml:lang"] = term.language
        elif term.datatype.value != _XSD + "string":
            found["datatype"] = term.datatype.value
        return found
    return {"type": "bnode", "value": term.value if isinstance(term, ox.BlankNode) else str(term)}


def write_csv(columns: Iterable[str], rows: Iterable[Iterable[Value]]) -> str:
    """Typed rows as CSV, with an apostrophe before text that a spreadsheet would run."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([_csv_cell(value) for value in row] for row in rows)
    return out.getvalue()


def _csv_cell(value: Value) -> str:
    text = _text(value)
    return f"'{text}" if isinstance(value, str) and text[:1] in FORMULA_SIGNS else text


def markdown_text(text: str) -> str:
    """Text with the characters escaped that Markdown would read as its own."""
    for character in "\\`*_[]<>|#&~$":
        text = text.replace(character, "\\" + character)
    return text.replace("\n", " ")


def markdown_code(text: str) -> str:
    """Text as a code span, in a fence that it cannot close."""
    runs = re.findall("`+", text)
    fence = "`" * (1 + max(map(len, runs), default=0))
    blank = " " if runs else ""
    return f"{fence}{blank}{' '.join(text.splitlines())}{blank}{fence}"


def _markdown_table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [columns, ["---"] * len(columns), *([markdown_text(text) for text in row] for row in rows)]
    return "".join("| " + " | ".join(line) + " |\n" for line in lines)
