"""One CSV file into rows: RFC 4180, UTF-8, nothing guessed and nothing dropped.

The csv module does the parsing; this module watches what goes in, so that a defect keeps its line
and column and one bad row doesn't hide the next.
"""

from __future__ import annotations

import codecs
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

from negograph.errors import Problem, did_you_mean, nearest
from negograph.ontology import Column

_BOM = "\ufeff"
_JOINERS = "\u200c\u200d"  # Persian and Indic spelling needs them
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_DIVIDERS = {b";": "';'", b"\t": "tabs"}
_MISSPELT = 0.75
"""How alike an unknown column and one that isn't there have to be, so that the one is read as the other."""
_ITEM = re.compile(r'"(?:[^"]|"")*"?|[^",\r\n]+')


class Line(int):
    """The number of a line that knows its folder, and names it where there are several."""

    folder: Path
    named: bool

    def __new__(cls, number: int, folder: Path, named: bool = False) -> Line:
        """The number, as any other."""
        line = super().__new__(cls, number)
        line.folder, line.named = folder, named
        return line

    def __format__(self, form: str) -> str:
        """As messages speak of it: ``7 of my-data``."""
        return f"{int(self)} of {self.folder}" if self.named else str(int(self))

    @classmethod
    def of_the_file(cls, line: int) -> int:
        """What stands for the whole of the file that ``line`` is of."""
        return cls(0, line.folder, line.named) if isinstance(line, cls) else 0


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
    """The columns in the order of the file; none for the rows of several files that do not have the same ones."""
    lost: frozenset[str] = frozenset()
    """Columns whose cells nobody knows: all of them where the file cannot be read, else those that its first line
    lacks, and may not lack or may have under a name that is unknown. Nothing is said of such a cell but this."""


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


@dataclass(frozen=True, slots=True)
class Header:
    """The first line of a file: what each cell below it is, and which columns are lost."""

    names: tuple[str, ...]
    lost: frozenset[str] = frozenset()


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
    everything = frozenset(column.name for column in columns)
    try:
        stream = file.open("rb")
    except OSError as error:
        mend = f"a data folder needs {name}.csv" if file.name == f"{name}.csv" else "name a file that is there"
        missing = Finding(0, None, "missing", str(error.strerror), mend)
        return Table(name, (), lost=everything), [missing]
    with stream:
        header, records = _opened(stream, columns, findings)
        if header is None:
            return Table(name, (), lost=everything), findings
        rows = [row for line, cells in records if (row := _row(line, cells, header.names, findings))]
    return Table(name, tuple(rows), header.names, header.lost), findings


def _opened(
    stream: BinaryIO, columns: tuple[Column, ...], findings: list[Finding]
) -> tuple[Header | None, Iterator[tuple[int, list[str]]]]:
    """The first line, and the records below it; no header where the rows cannot be read at all."""
    first = stream.readline()
    stream.seek(0)
    if foreign := _foreign(first):
        findings.append(foreign)
        return None, iter(())
    records = _records(_Lines(stream, findings), findings)
    line, cells = next(records, (0, []))
    if line == 1:
        return _header(cells, columns, findings), records
    if not findings:
        findings.append(Finding(0, None, "empty", "the file is empty", "it needs at least its line of headers"))
    return None, iter(())


def _foreign(first: bytes) -> Finding | None:
    """What makes of every line of a file something else than cells, as its first line shows."""
    mend = "save it as CSV, UTF-8, with commas between the cells"
    if first.startswith(_UTF_16):
        return Finding(1, None, "encoding", "the file is UTF-16, not UTF-8", mend)
    divider = next((each for each in _DIVIDERS if each in first and b"," not in first), None)
    if divider is None:
        return None
    return Finding(1, None, "separator", f"cells are divided by {_DIVIDERS[divider]}", mend, first.index(divider) + 1)


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


def _header(cells: list[str], columns: tuple[Column, ...], findings: list[Finding]) -> Header:
    """What each column of the file is read as; one that is unknown stays under the name that it has."""
    known = [column.name for column in columns]
    names, strange = list(cells), False
    for position, cell in enumerate(cells):
        if cell in cells[:position]:
            findings.append(Finding(1, position, "header", f"column '{cell}' stands here twice", "delete one"))
            names[position], strange = f"{cell} at {position}", True
        elif cell not in known:
            shown = cell if cell.isprintable() else ascii(cell)
            mend = did_you_mean(cell.casefold(), known, f"the columns are {', '.join(known)}")
            findings.append(Finding(1, position, "header", f"unknown column '{shown}'", mend))
            absent = [name for name in known if name not in names]
            names[position] = nearest(cell.casefold(), absent, _MISSPELT) or cell
            strange |= names[position] == cell
    absent_ones = [column for column in columns if column.name not in names]
    for column in absent_ones:
        if column.required:
            findings.append(
                Finding(1, None, "header", f"column '{column.name}' is missing", "add it to the first line")
            )
    return Header(tuple(names), frozenset(column.name for column in absent_ones if strange or column.required))


def _row(line: int, cells: list[str], names: Sequence[str], findings: list[Finding]) -> Row | None:
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


def read_header(raw: bytes, columns: tuple[Column, ...]) -> tuple[Header | None, list[Finding]]:
    """The first line of a file, without its line end; no header where the rows below it cannot be read at all."""
    findings: list[Finding] = []
    header, _ = _opened(BytesIO(raw + b"\n"), columns, findings)
    return header, findings


def read_row(raw: bytes, number: int, names: Sequence[str]) -> tuple[Row | None, list[Finding]]:
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
