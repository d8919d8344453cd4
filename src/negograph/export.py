"""Files: what each format holds, and writing it so that a crash leaves the old file or the new.

A file is written beside its target, flushed to the disk, and moved over it in one step. What a
crash left lying there is swept away by the next run, and never while its writer is alive.
"""

from __future__ import annotations

import contextlib
import csv
import io
import json
import os
import secrets
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import IO, Any

import pyoxigraph as ox

from negograph import dataset, network, rdf
from negograph.errors import ExportError
from negograph.ontology import Ontology
from negograph.tables import MANIFEST, spelt_out

try:
    import fcntl
except ImportError:  # pragma: no cover - Windows: no locks there, so nothing is swept
    fcntl = None  # type: ignore[assignment]

__all__ = ["FORMATS", "export", "folder", "tables_as_csv", "write_atomically", "write_tables", "written"]

_PART = ".negograph-part"
_POSIX = os.name == "posix"
"""Whether a directory can be opened and flushed."""


@contextmanager
def write_atomically(target: Path) -> Iterator[IO[bytes]]:
    """Open a file for writing that replaces ``target`` only when everything has reached the disk.

    Where ``target`` is a link, the file that it leads to is replaced; the permissions of an old file stay.

    Raises:
        ExportError: the directory is missing, read-only or full, or ``target`` is a device, a pipe or
            a folder; it is untouched then.
    """
    target = Path(os.path.realpath(target))
    if target.exists() and not target.is_file():
        raise ExportError(f"{target}: no regular file, and nothing else can be replaced; nothing was written")
    try:
        _sweep(target)
        part, stream = _part(target)
    except OSError as error:
        raise ExportError(f"{target}: {error.strerror}; nothing was written") from error
    try:
        with stream:
            yield stream
            stream.flush()
            if target.exists():
                part.chmod(target.stat().st_mode & 0o7777)
            os.fsync(stream.fileno())
            os.replace(part, target)
        _sync_directory(target.parent)
    except OSError as error:
        raise ExportError(f"{target}: {error.strerror}; the file is as it was before") from error
    finally:
        part.unlink(missing_ok=True)


def _part(target: Path) -> tuple[Path, IO[bytes]]:
    """A new file beside ``target``, locked for as long as it is open."""
    while True:
        part = target.parent / f".{target.name}.{secrets.token_hex(8)}{_PART}"
        stream = part.open("xb")
        if fcntl is None:
            return part, stream
        fcntl.flock(stream, fcntl.LOCK_EX)
        with contextlib.suppress(FileNotFoundError):
            if part.stat().st_ino == os.fstat(stream.fileno()).st_ino:
                return part, stream
        stream.close()  # swept away between its creation and its lock: try again


def _sweep(target: Path) -> None:
    """Delete what crashed writers of ``target`` left behind: the parts that nobody holds a lock on."""
    if fcntl is None:
        return
    for part in target.parent.glob(f".{target.name}.*{_PART}"):
        with contextlib.suppress(OSError), part.open("rb") as stream:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
            part.unlink(missing_ok=True)


