"""Media types: what a client accepts, and what we have."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

__all__ = ["ASKED", "PAGES", "ROWS", "STATEMENTS", "TABLES", "Form", "choose"]


@dataclass(frozen=True)
class Form:
    """A format: its short name, its media type, and other names that clients have for the latter."""

    name: str
    type: str
    aliases: tuple[str, ...] = ()
    short: tuple[str, ...] = ()
    """Other words for it in ``?format=``."""

    @property
    def header(self) -> str:
        """The value of Content-Type."""
        return f"{self.type}; charset=utf-8" if self.type.startswith("text/") else self.type


_JSON = Form("json", "application/json")
_TURTLE = Form("ttl", "text/turtle", ("application/x-turtle",), ("turtle",))
_JSONLD = Form("jsonld", "application/ld+json", ("application/json",), ("json-ld", "json"))
_CSV = Form("csv", "text/csv")
_HTML = Form("html", "text/html", ("application/xhtml+xml",))

ROWS = (
    Form("json", "application/sparql-results+json", ("application/json", "text/json")),
    Form("xml", "application/sparql-results+xml", ("application/xml", "text/xml")),
    _CSV,
    Form("tsv", "text/tab-separated-values"),
)
"""What SELECT and ASK can be written as, the default first."""
STATEMENTS = (
    _TURTLE,
    Form("nt", "application/n-triples", ("text/plain",), ("n-triples", "ntriples")),
    Form("rdf", "application/rdf+xml", ("application/xml", "text/xml"), ("rdf+xml", "rdfxml", "xml")),
    _JSONLD,
)
"""What CONSTRUCT and DESCRIBE can be written as."""
TABLES = (_HTML, _JSON, _CSV, Form("md", "text/markdown", (), ("markdown",)), _TURTLE)
"""What an answer or a report can be written as."""
PAGES = (_HTML, _TURTLE, _JSONLD)
"""What a thing can be shown as."""
ASKED = (_HTML, _JSON)
"""What a list can be shown as."""


def choose(accept: str | None, offered: Sequence[Form], asked: str | None = None) -> Form | None:
    """The format that a client likes best, the one that is named where one is, or ``None``.

    Quality counts, then how exactly a range names the type, then our own order (RFC 9110, 12.5.1).

    >>> choose("text/*;q=0.5, application/ld+json", STATEMENTS).name
    'jsonld'
    >>> choose("image/png", STATEMENTS) is None, choose(None, STATEMENTS).name, choose("*/*", ROWS, "csv").name
    (True, 'ttl', 'csv')
    """
    if asked is not None:
        return next((form for form in offered if asked.lower() in (form.name, *form.short)), None)
    ranges = _ranges(accept if accept and accept.strip() else "*/*")
    best: tuple[float, int, int] | None = None
    found: Form | None = None
    for place, form in enumerate(offered):
        for rank, name in enumerate((form.type, *form.aliases)):
            quality, exact = _quality(ranges, name)
            score = (quality, exact - (rank > 0 and exact < 2), -place)
            if quality > 0 and (best is None or score > best):
                best, found = score, form
    return found


def _ranges(accept: str) -> dict[str, float]:
    """Media range to quality; what cannot be read counts for nothing."""
    found = {}
    for part in accept.split(",")[:50]:
        name, *parameters = (each.strip().lower() for each in part.split(";"))
        given = dict(each.partition("=")[::2] for each in parameters)
        try:
            quality = float(given.get("q", "1"))
        except ValueError:
            quality = 0.0
        found[name] = min(quality, 1.0)
    return found


def _quality(ranges: Mapping[str, float], name: str) -> tuple[float, int]:
    """The quality of a media type, and how exactly the range names it that decides."""
    for exact, each in ((2, name), (1, name.split("/")[0] + "/*"), (0, "*/*")):
        if each in ranges:
            return ranges[each], exact
    return 0.0, 0
