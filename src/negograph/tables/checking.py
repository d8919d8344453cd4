"""What the ontology asks of the tables: every cell by its column, every row by its predicate.

A check is a generator of findings. Cell checks come from the type of the column; row checks and
table checks say what no single cell can show.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from negograph.dates import Bounds, bounds
from negograph.errors import DateError
from negograph.ontology import Column, Ontology, Predicate
from negograph.tables.reading import Finding, Row, Table, did_you_mean, hygiene

Complaint = tuple[str, str, str]
"""Code, message and mend of a defect in one cell."""

_NUMBER = re.compile(r"-?(0|[1-9][0-9]{0,17})(\.[0-9]{0,17}[1-9])?")
_NUMBER_LIKE = re.compile(r"[+-]?[\d.,\s'%]*\d[\d.,\s'%]*")
_IRI = re.compile(r"(?:https?://[^\x00-\x20<>\"{}|\\^`/?#]+|[a-z][a-z0-9]*:)[^\x00-\x20<>\"{}|\\^`]*")
_FORMULA = ("=", "+", "-", "@")
_EDTF = "http://id.loc.gov/datatypes/edtf/EDTF"


def is_number(text: str) -> bool:
    """Whether ``text`` is a number in the one form that the tables allow: 5000, -2, 0.25."""
    return _NUMBER.fullmatch(text) is not None and text != "-0"


def paragraphs(locator: str) -> list[int]:
    """The paragraph numbers that a locator names, in its order.

    >>> paragraphs("12-14|28")
    [12, 13, 14, 28]
    """
    return [number for first, last in _spans(locator) for number in range(first, last + 1)]


def _spans(locator: str) -> list[tuple[int, int]]:
    """First and last paragraph of every item of a locator."""
    pairs = (item.partition("-") for item in locator.split("|"))
    return [(int(first), int(last or first)) for first, _, last in pairs]


@dataclass(frozen=True)
class _Scope:
    """The tables together, as far as one row has to know of another."""

    tables: Mapping[str, Table]
    ontology: Ontology

    @cached_property
    def kinds(self) -> dict[str, str]:
        """Entity id to kind, for the rows whose kind is one."""
        return {row["id"]: row["kind"] for row in self.tables["entities"].rows if row["kind"] in self.ontology.kinds}

    @cached_property
    def entities(self) -> set[str]:
        return {row["id"] for row in self.tables["entities"].rows}

    @cached_property
    def claims(self) -> set[str]:
        return {row["id"] for row in self.tables["relations"].rows}

    @cached_property
    def sources(self) -> dict[str, int]:
        """Source id to number of paragraphs (0 where the cell is no number)."""
        rows = self.tables["sources"].rows
        return {row["id"]: int(row["paragraphs"]) if row["paragraphs"].isdecimal() else 0 for row in rows}

    @cached_property
    def cited(self) -> set[tuple[str, int]]:
        """Every (source, paragraph) that a relation cites."""
        found = set()
        pattern = self.ontology.columns["relations"]["locator"].pattern or ""
        for row in self.tables["relations"].rows:
            count = self.sources.get(row["source"], 0)
            if re.fullmatch(pattern, row["locator"]) and all(last <= count for _, last in _spans(row["locator"])):
                found.update((row["source"], number) for number in paragraphs(row["locator"]))
        return found

    def kind_of(self, identifier: str) -> str | None:
        """Kind of an entity, ``Claim`` for a claim, ``None`` where that is not known."""
        return "Claim" if identifier in self.claims else self.kinds.get(identifier)

    def known(self, cell: str) -> set[str]:
        """The ids that a cell of this type may hold."""
        if cell == "SourceCell":
            return set(self.sources)
        if cell == "ClaimCell":
            return self.claims
        return self.entities if cell == "EntityCell" else self.entities | self.claims


def findings_of(tables: Mapping[str, Table], ontology: Ontology) -> dict[str, list[Finding]]:
    """Every finding about the content of the tables, by table name."""
    scope = _Scope(tables, ontology)
    return {
        name: [
            *_cells(tables[name], ontology.columns[name].values(), scope),
            *(finding for row in tables[name].rows for rule in _ROW_RULES[name] for finding in rule(row, scope)),
            *(finding for rule in _TABLE_RULES[name] for finding in rule(tables[name], scope)),
        ]
        for name in tables
    }


# Cells


def _cells(table: Table, columns: Iterable[Column], scope: _Scope) -> Iterator[Finding]:
    for column in columns:
        check = _cell_check(column, scope)
        for row in table.rows:
            text = row[column.name]
            if text:
                if complaint := hygiene(text) or check(text):
                    yield Finding(row.line, column.name, *complaint)
            elif column.required:
                mend = "fill it in"
                yield Finding(row.line, column.name, "required", f"'{column.name}' is empty", mend)
        if column.cell == "Identifier":
            yield from _duplicates(table, column.name)


def _duplicates(table: Table, name: str) -> Iterator[Finding]:
    first: dict[str, int] = {}
    for row in table.rows:
        if row[name] and first.setdefault(row[name], row.line) != row.line:
            message = f"'{row[name]}' stands already in line {first[row[name]]}"
            yield Finding(row.line, name, "duplicate-id", message, "give each row an id of its own")


def _cell_check(column: Column, scope: _Scope) -> Callable[[str], Complaint | None]:
    """The check of one item of a cell, made into one of the whole cell."""
    check = _ITEM_CHECKS[column.cell](column, scope)

    def whole(text: str) -> Complaint | None:
        if column.max_length and len(text) > column.max_length:
            return "length", f"{len(text)} characters", f"{column.max_length} at most"
        if column.separator is None:
            return check(text)
        items = text.split(column.separator)
        if not all(items) or len(set(items)) < len(items):
            return "list", f"'{text}' has an empty or a repeated item", f"one {column.separator} between two items"
        return next((complaint for item in items if (complaint := hygiene(item) or check(item))), None)

    return whole


def _pattern(column: Column, scope: _Scope) -> Callable[[str], Complaint | None]:
    pattern = re.compile(column.pattern or ".*", re.ASCII)

    def check(text: str) -> Complaint | None:
        if pattern.fullmatch(text):
            return None
        strange = next((c for c in text if not c.isascii()), None)
        hint = f"'{strange}' is no ASCII letter, however alike" if strange else f"allowed is {column.pattern}"
        return column.name, f"'{text}' is not of the form of '{column.name}'", hint

    return check


def _text(column: Column, scope: _Scope) -> Callable[[str], Complaint | None]:
    form = _pattern(column, scope) if column.pattern else None

    def check(text: str) -> Complaint | None:
        if text.startswith(_FORMULA):
            return "formula", f"begins with {text[0]}, which spreadsheets run as a formula", "put a word before it"
        return form(text) if form else None

    return check


def _one_of(words: Iterable[str], code: str) -> Callable[[str], Complaint | None]:
    known = list(words)

    def check(text: str) -> Complaint | None:
        if text in known:
            return None
        return code, f"'{text}' is no {code}", did_you_mean(text, known, "allowed are " + ", ".join(known))

    return check


def _reference(column: Column, scope: _Scope) -> Callable[[str], Complaint | None]:
    known = scope.known(column.cell)

    def check(text: str) -> Complaint | None:
        if text not in known:
            mend = did_you_mean(text, known, "add its row, or correct the id")
            return "reference", f"nothing has the id '{text}'", mend
        kind = scope.kind_of(text)
        if column.refers_to and kind and not scope.ontology.is_a(kind, column.refers_to):
            message = f"'{text}' is a {kind}, and '{column.name}' takes {' or '.join(column.refers_to)}"
            return "class", message, "name another entity, or mend its kind"
        return None

    return check


def _date(column: Column, scope: _Scope) -> Callable[[str], Complaint | None]:
    def check(text: str) -> Complaint | None:
        if text == ".." and column.name == "end":
            return None
        try:
            if bounds(text).earliest is None:
                return "date", "'..' (goes on) stands only in 'end'", "leave it empty where it is unknown"
        except DateError as error:
            return "date", str(error), "EDTF, most precise part last"
        return None

    return check


def _integer(column: Column, scope: _Scope) -> Callable[[str], Complaint | None]:
    low, high = column.minimum, column.maximum

    def check(text: str) -> Complaint | None:
        if not re.fullmatch(r"0|-?[1-9][0-9]{0,8}", text):
            return "number", f"'{text}' is no whole number", "digits only, without leading zeros"
        if (low is not None and int(text) < low) or (high is not None and int(text) > high):
            return "number", f"{text} is out of range", f"from {low} to {'any' if high is None else high}"
        return None

    return check


def _iri(column: Column, scope: _Scope) -> Callable[[str], Complaint | None]:
    def check(text: str) -> Complaint | None:
        if _IRI.fullmatch(scope.ontology.expand(text)) and scope.ontology.expand(text).startswith("http"):
            return None
        known = ", ".join(f"{prefix}:" for prefix in scope.ontology.prefixes)
        return "iri", f"'{text}' is no http or https IRI", f"write it in full, or with a prefix of {known}"

    return check


def _anything(column: Column, scope: _Scope) -> Callable[[str], Complaint | None]:
    return lambda text: None


_ITEM_CHECKS: dict[str, Callable[[Column, _Scope], Callable[[str], Complaint | None]]] = {
    "Identifier": _pattern,
    "KindCell": lambda column, scope: _one_of(scope.ontology.kinds, "kind"),
    "PredicateCell": lambda column, scope: _one_of(scope.ontology.predicates, "predicate"),
    "TermCell": lambda column, scope: _one_of(scope.ontology.terms[column.terms or ""], column.name),
    "EntityCell": _reference,
    "ClaimCell": _reference,
    "ThingCell": _reference,
    "SourceCell": _reference,
    "DateCell": _date,
    "IntegerCell": _integer,
    "IriCell": _iri,
    "LocatorCell": _pattern,
    "WikidataCell": _pattern,
    "TextCell": _text,
    "CodeCell": _text,
    "ValueCell": _anything,  # what a value must be, only its predicate knows: see _value
}


# Rows of relations.csv


def _predicate(row: Row, scope: _Scope) -> Predicate | None:
    return scope.ontology.predicates.get(row["predicate"])


def _domain_and_range(row: Row, scope: _Scope) -> Iterator[Finding]:
    predicate = _predicate(row, scope)
    if predicate is None:
        return
    for name, allowed in (("subject", predicate.domain), ("object", predicate.range)):
        kind = scope.kind_of(row[name])
        if kind and allowed and not scope.ontology.is_a(kind, allowed):
            message = f"'{row[name]}' is a {kind}, and the {name} of {predicate.name} is {' or '.join(allowed)}"
            code = "domain" if name == "subject" else "range"
            yield Finding(row.line, name, code, message, "turn the row round, or choose another predicate")


def _value(row: Row, scope: _Scope) -> Iterator[Finding]:
    predicate, value = _predicate(row, scope), row["value"]
    if predicate is None:
        return
    if predicate.value_range is None:
        if not row["object"]:
            mend = f"{predicate.name} needs an object"
            yield Finding(row.line, "object", "object", "'object' is empty", mend)
        if value and not is_number(value) and _NUMBER_LIKE.fullmatch(value):
            yield Finding(row.line, "value", "number", f"'{value}' is no plain number", "write 5000, 0.25 or -2")
        elif value and not is_number(value) and value.startswith(_FORMULA):
            mend = "put a word before it"
            yield Finding(row.line, "value", "formula", f"begins with {value[0]}, which spreadsheets run", mend)
        return
    if row["object"]:
        mend = "move it to 'value', or choose another predicate"
        yield Finding(row.line, "object", "object", f"{predicate.name} takes a value, not an object", mend)
    if not value:
        yield Finding(row.line, "value", "value", f"{predicate.name} needs a value", "fill it in")
    elif predicate.value_range == _EDTF:
        yield from _dated_value(row)
    elif value.startswith(_FORMULA):
        mend = "put a word before it"
        yield Finding(row.line, "value", "formula", f"begins with {value[0]}, which spreadsheets run", mend)


def _dated_value(row: Row) -> Iterator[Finding]:
    try:
        if bounds(row["value"], interval=True) == Bounds(None, None):
            yield Finding(row.line, "value", "date", "'..' alone is no date", "name at least one end")
    except DateError as error:
        yield Finding(row.line, "value", "date", str(error), "EDTF, or an interval a/b of two such dates")
    for name in ("start", "end"):
        if row[name]:
            yield Finding(row.line, name, "date", f"'{name}' has no meaning beside a dated value", "empty the cell")


def _modality(row: Row, scope: _Scope) -> Iterator[Finding]:
    predicate, modality = _predicate(row, scope), row["modality"]
    if predicate and modality in scope.ontology.terms["Modality"] and modality not in predicate.modalities:
        message = f"{predicate.name} is never '{modality}'"
        yield Finding(row.line, "modality", "modality", message, f"allowed are {', '.join(predicate.modalities)}")


def _provenance(row: Row, scope: _Scope) -> Iterator[Finding]:
    predicate = _predicate(row, scope)
    if row["source"]:
        yield from _locator(row, scope)
    elif not row["evidence"]:
        mend = "name the document that says so; for an inference of yours, the claims it rests on in 'evidence'"
        yield Finding(row.line, "source", "source", "a claim without source and without evidence", mend)
    else:
        for name in ("locator", "attributed_to", "via"):
            if row[name]:
                message = f"'{name}' is filled in, but the row has no source: it is an inference"
                yield Finding(row.line, name, "source", message, "name the source, or empty the cell")
    if predicate and predicate.evidence_required and not row["evidence"]:
        mend = "name the claims that show it; without any, there is no such row"
        yield Finding(row.line, "evidence", "evidence", f"{predicate.name} needs evidence", mend)
    if row["id"] in row.items("evidence"):
        yield Finding(row.line, "evidence", "evidence", "a claim is no evidence for itself", "name other claims")


def _locator(row: Row, scope: _Scope) -> Iterator[Finding]:
    count, pattern = scope.sources.get(row["source"]), scope.ontology.columns["relations"]["locator"].pattern or ""
    if count is None:
        return
    if not row["locator"]:
        if count:
            mend = f"name the paragraphs, from 1 to {count}"
            yield Finding(row.line, "locator", "locator", "which paragraph says so?", mend)
    elif re.fullmatch(pattern, row["locator"]):
        spans = _spans(row["locator"])
        if max(last for _, last in spans) > count:
            message = f"'{row['source']}' has {count} paragraphs"
            yield Finding(row.line, "locator", "locator", message, "correct the number, or the source")
        ends = [number for span in spans for number in (span if span[0] != span[1] else span[:1])]
        if ends != sorted(set(ends)):
            yield Finding(row.line, "locator", "locator", "the numbers do not rise", "each paragraph once, in order")


def _order_of_dates(row: Row, scope: _Scope) -> Iterator[Finding]:
    if not (row["start"] and row["end"]) or row["end"] == "..":
        return
    try:
        first, last = bounds(row["start"]).earliest, bounds(row["end"]).latest
    except DateError:
        return  # the cell itself has been reported
    if first and last and first > last:
        yield Finding(row.line, "end", "date-order", f"ends ({row['end']}) before it begins ({row['start']})", "swap them")


def _not_like_a_claim(row: Row, scope: _Scope) -> Iterator[Finding]:
    if re.fullmatch(scope.ontology.columns["relations"]["id"].pattern or "", row["id"]):
        yield Finding(row.line, "id", "id", f"'{row['id']}' is the id of a claim", "an entity's id is a word")


def _fits_kind(row: Row, scope: _Scope) -> Iterator[Finding]:
    kind = row["kind"]
    if kind not in scope.ontology.kinds:
        return
    for name in ("subtype", "status"):
        terms = scope.ontology.terms[name.capitalize()]
        term = terms.get(row[name])
        if term and not scope.ontology.is_a(kind, term.applies_to):
            fitting = [word for word, each in terms.items() if scope.ontology.is_a(kind, each.applies_to)]
            mend = f"allowed are {', '.join(fitting)}" if fitting else "empty the cell"
            yield Finding(row.line, name, name, f"a {kind} is never '{row[name]}'", mend)
    if (kind == "Verdict") != bool(row["valence"]):
        message = "a verdict needs its valence" if kind == "Verdict" else "only a verdict has a valence"
        yield Finding(row.line, "valence", "valence", message, "from -2 to 2" if kind == "Verdict" else "empty the cell")
    for broader in row.items("broader"):
        other = scope.kinds.get(broader)
        if other and other != kind:
            message = f"'{broader}' is a {other}, and this is a {kind}"
            yield Finding(row.line, "broader", "broader", message, "the broader concept is of the same kind")


def _coverage_row(row: Row, scope: _Scope) -> Iterator[Finding]:
    count = scope.sources.get(row["source"])
    if count is None or not row["paragraph"].isdecimal():
        return
    number = int(row["paragraph"])
    cited = (row["source"], number) in scope.cited
    if number > count:
        yield Finding(row.line, "paragraph", "coverage", f"'{row['source']}' has {count} paragraphs", "delete the row")
    elif row["status"] == "coded" and not cited:
        yield Finding(row.line, "status", "coverage", "coded, but no relation cites it", "say nothing-to-code and why")
    elif row["status"] == "nothing-to-code":
        if cited:
            yield Finding(row.line, "status", "coverage", "relations cite it", "its status is coded")
        if not row["reason"]:
            yield Finding(row.line, "reason", "coverage", "why is there nothing to code?", "say it in a few words")


# Whole tables


def _same_thing_twice(table: Table, scope: _Scope) -> Iterator[Finding]:
    seen: dict[tuple[str, ...], Row] = {}
    for row in table.rows:
        for name, key in (("label", ("label", row["kind"], row["label"].casefold())), ("wikidata", ("wikidata", row["wikidata"]))):
            other = seen.setdefault(key, row)
            if row[name] and other is not row:
                message = f"'{other['id']}' (line {other.line}) has it too"
                yield Finding(row.line, name, "duplicate", message, "one thing, one id: merge them, or tell them apart")


def _same_claim_twice(table: Table, scope: _Scope) -> Iterator[Finding]:
    said = [name for name in scope.ontology.columns["relations"] if name not in ("id", "gist", "note", "confidence")]
    seen: dict[tuple[str, ...], Row] = {}
    for row in table.rows:
        other = seen.setdefault(tuple(row[name] for name in said), row)
        if other is not row:
            message = f"says the same as {other['id']} (line {other.line})"
            yield Finding(row.line, None, "duplicate", message, "delete one, or say in what they differ")


def _cycles(*names: str) -> Callable[[Table, _Scope], Iterator[Finding]]:
    def check(table: Table, scope: _Scope) -> Iterator[Finding]:
        for name in names:
            rows = {row["id"]: row for row in table.rows}
            above = {key: row.items(name) for key, row in rows.items() if row[name]}
            for key in _on_a_cycle(above):
                yield Finding(rows[key].line, name, "cycle", f"'{key}' leads back to itself", "break the circle")

    return check


def _on_a_cycle(above: Mapping[str, tuple[str, ...]]) -> list[str]:
    """The keys from which a walk upwards comes back to where it began."""
    waiting = Counter(parent for parents in above.values() for parent in parents)
    free = [key for key in above if not waiting[key]]
    left = dict(above)
    while free:  # take away whatever nothing points at, until only circles and what hangs above them stay
        for parent in left.pop(free.pop(), ()):
            waiting[parent] -= 1
            if not waiting[parent] and parent in left:
                free.append(parent)
    return [key for key in left if _reaches(key, left)]


def _reaches(start: str, above: Mapping[str, tuple[str, ...]]) -> bool:
    seen: set[str] = set()
    queue = list(above[start])
    while queue:
        current = queue.pop()
        if current == start:
            return True
        if current not in seen:
            seen.add(current)
            queue.extend(above.get(current, ()))
    return False


def _every_paragraph_once(table: Table, scope: _Scope) -> Iterator[Finding]:
    lines: dict[str, dict[str, int]] = defaultdict(dict)
    for row in table.rows:
        known = lines[row["source"]]
        if known.setdefault(row["paragraph"], row.line) != row.line:
            message = f"paragraph {row['paragraph']} stands already in line {known[row['paragraph']]}"
            yield Finding(row.line, "paragraph", "coverage", message, "each paragraph has one row")
    for source, known in lines.items():
        missing = [str(n) for n in range(1, scope.sources.get(source, 0) + 1) if str(n) not in known]
        if missing:
            message = f"paragraphs {', '.join(missing)} of '{source}' are not accounted for"
            yield Finding(0, None, "coverage", message, "add a row for each")


RowRule = Callable[[Row, _Scope], Iterator[Finding]]
TableRule = Callable[[Table, _Scope], Iterator[Finding]]

_ROW_RULES: dict[str, tuple[RowRule, ...]] = {
    "entities": (_not_like_a_claim, _fits_kind, _order_of_dates),
    "relations": (_domain_and_range, _value, _modality, _provenance, _order_of_dates),
    "sources": (),
    "coverage": (_coverage_row,),
}
_TABLE_RULES: dict[str, tuple[TableRule, ...]] = {
    "entities": (_same_thing_twice, _cycles("part_of", "broader")),
    "relations": (_same_claim_twice, _cycles("evidence")),
    "sources": (),
    "coverage": (_every_paragraph_once,),
}