def _sync_directory(directory: Path) -> None:
    if _POSIX:
        descriptor = os.open(directory, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


# Formats


def _rdf(suffix: str) -> Callable[[ox.Store, Ontology], bytes]:
    def write(store: ox.Store, ontology: Ontology) -> bytes:
        if suffix in ("nq", "trig"):
            return rdf.serialize(rdf.named_graphs(store, ontology), suffix, ontology.prefixes).encode()
        lines: Any = rdf.Sorted(ontology.prefixes)
        out = io.BytesIO()
        store.dump(lines, format=ox.RdfFormat.N_TRIPLES, from_graph=ox.DefaultGraph())
        rdf.write({None: lines}, suffix, out)
        return out.getvalue()

    return write


_Rows = Mapping[str, Sequence[Mapping[str, str]]]


def _graphml(rows: _Rows, ontology: Ontology) -> bytes:
    return network.to_graphml(network.network_of(rows)).encode()


def _gexf(rows: _Rows, ontology: Ontology) -> bytes:
    return network.to_gexf(network.network_of(rows)).encode()


def _csv(tables: _Rows, ontology: Ontology) -> bytes:
    """Every claim in one flat table: the columns of relations.csv, and names for what they refer to."""
    labels = {row["id"]: row["label"] for row in tables["entities"]}
    titles = {row["id"]: row["title"] for row in tables["sources"]}
    named = ["subject", "object", "context", "target", "aspect", "attributed_to", "via"]
    rows = []
    for row in tables["relations"]:
        names = {f"{name}_label": "|".join(labels.get(item, item) for item in row[name].split("|")) for name in named}
        rows.append({**row, **names, "source_title": titles.get(row["source"], "")})
    columns = [*ontology.columns["relations"], *(f"{name}_label" for name in named), "source_title"]
    return _csv_bytes(columns, rows)


def _sqlite(tables: _Rows, ontology: Ontology) -> bytes:
    """The tables as an SQLite database, the names of tables and columns being those of the CSVs."""
    with contextlib.closing(sqlite3.connect(":memory:")) as database:
        for name, columns in ontology.columns.items():
            key = ", ".join(f'"{column.name}"' for column in ontology.keys(name))
            fields = ", ".join(f'"{column}" TEXT NOT NULL' for column in columns)
            database.execute(f'CREATE TABLE "{name}" ({fields}, PRIMARY KEY ({key})) WITHOUT ROWID')
            marks = ", ".join("?" for _ in columns)
            database.executemany(
                f'INSERT INTO "{name}" VALUES ({marks})', ([row[column] for column in columns] for row in tables[name])
            )
        database.commit()
        return database.serialize()


def _csv_bytes(columns: Sequence[str], rows: Sequence[Mapping[str, str]]) -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


_OF_ROWS = {"graphml": _graphml, "gexf": _gexf, "csv": _csv, "sqlite": _sqlite}
"""Writers of what has the shape of the tables, not of statements."""


def _of_rows(suffix: str, rows: _Rows, ontology: Ontology) -> bytes:
    """For whoever has no codebook: no cell is empty that means something."""
    return _OF_ROWS[suffix]({name: spelt_out(name, each, ontology) for name, each in rows.items()}, ontology)


def _read_back(suffix: str) -> Callable[[ox.Store, Ontology], bytes]:
    return lambda store, ontology: _of_rows(suffix, rdf.rows_of(store, ontology), ontology)


FORMATS: dict[str, tuple[str, Callable[[ox.Store, Ontology], bytes]]] = {
    "ttl": ("Turtle", _rdf("ttl")),
    "nt": ("N-Triples", _rdf("nt")),
    "nq": ("N-Quads, one named graph a source", _rdf("nq")),
    "trig": ("TriG, one named graph a source", _rdf("trig")),
    "jsonld": ("JSON-LD", _rdf("jsonld")),
    "rdf": ("RDF/XML", _rdf("rdf")),
    "graphml": ("GraphML network", _read_back("graphml")),
    "gexf": ("GEXF network, for Gephi", _read_back("gexf")),
    "csv": ("every claim in one flat table", _read_back("csv")),
    "sqlite": ("the tables as an SQLite database", _read_back("sqlite")),
}
"""Suffix to description and writer."""


def written(suffix: str, store: ox.Store, ontology: Ontology, rows: _Rows | None = None) -> bytes:
    """The graph in a format; ``rows`` are its tables, for whoever holds them: reading them back takes its time."""
    if rows is not None and suffix in _OF_ROWS:
        return _of_rows(suffix, rows, ontology)
    return FORMATS[suffix][1](store, ontology)


RDF12_FORMATS = ("ttl", "nt", "nq", "trig")


def export(
    store: ox.Store, ontology: Ontology, target: Path, *, suffix: str | None = None, rdf12: bool = False
) -> None:
    """Write the whole graph to ``target``, in the format of its suffix unless ``suffix`` names one.

    ``rdf12`` writes claims as RDF 1.2 reifiers of triple terms (ttl, nt, nq, trig only).

    Raises:
        ExportError: the format is not known, or the file cannot be written.
    """
    name = (suffix or target.suffix).removeprefix(".").lower()
    if name not in FORMATS:
        known = ", ".join(f".{each}" for each in FORMATS)
        what = f"no format '.{name}'" if name else "no format in the name (a folder of tables ends in a slash)"
        raise ExportError(f"{target}: {what}; there are {known}")
    if rdf12 and name not in RDF12_FORMATS:
        raise ExportError(f"RDF 1.2 can be written as {', '.join(RDF12_FORMATS)}, not as {name}")
    data = _rdf12(store, ontology, name) if rdf12 else FORMATS[name][1](store, ontology)
    with write_atomically(target) as stream:
        stream.write(data)


def _rdf12(store: ox.Store, ontology: Ontology, suffix: str) -> bytes:
    quads = rdf.named_graphs(store, ontology) if suffix in ("nq", "trig") else iter(store)
    return rdf.serialize(rdf.reified(quads), suffix, ontology.prefixes).encode()


def write_tables(store: ox.Store, ontology: Ontology, directory: Path) -> None:
    """Write the tables in canonical form into ``directory``, with a manifest of rows and digests.

    The description of the data goes with them where the graph has one; that of other tables is deleted.

    The manifest goes first: until every table fits it, a reader refuses the directory. A second
    writer waits until the first has done.

    Raises:
        ExportError: a file cannot be written.
    """
    tables = folder(store, ontology)
    manifest = {
        name: {"rows": data.count(b"\n") - 1, "sha256": sha256(data).hexdigest()} for name, data in tables.items()
    }
    vouching = (json.dumps(manifest, indent=1) + "\n").encode()
    with _locked(directory):
        for name, data in [(MANIFEST, vouching), *tables.items()]:
            with write_atomically(directory / name) as stream:
                stream.write(data)
        if dataset.FILE not in tables:  # that of other tables, which were here before
            (directory / dataset.FILE).unlink(missing_ok=True)


@contextmanager
def _locked(directory: Path) -> Iterator[None]:
    """Make ``directory`` where it is missing, and be the only one who writes tables there."""
    descriptor = None
    try:
        directory.mkdir(parents=True, exist_ok=True)
        if fcntl is not None:
            descriptor = os.open(directory, os.O_RDONLY)
            fcntl.flock(descriptor, fcntl.LOCK_EX)
    except OSError as error:
        raise ExportError(f"{directory}: {error.strerror}; nothing was written") from error
    try:
        yield
    finally:
        if descriptor is not None:
            os.close(descriptor)


def folder(store: ox.Store, ontology: Ontology) -> dict[str, bytes]:
    """File name to content: the tables in canonical form, and the description of the data where there is one."""
    about = dataset.described(store)
    described = {dataset.FILE: rdf.serialize(about, "ttl", ontology.prefixes).encode()} if about else {}
    return tables_as_csv(store, ontology) | described


def tables_as_csv(store: ox.Store, ontology: Ontology) -> dict[str, bytes]:
    """File name to content of the tables in canonical form; a record is a line."""
    return {
        f"{name}.csv": _csv_bytes(list(ontology.columns[name]), rows)
        for name, rows in rdf.rows_of(store, ontology).items()
    }
