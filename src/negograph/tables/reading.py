"""One CSV file into rows: RFC 4180, UTF-8, nothing guessed and nothing dropped.

The csv module does the parsing; this module watches what goes in, so that a defect keeps its line
and column and one bad row doesn't hide the next.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from io import BytesIO
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from negograph.errors import Problem, did_you_mean
from negograph.ontology import Column

_BOM = "\ufeff"
_JOINERS = "\u200c\u200d"  # Persian and Indic spelling needs them
_ITEM = re.compile(r'"(?:[^"]|"")*"?|[^",\r\n]+')


@dataclass(frozen=True, slots=True)
class Row:
    """One row: the line where it begins and its cells by column name (absent columns are '')."""

    line: int
    cells: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")

    def items(self, column: str, separator: str = "|") -> tuple[str, ...]:
        """The items of a cell that holds a list."""
        text = self.cells.get(column, "")
        return tuple(text.split(separator)) if text else ()


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of one file, in their order."""

    name: str
    rows: tuple[Row, ...]
    header: tuple[str, ...] = ()
    """The columns in the order of the file."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A problem whose place is still a row and a column name; :func:`locate` finds the character."""

    line: int
    column: str | int | None
    """A column's name, or its place where it has no known name; ``None`` for the whole row."""
    code: str
    message: str
    mend: str
    character: int = 0
    """The character itself, where only the raw line knows it."""


class _Lines:
    """Physical lines for csv.reader, decoded one by one, with their defects noted."""

    def __init__(self, stream: BinaryIO, findings: list[Finding]) -> None:
        self._stream, self._findings, self.number = stream, findings, 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        raw = self._stream.readline()
        if not raw:
            raise StopIteration
        self.number += 1
        try:
            line = raw.decode("utf-8")
        except UnicodeDecodeError as error:
            character = len(raw[: error.start].decode("utf-8")) + 1
            self._note(character, "encoding", f"byte 0x{raw[error.start]:02x} is not UTF-8", "save the file as UTF-8")
            line = raw.decode("utf-8", errors="replace")
        if self.number == 1:
            line = line.removeprefix(_BOM)
        if "\0" in line:
            self._note(line.index("\0") + 1, "control", "a NUL character", "delete it")
            line = line.replace("\0", "\ufffd")
        if "\r" in line.removesuffix("\n").removesuffix("\r"):
            self._note(line.index("\r") + 1, "line-end", "a bare carriage return", "end lines with LF or CRLF")
            line = line.removesuffix("\n").replace("\r", " ") + "\n"
        return line

    def _note(self, character: int, code: str, message: str, mend: str) -> None:
        self._findings.append(Finding(self.number, None, code, message, mend, character))


def read_table(file: Path, name: str, columns: tuple[Column, ...]) -> tuple[Table, list[Finding]]:
    """Read ``file`` as the table ``name``; what is wrong with its form comes back as findings."""
    findings: list[Finding] = []
    try:
        stream = file.open("rb")
    except OSError as error:
        return Table(name, ()), [Finding(0, None, "missing", str(error.strerror), f"a data folder needs {name}.csv")]
    with stream:
        lines = _Lines(stream, findings)
        records = _records(lines, findings)
        header = next(records, None)
        if header is None:
            findings.append(Finding(0, None, "empty", "the file is empty", "it needs at least its line of headers"))
            return Table(name, ()), findings
        names = _header(header[1], columns, findings)
        if names is None:
            return Table(name, (), tuple(header[1])), findings
        rows = [row for line, cells in records if (row := _row(line, cells, names, findings))]
    return Table(name, tuple(rows), tuple(names)), findings


def _records(lines: _Lines, findings: list[Finding]) -> Iterator[tuple[int, list[str]]]:
    """Records with the line on which each begins; one that cannot be parsed is noted and skipped."""
    reader = csv.reader(lines, strict=True)
    while True:
        begin = lines.number + 1
        try:
            yield begin, next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            message = (
                "a quotation mark opens here or later and never closes" if "end of data" in str(error) else str(error)
            )
            findings.append(Finding(begin, None, "quote", message, 'double every " inside a quoted cell'))


def _header(cells: list[str], columns: tuple[Column, ...], findings: list[Finding]) -> list[str] | None:
    """The column names in the file's order, or ``None`` where the rows cannot be read by them."""
    known = [column.name for column in columns]
    found = len(findings)
    for position, cell in enumerate(cells):
        if cell in cells[:position]:
            findings.append(Finding(1, position, "header", f"column '{cell}' stands here twice", "delete one"))
        elif cell not in known:
            shown = cell if cell.isprintable() else ascii(cell)
            mend = did_you_mean(cell, known, f"the columns are {', '.join(known)}")
            findings.append(Finding(1, position, "header", f"unknown column '{shown}'", mend))
    for column in columns:
        if column.required and column.name not in cells:
            findings.append(
                Finding(1, None, "header", f"column '{column.name}' is missing", "add it to the first line")
            )
    return cells if len(findings) == found else None


