"""Rows into a folder that holds the graph.

::

    my-store/
      store.json          what it was built from and by, and the SHA-256 of every file below
      3f0c…/graph/        the graph, as Oxigraph keeps it
      3f0c…/tables/       the rows, in canonical form, and the description of the data

The folder with the strange name is written first, and store.json in one step when everything else
has reached the disk. So a crash leaves the old store or the new one; what it left lying there is
swept away by the next build, and never while somebody writes or reads it.
"""

from __future__ import annotations

import csv
import json
import os
import re
import secrets
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from negograph import dataset, rdf
from negograph.errors import ExportError, StoreError
from negograph.export import write_atomically
from negograph.ontology import Ontology
from negograph.stores.locking import alone
from negograph.stores.origin import Digests, digest_of, makers
from negograph.stores.places import GRAPH, MARK, TABLES

__all__ = ["Rows", "Watch", "build", "sweep", "unfinished"]

_BODY = re.compile(r"[0-9a-f]{16}")
_LEFT_OUT = re.compile(r"LOG.*|LOCK")
"""What the engine writes for itself, and rewrites whenever it likes."""
_TOGETHER = 100
"""Chunks that the engine sorts in one go: 50,000 rows, which it holds in memory until they are sorted."""
_OFTEN = 500
"""After how many rows somebody is told."""

Rows = Mapping[str, Sequence[Mapping[str, str]]]
Watch = Callable[[str, int, int], object]
"""Is told what goes on, how far it has come, and how far it has to go (0 where nobody knows)."""


def build(
    rows: Rows,
    about: Sequence[ox.Triple],
    ontology: Ontology,
    target: Path,
    data: Digests,
    *,
    watch: Watch | None = None,
    wait: bool = True,
) -> None:
    """Build a store of tables in canonical form in the folder ``target``, or replace the one that is there.

    Args:
        rows: the tables (:func:`negograph.tables.canonical`).
        about: the description of the data.
        ontology: their ontology.
        target: the folder; made where it is missing.
        data: what the rows were read from, as :func:`negograph.stores.digests` has it.
        watch: is told how far the work has come.
        wait: whether to wait for another who builds there; otherwise that is an error.

    Raises:
        StoreError: the folder holds other things, or cannot be written; an old store is as it was then.
    """
    try:
        target.mkdir(parents=True, exist_ok=True)
        with alone(target, wait=wait) as ours:
            if not ours:
                raise StoreError(f"{target}: another process builds there")
            if strange := _strangers(target):
                raise StoreError(f"{target}: holds {strange[0]}, which is no part of a store; choose another folder")
            sweep(target)
            _build(rows, about, ontology, target, data, watch or (lambda *_: None))
            sweep(target)
    except ExportError as error:
        raise StoreError(str(error)) from error
    except OSError as error:
        raise StoreError(f"{target}: {error.strerror or error}; no store was written") from error


def _build(
    rows: Rows, about: Sequence[ox.Triple], ontology: Ontology, target: Path, data: Digests, watch: Watch
) -> None:
    body = target / secrets.token_hex(8)
    try:
        (body / TABLES).mkdir(parents=True)
        (body / "lock").touch()
        for name, columns in ontology.columns.items():
            with (body / TABLES / f"{name}.csv").open("w", encoding="utf-8", newline="") as stream:
                writer = csv.writer(stream, lineterminator="\n")
                writer.writerow(columns)
                writer.writerows([row[column] for column in columns] for row in rows[name])
        if about:
            (body / TABLES / dataset.FILE).write_text(_lines(about), encoding="utf-8")
        _load(rows, about, ontology, body / GRAPH, watch)
        watch("writing", 0, 0)
        _sync(body)
        document = {
            "store": body.name,
            "made by": makers(),
            "made from": data,
            "rows": {name: len(each) for name, each in rows.items()},
            "files": {str(file.relative_to(body)): digest_of(file) for file in _files(body)},
        }
        with write_atomically(target / MARK) as stream:
            stream.write((json.dumps(document, indent=1) + "\n").encode())
    except BaseException:
        shutil.rmtree(body, ignore_errors=True)
        raise


def _lines(triples: Iterable[ox.Triple]) -> str:
    return "".join(f"{triple} .\n" for triple in triples)


def _load(rows: Rows, about: Sequence[ox.Triple], ontology: Ontology, folder: Path, watch: Watch) -> None:
    try:
        store = ox.Store(str(folder))
        chunks = rdf.chunks(_text(rows, about, ontology, watch))
        while first := next(chunks, None):
            part: Any = rdf.Stream(chain((first,), islice(chunks, _TOGETHER - 1)))
            store.bulk_load(part, format=ox.RdfFormat.N_TRIPLES, lenient=True)
        store.optimize()  # what was loaded in pieces, as one: a lookup takes two thirds of the time
        store.flush()
    except RuntimeError as error:  # the engine's own word for a disk that is full, or goes away
        raise OSError(str(error)) from error


def _text(rows: Rows, about: Sequence[ox.Triple], ontology: Ontology, watch: Watch) -> Iterator[str]:
    """The graph of some rows as N-Triples."""
    yield rdf.vocabulary(ontology) + _lines(about)
    done, total = 0, sum(map(len, rows.values()))
    for name in ontology.columns:
        for line in rdf.row_lines(name, rows[name], ontology):
            done += 1
            if done % _OFTEN == 0 or done == total:
                watch("writing rows", done, total)
            yield line
    watch("indexing", 0, 0)


def _files(body: Path) -> list[Path]:
    found = (file for file in sorted(body.rglob("*")) if file.is_file() and file.name != "lock")
    return [file for file in found if not (file.parent.name == GRAPH and _LEFT_OUT.fullmatch(file.name))]


def _sync(body: Path) -> None:
    """Wait until everything below ``body`` has reached the disk."""
    for path in (*body.rglob("*"), body, body.parent):
        if path.is_file() or os.name == "posix":  # pragma: no branch - Windows opens no folder
            descriptor = os.open(path, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)


def _strangers(target: Path) -> list[str]:
    """What lies in the folder and is no part of a store."""
    own = (MARK, f".{MARK}.")
    return [
        each.name for each in sorted(target.iterdir()) if not (_BODY.fullmatch(each.name) or each.name.startswith(own))
    ]


def sweep(target: Path) -> None:
    """Delete what store.json does not name and nobody reads; only for whoever is alone in ``target``."""
    try:
        current = json.loads((target / MARK).read_bytes())["store"]
    except (OSError, ValueError, KeyError, TypeError):
        current = None
    for body in target.iterdir():
        if _BODY.fullmatch(body.name) and body.name != current and unfinished(body):
            shutil.rmtree(body, ignore_errors=True)


def unfinished(body: Path) -> bool:
    """Whether nobody reads what is in this folder."""
    try:
        with alone(body / "lock", wait=False) as free:
            return free
    except FileNotFoundError:
        return True
    except OSError:
        return False
