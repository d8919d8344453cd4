"""Answers and dossiers for people at a terminal."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from negograph.answers import Answer, Section
from negograph.reports import Report

if TYPE_CHECKING:
    from rich.console import Console

__all__ = ["console", "print_answer", "print_pairs", "print_rows"]

_SENTENCE = 60
"""From this many characters on, a cell is read as a sentence."""
_SENTENCES = ("gist", "Gist", "says", "Says")
"""How the heads of columns end that hold sentences, however short."""


def console() -> Console:
    """A console on stdout: colours only at a terminal, 80 columns where nobody says otherwise."""
    from rich.console import Console

    told = os.environ.get("COLUMNS", "")
    width = int(told) if told.isdecimal() and int(told) else 80
    return Console(width=None if sys.stdout.isatty() else width, highlight=False, soft_wrap=False)


def print_rows(result: Answer | Report) -> None:
    """Print an answer or a report as tables, a heading before each group, the command at the end."""
    from rich.padding import Padding
    from rich.text import Text

    out = console()
    if isinstance(result, Answer):
        print_answer(result, out)
        if result.name and result.doubts:
            out.print()
            out.print(Text(result.doubts, style="dim"))
    else:
        out.print(Text(result.title, style="bold"))
        for part in result.parts:
            if part.title:
                out.print()
            print_answer(part, out)
        for note in result.notes:
            out.print()
            out.print(Padding(Text(note, style="dim"), (0, 0, 0, 2)))
    if result.command:
        out.print()
        out.print(Text(f"again: {result.command}", style="dim"), soft_wrap=True)


def print_answer(answer: Answer, out: Console | None = None) -> None:
    """Print an answer as tables, a heading before each group."""
    from rich.text import Text

    out = out or console()
    if answer.title:
        out.print(Text(answer.title, style="bold"))
    if not answer.solutions:
        out.print(Text(answer.empty, style="italic"))
        return
    for heading, parts in answer.groups():
        if heading:
            out.print()
            out.print(Text(heading, style="bold cyan"))
        for section, rows in parts:
            if section.title:
                out.print(Text(f"  {section.title}", style="italic"))
            if rows:
                _print_rows(out, section, rows)
            else:
                out.print(Text(f"    {answer.empty}", style="dim"))


def print_pairs(title: str, pairs: Iterable[tuple[str, str]]) -> None:
    """Print names and values, one pair a line, those without a value left out."""
    from rich.table import Table
    from rich.text import Text

    out = console()
    out.print(Text(title, style="bold"))
    grid = Table.grid(padding=(0, 2))
    for name, value in pairs:
        if value:
            grid.add_row(Text(f"  {name}", style="dim"), Text(value))
    out.print(grid)


def _filled(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> list[int]:
    """The places of the columns that hold anything."""
    return [index for index in range(len(columns)) if any(row[index] for row in rows)]


def _print_rows(out: Console, section: Section, rows: Sequence[Sequence[str]]) -> None:
    """Rows as a table; as a list where a sentence would be squeezed into a column too narrow for it."""
    columns, lines = section.readable(rows)
    kept = _filled(columns, lines)
    widths = {index: max(len(row[index]) for row in lines) for index in kept}
    sentences = [index for index in kept if widths[index] > _SENTENCE or columns[index].endswith(_SENTENCES)]
    if sentences and sum(widths.values()) + 3 * len(kept) + 4 > out.width:
        named = [index for index in sentences if columns[index].endswith(_SENTENCES)]
        _print_list(out, lines, kept, (named or sentences)[0])
    else:
        _print_table(out, columns, lines, kept, widths)


def _print_list(out: Console, rows: Sequence[Sequence[str]], kept: Sequence[int], sentence: int) -> None:
    """Each row as a paragraph: what comes before the sentence, the sentence, what comes after it."""
    from rich.padding import Padding
    from rich.text import Text

    for row in rows:
        before = " · ".join(row[index] for index in kept if index < sentence and row[index])
        after = " · ".join(row[index] for index in kept if index > sentence and row[index])
        if before:
            out.print(Padding(Text(before, style="bold"), (0, 0, 0, 4)))
        if row[sentence]:
            out.print(Padding(Text(row[sentence]), (0, 0, 0, 6)))
        if after:
            out.print(Padding(Text(f"— {after}", style="dim"), (0, 0, 0, 6)))


def _print_table(
    out: Console, columns: Sequence[str], rows: Sequence[Sequence[str]], kept: Sequence[int], widths: Mapping[int, int]
) -> None:
    from rich import box
    from rich.padding import Padding
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1), header_style="dim", show_edge=False)
    for index in kept:
        word = max(len(word) for row in rows for word in [*row[index].split(), ""])
        table.add_column(columns[index], no_wrap=widths[index] <= 9, overflow="fold", min_width=min(word, 16))
    for row in rows:
        table.add_row(*(Text(row[index]) for index in kept))
    out.print(Padding(table, (0, 0, 0, 4)))
