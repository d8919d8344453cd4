"""Every cell by its column: what the ontology asks of a single cell.

A check takes the text of a cell that is not empty and says what is wrong with it, if anything.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from negograph.dates import bounds
from negograph.errors import DateError, did_you_mean, indefinite
from negograph.ontology import Column
from negograph.tables.reading import Finding, Table, hygiene
from negograph.tables.scope import Scope

Complaint = tuple[str, str, str]
"""Code, message and mend of a defect in one cell."""

FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
"""A cell that begins with one of these is run by some spreadsheet."""

_REMEMBERED = 2**13
"""Sound cells of a column that are remembered, however many rows there are."""
_ADD = "add its row, or correct the id"
_IRI = re.compile(r"(?:https?://[^\x00-\x20<>\"{}|\\^`/?#]+|[a-z][a-z0-9]*:)[^\x00-\x20<>\"{}|\\^`]*")


def check_cells(table: Table, columns: Iterable[Column], scope: Scope) -> Iterator[Finding]:
    """What is wrong with single cells of ``table``, and ids that stand there twice."""
    for column in columns:
        name, check = column.name, _cell_check(column, scope)
        sound: set[str] = set()  # of what has been looked at: a word of a list, an id, a date comes again and again
        for row in table.rows:
            text = row.cells.get(name)
            if text:
                if text in sound:
                    continue
                if complaint := hygiene(text) or check(text):
                    code, message, mend = complaint
                    itself = mend == f"did you mean '{row['id']}'?"  # no row refers to itself
                    yield Finding(row.line, name, code, message, _ADD if itself else mend)
                elif len(sound) < _REMEMBERED:
                    sound.add(text)
            elif column.required:
                mend = "fill it in"
                yield Finding(row.line, name, "required", f"'{name}' is empty", mend)
        if column.cell == "Identifier":
            yield from _duplicates(table, column.name)


def _duplicates(table: Table, name: str) -> Iterator[Finding]:
    first: dict[str, int] = {}
    for row in table.rows:
        if row[name] and first.setdefault(row[name], row.line) != row.line:
            message = f"'{row[name]}' stands already in line {first[row[name]]}"
            yield Finding(row.line, name, "duplicate-id", message, "give each row an id of its own")


def _cell_check(column: Column, scope: Scope) -> Callable[[str], Complaint | None]:
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


def _pattern(column: Column, scope: Scope) -> Callable[[str], Complaint | None]:
    pattern = re.compile(column.pattern or ".*", re.ASCII)

    def check(text: str) -> Complaint | None:
        if pattern.fullmatch(text):
            return None
        if column.cell == "LocatorCell":
            return column.name, f"'{text}' is no locator", "numbers alone: 1, 3-4, 5|7"
        strange = next((c for c in text if not c.isascii()), None)
        hint = f"'{strange}' is no ASCII letter, however alike" if strange else f"allowed is {column.pattern}"
        return column.name, f"'{text}' is not of the form of '{column.name}'", hint

    return check


def _text(column: Column, scope: Scope) -> Callable[[str], Complaint | None]:
    form = _pattern(column, scope) if column.pattern else None

    def check(text: str) -> Complaint | None:
        return formula(text) or (form(text) if form else None)

    return check


def formula(text: str) -> Complaint | None:
    """What is wrong with text that some spreadsheet would run."""
    if not text.startswith(FORMULA):
        return None
    return "formula", f"begins with {text[0]}, which spreadsheets run as a formula", "put a word before it"


def _one_of(words: Iterable[str], code: str) -> Callable[[str], Complaint | None]:
    known = list(words)

    def check(text: str) -> Complaint | None:
        if text in known:
            return None
        return code, f"'{text}' is no {code}", did_you_mean(text, known, "allowed are " + ", ".join(known))

    return check


def _reference(column: Column, scope: Scope) -> Callable[[str], Complaint | None]:
    known = scope.known(column.cell)

    def check(text: str) -> Complaint | None:
        if text not in known:
            mend = did_you_mean(text, known, _ADD)
            return "reference", f"nothing has the id '{text}'", mend
        kind = scope.kind_of(text)
        if column.refers_to and kind and not scope.ontology.is_a(kind, column.refers_to):
            message = f"'{text}' is {indefinite(kind)}, and '{column.name}' takes {' or '.join(column.refers_to)}"
            return "class", message, "name another entity, or mend its kind"
        return None

    return check


def _date(column: Column, scope: Scope) -> Callable[[str], Complaint | None]:
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


def _integer(column: Column, scope: Scope) -> Callable[[str], Complaint | None]:
    low, high = column.minimum, column.maximum

    def check(text: str) -> Complaint | None:
        if not re.fullmatch(r"0|-?[1-9][0-9]{0,8}", text):
            return "number", f"'{text}' is no whole number", "digits only, without leading zeros"
        if (low is not None and int(text) < low) or (high is not None and int(text) > high):
            return "number", f"{text} is out of range", f"from {low} to {'any' if high is None else high}"
        return None

    return check


def _iri(column: Column, scope: Scope) -> Callable[[str], Complaint | None]:
    items = scope.ontology.prefixes["wd"]

    def check(text: str) -> Complaint | None:
        whole = scope.ontology.expand(text)
        if whole.startswith(items):
            return "iri", f"'{text}' is an item of Wikidata", f"write {whole[len(items) :]} in the column 'wikidata'"
        if _IRI.fullmatch(whole) and whole.startswith("http"):
            return None
        known = ", ".join(f"{prefix}:" for prefix in scope.ontology.prefixes)
        return "iri", f"'{text}' is no http or https IRI", f"write it in full, or with a prefix of {known}"

    return check


def _anything(column: Column, scope: Scope) -> Callable[[str], Complaint | None]:
    return lambda text: None


_ITEM_CHECKS: dict[str, Callable[[Column, Scope], Callable[[str], Complaint | None]]] = {
    "Identifier": _pattern,
    "KindCell": lambda column, scope: _one_of(scope.ontology.kinds, "kind"),
    "PredicateCell": lambda column, scope: _one_of(scope.ontology.predicates, "predicate"),
    "TermCell": lambda column, scope: _one_of(scope.ontology.terms[column.terms or ""], column.name),
    "EntityCell": _reference,
    "ClaimCell": _reference,
    "ThingCell": _reference,
    "SourceCell": _reference,
    "StoryCell": _pattern,
    "DateCell": _date,
    "IntegerCell": _integer,
    "IriCell": _iri,
    "LocatorCell": _pattern,
    "WikidataCell": _pattern,
    "TextCell": _text,
    "CodeCell": _text,
    "ValueCell": _anything,  # what a value must be, only its predicate knows: see _value
}
