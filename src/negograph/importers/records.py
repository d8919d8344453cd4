"""Somebody else's file, record by record: read as its publisher writes it, and never held whole.

A file that is not what it is taken for is refused with one message. A record that cannot be read
comes through without cells, so that whoever counts can count it.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import BinaryIO

from negograph.errors import LayoutError

__all__ = ["Layout", "Record", "records"]

_BLANK = frozenset({"", "na", "n/a", "nan", "none", "null", "--", "---"})
_UNTITLED = re.compile(r"\s+")


@dataclass(frozen=True)
class Layout:
    """How a data set lays out its file."""

    name: str
    needed: tuple[str, ...]
    """Columns without which nothing can be imported."""
    delimiter: str = ","
    header: tuple[str, ...] = ()
    """The columns, where the file itself has no line of headers."""


@dataclass(frozen=True, slots=True)
class Record:
    """One record: its number in the file, from 1, and its cells; ``None`` where it cannot be read."""

    number: int
    cells: Mapping[str, str] | None

    def __getitem__(self, column: str) -> str:
        """A cell without blanks around it; what data sets write for "nothing" is empty."""
        text = (self.cells or {}).get(column, "").strip()
        return "" if text.casefold() in _BLANK else text


def records(file: Path, layout: Layout, others: tuple[Layout, ...] = ()) -> Iterator[Record]:
    """Yield the records of ``file``; the layouts in ``others`` serve to say what a wrong file may be.

    Raises:
        LayoutError: the file cannot be opened, is not UTF-8, or lacks columns that are needed.
    """
    try:
        stream = file.open("rb")
    except OSError as error:
        raise LayoutError(f"{file}: {error.strerror}") from error
    with stream:
        rows = _rows(file, stream, layout)
        first = next(rows, [])
        if layout.header:
            if first is not None and len(first) != len(layout.header):
                wanted = f"{len(layout.header)} columns, and there are {len(first)}"
                raise LayoutError(f"{file}: not laid out as {layout.name}: it has {wanted}")
            yield from _numbered(chain([first], rows), layout.header)
        elif not first:
            what = "the file is empty" if first is not None else "its line of headers cannot be read"
            raise LayoutError(f"{file}: {what}")
        else:
            yield from _numbered(rows, _names(file, first, layout, others))


def _rows(file: Path, stream: BinaryIO, layout: Layout) -> Iterator[list[str] | None]:
    """Rows of cells; ``None`` for one that the parser gives up on."""
    # Tables with tabs do not quote: a quotation mark that opens a cell there is a quotation mark.
    lines = _lines(file, stream)
    if layout.delimiter == ",":
        reader = csv.reader(lines, strict=True)
    else:
        reader = csv.reader(lines, delimiter=layout.delimiter, quoting=csv.QUOTE_NONE, strict=True)
    while True:
        try:
            yield next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            if "unexpected end of data" in str(error):
                raise LayoutError(f"{file}: a quotation mark opens and never closes: is the file cut off?") from error
            yield None


def _lines(file: Path, stream: BinaryIO) -> Iterator[str]:
    for number, raw in enumerate(stream, 1):
        if number == 1 and raw.startswith((b"\xff\xfe", b"\xfe\xff", b"PK", b"\x1f\x8b")):
            raise LayoutError(f"{file}: not a text in UTF-8 (UTF-16, or packed?): unpack it, save it as UTF-8")
        try:
            line = raw.decode("utf-8-sig" if number == 1 else "utf-8")
        except UnicodeDecodeError as error:
            byte = raw[error.start]
            raise LayoutError(f"{file}:{number}: byte 0x{byte:02x} is not UTF-8: save the file as UTF-8") from error
        if "\0" in line:
            raise LayoutError(f"{file}:{number}: a NUL character: this is no text")
        yield line


def _names(file: Path, header: list[str], layout: Layout, others: tuple[Layout, ...]) -> tuple[str, ...]:
    names = tuple(_UNTITLED.sub(" ", cell).strip() for cell in header)
    missing = [name for name in layout.needed if name not in names]
    if missing:
        looks = next((other.name for other in others if other is not layout and set(other.needed) <= set(names)), "")
        hint = f"; it looks like {looks}" if looks else ""
        raise LayoutError(f"{file}: not laid out as {layout.name}: no column {', '.join(missing)}{hint}")
    twice = [name for name, count in Counter(names).items() if count > 1 and name in layout.needed]
    if twice:
        raise LayoutError(f"{file}: column {', '.join(twice)} stands there twice")
    return names


def _numbered(rows: Iterator[list[str] | None], names: tuple[str, ...]) -> Iterator[Record]:
    number = 0
    for row in rows:
        if row is not None and not any(row):
            continue  # an empty line is no record
        number += 1
        if row is not None and len(row) > len(names) and not any(row[len(names) :]):
            row = row[: len(names)]  # separators too many, with nothing behind them
        fits = row is not None and len(row) == len(names)
        yield Record(number, dict(zip(names, row or (), strict=True)) if fits else None)
