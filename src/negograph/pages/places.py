"""Where the page of a thing is: from an IRI to a path, from a path to an address, and back."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, unquote

import jinja2

from negograph.errors import UnknownEntityError
from negograph.ontology import CURATORS, DATASET, NG, Ontology, resource

__all__ = ["SPACES", "Addresses", "Places", "environment"]

SPACES = {"ngi": "id", "ngc": "claim", "ngs": "source", "ngp": "passage", "ngstory": "story"}
"""Prefix to folder, for everything that is told of; the terms of the vocabulary are in ``ns``."""
_WHOLE = {CURATORS: "curators", DATASET: "dataset", NG.removesuffix("#"): "ns"}


class Places:
    """The path of each IRI of the graph.

    >>> from negograph.ontology import load_ontology
    >>> places = Places(load_ontology(), ["Aspect", "aspect", "signed"])
    >>> places.path("https://w3id.org/negograph/id/doha-agreement")
    'id/doha-agreement'
    >>> [places.path(f"https://w3id.org/negograph/ns#{name}") for name in ("Aspect", "aspect", "signed")]
    ['ns/Aspect', 'ns/aspect-property', 'ns/signed']
    """

    def __init__(self, ontology: Ontology, terms: Iterable[str]) -> None:
        self._spaces = {ontology.prefixes[prefix]: folder for prefix, folder in SPACES.items()}
        self._whole = {**_WHOLE, **{f"{NG}{name}": f"ns/{file}" for name, file in _files(list(terms)).items()}}
        self._iris = {path: iri for iri, path in self._whole.items()}

    def path(self, iri: str) -> str:
        """The path of a thing of the graph, without a suffix; empty for any other IRI."""
        if iri in self._whole:
            return self._whole[iri]
        found = next(((base, folder) for base, folder in self._spaces.items() if iri.startswith(base)), None)
        return f"{found[1]}/{quote(iri[len(found[0]) :], safe='')}" if found else ""

    def iri(self, path: str) -> str:
        """The IRI that has this path.

        Raises:
            UnknownEntityError: none has.
        """
        if path in self._iris:
            return self._iris[path]
        folder, _, name = path.partition("/")
        for base, each in self._spaces.items():
            if folder == each and name:
                return base + unquote(name)
        raise UnknownEntityError(f"there is no {folder} '{name}' here")


def _files(names: list[str]) -> dict[str, str]:
    """Term to the name of its file; two that differ only in capitals must not overwrite each other anywhere."""
    folded = [name.casefold() for name in names]
    alike = {name for name in names if folded.count(name.casefold()) > 1 and name[0].islower()}
    return {name: f"{name}-property" if name in alike else name for name in names}


@dataclass(frozen=True)
class Addresses:
    """Where the links of a page go: to addresses of a server, or to files beside it."""

    places: Places = field(repr=False)
    menu: tuple[tuple[str, str], ...]
    """Words and targets of the links at the head of a page."""
    root: str = "/"
    files: bool = False
    """Whether pages are files, with a suffix for each format."""

    def page(self, path: str) -> str:
        """The address of a page."""
        return f"{self.root}{path}.html" if self.files else f"{self.root}{path}"

    def form(self, path: str, suffix: str) -> str:
        """The address of what a page shows, in another format."""
        return f"{self.root}{path}.{suffix}" if self.files else f"{self.root}{path}?format={suffix}"

    def to(self, target: str) -> str:
        """The address of anything else: a file of the data, a style sheet, a target of the menu."""
        return self.root + target

    def href(self, iri: str) -> str:
        """Where a link to an IRI goes: a page here, the web, or nowhere (``javascript:`` and the like)."""
        if path := self.places.path(iri):
            return self.page(path)
        return iri if re.match(r"https?://", iri) else ""


def environment(*folders: Path) -> jinja2.Environment:
    """The templates of the pages and those of other ``folders``; every text is escaped."""
    loader = jinja2.FileSystemLoader([*folders, resource("pages", "templates")])
    made = jinja2.Environment(loader=loader, autoescape=True, auto_reload=False, trim_blocks=True, lstrip_blocks=True)
    for name in made.list_templates():
        made.get_template(name)
    return made
