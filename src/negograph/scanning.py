"""A query as far as words and brackets go, read before any engine parses it.

The scanner follows the engine's own grammar and blanks out comments, strings and variables. It
counts how deep the brackets go: 5,000 of them end the process that hands them to the engine.
"""

from __future__ import annotations

import re

from negograph.errors import QueryError

__all__ = ["DEEPEST", "code_of"]

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


def code_of(query: str) -> str:
    """The query with comments gone, strings emptied and variables renamed; a line ends after each IRI.

    (rdflib takes the # of an IRI for a comment in some places, if the line goes on.)

    Raises:
        QueryError: its brackets are nested too deeply.
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
            raise QueryError(f"line {line}: brackets are nested more than {DEEPEST} deep")
        pieces.append(
            {"comment": " ", "string": '""', "variable": f"?v{text[1:]}", "iri": f"{text}\n"}.get(str(kind), text)
        )
    return "".join([*pieces, query[place:]]).replace("\r", "\n")
