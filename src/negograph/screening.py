"""What a query must not hold, decided before the engine sees it.

The scanner (:mod:`negograph.scanning`) leaves only words and brackets, and counts how deep these
go. Where a word could be SERVICE or FROM, and only there, the (slower) parser of rdflib is asked
for the algebra, and given what the scanner left: two parsers cannot be played off against each
other by a comment, a string or an escape that they read differently.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from negograph.errors import QueryError
from negograph.scanning import code_of

__all__ = ["Dataset", "ForbiddenError", "MalformedError", "is_update", "refuse_service", "screen"]

_LOOKED_FOR = re.compile(r"service|from", re.IGNORECASE)


class MalformedError(QueryError):
    """Not a query, or one that is nested too deeply."""


class ForbiddenError(QueryError):
    """A query that asks for what is never done here."""


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
    algebra = _without_service(code, prefixes)
    clauses = getattr(algebra, "datasetClause", None) or ()
    return Dataset(
        tuple(str(clause.default) for clause in clauses if clause.default),
        tuple(str(clause.named) for clause in clauses if clause.named),
    )


def refuse_service(query: str, prefixes: dict[str, str]) -> None:
    """Nothing, unless the query would have this machine ask another.

    Raises:
        MalformedError: it is nested too deeply, or its SERVICE cannot be read.
        ForbiddenError: it asks another server (SERVICE).

    >>> refuse_service("SELECT ?service { ?service ?p 'SERVICE <x:y> {}' }", {})
    """
    code = _code_of(query)
    if "service" in code.lower():
        _without_service(code, prefixes)


def is_update(text: str, prefixes: dict[str, str]) -> bool:
    """Whether what is no query is an update.

    >>> is_update("LOAD <file:///x>", {}), is_update("SELECT", {})
    (True, False)
    """
    from rdflib.plugins.sparql.parser import parseUpdate

    try:
        return bool(parseUpdate(_declared(code_of(text), prefixes)).request)
    except Exception:  # pyparsing's own, and whatever its actions raise on a text that is no update
        return False


def _code_of(query: str) -> str:
    try:
        return code_of(query)
    except QueryError as error:
        raise MalformedError(str(error)) from error


def _without_service(code: str, prefixes: dict[str, str]) -> Any:
    """The algebra of a query that asks no other server."""
    algebra = _algebra_of(code, prefixes)
    if any(getattr(part, "name", None) == "ServiceGraphPattern" for part in _parts(algebra)):
        raise ForbiddenError("SERVICE is not allowed: no other engine is asked from here")
    return algebra


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
        elif isinstance(each, (list, tuple, set)):
            queue += list(each)