def _row(line: int, cells: list[str], names: list[str], findings: list[Finding]) -> Row | None:
    if not any(cells):
        findings.append(Finding(line, None, "blank-row", "an empty row", "delete the line"))
        return None
    if len(cells) != len(names):
        findings.append(
            Finding(
                line,
                min(len(cells), len(names)) - (len(cells) < len(names)),
                "row-length",
                f"{len(cells)} cells where the header has {len(names)}",
                "put a cell that holds a comma in quotation marks, and count the commas",
            )
        )
        return None
    return Row(line, dict(zip(names, cells, strict=True)))


def read_header(raw: bytes, columns: tuple[Column, ...]) -> tuple[list[str] | None, list[Finding]]:
    """The column names in the first line of a file, without its line end, or why there are none."""
    findings: list[Finding] = []
    record = next(_records(_Lines(BytesIO(raw + b"\n"), findings), findings), None)
    return _header(record[1], columns, findings) if record else None, findings


def read_row(raw: bytes, number: int, names: list[str]) -> tuple[Row | None, list[Finding]]:
    """One line of a file by itself, as any process can read it that has no more than this line.

    It reads what :func:`read_table` reads, but for a cell that goes on in the next line: no sound table has
    such a cell, and here it is a quotation mark that never closes.
    """
    findings: list[Finding] = []
    record = next(_records(_Lines(BytesIO(raw + b"\n"), findings), findings), None)
    row = _row(number, record[1], names, findings) if record else None
    return row, [replace(each, line=number) for each in findings]


def hygiene(text: str) -> tuple[str, str, str] | None:
    """What no cell may hold, as (code, message, mend); ``None`` for clean text."""
    if text.isascii() and text.isprintable() and text[:1] != " " != text[-1:]:
        return None
    for character in text:
        category = unicodedata.category(character)
        name = unicodedata.name(character, f"U+{ord(character):04X}")
        if category in ("Cc", "Zl", "Zp"):
            return (
                "control",
                f"a control character or line break (U+{ord(character):04X})",
                "a cell is one line: write a blank",
            )
        if category == "Cf" and character not in _JOINERS:
            return "invisible", f"an invisible character ({name})", "delete it"
        if category in ("Co", "Cs") or ord(character) & 0xFFFE == 0xFFFE or character == "\ufffd":
            return "invisible", f"a character without a meaning (U+{ord(character):04X})", "delete it"
    if text != text.strip():
        return "whitespace", "a blank at the beginning or the end", "delete it"
    if not unicodedata.is_normalized("NFC", text):
        return "unicode", "the text is not in Unicode normal form C", "type the accented letters anew"
    return None


def locate(file: Path, header: Sequence[str], findings: Iterable[Finding]) -> Iterator[Problem]:
    """Turn findings about ``file`` into problems with the line and the character of the cell."""
    waiting: dict[int, list[Finding]] = defaultdict(list)
    for finding in findings:
        waiting[finding.line].append(finding)
    for finding in waiting.pop(0, []):
        yield Problem(str(file), 0, 0, finding.code, finding.message, finding.mend)
    if not waiting:
        return
    text = file.read_bytes().decode("utf-8", errors="replace").removeprefix(_BOM).split("\n")
    for line, found in waiting.items():
        record = "\n".join(islice(text, line - 1, line + 49))
        yield from placed(str(file), line, record, header, found)


def placed(file: str, line: int, record: str, header: Sequence[str], findings: Iterable[Finding]) -> Iterator[Problem]:
    """Findings about one record, which begins at ``line`` of ``file``, as problems with their characters."""
    starts = list(_cell_starts(record))
    for finding in findings:
        row, column = _place(finding, header, starts)
        yield Problem(file, line + row, column, finding.code, finding.message, finding.mend)


def _place(finding: Finding, header: Sequence[str], starts: list[tuple[int, int]]) -> tuple[int, int]:
    """Line offset and character column of a finding."""
    if finding.column is None:
        return 0, finding.character or 1
    position = finding.column if isinstance(finding.column, int) else _position(header, finding.column)
    return starts[position] if position < len(starts) else (0, 1)


def _position(header: Sequence[str], column: str) -> int:
    """Place of a column; one that the file lacks has none, and its problem stands at the head of the row."""
    return header.index(column) if column in header else len(header)


def _cell_starts(text: str) -> Iterator[tuple[int, int]]:
    """(line offset, character column) at which each cell of the first record of ``text`` begins."""
    position = 0
    while True:
        before = text[:position]
        yield before.count("\n"), position - (before.rfind("\n") + 1) + 1
        match = _ITEM.match(text, position)
        position = match.end() if match else position
        if text[position : position + 1] != ",":
            return
        position += 1
