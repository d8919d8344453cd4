"""What a store was built from, and by what: two stores of one origin are the same store."""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import cache
from hashlib import file_digest, sha256
from pathlib import Path

import pyoxigraph as ox

from negograph import __version__
from negograph.ontology import Ontology, resource
from negograph.tables import MANIFEST

__all__ = ["Digests", "digest_of", "digests", "key_of", "makers"]

Digests = list[dict[str, str]]
"""For each data folder: file name to SHA-256."""

_MAKERS = ("dates.py", "ontology.py", "tables", "rdf", "stores")
"""The code that decides what a store holds."""


def digest_of(file: Path) -> str:
    """The SHA-256 of a file, as hexadecimal digits."""
    with file.open("rb") as stream:
        return file_digest(stream, "sha256").hexdigest()


def digests(folders: Iterable[Path], ontology: Ontology) -> Digests:
    """The files in data folders that decide what the tables are, each with its SHA-256.

    Raises:
        OSError: a file cannot be read.
    """
    names = [*(f"{name}.csv" for name in ontology.columns), "same.csv", MANIFEST]
    return [
        {name: digest_of(folder / name) for name in names if (folder / name).is_file()}
        for folder in dict.fromkeys(folders)
    ]


@cache
def makers() -> dict[str, str]:
    """By what a store is built: versions, and digests of the code and of the ontology."""
    package = Path(__file__).parents[1]
    files = [file for name in _MAKERS for file in (package / name, *sorted((package / name).glob("*.py")))]
    code = sha256(b"\0".join(file.read_bytes() for file in files if file.is_file()))
    return {
        "negograph": __version__,
        "pyoxigraph": ox.__version__,
        "code": code.hexdigest(),
        "ontology": digest_of(resource("graph", "ontology.ttl")),
    }


def key_of(data: Digests) -> str:
    """One name for the origin of a store."""
    return sha256(json.dumps([data, makers()], sort_keys=True).encode()).hexdigest()[:32]
