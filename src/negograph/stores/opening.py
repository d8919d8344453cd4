"""A folder with a store, opened for reading: whole, of our own making, or not at all."""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from negograph import rdf
from negograph.dataset import read_description
from negograph.errors import StoreError
from negograph.ontology import Ontology
from negograph.stores.locking import reading, written
from negograph.stores.origin import digest_of, makers
from negograph.stores.places import GRAPH, MARK, TABLES

__all__ = ["Built", "opened"]

_TRIES = 3
_MAKERS = {"ontology": "another ontology", "code": "other code of the same version"}


@dataclass
class Built:
    """A store on disk, open for reading, and the rows that it was built from."""

    store: ox.Store = field(repr=False)
    _tables: Path
    _names: tuple[str, ...]
    _held: int | None

    def rows(self) -> dict[str, list[dict[str, str]]]:
        """The tables in canonical form, as :func:`negograph.tables.canonical` has them."""
        return _rows_in(self._tables, self._names)

    def __del__(self) -> None:
        if self._held is not None:  # pragma: no branch - Windows holds nothing
            os.close(self._held)


def _rows_in(tables: Path, names: Iterable[str]) -> dict[str, list[dict[str, str]]]:
    return {name: _rows(tables / f"{name}.csv") for name in names}


def _rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def opened(folder: Path, in_memory: Ontology | None = None) -> Built:
    """Open the store in ``folder``, for reading only.

    Every file is compared with its SHA-256 first: the engine itself would answer from a damaged
    file, or take all memory that there is.

    Args:
        folder: the folder.
        in_memory: the ontology, where the graph is wanted in memory: for a process that forks, since
            the threads of the engine on disk do not live on in its children.

    Raises:
        StoreError: there is none, it is damaged, or another version of negograph made it.
    """
    for _ in range(_TRIES):  # somebody may replace the store between our reading its name and opening it
        name = _manifest(folder)["store"]
        try:
            return _opened(folder, in_memory)
        except (FileNotFoundError, BlockingIOError) as error:
            if _manifest(folder)["store"] == name:
                lost = f"{Path(error.filename).name} is missing; {_AGAIN}" if error.filename else _BUSY
                raise StoreError(f"{folder}: {lost}") from error
    raise StoreError(f"{folder}: somebody replaces it all the time; try again")


_BUSY = "another process is busy with it; try again"
_AGAIN = "build it again: negograph build -o DIR --data TABLES"


def _opened(folder: Path, in_memory: Ontology | None) -> Built:
    document = _manifest(folder)
    if other := [name for name, value in makers().items() if document["made by"].get(name) != value]:
        found = document["made by"].get(other[0], "unknown")
        by = _MAKERS.get(other[0], f"{other[0]} {found}, and this is {makers()[other[0]]}")
        raise StoreError(f"{folder}: was built by {by}; {_AGAIN}")
    body = folder / document["store"]
    held = reading(body / "lock")
    try:
        if written(body / GRAPH / "LOCK"):
            raise StoreError(f"{folder}: another process has its files open for writing; a built store is only read")
        for name, digest in document["files"].items():
            if digest_of(body / name) != digest:
                raise StoreError(f"{folder}: {name} is damaged; {_AGAIN}")
        tables, names = body / TABLES, tuple(document["rows"])
        if in_memory:
            store = rdf.store_of(_rows_in(tables, names), in_memory, read_description([tables]))
        else:
            store = ox.Store.read_only(str(body / GRAPH))
    except (OSError, RuntimeError, StoreError) as error:
        if held is not None:  # pragma: no branch - Windows holds nothing
            os.close(held)
        if isinstance(error, (FileNotFoundError, StoreError)):
            raise
        raise StoreError(f"{folder}: cannot be opened ({error}); {_AGAIN}") from error
    return Built(store, tables, names, held)


def _manifest(folder: Path) -> Mapping[str, Any]:
    try:
        document = json.loads((folder / MARK).read_bytes())
        if all(isinstance(document[name], kind) for name, kind in _PARTS.items()):
            return dict(document)
    except OSError as error:
        raise StoreError(f"{folder}: holds no built store ({error.strerror})") from error
    except (ValueError, KeyError, TypeError):
        pass
    raise StoreError(f"{folder}: {MARK} is damaged; {_AGAIN}")


_PARTS = {"store": str, "made by": dict, "made from": list, "rows": dict, "files": dict}
