"""The CSV tables: read strictly, checked against the ontology, never repaired in silence."""

from __future__ import annotations

import json
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from negograph.errors import DataError, Problem
from negograph.ontology import Ontology, load_ontology
from negograph.tables.reading import Finding, Row, Table, locate, read_table
from negograph.tables.rules import findings_of

__all__ = ["MANIFEST", "OPTIONAL", "Row", "Table", "Tables", "check", "read"]

OPTIONAL = frozenset({"coverage", "stories"})
"""Tables that a data directory may lack."""

MANIFEST = "manifest.json"
"""Where an export of the tables says how many rows each has, and the SHA-256 of each file."""

Tables = dict[str, Table]
"""Table name (entities, relations, sources, coverage, stories) to table."""


def check(path: Path | str, ontology: Ontology | None = None) -> list[Problem]:
    """Return every problem of the tables in the directory ``path``, in the order of the files.

    An empty list means that :func:`read` will load them.
    """
    return _read(Path(path), ontology or load_ontology())[1]


def read(path: Path | str, ontology: Ontology | None = None) -> Tables:
    """Read the tables in the directory ``path``.

    Raises:
        DataError: with every problem of every table; nothing is loaded then.
    """
    tables, problems = _read(Path(path), ontology or load_ontology())
    if problems:
        raise DataError(problems)
    return tables


def _read(directory: Path, ontology: Ontology) -> tuple[Tables, list[Problem]]:
    if not directory.is_dir():
        return {}, [
            Problem(str(directory), 0, 0, "missing", "no such directory", "name the folder that holds the CSVs")
        ]
    tables: Tables = {}
    findings: dict[str, list[Finding]] = {}
    for name, columns in ontology.columns.items():
        file = directory / f"{name}.csv"
        if name in OPTIONAL and not file.exists():
            tables[name], findings[name] = Table(name, ()), []
        else:
            tables[name], findings[name] = read_table(file, name, tuple(columns.values()))
    for name, found in findings_of(tables, ontology).items():
        findings[name].extend(found)
    problems = [
        problem
        for name, found in findings.items()
        if found
        for problem in locate(directory / f"{name}.csv", tables[name].header, found)
    ]
    problems.sort(key=lambda each: (list(findings).index(Path(each.file).stem), each))
    return tables, [*dict.fromkeys(problems), *_manifest(directory, tables)]


def _manifest(directory: Path, tables: Tables) -> Iterator[Problem]:
    """Where there is a manifest, the tables have to fit it: a file cut at a line end shows in no other way."""
    file = directory / MANIFEST
    if not file.exists():
        return
    mend = f"restore the table; if you meant to change it, delete {MANIFEST}"
    try:
        expected = {name: (entry["rows"], entry["sha256"]) for name, entry in json.loads(file.read_bytes()).items()}
    except (ValueError, AttributeError, KeyError, TypeError):
        yield Problem(str(file), 0, 0, "manifest", "cannot be read", mend)
        return
    for name, (rows, digest) in expected.items():
        table = directory / name
        actual = len(tables[table.stem].rows) if table.stem in tables else 0
        if not table.exists() or sha256(table.read_bytes()).hexdigest() != digest:
            yield Problem(
                str(table), 0, 0, "manifest", f"{actual} rows, not the {rows} that {MANIFEST} vouches for", mend
            )
