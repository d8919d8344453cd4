"""What a query must not hold, decided before the engine sees it.

A scanner that follows the engine's own grammar blanks out comments, strings and variables, so that
only words and brackets are left. It counts how deep the brackets go, and it sees whether a word
could be SERVICE or FROM at all. Only then is the (slower) parser of rdflib asked for the algebra,
and given what the scanner left: two parsers cannot be played off against each other by a comment,
a string or an escape that they read differently.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

__all__ = ["Dataset", "ForbiddenError", "MalformedError", "is_update", "screen"]

LONGEST = 64 * 1024
"""Bytes of a query."""
DEEPEST = 100
"""How deep brackets may be nested."""

_TOKEN = re.compile(
    r"""
      (?P<comment>\#[^\r\n]*)
    | (?P<string>'''(?:[^'\\]|\\.|'(?!''))*''' | \"\"\"(?:[^"\\]|\\.|"(?!""))*\"\"\"
               | '(?:[^'\\\r\n]|\\.)*' | "(?:[^"\\\r\n]|\\.)*")
    | (?P<iri><[^<>"{}|^`\x00-\x20]*>)
    | (?P<variable>[?$]\w+)
    | (?P<escape>\\.)
    | (?P<open>[{(\[])
    | (?P<close>[})\]])
    """,
    re.VERBOSE | re.DOTALL,
)
_LOOKED_FOR = re.compile(r"service|from", re.IGNORECASE)


class MalformedError(Exception):
    """Not a query, or one that is nested too deeply."""


class ForbiddenError(Exception):
    """A query that asks for what this server never does."""


@dataclass(frozen=True)
class Dataset:
    """The graphs that a query names: those that make its default graph, and those that GRAPH may go to."""

    default: tuple[str, ...]
    named: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.default or self.named)


def screen(query: str, prefixes: dict[str, str]) -> Dataset:
    """The graphs that a query asks for in its FROM clauses.

    Raises:
        MalformedError: it is nested too deeply, or its SERVICE or FROM cannot be read.
        ForbiddenError: it asks another server (SERVICE).

    >>> screen("SELECT * FROM <https://example.org/g> { ?s ?from 'FROM <x>' } # SERVICE", {})
    Dataset(default=('https://example.org/g',), named=())
    """
    code = _code_of(query)
    if not _LOOKED_FOR.search(code):
        return Dataset((), ())
    algebra = _algebra_of(code, prefixes)
    if any(getattr(part, "name", "") == "ServiceGraphPattern" for part in _parts(algebra)):
        raise ForbiddenError("SERVICE is not allowed here: this server asks no other")
    clauses = getattr(algebra, "datasetClause", None) or ()
    return Dataset(
        tuple(str(clause.default) for clause in clauses if clause.default),
        tuple(str(clause.named) for clause in clauses if clause.named),
    )


def is_update(text: str, prefixes: dict[str, str]) -> bool:
    """Whether what is no query is an update.

    >>> is_update("LOAD <file:///x>", {}), is_update("SELECT", {})
    (True, False)
    """
    from rdflib.plugins.sparql.parser import parseUpdate

    try:
        return bool(parseUpdate(_declared(_code_of(text), prefixes)).request)
    except (MalformedError, RecursionError):
        return False
    except Exception as error:  # pyparsing's own, and whatever its actions raise on a text that is no update
        _ = error
        return False


def _code_of(query: str) -> str:
    """The query with comments gone, strings emptied and variables renamed; a line ends after each IRI.

    (rdflib takes the # of an IRI for a comment in some places, if the line goes on.)

    Raises:
        MalformedError: its brackets are nested too deeply.
    """
    pieces, place, depth, hidden = [], 0, 0, 0
    for match in _TOKEN.finditer(query):
        pieces.append(query[place : match.start()])
        place = match.end()
        kind, text = match.lastgroup, match[0]
        depth += (kind == "open") - (kind == "close")
        if kind == "iri":  # "1<((2>1))" holds no IRI: brackets that may be some are counted, and never closed
            hidden += sum(map(text.count, "{(["))
        if depth + hidden > DEEPEST:
            line = query.count("\n", 0, match.start()) + 1
            raise MalformedError(f"line {line}: brackets are nested more than {DEEPEST} deep")
        pieces.append(
            {"comment": " ", "string": '""', "variable": f"?v{text[1:]}", "iri": f"{text}\n"}.get(str(kind), text)
        )
    return "".join([*pieces, query[place:]]).replace("\r", "\n")


def _algebra_of(code: str, prefixes: dict[str, str]) -> Any:
    from pyparsing import ParseBaseException
    from rdflib.plugins.sparql.algebra import translateQuery
    from rdflib.plugins.sparql.parser import parseQuery

    sentence = "where SERVICE or FROM stands, only plain SPARQL 1.1 is read"
    try:
        return translateQuery(parseQuery(_declared(code, prefixes))).algebra
    except ParseBaseException as error:
        raise MalformedError(sentence) from error
    except (RecursionError, MemoryError):
        raise
    except Exception as error:  # the translation raises bare exceptions: unknown prefixes, clashes of variables
        raise MalformedError(f"{sentence}: {error}") from error


def _declared(code: str, prefixes: dict[str, str]) -> str:
    """The text with the prefixes before it."""
    return "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in prefixes.items()) + code


def _parts(value: Any) -> Iterator[Any]:
    """Every node of an algebra."""
    queue = [value]
    while queue:
        each = queue.pop()
        yield each
        if isinstance(each, dict):
            queue += each.values()
        elif isinstance(each, (list, tuple, set)) or type(each).__name__ == "ParseResults":
            queue += list(each)
