"""The CSV tables: read strictly, checked against the ontology, never repaired in silence."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from negograph import dataset
from negograph.errors import DataError, Problem
from negograph.ontology import Ontology, load_ontology, resource
from negograph.tables.canonical import canonical, place, spelt_out
from negograph.tables.merging import Part, concatenated, unified
from negograph.tables.reading import Finding, Row, Table, locate, read_table
from negograph.tables.rules import findings_of
from negograph.tables.sameness import decisions_of

__all__ = [
    "MANIFEST",
    "OPTIONAL",
    "PACKAGED",
    "Folders",
    "Row",
    "Table",
    "Tables",
    "canonical",
    "check",
    "folders",
    "place",
    "read",
    "spelt_out",
]

OPTIONAL = frozenset({"coverage", "stories"})
"""Tables that a data directory may lack."""

MANIFEST = "manifest.json"
"""Where an export of the tables says how many rows each has, and the SHA-256 of each file."""

PACKAGED = "packaged"
"""The name under which the data of the package can be read together with others."""

Tables = dict[str, Table]
"""Table name (entities, relations, sources, coverage, stories) to table."""


Folders = Path | str | Iterable[Path | str]
"""One data folder, or several that are read as one; ``packaged`` is the data of the package."""


def folders(path: Folders) -> list[Path]:
    """The folders that ``path`` names.

    >>> folders(["packaged", "my-data"])[1].name
    'my-data'
    """
    named = [path] if isinstance(path, (str, Path)) else list(path)
    return [resource("data") if str(each) == PACKAGED and not Path(each).exists() else Path(each) for each in named]


def check(path: Folders, ontology: Ontology | None = None) -> list[Problem]:
    """Return every problem of the tables in the directory ``path``, in the order of the files.

    Several directories are checked as the one body that they are read as. An empty list means that
    :func:`read` will load them.
    """
    return _read(folders(path), ontology or load_ontology())[1]


def read(path: Folders, ontology: Ontology | None = None) -> Tables:
    """Read the tables in the directory ``path``, or in several as one body.

    Tables of several directories are put behind one another, and what ``same.csv`` in any of them
    decides to be the same becomes one.

    Raises:
        DataError: with every problem of every table; nothing is loaded then.
    """
    tables, problems = _read(folders(path), ontology or load_ontology())
    if problems:
        raise DataError(problems)
    return tables


def _read(directories: list[Path], ontology: Ontology) -> tuple[Tables, list[Problem]]:
    problems = [
        Problem(str(each), 0, 0, "missing", "no such directory", "name the folder that holds the CSVs")
        for each in directories
        if not each.is_dir()
    ]
    if problems or not directories:
        return {}, problems
    parts = [_part(each, ontology) for each in dict.fromkeys(directories)]
    if len(parts) == 1 and not parts[0].tables["same"].rows:
        tables, findings = dict(parts[0].tables), dict(parts[0].findings)
        del tables["same"]
    else:
        tables, findings = concatenated(parts, ontology)
        tables, contradictions = unified(tables, tables.pop("same"), ontology)
        findings["same"].extend(contradictions)
    for name, found in findings_of(tables, ontology).items():
        findings[name].extend(found)
    for part in parts:
        for name, found in findings.items():
            own = [each for each in found if getattr(each.line, "folder", parts[0].folder) == part.folder]
            if own:
                header = part.tables[name].header
                problems.extend(locate(part.folder / f"{name}.csv", header, own))
    order = list(findings)
    problems.sort(key=lambda each: (order.index(Path(each.file).stem), each))
    vouched = [problem for part in parts for problem in _manifest(part.folder, part.tables)]
    described = [problem for part in parts for problem in dataset.problems_of(part.folder)]
    return tables, [*dict.fromkeys(problems), *vouched, *described]


def _part(directory: Path, ontology: Ontology) -> Part:
    tables: Tables = {}
    findings: dict[str, list[Finding]] = {}
    for name, columns in ontology.columns.items():
        file = directory / f"{name}.csv"
        if name in OPTIONAL and not file.exists():
            tables[name], findings[name] = Table(name, ()), []
        else:
            tables[name], findings[name] = read_table(file, name, tuple(columns.values()))
    tables["same"], findings["same"] = decisions_of(directory)
    return Part(directory, tables, findings)


def _manifest(directory: Path, tables: Mapping[str, Table]) -> Iterator[Problem]:
    """Where there is a manifest, the tables have to fit it: a file cut at a line end shows in no other way."""
    file = directory / MANIFEST
    if not file.exists():
        return
    from hashlib import sha256

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
